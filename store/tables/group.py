"""The group itself: settings, operators, rights, and the journal of every change."""

from __future__ import annotations

GROUP = (
    """CREATE TABLE settings (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL  -- JSON
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE operators (
        id INTEGER PRIMARY KEY,
        login TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        member_id INTEGER REFERENCES members(id),
        email TEXT,
        language TEXT,
        active INTEGER NOT NULL DEFAULT 1
    ) STRICT""",
    """CREATE TABLE rights (
        operator_id INTEGER NOT NULL REFERENCES operators(id),
        name TEXT NOT NULL,
        catalogue_id INTEGER REFERENCES catalogues(id),  -- NULL: all catalogues
        UNIQUE (operator_id, name, catalogue_id)
    ) STRICT""",
    """CREATE TABLE journal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),  -- NULL: automatic
        action TEXT NOT NULL,
        subject_id INTEGER,
        detail TEXT  -- JSON
    ) STRICT""",
    "CREATE INDEX journal_subject ON journal (action, subject_id)",
)
