"""Taking an order at the screen: what Enter will do is always said, and nothing that was typed is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.house import HouseApp
from screens.order_loading import load
from screens.widgets.bars import NoticeLine
from store import Store
from store.erasing import erase
from store.errors import DiskFull
from store.orders import Entry, OrderRow, Orders
from tests.screens.conftest import SIZE
from tests.screens.order_desk import Desk, at
from tests.screens.sample import Sample, make_app, settled


async def test_an_order_from_the_desk(store: Store, sample: Sample) -> None:
    yves = sample.audience.members["yves"]
    async with at(store) as desk:
        assert "Le Bihan Yves" in await desk.type("n", "bihan")
        assert "Order for LE BIHAN Yves" in await desk.type("<enter>")
        await desk.type("3 tom")
        assert desk.first == "⏎ 3 × Tomates cœur de bœuf kg Légumes du Gué 3.90 11.70"
        await desk.type("<enter>", "2 far")
        assert desk.first == "⏎ 2 × Farine de sarrasin 500 g Moulin d'Ance… +2 others ↓ 5.80"
        await desk.type("<down>")
        assert desk.first == "⏎ 2 × Farine petit épeautre 1 kg Moulin d'Ance… +2 others ↓ 6.80"
        shown = await desk.type("<enter>", "<enter>")
        spoken = "3 kilos of tomates cœur de bœuf, 2 times 1 kg of farine petit épeautre: 18 euros 50."
        assert spoken in " ".join(shown.split())
        shown = await desk.type("c")
        assert "Saved." in shown
        assert "Next distribution" in shown
    last = store.orders.last_of(yves)
    assert last is not None
    assert [line.quantity for line in last.lines] == [3000, 2000]


async def test_what_cannot_be_read_stays_in_the_line_with_one_sentence(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["yves"])
        before = store.change_number()
        for text in ("069", "zzz", "3", "1, car", "+", "-tom", "2 kg oeufs", "1,5 oeufs", "0 far"):
            desk.app.screen.say("")
            await desk.type(text, "<enter>")
            assert desk.line == text
            assert desk.app.screen.query_one(NoticeLine).text, text
            await desk.type("<escape>")
        assert store.change_number() == before


async def test_adding_to_a_line_shows_the_sum_and_setting_replaces(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["odette"])
        await desk.type("3 tom")
        assert desk.first.startswith("⏎ 2 + 3 = 5 Tomates")
        await desk.type("<enter>", "=4 tom")
        assert desk.first.startswith("⏎ 5 → 4 Tomates")
        await desk.type("<enter>", "0 tom")
        assert desk.first.startswith("⏎ 4 → 0 Tomates")
        await desk.type("<enter>")
        assert desk.rows == []


async def test_the_columns_hold_for_every_choice(store: Store, sample: Sample) -> None:
    veg = store.distributions.next().catalogues[0].catalogue_id
    names = ("Panais long", "Panais rond")
    for name in names:
        store.catalogues.add_product(veg, name, 100)
    async with at(store) as desk:
        await desk.open(sample.audience.members["odette"])
        all_lines = await desk.type("5 panais rond", "<enter>", "5 panais long", "<enter>", "10 panais")
        shown = [line for line in all_lines.split("\n") if "5 + 10 = 15 Panais" in line]
        assert len(shown) == 2
        assert len({line.index("Panais") for line in shown}) == 1


async def test_a_quantity_that_is_refused_is_no_sum_and_no_enter(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["odette"])
        await desk.type("1 oeufs", "<enter>", "1,5 oeufs")
        assert desk.first.startswith("! 1.5 × Œufs")
        assert "=" not in desk.first
        assert "0.00" not in desk.first


async def test_up_on_the_empty_line_takes_the_last_entry_back(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["yves"])
        await desk.type("1 oe", "<enter>", "3 tom", "<enter>", "<up>")
        assert desk.line == "3 tom"
        assert len(desk.rows) == 1
        await desk.type(
            "<backspace>", "<backspace>", "<backspace>", "pdt", "<enter>", "<up>", "<escape>", "<up>", "<up>"
        )
        assert desk.line == "1 oe"


async def test_letters_act_once_the_order_is_read_back(store: Store, sample: Sample) -> None:
    paul = sample.audience.members["paul"]
    async with at(store) as desk:
        await desk.open(paul, sample.audience.offering.past)
        await desk.type("<escape>")
        await desk.open(sample.audience.members["yves"])
        store.orders.record(sample.audience.members["yves"], sample.audience.offering.past, [(1, 2000), (3, 1000)])
        await desk.type("1 far", "<enter>", "<enter>")
        assert "2 kilos of tomates" in await desk.type("l")
        shown = await desk.type("z")
        assert "tomates" not in shown
        assert "one" in shown or "1 kg of" in shown
        assert "Note: leave it with Paul" in await desk.type("n", "leave it with Paul", "<enter>")
        await desk.type("3")
        assert desk.line == "3"
        await desk.type(" oe", "<enter>")
        assert len(desk.rows) == 2
        assert "forgets 2 lines" in await desk.type("<enter>", "x")
        assert "Forgotten." in await desk.type("x")
    assert store.orders.look(sample.audience.members["yves"], sample.audience.offering.next).lines == ()


async def test_leaving_keeps_the_basket_and_says_so(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["yves"])
        assert "The basket of Le Bihan Yves is kept: 1 line." in await desk.type("3 tom", "<enter>", "<f3>")
        assert "This basket is open since Sat 21 Nov 21:04, by Marie." in await desk.open(
            sample.audience.members["yves"]
        )
        await desk.type("2 fa", "<f3>")
        assert desk.line == "2 fa"
        await desk.type("<f3>")
        assert desk.app.screen.NAME == "desk"


async def test_looking_at_an_order_leaves_nothing_behind(store: Store, sample: Sample) -> None:
    before = store.change_number()
    async with at(store) as desk:
        await desk.open(sample.audience.members["yves"])
        await desk.type("<f3>")
        await desk.open(sample.audience.members["paul"])
        await desk.type("<f3>")
        assert desk.app.screen.NAME == "desk"
    assert store.change_number() == before


async def test_a_change_is_kept_or_forgotten_and_the_order_stays(store: Store, sample: Sample) -> None:
    paul, following = sample.audience.members["paul"], sample.audience.offering.next
    async with at(store) as desk:
        assert "CHANGE: DURAND Paul, order of Sat 21 Nov (Marie)" in await desk.open(paul)
        await desk.type("+2 poul", "<enter>")
        assert desk.rows[0].startswith(" ! 1 → 3 Poulet fermier")
        assert "The change is not confirmed" in await desk.type("<f3>")
        await desk.type("k")
        assert desk.app.screen.NAME == "desk"
        await desk.open(paul)
        assert desk.rows[0].startswith(" ! 1 → 3 Poulet fermier")
        await desk.type("<f3>")
        assert "The change is forgotten." in await desk.type("x")
    assert [line.quantity for line in store.orders.get(sample.late_order).lines] == [1000]
    assert store.orders.look(paul, following).id == 0


async def test_a_confirmed_change_tells_what_the_producer_does_not_know(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["paul"])
        await desk.type("=2 poul", "<enter>")
        shown = await desk.type("<f8>")
        said = "Saved. 1 line for Volailles Rigaud is late: not yet told to the producer. (l: supplement)"
        assert said in " ".join(shown.split())
        await desk.type("<down>", "l")
        assert desk.app.screen.NAME == "recap"
    assert [line.quantity for line in store.orders.get(sample.late_order).lines] == [2000]


async def test_f8_takes_nothing_that_is_not_entered(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["yves"])
        assert "nothing to confirm" in await desk.type("<f8>")
        assert "“2 far” is not entered yet" in await desk.type("1 oe", "<enter>", "2 far", "<f8>")
        assert desk.app.screen.NAME == "order_entry"


async def test_an_unusual_quantity_is_asked_twice(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["yves"])
        assert "The most ever was 3. Enter again takes it." in await desk.type("31 tom", "<enter>")
        assert desk.rows == []
        await desk.type("<enter>")
        assert desk.rows[0].startswith("   31  Tomates")


async def test_a_dash_may_have_been_a_six(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["odette"])
        assert "6 or remove?" in await desk.type("- tom", "<enter>")
        await desk.type("6", "<enter>")
        assert desk.rows[0].startswith("   8   Tomates")
        await desk.type("- tom", "<enter>", "0", "<enter>")
        assert desk.rows == []


async def test_pasted_lines_are_shown_one_after_the_other_before_they_are_stored(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["yves"])
        shown = await desk.paste("3 tom\n1 oeufs\nxyz\n2 sarr\n")
        assert desk.line == "3 tom"
        assert "3 more lines wait: 1 oeufs | xyz | 2 sarr" in shown
        assert desk.rows == []
        await desk.type("<enter>", "<enter>", "<enter>")
        assert desk.line == "xyz"
        await desk.type("<backspace>", "<backspace>", "<backspace>", "can", "<enter>", "<enter>")
        assert [row.split()[-3:-2] for row in desk.rows] != []
        assert len(desk.rows) == 4
        assert desk.line == ""


async def test_short_stock_is_said_and_taken_all_the_same(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["yves"])
        assert "! Poulet fermier: only 9 left" in await desk.type("10 poul")
        shown = await desk.type("<enter>")
        assert "! Poulet fermier: 1 more than there are" in shown
        assert desk.rows[0].startswith(" ! 10  Poulet fermier")


async def test_the_last_order_and_the_closings_are_in_view(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        shown = await desk.open(sample.audience.members["paul"], sample.audience.offering.next)
        assert "last time (12 Nov): 2 Tomates cœur de bœuf" in shown
        assert "Légumes du Gué closes Mon 23 Nov 20:00, in 1 d 22 h" in shown


async def test_what_could_not_be_stored_comes_back_into_the_line(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter = store.orders.enter

    def full(basket_id: int, entry: Entry, **seen: int | None) -> object:
        if entry.text == "3 tom":
            raise DiskFull(store.path)
        return enter(basket_id, entry, **seen)

    async with at(store) as desk:
        await desk.open(sample.audience.members["yves"])
        await desk.type("1 oe", "<enter>")
        monkeypatch.setattr(store.orders, "enter", full)
        # Who types on without looking: nothing is mixed, stored out of turn or confirmed without what failed.
        assert "The disk is full" in await desk.type("3 tom", "<enter>")
        assert desk.line == "3 tom"
        assert "1 more line waits: 3 tom" in await desk.type("2 farine de s")
        await desk.type("<enter>", "c")
        assert desk.line == "c"
        assert len(desk.rows) == 2
        assert store.orders.summary(sample.audience.offering.next).orders == 2
        monkeypatch.undo()
        await desk.type("an", "<enter>", "<enter>")
        assert desk.line == ""
        assert len(desk.rows) == 4
    assert store.orders.summary(sample.audience.offering.next).orders == 2


async def test_two_at_one_basket_see_each_other(store: Store, sample: Sample, act_as: Callable[[str], Store]) -> None:
    store.operators.add("paul", "Paul", "phone_desk")
    odette, sold = sample.audience.members["odette"], sample.audience.offering
    async with at(store) as desk:
        await desk.open(odette)
        other = act_as("paul").orders
        basket = other.open_basket(odette, sold.next)
        other.enter(basket.id, Entry("1 oe", sold.products["eggs"], 0, 1000))
        await desk.type("3 far")
        assert "Paul has just changed this order: Œufs plein air. Look, then Enter takes what" in await desk.type(
            "<enter>"
        )
        assert desk.line == "3 far"
        assert len(desk.rows) == 2
        await desk.type("<enter>")
        assert len(desk.rows) == 3


async def test_a_line_of_who_has_no_right_any_more_stays_and_is_entered_once_it_is_back(
    store: Store, sample: Sample, act_as: Callable[[str], Store]
) -> None:
    store.operators.add("paul", "Paul", "phone_desk")
    odette, sold, operators = sample.audience.members["odette"], sample.audience.offering, store.operators
    taken = (
        (lambda: operators.set_rights("paul", role="writer"), lambda: operators.set_rights("paul", role="phone_desk")),
        (lambda: operators.remove("paul"), lambda: operators.bring_back("paul")),
    )
    async with at(act_as("paul")) as desk:
        for n, (take, give_back) in enumerate(taken, 2):
            await desk.open(odette)
            await desk.type(f"={n} oeu")
            take()
            shown = await desk.type("<enter>")
            assert "! You are not allowed" in shown or "! “paul” may not use this group any more" in shown
            assert desk.line == f"={n} oeu"
            give_back()
            desk.app._poll()
            assert "! Look, then Enter takes what you typed." in await desk.type("<enter>")
            assert desk.line == f"={n} oeu"
            await desk.type("<enter>", "<f3>")
    lines = store.orders.open_basket(odette, sold.next).lines
    assert {line.product.id: line.quantity for line in lines}[sold.products["eggs"]] == 3000


async def test_what_a_colleague_enters_appears(store: Store, sample: Sample, act_as: Callable[[str], Store]) -> None:
    for login in ("paul", "lise"):
        store.operators.add(login, login.title(), "phone_desk")
    odette, sold = sample.audience.members["odette"], sample.audience.offering
    async with at(store) as desk:
        await desk.open(odette)
        other = act_as("paul").orders
        basket = other.open_basket(odette, sold.next)
        other.enter(basket.id, Entry("1 oe", sold.products["eggs"], 0, 1000))
        desk.app._poll()
        assert "Paul has just changed this order: Œufs plein air." in await desk.settled()
        assert len(desk.rows) == 2
        other.confirm(basket.id)
        desk.app._poll()
        assert "Paul has just confirmed this order: you see what is ordered now." in await desk.settled()
        another = act_as("lise").orders
        change = another.open_basket(odette, sold.next)
        another.enter(change.id, Entry("2 oe", sold.products["eggs"], 1000, 2000))
        desk.app._poll()
        await desk.settled()
        another.confirm(change.id)
        desk.app._poll()
        assert "Lise has just confirmed this order" in await desk.settled()
        await desk.type("1 can")
        version = store.distributions.get(sold.next).version
        store.distributions.move(sold.next, version, date(2026, 11, 27), "18:00", "19:30", "Treillières")
        desk.app._poll()
        assert "A colleague has moved this distribution: Friday 27 November, 18:00 to" in await desk.settled()
        day = store.distributions.get(sold.next)
        store.distributions.cancel(sold.next, day.version, "")
        desk.app._poll()
        assert "This distribution is cancelled: nothing can be ordered for it." in await desk.settled()
        erase(store, odette)
        desk.app._poll()
        assert "This member was erased meanwhile" in await desk.settled()
        assert desk.line == "1 can"


async def test_what_there_is_none_of_is_said_so_however_many_are_ordered(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["yves"])
        await desk.type("12 poul", "<enter>", "<enter>", "c", "c")
        await desk.open(sample.audience.members["odette"])
        assert "! Poulet fermier: none left" in await desk.type("2 poul")
        assert "! Poulet fermier: none left" in await desk.type("<enter>")
        assert "Poulet fermier: 2 ordered, none left" in await desk.type("<enter>", "c")
        assert "Poulet fermier: none were left." in await desk.type("c")


async def test_a_caller_is_found_by_phone_and_the_arrows_choose(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        shown = await desk.type("n", "98 00 02")
        assert "Le Bihan Yves" in shown
        assert "+ New member “98 00 02”" in shown
        assert "Last name >" in await desk.type("<up>", "<enter>")
        assert "Who is calling?" in await desk.type("<escape>")
        assert "Petit Zoé" in await desk.type("<escape>", "p")
        assert "PETIT Zoé" in await desk.type("<down>", "<up>", "<enter>")


async def test_a_new_caller_is_four_short_questions(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.type("n", "durandal", "<enter>")
        assert desk.line == "Durandal"
        await desk.type("<enter>", "Rose", "<enter>", "06 39 98 44 44", "<enter>")
        shown = await desk.type("0", "<enter>")
        assert "Order for DURANDAL Rose" in shown
        assert "06 39 98 44 44 · no e-mail · first order" in shown
    person = store.members.get(store.members.resolve("durandal")).people[0]
    assert (person.email, person.email_state) == ("", "none")


async def test_a_new_callers_name_is_written_as_names_are_and_no_old_refusal_stays(
    store: Store, sample: Sample
) -> None:
    async with at(store) as desk:
        await desk.type("n", "durandal jean", "<enter>")
        assert desk.line == "Durandal"
        await desk.type("<enter>")
        assert desk.line == "Jean"
        await desk.type(*["<backspace>"] * 4, "jean-noël", "<enter>", "0639985556", "<enter>", "odette", "<enter>")
        assert "“odette”" in desk.app.screen.query_one(NoticeLine).text
        await desk.type(*["<backspace>"] * 6, "<enter>")
        assert "odette" not in desk.app.screen.query_one(NoticeLine).text
    person = store.members.get(store.members.resolve("0639985556")).people[0]
    assert (person.last_name, person.first_name) == ("Durandal", "Jean-Noël")


async def test_digits_typed_first_are_the_new_callers_phone(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.type("n", "0639985555", "<enter>")
        assert desk.line == ""
        await desk.type("Petit", "<enter>", "<enter>")
        assert desk.line == "0639985555"
        assert "“odette”" in await desk.type("<enter>", "odette", "<enter>")
        assert desk.line == "odette"
        await desk.type(*["<backspace>"] * 6, "<enter>")
    person = store.members.get(store.members.resolve("0639985555")).people[0]
    assert (person.last_name, person.email_state) == ("Petit", "unknown")


async def test_another_distribution_is_one_key_away(store: Store, sample: Sample) -> None:
    from datetime import date

    later = store.distributions.add(
        date(2026, 12, 3), "18:00", "19:30", "Ancenis", sample.audience.offering.catalogues.values()
    )
    async with at(store) as desk:
        assert "New order for Thu 26 Nov, Treillières" in await desk.type("n")
        assert "New order for Thu 3 Dec, Ancenis" in await desk.type("<f4>")
        await desk.type("bihan", "<enter>", "3 tom", "<enter>", "<f8>")
    assert store.orders.summary(later).orders == 1


async def test_without_a_distribution_the_screen_says_what_to_do(store: Store) -> None:
    async with at(store) as desk:
        assert "No distribution is coming" in await desk.type("n")
        await desk.type("abc", "<enter>")
        assert desk.app.screen.NAME == "distributions"
        assert "No distribution is coming" in await desk.type("<f3>")
        await desk.type("<f3>")
        assert desk.app.screen.NAME == "desk"


async def test_a_producer_takes_orders_on_the_own_catalogue_only(
    store: Store, sample: Sample, act_as: Callable[[str], Store]
) -> None:
    sold = sample.audience.offering
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[sold.catalogues["poultry"]])
    async with at(act_as("rigaud")) as desk:
        await desk.type("n", "marech", "<enter>")
        assert desk.rows == []
        assert "Nothing is called “tom”" in await desk.type("tom")
        await desk.type("<escape>", "2 can", "<enter>", "<f8>")
    with store.reading() as t:
        rows = t.all(
            "SELECT quantity FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.state = 'confirmed'"
            " AND o.member_id = ?",
            (sample.audience.members["odette"],),
        )
    assert [row["quantity"] for row in rows] == [2000]
    assert [line.quantity for line in store.orders.look(sample.audience.members["odette"], sold.next).lines] == [
        2000,
        2000,
    ]


async def test_a_producer_adds_to_an_order_in_which_nothing_is_theirs_yet(
    store: Store, sample: Sample, act_as: Callable[[str], Store]
) -> None:
    sold, guerin = sample.audience.offering, sample.audience.members["guerin"]
    store.operators.add("daniel", "Daniel", "producer", catalogues=[sold.catalogues["poultry"]])
    async with at(act_as("daniel")) as desk:
        assert "Légumes du Gué" not in await desk.type("n")
        shown = await desk.type("guerin", "<enter>")
        assert shown.startswith(" Order for Guérin")
        assert "Légumes du Gué" not in shown
        assert "note" not in shown
        await desk.type("2 can", "<enter>")
        assert "→" not in desk.rows[0]
        shown = await desk.type("<f3>")
        assert "is kept: 1 line." in shown
        shown = await desk.type("n", "guerin", "<enter>")
        assert shown.startswith(" Order for Guérin")
        assert "→" not in desk.rows[0]
        assert "→" not in await desk.type("<enter>")
        shown = await desk.type("c")
        assert "Saved." in shown
    (order,) = [row for row in store.orders.of_distribution(sold.next) if row.member_id == guerin]
    assert (order.state, order.lines) == ("confirmed", 3)


async def test_more_lines_than_fit_are_said_and_can_be_looked_at(store: Store, sample: Sample) -> None:
    sold = sample.audience.offering
    for number in range(16):
        store.catalogues.add_product(sold.catalogues["veg"], f"Légume {number:02}", 100, reference=f"L{number:02}")
    async with at(store) as desk:
        await desk.open(sample.audience.members["yves"])
        for number in range(16):
            await desk.type(f"l{number:02}", "<enter>")
        assert "↑ 6 more above (PgUp)" in desk.rows[0]
        assert "Légume 15" in desk.rows[-1]
        await desk.type("<pageup>", "<pageup>")
        assert "Légume 00" in desk.rows[0]
        await desk.type("<pagedown>", "<pagedown>")
        assert "Légume 15" in desk.rows[-1]


async def test_the_order_list_opens_a_change(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        assert "Durand Paul" in await desk.type("o")
        assert "CHANGE: " in await desk.type("<enter>")
        assert "Nobody has ordered yet" not in await desk.type("<f3>", "<left>")


async def test_keys_wait_for_a_list_that_is_slow_to_come(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else x does nothing yet, and the letters of the reason are keys."""
    read = Orders.of_distribution

    def slowly(self: Orders, distribution_id: int) -> tuple[OrderRow, ...]:
        time.sleep(0.4)
        return read(self, distribution_id)

    monkeypatch.setattr(Orders, "of_distribution", slowly)
    async with at(store) as desk:
        assert "is cancelled" in await desk.type("o", "x", "ill", "<enter>")


async def test_a_wider_terminal_shows_whole_names_and_keeps_the_cursor(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        assert "Guérin Hélène" in await desk.type("o", "<down>")
        marked = desk.app.screen._marked
        await desk.pilot.resize_terminal(120, 30)
        assert "Guérin Hélène & François" in await desk.settled()
        assert desk.app.screen._marked == marked
        await desk.pilot.resize_terminal(80, 24)
        assert "Guérin Hélène" in await desk.settled()


async def test_an_order_is_cancelled_with_a_reason(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.type("o", "x", "<enter>")
        assert store.orders.get(sample.late_order).state == "confirmed"
        assert "is cancelled" in await desk.type("x", "ill", "<enter>")
    assert store.orders.get(sample.late_order).state == "cancelled"


SNAPSHOTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "full": ("yves", ("3 tom", "<enter>", "1 oe", "<enter>", "1,5 pdt", "<enter>", "1 poul", "<enter>", "2 far")),
    "empty": ("yves", ()),
    "read_back": (
        "yves",
        ("3 tom", "<enter>", "1 oe", "<enter>", "1,5 pdt", "<enter>", "1 poul", "<enter>", "<enter>"),
    ),
    "change": ("guerin", ("=2 tom", "<enter>", "0 oe", "<enter>", "3 tom")),
    "late": ("yves", ("1 poul", "<enter>")),
    "short": ("yves", ("10 poul", "<enter>", "1 oe", "<enter>", "<enter>", "c")),
}


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_pictures(store: Store, sample: Sample, snap_compare: Callable[..., bool], name: str) -> None:
    member, keys = SNAPSHOTS[name]

    async def order(pilot: Pilot[None]) -> None:
        await settled(pilot)
        assert isinstance(pilot.app, HouseApp)
        desk = Desk(pilot.app, pilot)
        await desk.open(sample.audience.members[member])
        await desk.type(*keys)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=order)


def test_the_list_of_orders(store: Store, sample: Sample, snap_compare: Callable[..., bool]) -> None:
    async def orders(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("o")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=orders)


async def test_a_new_callers_answers_are_not_lost_in_passing(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.type("n", "durandal", "<enter>", "<enter>", "Rose", "<enter>")
        assert "“Durandal Rose” is not entered yet" in await desk.type("<f3>")
        await desk.type("<f2>", "m", "<f3>")
        assert "Last name: Durandal" in await desk.type("0639984444")
        assert desk.line == "0639984444"
        await desk.type("<f3>", "<f3>")
        assert desk.app.screen.NAME == "desk"


async def test_help_names_the_keys_that_do_something_at_this_moment(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        shown = await desk.type("n", "<f1>")
        assert shown.startswith(" Help")
        shown += await desk.type("<pagedown>") + await desk.type("<end>")
        assert "F4" in shown
        assert "F8" not in shown
        assert "F6" not in shown
        shown = await desk.type("<f3>", "mar od", "<enter>", "<f1>")
        assert shown.startswith(" Help")
        shown += await desk.type("<pagedown>") + await desk.type("<end>")
        assert "F8" in shown
        assert "F6" in shown


async def test_help_that_is_asked_for_while_the_order_is_being_read_comes_then(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*given: Any) -> object:
        time.sleep(0.2)
        return load(*given)

    monkeypatch.setattr("screens.order_opening.load", slow)
    async with at(store) as desk:
        shown = await desk.type("n", "mar od", "<enter>", "<f1>")
        assert shown.startswith(" Help")
        shown += await desk.type("<pagedown>") + await desk.type("<end>")
        assert "F8" in shown


async def test_a_note_is_kept_when_the_line_is_lost(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.type("n", "mar od", "<enter>", "3 tomcb", "<enter>", "<enter>", "n", "after six")
        desk.app.hang_up()
    assert [store.orders.basket(row.id).note for row in store.orders.open_baskets()] == ["after six"]
