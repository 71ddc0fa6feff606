"""`cabas import`: what scripts rely on, what a person is told, and that a question can be answered."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import pty
import subprocess
import sys
from datetime import date
from pathlib import Path
from subprocess import PIPE

import pytest

from store import Store
from store.handle import unix_login
from store.settings import Group
from tests.store.exchange.shop import SAMPLES, Shop, fill
from tui.cli import run

KEYS = ["format", "new", "changed", "same", "candidates", "bad", "details"]
DAY = SAMPLES / "cagette_whole_day.csv"


@pytest.fixture
def group(tmp_path: Path) -> Path:
    return tmp_path / "group.cabas"


@pytest.fixture
def shop(group: Path) -> Shop:
    store = Store.create(group, Group("AMAP des Oiseaux"), unix_login(), "Marie")
    found = fill(store)
    store.close()
    return found


@pytest.fixture
def cabas(group: Path, shop: Shop, capsys: pytest.CaptureFixture[str]):
    """Run a command line on the group's file: exit code, output and errors."""

    def carry_out(*arguments: object) -> tuple[int, str, str]:
        code = run(["--file", str(group), *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return carry_out


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "file.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_orders_from_the_command_line(cabas, group: Path, shop: Shop):
    store = Store(group, unix_login())
    store.catalogues.edit_product(shop.products["eggs"], 1, stock_kind="all", stock=0)
    store.close()
    code, out, err = cabas("import", "orders", DAY, "--distribution", "2026-11-26", "--dry-run", "--json")
    report = json.loads(out)
    assert (code, err, list(report)[:7]) == (0, "", KEYS)
    assert {key: report[key] for key in KEYS[:6]} == {
        "format": "cagette-day", "new": 6, "changed": 0, "same": 1, "candidates": 0, "bad": 0,
    }  # fmt: skip
    assert json.loads(cabas("order", "list", "--distribution", "2026-11-26", "--json")[1]) == []
    out = cabas("import", "orders", DAY, "--distribution", "2026-11-26")[1]
    assert "6 new, 0 changed, 1 as before" in out
    assert report["short"] == ["Œufs"]
    assert "More is ordered than there is of 1 product: Œufs." in out
    assert "Nothing had to be changed" in cabas("import", "orders", DAY, "--distribution", "2026-11-26")[1]
    assert len(json.loads(cabas("order", "list", "--distribution", "2026-11-26", "--json")[1])) == 4


def test_what_the_file_cannot_say_is_wrong_use(cabas, tmp_path: Path):
    code, out, err = cabas("import", "orders", DAY)
    assert (code, out) == (2, "")
    assert "--distribution" in err
    code, out, err = cabas("import", "products", SAMPLES / "products_camap.csv", "--dry-run", "--json")
    assert (code, json.loads(out)["needs"]) == (2, ["catalogue"])
    assert "--catalogue" in err


def test_questions_are_answered_as_they_are_shown(cabas, tmp_path: Path):
    file = written(
        tmp_path,
        "Nom;productName;prix TTC;Quantité;frais;total;Payé\n"
        "GUéRIN;Œufs 6 pièces;2,40;1;;;\n"
        "NOUVEAU Zoé;Brioche 400 g.;5,20;2;;;\n"
        "MARéCHAL Odette;Brioche 400 g.;5,20;1;;;\n",
    )
    command = ("import", "orders", file, "--distribution", "2026-11-26", "--catalogue", "Œufs - Ferme du Gué")
    _code, out, _err = cabas(*command)
    assert "3 rows wait for an answer" in out
    for words in (
        "Who is “GUéRIN”? (line 2)",
        "--take member:guerin=1   Guérin Hélène & François",
        "--take 'member:nouveau zoe=new'   none of them: it is new",
        "Which product is “Brioche 400 g.”? (lines 3, 4)",
    ):
        assert words in out
    code, out, _err = cabas(*command, "--take", "2=Hélène Guérin", "--take", "product:Brioche 400 g.=new", "--json")
    assert (code, json.loads(out)["new"], json.loads(out)["candidates"]) == (0, 2, 1)
    assert "1 new, 0 changed, 2 as before" in cabas(*command, "--new")[1]
    assert "0 new, 0 changed, 3 as before" in cabas(*command, "--new")[1]
    code, _out, err = cabas(*command, "--take", "9=1")
    assert (code, "nothing like that is asked" in err) == (2, True)


def test_members_that_may_be_known_are_answered_by_line(cabas, tmp_path: Path):
    file = written(tmp_path, "first_name;last_name;email;phone;city\nOdette;Maréchal;;;Nantes\nZoé;Ångström;;;Oslo\n")
    _code, out, _err = cabas("import", "members", file, "--dry-run")
    assert "--take 2=3   Maréchal Odette" in out
    _code, out, _err = cabas("import", "members", file, "--take", "2=odette", "--take", "3=new", "--json")
    assert (json.loads(out)["changed"], json.loads(out)["new"]) == (1, 1)
    assert json.loads(cabas("members", "show", "odette", "--json")[1])["city"] == "Nantes"


def test_products_from_the_command_line(cabas, tmp_path: Path):
    file = written(
        tmp_path, "Nom du produit;Prix TTC;Unité;Quantité\nŒufs;2,60;pièce;6\nRadis;1,80;botte;1\nPain;cheap;kg;1\n"
    )
    command = ("import", "products", file, "--catalogue", "Œufs - Ferme du Gué", "--map", "Nom du produit=name")
    code, out, _err = cabas(*command)
    assert code == 0
    assert "1 new, 1 changed, 0 as before" in out
    assert "line 4: left out, “cheap” is no price" in out
    (bad,) = (file.parent / "exports").glob("*-bad-rows.csv")
    bad.write_text(bad.read_text(encoding="utf-8-sig").replace("cheap", "4,10"), encoding="utf-8")
    assert "1 new, 0 changed, 0 as before" in cabas("import", "products", bad, "--catalogue", "1")[1]
    # The mapping is remembered, and the dry run says field by field what is changed.
    assert "0 new, 0 changed, 2 as before" in cabas(*command[:-2])[1]
    file.write_text(file.read_text(encoding="utf-8").replace("2,60", "2,70"), encoding="utf-8")
    assert "line 2: Œufs: price: 2.60 → 2.70" in cabas(*command[:-2], "--dry-run")[1]


@pytest.mark.parametrize(
    ("maps", "words"),
    [
        (("nothing=name",), "there is no such column. The file has: a, b"),
        (("a=nonsense",), "there is no such field. Possible: name, reference"),
        (("a",), "there is no such column"),
        (("a=name", "b=-"), "There is no column for the price."),
    ],
)
def test_a_mapping_that_cannot_be_is_wrong_use(cabas, tmp_path: Path, maps: tuple[str, ...], words: str):
    file = written(tmp_path, "a;b\nx;1\n")
    options = [word for text in maps for word in ("--map", text)]
    code, out, err = cabas("import", "products", file, "--catalogue", "Volailles", *options)
    assert (code, out, words in err) == (2, "", True)


def test_bad_rows_come_back_in_a_file_that_can_be_corrected(cabas, group: Path, tmp_path: Path):
    file = written(
        tmp_path,
        "Nom;productName;prix TTC;Quantité;frais;total;Payé\n"
        "MARéCHAL Odette;Œufs 6 pièces;2,40;two;;;\n"
        "LE GOFF Jean-Noël;Œufs 6 pièces;2,40;1;;;\n",
    )
    command = ("import", "orders", "--distribution", "2026-11-26", "--catalogue", "Œufs - Ferme du Gué")
    assert not json.loads(cabas(*command, file, "--dry-run", "--json")[1]).get("bad_file")
    report = json.loads(cabas(*command, file, "--json")[1])
    bad = Path(report["bad_file"])
    assert bad == group.parent / "exports" / "file-bad-rows.csv"
    rows = list(csv.reader(io.StringIO(bad.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert rows[0][-2:] == ["line", "reason"]
    assert rows[1:] == [["MARéCHAL Odette", "Œufs 6 pièces", "2,40", "two", "", "", "", "2", "“two” is no quantity"]]
    bad.write_text(bad.read_text(encoding="utf-8-sig").replace(";two;", ";2;"), encoding="utf-8")
    assert "1 new, 0 changed, 0 as before" in cabas(*command, bad)[1]
    elsewhere = tmp_path / "elsewhere.csv"
    assert f"in {elsewhere}" in cabas(*command, file, "--bad", elsewhere)[1]
    code, _out, err = cabas(*command, file, "--bad", elsewhere)
    assert (code, "is there already" in err) == (1, True)


def test_a_list_by_product_is_compared(cabas, tmp_path: Path):
    cabas("import", "orders", DAY, "--distribution", "2026-11-26")
    file = written(
        tmp_path,
        "Quantité;Produit;Référence;priceHT;priceTTC;totalHT;totalTTC\n3;Œufs 6 pièces;OEU6;2,27;2,40;6,82;7,20\n",
    )
    _code, out, _err = cabas("import", "orders", file, "--distribution", "2026-11-26")
    assert "1 product differs" in out
    assert "quantity: 2 → 3, amount: 4.80 → 7.20" in out


def test_the_real_command_reads_its_standard_input(group: Path, shop: Shop):
    command = [sys.executable, "-m", "tui.cli", "--file", str(group), "import", "orders", "-", "--json"]
    done = subprocess.run(
        [*command, "--distribution", "2026-11-26"], input=DAY.read_bytes(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["new"] == 6
    done = subprocess.run(command, input=b"", capture_output=True, check=False)
    assert done.returncode == 1
    assert b"is empty" in done.stderr
    assert b"Traceback" not in done.stderr
    done = subprocess.run(command, input=b"id;name\n" * 50_001, capture_output=True, check=False)
    assert b"more than 50000 lines" in done.stderr


def test_what_comes_over_a_line_that_drops_is_not_imported(group: Path, shop: Shop):
    """The end of what was sent is the end of the input, in the midst of a row."""
    command = [sys.executable, "-m", "tui.cli", "--file", str(group), "import", "members", "-"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE) as dropped:
        assert dropped.stdin is not None
        assert dropped.stdout is not None
        dropped.stdin.write(b"first_name;phone\nCoupee;02619122")
        dropped.stdin.close()
        dropped.stdout.close()
    assert dropped.returncode == 1
    done = subprocess.run([*command[:-3], "members", "list", "--json"], capture_output=True, check=False)
    assert b"Coupee" not in done.stdout
    assert done.returncode == 0


def test_a_bar_moves_on_a_terminal(group: Path, shop: Shop):
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "tui.cli", "--file", str(group), "import", "orders", str(DAY), "--json",
         "--distribution", "2026-11-26"],
        stdout=subprocess.PIPE, stderr=theirs, check=False,
    )  # fmt: skip
    os.close(theirs)
    seen = os.read(ours, 65536).decode()
    os.close(ours)
    assert json.loads(done.stdout)["new"] == 6
    assert "100%" in seen


def test_a_cancelled_distribution_is_told_in_a_sentence(cabas, group: Path, shop: Shop):
    store = Store(group, unix_login())
    with store.writing() as t:
        t.execute("UPDATE distributions SET cancelled_at = ? WHERE id = ?", (t.stamp, shop.distribution))
    store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Treillières", [])
    store.close()
    code, out, err = cabas("import", "orders", DAY, "--distribution", shop.distribution)
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    _code, out, _err = cabas("import", "orders", DAY, "--distribution", "2026-12-03")
    assert "“Volailles” is not offered at this distribution: add it there, then import again" in out


def test_products_and_orders_go_out_and_come_back(cabas, tmp_path: Path):
    cabas("import", "orders", DAY, "--distribution", "2026-11-26")
    products, orders = tmp_path / "products.csv", tmp_path / "orders.csv"
    code, out, err = cabas("export", "products", "-o", products)
    assert (code, out, "6 products" in err) == (0, "", True)
    code, out, err = cabas("export", "orders", "--distribution", "2026-11-26", "-o", orders)
    assert (code, out, "6 order lines" in err) == (0, "", True)
    assert "0 new, 0 changed, 6 as before" in cabas("import", "products", products)[1]
    assert "0 new, 0 changed, 6 as before" in cabas("import", "orders", orders)[1]
    one = cabas("export", "products", "--catalogue", "Volailles")[1]
    assert [line.split(";")[4] for line in one.splitlines()] == ["name", "Poulet fermier"]


def test_every_field_that_an_import_changes_has_a_name_for_people(cabas, group: Path, tmp_path: Path):
    products, orders = tmp_path / "products.csv", tmp_path / "orders.csv"
    cabas("import", "orders", DAY, "--distribution", "2026-11-26")
    cabas("export", "products", "-o", products)
    cabas("export", "orders", "--distribution", "2026-11-26", "-o", orders)
    text = products.read_text(encoding="utf-8-sig")
    line = next(line for line in text.splitlines() if "Poulet fermier" in line)
    cells = line.split(";")
    changed = [*cells[:3], "POUL", cells[4], "g", "500", "9.99", "EUR", "7", "decimal", "", "all", "", "99", "no"]
    products.write_text(text.replace(line, ";".join(changed)), encoding="utf-8")
    # What one of a product is cannot change while it is ordered: the distribution is over.
    with Store(group, unix_login()).writing() as t:
        t.execute("UPDATE distributions SET day = '2020-11-26' WHERE day = '2026-11-26'")
    words = cabas("import", "products", products, "--dry-run")[1]
    for expected in (
        "reference: – → POUL",
        "unit: kg → g",
        "quantity in a unit: 1 → 500",
        "price: 12.00 → 9.99",
        "cost: – → 7.00",
        "how it is sold: weighed at pick-up → in decimals",
        "weight of a piece: 1.8 → –",
        "how its stock is kept: not kept → for all distributions",
        "place in the list: 1 → 99",
        "on offer: yes → no",
    ):
        assert expected in words
    products.write_text(text.replace("Poulet fermier", "Chapon"), encoding="utf-8")
    assert (
        "Which product is “Chapon”? (line 6) known here under another name" in cabas("import", "products", products)[1]
    )
    with Store(group, unix_login()).writing() as t:
        t.execute("UPDATE distributions SET day = '2026-11-26' WHERE day = '2020-11-26'")
    orders.write_text(orders.read_text(encoding="utf-8-sig").replace("1.835;12.50", "1.9;12.00"), encoding="utf-8")
    assert "price: 12.50 → 12.00, weight: 1.835 → 1.9" in cabas("import", "orders", orders, "--dry-run")[1]


def test_what_was_stored_is_told_also_where_the_bad_rows_find_no_place(cabas, tmp_path: Path):
    file = written(tmp_path, "first_name;last_name;email\nYves;Le Bihan;yves@exemple.fr\nLuc;Aubert;luc@\n")
    bad = tmp_path / "nowhere" / "bad.csv"
    code, out, err = cabas("import", "members", file, "--bad", bad)
    assert (code, "1 new" in out, str(bad) in err) == (1, True, True)
    code, out, _err = cabas("import", "members", file, "--json", "--bad", bad)
    assert (code, json.loads(out)["same"]) == (1, 1)


def test_bad_rows_are_for_the_one_who_asked(cabas, tmp_path: Path):
    file = written(tmp_path, "first_name;last_name;email\nLuc;Aubert;luc@\n")
    cabas("import", "members", file, "--bad", tmp_path / "bad.csv")
    assert (tmp_path / "bad.csv").stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_of_an_export_that_finds_no_room(cabas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    code, _out, err = cabas("export", "members", "-o", tmp_path / "members.csv")
    assert (code, "disk is full" in err) == (1, True)
    assert not (tmp_path / "members.csv").exists()
