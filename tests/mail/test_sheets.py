"""What is printed: every list fits 80 columns in every language, however long names and sums are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mail.sheets import LISTS, export_list
from store.errors import Invalid
from store.exchange.list_export import GROUPINGS
from store.handle import Store
from store.members import Member, Person
from templates.words import LANGUAGES, speaking
from templates.words.cells import width


@pytest.fixture
def day(store: Store) -> int:
    """A distribution with long names, two currencies and sums of five figures; last week's was by phone, too."""
    catalogues = store.catalogues
    day = store.clock.today()
    cheese, bread = (
        catalogues.add_catalogue(name, catalogues.add_producer(f"{name}, groupement agricole"), currency)
        for name, currency in (("Fromages fermiers de la vallée de la Sèvre nantaise", "EUR"), ("Pain", "CHF"))
    )
    places = [(day - timedelta(days=7), "Nantes"), (day + timedelta(days=1), "Salle polyvalente Simone-de-Beauvoir")]
    past, next_ = (store.distributions.add(when, "08:00", "19:30", where, [cheese, bread]) for when, where in places)
    products = [
        catalogues.add_product(
            cheese, "Tomme de brebis affinée douze mois en cave naturelle", 98_765, reference="TOMME-BREBIS-12-MOIS",
            unit="kg", sold="weighed", estimated_weight=12_345,
        ),
        catalogues.add_product(bread, "[b]Pain[/b] de seigle complet", 1_234, unit="g", base_quantity=1_250_000),
    ]  # fmt: skip
    for number in range(3):
        couple = (
            Person("Marie-Antoinette", f"de La Rochefoucauld-Montbel {number}", phone=f"06 39 98 00 0{number}"),
            Person("Jean-Christophe", "Vandenbroucke-Delattre", mobile=f"06 39 98 01 0{number}"),
        )
        member = store.members.add(Member(people=couple))
        store.orders.record(member, past, [(product, 9_000) for product in products])
        if number:
            store.orders.record(member, next_, [(product, 99_000) for product in products])
    with store.writing() as t:
        t.execute("UPDATE orders SET note = 'Passera après 19 h, laisser chez le voisin du dessous ; ' || note")
    store.lists.tell(next_, cheese, "recap", "said")
    store.orders.record(member, next_, [(products[0], 1_000)])
    return next_


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_fits_the_paper(store: Store, day: int, language: str) -> None:
    with speaking(language):
        for what in LISTS:
            for by in GROUPINGS if what == "orders" else (None,):
                made = export_list(store, what, "txt", day, by=by)
                lines = made.content.decode().splitlines()
                assert made.rows
                assert max(map(width, lines)) <= 80, (what, by)
                whole = "".join("".join(lines).split())
                assert "Rochefoucauld-" in whole, "nothing is cut off"
                for part in ("Rochefoucauld", "Montbel", "Antoinette", "Vandenbroucke", "Delattre", "Christophe"):
                    assert any(part in line for line in lines), (what, by, "a name is broken at its hyphen only")
                assert what != "pickup" or "0639980001/0639980101" in whole, "both people's phones"
                assert f'lang="{language}"' in export_list(store, what, "html", day, by=by).content.decode()


def test_a_list_that_does_not_exist_is_refused(store: Store, day: int) -> None:
    for what, form, by in (("orders", "pdf", None), ("invoice", "txt", None), ("orders", "txt", "colour")):
        with pytest.raises(Invalid) as refused:
            export_list(store, what, form, day, by=by)
        assert refused.value.reason == "unknown"


def test_the_pickup_sheet_says_what_was_weighed_when_all_of_it_is(store: Store, day: int) -> None:
    for line in store.orders.to_settle(day):
        store.orders.settle(line.order_id, {line.product.id: 11_222})
    assert "11.222 kg" in export_list(store, "pickup", "txt", day).content.decode()
