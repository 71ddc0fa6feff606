"""Households, their people, what they want to hear, and what they are found by."""

from __future__ import annotations

MEMBERS = (
    """CREATE TABLE members (
        id INTEGER PRIMARY KEY,
        address1 TEXT NOT NULL DEFAULT '',
        address2 TEXT NOT NULL DEFAULT '',
        postal_code TEXT NOT NULL DEFAULT '',
        city TEXT NOT NULL DEFAULT '',
        country TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '',
        pickup_place TEXT NOT NULL DEFAULT '',
        joined_on TEXT,
        vip INTEGER NOT NULL DEFAULT 0,
        tags TEXT NOT NULL DEFAULT '[]',  -- JSON list
        notes TEXT NOT NULL DEFAULT '',
        sort_key TEXT NOT NULL DEFAULT '',  -- folded last and first name of the first person
        archived_at TEXT,
        version INTEGER NOT NULL DEFAULT 1
    ) STRICT""",
    "CREATE INDEX members_sort ON members (sort_key, id) WHERE archived_at IS NULL",
    """CREATE TABLE people (
        id INTEGER PRIMARY KEY,
        member_id INTEGER NOT NULL REFERENCES members(id) ON DELETE CASCADE,
        position INTEGER NOT NULL CHECK (position IN (1, 2)),
        first_name TEXT NOT NULL DEFAULT '',
        last_name TEXT NOT NULL DEFAULT '',
        email TEXT NOT NULL DEFAULT '',  -- as typed
        email_key TEXT NOT NULL DEFAULT '',  -- normalised, lower case: one address, one mail
        email_state TEXT NOT NULL DEFAULT 'unknown'
            CHECK (email_state IN ('has', 'none', 'unknown', 'placeholder', 'bounced')),
        phone TEXT NOT NULL DEFAULT '',  -- as typed
        phone_e164 TEXT NOT NULL DEFAULT '',
        phone_shown TEXT NOT NULL DEFAULT '',  -- as the group's country writes it: lists need no parser
        mobile TEXT NOT NULL DEFAULT '',
        mobile_e164 TEXT NOT NULL DEFAULT '',
        mobile_shown TEXT NOT NULL DEFAULT '',
        has_mobile INTEGER NOT NULL DEFAULT 0,  -- mobile filled, or a phone that is a mobile one
        UNIQUE (member_id, position)
    ) STRICT""",
    "CREATE INDEX people_email ON people (email_key) WHERE email_key <> ''",
    "CREATE INDEX people_phone ON people (phone_e164) WHERE phone_e164 <> ''",
    "CREATE INDEX people_mobile ON people (mobile_e164) WHERE mobile_e164 <> ''",
    """CREATE TABLE external_ids (
        source TEXT NOT NULL,
        external_id TEXT NOT NULL,
        member_id INTEGER NOT NULL REFERENCES members(id) ON DELETE CASCADE,
        PRIMARY KEY (source, external_id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE preferences (
        person_id INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
        kind TEXT NOT NULL
            CHECK (kind IN ('opening', 'last_call', 'pickup', 'automatic', 'targeted', 'measured')),
        allowed INTEGER NOT NULL,
        since TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),  -- NULL: the person, or automatic
        source TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (person_id, channel, kind)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE suppressions (
        address_hash TEXT NOT NULL,
        kind TEXT NOT NULL,
        since TEXT NOT NULL,
        source TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (address_hash, kind)
    ) STRICT, WITHOUT ROWID""",
    # No prefix= option would make a one-letter search 30 times slower at 50,000 members.
    "CREATE VIRTUAL TABLE member_search USING fts5 (words, mail, tokenize = 'unicode61', prefix = '1 2 3 4 5 6')",
    # The same with whole addresses, for a part inside a word: reading 50,000 members through takes 30 ms a key.
    "CREATE VIRTUAL TABLE member_parts USING fts5 (words, tokenize = 'trigram', detail = none)",
)
