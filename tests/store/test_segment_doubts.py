"""What in a segment can find nobody: a slip of the pen lets nobody in, or everybody."""

from __future__ import annotations

import pytest

from store import Store
from store.members import Member, Person
from store.segments import Doubt, parse


@pytest.fixture
def people(store: Store) -> dict[str, int]:
    def add(first: str, **more) -> int:
        return store.members.add(Member(people=(Person(first, "Martin"),), **more))

    ids = {
        "anne": add("Anne", city="Sucé-sur-Erdre", postal_code="44240", tags=("livraison", "marché")),
        "bruno": add("Bruno", city="Nantes", postal_code="44000", language="it"),
        "gone": add("Gone", city="Rezé", postal_code="75011", tags=("ancien",), language="de"),
    }
    store.members.archive(ids["gone"])
    return ids


@pytest.mark.parametrize(
    "words",
    [
        'everyone - tag(LIVRAISON) & city("suce-sur-erdre") + language(it) + language(en)',
        "postal_code(44) + vip - never_ordered + member(1, 2)",
        "joined(since=2026-03-01, until=2026-03-01) + orders(1, until=2020-01-01)",
    ],
)
def test_what_somebody_has_is_not_doubted(store: Store, people: dict[str, int], words: str):
    assert store.segments.doubts(parse(words)) == ()


@pytest.mark.parametrize(
    ("words", "doubts"),
    [
        ("everyone - tag(livrasion)", [Doubt(0, "tag", "livrasion", ("livraison",))]),
        ("tag(ancien)", [Doubt(0, "tag", "ancien")]),
        ("vip + city(Suce)", [Doubt(1, "city", "Suce", ("Sucé-sur-Erdre",))]),
        ("city(Lyon)", [Doubt(0, "city", "Lyon")]),
        ("language(de)", [Doubt(0, "language", "de")]),
        ("postal_code(75)", [Doubt(0, "postal_code", "75")]),
        ("everyone - member(1, 3, 99999)", [Doubt(0, "archived", "3"), Doubt(0, "member", "99999")]),
        ("spent(1, since=2026-03-02, until=2026-03-01)", [Doubt(0, "period", "2026-03-01")]),
        ("joined(since=2026-03-02, until=2026-03-01) + tag(x)", [
            Doubt(0, "period", "2026-03-01"), Doubt(1, "tag", "x"),
        ]),
    ],
)  # fmt: skip
def test_what_nobody_has_is_told_with_the_names_that_are_near(
    store: Store, people: dict[str, int], words: str, doubts: list[Doubt]
):
    assert store.segments.doubts(parse(words)) == tuple(doubts)
