"""What is counted is what goes out: random groups and segments, the frozen deliveries and a plain reading agree."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from mail.composing import freeze
from mail.refused import EmptyAudience
from store import Store
from store.mailbox import MailboxSettings
from store.segments import Segment, Verb, leave_out, parse, words
from tests.store.segment_random import random_segment, random_world
from tests.store.segment_world import WRITTEN, Kept, World

KINDS = ("targeted", "targeted", "opening", "last_call")
STATES = ("ready", "sending", "sent", "unknown", "bounced", "failed", "held")
MAILBOX = MailboxSettings("localhost", 1025, "none", "amap", "amap@exemple.fr")
ORDERED = parse("vip & ordered(next)").steps[1].rule


@pytest.mark.parametrize("seed", range(5))
def test_frozen_mails_are_those_that_were_counted(store: Store, seed: int):
    random = Random(seed)
    world = random_world(random)
    world.write(store)
    store.mailbox.set(MAILBOX)
    messages = [1]
    for _ in range(5):
        segment = random_segment(random, tuple(messages))
        if random.random() < 0.25:
            messages.append(keep(store, random, world, segment))
        else:
            messages.append(send(store, random, world, segment, f"seed {seed}"))
    for _ in range(4):
        check_overlap(store, random, world, random_segment(random, tuple(messages)), messages, f"seed {seed}")


def keep(store: Store, random: Random, world: World, segment: Segment) -> int:
    """Keep a message for an hour; it counts for those whom it would reach."""
    kept = Kept(segment, random.choice(KINDS), random.random() < 0.3)
    message = new(store, kept)
    wall = store.clock.wall() + timedelta(hours=random.randrange(1, 72))
    store.messages.schedule(message, wall.replace(second=0, microsecond=0))
    world.kept[message] = kept
    return message


def send(store: Store, random: Random, world: World, segment: Segment, told: str) -> int:
    """Freeze a message, compare all that was counted with all that is frozen, and let its mails end in some way."""
    per_member = random.random() < 0.3
    if per_member:  # a text with a field of the order goes to those who have one
        segment = segment.then(Verb.KEEP, ORDERED)
    written = Kept(segment, random.choice(KINDS), random.random() < 0.3)
    told = f"{told}, {written.kind}, service {written.service}, for each member {per_member}: {words(segment)}"
    selected = world.selected(segment)[-1]
    reached = {n: world.reached(n, written.service, written.kind) for n in selected}
    counts = store.segments.count(segment, written.kind, service=written.service, mail_per_member=per_member)
    message = new(store, written, "{{ order.total }}" if per_member else "Hello")
    mails = {(h.key, n if per_member else 0) for n, people in reached.items() for h in people}
    if not mails:
        assert counts.mails == 0, told
        with pytest.raises(EmptyAudience):
            freeze(store, message)
        return message
    queued = freeze(store, message)
    assert queued.mails == counts.mails == len(mails), told
    check_frozen(store, world, message, reached, mails, told)
    unreachable = {n for n in selected if not world.usable(n)}
    assert sorted(r.member_id for r in queued.call_list) == sorted(unreachable), told
    with_mail = {n for n, people in reached.items() if people}
    assert (counts.email, counts.unreachable) == (len(with_mail), len(unreachable)), told
    assert {p.member_id for p in store.segments.people(parse(f"written_to({message})"), limit=-1).reached} <= with_mail
    assert store.segments.count(parse(f"written_to({message})")).selected == len(with_mail), told
    world.mails[message] = end_somehow(store, random, message)
    return message


def check_frozen(store: Store, world: World, message: int, reached: dict[int, list], mails: set, told: str) -> None:
    with store.reading() as t:
        rows = t.all("SELECT * FROM deliveries WHERE message_id = ? AND kind = 'message'", (message,))
        people = t.all(
            """SELECT d.address_key, d.about_member, dp.person_id, dp.member_id FROM delivery_people dp
            JOIN deliveries d ON d.id = dp.delivery_id WHERE d.message_id = ? AND d.kind = 'message'""",
            (message,),
        )
        recipients = t.all("SELECT member_id, reach FROM recipients WHERE message_id = ?", (message,))
    assert {(row["address_key"], row["about_member"]) for row in rows} == mails, told
    assert len(rows) == len(mails), told
    per_member = any(about for _key, about in mails)
    expected = {
        (h.key, n if per_member else 0, n * 10 + 1 + world.households[n].people.index(h), n)
        for n, humans in reached.items()
        for h in humans
    }
    assert {tuple(row) for row in people} == expected, told
    ways = {n: "email" if reached[n] else "opted_out" if world.usable(n) else "unreachable" for n in reached}
    assert {row["member_id"]: row["reach"] for row in recipients} == ways, told


def end_somehow(store: Store, random: Random, message: int) -> dict[int, set[str]]:
    """Give every mail of a message some state, and say which states each member's mails have."""
    states: dict[int, set[str]] = {}
    with store.writing() as t:
        for (delivery,) in t.all("SELECT id FROM deliveries WHERE message_id = ?", (message,)):
            state = random.choice(STATES)
            t.execute("UPDATE deliveries SET state = ? WHERE id = ?", (state, delivery))
            for (member,) in t.all("SELECT member_id FROM delivery_people WHERE delivery_id = ?", (delivery,)):
                states.setdefault(member, set()).add(state)
    return states


def check_overlap(store: Store, random: Random, world: World, segment: Segment, messages: list[int], told: str) -> None:
    """Each message that is named has as many of them as the plain reading says; leaving them out takes just those."""
    service = random.random() < 0.3
    told = f"{told}, service {service}: {words(segment)}"
    mailed = {n for n in world.selected(segment)[-1] if world.reached(n, service)}
    expected = {}
    for message in messages[1:]:  # the first one was written into the file without an hour
        without = world.selected(leave_out(segment, message))[-1]
        if mailed - without:
            expected[message] = len(mailed - without)
    found = store.segments.overlap(segment, service=service, limit=99)
    assert {o.message_id: o.members for o in found} == expected, told
    assert [o.members for o in found] == sorted(expected.values(), reverse=True), told
    assert {o.selected for o in found} <= {len(mailed)}, told
    assert {o.message_id for o in found if o.kept} <= set(world.kept), told
    before = store.segments.count(segment, service=service).email
    for one in found[:2]:
        left = store.segments.count(leave_out(segment, one.message_id), service=service)
        assert before - left.email == one.members, told


def new(store: Store, written: Kept, text: str = "Hello") -> int:
    service = "The day has changed" if written.service else ""
    return store.messages.new(
        written.segment, "News", text, kind=written.kind, service_reason=service, distribution_id=3
    )


def test_every_state_of_a_mail_is_asked():
    assert set(STATES) > WRITTEN
