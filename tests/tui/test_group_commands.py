"""Setting a group up from the command line: catalogues, products, distributions, operators."""

from __future__ import annotations

import json
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
    assert line.startswith('restrict,pty,command="cabas --file ')
    assert line.rstrip().endswith('--operator daniel"')
    (daniel,) = (o for o in json.loads(cabas("operator", "list", "--json")) if o["login"] == "daniel")
    assert daniel["rights"] == ["orders:1"]


def test_a_producer_without_a_catalogue_would_see_them_all_and_is_refused(cabas):
    assert "--catalogue" in cabas("operator", "add", "daniel", "--role", "producer", code=1)


def test_a_key_for_nobody_is_refused(cabas):
    assert "nobody" in cabas("operator", "key", "nobody", code=1)
