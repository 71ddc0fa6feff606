"""What several volunteers on one server need: roles that can be changed, and a journal that is searched."""

from __future__ import annotations

SHARING = (
    """CREATE TABLE roles (  -- those that were changed or made here; the others are as they come
        name TEXT PRIMARY KEY,
        rights TEXT NOT NULL  -- JSON: names of rights
    ) STRICT, WITHOUT ROWID""",
    # The role whose rights the operator has as they are now; NULL: rights of their own.
    "ALTER TABLE operators ADD COLUMN role TEXT",
    "CREATE INDEX journal_operator ON journal (operator_id, id)",
    "CREATE INDEX journal_at ON journal (at)",
)
