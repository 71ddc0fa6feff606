"""Weighing at the pick-up: type what the scales say and Enter, with people waiting; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from screens.settle_weights import Weight, is_weight, read_weight
from store import Store
from store.errors import DiskFull
from store.orders import Order, Orders
from store.products import Product, Sold
from templates import words
from tests.screens.conftest import SIZE
from tests.screens.packets import Packets, at
from tests.screens.sample import Sample, make_app

DUCK = Product(
    id=1, catalogue_id=1, catalogue_name="Poultry", producer_name="Rigaud", reference="CAN", name="Canette", unit="kg",
    base_quantity=1000, price=1480, cost=None, sold=Sold.WEIGHED, estimated_weight=2000, stock_kind="none", stock=None,
    active=True, currency="EUR", version=1,
)  # fmt: skip


@pytest.fixture
def thursday(store: Store, sample: Sample) -> int:
    """A day with four lines to weigh: Benali 1 duck and 2 chickens, Durand 1 chicken, Maréchal 1 duck."""
    sold, members = sample.audience.offering, sample.audience.members
    duck, chicken = sold.products["duck"], sold.products["chicken"]
    store.orders.record(members["benali"], sold.next, [(duck, 1000), (chicken, 2000)])
    store.orders.record(members["odette"], sold.next, [(duck, 1000), (sold.products["eggs"], 1000)])
    return sold.next


def weights(store: Store, distribution_id: int) -> dict[tuple[str, str], int | None]:
    return {
        (line.member.split()[0], line.product.name): line.settled_weight
        for line in store.orders.to_settle(distribution_id)
    }


async def test_a_weight_and_enter_for_one_line_after_the_other(store: Store, thursday: int) -> None:
    async with at(store) as hands:
        shown = await hands.type("o", "k")
        assert "0 of 4 weighed" in shown
        assert "estimated ~€126.70   now ~€126.70" in shown
        shown = await hands.type("1.9", "<enter>", "1,75+1.8", "<enter>", "<enter>", "2100g", "<enter>")
        assert "3 of 4 weighed" in shown
        assert "From the top: 1 line is still an estimate." in shown
        assert weights(store, thursday) == {
            ("Benali", "Canette"): 1900,
            ("Benali", "Poulet fermier"): 3550,
            ("Durand", "Poulet fermier"): None,
            ("Maréchal", "Canette"): 2100,
        }
        # 28,12 + 44,38 + 22,50 as estimated + 31,08
        assert "estimated ~€126.70   now ~€126.08" in shown
        shown = await hands.type("1,81", "<enter>")
        assert "Everything is weighed. Durand Paul: all weighed, €22.63." in shown
        assert "now €126.21" in shown
        assert "weighed 1.81 kg" in shown
        assert "Orders for Thu 26 Nov" in await hands.type("<escape>")


async def test_whoever_comes_first_is_found_by_name(store: Store, thursday: int) -> None:
    async with at(store) as hands:
        await hands.open("settle", distribution_id=thursday)
        assert "Maréchal Odette: Canette" in await hands.type("mare")
        await hands.type("<enter>", "2,05", "<enter>")
        assert weights(store, thursday)["Maréchal", "Canette"] == 2050
        # A product is found, too, and the arrows go from one that fits to the next.
        assert "+1 other ↓" in await hands.type("poul")
        assert "Durand Paul: Poulet fermier" in await hands.type("<down>")
        await hands.type("<enter>", "1,9", "<enter>")
        assert weights(store, thursday)["Durand", "Poulet fermier"] == 1900
        assert "nobody of this name" in await hands.type("zorro", "<enter>")
        assert hands.line == "zorro"


async def test_a_weight_is_corrected_or_taken_back(store: Store, thursday: int) -> None:
    async with at(store) as hands:
        await hands.open("settle", distribution_id=thursday)
        assert "weighed 1.9 kg" in await hands.type("1.9", "<enter>", "<up>")
        assert "⏎ back to the estimate: ~2 kg" in await hands.type("-")
        await hands.type("<enter>")
        assert weights(store, thursday)["Benali", "Canette"] is None
        # By product the mark stays on its line: a weight that was typed is for nobody else.
        assert "Benali Aïcha / Dupont Paul: Poulet" in await hands.type("3", "<tab>")
        await hands.type("<enter>")
        assert weights(store, thursday)["Benali", "Poulet fermier"] == 3000


async def test_what_is_no_weight_is_said_and_stays_in_the_line(store: Store, thursday: int) -> None:
    async with at(store) as hands:
        await hands.open("settle", distribution_id=thursday)
        assert "“1,,8” is no weight. Type 1.835 kg and Enter" in await hands.type("1,,8", "<enter>")
        assert hands.line == "1,,8"
        shown = await hands.type("<ctrl+u>", "1900", "<enter>")
        assert "1,900 kg? About 2 kg was expected. Enter again takes it. In g: 1900g" in shown
        assert set(weights(store, thursday).values()) == {None}
        await hands.type("g", "<enter>")
        assert weights(store, thursday)["Benali", "Canette"] == 1900
        # What was typed ahead is no answer: nobody has read the question yet.
        assert "20 kg? About 3.6 kg was expected." in await hands.type("20", "<enter>", "<enter>", "1.8", "<enter>")
        assert (hands.line, weights(store, thursday)["Benali", "Poulet fermier"]) == ("20", None)
        await hands.type("<enter>")
        assert weights(store, thursday)["Benali", "Poulet fermier"] == 20_000
        # Leaving says once what would be lost.
        assert "typed and not stored" in await hands.type("2", "<f3>")
        assert "Weighing" not in await hands.type("<f3>")


async def test_a_weight_that_cannot_be_stored_comes_back_to_its_line(
    store: Store, thursday: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = Orders.settle

    def full(self: Orders, order_id: int, wanted: Mapping[int, int | None], *, seen: object) -> Order:
        raise DiskFull(store.path)

    async with at(store) as hands:
        await hands.open("settle", distribution_id=thursday)
        with monkeypatch.context() as patch:
            patch.setattr(Orders, "settle", full)
            shown = await hands.type("1.9", "<enter>")
        assert "Benali Aïcha / Dupont Paul, Canette: 1.9 was not stored. The disk is full" in " ".join(shown.split())
        assert hands.line == "1.9"
        assert Orders.settle is settle
        assert "1 of 4 weighed" in await hands.type("<enter>")
        assert weights(store, thursday)["Benali", "Canette"] == 1900


async def test_what_a_colleague_weighs_appears_and_changes_nothing_under_a_typed_weight(
    store: Store, thursday: int, act_as: Callable[[str], Store], sample: Sample
) -> None:
    store.operators.add("paul", "Paul", "phone_desk")
    line = store.orders.to_settle(thursday)[0]
    async with at(store) as hands:
        await hands.open("settle", distribution_id=thursday)
        await hands.type("3.5")
        act_as("paul").orders.settle(line.order_id, {line.product.id: 1950})
        hands.app._poll()
        assert "0 of 4 weighed" in await hands.shown()
        assert hands.line == "3.5"
        assert "1 of 4 weighed" in await hands.type("<ctrl+u>", "<enter>")
        # Two weigh the same at once: the second is told, and the text waits for a second Enter.
        await hands.type("3.5")
        chicken = store.orders.to_settle(thursday)[1]
        act_as("paul").orders.settle(chicken.order_id, {chicken.product.id: 3700})
        shown = " ".join((await hands.type("<enter>")).split())
        assert "3.5 was not stored. Somebody else has weighed this meanwhile" in shown
        assert "2 of 4 weighed" in shown
        assert hands.line == "3.5"
        await hands.type("<enter>")
        assert weights(store, thursday)["Benali", "Poulet fermier"] == 3500


async def test_a_producer_weighs_what_is_theirs_after_the_distribution_too(
    store: Store, sample: Sample, act_as: Callable[[str], Store]
) -> None:
    sold, members = sample.audience.offering, sample.audience.members
    cheese = store.catalogues.add_catalogue("Fromages", store.catalogues.add_producer("Daniel"), "CHF")
    store.distributions.offer(sold.past, cheese)
    tomme = store.catalogues.add_product(cheese, "Tomme", 2000, unit="kg", sold="weighed")
    store.orders.record(members["paul"], sold.past, [(tomme, 500), (sold.products["duck"], 1000)])
    store.operators.add("daniel", "Daniel", "producer", catalogues=[cheese])
    async with at(act_as("daniel")) as hands:
        shown = await hands.open("settle", distribution_id=sold.past)
        assert "Durand Paul" in shown
        assert "0.5 kg" in shown
        assert "Canette" not in shown
        assert "Everything is weighed." in await hands.type("520g", "<enter>")
        assert "now CHF\N{NO-BREAK SPACE}10.40" in await hands.shown()
        assert "Nothing to weigh" in await hands.open("settle", distribution_id=sold.next)


@pytest.mark.parametrize(
    ("typed", "unit", "weight"),
    [
        ("1,83", "kg", 1830),
        ("1.835", "kg", 1835),
        ("1835g", "kg", 1835),
        ("1835 G", "kg", 1835),
        ("=2", "kg", 2000),
        ("1,8+1,95", "kg", 3750),
        ("1,8 + 950g", "kg", 2750),
        ("0,5kg", "g", 500_000),
        ("75cl", "l", 750),
        ("0", "kg", 0),
        ("-", "kg", None),
    ],
)
def test_weights_as_people_type_them(typed: str, unit: str, weight: int | None) -> None:
    assert is_weight(typed)
    assert read_weight(typed, replace(DUCK, unit=unit)) == Weight(weight)


@pytest.mark.parametrize("typed", ["1,8345", "1,8+", "1 8", "1..8", "+", "--", "1kgs", "1cl", "9999999", "1e3", ","])
def test_what_is_no_weight(typed: str) -> None:
    for language in words.LANGUAGES:
        words.use(language)
        found = read_weight(typed, DUCK)
        assert found.value is None
        assert found.problem


def test_the_scales(store: Store, thursday: int, snap_compare: Callable[..., bool]) -> None:
    async def weigh(pilot: Pilot[None]) -> None:
        hands = Packets(pilot)
        await hands.open("settle", distribution_id=thursday)
        await hands.type("1.9", "<enter>", "3.4")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=weigh)
