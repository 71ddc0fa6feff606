"""In every language, on 80 columns: what a screen says fits its cells, and it says what its keys do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Button, Checkbox, DataTable, Input, RadioButton, Static

from screens.base import HouseScreen
from screens.routes import DESTINATIONS, ROUTES
from screens.text import width
from screens.widgets.bars import MOST_ROWS, fitting, rows, shown_keys
from store import Store
from templates import words
from templates.words import LANGUAGES, _
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, open_route, screen_class

CELLS = SIZE[0]
LABEL_CELLS = 20
KEYS_AT_LEAST = 3
TITLE_AT_LEAST = 30
LONGEST_LABEL = 30
PARTS = 3
"""Apps for all screens of a language: a start takes longer than showing a screen, and several run side by side."""
LONGER = [language for language in LANGUAGES if language != "en"]
"""The English texts are shorter, and the pictures show them."""


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", LONGER)
async def test_everything_fits_its_cells(store: Store, sample: Sample, part: int, language: str):
    words.use(language)
    app = make_app(store)
    problems: list[str] = []
    async with app.run_test(size=SIZE) as pilot:
        for route in list(ROUTES)[part::PARTS]:
            screen = await open_route(pilot, route, sample)
            problems += (f"{route}: {problem}" for problem in (*cut_bars(screen), *cut_texts(screen)))
            if route != "desk":
                app.pop_screen()
    assert not problems, "\n".join(problems)


def cut_bars(screen: HouseScreen[Any]) -> Iterator[str]:
    """What the title line and the key line could not show."""
    left, right = screen.heading()
    # The left part may end in somebody's words, which are cut; its beginning says where one is.
    if not left or min(width(left), TITLE_AT_LEAST) + width(right) + 3 > CELLS:
        yield f"title line: {left!r} … {right!r}"
    entries = shown_keys(screen)
    shown = fitting(entries, CELLS)
    if shown[-1] != entries[-1] or len(shown) < min(len(entries), KEYS_AT_LEAST + 1):
        yield f"key line: {entries}"
    yield from (f"key line: {key} {label!r}" for key, label in entries if width(label) > LABEL_CELLS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letters_after_f2_fit_two_lines(language: str):
    words.use(language)
    entries = [(d.letter, _(d.label)) for d in DESTINATIONS if d.listed]
    lines = rows(entries, CELLS)
    assert len(lines) <= MOST_ROWS
    assert [entry for line in lines for entry in line] == entries


@pytest.mark.parametrize("route", ROUTES)
def test_a_screen_explains_itself_and_its_keys(route: str):
    found = screen_class(route)
    assert route == found.NAME
    assert found.HELP.strip()
    for binding in own_bindings(found):
        assert binding.description or not binding.show, f"{binding.key} has no name"
        assert binding.tooltip, f"{binding.key} is not explained"
        assert binding.id, f"{binding.key} has no id, so it could not be given another key"


@pytest.mark.parametrize("route", ROUTES)
def test_no_key_is_one_that_a_terminal_cannot_tell_or_takes_for_itself(route: str):
    unusable = {"ctrl+m", "ctrl+i", "ctrl+j", "ctrl+h", "ctrl+a", "ctrl+b", "ctrl+enter", "f11"}
    for binding in own_bindings(screen_class(route)):
        assert not unusable & set(binding.key.split(",")), binding


def own_bindings(found: type[HouseScreen[Any]]) -> list[Binding]:
    """The bindings that a screen declares itself."""
    return [binding for binding in found.BINDINGS if isinstance(binding, Binding)]


def cut_texts(screen: HouseScreen[Any]) -> list[str]:
    """What each widget of one's own words could not show."""
    problems = []
    for widget in screen.walk_children(Widget):
        region = widget.region
        if not widget.display or not region:
            continue
        if region.right > CELLS or region.x < 0:
            problems.append(f"{widget} reaches beyond the screen: {region}")
        if isinstance(widget, Button | Checkbox | RadioButton | Static) and not widget.id:
            # What has an id shows data, which may be cut; the rest are our own words.
            text = str(widget.content if isinstance(widget, Static) else widget.label)
            room = widget.content_region.width - (4 if isinstance(widget, Checkbox | RadioButton) else 0)
            if width(text) > room and (widget.content_region.height == 1 or width(text) <= LONGEST_LABEL):
                problems.append(f"{text!r} needs more than the {room} cells of {widget}")
        if isinstance(widget, DataTable):
            for column in widget.columns.values():
                if width(str(column.label)) > column.get_render_width(widget):
                    problems.append(f"the header {column.label!s} needs more cells than its column has")
        if isinstance(widget, Input) and widget.placeholder and width(widget.placeholder) > widget.content_region.width:
            problems.append(f"the placeholder {widget.placeholder!r} is cut")
    return problems
