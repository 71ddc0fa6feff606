"""Every rule of the registry, with members on either side of its borders; it is Saturday 21 November 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from store import Store
from store.errors import Ambiguous
from store.rules import REGISTRY
from store.segments import Kind, leave_out, parse, words
from tests.store.segment_world import TODAY, Bought, Household, Human, Kept, World
from tests.store.test_segment_borders import found, write

DAY = timedelta(1)


def some(*people: Human, **more) -> Household:
    """A household, of one person without an address where none is given."""
    return Household(list(people) or [Human("A")], **more)


def mail(key: str = "a@exemple.fr", state: str = "has", **more) -> Human:
    return Human("A", key, state, **more)


def bought(units: int = 1, *, product: int = 1, distribution: int = 3, on: date = TODAY, **more) -> Household:
    order = Bought(distribution, on, more.pop("state", "confirmed"), more.pop("channel", "web"), {product: units})
    return some(orders=[order], **more)


def got(state: str, **more) -> Household:
    return some(mail(), got=state, **more)


def voucher(state: str = "open", until: date | None = None) -> Household:
    return some(vouchers=[(state, until)])


NO = {"targeted": "phone"}
CASES: tuple[tuple[str, list[Household], list[Household]], ...] = (
    ("everyone", [some(), Household([])], [some(archived=True)]),
    ("nobody", [], [some(vip=True)]),
    ("vip", [some(vip=True)], [some(), some(vip=True, archived=True)]),
    ("ordered(next)", [bought()], [bought(0), bought(state="cancelled"), bought(distribution=2)]),
    ("ordered(2026-11-12)", [bought(distribution=2)], [bought()]),
    ("not_ordered(next)", [bought(0), bought(state="basket"), some()], [bought(), bought(archived=True)]),
    ("subscribers(1)", [bought(product=2)], [bought(product=3), bought(0, product=2)]),
    ("bought(1)", [bought(product=1)], [bought(product=2), bought(0), bought(state="basket")]),
    ("never_ordered", [bought(0), bought(state="cancelled"), bought(state="basket")], [bought(on=TODAY - 900 * DAY)]),
    ("activation(3)", [some(joined=date(2026, 8, 21)), some(joined=TODAY)], [some(joined=date(2026, 8, 20)), some()]),
    ("activation(1)", [some(joined=date(2026, 10, 21))], [bought(joined=date(2026, 10, 21))]),
    ("reactivation(3)", [bought(on=date(2026, 8, 20))], [bought(on=date(2026, 8, 21)), some()]),
    ("basket_open(3)", [bought(state="basket")], [bought(), bought(state="basket", distribution=2)]),
    ("something_to_collect(next)", [bought()], [bought(0), bought(state="cancelled"), bought(state="basket")]),
    ("spent(3, since=2026-11-21)", [bought(3), bought(9)], [bought(2), bought(9, on=TODAY - DAY)]),
    ("spent(1, until=2026-11-20)", [bought(on=TODAY - DAY)], [bought(), bought(product=4, on=TODAY - DAY)]),
    ("orders(1, since=2026-11-21)", [bought()], [bought(on=TODAY - DAY), bought(0)]),
    ("orders_by_phone", [bought(channel="phone")], [bought(), bought(0, channel="phone")]),
    ("received(1)", [got("sent")], [got("ready"), got("unknown"), got("bounced"), got("sent", archived=True)]),
    ("not_received(1)", [got("ready"), got("bounced"), some()], [got("sent"), got("held", archived=True)]),
    (
        "written_to(1)",
        [got("ready"), got("sending"), got("sent"), got("unknown")],
        [got("held"), got("failed"), got("bounced"), some(), got("ready", archived=True)],
    ),
    ("opened(1)", [got("sent", measured="opened"), got("sent", measured="clicked")], [got("sent")]),
    ("clicked(1)", [got("sent", measured="clicked")], [got("sent", measured="opened"), got("sent")]),
    (
        "voucher_unused(1)",
        [voucher(), voucher(until=TODAY)],
        [voucher(until=TODAY - DAY), voucher("redeemed"), voucher("cancelled"), some()],
    ),
    ("joined(since=2026-11-20, until=2026-11-21)", [some(joined=TODAY), some(joined=TODAY - DAY)], [some()]),
    ("joined(until=2026-11-20)", [some(joined=TODAY - DAY)], [some(joined=TODAY), some()]),
    ("has_email", [some(mail()), some(Human("A"), mail())], [some(mail(state="bounced")), some(mail(state="none"))]),
    ("no_email", [some(mail(state="placeholder")), some()], [some(Human("A"), mail())]),
    ("bad_email", [some(mail(), mail("b@x.fr", "bounced")), some(mail(state="placeholder"))], [some(mail()), some()]),
    (
        "wants_no_news",
        [some(mail(refuses=NO)), some(mail(refuses=NO), mail("b@exemple.fr", "bounced"))],
        [some(mail("c@exemple.fr", refuses=NO), mail("d@exemple.fr")), some(Human("A", refuses=NO)), some(mail())],
    ),
    ("has_mobile", [some(Human("A"), Human("B", has_mobile=True))], [some(Human("A", phone="02 61 91 00 00"))]),
    ("postal_code(44)", [some(postal_code="44119"), some(postal_code="44")], [some(postal_code="4"), some()]),
    ("postal_code(4x)", [some(postal_code="4X1")], [some(postal_code="44119"), some(postal_code="14X")]),
    ("city(treillieres)", [some(city="TREILLIÈRES")], [some(city="Treillières-sur-Erdre"), some()]),
    ("language(en)", [some(language="en"), some()], [some(language="fr")]),
    ("tag(benevole)", [some(tags=("x", "Bénévole"))], [some(tags=("bénévoles",)), some()]),
    ("member(1, 2)", [some(), some()], [some()]),
    ("board", [some(contact=True), some(operator="with")], [some(operator="without"), some(producer=True)]),
    ("is_producer", [some(producer=True)], [some(contact=True)]),
    ("test", [some(Human("A"), mail("marie@exemple.fr"))], [some(mail("marie.b@exemple.fr"))]),
)
"""A segment, households that are in it, and households that are not."""


@pytest.mark.parametrize(("text", "inside", "outside"), CASES, ids=[case[0] for case in CASES])
def test_either_side_of_each_border(store: Store, text: str, inside: list[Household], outside: list[Household]):
    write(store, *inside, *outside)
    assert found(store, text) == set(range(1, len(inside) + 1))


def test_every_rule_has_its_borders():
    assert {parse(text).steps[0].rule.name if parse(text).steps else text for text, _in, _out in CASES} == set(REGISTRY)


def test_at_half_past_midnight_it_is_already_today_in_the_group(store: Store, hands):
    """23:30 in UTC, 00:30 in the group: the 22nd, from which vouchers, months and periods are counted."""
    until = TODAY + DAY
    write(store, voucher(until=TODAY), voucher(until=until), bought(on=date(2026, 8, 21)), bought(on=date(2026, 8, 22)))
    assert (found(store, "voucher_unused(1)"), found(store, "reactivation(3)")) == ({1, 2}, set())
    hands.at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert (found(store, "voucher_unused(1)"), found(store, "reactivation(3)")) == ({2}, {3})


@pytest.mark.parametrize(("year", "border"), [(2027, date(2027, 2, 28)), (2028, date(2028, 2, 29))])
def test_on_the_31st_of_may_an_order_on_the_last_of_february_is_too_young(store: Store, hands, year: int, border: date):
    hands.at = datetime(year, 5, 31, 12, tzinfo=UTC)
    write(store, bought(on=border - DAY), bought(on=border))
    assert found(store, "reactivation(3)") == {1}


def test_an_order_confirmed_after_midnight_counts_for_the_groups_day(store: Store, hands, offering):
    hands.at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    member = offering.members["paul"]
    store.orders.record(member, offering.next, [(offering.products["tomatoes"], 1000)])
    assert found(store, "orders(1, since=2026-11-22)") == {member}
    assert found(store, "orders(1, until=2026-11-21)") == set()


def test_what_a_group_does_not_have_is_not_offered_but_can_be_asked(store: Store):
    missing = {"opened", "clicked", "voucher_unused"}
    assert set(store.segments.offered()) == set(REGISTRY) - missing
    write(store, got("sent"))
    for name in missing:
        assert found(store, f"everyone - {name}(1)") == {1}
        assert store.segments.sentences(parse(f"{name}(1)"))[0].endswith("“News”")
    with store.writing() as t:
        t.insert("measures", delivery_id=1, person_id=11, member_id=1, what="opened", at=t.stamp)
    assert set(store.segments.offered()) == set(REGISTRY) - {"voucher_unused"}
    with store.writing() as t:
        t.insert(
            "vouchers", message_id=1, member_id=1, code="x", amount=1, currency="EUR", made_at=t.stamp, state_at=t.stamp
        )
    assert store.segments.offered() == tuple(REGISTRY)


def test_a_message_is_offered_once_it_went_out_or_is_kept_and_its_copy_takes_no_name(store: Store):
    write(store, got("sent"))
    draft = store.messages.new(parse("everyone"), "News", "Text", "News")
    with pytest.raises(Ambiguous):
        store.segments.count(parse('received("news")'))
    with store.writing() as t:
        t.execute("UPDATE messages SET state = 'queued', queued_at = '2026-11-21T23:30:00.000000Z' WHERE id = 1")
    assert found(store, 'received("news")') == {1}
    assert [(c.value, c.text) for c in store.segments.choices(Kind.MESSAGE)] == [(1, "News · Sun 22 Nov 2026")]
    hour = store.clock.wall().replace(microsecond=0) + DAY
    store.messages.schedule(draft, hour)
    assert [c.value for c in store.segments.choices(Kind.MESSAGE)] == [draft, 1]


def test_languages_are_offered_with_the_groups_own_for_those_who_have_none(store: Store):
    write(store, some(), some(language="fr"), some(language="en"))
    assert [choice.value for choice in store.segments.choices(Kind.LANGUAGE)] == ["en", "fr"]


def test_a_kept_message_is_already_written_to_whom_it_will_reach(store: Store):
    write(
        store,
        some(mail(), vip=True),
        some(mail("b@exemple.fr")),
        some(vip=True),
        some(mail("c@exemple.fr", refuses=NO)),
    )
    message = store.messages.new(parse("vip + member(4)"), "News", "Text")
    assert found(store, f"written_to({message})") == set()
    store.messages.schedule(message, store.clock.wall() + DAY)
    assert found(store, f"written_to({message})") == {1}
    assert found(store, f"received({message})") == set()
    assert words(leave_out(parse("everyone"), message)) == f"everyone - written_to(message={message})"
    assert leave_out(leave_out(parse("everyone"), message), message) == leave_out(parse("everyone"), message)


def test_two_kept_messages_that_leave_each_other_out_lose_nobody(store: Store):
    write(store, some(mail()), some(mail("b@exemple.fr"), vip=True))
    one = store.messages.new(parse("everyone"), "One", "Text")
    other = store.messages.new(leave_out(parse("everyone"), one), "Other", "Text")
    message = store.messages.get(one)
    store.messages.save(replace(message, segment=leave_out(message.segment, other)))
    for kept in (one, other):
        store.messages.schedule(kept, store.clock.wall() + DAY)
    assert found(store, words(store.messages.get(one).segment)) == {1, 2}


def test_sixty_steps_by_turns_are_counted_though_kept_messages_speak_of_each_other(store: Store):
    households = [bought(joined=TODAY), some(mail(refuses=NO)), some(mail("b@exemple.fr"), joined=TODAY), some(mail())]
    world = World(dict(enumerate(households, 1)))
    world.write(store)
    turns = ["& spent(1) + written_to(3) + wants_no_news - activation(3) + joined(since=2026-11-21)"] * 12
    for number in (2, 3):
        kept = Kept(parse(f"everyone - written_to({5 - number}) {' '.join(turns[1:])}"), "opening", False)
        world.kept[store.messages.new(kept.segment, "News", "Text", kind=kept.kind)] = kept
    for number in world.kept:
        store.messages.schedule(number, store.clock.wall() + DAY)
    segment = parse(f"everyone {' '.join(turns)}")
    steps = world.selected(segment)
    assert store.segments.step_counts(segment) == tuple(map(len, steps))
    assert found(store, words(segment)) == steps[-1] == {1, 2, 3}
    assert {one.message_id for one in store.segments.overlap(segment)} == {2, 3}
    assert store.segments.fate(segment, 3).inside == tuple(3 in inside for inside in steps)
