"""Segments: who is meant, how many they are and how they can be reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import reach, rule_names, rules, segment_fates, segment_sql
from store.channels import EMAIL_ONLY
from store.errors import Invalid, NotAllowed, NotFound
from store.folding import fold
from store.overlap import SHOWN, Overlap, leave_out, overlap
from store.reach import Counts, Reach, Reached
from store.rights import Right
from store.rule_names import Choice
from store.rule_subjects import Kind
from store.segment_doubts import Doubt, find_doubts
from store.segment_fates import Fate, PersonFate
from store.segment_names import with_ids, with_names
from store.segment_sql import compile_segment
from store.segment_steps import EVERYONE, NOBODY, Rule, Segment, Start, Step, Value, Verb
from store.segment_words import parse, step_words, words

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

__all__ = [
    "EVERYONE",
    "NOBODY",
    "Choice",
    "Counts",
    "Doubt",
    "Fate",
    "Kind",
    "Listing",
    "Overlap",
    "PersonFate",
    "Reach",
    "Reached",
    "Rule",
    "SavedSegment",
    "Segment",
    "Segments",
    "Start",
    "Step",
    "Value",
    "Verb",
    "compile_segment",
    "leave_out",
    "parse",
    "step_words",
    "words",
]


NAME_LIMIT = 60
"""Characters of a saved segment's name: what fits a line."""


@dataclass(frozen=True, slots=True)
class SavedSegment:
    """A segment that was given a name; `next` and `last` in it stay relative."""

    id: int
    name: str
    segment: Segment
    version: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of who is meant: by mail, to call (`unreachable`), and not wanted, in lists that hold nobody twice.

    `written` are those who are reached by any of the channels, mail among them; empty where there is no other.
    """

    reached: tuple[Reached, ...]
    unreachable: tuple[Reached, ...]
    opted_out: tuple[Reached, ...]
    written: tuple[Reached, ...] = ()


class Segments:
    """Everything here needs the right `members` or one on messages; to keep segments, `members` or `messages.write`.

    What uses a segment raises `NotFound` or `Ambiguous` for a catalogue, distribution, product or message that cannot
    be found (there may be no next distribution), and `Invalid` for a rule that this program does not know.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(
        self,
        segment: Segment,
        kind: str = "targeted",
        *,
        service: bool = False,
        mail_per_member: bool = False,
        sms_per_member: bool = False,
        channels: Sequence[str] = EMAIL_ONLY,
    ) -> Counts:
        """How many a message of this kind reaches by these channels; see `store.reach`."""
        with self._store.reading() as t:
            _may_look(t)
            return reach.count(
                t,
                segment,
                kind,
                service=service,
                mail_per_member=mail_per_member,
                sms_per_member=sms_per_member,
                channels=channels,
            )

    def in_spite(self, segment: Segment, kind: str = "targeted", *, channels: Sequence[str] = EMAIL_ONLY) -> int:
        """How many members get a service message of this kind although somebody of them refused what they get it by."""
        with self._store.reading() as t:
            _may_look(t)
            return reach.in_spite(t, segment, kind, channels=channels)

    def step_counts(self, segment: Segment) -> tuple[int, ...]:
        """How many members are in at the start and after each step."""
        with self._store.reading() as t:
            _may_look(t)
            sql, bound = segment_sql.compile_ways(t, segment)
            # Without MATERIALIZED each rule would be looked up twice, to group by and to show.
            ways = t.all(
                f"WITH ways AS MATERIALIZED ({sql}) SELECT way, count(*) AS members FROM ways GROUP BY way", bound
            )
        totals: Counter[int] = Counter()
        for row in ways:
            for number, inside in enumerate(segment_sql.follow(segment, row["way"])):
                totals[number] += row["members"] if inside else 0
        return tuple(totals[number] for number in range(len(segment.steps) + 1))

    def fate(
        self,
        segment: Segment,
        member_id: int,
        kind: str = "targeted",
        *,
        service: bool = False,
        channels: Sequence[str] = EMAIL_ONLY,
    ) -> Fate:
        """A member's way through the segment, and how a message of this kind would reach each of its people.

        An archived or erased member has a fate, too, and one that was merged has that of the member it became. Raises
        `NotFound` where there never was such a member.
        """
        with self._store.reading() as t:
            _may_look(t)
            return segment_fates.read_fate(t, segment, member_id, kind, service=service, channels=channels)

    def overlap(
        self,
        segment: Segment,
        *,
        message_id: int | None = None,
        kind: str = "targeted",
        service: bool = False,
        limit: int = SHOWN,
    ) -> tuple[Overlap, ...]:
        """The other messages that most of the segment's members have; see `store.overlap.overlap`."""
        return overlap(self._store, segment, message_id=message_id, kind=kind, service=service, limit=limit)

    def offered(self) -> tuple[str, ...]:
        """The names of the rules that make sense in this group; see `store.rules.offered`."""
        with self._store.reading() as t:
            _may_look(t)
            return rules.offered(t)

    def people(
        self,
        segment: Segment,
        kind: str = "targeted",
        *,
        service: bool = False,
        channels: Sequence[str] = EMAIL_ONLY,
        limit: int = 50,
        offset: int = 0,
    ) -> Listing:
        """A page of each of the lists, by name."""
        further = [reach.WRITTEN] if set(channels) - set(EMAIL_ONLY) else []
        with self._store.reading() as t:
            _may_look(t)
            pages = [
                reach.page(t, segment, kind, how, service=service, channels=channels, limit=limit, offset=offset)
                for how in (Reach.EMAIL, Reach.UNREACHABLE, Reach.OPTED_OUT, *further)
            ]
        return Listing(*pages)

    def doubts(self, segment: Segment) -> tuple[Doubt, ...]:
        """What in the segment can find nobody, as a tag that no member has; it is counted all the same."""
        with self._store.reading() as t:
            _may_look(t)
            return find_doubts(t, segment)

    def in_words(self, segment: Segment) -> str:
        """The segment in words for people: with names in place of ids, where a name means one thing only."""
        with self._store.reading() as t:
            _may_look(t)
            return words(with_names(t, segment))

    def read(self, text: str) -> Segment:
        """The segment that words stand for, with ids in place of names that can be found; raises `SegmentError`."""
        segment = parse(text)
        with self._store.reading() as t:
            _may_look(t)
            return with_ids(t, segment)

    def sentences(self, segment: Segment) -> tuple[str, ...]:
        """The rule of each step in the language spoken now."""
        with self._store.reading() as t:
            _may_look(t)
            return tuple(rule_names.sentence(t, step.rule) for step in segment.steps)

    def choices(self, kind: Kind) -> tuple[Choice, ...]:
        """What a parameter of this kind can be; none where anything can be typed."""
        with self._store.reading() as t:
            _may_look(t)
            return rule_names.choices(t, kind)

    def save(self, name: str, segment: Segment) -> int:
        """Keep a segment under a name, instead of one that has it, and return its id.

        Raises `Invalid` for no name, or one that is too long.
        """
        named = _named(name)
        with self._store.writing() as t:
            _may_keep(t)
            known = t.value("SELECT name FROM segments WHERE id = ?", (_of_name(t, named),))
            rows = t.all(
                """INSERT INTO segments (name, definition) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, version = version + 1
                RETURNING id""",
                (known or named, segment.to_json()),
            )
            segment_id = int(rows[0]["id"])
            t.journal("segment.saved", segment_id)
        return segment_id

    def rename(self, segment_id: int, name: str) -> None:
        """Give a saved segment another name; raises `NotFound`, and `Invalid` for no name or one that is taken."""
        named = _named(name)
        with self._store.writing() as t:
            _may_keep(t)
            before = t.value("SELECT name FROM segments WHERE id = ?", (segment_id,))
            if before is None:
                raise NotFound("segment", str(segment_id))
            if _of_name(t, named) not in (None, segment_id):
                raise Invalid("name", named, "taken")
            t.execute("UPDATE segments SET name = ?, version = version + 1 WHERE id = ?", (named, segment_id))
            t.journal("segment.renamed", segment_id, before=before)

    def forget(self, segment_id: int) -> None:
        """Delete a saved segment; messages keep their own copy. Raises `NotFound`."""
        with self._store.writing() as t:
            _may_keep(t)
            if t.execute("DELETE FROM segments WHERE id = ?", (segment_id,)).rowcount == 0:
                raise NotFound("segment", str(segment_id))
            t.journal("segment.forgotten", segment_id)

    def named(self, name: str) -> SavedSegment:
        """The saved segment of this name, whatever its case and accents; raises `NotFound`."""
        with self._store.reading() as t:
            _may_look(t)
            row = t.one("SELECT id, name, definition, version FROM segments WHERE id = ?", (_of_name(t, name),))
        if row is None:
            raise NotFound("segment", name)
        return _saved(row)

    def saved(self) -> tuple[SavedSegment, ...]:
        """The saved segments by name."""
        with self._store.reading() as t:
            _may_look(t)
            rows = t.all("SELECT id, name, definition, version FROM segments ORDER BY name COLLATE NOCASE")
        return tuple(_saved(row) for row in rows)


def _named(name: str) -> str:
    named = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not named:
        raise Invalid("name", name, "empty")
    if len(named) > NAME_LIMIT:
        raise Invalid("name", str(len(named)), "too_long")
    return named


def _of_name(t: Transaction, name: str) -> int | None:
    """The id of the saved segment of this name: one that is written so, else one that differs in case or accents."""
    rows = t.all("SELECT id, name FROM segments ORDER BY id")
    alike = [row for row in rows if fold(row["name"]) == fold(" ".join(name.split()))]
    return next((row["id"] for row in sorted(alike, key=lambda row: row["name"] != name)), None)


def _saved(row: Any) -> SavedSegment:
    return SavedSegment(row["id"], row["name"], Segment.from_json(row["definition"]), row["version"])


def _may_look(t: Transaction) -> None:
    """Raise `NotAllowed` for who works neither with members nor with messages, as a producer does."""
    _require_any(t, Right.MEMBERS, Right.MESSAGES_SEE, Right.MESSAGES_WRITE, Right.MESSAGES_SEND)


def _may_keep(t: Transaction) -> None:
    """Raise `NotAllowed` for who may only look: saved segments are everybody's."""
    _require_any(t, Right.MEMBERS, Right.MESSAGES_WRITE)


def _require_any(t: Transaction, *rights: Right) -> None:
    if not any(t.actor.may(right) for right in rights):
        raise NotAllowed(rights[0].value)
