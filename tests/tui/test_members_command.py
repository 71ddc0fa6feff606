"""`cabas members` and `cabas import members`: what scripts rely on, and what a person is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from store import Store
from store.handle import unix_login
from store.settings import Group
from tui.cli import run

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def cabas(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Run a command line on a new group's file: exit code, output and errors."""
    path = tmp_path / "group.cabas"
    Store.create(path, Group("AMAP des Oiseaux"), unix_login(), "Marie").close()

    def carry_out(*arguments: object) -> tuple[int, str, str]:
        code = run(["--file", str(path), *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return carry_out


def test_the_list_has_the_keys_that_scripts_rely_on(cabas):
    cabas("import", "members", SAMPLES / "cagette_legacy.csv")
    code, out, _err = cabas("members", "list", "--json")
    rows = json.loads(out)
    assert code == 0
    assert len(rows) == 7
    assert all(list(row) == ["id", "first_name", "last_name", "email", "mobile", "postal_code"] for row in rows)
    odette = next(row for row in rows if row["first_name"] == "Odette")
    assert (odette["email"], odette["mobile"], odette["postal_code"]) == ("", "", "44800")
    assert json.loads(cabas("members", "list", "--segment", "nobody + no_email", "--json")[1]) == [odette]
    assert json.loads(cabas("members", "list", "--search", "+33 2 40", "--json")[1]) == [odette]


def test_an_import_says_what_it_would_do_and_what_it_did(cabas):
    file = SAMPLES / "camap.csv"
    code, out, _err = cabas("import", "members", file, "--dry-run", "--json")
    report = json.loads(out)
    assert code == 0
    assert {k: v for k, v in report.items() if k != "details"} == {
        "format": "camap", "new": 7, "changed": 0, "same": 0, "candidates": 0, "bad": 0
    }  # fmt: skip
    assert report["details"][0]["line"] == 2
    assert "Nothing is stored yet" in cabas("import", "members", file, "--dry-run")[1]
    assert "7 new, 0 changed, 0 as before" in cabas("import", "members", file)[1]
    assert "Nothing had to be changed" in cabas("import", "members", file)[1]


def test_rows_that_are_left_out_are_named(cabas, tmp_path: Path):
    file = tmp_path / "members.csv"
    file.write_text(
        "first_name;last_name;email\nAnne;Durand;a@@b.fr\nYves;Petit;y@exemple.fr\nPaul;Petit;y@exemple.fr\n"
    )
    code, out, _err = cabas("import", "members", file)
    assert code == 0
    assert "line 2: left out, “a@@b.fr” is no e-mail address" in out
    assert "line 4: Petit Paul: not imported, its e-mail is that of Petit Yves" in out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "There is no file at"),
        (b"", "is empty"),
        (b"PK\x03\x04", "is a spreadsheet"),
        (b"\x00\x01\x02", "is no text file"),
        (b"a;b\n\x81;\x8d\n", "cannot be read"),
        (b"product;price [/]\nTomates;3,90\n", "is no file that cabas knows"),
        (b"first_name;first_name\nAnne;Anne\n", "twice"),
    ],
)
def test_a_bad_file_is_one_clear_sentence(cabas, tmp_path: Path, content: bytes | None, words: str):
    file = tmp_path / "bad [b].csv"
    if content is not None:
        file.write_bytes(content)
    code, out, err = cabas("import", "members", file)
    assert (code, out) == (1, "")
    assert words in err
    assert len(err.splitlines()) == 1
    assert json.loads(cabas("members", "list", "--json")[1]) == []


def test_a_member_from_the_command_line(cabas):
    code, out, _err = cabas(
        "members", "add", "--first-name", "Odette", "--last-name", "Prix [/]", "--phone", "0240112233", "--json"
    )
    member = json.loads(out)["id"]
    assert code == 0
    assert "Prix [/] Odette" in cabas("members", "list")[1]
    assert cabas("members", "edit", "odette", "--email", "odette@exemple.fr", "--city", "Nantes", "--vip")[0] == 0
    assert cabas("members", "edit", member, "--second", "--first-name", "Luc")[0] == 0
    shown = cabas("members", "show", member)[1]
    for words in ("Prix [/] Odette & Luc", "★", "odette@exemple.fr (gets mail)", "02 40 11 22 33", "Nantes"):
        assert words in shown
    assert json.loads(cabas("members", "show", member, "--json")[1])["people"][0]["phone_e164"] == "+33240112233"
    assert cabas("members", "edit", member, "--archive")[0] == 0
    assert "no members yet" in cabas("members", "list")[1]
    assert cabas("members", "edit", member, "--no-archive")[0] == 0
    assert "Odette" in cabas("members", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("members", "show", "zzz"), 1, "There is no member “zzz”"),
        (("members", "add"), 1, "A name is needed"),
        (("members", "add", "--email", "x@@y"), 1, "is no e-mail address"),
        (("members", "list", "--segment", "nobody + zzz"), 1, "zzz"),
        (("members", "list", "--nonsense"), 2, "--nonsense"),
        (("members", "edit", "zzz", "--language", "xx"), 2, "--language"),
    ],
)
def test_what_cannot_be_done_is_said(cabas, arguments: tuple[str, ...], code: int, words: str):
    done, out, err = cabas(*arguments)
    assert (done, out) == (code, "")
    assert words in err
