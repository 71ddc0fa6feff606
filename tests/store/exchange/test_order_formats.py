"""The files of orders that other systems write, and ours: each read as what it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import Store
from store.errors import StoreError
from store.exchange.order_export import export_orders
from store.exchange.orders import import_orders
from store.exchange.recognising import look
from store.exchange.report import NEW, ImportReport
from store.exchange.tables import ImportFile
from store.members import Member, Person
from tests.store.exchange.group_file import counts
from tests.store.exchange.shop import SAMPLES, Shop, damaged, fill, order_of

DAY_2019 = """name,productName,price,quantity,fees,total,paid
"GUéRIN Hélène / François","Œufs 6 pièces","2,40","2","","4,80","true"
"MARéCHAL Odette","Tomates "cœur de bœuf" 1 Kg.","3,90","1.5","","5,85","true"
"""
PRO = """orderId,user,userId,userEmail,contractName,quantity,ref,pname,priceHT,priceTTC,VATAmount,VATRate,fees,paid,total,address,zipCode,city,deliveryDate,place,group,groupId
7,GUéRIN Hélène,101,helene.guerin@exemple.fr,Œufs - Ferme du Gué,2,OEU6,Œufs 6 pièces,2.27,2.40,0.13,5.5,0,true,4.80,,44000,Nantes,2026-11-26 18:00:00,Treillières,AMAP,3
8,LE GOFF Jean-Noël,102,jn.legoff@exemple.fr,Œufs - Ferme du Gué,1,OEU6,Œufs 6 pièces,2.27,2.40,0.13,5.5,0,true,2.40,,44119,Treillières,2026-12-03 18:00:00,Treillières,AMAP,3
"""  # noqa: E501
OFN_FR = """Report Title,Commandes et distributeurs

Date de commande,N° Commande,Nom Acheteur,E-mail Acheteur,Tel Acheteur,Ville Acheteur,Référence Produit,Produit,Variante,Quantité,Quantité Max,Coût,Coût de livraison,Méthode de paiement,Distributeur
2026-11-19 10:02:11,812,Hélène Guérin,helene.guerin@exemple.fr,06 12 34 56 78,Nantes,,Œufs,6 pièces,2,,4.8,0,Espèces,AMAP
2026-11-19 11:40:00,813,Odette Maréchal,pas-de-mail@exemple.fr,02.40.11.22.33,Nantes,,Jus de pomme,75cl,3,,9.3,0,Espèces,AMAP
"""  # noqa: E501
OFN_EN = """Order date,Order Id,Customer Name,Customer Email,Customer Phone,Customer City,SKU,Item name,Variant,Quantity,Max quantity,Cost,Shipping cost,Payment method,Distributor
2026-11-19 10:02:11,812,Hélène Guérin,helene.guerin@exemple.fr,06 12 34 56 78,Nantes,OEU6,Eggs,half dozen,2,,4.8,0,Cash,AMAP
"""  # noqa: E501
CYCLE_EN = """Hub,Customer,Email,Phone,Producer,Product,Variant,Quantity,Item (€),Item + Fees (€),Total (€),Paid,SKU,Order number,Date
AMAP,Hélène Guérin,helene.guerin@exemple.fr,06 12 34 56 78,Producer of Œufs - Ferme du Gué,Œufs,6 pièces,2,4.8,5.0,,true,,R1,2026-11-19 10:02:11
AMAP,Hélène Guérin,,,,,,,4.8,5.0,5.0,true,,R1,2026-11-19 10:02:11
"""  # noqa: E501
CYCLE_FR = """Boutique,Client,Email,n° tel,Producteur,Produit,Variante,Quantité,Coût produits (€),Coût produits + Marge (€),Référence Produit
AMAP,Hélène Guérin,helene.guerin@exemple.fr,06 12 34 56 78,Vergers & Co,Jus de pomme,75cl,2,6.0,6.4,
"""  # noqa: E501


@pytest.fixture
def shop(store: Store) -> Shop:
    return fill(store)


@pytest.fixture
def take(store: Store, shop: Shop):
    """Import a text as a file of orders into the shop's distribution."""

    def import_text(text: str | bytes, **options: object) -> ImportReport:
        file = ImportFile(Path("orders.csv"), text.encode() if isinstance(text, str) else text)
        return import_orders(store, file, **{"distribution_id": shop.distribution, **options})

    return import_text


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        (DAY_2019, "cagette-2019", (2, 0, 0, 0, 0)),
        (OFN_FR, "ofn-orders", (2, 0, 0, 0, 0)),
        (OFN_EN, "ofn-orders", (1, 0, 0, 0, 0)),
        (CYCLE_EN, "ofn-cycle", (1, 0, 0, 0, 0)),
        (CYCLE_FR, "ofn-cycle", (1, 0, 0, 0, 0)),
        (PRO, "cagette-pro", (1, 0, 0, 0, 1)),
    ],
)
def test_each_systems_file_twice(store: Store, take, text: str, known: str, expected: tuple[int, ...]):
    assert look(store, ImportFile(Path("x.csv"), text.encode())).format == known
    report = take(text)
    assert (report.format, counts(report), report.questions) == (known, expected, [])
    number = store.change_number()
    assert counts(take(text)) == (0, 0, expected[0], 0, expected[4])
    assert store.change_number() == number


def test_a_windows_file_is_read(take):
    assert counts(take(DAY_2019.encode("cp1252"))) == (2, 0, 0, 0, 0)


def test_the_open_food_networks_cost_is_that_of_the_line(store: Store, take):
    take(OFN_FR)
    order = order_of(store, "Odette Maréchal")
    assert [(line.quantity, line.price, line.amount) for line in order.lines] == [(3000, 310, 930)]
    assert order.ordered_on == date(2026, 11, 19)


def test_two_of_one_name_are_two_questions(store: Store, take):
    row = "2026-11-19 10:02:11,812,Paul Durand,{email},,Nantes,OEU6,Eggs,,1,,2.4,0,Cash,AMAP\n"
    text = OFN_EN.splitlines(keepends=True)[0] + row.format(email="a@exemple.fr") + row.format(email="b@exemple.fr")
    report = take(text)
    assert [question.text for question in report.questions] == ["Paul Durand", "Paul Durand"]
    answers = {("member", question.key): NEW for question in report.questions}
    assert counts(take(text, answers=answers)) == (2, 0, 0, 0, 0)
    emails = {person.email for id_ in range(8, 10) for person in store.members.get(id_).people}
    assert emails == {"a@exemple.fr", "b@exemple.fr"}
    assert counts(take(text)) == (0, 0, 2, 0, 0)


def test_an_order_of_another_day_is_a_bad_row(take):
    (row,) = [row for row in take(PRO).details if row.what == "bad"]
    assert (row.line, row.reason, row.value) == (3, "other_day", "2026-12-03")


def test_a_file_that_names_its_only_day_needs_no_distribution(take):
    lines = PRO.splitlines(keepends=True)
    assert counts(take("".join(lines[:2]), distribution_id=None)) == (1, 0, 0, 0, 0)


def test_a_variant_that_is_no_size_is_asked_about(take):
    text = OFN_EN.replace("OEU6,Eggs,half dozen", ",Œufs,boîte")
    (question,) = take(text).questions
    assert (question.kind, question.text) == ("product", "Œufs boîte")
    assert len(question.candidates) == 1


def test_any_table_by_a_mapping_that_is_remembered(store: Store, shop: Shop, take):
    text = "Qui\tQuoi\tCombien\nMaréchal Odette\tOEU6\t3\nLe Goff Jean-Noël\tPoulet fermier\t2\n"
    mapping = ("member", "product", "quantity")
    assert counts(take(text.replace("OEU6", "Œufs"), mapping=mapping)) == (2, 0, 0, 0, 0)
    assert counts(take(text.replace("OEU6", "Œufs"))) == (0, 0, 2, 0, 0)
    (chicken,) = order_of(store, "Le Goff").lines
    assert (chicken.quantity, chicken.price, chicken.amount, chicken.estimated) == (2000, 1200, 4320, True)


def test_a_weight_in_a_table_of_ones_own_is_a_weight(store: Store, take):
    take("Qui;Quoi;Combien\nMaréchal Odette;Poulet fermier;1,912\n", mapping=("member", "product", "quantity"))
    (chicken,) = order_of(store, "Odette Maréchal").lines
    assert (chicken.quantity, chicken.amount, chicken.estimated) == (1000, 2294, False)


BY_PRODUCT = """Quantité;Produit;Référence;priceHT;priceTTC;totalHT;totalTTC
"2";"Œufs 6 pièces";"OEU6";"2,27";"2,40";"4,55";"4,80"
"{tomatoes}";"Tomates "cœur de bœuf" 1 Kg.";"";"3,70";"3,90";"5,55";"5,85"
"1,84";"Poulet fermier";"";"11,85";"12,50";"21,74";"22,94"
"""


def test_sums_by_product_are_compared_and_never_stored(store: Store, shop: Shop, take):
    import_orders(
        store,
        ImportFile(Path("x.csv"), (SAMPLES / "cagette_whole_day.csv").read_bytes()),
        distribution_id=shop.distribution,
    )
    number = store.change_number()
    report = take(BY_PRODUCT.format(tomatoes="1,5"))
    assert (report.format, counts(report)) == ("cagette-by-product", (0, 0, 3, 0, 0))
    report = take(BY_PRODUCT.format(tomatoes="2"))
    assert counts(report) == (0, 0, 2, 1, 0)
    (row,) = report.details
    assert (row.line, row.name, row.reason) == (3, 'Tomates "cœur de bœuf"', "differs")
    assert [(c.field, c.before, c.after) for c in row.changes] == [("quantity", "1.5", "2")]
    assert store.change_number() == number


def test_sums_by_product_under_the_names_of_suppliers(store: Store, shop: Shop, take):
    text = (
        "Quantité;Produit;Référence;priceHT;priceTTC;totalHT;totalTTC\n"
        '"";"Vergers & Co";"";"";"";"";""\n'
        '"6";"Jus de pomme 75 cl.";"";"2,84";"3";"17,06";"18"\n'
        '"";"";"";"";"";"17,06";"18"\n'
        '"";"";"";"";"";"";""\n'
        '"";"Savonnerie";"";"";"";"";""\n'
        '"1";"Shampoing 100 g.";"";"4,27";"4,50";"4,27";"4,50"\n'
    )
    take((SAMPLES / "cagette_whole_day.csv").read_bytes())
    report = take(text)
    assert counts(report) == (0, 0, 1, 2, 0)
    assert [(row.line, row.name, row.reason) for row in report.details] == [
        (0, 'Savon "brut"; lavande', "differs"),
        (7, "Shampoing 100 g.", "product"),
    ]


def everything(store: Store, distribution: int) -> list[tuple[object, ...]]:
    with store.reading() as t:
        return [
            tuple(row)
            for row in t.all(
                """SELECT o.member_id, o.channel, o.note, o.ordered_on, l.product_id, l.quantity, l.price, l.cost,
                l.amount, l.settled_weight, l.estimated FROM orders o JOIN order_lines l ON l.order_id = o.id
                WHERE o.distribution_id = ? AND o.state = 'confirmed' ORDER BY o.member_id, l.product_id""",
                (distribution,),
            )
        ]


def test_our_own_export_comes_back_without_loss(store: Store, shop: Shop, take):
    take((SAMPLES / "cagette_whole_day.csv").read_bytes())
    formula = store.members.add(Member(people=(Person("=cmd()", "+Prix [/]"),)))
    basket = store.orders.open_basket(formula, shop.distribution)
    store.orders.note(basket.id, "- after 18:00; =not a formula")
    store.orders.drop(basket.id)
    store.orders.record(formula, shop.distribution, [(shop.products["chicken"], 2000), (shop.products["eggs"], 1000)])
    with store.writing() as t:
        t.execute("UPDATE orders SET note = '- after 18:00; =x' WHERE member_id = ?", (formula,))
    made = export_orders(store, shop.distribution)
    assert made.name == "orders-2026-11-26.csv"
    assert b"'=cmd()" in made.content or b"'+Prix" in made.content
    before, number = everything(store, shop.distribution), store.change_number()
    assert counts(take(made.content, distribution_id=None)) == (0, 0, made.rows, 0, 0)
    assert store.change_number() == number
    with store.writing() as t:
        t.execute("DELETE FROM order_changes")
        t.execute("DELETE FROM orders")
    assert counts(take(made.content)) == (made.rows, 0, 0, 0, 0)
    assert everything(store, shop.distribution) == before


def test_our_own_orders_of_another_group_find_members_by_name(store: Store, shop: Shop, take):
    take((SAMPLES / "cagette_whole_day.csv").read_bytes())
    made = export_orders(store, shop.distribution)
    text = made.content.decode("utf-8-sig").replace(f"26;{store.members.resolve('Odette')};", "26;99999;")
    assert counts(take(text)) == (0, 0, made.rows, 0, 0)


def test_a_producers_export_has_their_lines_and_no_addresses(store: Store, shop: Shop, take, act_as):
    take((SAMPLES / "cagette_whole_day.csv").read_bytes())
    store.operators.add("gue", "Ferme du Gué", "producer", catalogues=[shop.catalogues["eggs"]])
    made = export_orders(act_as("gue"), shop.distribution)
    text = made.content.decode("utf-8-sig")
    assert made.rows == 1
    assert "Œufs" in text
    assert "Tomates" not in text
    assert "@" not in text


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_file_ends_in_a_fault_or_a_half_import(store: Store, data):
    """Whatever is done to a file: an error in words or a report in which every row is counted; never a half import."""
    if not store.distributions.all():
        fill(store)
    distribution = store.distributions.all()[0].id
    good = data.draw(st.sampled_from([DAY_2019, PRO, OFN_FR, CYCLE_EN, BY_PRODUCT, OWN_DAY]))
    file = damaged(data, good)
    answers = {}
    try:
        dry = import_orders(store, file, distribution_id=distribution, dry_run=True)
        answers = {(q.kind, q.key): NEW for q in dry.questions if data.draw(st.booleans())}
        dry = import_orders(store, file, distribution_id=distribution, dry_run=True, answers=answers)
        report = import_orders(store, file, distribution_id=distribution, answers=answers)
    except StoreError:
        return
    assert counts(report) == counts(dry)
    again = import_orders(store, file, distribution_id=distribution, answers=answers)
    assert (again.new, again.changed) == (0, 0)
    assert again.same == report.new + report.changed + report.same


OWN_DAY = (SAMPLES / "cagette_whole_day.csv").read_text(encoding="utf-8")


def test_products_that_differ_in_size_only_come_back_elsewhere_too(store: Store, shop: Shop, take):
    add, flour = store.catalogues.add_product, shop.catalogues["flour"]
    sizes = [
        add(flour, "Seigle", 200, unit="g", base_quantity=500_000),
        add(flour, "Seigle", 390, unit="kg"),
        add(flour, "Seigle", 410, unit="kg"),
    ]
    yves = store.members.resolve("Le Goff")
    store.orders.record(yves, shop.distribution, [(product, 1000) for product in sizes])
    made = export_orders(store, shop.distribution)
    assert counts(take(made.content)) == (0, 0, 3, 0, 0)
    # Elsewhere ids are others: what only they tell apart is asked, never guessed.
    text = made.content.decode("utf-8-sig")
    for product in sizes:
        text = text.replace(f";{product};", f";{product + 90};")
    report = take(text)
    assert counts(report) == (0, 0, 1, 2, 0)
    assert {id_ for id_, _name in report.questions[0].candidates} == set(sizes[1:])


def test_a_sample_into_a_group_that_has_only_catalogues(store: Store):
    names = (
        "Œufs - Ferme du Gué",
        "Légumes 2026",
        "Farines - Moulin d'Ancenis",
        "Volailles",
        "Vergers & Co",
        "Savonnerie",
    )
    catalogues = [store.catalogues.add_catalogue(name, store.catalogues.add_producer(name), "EUR") for name in names]
    distribution = store.distributions.add(date(2026, 11, 26), "18:00", "19:30", "Treillières", catalogues)
    file = ImportFile(Path("x.csv"), OWN_DAY.encode())
    report = import_orders(store, file, distribution_id=distribution)
    assert counts(report) == (0, 0, 0, 7, 0)
    answers = {(question.kind, question.key): NEW for question in report.questions}
    seen: list[tuple[int, int]] = []
    report = import_orders(
        store, file, distribution_id=distribution, answers=answers, progress=lambda done, of: seen.append((done, of))
    )
    assert (counts(report), seen[-1]) == ((6, 0, 1, 0, 0), (7, 7))
    assert counts(import_orders(store, file, distribution_id=distribution, answers=answers)) == (0, 0, 7, 0, 0)
    assert counts(import_orders(store, file, distribution_id=distribution)) == (0, 0, 7, 0, 0)
    names = {store.members.get(row.id).name for row in store.members.search("", limit=9).rows}
    assert names == {
        "Guérin Hélène & François",
        "Le Goff Jean-Noël",
        "Benali Aïcha / Dupont-Moretti Paul",
        "Maréchal Odette",
    }
    assert order_of(store, "Odette Maréchal").totals == {"EUR": 2294}


def test_a_list_by_product_is_taken_for_orders_unless_products_are_asked_for(store: Store):
    file = ImportFile(Path("x.csv"), BY_PRODUCT.encode())
    assert (look(store, file).kind, look(store, file, "products").kind) == ("orders", "products")


NAMES = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff") | st.sampled_from(";,\"'=+-@ "),
    max_size=12,
).map(lambda text: f"{text}x")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    products=st.lists(
        st.tuples(NAMES, st.sampled_from(["piece", "kg", "g"]), st.sampled_from(["whole", "decimal", "weighed"]))
        .filter(lambda product: product[1:] != ("piece", "weighed")),
        min_size=1, max_size=4, unique_by=lambda product: " ".join(product[0].split()),
    ),
    quantities=st.lists(st.integers(1, 9_000), min_size=4, max_size=4),
    name=NAMES,
)  # fmt: skip
def test_any_order_comes_back_from_our_own_file(store: Store, products, quantities, name):
    number = len(store.catalogues.all())
    catalogue = store.catalogues.add_catalogue(
        f"Catalogue {number}", store.catalogues.add_producer(f"P {number}"), "EUR"
    )
    ids = [
        store.catalogues.add_product(catalogue, text, 199, unit=unit, sold=sold, cost=100)
        for text, unit, sold in products
    ]
    day = store.distributions.add(date(2027, 1, 1), "18:00", "19:30", "Treillières", [catalogue])
    member = store.members.add(Member(people=(Person(name, "Durand"),)))
    lines = [
        (product, quantity if sold != "whole" else quantity * 1000)
        for product, quantity, (_text, _unit, sold) in zip(ids, quantities, products, strict=False)
    ]
    store.orders.record(member, day, lines)
    made, before = export_orders(store, day), everything(store, day)
    file = ImportFile(Path("x.csv"), made.content)
    assert counts(import_orders(store, file, distribution_id=day)) == (0, 0, made.rows, 0, 0)
    with store.writing() as t:
        t.execute("DELETE FROM order_changes")
        t.execute("DELETE FROM orders")
    assert counts(import_orders(store, file, distribution_id=day)) == (made.rows, 0, 0, 0, 0)
    assert everything(store, day) == before
