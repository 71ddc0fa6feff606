"""What moving in and tidying up needs: how files were read, what was answered about them, and merged members."""

from __future__ import annotations

MOVING = (
    """CREATE TABLE import_mappings (
        kind TEXT NOT NULL CHECK (kind IN ('members', 'products', 'orders')),
        header TEXT NOT NULL,  -- JSON list of the file's header keys, in their order
        columns TEXT NOT NULL,  -- JSON: what each column is, by its place
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        PRIMARY KEY (kind, header)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE import_answers (
        kind TEXT NOT NULL CHECK (kind IN ('member', 'product', 'catalogue')),
        source TEXT NOT NULL,  -- the system that the file came from
        key TEXT NOT NULL,  -- what that system calls it, folded
        target_id INTEGER NOT NULL,  -- the member, product or catalogue that it is here
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        PRIMARY KEY (kind, source, key)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE merges (
        id INTEGER PRIMARY KEY,
        kept_id INTEGER NOT NULL REFERENCES members(id),
        gone_id INTEGER NOT NULL REFERENCES members(id),
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        before TEXT NOT NULL,  -- JSON: every row that the merge changed or took away, by table
        after TEXT NOT NULL,  -- JSON: the same rows as the merge left them, to see whether they were changed since
        undone_at TEXT,
        undone_by INTEGER REFERENCES operators(id)
    ) STRICT""",
    "CREATE INDEX merges_kept ON merges (kept_id)",
    "CREATE INDEX merges_gone ON merges (gone_id)",
    "ALTER TABLE members ADD COLUMN merged_into INTEGER REFERENCES members(id)",
    "ALTER TABLE members ADD COLUMN erased_at TEXT",
)
