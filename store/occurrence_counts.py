"""How many people occurrences reach as of now, many occurrences at once: what they share is looked up once."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.errors import StoreError
from store.lists.addresses import addressees
from store.occurrence_people import already, audience_of, served_by
from store.occurrence_records import Occurrence
from store.reach import Counts, reached_people
from store.rule_conditions import Scope
from store.segment_sql import compile_segment
from store.segment_steps import EVERYONE, Segment
from store.untold import UNTOLD
from store.workflow_records import Trigger
from store.workflow_triggers import is_called

if TYPE_CHECKING:
    from store.transaction import Transaction

OF_MEMBER = re.compile(r"\{[^}]*\b(?:order\.|basket\.|last_order)")
"""A field that differs between two households at one address, so that each gets a mail of its own."""

_FATES = """{people} SELECT r.member_id, f.reach, f.mobile, iif(r.open, r.email_key, '') AS address
    FROM reached r JOIN fates f ON f.member_id = r.member_id"""
_WORDS = """SELECT m.kind, m.service_reason, coalesce(json_extract(s.words, '$.label'), m.label) AS label,
        coalesce(json_extract(s.words, '$.subject'), m.subject) AS subject,
        coalesce(json_extract(s.words, '$.text'), m.text) AS text
    FROM messages m LEFT JOIN workflow_steps s ON s.id = m.workflow_step_id WHERE m.id = ?"""
"""Of a workflow's step they are those in use."""
_TOLD = "SELECT 1 FROM recaps WHERE distribution_id = ? AND catalogue_id = ?"
_NEWS = f"SELECT 1 FROM order_changes h WHERE h.distribution_id = ? AND h.catalogue_id = ? AND {UNTOLD} LIMIT 1"
_UNSURE = """SELECT 1 FROM messages m JOIN deliveries d ON d.message_id = m.id AND d.kind = 'message'
    WHERE m.occurrence_id = ? AND d.state IN ('ready', 'sending') LIMIT 1"""


@dataclass(slots=True)
class Ways:
    """How each member hears of a kind of mail: ids by fate, and the addresses of those whom a mail reaches.

    `alone` are those who get one mail, at an address that is nobody else's: nearly all, and quickly counted.
    """

    email: set[int] = field(default_factory=set)
    opted_out: set[int] = field(default_factory=set)
    mobile: set[int] = field(default_factory=set)
    alone: set[int] = field(default_factory=set)
    addresses: dict[int, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """What of a message's words says whom it reaches; `title` is its label, else its subject."""

    title: str
    kind: str
    service: bool
    of_member: bool


class People:
    """Whom occurrences and kept messages reach, inside one transaction.

    A segment that speaks of what is gone reaches nobody, as it does at its hour.
    """

    def __init__(self, t: Transaction) -> None:
        self._t = t
        self._ways: dict[tuple[str, bool], Ways] = {}
        self._chosen: dict[str, frozenset[int]] = {}
        self._broken: set[str] = set()
        self._words: dict[int, Words] = {}

    def ways(self, kind: str, *, service: bool) -> Ways:
        """How everybody hears of a kind of mail."""
        if (kind, service) not in self._ways:
            scope = Scope(self._t)
            people = reached_people(scope, EVERYONE, kind, service=service)
            found = self._ways[kind, service] = Ways()
            for member_id, reach, mobile, address in self._t.all(_FATES.format(people=people), scope.bound):
                if reach == "email":
                    found.email.add(member_id)
                elif reach == "opted_out":
                    found.opted_out.add(member_id)
                if mobile:
                    found.mobile.add(member_id)
                if address:
                    found.addresses.setdefault(member_id, []).append(address)
            used = Counter(address for some in found.addresses.values() for address in some)
            found.alone.update(one for one, some in found.addresses.items() if len(some) == 1 and used[some[0]] == 1)
        return self._ways[kind, service]

    def chosen(self, segment: Segment) -> frozenset[int]:
        """The ids of a segment's members."""
        key = segment.to_json()
        if key not in self._chosen:
            try:
                sql, bound = compile_segment(self._t, segment)
                self._chosen[key] = frozenset(row[0] for row in self._t.all(sql, bound))
            except StoreError:
                self._broken.add(key)
                self._chosen[key] = frozenset()
        return self._chosen[key]

    def words(self, message_id: int) -> Words:
        """What a message is."""
        if message_id not in self._words:
            row = self._t.one(_WORDS, (message_id,))
            found = Words("", "automatic", service=False, of_member=False)
            if row is not None:
                speaks = bool(OF_MEMBER.search(f"{row['subject']} {row['text']}"))
                title = row["label"].strip() or row["subject"].strip()
                found = Words(title, row["kind"], bool(row["service_reason"]), speaks)
            self._words[message_id] = found
        return self._words[message_id]

    def meant(self, occurrence: Occurrence) -> frozenset[int]:
        """The members of `segment_of`; nobody for what goes to a producer."""
        if occurrence.step.trigger is Trigger.RECAP:
            return frozenset()
        chosen = self.chosen(audience_of(self._t, occurrence))
        if occurrence.member_id is not None:
            chosen = chosen & {occurrence.member_id}
        served = served_by(self._t, occurrence)
        return chosen.difference(served) if served else chosen

    def reached(self, occurrence: Occurrence) -> frozenset[int]:
        """Those of them who are reached by mail."""
        words = self.words(occurrence.step.message_id)
        return self.meant(occurrence) & self.ways(words.kind, service=words.service).email

    def counts(self, occurrence: Occurrence) -> Counts:
        """How many it reaches as of now, without who got it already; of a recap, how many addresses it goes to."""
        if occurrence.step.trigger is Trigger.RECAP:
            sheets = self._of_recap(occurrence)
            return Counts(0, sheets, sheets, 0, 0, 0, sheets)
        words = self.words(occurrence.step.message_id)
        ways = self.ways(words.kind, service=words.service)
        meant = self.meant(occurrence)
        email, opted_out = len(meant & ways.email), len(meant & ways.opted_out)
        got = already(self._t, occurrence)
        alone = meant & ways.alone if not got else set()
        mails = {
            (address, member_id if words.of_member else 0)
            for member_id in (meant & ways.email) - alone
            for address in ways.addresses.get(member_id, ())
            if (address, member_id) not in got
        }
        return Counts(
            members=len(self.chosen(EVERYONE)),
            selected=len(meant),
            email=email,
            mobile=len(meant & ways.mobile),
            unreachable=len(meant) - email - opted_out,
            opted_out=opted_out,
            mails=len(alone) + len(mails),
            calls=len(meant) - email - opted_out,
        )

    def nobody(self, occurrence: Occurrence) -> bool:
        """Whether as of now it would go to nobody, and nobody would be called about it.

        Of a segment that speaks of what is gone nobody knows, nor while a mail of it waits or is under way: it may come
        to nothing.
        """
        if occurrence.id is not None and self._t.one(_UNSURE, (occurrence.id,)) is not None:
            return False
        counts = self.counts(occurrence)
        if counts.mails or audience_of(self._t, occurrence).to_json() in self._broken:
            return False
        return not counts.unreachable or not is_called(occurrence.step)

    def _of_recap(self, occurrence: Occurrence) -> int:
        where = (occurrence.distribution_id, occurrence.catalogue_id)
        if self._t.one(_TOLD, where) is not None and self._t.one(_NEWS, where) is None:
            return 0
        return len(addressees(self._t, occurrence.catalogue_id or 0))
