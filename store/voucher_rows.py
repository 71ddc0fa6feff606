"""Reading vouchers inside a transaction, each as it stands today."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from store import member_search
from store.clock import unstamp
from store.errors import NotFound
from store.rights import Right
from store.voucher_codes import as_kept
from store.voucher_records import Voucher, VoucherState, VoucherTotal

if TYPE_CHECKING:
    from store.transaction import Transaction

# What is on an order or basket of a cancelled distribution remembers it, and is as good as any other voucher: nobody
# can open that basket to take it off.
_ON = "iif(d.cancelled_at IS NOT NULL, 'cancelled', o.state)"
_STATE = "iif(v.state = 'open' AND v.valid_until < :today, 'expired', v.state)"
_SELECT = f"""SELECT v.*, {_STATE} AS stands, coalesce(nullif(m.label, ''), m.subject, '') AS title,
    {_ON} AS order_state, d.day AS order_day, p.name AS by_name
    FROM vouchers v LEFT JOIN messages m ON m.id = v.message_id LEFT JOIN orders o ON o.id = v.order_id
    LEFT JOIN distributions d ON d.id = o.distribution_id LEFT JOIN operators p ON p.id = v.state_by"""


def listed(
    t: Transaction, today: date, message_id: int | None, member_id: int | None, state: VoucherState | None
) -> tuple[Voucher, ...]:
    """Those of the latest message first, by member; of a message, a member or in a state only."""
    given = {"v.message_id = :message": message_id, "v.member_id = :member": member_id, f"{_STATE} = :state": state}
    where = " AND ".join(condition for condition, value in given.items() if value is not None)
    rows = t.all(
        f"""{_SELECT} JOIN members b ON b.id = v.member_id {where and f"WHERE {where}"}
        ORDER BY v.message_id DESC, b.sort_key, b.id, v.id""",
        {"today": today.isoformat(), "message": message_id, "member": member_id, "state": state},
    )
    return _vouchers(t, rows)


def totals(t: Transaction, today: date, message_id: int | None) -> tuple[VoucherTotal, ...]:
    """Counts and sums by state, open ones first, and currency."""
    rows = t.all(
        f"""SELECT {_STATE} AS stands, v.currency, count(*) AS count, sum(v.amount) AS amount,
            sum(iif(v.state = 'redeemed', v.used, 0)) AS used
        FROM vouchers v {"" if message_id is None else "WHERE v.message_id = :message"} GROUP BY stands, v.currency""",
        {"today": today.isoformat(), "message": message_id},
    )
    states = list(VoucherState)
    found = (
        VoucherTotal(VoucherState(row["stands"]), row["currency"], row["count"], row["amount"], row["used"])
        for row in rows
    )
    return tuple(sorted(found, key=lambda total: (states.index(total.state), total.currency)))


def get(t: Transaction, today: date, voucher_id: int) -> Voucher:
    """One voucher; raises `NotFound`."""
    row = t.one(f"{_SELECT} WHERE v.id = :id", {"today": today.isoformat(), "id": voucher_id})
    if row is None:
        raise NotFound("voucher", str(voucher_id))
    return _vouchers(t, [row])[0]


def find(t: Transaction, today: date, code: str) -> Voucher:
    """The voucher with a code as it is typed; raises `NotFound`."""
    row = t.one(f"{_SELECT} WHERE v.code = :code", {"today": today.isoformat(), "code": as_kept(code)})
    if row is None:
        raise NotFound("voucher", code.strip())
    return _vouchers(t, [row])[0]


def open_of(t: Transaction, message_id: int) -> tuple[int, ...]:
    """The ids of a message's vouchers that were not used, also those that have expired or are on a basket."""
    rows = t.all("SELECT id FROM vouchers WHERE message_id = ? AND state = 'open' ORDER BY id", (message_id,))
    return tuple(row["id"] for row in rows)


def holders(t: Transaction, message_id: int) -> frozenset[int]:
    """The members with a voucher of a message that was not used; `open_of` says which these are."""
    rows = t.all("SELECT DISTINCT member_id FROM vouchers WHERE message_id = ? AND state = 'open'", (message_id,))
    return frozenset(row["member_id"] for row in rows)


def usable(t: Transaction, today: date, member_id: int, distribution_id: int | None) -> tuple[Voucher, ...]:
    """What a member can use today; at a distribution, in a currency that is taken there, and on its basket already."""
    rows = t.all(
        f"""{_SELECT} WHERE v.member_id = :member AND v.state = 'open'
            AND (v.valid_until IS NULL OR v.valid_until >= :today)
            AND (v.order_id IS NULL OR {_ON} = 'cancelled'
                OR o.state = 'basket' AND coalesce(:distribution, o.distribution_id) = o.distribution_id)
            AND (:distribution IS NULL OR v.currency IN (SELECT c.currency FROM distribution_catalogues k
                JOIN catalogues c ON c.id = k.catalogue_id WHERE k.distribution_id = :distribution))
        ORDER BY v.valid_until IS NULL, v.valid_until, v.id""",
        {"today": today.isoformat(), "member": member_id, "distribution": distribution_id},
    )
    return _vouchers(t, rows)


def of_orders(t: Transaction, where: str, order_id: int) -> tuple[Voucher, ...]:
    """Those of which a condition is true, in which `:order` is a basket or order, in the order they were made."""
    # Nothing expires that is on an order: when a basket is confirmed it is looked at anew.
    return _vouchers(t, t.all(f"{_SELECT} WHERE {where} ORDER BY v.id", {"today": "", "order": order_id}))


def _vouchers(t: Transaction, rows: Sequence[sqlite3.Row]) -> tuple[Voucher, ...]:
    members = member_search.rows(t, list({row["member_id"] for row in rows}), names_only=True) if rows else ()
    names = {member.id: member.name for member in members}
    sees_messages = t.actor.may(Right.MESSAGES_SEE)
    return tuple(
        Voucher(
            id=row["id"],
            code=row["code"],
            message_id=row["message_id"],
            title=row["title"] if sees_messages else "",
            member_id=row["member_id"],
            member=names.get(row["member_id"], ""),
            amount=row["amount"],
            currency=row["currency"],
            minimum=row["minimum"],
            valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            state=VoucherState(row["stands"]),
            order_id=None if row["order_state"] == "cancelled" else row["order_id"],
            in_basket=row["order_state"] == "basket",
            order_day=date.fromisoformat(row["order_day"])
            if row["order_day"] and row["order_state"] != "cancelled"
            else None,
            used=row["used"],
            made_at=unstamp(row["made_at"]),
            state_at=unstamp(row["state_at"]),
            state_by=row["by_name"],
        )
        for row in rows
    )
