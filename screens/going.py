"""Going to another screen: where one may go, and what becomes of what is typed on those that are left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from screens.base import HouseScreen
from screens.routes import destinations, lacking, screen_for
from screens.updating import NEWER
from screens.widgets.bars import Dimmed
from templates.words import _

if TYPE_CHECKING:
    from screens.house import HouseApp


def letters(house: HouseApp) -> list[tuple[str, str]]:
    """What a letter after F2 does; dimmed what the operator may not open."""
    found: list[tuple[str, str]] = [
        (d.letter, _(d.label)) if d.is_open_to(house.operator) else Dimmed(d.letter, _(d.label))
        for d in destinations(house.operator)
        if d.listed
    ]
    if house.updating.offers:
        found.append((NEWER, _("New cabas")))
    return [*found, (_("Esc"), _("Stay"))]


def may_open(house: HouseApp, route: str) -> bool:
    """Whether the operator has a right to what a screen shows; says why, where not."""
    if lacking(house.operator, route):
        house.look_up_rights()
    if missing := lacking(house.operator, route):
        from screens.rights_words import why_not

        house.warn(why_not(house.store, missing))
    return not missing


def keeping(house: HouseApp) -> list[HouseScreen[Any]]:
    """The screens over the desk on which something would be lost if they were closed now, the lowest first."""
    return [screen for screen in house.screen_stack[1:] if isinstance(screen, HouseScreen) and screen.keeps()]


def still_there() -> str:
    """What is said where something unsaved lies underneath."""
    return _("What you typed is not saved yet. It is still there: F3 leads back.")


def go_away(house: HouseApp, then: Callable[[], None]) -> None:
    """Have every screen store what is typed on it, then call `then`; one that is refused it says so, and all stay."""
    left = keeping(house)

    def put_next_away() -> None:
        (left.pop().put_away(put_next_away) if left else then())

    put_next_away()


def go_to(house: HouseApp, route: str) -> None:
    """Leave what lies over the desk for a main screen; what still keeps something stays under it, and that is said."""
    kept = keeping(house)
    if kept:
        _leave_until(house, kept[-1])
        house.go(route)
        house.call_after_refresh(house.warn, still_there())
        return
    above = house.screen_stack[1:]
    for _screen in above[1:] if route != "desk" else above:
        house.pop_screen()
    if route == "desk":
        return
    if above:
        try:
            house.switch_screen(screen_for(route))
        except ImportError as error:
            house.show_error(error)
    else:
        house.go(route)


def back_to(house: HouseApp, route: str, parameters: Mapping[str, Any]) -> bool:
    """Go back to the screen underneath that a route leads to, if something on it is unsaved; False where none is."""
    kept = keeping(house)
    if not kept or not kept[-1].is_at(route, parameters) or kept[-1] is house.screen:
        return False
    _leave_until(house, kept[-1])
    house.call_after_refresh(house.warn, _("This is what you were typing; it is not saved yet."))
    return True


def _leave_until(house: HouseApp, screen: HouseScreen[Any]) -> None:
    while house.screen is not screen:
        house.pop_screen()
