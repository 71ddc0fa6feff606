"""What the desk says of producers who are to be told something, of pick-up today, and of whom to call back.

Only what is read after the first lines are shown needs this.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from screens.recap_words import MAILS, WAITING, short, stuck, to_ring
from screens.text import labelled
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from screens.desk_lines import Desk, Item
    from store import Store
    from store.clock import Clock
    from store.lists.records import RecapState, Telling

LISTS = 3
"""Messages whose calls are listed; the rest is counted."""
RECAPS = 4
"""How many producers the desk lists; the rest is counted."""

ON_ITS_WAY = timedelta(minutes=2)
"""So long a mail may take before it asks for attention: nobody may be sending."""


def to_tell(store: Store, desk: Desk) -> tuple[RecapState, ...]:
    """The catalogues whose producers are to be told something, and those to whom a mail is not through yet."""
    found = store.lists.due()
    if desk.distribution is None:
        return found
    known = {(state.distribution_id, state.catalogue_id) for state in found}
    now = store.lists.states(desk.distribution.id)
    waits = [s for s in now if stuck(s) is not None and (s.distribution_id, s.catalogue_id) not in known]
    return (*found, *waits)


def to_call(store: Store, desk: Desk) -> int:
    """How many ordered by phone last time, did not yet, and can still be called in time."""
    next_one = desk.distribution
    if next_one is None or not any(not c.closed and (c.opens or desk.wall) <= desk.wall for c in next_one.catalogues):
        return 0
    return to_ring(store.lists.calls(next_one.id))


def producers(desk: Desk, clock: Clock) -> list[Item]:
    """Lines for each producer who is to be told something."""
    states = desk.recaps or ()
    found = [(line, "l") for state in states[:RECAPS] for line in recap_lines(desk, state, clock)]
    more = len(states) - RECAPS
    if more > 0:
        text = ngettext("and {n} more producer to tell", "and {n} more producers to tell", more)
        found.append((f"! {text.format(n=more)}", "l"))
    return found


def recap_lines(desk: Desk, state: RecapState, clock: Clock) -> list[str]:
    """What became of the mail to one producer, and what they are to be told."""
    name = short(state.name)
    if desk.distribution is None or state.distribution_id != desk.distribution.id:
        name = _("{name} ({day})").format(name=name, day=dates.day(state.day))
    lines = []
    if (mail := stuck(state)) is not None:
        telling, worst = mail
        if state.lost is not None:
            text = _("{name}: {what}, the producer does not know")
            return ["! " + text.format(name=name, what=_(MAILS[worst]))]
        fresh = worst in WAITING and clock.now() - telling.at < ON_ITS_WAY
        lines.append(("  " if fresh else "! ") + labelled(name, _(MAILS[worst])))
    if state.recap is None:
        lines.append("! " + _("{name} is closed, the producer is not told yet").format(name=name))
    elif state.untold:
        lines.append("! " + late_since(name, state.last or state.recap, state.untold, desk.wall, clock))
    return lines


def late_since(name: str, telling: Telling, late: int, wall: datetime, clock: Clock) -> str:
    """How many lines came since the producer was told last."""
    if telling.kind == "supplement":
        text = ngettext(
            "{name}: supplement {when} by {by}, {n} late line since",
            "{name}: supplement {when} by {by}, {n} late lines since",
            late,
        )
    else:
        text = ngettext(
            "{name}: recap {when} by {by}, {n} late line since",
            "{name}: recap {when} by {by}, {n} late lines since",
            late,
        )
    when = dates.lately(clock.to_wall(telling.at), wall)
    return text.format(n=late, name=name, when=when, by=telling.by or _("automatic"))


def today(desk: Desk) -> list[Item]:
    """On the day itself, the pick-up sheet."""
    next_one, summary = desk.distribution, desk.summary
    if next_one is None or summary is None or not summary.orders or next_one.day != desk.wall.date():
        return []
    return [("  " + _("today is pick-up: the sheet of who collects what"), "u")]


def calls(desk: Desk) -> list[Item]:
    """How many to call back, and how many to call for the messages whose calls are not done, the latest first."""
    found = []
    if desk.calls:
        text = ngettext(
            "{n} ordered by phone last time and not yet: to call back",
            "{n} ordered by phone last time and not yet: to call back",
            desk.calls,
        )
        found.append(("  " + text.format(n=desk.calls), "k"))
    for number, calls_ in enumerate(desk.message_calls[:LISTS]):
        left = ngettext("{n} to call", "{n} to call", calls_.left).format(n=calls_.left)
        text = _("“{title}”: {counts}").format(title=short(calls_.title or _("without a title")), counts=left)
        found.append(("  " + text, "" if number else "t"))
    if (more := len(desk.message_calls) - LISTS) > 0:
        text = ngettext("and {n} more message with calls", "and {n} more messages with calls", more)
        found.append(("  " + text.format(n=more), ""))
    return found
