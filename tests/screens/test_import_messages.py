"""Old mailings from the Import screen: a file that is known, one whose columns are named, and away again."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from screens.house import HouseApp
from store import Store
from store.rights import Right
from tests.screens.conftest import SIZE
from tests.screens.sample import HOSTILE, Sample, make_app, settled, text_of, written

KNOWN = f"""Date d'envoi;Libellé;Clôture;Destinataires;Envoyés;CA
2026-11-05;Fromages {HOSTILE[0]};12/11/2026;"chiara@exemple.fr, {HOSTILE[1]}, zoe@exemple.org";41;1 284,50 €
2030-01-01;Demain;;;1;
"""
UNKNOWN = "Quand;Quoi;A qui\n06/11/2026;Radis;chiara@exemple.fr\n"


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where the program was started."""
    folder = tmp_path / "started"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


async def press(pilot: Pilot[None], *keys: str) -> str:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)
    assert isinstance(pilot.app, HouseApp)
    return text_of(pilot.app)


async def test_a_file_comes_in_stands_in_the_lists_and_can_be_deleted(store: Store, sample: Sample, started: Path):
    (started / "mailings.csv").write_text(KNOWN, encoding="utf-8")
    before = len(store.messages.all())
    async with make_app(store).run_test(size=SIZE) as pilot:
        await settled(pilot)
        shown = await press(pilot, "f2", "i", *"mail", "enter")
        assert "old mailings" in shown.splitlines()[0]
        assert "1 new · 0 changed · 0 as before · ! 1 bad row" in shown
        assert "F8 stores 1 new mailing." in shown
        assert "2 recipients are no members here: [@click=app.bell]clic" in shown
        assert "cannot be known" in shown
        assert "2030-01-01 has not come" in shown
        assert "turnover: €1,284.50" in await press(pilot, "enter")
        assert len(store.messages.all()) == before
        await press(pilot, "escape", "f8")
        await written(pilot)
        shown = text_of(pilot.app)
        assert "Stored: 1 new mailing." in shown
        assert "mailings-bad-rows.csv" in shown
        (old,) = (row for row in store.messages.all() if row.imported)
        pilot.app.go("message", message_id=old.id)
        await settled(pilot)
        shown = await press(pilot)
        assert "For: not known" in shown
        assert "Imported: another system sent it on Thu 5 Nov 2026." in shown
        assert "not arrived" not in shown
        assert "Its file says" in await press(pilot, "r")
        pilot.app.go("messages")
        await settled(pilot)
        shown = await press(pilot, "down", "down", "x")
        assert "its recipients and figures? Enter deletes" in " ".join(shown.split())
        await press(pilot, "enter")
        await written(pilot)
        assert "Fromages" not in text_of(pilot.app)
    assert len(store.messages.all()) == before


async def test_the_columns_of_an_unknown_file_are_named_once(store: Store, sample: Sample, started: Path):
    file = started / "liste.csv"
    file.write_text(UNKNOWN, encoding="utf-8")
    async with make_app(store).run_test(size=SIZE) as pilot:
        await settled(pilot)
        shown = await press(pilot, "f2", "i", *"list", "enter")
        while "old mailings" not in shown.splitlines()[0]:
            shown = await press(pilot, "k")
        assert "There is no column for the mailings' label or subject." in shown, "days are no phone numbers"
        shown = await press(pilot, "down", "enter", "l", "enter")
        assert "The first rows become:" in shown
        assert "date 06/11/2026 · label Radis" in shown
        assert "F8 stores 1 new mailing." in await press(pilot, "enter", "r", "enter", "f8")
        await press(pilot, "f8")
        await written(pilot)
        assert "Stored: 1 new mailing." in text_of(pilot.app)
        file.write_text(UNKNOWN.replace("Radis", "Navets"), encoding="utf-8")
        await press(pilot, "f3", "f3")
        assert "F8 stores 1 new mailing." in await press(pilot, "f2", "i", *"list", "enter")
    assert [row.title for row in store.results.all(imported=True)] == ["Radis"]


async def test_who_writes_messages_imports_them_and_nothing_else(store: Store, sample: Sample, started: Path, act_as):
    (started / "mailings.csv").write_text(KNOWN, encoding="utf-8")
    (started / "liste.csv").write_text("Quand;Quoi\n2026-11-06;Radis\n", encoding="utf-8")
    store.operators.add("zoe", "Zoé", "writer")
    store.operators.set_rights("zoe", take=[(Right.MEMBERS, None)])
    async with make_app(act_as("zoe")).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "F8 stores 1 new mailing." in await press(pilot, "f2", "i", *"mail", "enter")
        shown = await press(pilot, "f3", *["backspace"] * 4, *"list", "enter")
        assert "1 row  old mailings" in shown
        assert "1 row  old mailings" in await press(pilot, "k")
