"""The advice on a draft, each piece with its reason and what would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable, Input

from screens.advice import Advice, unfilled
from screens.channel_texts import EMAIL
from screens.text import visible
from screens.widgets.plain import plain
from screens.widgets.prose import wrapped
from screens.widgets.table import HouseTable, cell
from store.errors import StoreError
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.compose_asking import AskingScreen

MOST_ROWS = 14
MARGIN = 2
"""Cells before a reason."""


class AdviceList(HouseTable):
    """Pieces of advice with their reasons; hidden until `offer`. Enter mends the marked one. Posts `Chosen`, `Left`."""

    HELP = N_("Nothing here keeps you from sending. Where something can be mended, **Enter** does it.")
    BINDINGS = [
        Binding("enter", "select_cursor", N_("Mend it"), tooltip=N_("Do what helps"), id="advice.mend"),
        Binding("escape,f3,h,q", "leave", N_("Close"), tooltip=N_("Close the list"), id="advice.leave"),
    ]
    DEFAULT_CSS = "AdviceList { display: none; scrollbar-size-vertical: 1; }"

    class Chosen(Message):
        """A piece that something mends was chosen."""

        def __init__(self, advice: Advice) -> None:
            super().__init__()
            self.advice = advice

    class Left(Message):
        """The list was closed."""

    def __init__(self) -> None:
        super().__init__(header=False, id="advice-list")
        self._offered: Sequence[Advice] = ()

    def offer(self, advice: Sequence[Advice]) -> None:
        """Show these and take the focus."""
        self._offered = advice
        cells = max(20, self.screen.size.width - 4)
        self.clear(columns=True)
        self.add_column(cell(""), width=cells)
        total = 0
        for one in advice:
            lines = _lines(one, cells)
            total += len(lines)
            self.add_row(Text("\n").join(lines), height=len(lines))
        self.styles.height = min(total, MOST_ROWS)
        self.display = True
        self.focus()

    @property
    def marked(self) -> Advice | None:
        """The piece under the cursor."""
        return self._offered[self.cursor_row] if self.display and self._offered else None

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Mend it, where something can."""
        event.stop()
        chosen = self._offered[event.cursor_row]
        if chosen.mend:
            self.display = False
            self.post_message(self.Chosen(chosen))

    def action_leave(self) -> None:
        """Close the list."""
        self.display = False
        self.post_message(self.Left())


def _lines(advice: Advice, cells: int) -> list[Text]:
    lines = [_text(advice.sentence if advice.well else f"! {advice.sentence}", "" if advice.well else "bold")]
    said = _("{reason} Enter: {does}.").format(reason=advice.reason, does=advice.does) if advice.mend else advice.reason
    prose: Content = wrapped(plain(said), cells - MARGIN)
    return lines + [_text(" " * MARGIN + line) for line in prose.plain.split("\n")]


def _text(line: str, style: str = "") -> Text:
    return Text(visible(line), style=style, no_wrap=True, overflow="ellipsis", end="")


class Mending:
    """Does what advice offers to do, on a draft's screen."""

    def __init__(self, screen: AskingScreen) -> None:
        self._screen = screen

    def mend(self, advice: Advice) -> None:
        """Do it; the screen has the focus where one goes on."""
        acts = {
            "fill_in": self._fill_in,
            "name_group": self._name_group,
            "leave_out": lambda: self._leave_out(advice),
            "show_image": lambda: self._show_image(str(advice.about)),
            "people": self._screen.action_people,
            "later": self._screen.action_later,
            "details": self._screen.action_details,
            "write": lambda: self._write(str(advice.about)),
        }
        acts[advice.mend]()

    def _fill_in(self) -> None:
        self._screen.show_text(EMAIL)
        subject, body = self._screen.query_one("#subject", Input), self._screen.body
        left = next(iter(unfilled(subject.value, body.text)), "")
        if left in subject.value:
            subject.focus()
            at = subject.value.index(left)
            subject.selection = type(subject.selection)(at, at + len(left))
        elif body.select_text(left):
            body.focus()

    def _write(self, name: str) -> None:
        self._screen.show_text(name)
        self._screen.body.focus()

    def _name_group(self) -> None:
        subject = self._screen.query_one("#subject", Input)
        draft = self._screen.draft
        language = (draft.message.language if draft is not None else "") or self._screen.house.group.language
        mark = " : " if language == "fr" else ": "
        subject.value = "{{ group }}" + (mark if subject.value.strip() else "") + subject.value
        subject.focus()
        subject.cursor_position = len(subject.value)

    def _leave_out(self, advice: Advice) -> None:
        from store.overlap import leave_out

        screen, draft = self._screen, self._screen.draft
        if draft is None:
            return
        try:
            segment = leave_out(draft.message.segment, int(str(advice.about)))
        except StoreError as error:
            screen.show_error(error)
            return
        draft.save(screen.changed, lambda message: replace(message, segment=segment))

    def _show_image(self, name: str) -> None:
        self._screen.show_text(EMAIL)
        body = self._screen.body
        body.insert(f"![]({name})")
        body.focus()
        row, column = body.cursor_location
        body.move_cursor((row, column - len(f"]({name})")))  # between the brackets: what it shows, in words
