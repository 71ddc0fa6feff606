"""Every action of a screen by its name, to be found by typing a part of it."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import DataTable, Input

from screens.base import HouseScreen
from screens.widgets.bars import drawn_key, key_name
from screens.widgets.table import HouseTable, cell
from store.folding import fold
from templates.words import N_, _

HIDDEN = ("actions", "goto_menu", "app.focus_next", "app.focus_previous")
"""What makes no sense to be chosen from a list."""

Chosen = tuple[DOMNode, str]


def actions_of(screen: Screen[Any]) -> list[tuple[str, str, Chosen]]:
    """Name, key and action of everything that can be done on a screen now, in the operator's language."""
    found = []
    seen = set()
    for active in screen.active_bindings.values():
        binding = active.binding
        if not binding.tooltip or not binding.description or not active.enabled:
            continue
        if binding.description not in seen and binding.action not in HIDDEN:
            seen.add(binding.description)
            key = drawn_key(screen.app, key_name(binding))
            found.append((_(binding.description), key, (active.node, binding.action)))
    return found


class ActionsScreen(HouseScreen[Chosen]):
    """A line to type into and the actions whose name has what is typed; Enter carries the first or marked one out."""

    NAME = "actions"
    HELP = N_("Type a part of an action's name, then **Enter**. Arrows choose another one.")
    BINDINGS = [
        Binding(
            "enter", "choose", N_("Do it"), priority=True, tooltip=N_("Carry out the marked action"), id="actions.do"
        ),
        Binding("down", "move(1)", N_("Next"), show=False, tooltip=N_("Mark the next action"), id="actions.down"),
        Binding("up", "move(-1)", N_("Previous"), show=False, tooltip=N_("Mark the action above"), id="actions.up"),
    ]

    def __init__(self, actions: list[tuple[str, str, Chosen]]) -> None:
        super().__init__()
        self._actions = actions
        self._shown = actions

    def heading(self) -> tuple[str, str]:
        return _("What do you want to do?"), ""

    def content(self) -> ComposeResult:
        yield Input(id="wanted")
        table = HouseTable(id="actions", header=False)
        table.can_focus = False
        yield table

    def on_mount(self) -> None:
        table = self.query_one(HouseTable)
        table.add_column(cell(""), width=50)
        table.add_column(cell(""), width=20)
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits what is typed."""
        self._show(event.value)

    def _show(self, text: str) -> None:
        wanted = fold(text).split()
        self._shown = [a for a in self._actions if all(word in fold(a[0]) for word in wanted)]
        table = self.query_one(HouseTable)
        table.fill((str(i), (name, key)) for i, (name, key, _chosen) in enumerate(self._shown))
        # What was marked in the longer list may be out of this one, with another action in its place.
        table.move_cursor(row=0, animate=False)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """A click on a row does it."""
        event.stop()
        self.action_choose()

    def action_move(self, rows: int) -> None:
        """Mark another row."""
        table = self.query_one(HouseTable)
        if table.row_count:
            table.move_cursor(row=(table.cursor_row + rows) % table.row_count, animate=False)

    def action_choose(self) -> None:
        """Leave with the marked action."""
        table = self.query_one(HouseTable)
        if self._shown and table.is_valid_row_index(table.cursor_row):
            self.dismiss(self._shown[table.cursor_row][2])
