"""What the segment picker shows, as lines that fit: steps, offers, who is reached, why, and the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from textual.content import Content

from screens.step_asking import Offer
from screens.text import fitted, width
from screens.widgets.plain import joined, plain
from store.segments import Counts, Listing, Reached, Segment, Start, Verb
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store import Store

SIGNS = {Verb.ADD: "+", Verb.KEEP: "&", Verb.REMOVE: "-"}
VERBS = {Verb.ADD: N_("add"), Verb.KEEP: N_("keep only"), Verb.REMOVE: N_("remove")}
CHANGE_CELLS = 8


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is counted for one segment; the lists hold one page."""

    segment: Segment
    counts: Counts
    steps: tuple[int, ...]
    listing: Listing
    offset: int


def read_figures(store: Store, segment: Segment, kind: str, *, service: bool, limit: int, offset: int) -> Figures:
    """Count a segment and read a page of its lists."""
    segments = store.segments
    return Figures(
        segment,
        segments.count(segment, kind, service=service),
        segments.step_counts(segment),
        segments.people(segment, kind, service=service, limit=limit, offset=offset),
        offset,
    )


def start_name(start: Start) -> str:
    """Nobody or Everyone."""
    return _("Everyone") if start is Start.EVERYONE else _("Nobody")


def step_lines(segment: Segment, sentences: Sequence[str], totals: Sequence[int], cells: int) -> list[Content]:
    """The start and each step, with its own gain or loss; "…" for those that `totals` does not reach."""
    changes = [*map(str, totals[:1]), *(f"{after - before:+}" for before, after in pairwise(totals))]
    changes += ["…"] * (len(segment.steps) + 1 - len(changes))
    lines = [_step_line(" ", _("start"), start_name(segment.start), changes[0], cells)]
    for step, sentence, change in zip(segment.steps, sentences, changes[1:], strict=True):
        lines.append(_step_line(SIGNS[step.verb], _(VERBS[step.verb]), sentence, change, cells))
    return lines


def _step_line(sign: str, verb: str, sentence: str, change: str, cells: int) -> Content:
    verbs = max(width(_(text)) for text in VERBS.values()) + 7
    room = cells - verbs - CHANGE_CELLS - 1
    head = fitted(f"   {sign} {verb}", verbs)
    return plain(f"{head}{fitted(sentence, room)}{fitted(change, CHANGE_CELLS, right=True)} ")


def offer_lines(offers: Sequence[Offer], marked: int, cells: int, rows: int) -> Content:
    """The offers around the marked one, which Enter takes."""
    first = max(0, min(marked - rows + 1, len(offers) - rows)) if marked >= rows else 0
    remark_cells = max((width(offer.remark) for offer in offers), default=0)
    remark_cells = min(remark_cells, cells // 3)
    lines = []
    for number, offer in enumerate(offers[first : first + rows], first):
        mark = "▸" if number == marked else " "
        text = f" {mark} {fitted(offer.text, cells - remark_cells - 6)}  {fitted(offer.remark, remark_cells)} "
        lines.append(plain(text, "reverse" if number == marked else ""))
    return _lines(lines)


PHONE_CELLS = 14
"""A national phone number, with its spaces."""


def people_lines(figures: Figures, cells: int, rows: int) -> Content:
    """Two lists side by side: who gets a mail, and who is concerned but cannot be reached."""
    counts, listing = figures.counts, figures.listing
    left, right = cells * 6 // 11, cells - cells * 6 // 11
    lines = [
        joined(
            _ruled(ngettext("{n} gets a mail", "{n} get a mail", counts.email).format(n=counts.email), left),
            _ruled(_("{n} not reachable").format(n=counts.unreachable), right),
        )
    ]
    mailed = _column(listing.reached, [", ".join(person.addresses) for person in listing.reached], left)
    called = _column(listing.unreachable, [person.phone for person in listing.unreachable], right)
    room = rows - 1
    foot = ngettext("{n} does not want it", "{n} do not want it", counts.opted_out).format(n=counts.opted_out)
    foot = foot if counts.opted_out else ""
    mailed = _cut(mailed, counts.email - figures.offset, room)
    called = _cut(called, counts.unreachable - figures.offset, room - bool(foot))
    if foot:
        called += [""] * (room - 1 - len(called)) + [f" {foot}"]
    for number in range(room):
        a = mailed[number] if number < len(mailed) else ""
        b = called[number] if number < len(called) else ""
        lines.append(plain(fitted(a, left) + fitted(b, right)))
    return _lines(lines)


def _ruled(text: str, cells: int) -> Content:
    return joined(" ", plain(text, "bold"), plain(" " + "─" * max(0, cells - width(text) - 3) + " ", "dim"))


def _column(people: Sequence[Reached], ways: Sequence[str], cells: int) -> list[str]:
    longest = max((width(way) for way in ways), default=0)
    # A phone number that is cut cannot be called; an address that is cut still tells who it is.
    most = cells - 5 - longest if longest <= PHONE_CELLS else cells * 6 // 11
    names = min(most, max((width(person.name) for person in people), default=0))
    room = cells - names - 5
    return [f"   {fitted(person.name, names)} {fitted(way, room)}" for person, way in zip(people, ways, strict=True)]


def _cut(lines: list[str], total: int, rows: int) -> list[str]:
    """As many lines as there is room for; the last one says when there are more."""
    if total <= rows and len(lines) <= rows:
        return lines
    shown = lines[: rows - 1]
    return [*shown, "   " + _("… and {n} more").format(n=total - len(shown))] if total > len(shown) else shown


def why_lines(name: str, segment: Segment, sentences: Sequence[str], inside: Sequence[bool], cells: int) -> Content:
    """One member's way through the steps: where it came in, and where it went out."""
    verdict = _("{name} is in.") if inside[-1] else _("{name} is out.")
    lines = [plain(" " + fitted(verdict.format(name=name), cells - 1), "bold")]
    texts = [f"  {start_name(segment.start)}"]
    texts += [f"{SIGNS[s.verb]} {sentence}" for s, sentence in zip(segment.steps, sentences, strict=True)]
    before: bool | None = None
    for text, now in zip(texts, inside, strict=True):
        moved = before is not None and now != before
        state = _("comes in") if moved and now else _("goes out") if moved else _("in") if now else _("out")
        lines.append(plain(f"   {fitted(state, 12)} {fitted(text, cells - 16)}", "bold" if moved else ""))
        before = now
    return _lines(lines)


def count_lines(counts: Counts) -> Content:
    """The counts; selected is always opted out, e-mail and not reachable together."""
    pairs = (
        (_("members"), counts.members),
        (_("selected"), counts.selected),
        (_("e-mail"), counts.email),
        (_("not reachable"), counts.unreachable),
        (_("opted out"), counts.opted_out),
    )
    first = "  ".join(f"{name} {number}" for name, number in pairs)
    second = "  ".join(
        f"{name} {number}" for name, number in ((_("mobile"), counts.mobile), (_("mails"), counts.mails))
    )
    return _lines([plain(f" {first}"), plain(f" {second}", "bold")])


def _lines(lines: Sequence[Content]) -> Content:
    return Content("\n").join(lines)
