"""Which members an old mailing went to, by what its file says of each: addresses, numbers, ids or names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.exchange.orders.members import OrderMembers
from store.exchange.orders.reading import IncomingLine
from store.settings import load_group

if TYPE_CHECKING:
    from store.exchange.match import Match
    from store.exchange.messages.reading import Named
    from store.transaction import Transaction


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

    def find(self, named: Named) -> tuple[int, ...]:
        """The members whom the file means, mostly one; none where nobody or several are meant."""
        found: dict[int, None] = {}
        for address in named.email:
            found.update(dict.fromkeys(sorted(self._members.with_address(address))))
        if found:
            fitting = self._members.fitting(found, named.name)
            return tuple(fitting) if len(fitting) == 1 else tuple(found)
        for phone in named.phone or ("",):
            if one := _sure(self._members.find(_line(named.line, named.name, named.member_id, phone))):
                return one
        if not named.name or named.member_id or " " in named.name:
            return ()
        return _sure(self._members.find(_line(named.line, member_id=named.name)))  # an id may have letters


def _sure(match: Match) -> tuple[int, ...]:
    if match.id is not None:
        return (match.id,)
    return match.candidates if match.reason == "archived" else ()


def _line(line: int, member: str = "", member_id: str = "", phone: str = "") -> IncomingLine:
    return IncomingLine(line, member, member_id, "", phone, "", "", "", "", 0, None, None, None)
