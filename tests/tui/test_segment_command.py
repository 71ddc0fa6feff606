"""`cabas segment`: what scripts and people get on the command line."""

from __future__ import annotations

import json
import os
import re
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from store import Store
from store.rules import REGISTRY
from store.segments import parse
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
        "sms": 0,
        "texted": 0,
        "letters": 0,
        "csv": 0,
        "calls": 3,
    }
    assert list(counts)[:7] == ["members", "selected", "email", "mobile", "unreachable", "opted_out", "mails"]
    assert run(["segment", "count", "everyone", "--channel", "email", "--channel", "sms", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert (counts["email"], counts["sms"], counts["calls"]) == (5, 3, 0)
    assert run(["segment", "count", "everyone", "--channel", "sms"]) == 0
    rows = [line.rsplit(maxsplit=1) for line in capsys.readouterr().out.splitlines()[1:]]
    said = {name.strip(): int(number) for name, number in rows if number.isdigit()}
    assert (said["– by SMS"], said["– to call"], said["SMS"]) == (3, 5, 3)
    assert said["not by e-mail"] == said["– by SMS"] + said["– to call"]
    assert said["selected"] == said["e-mail"] + said["not by e-mail"] + said["opted out"]


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


def answer(capsys: pytest.CaptureFixture[str], *arguments: str):
    """What a command writes as JSON."""
    assert run(["segment", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command says to a person."""
    assert run(["segment", *arguments]) == 0
    return capsys.readouterr().out


def test_who_does_not_want_it_is_listed_with_who_says_so(group: audience.Audience, capsys):
    (row,) = [row for row in answer(capsys, "list", "everyone") if row["reach"] == "opted_out"]
    assert (row["name"], row["refused"]["by"], row["refused"]["source"]) == ("Petit Zoé", "Marie", "phone")
    assert not row["refused"]["stopped"]
    (line,) = [line for line in said(capsys, "list", "everyone").splitlines() if "Zoé" in line]
    assert "opted out" in line
    assert "Marie" in line
    assert answer(capsys, "count", "everyone", "--service")["opted_out"] == 0


def test_why_somebody_is_in_or_out_and_how_a_message_reaches_them(group: audience.Audience, capsys):
    zoe = answer(capsys, "why", "everyone - vip", "--member", "zoe@exemple.fr")
    assert (zoe["selected"], zoe["inside"], zoe["found"], zoe["reach"]) == (True, [True, True], [False], "opted_out")
    assert zoe["people"][0]["refused"]["source"] == "phone"
    assert answer(capsys, "why", "everyone", "--member", "zoe@exemple.fr", "--service")["reach"] == "email"
    text = said(capsys, "why", "everyone", "-", "vip", "--member", "odette")
    assert "Maréchal Odette is out." in text
    assert [line.split()[:2] for line in text.splitlines() if "VIP" in line] == [["goes", "out"]]
    assert run(["segment", "why", "everyone", "--member", "nobody-of-that-name"]) == 1
    assert "nobody-of-that-name" in capsys.readouterr().err


def test_whose_other_messages_overlap_and_how_to_leave_them_out(group: audience.Audience, capsys):
    assert said(capsys, "overlap", "everyone").strip() == "No other message of these days goes to them."
    with closing(Store(Path(os.environ["CABAS_FILE"]), "marie")) as store:
        message = store.messages.new(parse("everyone"), "News", "Hello", "News of the week")
        store.messages.schedule(message, store.clock.wall() + timedelta(days=2))
    (one,) = answer(capsys, "overlap", "everyone")
    assert (one["message_id"], one["members"], one["selected"], one["kept"]) == (1, 5, 5, True)
    assert answer(capsys, "count", one["leave_out"])["email"] == 0
    text = said(capsys, "overlap", "everyone")
    assert "News of the week" in text
    assert "kept for" in text
    assert 'everyone - written_to(message="News of the week")' in text
    assert answer(capsys, "overlap", "everyone", "--message", "1") == []


def test_a_saved_segment_is_shown_renamed_and_deleted(group: audience.Audience, capsys):
    for words, name in (("everyone - vip", "Others"), ("vip", "Étoiles")):
        said(capsys, "save", words, "--name", name)
    assert "everyone - vip" in said(capsys, "show", "others")
    assert answer(capsys, "show", "etoiles")["steps"][0]["members"] == 1
    assert "Nos étoiles" in said(capsys, "rename", "ETOILES", " Nos  étoiles ")
    assert run(["segment", "rename", "others", "nos etoiles"]) == 1
    assert "already" in capsys.readouterr().err
    assert "nobody + vip" in said(capsys, "forget", "Nos étoiles")
    assert [row["name"] for row in answer(capsys, "list")] == ["Others"]
    assert run(["segment", "show", "Nos étoiles"]) == 1
    assert "No segment is saved as “Nos étoiles”." in capsys.readouterr().err
    assert run(["segment", "save", "vip", "--name", "x" * 61]) == 1
    assert "60 are allowed" in capsys.readouterr().err


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
        (["count", "subscribers(legume)"], 1, "“legume”. Possible: Légumes du Gué."),
        (["count", "bought(tomates)"], 1, "Possible: Tomates cœur de bœuf."),
        (["count", "tous - vip"], 1, "All rules: cabas segment rules."),
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


def test_what_finds_nobody_is_warned_of_and_counted_all_the_same(
    group: audience.Audience, capsys: pytest.CaptureFixture[str]
):
    for command in (["count"], ["explain"], ["list"], ["save", "--name", "Others"]):
        assert run(["segment", *command, "everyone - tag(livrasion) - member(99999)"]) == 0
        out = capsys.readouterr()
        warned = "! No member has the tag “livrasion”.\n! There is no member with the number 99999.\n"
        assert out.err == warned
        assert out.out
    assert run(["segment", "explain", "nobody + member(99999)"]) == 0
    assert "By hand: nobody with the number 99999" in capsys.readouterr().out


def test_saved_words_are_shown_with_names_and_outlive_a_change_of_name(
    group: audience.Audience, capsys: pytest.CaptureFixture[str]
):
    assert run(["segment", "save", 'everyone – subscribers("legumes du gue")', "--name", "Others"]) == 0
    assert run(["segment", "list", "--json"]) == 0
    number = group.offering.catalogues["veg"]
    listed = capsys.readouterr().out
    assert f"everyone - subscribers(catalogue={number})" in listed
    with closing(Store(Path(os.environ["CABAS_FILE"]), "marie")) as store:
        store.catalogues.edit_catalogue(number, store.catalogues.get(number).version, name="Légumes d'Erdre")
    assert run(["segment", "save", "vip", "--name", "OTHERS"]) == 0
    assert """“OTHERS” was: everyone - subscribers(catalogue="Légumes d'Erdre")""" in capsys.readouterr().out
    assert run(["segment", "save", f"everyone - subscribers({number})", "--name", "Others"]) == 0
    assert run(["segment", "show", "Others"]) == 0
    assert """Others: everyone - subscribers(catalogue="Légumes d'Erdre")""" in capsys.readouterr().out


def test_every_rule_is_listed_as_it_is_written(capsys: pytest.CaptureFixture[str]):
    assert run(["segment", "rules"]) == 0
    listed = capsys.readouterr().out
    assert "spent(at_least=12.50, [since=2026-11-26], [until=2026-11-26])" in listed
    assert run(["segment", "rules", "--json"]) == 0
    rules = json.loads(capsys.readouterr().out)
    assert {rule["name"] for rule in rules} == set(REGISTRY)
    for line in listed.splitlines()[1:]:
        written = re.split("  +", line)[0].translate({ord(c): None for c in "[]"})
        if written.split("(")[0] in REGISTRY:
            parse(written)
