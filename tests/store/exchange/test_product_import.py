"""Importing products: what is known is changed field by field, nothing of ours is lost, no price of an order moves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import Store
from store.errors import ImportUnreadable, Invalid, NotAllowed, StoreError
from store.exchange.product_export import export_products
from store.exchange.products import import_products
from store.exchange.recognising import look
from store.exchange.report import NEW, ImportReport
from store.exchange.tables import ImportFile, open_file
from store.members import Member, Person
from store.products import Product
from tests.store.conftest import Hands
from tests.store.exchange.group_file import counts
from tests.store.exchange.shop import SAMPLES, damaged, fill

CAMAP_HEADER = (
    "Nom du produit;Prix TTC;Référence unique;Description;Taux de TVA;Quantité ( dans l'unité définie colonne G );"
    "Unité (piece, Kg, g, L, cL, mL);Bio;Vrac;Prix variable selon pesée\n"
)
PRO = """Produit;;;;;;;Offre;;;;;;;
Nom du produit;Réf;Description;Unité;Bio;qt a virgule;Catégorisation;Nom offre;Référence unique;Quantité;Prix H.T;taux de TVA;actif;URL Image;Date Image
Miel de printemps;MIEL;Doux;g;1;0;Miel;Petit pot;MIEL250;250;4,00;5,5;1;;
;;;;;;;Grand pot;MIEL500;500;7,58;5,5;1;;
Farine;FAR;T80;kg;1;1;;;;1;2,00;5.5%;0;;
;;;;;;;;FAR5;5;9;5,5;1;;
"""  # noqa: E501
CAMAP_EXPORT = """Nom;prix TTC;Référence;Description;TVA;Quantité;unit;Agriculture biologique;bulk;Prix variable selon pesée
"Pommes de terre";"1.9";"PDT";"";"5.5";"1";"Kilogram";"true";"true";"false"
"Poulet "fermier"";"12.5";"POUL";"";"5.5";"1.4";"Kilogram";"false";"false";"true"
"Jus";"3";"JUS";"";"5.5";"75";"Centilitre";"false";"false";"false"
"""  # noqa: E501
CAGETTE_EXPORT = """id;Nom;Référence;prix TTC;TVA;catalogId;vendorId;unit;Quantité;actif;image
"91";"Œufs";"OEU6";"2.4";"5.5";"31";"12";"Piece";"6";"true";""
"92";"Botte de radis";"RAD";"1.8";"5.5";"31";"12";"Piece";"1";"false";""
"""
BY_PRODUCT = """Quantité;Produit;Référence;priceHT;priceTTC;totalHT;totalTTC
"12";"Œufs 6 pièces";"OEU6";"2,27";"2,40";"27,30";"28,80"
"5";"Jus de pomme 75 cl.";"";"2,84";"3";"14,22";"15"
"";"";"";"";"";"41,52";"43,80"
"""


@pytest.fixture
def catalogue(store: Store) -> int:
    return store.catalogues.add_catalogue("Légumes du Gué", store.catalogues.add_producer("Ferme du Gué"), "EUR")


@pytest.fixture
def take(store: Store, catalogue: int):
    """Import a text as a file of products into the catalogue."""

    def import_text(text: str | bytes, **options: object) -> ImportReport:
        file = ImportFile(Path("products.csv"), text.encode() if isinstance(text, str) else text)
        return import_products(store, file, **{"catalogue_id": catalogue, **options})

    return import_text


def everything(store: Store) -> dict[str, Product]:
    return {p.name: p for p in store.catalogues.products(inactive=True)}


def sold(product: Product) -> tuple[object, ...]:
    """What the product is, in short."""
    return (
        product.reference, product.unit, product.base_quantity, product.price, product.sold.value,
        product.estimated_weight,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "known", "new"),
    [
        ((SAMPLES / "products_cagette.csv").read_bytes(), "cagette-products", 3),
        ((SAMPLES / "products_camap.csv").read_bytes(), "camap-products", 4),
        (PRO.encode(), "cagette-pro-products", 4),
        (PRO.encode("cp1252"), "cagette-pro-products", 4),
        (CAMAP_EXPORT.encode(), "camap-products-export", 3),
        (CAGETTE_EXPORT.encode(), "cagette-products-export", 2),
        (BY_PRODUCT.encode(), "cagette-by-product", 2),
    ],
)
def test_each_systems_file_twice(store: Store, take, content: bytes, known: str, new: int):
    assert look(store, ImportFile(Path("x.csv"), content), "products").format == known
    assert counts(take(content, dry_run=True)) == (new, 0, 0, 0, 0)
    assert everything(store) == {}
    report = take(content)
    assert (report.format, counts(report)) == (known, (new, 0, 0, 0, 0))
    before, number = everything(store), store.change_number()
    assert counts(take(content)) == (0, 0, new, 0, 0)
    assert (everything(store), store.change_number()) == (before, number)


def test_what_is_sold_how(store: Store, take):
    take((SAMPLES / "products_camap.csv").read_bytes())
    take((SAMPLES / "products_cagette.csv").read_bytes())
    found = everything(store)
    assert sold(found["Poulet"]) == ("POUL", "kg", 1000, 1250, "weighed", 1400)
    assert sold(found["Jus de pomme"]) == ("JUSPOM", "cl", 75_000, 300, "whole", None)
    assert sold(found["Œufs"]) == ("OEU6", "piece", 6000, 240, "whole", None)
    assert sold(found["Fromage à la coupe"]) == ("FROM", "kg", 1000, 1850, "decimal", None)
    assert (found["Pommes de terre"].stock_kind, found["Pommes de terre"].stock) == ("all", 50_000)
    assert found["Fromage à la coupe"].stock_kind == "none"


def test_sizes_below_a_product_are_products(store: Store, take):
    take(PRO)
    found = everything(store)
    assert sold(found["Miel de printemps Petit pot"]) == ("MIEL250", "g", 250_000, 422, "whole", None)
    assert sold(found["Miel de printemps Grand pot"]) == ("MIEL500", "g", 500_000, 800, "whole", None)
    farines = [p for p in store.catalogues.products(inactive=True) if p.name == "Farine"]
    assert [(p.reference, p.base_quantity, p.price, p.active) for p in farines] == [
        ("FAR", 1000, 211, False),
        ("FAR5", 5000, 950, True),
    ]


def test_what_one_of_a_product_is_waits_while_it_is_ordered(store: Store, catalogue: int, take, hands: Hands):
    eggs = store.catalogues.add_product(catalogue, "Œufs", 220, reference="OEU6", base_quantity=6000)
    day = store.distributions.add(date(2026, 11, 26), "18:00", "19:30", "Halle", [catalogue])
    odette = store.members.add(Member((Person("Odette", "Maréchal"),)))
    store.orders.record(odette, day, [(eggs, 2000)])
    report = take(CAMAP_HEADER + "Œufs;4,80;OEU6;;5,5;12;pièce;1;;\n")
    assert [(row.what, row.reason, row.value) for row in report.details] == [("bad", "ordered", "x6")]
    assert store.catalogues.product(eggs).price == 220
    assert take(CAMAP_HEADER + "Œufs;2,60;OEU6;;5,5;6;pièce;1;;\n").changed == 1
    store.distributions.cancel(day, 1, "")
    assert take(CAMAP_HEADER + "Œufs;4,80;OEU6;;5,5;12;pièce;1;;\n").bad == 1
    hands.at = datetime(2026, 11, 27, tzinfo=UTC)
    assert take(CAMAP_HEADER + "Œufs;4,80;OEU6;;5,5;12;pièce;1;;\n").changed == 1


def test_a_known_product_is_changed_field_by_field_and_loses_nothing(store: Store, catalogue: int, take):
    add = store.catalogues.add_product
    eggs = add(
        catalogue, "ŒUFS", 220, reference="oeu 6", base_quantity=6000, cost=150, stock_kind="distribution",
        stock=40_000, display_order=7,
    )  # fmt: skip
    chicken = add(catalogue, "Poulet", 1250, unit="kg", sold="weighed", estimated_weight=1400)
    report = take(
        CAMAP_HEADER + "Œufs;2,40;OEU6;;5,5;6;pièce;1;;\nPoulet;12.50;POUL;;5,5;1,4;Kg;1;;1\nNavets;2;;;5,5;1;Kg;;1;\n"
    )
    assert counts(report) == (1, 2, 0, 0, 0)
    assert [(row.line, row.name, [(c.field, c.before, c.after) for c in row.changes]) for row in report.details] == [
        (2, "Œufs", [("price", "2.20", "2.40")]),
        (3, "Poulet", [("reference", "", "POUL")]),
        (4, "Navets", []),
    ]
    known = store.catalogues.product(eggs)
    assert (known.name, known.price, known.cost, known.stock_kind, known.stock) == (
        "ŒUFS", 240, 150, "distribution", 40_000,
    )  # fmt: skip
    with store.reading() as t:
        assert t.value("SELECT display_order FROM products WHERE id = ?", (eggs,)) == 7
    assert store.catalogues.product(chicken).reference == "POUL"


def test_what_is_weighed_here_stays_weighed_for_a_system_that_cannot(store: Store, catalogue: int, take):
    chicken = store.catalogues.add_product(
        catalogue, "Poulet", 1250, reference="POUL", unit="kg", sold="weighed", estimated_weight=1400
    )
    text = (SAMPLES / "products_cagette.csv").read_text().splitlines(keepends=True)[0]
    assert counts(take(text + "Poulet;13;POUL;;1;pièce;;1;5,5;\n")) == (0, 1, 0, 0, 0)
    assert sold(store.catalogues.product(chicken)) == ("POUL", "kg", 1000, 1300, "weighed", 1400)
    mapped = ImportFile(Path("x.csv"), "Produit;Prix;Unité;Réf\nPoulet;14;pièce;POUL\n".encode())
    options = {"catalogue_id": catalogue, "mapping": ("name", "price", "unit", "reference")}
    assert counts(import_products(store, mapped, **options)) == (0, 1, 0, 0, 0)
    assert sold(store.catalogues.product(chicken)) == ("POUL", "kg", 1000, 1400, "weighed", 1400)


def test_what_is_weighed_by_the_piece_elsewhere_is_sold_whole(store: Store, catalogue: int, take):
    text = CAMAP_HEADER + "Potiron;3;POT;;5,5;1;pièce;;;1\n"
    assert [(row.what, row.reason) for row in take(text).details] == [("new", "unweighed")]
    assert sold(everything(store)["Potiron"]) == ("POT", "piece", 1000, 300, "whole", None)
    assert counts(take(text)) == (0, 0, 1, 0, 0)
    own = export_products(store).content.decode().replace("whole", "weighed")
    report = import_products(store, ImportFile(Path("x.csv"), own.encode()), catalogue_id=None)
    assert [(row.what, row.reason) for row in report.details] == [("bad", "weighed_unit")]


def test_lines_keep_the_price_they_were_taken_at(store: Store):
    shop = fill(store)
    odette, yves = store.members.resolve("Odette"), store.members.resolve("Le Goff")
    eggs = shop.products["eggs"]
    store.orders.record(odette, shop.distribution, [(eggs, 1000)])
    from store.orders import Entry

    basket = store.orders.open_basket(yves, shop.distribution)
    store.orders.enter(basket.id, Entry("1 oeu6", eggs, 0, 1000))
    file = ImportFile(Path("x.csv"), (CAMAP_HEADER + "Œufs;9;OEU6;;5,5;6;pièce;1;;\n").encode())
    assert counts(import_products(store, file, catalogue_id=shop.catalogues["eggs"])) == (0, 1, 0, 0, 0)
    assert store.catalogues.product(eggs).price == 900
    assert store.orders.get(store.orders.of_member(odette)[0].id).lines[0].price == 250
    assert store.orders.basket(basket.id).lines[0].price == 250
    confirmed = store.orders.confirm(basket.id)
    assert store.orders.get(confirmed.order_id).lines[0].amount == 250


def test_a_product_of_the_same_name_with_another_reference_is_asked_about(store: Store, catalogue: int, take):
    known = store.catalogues.add_product(catalogue, "Navets", 200, reference="NAV", unit="kg")
    text = CAMAP_HEADER + "Navets;2,10;NAVET;;5,5;1;Kg;;;\n"
    report = take(text)
    assert counts(report) == (0, 0, 0, 1, 0)
    (question,) = report.questions
    assert (question.kind, question.key, question.reason, question.candidates) == (
        "product", "navets navet", "reference", ((known, "Navets (1 kg)"),),
    )  # fmt: skip
    assert counts(take(text, answers={("product", question.key): NEW}, dry_run=True)) == (1, 0, 0, 0, 0)
    assert counts(take(text, answers={("product", question.key): known})) == (0, 1, 0, 0, 0)
    assert counts(take(text)) == (0, 0, 1, 0, 0)


def test_bad_rows_are_named_and_the_good_ones_taken(store: Store, take):
    report = take(
        CAMAP_HEADER + "Navets;2;NAV;;5,5;1;Kg;;;\n;2;X;;5,5;1;Kg;;;\nRadis;;RAD;;5,5;1;;;;\nPois;cheap;P;;5,5;1;;;;\n"
        "Ail;1;AIL;;5,5;many;Kg;;;\nNavets ronds;2;nav;;5,5;1;Kg;;;\nBlettes;2;BLE;;5,5;1;botte;;;\n"
    )
    assert counts(report) == (2, 0, 0, 0, 5)
    assert [(row.line, row.what, row.reason, row.value) for row in report.details] == [
        (2, "new", "", ""),
        (3, "bad", "product_name", ""),
        (4, "bad", "price", ""),
        (5, "bad", "price", "cheap"),
        (6, "bad", "base_quantity", "many"),
        (7, "bad", "twice", "2"),
        (8, "new", "unit_unknown", "botte"),
    ]
    assert everything(store)["Blettes"].unit == "piece"
    assert [row[-2:] for row in report.bad_rows[1:]] == [
        ("3", "product_name"),
        ("4", "price"),
        ("5", "price"),
        ("6", "base_quantity"),
        ("7", "twice"),
    ]


def test_what_only_the_caller_can_say(store: Store, take):
    report = take((SAMPLES / "products_camap.csv").read_bytes(), catalogue_id=None)
    assert (report.needs, counts(report)) == (("catalogue",), (0, 0, 0, 0, 0))


def test_columns_are_named_where_their_header_stands(store: Store, take):
    text = "Moulin;d'Ancenis;Prix;2026\nNom du produit;Prix TTC;Prix variable selon pesée\nChou;1,20;2,40\n"
    mapping = ("name", "", "price")
    assert len(look(store, ImportFile(Path("x.csv"), text.encode()), "products").keys) == len(mapping)
    assert counts(take(text, mapping=mapping)) == (1, 0, 0, 0, 0)
    assert everything(store)["Chou"].price == 240


def test_what_columns_are_is_remembered_and_in_the_journal(store: Store, take):
    text = "A;B;C\nChou;1,20;piece\n"
    take(text, mapping=("name", "price", "unit"))
    number = store.change_number()
    assert counts(take(text, mapping=("name", "price", ""))) == (0, 0, 1, 0, 0)
    assert store.change_number() == number + 1
    assert counts(take(text, mapping=("name", "price", ""))) == (0, 0, 1, 0, 0)
    assert store.change_number() == number + 1


def test_any_table_by_a_mapping(store: Store, catalogue: int, take):
    text = "Article,Tarif,Vendu par\nNavets,2.10 €,kg\nRadis,1,botte\n"
    mapping = ("name", "price", "unit")
    assert counts(take(text, mapping=mapping)) == (2, 0, 0, 0, 0)
    assert counts(take(text)) == (0, 0, 2, 0, 0)
    with pytest.raises(Invalid):
        take(text, mapping=("name", "", ""))
    with pytest.raises(ImportUnreadable):
        take("x,y,z\n1,2,3\n")


def test_rights_are_those_of_the_catalogue(store: Store, catalogue: int, act_as):
    other = store.catalogues.add_catalogue("Pain", store.catalogues.add_producer("Fournil"), "EUR")
    store.operators.add("fournil", "Fournil", "producer", catalogues=[other])
    producer, file = act_as("fournil"), open_file(SAMPLES / "products_camap.csv")
    assert counts(import_products(producer, file, catalogue_id=other)) == (4, 0, 0, 0, 0)
    assert export_products(producer).rows == 4
    with pytest.raises(NotAllowed):
        import_products(producer, file, catalogue_id=catalogue)
    with pytest.raises(NotAllowed):
        export_products(producer, [catalogue])


def test_our_own_export_comes_back_without_loss(store: Store, catalogue: int, take):
    add = store.catalogues.add_product
    fill(store)
    add(catalogue, "=SUM(A1) @home", 190, reference="-1+1", cost=100, stock_kind="all", stock=-2500)
    add(catalogue, '\'quoted; "x"', 250, unit="g", base_quantity=125_500, stock_kind="distribution")
    add(catalogue, "Twins", 100)
    add(catalogue, "Twins", 120)
    with store.writing() as t:
        t.execute("UPDATE products SET active = 0 WHERE name = 'Twins' AND price = 120")
    made = export_products(store)
    before = [(p.name, p.version, p) for p in store.catalogues.products(inactive=True)]
    number = store.change_number()
    assert counts(take(made.content, catalogue_id=None)) == (0, 0, made.rows, 0, 0)
    assert store.change_number() == number
    with store.writing() as t:
        t.execute("DELETE FROM products")
    assert counts(take(made.content, catalogue_id=None)) == (made.rows, 0, 0, 0, 0)
    again = export_products(store)
    strip = [line.split(";", 1)[1] for line in made.content.decode().splitlines()]
    assert [line.split(";", 1)[1] for line in again.content.decode().splitlines()] == strip
    assert [p.name for p in store.catalogues.products(inactive=True)] == [name for name, _version, _p in before]


def test_our_own_export_goes_into_another_catalogue(store: Store, catalogue: int, take):
    take((SAMPLES / "products_camap.csv").read_bytes())
    made = export_products(store, [catalogue])
    other = store.catalogues.add_catalogue("Légumes 2027", store.catalogues.add_producer("Autre"), "EUR")
    francs = store.catalogues.add_catalogue("Gemüse", store.catalogues.add_producer("Hof"), "CHF")
    assert counts(take(made.content, catalogue_id=other)) == (4, 0, 0, 0, 0)
    assert counts(take(made.content, catalogue_id=francs)) == (0, 0, 0, 0, 4)


@pytest.fixture
def own(store: Store) -> str:
    """Our own export of a filled group; made once, so that no example depends on what another one has stored."""
    fill(store)
    return export_products(store).content.decode("utf-8-sig")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_file_ends_in_a_fault_or_a_half_import(store: Store, own: str, data):
    """Whatever is done to a file: an error in words or a report in which every row is counted; never a half import."""
    catalogue = store.catalogues.all()[0].id
    good = data.draw(st.sampled_from([PRO, CAMAP_EXPORT, CAGETTE_EXPORT, BY_PRODUCT, own]))
    file = damaged(data, good)
    try:
        dry = import_products(store, file, catalogue_id=catalogue, dry_run=True)
        report = import_products(store, file, catalogue_id=catalogue)
    except StoreError:
        return
    assert counts(report) == counts(dry)
    again = import_products(store, file, catalogue_id=catalogue)
    assert (again.new, again.changed) == (0, 0)


LETTERS = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff") | st.sampled_from(";,\"'=+-@ ")
NAMES = st.text(LETTERS, max_size=12).map(lambda text: f"{text}x")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            NAMES,
            st.sampled_from(["piece", "kg", "g", "l", "cl", "ml"]),
            st.integers(1, 10**8),
            st.integers(0, 10**6),
            st.sampled_from(["whole", "decimal", "weighed"]),
            st.none() | st.integers(1, 10**6),
            st.sampled_from(["none", "all", "distribution"]),
            st.none() | st.integers(-(10**6), 10**6),
        ).filter(lambda row: (row[1], row[4]) != ("piece", "weighed")),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_any_product_comes_back_from_our_own_file(store: Store, rows):
    with store.writing() as t:
        t.execute("DELETE FROM products")
    if not store.catalogues.all():
        store.catalogues.add_catalogue("=Only; one", store.catalogues.add_producer("Producer"), "EUR")
    catalogue = store.catalogues.all()[0].id
    for number, (name, unit, base, price, sold, weight, kind, stock) in enumerate(rows):
        store.catalogues.add_product(
            catalogue, name, price, reference=f"R{number}" if number % 2 else "", unit=unit, base_quantity=base,
            cost=weight, sold=sold, estimated_weight=weight, stock_kind=kind, stock=stock,
        )  # fmt: skip
    made = export_products(store)
    file = ImportFile(Path("x.csv"), made.content)
    assert counts(import_products(store, file, catalogue_id=None)) == (0, 0, len(rows), 0, 0)
    with store.writing() as t:
        t.execute("DELETE FROM products")
    assert counts(import_products(store, file, catalogue_id=None)) == (len(rows), 0, 0, 0, 0)
    rest = [line.split(";", 1)[1:] for line in made.content.decode().splitlines()]
    assert [line.split(";", 1)[1:] for line in export_products(store).content.decode().splitlines()] == rest
