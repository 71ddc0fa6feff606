"""What several volunteers on one server need: roles that can be changed, and a journal that is searched."""

from __future__ import annotations

SHARING = (
    """CREATE TABLE roles (  -- those that were changed or made here; the others are as they come
        name TEXT PRIMARY KEY,
        rights TEXT NOT NULL  -- JSON: names of rights
    ) STRICT, WITHOUT ROWID""",
    # The role whose rights the operator has as they are now; NULL: rights of their own.
    "ALTER TABLE operators ADD COLUMN role TEXT",
    # In the order of time, which is not that of the ids: an import tells of the past.
    "CREATE INDEX journal_operator ON journal (operator_id, at)",
    "CREATE INDEX journal_at ON journal (at)",
    # The member that an order was of, also of one whose row is gone and whose id another order has now.
    """CREATE INDEX journal_member ON journal (json_extract(detail, '$.member'))
        WHERE json_extract(detail, '$.member') IS NOT NULL""",
)
