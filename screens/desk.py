"""The desk: what is coming, what waits to be done."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from screens.base import HouseScreen
from templates.words import N_, dates


class DeskScreen(HouseScreen[None]):
    """The first screen."""

    NAME = "desk"
    HELP = N_("The desk shows the next distribution and what waits to be done.")
    BINDINGS = [
        Binding("q", "app.quit", N_("Quit"), show=False, tooltip=N_("End the program"), id="desk.quit"),
    ]

    def heading(self) -> tuple[str, str]:
        return self.house.group.name, f"{dates.moment(self.store.clock.wall())}   {self.operator.name}"

    def content(self) -> ComposeResult:
        yield Static(id="desk")
