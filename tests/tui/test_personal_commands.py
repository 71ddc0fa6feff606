"""`cabas members show --everything`, `cabas members erase` and `cabas export`: what a script and a person get."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest

from store import Store
from store.handle import unix_login
from store.settings import Group
from tests import known_member, offering
from tests.known_member import FRANCOIS, HELENE
from tests.terminal import CABAS, Terminal
from tui.cli import run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A group of four households, one of them with all that can be stored."""
    path = tmp_path / "group.cabas"
    with_all = Store.create(path, Group("AMAP des Oiseaux"), unix_login(), "Marie")
    known_member.fill(with_all, offering.fill(with_all))
    with_all.close()
    return path


@pytest.fixture
def cabas(path: Path, capfdbinary: pytest.CaptureFixture[bytes]):
    """Run a command line on the group's file: exit code, output and errors."""

    def carry_out(*arguments: object) -> tuple[int, str, str]:
        code = run(["--file", str(path), *map(str, arguments)])
        said = capfdbinary.readouterr()
        return code, said.out.decode(), said.err.decode()

    return carry_out


def test_everything_about_a_member_in_words_and_as_json(cabas):
    code, out, err = cabas("members", "show", "Guérinois Hélène", "--everything")
    assert (code, err) == (0, "")
    for text in (HELENE, FRANCOIS, "Allergique aux noix", "Farine T80 blé", "Nouveautés", "cagette", "Voisins"):
        assert text in out
    data = json.loads(cabas("members", "show", HELENE, "--everything", "--json")[1])
    assert [person["email"] for person in data["member"]["people"]] == [HELENE, FRANCOIS]
    assert data["orders"][0]["lines"][0]["amount"] == 430


def test_erasing_asks_or_wants_a_yes(cabas, monkeypatch):
    code, out, err = cabas("members", "erase", "guerinois")
    assert code == 1
    assert "--yes" in err
    assert "Guérinois" in err, "what would go is said"
    assert out == ""
    assert cabas("members", "list", "--search", "guerinois", "--json")[1] != "[]\n"
    code, out, _err = cabas("members", "erase", "guerinois", "--yes")
    assert (code, "Erased for good" in out) == (0, True)
    assert json.loads(cabas("members", "list", "--search", "guerinois", "--json")[1]) == []
    assert cabas("members", "erase", "guerinois", "--yes")[0] == 1


def test_one_of_two_is_erased(cabas):
    code, _out, err = cabas("members", "erase", HELENE, "--second", "--yes")
    goes, stays = err.split("Stays")
    assert (code, "notes on 2 orders" in goes, "notes on 2 orders" in stays) == (0, False, True)
    assert "without a name" not in err, "they are the other one's"
    (row,) = json.loads(cabas("members", "list", "--search", "guerinois", "--json")[1])
    assert row["email"] == HELENE
    code, _out, err = cabas("members", "erase", HELENE, "--person", 2, "--yes")
    assert (code, "no second person" in err) == (1, True)
    assert cabas("members", "erase", HELENE, "--person", 3)[0] == 2


def test_an_erased_member_is_nobody_to_change(cabas):
    (row,) = json.loads(cabas("members", "list", "--search", "guerinois", "--json")[1])
    assert cabas("members", "erase", row["id"], "--yes")[0] == 0
    assert cabas("members", "edit", row["id"], "--notes", "back")[::2] == (1, f"There is no member “{row['id']}”.\n")


def test_members_are_written_to_the_output(cabas):
    code, out, err = cabas("export", "members")
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert (code, err, len(rows)) == (0, "", 4)
    assert cabas("export", "members", "--segment", "nobody + has_email", "--format", "to")[1] == (
        ""  # she refused news, he said STOP
    )
    code, out, err = cabas("export", "members", "--format", "vcf", "--segment", "everyone & has_mobile")
    assert out.startswith("BEGIN:VCARD\r\n")


def test_who_is_left_out_is_said(cabas):
    code, out, err = cabas("export", "members", "--format", "cagette")
    assert (code, len(out.splitlines())) == (0, 2)
    assert "3 members" in err


def test_members_are_written_to_a_new_file_only(cabas, tmp_path):
    target = tmp_path / "list.csv"
    code, out, err = cabas("export", "members", "-o", target)
    assert (code, out) == (0, "")
    assert str(target) in err
    assert stat.S_IMODE(target.stat().st_mode) & 0o077 == 0
    before = target.read_bytes()
    code, _out, err = cabas("export", "members", "-o", target)
    assert (code, target.read_bytes()) == (1, before)
    assert "is there already" in err
    assert cabas("export", "members", "-o", tmp_path / "no" / "such" / "folder.csv")[0] == 1


def test_nonsense_is_refused(cabas):
    assert cabas("export", "members", "--format", "xlsx")[0] == 2
    code, _out, err = cabas("export", "members", "--segment", "nobody + nonsense")
    assert code == 1
    assert "nonsense" in err


def test_what_is_exported_can_be_imported_again(cabas, tmp_path):
    target = tmp_path / "list.csv"
    cabas("export", "members", "-o", target)
    report = json.loads(cabas("import", "members", target, "--json")[1])
    assert {name: report[name] for name in ("format", "new", "changed", "same", "candidates", "bad")} == {
        "format": "cabas", "new": 0, "changed": 0, "same": 4, "candidates": 0, "bad": 0
    }  # fmt: skip


def test_products_and_orders_are_written_too(cabas):
    code, out, _err = cabas("export", "products", "--catalogue", "Moulin d'Ancenis")
    assert code == 0
    assert "Farine T80 blé" in out
    assert "Tomates" not in out
    assert cabas("export", "products", "--catalogue", "Nulle part")[0] == 1
    code, out, _err = cabas("export", "orders", "--distribution", "2026-11-26")
    assert (code, len(out.splitlines())) == (0, 2)
    assert "Guérinois" in out


def test_on_a_terminal_erasing_asks(path):
    command = [*CABAS, "--file", str(path), "members", "erase", "guerinois", "--person", "1"]
    with Terminal(command) as terminal:
        terminal.wait("Erase Guérinois Hélène for good?")
        terminal.write("n\r")
        terminal.wait("Nothing is erased.")
    store = Store(path, unix_login())
    assert store.members.search("guerinois").total == 1
    with Terminal(command) as terminal:
        terminal.wait("Erase Guérinois Hélène for good?")
        terminal.write("y\r")
        terminal.wait("Erased for good")
    assert [person.first_name for person in store.members.get(store.members.resolve(FRANCOIS)).people] == ["François"]
    store.close()
