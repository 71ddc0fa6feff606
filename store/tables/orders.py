"""Baskets, orders, their lines and every change of them."""

from __future__ import annotations

ORDERS = (
    """CREATE TABLE orders (
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
    ) STRICT""",
    "CREATE UNIQUE INDEX orders_basket ON orders (member_id, distribution_id) WHERE state = 'basket'",
    "CREATE UNIQUE INDEX orders_confirmed ON orders (member_id, distribution_id) WHERE state = 'confirmed'",
    # state and filled stand in it once more: without them SQLite fetches every order to look at them.
    """CREATE INDEX orders_filled ON orders (member_id, ordered_on, amount, state, filled)
        WHERE state = 'confirmed' AND filled = 1""",
    """CREATE INDEX orders_by_phone ON orders (member_id, state, filled, channel)
        WHERE state = 'confirmed' AND filled = 1 AND channel = 'phone'""",
    "CREATE INDEX orders_distribution ON orders (distribution_id, state, filled, member_id)",
    """CREATE TABLE order_lines (
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
        entered_at TEXT NOT NULL,
        UNIQUE (order_id, product_id)
    ) STRICT""",
    # What a member has spent is asked of every order at once; adding up the lines takes 30 times as long.
    """CREATE TRIGGER order_lines_added AFTER INSERT ON order_lines WHEN new.amount <> 0
        BEGIN UPDATE orders SET amount = amount + new.amount WHERE id = new.order_id; END""",
    """CREATE TRIGGER order_lines_changed AFTER UPDATE OF amount ON order_lines WHEN new.amount <> old.amount
        BEGIN UPDATE orders SET amount = amount + new.amount - old.amount WHERE id = new.order_id; END""",
    """CREATE TRIGGER order_lines_removed AFTER DELETE ON order_lines WHEN old.amount <> 0
        BEGIN UPDATE orders SET amount = amount - old.amount WHERE id = old.order_id; END""",
    "CREATE INDEX order_lines_catalogue ON order_lines (catalogue_id, order_id, quantity)",
    "CREATE INDEX order_lines_product ON order_lines (product_id, order_id, quantity)",
    "CREATE INDEX order_lines_largest ON order_lines (product_id, quantity)",
    """CREATE TABLE basket_entries (
        id INTEGER PRIMARY KEY,
        order_id INTEGER NOT NULL REFERENCES orders(id) ON DELETE CASCADE,
        text TEXT NOT NULL,  -- as typed, so that it can be taken back for correction
        batch INTEGER NOT NULL DEFAULT 0,  -- what one key entered together is undone together; 0: entered alone
        product_id INTEGER NOT NULL REFERENCES products(id),
        before INTEGER NOT NULL,
        after INTEGER NOT NULL,
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id)
    ) STRICT""",
    "CREATE INDEX basket_entries_order ON basket_entries (order_id)",
    """CREATE TABLE order_changes (
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
    ) STRICT""",
    "CREATE INDEX order_changes_distribution ON order_changes (distribution_id, catalogue_id, after_recap)",
    "CREATE INDEX order_changes_order ON order_changes (order_id)",
)
