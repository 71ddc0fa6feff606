"""Which rows of the journal are about a member: its own, and those of its orders, mails and what came back."""

from __future__ import annotations

import json

from store.errors import NotFound
from store.journal_records import kind_of
from store.member_resolving import kept
from store.transaction import Transaction

_FAMILY = """WITH RECURSIVE family (id) AS (
    VALUES (:member)
    UNION SELECT g.gone_id FROM merges g JOIN family f ON g.kept_id = f.id WHERE g.undone_at IS NULL
)"""
"""The member, and those that were merged into it."""

_ABOUT = f"""{_FAMILY},
    orders_of (id, since) AS MATERIALIZED (
        -- No index begins with the member for every order: with all columns of this one named, a look at each
        -- distribution is enough. A state that is not named here would not be found.
        SELECT id, created_at FROM orders INDEXED BY orders_distribution
        WHERE distribution_id IN (SELECT id FROM distributions)
            AND state IN ('basket', 'confirmed', 'cancelled') AND filled IN (0, 1) AND member_id IN family
    ),
    returns_of (id) AS (
        SELECT id FROM came_back WHERE member_id IN family
        UNION SELECT id FROM came_back WHERE address_key IN (
            SELECT email_key FROM people WHERE member_id IN family AND email_key <> '')
    )
SELECT id FROM journal WHERE action IN (SELECT value FROM json_each(:members)) AND subject_id IN family
UNION SELECT id FROM journal WHERE json_extract(detail, '$.member') IN family
    AND json_extract(detail, '$.member') IS NOT NULL
UNION SELECT j.id FROM orders_of o CROSS JOIN journal j ON o.id = j.subject_id
    WHERE j.action IN (SELECT value FROM json_each(:orders)) AND json_extract(j.detail, '$.member') IS NULL
        AND j.at >= o.since  -- an id may have been that of a basket that was dropped
UNION SELECT id FROM journal WHERE action IN (SELECT value FROM json_each(:deliveries))
    AND subject_id IN (SELECT delivery_id FROM delivery_people WHERE member_id IN family)
UNION SELECT id FROM journal WHERE action IN (SELECT value FROM json_each(:returns))
    AND subject_id IN (SELECT id FROM returns_of)
UNION SELECT id FROM journal WHERE action IN ('member.merged', 'member.unmerged')
    AND subject_id IN (SELECT kept_id FROM merges WHERE gone_id IN family) AND json_extract(detail, '$.gone') IN family
UNION SELECT id FROM journal WHERE action IN (SELECT value FROM json_each(:members)) AND subject_id IS NULL
    AND EXISTS (SELECT 1 FROM json_each(detail, '$.members') WHERE value IN family)
UNION SELECT id FROM journal WHERE action IN ('members.imported', 'orders.imported', 'export.members')
    AND (EXISTS (SELECT 1 FROM json_each(detail, '$.members') WHERE value IN family)
        -- what one import adds has one id after the other
        OR EXISTS (SELECT 1 FROM family
            WHERE id BETWEEN json_extract(detail, '$.added[0]') AND json_extract(detail, '$.added[1]')))"""


def about_member(t: Transaction, member_id: int) -> list[int]:
    """The ids of all rows about a member, and about those that were merged into it; raises `NotFound`.

    One that was merged into another means that other.
    """
    from store.journal import actions

    if t.one("SELECT 1 FROM members WHERE id = ?", (member_id,)) is None:
        raise NotFound("member", str(member_id))
    there_are = actions(t)
    of_kind = {
        name: json.dumps([action for action in there_are if kind_of(action) == kind])
        for name, kind in (
            ("members", "member"),
            ("orders", "order"),
            ("deliveries", "delivery"),
            ("returns", "came_back"),
        )
    }
    return [row["id"] for row in t.all(_ABOUT, {"member": kept(t, member_id), **of_kind})]
