"""Choosing a file to import, and saying what the columns of an unknown one are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from screens.house import HouseApp
from screens.widgets.choices import Choices
from store import Store
from store.exchange.export_folder import make_export_folder
from tests.screens.conftest import SIZE
from tests.screens.sample import HOSTILE, NOW, Sample, make_app, settled, text_of, written

KNOWN = "first_name;last_name;email;phone\nLina;Moreau;lina@exemple.fr;06 39 98 10 10\n"
LIST = "Adhérent;Contact 1;Rq;Bonus\nLE GALL Yvon;06 39 98 20 20;pas d'Internet;7\nMOREAU Lina;06 39 98 10 10;;\n"


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where the program was started: not that of the group's file."""
    folder = tmp_path / "started"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def put(folder: Path, name: str, text: str = KNOWN, hours: int = 1) -> Path:
    """A file that was last changed so many hours before now."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(text.encode())
    moment = NOW.timestamp() - 3600 * hours
    os.utime(path, (moment, moment))
    return path


async def go(pilot: Pilot[None], *keys: str) -> HouseApp:
    app = pilot.app
    assert isinstance(app, HouseApp)
    await settled(pilot)
    for key in ("f2", "i", *keys):
        await pilot.press(key)
        await settled(pilot)
    return app


# -- the file


async def test_the_files_of_both_folders_are_listed_newest_first(store: Store, sample: Sample, started: Path):
    put(started, "vieux.csv", hours=48)
    put(started, "photo.jpg")
    put(store.path.parent / "exports", "membres.csv", hours=2)
    async with make_app(store).run_test(size=SIZE) as pilot:
        shown = text_of(await go(pilot))
    assert shown.index("membres.csv") < shown.index("vieux.csv")
    assert "21 Nov 19:04" in shown
    assert "photo" not in shown


async def test_no_file_says_where_to_put_one(store: Store, sample: Sample, started: Path):
    async with make_app(store).run_test(size=SIZE) as pilot:
        shown = text_of(await go(pilot)).replace("\n", "")
    assert "There is no CSV file in" in shown
    assert "A spreadsheet has to be saved as CSV first." in shown


async def test_letters_narrow_the_list_and_enter_takes_the_first(store: Store, sample: Sample, started: Path):
    put(started, "produits.csv")
    put(started, "Membres été.csv", hours=9)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, *"ete")
        assert "produits" not in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "import_report"
        assert "Import of Membres été.csv" in text_of(app)


async def test_letters_in_the_list_go_on_in_the_line(store: Store, sample: Sample, started: Path):
    put(started, "membres.csv")
    put(started, "commandes.csv")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, "down", *"mem")
        assert app.screen.NAME == "import"
        assert "commandes.csv" not in text_of(app)
        put(started, "les membres.csv")
        await pilot.press("down")
        await settled(pilot)
        assert "les membres.csv" in text_of(app)


async def test_a_path_is_typed_with_the_home_folder_and_folders_are_listed_on_the_way(
    store: Store, sample: Sample, started: Path, own_home: Path
):
    put(own_home / "Documents", "adherents.csv")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, "~", "/", *"doc")
        assert "Documents/" in text_of(app)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert "adherents.csv" in text_of(app)
        await pilot.press(*"adh", "enter")
        await settled(pilot)
        assert "Import of adherents.csv" in text_of(app)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("absent.csv", None, "There is no file at"),
        ("vide.csv", b"", "is empty"),
        ("classeur.csv", b"PK\x03\x04", "is a spreadsheet"),
        ("secret.toml", b"password = 'x'", "is no CSV file: its name ends neither in .csv"),
    ],
)
async def test_what_cannot_be_imported_is_told_in_words(
    store: Store, sample: Sample, started: Path, name: str, content: bytes | None, words: str
):
    if content is not None:
        (started / name).write_bytes(content)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot)
        app.screen.query_one("#path-line").put(f"{started}/{name}")
        await pilot.press("enter")
        await settled(pilot)
        assert words in " ".join(text_of(app).split())
        assert app.screen.NAME == "import"


async def test_inside_the_door_only_the_files_of_the_list_are_read(
    store: Store, sample: Sample, started: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(HouseApp, "inside", True)
    store.inside = True
    put(tmp_path / "elsewhere", "secret.csv")
    put(make_export_folder(store), "membres.csv")
    put(started, "others.csv")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot)
        app.screen.query_one("#path-line").put(f"{tmp_path}/elsewhere/")
        assert "secret" not in text_of(app)
        app.screen.query_one("#path-line").put(f"{tmp_path}/elsewhere/secret.csv")
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "import"
        assert "Only files of the list can be read from here." in text_of(app)
        app.screen.query_one("#path-line").put("membres")
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "import_report"


async def test_who_has_neither_right_does_not_get_there(store: Store, sample: Sample, act_as, started: Path):
    store.operators.add("lucie", "Lucie", "treasurer")
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[sample.audience.offering.catalogues["poultry"]])
    async with make_app(act_as("rigaud")).run_test(size=SIZE) as pilot:
        assert (await go(pilot)).screen.NAME == "import"


# -- the columns


async def test_an_unknown_file_is_mapped_and_its_mapping_is_remembered(store: Store, sample: Sample, started: Path):
    put(started, "liste.csv", LIST)
    before = store.members.search("").total
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, "enter", "enter", "down", "down", "x", "up", "up")
        assert app.screen.NAME == "import_mapping"
        shown = text_of(app)
        assert "What is in liste.csv?" in shown
        assert "Adhérent" in shown
        assert "The first rows become:" in shown
        await pilot.press("down", "down", "enter")
        choices = app.screen.query_one(Choices)
        while "notes" not in str(choices.get_row_at(choices.cursor_row)[0]):
            await pilot.press("n")  # a letter goes to the next field that begins with it
        await pilot.press("enter", "f8")
        await settled(pilot)
        assert app.screen.NAME == "import_report"
        assert "F8 stores 2 new members" in text_of(app)
        assert store.members.search("").total == before
        await pilot.press("f8")
        await written(pilot)
        assert "Stored: 2 new members" in text_of(app)
        await pilot.press("f3")
        await settled(pilot)
        assert app.screen.NAME == "import"
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert app.screen.NAME == "import_report", "the same columns are known the next time"
        assert "0 new · 0 changed · 2 as before" in text_of(app)
        await pilot.press("m")
        await settled(pilot)
        assert app.screen.NAME == "import_mapping", "and what was said of them can be changed"
        assert "notes" in text_of(app)
    found = store.members.get(store.members.resolve("Le Gall"))
    assert found.notes == "pas d'Internet"
    assert found.name == "LE GALL Yvon"


async def test_the_title_says_which_column_one_chooses_for(store: Store, sample: Sample, started: Path):
    put(started, "liste.csv", LIST)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, *"liste", "enter", "down", "enter")
        assert "What is “Contact 1”?" in text_of(app)
        await pilot.press("escape")
        await settled(pilot)
        assert "What is in liste.csv?" in text_of(app)


async def test_a_mapping_without_a_name_says_what_is_missing(store: Store, sample: Sample, started: Path):
    put(started, "liste.csv", LIST)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, "enter", "enter", "x", "down", "x")
        assert "! There is no column for the name." in text_of(app)
        await pilot.press("f8")
        await settled(pilot)
        assert app.screen.NAME == "import_mapping"


async def test_the_kind_is_one_key_and_what_was_said_of_the_other_is_kept(store: Store, sample: Sample, started: Path):
    put(started, "liste.csv", LIST)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, "enter", "enter")
        first = text_of(app)
        assert "2 rows  members" in first
        await pilot.press("k")
        await settled(pilot)
        assert "2 rows  products" in text_of(app)
        await pilot.press("k")
        await settled(pilot)
        assert "2 rows  orders" in text_of(app)
        await pilot.press("k")
        await settled(pilot)
        assert "2 rows  old mailings" in text_of(app)
        await pilot.press("k")
        await settled(pilot)
        assert text_of(app) == first


async def test_what_was_said_of_columns_is_not_lost_by_one_key(store: Store, sample: Sample, started: Path):
    put(started, "liste.csv", LIST)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, "enter", "enter", "x", "f3")
        assert app.screen.NAME == "import_mapping"
        assert "F3 once more leaves without." in " ".join(text_of(app).split())
        await pilot.press("f3")
        await settled(pilot)
        assert app.screen.NAME == "import"


async def test_hostile_headers_and_cells_are_only_words(store: Store, sample: Sample, started: Path):
    header = ";".join(HOSTILE)
    put(started, "liste.csv", f"{header}\n{header}\n{header}\n")
    app = make_app(store)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await go(pilot, "enter", "enter")
        assert "Prix [/]" in text_of(app)
        await pilot.press("enter", "down", "enter", "f8")
        await settled(pilot)
    assert app.fault is None


def test_the_files(store: Store, sample: Sample, started: Path, snap_compare):
    put(started, "liste des adhérents de l'AMAP des Oiseaux, novembre.csv", LIST, hours=3)
    put(store.path.parent / "exports", "members-2026-11-21.csv", KNOWN * 40, hours=1)
    put(store.path.parent / "exports", "orders-2025-06-01.csv", KNOWN * 4000, hours=8000)

    async def run(pilot: Pilot[None]) -> None:
        await go(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


def test_the_columns(store: Store, sample: Sample, started: Path, snap_compare):
    put(started, "liste.csv", LIST)

    async def run(pilot: Pilot[None]) -> None:
        await go(pilot, "enter", "enter", "down", "enter")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)
