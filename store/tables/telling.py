"""What producers were told and when, whom the group has called back, and what somebody has half typed."""

from __future__ import annotations

TELLING = (
    """CREATE TABLE recaps (
        id INTEGER PRIMARY KEY,
        distribution_id INTEGER NOT NULL REFERENCES distributions(id),
        catalogue_id INTEGER NOT NULL REFERENCES catalogues(id),
        kind TEXT NOT NULL CHECK (kind IN ('recap', 'supplement')),
        way TEXT NOT NULL CHECK (way IN ('mail', 'file', 'said')),  -- a file is printed or handed over
        up_to INTEGER NOT NULL,  -- the last of order_changes that it tells; 0: nothing was ordered yet
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id)
    ) STRICT""",
    "CREATE INDEX recaps_distribution ON recaps (distribution_id, catalogue_id)",
    """CREATE TABLE recap_deliveries (
        recap_id INTEGER NOT NULL REFERENCES recaps(id),
        delivery_id INTEGER NOT NULL REFERENCES deliveries(id),
        PRIMARY KEY (recap_id, delivery_id)
    ) STRICT, WITHOUT ROWID""",
    "ALTER TABLE order_changes ADD COLUMN recap_id INTEGER REFERENCES recaps(id)",  # the supplement that told it
    """CREATE TABLE call_backs (
        distribution_id INTEGER NOT NULL REFERENCES distributions(id),
        member_id INTEGER NOT NULL REFERENCES members(id),
        state TEXT NOT NULL CHECK (state IN ('called', 'not_reached', 'nothing')),  -- nothing: wants nothing this time
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        PRIMARY KEY (distribution_id, member_id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE unfinished (
        operator_id INTEGER NOT NULL REFERENCES operators(id),
        place TEXT NOT NULL,  -- the screen that it was typed on
        typed TEXT NOT NULL,  -- JSON: text by field
        at TEXT NOT NULL,
        PRIMARY KEY (operator_id, place)
    ) STRICT, WITHOUT ROWID""",
    "ALTER TABLE producers ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE distributions ADD COLUMN cancelled_reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE distributions ADD COLUMN cancelled_by INTEGER REFERENCES operators(id)",
    # 1: somebody set these hours for this day, so that they outlive a change of the catalogue's rule
    "ALTER TABLE distribution_catalogues ADD COLUMN own_hours INTEGER NOT NULL DEFAULT 0",
)
