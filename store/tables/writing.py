"""What a message carries beside its text, ready texts of one's own, what became of a mail, and what sends by itself."""

from __future__ import annotations

WRITING = (
    """CREATE TABLE message_files (
        id INTEGER PRIMARY KEY,
        message_id INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
        name TEXT NOT NULL COLLATE NOCASE,
        media_type TEXT NOT NULL,
        inline INTEGER NOT NULL DEFAULT 0,  -- 1: an image that the text shows by its name; 0: attached
        size INTEGER NOT NULL,  -- octets
        digest TEXT NOT NULL,  -- SHA-256 of the content
        added_at TEXT NOT NULL,
        added_by INTEGER REFERENCES operators(id),
        content BLOB NOT NULL,  -- last, so that lists need not read past it
        UNIQUE (message_id, name)
    ) STRICT""",
    # All mails of a message end with the same images and attachments: kept once, not once for each recipient.
    """CREATE TABLE enclosures (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- none comes twice: a run keeps a tail by its id
        digest TEXT NOT NULL UNIQUE,  -- SHA-256 of the tail
        tail BLOB NOT NULL  -- the octets of the mail after its own part; never changed, since mails are sent again
    ) STRICT""",
    "ALTER TABLE deliveries ADD COLUMN enclosure_id INTEGER REFERENCES enclosures(id)",
    "CREATE INDEX deliveries_enclosure ON deliveries (enclosure_id) WHERE enclosure_id IS NOT NULL",
    # What the text is written in, and so what its fields say; '': the group's language.
    "ALTER TABLE messages ADD COLUMN language TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE messages ADD COLUMN expected_mails INTEGER",  # how many it was when somebody kept it for an hour
    # Put away: not in the lists any more, while the state still says what became of it.
    "ALTER TABLE messages ADD COLUMN archived_at TEXT",
    """CREATE TABLE starters (
        id INTEGER PRIMARY KEY,
        label TEXT NOT NULL UNIQUE COLLATE NOCASE,
        kind TEXT NOT NULL DEFAULT 'targeted'
            CHECK (kind IN ('opening', 'last_call', 'pickup', 'automatic', 'targeted')),
        fits TEXT NOT NULL DEFAULT '',  -- rules of the segment that it was written for
        subject TEXT NOT NULL,
        text TEXT NOT NULL,
        language TEXT NOT NULL DEFAULT '',  -- as of a message
        changed_at TEXT NOT NULL,
        changed_by INTEGER REFERENCES operators(id),
        version INTEGER NOT NULL DEFAULT 1
    ) STRICT""",
    """CREATE TABLE heartbeats (
        machine TEXT PRIMARY KEY,
        at TEXT NOT NULL,  -- the last time that this machine looked at the outbox by itself
        before TEXT,  -- and the time before that one
        outcome TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID""",
    # Only for people who allowed to be measured; the person is in the row, since an address may be shared.
    """CREATE TABLE measures (
        delivery_id INTEGER NOT NULL REFERENCES deliveries(id),
        person_id INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        member_id INTEGER NOT NULL REFERENCES members(id),
        what TEXT NOT NULL CHECK (what IN ('opened', 'clicked')),
        at TEXT NOT NULL,  -- the first time
        PRIMARY KEY (delivery_id, person_id, what)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX measures_member ON measures (member_id, what, delivery_id)",
    """CREATE TABLE vouchers (
        id INTEGER PRIMARY KEY,
        message_id INTEGER REFERENCES messages(id),
        member_id INTEGER NOT NULL REFERENCES members(id),
        code TEXT NOT NULL UNIQUE COLLATE NOCASE,
        amount INTEGER NOT NULL,  -- cents
        currency TEXT NOT NULL,
        valid_until TEXT,  -- local date, that day included; NULL: without end
        state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'redeemed', 'cancelled')),
        made_at TEXT NOT NULL,
        state_at TEXT NOT NULL,
        state_by INTEGER REFERENCES operators(id)
    ) STRICT""",
    "CREATE INDEX vouchers_message ON vouchers (message_id, member_id)",
    "CREATE INDEX vouchers_member ON vouchers (member_id)",
)
