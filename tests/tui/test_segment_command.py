"""`cabas segment`: what scripts and people get on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from store import Store
from store.settings import Group
from tests import audience
from tui.cli import run


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> audience.Audience:
    file = tmp_path / "group.cabas"
    monkeypatch.setattr("tui.context.Context.operator", "marie")
    monkeypatch.setattr("tui.context.Context.speak", lambda self: None)
    monkeypatch.setenv("CABAS_FILE", str(file))
    store = Store.create(file, Group("AMAP des Oiseaux", language="en"), "marie", "Marie")
    found = audience.fill(store)
    store.members.star(found.members["odette"], True)
    store.orders.record(found.members["paul"], found.offering.past, [(found.offering.products["tomatoes"], 1000)])
    store.close()
    return found


def test_the_counts_that_scripts_rely_on(group: audience.Audience, capsys: pytest.CaptureFixture[str]):
    assert run(["segment", "count", "everyone", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts == {
        "members": 9,
        "selected": 9,
        "email": 5,
        "mobile": 3,
        "unreachable": 3,
        "opted_out": 1,
        "mails": 6,
    }
    assert list(counts) == ["members", "selected", "email", "mobile", "unreachable", "opted_out", "mails"]


def test_words_need_no_quotes_and_may_begin_with_a_sign(group: audience.Audience, capsys: pytest.CaptureFixture[str]):
    assert run(["segment", "count", "everyone", "-", "vip", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["selected"] == 8
    assert run(["segment", "count", "- vip", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["selected"] == 0


def test_another_kind_of_message_has_other_refusals(group: audience.Audience, capsys: pytest.CaptureFixture[str]):
    assert run(["segment", "count", "everyone", "--kind", "opening", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["opted_out"] == 0


def test_each_step_is_explained(group: audience.Audience, capsys: pytest.CaptureFixture[str]):
    words = 'everyone - subscribers("legumes du gue") & no_email'
    assert run(["segment", "explain", words, "--json"]) == 0
    explained = json.loads(capsys.readouterr().out)
    assert (explained["words"], explained["members"]) == (
        'everyone - subscribers(catalogue="legumes du gue") & no_email',
        9,
    )
    assert [(s["words"], s["change"], s["members"]) for s in explained["steps"]] == [
        ('- subscribers(catalogue="legumes du gue")', -1, 8),
        ("& no_email", -6, 2),
    ]
    assert run(["segment", "explain", words]) == 0
    said = capsys.readouterr().out
    assert "Subscribers of Légumes du Gué (ordered at least once)" in said


def test_members_are_listed_with_what_reaches_them(group: audience.Audience, capsys: pytest.CaptureFixture[str]):
    assert run(["segment", "list", "vip + member(6)", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {(row["name"], row["reach"], row["phone"]) for row in listed} >= {
        ("Maréchal Odette", "unreachable", "06 39 98 00 00")
    }
    assert run(["segment", "list", "vip"]) == 0
    assert "Maréchal Odette" in capsys.readouterr().out


def test_a_saved_segment_is_listed_by_its_words(group: audience.Audience, capsys: pytest.CaptureFixture[str]):
    assert run(["segment", "list"]) == 0
    assert "No segment is saved yet" in capsys.readouterr().out
    assert run(["segment", "save", "everyone - vip", "--name", "Others"]) == 0
    assert "8 members" in capsys.readouterr().out
    assert run(["segment", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["words"] == "everyone - vip"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["count", "everyone - activasion(3)"], 1, "character 12 “activasion”"),
        (["count", "subscribers(nobody-sells-this)"], 1, "There is no catalogue “nobody-sells-this”."),
        (["count"], 2, "Missing argument"),
        (["count", "vip", "--kind", "x"], 2, "Invalid value"),
        (["save", "vip"], 2, "Missing option"),
    ],
)
def test_mistakes_end_in_words_and_a_code(
    group: audience.Audience, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
):
    assert run(["segment", *arguments]) == code
    out = capsys.readouterr()
    assert said in out.err
    assert not out.out
