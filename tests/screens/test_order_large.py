"""Order entry in a large group: twelve catalogues, 400 products, long names, five figures, at 80 columns."""

from __future__ import annotations

from datetime import date

import pytest

from screens.text import width
from store import Store
from store.people import Member, Person
from store.products import insert_product
from templates import words
from templates.words.money import money
from tests.screens.conftest import SIZE
from tests.screens.order_desk import at
from tests.screens.sample import Sample

NAMES = ("Poulet fermier élevé en plein air", "Pommes de terre Nicola à chair ferme", "Œufs de poules élevées dehors")
PLACE = "Salle des fêtes communale, Saint-Julien-de-Concelles-sur-Loire"


@pytest.fixture
def large(store: Store, sample: Sample) -> int:
    """The id of a member with a long name, and a day on which 400 products are sold."""
    del sample
    rules = ((3, "20:00"), (2, "12:00"), (6, "20:00"))
    add = store.catalogues.add_catalogue
    producer = store.catalogues.add_producer("GAEC des Trois Chemins de Saint-Julien-de-Concelles")
    name = "Légumes anciens et fleurs comestibles du val numéro"
    catalogues = [add(f"{name} {n}", producer, "EUR" if n else "Gonette", *rules[n % 3]) for n in range(12)]
    with store.writing() as t:
        for n in range(400):
            weighed = {"unit": "kg", "sold": "weighed", "estimated_weight": 1800} if n % 3 == 0 else {}
            price = 1_234_550 if n < 24 else 1000 + n
            insert_product(t, catalogues[n % 12], f"{NAMES[n % 3]} {n:03}", price, reference=f"R{n:03}", **weighed)
    store.distributions.add(date(2026, 11, 25), "18:00", "19:30", PLACE, catalogues)
    return store.members.add(Member(people=(Person("Marie-Antoinette", "Delacroix-Beauregard de Montfaucon"),)))


@pytest.mark.parametrize("language", ["fr", "it"])
async def test_hours_and_figures_are_whole_and_nothing_leaves_the_screen(
    store: Store, large: int, language: str
) -> None:
    words.use(language)
    async with at(store) as desk:
        screens = [await desk.type("n"), await desk.type("delac"), await desk.type("<enter>")]
        assert sum("20:00, " in line or "12:00, " in line for line in screens[0].splitlines()) == 8
        assert "DELACROIX" in screens[2].splitlines()[0]
        for typed in ("9 r012", "3 r001", "2 r003", "12 poul"):
            screens += [await desk.type(typed), await desk.type("<enter>")]
        assert money(9 * 1_234_550 * 1800 // 1000, "Gonette") in screens[4]
        screens.append(await desk.type("<enter>"))
        (basket,) = [row for row in store.orders.open_baskets() if row.member_id == large]
        assert sum(basket.totals.values()) > 10_000_000
        for currency, cents in basket.totals.items():
            assert money(cents, currency) in screens[-1]
        screens.append(await desk.type("<pagedown>"))
        screens.append(await desk.type("c"))
        for shown in screens:
            assert all(width(line) <= SIZE[0] for line in shown.splitlines())
    assert len(store.orders.of_member(large)) == 1
