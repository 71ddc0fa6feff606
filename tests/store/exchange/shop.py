"""A group with the catalogues, products and members that the samples speak of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from store import Store
from store.exchange.members import import_members
from store.exchange.tables import ImportFile, open_file
from store.orders import Order

SAMPLES = Path(__file__).parents[2] / "samples"


@dataclass(frozen=True)
class Shop:
    """Ids by a short name."""

    catalogues: dict[str, int]
    products: dict[str, int]
    distribution: int


def fill(store: Store) -> Shop:
    """Six catalogues with a product each, a distribution on 26 November 2026, and the seven sample members."""
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
        "chicken": add(catalogues["poultry"], "Poulet fermier", 1200, unit="kg", sold="weighed", estimated_weight=1800),
        "juice": add(catalogues["fruit"], "Jus de pomme", 300, unit="cl", base_quantity=75_000),
        "soap": add(catalogues["soap"], 'Savon "brut"; lavande', 450, unit="g", base_quantity=100_000),
    }
    distribution = store.distributions.add(date(2026, 11, 26), "18:00", "19:30", "Treillières", catalogues.values())
    import_members(store, open_file(SAMPLES / "cagette_legacy.csv"))
    return Shop(catalogues, products, distribution)


def damaged(data: st.DataObject, good: str) -> ImportFile:
    """A file with a few places of it cut, mixed up or in another encoding."""
    lines = good.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        cut = data.draw(st.integers(0, len(lines[place])))
        piece = data.draw(st.text(alphabet=';,"\t\n\r\0=é€\x1b0159.-/ aZ', max_size=6))
        lines[place] = lines[place][:cut] + piece + lines[place][cut + data.draw(st.integers(0, 5)) :]
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]))
    return ImportFile(Path("broken.csv"), "".join(lines).encode(encoding, "replace"))


def order_of(store: Store, name: str) -> Order:
    """The member's confirmed order."""
    row = next(row for row in store.orders.of_member(store.members.resolve(name)) if row.state == "confirmed")
    return store.orders.get(row.id)
