"""Distributions in words: how far off one is, when its catalogues open and close, whom a change concerns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from screens.text import labelled
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from store.clock import Clock
    from store.distributions import Concerned, Distribution, DistributionCatalogue, DistributionRow

NAMES = 3
"""How many members or catalogues a sentence names."""


def when(day: date, today: date) -> str:
    """How far off a day is: "today", "tomorrow", "in 4 days"; empty for one that has passed."""
    ahead = (day - today).days
    if ahead < 0:
        return ""
    if ahead < 2:
        return _("tomorrow") if ahead else _("today")
    return ngettext("in {n} day", "in {n} days", ahead).format(n=ahead)


def state(row: DistributionRow, today: date) -> str:
    """What there is to say of a distribution in one column: what nobody has told a producer comes first."""
    if row.cancelled:
        return _("cancelled")
    if row.untold:
        return "! " + ngettext("{n} late", "{n} late", row.untold).format(n=row.untold)
    return _("over") if row.over else when(row.day, today)


def cancelled_words(distribution: Distribution, clock: Clock) -> str:
    """When, by whom and why a day was cancelled."""
    at = distribution.cancelled_at
    return _("Cancelled {moment} by {name}: {reason}").format(
        moment=dates.moment(clock.to_wall(at)) if at is not None else "",
        name=distribution.cancelled_by or _("automatic"),
        reason=distribution.cancelled_reason,
    )


def hours(starts_at: str, ends_at: str) -> str:
    """From when to when, as it is typed: "18:00-19:30"."""
    return f"{starts_at}-{ends_at}"


def title(distribution: Distribution) -> str:
    """Day and place in few cells."""
    day = dates.day(distribution.day, year=True)
    return _("{day}, {place}").format(day=day, place=distribution.place) if distribution.place else day


def ordered(orders: int, baskets: int) -> str:
    """How much is ordered; empty when nothing is."""
    parts = [ngettext("{n} order", "{n} orders", orders).format(n=orders)] if orders else []
    if baskets:
        parts.append(ngettext("{n} open basket", "{n} open baskets", baskets).format(n=baskets))
    return ", ".join(parts)


def opening(catalogue: DistributionCatalogue) -> str:
    """When a catalogue opens."""
    return dates.moment(catalogue.opens) if catalogue.opens is not None else _("from the start")


def closing(catalogue: DistributionCatalogue) -> str:
    """When a catalogue closes."""
    return dates.moment(catalogue.closes) if catalogue.closes is not None else _("never")


def closings(offered: Iterable[tuple[str, datetime | None]]) -> str:
    """When catalogues close, each with its moment, in one sentence: those that close together are named together."""
    together: dict[datetime | None, list[str]] = {}
    for name, closes in sorted(offered, key=lambda one: (one[1] is None, str(one[1]), one[0])):
        together.setdefault(closes, []).append(name)
    parts = [
        labelled(_("open to the end") if closes is None else dates.moment(closes), ", ".join(names))
        for closes, names in together.items()
    ]
    return " · ".join(parts) or _("no catalogue")


def progress(distribution: Distribution, catalogue: DistributionCatalogue, orders: int, wall: datetime) -> str:
    """Where a catalogue with so many orders stands, in few cells."""
    if catalogue.recap_sent_at is not None:
        return _("recap sent")
    if distribution.cancelled:
        return ""
    if catalogue.closed:
        return _("! recap not sent") if orders else _("closed")
    return _("not open yet") if catalogue.opens is not None and catalogue.opens > wall else _("open")


def concerned(found: Concerned) -> str:
    """Whom a change concerns; empty for nobody."""
    if not found.members:
        return ""
    text = ngettext("{n} member is concerned: {what}.", "{n} members are concerned: {what}.", len(found.members))
    return text.format(n=len(found.members), what=ordered(found.orders, found.baskets))


def told(found: Concerned) -> str:
    """Which producers prepare for the day as it was; empty for none."""
    if not found.told:
        return ""
    names = ", ".join(found.told[:NAMES]) + (" …" if len(found.told) > NAMES else "")
    return _("The recap is sent, tell the producer too: {names}").format(names=names)


def automatic(found: Concerned) -> str:
    """What becomes of the mails that workflows send about it, and how many know the day as it was; empty for none."""
    said = []
    if n := found.waiting:
        said.append(
            ngettext(
                "{n} automatic mail in the outbox is taken back.",
                "{n} automatic mails in the outbox are taken back.",
                n,
            ).format(n=n)
        )
    if n := found.gone:
        said.append(
            ngettext(
                "{n} automatic mail with the former day has gone out.",
                "{n} automatic mails with the former day have gone out.",
                n,
            ).format(n=n)
        )
    return " ".join(said)


def later(day: date, today: date, weeks: int = 1) -> date:
    """The same weekday so many weeks later, or as many times more as it takes to be still to come."""
    steps = max(1, (today - day).days // (7 * weeks) + 1)
    return day + timedelta(weeks=weeks * steps)
