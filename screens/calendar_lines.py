"""The calendar in lines: what goes out on each day, and the marked thing in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from screens.calendar_reading import Counted, Reach
from screens.message_states import mails_and_people
from screens.text import fitted, labelled
from screens.widgets.plain import joined, plain
from screens.workflow_words import audience_label, moment_label
from store.occurrence_records import OccurrenceState
from store.workflow_records import Timing, Trigger
from templates.words import N_, _, dates, ngettext, pgettext

if TYPE_CHECKING:
    from textual.content import Content

    from screens.calendar_reading import Calendar, Entry
    from store.clock import Clock
    from store.occurrence_records import Occurrence
    from store.occurrences import Meeting

MEETS, TITLE = 3, 24
"""Other mails to the same people that are said of the marked one; cells of another one's title in a sentence."""
HOUR, WORKFLOW, OF, MAILS = 5, 14, 12, 12
"""Cells of a line's columns on 80 columns; the title has the rest, and half of what there is beyond."""

REASONS = {
    "late": N_("it was too late when this machine looked again"),
    "never": N_("it comes after what it is about: it can never go by itself"),
    "restored": N_("the group's file was brought back: it may have gone out before"),
    "newer": N_("a newer mail says it"),
    "missed": N_("it was missed, and somebody has seen it"),
    "no_mailbox": N_("the group has no mailbox"),
    "sender": N_("its sender is none of the mailbox's addresses"),
    "text": N_("its text could not be made into a mail"),
    "fault": N_("something was wrong with it: look at its words"),
    "unsent": N_("it waited in the outbox until it was too late for some"),
    "paused": N_("its workflow was paused"),
    "detached": N_("its workflow is not attached there any more"),
    "exempt": N_("its workflow leaves this distribution alone"),
    "deleted": N_("its workflow was deleted"),
    "step": N_("its step was removed, or comes at something else"),
    "promotion": N_("the promotion has ended"),
    "basket": N_("the basket was confirmed, or dropped"),
    "order_moved": N_("the order was moved: it is told for its new day"),
    "nothing": N_("the producer has been told all there is"),
    "no_email": N_("the producer has no e-mail"),
}
"""Why something did not go, by the reason that its row keeps."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the calendar; the heading of a day has no `entry`. One that says `more` belongs to the line before."""

    key: str
    said: str
    entry: Entry | None = None
    bold: bool = False
    more: bool = False


def coming_lines(calendar: Calendar, counted: Counted, clock: Clock, cells: int) -> Iterator[Line]:
    """What was missed, then the days to come, each with what goes out."""
    if calendar.missed:
        yield Line("missed", "! " + _("Missed: nothing of this was sent"), bold=True)
    for entry in calendar.missed:
        when = due_words(entry.first, clock) if entry.first is not None else ""
        yield Line(f"missed {entry.key}", _row(entry, when, _("missed"), cells, mark="!"), entry)
    today = clock.today()
    for day, entries in groupby(calendar.come, lambda entry: clock.to_wall(entry.at).date()):
        yield Line(f"day {day}", day_words(day, today), bold=True)
        for entry in entries:
            reach = counted.reach.get(entry.key)
            of_day = entry.first is not None and day_only(entry.first)
            hour = " " * HOUR if of_day else dates.hour(clock.to_wall(entry.at))
            beyond = reach.beyond if reach is not None else 0
            mark = "!" if entry.never or beyond or _error(entry, counted) else ""
            state = _state(entry, reach, clock, sends=calendar.facts.sends)
            yield Line(entry.key, _row(entry, hour, state, cells, mark=mark), entry)
            if beyond:
                yield Line(
                    f"limits {entry.key}",
                    fitted(f"          ! {limits_words(beyond)}", cells).rstrip(),
                    entry,
                    more=True,
                )
            if reach is not None and reach.meets and entry.state is not OccurrenceState.SKIPPED:
                said = meeting_words(reach.meets[0], clock, short=True)
                said += f" (+{len(reach.meets) - 1})" if len(reach.meets) > 1 else ""
                yield Line(f"meets {entry.key}", fitted(f"          ! {said}", cells).rstrip(), entry, more=True)


def past_lines(calendar: Calendar, clock: Clock, cells: int) -> Iterator[Line]:
    """What is over, the latest day first."""
    today = clock.today()
    for day, entries in groupby(calendar.over, lambda entry: clock.to_wall(entry.at).date()):
        yield Line(f"day {day}", day_words(day, today), bold=True)
        for entry in entries:
            missed = entry.state is OccurrenceState.MISSED
            hour = dates.hour(clock.to_wall(entry.at))
            yield Line(f"over {entry.key}", _row(entry, hour, became(entry), cells, mark="!" if missed else ""), entry)


def day_words(day: date, today: date) -> str:
    """A day as a heading: "Sun 22 Nov · today"."""
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((day - today).days)
    return f"{dates.day(day)} · {near}" if near else dates.day(day)


def _row(entry: Entry, when: str, state: str, cells: int, mark: str = "") -> str:
    spare = max(0, cells - 74)
    workflow, of, mails = WORKFLOW + spare // 4, OF + spare // 4, MAILS
    head = f" {mark or ' '} {when}  "
    title = max(8, cells - len(head) - workflow - of - mails - 6)
    if len(when) > HOUR:  # a day and an hour: the workflow is said below
        title, workflow = title + workflow + 2, 0
    first = entry.first
    named = fitted(first.workflow if first is not None else _("by hand"), workflow) + "  " if workflow else ""
    name, what = fitted(entry.title or _("(no subject)"), title), fitted(about(entry, short=True), of)
    return f"{head}{name}  {named}{what}  {fitted(state, mails, right=True)}"


def about(entry: Entry, *, short: bool = False) -> str:
    """What it is about: a distribution, a catalogue of it, a member or several, a promotion."""
    subject = entry.subject
    if subject is None:
        return ""
    if len(entry.occurrences) > 1:
        return ngettext("{n} member", "{n} members", len(entry.occurrences)).format(n=len(entry.occurrences))
    if subject.member:
        return subject.member
    day = dates.day(subject.day) if subject.day is not None else ""
    if short:  # of a promotion the product: its catalogue alone would be read as all of it
        return subject.promotion or subject.catalogue or day
    of = _("the distribution of {day}").format(day=day) if day else ""
    parts = (of, subject.place, subject.promotion, subject.catalogue)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def day_only(occurrence: Occurrence) -> bool:
    """Whether it is counted from a day alone: it goes with the first look of that day, and has no hour."""
    step = occurrence.step
    return step.timing is Timing.AT_ONCE and step.trigger in (Trigger.REGISTRATION, Trigger.PROMOTION_STARTS)


def due_words(occurrence: Occurrence, clock: Clock) -> str:
    """When it is due: its day and hour, or its day where it has no hour."""
    wall = clock.to_wall(occurrence.due)
    return dates.day(wall) if day_only(occurrence) else dates.moment(wall)


def _state(entry: Entry, reach: Reach | None, clock: Clock, *, sends: bool) -> str:
    if entry.state is OccurrenceState.SKIPPED:
        return _("skipped")
    if entry.never:
        return _("too late")
    if entry.at <= clock.now():
        return pgettext("mail", "any moment") if sends else pgettext("mail", "waits")
    return mails_words(entry, reach)


def mails_words(entry: Entry, reach: Reach | None) -> str:
    """About how many mails it is as of now; empty while that is counted."""
    if reach is None:
        return "…"
    if reach.mails is None:
        return ngettext("~{n} mail", "~{n} mails", reach.members).format(n=reach.members) if entry.occurrences else ""
    return ngettext("~{n} mail", "~{n} mails", reach.mails).format(n=reach.mails)


def became(entry: Entry) -> str:
    """What became of it, in a word or two."""
    if entry.state is OccurrenceState.QUEUED:
        mails = sum(one.mails for one in entry.occurrences)
        return ngettext("{n} mail", "{n} mails", mails).format(n=mails)
    words = {
        OccurrenceState.NOBODY: _("to nobody") if entry.first is None or not entry.first.message_id else _("to call"),
        OccurrenceState.MISSED: _("missed"),
        OccurrenceState.SKIPPED: _("skipped"),
        OccurrenceState.WITHDRAWN: _("withdrawn"),
    }
    return words.get(entry.state, "") if entry.state is not None else ""


def limits_words(beyond: int) -> str:
    """That by the mailbox's limits some of its mails cannot go in time."""
    return ngettext(
        "the mailbox's limits: about {n} of these comes too late",
        "the mailbox's limits: about {n} of these come too late",
        beyond,
    ).format(n=beyond)


def meeting_words(meeting: Meeting, clock: Clock, *, short: bool = False) -> str:
    """That some of its people get another mail about then: "23 also get “News” Mon 23 Nov 09:00"."""
    title, wall = meeting.title or _("(no subject)"), clock.to_wall(meeting.at)
    title = fitted(title, TITLE).rstrip() if short else title
    gone = meeting.with_ is None and meeting.at < clock.now()
    text = (
        ngettext("{n} also got “{title}” {when}", "{n} also got “{title}” {when}", meeting.members)
        if gone
        else ngettext("{n} also gets “{title}” {when}", "{n} also get “{title}” {when}", meeting.members)
    )
    of_day = short or (meeting.with_ is not None and day_only(meeting.with_))
    return text.format(n=meeting.members, title=title, when=dates.day(wall) if of_day else dates.moment(wall))


# The marked one


def detail(
    entry: Entry, counted: Counted, segments: Mapping[int, str], clock: Clock, *, past: bool = False
) -> list[Content]:
    """The marked entry in full, in some five lines; of what is `past` it says nothing of whom it would reach now."""
    first, reach = entry.first, None if past else counted.reach.get(entry.key)
    if first is None:
        said = _("kept for {moment} by hand").format(moment=dates.moment(clock.to_wall(entry.at)))
        lines = [joined(plain(entry.title or _("(no subject)"), "bold"), plain(f"  {said}"))]
        return [*lines, *_reached(entry, reach, clock)]
    named = _("workflow “{name}”").format(name=first.workflow)
    lines = [joined(plain(entry.title or _("(no subject)"), "bold"), plain(f"  {named}"))]
    lines.append(plain(rule_words(first, segments)))
    lines += [plain(text, "bold" if text.startswith("!") else "") for text in standing(entry, clock)]
    if (error := _error(entry, counted)) is not None:
        lines.append(plain(f"! {error}", "bold"))
    return [*lines, *_reached(entry, reach, clock)]


def rule_words(occurrence: Occurrence, segments: Mapping[int, str]) -> str:
    """When its step goes, and to whom."""
    step = occurrence.step
    text = f"{moment_label(step)}, {audience_label(step, segments.get(step.id, ''))}"
    return text[:1].upper() + text[1:]


def standing(entry: Entry, clock: Clock) -> Iterator[str]:
    """What it is about, and what there is to know of its state."""
    first = entry.first
    if first is None:
        return
    what, when = about(entry), due_words(first, clock)
    if len(entry.occurrences) > 1 and entry.subject is not None and entry.subject.member:
        what = _("{who} and others").format(who=entry.subject.member)
    yield _("{when}, for {what}").format(when=when, what=what) if what else when
    by = f" ({first.by})" if first.by else ""
    why = _(REASONS[first.reason]) if first.reason in REASONS else ""
    if first.state is OccurrenceState.MISSED:
        yield "! " + labelled(_("Not sent"), why or _(REASONS["late"]))
    elif first.state is OccurrenceState.SKIPPED:
        yield labelled(_("Skipped"), why) if why else _("Skipped: it does not go.") + by
    elif first.state is OccurrenceState.NOBODY:
        yield labelled(_("Not sent"), why) if why else _("There was nobody to write to.")
    elif first.state is OccurrenceState.WITHDRAWN and entry.at > clock.now():
        yield _("It was withdrawn, since the distribution changed: it goes to who has not got it.")
    elif first.state is OccurrenceState.WITHDRAWN:
        yield _("It was withdrawn before it was sent to everyone.")
    elif entry.never:
        until = dates.moment(clock.to_wall(first.until))
        yield "! " + _("It would come too late, after {moment}: it does not go by itself.").format(moment=until)


def _reached(entry: Entry, reach: Reach | None, clock: Clock) -> list[Content]:
    if reach is None or entry.state is OccurrenceState.SKIPPED:
        return []
    lines = []
    if reach.mails is not None:
        people = reach.members or reach.mails
        said = mails_and_people(reach.mails, people, reach.calls)
        lines.append(plain(labelled(_("Now"), said), "bold"))
    if reach.beyond:
        lines.append(plain(f"! {limits_words(reach.beyond)}", "bold"))
    return lines + [plain(f"! {meeting_words(one, clock)}") for one in reach.meets[:MEETS]]


def _error(entry: Entry, counted: Counted) -> str | None:
    keys = ((one.step.id, one.key) for one in entry.occurrences)
    return next((counted.errors[key] for key in keys if key in counted.errors), None)


def nothing_words(calendar: Calendar, *, past: bool) -> str:
    """What is said of an empty calendar, and what to do about it."""
    if past:
        return _("Nothing went out by itself in the last two weeks. v shows what is to come.")
    if not calendar.workflows:
        return _("Nothing goes out by itself yet. f leads to the workflows: t there makes one from a ready one.")
    if not calendar.attached:
        return _("Nothing goes out by itself: no workflow is attached. f leads to them; a distribution can have them.")
    return _("Nothing goes out by itself in the next four weeks: no distribution is planned that asks for it.")


def soon(entry: Entry, clock: Clock) -> str:
    """When it goes, as one says it: "today 18:00", else the day and the hour where it has one."""
    wall = clock.to_wall(entry.at)
    today = wall.date() == clock.today()
    if entry.first is not None and day_only(entry.first):
        return _("today") if today else dates.day(wall)
    return f"{_('today')} {dates.hour(wall)}" if today else dates.moment(wall)
