"""Bare Textual programs to compare with: `hello`, and an input over a table of ten rows."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Input, Static

READY = "READY"


class Hello(App[None]):
    """The least that a Textual program can be."""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(READY)


class Search(App[None]):
    """An input whose every key fills a table of ten rows anew."""

    def compose(self) -> ComposeResult:
        """The input, a table, and the word that says it is ready."""
        yield Input()
        yield DataTable(cursor_type="row")
        yield Static(READY)

    def on_mount(self) -> None:
        """Lay out the columns and stop the cursor's blinking, which would be counted."""
        self.query_one(Input).cursor_blink = False
        self.query_one(DataTable).add_columns("Name", "Phone", "E-mail")
        self.query_one(DataTable).styles.height = 12
        self.fill("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show ten other rows."""
        self.fill(event.value)

    def fill(self, text: str) -> None:
        """Ten rows that depend on what was typed."""
        table = self.query_one(DataTable)
        table.clear()
        start = sum(map(ord, text)) * 7919
        table.add_rows(
            (f"Maréchal {start + n:06} Odette", f"02 61 91 {n:02} {start % 100:02}", f"o{start + n}@exemple.fr")
            for n in range(10)
        )


if __name__ == "__main__":
    {"hello": Hello, "search": Search}[sys.argv[1]]().run()
