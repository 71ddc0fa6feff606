"""What goes out by itself, read from the store: what is to come, what was missed, and what is over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from screens.workflow_sentences import readable, segment_words
from store.occurrence_records import CAN_GO, Occurrence, OccurrenceState
from store.workflow_records import Trigger
from templates.words import dates

if TYPE_CHECKING:
    from mail.by_itself import ByItself
    from store import Store
    from store.clock import Clock
    from store.message_records import MessageRow
    from store.occurrence_subjects import Subject
    from store.occurrences import Meeting
    from store.reach import Counts

Key = tuple[int, str]
"""A step's id and the key of an occurrence: what both are known by for ever."""

_GROUP = re.compile(r"\A\s*{{\s*group\s*}}\s*[:–-]?\s*")
COUNTED = 120
"""Occurrences that are counted and looked through for others to the same people; of more, only the members are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that goes out: an occurrence, several of one step that are each about one member, or a `kept` message.

    `at` is aware UTC: when it is due, or of what is over, when that was written down.
    """

    key: str
    at: datetime
    title: str
    occurrences: tuple[Occurrence, ...] = ()
    subject: Subject | None = None
    kept: MessageRow | None = None

    @property
    def first(self) -> Occurrence | None:
        """The occurrence, or the first of several; None for a kept message."""
        return self.occurrences[0] if self.occurrences else None

    @property
    def state(self) -> OccurrenceState | None:
        """What became of it; None for a kept message."""
        return self.first.state if self.first is not None else None

    @property
    def never(self) -> bool:
        """Whether it is too late before it is due, as after the closing that it speaks of."""
        return self.first is not None and self.first.never


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is to `come`, what was `missed` and nobody has looked at, what is `over`, and whether this machine sends.

    `segments` says in words whom the steps mean that go to a segment, by their ids; `workflows` counts those there are,
    `attached` those of them that are attached to something.
    """

    come: tuple[Entry, ...]
    missed: tuple[Entry, ...]
    over: tuple[Entry, ...]
    facts: ByItself
    workflows: int
    attached: int
    segments: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Reach:
    """How many an entry reaches as of now: None where it cannot be counted; what its people get besides.

    `beyond` is how many of its mails come too late by the mailbox's limits.
    """

    mails: int | None = None
    members: int = 0
    calls: int = 0
    meets: tuple[Meeting, ...] = ()
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """By an entry's key: whom it reaches; by an occurrence's, what keeps it from going."""

    reach: Mapping[str, Reach] = field(default_factory=dict)
    errors: Mapping[Key, str] = field(default_factory=dict)


def read_calendar(store: Store) -> Calendar:
    """Read the next four weeks, and what became of the last two; raises `NotAllowed`."""
    from mail.by_itself import by_itself
    from store.message_records import MessageState

    coming, missed, past = store.occurrences.coming(), store.occurrences.missed(), store.occurrences.past()
    subjects = named_subjects(store, (*coming, *missed, *past))
    clock, group = store.clock, store.settings.group().name
    kept = [
        Entry(f"kept {row.id}", clock.to_utc(row.send_at), called(row.title, {"group": group}), kept=row)
        for row in store.messages.all(MessageState.SCHEDULED)
        if row.send_at is not None
    ]
    come = sorted([*entries(coming, subjects), *kept], key=lambda entry: entry.at)
    workflows = store.workflows.all()
    return Calendar(
        come=tuple(come),
        missed=tuple(entries(missed, subjects)),
        over=tuple(entries(past, subjects, over=True)),
        facts=by_itself(store),
        workflows=len(workflows),
        attached=sum(bool(one.places) for one in workflows),
        segments=segments_in_words(store, (*coming, *missed, *past)),
    )


def find_entry(store: Store, step_id: int, key: str) -> Entry:
    """The entry that an occurrence is in now; raises `NotFound` where it is gone."""
    wanted = store.occurrences.get(step_id, key)
    over = wanted.state not in (*CAN_GO, OccurrenceState.SKIPPED)
    beside = store.occurrences.past() if over else store.occurrences.coming()
    same = [one for one in beside if one.step.id == step_id and one.key != key and one.state is wanted.state]
    found = [wanted, *same] if wanted.member_id is not None else [wanted]
    listed = entries(found, named_subjects(store, found), over=over)
    return next(entry for entry in listed if wanted in entry.occurrences)


def named_subjects(store: Store, found: Iterable[Occurrence]) -> dict[Key, Subject]:
    """What occurrences are about, with titles as one reads them, also where they are subjects with fields."""
    from store.occurrence_subjects import occurrence_subjects

    group, named = store.settings.group().name, {}
    for key, one in occurrence_subjects(store, found).items():
        day = dates.day(one.day) if one.day is not None else "…"
        values = {
            "group": group,
            "distribution.day": day,
            "distribution.place": one.place,
            "promotion.what": one.promotion,
        }
        named[key] = replace(one, title=called(one.title, values))
    return named


def called(title: str, values: Mapping[str, str]) -> str:
    """A title as one reads it, without the group's name before it, which tells nothing of which mail it is."""
    return readable(_GROUP.sub("", title) or title, values)


def segments_in_words(store: Store, found: Iterable[Occurrence]) -> dict[int, str]:
    """Whom the steps mean that go to a segment, by their ids."""
    segments = {one.step.id: one.step.segment for one in found if one.step.segment is not None}
    return {step: segment_words(store, segment) for step, segment in segments.items()}


def entries(found: Iterable[Occurrence], subjects: Mapping[Key, Subject], *, over: bool = False) -> list[Entry]:
    """Occurrences as they are listed: those of one step that are about a member each are one, where they go together.

    What is `over` goes by the moment at which that was written down.
    """
    groups: dict[str, list[Occurrence]] = {}
    for one in found:
        moment = (one.at or one.due) if over else one.due
        of_member = f"{one.step.id} {moment:%Y-%m-%d %H:%M} {one.state}"
        key = f"of members {of_member}" if one.member_id is not None else f"{one.step.id} {one.key}"
        groups.setdefault(key, []).append(one)
    listed = []
    for key, group in groups.items():
        subject = subjects[(group[0].step.id, group[0].key)]
        at = (group[0].at or group[0].due) if over else group[0].due
        listed.append(Entry(key, at, subject.title, tuple(group), subject))
    return listed


def read_counted(store: Store, shown: Iterable[Entry], beside: Iterable[Occurrence] = ()) -> Counted:
    """Count the people of each entry, and where two mails come to the same ones; may take a second.

    `beside` is what they may meet besides each other, what went out and what is kept.
    """
    wanted = list(shown)
    found = [one for entry in wanted for one in entry.occurrences]
    counts = store.occurrences.counts(found[:COUNTED])
    others = [one for one in beside if one not in found]
    meets = _named(store, store.occurrences.meetings([*found[:COUNTED], *others[:COUNTED]]))
    return Counted({entry.key: _reach(store, entry, counts, meets) for entry in wanted}, _errors(store, found))


def _named(store: Store, meets: Mapping[Key, tuple[Meeting, ...]]) -> dict[Key, tuple[Meeting, ...]]:
    """What is met, called as it is called in the calendar itself."""
    group = {"group": store.settings.group().name}
    others = [one.with_ for met in meets.values() for one in met if one.with_ is not None]
    subjects = named_subjects(store, others)
    return {
        key: tuple(
            replace(
                one,
                title=called(one.title, group)
                if one.with_ is None
                else subjects[(one.with_.step.id, one.with_.key)].title,
            )
            for one in met
        )
        for key, met in meets.items()
    }


def _reach(store: Store, entry: Entry, counts: Mapping[Key, Counts], meets: Mapping[Key, tuple[Meeting, ...]]) -> Reach:
    from mail.automatic_look import beyond_limits
    from screens.desk_coming import kept_mails

    if entry.kept is not None:
        return Reach(kept_mails(store, entry.kept.id))
    keys = [(one.step.id, one.key) for one in entry.occurrences]
    if not all(key in counts for key in keys):
        return Reach(None, len(keys))
    found = [counts[key] for key in keys]
    mails = sum(one.mails for one in found)
    return Reach(
        mails=mails,
        members=sum(one.email for one in found),
        calls=0 if calls_nobody(entry) else sum(one.unreachable for one in found),
        meets=_together([one for key in keys for one in meets.get(key, ())], store.clock),
        beyond=beyond_limits(store, entry.occurrences[0], mails) if entry.state in CAN_GO else 0,
    )


def calls_nobody(entry: Entry) -> bool:
    """Whether it is about an order of a member's: told by mail or not at all, since who placed it by phone knows."""
    from store.workflow_triggers import TRIGGERS

    trigger = entry.first.step.trigger if entry.first is not None else None
    return trigger is not None and trigger is not Trigger.REGISTRATION and TRIGGERS[trigger].one_member


def _together(meets: Iterable[Meeting], clock: Clock) -> tuple[Meeting, ...]:
    """What would be said in the same words, once: with each of its members once; those of most members first.

    That is what several mails about one member each meet, and what one step sends for several things at one moment.
    """
    found: dict[tuple[str, str], list[Meeting]] = {}
    for one in meets:
        found.setdefault((one.title, dates.moment(clock.to_wall(one.at))), []).append(one)
    once = [
        same[0] if len(same) == 1 else replace(same[0], members=len({who for one in same for who in one.who()}))
        for same in found.values()
    ]
    return tuple(sorted(once, key=lambda one: (-one.members, one.at)))


def _errors(store: Store, planned: Iterable[Occurrence]) -> dict[Key, str]:
    """What will keep each from going, or keeps it: no mailbox, a text that cannot be made."""
    from mail.automatic import obstacle, would_go
    from screens.errors import words_for

    can_go = [one for one in planned if one.state in CAN_GO]
    by_step = {one.step.id: one for one in reversed(can_go)}
    seen = {step: error for step, one in by_step.items() if (error := obstacle(store, one)) is not None}
    errors = {(one.step.id, one.key): words_for(seen[one.step.id]) for one in can_go if one.step.id in seen}
    if _is_left(store, [one for one in can_go if one.step.id not in seen]):
        # Making every mail tells of the one that cannot be made; it takes long, and is rarely needed.
        left = [went for went in would_go(store) if went.error is not None]
        errors |= {(one.occurrence.step.id, one.occurrence.key): words_for(one.error) for one in left if one.error}
    return errors


def _is_left(store: Store, can_go: Iterable[Occurrence]) -> bool:
    """Whether this machine looked since one of these was due, and did not send it."""
    from mail.by_itself import by_itself

    facts = by_itself(store)
    return facts.sends and any(one.due <= facts.now and facts.look_after(one.due) is None for one in can_go)
