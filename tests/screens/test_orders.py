"""The orders of a day: seen by member, product and producer, moved to another day, printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from textual.pilot import Pilot
from textual.widgets import DataTable

from screens.text import width
from store import Store
from store.people import Member, Person
from tests.screens.conftest import SIZE
from tests.screens.packets import Packets, at
from tests.screens.sample import Sample, make_app

LONG = "Panier de légumes d'hiver de la ferme des Quatre-Vents, à retirer avant midi"


def rows(hands: Packets) -> list[str]:
    """The list, single spaces between what is in a row."""
    table = hands.app.screen.query_one(DataTable)
    return [" ".join(" ".join(map(str, table.get_row_at(n))).split()) for n in range(table.row_count)]


def later(store: Store, sample: Sample) -> int:
    offered = sample.audience.offering.catalogues.values()
    return store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Treillières", offered)


async def test_by_member_product_and_producer_down_to_the_order(store: Store, sample: Sample) -> None:
    async with at(store) as hands:
        assert "[by member]" in await hands.type("o")
        shown = await hands.type("<tab>")
        assert "[by product]" in shown
        assert rows(hands) == [
            "Tomates cœur de bœuf kg 3 1 €11.70",
            "Œufs plein air x6 1 1 €2.40",
            "Poulet fermier ~1.8 kg 1 1 ~€22.50 ! 1",
        ]
        shown = await hands.type("<tab>")
        assert rows(hands) == [
            "Légumes du Gué Mon 23 Nov 20:00 1 €14.10",
            "Volailles Rigaud recap sent 1 ~€22.50 ! 1",
        ]
        assert "3\N{NO-BREAK SPACE}Tomates cœur de bœuf · 1\N{NO-BREAK SPACE}Œufs plein air" in shown
        # A producer's products, who ordered one, and the order itself.
        assert "by producer > Légumes du Gué" in await hands.type("<enter>", "<down>", "<enter>")
        assert rows(hands) == ["Guérin Hélène & François 1 €2.40 Marie"]
        assert "also: 3\N{NO-BREAK SPACE}Tomates" in await hands.shown()
        assert "CHANGE" in await hands.type("<enter>")
        # Back one by one, and the mark is where it was.
        shown = await hands.type("<f3>", "<f3>")
        assert "by producer > Légumes du Gué" in shown
        assert "Œufs plein air · x6 · 1 order" in shown
        assert "[by member]" in await hands.type("<f3>", "<tab>")


async def test_a_name_is_found_in_the_list_and_who_changed_the_order_last(
    store: Store, sample: Sample, act_as: Callable[[str], Store]
) -> None:
    store.operators.add("lea", "Léa", "phone_desk")
    async with at(store) as hands:
        assert "Guérin Hélène & François: confirmed" in await hands.type("o", "<slash>", "guer", "<enter>")
        assert "Durand Paul: confirmed" in await hands.type("<slash>", "dur", "<enter>")
        assert "“zorro” is not in this list" in await hands.type("<slash>", "zorro", "<enter>")
        guerin, lea = sample.audience.members["guerin"], act_as("lea")
        row = next(row for row in lea.orders.of_member(guerin) if row.distribution_id == sample.audience.offering.next)
        lea.orders.change(row.id, {sample.audience.offering.products["eggs"]: 2000})
        hands.app._poll()
        await hands.shown()
        shown = await hands.type("<slash>", "guer", "<enter>")
        assert "Guérin Hélène & François: changed Sat 21 Nov 21:04 by Léa" in shown
        assert "Poulet fermier · " in await hands.type("<tab>", "<slash>", "poul", "<enter>")


async def test_only_what_is_late_in_every_view(store: Store, sample: Sample) -> None:
    async with at(store) as hands:
        assert "only what is late" in await hands.type("o", "l")
        assert len(rows(hands)) == 1
        shown = await hands.type("<tab>")
        assert rows(hands) == ["Poulet fermier ~1.8 kg 1 1 ~€22.50 ! 1"]
        assert "! 1 line: the producer does not know" in shown
        assert len(rows(hands)) == 1
        await hands.type("l")
        assert len(rows(hands)) == 3


async def test_an_order_is_moved_to_a_day_and_what_stays_is_said(store: Store, sample: Sample) -> None:
    paul, sold = sample.audience.members["paul"], sample.audience.offering
    async with at(store) as hands:
        assert "no other distribution to come" in await hands.type("o", "v")
    with_all = later(store, sample)
    store.orders.change(sample.late_order, {sold.products["eggs"]: 2000})
    without = store.distributions.duplicate(with_all, [date(2026, 12, 10)])[0]
    store.distributions.withdraw(without, sold.catalogues["poultry"])
    async with at(store) as hands:
        shown = await hands.type("o", "v")
        assert "Where does the order of Durand Paul go?" in shown
        assert "Thu 3 Dec 18:00    all 2 lines" in shown
        assert "1 of 2 lines; not offered there: Poulet fermier" in shown
        assert store.orders.states(with_all) == {}
        # While one chooses, other keys leave the list as it is.
        assert "[by member]" in await hands.type("<tab>", "<tab>")
        shown = " ".join((await hands.type("<down>", "<enter>")).split())
        assert "1 line of Durand Paul is moved to Thu 10 Dec. Not offered there, so it stays: Poulet" in shown
        assert store.orders.states(without) == {paul: "confirmed"}
        assert "goes into the order there" in await hands.type("v")
        assert "Thu 3 Dec" in await hands.type("<escape>", "<right>")


async def test_a_move_beyond_what_is_there_is_asked(store: Store, sample: Sample) -> None:
    sold = sample.audience.offering
    day = later(store, sample)
    store.distributions.set_stock(day, sold.products["chicken"], 0)
    async with at(store) as hands:
        assert "Where does the order of" in await hands.type("o", "v")
        assert "Where does the order of" not in await hands.type("<escape>"), "it is asked no longer"
        shown = await hands.type("v", "<enter>")
        assert "! Poulet fermier: none left." in shown
        assert "Move it all the same? Enter: yes" in shown
        assert store.orders.states(day) == {}
        await hands.type("<enter>")
        assert store.orders.states(day) == {sample.audience.members["paul"]: "confirmed"}


async def test_a_day_that_was_cancelled_says_why_and_still_knows_who_had_ordered(store: Store, sample: Sample) -> None:
    sold = sample.audience.offering
    day = later(store, sample)
    store.distributions.cancel(sold.next, store.distributions.get(sold.next).version, "snow")
    async with at(store) as hands:
        shown = await hands.open("orders", distribution_id=sold.next)
        assert "This distribution was cancelled (Marie): snow" in shown
        assert "Durand Paul cancelled 1 ~€22.50" in " ".join(shown.split())
        assert "Cancelled: the distribution was cancelled (snow)" in await hands.type("<enter>")
        assert "moved to Thu 3 Dec" in await hands.type("<f3>", "v", "<enter>")
        assert store.orders.states(day) == {sample.audience.members["paul"]: "confirmed"}


async def test_the_list_is_printed_as_it_is_seen(store: Store, sample: Sample) -> None:
    async with at(store) as hands:
        shown = await hands.type("o", "<tab>", "p", "<enter>")
        assert "orders-2026-11-26-by-product.html is in the folder" in shown
        shown = await hands.type("E", "<end>", "<enter>")
        assert "orders-2026-11-26.csv" in shown
    page, whole = (next((store.path.parent / "exports").glob(f"*.{form}")).read_text() for form in ("html", "csv"))
    assert page.index("Tomates") < page.index("Poulet fermier")
    assert "Guérin" in whole


async def test_a_day_that_is_over_shows_its_orders_and_takes_weights(store: Store, sample: Sample) -> None:
    sold, paul = sample.audience.offering, sample.audience.members["paul"]
    store.orders.record(paul, sold.past, [(sold.products["duck"], 1000)])
    async with at(store) as hands:
        shown = await hands.open("orders", distribution_id=sold.past)
        assert "Orders for Thu 12 Nov" in shown
        assert "~2 kg" in await hands.type("<enter>")
        # Left before the weight is stored: it appears all the same.
        assert "2.15 kg" in await hands.type("k", "2,15", "<enter>", "<escape>")
        shown = await hands.type("<f3>", "<tab>", "<end>")
        assert "Canette · ~2 kg · 1 order · 2.15 kg, 1 of 1 weighed" in shown


async def test_a_new_group_is_told_what_comes_first(store: Store) -> None:
    async with at(store) as hands:
        assert "There is no distribution yet" in await hands.type("o", "<tab>", "k", "v", "x", "p")


async def test_long_names_five_figures_and_two_currencies_fit(store: Store, sample: Sample) -> None:
    sold = sample.audience.offering
    local = store.catalogues.add_catalogue(LONG, store.catalogues.add_producer(LONG), "Gonette")
    store.distributions.offer(sold.next, local)
    dear = store.catalogues.add_product(local, LONG, 1_234_550, unit="kg", sold="weighed", estimated_weight=12_500)
    member = store.members.add(Member(people=(Person("Marie-Antoinette", "de La Rochefoucauld-Montbel"),)))
    store.orders.record(member, sold.next, [(dear, 1000), (sold.products["tomatoes"], 2000)])
    async with at(store) as hands:
        shown = await hands.type("o")
        for _view in range(3):
            assert all(width(line) <= SIZE[0] for line in shown.splitlines())
            table = hands.app.screen.query_one(DataTable)
            assert table.virtual_size.width <= SIZE[0], "sideways scrolling"
            shown = await hands.type("<tab>")
        assert "Gonette\N{NO-BREAK SPACE}154,318.75" in await hands.type("<tab>", "<end>")
        shown = await hands.open("settle", distribution_id=sold.next)
        assert hands.app.screen.query_one(DataTable).virtual_size.width <= SIZE[0]
        assert all(width(line) <= SIZE[0] for line in shown.splitlines())


def test_by_product(store: Store, sample: Sample, snap_compare: Callable[..., bool]) -> None:
    async def products(pilot: Pilot[None]) -> None:
        await Packets(pilot).type("o", "<tab>", "<end>")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=products)
