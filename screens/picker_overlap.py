"""Who of those chosen has, or will have, another message of these days: a line that proposes to leave them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from screens.text import fitted, visible, width
from screens.widgets.plain import plain
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from store.clock import Clock
    from store.overlap import Overlap

LEAST_TITLE = 8


def overlap_lines(found: Sequence[Overlap], clock: Clock, cells: int, rows: int) -> Content:
    """The messages of most of the members, a line each; the first one names the key."""
    lines = []
    for number, one in enumerate(found[:rows]):
        more = len(found) - rows if number == rows - 1 else 0
        lines.append(_line(one, clock, cells, first=number == 0, more=more))
    return Content("\n").join(lines)


def overlap_words(one: Overlap, clock: Clock, title: str) -> str:
    """How many of those chosen have the message, or will."""
    wall = clock.to_wall(one.at)
    if one.kept:
        said = ngettext(
            "{n} of {all} will get {title} on {when}", "{n} of {all} will get {title} on {when}", one.members
        )
        when = dates.moment(wall)
    else:
        said = ngettext("{n} of {all} got {title} on {when}", "{n} of {all} got {title} on {when}", one.members)
        when = dates.day(wall.date())
    return said.format(n=one.members, all=one.selected, title=title, when=when)


def _line(one: Overlap, clock: Clock, cells: int, *, first: bool, more: int) -> Content:
    def said(title: str) -> str:
        what = overlap_words(one, clock, _("“{name}”").format(name=title)) + (f" (+{more})" if more > 0 else "")
        return f" ! {_('{what}: F9 leaves them out').format(what=what) if first else what}"

    name = visible(one.title) or _("without a name")
    room = max(LEAST_TITLE, cells - 1 - width(said("")))
    return plain(said(name if width(name) <= room else fitted(name, room)), "bold" if first else "")
