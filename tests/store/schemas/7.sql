CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE TABLE settings (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL  -- JSON
    ) STRICT, WITHOUT ROWID;
CREATE TABLE operators (
        id INTEGER PRIMARY KEY,
        login TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        member_id INTEGER REFERENCES members(id),
        email TEXT,
        language TEXT,
        active INTEGER NOT NULL DEFAULT 1
    , role TEXT) STRICT;
CREATE TABLE rights (
        operator_id INTEGER NOT NULL REFERENCES operators(id),
        name TEXT NOT NULL,
        catalogue_id INTEGER REFERENCES catalogues(id),  -- NULL: all catalogues
        UNIQUE (operator_id, name, catalogue_id)
    ) STRICT;
CREATE TABLE journal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),  -- NULL: automatic
        action TEXT NOT NULL,
        subject_id INTEGER,
        detail TEXT  -- JSON
    ) STRICT;
CREATE INDEX journal_subject ON journal (action, subject_id);
CREATE TABLE members (
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
    , merged_into INTEGER REFERENCES members(id), erased_at TEXT) STRICT;
CREATE INDEX members_sort ON members (sort_key, id) WHERE archived_at IS NULL;
CREATE TABLE people (
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
    ) STRICT;
CREATE INDEX people_email ON people (email_key) WHERE email_key <> '';
CREATE INDEX people_phone ON people (phone_e164) WHERE phone_e164 <> '';
CREATE INDEX people_mobile ON people (mobile_e164) WHERE mobile_e164 <> '';
CREATE TABLE external_ids (
        source TEXT NOT NULL,
        external_id TEXT NOT NULL,
        member_id INTEGER NOT NULL REFERENCES members(id) ON DELETE CASCADE,
        PRIMARY KEY (source, external_id)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE preferences (
        person_id INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
        kind TEXT NOT NULL
            CHECK (kind IN ('opening', 'last_call', 'pickup', 'automatic', 'targeted', 'measured')),
        allowed INTEGER NOT NULL,
        since TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),  -- NULL: the person, or automatic
        source TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (person_id, channel, kind)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE suppressions (
        address_hash TEXT NOT NULL,
        kind TEXT NOT NULL,
        since TEXT NOT NULL,
        source TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (address_hash, kind)
    ) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE member_search USING fts5 (words, mail, tokenize = 'unicode61', prefix = '1 2 3 4 5 6');
CREATE VIRTUAL TABLE member_parts USING fts5 (words, tokenize = 'trigram', detail = none);
CREATE TABLE producers (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        member_id INTEGER REFERENCES members(id),
        email TEXT NOT NULL DEFAULT '',
        phone TEXT NOT NULL DEFAULT ''
    , version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE catalogues (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        producer_id INTEGER NOT NULL REFERENCES producers(id),
        currency TEXT NOT NULL,
        opens_days_before INTEGER,
        opens_at TEXT,
        closes_days_before INTEGER,
        closes_at TEXT,
        active INTEGER NOT NULL DEFAULT 1,
        version INTEGER NOT NULL DEFAULT 1
    ) STRICT;
CREATE TABLE catalogue_contacts (
        catalogue_id INTEGER NOT NULL REFERENCES catalogues(id),
        member_id INTEGER NOT NULL REFERENCES members(id) ON DELETE CASCADE,
        PRIMARY KEY (catalogue_id, member_id)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE products (
        id INTEGER PRIMARY KEY,
        catalogue_id INTEGER NOT NULL REFERENCES catalogues(id),
        reference TEXT NOT NULL DEFAULT '',
        reference_key TEXT NOT NULL DEFAULT '',  -- folded, without spaces
        name TEXT NOT NULL,
        folded TEXT NOT NULL,
        unit TEXT NOT NULL CHECK (unit IN ('piece', 'kg', 'g', 'l', 'cl', 'ml')),
        base_quantity INTEGER NOT NULL DEFAULT 1000,  -- thousandths of the unit: 6 eggs are 6000 pieces
        price INTEGER NOT NULL,  -- cents for one base quantity; for weighed products for one unit
        cost INTEGER,
        sold TEXT NOT NULL DEFAULT 'whole' CHECK (sold IN ('whole', 'decimal', 'weighed')),
        estimated_weight INTEGER,  -- weighed: thousandths of the unit in one piece
        stock_kind TEXT NOT NULL DEFAULT 'none' CHECK (stock_kind IN ('none', 'all', 'distribution')),
        stock INTEGER,  -- thousandths; the stock for all, or the usual one of a distribution
        display_order INTEGER NOT NULL DEFAULT 0,
        active INTEGER NOT NULL DEFAULT 1,
        version INTEGER NOT NULL DEFAULT 1
    ) STRICT;
CREATE INDEX products_catalogue ON products (catalogue_id, display_order);
CREATE UNIQUE INDEX products_reference ON products (catalogue_id, reference_key) WHERE reference_key <> '';
CREATE TABLE distributions (
        id INTEGER PRIMARY KEY,
        day TEXT NOT NULL,  -- local date
        starts_at TEXT NOT NULL,  -- local hour
        ends_at TEXT NOT NULL,
        place TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        cancelled_at TEXT,
        version INTEGER NOT NULL DEFAULT 1
    , cancelled_reason TEXT NOT NULL DEFAULT '', cancelled_by INTEGER REFERENCES operators(id)) STRICT;
CREATE INDEX distributions_day ON distributions (day, starts_at);
CREATE TABLE distribution_catalogues (
        distribution_id INTEGER NOT NULL REFERENCES distributions(id),
        catalogue_id INTEGER NOT NULL REFERENCES catalogues(id),
        opens TEXT,  -- local date and hour
        closes TEXT,
        recap_sent_at TEXT,  -- UTC
        recap_sent_by INTEGER REFERENCES operators(id), own_hours INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (distribution_id, catalogue_id)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE distribution_stock (
        distribution_id INTEGER NOT NULL REFERENCES distributions(id),
        product_id INTEGER NOT NULL REFERENCES products(id),
        stock INTEGER NOT NULL,
        PRIMARY KEY (distribution_id, product_id)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE orders (
        id INTEGER PRIMARY KEY,
        member_id INTEGER NOT NULL REFERENCES members(id),
        distribution_id INTEGER NOT NULL REFERENCES distributions(id),
        state TEXT NOT NULL CHECK (state IN ('basket', 'confirmed', 'cancelled')),
        changes_order_id INTEGER REFERENCES orders(id),  -- this basket is a change of that confirmed order
        changes_version INTEGER NOT NULL DEFAULT 0,  -- and of this version of it
        channel TEXT NOT NULL DEFAULT 'phone',
        note TEXT NOT NULL DEFAULT '',
        typed TEXT NOT NULL DEFAULT '',  -- of a basket: lines typed and not entered when the terminal was lost
        typed_by INTEGER REFERENCES operators(id),
        filled INTEGER NOT NULL DEFAULT 0,  -- 1 when a line has a quantity above 0
        ordered_on TEXT,  -- local date of the confirmation
        amount INTEGER NOT NULL DEFAULT 0,  -- cents of all lines whatever their currency, kept by triggers
        created_at TEXT NOT NULL,
        created_by INTEGER REFERENCES operators(id),
        confirmed_at TEXT,
        confirmed_by INTEGER REFERENCES operators(id),
        cancelled_reason TEXT NOT NULL DEFAULT '',
        version INTEGER NOT NULL DEFAULT 1
    ) STRICT;
CREATE UNIQUE INDEX orders_basket ON orders (member_id, distribution_id) WHERE state = 'basket';
CREATE UNIQUE INDEX orders_confirmed ON orders (member_id, distribution_id) WHERE state = 'confirmed';
CREATE INDEX orders_filled ON orders (member_id, ordered_on, amount, state, filled)
        WHERE state = 'confirmed' AND filled = 1;
CREATE INDEX orders_by_phone ON orders (member_id, state, filled, channel)
        WHERE state = 'confirmed' AND filled = 1 AND channel = 'phone';
CREATE INDEX orders_distribution ON orders (distribution_id, state, filled, member_id);
CREATE TABLE order_lines (
        id INTEGER PRIMARY KEY,
        order_id INTEGER NOT NULL REFERENCES orders(id) ON DELETE CASCADE,
        product_id INTEGER NOT NULL REFERENCES products(id),
        catalogue_id INTEGER NOT NULL REFERENCES catalogues(id),
        quantity INTEGER NOT NULL CHECK (quantity >= 0),  -- thousandths
        price INTEGER NOT NULL,  -- frozen at entry
        cost INTEGER,
        amount INTEGER NOT NULL,  -- cents
        estimated INTEGER NOT NULL DEFAULT 0,  -- weighed and not settled yet
        settled_weight INTEGER,
        late INTEGER NOT NULL DEFAULT 0,
        operator_id INTEGER REFERENCES operators(id),
        entered_at TEXT NOT NULL, promotion_id INTEGER REFERENCES promotions(id),
        UNIQUE (order_id, product_id)
    ) STRICT;
CREATE TRIGGER order_lines_added AFTER INSERT ON order_lines WHEN new.amount <> 0
        BEGIN UPDATE orders SET amount = amount + new.amount WHERE id = new.order_id; END;
CREATE TRIGGER order_lines_changed AFTER UPDATE OF amount ON order_lines WHEN new.amount <> old.amount
        BEGIN UPDATE orders SET amount = amount + new.amount - old.amount WHERE id = new.order_id; END;
CREATE TRIGGER order_lines_removed AFTER DELETE ON order_lines WHEN old.amount <> 0
        BEGIN UPDATE orders SET amount = amount - old.amount WHERE id = old.order_id; END;
CREATE INDEX order_lines_catalogue ON order_lines (catalogue_id, order_id, quantity);
CREATE INDEX order_lines_product ON order_lines (product_id, order_id, quantity);
CREATE INDEX order_lines_largest ON order_lines (product_id, quantity);
CREATE TABLE basket_entries (
        id INTEGER PRIMARY KEY,
        order_id INTEGER NOT NULL REFERENCES orders(id) ON DELETE CASCADE,
        text TEXT NOT NULL,  -- as typed, so that it can be taken back for correction
        batch INTEGER NOT NULL DEFAULT 0,  -- what one key entered together is undone together; 0: entered alone
        product_id INTEGER NOT NULL REFERENCES products(id),
        before INTEGER NOT NULL,
        after INTEGER NOT NULL,
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id)
    ) STRICT;
CREATE INDEX basket_entries_order ON basket_entries (order_id);
CREATE TABLE order_changes (
        id INTEGER PRIMARY KEY,
        order_id INTEGER NOT NULL REFERENCES orders(id),
        distribution_id INTEGER NOT NULL REFERENCES distributions(id),
        catalogue_id INTEGER NOT NULL REFERENCES catalogues(id),
        product_id INTEGER NOT NULL REFERENCES products(id),
        member_id INTEGER NOT NULL REFERENCES members(id),
        before INTEGER NOT NULL,
        after INTEGER NOT NULL,
        price INTEGER NOT NULL,
        late INTEGER NOT NULL,
        after_recap INTEGER NOT NULL,
        channel TEXT NOT NULL,
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        supplement_sent_at TEXT  -- NULL: the producer does not know yet, when after_recap
    , recap_id INTEGER REFERENCES recaps(id)) STRICT;
CREATE INDEX order_changes_distribution ON order_changes (distribution_id, catalogue_id, after_recap);
CREATE INDEX order_changes_order ON order_changes (order_id);
CREATE TABLE segments (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        definition TEXT NOT NULL,  -- JSON
        version INTEGER NOT NULL DEFAULT 1
    ) STRICT;
CREATE TABLE messages (
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
    , language TEXT NOT NULL DEFAULT '', expected_mails INTEGER, archived_at TEXT, workflow_step_id INTEGER REFERENCES workflow_steps(id), occurrence_id INTEGER REFERENCES occurrences(id), catalogue_id INTEGER REFERENCES catalogues(id), promotion_id INTEGER REFERENCES promotions(id), withdrawn_at TEXT) STRICT;
CREATE TABLE recipients (
        message_id INTEGER NOT NULL REFERENCES messages(id),
        member_id INTEGER NOT NULL REFERENCES members(id),
        reach TEXT NOT NULL CHECK (reach IN ('email', 'unreachable', 'opted_out')),
        call_state TEXT CHECK (call_state IN ('called', 'not_reached', 'ordered')),
        call_at TEXT,
        call_by INTEGER REFERENCES operators(id),
        PRIMARY KEY (message_id, member_id)
    ) STRICT, WITHOUT ROWID;
CREATE INDEX recipients_member ON recipients (member_id, message_id);
CREATE TABLE deliveries (
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
    , enclosure_id INTEGER REFERENCES enclosures(id)) STRICT;
CREATE UNIQUE INDEX deliveries_once ON deliveries (message_id, address_key, about_member)
        WHERE kind = 'message';
CREATE INDEX deliveries_state ON deliveries (state, next_at, id);
CREATE INDEX deliveries_message ON deliveries (message_id, state);
CREATE TABLE delivery_people (
        delivery_id INTEGER NOT NULL REFERENCES deliveries(id),
        person_id INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        member_id INTEGER NOT NULL REFERENCES members(id),
        PRIMARY KEY (delivery_id, person_id)
    ) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_people_member ON delivery_people (member_id, delivery_id);
CREATE TABLE attempts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        delivery_id INTEGER REFERENCES deliveries(id),  -- NULL: about the mailbox
        at TEXT NOT NULL,
        phase TEXT NOT NULL,
        code INTEGER,
        answer TEXT NOT NULL DEFAULT '',
        counted INTEGER NOT NULL DEFAULT 0  -- 1: uses up the mailbox's hour and day
    ) STRICT;
CREATE INDEX attempts_counted ON attempts (at) WHERE counted = 1;
CREATE INDEX attempts_delivery ON attempts (delivery_id);
CREATE TABLE mailbox (
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
    , provider TEXT NOT NULL DEFAULT '', login TEXT NOT NULL DEFAULT 'password' CHECK (login IN ('password', 'xoauth2')), per_minute INTEGER NOT NULL DEFAULT 0, imap_host TEXT NOT NULL DEFAULT '', imap_port INTEGER NOT NULL DEFAULT 993, imap_tls TEXT NOT NULL DEFAULT 'implicit'
        CHECK (imap_tls IN ('starttls', 'implicit', 'none')), files_sent INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE runs (
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
    ) STRICT;
CREATE TABLE import_mappings (
        kind TEXT NOT NULL CHECK (kind IN ('members', 'products', 'orders')),
        header TEXT NOT NULL,  -- JSON list of the file's header keys, in their order
        columns TEXT NOT NULL,  -- JSON: what each column is, by its place
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        PRIMARY KEY (kind, header)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE import_answers (
        kind TEXT NOT NULL CHECK (kind IN ('member', 'product', 'catalogue')),
        source TEXT NOT NULL,  -- the system that the file came from
        key TEXT NOT NULL,  -- what that system calls it, folded
        target_id INTEGER NOT NULL,  -- the member, product or catalogue that it is here
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        PRIMARY KEY (kind, source, key)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE merges (
        id INTEGER PRIMARY KEY,
        kept_id INTEGER NOT NULL REFERENCES members(id),
        gone_id INTEGER NOT NULL REFERENCES members(id),
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        before TEXT NOT NULL,  -- JSON: every row that the merge changed or took away, by table
        after TEXT NOT NULL,  -- JSON: the same rows as the merge left them, to see whether they were changed since
        undone_at TEXT,
        undone_by INTEGER REFERENCES operators(id)
    ) STRICT;
CREATE INDEX merges_kept ON merges (kept_id);
CREATE INDEX merges_gone ON merges (gone_id);
CREATE TABLE recaps (
        id INTEGER PRIMARY KEY,
        distribution_id INTEGER NOT NULL REFERENCES distributions(id),
        catalogue_id INTEGER NOT NULL REFERENCES catalogues(id),
        kind TEXT NOT NULL CHECK (kind IN ('recap', 'supplement')),
        way TEXT NOT NULL CHECK (way IN ('mail', 'file', 'said')),  -- a file is printed or handed over
        up_to INTEGER NOT NULL,  -- the last of order_changes that it tells; 0: nothing was ordered yet
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id)
    ) STRICT;
CREATE INDEX recaps_distribution ON recaps (distribution_id, catalogue_id);
CREATE TABLE recap_deliveries (
        recap_id INTEGER NOT NULL REFERENCES recaps(id),
        delivery_id INTEGER NOT NULL REFERENCES deliveries(id),
        PRIMARY KEY (recap_id, delivery_id)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE call_backs (
        distribution_id INTEGER NOT NULL REFERENCES distributions(id),
        member_id INTEGER NOT NULL REFERENCES members(id),
        state TEXT NOT NULL CHECK (state IN ('called', 'not_reached', 'nothing')),  -- nothing: wants nothing this time
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        PRIMARY KEY (distribution_id, member_id)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE unfinished (
        operator_id INTEGER NOT NULL REFERENCES operators(id),
        place TEXT NOT NULL,  -- the screen that it was typed on
        typed TEXT NOT NULL,  -- JSON: text by field
        at TEXT NOT NULL,
        PRIMARY KEY (operator_id, place)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE message_files (
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
    ) STRICT;
CREATE TABLE enclosures (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- none comes twice: a run keeps a tail by its id
        digest TEXT NOT NULL UNIQUE,  -- SHA-256 of the tail
        tail BLOB NOT NULL  -- the octets of the mail after its own part; never changed, since mails are sent again
    ) STRICT;
CREATE INDEX deliveries_enclosure ON deliveries (enclosure_id) WHERE enclosure_id IS NOT NULL;
CREATE TABLE starters (
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
    ) STRICT;
CREATE TABLE heartbeats (
        machine TEXT PRIMARY KEY,
        at TEXT NOT NULL,  -- the last time that this machine looked at the outbox by itself
        before TEXT,  -- and the time before that one
        outcome TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID;
CREATE TABLE measures (
        delivery_id INTEGER NOT NULL REFERENCES deliveries(id),
        person_id INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        member_id INTEGER NOT NULL REFERENCES members(id),
        what TEXT NOT NULL CHECK (what IN ('opened', 'clicked')),
        at TEXT NOT NULL,  -- the first time
        PRIMARY KEY (delivery_id, person_id, what)
    ) STRICT, WITHOUT ROWID;
CREATE INDEX measures_member ON measures (member_id, what, delivery_id);
CREATE TABLE vouchers (
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
    ) STRICT;
CREATE INDEX vouchers_message ON vouchers (message_id, member_id);
CREATE INDEX vouchers_member ON vouchers (member_id);
CREATE TABLE inbox_bookmarks (
        account TEXT NOT NULL,  -- login and host
        folder TEXT NOT NULL,
        uidvalidity INTEGER NOT NULL,  -- with another one the numbers begin anew (RFC 3501, 2.3.1.1)
        last_uid INTEGER NOT NULL,
        PRIMARY KEY (account, folder)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE inbox_reads (
        id INTEGER PRIMARY KEY CHECK (id = 1),  -- the last reading only
        at TEXT NOT NULL,
        outcome TEXT NOT NULL,  -- 'done', or the fault's kind
        answer TEXT NOT NULL DEFAULT '',
        done_at TEXT,  -- the last one that succeeded
        operator_id INTEGER REFERENCES operators(id)  -- NULL: it was read by itself
    ) STRICT;
CREATE TABLE came_back (
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
    ) STRICT;
CREATE INDEX came_back_state ON came_back (state, received_at);
CREATE INDEX came_back_received ON came_back (received_at);
CREATE INDEX came_back_noted ON came_back (noted_at, kind);
CREATE INDEX came_back_delivery ON came_back (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX came_back_member ON came_back (member_id) WHERE member_id IS NOT NULL;
CREATE INDEX came_back_address ON came_back (address_key, kind);
CREATE INDEX deliveries_address ON deliveries (address_key);
CREATE TABLE roles (  -- those that were changed or made here; the others are as they come
        name TEXT PRIMARY KEY,
        rights TEXT NOT NULL  -- JSON: names of rights
    ) STRICT, WITHOUT ROWID;
CREATE INDEX journal_operator ON journal (operator_id, at);
CREATE INDEX journal_at ON journal (at);
CREATE INDEX journal_member ON journal (json_extract(detail, '$.member'))
        WHERE json_extract(detail, '$.member') IS NOT NULL;
CREATE TABLE workflows (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL COLLATE NOCASE,
        template TEXT NOT NULL DEFAULT '',  -- the name of the template that it was made from
        paused INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        created_by INTEGER REFERENCES operators(id),
        changed_at TEXT NOT NULL,
        changed_by INTEGER REFERENCES operators(id),
        removed_at TEXT,  -- what went out for it still says what it was
        version INTEGER NOT NULL DEFAULT 1
    ) STRICT;
CREATE UNIQUE INDEX workflows_title ON workflows (title) WHERE removed_at IS NULL;
CREATE TABLE workflow_steps (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- none comes twice: occurrences are known by it
        workflow_id INTEGER NOT NULL REFERENCES workflows(id),
        position INTEGER NOT NULL,
        trigger TEXT NOT NULL CHECK (trigger IN ('opens', 'closes', 'distribution', 'registration', 'confirmed',
            'changed', 'added', 'basket', 'promotion_starts', 'promotion_ends', 'recap')),
        timing TEXT NOT NULL CHECK (timing IN ('at_once', 'before', 'after')),
        days INTEGER NOT NULL DEFAULT 0,
        hour TEXT NOT NULL DEFAULT '',  -- local, HH:MM; '' where it goes at once
        audience TEXT NOT NULL DEFAULT 'all' CHECK (audience IN ('all', 'ordered', 'not_ordered', 'segment')),
        words TEXT NOT NULL DEFAULT '{}',  -- JSON: label, subject, text …, as last finished: what goes out
        since TEXT NOT NULL,  -- what was due before this moment is not sent: trigger or moment were changed then
        removed_at TEXT,
        version INTEGER NOT NULL DEFAULT 1
    ) STRICT;
CREATE INDEX workflow_steps_workflow ON workflow_steps (workflow_id, position);
CREATE TABLE workflow_attachments (
        id INTEGER PRIMARY KEY,
        workflow_id INTEGER NOT NULL REFERENCES workflows(id),
        scope TEXT NOT NULL CHECK (scope IN ('distribution', 'distributions', 'catalogue', 'group')),
        distribution_id INTEGER REFERENCES distributions(id),
        catalogue_id INTEGER REFERENCES catalogues(id),
        at TEXT NOT NULL,  -- what was due before is not sent
        operator_id INTEGER REFERENCES operators(id)
    ) STRICT;
CREATE UNIQUE INDEX workflow_attachments_once
        ON workflow_attachments (workflow_id, scope, coalesce(distribution_id, 0), coalesce(catalogue_id, 0));
CREATE TABLE workflow_exemptions (
        workflow_id INTEGER NOT NULL REFERENCES workflows(id),
        distribution_id INTEGER NOT NULL REFERENCES distributions(id),
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        PRIMARY KEY (workflow_id, distribution_id)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE promotions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL DEFAULT '',
        product_id INTEGER REFERENCES products(id),
        catalogue_id INTEGER REFERENCES catalogues(id),
        percent INTEGER CHECK (percent BETWEEN 1 AND 100),
        price INTEGER CHECK (price >= 0),  -- cents, as the product's own price is meant
        since TEXT NOT NULL,  -- local dates, both included
        until TEXT NOT NULL,
        created_at TEXT NOT NULL,
        created_by INTEGER REFERENCES operators(id),
        cancelled_at TEXT,
        version INTEGER NOT NULL DEFAULT 1,
        CHECK ((product_id IS NULL) <> (catalogue_id IS NULL)),
        CHECK ((percent IS NULL) <> (price IS NULL)),
        CHECK (price IS NULL OR product_id IS NOT NULL),
        CHECK (since <= until)
    ) STRICT;
CREATE INDEX promotions_until ON promotions (until);
CREATE TABLE occurrences (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        step_id INTEGER NOT NULL REFERENCES workflow_steps(id),
        key TEXT NOT NULL,  -- which time it is: with the step, once for ever
        distribution_id INTEGER REFERENCES distributions(id),
        catalogue_id INTEGER REFERENCES catalogues(id),
        member_id INTEGER REFERENCES members(id),
        order_id INTEGER,  -- as it was: a basket may be dropped
        promotion_id INTEGER REFERENCES promotions(id),
        due_at TEXT NOT NULL,  -- UTC
        state TEXT NOT NULL CHECK (state IN ('queued', 'nobody', 'missed', 'skipped', 'withdrawn')),
        reason TEXT NOT NULL DEFAULT '',
        mails INTEGER NOT NULL DEFAULT 0,  -- all that were made for it
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        UNIQUE (step_id, key)
    ) STRICT;
CREATE INDEX occurrences_at ON occurrences (at);
CREATE INDEX occurrences_state ON occurrences (state, due_at);
CREATE INDEX occurrences_distribution ON occurrences (distribution_id) WHERE distribution_id IS NOT NULL;
CREATE INDEX occurrences_order ON occurrences (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX occurrences_member ON occurrences (member_id) WHERE member_id IS NOT NULL;
CREATE UNIQUE INDEX messages_step ON messages (workflow_step_id) WHERE workflow_step_id IS NOT NULL;
CREATE INDEX messages_occurrence ON messages (occurrence_id) WHERE occurrence_id IS NOT NULL;
