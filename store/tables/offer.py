"""Producers, catalogues, products, and the distributions they are offered for."""

from __future__ import annotations

OFFER = (
    """CREATE TABLE producers (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        member_id INTEGER REFERENCES members(id),
        email TEXT NOT NULL DEFAULT '',
        phone TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    """CREATE TABLE catalogues (
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
    ) STRICT""",
    """CREATE TABLE catalogue_contacts (
        catalogue_id INTEGER NOT NULL REFERENCES catalogues(id),
        member_id INTEGER NOT NULL REFERENCES members(id) ON DELETE CASCADE,
        PRIMARY KEY (catalogue_id, member_id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE products (
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
    ) STRICT""",
    "CREATE INDEX products_catalogue ON products (catalogue_id, display_order)",
    "CREATE UNIQUE INDEX products_reference ON products (catalogue_id, reference_key) WHERE reference_key <> ''",
    """CREATE TABLE distributions (
        id INTEGER PRIMARY KEY,
        day TEXT NOT NULL,  -- local date
        starts_at TEXT NOT NULL,  -- local hour
        ends_at TEXT NOT NULL,
        place TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        cancelled_at TEXT,
        version INTEGER NOT NULL DEFAULT 1
    ) STRICT""",
    "CREATE INDEX distributions_day ON distributions (day, starts_at)",
    """CREATE TABLE distribution_catalogues (
        distribution_id INTEGER NOT NULL REFERENCES distributions(id),
        catalogue_id INTEGER NOT NULL REFERENCES catalogues(id),
        opens TEXT,  -- local date and hour
        closes TEXT,
        recap_sent_at TEXT,  -- UTC
        recap_sent_by INTEGER REFERENCES operators(id),
        PRIMARY KEY (distribution_id, catalogue_id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE distribution_stock (
        distribution_id INTEGER NOT NULL REFERENCES distributions(id),
        product_id INTEGER NOT NULL REFERENCES products(id),
        stock INTEGER NOT NULL,
        PRIMARY KEY (distribution_id, product_id)
    ) STRICT, WITHOUT ROWID""",
)
