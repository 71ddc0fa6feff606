"""What the columns of an unknown file are: the file on the left, our fields on the right, the first rows below."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Static

from screens.base import HouseScreen
from screens.import_fields import label, problem_words, telling
from screens.import_job import KINDS, NEEDS, ImportJob
from screens.import_preview import preview_lines, read_preview
from screens.text import fitted
from screens.widgets.choices import Choices
from screens.widgets.plain import plain
from screens.widgets.table import HouseTable, cell
from templates.words import N_, _, ngettext
from templates.words.money import number

if TYPE_CHECKING:
    from store.exchange.recognising import Look
    from store.exchange.report import ImportReport
    from store.exchange.tables import ImportFile

COLUMN, FIELD = 24, 22
PADDING = 2 * 3 + 1
NOT_READ = ""
FIRST_CELLS = 4
"""Rows whose cells are shown beside their column."""


class ColumnsTable(HouseTable):
    """The columns of the file; Enter opens what they can be."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Choose"), tooltip=N_("Say what the column is"), id="mapping.choose"),
    ]


class ImportMappingScreen(HouseScreen["ImportReport | None"]):
    """Leaves with the report of what was stored, None when nothing was."""

    NAME = "import_mapping"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "cabas does not know who wrote this file: say what its columns are. Those whose name or cells tell are filled "
        "in already.\n"
        "\n"
        "**Enter** opens what a column can be; letters jump there. **x** leaves a column out. **k** changes what the "
        "file holds: members, products, orders or old mailings. Below is what the first rows would become.\n"
        "\n"
        "**F8** (or g) goes on to see what the import would do; nothing is stored by it. What you say here is "
        "remembered when the import is stored: the next file with the same columns is known."
    )
    BINDINGS = [
        Binding("f8,g", "go_on", N_("Go on"), key_display="F8", tooltip=N_("See what it would do"), id="mapping.go"),
        Binding("x,delete", "clear", N_("Not read"), key_display="x", tooltip=N_("Leave it out"), id="mapping.clear"),
        Binding(
            "k,f4",
            "kind",
            N_("Kind"),
            key_display="k",
            tooltip=N_("Members, products, orders, mailings"),
            id="mapping.kind",
        ),
    ]
    AUTO_FOCUS = "#mapping-columns"

    def __init__(self, file: ImportFile, look: Look, catalogue_id: int | None = None) -> None:
        """`catalogue_id` is where products go of which the file does not say whose they are; None: it is asked."""
        super().__init__()
        self._catalogue_id = catalogue_id
        self._file = file
        self._kind = look.kind or "members"
        self._look = look
        self._columns = list(look.columns)
        self._said: dict[str, list[str]] = {}
        self._marked = 0
        self._touched = self._leaves = self._chooses = False

    # -- frame

    def heading(self) -> tuple[str, str]:
        if self._chooses:
            return _("What is “{text}”?").format(text=self._column(self._marked)), ""
        rows = ngettext("{n} row", "{n} rows", self._look.rows).format(n=number(self._look.rows))
        kind = _(KINDS[self._kind])
        return _("What is in {name}?").format(name=self._file.path.name), f"{rows}  {kind}"

    def content(self) -> ComposeResult:
        yield ColumnsTable(id="mapping-columns")
        yield Static(id="mapping-preview")
        yield Choices(id="mapping-fields")

    def on_mount(self) -> None:
        """Show the columns with what they seem to be."""
        self.show_heading()
        table = self.query_one(ColumnsTable)
        cells = max(20, self.size.width - COLUMN - FIELD - PADDING)
        table.add_column(cell(_("Column of the file")), width=COLUMN)
        table.add_column(cell(_("First cells")), width=cells)
        table.add_column(cell(_("Is here")), width=FIELD)
        self._show()
        if not self.operator.may_somewhere(NEEDS[self._kind]):
            self.action_kind()

    def keeps(self) -> bool:
        return self._touched

    # -- showing

    def _show(self) -> None:
        table = self.query_one(ColumnsTable)
        widths = [column.width for column in table.columns.values()]
        table.fill((str(place), self._cells(place, widths)) for place in range(len(self._look.header)))
        self.show_heading()
        self._preview()

    def _cells(self, place: int, widths: list[int]) -> list[object]:
        name = self._column(place)
        cells = " · ".join(row[place] for row in self._look.sample[:FIRST_CELLS] if row[place])
        field = self._columns[place]
        said = fitted(label(field), widths[2]) if field else fitted("–", widths[2])
        return [fitted(name, widths[0]), fitted(cells, widths[1]), cell(said, "bold" if field else "")]

    def _column(self, place: int) -> str:
        return self._look.header[place] or _("(without a name)")

    def _preview(self) -> None:
        columns, kind, look = tuple(self._columns), self._kind, self._look
        problem = self._problem()
        if problem:
            self._show_preview([plain(f" ! {problem}", "bold"), *preview_lines(look, columns, self.size.width)])
        else:
            self._show_preview(preview_lines(look, columns, self.size.width))
            self.read(
                partial(read_preview, self.store, self._file, look, kind, columns, self.size.width),
                self._show_preview,
                group="preview",
                failed=lambda _error: None,
            )

    def _show_preview(self, lines: list[Content]) -> None:
        self.query_one("#mapping-preview", Static).update(Content("\n").join(lines))

    def _problem(self) -> str:
        from store.exchange.mappings import problem

        return problem_words(self._kind, problem(self._kind, tuple(self._columns)))

    # -- choosing

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open what the column can be."""
        if event.data_table.id != "mapping-columns":
            return
        event.stop()
        self._marked = event.cursor_row
        from store.exchange.mappings import FIELDS

        taken = {field: place for place, field in enumerate(self._columns) if field and place != self._marked}
        offers = [(_("not read"), _("nothing of this column is taken over"), NOT_READ)]
        for field in FIELDS[self._kind]:
            remark = telling(self._kind, field)
            if field in taken:
                remark = _("so far: {column}").format(column=self._look.header[taken[field]])
            offers.append((label(field), remark, field))
        # What it is so far comes first: Enter leaves it so, and the list opens at its beginning.
        offers.sort(key=lambda offer: offer[2] != self._columns[self._marked])
        self.query_one(Choices).offer(offers, cells=26)
        self._choose(True)

    def _choose(self, on: bool) -> None:
        """Say in the title for which column one chooses: the list below may cover it."""
        self._chooses = on
        self.show_heading()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Take the field for the column; another column that had it has none now."""
        event.stop()
        field = event.value
        self._choose(False)
        if field in self._columns and field:
            self._columns[self._columns.index(field)] = NOT_READ
        self._put(field)
        table = self.query_one(ColumnsTable)
        table.focus()
        table.action_cursor_down()

    def on_choices_left(self, event: Choices.Left) -> None:
        """Back to the columns."""
        event.stop()
        self._choose(False)
        self.query_one(ColumnsTable).focus()

    def _put(self, field: str) -> None:
        self._columns[self._marked] = field
        self._touched, self._leaves = True, False
        self._show()

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While one chooses for a column, keys are for that."""
        return action not in ("clear", "kind", "go_on") or not self._chooses

    def action_clear(self) -> None:
        """Leave the marked column out."""
        if self._look.header:
            self._marked = self.query_one(ColumnsTable).cursor_row
            self._put(NOT_READ)

    def action_kind(self) -> None:
        """The next kind of file that the operator may import; what was said of this one is kept."""
        kinds = [kind for kind in KINDS if self.operator.may_somewhere(NEEDS[kind])]
        kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)] if self._kind in kinds else kinds[0]
        self._said[self._kind] = self._columns
        if kind in self._said:
            self._kind, self._columns = kind, self._said[kind]
            self._show()
            return

        def guess() -> Look:
            from store.exchange.recognising import look

            return look(self.store, self._file, kind)

        def take(look: Look) -> None:
            # A mapping is of the header that is shown; another kind's format may have found another one.
            fits = look.keys == self._look.keys and look.columns
            self._kind = kind
            self._columns = list(look.columns) if fits else [NOT_READ] * len(self._look.header)
            self._show()

        self.read(guess, take, group="kind")

    def action_go_on(self) -> None:
        """See what the import would do."""
        if problem := self._problem():
            self.warn(problem)
            return
        catalogue_id = self._catalogue_id if self._kind == "products" else None
        job = ImportJob(self._file, self._kind, self._look.keys, tuple(self._columns), catalogue_id=catalogue_id)
        self.go("import_report", self._came_back, job=job)

    def _came_back(self, stored: ImportReport | None) -> None:
        if stored is not None:
            self.dismiss(stored)

    def action_leave(self) -> None:
        """Leave; asks once where something was said."""
        if self._touched and not self._leaves:
            self._leaves = True
            self.warn(_("What you said of the columns is not kept yet: F8 goes on. F3 once more leaves without."))
            return
        self.dismiss(None)
