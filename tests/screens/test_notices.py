"""What is said stays until it was read, and goes with the next key that changes something."""

from __future__ import annotations

import pytest
from textual.content import Content
from textual.events import Key

from screens.house import HouseApp
from screens.text import width
from screens.widgets import bars
from screens.widgets.bars import NoticeLine
from screens.widgets.prose import wrapped
from store import Store
from store.segments import EVERYONE
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, open_route, settled, text_of


@pytest.fixture
def read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is said was read by the next key."""
    monkeypatch.setattr(bars, "READ_SECONDS", 0.0)


def notice(app: HouseApp) -> str:
    return app.screen.query_one(NoticeLine).text


async def test_an_error_of_the_picker_goes_once_one_types_on(store: Store, sample: Sample, read_at_once):
    async with make_app(store).run_test(size=SIZE) as pilot:
        await open_route(pilot, "picker", sample)
        app = pilot.app
        await pilot.press(*"a(vip", "enter")
        assert "! " in text_of(app).splitlines()[-2]
        await pilot.press("up", "pagedown", "f1", "f3")
        assert notice(app), "looking around is not reading on"
        await pilot.press("backspace")
        assert not notice(app)


async def test_a_notice_that_nobody_could_read_yet_stays(store: Store, sample: Sample, monkeypatch):
    monkeypatch.setattr(bars, "READ_SECONDS", 3600.0)
    async with make_app(store).run_test(size=SIZE) as pilot:
        await open_route(pilot, "members", sample)
        app = pilot.app
        ahead = Key("x", "x")
        app.screen.warn("Somebody else changed this.")
        await pilot.press(*"maré")
        assert notice(app)
        monkeypatch.setattr(bars, "READ_SECONDS", 0.0)
        app.post_message(ahead)
        await settled(pilot)
        assert notice(app), "a key typed before the notice came up is no sign of reading"
        await pilot.press("x")
        assert not notice(app)


@pytest.mark.parametrize(
    ("text", "cells", "lines"),
    [
        ("un deux trois", 8, ["un deux", "trois"]),
        ("Segment «\xa0avip\xa0»\xa0: quoi\u202f?", 10, ["Segment", "«\xa0avip\xa0»\xa0:", "quoi\u202f?"]),
        ("à demain\xa0!", 9, ["à", "demain\xa0!"]),
        ("interminablement long", 8, ["intermin", "ablement", "long"]),
        ("東京 東京", 5, ["東京", "東京"]),
        ("un\n\ndeux", 80, ["un", "", "deux"]),
        ("  - deux mots", 10, ["  - deux", "  mots"]),
        (" ! un deux", 7, [" ! un", " deux"]),
        (" interminablement long", 12, [" interminabl", " ement long"]),
        ("", 10, [""]),
    ],
)
def test_lines_break_at_ordinary_spaces_only(text: str, cells: int, lines: list[str]):
    found = wrapped(Content(text), cells).plain.split("\n")
    assert found == lines
    assert all(width(line) <= cells for line in found)


def test_what_is_strong_stays_so_across_a_break():
    found = wrapped(Content.styled("un deux", "bold"), 4)
    assert [line.spans[0].style for line in found.split("\n")] == ["bold", "bold"]


async def test_no_line_of_a_mail_begins_with_a_colon(store: Store, sample: Sample):
    text = "\n\n".join("x" * n + " nous\xa0: oui" for n in range(66, 80))
    message = store.messages.new(EVERYONE, "Sujet", text)
    async with make_app(store).run_test(size=SIZE) as pilot:
        await settled(pilot)
        pilot.app.go("preview", message_id=message)
        await settled(pilot)
        for _page in range(3):
            shown = [line.strip() for line in text_of(pilot.app).splitlines()]
            assert not [line for line in shown if line.startswith(":")]
            await pilot.press("pagedown")
