"""Promotions at the screen: made with few keys, seen wherever a price is, asked for by themselves while they run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from textual.pilot import Pilot

from screens.promotions import DAY
from screens.text import width
from store import Store
from store.promotions import Promotion, PromotionState
from templates.words import LANGUAGES, dates, speaking
from tests.screens.conftest import SIZE
from tests.screens.order_desk import at
from tests.screens.sample import Sample, make_app, opened, settled, text_of, written

TODAY, SUNDAY = date(2026, 11, 21), date(2026, 11, 29)


@pytest.fixture
def running(store: Store, sample: Sample) -> dict[str, int]:
    """Tomatoes for 3,00 instead of 3,90, chicken for 10,00 a kilo, and a fifth off all flour."""
    sold, add = sample.audience.offering, store.promotions.add
    return {
        "tomatoes": add(
            Promotion(TODAY, SUNDAY, product_id=sold.products["tomatoes"], price=300, name="Semaine des tomates")
        ),
        "chicken": add(Promotion(TODAY, SUNDAY, product_id=sold.products["chicken"], price=1000)),
        "flour": add(Promotion(TODAY, date(2026, 12, 6), catalogue_id=sold.catalogues["flour"], percent=20)),
    }


def shown(app: object) -> str:
    return " ".join(text_of(app).split())  # type: ignore[arg-type]


# -- made and ended


async def test_one_is_made_changed_and_ended(store: Store, sample: Sample) -> None:
    eggs = sample.audience.offering.products["eggs"]
    store.promotions.cancel(sample.promotion)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "catalogues")
        await pilot.press("p")
        await settled(pilot)
        assert "n makes one" in shown(app)
        await pilot.press("n")
        await settled(pilot)
        await pilot.press(*"oeuf")
        assert "Enter: Œufs plein air" in shown(app)
        await pilot.press("f8")
        assert "“oeuf” is not taken yet" in shown(app)
        await pilot.press("enter")
        assert "now €2.40 for 6 pieces" in shown(app), "what it costs is in view while the price is typed"
        await pilot.press(*"2,40")
        assert "2.40 is not less than what it costs now" in shown(app)
        await pilot.press("ctrl+u", *"2", "enter")
        assert "€2.00 instead of €2.40" in shown(app)
        assert "Saturday 21 November 2026, today" in shown(app)
        await pilot.press("enter", *"20/11/26")
        assert "It would end on Fri 20 Nov 2026, before it begins." in shown(app)
        await pilot.press("ctrl+u", *"29/11")
        assert "Sunday 29 November 2026, in 8 days" in shown(app)
        await pilot.press("f8")
        await written(pilot)
        assert "Saved." in shown(app)
        assert "Œufs plein air 2.40 → 2.00 21 Nov 29 Nov runs" in shown(app)
        (made,) = store.promotions.all()
        assert (made.product_id, made.price, made.since, made.until) == (eggs, 200, TODAY, SUNDAY)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press(*"100%", "f8")
        await written(pilot)
        assert "! It costs nothing: €0.00. F8 once more saves it." in shown(app)
        assert store.promotions.get(made.id).price == 200, "it may be a slip"
        await pilot.press("ctrl+u", *"20%", "f8")
        await written(pilot)
        assert store.promotions.get(made.id).percent == 20
        await pilot.press("x")
        assert "End the promotion for Œufs plein air?" in shown(app)
        await pilot.press("enter")
        await written(pilot)
        assert "costs as usual again" in shown(app)
        assert store.promotions.all() == ()
        await pilot.press("o")
        await settled(pilot)
        assert "1.92 21 Nov 29 Nov ended" in shown(app)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert "New promotion" in shown(app), "one that is over begins a new one like it"
        assert "€1.92 instead of €2.40 (20% less)" in shown(app)
        await pilot.press(*"demain", "f8")
        await written(pilot)
    (again,) = store.promotions.all()
    assert (again.percent, again.until) == (20, date(2026, 11, 22))


async def test_from_a_product_of_the_list_and_for_a_whole_catalogue(
    store: Store, sample: Sample, running: dict[str, int]
) -> None:
    veg = sample.audience.offering.catalogues["veg"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "products", catalogue_id=veg)
        assert "Tomates cœur de bœuf TOMCB kg 3.90 → 3.00" in shown(app)
        assert "€3.00 for 1 kg · instead of €3.90 until Sun 29 Nov" in shown(app)
        await pilot.press("tab", "p")
        await settled(pilot)
        assert "Promotions of Légumes du Gué" in shown(app)
        assert "Poulet" not in shown(app)
        await pilot.press("n")
        await settled(pilot)
        assert "now €3.90 for 1 kg" in shown(app), "of the marked product, at its own price"
        await pilot.press(*"10%", "enter", "enter", *"29/11")
        assert "Another one holds from Sat 21 Nov 2026 to Sun 29 Nov 2026" in shown(app)
        await pilot.press("shift+tab", "shift+tab", "shift+tab", *"moulin", "enter")
        assert "off 5 products" in shown(app)
        await pilot.press("enter", "enter", *"1/12", "f8")
        await written(pilot)
    made = store.promotions.all(catalogue_id=sample.audience.offering.catalogues["flour"])
    assert {(one.percent, one.what) for one in made} == {(20, "Moulin d'Ancenis"), (10, "Moulin d'Ancenis")}


async def test_the_form_of_a_product_holds_its_own_price(store: Store, sample: Sample, running: dict[str, int]) -> None:
    tomatoes = sample.audience.offering.products["tomatoes"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "product", product_id=tomatoes)
        assert "€3.90 for 1 kg · until 29 Nov €3.00" in shown(app)
        await pilot.press("end", *" bio", "f8")
        await written(pilot)
    product = store.catalogues.product(tomatoes)
    assert (product.name, product.usual_price, product.price) == ("Tomates cœur de bœuf bio", 390, 300)


# -- asked for


async def test_an_order_is_taken_at_the_lower_price_and_says_so(
    store: Store, sample: Sample, running: dict[str, int]
) -> None:
    odette = sample.audience.members["odette"]
    async with at(store) as desk:
        await desk.open(odette)
        assert desk.rows[0].endswith("3.90       7.80"), "what was typed before it began"
        assert "Farine de sarrasin" in await desk.type("2 f")
        assert desk.first.startswith("⏎ 2 × Farine de sarrasin 500 g")
        assert "€2.32 instead of €2.90 until Sun 6 Dec" in shown(desk.app)
        assert "3.40 → 2.72 5.44" in shown(desk.app), "the others say it, too"
        await desk.type("<enter>", "1 poul")
        assert desk.first.endswith("12.50 → 10.00 ~18.00")
        await desk.type("<enter>", "=3 tomates")
        assert desk.first.endswith("3.90 → 3.00 9.00")
        said = " ".join((await desk.type("<enter>", "<enter>")).split())
        assert [row.split()[-4:] for row in desk.rows] == [
            ["3.90", "→", "3.00", "9.00"],
            ["2.90", "→", "2.32", "4.64"],
            ["12.50", "→", "10.00", "~18.00"],
        ]
        assert "about 31 euros 64." in said
        assert "Promotion: Tomates cœur de bœuf 3 euros instead of 3 euros 90, Farine de" in said
        assert "Saved." in await desk.type("c")
    last = store.orders.last_of(odette)
    assert last is not None
    assert [line.promotion_id for line in last.lines] == [running["tomatoes"], running["flour"], running["chicken"]]


async def test_without_a_promotion_nothing_is_said_of_one(store: Store, sample: Sample) -> None:
    async with at(store) as desk:
        await desk.open(sample.audience.members["odette"])
        await desk.type("2 f")
        assert "→" not in shown(desk.app)
        assert "instead" not in shown(desk.app)


# -- who may


async def test_a_producer_sees_and_changes_the_own(
    store: Store, sample: Sample, running: dict[str, int], act_as: Callable[[str], Store]
) -> None:
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[sample.audience.offering.catalogues["poultry"]])
    async with make_app(act_as("rigaud")).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "promotions", promotion_id=running["tomatoes"])
        assert "Tomates" not in shown(app), "another producer's"
        assert "Poulet fermier" in shown(app)
        await pilot.press("n")
        await settled(pilot)
        await pilot.press(*"toma")
        assert "nothing is called so" in shown(app)
        await pilot.press("ctrl+u", *"can", "enter", *"50%", "enter", "enter", *"lundi", "f8")
        await written(pilot)
        assert "Canette" in shown(app)
    made = next(one for one in store.promotions.all() if one.percent == 50)
    assert (made.what, made.until, made.state(TODAY)) == ("Canette", date(2026, 11, 23), PromotionState.RUNNING)


@pytest.mark.usefixtures("running")
def test_the_promotions(store: Store, snap_compare) -> None:
    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "promotions")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_of_another_year_has_room(language: str) -> None:
    with speaking(language):
        said = [dates.day_number(date(1999, month, day)) for month in range(1, 13) for day in (1, 28)]
    assert max(map(width, said)) <= DAY
