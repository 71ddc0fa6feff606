"""Setting a group up from the command line: catalogues, products, distributions, operators."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from store import Store
from store.handle import unix_login
from store.settings import Group
from tui.cli import run


@pytest.fixture
def cabas(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Run a command on a new group's file; returns what it printed, or the error's words."""
    path = tmp_path / "group.cabas"
    Store.create(path, Group("AMAP des Oiseaux"), unix_login(), "Marie").close()

    def call(*arguments: str, code: int = 0) -> str:
        assert run(["--file", str(path), *arguments]) == code
        captured = capsys.readouterr()
        return captured.err if code else captured.out

    return call


def test_a_group_is_set_up_to_take_orders(cabas):
    cabas("catalogue", "add", "Légumes du Gué", "--closes-days-before", "3", "--closes-at", "20:00")
    cabas("product", "add", "légumes", "Tomates", "3,90", "--unit", "kg", "--decimal", "--reference", "TOMCB")
    cabas("product", "add", "légumes", "Œufs", "2.4", "--unit", "6 piece")
    cabas("product", "add", "légumes", "Poulet", "12,50", "--weighed", "1,8", "--stock", "10")
    tomatoes, eggs, chicken = json.loads(cabas("product", "list", "--json"))
    assert (tomatoes["price"], tomatoes["sold"], tomatoes["unit"]) == (390, "decimal", "kg")
    assert (eggs["price"], eggs["base_quantity"]) == (240, 6000)
    assert (chicken["sold"], chicken["estimated_weight"], chicken["stock"]) == ("weighed", 1800, 10_000)
    cabas("distribution", "add", "2030-12-05", "--from", "18:00", "--to", "19:30", "--place", "Treillières")
    (planned,) = json.loads(cabas("distribution", "list", "--json"))
    assert planned["catalogues"][0]["closes"] == "2030-12-02T20:00:00"


def test_a_producers_second_catalogue_is_the_same_producers(cabas):
    cabas("catalogue", "add", "Fromages", "--producer", "Daniel")
    cabas("catalogue", "add", "Yaourts", "--producer", "daniel")
    first, second = json.loads(cabas("catalogue", "list", "--json"))
    assert first["producer_id"] == second["producer_id"]


@pytest.mark.parametrize("price", ["trois", "1e9", "-2", "3,905", ""])
def test_a_price_that_is_none_stores_nothing(cabas, price: str):
    cabas("catalogue", "add", "Fromages")
    assert price in cabas("product", "add", "Fromages", "Tomme", "--", price, code=1)
    assert json.loads(cabas("product", "list", "--json")) == []


def test_an_operators_key_opens_nothing_but_cabas_under_their_name(cabas):
    cabas("catalogue", "add", "Fromages")
    cabas("operator", "add", "daniel", "--name", "Daniel", "--role", "producer", "--catalogue", "Fromages")
    line = cabas("operator", "key", "daniel")
    assert re.match(r'restrict,pty,command="/\S+/cabas --file ', line)
    assert line.rstrip().endswith('--operator daniel"')
    (daniel,) = (o for o in json.loads(cabas("operator", "list", "--json")) if o["login"] == "daniel")
    assert daniel["rights"] == ["orders:1"]


def test_a_producer_without_a_catalogue_would_see_them_all_and_is_refused(cabas):
    assert "--catalogue" in cabas("operator", "add", "daniel", "--role", "producer", code=1)


def test_rights_are_given_and_taken_and_the_last_admin_stays_one(cabas):
    for catalogue in ("Fromages", "Légumes"):
        cabas("catalogue", "add", catalogue)
    cabas("operator", "add", "lucie", "--name", "Lucie B.", "--role", "phone_desk")

    def rights(*arguments: str) -> list[str]:
        return json.loads(cabas("operator", "rights", "lucie b.", *arguments, "--json"))["rights"]

    assert rights() == ["members", "orders"]
    assert rights("--give", "messages.write", "--take", "orders", "--give", "orders:fromages") == [
        "members", "messages.write", "orders:1",
    ]  # fmt: skip
    shown = cabas("operator", "rights", "lucie")
    assert "messages.write write messages" in shown
    assert "see messages" in shown
    assert "take orders: Fromages" in shown
    assert rights("--role", "treasurer") == ["members", "messages.see", "results.money"]
    assert rights("--role", "producer", "--give", "orders:2") == ["orders:2"]
    assert rights("--give", "orders") == ["orders"]

    def refused(*arguments: str) -> str:
        return cabas("operator", "rights", *arguments, code=1)

    me = unix_login()
    assert "Nobody else has the right admin" in refused(me, "--take", "admin")
    assert "Nobody else has the right admin" in refused(me, "--role", "writer")
    assert "There is no right “cook”" in refused("lucie", "--give", "cook")
    assert "cannot be taken" in refused("lucie", "--take", "orders:1")
    assert "leave the catalogue out" in refused("lucie", "--give", "messages.see:1")
    assert "There is no operator “paul”" in refused("paul")
    assert "add --catalogue" in refused("lucie", "--role", "producer")
    assert "You are not allowed" in cabas(
        "--operator", "lucie", "operator", "rights", "lucie", "--give", "admin", code=1
    )
    assert rights("--give", "admin") == ["admin", "orders"]
    assert "cannot" not in cabas("--operator", "lucie", "operator", "rights", me, "--take", "admin")
    assert cabas("operator", "rights", me)  # everybody sees what everybody may do


def test_who_may_write_or_send_messages_sees_them(cabas):
    cabas("operator", "add", "wr", "--role", "treasurer")
    for right in ("messages.write", "messages.send"):
        cabas("operator", "rights", "wr", "--role", "phone_desk", "--give", right)
        assert cabas("--operator", "wr", "message", "list") == cabas("message", "list")
    cabas("operator", "rights", "wr", "--take", "messages.send", "--give", "messages.write")
    assert "is kept" in cabas("--operator", "wr", "message", "new", "--segment", "vip", "--starter", "empty")
    assert "not allowed to send" in cabas("--operator", "wr", "message", "cancel", "1", code=1)
    cabas("operator", "rights", "wr", "--take", "messages.write")
    assert "not allowed to see" in cabas("--operator", "wr", "message", "list", code=1)


def test_a_key_for_nobody_is_refused(cabas):
    assert "nobody" in cabas("operator", "key", "nobody", code=1)


def test_a_catalogue_and_its_producer_are_changed(cabas):
    cabas("members", "add", "--first-name", "Odette", "--last-name", "Maréchal")
    cabas("catalogue", "add", "Légumes", "--closes-days-before", "3", "--closes-at", "20:00", "--contact", "Odette")
    changed = cabas(
        "catalogue", "edit", "légumes", "--name", "Légumes du Gué", "--closes-at", "21:00", "--email", "g@exemple.fr",
        "--opens-days-before", "9", "--opens-at", "08:00",
    )  # fmt: skip
    assert "3 days before, 21:00" in changed
    assert "g@exemple.fr" in changed
    assert "contacts: Maréchal Odette" in changed
    cabas("catalogue", "edit", "Gué", "--producer", "Ferme", "--closes-never", "--inactive", "--no-contacts", code=1)
    cabas("catalogue", "edit", "Légumes", "--producer", "Ferme", "--closes-never", "--inactive", "--no-contacts")
    shown = json.loads(cabas("catalogue", "show", "Ferme", "--json"))
    assert (shown["catalogue"]["closes_at"], shown["catalogue"]["active"], shown["contacts"]) == (None, False, [])
    assert shown["producer"]["name"] == "Ferme"
    assert json.loads(cabas("catalogue", "list", "--json")) == []
    assert "not in use" in cabas("catalogue", "list", "--all")
    assert "Make the catalogue active" in cabas(
        "distribution", "add", "2030-12-05", "--from", "18:00", "--to", "19:00", "--place", "Halle",
        "--catalogue", "Ferme", code=1,
    )  # fmt: skip


def test_a_product_is_changed_and_found_by_reference_name_or_number(cabas):
    cabas("catalogue", "add", "Volailles")
    cabas("catalogue", "add", "Pain")
    cabas("product", "add", "Volailles", "Poulet", "12,50", "--reference", "POUL")
    cabas("product", "add", "Pain", "Pain", "4", "--reference", "P1")
    cabas("product", "add", "Volailles", "Pain de viande", "5")
    done = cabas(
        "product", "edit", "poul", "--price", "13", "--cost", "9,20", "--weighed", "1,8", "--unit", "kg",
        "--stock", "12", "--stock-kind", "all", "--order", "3", "--reference", "PF", "--json",
    )  # fmt: skip
    chicken = json.loads(done)
    assert [chicken[name] for name in ("price", "cost", "sold", "estimated_weight", "stock", "stock_kind")] == [
        1300, 920, "weighed", 1800, 12_000, "all",
    ]  # fmt: skip
    assert (chicken["reference"], chicken["display_order"], chicken["unit"]) == ("PF", 3, "kg")
    said = cabas("product", "edit", "Pain de viande", "--weighed", "1", code=1)
    assert "What is weighed has a price for 1 kg (or 1 l): write kg." in said
    cabas("product", "edit", "Pain", "--decimal")
    cabas("product", "edit", "pain d", "--inactive")
    cabas("product", "edit", "pf", "--no-cost", "--whole", "--unit", "6 piece", "--stock-kind", "none")
    listed = {p["name"]: p for p in json.loads(cabas("product", "list", "--json"))}
    assert (listed["Pain"]["sold"], "Pain de viande" in listed) == ("decimal", False)
    assert (listed["Poulet"]["cost"], listed["Poulet"]["stock"], listed["Poulet"]["base_quantity"]) == (
        None,
        None,
        6000,
    )
    assert "not in use" in cabas("product", "list", "--all", "--catalogue", "Volailles")
    assert "can mean several" in cabas("product", "edit", "p", "--price", "1", code=1)
    assert "no product" in cabas("product", "edit", "P1", "--price", "1", "--catalogue", "Volailles", code=1)
    assert "“p f” is taken" in cabas("product", "edit", "pain d", "--reference", "p f", code=1)
    assert "one way" in cabas("product", "edit", "P1", "--whole", "--decimal", code=2)


@pytest.fixture
def planned(cabas):
    """Two catalogues, a product with stock, and a distribution in 2030; the command."""
    cabas("catalogue", "add", "Légumes", "--closes-days-before", "3", "--closes-at", "20:00")
    cabas("catalogue", "add", "Pain", "--closes-days-before", "1", "--closes-at", "12:00")
    cabas("product", "add", "Légumes", "Tomates", "3,90", "--reference", "TOM", "--stock", "10")
    cabas("distribution", "add", "2030-12-05", "--from", "18:00", "--to", "19:30", "--place", "Halle")
    cabas("members", "add", "--first-name", "Odette", "--last-name", "Maréchal", "--phone", "06 39 98 00 01")
    return cabas


def test_distributions_are_repeated_and_changed(planned):
    planned("distribution", "hours", "1", "pain", "--closes", "2030-12-05T08:00")
    assert "Pain closes Wed 4 Dec 2030 12:00" in planned("distribution", "hours", "1", "pain", "--rule")
    own = ("--closes", "2030-12-05 08:00", "--opens", "always")
    changed = json.loads(planned("distribution", "hours", "1", "pain", *own, "--json"))
    assert [(c["closes"], c["own_hours"]) for c in changed["catalogues"]][1] == ("2030-12-05T08:00:00", True)
    made = json.loads(planned("distribution", "duplicate", "next", "--every", "2", "--count", "2", "--json"))
    assert made == {"ids": [2, 3]}
    assert "Distribution 4: Fri 6 Dec 2030, Halle." in planned("distribution", "duplicate", "1", "--day", "2030-12-06")
    assert "4 distributions follow" in planned("catalogue", "edit", "Légumes", "--closes-days-before", "4")
    planned("catalogue", "edit", "Légumes", "--closes-days-before", "3")
    shown = json.loads(planned("distribution", "show", "3", "--json"))
    assert (shown["day"], [c["closes"] for c in shown["catalogues"]]) == (
        "2031-01-02",
        ["2030-12-30T20:00:00", "2031-01-02T08:00:00"],
    )
    assert "Thu 19 Dec 2030" in planned("distribution", "duplicate", "1", "--every", "2", code=1)
    planned("distribution", "duplicate", "1", "--every", "1", "--day", "2031-05-01", code=2)
    assert "mistyped" in planned("distribution", "duplicate", "1", "--day", "3031-05-01", code=1)
    assert "from 1 to 60" in planned("distribution", "duplicate", "1", "--count", "0", code=1)
    edited = json.loads(planned("distribution", "edit", "3", "--note", "Bring crates", "--to", "20:00", "--json"))
    assert (edited["note"], edited["starts_at"], edited["ends_at"]) == ("Bring crates", "18:00", "20:00")
    planned("distribution", "withdraw", "3", "Pain")
    text = planned("distribution", "show", "3")
    assert "Note: Bring crates" in text
    assert "Pain" not in text
    assert "Pain closes Wed 1 Jan 2031 12:00" in planned("distribution", "offer", "3", "Pain")
    assert "no day and hour" in planned("distribution", "hours", "3", "Pain", "--closes", "20:00", code=1)
    listed = json.loads(planned("distribution", "list", "--coming", "--json"))
    assert [(d["id"], d["orders"], len(d["catalogues"])) for d in listed] == [
        (3, 0, 2),
        (2, 0, 2),
        (4, 0, 2),
        (1, 0, 2),
    ]


def test_who_has_ordered_is_named_before_a_distribution_is_moved_or_cancelled(planned, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    planned("order", "add", "--member", "Odette", "--distribution", "1", "2 TOM")
    refused = planned("distribution", "move", "1", "--day", "2030-12-06", code=1)
    assert "Nobody answered" in refused
    assert "2030-12-05" in planned("distribution", "show", "1", "--json")
    moved = json.loads(planned("distribution", "move", "1", "--day", "2030-12-06", "--yes", "--json"))
    assert [(m["name"], m["phone"], m["email"]) for m in moved["members"]] == [
        ("Maréchal Odette", "06 39 98 00 01", "")
    ]
    assert moved["closings"][0] == {
        "catalogue": "Légumes", "before": "2030-12-02T20:00:00", "after": "2030-12-03T20:00:00",
    }  # fmt: skip
    told = planned("distribution", "cancel", "1", "--reason", "snow", "--yes")
    assert "06 39 98 00 01" in told
    assert "is cancelled" in told
    assert "cancelled: snow" in planned("distribution", "show", "1")
    assert "Restore it first" in planned("distribution", "cancel", "1", code=1)
    assert json.loads(planned("distribution", "restore", "1", "--json")) == {"orders": 1, "lost_vouchers": []}
    assert "not cancelled" in planned("distribution", "restore", "1", code=1)


def test_the_stock_of_a_day_is_set_by_product(planned):
    planned("order", "add", "--member", "Odette", "--distribution", "1", "2 TOM")
    assert planned("distribution", "stock", "1", "tom", "5").splitlines()[1].split() == ["Tomates", "5", "10", "2", "3"]
    (row,) = json.loads(planned("distribution", "stock", "1", "tom", "usual", "--json"))
    assert (row["stock"], row["usual"], row["left"], row["product"]["reference"]) == (None, 10_000, 8000, "TOM")
    planned("distribution", "stock", "1", "tom", code=2)
    assert "“many”" in planned("distribution", "stock", "1", "tom", "many", code=1)


def test_a_day_without_a_place_is_not_planned(cabas):
    hours = ("--from", "18:00", "--to", "19:30")
    assert "A place is needed." in cabas("distribution", "add", "2030-11-26", *hours, "--place", " ", code=1)
    assert json.loads(cabas("distribution", "list", "--json")) == []


def test_a_producer_is_shown_their_own_catalogue_only(cabas):
    for catalogue, product in (("Fromages", "Tomme"), ("Légumes", "Carottes")):
        cabas("catalogue", "add", catalogue)
        cabas("product", "add", catalogue, product, "2")
    cabas("distribution", "add", "2030-11-26", "--from", "18:00", "--to", "19:30", "--place", "Treillières")
    cabas("operator", "add", "daniel", "--name", "Daniel", "--role", "producer", "--catalogue", "Fromages")
    for words in (("product", "list"), ("distribution", "list"), ("distribution", "show", "next")):
        for form in ((), ("--json",)):
            shown = cabas("--operator", "daniel", *words, *form)
            assert "Fromages" in shown, words
            assert "Légumes" not in shown, words
    assert "all catalogues" in cabas("--operator", "daniel", "catalogue", "add", "Miel", code=1)
