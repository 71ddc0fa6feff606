"""What a message offers, and the vouchers that come of it when it is frozen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from store.distribution_hours import check_day
from store.errors import Invalid
from store.settings import load_group
from store.voucher_codes import SAMPLE, new_code
from store.voucher_records import Forecast, Offer, Planned

if TYPE_CHECKING:
    from store.clock import Clock
    from store.message_records import Message
    from store.transaction import Transaction

LARGEST = 100_000_00
"""Cents of a voucher, or of an order that it asks for: above it somebody has typed cents."""

Plan = Mapping[int, tuple[Planned, ...]]
"""The vouchers to be made, by member; who gets none is left out."""


def offer_of(t: Transaction, message_id: int) -> Offer | None:
    """What a message offers, or None."""
    row = t.one("SELECT * FROM voucher_offers WHERE message_id = ?", (message_id,))
    if row is None:
        return None
    return Offer(
        currency=row["currency"],
        amount=row["amount"],
        percent=row["percent"],
        since=_day(row["since"]),
        until=_day(row["until"]),
        minimum=row["minimum"],
        valid_until=_day(row["valid_until"]),
    )


def write_offer(t: Transaction, clock: Clock, message_id: int, offer: Offer | None) -> None:
    """Write what a draft offers; raises `Invalid` (see `Vouchers.set_offer`)."""
    t.execute("DELETE FROM voucher_offers WHERE message_id = ?", (message_id,))
    if offer is None:
        return
    check_offer(t, offer, clock.to_wall(t.now).date())
    t.insert(
        "voucher_offers",
        message_id=message_id,
        amount=offer.amount,
        percent=offer.percent,
        since=_text(offer.since if offer.percent is not None else None),
        until=_text(offer.until if offer.percent is not None else None),
        currency=offer.currency,
        minimum=offer.minimum,
        valid_until=_text(offer.valid_until),
    )


def copy_offer(t: Transaction, clock: Clock, message_id: int, copy_id: int) -> None:
    """Offer with a copy of a message what it offered; a last day that is past is left out.

    So is the offer itself where its currency is not used any more.
    """
    offer = offer_of(t, message_id)
    if offer is None:
        return
    if offer.currency not in currencies(t):
        return
    past = offer.valid_until is not None and offer.valid_until < clock.to_wall(t.now).date()
    write_offer(t, clock, copy_id, replace(offer, valid_until=None) if past else offer)


def check_offer(t: Transaction, offer: Offer, today: date) -> None:
    """Raise `Invalid` for nonsense."""
    if (offer.amount is None) == (offer.percent is None):
        raise Invalid("offer", "", "amount_or_percent")
    for field, value, least, most in (
        ("amount", offer.amount, 1, LARGEST),
        ("percent", offer.percent, 1, 100),
        ("minimum", offer.minimum, 0, LARGEST),
    ):
        if value is not None and not least <= value <= most:
            raise Invalid(field, str(value), "too_small" if value < least else "too_large")
    if offer.currency not in currencies(t):
        raise Invalid("currency", offer.currency, "not_paid")
    if offer.percent is not None:
        if offer.since is None or offer.until is None:
            raise Invalid("since" if offer.since is None else "until", "", "empty")
        check_day(offer.since, "since")
        check_day(offer.until, "until")
        if offer.until < offer.since:
            raise Invalid("until", offer.until.isoformat(), "before_since")
    if offer.valid_until is not None:
        check_day(offer.valid_until, "valid_until")
        if offer.valid_until < today:
            raise Invalid("valid_until", offer.valid_until.isoformat(), "past")


def currencies(t: Transaction) -> tuple[str, ...]:
    """The currencies that orders are paid in, the group's own first."""
    own = load_group(t).currency
    rows = t.all("SELECT DISTINCT currency FROM catalogues WHERE currency <> ? ORDER BY currency", (own,))
    return (own, *(row["currency"] for row in rows))


def plan_vouchers(t: Transaction, clock: Clock, message: Message, member_ids: Iterable[int]) -> Plan:
    """The vouchers of everybody who hears of a message, as they would be made now, with the same sample for a code.

    To be read before the texts are made; `with_codes` gives them the codes that they are made with. Raises
    `Invalid("valid_until", …, "past")` for an offer that nobody could use any more.
    """
    offer = offer_of(t, message.id or 0)
    if offer is None:
        return {}
    check_offer(t, offer, clock.to_wall(t.now).date())
    return _planned(t, offer, member_ids)


def _planned(t: Transaction, offer: Offer, member_ids: Iterable[int]) -> Plan:
    ids = sorted(set(member_ids))
    if offer.amount is not None:
        each = (Planned(SAMPLE, offer.amount, offer.currency, offer.minimum, offer.valid_until),)
        return dict.fromkeys(ids, each)
    assert offer.percent is not None  # it was checked
    assert offer.since is not None
    assert offer.until is not None
    rows = t.all(
        """SELECT o.member_id, c.currency, sum(l.amount) AS cents
        FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN catalogues c ON c.id = l.catalogue_id
        WHERE o.state = 'confirmed' AND o.ordered_on BETWEEN ? AND ? AND l.quantity > 0
            AND o.member_id IN (SELECT value FROM json_each(?))
        GROUP BY o.member_id, c.currency ORDER BY o.member_id, c.currency <> ?, c.currency""",
        (offer.since.isoformat(), offer.until.isoformat(), json.dumps(ids), offer.currency),
    )
    found: dict[int, tuple[Planned, ...]] = {}
    for row in rows:
        cents = (row["cents"] * offer.percent + 50) // 100
        if cents > 0:
            minimum = offer.minimum if row["currency"] == offer.currency else 0
            one = Planned(SAMPLE, cents, row["currency"], minimum, offer.valid_until)
            found[row["member_id"]] = (*found.get(row["member_id"], ()), one)
    return found


def made_vouchers(t: Transaction, message_id: int) -> Plan:
    """The vouchers that were made with a message, by member, whatever became of them since."""
    found: dict[int, tuple[Planned, ...]] = {}
    for row in t.all("SELECT * FROM vouchers WHERE message_id = ? ORDER BY id", (message_id,)):
        one = Planned(row["code"], row["amount"], row["currency"], row["minimum"], _day(row["valid_until"]))
        found[row["member_id"]] = (*found.get(row["member_id"], ()), one)
    return found


def with_codes(t: Transaction, plan: Plan) -> Plan:
    """The same vouchers with codes of their own, that no voucher has."""
    taken = {row["code"] for row in t.all("SELECT code FROM vouchers")}
    found: dict[int, tuple[Planned, ...]] = {}
    for member_id, vouchers in plan.items():
        made = []
        for voucher in vouchers:
            made.append(replace(voucher, code=new_code(taken)))
            taken.add(made[-1].code)
        found[member_id] = tuple(made)
    return found


def without_codes(plan: Plan) -> Plan:
    """The same vouchers as `plan_vouchers` gives them: two plans are the same where these are."""
    return {member: tuple(replace(one, code=SAMPLE) for one in vouchers) for member, vouchers in plan.items()}


def insert_vouchers(t: Transaction, message_id: int, planned: Plan) -> int:
    """Make the vouchers of a message that is being frozen, and return how many."""
    rows = [
        (message_id, member_id, one.code, one.amount, one.currency, one.minimum, _text(one.valid_until), t.stamp)
        for member_id, vouchers in planned.items()
        for one in vouchers
    ]
    t.execute_many(
        """INSERT INTO vouchers (message_id, member_id, code, amount, currency, minimum, valid_until, made_at, state_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?8, ?8)""",
        rows,
    )
    return len(rows)


def forecast(t: Transaction, clock: Clock, message: Message, offer: Offer) -> Forecast:
    """What an offer comes to for those who would hear of a message now; raises `Invalid` for nonsense."""
    from store.reach import Reach, recipients

    check_offer(t, offer, clock.to_wall(t.now).date())
    found = recipients(
        t, message.segment, message.kind, service=bool(message.service_reason), channels=message.channels
    )
    members = {one.member_id for one in found if one.reach is not Reach.OPTED_OUT}
    plan = _planned(t, offer, members)
    sums: dict[str, int] = {}
    least: dict[str, int] = {}
    most: dict[str, int] = {}
    for one in (one for vouchers in plan.values() for one in vouchers):
        sums[one.currency] = sums.get(one.currency, 0) + one.amount
        least[one.currency] = min(least.get(one.currency, one.amount), one.amount)
        most[one.currency] = max(most.get(one.currency, 0), one.amount)
    vouchers = sum(len(vouchers) for vouchers in plan.values())
    return Forecast(len(members), vouchers, len(members) - len(plan), sums, least, most)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
