"""Who is meant: the file's answer and a plain reading of the definitions are the same."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from store import Store
from store.errors import Ambiguous, Invalid, NotAllowed, NotFound
from store.rules import REGISTRY
from store.segments import EVERYONE, NOBODY, Reach, Segment, compile_segment, parse, words
from tests.store.segment_random import random_segment, random_world
from tests.store.segment_world import KIND, RULES, World


def ids(store: Store, segment: Segment) -> set[int]:
    with store.reading() as t:
        return {row[0] for row in t.all(*compile_segment(t, segment))}


@pytest.fixture
def written(store: Store) -> Callable[[World], World]:
    def write(world: World) -> World:
        world.write(store)
        return world

    return write


def test_every_rule_has_a_plain_reading():
    assert {*RULES, "written_to"} == set(REGISTRY)


@pytest.mark.parametrize("seed", range(8))
def test_file_and_definitions_agree_for_random_groups(store: Store, written, seed: int):
    random = Random(seed)
    world = written(random_world(random))
    for _ in range(20):
        segment = random_segment(random)
        steps = world.selected(segment)
        told = f"seed {seed}: {words(segment)}"
        assert ids(store, segment) == steps[-1], told
        assert store.segments.step_counts(segment) == tuple(map(len, steps)), told
        for number in random.sample(sorted(world.members()), 1):
            assert store.segments.fate(segment, number).inside == tuple(number in inside for inside in steps), told
        service = random.random() < 0.3
        check_reach(store, world, segment, steps[-1], service, told)


def check_reach(store: Store, world: World, segment: Segment, selected: set[int], service: bool, told: str):
    from store.reach import recipients

    reached = {n: {h.key for h in world.reached(n, service)} for n in selected}
    email = {n for n in selected if reached[n]}
    opted_out = {n for n in selected if world.usable(n)} - email
    counts = store.segments.count(segment, KIND, service=service)
    assert counts.members == len(world.members()), told
    assert counts.selected == len(selected) == counts.email + counts.opted_out + counts.unreachable, told
    assert (counts.email, counts.opted_out) == (len(email), len(opted_out)), told
    assert counts.mobile == sum(any(h.has_mobile for h in world.households[n].people) for n in selected), told
    mails = {key for keys in reached.values() for key in keys}
    assert counts.mails == len(mails), told
    per_member = store.segments.count(segment, KIND, service=service, mail_per_member=True)
    assert per_member.mails == sum(map(len, reached.values())), told

    with store.reading() as t:
        found = recipients(t, segment, KIND, service=service)
    mailed = {(r.member_id, r.address_key) for r in found if r.reach is Reach.EMAIL}
    assert mailed == {(n, key) for n, keys in reached.items() for key in keys}, told
    others = [(r.member_id, r.reach) for r in found if r.reach is not Reach.EMAIL]
    expected = {n: Reach.OPTED_OUT if n in opted_out else Reach.UNREACHABLE for n in selected - email}
    assert len(others) == len(expected), told
    assert dict(others) == expected, told

    listing = store.segments.people(segment, KIND, service=service)
    assert {p.member_id for p in listing.reached} == email, told
    assert {p.member_id for p in listing.opted_out} == opted_out, told
    assert {p.member_id for p in listing.unreachable} == selected - email - opted_out, told


def test_pages_of_names_hold_everybody_once(store: Store, written):
    world = written(random_world(Random(7), 40))
    pages = [store.segments.people(EVERYONE, limit=5, offset=offset) for offset in range(0, 45, 5)]
    for name in ("reached", "unreachable", "opted_out"):
        listed = [person.member_id for page in pages for person in getattr(page, name)]
        assert len(listed) == len(set(listed))
        assert listed == [p.member_id for p in getattr(store.segments.people(EVERYONE, limit=100), name)]
    assert world.members()


def test_an_empty_group_counts_to_nothing(store: Store):
    counts = store.segments.count(EVERYONE)
    assert set(vars_of(counts)) == {0}
    assert store.segments.step_counts(parse("everyone - vip")) == (0, 0)


def vars_of(counts) -> list[int]:
    return [getattr(counts, name) for name in counts.__slots__]


def test_without_a_next_distribution_a_reminder_is_for_nobody_known(store: Store):
    with pytest.raises(NotFound, match="next"):
        store.segments.count(parse("everyone - ordered(next)"))


def test_names_of_things_are_found_without_case_and_accents(store: Store, written):
    written(random_world(Random(1)))
    with store.writing() as t:
        t.execute("UPDATE catalogues SET name = 'Légumes du Gué' WHERE id = 1")
        t.execute("UPDATE products SET name = 'Tomates' WHERE id IN (1, 2)")
    assert ids(store, parse('subscribers("legumes du gue")')) == ids(store, parse("subscribers(1)"))
    with pytest.raises(Ambiguous):
        store.segments.count(parse("bought(tomates)"))
    with pytest.raises(NotFound):
        store.segments.count(parse("bought(concombres)"))
    assert ids(store, parse("received(news)")) == ids(store, parse("received(1)"))


def test_sentences_say_what_the_words_mean(store: Store, written):
    written(random_world(Random(1)))
    said = store.segments.sentences(
        parse("subscribers(2) + activation(1) + spent(12.5, since=2026-01-01) - ordered(next) + tag(x) - received(99)")
    )
    assert said == (
        "Subscribers of B (ordered at least once)",
        "Joined in the last 1 month, never ordered",
        "Spent at least €12.50 since Thu 1 Jan 2026",
        "Ordered for the next distribution (Thu 26 Nov)",
        "Tag x",
        "Got 99",
    )


def test_saved_segments_come_back_and_stay_relative(store: Store):
    last_call = parse("everyone - ordered(distribution=next)")
    first = store.segments.save(" Last  call ", last_call)
    assert store.segments.save("Last call", parse("vip")) == first
    store.segments.save("aaa", last_call)
    assert [(s.name, words(s.segment)) for s in store.segments.saved()] == [
        ("aaa", "everyone - ordered(distribution=next)"),
        ("Last call", "nobody + vip"),
    ]
    store.segments.forget(first)
    assert [s.name for s in store.segments.saved()] == ["aaa"]
    with pytest.raises(NotFound):
        store.segments.forget(first)
    with pytest.raises(Invalid):
        store.segments.save("  ", last_call)


def test_a_producer_counts_nobody(store: Store, act_as):
    catalogue = store.catalogues.add_catalogue("Oeufs du Pré", store.catalogues.add_producer("Le Pré"), "EUR")
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[catalogue])
    producer = act_as("rigaud")
    for forbidden in (
        lambda: producer.segments.count(EVERYONE),
        lambda: producer.segments.people(EVERYONE),
        lambda: producer.segments.saved(),
        lambda: producer.segments.sentences(EVERYONE),
        lambda: producer.segments.save("x", NOBODY),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_who_only_sees_messages_counts_and_keeps_no_segment(store: Store, act_as):
    store.operators.add("lucie", "Lucie", "treasurer")
    with store.writing() as t:
        t.execute("DELETE FROM rights WHERE name = 'members'")
    kept, lucie = store.segments.save("VIP", parse("vip")), act_as("lucie").segments
    assert (lucie.count(EVERYONE).selected, lucie.named("vip").id) == (0, kept)
    for forbidden in (
        lambda: lucie.save("x", NOBODY),
        lambda: lucie.rename(kept, "x"),
        lambda: lucie.forget(kept),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_a_rule_of_a_newer_program_is_refused(store: Store):
    newer = Segment.from_json(
        '{"start": "nobody", "steps": [{"verb": "add", "rule": "danced", "parameters": {"a": 1}}]}'
    )
    assert words(newer) == "nobody + danced"
    assert store.segments.sentences(newer) == ("danced",)
    with pytest.raises(Invalid, match="danced"):
        store.segments.count(newer)
    assert store.segments.sentences(newer) == ("danced",)


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"start": "nobody", "steps": [1]}', '{"start": 1, "steps": []}'])
def test_a_damaged_definition_is_an_error_not_a_crash(broken: str):
    with pytest.raises(Invalid):
        Segment.from_json(broken)
