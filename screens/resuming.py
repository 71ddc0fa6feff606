"""From one program to the next: which screens are open and what is typed on them, kept and brought back.

All of it goes through the operator's own row in the group's file: a command line or an environment can be read by
others. What a screen keeps by itself (a basket, a draft, a form) is only found again.
"""

from __future__ import annotations

import json
from asyncio import sleep
from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.css.query import NoMatches
from textual.widget import Widget
from textual.widgets import Input, TextArea

from screens.base import HouseScreen
from screens.routes import lacking, screen_for
from screens.widgets.line import Line
from store.errors import StoreError
from store.file import keeping_typed
from templates.words import _

if TYPE_CHECKING:
    from screens.house import HouseApp

PLACE = "restart"
WAIT_SECONDS, LONGEST_SECONDS = 0.01, 10.0
"""How long it is waited for what a screen reads, a little each time."""
SEGMENT = "segment"
"""How a parameter that is a segment is written down."""

Typed = dict[str, Any]
"""What a screen hands over: JSON values by a name that it finds again."""


# -- what is handed over


def hand_over(house: HouseApp) -> str:
    """Keep what is typed on every screen and where one is; returns the name that the next program finds it by.

    Raises a `StoreError` where it cannot be kept: then nothing is left.
    """
    from secrets import token_hex

    token = token_hex(8)
    with keeping_typed():
        screens = [screen for screen in house.screen_stack if isinstance(screen, HouseScreen)]
        kept = {str(number): json.dumps(_told(house, screen)) for number, screen in enumerate(screens)}
        house.store.unfinished.keep(f"{PLACE} {token}", kept)
    return token


def _told(house: HouseApp, screen: HouseScreen[Any]) -> dict[str, Any]:
    try:
        typed = screen.hand_over()
    except StoreError:
        raise
    except Exception as error:  # a screen that is broken keeps no other from it
        house.note_fault(error)
        typed = {}
    route, parameters = screen.way_back()
    focused = screen.focused
    return {
        "route": route,
        "parameters": {name: _written(value) for name, value in parameters.items() if _is_plain(value)},
        "answers": screen.answers,
        "typed": typed,
        "secret": any(getattr(field, "password", False) and _text(field) for field in screen.query(Input)),
        "focus": [focused.id, _cursor(focused)] if focused is not None and focused.id else None,
    }


def _is_plain(value: object) -> bool:
    if isinstance(value, tuple | list):
        return all(_is_plain(part) for part in value)
    return value is None or isinstance(value, bool | int | str) or _is_segment(value)


def _is_segment(value: object) -> bool:
    return type(value).__name__ == "Segment" and hasattr(value, "to_json")


def _written(value: Any) -> Any:
    return {SEGMENT: value.to_json()} if _is_segment(value) else value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        from store.segments import Segment

        return Segment.from_json(value[SEGMENT])
    return tuple(value) if isinstance(value, list) else value


def _cursor(widget: Widget) -> Any:
    if isinstance(widget, Input):
        return widget.cursor_position
    return list(widget.cursor_location) if isinstance(widget, TextArea) else None


def typed_on(screen: HouseScreen[Any]) -> Typed:
    """The texts of a screen's fields, by their ids; a password is nobody's to keep."""
    found: Typed = {}
    for widget in screen.query("Input, TextArea"):
        text = _text(widget)
        if widget.id and text and not getattr(widget, "password", False) and _is_shown(widget):
            found[widget.id] = text
    return found


def _is_shown(widget: Widget) -> bool:
    return all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))


def _text(widget: Widget) -> str:
    return widget.value if isinstance(widget, Input) else widget.text if isinstance(widget, TextArea) else ""


# -- what is taken over


async def resume(house: HouseApp, token: str) -> None:
    """Open the screens that were open, with what was typed on them, and say so."""
    try:
        kept = house.store.unfinished.take(f"{PLACE} {token}")
        lost: list[str] = []
        screen: HouseScreen[Any] | None = None
        for number in sorted(kept, key=int):
            told = json.loads(kept[number])
            try:
                screen = await _opened(house, told, screen)
                lost += _texts(told["typed"]) if screen is None else await _filled(screen, told)
            except Exception as error:  # one that cannot be shown keeps no other from it
                house.note_fault(error)
                lost += _texts(told["typed"])
        house.warn(back_words(lost))
    except StoreError as error:
        house.show_error(error)
    finally:
        house.updating.is_back()


async def _opened(house: HouseApp, told: Mapping[str, Any], before: HouseScreen[Any] | None) -> HouseScreen[Any] | None:
    """The screen, open again; None where this program has none like it or what it is about is gone."""
    below = house.screen
    # The one before may have opened it by itself.
    if isinstance(below, HouseScreen) and below is not before and below.route == told["route"]:
        return below
    try:
        if lacking(house.operator, told["route"]):
            return None
        parameters = {name: _read(value) for name, value in told["parameters"].items()}
        screen = screen_for(told["route"], **parameters)
    except (KeyError, LookupError, TypeError, ValueError, StoreError):
        return None
    screen.answers = told.get("answers", "")
    answer: Callable[[Any], None] | None = getattr(below, screen.answers, None) if screen.answers else None
    await house.push_screen(screen, answer)
    return screen


async def _filled(screen: HouseScreen[Any], told: Mapping[str, Any]) -> list[str]:
    """Put back what was typed, once the screen shows what it reads; returns texts that have no place on it."""
    until = monotonic() + LONGEST_SECONDS
    while screen.reads and screen.is_open and monotonic() < until:
        await sleep(WAIT_SECONDS)
    left = screen.take_over(told["typed"])
    if told.get("secret"):
        screen.warn(_("A password is not kept: type it again."))
    if told["focus"] is not None:
        _focus(screen, *told["focus"])
    return left


def _focus(screen: HouseScreen[Any], name: str, cursor: Any) -> None:
    try:
        widget = screen.query_one(f"#{name}")
    except NoMatches:
        return
    widget.focus()

    def place() -> None:
        if isinstance(widget, Input) and isinstance(cursor, int):
            widget.cursor_position = cursor
        elif isinstance(widget, TextArea) and isinstance(cursor, list):
            widget.move_cursor((cursor[0], cursor[1]))

    screen.call_after_refresh(place)


def put_back(screen: HouseScreen[Any], typed: Mapping[str, Any]) -> list[str]:
    """Type it again where the field is there; returns what has no place."""
    left = []
    for name, text in typed.items():
        found = [widget for widget in screen.query(f"#{name}") if _is_shown(widget)]
        if not found:
            left += _texts({name: text})
        elif _text(found[0]) != text:
            _type(found[0], text)
    return left


def _type(widget: Widget, text: str) -> None:
    if isinstance(widget, Line):
        widget.put(text)
    elif isinstance(widget, Input):
        widget.value = text
        widget.cursor_position = len(text)
    elif isinstance(widget, TextArea):
        widget.load_text(text)


def _texts(typed: Any) -> list[str]:
    """What was typed as text, however a screen handed it over."""
    if isinstance(typed, dict):
        return [text for value in typed.values() for text in _texts(value)]
    if isinstance(typed, list) and all(isinstance(text, str) for text in typed):
        return [text for text in typed if text.strip()]
    return [typed] if isinstance(typed, str) and typed.strip() else []


def back_words(lost: list[str]) -> str:
    """That one is back, and what was typed where it could not be put."""
    said = _("cabas is restarted. You are where you were.")
    if not lost:
        return said
    return f"{said} {_('You had typed: “{text}”.').format(text='” “'.join(lost))}"
