"""Which members an old mailing went to, by what its file says of each: addresses, numbers, ids or names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.exchange.orders.members import OrderMembers
from store.exchange.orders.reading import IncomingLine
from store.settings import load_group

if TYPE_CHECKING:
    from store.exchange.match import Match
    from store.exchange.messages.reading import Named
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Found:
    """The members whom a file means, mostly one; `several`: none of them, for there is more than one who may be."""

    members: tuple[int, ...] = ()
    several: bool = False


class RecipientDirectory:
    """Finds the members of today. Nobody is added for a file, and nobody is asked about: who is not certain is not
    found.

    An address belongs to all who share it, for the mail reached them all; a number, an id or a name has to be one
    member's only, or another thing that the file says has to tell them apart. An id is that of any system that members
    came from; where no system's ids are known, it is our own. Members that were taken out of the lists are found too.
    """

    def __init__(self, t: Transaction) -> None:
        sources = tuple(row[0] for row in t.all("SELECT DISTINCT source FROM external_ids"))
        self._members = OrderMembers(t, sources or ("",), load_group(t).country)

    def find(self, named: Named) -> Found:
        """Whom the file means by this."""
        found: dict[int, None] = {}
        for address in named.email:
            found.update(dict.fromkeys(sorted(self._members.with_address(address))))
        if found:
            fitting = self._members.fitting(found, named.name)
            return Found(tuple(fitting) if len(fitting) == 1 else tuple(found))
        lines = [_line(named.line, named.name, named.member_id, phone) for phone in named.phone or ("",)]
        if named.name and not named.member_id and " " not in named.name:
            lines.append(_line(named.line, member_id=named.name))  # an id may have letters
        several = False
        for line in lines:
            match = self._members.find(line)
            if one := _sure(match):
                return Found(one)
            several = several or match.reason == "several"
        return Found(several=several)


def _sure(match: Match) -> tuple[int, ...]:
    if match.id is not None:
        return (match.id,)
    return match.candidates if match.reason == "archived" else ()


def _line(line: int, member: str = "", member_id: str = "", phone: str = "") -> IncomingLine:
    return IncomingLine(line, member, member_id, "", phone, "", "", "", "", 0, None, None, None)
