"""The list of vouchers, what a draft gives, and where else one sees what became of a voucher."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mail.composing import freeze
from store import Store
from store.orders import Entry
from store.rights import Right
from store.segments import parse
from store.voucher_records import Offer, VoucherState
from tests.screens.order_desk import at
from tests.screens.sample import Sample, text_of
from tests.screens.test_order_vouchers import said
from tests.screens.vouchers import CODE, OTHER, give


def used(store: Store, member_id: int, distribution_id: int, product_id: int) -> int:
    """An order of three with the first voucher taken off; its id."""
    return store.orders.record(member_id, distribution_id, [(product_id, 3000)], vouchers=[CODE]).order_id


async def test_the_list_tells_what_became_of_each_and_leads_to_the_order(store: Store, sample: Sample) -> None:
    members, sold = sample.audience.members, sample.audience.offering
    message = give(store, members["yves"])
    give(store, members["guerin"], OTHER, 200, until=date(2026, 11, 30), title="Prix [/]")
    order = used(store, members["yves"], sold.next, sold.products["tomatoes"])
    async with at(store) as desk:
        desk.app.go("vouchers")
        shown = said(await desk.settled())
        assert "Vouchers 2 vouchers" in shown
        assert f"{OTHER} Guérin Hélène & F… €2.00 not used yet" in shown
        assert f"{CODE} Le Bihan Yves €5.00 used 21 Nov 26 Nov" in shown
        assert "€2.00 · until 30 Nov came with “Prix [/]”" in shown
        assert "1 not used yet €2.00 · 1 used €5.00" in shown
        assert "not used yet: 1" in said(await desk.type("v"))
        shown = said(await desk.type("<slash>", "k7pa3mxd", "<enter>"))
        assert "used for the order of Thu 26 Nov: €5.00 off" in shown
        shown = said(await desk.type("<enter>"))
        assert "Order of Le Bihan Yves" in shown
        assert f"Voucher {CODE}, “Fromages de Noël” −€5.00 To pay €6.70" in shown
    assert store.vouchers.all(message)[0].order_id == order


async def test_one_is_cancelled_and_all_of_a_message_after_a_question(store: Store, sample: Sample) -> None:
    members = sample.audience.members
    message = give(store, members["yves"])
    async with at(store) as desk:
        desk.app.go("vouchers", message_id=message)
        assert "Vouchers of “Fromages de Noël”" in said(await desk.settled())
        assert f"Cancel {CODE}, €5.00? Enter: yes, Esc: no" in said(await desk.type("x"))
        assert store.vouchers.find(CODE).state is VoucherState.OPEN
        await desk.type("<escape>")
        assert "Cancel the 1 unused voucher of this message?" in said(await desk.type("X"))
        shown = said(await desk.type("<enter>"))
        assert "1 voucher is cancelled." in shown
        assert "cancelled Sat 21 Nov 21:04 by Marie" in shown
    assert store.vouchers.find(CODE).state is VoucherState.CANCELLED


async def test_empty_it_says_where_vouchers_come_from(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        desk.app.go("vouchers")
        assert "There is no voucher yet. A message gives them" in said(await desk.settled())


async def test_a_draft_gives_a_sum_and_says_what_it_comes_to(store: Store, sample: Sample) -> None:
    draft = store.messages.new(parse("everyone"), subject="Noël", text="Bonjour !")
    async with at(store) as desk:
        desk.app.go("compose", message_id=draft)
        await desk.settled()
        assert "Voucher with the message Noël" in said(await desk.type("<escape>", "v"))
        await desk.type("<right>", "<enter>", "5,00", "<enter>", "20", "<enter>", "31/12")
        await desk.until(lambda: "As things are now" in said(text_of(desk.app)))
        shown = said(text_of(desk.app))
        assert "vouchers, €" in shown
        assert "No text says the code yet" in shown
        assert "in one order" not in shown
        await desk.type("<f8>")
        desk.app.go("send", message_id=draft)
        assert "Vouchers 8 vouchers, €40.00" in said(await desk.settled())
    assert store.vouchers.offer(draft) == Offer("EUR", amount=500, minimum=2000, valid_until=date(2026, 12, 31))


async def test_a_percentage_asks_for_its_days_and_says_who_bought_nothing(store: Store, sample: Sample) -> None:
    sold = sample.audience.offering
    store.orders.record(sample.audience.members["benali"], sold.past, [(sold.products["eggs"], 2000)])
    draft = store.messages.new(parse("everyone"), subject="Noël", text="{{ voucher.code }}")
    async with at(store) as desk:
        desk.app.go("voucher_offer", message_id=draft)
        await desk.settled()
        await desk.type("<right>", "<right>", "<enter>", "5%", "<f8>")
        assert "needs the first and the last day" in said(text_of(desk.app))
        await desk.type("1/1", "<enter>", "21/11")
        await desk.until(lambda: "bought nothing" in said(text_of(desk.app)))
        assert "No text says the code" not in said(text_of(desk.app))
        await desk.type("<f8>")
        offer = store.vouchers.offer(draft)
        assert offer == Offer("EUR", percent=5, since=date(2026, 1, 1), until=date(2026, 11, 21))
        desk.app.go("voucher_offer", message_id=draft)
        assert "01/01/2026" in said(await desk.settled())
        await desk.type("<left>", "<left>", "<f8>")
    assert store.vouchers.offer(draft) is None


async def test_the_member_s_page_shows_what_they_can_use(store: Store, sample: Sample) -> None:
    yves = sample.audience.members["yves"]
    give(store, yves, until=date(2026, 12, 31))
    async with at(store) as desk:
        desk.app.go("member_page", member_id=yves)
        shown = said(await desk.settled())
        assert "voucher €5.00, until 31 Dec" in shown
        shown = said(await desk.type("v"))
        assert "Vouchers of Le Bihan Yves" in shown
        assert f"{CODE} Fromages de Noël" in shown


async def test_who_sees_no_messages_reads_when_it_was_given(
    store: Store, act_as: Callable[[str], Store], sample: Sample
) -> None:
    yves = sample.audience.members["yves"]
    give(store, yves)
    store.operators.add("paul", "Paul", "treasurer")
    store.operators.set_rights("paul", take=[(Right.MESSAGES_SEE, None)], give=[(Right.ORDERS, None)])
    async with at(act_as("paul")) as desk:
        desk.app.go("vouchers", member_id=yves)
        shown = said(await desk.settled())
        assert f"{CODE} given on 21 Nov" in shown
        assert "subject" not in shown
        assert "Noël" not in shown


async def test_the_list_follows_a_colleague(store: Store, act_as: Callable[[str], Store], sample: Sample) -> None:
    members, sold = sample.audience.members, sample.audience.offering
    give(store, members["yves"])
    store.operators.add("paul", "Paul", "coordinator")
    async with at(store) as desk:
        desk.app.go("vouchers")
        assert "not used yet" in said(await desk.settled())
        paul = act_as("paul")
        basket = paul.orders.open_basket(members["yves"], sold.next)
        paul.orders.enter(basket.id, Entry("2 tom", sold.products["tomatoes"], 0, 2000))
        paul.vouchers.put_on(basket.id, CODE)
        desk.app._poll()
        assert "in an open basket" in said(await desk.settled())
        shown = said(await desk.type("<enter>"))
        assert "Order for LE BIHAN Yves" in shown
        assert "€7.80 to pay €2.80" in shown


async def test_a_message_shows_its_vouchers_and_that_they_stay_good_when_it_is_stopped(
    store: Store, sample: Sample
) -> None:
    draft = store.messages.new(parse("nobody + member(ids=4)"), subject="Noël", text="{{ voucher.code }}")
    store.vouchers.set_offer(draft, Offer("EUR", amount=500))
    async with at(store) as desk:
        desk.app.go("message", message_id=draft)
        assert "Vouchers: voucher €5.00" in said(await desk.settled())
        freeze(store, draft)
        desk.app._poll()
        assert "Vouchers: 1 not used yet €5.00" in said(await desk.settled())
        shown = said(await desk.type("u", "X"))
        assert "1 mail of this message still waits: it goes with a code that is good for nothing." in shown
        assert "Cancel the 1 unused voucher" in shown
        await desk.type("<escape>", "q")
        assert "1 voucher can be used still: u." in said(await desk.type("x", "<enter>"))
        assert "Vouchers of “Noël”" in said(await desk.type("u"))
        desk.app.go("messages")
        await desk.settled()
        assert "Vouchers 1 voucher" in said(await desk.type("u"))
