"""What producers were told and whom to call, as the desk reads it. Quantities are thousandths, amounts cents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from store.products import Product

RECAP, SUPPLEMENT = "recap", "supplement"
"""What a producer is told: all that is ordered, or what changed since they were told."""
MAIL, FILE, SAID = "mail", "file", "said"
"""How a producer was told: by our mail, by a printed or handed over file, in words (by phone, say)."""
LOST = frozenset(("failed", "held", "bounced"))
"""The states of a mail that nobody gets unless somebody does something."""
CALL_STATES = ("called", "not_reached", "nothing")
"""What came of calling a member back; "nothing": wants nothing this time."""


@dataclass(frozen=True, slots=True)
class TellingMail:
    """A mail that told a producer: where it went, its state in the outbox and why; `id` is the delivery's."""

    address: str
    state: str
    reason: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Telling:
    """That a producer was told: `kind` RECAP or SUPPLEMENT, `way` MAIL, FILE or SAID, at an aware UTC moment.

    `by` is None for what happened by itself. `changes` is how many changes of orders it told, of a recap those after
    the one before. `id` 0: an earlier cabas wrote down no more than that it was told.
    """

    id: int
    kind: str
    way: str
    at: datetime
    by: str | None
    mails: tuple[TellingMail, ...] = ()
    changes: int = 0

    @property
    def lost(self) -> bool:
        """Whether it was a mail, and nobody got it: all of them failed, came back or are held."""
        return bool(self.mails) and all(mail.state in LOST for mail in self.mails)


def last_telling(tellings: Iterable[Telling]) -> Telling | None:
    """Of tellings, the latest first, the one since which the producer's late lines are counted; None of none.

    A supplement that was lost told nothing; a recap counts even so, since what is late is what came after it.
    """
    return next((telling for telling in tellings if telling.kind == RECAP or not telling.lost), None)


@dataclass(frozen=True, slots=True)
class RecapState:
    """Where one catalogue of a distribution stands: what is ordered, and what the producer was told of it.

    `emails` are where a mail would go, `phone` is the producer's. `opens` and `closes` are naive local moments,
    `totals` cents per currency, `untold` how many lines the producer does not know yet. `tellings` are the latest
    first; `recap` is the last recap among them.
    """

    distribution_id: int
    day: date
    place: str
    cancelled: bool
    catalogue_id: int
    name: str
    producer_name: str
    phone: str
    emails: tuple[str, ...]
    opens: datetime | None
    closes: datetime | None
    closed: bool
    orders: int
    lines: int
    totals: dict[str, int]
    estimated: bool
    recap: Telling | None
    tellings: tuple[Telling, ...]
    untold: int

    @property
    def last(self) -> Telling | None:
        """The telling that `untold` is counted since (see `last_telling`)."""
        return last_telling(self.tellings)

    @property
    def lost(self) -> Telling | None:
        """What was sent by mail last and reached nobody; told anew since, or undone, it is settled."""
        for telling in self.tellings:
            if telling.lost and (telling.kind == RECAP or (telling.changes and self.untold)):
                return telling
            if telling.kind == RECAP:
                return None
        return None

    @property
    def due(self) -> bool:
        """Whether somebody should do something: closed and not told, lines not told, or a mail that reached nobody."""
        to_tell = self.recap is None and self.closed and self.lines > 0
        return to_tell or self.untold > 0 or self.lost is not None


@dataclass(frozen=True, slots=True)
class CallBack:
    """A member who ordered by phone last time and has not yet this time.

    `last_day` is the day of that distribution, `last` what came then (product, quantity). `basket`: somebody is taking
    an order just now, or left it open. `state` is one of CALL_STATES, None while nobody called; `at` (aware UTC) and
    `by` are of that.
    """

    member_id: int
    member: str
    phone: str
    mobile: str
    last_day: date
    last: tuple[tuple[Product, int], ...]
    basket: bool
    state: str | None
    at: datetime | None
    by: str | None
