"""Everything that is stored about a member, for who asks what the group knows of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from store.delivery_records import Attempt
from store.errors import NotFound
from store.exchange.whole_members import plain_member, whole_members, within_ids
from store.hand_picks import picks_of
from store.journal_search import about_member
from store.member_resolving import kept
from store.personal_records import (
    Deed,
    Merged,
    OrderChange,
    OrderedLine,
    PersonalData,
    Role,
    StoredCall,
    StoredMail,
    StoredMessage,
    StoredOrder,
    StoredReturn,
    StoredVoucher,
)
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

_OF_ORDERS = ("orders", "order_lines", "basket_entries", "order_changes", "call_backs")
_OF_MESSAGES = ("messages", "recipients", "deliveries", "delivery_people", "measures", "vouchers", "came_back")
"""The tables that tell of orders and of messages."""
_DEEDS_OF_ORDERS = ("order.", "orders.", "basket.", "call.")
_DEEDS_OF_MESSAGES = ("message.", "delivery.", "came_back.", "export.attempts")
"""How the actions begin that tell of orders and of messages."""
_RETURNS = """SELECT id FROM came_back WHERE member_id = :id OR address_key IN (
    SELECT email_key FROM people WHERE member_id = :id AND email_key <> '')"""
"""What came back of mails to a member, or from an address of theirs."""


def everything_about(store: Store, member_id: int) -> PersonalData:
    """All that is stored about a member, archived or not; needs the right `members`. Raises `NotFound`.

    One that was merged into another is that other.
    """
    with store.reading() as t:
        t.require(Right.MEMBERS)
        member_id = kept(t, member_id)
        whole = whole_members(t, *within_ids((member_id,)))
        if not whole:
            raise NotFound("member", str(member_id))
        sees_orders, sees_messages = t.actor.may(Right.ORDERS), t.actor.may(Right.MESSAGES_SEE)
        hidden = (*(() if sees_orders else _OF_ORDERS), *(() if sees_messages else _OF_MESSAGES))
        return PersonalData(
            member=plain_member(whole[0]),
            roles=roles(t, member_id),
            orders=_orders(t, member_id) if sees_orders else None,
            calls=_calls(t, member_id) if sees_orders else None,
            messages=_messages(t, member_id) if sees_messages else None,
            mails=_mails(t, member_id) if sees_messages else None,
            came_back=_came_back(t, member_id) if sees_messages else None,
            vouchers=_vouchers(t, member_id) if sees_messages else None,
            journal=_journal(t, member_id, orders=sees_orders, messages=sees_messages),
            merges=_merges(t, member_id, hidden),
            imports=tuple(
                (row["source"], row["key"])
                for row in t.all(
                    "SELECT source, key FROM import_answers WHERE kind = 'member' AND target_id = ? ORDER BY 1, 2",
                    (member_id,),
                )
            ),
            listed_in=tuple(pick.name for pick in picks_of(t, (member_id,)) if pick.table not in hidden),
        )


def roles(t: Transaction, member_id: int) -> tuple[Role, ...]:
    """What the member is besides."""
    return tuple(
        Role(*row)
        for row in t.all(
            """SELECT 'operator', login FROM operators WHERE member_id = :id
            UNION ALL SELECT 'producer', name FROM producers WHERE member_id = :id
            UNION ALL SELECT 'contact', c.name FROM catalogue_contacts k JOIN catalogues c ON c.id = k.catalogue_id
                WHERE k.member_id = :id""",
            {"id": member_id},
        )
    )


def _orders(t: Transaction, member_id: int) -> tuple[StoredOrder, ...]:
    rows = t.all(
        """SELECT o.id, d.day, d.place, o.state, o.channel, o.note, o.cancelled_reason, o.typed, o.ordered_on,
            o.created_at, o.confirmed_at, coalesce(p.name, '') AS "by"
        FROM orders o JOIN distributions d ON d.id = o.distribution_id
        LEFT JOIN operators p ON p.id = coalesce(o.confirmed_by, o.created_by)
        WHERE o.member_id = ? ORDER BY d.day, d.starts_at, o.id""",
        (member_id,),
    )
    return tuple(StoredOrder(**row, lines=_lines(t, row["id"]), changes=_changes(t, row["id"])) for row in rows)


def _lines(t: Transaction, order_id: int) -> tuple[OrderedLine, ...]:
    rows = t.all(
        """SELECT c.name AS catalogue, p.name AS product, l.quantity, l.price, l.amount, c.currency, l.late,
            l.entered_at, coalesce(o.name, '') AS "by"
        FROM order_lines l JOIN products p ON p.id = l.product_id JOIN catalogues c ON c.id = l.catalogue_id
        LEFT JOIN operators o ON o.id = l.operator_id WHERE l.order_id = ? ORDER BY l.id""",
        (order_id,),
    )
    return tuple(OrderedLine(**{**row, "late": bool(row["late"])}) for row in rows)


def _changes(t: Transaction, order_id: int) -> tuple[OrderChange, ...]:
    rows = t.all(
        """SELECT c.at, coalesce(o.name, '') AS "by", c.channel, p.name AS product, c.before, c.after, c.late
        FROM order_changes c JOIN products p ON p.id = c.product_id LEFT JOIN operators o ON o.id = c.operator_id
        WHERE c.order_id = ? ORDER BY c.id""",
        (order_id,),
    )
    return tuple(OrderChange(**{**row, "late": bool(row["late"])}) for row in rows)


def _calls(t: Transaction, member_id: int) -> tuple[StoredCall, ...]:
    rows = t.all(
        """SELECT d.day, c.state, c.at, coalesce(o.name, '') AS "by" FROM call_backs c
        JOIN distributions d ON d.id = c.distribution_id LEFT JOIN operators o ON o.id = c.operator_id
        WHERE c.member_id = ? ORDER BY d.day, d.id""",
        (member_id,),
    )
    return tuple(StoredCall(**row) for row in rows)


def _messages(t: Transaction, member_id: int) -> tuple[StoredMessage, ...]:
    rows = t.all(
        """SELECT m.id, coalesce(nullif(m.label, ''), m.subject) AS title, coalesce(m.queued_at, m.changed_at) AS at,
            r.reach, coalesce(r.channel, '') AS channel, coalesce(r.handed_at, '') AS handed_at,
            coalesce(r.call_state, '') AS call_state, coalesce(r.call_at, '') AS call_at,
            coalesce(o.name, '') AS call_by
        FROM recipients r JOIN messages m ON m.id = r.message_id LEFT JOIN operators o ON o.id = r.call_by
        WHERE r.member_id = ? ORDER BY at, m.id""",
        (member_id,),
    )
    return tuple(StoredMessage(**row) for row in rows)


def _mails(t: Transaction, member_id: int) -> tuple[StoredMail, ...]:
    """Those that name one of the people, and tests that went to one of their addresses."""
    rows = t.all(
        """SELECT d.id, d.kind, coalesce(nullif(m.label, ''), m.subject, '') AS message, d.address, d.name, d.state,
            d.reason, d.queued_at, d.state_at, d.answer
        FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id
        WHERE d.id IN (SELECT delivery_id FROM delivery_people WHERE member_id = :id)
            OR d.address_key IN (SELECT email_key FROM people WHERE member_id = :id AND email_key <> '')
            AND NOT EXISTS (SELECT 1 FROM delivery_people WHERE delivery_id = d.id)
        ORDER BY d.id""",
        {"id": member_id},
    )
    return tuple(
        StoredMail(**row, attempts=_attempts(t, row["id"]), measures=_measures(t, row["id"], member_id)) for row in rows
    )


def _measures(t: Transaction, delivery_id: int, member_id: int) -> tuple[tuple[str, str], ...]:
    rows = t.all(
        "SELECT what, at FROM measures WHERE delivery_id = ? AND member_id = ? ORDER BY at, what",
        (delivery_id, member_id),
    )
    return tuple((row["what"], row["at"]) for row in rows)


def _came_back(t: Transaction, member_id: int) -> tuple[StoredReturn, ...]:
    """What came back of mails to them, or from an address of theirs."""
    rows = t.all(
        f"""SELECT c.received_at, c.kind, coalesce(nullif(m.label, ''), m.subject, '') AS message, c.address, c.status,
            c.said, c.topic, c.state, c.decided_at, coalesce(o.name, '') AS "by"
        FROM came_back c LEFT JOIN deliveries d ON d.id = c.delivery_id LEFT JOIN messages m ON m.id = d.message_id
        LEFT JOIN operators o ON o.id = c.decided_by WHERE c.id IN ({_RETURNS}) ORDER BY c.received_at, c.id""",
        {"id": member_id},
    )
    return tuple(StoredReturn(**row) for row in rows)


def _vouchers(t: Transaction, member_id: int) -> tuple[StoredVoucher, ...]:
    rows = t.all(
        """SELECT v.code, coalesce(nullif(m.label, ''), m.subject, '') AS message, v.amount, v.currency, v.valid_until,
            v.state, v.made_at, v.state_at, v.minimum, v.used, d.day AS used_for
        FROM vouchers v LEFT JOIN messages m ON m.id = v.message_id
        LEFT JOIN orders o ON o.id = v.order_id AND v.state = 'redeemed'
        LEFT JOIN distributions d ON d.id = o.distribution_id WHERE v.member_id = ? ORDER BY v.id""",
        (member_id,),
    )
    return tuple(StoredVoucher(**row) for row in rows)


def _attempts(t: Transaction, delivery_id: int) -> tuple[Attempt, ...]:
    rows = t.all("SELECT at, phase, code, answer FROM attempts WHERE delivery_id = ? ORDER BY id", (delivery_id,))
    return tuple(Attempt(**row) for row in rows)


def _journal(t: Transaction, member_id: int, *, orders: bool, messages: bool) -> tuple[Deed, ...]:
    """What was done about them; who else was concerned by the same is left out."""
    hidden = (*(() if orders else _DEEDS_OF_ORDERS), *(() if messages else _DEEDS_OF_MESSAGES))
    rows = t.all(
        """SELECT j.at, coalesce(o.name, '') AS "by", j.action, j.detail FROM json_each(?) x
        CROSS JOIN journal j ON j.id = x.value LEFT JOIN operators o ON o.id = j.operator_id ORDER BY j.id""",
        (json.dumps(about_member(t, member_id)),),
    )
    return tuple(
        Deed(row["at"], row["by"], row["action"], _without_others(row["detail"]))
        for row in rows
        if not row["action"].startswith(hidden)
    )


def _without_others(detail: str | None) -> dict[str, Any] | None:
    told = json.loads(detail) if detail else {}
    return {name: value for name, value in told.items() if name not in ("members", "added")} or None


def _merges(t: Transaction, member_id: int, hidden: Sequence[str]) -> tuple[Merged, ...]:
    rows = t.all(
        """SELECT g.at, coalesce(o.name, '') AS "by", g.kept_id + g.gone_id - :id AS other_id, g.undone_at, g.before
        FROM merges g LEFT JOIN operators o ON o.id = g.operator_id
        WHERE :id IN (g.kept_id, g.gone_id) ORDER BY g.id""",
        {"id": member_id},
    )
    return tuple(Merged(**{**row, "before": _shown(json.loads(row["before"]), hidden)}) for row in rows)


def _shown(before: dict[str, Any], hidden: Sequence[str]) -> dict[str, Any]:
    return {**before, "rows": {table: rows for table, rows in before["rows"].items() if table not in hidden}}
