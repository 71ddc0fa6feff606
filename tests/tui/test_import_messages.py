"""`cabas import messages`: old mailings from the command line, where they stand then, and how they go again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from store import Store
from store.members import Member, Person

Cabas = Callable[..., str]

TEXT = """Date;Libellé;Clôture;Destinataires;Envoyés;CA;Météo
2024-03-05;Prix [/] <b>;12/03/2024;"odette@exemple.fr, zoe@exemple.org, Jean Personne";41;1 284,50 €;beau
2024-04-05;Asperges;;odette@exemple.fr;3,5;;
"""


@pytest.fixture
def file(store: Store, tmp_path: Path) -> Path:
    """A file of two mailings, one of which cannot be read, and one member."""
    store.members.add(Member((Person("Odette", "Maréchal", "odette@exemple.fr"),)))
    path = tmp_path / "old.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_file_is_looked_at_stored_corrected_and_deleted(store: Store, cabas: Cabas, file: Path) -> None:
    said = cabas("import", "messages", file, "--dry-run")
    for words in (
        "Nothing is stored yet",
        "1 new, 0 changed, 0 as before.",
        "1 row could not be read: it is left out.",
        "2 recipients are no members here: zoe@exemple.org, Jean Personne.",
        "Whom they were meant for cannot be known",
        "Columns that are not read: Météo.",
        "Sums in the file: turnover €1,284.50.",
        "line 2: Prix [/] <b>: new, 05/03/2024, recipients 1, turnover €1,284.50",
        "line 3: left out, Envoyés: “3,5” is no number",
    ):
        assert words in said
    assert store.messages.all() == []
    said = cabas("import", "messages", file, "--bad", file.with_name("bad.csv"))
    assert "The import is stored." in said
    assert "Envoyés: “3,5” is no number" in file.with_name("bad.csv").read_text(encoding="utf-8-sig")
    again = json.loads(cabas("import", "messages", file, "--json"))
    assert [again[name] for name in ("format", "new", "changed", "same", "bad")] == ["simple", 0, 0, 1, 1]
    assert again["recipients"] == 1
    assert again["sums"] == [{"figure": "turnover", "currency": "EUR", "cents": 128_450}]
    assert again["unmatched"] == [{"line": 2, "name": "zoe@exemple.org"}, {"line": 2, "name": "Jean Personne"}]
    file.write_text(TEXT.replace("3,5", "3").replace(";41;", ";42;"), encoding="utf-8")
    said = cabas("import", "messages", file)
    assert "1 new, 1 changed, 0 as before." in said
    (row, _other) = sorted(store.messages.all(), key=lambda one: one.title, reverse=True)
    assert "imported" in cabas("message", "list")
    said = cabas("message", "show", row.id)
    assert "To: not known, imported" in said
    assert "another system sent it on Tue 5 Mar 2024" in said
    said = cabas("message", "results", row.id)
    assert "sent 42 · turnover €1,284.50 · not found here 2" in said
    assert "1 member was written to" in said
    assert "No orders are known yet." in said
    assert "of_its_file" in cabas("export", "results", "--message", row.id, "--format", "json", "-o", "-")
    assert "It was imported" in cabas("message", "cancel", row.id, code=1)
    cabas("message", "send", row.id, "--yes", code=1)
    assert "Deleted." in cabas("message", "delete", row.id, "--yes")
    assert [one.title for one in store.messages.all()] == ["Asperges"]
    journal = cabas("journal")
    for words in ("imported old mailings: 1 new, 1 changed, 0 refused", "deleted an imported mailing"):
        assert words in journal


def test_columns_that_nobody_knows_are_named(store: Store, cabas: Cabas, file: Path) -> None:
    file.write_text("Quand;Quoi;A qui\n2024-03-05;Radis;odette@exemple.fr\n", encoding="utf-8")
    assert "Say what these columns are" in cabas("import", "messages", file, code=1)
    assert "no column for the mailings' label" in cabas("import", "messages", file, "--map", "Quand=date", code=2)
    maps = ("--map", "Quand=date", "--map", "Quoi=label", "--map", "A qui=recipients")
    assert "1 new" in cabas("import", "messages", file, *maps)
    assert "1 as before" in cabas("import", "messages", file), "what was said is remembered"
    assert "no such field" in cabas("import", "messages", file, "--map", "Quoi=price", code=2)
