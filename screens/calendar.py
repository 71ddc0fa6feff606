"""The calendar: what goes out by itself in the next weeks, to how many, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable

from screens import calendar_lines as words
from screens.calendar_acts import EntryScreen
from screens.calendar_reading import Counted, read_calendar, read_counted
from screens.desk_coming import never_sends, set_up_words, truth
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.calendar_reading import Calendar, Entry

CELLS = 76
"""Cells of a line on 80 columns."""


class CalendarTable(HouseTable):
    """The lines by day; Enter shows the marked thing, and to whom it goes."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("To whom"), tooltip=N_("What it says, and to whom"), id="calendar.open")
    ]

    def __init__(self, beside: Callable[[], Collection[str]]) -> None:
        """`beside` tells the keys of the lines that the cursor passes over: those that name a day or say more."""
        super().__init__(header=False, id="calendar-days")
        self._beside = beside

    def action_cursor_down(self) -> None:
        """The next line that something goes out on."""
        super().action_cursor_down()
        self.pass_over(1)
        self._moved()

    def action_cursor_up(self) -> None:
        """The line before, on which something goes out."""
        super().action_cursor_up()
        self.pass_over(-1)
        self._moved()

    def _moved(self) -> None:
        if isinstance(self.screen, EntryScreen):
            self.screen.forget()

    def on_resize(self) -> None:
        """Keep the marked line in view where a question takes some of the room."""
        self.move_cursor(row=self.cursor_row, animate=False, scroll=True)

    def pass_over(self, step: int) -> None:
        """Go on from a line that nothing goes out on; the first line is one, so that there it goes down again."""
        beside, row = self._beside(), self.cursor_row
        keys = [str(key.value) for key in self.rows]
        while 0 <= row < len(keys) and keys[row] in beside:
            row += step
        if row < 0:
            row = next((place for place, key in enumerate(keys) if key not in beside), 0)
        if row < len(keys):
            self.move_cursor(row=row, animate=False)


class CalendarScreen(EntryScreen):
    """The next four weeks, and with `v` the last two; below the list the marked thing in full."""

    NAME = "calendar"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "What goes out by itself in the next four weeks: the mails of workflows, and the messages that are kept for "
        "an hour. Each with about how many mails it is as of now; who orders meanwhile gets no reminder.\n"
        "\n"
        "**!** below a line: some of the same people get another mail about then. It is advice; both go.\n"
        "\n"
        "**k** lets a mail not go this time, and again lets it go after all. **n** sends it now, before its hour, or "
        "although it was missed; you are asked once more. Nobody gets it twice.\n"
        "\n"
        "**Enter** shows what it says and to whom it goes. **v** shows what went out in the last two weeks. What the "
        "mails say, and when they go, is changed in the workflow: **w**."
    )
    BINDINGS = [
        Binding("v", "view", N_("View"), tooltip=N_("What went out, or what is to come"), id="calendar.view"),
        Binding("w", "workflow", N_("Workflow"), tooltip=N_("The workflow that it belongs to"), id="calendar.workflow"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="calendar.leave"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._calendar: Calendar | None = None
        self._past = False
        self._lines: dict[str, words.Line] = {}

    def heading(self) -> tuple[str, str]:
        left = _("Calendar: what went out") if self._past else _("Calendar: what goes out by itself")
        return left, truth(self._calendar.facts, self.store.clock) if self._calendar is not None else ""

    def content(self) -> ComposeResult:
        yield CalendarTable(lambda: {key for key, line in self._lines.items() if line.entry is None or line.more})
        yield Prose(id="calendar-empty")
        yield Prose(id="calendar-detail")
        yield Ask()

    def on_mount(self) -> None:
        table = self.query_one(CalendarTable)
        table.add_column(cell(""), width=CELLS, key="said")
        table.grow(said=100)
        self._list(holds=True)

    def changed(self) -> None:
        self._list(holds=False)

    def on_resize(self) -> None:
        """Use the room there is now."""
        self._show()

    # -- what is shown

    def _list(self, *, holds: bool) -> None:
        self.read(partial(read_calendar, self.store), self._take, group="calendar", holds=holds)

    def _take(self, calendar: Calendar) -> None:
        if self._calendar is None and calendar.come and never_sends(calendar.facts):
            self.say(set_up_words())
        self._calendar = calendar
        self._show()
        shown = (*calendar.missed, *calendar.come)
        self.read(partial(read_counted, self.store, shown), self._take_counted, group="counted")

    def _take_counted(self, counted: Counted) -> None:
        self._counted = counted
        self._show()

    def _show(self) -> None:
        calendar = self._calendar
        if calendar is None:
            return
        clock, cells = self.store.clock, CELLS + max(0, self.size.width - 80)
        if self._past:
            lines = words.past_lines(calendar, clock, cells)
        else:
            lines = words.coming_lines(calendar, self._counted, clock, cells)
        self._lines = {line.key: line for line in lines}
        table = self.query_one(CalendarTable)
        table.fill((key, [cell(line.said, "bold") if line.bold else line.said]) for key, line in self._lines.items())
        table.pass_over(1)
        there = bool(self._lines)
        table.display = self.query_one("#calendar-detail").display = there
        empty = self.query_one("#calendar-empty", Prose)
        empty.display = not there
        empty.update(plain(f" {words.nothing_words(calendar, past=self._past)}"))
        if there and self.focused is None:
            table.focus()
        self._show_detail()
        self.show_heading()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        marked = self._marked
        detail = self.query_one("#calendar-detail", Prose)
        if marked is None or self._calendar is None:
            detail.update(plain(" "))
            return
        lines = words.detail(marked, self._counted, self._calendar.segments, self.store.clock, past=self._past)
        detail.update(Content("\n").join(lines))

    @property
    def _marked(self) -> Entry | None:
        line = self._lines.get(self.query_one(CalendarTable).current_key or "")
        return None if line is None else line.entry

    def on_data_table_row_highlighted(self) -> None:
        """Say more of the marked line; what can be done depends on it."""
        if self._marked is None:  # Page Down or a click came to the name of a day
            self.query_one(CalendarTable).pass_over(1)
        self._show_detail()
        self.refresh_bindings()

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Of what is over nothing can be skipped or sent."""
        if action == "workflow":
            return self.is_mounted and self._marked is not None and bool(self._marked.occurrences)
        if self._past and action in ("skip", "put_away", "unskip", "send"):
            return False
        return super().check_action(action, parameters)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click shows what it says, and to whom."""
        event.stop()
        entry = self._marked
        if entry is None:
            return
        if entry.kept is not None:
            self.go("message", message_id=entry.kept.id)
        elif (first := entry.first) is not None and len(entry.occurrences) == 1 and first.message_id is not None:
            self.go("message", message_id=first.message_id)
        elif first is not None:
            self.go("calendar_entry", step_id=first.step.id, key=first.key)

    def action_view(self) -> None:
        """Show what went out, or what is to come."""
        self._past = not self._past
        self._show()

    def on_ask_left(self) -> None:
        """Back to the list."""
        self.query_one(CalendarTable).focus()
