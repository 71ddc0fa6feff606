"""How the mailbox is logged in to and read, and what came back of the mails: bounces, and answers that say STOP."""

from __future__ import annotations

ANSWERING = (
    "ALTER TABLE mailbox ADD COLUMN provider TEXT NOT NULL DEFAULT ''",  # by its name in the list of providers
    "ALTER TABLE mailbox ADD COLUMN login TEXT NOT NULL DEFAULT 'password' CHECK (login IN ('password', 'xoauth2'))",
    "ALTER TABLE mailbox ADD COLUMN per_minute INTEGER NOT NULL DEFAULT 0",  # 0: as fast as the other limits let it
    "ALTER TABLE mailbox ADD COLUMN imap_host TEXT NOT NULL DEFAULT ''",  # '': the mailbox is not read
    "ALTER TABLE mailbox ADD COLUMN imap_port INTEGER NOT NULL DEFAULT 993",
    """ALTER TABLE mailbox ADD COLUMN imap_tls TEXT NOT NULL DEFAULT 'implicit'
        CHECK (imap_tls IN ('starttls', 'implicit', 'none'))""",
    # 1: the provider puts a copy of each mail into Sent, so that one which is not there was not taken.
    "ALTER TABLE mailbox ADD COLUMN files_sent INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE inbox_bookmarks (
        account TEXT NOT NULL,  -- login and host
        folder TEXT NOT NULL,
        uidvalidity INTEGER NOT NULL,  -- with another one the numbers begin anew (RFC 3501, 2.3.1.1)
        last_uid INTEGER NOT NULL,
        PRIMARY KEY (account, folder)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE inbox_reads (
        id INTEGER PRIMARY KEY CHECK (id = 1),  -- the last reading only
        at TEXT NOT NULL,
        outcome TEXT NOT NULL,  -- 'done', or the fault's kind
        answer TEXT NOT NULL DEFAULT '',
        done_at TEXT,  -- the last one that succeeded
        operator_id INTEGER REFERENCES operators(id)  -- NULL: it was read by itself
    ) STRICT""",
    # Other people's answers are their own affair: nothing is kept of a mail that is none of these.
    """CREATE TABLE came_back (
        id INTEGER PRIMARY KEY,
        digest TEXT NOT NULL UNIQUE,  -- tells this mail from every other, so that none counts twice
        received_at TEXT NOT NULL,
        noted_at TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('hard', 'soft', 'unclear', 'stop', 'stop_word')),
        delivery_id INTEGER REFERENCES deliveries(id),  -- NULL: it does not say which mail it is about
        person_id INTEGER REFERENCES people(id) ON DELETE SET NULL,
        member_id INTEGER REFERENCES members(id),
        address TEXT NOT NULL,  -- which could not be reached, or which wrote
        address_key TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT '',  -- of a bounce, as 5.1.1 (RFC 3463)
        said TEXT NOT NULL DEFAULT '',  -- the server's words, or the line that says STOP
        topic TEXT NOT NULL DEFAULT '',  -- the kind of message that a STOP ends
        state TEXT NOT NULL CHECK (state IN ('done', 'open', 'dismissed')),
        decided_at TEXT,
        decided_by INTEGER REFERENCES operators(id),
        undo TEXT NOT NULL DEFAULT ''  -- JSON: what a person's decision changed, by ids; '': cannot be undone
    ) STRICT""",
    "CREATE INDEX came_back_state ON came_back (state, received_at)",
    "CREATE INDEX came_back_received ON came_back (received_at)",
    "CREATE INDEX came_back_noted ON came_back (noted_at, kind)",
    "CREATE INDEX came_back_delivery ON came_back (delivery_id) WHERE delivery_id IS NOT NULL",
    "CREATE INDEX came_back_member ON came_back (member_id) WHERE member_id IS NOT NULL",
    "CREATE INDEX came_back_address ON came_back (address_key, kind)",
    # A bounce often names nothing but the address.
    "CREATE INDEX deliveries_address ON deliveries (address_key)",
)
