"""The products of a catalogue: written down in a row, checked while typed, kept in order; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.house import HouseApp
from screens.product_form import cents_of, fields_of, product_of, thousandths_of, unit_of, values_of, weight_of
from store import Store
from store.errors import Invalid
from store.products import Product, Sold
from templates import words
from templates.words import LANGUAGES
from tests.screens.conftest import SIZE
from tests.screens.packets import Packets, press
from tests.screens.sample import Sample, make_app, opened, text_of


def field(app: HouseApp, name: str) -> Any:
    return app.screen.query_one(f"#form-{name}")


def of(store: Store, name: str) -> Product:
    return next(p for p in store.catalogues.products(inactive=True) if p.name == name)


def offered(store: Store, catalogue_id: int) -> list[str]:
    return [p.name for p in store.catalogues.products([catalogue_id])]


@pytest.fixture
def veg(sample: Sample) -> int:
    return sample.audience.offering.catalogues["veg"]


# -- what is typed


@pytest.mark.parametrize(
    ("typed", "base", "unit"),
    [
        ("", 1000, "piece"),
        ("kg", 1000, "kg"),
        ("500 g", 500_000, "g"),
        ("500g", 500_000, "g"),
        ("0,75 l", 750, "l"),
        ("75 cl", 75_000, "cl"),
        ("1/2 kg", 500, "kg"),
        ("6", 6000, "piece"),
        ("x6", 6000, "piece"),
        ("6 pièces", 6000, "piece"),
        ("Kilo", 1000, "kg"),
        ("6 pezzi", 6000, "piece"),
    ],
)
def test_what_one_is_can_be_said_in_many_ways(typed: str, base: int, unit: str):
    assert unit_of(typed) == (base, unit)


@pytest.mark.parametrize("typed", ["botte", "x", "0 kg", "1/0 kg", "kg 3", "-2", "1e3", "½ kg", "9999999999999 g"])
def test_what_is_no_unit_is_refused(typed: str):
    with pytest.raises(Invalid):
        unit_of(typed)


@pytest.mark.parametrize(("typed", "weight"), [("1,8", 1800), ("1.8 kg", 1800), ("1800 g", 1800), ("", None)])
def test_a_weight_is_read_in_the_unit_of_the_price(typed: str, weight: int | None):
    assert weight_of(typed, "kg") == weight


@pytest.mark.parametrize("typed", ["0", "-1", "1 l", "heavy", "kg", "0,0001"])
def test_what_is_no_weight_is_refused(typed: str):
    with pytest.raises(Invalid):
        weight_of(typed, "kg")


@pytest.mark.parametrize("typed", ["3,905", "1,284", "three", "-1", "99999999999", "3 for 2", "²"])
def test_what_is_no_price_is_refused_and_never_rounded(typed: str):
    with pytest.raises(Invalid):
        cents_of(typed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_form_shows_means_what_it_was(store: Store, sample: Sample, language: str):
    words.use(language)
    catalogue_id = sample.audience.offering.catalogues["poultry"]
    catalogue = store.catalogues.get(catalogue_id)
    for unit, base in (("piece", 1000), ("piece", 6000), ("kg", 1000), ("g", 1_250_000), ("cl", 75_000), ("l", 1)):
        values: dict[str, Any] = {
            "unit": unit,
            "base_quantity": base,
            "cost": 1,
            "stock_kind": "all",
            "stock": 1_500_000,
        }
        store.catalogues.add_product(catalogue_id, f"{base} {unit}", 123_456, **values)
    for product in store.catalogues.products():
        values = values_of(fields_of(product))
        assert values == {name: getattr(product, name) for name in values}
        shown = product_of(fields_of(product), catalogue)
        assert shown is not None
        assert shown.unit_label == product.unit_label
    assert thousandths_of("1500") == 1_500_000


# -- the list


def test_the_products(store: Store, sample: Sample, snap_compare):
    poultry = sample.audience.offering.catalogues["poultry"]
    add = store.catalogues.add_product
    add(poultry, "Rillettes de canard au piment d'Espelette et aux figues", 1_234_500, reference="RILL", unit="g",
        base_quantity=180_000, stock_kind="all", stock=-2000)  # fmt: skip
    gone = add(poultry, "Pintade de Noël", 1590, unit="kg", sold="weighed", estimated_weight=1600)
    store.catalogues.set_active([gone], False)

    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot, "products", catalogue_id=poultry)
        await press(pilot, "down", "space")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


async def test_a_part_of_a_name_or_a_reference_finds_a_product(store: Store, sample: Sample, veg: int):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "products", catalogue_id=veg)
        await press(pilot, "'boeuf")
        assert "Tomates cœur de bœuf" in text_of(app)
        assert "Pommes de terre" not in text_of(app)
        await press(pilot, "ctrl+u", "'6o", "enter")
        assert app.screen.NAME == "product"
        assert field(app, "name").value == "Œufs plein air"


async def test_an_empty_catalogue_says_how_a_file_is_taken_over_and_that_key_works(store: Store, sample: Sample):
    empty = store.catalogues.add_catalogue("Miels", store.catalogues.add_producer("Rucher"), "EUR")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "products", catalogue_id=empty)
        assert "F2 i takes them from a file" in " ".join(text_of(app).split())
        await press(pilot, "f2", "i")
        assert app.screen.NAME == "import"


async def test_products_are_put_in_order_offered_or_not_and_counted(store: Store, sample: Sample, veg: int):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "products", catalogue_id=veg)
        await press(pilot, "down", "J", "J", "J", "K", "down", "K")
        assert offered(store, veg) == ["Pommes de terre Nicola", "Œufs plein air", "Tomates cœur de bœuf"]
        await press(pilot, "up", "space", "space", "a")
        assert offered(store, veg) == ["Tomates cœur de bœuf"]
        assert "2 products are not offered any more; a offers them again." in text_of(app)
        await press(pilot, "a", "s", "'1O", "enter")
        assert len(offered(store, veg)) == 3
        assert "“1O” is no quantity" in text_of(app)
        assert "how many each time? (- not counted) 1O" in text_of(app)
        await press(pilot, "'12,5", "enter")
        tomatoes = of(store, "Tomates cœur de bœuf")
        assert (tomatoes.stock_kind, tomatoes.stock) == ("distribution", 12_500)
        await press(pilot, "s", "'-", "enter")
    assert of(store, "Tomates cœur de bœuf").stock_kind == "none"


async def test_four_hundred_products_follow_each_letter(store: Store, sample: Sample, veg: int):
    with store.writing() as t:
        t.execute_many(
            """INSERT INTO products (catalogue_id, reference, reference_key, name, folded, unit, price, display_order)
            VALUES (?, ?, ?, ?, ?, 'kg', ?, ?)""",
            ((veg, f"R{n}", f"r{n}", f"Légume {n}", f"legume {n}", 1_234_500 + n, n + 10) for n in range(400)),
        )
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "products", catalogue_id=veg)
        assert "403 products" in text_of(app)
        await Packets(pilot).type("legume 39", "<enter>")
        assert field(app, "name").value == "Légume 39"


# -- the form


def test_a_weighed_product(store: Store, sample: Sample, snap_compare):
    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot, "product", product_id=sample.audience.offering.products["chicken"])

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


async def test_products_are_written_down_in_a_row_in_one_packet(store: Store, sample: Sample, veg: int):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "products", catalogue_id=veg)
        await Packets(pilot).type(
            "courgettes", "<enter>", "2,4", "<enter>", "kg", "<enter>", "<right>", "<ctrl+s>",
            "Poireaux", "<enter>", "1,95", "<ctrl+s>", "Navets", "<enter>", "3 €", "<ctrl+s>", "<enter>",
        )  # fmt: skip
        assert app.screen.NAME == "products"
    assert offered(store, veg)[3:] == ["Courgettes", "Poireaux", "Navets"]
    courgettes, leeks = of(store, "Courgettes"), of(store, "Poireaux")
    assert (courgettes.price, courgettes.unit, courgettes.sold) == (240, "kg", Sold.DECIMAL)
    # What vegetables have in common is not typed again.
    assert (leeks.price, leeks.unit, leeks.sold) == (195, "kg", Sold.DECIMAL)


async def test_what_is_weighed_asks_for_the_weight_of_a_piece_and_shows_how_it_reads(
    store: Store, sample: Sample, veg: int
):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "product", catalogue_id=veg)
        await press(pilot, "'Potimarron", "enter", "'2,50", "enter", "enter", "'w", "enter", "'1200 g")
        assert "€2.50 for 1 kg" in text_of(app)
        assert "about 1.2 kg each" in text_of(app)
        await press(pilot, "f8", "f3")
    squash = of(store, "Potimarron")
    assert (squash.unit, squash.sold, squash.estimated_weight) == ("kg", Sold.WEIGHED, 1200)


async def test_a_mistake_is_said_and_what_was_typed_is_kept(store: Store, sample: Sample, veg: int):
    mistakes = (
        ("name", "", "The product needs a name."),
        ("price", "3,9O", "“3,9O” is no price"),
        ("price", "", "A price is needed"),
        ("unit", "bunch", "“bunch” is no unit"),
        ("reference", "pdt n", "“pdt n” is the reference of Pommes de terre Nicola already"),
        ("cost", "x", "“x” is no price"),
    )
    right = {"name": "Courge", "price": "1,50", "unit": "kg", "reference": "COU", "cost": "1"}
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "product", catalogue_id=veg)
        for name, value, sentence in mistakes:
            for one, text in {**right, name: value}.items():
                field(app, one).value = text
            await press(pilot, "f8")
            assert sentence in text_of(app)
            assert app.focused is field(app, name)
            assert {one: field(app, one).value for one in right} == {**right, name: value}
    assert offered(store, veg)[3:] == []


async def test_two_may_change_one_product_and_neither_loses_anything(store: Store, sample: Sample):
    tomatoes = store.catalogues.product(sample.audience.offering.products["tomatoes"])
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "product", product_id=tomatoes.id)
        store.catalogues.edit_product(tomatoes.id, tomatoes.version, price=420, reference="TOM")
        await press(pilot, "'s", "tab", "ctrl+u", "'5", "f8")
        assert app.screen.NAME == "product"
        assert "Marie saved meanwhile (Price: 4.20). Yours is kept" in text_of(app)
        assert field(app, "reference").value == "TOM"
        await press(pilot, "f8")
    now = store.catalogues.product(tomatoes.id)
    assert (now.name, now.price, now.reference) == ("Tomates cœur de bœufs", 500, "TOM")


async def test_what_is_ordered_meanwhile_stays_taken_from_the_stock(store: Store, sample: Sample):
    spelt, member = sample.audience.offering.products["spelt"], sample.audience.members["yves"]
    known = store.catalogues.product(spelt)
    store.catalogues.edit_product(spelt, known.version, stock_kind="all", stock=10_000)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "product", product_id=spelt)
        store.orders.record(member, sample.audience.offering.next, [(spelt, 3000)])
        field(app, "stock").value = "20"
        await press(pilot, "f8")
        assert "Somebody else saved meanwhile (How many: 7)" in text_of(app)
        field(app, "stock").value = "7"
        await press(pilot, "'s", "f8")
    now = store.catalogues.product(spelt)
    assert (now.stock, now.name) == (7000, "Farine petit épeautres")


async def test_what_is_half_typed_when_the_line_drops_is_back_and_changed_nothing(
    store: Store, sample: Sample, veg: int
):
    tomatoes = sample.audience.offering.products["tomatoes"]
    app = make_app(store)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot, "product", product_id=tomatoes)
        await press(pilot, "tab", "ctrl+u", "'4")
        await opened(pilot, "product", catalogue_id=veg)
        await press(pilot, "'Cour")
        app.hang_up()
    assert store.catalogues.product(tomatoes).price == 390
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "product", product_id=tomatoes)
        assert "What you had begun to type here is back" in text_of(app)
        assert field(app, "price").value == "4"
        await press(pilot, "f3")
        assert app.screen.NAME == "product"
        await press(pilot, "f3")
        await opened(pilot, "product", product_id=tomatoes)
        assert field(app, "price").value == "3.90"
        await opened(pilot, "product", catalogue_id=veg)
        assert {name: field(app, name).value for name in ("name", "price")} == {"name": "Cour", "price": ""}
        await press(pilot, "f3")
        assert "Not saved yet" in text_of(app)


async def test_a_copy_begins_with_what_is_alike(store: Store, sample: Sample, veg: int):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "products", catalogue_id=veg)
        await press(pilot, "'oeufs", "down", "c")
        assert (field(app, "name").value, field(app, "reference").value) == ("Œufs plein air", "")
        assert "one is called so already: €2.40 for 6 pieces" in text_of(app)
        await press(pilot, "'s x12", "enter", "ctrl+u", "'4,50", "enter", "ctrl+u", "'12", "f8", "f3")
    assert (of(store, "Œufs plein airs x12").price, of(store, "Œufs plein airs x12").base_quantity) == (450, 12_000)


# -- a producer


async def test_a_producer_changes_the_own_products_and_no_others(
    store: Store, sample: Sample, veg: int, act_as: Callable[[str], Store]
):
    poultry = sample.audience.offering.catalogues["poultry"]
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[poultry])
    async with make_app(act_as("rigaud")).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "catalogues")
        assert "Volailles Rigaud" in text_of(app)
        assert "Légumes" not in text_of(app)
        await press(pilot, "n", "e", "x")
        assert app.screen.NAME == "catalogues"
        await press(pilot, "enter", "'cane", "enter", "tab", "ctrl+u", "'15,10", "f8")
        assert "Saved." in text_of(app)
        await opened(pilot, "products", catalogue_id=veg)
        await press(pilot, "'tom", "enter", "ctrl+u", "'xyz", "enter")
        assert app.screen.NAME == "products"
    assert of(store, "Canette").price == 1510
    assert store.catalogues.get(poultry).active
