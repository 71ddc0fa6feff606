"""What producers were told, and what they do not know yet, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from screens.text import fitted, labelled
from store.rights import QUEUES_MAIL, Right
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.clock import Clock
    from store.lists.records import CallBack, RecapState, Telling

NAME = 26
"""Cells of a producer's name inside a sentence."""

TOLD = {
    ("recap", "mail"): N_("recap sent {when} by {by}"),
    ("recap", "file"): N_("recap printed {when} by {by}"),
    ("recap", "said"): N_("told {when} by {by}"),
    ("supplement", "mail"): N_("supplement sent {when} by {by}"),
    ("supplement", "file"): N_("supplement printed {when} by {by}"),
    ("supplement", "said"): N_("told {when} by {by}"),
}

WAITING = ("ready", "sending")
"""The states of a mail that is on its way."""

MAILS = {
    "failed": N_("the mail was refused"),
    "bounced": N_("the mail came back"),
    "held": N_("the mail is held"),
    "unknown": N_("the mail is in doubt"),
    "ready": N_("the mail waits"),
    "sending": N_("the mail is being sent"),
}
"""What keeps a mail from the producer, the worst first."""

MAILS_SHORT = {
    "failed": N_("mail refused"),
    "bounced": N_("mail came back"),
    "held": N_("mail held"),
    "unknown": N_("mail in doubt"),
    "ready": N_("mail waits"),
    "sending": N_("mail waits"),
}


def told(telling: Telling, clock: Clock) -> str:
    """How and when the producer was told: "recap sent Fri 20:02 by Marie"."""
    when = dates.lately(clock.to_wall(telling.at), clock.wall())
    return _(TOLD[telling.kind, telling.way]).format(when=when, by=telling.by or _("automatic"))


def since(state: RecapState, clock: Clock) -> str:
    """What the producer knows and does not: "recap sent Fri 20:02 by Marie, 2 late lines since"; empty before."""
    if state.last is None:
        return ""
    return and_late(told(state.last, clock), state.untold)


def and_late(known: str, late: int) -> str:
    """What the producer was told, and how many lines came since."""
    if not late:
        return known
    more = ngettext("{n} late line since", "{n} late lines since", late).format(n=late)
    return _("{what}, {more}").format(what=known, more=more)


def stuck(state: RecapState) -> tuple[Telling, str] | None:
    """The last mail to the producer that did not simply arrive, and its worst state; None where all is well.

    What was told whole by phone or on paper afterwards makes up for it.
    """
    for telling in state.tellings:
        states = {mail.state for mail in telling.mails}
        if worst := next((name for name in MAILS if name in states), ""):
            return telling, worst
        if telling.kind == "recap":
            break
    return None


def known(state: RecapState, clock: Clock) -> list[tuple[str, str]]:
    """What the producer knows, in sentences, each with its mark: "!" for what asks for somebody's attention."""
    found = stuck(state)
    lines = []
    if state.tellings and (found is None or found[0] is not state.tellings[0] or state.untold):
        lines.append(("!" if state.untold else " ", since(state, clock)))
    if found is not None:
        telling, worst = found
        lines.append((" " if worst in WAITING else "!", labelled(told(telling, clock), _(MAILS[worst]))))
    return [(mark, text[:1].upper() + text[1:] + ".") for mark, text in lines]


def asks(state: RecapState) -> bool:
    """Whether a catalogue asks for somebody's attention."""
    found = stuck(state)
    return state.due or (found is not None and found[1] not in WAITING)


def to_ring(calls: Iterable[CallBack]) -> int:
    """How many are still to be called back; whose order is just being taken is not."""
    return sum(call.state in (None, "not_reached") and not call.basket for call in calls)


def waits_for(store: Store) -> str:
    """That a mail waits for a password and who can type it, said to somebody who may not see Sending, which asks."""
    able = (one for one in store.operators.all() if one.may(Right.MESSAGES_SEE) and one.may_any(QUEUES_MAIL))
    names = [operator.name for operator in able]
    if not names:
        return _("The mail waits in the outbox: nobody here has the right to send it.")
    if len(names) > 3:
        names = [*names[:3], "…"]
    return _("It waits for the mailbox's password. These can type it: {names}.").format(names=", ".join(names))


def short(name: str) -> str:
    """A name that leaves room for the rest of its sentence."""
    return fitted(name, NAME).rstrip()
