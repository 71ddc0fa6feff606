"""A small group for tests of orders: three producers, one distribution, a few members. Invented people only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from store import Store
from store.members import Member, Person


@dataclass(frozen=True)
class Offering:
    """Ids by a short name."""

    members: dict[str, int]
    catalogues: dict[str, int]
    products: dict[str, int]
    past: int
    next: int


def fill(store: Store) -> Offering:
    """Fill a group's file: vegetables close Mon 23, flour Tue 24, poultry closed on Fri 20 November 2026."""
    return Offering(
        members=_members(store), catalogues=(catalogues := _catalogues(store)), products=_products(store, catalogues),
        past=store.distributions.add(date(2026, 11, 12), "18:00", "19:30", "Treillières", catalogues.values()),
        next=store.distributions.add(date(2026, 11, 26), "18:00", "19:30", "Treillières", catalogues.values()),
    )  # fmt: skip


def _catalogues(store: Store) -> dict[str, int]:
    rules = {
        "veg": ("Légumes du Gué", 3, "20:00"),
        "flour": ("Moulin d'Ancenis", 2, "12:00"),
        "poultry": ("Volailles Rigaud", 6, "20:00"),
    }
    return {
        key: store.catalogues.add_catalogue(name, store.catalogues.add_producer(name), "EUR", days, hour)
        for key, (name, days, hour) in rules.items()
    }


def _products(store: Store, catalogues: dict[str, int]) -> dict[str, int]:
    veg, flour, poultry = catalogues["veg"], catalogues["flour"], catalogues["poultry"]
    add = store.catalogues.add_product
    return {
        "tomatoes": add(veg, "Tomates cœur de bœuf", 390, reference="TOMCB", unit="kg", sold="decimal"),
        "potatoes": add(veg, "Pommes de terre Nicola", 190, reference="PDTN", unit="kg", sold="decimal"),
        "eggs": add(veg, "Œufs plein air", 240, reference="6OE", base_quantity=6000),
        "wheat": add(flour, "Farine T80 blé", 215, reference="FT80", unit="kg"),
        "spelt": add(flour, "Farine petit épeautre", 340, reference="FPE", unit="kg"),
        "buckwheat": add(flour, "Farine de sarrasin", 290, reference="FSA", unit="g", base_quantity=500_000),
        "cereals": add(flour, "5 céréales", 410, reference="5CER", unit="kg"),
        "herbs": add(flour, "7 herbes", 350, reference="7HE"),
        "chicken": add(
            poultry, "Poulet fermier", 1250, reference="POUL", unit="kg", sold="weighed", estimated_weight=1800,
            stock_kind="distribution", stock=10_000,
        ),
        "duck": add(poultry, "Canette", 1480, reference="CAN", unit="kg", sold="weighed", estimated_weight=2000),
    }  # fmt: skip


def _members(store: Store) -> dict[str, int]:
    people = {"odette": ("Odette", "Maréchal"), "paul": ("Paul", "Durand"), "yves": ("Yves", "Le Bihan")}
    return {
        key: store.members.add(
            Member(people=(Person(first, last, phone=f"06 39 98 00 0{number}"),), joined_on=date(2020, 1, 1))
        )
        for number, (key, (first, last)) in enumerate(people.items())
    }
