"""What is said of one wish: in its box, in full below, and the question that a yes is the answer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from screens.member_form import day_text
from screens.member_words import said_words
from screens.widgets.table import cell
from store.clock import unstamp
from templates.words import _, dates

if TYPE_CHECKING:
    from screens.wishes import Wish
    from store.clock import Clock
    from store.people import Preference

COUNTED = "measured"
"""The kind that is no message: whether it is counted that mails are opened."""


def can_be_said(wish: Wish) -> bool:
    """Whether there is such a wish: in an SMS nothing is counted."""
    return wish[1:] != ("sms", COUNTED)


def word_of(said: Preference) -> str:
    """What holds, in a word."""
    return _("wanted") if said.allowed else "STOP" if said.stopped else _("refused")


def wish_cell(said: Preference, marked: bool | None, clock: Clock) -> Text:
    """A wish as its box shows it: what is `marked` and not saved, else what holds, since when and by whom."""
    if marked is not None:
        word = _("wanted") if marked else _("refused")
        return cell(f"[{'x' if marked else ' '}] {word} *", "bold")
    box = "[x]" if said.allowed else "[!]" if said.stopped else "[ ]"
    if not said.since:
        return cell(f"{box} {_('not asked')}", "dim")
    day = day_text(clock.to_wall(unstamp(said.since)).date())
    return cell(" ".join(part for part in (box, word_of(said), day, said.by) if part))


def in_full(wish: Wish, said: Preference, clock: Clock) -> str:
    """All that is known of a wish; of counting that nobody was asked about, the question to ask."""
    if not said.since:
        return _question() if wish[2] == COUNTED and can_be_said(wish) else ""
    when = dates.moment(clock.to_wall(unstamp(said.since)))
    word = _("Wanted") if said.allowed else _("Refused")
    parts = [_("{word} since {when}").format(word=word, when=when)]
    parts += [part for part in (said_words(said), said.by and _("written down by {name}").format(name=said.by)) if part]
    return ", ".join(parts)


def _question() -> str:
    return _("Ask: “May we count that you open our mails and click in them? You can say no again at any time.”")
