"""The pick-up sheet: who comes for what."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from store import member_search
from store.clock import Clock
from store.distributions import get_distribution
from store.lists.day import displayed, read_lines, totals, vouchers_of_day
from store.lists.line_records import DayLine, PickupMember, PickupSheet
from store.order_lines import shared
from store.order_lists import entered

if TYPE_CHECKING:
    from store.order_lines import OWN
    from store.transaction import Transaction


def pickup_sheet(t: Transaction, clock: Clock, own: OWN, distribution_id: int) -> PickupSheet:
    """The members who ordered, by name, as far as the actor may see it; raises `NotFound`."""
    distribution = get_distribution(t, clock, distribution_id)
    lines = read_lines(t, own, distribution_id)
    mine: dict[int, list[DayLine]] = {}
    for line in lines:
        mine.setdefault(line.member_id, []).append(line)
    members = {row.id: row for row in member_search.rows(t, list(mine), names_only=own is not None)}
    notes, phones = _notes(t, own, distribution_id), _phones(t, mine)
    vouchers = vouchers_of_day(t, own, distribution_id)
    sheet = tuple(
        PickupMember(
            member_id=member_id,
            order_id=theirs[0].order_id,
            name=members[member_id].name,
            phones=phones.get(member_id, ()),
            note=notes.get(theirs[0].order_id, ""),
            lines=tuple(sorted(theirs, key=lambda line: displayed(line.product))),
            totals=totals(theirs),
            estimated=any(line.estimated for line in theirs),
            to_weigh=sum(line.to_weigh for line in theirs),
            vouchers=vouchers.get(member_id, {}),
        )
        for member_id, theirs in mine.items()
    )
    estimated = any(line.estimated for line in lines)
    return PickupSheet(distribution, sheet, totals(lines), estimated, _unconfirmed(t, own, distribution_id))


def _unconfirmed(t: Transaction, own: OWN, distribution_id: int) -> tuple[str, ...]:
    rows = t.all(
        f"""SELECT o.member_id FROM orders o JOIN members m ON m.id = o.member_id
        WHERE o.distribution_id = ? AND o.state = 'basket' AND {entered(own)} ORDER BY m.sort_key, m.id""",
        (distribution_id,),
    )
    members = member_search.rows(t, [row["member_id"] for row in rows], names_only=own is not None)
    return tuple(member.name for member in members)


def _phones(t: Transaction, member_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The numbers of both people of each member, as people of the country write them."""
    rows = t.all(
        """SELECT member_id, phone_shown, mobile_shown FROM people
        WHERE member_id IN (SELECT value FROM json_each(?)) ORDER BY member_id, position""",
        (json.dumps(list(member_ids)),),
    )
    found: dict[int, dict[str, None]] = {}
    for row in rows:
        numbers = (number for number in (row["phone_shown"], row["mobile_shown"]) if number)
        found.setdefault(row["member_id"], {}).update(dict.fromkeys(numbers))
    return {member_id: tuple(numbers) for member_id, numbers in found.items()}


def _notes(t: Transaction, own: OWN, distribution_id: int) -> dict[int, str]:
    """The notes of the orders; for who may see some catalogues, of those that are about these only."""
    rows = t.all(
        f"""SELECT id, note FROM orders o WHERE distribution_id = ? AND state = 'confirmed' AND note <> ''
            AND NOT {shared(own, "o.id")}""",
        (distribution_id,),
    )
    return {row["id"]: row["note"] for row in rows}
