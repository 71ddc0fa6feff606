"""`cabas promotion`: made, listed, changed and ended by scripts, and what is refused in words."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest

from store import Store
from tests.offering import Offering, fill


@pytest.fixture
def group(store: Store) -> Offering:
    return fill(store)


def test_promotions_from_scripts(cabas, group: Offering, store: Store) -> None:
    today = store.clock.today()
    until, later = ((today + timedelta(days=n)).isoformat() for n in (7, 14))
    assert "no promotion" in cabas("promotion", "list")
    said = cabas("promotion", "add", "TOMCB", "--price", "3,00", "--until", until, "--name", "Semaine des tomates")
    assert "Tomates cœur de bœuf, €3.00 instead of €3.90, from" in said
    flour = ("--catalogue", "moulin", "--percent", "20", "--since", until, "--until", later)
    made = json.loads(cabas("promotion", "add", *flour, "--json"))
    assert (made["what"], made["percent"], made["price"], made["state"]) == ("Moulin d'Ancenis", 20, None, "coming")
    found = json.loads(cabas("promotion", "list", "--json"))
    assert [(one["what"], one["state"]) for one in found] == [
        ("Tomates cœur de bœuf", "running"), ("Moulin d'Ancenis", "coming"),
    ]  # fmt: skip
    listed = cabas("promotion", "list")
    assert "3.90 → 3.00" in listed
    assert "-20%" in listed
    assert "€3.90 → €3.00" in cabas("product", "list")
    assert json.loads(cabas("promotion", "edit", "1", "--percent", "50", "--until", later, "--json"))["percent"] == 50
    done = json.loads(cabas("order", "add", "--member", "Odette", "--distribution", str(group.next), "2 TOMCB",
                            "--json"))  # fmt: skip
    assert done["totals"] == {"EUR": 390}
    assert "(ended)" in cabas("promotion", "cancel", "1")
    (ended,) = json.loads(cabas("promotion", "list", "--catalogue", "légumes", "--all", "--json"))
    assert ended["state"] == "cancelled"
    assert store.orders.get(done["id"]).totals == {"EUR": 390}
    assert "3.90 → 1.95" in cabas("order", "show", done["id"])
    assert json.loads(cabas("order", "show", done["id"], "--json"))["lines"][0]["instead_of"] == 390


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "TOMCB"), "--until"),
        (("add", "--percent", "10", "--until", "2099-01-01"), "one product, or for one whole catalogue"),
        (("add", "TOMCB", "--until", "2099-01-01"), "Say what it costs"),
        (("add", "TOMCB", "--price", "4,00", "--until", "2099-01-01"), "4.00 is not less"),
        (("add", "--catalogue", "légumes", "--price", "1", "--until", "2099-01-01"), "has no one price"),
        (("add", "TOMCB", "--percent", "10%", "--until", "soon"), "“soon” is no day"),
        (("add", "TOMCB", "--percent", "10", "--until", "2020-01-01"), "before it begins"),
        (("add", "XX", "--percent", "10", "--until", "2099-01-01"), "no product “XX”"),
        (("add", "TOMCB", "--percent", "ten", "--until", "2099-01-01"), "ten%: from 1 to 100 can be said"),
        (("edit", "9", "--percent", "10"), "no promotion “9”"),
        (("cancel", "9"), "no promotion “9”"),
    ],
)
def test_what_is_refused_is_said(cabas, group: Offering, arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in cabas("promotion", *arguments, code=2 if "--until" in sentence else 1)


def test_what_would_cost_nothing_is_asked_for(cabas, group: Offering, store: Store, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO())
    free = ("promotion", "add", "TOMCB", "--percent", "100", "--until", "2099-01-01")
    assert "It costs nothing on these days" in cabas(*free, code=1)
    assert store.promotions.all() == ()
    assert "Promotion 1" in cabas(*free, "--yes")
    assert "It costs nothing" in cabas("promotion", "edit", "1", "--price", "0", code=1)
