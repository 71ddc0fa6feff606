"""What the segment picker shows, as lines that fit: the steps, what is offered, and the counts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from textual.content import Content

from screens.picker_step_asking import Offer
from screens.text import fitted, width
from screens.widgets.bars import KEY_NAMES
from screens.widgets.plain import plain
from screens.widgets.prose import wrapped
from store.channels import EMAIL_ONLY
from store.segments import Counts, Segment, Start, Verb
from templates.words import N_, _

SIGNS = {Verb.ADD: "+", Verb.KEEP: "&", Verb.REMOVE: "-"}
VERBS = {Verb.ADD: N_("add"), Verb.KEEP: N_("keep only"), Verb.REMOVE: N_("remove")}
CHANGE_CELLS = 5


def start_name(start: Start) -> str:
    """Nobody or Everyone."""
    return _("Everyone") if start is Start.EVERYONE else _("Nobody")


def step_lines(segment: Segment, sentences: Sequence[str], totals: Sequence[int], cells: int) -> list[Content]:
    """The start and each step, with its own gain or loss; "…" for those that `totals` does not reach."""
    changes = [*map(str, totals[:1]), *(f"{after - before:+}" for before, after in pairwise(totals))]
    changes += ["…"] * (len(segment.steps) + 1 - len(changes))
    widest = max(CHANGE_CELLS, *(width(change) + 1 for change in changes))
    changes = [fitted(change, widest, right=True) for change in changes]
    lines = [_step_line(" ", _("start"), start_name(segment.start), changes[0], cells)]
    for step, sentence, change in zip(segment.steps, sentences, changes[1:], strict=True):
        lines.append(_step_line(SIGNS[step.verb], _(VERBS[step.verb]), sentence, change, cells))
    return lines


def _step_line(sign: str, verb: str, sentence: str, change: str, cells: int) -> Content:
    """A step on one line, or on two where its sentence is long."""
    verbs = max(width(_(text)) for text in VERBS.values()) + 7
    room = cells - verbs - width(change) - 1
    first, *others = wrapped(plain(sentence), room).plain.split("\n")
    line = f"{fitted(f'   {sign} {verb}', verbs)}{fitted(first, room)}{change} "
    return plain(f"{line}\n{' ' * verbs}{fitted(' '.join(others), room)}" if others else line, lines=True)


def shown_steps(segment: Segment, sentences: Sequence[str], cells: int, rows: int) -> Content:
    """Start and steps as sentences, as many as there is room for."""
    lines = [plain(fitted(f"     {start_name(segment.start)}", cells))]
    for step, sentence in zip(segment.steps, sentences, strict=True):
        lines.append(plain(fitted(f"   {SIGNS[step.verb]} {sentence}", cells)))
    return Content("\n").join(window(lines, 0, rows, cells))


def wrapped_lines(text: str, cells: int, rows: int, style: str = "") -> Content:
    """A sentence on several lines."""
    indented = [plain(f" {line.plain}", style) for line in wrapped(plain(text), cells - 2).split("\n")]
    return Content("\n").join(indented[:rows])


def window(lines: Sequence[Content], first: int, rows: int, cells: int) -> list[Content]:
    """So many lines from the first on; the last one says when there are more."""
    shown = list(lines[first : first + rows])
    left = len(lines) - first - rows
    if left > 0 and rows > 1:
        shown[-1] = plain(fitted("   " + more_words(left + 1), cells), "dim")
    return shown


def more_words(left: int) -> str:
    """How many more there are below, and the key that shows them."""
    return _("… and {n} more: {key}").format(n=left, key=_(KEY_NAMES["pagedown"]))


def offer_lines(offers: Sequence[Offer], marked: int | None, cells: int, rows: int) -> Content:
    """The offers around the marked one, which Enter takes."""
    at = -1 if marked is None else min(marked, len(offers) - 1)
    first = first_shown(len(offers), at, rows)
    remark_cells = max((width(offer.remark) for offer in offers), default=0)
    remark_cells = min(remark_cells, cells // 2)
    signs = 2 if any(offer.sign for offer in offers) else 0
    lines = []
    for number, offer in enumerate(offers[first : first + rows], first):
        mark = "▸" if number == at else " "
        sign = fitted(offer.sign, signs)
        text = f" {mark} {sign}{fitted(offer.text, cells - signs - remark_cells - 6)}  "
        lines.append(plain(f"{text}{fitted(offer.remark, remark_cells)} ", "reverse" if number == at else ""))
    if (left := len(offers) - first - len(lines)) and rows > 1:
        lines[-1] = plain(fitted("   " + more_words(left + 1), cells), "dim")
    return Content("\n").join(lines)


def first_shown(total: int, marked: int, rows: int) -> int:
    """The first of so many that is shown: the marked one is in view, above the line that says that there are more."""
    return min(max(0, total - rows), max(0, marked - max(0, rows - 2)))


def change_words(before: int | None, after: int) -> str:
    """What a step that is not taken yet would do: "-21 → 27"."""
    return f"→ {after}" if before is None else f"{after - before:+} → {after}"


def count_lines(counts: Counts, channels: Sequence[str] = EMAIL_ONLY) -> Content:
    """The counts; selected is always opted out, e-mail and not reachable together.

    With other channels it is the last of the first line, and those who are written to; they are told below.
    """
    single = tuple(channels) == EMAIL_ONLY
    whom = [(_("e-mail"), counts.email), (_("not reachable"), counts.unreachable)]
    if not single:
        whom = [(_("e-mail"), counts.email)] if "email" in channels else []
        whom += [(_("to call"), counts.calls)]
    pairs = (
        (_("members"), counts.members),
        (_("selected"), counts.selected),
        *whom,
        (_("opted out"), counts.opted_out),
    )
    first = "  ".join(f"{name} {number}" for name, number in pairs)
    goes = ((_("mails"), counts.mails, "email"), (_("SMS"), counts.sms, "sms"),
            (_("letters"), counts.letters, "letter"), (_("CSV"), counts.csv, "csv"))  # fmt: skip
    ways = [(name, number) for name, number, channel in goes if channel in channels]
    second = "  ".join(f"{name} {number}" for name, number in ((_("mobile"), counts.mobile), *ways))
    return Content("\n").join([plain(f" {first}"), plain(f" {second}", "bold")])
