"""Members as a file: which form, where it is, and who is not in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from screens.export_words import FORMS
from screens.house import HouseApp
from store import Store
from store.exchange.member_export import FORMS as STORED_FORMS
from store.segments import parse
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, settled, text_of


async def go(pilot: Pilot[None], **parameters: Any) -> HouseApp:
    app = pilot.app
    assert isinstance(app, HouseApp)
    await settled(pilot)
    app.go("export", **parameters)
    await settled(pilot)
    return app


def exported(store: Store) -> dict[str, bytes]:
    """What is in the folder of exports."""
    folder = store.path.parent / "exports"
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


async def test_every_form_has_words_and_is_written(store: Store, sample: Sample):
    assert set(FORMS) == set(STORED_FORMS)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot)
        for _form in FORMS:
            await pilot.press("enter")
            await settled(pilot)
            said = " ".join(text_of(app).split())
            assert any(name in said for name in exported(store)), said
            await pilot.press("down")
        files = exported(store)
    assert len(files) == len(FORMS)
    assert {Path(name).suffix for name in files} == {".csv", ".json", ".txt", ".vcf", ".html"}


async def test_the_screen_says_how_many_are_in_it_and_who_is_not(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        shown = text_of(app)
    (content,) = exported(store).values()
    addresses = content.decode().splitlines()
    assert f"{len(addresses)} addresses in" in shown
    assert "members are left out: no e-mail, or do not want such mails." in shown
    assert "<chiara@exemple.fr>" in shown


async def test_addresses_are_copied_by_a_letter(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot)
        await pilot.press("c")
        assert not app.clipboard
        await pilot.press("down", "enter")
        await settled(pilot)
        await pilot.press("c")
        await settled(pilot)
        assert "<chiara@exemple.fr>" in app.clipboard
        assert "handed to the terminal" in text_of(app)


async def test_a_segment_and_marked_members_are_exported_alone(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot, ids=(sample.audience.members["guerin"],))
        assert "Export: Guérin Hélène & François" in text_of(app)
        await pilot.press("down", "enter")
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        app = await go(pilot, segment=parse("everyone - ordered(distribution=next)"))
        assert "Export: 7 members: " in text_of(app)
        await pilot.press("down", "enter")
        await settled(pilot)
    first, second = (content.decode() for _name, content in sorted(exported(store).items(), reverse=True))
    assert "guerin@exemple.fr" in first
    assert "chiara" not in first
    assert "guerin@exemple.fr" not in second
    assert "chiara" in second


async def test_a_segment_is_chosen_on_the_screen(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot)
        await pilot.press("f")
        await settled(pilot)
        assert app.screen.NAME == "picker"
        await pilot.press(*"- ordered(distribution=next)", "enter", "f8")
        await settled(pilot)
        assert app.screen.NAME == "export"
        assert "Export: 7 members" in text_of(app)


async def test_who_may_not_see_members_gets_a_sentence_and_no_file(store: Store, sample: Sample, act_as):
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[sample.audience.offering.catalogues["poultry"]])
    async with make_app(act_as("rigaud")).run_test(size=SIZE) as pilot:
        app = await go(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "You are not allowed" in text_of(app)
    assert not exported(store)


async def test_a_folder_that_cannot_be_written_is_told(store: Store, sample: Sample):
    (store.path.parent / "exports").write_text("a file, not a folder")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await go(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "cannot be opened or written" in " ".join(text_of(app).split())
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "export"


def test_the_forms_of_an_export(store: Store, sample: Sample, snap_compare):
    async def run(pilot: Pilot[None]) -> None:
        await go(pilot, segment=parse("everyone - ordered(distribution=next)"))

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)
