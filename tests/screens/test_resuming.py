"""A newer program goes on where the former one was: on the same screens, with what was typed on each."""

from __future__ import annotations

import json
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, TextArea

from screens import updating
from screens.base import HouseScreen
from screens.compose_parts import Body
from screens.house import HouseApp
from screens.resuming import hand_over
from screens.routes import screen_for
from screens.widgets.bars import NoticeLine
from screens.widgets.line import Line
from store import Store
from store.errors import Invalid
from store.message_rows import TEXT_LIMIT
from store.segments import EVERYONE
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, opened, settled, text_of, written

ROUTES = (
    "member", "member_merge", "members", "products", "catalogue", "distribution_copy", "distribution_cancel",
    "picker", "message_details", "compose", "workflow_step", "mailbox", "import", "settle", "order_entry",
)  # fmt: skip
"""Screens that have a field when they are opened; forms that are made like others are left out."""
SECRET = "ein Geheimnis"


def fields(screen: HouseScreen[Any]) -> dict[str, str]:
    """The texts of the fields that are shown."""
    return {
        str(widget.id): widget.text if isinstance(widget, TextArea) else widget.value
        for widget in screen.query("Input, TextArea").results(Input | TextArea)
        if widget.id and all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))
    }


def type_into(screen: HouseScreen[Any]) -> dict[str, str]:
    """Type a word of its own into every field that is shown; returns what the fields hold then."""
    for name in fields(screen):
        widget = screen.query_one(f"#{name}")
        if isinstance(widget, Line):
            widget.put(f"typed {name}")
        elif isinstance(widget, Input):
            widget.value = SECRET if widget.password else f"{widget.value} {name}".strip()
        elif isinstance(widget, TextArea):
            widget.insert(f"typed {name} ")
    return {name: text for name, text in fields(screen).items() if text != SECRET}


def names(app: HouseApp) -> list[str]:
    """The open screens, the lowest first."""
    return [screen.route for screen in app.screen_stack if isinstance(screen, HouseScreen)]


def resumed(store: Store, token: str) -> HouseApp:
    """The newer program, which goes on."""
    app = HouseApp(store, resumes=token)
    app.least_size = SIZE
    return app


def house(pilot: Pilot[None]) -> HouseApp:
    assert isinstance(pilot.app, HouseApp)
    return pilot.app


@pytest.mark.parametrize("routes", [ROUTES[:7], ROUTES[7:]], ids=lambda routes: routes[0])
async def test_all_that_is_typed_on_every_screen_is_there_again(
    store: Store, sample: Sample, routes: tuple[str, ...]
) -> None:
    typed: dict[str, dict[str, str]] = {}
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = house(pilot)
        for route in routes:
            app.push_screen(screen := screen_for(route, **sample.parameters(route)))
            await settled(pilot)
            typed[route] = type_into(screen)
        await settled(pilot)
        token = hand_over(app)
        await written(pilot)
        order = names(app)
    assert all(typed.values())
    app = resumed(store, token)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await written(pilot)
        assert names(app) == order
        stack = [screen for screen in app.screen_stack if isinstance(screen, HouseScreen)]
        said = app.screen.query_one(NoticeLine).text
        there = {screen.route: fields(screen) for screen in stack}
    missing = {
        (route, name): (text, there[route].get(name))
        for route, held in typed.items()
        for name, text in held.items()
        if text != there[route].get(name) and text not in said
    }
    assert missing == {}
    assert SECRET not in {text for shown in there.values() for text in shown.values()}
    assert all(SECRET.encode() not in path.read_bytes() for path in store.path.parent.glob("group.cabas*"))


async def test_marks_and_refused_weights_are_there_again_and_are_not_saved_before(store: Store, sample: Sample) -> None:
    member = {"member_id": sample.audience.members["guerin"]}
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_preferences", **member)
        await pilot.press("down", "right", "space")
        await settled(pilot)
        marked = text_of(app)
        number = store.change_number()
        token = hand_over(house(pilot))
        assert store.change_number() == number + 2  # what is marked is kept, for later too, and nothing else
    async with resumed(store, token).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert isinstance(pilot.app.screen, HouseScreen)
        assert pilot.app.screen.keeps()
        assert "*" in marked
        assert [line for line in text_of(house(pilot)).splitlines() if "*" in line] == [
            line for line in marked.splitlines() if "*" in line
        ]


async def test_what_a_screen_above_is_left_with_reaches_the_one_below(store: Store, sample: Sample) -> None:
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "export", segment=EVERYONE)
        await pilot.press("f")
        await settled(pilot)
        assert app.screen.NAME == "picker"
        token = hand_over(app)
    async with resumed(store, token).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert names(house(pilot)) == ["desk", "export", "picker"]
        await pilot.press("f8")
        await settled(pilot)
        assert names(house(pilot)) == ["desk", "export"]


async def test_a_screen_that_opens_another_by_itself_has_it_once(store: Store, sample: Sample) -> None:
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "write")
        assert names(app) == ["desk", "write", "picker"]
        token = hand_over(app)
    async with resumed(store, token).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert names(house(pilot)) == ["desk", "write", "picker"]
        await pilot.press("f8")
        await written(pilot)
        assert names(house(pilot)) == ["desk", "compose"]


async def test_a_screen_that_is_no_more_is_left_out_and_what_was_typed_there_is_said(
    store: Store, sample: Sample
) -> None:
    store.unfinished.keep(
        "restart old",
        {
            "0": json.dumps({"route": "desk", "parameters": {}, "typed": {}, "focus": None}),
            "1": json.dumps({"route": "of_old", "parameters": {}, "typed": {"line": "6 boîtes"}, "focus": None}),
            "2": json.dumps({"route": "members", "parameters": {"x": 1}, "typed": {}, "focus": None}),
            "3": json.dumps({"route": "orders", "parameters": {}, "typed": {"gone": "à rappeler"}, "focus": None}),
        },
    )
    async with resumed(store, "old").run_test(size=SIZE) as pilot:
        await pilot.press("f2")  # whoever types meanwhile is heard afterwards
        await settled(pilot)
        assert names(house(pilot)) == ["desk", "orders"]
        said = pilot.app.screen.query_one(NoticeLine).text
        assert "6 boîtes" in said
        assert "à rappeler" in said
    assert store.unfinished.take("restart old") == {}


async def test_what_cannot_be_kept_is_not_left_behind(store: Store, sample: Sample) -> None:
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "compose", message_id=sample.draft)
        app.screen.query_one(Body).insert("x" * TEXT_LIMIT)
        with pytest.raises(Invalid):
            hand_over(app)


async def test_the_letter_of_the_newer_program_stays_a_screens_own_even_where_it_does_nothing_now(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "command", lambda: ["/nowhere/cabas"])
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "products", **sample.parameters("products"))
        house(pilot).updating.offers = True
        await pilot.press("tab", "u")  # no product is marked
        await settled(pilot)
        assert "new cabas" not in text_of(app)
        await pilot.press("f2", "u")
        await written(pilot)
        assert "The new cabas does not start." in text_of(app)
