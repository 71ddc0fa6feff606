"""`cabas order`: what a script gets, and that a wrong line takes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from store import Store
from store.settings import Group
from templates import words
from tests.offering import Offering, fill
from tui.cli import run


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    words.use("en")
    monkeypatch.setattr("tui.context.Context.operator", "marie")
    monkeypatch.setattr("tui.context.Context.speak", lambda self: None)
    monkeypatch.setenv("CABAS_FILE", str(tmp_path / "group.cabas"))
    return tmp_path / "group.cabas"


@pytest.fixture
def group(file: Path) -> Offering:
    store = Store.create(file, Group("AMAP des Oiseaux"), "marie", "Marie")
    found = fill(store)
    # The example's days are fixed; the commands run today.
    today = store.clock.today()
    days = {found.past: today - timedelta(days=7), found.next: today + timedelta(days=1)}
    with store.writing() as t:
        for distribution, day in days.items():
            t.execute("UPDATE distributions SET day = ? WHERE id = ?", (day.isoformat(), distribution))
        t.execute("UPDATE distribution_catalogues SET closes = NULL")
    store.close()
    return found


def test_an_order_from_a_script(group: Offering, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["order", "add", "--member", "Maréchal", "--distribution", "next", "3 TOMCB", "1,5 kg pdtn", "7 herbes"]
    assert run([*command, "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    total = {"EUR": 1170 + 285 + 350}
    nothing: dict[str, list[str]] = {"vouchers": [], "late_lines": [], "warnings": []}
    assert done == {"id": done["id"], "totals": total, "to_pay": total, "estimated": False, **nothing}
    assert run(["order", "show", str(done["id"]), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(line["reference"], line["quantity"]) for line in shown["lines"]] == [
        ("TOMCB", 3.0),
        ("PDTN", 1.5),
        ("7HE", 1.0),
    ]
    assert run(["order", "list", "--json"]) == 0
    assert [(row["member"], row["lines"]) for row in json.loads(capsys.readouterr().out)] == [("Maréchal Odette", 3)]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("3 TOM", "no product “3 TOM”"),
        ("1,5 6OE", "sold whole"),
        ("2 kg CAN", "not sold in this unit"),
        ("0 TOMCB", "above 0"),
        ("", "no product"),
    ],
)
def test_a_wrong_line_refuses_the_whole_order(
    group: Offering, capsys: pytest.CaptureFixture[str], line: str, sentence: str
) -> None:
    assert run(["order", "add", "--member", "Odette", "3 TOMCB", line]) == 1
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.out == ""
    assert run(["order", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_what_is_late_and_what_is_short_are_told(
    group: Offering, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(file, "marie")
    store.distributions.mark_recap_sent(group.next, group.catalogues["poultry"])
    store.close()
    assert run(["order", "add", "--member", "Odette", "11 POUL"]) == 1
    told = capsys.readouterr().err
    assert "Poulet fermier: only 10 left." in told
    assert "--short" in told
    assert run(["order", "add", "--member", "Odette", "11 POUL", "--short"]) == 0
    said = capsys.readouterr().out
    assert "1 line for Volailles Rigaud is late: not yet told to the producer." in said
    assert "Poulet fermier: only 10 were left." in said
    assert run(["order", "add", "--member", "Odette", "1 POUL", "--short", "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["late_lines"] == [
        {
            "catalogue": "Volailles Rigaud",
            "product": "Poulet fermier",
            "before": 11.0,
            "after": 12.0,
            "after_recap": True,
        }
    ]
    assert len(done["warnings"]) == 2


def test_an_unusual_quantity_is_stored_only_where_it_is_meant(
    group: Offering, capsys: pytest.CaptureFixture[str]
) -> None:
    add = ["order", "add", "--member", "Odette", "1 PDTN", "9999 TOMCB"]
    for form in ([], ["--json"]):
        assert run([*add, *form]) == 1
        captured = capsys.readouterr()
        assert "9,999 Tomates" in captured.err
        assert "is unusual: the most ever was" in captured.err
        assert "Nothing is stored. Where it is meant: --unusual." in captured.err
        assert captured.out == ""
    assert run(["order", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert run([*add, "--unusual", "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert "is unusual" in done["warnings"][0]
    change = ["order", "change", str(done["id"]), "=8888 PDTN"]
    assert run(change) == 1
    assert "8,888 " in capsys.readouterr().err
    assert run([*change, "--unusual"]) == 0
    assert run([*change, "=2 PDTN"]) == 0, "what is said last of a product counts"
    capsys.readouterr()
    assert run(["order", "show", str(done["id"]), "--json"]) == 0
    assert sorted(line["quantity"] for line in json.loads(capsys.readouterr().out)["lines"]) == [2.0, 9999.0]


def test_a_cancelled_order_is_shown_as_one(group: Offering, capsys: pytest.CaptureFixture[str]) -> None:
    run(["order", "add", "--member", "Odette", "1 TOMCB", "--json"])
    number = str(json.loads(capsys.readouterr().out)["id"])
    assert run(["order", "cancel", number, "--reason", " "]) == 1
    assert "say why first" in capsys.readouterr().err
    assert run(["order", "cancel", number, "--reason", "ill"]) == 0
    assert "is cancelled" in capsys.readouterr().out
    assert run(["order", "show", number]) == 0
    assert "Cancelled: ill" in capsys.readouterr().out
    assert run(["order", "cancel", number, "--reason", "ill"]) == 1


def test_an_order_is_changed_settled_and_moved(group: Offering, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(
        [
            "order",
            "add",
            "--member",
            "Odette",
            "--distribution",
            str(group.next),
            "2 TOMCB",
            "1 POUL",
            "1 FT80",
            "--json",
        ]
    )
    number = str(json.loads(capsys.readouterr().out)["id"])
    assert run(["order", "change", number, "=2 POUL", "+1,5 tomcb", "0 FT80", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["totals"] == {"EUR": 1365 + 4500}
    assert run(["order", "change", number, "0 FT80"]) == 1
    assert run(["order", "change", number, "=12 POUL"]) == 1
    assert "only 10 left" in capsys.readouterr().err
    assert run(["order", "settle", number, "POUL=3,617"]) == 0
    assert "3.617 kg" in capsys.readouterr().out
    assert run(["order", "settle", number, "POUL=3617", "--json"]) == 0
    settled = json.loads(capsys.readouterr().out)
    assert (settled["lines"][1]["settled_weight"], settled["doubtful"]) == (3617.0, ["Poulet fermier"])
    for wrong in ("POUL=heavy", "TOMCB=1", "POUL=3 l"):
        assert run(["order", "settle", number, wrong]) == 1
    assert run(["order", "settle", number, "poul=3617 g"]) == 0
    capsys.readouterr()
    assert run(["order", "show", number, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["totals"] == {"EUR": 1365 + 4521}
    store = Store(file, "marie")
    later = store.distributions.add(store.clock.today() + timedelta(days=8), "18:00", "19:00", "Treillières", [1])
    store.close()
    capsys.readouterr()
    assert run(["order", "move", number, "--distribution", str(later)]) == 0
    assert "Not offered there, and left where it was: Poulet fermier" in capsys.readouterr().out
    assert run(["order", "move", number, "--distribution", str(later)]) == 1
    assert "Nothing of this order is offered there" in capsys.readouterr().err


def test_nobody_and_nowhere_are_said_in_words(group: Offering, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["order", "add", "--member", "Nobody", "1 TOMCB"]) == 1
    assert "Nobody" in capsys.readouterr().err
    assert run(["order", "add", "--member", "Odette", "--distribution", "2031-01-01", "1 TOMCB"]) == 1
    assert "2031-01-01" in capsys.readouterr().err
