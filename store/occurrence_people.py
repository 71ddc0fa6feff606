"""To whom an occurrence goes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from store.clock import stamp
from store.rule_messages import USABLE
from store.rule_subjects import NEXT, Kind
from store.rules import REGISTRY, make
from store.segment_steps import EVERYONE, NOBODY, Rule, Segment, Verb
from store.withdrawing import NOT_GONE, TRIED
from store.workflow_records import Audience
from store.workflow_triggers import step_segment

if TYPE_CHECKING:
    from store.occurrence_records import Occurrence
    from store.transaction import Transaction

GOT = f"""(d.state IN ('ready', 'sending', 'sent', 'unknown', 'bounced') OR d.state = 'failed' AND d.reason <> '{TRIED}'
    OR d.state = 'held' AND d.reason NOT IN {NOT_GONE})"""
"""The condition of a mail that is not written once more: it went, goes, may have gone, came back, was refused for good,
or a person keeps it."""

# Also of the whole distribution for one of its catalogues, and the other way round, where both come at one moment.
_ALREADY = f"""SELECT DISTINCT d.address_key, dp.member_id, p.email_key
    FROM occurrences o JOIN messages x ON x.occurrence_id = o.id JOIN deliveries d ON d.message_id = x.id
    JOIN delivery_people dp ON dp.delivery_id = d.id LEFT JOIN people p ON p.id = dp.person_id
    WHERE d.kind = 'message' AND {GOT} AND (o.id = :id OR o.step_id = :step AND :day IS NOT NULL
        AND o.distribution_id = :day AND o.member_id IS NULL AND o.due_at = :due AND instr(o.key, '!') = 0)"""
_ORDERED = """SELECT DISTINCT o.member_id FROM orders o JOIN order_lines l ON l.order_id = o.id
    WHERE o.distribution_id = ? AND l.catalogue_id = ? AND o.state = 'confirmed' AND o.filled = 1 AND l.quantity > 0"""


def segment_of(t: Transaction, occurrence: Occurrence) -> Segment:
    """Whom the step's audience means for this occurrence, without the members who got all of it already.

    "next" in it is the occurrence's distribution; what is about one member reaches that member only. Who sends has to
    leave out the addresses of `already`, too: of two people in a household one may have got it.
    """
    segment = audience_of(t, occurrence)
    if occurrence.member_id is not None:
        own = make("member", ids=(occurrence.member_id,))
        segment = NOBODY.then(Verb.ADD, own) if segment == EVERYONE else segment.then(Verb.KEEP, own)
    served = served_by(t, occurrence)
    return segment.then(Verb.REMOVE, make("member", ids=served)) if served else segment


def audience_of(t: Transaction, occurrence: Occurrence) -> Segment:
    """Whom the step means for what the occurrence is about, whoever got it already.

    Of a catalogue's occurrence "ordered" speaks of its own lines for the distribution.
    """
    step, day, catalogue = occurrence.step, occurrence.distribution_id, occurrence.catalogue_id
    segment = step_segment(step)
    if day is None:
        return segment
    if catalogue is None or step.audience not in (Audience.ORDERED, Audience.NOT_ORDERED):
        return _at(segment, day)
    rows = t.all(_ORDERED, (day, catalogue))
    who = make("member", ids=tuple(row["member_id"] for row in rows)) if rows else make("nobody")
    return NOBODY.then(Verb.ADD, who) if step.audience is Audience.ORDERED else EVERYONE.then(Verb.REMOVE, who)


def _at(segment: Segment, distribution_id: int) -> Segment:
    """The segment with a distribution's id where it says "next"."""

    def rule_at(rule: Rule) -> Rule:
        kinds = {one.name: one.kind for one in REGISTRY[rule.name].parameters} if rule.name in REGISTRY else {}
        values = tuple(
            (name, distribution_id if kinds.get(name) is Kind.DISTRIBUTION and value == NEXT else value)
            for name, value in rule.parameters
        )
        return replace(rule, parameters=values)

    return replace(segment, steps=tuple(replace(step, rule=rule_at(step.rule)) for step in segment.steps))


def already(t: Transaction, occurrence: Occurrence) -> frozenset[tuple[str, int]]:
    """Which addresses (`address_key`) got it about which member (id): sent, under way, in doubt, waiting or bounced.

    The addresses as they were, and as those people have them now. What was withdrawn, or came too late, is not in it.
    Who got it of the same step for the same distribution at the same moment is, by whatever the workflow is attached
    to.
    """
    day = occurrence.distribution_id if occurrence.member_id is None else None
    if occurrence.id is None and day is None:
        return frozenset()
    asked = {"id": occurrence.id, "step": occurrence.step.id, "day": day, "due": stamp(occurrence.due)}
    rows = t.all(_ALREADY, asked)
    return frozenset((row[key], row["member_id"]) for row in rows for key in ("address_key", "email_key") if row[key])


def served_by(t: Transaction, occurrence: Occurrence) -> tuple[int, ...]:
    """The members of whom everybody with an address got it already."""
    got = already(t, occurrence)
    if not got:
        return ()
    members = sorted({member_id for _address, member_id in got})
    left = {
        row["member_id"]
        for row in t.all(
            f"""SELECT p.member_id, p.email_key FROM people p
            WHERE p.member_id IN (SELECT value FROM json_each(?)) AND {USABLE}""",
            (json.dumps(members),),
        )
        if (row["email_key"], row["member_id"]) not in got
    }
    return tuple(member_id for member_id in members if member_id not in left)
