"""A terminal that is too small for the screens: it says so, and what lies beneath stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import RenderResult
from textual.content import Content
from textual.events import Key, Paste
from textual.widget import Widget

from screens.house import LEAST
from screens.widgets.plain import plain
from screens.widgets.prose import wrapped
from templates.words import _

if TYPE_CHECKING:
    from screens.base import HouseScreen

AFTER = 0.4
"""Seconds for which a terminal must be too small: while it is being made larger or smaller, people type on."""


class TooSmall(Widget):
    """Covers the whole screen; the focus stays where it is beneath, and no key gets there."""

    DEFAULT_CSS = """
    TooSmall { overlay: screen; position: absolute; width: 100vw; height: 100vh; background: $background; }
    """

    def render(self) -> RenderResult:
        """How large the terminal is, and what to do."""
        size = self.app.size
        lines = (
            plain(
                _("Too small: {size}, cabas needs {needed}.").format(
                    size=f"{size.width}×{size.height}", needed=f"{LEAST[0]}×{LEAST[1]}"
                ),
                "bold",
            ),
            plain(_("Make the window larger, or its letters smaller. What you typed is still there.")),
            plain(""),
            plain(_("Enter goes on all the same; something may be cut.")),
        )
        return wrapped(Content("\n").join(lines), self.size.width)


class Fitting:
    """Whether a screen fits in its terminal; `look` is called whenever the terminal's size may be another one."""

    def __init__(self, screen: HouseScreen[Any]) -> None:
        self._screen = screen
        self._cover: TooSmall | None = None
        self._waits = False

    def look(self) -> None:
        """Cover the screen soon where it does not fit, and uncover it at once where it does."""
        if not self._screen.house.is_too_small:
            if self._cover is not None:
                self._screen.house.drop_keys()  # typed blindly, however late they are handed on
            self._uncover()
        elif self._cover is not None:
            self._cover.refresh()
        elif not self._waits:
            self._waits = True
            self._screen.set_timer(AFTER, self._show)

    def _show(self) -> None:
        self._waits = False
        if self._screen.house.is_too_small and self._cover is None and self._screen.is_active:
            self._cover = TooSmall()
            self._screen.mount(self._cover)

    def _uncover(self) -> None:
        if self._cover is not None:
            self._cover.remove()
            self._cover = None
            if self._screen.focused is not None:
                self._screen.focused.scroll_visible(animate=False)

    def takes(self, event: Key | Paste) -> bool:
        """Whether the key goes no further: nobody sees what it would do. Enter goes on, and so does leaving cabas."""
        if self._cover is None:
            return False
        key = event.key if isinstance(event, Key) else ""
        if key in ("enter", "ctrl+j", "ctrl+q"):
            house = self._screen.house
            house.least_size = (min(LEAST[0], house.size.width), min(LEAST[1], house.size.height))
            self._uncover()
        return key != "ctrl+q"
