"""`cabas members`: every field, merging, preferences, archiving and tags, as scripts and people use them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from store import Store
from store.handle import unix_login
from store.settings import Group
from tui.cli import run

Cabas = Callable[..., tuple[int, str, str]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "group.cabas"
    Store.create(found, Group("AMAP des Oiseaux"), unix_login(), "Marie").close()
    return found


@pytest.fixture
def cabas(path: Path, capsys: pytest.CaptureFixture[str]) -> Cabas:
    """Run a command line on a new group's file: exit code, output and errors."""

    def carry_out(*arguments: object) -> tuple[int, str, str]:
        code = run(["--file", str(path), *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return carry_out


def add(cabas: Cabas, *arguments: str) -> int:
    code, out, _err = cabas("members", "add", *arguments, "--json")
    assert code == 0
    return int(json.loads(out)["id"])


def told(cabas: Cabas, member: object) -> dict:
    return json.loads(cabas("members", "show", member, "--json")[1])


def test_every_field_of_both_people(cabas: Cabas):
    odette = add(
        cabas, "--first-name", "Odette", "--last-name", "Maréchal", "--email-state", "none", "--phone",
        "02 40 11 22 33", "--second-first-name", "Luc", "--second-email", "amap+3@exemple.fr",
        "--second-email-state", "real", "--second-mobile", "06 39 98 00 01", "--address1", "3 rue du Port",
        "--address2", "Bât. B", "--postal-code", "44000",
        "--city", "Nantes", "--country", "FR", "--language", "fr", "--pickup-place", "Treillières",
        "--joined-on", "2021-02-03", "--tag", "bio", "--tag", "bread", "--notes", "Rings at six.", "--vip",
    )  # fmt: skip
    member = told(cabas, odette)
    first, second = member["people"]
    assert (first["first_name"], first["email"], first["email_state"], first["phone_e164"]) == (
        "Odette", "", "none", "+33240112233"
    )  # fmt: skip
    assert (second["first_name"], second["email"], second["email_state"]) == ("Luc", "amap+3@exemple.fr", "has")
    fields = ("address1", "address2", "postal_code", "city", "country", "language", "pickup_place", "joined_on")
    assert [member[name] for name in fields] == [
        "3 rue du Port", "Bât. B", "44000", "Nantes", "FR", "fr", "Treillières", "2021-02-03"
    ]  # fmt: skip
    assert (member["tags"], member["notes"], member["vip"]) == (["bio", "bread"], "Rings at six.", True)

    code, out, _err = cabas(
        "members", "edit", odette, "--tag", "-BIO", "--tag", "eggs", "--joined-on", "", "--no-vip", "--second",
        "--last-name", "Petit", "--email-state", "none", "--swap", "--json",
    )  # fmt: skip
    changed = json.loads(out)
    assert code == 0
    assert [p["first_name"] for p in changed["people"]] == ["Luc", "Odette"]
    assert (changed["people"][0]["last_name"], changed["people"][0]["email_state"]) == ("Petit", "none")
    assert (changed["tags"], changed["joined_on"], changed["vip"]) == (["bread", "eggs"], None, False)


def test_who_may_be_here_twice_is_named(cabas: Cabas):
    odette = add(cabas, "--first-name", "Odette", "--last-name", "Maréchal", "--phone", "02 40 11 22 33")
    code, _out, err = cabas("members", "add", "--first-name", "odette", "--last-name", "marechal")
    assert code == 0
    assert f"Perhaps here twice: Maréchal Odette, 02 40 11 22 33 (member {odette})" in err
    assert json.loads(cabas("members", "twice", "--json")[1]) == [{"keep": odette, "other": odette + 1}]
    assert "Maréchal Odette" in cabas("members", "twice")[1]
    cabas("members", "merge", odette, odette + 1, "--yes")
    assert "Nobody" in cabas("members", "twice")[1]


def test_two_are_merged_and_two_again(cabas: Cabas, monkeypatch: pytest.MonkeyPatch):
    keep = add(cabas, "--first-name", "Odette", "--last-name", "Maréchal", "--city", "Nantes")
    other = add(
        cabas, "--first-name", "Odette", "--last-name", "Marechal", "--email", "odette@exemple.fr", "--city", "Rezé"
    )
    code, out, _err = cabas("members", "merge", keep, other, "--dry-run")
    assert code == 0
    assert "odette@exemple.fr" in out
    assert "Rezé" in out
    preview = json.loads(cabas("members", "merge", keep, other, "--dry-run", "--json")[1])
    assert preview["merge"] is None
    assert {change["field"] for change in preview["preview"]["changes"]} == {"email"}
    assert told(cabas, other)["id"] == other

    # Nobody answers, as under cron.
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code, out, err = cabas("members", "merge", keep, other)
    assert code == 1
    assert "--yes" in err
    assert told(cabas, other)["id"] == other

    done = json.loads(cabas("members", "merge", keep, other, "--yes", "--json")[1])
    assert done["member"] == keep
    assert told(cabas, other)["id"] == keep
    assert told(cabas, keep)["people"][0]["email"] == "odette@exemple.fr"
    listed = json.loads(cabas("members", "merges", keep, "--json")[1])
    assert [(m["id"], m["gone_id"], m["undone_at"]) for m in listed] == [(done["merge"], other, None)]
    assert "Marechal Odette" in cabas("members", "merges", keep)[1]

    code, out, _err = cabas("members", "unmerge", done["merge"])
    assert code == 0
    assert "are two members again" in out
    assert told(cabas, other)["people"][0]["email"] == "odette@exemple.fr"
    assert cabas("members", "unmerge", done["merge"])[0] == 1


def test_of_three_people_two_are_named(cabas: Cabas):
    keep = add(cabas, "--first-name", "Anne", "--last-name", "Roux", "--second-first-name", "Yves")
    other = add(cabas, "--first-name", "Luc", "--last-name", "Roux")
    code, _out, err = cabas("members", "merge", keep, other, "--yes")
    assert code == 1
    assert "--stays" in err
    code, _out, err = cabas("members", "merge", keep, other, "--yes", "--stays", "Zoé", "--stays", "luc")
    assert code == 1
    assert "Zoé" in err
    assert cabas("members", "merge", keep, other, "--yes", "--stays", "anne", "--stays", "Luc Roux")[0] == 0
    assert [p["first_name"] for p in told(cabas, keep)["people"]] == ["Anne", "Luc"]


def test_a_merge_that_cannot_be_undone_says_why(cabas: Cabas):
    keep = add(cabas, "--first-name", "Odette")
    other = add(cabas, "--first-name", "Odette", "--notes", "Has a car.")
    merge = json.loads(cabas("members", "merge", keep, other, "--yes", "--json")[1])["merge"]
    cabas("members", "edit", keep, "--notes", "deaf")
    code, out, err = cabas("members", "unmerge", merge)
    assert (code, out) == (1, "")
    assert "was changed since" in err


def test_what_a_person_wants_is_written_down(cabas: Cabas):
    luc = add(cabas, "--first-name", "Luc", "--email", "luc@exemple.fr", "--second-first-name", "Anne")
    assert cabas("members", "preferences", luc, "--refuse", "targeted", "--refuse", "pickup")[0] == 0
    found = json.loads(cabas("members", "preferences", luc, "--allow", "pickup", "--source", "form", "--json")[1])
    said = {(p["channel"], p["kind"]): p for p in found["preferences"]}
    assert len(said) == 12
    assert not said["email", "targeted"]["allowed"]
    assert said["email", "pickup"]["allowed"]
    assert (said["email", "pickup"]["by"], said["email", "pickup"]["source"]) == ("Marie", "form")
    cabas("members", "preferences", luc, "--second", "--channel", "sms", "--refuse", "all")
    found = json.loads(cabas("members", "preferences", luc, "--second", "--json")[1])
    assert {p["kind"] for p in found["preferences"] if p["channel"] == "sms" and p["since"]} == {
        "opening", "last_call", "pickup", "automatic", "targeted"
    }  # fmt: skip
    assert "by phone" in cabas("members", "preferences", luc)[1]
    for wrong, says in (
        (("--refuse", "zzz"), "There is no kind of message"),
        (("--allow", "targetted"), "There is no kind of message"),
        (("--channel", "sms", "--allow", "measured"), "Nothing is counted in SMS"),
    ):
        code, _out, err = cabas("members", "preferences", luc, *wrong)
        assert code == 1
        assert says in err
    cabas("members", "preferences", luc, "--allow", "measured")
    lines = [line for line in cabas("members", "preferences", luc)[1].splitlines() if "counting clicks" in line]
    assert len(lines) == 1
    assert "yes" in lines[0]


def test_a_stop_is_not_lifted_in_passing(cabas: Cabas, path: Path):
    luc = add(cabas, "--first-name", "Luc", "--email", "luc@exemple.fr")
    store = Store(path, unix_login())
    with store.writing() as t:
        from store.preferences import STOP, suppress

        suppress(t, "luc@exemple.fr", "targeted", STOP)
    store.close()
    code, _out, err = cabas("members", "preferences", luc, "--allow", "targeted")
    assert code == 1
    assert "STOP" in err
    assert cabas("members", "preferences", luc, "--allow", "targeted", "--said-so")[0] == 0


def test_archiving_asks_for_who_is_expected(cabas: Cabas, path: Path):
    luc, anne = add(cabas, "--first-name", "Luc"), add(cabas, "--first-name", "Anne")
    store = Store(path, unix_login())
    catalogue = store.catalogues.add_catalogue("Miel", store.catalogues.add_producer("Miel"), "EUR")
    honey = store.catalogues.add_product(catalogue, "Miel", 500)
    day = date(store.clock.today().year + 1, 6, 1)
    store.orders.record(luc, store.distributions.add(day, "18:00", "19:00", "Nantes", [catalogue]), [(honey, 1000)])
    store.close()
    code, out, err = cabas("members", "archive", luc, anne)
    assert (code, out) == (1, "")
    assert "Luc: has an order" in err
    assert len(json.loads(cabas("members", "list", "--json")[1])) == 2
    assert json.loads(cabas("members", "archive", luc, anne, "--yes", "--json")[1]) == {"changed": 2}
    assert json.loads(cabas("members", "list", "--json")[1]) == []
    assert "1 member changed" in cabas("members", "restore", anne)[1]


def test_a_tag_for_several(cabas: Cabas):
    luc, anne = add(cabas, "--first-name", "Luc", "--vip"), add(cabas, "--first-name", "Anne")
    assert json.loads(cabas("members", "tag", "bio", "luc", anne, "--json")[1]) == {"changed": 2}
    assert json.loads(cabas("members", "tag", "Bio", "--remove", "--segment", "nobody + vip", "--json")[1]) == {
        "changed": 1
    }
    assert (told(cabas, luc)["tags"], told(cabas, anne)["tags"]) == ([], ["bio"])
    assert cabas("members", "tag", "bio")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--joined-on", "yesterday"), "is no day"),
        (("--first-name", "Luc", "--email-state", "real"), "no address"),
        (("--first-name", "Luc", "--email", "l@exemple.fr", "--email-state", "none"), "or there is none"),
    ],
)
def test_what_makes_no_sense_is_said(cabas: Cabas, arguments: tuple[str, ...], words: str):
    code, out, err = cabas("members", "add", *arguments)
    assert (code, out) == (1, "")
    assert words in err
