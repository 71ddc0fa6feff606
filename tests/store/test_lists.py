"""Lists of a distribution: what a producer was told, what they do not know yet, who comes, and whom to call."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from random import Random

import pytest

from store import Store
from store.errors import Invalid, NotAllowed, NotFound
from store.lists.day import by_member, by_producer, by_product
from store.lists.line_records import Supplement
from store.lists.records import RecapState
from store.order_records import Entry
from store.rights import Right
from tests.offering import Offering
from tests.store.conftest import Hands

POULTRY = "poultry"


def order(store: Store, group: Offering, member: str, channel: str = "phone", **lines: int) -> int:
    quantities = [(group.products[name], quantity) for name, quantity in lines.items()]
    return store.orders.record(group.members[member], group.next, quantities, channel).order_id


def change(store: Store, group: Offering, order_id: int, **lines: int) -> None:
    store.orders.change(order_id, {group.products[name]: quantity for name, quantity in lines.items()})


def state(store: Store, group: Offering, catalogue: str = POULTRY) -> RecapState:
    found = {one.catalogue_id: one for one in store.lists.states(group.next)}
    return found[group.catalogues[catalogue]]


def changes(supplement: Supplement) -> list[tuple[str, str, str, int, int]]:
    return [(line.kind, line.member, line.product.reference, line.before, line.after) for line in supplement.lines]


def producer(store: Store, catalogue_id: int, login: str = "rigaud") -> None:
    with store.writing() as t:
        operator_id = t.insert("operators", login=login, name=login.title())
        t.insert("rights", operator_id=operator_id, name=Right.ORDERS.value, catalogue_id=catalogue_id)


def test_a_supplement_tells_what_changed_since_the_recap_and_nothing_else(store: Store, group: Offering) -> None:
    poultry = group.catalogues[POULTRY]
    odette = order(store, group, "odette", chicken=1000, duck=1000, tomatoes=1500)
    paul = order(store, group, "paul", chicken=2000)
    store.lists.tell(group.next, poultry, "recap", "said")
    change(store, group, odette, chicken=3000, duck=0)
    change(store, group, paul, chicken=1000)
    change(store, group, paul, chicken=2000, tomatoes=1000)  # back to what it was; other producers' lines do not count
    order(store, group, "yves", duck=1000)
    supplement = store.lists.supplement(group.next, poultry)
    assert changes(supplement) == [
        ("changed", "Maréchal Odette", "POUL", 1000, 3000),
        ("added", "Le Bihan Yves", "CAN", 0, 1000),
        ("removed", "Maréchal Odette", "CAN", 1000, 0),
    ]
    assert [(product.reference, before, after) for product, before, after in supplement.products] == [
        ("POUL", 3000, 5000),
        ("CAN", 1000, 1000),
    ]
    assert state(store, group).untold == 3
    told = store.lists.tell(group.next, poultry, "supplement", "said")
    assert (told.kind, told.way, told.by, told.lost) == ("supplement", "said", "Marie", False)
    assert state(store, group).untold == 0
    later = store.lists.supplement(group.next, poultry)
    assert (changes(later), later.since) == ([], told)
    assert store.lists.told(group.next) == {poultry: told}
    assert store.lists.recap(group.next, poultry).replaces == state(store, group).last == told
    with pytest.raises(Invalid) as nothing:
        store.lists.tell(group.next, poultry, "supplement", "said")
    assert nothing.value.reason == "nothing"


def test_a_recap_stands_as_it_is_now_and_as_it_was_told(store: Store, group: Offering) -> None:
    poultry = group.catalogues[POULTRY]
    odette = order(store, group, "odette", chicken=1000, duck=1000)
    assert store.lists.recap(group.next, poultry).as_told is None
    store.lists.tell(group.next, poultry, "recap", "file")
    assert store.lists.recap(group.next, poultry).unchanged
    change(store, group, odette, duck=0, chicken=2000)
    order(store, group, "paul", chicken=1000)
    recap = store.lists.recap(group.next, poultry)
    now = [(x.product.reference, x.quantity, x.orders, x.amount) for x in recap.lines]
    assert now == [("POUL", 3000, 2, 3 * 2250)]
    assert [(share.member, share.quantity) for share in recap.lines[0].members] == [
        ("Durand Paul", 1000),
        ("Maréchal Odette", 2000),
    ]
    assert (recap.orders, recap.amount, recap.estimated, recap.unchanged) == (2, 6750, True, False)
    assert recap.as_told is not None
    told = [(x.product.reference, x.quantity, x.orders, x.amount) for x in recap.as_told]
    assert told == [("POUL", 1000, 1, 2250), ("CAN", 1000, 1, 2960)]
    # Told anew, all of it is known; a supplement would say nothing.
    store.lists.tell(group.next, poultry, "recap", "said")
    assert state(store, group).untold == 0
    assert [telling.kind for telling in state(store, group).tellings] == ["recap", "recap"]
    assert store.lists.recap(group.next, poultry).unchanged


def test_a_recap_that_an_earlier_version_only_marked_counts_too(store: Store, group: Offering) -> None:
    poultry = group.catalogues[POULTRY]
    odette = order(store, group, "odette", duck=1000)
    with store.writing() as t:
        t.execute(
            "UPDATE distribution_catalogues SET recap_sent_at = ?, recap_sent_by = ? WHERE distribution_id = ?",
            (t.stamp, t.actor.id, group.next),
        )
    change(store, group, odette, duck=3000)
    found = state(store, group)
    assert found.recap is not None
    assert (found.recap.by, found.untold) == ("Marie", 1)
    as_told = store.lists.recap(group.next, poultry).as_told
    assert as_told is not None
    assert [(x.product.reference, x.quantity) for x in as_told] == [("CAN", 1000)]


def test_called_off_orders_are_told_as_removed(store: Store, group: Offering) -> None:
    poultry = group.catalogues[POULTRY]
    order(store, group, "odette", duck=1000, tomatoes=1000)
    store.lists.tell(group.next, poultry, "recap", "said")
    version = store.distributions.get(group.next).version
    store.distributions.cancel(group.next, version, "Nobody can hold it")
    assert changes(store.lists.supplement(group.next, poultry)) == [("removed", "Maréchal Odette", "CAN", 1000, 0)]
    assert store.lists.recap(group.next, poultry).lines == ()
    assert [(one.name, one.untold) for one in store.lists.due()] == [("Volailles Rigaud", 1)]
    assert store.lists.pickup(group.next).members == ()
    store.distributions.restore(group.next)
    assert changes(store.lists.supplement(group.next, poultry)) == []
    assert store.lists.due() == ()


def test_what_is_due_is_what_closed_untold_and_what_changed_since(store: Store, group: Offering, hands: Hands) -> None:
    assert store.lists.due() == ()  # poultry closed, but nobody ordered any
    order(store, group, "odette", chicken=1000, tomatoes=1000)
    assert [(one.name, one.recap) for one in store.lists.due()] == [("Volailles Rigaud", None)]
    store.lists.tell(group.next, group.catalogues[POULTRY], "recap", "said")
    assert store.lists.due() == ()
    hands.at = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)  # vegetables closed half an hour ago
    assert [one.name for one in store.lists.due()] == ["Légumes du Gué"]
    order(store, group, "paul", chicken=1000)
    assert [(one.name, one.untold) for one in store.lists.due()] == [("Volailles Rigaud", 1), ("Légumes du Gué", 0)]
    hands.at = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
    assert store.lists.due() == (), "a distribution that is over asks for nothing"


def test_states_say_where_a_mail_would_go(store: Store, group: Offering) -> None:
    assert state(store, group).emails == ()
    with store.writing() as t:
        for member, email, kept in (("odette", "odette@exemple.fr", "has"), ("paul", "x@example.org", "bounced")):
            t.execute(
                "UPDATE people SET email = ?, email_key = ?, email_state = ? WHERE member_id = ?",
                (email, email, kept, group.members[member]),
            )
            t.insert("catalogue_contacts", catalogue_id=group.catalogues[POULTRY], member_id=group.members[member])
    assert state(store, group).emails == ("odette@exemple.fr",)
    with store.writing() as t:
        t.execute("UPDATE producers SET email = 'rigaud@example.org', phone = '06 39 98 55 55' WHERE name LIKE 'Vol%'")
    assert state(store, group).emails == ("rigaud@example.org",)
    assert state(store, group).phone == "06 39 98 55 55"


def test_orders_by_member_product_and_producer(store: Store, group: Offering) -> None:
    order(store, group, "odette", chicken=1000, eggs=2000)
    order(store, group, "paul", tomatoes=1500, eggs=1000)
    day = store.lists.day(group.next)
    assert [(one.name, one.totals, one.orders) for one in by_member(day)] == [
        ("Durand Paul", {"EUR": 585 + 240}, 1),
        ("Maréchal Odette", {"EUR": 2250 + 480}, 1),
    ]
    assert [(one.name, one.quantity, one.orders) for one in by_product(day)] == [
        ("Tomates cœur de bœuf", 1500, 1),
        ("Œufs plein air", 3000, 2),
        ("Poulet fermier", 1000, 1),
    ]
    assert [(one.name, one.quantity, one.totals, one.estimated, one.late) for one in by_producer(day)] == [
        ("Légumes du Gué", None, {"EUR": 585 + 720}, False, 0),
        ("Volailles Rigaud", None, {"EUR": 2250}, True, 1),
    ]


def test_two_currencies_are_never_added(store: Store, group: Offering) -> None:
    with store.writing() as t:
        t.execute("UPDATE catalogues SET currency = 'CHF' WHERE id = ?", (group.catalogues["flour"],))
    order(store, group, "odette", wheat=1000, eggs=1000)
    sheet = store.lists.pickup(group.next)
    assert sheet.totals == {"CHF": 215, "EUR": 240}
    assert state(store, group, "flour").totals == {"CHF": 215}


def test_the_pickup_sheet_counts_what_is_to_be_weighed(store: Store, group: Offering) -> None:
    odette = order(store, group, "odette", chicken=2000, eggs=1000)
    sheet = store.lists.pickup(group.next)
    assert [(one.name, one.phones, one.to_weigh, one.estimated) for one in sheet.members] == [
        ("Maréchal Odette", ("06 39 98 00 00",), 1, True)
    ]
    assert [line.product.reference for line in sheet.members[0].lines] == ["6OE", "POUL"], "by producer"
    store.orders.settle(odette, {group.products["chicken"]: 3700})
    settled = store.lists.pickup(group.next)
    assert (settled.estimated, settled.members[0].to_weigh, settled.totals) == (False, 0, {"EUR": 4625 + 240})
    assert settled.members[0].lines[1].settled_weight == 3700
    basket = store.orders.open_basket(group.members["paul"], group.next)
    assert store.lists.pickup(group.next).unconfirmed == (), "nothing is in it"
    store.orders.enter(basket.id, Entry("1 can", group.products["duck"], 0, 1000))
    assert store.lists.pickup(group.next).unconfirmed == ("Durand Paul",)


def test_a_producer_sees_their_own_lines_only(store: Store, group: Offering, act_as: Callable[[str], Store]) -> None:
    poultry, veg = group.catalogues[POULTRY], group.catalogues["veg"]
    odette = order(store, group, "odette", chicken=1000, tomatoes=1000)
    order(store, group, "paul", tomatoes=1000)
    order(store, group, "yves", duck=1000)
    with store.writing() as t:
        t.execute("UPDATE orders SET note = 'knock twice'")
    producer(store, poultry)
    mine = act_as("rigaud")
    assert {line.product.catalogue_id for line in mine.lists.day(group.next).lines} == {poultry}
    assert [one.catalogue_id for one in mine.lists.states(group.next)] == [poultry]
    assert [one.catalogue_id for one in mine.lists.due()] == [poultry]
    sheet = mine.lists.pickup(group.next)
    assert [(one.name, one.totals, one.note) for one in sheet.members] == [
        ("Le Bihan Yves", {"EUR": 2960}, "knock twice"),
        ("Maréchal Odette", {"EUR": 2250}, ""),  # the note may speak of vegetables
    ]
    assert mine.lists.recap(group.next, poultry).orders == 2
    for forbidden in (mine.lists.recap, mine.lists.supplement):
        with pytest.raises(NotAllowed):
            forbidden(group.next, veg)
    with pytest.raises(NotAllowed):
        mine.lists.tell(group.next, veg, "recap", "said")
    assert mine.lists.tell(group.next, poultry, "recap", "said").by == "Rigaud"
    change(store, group, odette, tomatoes=0)
    assert {one.note for one in mine.lists.pickup(group.next).members} == {"knock twice", ""}, "it was, at least"
    assert state(store, group, "veg").untold == 0
    with store.writing() as t:
        t.insert("operators", login="writer", name="Writer")
    writer = act_as("writer")
    assert writer.lists.due() == ()
    with pytest.raises(NotAllowed):
        writer.lists.day(group.next)


def test_calls_are_who_ordered_by_phone_last_time_and_not_yet(
    store: Store, group: Offering, hands: Hands, act_as: Callable[[str], Store]
) -> None:
    hands.at = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
    past = {"odette": ("eggs", "phone"), "paul": ("chicken", "phone"), "yves": ("eggs", "web")}
    for member, (product, channel) in past.items():
        store.orders.record(group.members[member], group.past, [(group.products[product], 2000)], channel)
    assert store.lists.calls(group.past) == (), "there was none before"
    hands.at = datetime(2026, 11, 21, 20, 4, tzinfo=UTC)
    assert [
        (one.member, one.phone, one.last[0][0].reference, one.last[0][1]) for one in store.lists.calls(group.next)
    ] == [
        ("Durand Paul", "06 39 98 00 01", "POUL", 2000),
        ("Maréchal Odette", "06 39 98 00 00", "6OE", 2000),
    ]
    store.lists.mark_call(group.next, group.members["paul"], "not_reached")
    store.lists.mark_call(group.next, group.members["paul"], "nothing")
    paul = store.lists.calls(group.next)[0]
    assert (paul.state, paul.by, paul.at) == ("nothing", "Marie", hands.at)
    store.lists.mark_call(group.next, group.members["paul"], None)
    assert store.lists.calls(group.next)[0].state is None
    with pytest.raises(Invalid):
        store.lists.mark_call(group.next, group.members["paul"], "asleep")
    with pytest.raises(NotFound):
        store.lists.mark_call(group.next, 999, "called")
    store.members.archive(group.members["odette"])
    order(store, group, "paul", eggs=1000)
    assert store.lists.calls(group.next) == ()
    producer(store, group.catalogues[POULTRY])
    (paul,) = act_as("rigaud").lists.calls(group.next)
    assert paul.member == "Durand Paul", "no poultry yet"
    eggs, chicken = group.products["eggs"], group.products["chicken"]
    basket = store.orders.open_basket(group.members["paul"], group.next).id
    store.orders.enter(basket, Entry("1 6oe", eggs, 1000, 2000))
    assert not act_as("rigaud").lists.calls(group.next)[0].basket, "of eggs, which is not theirs to know"
    store.orders.enter(basket, Entry("1 poul", chicken, 0, 1000))
    assert act_as("rigaud").lists.calls(group.next)[0].basket


def test_what_is_not_offered_or_not_a_way_of_telling_is_refused(store: Store, group: Offering) -> None:
    with pytest.raises(NotFound):
        store.lists.recap(group.next, 999)
    with pytest.raises(NotFound):
        store.lists.day(999)
    for kind, way in (("recap", "mail"), ("letter", "said")):
        with pytest.raises(Invalid):
            store.lists.tell(group.next, group.catalogues[POULTRY], kind, way)


def test_who_cancels_and_orders_the_same_anew_has_changed_nothing(store: Store, group: Offering) -> None:
    first = order(store, group, "odette", duck=1000)
    store.lists.tell(group.next, group.catalogues[POULTRY], "recap", "said")
    store.orders.cancel(first, "a mistake")
    assert (state(store, group).untold, len(store.orders.late_lines())) == (1, 1)
    order(store, group, "odette", duck=1000)
    assert (state(store, group).untold, store.orders.late_lines()) == (0, ())
    assert store.distributions.rows()[0].untold == 0
    order(store, group, "odette", duck=1000)
    assert changes(store.lists.supplement(group.next, group.catalogues[POULTRY])) == [
        ("changed", "Maréchal Odette", "CAN", 1000, 2000)
    ]
    assert [(line.before, line.after) for line in store.orders.late_lines()] == [(1000, 2000)]
    assert store.distributions.rows()[0].untold == 1


def test_whatever_happens_a_producer_who_follows_the_supplements_knows_the_orders(
    store: Store, group: Offering
) -> None:
    """A producer with a pencil writes recaps down, then each supplement's changes, and checks what it says was."""
    poultry, products, chance = (
        group.catalogues[POULTRY],
        (group.products["chicken"], group.products["duck"]),
        Random(7),
    )
    with store.writing() as t:
        t.execute("UPDATE products SET stock_kind = 'none'")
    other_day = store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Treillières", [poultry])
    pencil: dict[tuple[int, int], int] = {}
    recap: dict[tuple[int, int], int] = {}
    told = cancelled = False

    def ordered() -> dict[tuple[int, int], int]:
        lines = store.lists.day(group.next).lines
        return {(line.member_id, line.product.id): line.quantity for line in lines if line.product.id in products}

    def act(member_id: int, kind: str) -> None:
        rows = store.orders.of_member(member_id)
        mine = next((x.id for x in rows if x.distribution_id == group.next and x.state == "confirmed"), None)
        quantities = {product: 1000 * chance.randint(0, 3) for product in products}
        if mine is None or kind == "record":
            if any(quantities.values()):
                store.orders.record(member_id, group.next, [x for x in quantities.items() if x[1]])
        elif kind == "change":
            with suppress(Invalid):  # the same as before
                store.orders.change(mine, quantities)
        elif kind == "cancel":
            store.orders.cancel(mine, "asked for it")
        elif kind == "move":
            store.orders.move(mine, other_day)

    def meanwhile() -> None:
        """Somebody orders while a colleague reads the list out."""
        if not cancelled and chance.random() < 0.5:
            act(chance.choice(list(group.members.values())), "change")

    for _step in range(40):
        kind = chance.choice(("record", "change", "change", "cancel", "move", "tell", "recap", "day"))
        if kind == "day":
            if cancelled:
                store.distributions.restore(group.next)
            else:
                store.distributions.cancel(group.next, store.distributions.get(group.next).version, "snow")
            cancelled = not cancelled
        elif kind == "recap" and chance.random() < 0.3:
            read_out = store.lists.recap(group.next, poultry)
            meanwhile()
            store.lists.tell(group.next, poultry, "recap", "said", up_to=read_out.up_to)
            recap = {(s.member_id, x.product.id): s.quantity for x in read_out.lines for s in x.members}
            pencil, told = dict(recap), True
        elif kind == "tell" and told and store.lists.supplement(group.next, poultry).lines:
            printed = store.lists.supplement(group.next, poultry)
            meanwhile()
            store.lists.tell(group.next, poultry, "supplement", "file", up_to=printed.up_to)
            for line in printed.lines:
                assert pencil.get((line.member_id, line.product.id), 0) == line.before
                pencil[line.member_id, line.product.id] = line.after
        elif kind not in ("tell", "recap") and not cancelled:
            act(chance.choice(list(group.members.values())), kind)
        as_told = store.lists.recap(group.next, poultry).as_told
        assert (as_told is not None) == told
        said = {(s.member_id, x.product.id): s.quantity for x in as_told or () for s in x.members}
        assert said == recap
        now = ordered()
        differs = {key for key in pencil.keys() | now.keys() if told and pencil.get(key, 0) != now.get(key, 0)}
        supplement = store.lists.supplement(group.next, poultry)
        assert {(x.member_id, x.product.id) for x in supplement.lines} == differs
        assert state(store, group).untold == len(differs)
    assert told
