"""`cabas recap` and the lists of `cabas export`: what a script gets, and what a volunteer prints."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from store import Store
from store.settings import Group
from templates import words
from tests.mail.outgoing import set_mailbox
from tests.offering import Offering, fill
from tui.cli import run

Cabas = Callable[..., str]


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offering:
    """Tomorrow's orders: Odette's by phone, as last week's was, and Paul's, called like a formula."""
    words.use("en")
    monkeypatch.setattr("tui.context.Context.operator", "marie")
    monkeypatch.setattr("tui.context.Context.speak", lambda self: None)
    monkeypatch.setenv("CABAS_FILE", str(tmp_path / "group.cabas"))
    store = Store.create(tmp_path / "group.cabas", Group("AMAP des Oiseaux"), "marie", "Marie")
    found = fill(store)
    today = store.clock.today()
    with store.writing() as t:
        for distribution, days in ((found.past, -7), (found.next, 1)):
            day = (today + timedelta(days=days)).isoformat()
            t.execute("UPDATE distributions SET day = ? WHERE id = ?", (day, distribution))
        t.execute("UPDATE distribution_catalogues SET closes = NULL")
        t.execute("UPDATE people SET last_name = '=HYPERLINK(1)' WHERE first_name = 'Paul'")
        t.execute("UPDATE producers SET email = 'rigaud@example.org' WHERE name = 'Volailles Rigaud'")
    p, m = found.products, found.members
    for member in ("odette", "yves"):
        store.orders.record(m[member], found.past, [(p["eggs"], 1000)], "phone")
    store.orders.record(m["odette"], found.next, [(p["chicken"], 2000), (p["tomatoes"], 1500)], "phone")
    store.orders.record(m["paul"], found.next, [(p["eggs"], 3000)], "web")
    set_mailbox(store, 2525)
    store.close()
    return found


@pytest.fixture
def cabas(group: Offering, capsys: pytest.CaptureFixture[str]) -> Cabas:
    """Carry out one command; its exit code must be `code`, and what it said comes back."""

    def carry_out(*arguments: str, code: int = 0) -> str:
        capsys.readouterr()
        ended = run(list(arguments))
        said = capsys.readouterr()
        assert ended == code, said
        return said.out + said.err

    return carry_out


def test_a_producer_is_told_from_a_script(group: Offering, cabas: Cabas) -> None:
    rigaud = ("--catalogue", "volailles")
    assert "Poulet fermier" in cabas("recap", "show", *rigaud)
    assert "“cabas outbox run” sends it" in cabas("recap", "send", *rigaud)
    assert cabas("recap", "list", "--due", "--json") == "[]\n"
    cabas("order", "add", "--member", "Bihan", "1 CAN")
    (due,) = json.loads(cabas("recap", "list", "--due", "--json"))
    assert (due["name"], due["untold"], due["tellings"][0]["by"]) == ("Volailles Rigaud", 1, "Marie")
    assert [mail["address"] for mail in due["tellings"][0]["mails"]] == ["rigaud@example.org"]
    assert "Canette" in cabas("recap", "show", *rigaud)
    told = cabas("recap", "show", *rigaud, "--told")
    assert "Poulet fermier" in told
    assert "Canette" not in told
    assert "not been told" in cabas("recap", "show", "--catalogue", "légumes", "--told", code=1)
    assert "Volailles Rigaud knows 1 change more." in cabas("recap", "told", *rigaud, "--supplement")
    assert "Nothing has changed" in cabas("recap", "told", *rigaud, "--supplement", code=1)
    listed = cabas("recap", "list")
    assert "Volailles Rigaud" in listed
    assert "Marie" in listed
    up_to = str(json.loads(cabas("recap", "show", "--catalogue", "légumes", "--json"))["up_to"])
    cabas("order", "add", "--member", "Bihan", "1 6OE")  # while somebody reads the recap out
    cabas("recap", "told", "--catalogue", "légumes", "--up-to", up_to)
    assert "Œufs plein air" in cabas("recap", "show", "--catalogue", "légumes", "--supplement")
    done = json.loads(cabas("recap", "told", "--catalogue", "légumes", "--by", "file", "--json"))
    assert (done["kind"], done["way"], done["mails"]) == ("recap", "file", [])
    assert "no e-mail" in cabas("recap", "send", "--catalogue", "légumes", code=1)


@pytest.mark.parametrize("what", ["recap", "supplement", "pickup", "calls", "orders"])
def test_every_list_in_every_form(group: Offering, cabas: Cabas, tmp_path: Path, what: str) -> None:
    by = ("--by", "producer") if what == "orders" else ()
    cabas("recap", "told", "--catalogue", "volailles")
    cabas("order", "add", "--member", "Maréchal", "1 POUL")
    expected = {"recap": 3, "supplement": 1, "pickup": 3, "calls": 1, "orders": 3}[what]
    rows = json.loads(cabas("export", what, *by, "--format", "json"))
    assert len(rows) == expected
    table = list(
        csv.reader(io.StringIO(cabas("export", what, *by, "--format", "csv").removeprefix("\ufeff")), delimiter=";")
    )
    assert len(table) == expected + 1
    assert set(table[0]) == set(rows[0]), "both forms say the same"
    assert not [cell for row in table for cell in row if cell.startswith("=")]
    if what in ("pickup", "orders"):
        assert "'=HYPERLINK(1) Paul" in {cell for row in table for cell in row}
    printed = cabas("export", what, *by, "--format", "txt")
    assert max(map(len, printed.splitlines())) <= 80
    assert ("[ ] " in printed) == (what in ("pickup", "calls"))
    page = tmp_path / "list.html"
    cabas("export", what, *by, "--format", "html", "-o", str(page))
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_recap_in_doubt_is_named_and_told_anew(group: Offering, cabas: Cabas) -> None:
    cabas("recap", "send", "--catalogue", "volailles")
    with closing(sqlite3.connect(os.environ["CABAS_FILE"])) as conn:
        conn.execute("UPDATE deliveries SET state = 'unknown'")
        conn.commit()
    assert "recap  Volailles Rigaud  rigaud@example.org" in cabas("outbox", "unknown")
    assert "in doubt" in cabas("recap", "list")
    cabas("outbox", "resolve", "--all", "again")
    cabas("outbox", "hold", "--all")
    assert "nobody got the mail" in cabas("recap", "list")
    cabas("recap", "told", "--catalogue", "volailles")
    assert "Every producer knows" in cabas("recap", "list", "--due")


def test_what_the_lists_say(group: Offering, cabas: Cabas) -> None:
    assert [
        row["amount"] for row in json.loads(cabas("export", "recap", "--catalogue", "légumes", "--format", "json"))
    ] == [
        585,
        720,
    ]
    (call,) = json.loads(cabas("export", "calls", "--format", "json"))
    assert (call["member"], call["phone"], call["last"]) == ("Le Bihan Yves", "06 39 98 00 02", "1 Œufs plein air")
    assert "Nothing has changed" in cabas("export", "supplement", "--catalogue", "volailles")
    by_product = cabas("export", "orders", "--by", "product", "--format", "txt")
    assert by_product.index("Tomates") < by_product.index("Œufs") < by_product.index("Poulet")
    importable = cabas("export", "orders")
    assert importable.splitlines()[0].lstrip("\ufeff").startswith("day;member_id;member;email;phone;catalogue;")
    assert "There is no catalogue" in cabas("export", "recap", "--catalogue", "nowhere", code=1)
