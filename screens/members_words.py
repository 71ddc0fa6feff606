"""What the members' list says of itself: its counts, its marks, and why nobody is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from screens.text import fitted, width
from screens.widgets.plain import plain
from templates.words import _, ngettext

if TYPE_CHECKING:
    from screens.members_filters import Filter
    from store.segments import Counts


def figures_line(counts: Counts | None, filter_: Filter, marked: int, cells: int) -> Content:
    """How the listed members can be reached by a message, and on the right how many are marked."""
    said = ""
    if filter_.archived:
        said = _("They get no messages and place no orders.")
    elif counts is not None:
        pairs = (
            (_("e-mail"), counts.email),
            (_("not reachable"), counts.unreachable),
            (_("opted out"), counts.opted_out),
            (_("mobile"), counts.mobile),
        )
        said = "  ".join(f"{name} {number}" for name, number in pairs)
    marks = ngettext("{n} marked", "{n} marked", marked).format(n=marked) if marked else ""
    room = max(0, cells - width(marks) - 3)
    return Content.assemble(plain(f" {fitted(said, room)} ", "dim"), plain(marks, "bold"))


def nothing_found(text: str, filter_: Filter, *, in_list: bool) -> str:
    """Why the list is empty, and what to do about it, from the search or (`in_list`) where letters act."""
    if filter_.everyone and not in_list:
        if text:
            return _("Nobody answers to “{text}”. Enter writes a new member down.").format(text=text)
        return _(
            "There are no members. Type a name and press Enter to write one down; F2 i takes members over from a file."
        )
    if filter_.everyone:
        words = _("Nobody answers to “{text}”.").format(text=text) if text else _("There are no members.")
        return f"{words} {_('n writes a new member down, / leads back to the search.')}"
    if text:
        return _("Nobody in this filter answers to “{text}”. F4 changes the filter.").format(text=text)
    return (
        _("Nobody is archived. F4 changes the filter.")
        if filter_.archived
        else _("Nobody is in this filter. F4 changes it.")
    )
