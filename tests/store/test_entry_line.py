"""The grammar of the entry line: what each text means, which reading comes first, and what is never stored."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.entry_line import Act, Offer, Offered, Problem, Reading, Readings, converted, dash_answer, read_line
from store.folding import fold, folded_words
from store.products import Product, Sold


def product(number: int, name: str, reference: str = "", **values: object) -> Product:
    given = {
        "catalogue_id": 1, "catalogue_name": "Gué", "producer_name": "Gué", "unit": "piece", "base_quantity": 1000,
        "price": 100, "cost": None, "sold": Sold.WHOLE, "estimated_weight": None, "stock_kind": "none", "stock": None,
        "active": True, "currency": "EUR", "version": 1,
    }  # fmt: skip
    return Product(**{**given, **values}, id=number, name=name, reference=reference)  # type: ignore[arg-type]


KG = {"unit": "kg", "sold": Sold.DECIMAL}
PRODUCTS = {
    "tomatoes": product(1, "Tomates cœur de bœuf", "TOMCB", **KG),
    "cherry": product(2, "Tomates cerises", "1TOM", **KG),
    "carrots": product(3, "Carottes", "CAR", **KG),
    "cereals": product(4, "5 céréales", "5CER", unit="kg"),
    "herbs": product(5, "7 herbes", "HERB"),
    "flour": product(6, "Farine de sarrasin", "FSA", unit="g", base_quantity=500_000),
    "eggs": product(7, "Œufs plein air", "6OE", base_quantity=6_000_000),
    "milk": product(8, "Lait cru", "LAIT", unit="l", sold=Sold.DECIMAL),
    "chicken": product(9, "Poulet fermier", "POUL", unit="kg", sold=Sold.WEIGHED, estimated_weight=1800),
    "cheese": product(10, "Tomme à l’ail", "TOA", unit="kg", sold=Sold.WEIGHED),
    "bread": product(11, "Pain de campagne", "PAIN"),
    "kiwi": product(12, "Kilo de kiwis", "KGK"),
    "strasse": product(13, "Straßen-Käse", "STR"),
    "oil": product(14, "Huile", "HUI", unit="cl", base_quantity=75_000),
}
OFFER = Offer(Offered(p, group_usual=1 if key == "carrots" else 0, largest=20_000) for key, p in PRODUCTS.items())
NAMES = {p.id: key for key, p in PRODUCTS.items()}


def read(text: str, held: Mapping[str, int] | None = None, offer: Offer = OFFER) -> Readings:
    return read_line(text, offer, {PRODUCTS[key].id: quantity for key, quantity in (held or {}).items()})


def said(row: Reading) -> tuple[str, int]:
    return NAMES[row.product.id], row.quantity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomcb", ("tomatoes", 1000)),
        ("3 tomcb", ("tomatoes", 3000)),
        ("1TOM", ("cherry", 1000)),
        ("5CER", ("cereals", 1000)),
        ("5 céréales", ("cereals", 5000)),
        ("5 cer", ("cereals", 5000)),
        ("5cer", ("cereals", 1000)),
        ("5ce", ("cereals", 1000)),
        ("2car", ("carrots", 2000)),
        ("1,5 car", ("carrots", 1500)),
        ("1.5car", ("carrots", 1500)),
        ("1,500 car", ("carrots", 1500)),
        ("0,25 car", ("carrots", 250)),
        ("1/2 car", ("carrots", 500)),
        ("1/4car", ("carrots", 250)),
        ("3/4 car", ("carrots", 750)),
        ("1 1/2 car", ("carrots", 1500)),
        ("2 1/2 kg car", ("carrots", 2500)),
        ("500 g car", ("carrots", 500)),
        ("500g car", ("carrots", 500)),
        ("2kg car", ("carrots", 2000)),
        ("500 g far", ("flour", 1000)),
        ("1 kg far", ("flour", 2000)),
        ("50 cl lait", ("milk", 500)),
        ("1,5 l lait", ("milk", 1500)),
        ("75 cl hui", ("oil", 1000)),
        ("3 x pain", ("bread", 3000)),
        ("3 * pain", ("bread", 3000)),
        ("3x pain", ("bread", 3000)),
        ("2 poul", ("chicken", 2000)),
        ("300 g tomme", ("cheese", 300)),
        ("1 œuf", ("eggs", 1000)),
        ("1 oeu", ("eggs", 1000)),
        ("AIL", ("cheese", 1000)),
        ("campagne pain", ("bread", 1000)),
        ("bœuf tom", ("tomatoes", 1000)),
        ("strassen", ("strasse", 1000)),
        ("  2   car  ", ("carrots", 2000)),
        ("2\u00a0car", ("carrots", 2000)),
        ("7 herbes", ("herbs", 7000)),
    ],
)
def test_what_a_text_means(text: str, expected: tuple[str, int]) -> None:
    first = read(text).rows[0]
    assert said(first) == expected
    assert (first.act, first.before, first.after, first.problem) == (Act.ADD, 0, expected[1], None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 céréales", [("cereals", 5000), ("cereals", 1000)]),
        ("7 herbes", [("herbs", 7000), ("herbs", 1000)]),
        ("5cer", [("cereals", 1000), ("cereals", 5000)]),
        ("1TOM", [("cherry", 1000), ("tomatoes", 1000)]),
    ],
)
def test_two_readings_are_two_rows_one_apart(text: str, expected: list[tuple[str, int]]) -> None:
    assert [said(row) for row in read(text).rows[:2]] == expected


@pytest.mark.parametrize(
    ("text", "held", "act", "before", "after"),
    [
        ("3 tomcb", 2000, Act.ADD, 2000, 5000),
        ("+3 tomcb", 2000, Act.ADD, 2000, 5000),
        ("+ 3 tomcb", 2000, Act.ADD, 2000, 5000),
        ("=3 tomcb", 2000, Act.SET, 2000, 3000),
        ("= 3 tomcb", 0, Act.SET, 0, 3000),
        ("=tomcb", 2000, Act.SET, 2000, 1000),
        ("=1,5 kg tomcb", 2000, Act.SET, 2000, 1500),
        ("0 tomcb", 2000, Act.REMOVE, 2000, 0),
        ("=0 tomcb", 2000, Act.REMOVE, 2000, 0),
        ("+0 tomcb", 2000, Act.REMOVE, 2000, 0),
        ("0 kg tomcb", 2000, Act.REMOVE, 2000, 0),
        ("-tomcb", 2000, Act.REMOVE, 2000, 0),
        ("-œ", 2000, Act.REMOVE, 2000, 0),
    ],
)
def test_signs(text: str, held: int, act: Act, before: int, after: int) -> None:
    key = "eggs" if text == "-œ" else "tomatoes"
    row = read(text, {key: held} if held else {}).rows[0]
    assert (NAMES[row.product.id], row.act, row.before, row.after) == (key, act, before, after)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem.NOTHING_TYPED),
        ("   ", Problem.NOTHING_TYPED),
        ("3", Problem.NO_PRODUCT),
        ("1,5", Problem.NO_PRODUCT),
        ("1 1/2", Problem.NO_PRODUCT),
        ("3 cl", Problem.NO_PRODUCT),
        ("+", Problem.NO_PRODUCT),
        ("=", Problem.NO_PRODUCT),
        ("-", Problem.NO_PRODUCT),
        ("=3", Problem.NO_PRODUCT),
        ("1, car", Problem.BROKEN_NUMBER),
        ("1,2345 car", Problem.BROKEN_NUMBER),
        ("2/3 car", Problem.BROKEN_NUMBER),
        ("1e3 tom", Problem.NOT_FOUND),
        ("12345 car", Problem.NOT_FOUND),
        ("٣ car", Problem.NOT_FOUND),
        ("xyz", Problem.NOT_FOUND),
        ("-2 tom", Problem.REMOVE_SOME),
        ("-tom", Problem.NOT_IN_BASKET),
        ("0 tom", Problem.NOT_IN_BASKET),
        ("-!", Problem.NOT_FOUND),
        ("- tom", Problem.DASH),
    ],
)
def test_what_stores_nothing(text: str, problem: Problem) -> None:
    readings = read(text, {"eggs": 1000})
    assert (readings.rows, readings.problem) == ((), problem)


def test_a_line_taken_out_of_a_change_cannot_be_taken_out_again() -> None:
    assert read("0 tomcb", {"tomatoes": 0}).problem is Problem.NOT_IN_BASKET


def test_a_dash_and_a_space_may_be_a_six_without_shift() -> None:
    rest = read("- tom", {"tomatoes": 1000}).rest
    assert rest == "tom"
    assert dash_answer(rest, "6") == "6 tom"
    assert dash_answer(rest, " 0 ") == "0 tom"
    assert dash_answer(rest, "60") is None
    assert said(read(dash_answer(rest, "6") or "").rows[0])[1] == 6000


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2 kg pain", Problem.WRONG_UNIT),
        ("2 l car", Problem.WRONG_UNIT),
        ("2 kg poul", Problem.WRONG_UNIT),
        ("1 kg oeufs", Problem.WRONG_UNIT),
        ("1,5 pain", Problem.WHOLE_ONLY),
        ("1/2 poul", Problem.WHOLE_ONLY),
        ("300 g far", Problem.WHOLE_ONLY),
        ("=1,5 pain", Problem.WHOLE_ONLY),
    ],
)
def test_a_wrong_unit_or_a_part_of_a_whole_is_said_and_not_taken(text: str, problem: Problem) -> None:
    row = read(text).rows[0]
    assert (row.problem, row.after) == (problem, row.before)


def test_a_unit_is_one_only_before_a_space_and_if_the_rest_is_found() -> None:
    assert said(read("2 kgk").rows[0]) == ("kiwi", 2000)
    assert said(read("2 kilo").rows[0]) == ("kiwi", 2000)
    assert said(read("2 l ail").rows[0]) == ("cheese", 2000)
    # What is sold by weight comes before what is not.
    offer = Offer([Offered(PRODUCTS["bread"], member_usual=9), Offered(product(20, "Pain noir", **KG))])
    assert [row.product.name for row in read_line("2 kg pain", offer, {}).rows][:1] == ["Pain noir"]


def test_rank_is_reference_first_word_any_word_reference_beginning_then_usual() -> None:
    named = [
        Offered(product(1, "Sel", "TOM")),
        Offered(product(2, "Tomates"), group_usual=1),
        Offered(product(3, "Tomates anciennes"), member_usual=1),
        Offered(product(4, "Tomates vertes")),
        Offered(product(5, "Sauce tomate"), member_usual=9),
        Offered(product(6, "Poivre", "TOMX"), member_usual=99),
    ]
    assert [o.product.id for o in Offer(named).find("tom")] == [1, 3, 2, 4, 5, 6]


def test_an_unusual_quantity_is_doubtful() -> None:
    assert not read("200 car").rows[0].doubtful
    assert read("201 car").rows[0].doubtful
    assert read("=201 car").rows[0].doubtful
    assert read("101 car", {"carrots": 100_000}).rows[0].doubtful
    assert Offer([Offered(PRODUCTS["bread"])]).doubtful(11, 101_000)
    assert not Offer([Offered(PRODUCTS["bread"])]).doubtful(11, 100_000)


def test_units_are_turned_into_the_products_own() -> None:
    assert converted(PRODUCTS["carrots"], 1500, "") == 1500
    assert converted(PRODUCTS["carrots"], 333_000, "g") == 333
    assert converted(PRODUCTS["flour"], 1000, "kg") == 2000
    assert converted(PRODUCTS["milk"], 33_000, "cl") == 330
    assert converted(PRODUCTS["milk"], 1000, "kg") is None


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=12)
LIKELY = st.lists(
    st.one_of(WORDS, st.sampled_from(["1", "7", "1/2", "5", "kg", "x", "-", "=", "+", "0", "de", "l'ail", "1,5", "%"])),
    min_size=1,
    max_size=4,
).map(lambda words: " ".join(" ".join(words).split()))


@settings(max_examples=150, deadline=None)
@given(LIKELY.filter(lambda name: bool(folded_words(name))))
def test_any_product_is_reached_by_its_full_name(name: str) -> None:
    wanted = product(99, name)
    offer = Offer([*(Offered(p) for p in PRODUCTS.values()), Offered(wanted)])
    for text in (name, f"1 {name}"):
        found = [row for row in read_line(text, offer, {}).rows if row.product.id == 99]
        assert any(row.after == 1000 and row.act is Act.ADD and row.problem is None for row in found), text


GOODS = (
    "Tomates", "Œufs", "Crème fraîche", "Fromage", "Jus de pomme", "Farine", "Pommes", "Courge", "Miel",
    "Pomodori", "Uova", "Olio d’oliva", "Formaggio", "Succo di mela", "Farina", "Mele", "Caffè", "Zucca",
    "Tomatoes", "Eggs", "Cream", "Cheese", "Apple juice", "Flour", "Apples", "Jam", "Honey",
)  # fmt: skip
WHICH = (
    "cœur de bœuf", "cerise", "au lait cru", "1 kg", "x 6", "12 pièces", "n° 5", "1/2", "T80", "6 mois",
    "datterini", "dell’orto", "da 500 g", "di capra", "7 cereali", "l’agresto", "+ noci", "00", "3 kg", "0,75 l",
    "cherry", "free-range", "of the day", "2 lb", "50 cl", "half-fat", "- mild", "No 1", "kg", "(organic)",
)  # fmt: skip
NAMES_OF = st.tuples(
    st.sampled_from(["", "5 ", "7 ", "1/2 ", "12 x "]), st.sampled_from(GOODS), st.sampled_from(["", *WHICH])
).map(lambda parts: f"{parts[0]}{parts[1]} {parts[2]}".strip())


@settings(max_examples=30)
@given(names=st.lists(NAMES_OF, min_size=5, max_size=40, unique_by=lambda name: fold(name)))
def test_every_product_of_a_catalogue_in_three_languages_is_reached_by_its_name(names: list[str]) -> None:
    """As it stands in the catalogue or in capitals without accents; before it come only those that answer to it too."""
    sold = [KG if number % 3 else {} for number in range(len(names))]
    offer = Offer(Offered(product(n, name, f"REF{n}", **sold[n])) for n, name in enumerate(names))
    for number, name in enumerate(names):
        alike = {o.product.id for o in offer.find(name)}
        for text in (name, fold(name).upper()):
            for typed in (text, f"1 {text}", f"+{text}"):
                rows = read_line(typed, offer, {}).rows
                found = [place for place, row in enumerate(rows) if row.product.id == number and row.quantity == 1000]
                assert found, typed
                assert rows[found[0]].problem is None
                assert found[0] <= len(alike) + 2, typed
            rows = read_line(f"={text}", offer, {number: 3000}).rows
            assert any((row.product.id, row.act, row.after) == (number, Act.SET, 1000) for row in rows)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30))
def test_no_text_is_too_strange(text: str) -> None:
    readings = read(text, {"tomatoes": 1000})
    assert bool(readings.rows) != bool(readings.problem)
    for row in readings.rows:
        assert row.after >= 0
        assert row.problem is not None or not row.product.whole_only or row.after % 1000 == 0
