"""A member on either side of each border of the rules that speak of days, hours, quantities and orders."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from store import Store
from store.people import EmailState, Member, Person
from store.segments import compile_segment, parse
from tests.store.segment_world import Bought, Household, Human, World


def found(store: Store, text: str) -> set[int]:
    with store.reading() as t:
        return {row[0] for row in t.all(*compile_segment(t, parse(text)))}


def write(store: Store, *households: Household) -> None:
    World(dict(enumerate(households, 1))).write(store)


def joined(day: str) -> Household:
    return Household([Human("A")], joined=date.fromisoformat(day))


def ordered(on: str, units: int = 1, state: str = "confirmed", distribution: int = 1, **more) -> Household:
    order = Bought(distribution, date.fromisoformat(on), state, lines={1: units})
    return Household([Human("A")], orders=[order], **more)


@pytest.mark.parametrize(("year", "border"), [(2027, "2027-02-28"), (2028, "2028-02-29")])
def test_three_months_before_the_31st_of_may_is_the_end_of_february(store: Store, hands, year: int, border: str):
    hands.at = datetime(year, 5, 31, 12, tzinfo=UTC)
    day = date.fromisoformat(border)
    write(store, joined(str(day.replace(day=day.day - 1))), joined(border), joined(f"{year}-03-01"))
    assert found(store, "activation(3)") == {2, 3}


def test_after_midnight_it_is_tomorrow_in_the_group_though_not_in_utc(store: Store, hands):
    write(store, joined("2026-08-21"), joined("2026-08-22"), joined("2026-11-22"))
    hands.at = datetime(2026, 11, 21, 22, 59, tzinfo=UTC)
    assert found(store, "activation(3)") == {1, 2}
    hands.at = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert found(store, "activation(3)") == {2, 3}


def test_a_quantity_of_zero_a_basket_and_a_cancelled_order_are_no_order(store: Store):
    write(
        store,
        ordered("2026-11-20", units=0, distribution=3),
        ordered("2026-11-20", state="basket", distribution=3),
        ordered("2026-11-20", state="cancelled", distribution=3),
        ordered("2026-11-20", distribution=3),
    )
    assert found(store, "never_ordered") == {1, 2, 3}
    assert found(store, "ordered(next)") == {4}
    assert found(store, "everyone - not_ordered(3)") == {4}
    assert found(store, "basket_open(next)") == {2}
    assert found(store, "subscribers(1)") == found(store, "bought(1)") == found(store, "spent(0.01)") == {4}


def test_one_line_above_zero_beside_one_of_zero_counts_for_its_own_product_only(store: Store):
    write(store, Household([Human("A")], orders=[Bought(1, date(2026, 8, 1), lines={1: 0, 3: 2})]))
    assert found(store, "bought(3)") == found(store, "subscribers(2)") == {1}
    assert found(store, "bought(1) + subscribers(1)") == set()


def test_archived_members_are_in_no_segment(store: Store):
    write(store, ordered("2026-11-20", archived=True, vip=True), ordered("2026-11-20", vip=True))
    for text in ("everyone", "vip", "member(1, 2)", "subscribers(1)", "everyone - nobody"):
        assert found(store, text) == {2}


def test_the_second_person_counts_for_the_household(store: Store):
    second = Human("B", "b@exemple.fr", "has", mobile="06 39 98 00 00", has_mobile=True)
    write(store, Household([Human("A"), second]), Household([Human("A")]))
    assert found(store, "has_email") == found(store, "has_mobile") == {1}
    counts = store.segments.count(parse("everyone"))
    assert (counts.email, counts.unreachable, counts.mails, counts.mobile) == (1, 1, 1, 1)


def test_spent_to_the_cent_and_to_the_day(store: Store):
    write(store, ordered("2026-11-01", units=12), ordered("2026-11-02", units=13))
    assert found(store, "spent(12.00)") == {1, 2}
    assert found(store, "spent(12.01)") == {2}
    assert found(store, "spent(1, since=2026-11-02)") == {2}
    assert found(store, "spent(1, until=2026-11-01)") == {1}
    assert found(store, "orders(1, since=2026-11-01, until=2026-11-01)") == {1}


def test_spent_follows_a_line_that_is_changed_or_taken_out(store: Store):
    write(store, ordered("2026-11-01", units=5))
    with store.writing() as t:
        t.execute("UPDATE order_lines SET amount = 700")
    assert found(store, "spent(7)") == {1}
    with store.writing() as t:
        t.execute("DELETE FROM order_lines")
    assert found(store, "spent(0.01)") == set()


def test_the_next_distribution_becomes_the_last_when_it_ends(store: Store, hands):
    write(store, ordered("2026-11-20", distribution=3), ordered("2026-11-10", distribution=2))
    assert (found(store, "ordered(next)"), found(store, "ordered(last)")) == ({1}, {2})
    hands.at = datetime(2026, 11, 26, 18, 29, tzinfo=UTC)
    assert found(store, "ordered(next)") == {1}
    hands.at = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)
    assert found(store, "ordered(last)") == {1}


def test_nothing_is_collected_at_a_cancelled_distribution(store: Store):
    write(store, ordered("2026-11-20", distribution=3))
    assert found(store, "something_to_collect(3)") == {1}
    with store.writing() as t:
        t.execute("UPDATE distributions SET cancelled_at = ? WHERE id = 3", (t.stamp,))
    assert found(store, "something_to_collect(3)") == set()
    assert found(store, "ordered(3)") == {1}


def test_two_households_at_one_address_get_one_mail(store: Store):
    shared = [Human("A", "a@exemple.fr", "has"), Human("B", "a@exemple.fr", "has")]
    write(store, Household(shared), Household(shared[:1]))
    assert store.segments.count(parse("everyone")).mails == 1
    assert store.segments.count(parse("everyone"), mail_per_member=True).mails == 2
    assert [p.addresses for p in store.segments.people(parse("everyone")).reached] == [("A@EXEMPLE.FR",)] * 2


def test_made_up_and_bounced_addresses_are_called_instead(store: Store):
    store.members.add(Member((Person("Odette", "Maréchal", "amap+103@exemple.fr", phone="02 61 91 00 01"),)))
    bounced = Person("Yves", "Le Bihan", "yves@exemple.fr", EmailState.BOUNCED, mobile="06 39 98 03 04")
    store.members.add(Member((bounced,)))
    listing = store.segments.people(parse("everyone"))
    assert [(p.name, p.phone) for p in listing.unreachable] == [
        ("Le Bihan Yves", "06 39 98 03 04"),
        ("Maréchal Odette", "02 61 91 00 01"),
    ]
    assert not listing.reached


def test_who_said_stop_gets_no_service_message_either(store: Store):
    polite = Human("A", "a@exemple.fr", "has", refuses={"targeted": "phone"})
    stop = Human("B", "b@exemple.fr", "has", refuses={"targeted": "stop"})
    forever = Human("C", "c@exemple.fr", "has")
    World({1: Household([polite]), 2: Household([stop]), 3: Household([forever])}, {("c@exemple.fr", "all")}).write(
        store
    )
    assert store.segments.count(parse("everyone")).opted_out == 3
    service = store.segments.count(parse("everyone"), service=True)
    assert (service.email, service.opted_out) == (1, 2)
    assert store.segments.count(parse("everyone"), "opening").email == 2
