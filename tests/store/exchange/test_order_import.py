"""Importing orders: whose they are, of what, and that a file brought twice changes nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from store import Store
from store.errors import ImportUnreadable, Invalid, NotAllowed, NotFound
from store.exchange.orders import import_orders
from store.exchange.report import NEW, ImportReport
from store.exchange.tables import ImportFile, open_file
from store.members import Member, Person
from tests.store.exchange.group_file import counts
from tests.store.exchange.shop import SAMPLES, Shop, fill, order_of

DAY_HEADER = "userId;userName;productName;Référence;catalogName;catalogId;vendorId;prix TTC;Quantité;frais;total;Payé\n"
ONE_HEADER = "Nom;productName;prix TTC;Quantité;frais;total;Payé\n"


@pytest.fixture
def shop(store: Store) -> Shop:
    return fill(store)


@pytest.fixture
def take(store: Store, shop: Shop):
    """Import a text as a file of orders into the shop's distribution."""

    def import_text(text: str, **options: object) -> ImportReport:
        file = ImportFile(Path("orders.csv"), text.encode())
        return import_orders(store, file, **{"distribution_id": shop.distribution, **options})

    return import_text


def whole_day(store: Store, shop: Shop, **options: object) -> ImportReport:
    file = open_file(SAMPLES / "cagette_whole_day.csv")
    return import_orders(store, file, distribution_id=shop.distribution, **options)


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("LE BRAS Jean-Yves", "Le Bras Jean-Yves"),
        ("Jeanne et Yves Le Bras", "Le Bras Jeanne & Yves"),
        ("de LA TOUR Anne / Luc", "de LA TOUR Anne & Luc"),
        ("Épicerie", "Épicerie"),
    ],
)
def test_who_is_new_is_named_as_members_are(store: Store, take, name: str, listed: str):
    text = f"Qui;Produit;Quantité;Prix\n{name};Œufs;1;2,40\n"
    columns = ("member", "product", "quantity", "price")
    (question,) = take(text, mapping=columns, dry_run=True).questions
    assert counts(take(text, mapping=columns, answers={("member", question.key): NEW})) == (1, 0, 0, 0, 0)
    assert listed in {row.name for row in store.members.search("", limit=99).rows}


def test_who_has_no_name_is_not_whoever_a_line_does_not_name(store: Store, take):
    store.members.add(Member(people=(Person(email="sans.nom@exemple.fr"),)))
    text = "Email;Produit;Quantité;Prix\nautre@exemple.fr;Œufs;1;2,40\n"
    report = take(text, mapping=("email", "product", "quantity", "price"))
    assert (counts(report), [question.candidates for question in report.questions]) == ((0, 0, 0, 1, 0), [()])


def test_a_whole_day_twice(store: Store, shop: Shop):
    report = whole_day(store, shop)
    assert (report.format, counts(report), report.questions) == ("cagette-day", (6, 0, 1, 0, 0), [])
    number = store.change_number()
    assert counts(whole_day(store, shop)) == (0, 0, 7, 0, 0)
    assert store.change_number() == number
    helene = order_of(store, "Hélène Guérin")
    assert [(line.product.id, line.quantity, line.price, line.amount) for line in helene.lines] == [
        (shop.products["eggs"], 2000, 240, 480),
        (shop.products["tomatoes"], 1500, 390, 585),
    ]
    assert (helene.channel, helene.ordered_on) == ("import", date(2026, 11, 21))
    (chicken,) = order_of(store, "Odette Maréchal").lines
    assert (chicken.quantity, chicken.price, chicken.amount, chicken.estimated) == (1000, 1250, 2294, False)
    assert {line.product.id for line in order_of(store, "Aïcha Benali").lines} == {
        shop.products["juice"],
        shop.products["soap"],
    }


def test_a_dry_run_stores_nothing_and_says_the_same(store: Store, shop: Shop):
    number = store.change_number()
    dry = whole_day(store, shop, dry_run=True)
    assert store.change_number() == number
    real = whole_day(store, shop)
    assert (counts(dry), dry.details) == (counts(real), real.details)
    with store.reading() as t:
        assert t.value("SELECT count(*) FROM journal WHERE action = 'orders.imported'") == 1


def test_quantities_are_set_and_nothing_takes_a_line_out(store: Store, shop: Shop, take):
    whole_day(store, shop)
    row = '"101";"GUéRIN Hélène / François";"Œufs 6 pièces";"OEU6";"Œufs - Ferme du Gué";"31";"12";"2,40";"{n}";"";"";""\n'  # noqa: E501
    report = take(DAY_HEADER + row.format(n=5))
    assert counts(report) == (0, 1, 0, 0, 0)
    assert [(c.field, c.before, c.after) for c in report.details[0].changes] == [("quantity", "2", "5")]
    assert [line.quantity for line in order_of(store, "Hélène Guérin").lines] == [5000, 1500]
    assert counts(take(DAY_HEADER + row.format(n=0))) == (0, 1, 0, 0, 0)
    assert [line.product.id for line in order_of(store, "Hélène Guérin").lines] == [shop.products["tomatoes"]]


def test_an_order_of_nothing_but_zeros_is_none(store: Store, shop: Shop, take):
    row = '"103";"MARéCHAL Odette";"Œufs 6 pièces";"OEU6";"Œufs - Ferme du Gué";"31";"12";"2,40";"0";"";"0";"true"\n'
    assert counts(take(DAY_HEADER + row)) == (0, 0, 1, 0, 0)
    assert store.orders.of_distribution(shop.distribution) == ()


def test_rows_of_one_member_and_product_are_one_line(store: Store, shop: Shop, take):
    chicken = '"103";"MARéCHAL Odette";"Poulet fermier";"";"Volailles";"34";"15";"12,50";"{n}";"";"{total}";""\n'
    report = take(DAY_HEADER + chicken.format(n="1.712", total="21,40") + chicken.format(n="1.905", total="23,81"))
    assert counts(report) == (2, 0, 0, 0, 0)
    (line,) = order_of(store, "Odette Maréchal").lines
    assert (line.quantity, line.amount, line.estimated) == (2000, 4521, False)
    with store.reading() as t:
        assert t.value("SELECT settled_weight FROM order_lines") == 3617


def test_a_weight_that_is_only_rounded_is_the_same(store: Store, shop: Shop, take):
    whole_day(store, shop)
    text = ONE_HEADER + "MARéCHAL Odette;Poulet fermier;12,50;1,84;;22,94;\n"
    assert counts(take(text, catalogue_id=shop.catalogues["poultry"])) == (0, 0, 1, 0, 0)
    changed = text.replace("1,84;;22,94", "1,92;;24")
    assert counts(take(changed, catalogue_id=shop.catalogues["poultry"])) == (0, 1, 0, 0, 0)


def test_the_price_of_the_file_is_frozen(store: Store, shop: Shop, take):
    row = "MARéCHAL Odette;Œufs 6 pièces;{price};2;;;\n"
    take(ONE_HEADER + row.format(price="2,10"), catalogue_id=shop.catalogues["eggs"])
    assert order_of(store, "Odette Maréchal").lines[0].price == 210
    report = take(ONE_HEADER + row.format(price="2,35"), catalogue_id=shop.catalogues["eggs"])
    assert [(c.field, c.before, c.after) for c in report.details[0].changes] == [("price", "2.10", "2.35")]
    (line,) = order_of(store, "Odette Maréchal").lines
    assert (line.price, line.amount) == (235, 470)
    assert store.catalogues.product(shop.products["eggs"]).price == 250


def test_a_phone_order_is_kept_where_the_file_does_not_speak_of_it(store: Store, shop: Shop, take):
    odette = store.members.resolve("Odette Maréchal")
    store.orders.record(odette, shop.distribution, [(shop.products["juice"], 2000), (shop.products["eggs"], 1000)])
    take(ONE_HEADER + "MARéCHAL Odette;Œufs 6 pièces;2,40;3;;;\n", catalogue_id=shop.catalogues["eggs"])
    order = order_of(store, "Odette Maréchal")
    assert {line.product.id: line.quantity for line in order.lines} == {
        shop.products["juice"]: 2000,
        shop.products["eggs"]: 3000,
    }
    assert order.channel == "phone"


def test_what_was_weighed_elsewhere_is_an_estimate_again_when_it_is_changed_here(store: Store, shop: Shop):
    whole_day(store, shop)
    odette = store.members.resolve("Odette Maréchal")
    store.orders.record(odette, shop.distribution, [(shop.products["chicken"], 1000)])
    (line,) = order_of(store, "Odette Maréchal").lines
    assert (line.quantity, line.amount, line.estimated) == (2000, 4500, True)


@pytest.mark.parametrize(
    "name",
    [
        "GUéRIN Hélène / François",
        "GUÉRIN Hélène / GUÉRIN François",
        "Guerin Francois / Helene",
        "Hélène Guérin",
        "GUERIN  Hélène & François",
        "BENALI Aïcha / DUPONT-MORETTI Paul",
        "DUPONT-MORETTI Paul",
        "LE GOFF Jean-Noël",
        "d'hervé josé / maria",
    ],
)
def test_members_are_found_by_their_names(shop: Shop, take, name: str):
    report = take(ONE_HEADER + f"{name};Œufs 6 pièces;2,40;1;;;\n", catalogue_id=shop.catalogues["eggs"])
    assert (counts(report), report.questions) == ((1, 0, 0, 0, 0), [])


def test_two_who_answer_to_a_name_are_asked_about(store: Store, shop: Shop, take):
    other = store.members.add(Member(people=(Person("Odette", "Maréchal", phone="06 39 98 00 01"),)))
    text = ONE_HEADER + "MARéCHAL Odette;Œufs 6 pièces;2,40;1;;;\nGUéRIN;Œufs 6 pièces;2,40;1;;;\n"
    report = take(text, catalogue_id=shop.catalogues["eggs"])
    assert counts(report) == (0, 0, 0, 2, 0)
    namesakes, helene_or_francoise = report.questions
    assert (namesakes.kind, namesakes.key, namesakes.text, namesakes.reason, namesakes.lines) == (
        "member", "marechal odette", "MARéCHAL Odette", "several", (2,),
    )  # fmt: skip
    assert {id_ for id_, _name in namesakes.candidates} == {other, other - 5}
    assert [name for _id, name in helene_or_francoise.candidates] == ["Guérin Hélène & François", "Guérin Françoise"]
    answers = {("member", namesakes.key): other, ("member", helene_or_francoise.key): NEW}
    assert counts(take(text, catalogue_id=shop.catalogues["eggs"], answers=answers)) == (2, 0, 0, 0, 0)
    assert len(store.orders.of_member(other)) == 1
    with store.reading() as t:
        assert t.value("SELECT last_name FROM people ORDER BY member_id DESC LIMIT 1") == "Guérin"
    # The same file next week: nothing is asked again, nothing changes.
    number = store.change_number()
    assert counts(take(text, catalogue_id=shop.catalogues["eggs"])) == (0, 0, 2, 0, 0)
    assert counts(take(text, catalogue_id=shop.catalogues["eggs"], answers=answers)) == (0, 0, 2, 0, 0)
    assert store.change_number() == number


def test_an_id_that_says_another_name_is_asked_about(shop: Shop, take):
    row = '"101";"MARéCHAL Odette";"Œufs 6 pièces";"OEU6";"Œufs - Ferme du Gué";"31";"12";"2,40";"1";"";"";""\n'
    report = take(DAY_HEADER + row)
    assert counts(report) == (0, 0, 0, 1, 0)
    names = {name for _id, name in report.questions[0].candidates}
    assert names == {"Guérin Hélène & François", "Maréchal Odette"}


def test_an_archived_member_is_asked_about(store: Store, shop: Shop, take):
    odette = store.members.resolve("Odette Maréchal")
    store.members.archive(odette)
    text = ONE_HEADER + "MARéCHAL Odette;Œufs 6 pièces;2,40;1;;;\n"
    report = take(text, catalogue_id=shop.catalogues["eggs"])
    assert [(q.reason, q.candidates) for q in report.questions] == [("archived", ((odette, "Maréchal Odette"),))]
    assert store.orders.of_distribution(shop.distribution) == ()


def test_sizes_tell_products_of_one_name_apart(store: Store, shop: Shop, take):
    add, flour = store.catalogues.add_product, shop.catalogues["flour"]
    small = add(flour, "Farine de seigle", 190, unit="g", base_quantity=500_000)
    large = add(flour, "Farine de seigle", 1500, unit="kg", base_quantity=10_000_000 // 1000)
    text = ONE_HEADER + "".join(
        f"MARéCHAL Odette;Farine de seigle {size};2,00;1;;;\n" for size in ("0,5 Kg.", "10 Kg.", "25 Kg.")
    )
    report = take(text, catalogue_id=flour)
    assert counts(report) == (2, 0, 0, 1, 0)
    assert {line.product.id for line in order_of(store, "Odette Maréchal").lines} == {small, large}
    (question,) = report.questions
    assert (question.kind, question.text, {i for i, _n in question.candidates}) == (
        "product", "Farine de seigle 25 Kg.", {small, large},
    )  # fmt: skip


def test_a_new_product_is_made_only_when_somebody_says_so(store: Store, shop: Shop, take):
    text = ONE_HEADER + (
        "MARéCHAL Odette;Courge 1 Kg.;2,50;1,5;;3,75;\n"
        "LE GOFF Jean-Noël;Courge 1 Kg.;2,50;1;;2,50;\n"
        "MARéCHAL Odette;Rôti;18,00;1,235;;22,23;\n"
        "MARéCHAL Odette;Miel 500 g.;6;2;;12;\n"
    )
    veg = shop.catalogues["veg"]
    report = take(text, catalogue_id=veg)
    assert counts(report) == (0, 0, 0, 4, 0)
    assert len(store.catalogues.products([veg])) == 1
    answers = {("product", question.key): NEW for question in report.questions}
    assert counts(take(text, catalogue_id=veg, answers=answers)) == (4, 0, 0, 0, 0)
    made = {p.name: (p.unit, p.base_quantity, p.price, p.sold.value) for p in store.catalogues.products([veg])}
    assert made["Courge"] == ("kg", 1000, 250, "decimal")
    assert made["Rôti"] == ("kg", 1000, 1800, "weighed")
    assert made["Miel"] == ("g", 500_000, 600, "whole")
    number = store.change_number()
    assert counts(take(text, catalogue_id=veg)) == (0, 0, 4, 0, 0)
    assert store.change_number() == number


def test_an_unknown_catalogue_is_asked_and_remembered(store: Store, shop: Shop, take):
    text = (
        DAY_HEADER
        + '"103";"MARéCHAL Odette";"Œufs 6 pièces";"OEU6";"Ferme du Gué 2027";"99";"12";"2,40";"1";"";"";""\n'
    )
    (question,) = take(text).questions
    assert (question.kind, question.key) == ("catalogue", "ferme du gue 2027")
    assert question.candidates[0][0] == shop.catalogues["eggs"]
    assert counts(take(text, answers={("catalogue", question.key): shop.catalogues["eggs"]})) == (1, 0, 0, 0, 0)
    assert counts(take(text)) == (0, 0, 1, 0, 0)


def test_a_catalogue_that_is_named_once_is_the_one_that_is_said(shop: Shop, take):
    text = DAY_HEADER + '"103";"MARéCHAL Odette";"Œufs 6 pièces";"OEU6";"Whatever";"99";"12";"2,40";"1";"";"";""\n'
    assert counts(take(text, catalogue_id=shop.catalogues["eggs"])) == (1, 0, 0, 0, 0)


def test_a_catalogue_that_is_not_offered_is_a_clear_reason(store: Store, shop: Shop):
    day = store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Treillières", [shop.catalogues["eggs"]])
    report = import_orders(store, open_file(SAMPLES / "cagette_whole_day.csv"), distribution_id=day)
    assert counts(report) == (1, 0, 1, 0, 5)
    bad = [row for row in report.details if row.what == "bad"]
    assert {(row.reason, row.value) for row in bad} == {
        ("not_offered", "Légumes 2026"),
        ("not_offered", "Farines - Moulin d'Ancenis"),
        ("not_offered", "Volailles"),
        ("not_offered", "Vergers & Co"),
        ("not_offered", "Savonnerie"),
    }
    assert report.bad_rows[0][-2:] == ("line", "reason")
    assert report.bad_rows[1][1] == "GUéRIN Hélène / François"
    assert report.bad_rows[1][-2:] == ("3", "not_offered")


def test_what_only_the_caller_can_say(store: Store, shop: Shop, take):
    assert whole_day(store, Shop({}, {}, None)).needs == ("distribution",)  # type: ignore[arg-type]
    one = ONE_HEADER + "MARéCHAL Odette;Œufs 6 pièces;2,40;1;;;\n"
    report = take(one)
    assert (report.needs, counts(report)) == (("catalogue",), (0, 0, 0, 0, 0))
    assert take(one, distribution_id=None).needs == ("distribution", "catalogue")
    day = store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Treillières", [shop.catalogues["eggs"]])
    assert counts(take(one, distribution_id=day)) == (1, 0, 0, 0, 0)


def test_orders_are_late_only_after_our_own_recap(store: Store, shop: Shop, take, hands):
    hands.at = hands.at.replace(month=12)
    eggs = shop.catalogues["eggs"]
    text = ONE_HEADER + "MARéCHAL Odette;Œufs 6 pièces;2,40;{n};;;\n"
    take(text.format(n=1), catalogue_id=eggs)
    assert not order_of(store, "Odette Maréchal").lines[0].late
    store.distributions.mark_recap_sent(shop.distribution, eggs)
    take(text.format(n=2), catalogue_id=eggs)
    assert order_of(store, "Odette Maréchal").lines[0].late
    assert [(line.before, line.after) for line in store.orders.late_lines(shop.distribution)] == [(1000, 2000)]


def test_past_orders_are_of_their_day(store: Store, shop: Shop, take, hands):
    hands.at = hands.at.replace(month=12)
    take(ONE_HEADER + "MARéCHAL Odette;Œufs 6 pièces;2,40;1;;;\n", catalogue_id=shop.catalogues["eggs"])
    assert order_of(store, "Odette Maréchal").ordered_on == date(2026, 11, 26)


def test_stock_is_taken_as_by_confirming(store: Store, shop: Shop, take):
    with store.writing() as t:
        t.execute("UPDATE products SET stock_kind = 'all', stock = 10000 WHERE id = ?", (shop.products["eggs"],))
    text = ONE_HEADER + "MARéCHAL Odette;Œufs 6 pièces;2,40;{n};;;\n"
    for n, left in ((4, 6000), (4, 6000), (1, 9000), (0, 10_000), (12, -2000), (11, -1000)):
        foreseen = take(text.format(n=n), catalogue_id=shop.catalogues["eggs"], dry_run=True).short
        assert take(text.format(n=n), catalogue_id=shop.catalogues["eggs"]).short == foreseen
        assert store.catalogues.product(shop.products["eggs"]).stock == left
        assert foreseen == (["Œufs"] if n == 12 else [])


def test_a_producer_imports_their_own_lines_only(store: Store, shop: Shop, act_as):
    store.operators.add("gue", "Ferme du Gué", "producer", catalogues=[shop.catalogues["eggs"]])
    store.operators.add("anne", "Anne", "writer")
    producer = act_as("gue")
    report = import_orders(producer, open_file(SAMPLES / "cagette_whole_day.csv"), distribution_id=shop.distribution)
    assert counts(report) == (1, 0, 1, 0, 5)
    assert {row.reason for row in report.details if row.what == "bad"} == {"not_allowed"}
    with pytest.raises(NotAllowed):
        import_orders(act_as("anne"), open_file(SAMPLES / "cagette_whole_day.csv"), distribution_id=shop.distribution)


def test_bad_rows_are_named_and_the_good_ones_taken(shop: Shop, take):
    text = ONE_HEADER + (
        "MARéCHAL Odette;Œufs 6 pièces;2,40;two;;;\n"
        "MARéCHAL Odette;Œufs 6 pièces;2,40;-1;;;\n"
        ";Œufs 6 pièces;2,40;1;;;\n"
        "MARéCHAL Odette;;2,40;1;;;\n"
        "MARéCHAL Odette;Œufs 6 pièces;cheap;1;;;\n"
        "MARéCHAL Odette;Œufs 6 pièces\n"
        'MARéCHAL Odette;"Œufs 6 pièces;2,40;1;;;\n'
        "LE GOFF Jean-Noël;Œufs 6 pièces;2,40;1,5;;;\n"
        "LE GOFF Jean-Noël;Œufs 6 pièces;2,40;2;;;\n"
        "LE GOFF Jean-Noël;Œufs 6 pièces;2,50;2;;;\n"
    )
    report = take(text, catalogue_id=shop.catalogues["eggs"])
    assert counts(report) == (1, 0, 0, 0, 9)
    assert [(row.line, row.reason, row.value) for row in report.details if row.what == "bad"] == [
        (2, "quantity", "two"),
        (3, "quantity", "-1"),
        (4, "member", ""),
        (5, "product", ""),
        (6, "price", "cheap"),
        (7, "cells", "2/7"),
        (8, "quotes", ""),
        (9, "whole_only", "Œufs"),
        (11, "two_prices", "10"),
    ]
    assert len(report.bad_rows) == 10


def test_a_cancelled_distribution_or_an_unknown_header_is_refused(store: Store, shop: Shop, take):
    with store.writing() as t:
        t.execute("UPDATE distributions SET cancelled_at = ? WHERE id = ?", (t.stamp, shop.distribution))
    with pytest.raises(Invalid):
        whole_day(store, shop)
    with pytest.raises(ImportUnreadable):
        take("a;b\n1;2\n")
    with pytest.raises(NotFound):
        take(ONE_HEADER, catalogue_id=99)
    with pytest.raises(NotFound):
        take("a;b\n1;2\n".replace("a;b", ONE_HEADER.strip()), distribution_id=99)
