"""What a caller asks beside products: another day, nothing at all, more than there is; and what gets in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date

import pytest

from screens.widgets.bars import NoticeLine
from store import Store
from store.orders import Entry
from store.people import Member, Person
from tests.screens.order_desk import Desk, at
from tests.screens.sample import Sample


@pytest.fixture
def paul(store: Store, act_as: Callable[[str], Store]) -> Store:
    """A colleague at the same file."""
    store.operators.add("paul", "Paul", "phone_desk")
    return act_as("paul")


def notice(desk: Desk) -> str:
    return desk.app.screen.query_one(NoticeLine).text


async def test_short_stock_is_asked_once_and_only_who_means_it_goes_below(store: Store, sample: Sample) -> None:
    yves, coming = sample.audience.members["yves"], sample.audience.offering.next
    async with at(store) as desk:
        await desk.open(yves, coming)
        shown = await desk.type("10 poul", "<enter>", "<enter>", "c")
        assert "There is not enough. Nothing is done yet." in shown
        assert "Poulet fermier: 10 ordered, only 9 left" in shown
        # Who types on without looking at the question has typed nothing into it, whatever letters there are.
        await desk.type("nmarc", "<enter>", "3 car", "<enter>")
        assert "There is not enough." in await desk.settled()
        assert store.orders.summary(coming).orders == 2
        assert len((await desk.type("<enter>")).split("Poulet fermier")) > 1
        assert desk.line == ""
        # Nor is an answer that came before the question.
        await desk.type("<f8>", "c")
        assert desk.app.screen.NAME == "order_entry"
        assert "Saved." in await desk.type("c")
        # What is short already is not asked about again when something else is changed.
        await desk.open(yves, coming)
        assert "Saved." in await desk.type("1 oe", "<enter>", "<f8>")
    order = store.orders.last_of(yves)
    assert order is not None
    assert [(line.product.reference, line.quantity) for line in order.lines] == [("POUL", 10000), ("6OE", 1000)]


async def test_short_stock_is_not_asked_about_once_a_colleague_changed_the_order(
    store: Store, sample: Sample, paul: Store
) -> None:
    yves, sold = sample.audience.members["yves"], sample.audience.offering
    async with at(store) as desk:
        await desk.open(yves, sold.next)
        assert "There is not enough." in await desk.type("10 poul", "<enter>", "<enter>", "c")
        paul.members.add(Member((Person("Lena", "Roux"),)))
        desk.app._poll()
        assert "There is not enough." in await desk.settled(), "the order is what it was"
        paul.orders.enter(paul.orders.look(yves, sold.next).id, Entry("9", sold.products["chicken"], 10000, 9000))
        desk.app._poll()
        shown = await desk.settled()
        assert "There is not enough." not in shown
        assert "Read back to" in shown
        assert "Saved." in await desk.type("c")


async def test_how_an_order_comes_is_a_key_and_leaves_nothing_behind_before_an_entry(
    store: Store, sample: Sample
) -> None:
    yves, coming = sample.audience.members["yves"], sample.audience.offering.next
    async with at(store) as desk:
        await desk.open(yves, coming)
        before = store.change_number()
        assert "by web · Marie" in await desk.type("<f6>")
        shown = await desk.type("<enter>", "h")
        assert "at pick-up · Marie" in shown
        assert "h at pick-up" in shown
        assert store.change_number() == before
        await desk.type("<enter>", "1 oe", "<enter>")
        assert "by mail · Marie" in await desk.type("<f6>")
        await desk.type("<f8>")
    (order,) = store.orders.of_member(yves)
    assert order.channel == "mail"


@pytest.fixture
def later(store: Store, sample: Sample) -> int:
    """Another distribution, without the poultry."""
    catalogues = sample.audience.offering.catalogues
    return store.distributions.add(
        date(2026, 12, 3), "18:00", "19:30", "Ancenis", [catalogues["veg"], catalogues["flour"]]
    )


async def test_an_order_moves_to_another_day_and_what_stays_is_said(store: Store, sample: Sample, later: int) -> None:
    guerin, sold = sample.audience.members["guerin"], sample.audience.offering
    async with at(store) as desk:
        await desk.open(guerin, sold.next)
        await desk.type("+1 can", "<enter>")
        assert "Confirm or forget the change first" in await desk.type("<enter>", "m")
        await desk.type("c")
        await desk.open(guerin, sold.next)
        shown = await desk.type("<enter>", "m")
        assert "Thu 3 Dec 18:00 Ancenis" in shown
        assert "2 of 3 lines; not offered there: Canette" in shown
        shown = " ".join((await desk.type("<enter>")).split())
        assert "2 lines of Guérin Hélène & François are moved to Thu 3 Dec." in shown
        assert "Not offered there, so it stays: Canette." in shown
    there, here = (store.orders.look(guerin, day).lines for day in (later, sold.next))
    assert [line.product.reference for line in there] == ["TOMCB", "6OE"]
    assert [line.product.reference for line in here] == ["CAN"]


async def test_an_order_that_is_only_begun_is_begun_for_another_day(store: Store, sample: Sample, later: int) -> None:
    yves = sample.audience.members["yves"]
    async with at(store) as desk:
        await desk.open(yves)
        assert "Order for LE BIHAN Yves" in await desk.type("<f4>", "<enter>")
        assert "Thu 3 Dec, Ancenis" in await desk.type("1 oe", "<enter>")
        assert "then it can be moved" in await desk.type("<f4>")
        await desk.type("<f8>")
    assert store.orders.summary(later).orders == 1
    assert store.orders.look(yves, sample.audience.offering.next).id == 0


async def test_a_confirmed_order_is_cancelled_with_a_reason(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["yves"])
        assert "Nothing is confirmed yet" in await desk.type("<enter>", "a")
        await desk.open(sample.audience.members["paul"])
        await desk.type("=2 poul", "<enter>", "<enter>", "a", "<enter>")
        assert "a reason is needed" in notice(desk)
        assert "The order of Durand Paul is cancelled." in await desk.type("is ill", "<enter>")
    order = store.orders.get(sample.late_order)
    assert (order.state, order.cancelled_reason) == ("cancelled", "is ill")
    assert store.orders.look(sample.audience.members["paul"], order.distribution_id).lines == ()


async def test_a_note_alone_can_be_confirmed_and_one_that_was_there_asks_nothing(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["paul"])
        assert "Saved." in await desk.type("<enter>", "n", "ring twice", "<enter>", "c")
        await desk.open(sample.audience.members["paul"])
        await desk.type("<f3>")
        assert desk.app.screen.NAME == "desk"
    assert store.orders.get(sample.late_order).note == "ring twice"


async def test_a_half_typed_new_member_is_there_again_for_who_typed_it(
    store: Store, sample: Sample, paul: Store
) -> None:
    async with at(store) as desk:
        await desk.type("n", "durandal", "<enter>", "<enter>", "Rose", "<enter>", "06399")
        desk.app.hang_up()
    async with at(paul) as desk:
        assert "Durandal" not in await desk.type("n")
    async with at(store) as desk:
        assert "goes on with the new member “Durandal Rose”" in await desk.type("n")
        shown = await desk.type("<enter>")
        assert "First name: Rose" in shown
        assert desk.line == "06399"
        shown = await desk.type("84444", "<enter>", "<enter>")
        assert "Order for DURANDAL Rose" in shown
        await desk.type("<f3>")
        assert "Durandal" not in await desk.type("n")
    # Killed: what was answered is there, the answer under way is not.
    async with at(store) as desk:
        await desk.type("n", "zz", "<enter>", "<enter>", "Jean", "<enter>", "0639985")
    async with at(store) as desk:
        shown = await desk.type("n", "<enter>")
        assert "First name: Jean" in shown
        assert "Phone >" in shown
        await desk.type("<f3>", "<f3>")
        assert "Jean" not in await desk.type("n")


async def test_pasted_lines_that_wait_come_back_however_the_program_ends(store: Store, sample: Sample) -> None:
    yves, coming = sample.audience.members["yves"], sample.audience.offering.next
    async with at(store) as desk:
        await desk.open(yves, coming)
        await desk.paste("3 tom\n1 oeufs\n2 sarr\n")
        await desk.type("<enter>")
    async with at(store) as desk:
        assert "1 more line waits: 2 sarr" in await desk.open(yves, coming)
        assert desk.line == "1 oeufs"
        assert "“1 oeufs | 2 sarr” is not entered yet" in await desk.type("<f3>")
        await desk.type("<f3>")
    assert store.orders.look(yves, coming).typed == ()


async def test_what_a_colleague_confirms_meanwhile_is_told_and_what_is_typed_stays(
    store: Store, sample: Sample, paul: Store
) -> None:
    odette, sold = sample.audience.members["odette"], sample.audience.offering
    async with at(store) as desk:
        await desk.open(odette, sold.next)
        paul.orders.confirm(paul.orders.look(odette, sold.next).id)
        await desk.type("1 can", "<enter>")
        assert notice(desk).startswith("Paul has just confirmed this order")
        assert desk.line == "1 can"
        assert "CHANGE" in await desk.type("<enter>")
        assert [row[3:].split()[:3] for row in desk.rows] == [["2", "Tomates", "cœur"], ["0", "→", "1"]]


async def test_who_only_looked_drops_nothing_that_a_colleague_entered(
    store: Store, sample: Sample, paul: Store
) -> None:
    odette, sold = sample.audience.members["odette"], sample.audience.offering
    async with at(store) as desk:
        await desk.open(odette, sold.next)
        await desk.type("0 tom", "<enter>", "<up>")
        await desk.type("<escape>", "<enter>", "x")
        basket = paul.orders.look(odette, sold.next)
        paul.orders.enter(basket.id, Entry("1 oe", sold.products["eggs"], 0, 1000))
        assert "Paul has just changed this order: Œufs plein air." in " ".join((await desk.type("x")).split())
        await desk.type("<f3>")
    assert len(store.orders.look(odette, sold.next).lines) == 2


async def test_every_key_is_answered_while_another_program_keeps_the_file(store: Store, sample: Sample) -> None:
    paul, coming = sample.audience.members["paul"], sample.audience.offering.next
    async with at(store) as desk:
        await desk.open(paul, coming)
        with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            desk.press("3 far", "<enter>", "2 oe", "<enter>", "<up>")
            await desk.until(lambda: desk.line == "2 oe" and len(desk.rows) == 2)
            assert desk.rows[1].startswith(" … 0 → 3 Farine")
            desk.press("<backspace>", "<backspace>", "can", "<enter>", "<enter>", "l")
            await desk.until(lambda: any("0 → 2 Tomates" in row for row in desk.rows))
            desk.press("z", "<enter>", "5cer")
            await desk.until(lambda: desk.line == "5cer")
            assert store.orders.look(paul, coming).id == 0
            other.execute("ROLLBACK")
        await desk.type("<enter>", "<enter>", "c")
    (order,) = [row for row in store.orders.of_distribution(coming) if row.member_id == paul]
    found = {line.product.reference: line.quantity for line in store.orders.get(order.id).lines}
    assert found == {"POUL": 1000, "FSA": 3000, "CAN": 2000, "5CER": 1000}


async def test_what_came_last_time_is_taken_back_line_by_line(store: Store, sample: Sample) -> None:
    yves, sold = sample.audience.members["yves"], sample.audience.offering
    store.orders.record(yves, sold.past, [(sold.products["tomatoes"], 2000), (sold.products["potatoes"], 1500)])
    async with at(store) as desk:
        await desk.open(yves, sold.next)
        await desk.type("<enter>", "l", "<enter>", "<up>")
        assert desk.line == "1.5 PDTN"
        await desk.type("<escape>", "<up>")
        assert desk.line == "2 TOMCB"
        assert desk.rows == []


async def test_the_choices_keep_their_order_while_the_order_is_open(store: Store, sample: Sample, paul: Store) -> None:
    yves, sold = sample.audience.members["yves"], sample.audience.offering
    async with at(store) as desk:
        await desk.open(yves, sold.next)
        await desk.type("far")
        first = desk.first
        await desk.type("<escape>")
        for member in ("rossi", "benali"):
            paul.orders.record(sample.audience.members[member], sold.next, [(sold.products["wheat"], 1000)])
        desk.app._poll()
        await desk.settled()
        await desk.type("far")
        assert desk.first == first
        await desk.type("<escape>", "<f3>")
        await desk.open(yves, sold.next)
        await desk.type("far")
        assert desk.first != first


async def test_a_long_order_is_read_back_to_its_end(store: Store, sample: Sample) -> None:
    veg = sample.audience.offering.catalogues["veg"]
    names = [f"Légume d'hiver de saison numéro {number:02}" for number in range(24)]
    added = [store.catalogues.add_product(veg, name, 1000) for name in names]
    coming = sample.audience.offering.next
    store.orders.record(sample.audience.members["yves"], coming, [(product, 99_000) for product in added])
    async with at(store) as desk:
        shown = await desk.open(sample.audience.members["yves"], coming)
        assert "€23,760.00" in shown
        assert "more below (PgDn)" in await desk.type("<enter>")
        assert "23760 euros." in " ".join((await desk.type(*["<pagedown>"] * 8)).split()).replace(",", "")


async def test_a_producer_is_shown_no_note_and_no_way_to_cancel(
    store: Store, sample: Sample, act_as: Callable[[str], Store]
) -> None:
    sold = sample.audience.offering
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[sold.catalogues["poultry"]])
    basket = store.orders.open_basket(sample.audience.members["guerin"], sold.next)
    store.orders.note(basket.id, "owes 12 euros")
    store.orders.confirm(basket.id)
    async with at(act_as("rigaud")) as desk:
        shown = await desk.open(sample.audience.members["guerin"], sold.next)
        shown += await desk.type("1 can", "<enter>", "<enter>")
        assert "owes" not in shown
        assert "Cancel the order" not in shown
        assert "n Note" not in shown
        assert "other catalogues" in await desk.type("n", "n")
        assert desk.line == ""
