"""Segments, messages, and the outbox: deliveries, attempts, the mailbox, runs."""

from __future__ import annotations

MESSAGES = (
    """CREATE TABLE segments (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        definition TEXT NOT NULL,  -- JSON
        version INTEGER NOT NULL DEFAULT 1
    ) STRICT""",
    """CREATE TABLE messages (
        id INTEGER PRIMARY KEY,
        label TEXT NOT NULL DEFAULT '',
        subject TEXT NOT NULL DEFAULT '',
        text TEXT NOT NULL DEFAULT '',
        sms_text TEXT NOT NULL DEFAULT '',
        segment TEXT NOT NULL,  -- JSON; a copy, so that a saved segment may change
        kind TEXT NOT NULL DEFAULT 'targeted'
            CHECK (kind IN ('opening', 'last_call', 'pickup', 'automatic', 'targeted')),
        from_address TEXT NOT NULL DEFAULT '',
        from_name TEXT NOT NULL DEFAULT '',
        reply_to TEXT NOT NULL DEFAULT '',
        service_reason TEXT NOT NULL DEFAULT '',  -- a service message, and why
        distribution_id INTEGER REFERENCES distributions(id),  -- the one its fields speak of; NULL: the next
        counts_from TEXT,  -- local dates
        closes_on TEXT,
        send_at TEXT,  -- local date and hour: scheduled
        scheduled_by INTEGER REFERENCES operators(id),
        send_before TEXT,
        state TEXT NOT NULL DEFAULT 'draft'
            CHECK (state IN ('draft', 'scheduled', 'queued', 'cancelled', 'archived')),
        paused INTEGER NOT NULL DEFAULT 0,
        tested_at TEXT,
        tested_by INTEGER REFERENCES operators(id),
        tested_hash TEXT,
        created_at TEXT NOT NULL,
        created_by INTEGER REFERENCES operators(id),
        changed_at TEXT NOT NULL,
        changed_by INTEGER REFERENCES operators(id),
        queued_at TEXT,
        queued_by INTEGER REFERENCES operators(id),
        version INTEGER NOT NULL DEFAULT 1
    ) STRICT""",
    """CREATE TABLE recipients (
        message_id INTEGER NOT NULL REFERENCES messages(id),
        member_id INTEGER NOT NULL REFERENCES members(id),
        reach TEXT NOT NULL CHECK (reach IN ('email', 'unreachable', 'opted_out')),
        call_state TEXT CHECK (call_state IN ('called', 'not_reached', 'ordered')),
        call_at TEXT,
        call_by INTEGER REFERENCES operators(id),
        PRIMARY KEY (message_id, member_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX recipients_member ON recipients (member_id, message_id)",
    """CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('message', 'test', 'recap', 'supplement')),
        message_id INTEGER REFERENCES messages(id),
        address TEXT NOT NULL,
        address_key TEXT NOT NULL,
        name TEXT NOT NULL,
        about_member INTEGER NOT NULL DEFAULT 0,  -- the member it is for, where the text needs one mail a member
        state TEXT NOT NULL DEFAULT 'ready'
            CHECK (state IN ('ready', 'sending', 'sent', 'failed', 'unknown', 'held', 'bounced')),
        reason TEXT NOT NULL DEFAULT '',
        message_ref TEXT NOT NULL UNIQUE,  -- the Message-ID
        token TEXT NOT NULL UNIQUE,
        envelope_from TEXT NOT NULL,
        date_header TEXT,  -- set at the first attempt: every attempt sends the same bytes
        tries INTEGER NOT NULL DEFAULT 0,
        next_at TEXT,
        send_before TEXT,
        queued_at TEXT NOT NULL,
        state_at TEXT NOT NULL,
        answer TEXT NOT NULL DEFAULT '',
        mime BLOB NOT NULL  -- all but Date; last, so that lists need not read past it
    ) STRICT""",
    """CREATE UNIQUE INDEX deliveries_once ON deliveries (message_id, address_key, about_member)
        WHERE kind = 'message'""",
    "CREATE INDEX deliveries_state ON deliveries (state, next_at, id)",
    "CREATE INDEX deliveries_message ON deliveries (message_id, state)",
    """CREATE TABLE delivery_people (
        delivery_id INTEGER NOT NULL REFERENCES deliveries(id),
        person_id INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        member_id INTEGER NOT NULL REFERENCES members(id),
        PRIMARY KEY (delivery_id, person_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX delivery_people_member ON delivery_people (member_id, delivery_id)",
    """CREATE TABLE attempts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        delivery_id INTEGER REFERENCES deliveries(id),  -- NULL: about the mailbox
        at TEXT NOT NULL,
        phase TEXT NOT NULL,
        code INTEGER,
        answer TEXT NOT NULL DEFAULT '',
        counted INTEGER NOT NULL DEFAULT 0  -- 1: uses up the mailbox's hour and day
    ) STRICT""",
    "CREATE INDEX attempts_counted ON attempts (at) WHERE counted = 1",
    "CREATE INDEX attempts_delivery ON attempts (delivery_id)",
    """CREATE TABLE mailbox (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        host TEXT NOT NULL,
        port INTEGER NOT NULL,
        tls TEXT NOT NULL CHECK (tls IN ('starttls', 'implicit', 'none')),
        username TEXT NOT NULL,
        address TEXT NOT NULL,
        identities TEXT NOT NULL DEFAULT '[]',  -- JSON list of further From addresses
        per_hour INTEGER NOT NULL,
        per_day INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'paused', 'login_refused', 'quota')),
        until TEXT,
        reason TEXT NOT NULL DEFAULT '',
        answer TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        machine TEXT NOT NULL,
        inode INTEGER NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        how TEXT NOT NULL,
        outcome TEXT NOT NULL DEFAULT '',  -- how it ended; empty while it runs, or after a crash
        answer TEXT NOT NULL DEFAULT '',
        sent INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
)
