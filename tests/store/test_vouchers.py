"""A voucher comes off one order, once: what is refused and why, and what becomes of it with its order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from store import Store
from store.errors import ChangedElsewhere, Invalid, NotAllowed, NotFound, VoucherRefused, VouchersOff
from store.journal import Wanted
from store.merging import merge, merge_preview, undo_merge
from store.orders import Basket, Entry
from store.rights import Right
from store.segments import parse
from store.voucher_codes import DIGITS, LETTERS, new_code
from store.vouchers import Offer, VoucherState
from tests.offering import Offering
from tests.store.conftest import Hands
from tests.store.giving import give

TODAY = date(2026, 11, 21)


def put(store: Store, basket: Basket, product_id: int, after: int) -> Basket:
    line = basket.line(product_id)
    return store.orders.enter(basket.id, Entry("x", product_id, 0 if line is None else line.quantity, after))


def eggs_for(store: Store, group: Offering, eggs: int, who: str = "odette") -> Basket:
    """A basket with so many boxes of eggs, at 2.40 each."""
    return put(store, store.orders.open_basket(group.members[who], group.next), group.products["eggs"], eggs * 1000)


def why(call: Callable[[], object]) -> VoucherRefused:
    with pytest.raises(VoucherRefused) as caught:
        call()
    return caught.value


def test_a_voucher_is_taken_off_the_order_that_its_basket_becomes(store: Store, group: Offering) -> None:
    odette = group.members["odette"]
    voucher = give(store, odette, 500, until=TODAY)
    assert [one.code for one in store.vouchers.usable(odette, group.next)] == [voucher.code]
    basket = store.vouchers.put_on(eggs_for(store, group, 4).id, f" {voucher.code.replace('-', ' ').lower()} ")
    assert (basket.totals, basket.to_pay, basket.touched) == ({"EUR": 960}, {"EUR": 460}, True)
    assert store.vouchers.find(voucher.code).state is VoucherState.OPEN
    done = store.orders.confirm(basket.id)
    assert (done.totals, done.to_pay, [one.used for one in done.vouchers]) == ({"EUR": 960}, {"EUR": 460}, [500])
    order = store.orders.get(done.order_id)
    assert (order.totals, order.to_pay) == ({"EUR": 960}, {"EUR": 460})
    found = store.vouchers.get(voucher.id)
    assert (found.state, found.order_id, found.used, found.state_by) == ("redeemed", order.id, 500, "Marie")
    assert store.vouchers.usable(odette) == ()
    (row,) = store.orders.of_distribution(group.next)
    assert (row.totals, row.to_pay) == ({"EUR": 960}, {"EUR": 460})
    (member,) = store.lists.pickup(group.next).members
    assert (member.to_pay, store.lists.pickup(group.next).to_pay) == ({"EUR": 460}, {"EUR": 460})
    assert [(one.state, one.count, one.amount, one.used) for one in store.vouchers.totals()] == [
        (VoucherState.REDEEMED, 1, 500, 500)
    ]


def test_what_is_more_than_the_order_lapses_and_is_reckoned_anew_with_it(store: Store, group: Offering) -> None:
    voucher = give(store, group.members["odette"], 500)
    basket = store.vouchers.put_on(eggs_for(store, group, 1).id, voucher.code)
    assert basket.to_pay == {"EUR": 0}
    order_id = store.orders.confirm(basket.id).order_id
    assert store.vouchers.get(voucher.id).used == 240
    done = store.orders.change(order_id, {group.products["eggs"]: 3000})
    assert (done.to_pay, store.vouchers.get(voucher.id).used) == ({"EUR": 220}, 500)
    store.orders.change(order_id, {group.products["chicken"]: 1000, group.products["eggs"]: 0})
    store.orders.settle(order_id, {group.products["chicken"]: 200})
    assert store.orders.get(order_id).to_pay == {"EUR": 0}
    assert store.vouchers.get(voucher.id).used == 250


def test_a_weight_typed_wrong_does_not_lose_the_voucher(store: Store, group: Offering) -> None:
    odette, chicken = group.members["odette"], group.products["chicken"]
    voucher = give(store, odette)
    order = store.orders.record(odette, group.next, [(chicken, 1000)], vouchers=[voucher.code])
    assert order.estimated
    store.orders.settle(order.order_id, {chicken: 0})
    assert [(one.id, one.used) for one in store.orders.get(order.order_id).vouchers] == [(voucher.id, 0)]
    assert store.orders.settle(order.order_id, {chicken: None}).to_pay == order.to_pay
    store.orders.settle(order.order_id, {chicken: 0})
    assert store.orders.change(order.order_id, {}, without=[voucher.code]).vouchers == ()
    assert store.vouchers.usable(odette)


def test_who_changes_only_the_vouchers_has_changed_the_order(
    store: Store, group: Offering, act_as: Callable[[str], Store], hands: Hands
) -> None:
    odette = group.members["odette"]
    voucher = give(store, odette)
    order_id = store.orders.confirm(eggs_for(store, group, 4).id).order_id
    store.operators.add("paul", "Paul", "coordinator")
    hands.at += timedelta(minutes=1)
    paul = act_as("paul")
    change = paul.vouchers.put_on(paul.orders.open_basket(odette, group.next).id, voucher.code)
    assert store.orders.get(order_id).changed_by == "Marie"
    paul.orders.confirm(change.id)
    assert store.orders.get(order_id).changed_by == "Paul"
    hands.at += timedelta(minutes=1)
    store.orders.change(order_id, {group.products["eggs"]: 5000})
    assert store.orders.get(order_id).changed_by == "Marie"


def test_what_is_refused_says_why(store: Store, group: Offering, hands: Hands, act_as: Callable[[str], Store]) -> None:
    odette, paul = group.members["odette"], group.members["paul"]
    empty = store.orders.open_basket(odette, group.next)
    mine, theirs = give(store, odette), give(store, paul)
    assert why(lambda: store.vouchers.put_on(empty.id, mine.code)).reason == "nothing"
    basket = eggs_for(store, group, 2)
    refused = {
        "unknown": "AAAA-2222",
        "cancelled": store.vouchers.cancel(give(store, odette).id).code,
        "expired": give(store, odette, until=TODAY - timedelta(1)).code,
        "minimum": give(store, odette, minimum=481).code,
        "currency": give(store, odette, currency="CHF").code,
        "other_member": theirs.code,
    }
    faults = {reason: why(lambda code=code: store.vouchers.put_on(basket.id, code)) for reason, code in refused.items()}  # type: ignore[misc]
    assert {reason: fault.reason for reason, fault in faults.items()} == {reason: reason for reason in refused}
    assert (faults["minimum"].amount, faults["minimum"].currency) == (481, "EUR")
    assert (faults["expired"].day, faults["cancelled"].day) == (TODAY - timedelta(1), TODAY)
    assert faults["other_member"].member == store.members.get(paul).name
    store.operators.add("desk", "Desk", "treasurer")
    store.operators.set_rights("desk", take=[(Right.MEMBERS, None)], give=[(Right.ORDERS, None)])
    assert why(lambda: act_as("desk").vouchers.put_on(basket.id, theirs.code)).member == ""
    store.vouchers.put_on(basket.id, mine.code)
    assert why(lambda: store.vouchers.put_on(basket.id, mine.code)).reason == "on_already"
    assert why(lambda: store.vouchers.put_on(basket.id, give(store, odette).code)).reason == "nothing_left"
    later = store.distributions.add(date(2026, 12, 17), "18:00", "19:30", "Halle", list(group.catalogues.values()))
    other = put(store, store.orders.open_basket(odette, later), group.products["eggs"], 1000)
    elsewhere = why(lambda: store.vouchers.put_on(other.id, mine.code))
    assert (elsewhere.reason, elsewhere.order_day) == ("elsewhere", date(2026, 11, 26))
    store.orders.confirm(basket.id)
    hands.at += timedelta(days=1)
    used = why(lambda: store.vouchers.put_on(other.id, mine.code))
    assert (used.reason, used.day, used.order_day) == ("used", TODAY, date(2026, 11, 26))
    with pytest.raises(Invalid):
        store.vouchers.cancel(mine.id)


def test_a_dropped_basket_and_a_cancelled_order_leave_the_voucher_open(store: Store, group: Offering) -> None:
    voucher = give(store, group.members["odette"])
    basket = store.vouchers.put_on(eggs_for(store, group, 4).id, voucher.code)
    store.orders.drop(basket.id)
    assert store.vouchers.get(voucher.id).order_id is None
    basket = eggs_for(store, group, 4)
    off = store.vouchers.take_off(store.vouchers.put_on(basket.id, voucher.code).id, voucher.id)
    assert (off.vouchers, off.to_pay, off.vouchers_changed) == ((), {"EUR": 960}, False)
    with pytest.raises(NotFound):
        store.vouchers.take_off(basket.id, voucher.id)
    store.vouchers.put_on(basket.id, voucher.code)
    order_id = store.orders.confirm(basket.id).order_id
    store.orders.cancel(order_id, "ill")
    found = store.vouchers.get(voucher.id)
    assert (found.state, found.order_id, found.used) == (VoucherState.OPEN, None, 0)


def test_a_change_takes_a_voucher_off_only_once_it_is_confirmed(store: Store, group: Offering) -> None:
    voucher = give(store, group.members["odette"])
    order_id = store.orders.confirm(store.vouchers.put_on(eggs_for(store, group, 4).id, voucher.code).id).order_id
    change = store.orders.open_basket(group.members["odette"], group.next)
    assert ([one.id for one in change.vouchers], change.vouchers_changed) == ([voucher.id], False)
    change = store.vouchers.take_off(change.id, voucher.id)
    assert (change.to_pay, change.vouchers_changed) == ({"EUR": 960}, True)
    assert store.orders.get(order_id).to_pay == {"EUR": 460}
    assert store.vouchers.put_on(change.id, voucher.code).vouchers_changed is False
    store.vouchers.take_off(change.id, voucher.id)
    assert store.orders.confirm(change.id).to_pay == {"EUR": 960}
    assert store.vouchers.get(voucher.id).state is VoucherState.OPEN
    change = store.orders.open_basket(group.members["odette"], group.next)
    assert store.orders.confirm(store.vouchers.put_on(change.id, voucher.code).id).to_pay == {"EUR": 460}


def test_below_its_minimum_an_order_asks_before_it_goes_without(store: Store, group: Offering, hands: Hands) -> None:
    eggs, odette = group.products["eggs"], group.members["odette"]
    voucher = give(store, odette, minimum=900, until=TODAY)
    basket = store.vouchers.put_on(eggs_for(store, group, 4).id, voucher.code)
    basket = put(store, basket, eggs, 3000)
    assert (basket.to_pay, [one.used for one in basket.vouchers]) == ({"EUR": 720}, [0])
    with pytest.raises(VouchersOff) as caught:
        store.orders.confirm(basket.id)
    assert [(one.code, one.reason) for one in caught.value.refused] == [(voucher.code, "minimum")]
    order_id = store.orders.confirm(put(store, basket, eggs, 4000).id).order_id
    with pytest.raises(VouchersOff):
        store.orders.change(order_id, {eggs: 1000})
    assert store.orders.get(order_id).to_pay == {"EUR": 460}
    done = store.orders.change(order_id, {eggs: 1000}, vouchers_off=True)
    assert (done.to_pay, store.vouchers.get(voucher.id).state) == ({"EUR": 240}, VoucherState.OPEN)
    late = store.orders.open_basket(odette, group.next)
    late = store.vouchers.put_on(put(store, late, eggs, 5000).id, voucher.code)
    hands.at += timedelta(hours=4)  # midnight has passed
    with pytest.raises(VouchersOff) as caught:
        store.orders.confirm(late.id)
    assert [one.reason for one in caught.value.refused] == ["expired"]
    assert store.orders.confirm(late.id, vouchers_off=True).to_pay == {"EUR": 1200}


def test_only_one_of_two_operators_redeems_it(store: Store, group: Offering, act_as: Callable[[str], Store]) -> None:
    store.operators.add("paul", "Paul", "coordinator")
    paul = act_as("paul")
    voucher = give(store, group.members["odette"])
    basket = eggs_for(store, group, 4)
    seen = paul.orders.basket(basket.id)
    store.vouchers.put_on(basket.id, voucher.code, version=basket.version)
    with pytest.raises(ChangedElsewhere):
        paul.vouchers.put_on(basket.id, voucher.code, version=seen.version)
    store.orders.confirm(basket.id)
    change = paul.orders.open_basket(group.members["odette"], group.next)
    assert why(lambda: paul.vouchers.put_on(change.id, voucher.code)).reason == "on_already"
    open_basket = eggs_for(store, group, 2, "yves")
    other = give(store, group.members["yves"])
    on = store.vouchers.put_on(open_basket.id, other.code)
    paul.vouchers.cancel(other.id)
    with pytest.raises(ChangedElsewhere):
        store.orders.confirm(on.id, version=on.version)
    assert store.orders.confirm(on.id).vouchers == ()


def test_a_called_off_distribution_gives_vouchers_back_and_takes_them_again(store: Store, group: Offering) -> None:
    odette = group.members["odette"]
    kept, spent = give(store, odette, 300), give(store, odette, 300)
    basket = eggs_for(store, group, 4)
    for one in (kept, spent):
        store.vouchers.put_on(basket.id, one.code)
    order_id = store.orders.confirm(basket.id).order_id
    later = store.distributions.add(date(2026, 12, 17), "18:00", "19:30", "Halle", list(group.catalogues.values()))
    store.distributions.cancel(group.next, store.distributions.get(group.next).version, "snow")
    assert {one.id for one in store.vouchers.usable(odette)} == {kept.id, spent.id}
    other = put(store, store.orders.open_basket(odette, later), group.products["eggs"], 4000)
    store.orders.confirm(store.vouchers.put_on(other.id, spent.code).id)
    store.distributions.restore(group.next)
    assert store.orders.get(order_id).to_pay == {"EUR": 660}
    assert [store.vouchers.get(one.id).order_id == order_id for one in (kept, spent)] == [True, False]
    assert [one.id for one in store.vouchers.lost(group.next)] == [spent.id], "the order costs more than was said"
    assert store.vouchers.lost(later) == ()


def test_a_voucher_on_a_basket_is_free_while_its_distribution_is_cancelled(store: Store, group: Offering) -> None:
    odette = group.members["odette"]
    kept, spent = give(store, odette, 300), give(store, odette, 300)
    basket = eggs_for(store, group, 4)
    for one in (kept, spent):
        store.vouchers.put_on(basket.id, one.code)
    later = store.distributions.add(date(2026, 12, 17), "18:00", "19:30", "Halle", list(group.catalogues.values()))
    store.distributions.cancel(group.next, store.distributions.get(group.next).version, "snow")
    assert {one.id for one in store.vouchers.usable(odette, later)} == {kept.id, spent.id}
    assert not any(one.in_basket or one.order_day for one in store.vouchers.all())
    other = put(store, store.orders.open_basket(odette, later), group.products["eggs"], 4000)
    assert store.orders.confirm(store.vouchers.put_on(other.id, spent.code).id).to_pay == {"EUR": 660}
    store.distributions.restore(group.next)
    assert [one.id for one in store.orders.basket(basket.id).vouchers] == [kept.id]
    assert store.orders.confirm(basket.id).to_pay == {"EUR": 660}


def test_vouchers_move_with_the_whole_order(store: Store, group: Offering) -> None:
    voucher = give(store, group.members["odette"])
    order_id = store.orders.confirm(store.vouchers.put_on(eggs_for(store, group, 4).id, voucher.code).id).order_id
    later = store.distributions.add(date(2026, 12, 17), "18:00", "19:30", "Halle", [group.catalogues["veg"]])
    moved = store.orders.move(order_id, later)
    assert (moved.confirmation.to_pay, store.vouchers.get(voucher.id).order_id) == ({"EUR": 460}, moved.order_id)
    wide = store.distributions.add(date(2026, 12, 24), "18:00", "19:30", "Halle", list(group.catalogues.values()))
    store.orders.record(group.members["odette"], wide, [(group.products["herbs"], 1000)])
    back = store.orders.move(moved.order_id or 0, wide)
    assert back.confirmation.to_pay == {"EUR": 350 + 960 - 500}
    part = store.orders.move(back.order_id or 0, later)
    assert (part.lines, part.confirmation.to_pay) == (1, {"EUR": 960})
    assert store.orders.get(back.order_id or 0).to_pay == {"EUR": 0}
    assert store.vouchers.get(voucher.id).used == 350


def test_a_producer_neither_sees_nor_redeems_and_keeps_what_others_put_on(
    store: Store, group: Offering, act_as: Callable[[str], Store]
) -> None:
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[group.catalogues["poultry"]])
    producer, odette = act_as("rigaud"), group.members["odette"]
    voucher = give(store, odette)
    basket = put(store, eggs_for(store, group, 4), group.products["chicken"], 1000)
    basket = store.vouchers.put_on(basket.id, voucher.code)
    seen = producer.orders.basket(basket.id)
    assert (seen.vouchers, seen.to_pay, producer.vouchers.usable(odette)) == ((), seen.totals, ())
    for refused in (
        lambda: producer.vouchers.put_on(basket.id, voucher.code),
        lambda: producer.vouchers.take_off(basket.id, voucher.id),
        lambda: producer.vouchers.find(voucher.code),
        lambda: producer.vouchers.all(),
        lambda: producer.vouchers.cancel(voucher.id),
    ):
        with pytest.raises(NotAllowed):
            refused()
    done = producer.orders.confirm(basket.id)
    assert (done.vouchers, done.to_pay) == ((), done.totals)
    change = store.orders.basket(basket.id)
    assert [one.id for one in change.vouchers] == [voucher.id]
    store.orders.confirm(change.id)
    producer.orders.change(done.order_id, {group.products["chicken"]: 2000})
    assert producer.orders.get(done.order_id).vouchers == ()
    assert [row.vouchers for row in producer.orders.of_distribution(group.next)] == [{}]
    assert [member.vouchers for member in producer.lists.pickup(group.next).members] == [{}]
    assert store.vouchers.get(voucher.id).used == 500


def test_merging_and_undoing_it_keep_each_voucher_with_its_order(store: Store, group: Offering) -> None:
    odette, paul = group.members["odette"], group.members["paul"]
    one, two = give(store, odette, 300), give(store, paul, 400)
    for who, voucher in (("odette", one), ("paul", two)):
        store.orders.confirm(store.vouchers.put_on(eggs_for(store, group, 4, who).id, voucher.code).id)
    loose = give(store, paul, 100)
    assert merge_preview(store, odette, paul).vouchers == 1, "the other is used, and goes with its order"
    merge_id = merge(store, odette, paul)
    (row,) = store.orders.of_distribution(group.next)
    assert (row.totals, row.to_pay) == ({"EUR": 1920}, {"EUR": 1220})
    assert {voucher.id for voucher in store.vouchers.all(member_id=paul)} == {one.id, two.id, loose.id}
    undo_merge(store, merge_id)
    assert [row.to_pay for row in store.orders.of_distribution(group.next)] == [{"EUR": 560}, {"EUR": 660}]
    assert {voucher.id for voucher in store.vouchers.all(member_id=paul)} == {two.id, loose.id}


def test_the_journal_names_the_vouchers_of_an_order(store: Store, group: Offering) -> None:
    odette, eggs = group.members["odette"], group.products["eggs"]
    one, two = give(store, odette, 100), give(store, odette, 200)
    basket = store.vouchers.put_on(eggs_for(store, group, 4).id, one.code)
    order_id = store.orders.confirm(basket.id).order_id
    store.orders.change(order_id, {}, vouchers=[two.code], without=[one.code])
    store.orders.record(odette, group.next, [(eggs, 1000)], vouchers=[one.code])
    store.orders.cancel(order_id, "ill")
    rows = store.journal.entries(Wanted(actions=("order", "basket.voucher_on")))
    told = [(row.action, row.detail.get("on"), row.detail.get("off"), row.detail.get("code")) for row in rows]
    assert told == [
        ("order.cancelled", None, sorted([one.code, two.code]), None),
        ("order.recorded", [one.code], None, None),
        ("order.changed", [two.code], [one.code], None),
        ("order.confirmed", [one.code], None, None),
        ("basket.voucher_on", None, None, one.code),
    ]


def test_orders_that_are_recorded_at_once_take_vouchers_too(store: Store, group: Offering) -> None:
    odette, eggs = group.members["odette"], group.products["eggs"]
    voucher = give(store, odette)
    with pytest.raises(VoucherRefused):
        store.orders.record(odette, group.next, [(eggs, 1000)], vouchers=["AAAA-2222"])
    assert store.orders.of_distribution(group.next) == ()
    done = store.orders.record(odette, group.next, [(eggs, 4000)], vouchers=[voucher.code])
    assert done.to_pay == {"EUR": 460}
    assert store.orders.change(done.order_id, {}, without=[voucher.code]).to_pay == {"EUR": 960}
    assert store.orders.change(done.order_id, {}, vouchers=[voucher.code]).to_pay == {"EUR": 460}


def test_codes_can_be_said_on_the_phone() -> None:
    codes: set[str] = set()
    for _again in range(500):
        codes.add(new_code(codes))
    assert len(codes) == 500
    assert {len(code) for code in codes} == {9}
    assert set("".join(codes)) - {"-"} <= set(LETTERS + DIGITS)
    assert not set(LETTERS + DIGITS) & set("0O1IL")
    assert all(any(sign in DIGITS for sign in half) for code in codes for half in code.split("-"))


def test_an_offer_of_a_percentage_is_of_what_each_member_bought(store: Store, group: Offering) -> None:
    eggs, odette = group.products["eggs"], group.members["odette"]
    store.orders.record(odette, group.next, [(eggs, 3000)])
    store.orders.record(group.members["paul"], group.next, [(eggs, 1000)])
    draft = store.messages.new(parse("everyone"), "Noël", "Bonjour")
    offer = Offer("EUR", percent=5, since=TODAY, until=TODAY, minimum=100)
    store.vouchers.set_offer(draft, offer)
    assert store.vouchers.offer(draft) == offer
    found = store.vouchers.forecast(draft)
    assert found is not None
    assert (found.members, found.vouchers, found.without) == (3, 2, 1)
    # 5 % of 7.20 is 0.36; of 2.40 0.12.
    assert (found.sums, found.least, found.most) == ({"EUR": 48}, {"EUR": 12}, {"EUR": 36})
    rounded = store.vouchers.forecast(draft, Offer("EUR", percent=1, since=TODAY, until=TODAY))
    assert rounded is not None
    assert rounded.sums == {"EUR": 7 + 2}  # 7.2 and 2.4 cents
    before = store.vouchers.forecast(draft, Offer("EUR", percent=5, since=date(2026, 1, 1), until=date(2026, 11, 20)))
    assert before is not None
    assert (before.vouchers, before.without) == (0, 3)
    copy = store.messages.duplicate(draft)
    assert store.vouchers.offer(copy) == offer
    store.vouchers.set_offer(draft, None)
    assert store.vouchers.forecast(draft) is None


@pytest.mark.parametrize(
    ("offer", "field", "reason"),
    [
        (Offer("EUR"), "offer", "amount_or_percent"),
        (Offer("EUR", amount=5, percent=5), "offer", "amount_or_percent"),
        (Offer("EUR", amount=0), "amount", "too_small"),
        (Offer("EUR", amount=10**8), "amount", "too_large"),
        (Offer("EUR", percent=101, since=TODAY, until=TODAY), "percent", "too_large"),
        (Offer("EUR", percent=5), "since", "empty"),
        (Offer("EUR", percent=5, since=TODAY, until=TODAY - timedelta(1)), "until", "before_since"),
        (Offer("EUR", amount=5, valid_until=TODAY - timedelta(1)), "valid_until", "past"),
        (Offer("XXX", amount=5), "currency", "not_paid"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(store: Store, offer: Offer, field: str, reason: str) -> None:
    draft = store.messages.new(parse("everyone"), "Noël", "Bonjour")
    with pytest.raises(Invalid) as caught:
        store.vouchers.set_offer(draft, offer)
    assert (caught.value.field, caught.value.reason) == (field, reason)
    assert store.vouchers.offer(draft) is None


def test_the_open_vouchers_of_a_message_are_cancelled_together(store: Store, group: Offering) -> None:
    odette = group.members["odette"]
    one = give(store, odette)
    with store.writing() as t:
        for code, state, until in (("AAAA-2222", "open", "2026-11-01"), ("AAAA-3333", "redeemed", None)):
            t.insert(
                "vouchers", message_id=one.message_id, member_id=odette, code=code, amount=100, currency="EUR",
                state=state, valid_until=until, made_at=t.stamp, state_at=t.stamp,
            )  # fmt: skip
    states = [(total.state, total.count) for total in store.vouchers.totals(one.message_id)]
    assert states == [(VoucherState.OPEN, 1), (VoucherState.REDEEMED, 1), (VoucherState.EXPIRED, 1)]
    assert [voucher.code for voucher in store.vouchers.all(state=VoucherState.EXPIRED)] == ["AAAA-2222"]
    assert store.vouchers.cancel_open(one.message_id or 0) == 2
    assert [(total.state, total.count) for total in store.vouchers.totals()] == [
        (VoucherState.REDEEMED, 1),
        (VoucherState.CANCELLED, 2),
    ]
    assert store.vouchers.cancel_open(one.message_id or 0) == 0


def test_a_moment_of_the_group_decides_the_last_day(store: Store, group: Offering, hands: Hands) -> None:
    voucher = give(store, group.members["odette"], until=TODAY)
    basket = eggs_for(store, group, 4)
    hands.at = datetime(2026, 11, 21, 22, 59, tzinfo=UTC)  # 23:59 in Paris
    store.vouchers.take_off(store.vouchers.put_on(basket.id, voucher.code).id, voucher.id)
    hands.at = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert why(lambda: store.vouchers.put_on(basket.id, voucher.code)).reason == "expired"
