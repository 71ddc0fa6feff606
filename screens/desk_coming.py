"""What the desk says of what goes out by itself: when, to how many, and whether anything will send it.

That is the messages that are kept for an hour, and the mails of workflows.

Only what is read after the first lines are shown needs this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from screens.message_states import rhythm_words
from screens.text import fitted, width
from screens.widgets.plain import plain
from store.errors import StoreError
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mail.by_itself import ByItself
    from screens.desk_lines import Desk, Item
    from store import Store
    from store.clock import Clock
    from store.message_records import MessageRow
    from store.occurrence_records import Occurrence

KEPT = 3
"""How many messages are listed; the rest is counted."""

LEFT = 14
"""Cells of a message's title where it is said that nothing has sent it: that is not to be cut."""

DAYS = 8
"""The mails of workflows in so many days are listed; where there are none, the next one within the calendar's weeks."""

TRUTHS = {
    "copied": N_("a copied file: nothing goes out"),
    "no_mailbox": N_("no mailbox: nothing goes out"),
    "never": N_("nothing sends by itself here"),
    "silent": N_("automatic: silent since {when}"),
    "typed": N_("the password is typed by hand"),
    "unreadable": N_("cabas.toml cannot be read"),
    "sends": N_("automatic: every {rhythm}, last {when}"),
    "once": N_("last looked {when}, at no known rhythm"),
}


@dataclass(frozen=True)
class Coming:
    """A kept message and how many mails it would be now; None where its people cannot be counted."""

    row: MessageRow
    mails: int | None


@dataclass(frozen=True)
class Planned:
    """A mail of a workflow that goes in the next days; `at` is its naive local moment, `mails` as in `Coming`.

    `about` says which distribution or member it is about; `reminds`: it is a last call for `distribution_id`.
    """

    at: datetime
    title: str
    about: str
    mails: int | None
    distribution_id: int | None = None
    reminds: bool = False


def read_planned(store: Store) -> tuple[Planned, ...]:
    """The mails of workflows in the next days, or the next one; the first to go first. Those listed are counted."""
    from screens.calendar_lines import about
    from screens.calendar_reading import entries, named_subjects
    from store.workflow_triggers import step_kind

    coming = _to_members(store.occurrences.coming(DAYS))
    near = bool(coming)
    if not near:
        coming = _to_members(store.occurrences.coming())
    now, listed = store.clock.now(), entries(coming, named_subjects(store, coming))
    if not near:
        listed = listed[:1]
    counted = [one for entry in [one for one in listed if one.at > now][:KEPT] for one in entry.occurrences]
    counts, found = store.occurrences.counts(counted), []
    for entry in listed:
        first = entry.occurrences[0]
        mails = [counts[key].mails for one in entry.occurrences if (key := (one.step.id, one.key)) in counts]
        found.append(
            Planned(
                at=store.clock.to_wall(entry.at),
                title=entry.title or _("without a title"),
                about=about(entry, short=True),
                mails=sum(mails) if mails else None,
                distribution_id=first.distribution_id,
                reminds=step_kind(first.step) == "last_call",
            )
        )
    return tuple(found)


def _to_members(found: Iterable[Occurrence]) -> list[Occurrence]:
    """Those that will go; what producers are told stands on the desk already, once it is due."""
    from store.occurrence_records import OccurrenceState
    from store.workflow_records import Trigger

    going = (one for one in found if not one.never and one.state is not OccurrenceState.SKIPPED)
    return [one for one in going if one.step.trigger is not Trigger.RECAP]


def read_coming(store: Store, rows: Iterable[MessageRow]) -> tuple[Coming, ...]:
    """The messages kept for an hour, the first to go first; those that are listed are counted."""
    kept = sorted((row for row in rows if row.state == "scheduled"), key=lambda row: row.send_at or row.changed_at)
    return tuple(Coming(row, kept_mails(store, row.id) if place < KEPT else None) for place, row in enumerate(kept))


def kept_mails(store: Store, message_id: int) -> int | None:
    """How many mails and SMS a kept message would be now; None where its people cannot be counted."""
    from screens.channel_counts import counted

    try:
        counts = counted(store, store.messages.get(message_id))
    except StoreError:  # a product of its segment is gone, say: the message itself tells
        return None
    return counts.mails + counts.sms


def too_late(rows: Iterable[MessageRow]) -> tuple[MessageRow, ...]:
    """The messages of which nothing went out, since nothing sent them at their hour; until they are put away."""
    return tuple(row for row in rows if row.state == "cancelled" and row.queued_at is None)


def overdue(desk: Desk, clock: Clock) -> tuple[Coming, ...]:
    """The messages that should be out: their hour has passed, and no look of this machine will send them."""
    return tuple(coming for coming in desk.coming if _is_overdue(coming.row, desk, clock))


def _is_overdue(row: MessageRow, desk: Desk, clock: Clock) -> bool:
    return row.send_at is not None and (_stays(row.send_at, desk, clock) or _is_past(row, desk))


def _stays(at: datetime, desk: Desk, clock: Clock) -> bool:
    """Whether what should have gone at a local moment does not go with the next look either."""
    if at > desk.wall or desk.facts is None:
        return False
    # Without a look to come after its hour one came already, and left it: something stands in its way.
    return not desk.facts.sends or desk.facts.look_after(clock.to_utc(at)) is None


def _is_past(row: MessageRow, desk: Desk) -> bool:
    hour_passed = row.send_at is not None and row.send_at <= desk.wall
    return hour_passed and row.send_before is not None and row.send_before <= desk.wall


def to_do(desk: Desk, clock: Clock) -> list[Item]:
    """A line for each message that should be out."""
    found = []
    for coming in overdue(desk, clock)[:KEPT]:
        title, at = fitted(coming.row.title or _("without a title"), LEFT).rstrip(), coming.row.send_at
        if _is_past(coming.row, desk):
            text = _("“{title}” was not sent at its hour, and is too late now").format(title=title)
        else:
            moment = dates.moment(at) if at is not None else ""
            text = _("“{title}” ({moment}): nothing has sent it").format(title=title, moment=moment)
        found.append((f"! {text}", "e"))
    found += _left(desk, clock)
    if desk.missed:
        text = ngettext("{n} automatic message was missed", "{n} automatic messages were missed", desk.missed)
        found.append((f"! {text.format(n=desk.missed)}", "v"))
    return found


def _left(desk: Desk, clock: Clock) -> list[Item]:
    """That mails of workflows should have gone: by its name where it is one."""
    left = [one for one in desk.planned_mails if _stays(one.at, desk, clock)]
    if not left:
        return []
    if len(left) == 1:
        title, moment = fitted(left[0].title, LEFT).rstrip(), dates.moment(left[0].at)
        text = _("“{title}” ({moment}): nothing has sent it").format(title=title, moment=moment)
    else:
        text = ngettext(
            "{n} automatic mail should have gone: nothing sends it",
            "{n} automatic mails should have gone: nothing sends them",
            len(left),
        ).format(n=len(left))
    return [(f"! {text}", "v")]


def reminder(desk: Desk) -> tuple[str, datetime] | None:
    """The title and the local moment of a last call that goes without anybody's doing: a kept one, or a workflow's."""
    for one in desk.coming:
        if one.row.kind == "last_call" and one.row.send_at is not None:
            return one.row.title or _("without a title"), one.row.send_at
    next_one = desk.distribution.id if desk.distribution is not None else None
    for planned in desk.planned_mails:
        if planned.reminds and planned.distribution_id == next_one:
            return planned.title, planned.at
    return None


def never_sends(facts: ByItself) -> bool:
    """Whether nothing on this machine has ever sent by itself, so that somebody should set it up."""
    return not facts.copied and facts.password != "no_mailbox" and facts.last is None


def set_up_words() -> str:
    """What to do where nothing sends by itself."""
    return _("Nothing sends by itself here yet: “cabas schedule install” sets it up.")


def truth(facts: ByItself, clock: Clock) -> str:
    """Whether anything on this machine sends by itself, in a few words."""
    if facts.copied:
        said = "copied"
    elif facts.password == "no_mailbox":
        said = "no_mailbox"
    elif never_sends(facts):
        said = "never"
    elif facts.rhythm is None:
        said = "once"
    elif not facts.recent:
        said = "silent"
    else:
        said = "sends" if facts.sends else facts.password
    when = dates.lately(clock.to_wall(facts.last), clock.to_wall(facts.now)) if facts.last is not None else ""
    return ("" if facts.sends else "! ") + _(TRUTHS[said]).format(when=when, rhythm=rhythm_words(facts))


def lines(desk: Desk, clock: Clock, cells: int) -> list[Content]:
    """A title with the truth beside it, and a line for each kept message and each mail of a workflow."""
    if desk.facts is None or not (desk.coming or desk.planned_mails or desk.facts.machine_known):
        return []
    said = truth(desk.facts, clock)
    late = overdue(desk, clock)
    waiting = [(one.row.send_at, _title(one), one.mails) for one in desk.coming if one not in late]
    waiting += [
        (one.at, f"{one.title} · {one.about}" if one.about else one.title, one.mails)
        for one in desk.planned_mails
        if not _stays(one.at, desk, clock)
    ]
    waiting.sort(key=lambda one: one[0] or desk.wall)
    if not waiting:
        nothing = _("Nothing else is kept for later.") if late else _("Nothing is kept for later.")
        return [plain(f" {nothing}  {said}")]
    title = _("Going out by itself") if desk.facts.sends else _("Kept for later")
    room = cells - width(said) - 2
    shown = [Content.assemble(plain(fitted(f" {title}", room), "bold"), " ", plain(said))]
    counted = [_count(at, mails, desk) for at, _name, mails in waiting[:KEPT]]
    most = max(map(width, counted))
    for number, ((at, name, _mails), count) in enumerate(zip(waiting, counted, strict=False)):
        shown.append(_line(at, name, fitted(count, most, right=True), cells, "" if number else " [v]"))
    if (more := len(waiting) - KEPT) > 0:
        shown.append(plain("   " + ngettext("and {n} more message", "and {n} more messages", more).format(n=more)))
    return shown


def _title(coming: Coming) -> str:
    return coming.row.title or _("without a title")


def _line(at: datetime | None, title: str, count: str, cells: int, letter: str) -> Content:
    moment = dates.moment(at) if at is not None else ""
    head, tail = f"   {moment}  ", f"  {count}{letter or '    '}"
    return plain(head + fitted(title, max(8, cells - width(head) - width(tail))) + tail)


def _count(at: datetime | None, mails: int | None, desk: Desk) -> str:
    """To how many it goes; that it goes with the next look, where its hour has passed."""
    if at is not None and at <= desk.wall:
        return _("goes any moment")
    if mails is None:
        return ""
    return ngettext("~{n} mail", "~{n} mails", mails).format(n=mails)
