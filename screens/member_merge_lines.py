"""What merging two members would do, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from textual.content import Content

from screens.member_form import LABELS, day_read
from screens.member_words import CHANNELS, KINDS, phones
from screens.text import fitted
from screens.widgets.plain import plain
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from store.merging import MergePreview
    from store.people import Member

LABEL_CELLS = 16
NAMES = {"postal_code": N_("Postal code"), "country": N_("Country"), "people": N_("Person"), "vip": N_("Star")}


def side_by_side(preview: MergePreview, cells: int) -> list[Content]:
    """The two members beside each other: who stays on the left, and each field that differs."""
    half = (cells - LABEL_CELLS - 6) // 2
    lines = [_row("  ", "", _("stays"), "  ", _("goes into it"), half, "bold")]
    keep, other = _known(preview.keep), _known(preview.other)
    for place in range(max(len(keep), len(other))):
        mine, theirs = ((one[place] if place < len(one) else "") for one in (keep, other))
        lines.append(_row("  ", "", mine, "  ", theirs, half, "bold" if place == 0 else ""))
    lines.append(plain(""))
    taken = {}
    for change in preview.changes:
        if change.field == "people" and not change.after:
            lines.append(_row("! ", _label("people"), change.before, "  ", _("does not stay"), half))
            continue
        taken[change.field, change.before] = True
        # Of notes and tags that are put together, what is new is shown.
        joined = change.field in ("notes", "tags") and change.before and change.after.startswith(change.before)
        after = "+ " + change.after[len(change.before) :].lstrip("\n, ") if joined else change.after
        lines.append(_row("  ", _label(change.field), change.before, "→ ", after, half))
    for lost in preview.left_out:
        if (lost.field, lost.after) not in taken:
            lines.append(_row("! ", _label(lost.field), lost.before, "  ", lost.after, half))
    return lines


def _known(member: Member) -> list[str]:
    """What one recognises a member by: the name, then each one's phones and e-mail."""
    lines = [member.name]
    for person in member.people:
        lines += [text for text in (phones(person), person.email) if text]
    return list(dict.fromkeys(lines))


def _label(field: str) -> str:
    known = LABELS.get(field) or NAMES.get(field)
    if known is None and field.endswith("2"):
        known = LABELS.get(field[:-1])
    return _(known) if known else field


def _row(mark: str, label: str, mine: str, arrow: str, theirs: str, half: int, style: str = "") -> Content:
    one, two = (fitted(" / ".join(day_read(text).splitlines()), half) for text in (mine, theirs))
    return plain(f" {mark}{fitted(label, LABEL_CELLS - 3)} {one} {arrow}{two}".rstrip(), style)


def legend() -> str:
    """What the signs say."""
    return _("→ is taken over, ! is not: it can only be read again when the merge is undone.")


def moves(preview: MergePreview) -> list[str]:
    """What goes over, and what that means."""
    texts = []
    if preview.orders:
        n = len(preview.orders)
        text = ngettext("{n} order goes over", "{n} orders go over", n).format(n=n)
        joined = [dates.day(order.day, year=True) for order in preview.orders if order.joined]
        if joined:
            text += _(", put together with theirs of {days}").format(days=", ".join(joined))
        texts.append(text)
    if preview.messages:
        n = preview.messages
        texts.append(ngettext("{n} message received goes over", "{n} messages received go over", n).format(n=n))
    if preview.vouchers:
        n = preview.vouchers
        text = ngettext("{n} voucher not used yet goes over", "{n} vouchers not used yet go over", n)
        texts.append(text.format(n=n))
    if preview.external_ids:
        ids = ", ".join(f"{source} {number}" for source, number in preview.external_ids)
        texts.append(_("numbers in other systems go over: {ids}").format(ids=ids))
    texts += [_("refused from then on: {what}").format(what=_refusals(preview.refusals))] if preview.refusals else []
    for names, words in (
        (preview.picked, N_("picked by hand instead of the other one in {names}")),
        (preview.roles, N_("linked instead of the other one: {names}")),
    ):
        if names:
            texts.append(_(words).format(names=", ".join(names)))
    if preview.held:
        n = preview.held
        held = ngettext("{n} mail that waits is held", "{n} mails that wait are held", n).format(n=n)
        texts.append("! " + _("{held}: the household gets the same one already").format(held=held))
    return texts


def _refusals(refusals: Iterable[tuple[str, str]]) -> str:
    texts = []
    for name, wish in refusals:
        channel, _space, kind = wish.partition(" ")
        texts.append(f"{name}: {_(KINDS.get(kind, kind))} ({_(CHANNELS.get(channel, channel))})")
    return ", ".join(texts)


def choice(preview: MergePreview, chosen: Collection[int]) -> list[Content]:
    """Where there are more than two people: who of them stays, each with the digit that changes it."""
    if not preview.choose:
        return []
    lines = [plain(" ! " + _("More than two people, and a household has two: digits say who stays."), "bold")]
    for number, person in enumerate(preview.people, 1):
        box = "[x]" if person.id in chosen else "[ ]"
        lines.append(plain(f"   {number} {box} {person.listed}"))
    return [*lines, plain("")]
