"""The vouchers of a message, for its texts: what they would be, or what was made when it was frozen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from store.message_fields import Facts
from store.reach import Reach
from store.voucher_offers import Plan, made_vouchers, plan_vouchers, without_codes
from store.voucher_records import Planned
from templates.words import dates
from templates.words.money import money

if TYPE_CHECKING:
    from store.clock import Clock
    from store.message_records import Message
    from store.reach import Recipient
    from store.transaction import Transaction


def with_vouchers(
    t: Transaction, clock: Clock, message: Message, facts: Facts, recipients: Iterable[Recipient]
) -> Facts:
    """The facts with the vouchers of everybody who hears of the message, which are those that were made once it went.

    Until `store.voucher_offers.with_codes` each is read with the same sample. Raises `Invalid` for an offer that nobody
    could use.
    """
    if message.queued_at is not None:
        return replace(facts, vouchers=made_vouchers(t, message.id or 0))
    members = {one.member_id for one in recipients if one.reach is not Reach.OPTED_OUT}
    return replace(facts, vouchers=plan_vouchers(t, clock, message, members))


def same_vouchers(one: Plan, other: Plan) -> bool:
    """Whether two plans give the same to the same people, whatever the codes."""
    return without_codes(one) == without_codes(other)


def voucher_fields(vouchers: Iterable[Planned]) -> dict[str, Any]:
    """What the fields say of a member's vouchers: mostly one; of several, one for each currency, each with its amount.

    What an offer does not say is no field: without an end there is no `until`, and nothing for who gets none.
    """
    found = list(vouchers)
    if not found:
        return {}
    first, several = found[0], len(found) > 1
    said = [money(one.amount, one.currency) for one in found]
    codes = [f"{one.code} ({amount})" if several else one.code for one, amount in zip(found, said, strict=True)]
    values = {"code": ", ".join(codes), "amount": " + ".join(said)}
    if first.valid_until is not None:
        values["until"] = dates.day_long(first.valid_until, year=True)
    minimum = next((one for one in found if one.minimum), None)
    if minimum is not None:
        values["minimum"] = money(minimum.minimum, minimum.currency)
    return values
