"""`cabas message` with several channels: what scripts rely on, and that SMS that cost money are never sent unasked."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from pathlib import Path

import pytest

from store import Store
from store.handle import unix_login
from store.people import Member, Person
from store.settings import Group
from tests.audience import Audience, fill
from tui.cli import run


@pytest.fixture
def audience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audience:
    """The usual audience, and Dora who has nothing but a postal address."""
    path = tmp_path / "group.cabas"
    with closing(Store.create(path, Group("AMAP des Oiseaux"), unix_login(), "Marie")) as store:
        found = fill(store)
        store.members.add(Member(people=(Person("Dora", "Dupré"),), address1="3 rue Basse", city="Dijon"))
    monkeypatch.setenv("CABAS_FILE", str(path))
    monkeypatch.chdir(tmp_path)
    return found


@pytest.fixture
def cabas(audience: Audience, capsys: pytest.CaptureFixture[str]):
    """Run a command and return its exit code, output and words on stderr."""

    def call(*words: str) -> tuple[int, str, str]:
        code = run(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def draft(cabas, tmp_path: Path) -> str:
    """A message by e-mail, SMS and letter."""
    for name, text in (
        ("b", "Bonjour {{ first_name }}"),
        ("s", "Panier jeudi"),
        ("l", "*Chère* {{ first_name }}"),
        ("c", "Dire"),
    ):
        (tmp_path / f"{name}.md").write_text(text)
    code, out, _ = cabas(
        *"message new --segment everyone --subject Panier --body-file b.md --sms-text s.md --letter-text l.md".split(),
        *"--call-text c.md --channel letter --channel email --channel sms --json".split(),
    )
    assert code == 0
    return str(json.loads(out)["id"])


def test_a_message_by_three_channels_from_its_texts_to_its_letters(cabas, draft: str, tmp_path: Path):
    code, out, _ = cabas("message", "show", draft, "--json")
    assert json.loads(out)["channels"] == ["email", "sms", "letter"]
    assert "Panier jeudi" in cabas("message", "preview", draft, "--channel", "sms")[1]
    assert "12 of 160 characters, 1 SMS" in cabas("message", "preview", draft, "--channel", "sms", "--to", "Yves")[1]
    assert "3 rue Basse" in cabas("message", "preview", draft, "--channel", "letter", "--html")[1]
    assert cabas("message", "preview", draft, "--channel", "csv")[0] != 0
    plan = json.loads(cabas("message", "send", draft, "--dry-run", "--json")[1])
    assert [plan[name] for name in ("mails", "sms", "sms_parts", "letters", "csv", "to_call")] == [6, 3, 3, 1, 0, 0]

    with closing(Store(tmp_path / "group.cabas", unix_login())) as store:
        store.sms.set(cost=450)
    code, _, said = cabas("message", "send", draft, "--yes")
    assert code != 0
    assert "--mails 6 --sms 3" in said
    code, _, said = cabas("message", "send", draft, "--mails", "6")
    assert (code != 0, "3 SMS, not 0" in said) == (True, True)
    code, out, _ = cabas("message", "send", draft, "--mails", "6", "--sms", "3")
    assert code == 0
    assert "3 SMS are in the outbox" in out
    assert f"1 letter to print: “cabas message letters {draft}" in out

    by_hand = f"1 letter, not written yet: cabas message letters {draft}"
    assert by_hand in cabas("message", "status", draft)[1]
    with closing(Store(tmp_path / "group.cabas", unix_login())) as store:
        number = str(store.members.resolve("Dora Dupré"))
    assert cabas("members", "archive", number)[0] == 0
    assert "letter" not in cabas("message", "status", draft)[1], "who has left gets none"
    assert "letter: archived" in cabas("message", "show", draft)[1]
    assert cabas("members", "restore", number)[0] == 0
    assert by_hand in cabas("message", "status", draft)[1]
    code, out, said = cabas("message", "letters", draft, "-o", "letters.html")
    assert (code, out, said) == (0, "", "1 letter in letters.html\n")
    assert "<em>Chère</em> Dora" in (tmp_path / "letters.html").read_text()
    assert cabas("message", "letters", draft, "-o", "letters.html")[0] != 0, "it is there already"
    assert "see that nobody sends them twice" in cabas("message", "letters", draft, "-o", "again.html")[2]
    _, out, _ = cabas("export", "message", draft, "--format", "json")
    dora = next(row for row in json.loads(out) if row["name"] == "Dora Dupré")
    assert dora["channel"] == "letter"
    assert dora["handed_at"]
    told = cabas("journal")[1]
    assert "(6 mails, 3 SMS, 1 letter)" in told
    assert "wrote the letters of" in told


def test_rows_for_another_tool(cabas, draft: str):
    assert cabas("message", "edit", draft, "--channel", "csv")[0] == 0
    assert "by no mail" in cabas("message", "preview", draft)[2]
    assert cabas("message", "send", draft, "--yes")[0] == 0
    _, out, _ = cabas("export", "message", draft, "--channel", "csv")
    rows = list(csv.DictReader(io.StringIO(out.lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == 9  # all but who does not want it
    assert {row["sms"] for row in rows} == {"Panier jeudi"}
    code, _, said = cabas("message", "letters", draft)
    assert (code != 0, "Nobody gets a letter" in said) == (True, True)


def test_two_texts_cannot_both_come_from_the_standard_input(cabas):
    code, _, said = cabas(*"message new --segment everyone --channel sms --sms-text - --call-text -".split())
    assert (code != 0, "Only one text" in said) == (True, True)


def test_an_sms_that_is_too_long_is_told_of_in_what_fits_with_its_letters(cabas, draft: str, tmp_path: Path):
    for sign, says in (("’", "at most 670. Without “’” 1530 fit."), ("a", "")):
        (tmp_path / "s.md").write_text(959 * "a" + sign)
        assert cabas("message", "edit", draft, "--sms-text", "s.md")[0] == 0
        for words in (("send", draft, "--dry-run"), ("preview", draft, "--channel", "sms")):
            code, _, said = cabas("message", *words)
            assert (code != 0) == bool(says)
            assert says in said
            assert "Mail programs" not in said
    (tmp_path / "s.md").write_text(1600 * "a")
    cabas("message", "edit", draft, "--sms-text", "s.md")
    assert "The SMS is too long: 1600 characters, at most 1530." in cabas("message", "send", draft, "--dry-run")[2]
