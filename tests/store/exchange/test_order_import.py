"""Importing orders: whose they are, of what, and that a file brought twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from store import Store
from store.errors import ImportUnreadable, Invalid, NotAllowed, NotFound
from store.exchange.members import import_members
from store.exchange.orders import import_orders
from store.exchange.report import NEW, ImportReport
from store.exchange.tables import ImportFile, open_file
from store.members import Member, Person
from store.orders import Order

SAMPLES = Path(__file__).parents[2] / "samples"
DAY_HEADER = "userId;userName;productName;Référence;catalogName;catalogId;vendorId;prix TTC;Quantité;frais;total;Payé\n"
ONE_HEADER = "Nom;productName;prix TTC;Quantité;frais;total;Payé\n"


@dataclass(frozen=True)
class Shop:
    """A group with the catalogues and products that the sample speaks of, and its members; ids by a short name."""

    catalogues: dict[str, int]
    products: dict[str, int]
    distribution: int


@pytest.fixture
def shop(store: Store) -> Shop:
    names = {
        "eggs": "Œufs - Ferme du Gué",
        "veg": "Légumes 2026",
        "flour": "Farines - Moulin d'Ancenis",
        "poultry": "Volailles",
        "fruit": "Vergers & Co",
        "soap": "Savonnerie",
    }
    catalogues = {
        key: store.catalogues.add_catalogue(name, store.catalogues.add_producer(f"Producer of {name}"), "EUR")
        for key, name in names.items()
    }
    add = store.catalogues.add_product
    products = {
        "eggs": add(catalogues["eggs"], "Œufs", 250, reference="OEU6", base_quantity=6000),
        "tomatoes": add(catalogues["veg"], 'Tomates "cœur de bœuf"', 390, unit="kg", sold="decimal"),
        "flour": add(catalogues["flour"], "Farine T80 (blé; petit épeautre)", 215, unit="kg", cost=150),
        "chicken": add(
            catalogues["poultry"], "Poulet fermier", 1200, unit="kg", sold="weighed", estimated_weight=1800
        ),
        "juice": add(catalogues["fruit"], "Jus de pomme", 300, unit="cl", base_quantity=75_000),
        "soap": add(catalogues["soap"], 'Savon "brut"; lavande', 450, unit="g", base_quantity=100_000),
    }
    distribution = store.distributions.add(
        date(2026, 11, 26), "18:00", "19:30", "Treillières", catalogues.values()
    )
    import_members(store, open_file(SAMPLES / "cagette_legacy.csv"))
    return Shop(catalogues, products, distribution)


@pytest.fixture
def take(store: Store, shop: Shop):
    """Import a text as a file of orders into the shop's distribution."""

    def import_text(text: str, **options: object) -> ImportReport:
        file = ImportFile(Path("orders.csv"), text.encode())
        return import_orders(store, file, **{"distribution_id": shop.distribution, **options})

    return import_text


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.new, report.changed, report.same, report.candidates, report.bad


def order_of(store: Store, name: str) -> Order:
    row = next(row for row in store.orders.of_member(store.members.resolve(name)) if row.state == "confirmed")
    return store.orders.get(row.id)


def whole_day(store: Store, shop: Shop, **options: object) -> ImportReport:
    file = open_file(SAMPLES / "cagette_whole_day.csv")
    return import_orders(store, file, distribution_id=shop.distribution, **options)


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
