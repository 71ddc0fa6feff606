"""Who is meant, in lists side by side: who is written to, who cannot be reached, and who does not want it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from screens.channel_words import CHANNELS, many_words
from screens.member_words import since_words
from screens.picker_lines import more_words
from screens.text import fitted, width
from screens.widgets.plain import joined, plain
from store.channels import EMAIL_ONLY
from store.segments import Counts, Listing, Reached, Segment
from templates.words import _, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.clock import Clock
    from store.segment_doubts import Doubt

PAGE = 100
"""How many names of each list are read at once; a screen shows fewer."""
WHOLE_CELLS = 20
"""What is no longer is never cut: a phone number, since when somebody refuses."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """How many lines of names each list has; the last one says when there are more."""

    written: int
    unreachable: int
    opted_out: int

    def pages(self, counts: Counts) -> int:
        """How many pages it takes until everybody was shown."""
        totals = (
            (written(counts), self.written),
            (counts.calls, self.unreachable),
            (counts.opted_out, self.opted_out),
        )
        return max(1, *(-(-total // names_on(total, lines)) for total, lines in totals if lines))


def rooms(counts: Counts, rows: int) -> Rooms:
    """Share so many lines, headings included: the left half for who is written to, the right one for the two others."""
    if not counts.opted_out:
        return Rooms(rows - 1, rows - 1, 0)
    body = max(1, rows - 2)
    opted_out = min(counts.opted_out, max(1, body // 3, body - counts.calls))
    return Rooms(rows - 1, body - opted_out, opted_out)


def written(counts: Counts) -> int:
    """How many members are written to, by mail or otherwise."""
    return counts.selected - counts.opted_out - counts.calls


def names_on(total: int, lines: int) -> int:
    """How many of the lines hold names."""
    return lines if total <= lines or lines < 2 else lines - 1


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is counted for one segment and these `channels`; the lists hold one page of names."""

    segment: Segment
    counts: Counts
    steps: tuple[int, ...]
    listing: Listing
    page: int
    doubts: tuple[Doubt, ...] = ()
    channels: tuple[str, ...] = EMAIL_ONLY


def read_figures(
    store: Store,
    segment: Segment,
    kind: str,
    *,
    service: bool,
    page: int,
    rows: int,
    channels: tuple[str, ...] = EMAIL_ONLY,
) -> Figures:
    """Count a segment and read a page of its lists, as many names as fit so many lines."""
    segments = store.segments
    counts = segments.count(segment, kind, service=service, channels=channels)
    steps = segments.step_counts(segment)
    room = rooms(counts, rows)
    page = min(page, room.pages(counts) - 1)
    read: dict[int, Listing] = {}

    def names(total: int, lines: int) -> Listing:
        offset = page * names_on(total, lines) if lines else 0
        if offset not in read:
            read[offset] = segments.people(segment, kind, service=service, channels=channels, limit=PAGE, offset=offset)
        return read[offset]

    first = names(written(counts), room.written)
    listing = Listing(
        first.reached if channels == EMAIL_ONLY else first.written,
        names(counts.calls, room.unreachable).unreachable,
        names(counts.opted_out, room.opted_out).opted_out,
    )
    return Figures(segment, counts, steps, listing, page, segments.doubts(segment), channels)


def people_lines(figures: Figures, clock: Clock, cells: int, rows: int) -> Content:
    """The lists; every line fits."""
    counts, listing, page = figures.counts, figures.listing, figures.page
    room = rooms(counts, rows)
    left, right = cells * 6 // 11, cells - cells * 6 // 11
    mailed = _column(listing.reached, [_way(person) for person in listing.reached], left)
    called = _column(listing.unreachable, [person.phone for person in listing.unreachable], right)
    refused = _column(listing.opted_out, [since_words(person.refused, clock) for person in listing.opted_out], right)
    total = written(counts)
    if figures.channels == EMAIL_ONLY:
        gets = ngettext("{n} gets a mail", "{n} get a mail", total).format(n=total)
        others = _("{n} not reachable").format(n=counts.calls)
    else:
        gets = ngettext("{n} is written to", "{n} are written to", total).format(n=total)
        others = many_words("call", counts.calls)
    lines_left = [_ruled(gets, left), *_cut(mailed, total, room.written, page, left)]
    lines_right = [_ruled(others, right)]
    lines_right += _cut(called, counts.calls, room.unreachable, page, right)
    if counts.opted_out:
        said = ngettext("{n} does not want it", "{n} do not want it", counts.opted_out).format(n=counts.opted_out)
        lines_right.append(_ruled(said, right))
        lines_right += _cut(refused, counts.opted_out, room.opted_out, page, right)
    blank = plain(" " * left)
    lines = []
    for number in range(min(rows, max(len(lines_left), len(lines_right)))):
        a = lines_left[number] if number < len(lines_left) else blank
        b = lines_right[number] if number < len(lines_right) else plain("")
        lines.append(joined(a, b))
    return Content("\n").join(lines)


def _way(person: Reached) -> str:
    """Where what is written to somebody goes: the addresses or numbers, else by what."""
    if person.channel in ("letter", "csv"):
        return _(CHANNELS[person.channel])
    return ", ".join(person.addresses or person.numbers)


def _ruled(text: str, cells: int) -> Content:
    text = fitted(text, cells - 2) if width(text) > cells - 2 else text
    return joined(" ", plain(text, "bold"), plain(" " + "─" * max(0, cells - width(text) - 3) + " ", "dim"))


def _column(people: Sequence[Reached], ways: Sequence[str], cells: int) -> list[str]:
    longest = max((width(way) for way in ways), default=0)
    # A phone number that is cut cannot be called; an address that is cut still tells who it is.
    most = cells - 5 - longest if longest <= WHOLE_CELLS else cells * 6 // 11
    names = min(most, max((width(person.name) for person in people), default=0))
    room = cells - names - 5
    return [f"   {fitted(person.name, names)} {fitted(way, room)}" for person, way in zip(people, ways, strict=True)]


def _cut(lines: list[str], total: int, room: int, page: int, cells: int) -> list[Content]:
    """As many names as there is room for, and how many more there are."""
    shown = lines[: names_on(total, room)] if room else []
    left = total - page * names_on(total, room) - len(shown)
    if left > 0 and room > 1:
        shown = [*shown, "   " + more_words(left)]
    return [plain(fitted(line, cells)) for line in shown]
