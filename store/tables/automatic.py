"""Workflows, what became of each of their occurrences, and promotions."""

from __future__ import annotations

AUTOMATIC = (
    """CREATE TABLE workflows (
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
    ) STRICT""",
    "CREATE UNIQUE INDEX workflows_title ON workflows (title) WHERE removed_at IS NULL",
    """CREATE TABLE workflow_steps (
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
    ) STRICT""",
    "CREATE INDEX workflow_steps_workflow ON workflow_steps (workflow_id, position)",
    """CREATE TABLE workflow_attachments (
        id INTEGER PRIMARY KEY,
        workflow_id INTEGER NOT NULL REFERENCES workflows(id),
        scope TEXT NOT NULL CHECK (scope IN ('distribution', 'distributions', 'catalogue', 'group')),
        distribution_id INTEGER REFERENCES distributions(id),
        catalogue_id INTEGER REFERENCES catalogues(id),
        at TEXT NOT NULL,  -- what was due before is not sent
        operator_id INTEGER REFERENCES operators(id)
    ) STRICT""",
    """CREATE UNIQUE INDEX workflow_attachments_once
        ON workflow_attachments (workflow_id, scope, coalesce(distribution_id, 0), coalesce(catalogue_id, 0))""",
    """CREATE TABLE workflow_exemptions (
        workflow_id INTEGER NOT NULL REFERENCES workflows(id),
        distribution_id INTEGER NOT NULL REFERENCES distributions(id),
        at TEXT NOT NULL,
        operator_id INTEGER REFERENCES operators(id),
        PRIMARY KEY (workflow_id, distribution_id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE promotions (
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
    ) STRICT""",
    "CREATE INDEX promotions_until ON promotions (until)",
    # Of an ordered line at the price of a promotion.
    "ALTER TABLE order_lines ADD COLUMN promotion_id INTEGER REFERENCES promotions(id)",
    """CREATE TABLE occurrences (
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
    ) STRICT""",
    "CREATE INDEX occurrences_at ON occurrences (at)",
    "CREATE INDEX occurrences_state ON occurrences (state, due_at)",
    "CREATE INDEX occurrences_distribution ON occurrences (distribution_id) WHERE distribution_id IS NOT NULL",
    "CREATE INDEX occurrences_order ON occurrences (order_id) WHERE order_id IS NOT NULL",
    "CREATE INDEX occurrences_member ON occurrences (member_id) WHERE member_id IS NOT NULL",
    # The words of a step are a draft that is never sent itself: each occurrence sends a copy.
    "ALTER TABLE messages ADD COLUMN workflow_step_id INTEGER REFERENCES workflow_steps(id)",
    "ALTER TABLE messages ADD COLUMN occurrence_id INTEGER REFERENCES occurrences(id)",
    # What its fields speak of beside the distribution.
    "ALTER TABLE messages ADD COLUMN catalogue_id INTEGER REFERENCES catalogues(id)",
    "ALTER TABLE messages ADD COLUMN promotion_id INTEGER REFERENCES promotions(id)",
    # Its words may not hold since then: none of its mails is let go or tried again, each is written anew.
    "ALTER TABLE messages ADD COLUMN withdrawn_at TEXT",
    "CREATE UNIQUE INDEX messages_step ON messages (workflow_step_id) WHERE workflow_step_id IS NOT NULL",
    "CREATE INDEX messages_occurrence ON messages (occurrence_id) WHERE occurrence_id IS NOT NULL",
)
