"""`cabas workflow due`: what goes out by itself in the days to come, and what was missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from templates.words import N_, _, ngettext
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from screens.calendar_reading import Counted, Entry
    from store import Store
    from store.occurrences import Meeting, Occurrence
    from store.reach import Counts

FOUR_WEEKS = 28
MOST = 366


@click.command(help=N_("What goes out by itself in the next days: when, to how many as of now, and what was missed."))
@click.option(
    "--days", type=click.IntRange(0, MOST), default=FOUR_WEEKS, metavar="N", help=N_("So many days; else 28.")
)
@json_option
@click.pass_obj
def due(context: Context, days: int, as_json: bool) -> None:
    store = context.store()
    coming, missed = store.occurrences.coming(days), store.occurrences.missed()
    if as_json:
        counts, meets = store.occurrences.counts(coming), store.occurrences.meetings(coming)
        keys = [(one.step.id, one.key) for one in coming]
        told = [_with_people(one, counts[key], meets.get(key, ())) for one, key in zip(coming, keys, strict=True)]
        print_json({"coming": told, "missed": [_plain(one) for one in missed]})
        return
    _say(store, coming, missed, days)


def _plain(one: Occurrence) -> dict[str, Any]:
    """An occurrence for programs: `step` and `key` know it for ever."""
    names = ("due", "until", "state", "reason", "distribution_id", "catalogue_id", "member_id", "order_id")
    return {
        "workflow": one.workflow,
        "workflow_id": one.step.workflow_id,
        "subject": one.step.subject,
        "step": one.step.id,
        "key": one.key,
        **{name: getattr(one, name) for name in (*names, "promotion_id")},
    }


def _with_people(one: Occurrence, people: Counts, meets: tuple[Meeting, ...]) -> dict[str, Any]:
    """The same with how many it reaches as of now; `never`: it comes too late to go by itself."""
    met = [
        {"title": other.title, "at": other.at, "members": other.members, "message_id": other.message_id}
        | ({} if other.with_ is None else {"step": other.with_.step.id, "key": other.with_.key})
        for other in meets
    ]
    return {**_plain(one), "never": one.never, "people": people, "meets": met}


def _say(store: Store, coming: tuple[Occurrence, ...], missed: tuple[Occurrence, ...], days: int) -> None:
    from screens.calendar_reading import entries, named_subjects, read_counted, segments_in_words

    subjects = named_subjects(store, (*coming, *missed))
    listed, late = entries(coming, subjects), entries(missed, subjects)
    counted = read_counted(store, listed)
    segments = segments_in_words(store, (*coming, *missed))
    if listed:
        headers = (_("when"), _("workflow"), _("mail"), _("of"), _("to whom"), _("now"))
        print_table(headers, [_row(store, one, counted, segments) for one in listed])
        for error in dict.fromkeys(counted.errors.values()):
            say(f"! {error}")
    else:
        words = ngettext(
            "Nothing goes out by itself in the next {n} day.", "Nothing goes out by itself in the next {n} days.", days
        )
        say(words.format(n=days))
    if late:
        say()
        say(_("Missed: nothing of this was sent"))
        reasons = (_("when"), _("workflow"), _("mail"), _("of"), _("why"))
        print_table(reasons, [_late(store, one) for one in late])


def _row(store: Store, entry: Entry, counted: Counted, segments: dict[int, str]) -> tuple[str, ...]:
    from screens.calendar_lines import limits_words, meeting_words
    from screens.workflow_words import audience_label

    one = entry.occurrences[0]
    reach = counted.reach[entry.key]
    said = [_standing(entry, counted), *([f"! {limits_words(reach.beyond)}"] if reach.beyond else [])]
    now = "; ".join([*said, *(meeting_words(met, store.clock) for met in reach.meets)])
    return (*_named(store, entry), audience_label(one.step, segments.get(one.step.id, "")), now)


def _standing(entry: Entry, counted: Counted) -> str:
    """How many it reaches, marked where something is in its way; or that it does not go."""
    from screens.calendar_lines import mails_words
    from store.occurrences import OccurrenceState

    if entry.state is OccurrenceState.SKIPPED:
        return _("skipped")
    if entry.never:
        return "! " + _("too late")
    stuck = any((one.step.id, one.key) in counted.errors for one in entry.occurrences)
    return ("! " if stuck else "") + mails_words(entry, counted.reach[entry.key])


def _late(store: Store, entry: Entry) -> tuple[str, ...]:
    from screens.calendar_lines import REASONS

    reason = entry.occurrences[0].reason
    return (*_named(store, entry), _(REASONS[reason if reason in REASONS else "late"]))


def _named(store: Store, entry: Entry) -> tuple[str, ...]:
    """When it is due, its workflow, its title, and what it is about."""
    from screens.calendar_lines import about, due_words

    one = entry.occurrences[0]
    return due_words(one, store.clock), one.workflow, entry.title or _("(no subject)"), about(entry)
