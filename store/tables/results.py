"""What a message brought: further channels, vouchers, what was measured, and the figures of old mailings."""

from __future__ import annotations

RESULTS = (
    # JSON list: each member is written to by the first of them that reaches the member, the others are called.
    """ALTER TABLE messages ADD COLUMN channels TEXT NOT NULL DEFAULT '["email"]'""",
    "ALTER TABLE messages ADD COLUMN letter_text TEXT NOT NULL DEFAULT ''",  # '': the mail's text
    "ALTER TABLE messages ADD COLUMN call_text TEXT NOT NULL DEFAULT ''",  # '': the mail's text
    # As it was when the message was queued; NULL: not counted then.
    "ALTER TABLE messages ADD COLUMN members_then INTEGER",
    "ALTER TABLE messages ADD COLUMN mobile_then INTEGER",  # of those selected
    # An old mailing of another system: it has recipients and figures, and no mails.
    "ALTER TABLE messages ADD COLUMN imported_at TEXT",
    "ALTER TABLE messages ADD COLUMN imported_by INTEGER REFERENCES operators(id)",
    "ALTER TABLE messages ADD COLUMN imported_key TEXT",  # what tells it from others, so that it comes in once
    "CREATE UNIQUE INDEX messages_imported ON messages (imported_key) WHERE imported_key IS NOT NULL",
    # By which channel the member hears of it; NULL: of before there were others, by mail or on the phone.
    """ALTER TABLE recipients ADD COLUMN channel TEXT
        CHECK (channel IN ('email', 'sms', 'letter', 'csv', 'call', ''))""",
    "ALTER TABLE recipients ADD COLUMN handed_at TEXT",  # the letter was written to a file, or the row of the CSV
    "ALTER TABLE recipients ADD COLUMN handed_by INTEGER REFERENCES operators(id)",
    # Reckoned from what stands before the mail's text: a list that asks for it need not read past that.
    """ALTER TABLE deliveries ADD COLUMN channel TEXT NOT NULL
        GENERATED ALWAYS AS (iif(envelope_from = '', 'sms', 'email')) VIRTUAL""",
    "ALTER TABLE deliveries ADD COLUMN parts INTEGER NOT NULL DEFAULT 0",  # of an SMS: so many are paid for
    # Only where the group measures and all people of the mail allowed it.
    "ALTER TABLE deliveries ADD COLUMN measure_token TEXT",
    "CREATE UNIQUE INDEX deliveries_measured ON deliveries (measure_token) WHERE measure_token IS NOT NULL",
    "CREATE INDEX deliveries_sms ON deliveries (state, next_at) WHERE channel = 'sms'",
    """CREATE TABLE message_links (  -- where the links of measured mails lead: nowhere else does cabas send anybody
        message_id INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        url TEXT NOT NULL,
        PRIMARY KEY (message_id, number),
        UNIQUE (message_id, url)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE sms_gateway (  -- the gateway itself, with its secrets, is in the configuration
        id INTEGER PRIMARY KEY CHECK (id = 1),
        cost INTEGER NOT NULL DEFAULT 0,  -- of one SMS, in ten-thousandths of the currency's unit
        currency TEXT NOT NULL,
        per_day INTEGER NOT NULL DEFAULT 0,  -- 0: as many as there are
        only_allowed INTEGER NOT NULL DEFAULT 0,  -- 1: only to who said yes
        state TEXT NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'paused', 'refused')),
        until TEXT,  -- paused no longer than this; NULL: until somebody does something
        reason TEXT NOT NULL DEFAULT '',
        answer TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    """CREATE TABLE voucher_offers (
        message_id INTEGER PRIMARY KEY REFERENCES messages(id) ON DELETE CASCADE,
        amount INTEGER CHECK (amount > 0),  -- cents: the same for all
        percent INTEGER CHECK (percent BETWEEN 1 AND 100),  -- or so much of what the member bought
        since TEXT,  -- local dates, both included: the purchases that count
        until TEXT,
        currency TEXT NOT NULL,  -- of the amount, and of the minimum
        minimum INTEGER NOT NULL DEFAULT 0 CHECK (minimum >= 0),  -- cents that an order has to come to
        valid_until TEXT,  -- local date, that day included; NULL: without end
        CHECK ((amount IS NULL) <> (percent IS NULL)),
        CHECK (percent IS NULL OR since IS NOT NULL AND until IS NOT NULL AND since <= until)
    ) STRICT""",
    "ALTER TABLE vouchers ADD COLUMN minimum INTEGER NOT NULL DEFAULT 0",  # cents
    # The basket or order that it is taken off; only once that is confirmed it is redeemed.
    "ALTER TABLE vouchers ADD COLUMN order_id INTEGER REFERENCES orders(id) ON DELETE SET NULL",
    # The basket that takes it off the order again, once that is confirmed.
    "ALTER TABLE vouchers ADD COLUMN off_in INTEGER REFERENCES orders(id) ON DELETE SET NULL",
    "ALTER TABLE vouchers ADD COLUMN used INTEGER NOT NULL DEFAULT 0",  # cents that were taken off
    "CREATE INDEX vouchers_order ON vouchers (order_id) WHERE order_id IS NOT NULL",
    "CREATE INDEX vouchers_off ON vouchers (off_in) WHERE off_in IS NOT NULL",
    """CREATE TABLE message_figures (  -- of an old mailing, as its file said
        message_id INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        currency TEXT NOT NULL DEFAULT '',
        value INTEGER NOT NULL,  -- a count, cents or thousandths
        PRIMARY KEY (message_id, name, currency)
    ) STRICT, WITHOUT ROWID""",
)
