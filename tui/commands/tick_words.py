"""What `cabas tick` says of what workflows send: a line for each, of members one for all of a step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from store.occurrence_records import OccurrenceState
from templates.words import _, ngettext

if TYPE_CHECKING:
    from mail.went import Went
    from screens.calendar_reading import Entry
    from store import Store


def workflow_lines(store: Store, went: Sequence[Went], *, dry: bool = False) -> Iterator[tuple[str, bool]]:
    """Each line with whether somebody has to put something right; `dry`: nothing of it is done."""
    for group, entry in _grouped(store, went):
        yield _line(store, group, entry, dry=dry)


def as_json(store: Store, went: Sequence[Went]) -> list[dict[str, Any]]:
    """The same for programs, one for each occurrence."""
    from screens.calendar_reading import named_subjects
    from screens.errors import words_for

    subjects = named_subjects(store, [one.occurrence for one in went]) if went else {}
    return [
        {
            "workflow": one.occurrence.workflow,
            "title": subjects[(one.occurrence.step.id, one.occurrence.key)].title,
            "step": one.occurrence.step.id,
            "key": one.occurrence.key,
            "due": one.occurrence.due,
            "state": one.occurrence.state,
            "reason": one.occurrence.reason,
            "mails": one.mails,
            "message": one.occurrence.message_id,
            "error": None if one.error is None else words_for(one.error),
        }
        for one in went
    ]


def _grouped(store: Store, went: Sequence[Went]) -> Iterator[tuple[list[Went], Entry]]:
    """Those that are about a member each go together where they are of one step and ended alike."""
    from screens.calendar_reading import Entry, named_subjects

    subjects = named_subjects(store, [one.occurrence for one in went]) if went else {}
    groups: dict[tuple[object, ...], list[Went]] = {}
    for one in went:
        of = one.occurrence
        apart = of.key if of.member_id is None else ""
        groups.setdefault((of.step.id, apart, of.state, type(one.error)), []).append(one)
    for group in groups.values():
        first = group[0].occurrence
        subject = subjects[(first.step.id, first.key)]
        yield group, Entry("", first.due, subject.title, tuple(one.occurrence for one in group), subject)


def _line(store: Store, group: list[Went], entry: Entry, *, dry: bool) -> tuple[str, bool]:
    from screens.calendar_lines import about, due_words
    from screens.errors import words_for

    first = group[0]
    title = entry.title or _("(no subject)")
    named = " · ".join(part for part in (f"{first.occurrence.workflow}: {title}", about(entry)) if part)
    when = due_words(first.occurrence, store.clock)
    if first.error is not None:
        words = _("“{what}”, due {moment}, cannot be sent: {why}")
        return words.format(what=named, moment=when, why=words_for(first.error)), True
    if first.occurrence.state is OccurrenceState.MISSED:
        return _("“{what}”, due {moment}: missed, it is too late.").format(what=named, moment=when), not dry
    if first.occurrence.state is OccurrenceState.SKIPPED:
        return _("“{what}”, due {moment}: a newer one goes instead.").format(what=named, moment=when), False
    mails = sum(one.mails for one in group)
    if not mails:
        return _("“{what}”, due {moment}: nobody to write to.").format(what=named, moment=when), False
    words = (
        ngettext("“{what}”, due {moment}: {n} mail would go.", "“{what}”, due {moment}: {n} mails would go.", mails)
        if dry
        else ngettext("“{what}”, due {moment}: {n} mail.", "“{what}”, due {moment}: {n} mails.", mails)
    )
    return words.format(what=named, moment=when, n=mails), False
