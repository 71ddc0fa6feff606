"""The journal: who did what, and when."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Static

from screens import journal_reading as reading
from screens.base import HouseScreen
from screens.export_words import where_words
from screens.journal_days import days_of
from screens.journal_going import Place, needs_of, place_of
from screens.journal_sentences import FAMILIES
from screens.text import labelled
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from screens.widgets.plain import joined, plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell
from store.journal import Wanted
from store.rights import Right
from templates.words import N_, _, ngettext
from templates.words.money import number

if TYPE_CHECKING:
    from store.journal import Entry

HOUR, SAID = 5, 70


class EntriesTable(HouseTable):
    """The rows by day; Enter opens what the marked one is about."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("Open what it is about"), id="journal.open"),
    ]


class JournalScreen(HouseScreen[None]):
    """All rows, the newest first; or those about one member, or of one operator."""

    NAME = "journal"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Who did what, and when; the newest first. **Enter** opens what the marked line is about.\n"
        "\n"
        "**o** asks for one operator, **m** for one member, **d** for days (20/11, yesterday, 14/11 - 20/11), **a** "
        "for a kind of thing; they go together. **x** shows all again. The steps of a basket are left out: **a** "
        "lists them too.\n"
        "\n"
        "**n** and **b** turn the page. **E** writes all of it into a file for a spreadsheet.\n"
        "\n"
        "An admin sees everything; everybody else sees what they did themselves."
    )
    NEEDS = {"doer": Right.ADMIN, "member": (Right.MEMBERS, Right.ORDERS)}
    BINDINGS = [
        Binding("o", "doer", N_("Operator"), tooltip=N_("What one operator did"), id="journal.operator"),
        Binding("m", "member", N_("Member"), tooltip=N_("What was done about one member"), id="journal.member"),
        Binding("d", "days", N_("Days"), tooltip=N_("What was done on some days"), id="journal.days"),
        Binding("a", "what", N_("What"), tooltip=N_("One kind of thing, or each step"), id="journal.what"),
        Binding("x", "all", N_("All"), tooltip=N_("Show all again"), id="journal.all"),
        Binding("n", "older", N_("Older"), tooltip=N_("The page before in time"), id="journal.older"),
        Binding("b", "newer", N_("Newer"), tooltip=N_("The page after it in time"), id="journal.newer"),
        Binding("E", "export", N_("Export"), tooltip=N_("Write it into a file"), id="journal.export"),
        Binding("f6", "export", N_("Export"), show=False, tooltip=N_("Write it into a file"), id="journal.export.f6"),
    ]

    def __init__(self, member_id: int | None = None, operator: str | None = None) -> None:
        super().__init__()
        self._wanted = Wanted(member_id=member_id, operator=operator)
        self._before: list[int] = []
        self._page: reading.JournalPage | None = None
        self._lines: dict[str, reading.Line] = {}
        self._asks = ""

    def heading(self) -> tuple[str, str]:
        left = _("Journal") if self.operator.may(Right.ADMIN) else _("Journal: what you did")
        if self._page is None:
            return left, ""
        total = number(self._page.total)
        if self._page.total == reading.MOST:
            return left, _("{n} lines or more").format(n=total)
        return left, ngettext("{n} line", "{n} lines", self._page.total).format(n=total)

    def content(self) -> ComposeResult:
        yield Prose(id="journal-filters")
        yield EntriesTable(id="journal-entries", header=False)
        yield Static(id="journal-empty")
        yield Prose(id="journal-detail")
        yield Ask()
        yield Choices(id="journal-choices")

    def on_mount(self) -> None:
        table = self.query_one(EntriesTable)
        table.add_column(cell(""), width=HOUR, key="hour")
        table.add_column(cell(""), width=SAID, key="said")
        table.grow(said=100)
        self._list(holds=True)

    def changed(self) -> None:
        self._list(holds=False)

    # -- the list

    def _list(self, *, holds: bool, top: bool = False) -> None:
        before = self._before[-1] if self._before else None
        work = partial(reading.read_page, self.store, self._wanted, before)
        self.read(work, partial(self._take, top=top), holds=holds)

    def _take(self, page: reading.JournalPage, top: bool) -> None:
        self._page = page
        self._lines = {line.key: line for line in reading.lines(page.entries, self.store.clock)}
        table = self.query_one(EntriesTable)
        table.fill((key, self._cells(line)) for key, line in self._lines.items())
        if self._lines and (top or self._marked is None):
            table.move_cursor(row=1, animate=False)  # the first row is the heading of a day
        table.display = bool(self._lines)
        chosen = " · ".join(page.filters)
        shown = self.query_one("#journal-filters", Prose)
        shown.display = bool(chosen)
        shown.update(plain(f" {chosen}"))
        empty = self.query_one("#journal-empty", Static)
        empty.display = not self._lines
        none = _("Nothing of this kind was done. x shows all again.")
        empty.update(plain(" " + (none if self._wanted != Wanted() else _("Nothing was done yet."))))
        if self._lines and self.focused is None:
            table.focus()
        self._show_detail()
        self.show_heading()
        self.refresh_bindings()

    def _cells(self, line: reading.Line) -> list[object]:
        return [line.hour, line.said] if line.entry is not None else ["", cell(line.said, "bold")]

    @property
    def _marked(self) -> Entry | None:
        line = self._lines.get(self.query_one(EntriesTable).current_key or "")
        return None if line is None else line.entry

    def _show_detail(self) -> None:
        """All of the marked sentence where it is longer than its line, and what it is called in a file."""
        line = self._lines.get(self.query_one(EntriesTable).current_key or "")
        detail = self.query_one("#journal-detail", Prose)
        if line is None or line.entry is None:
            detail.update(plain(" "))
            return
        detail.update(joined(plain(f" {line.said}"), plain(f"  {line.entry.action} {line.entry.id}", "dim")))

    def on_data_table_row_highlighted(self) -> None:
        """Say all of the marked line."""
        self._show_detail()
        self.refresh_bindings()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click opens what the line is about."""
        event.stop()
        entry = self._marked
        if entry is None:
            return
        needs = needs_of(entry)
        if needs and not self.operator.may_any(needs):
            from screens.rights_words import why_not

            self.warn(why_not(self.store, needs))
            return
        self.read(partial(place_of, self.store, entry), self._open, group="place", holds=True)

    def _open(self, place: Place | None) -> None:
        if place is None:
            self.say(_("There is nothing to open any more: it is gone, or it was about the whole group."))
        else:
            self.go(place[0], **place[1])

    # -- choosing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is only something to turn to, or to clear, where there is more."""
        page = self._page
        if action == "older":
            return page is not None and len(page.entries) == reading.PAGE
        if action == "newer":
            return bool(self._before)
        if action == "all":
            return self._wanted != Wanted()
        return page is not None and bool(page.entries) if action == "export" else True

    def _want(self, **changed: Any) -> None:
        self._wanted = replace(self._wanted, **changed)
        self._before.clear()
        self._list(holds=True, top=True)

    def action_doer(self) -> None:
        """Ask for an operator."""
        self.read(
            partial(reading.doer_choices, self.store), partial(self._propose, "operator"), group="who", holds=True
        )

    def action_what(self) -> None:
        """Ask for a kind of thing."""
        self.read(partial(reading.what_choices, self.store), partial(self._propose, "what"), group="what", holds=True)

    def _propose(self, asks: str, things: list[tuple[str, str, Any]]) -> None:
        self._asks = asks
        self.query_one(Choices).offer(things, cells=30)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Show what was chosen."""
        self._back()
        if self._asks == "operator":
            self._want(operator=event.value)
        elif event.value in ("", "*"):
            self._want(actions=(), everything=event.value == "*")
        else:
            self._want(actions=FAMILIES[event.value][1], everything=False)

    def on_choices_left(self) -> None:
        """Back to the list."""
        self._back()

    def on_ask_left(self) -> None:
        """Back to the list, unless it is asked again."""
        if not self.query_one(Ask).display:
            self._back()

    def _back(self) -> None:
        table = self.query_one(EntriesTable)
        self.set_focus(table if table.display else None)

    def action_member(self) -> None:
        """Look for a member."""
        self.go("journal_member", self._of_member)

    def _of_member(self, member_id: int | None) -> None:
        if member_id is not None:
            self._want(member_id=member_id)

    def action_days(self) -> None:
        """Ask for a day, or the first and the last."""
        self.query_one(Ask).ask(_("Day, or first - last"), self._of_days, typed="")

    def _of_days(self, text: str) -> None:
        try:
            days = days_of(text, self.store.clock.today())
        except ValueError:
            self.query_one(Ask).ask(_("Day, or first - last"), self._of_days, typed=text)
            self.warn(labelled(text, _("type a day as 20/11 or yesterday, or two as 14/11 - 20/11")))
            return
        first, last = days or (None, None)
        self._want(since=first, until=last)

    def action_all(self) -> None:
        """Show all again."""
        self._wanted = Wanted()
        self._want()

    def action_older(self) -> None:
        """The page before in time."""
        if self._page is not None and self._page.entries:
            self._before.append(self._page.entries[-1].id)
            self._list(holds=True, top=True)

    def action_newer(self) -> None:
        """The page after it in time."""
        if self._before:
            self._before.pop()
            self._list(holds=True, top=True)

    def action_export(self) -> None:
        """Write all of what is wanted into a file."""
        self.say(_("Writing…"))
        self.write(partial(reading.write_journal, self.store, self._wanted), self._written)

    def _written(self, path: Path) -> None:
        self.say(where_words(path))
