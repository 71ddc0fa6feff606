"""Vouchers in an order at the desk: put on and taken off by a letter, refused in words, and what is left to pay."""

from __future__ import annotations

from datetime import date

import pytest

from store import Store
from store.orders import Entry
from store.voucher_records import VoucherState
from tests.screens.order_desk import at
from tests.screens.sample import Sample
from tests.screens.vouchers import CODE, OTHER, give


def said(shown: str) -> str:
    """What is shown, with single spaces."""
    return " ".join(shown.split())


async def test_a_voucher_is_put_on_by_its_letter_read_back_taken_off_and_used(store: Store, sample: Sample) -> None:
    yves = sample.audience.members["yves"]
    give(store, yves)
    async with at(store) as desk:
        assert "voucher €5.00" in said(await desk.open(yves))
        shown = said(await desk.type("3 tom", "<enter>", "<enter>"))
        assert "v Voucher €5.00" in shown
        shown = said(await desk.type("v"))
        assert f"Voucher {CODE}, €5.00. To pay: 6 euros 70." in shown
        assert "€11.70 to pay €6.70" in shown
        assert f"Voucher {CODE} is on: €6.70 to pay." in shown
        assert "v Without voucher" in shown
        assert "To pay" not in said(await desk.type("v"))
        assert store.vouchers.find(CODE).order_id is None
        assert "Saved. With the voucher: €6.70 to pay." in said(await desk.type("v", "c"))
    found = store.vouchers.find(CODE)
    assert (found.state, found.used) == (VoucherState.REDEEMED, 500)


async def test_one_packet_orders_puts_the_voucher_on_and_confirms(store: Store, sample: Sample) -> None:
    yves = sample.audience.members["yves"]
    give(store, yves)
    async with at(store) as desk:
        shown = await desk.type("n", "bihan", "<enter>", "3 tom", "<enter>", "1 oe", "<enter>", "<enter>", "v", "c")
        assert "With the voucher: €9.10 to pay." in said(shown)
    assert store.vouchers.find(CODE).used == 500


async def test_of_several_one_is_chosen_and_a_code_can_be_typed(store: Store, sample: Sample) -> None:
    yves = sample.audience.members["yves"]
    give(store, yves)
    give(store, yves, OTHER, 200, minimum=1000, until=date(2026, 12, 31))
    async with at(store) as desk:
        assert "2 vouchers €7.00" in said(await desk.open(yves))
        shown = said(await desk.type("3 tom", "<enter>", "<enter>", "v"))
        assert f"⏎ [ ] {OTHER} €2.00 from €10.00, until 31 Dec Fromages de Noël" in shown
        assert f"[ ] {CODE} €5.00" in shown
        assert "To pay: 6 euros 70." in said(await desk.type("<down>", "<enter>"))
        assert f"[x] {CODE}" in said(await desk.type("v"))
        shown = said(await desk.type("h4ca 9tre", "<enter>"))
        assert "To pay: 4 euros 70." in shown
        assert "Without" not in shown
        assert "To pay: 9 euros 70." in said(await desk.type("v", "<enter>"))
        assert "There is no voucher “zzzz”." in said(await desk.type("v", "zzzz", "<enter>"))
        assert "There is no voucher" not in said(await desk.type("<escape>"))


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("zzzz", "There is no voucher “zzzz”."),
        (OTHER, f"{OTHER} is Guérin Hélène & François's voucher: only who got it can use it."),
    ],
)
async def test_what_cannot_be_used_is_refused_in_words_and_nothing_is_confirmed(
    store: Store, sample: Sample, code: str, sentence: str
) -> None:
    give(store, sample.audience.members["guerin"], OTHER)
    yves = sample.audience.members["yves"]
    async with at(store) as desk:
        await desk.open(yves)
        shown = said(await desk.type("3 tom", "<enter>", "<enter>", "v", code, "<enter>", "c"))
        assert sentence in shown
        assert code in desk.line
        shown = said(await desk.type("<escape>"))
        assert "Read back to" in shown
    assert store.orders.look(yves, sample.audience.offering.next).vouchers == ()


async def test_a_voucher_worth_more_says_what_lapses_and_one_below_its_minimum_is_asked_about(
    store: Store, sample: Sample
) -> None:
    yves = sample.audience.members["yves"]
    give(store, yves, amount=2000, minimum=800)
    async with at(store) as desk:
        await desk.open(yves)
        assert "v Voucher" in said(await desk.type("<enter>"))
        assert "Nothing is ordered that a voucher could be taken off." in said(await desk.type("v"))
        shown = said(await desk.type("<escape>", "3 tom", "<enter>", "<enter>", "v"))
        assert "more than there is to pay, €8.30 of it lapse. Nothing is left to pay." in shown
        shown = said(await desk.type("<escape>", "=1 tom", "<enter>", "<enter>"))
        assert "only from €8.00 on, it is kept off. To pay: 3 euros 90." in shown
        shown = said(await desk.type("c"))
        assert "The order cannot keep its voucher. Nothing is done yet." in shown
        assert f"{CODE} asks for an order of €8.00 or more." in shown
        assert store.orders.look(yves, sample.audience.offering.next).id
        shown = said(await desk.type("c"))
        assert "Saved." in shown
        assert "to pay" not in shown
    assert store.vouchers.find(CODE).state is VoucherState.OPEN


async def test_the_question_is_left_once_a_colleague_changed_the_order_so_that_it_keeps_its_voucher(
    store: Store, act_as, sample: Sample
) -> None:
    yves, sold = sample.audience.members["yves"], sample.audience.offering
    give(store, yves, minimum=800)
    store.operators.add("paul", "Paul", "coordinator")
    async with at(store) as desk:
        await desk.open(yves)
        shown = said(
            await desk.type("3 tom", "<enter>", "<enter>", "v", "<escape>", "=1 tom", "<enter>", "<enter>", "c")
        )
        assert "c Confirm without" in shown
        paul = act_as("paul")
        basket = paul.orders.look(yves, sold.next)
        paul.orders.enter(basket.id, Entry("=3 tom", sold.products["tomatoes"], 1000, 3000))
        desk.app._poll()
        shown = said(await desk.settled())
        assert "Paul has just changed this order" in shown
        assert "Read back to" in shown
        assert "without" not in shown.replace("v Without voucher", "")
        assert "With the voucher: €6.70 to pay." in said(await desk.type("c"))
    assert store.vouchers.find(CODE).used == 500


async def test_a_change_that_only_takes_a_voucher_off_is_one(store: Store, sample: Sample) -> None:
    guerin = sample.audience.members["guerin"]
    give(store, guerin)
    async with at(store) as desk:
        await desk.open(guerin)
        assert "Voucher put on" in said(await desk.type("<enter>", "v"))
        assert "€9.10 to pay" in said(await desk.type("c"))
        shown = said(await desk.open(guerin))
        assert "€14.10 to pay €9.10" in shown
        await desk.type("<enter>", "v")
        shown = said(await desk.type("<f3>"))
        assert f"Voucher taken off: {CODE}." in shown
        assert "Nothing is changed" not in shown
        assert "To pay: 9 euros 10." in said(await desk.type("<enter>", "<enter>", "v"))
        assert "nothing is ordered or changed" in said(await desk.type("c"))
        await desk.type("v", "c")
    assert store.vouchers.find(CODE).state is VoucherState.OPEN


async def test_a_voucher_that_a_colleague_used_meanwhile_is_told(store: Store, act_as, sample: Sample) -> None:
    yves = sample.audience.members["yves"]
    give(store, yves)
    store.operators.add("paul", "Paul", "coordinator")
    async with at(store) as desk:
        await desk.open(yves)
        await desk.type("3 tom", "<enter>", "<enter>")
        act_as("paul").vouchers.cancel(store.vouchers.find(CODE).id)
        shown = said(await desk.type("v", "c"))
        assert f"{CODE} was cancelled on Sat 21 Nov 2026." in shown
        assert "Read back to" in shown
        assert "v Voucher" not in shown


async def test_a_producer_is_told_of_none(store: Store, act_as, sample: Sample) -> None:
    yves = sample.audience.members["yves"]
    give(store, yves)
    store.operators.add("leo", "Léo", "producer", catalogues=(sample.audience.offering.catalogues["veg"],))
    async with at(act_as("leo")) as desk:
        assert "voucher" not in said(await desk.open(yves))
        shown = said(await desk.type("3 tom", "<enter>", "<enter>", "v"))
        assert "Vouchers are for whole orders: a coordinator can do it." in shown
        assert "v Voucher" not in shown


async def test_where_a_part_is_moved_and_the_rest_is_too_little_for_the_voucher_it_is_asked(
    store: Store, sample: Sample
) -> None:
    guerin, sold = sample.audience.members["guerin"], sample.audience.offering
    give(store, guerin, minimum=3000)
    wanted = [(sold.products["chicken"], 1000)]
    store.orders.record(guerin, sold.next, wanted, vouchers=[CODE])
    day = store.distributions.duplicate(sold.next, [date(2026, 12, 3)])[0]
    store.distributions.withdraw(day, sold.catalogues["poultry"])
    async with at(store) as desk:
        await desk.open(guerin)
        shown = said(await desk.type("<enter>", "m", "<enter>"))
        assert "The order cannot keep its voucher. Nothing is done yet." in shown
        assert f"{CODE} asks for an order of €30.00 or more." in shown
        assert "Move the order to" in said(await desk.type("<escape>")), "nothing is moved"
        await desk.type("<enter>", "c")  # what was typed before it was asked is no answer
        assert store.orders.states(day) == {}
        assert "2 lines of Guérin Hélène & François are moved" in said(await desk.type("c"))
    assert store.vouchers.find(CODE).state is VoucherState.OPEN
    assert store.orders.states(day) == {guerin: "confirmed"}


async def test_at_the_scales_it_is_said_what_is_left_to_pay(store: Store, sample: Sample) -> None:
    yves, sold = sample.audience.members["yves"], sample.audience.offering
    give(store, yves, amount=3000)
    store.orders.record(yves, sold.next, [(sold.products["chicken"], 1000)], vouchers=[CODE])
    async with at(store) as desk:
        desk.app.go("settle", distribution_id=sold.next)
        await desk.settled()
        assert "order: ~€0.00 to pay" in said(await desk.type("bihan", "<enter>"))
        shown = said(await desk.type("3", "<enter>"))
        assert "Le Bihan Yves: all weighed, €37.50, with the voucher €7.50 to pay." in shown
        assert "order: €7.50 to pay" in said(await desk.type("bihan", "<enter>"))
    assert store.vouchers.find(CODE).used == 3000
