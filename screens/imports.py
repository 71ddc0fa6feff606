"""Import: which file to take over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import Key
from textual.widgets import DataTable, Static

from screens import import_files
from screens.import_job import ImportJob
from screens.searching import SearchingScreen
from screens.text import fitted
from screens.widgets.line import Line
from screens.widgets.plain import plain
from screens.widgets.table import TableBelowLine, cell, number
from templates.words import N_, _, dates
from templates.words.money import number as grouped

if TYPE_CHECKING:
    from screens.import_files import Listed
    from store.exchange.recognising import Look
    from store.exchange.tables import ImportFile

SIZE, CHANGED, FOLDER = 8, 14, 14
PADDING = 2 * 4 + 1


class FilesTable(TableBelowLine):
    """The files; going up from the first leads back to the line."""

    LINE = "#import-line"
    BINDINGS = [
        Binding("enter", "select_cursor", N_("Take it"), tooltip=N_("Look into the marked file"), id="import.take"),
    ]

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """What is typed goes on in the line instead of doing what a letter does elsewhere."""
        return bool(character and character.isprintable() and character not in " /?")

    def on_key(self, event: Key) -> None:
        """A letter goes on in the line."""
        if event.character is not None and self.check_consume_key(event.key, event.character):
            event.stop()
            line = self.screen.query_one("#import-line", PathLine)
            line.focus()
            line.put(line.value + event.character)


class PathLine(Line):
    """Where a path is typed; it hands its keys to the screen."""

    BINDINGS = [
        Binding("enter", "screen.take", N_("Take it"), tooltip=N_("Look into the file"), id="import.path"),
        Binding("down", "screen.list", N_("List"), tooltip=N_("Go into the list"), id="import.list"),
    ]


class ImportScreen(SearchingScreen[None]):
    """The first step of an import: a path to type, or a file to choose."""

    NAME = "import"
    CSS_PATH = Path(__file__).with_name("imports.tcss")
    HELP = N_(
        "Take over what another system or a spreadsheet has written: members, products or orders, in a CSV file.\n"
        "\n"
        "The list shows the files of the folder `exports` beside the group's file, and of the folder where cabas was "
        "started, the newest first. Letters narrow it; a path can be typed, too: **~** is your home folder, and what "
        "lies in a folder is listed as you type.\n"
        "\n"
        "Files of Cagette, CAMAP, Foodsoft, Open Food Network and Juntagrico are recognised by their first line; "
        "for any other one you say what its columns are. **Nothing is stored** before you have seen what would change."
    )
    BINDINGS = [
        Binding(
            "slash",
            "find",
            N_("Path"),
            key_display="/",
            show=False,
            tooltip=N_("Go back to the line for a path"),
            id="import.find",
        ),
        Binding("f5", "again", N_("Look again"), tooltip=N_("Look for new files in the folders"), id="import.again"),
    ]

    def __init__(self, catalogue_id: int | None = None) -> None:
        """With a catalogue, products of a file that does not say whose they are go there."""
        super().__init__()
        self._catalogue_id = catalogue_id
        self._listed: dict[str, Listed] = {}
        self._reads = False

    def heading(self) -> tuple[str, str]:
        return _("Import: which file?"), ""

    def content(self) -> ComposeResult:
        yield self.find(_("File"), "import-line", PathLine, max_length=1000)
        yield FilesTable(id="import-files")
        yield Static(id="import-none")

    def on_mount(self) -> None:
        """List the files; the cursor is in the line."""
        self.show_heading()
        self._line.placeholder = _("a path, or part of a name below")
        self._line.focus()
        table = self.query_one(FilesTable)
        name = max(79, self.size.width - 1) - SIZE - CHANGED - FOLDER - PADDING + 1
        table.add_column(cell(_("Name")), key="name", width=name)
        table.add_column(number(_("Size")), key="size", width=SIZE)
        table.add_column(cell(_("Changed")), key="changed", width=CHANGED)
        table.add_column(cell(_("Folder")), key="folder", width=FOLDER)
        self._list("")

    # -- the list

    def _folders(self) -> list[Path]:
        from store.exchange.export_folder import export_folder

        return [export_folder(self.store.path).absolute(), import_files.start_folder()]

    def _list(self, text: str) -> None:
        if import_files.is_path(text) and not import_files.stays_inside(self.store.actor):
            found = import_files.completions(text)
        else:
            found = import_files.listed(self._folders(), text)
        self._listed = {str(entry.path): entry for entry in found}
        table = self.query_one(FilesTable)
        table.fill((key, self._cells(entry, table)) for key, entry in self._listed.items())
        if found and table.cursor_row and self._line.has_focus:
            table.move_cursor(row=0, animate=False)
        table.display = bool(found)
        nothing = self.query_one("#import-none", Static)
        nothing.display = not found
        nothing.update(plain("" if found else self._nothing(text), lines=True))

    def _cells(self, entry: Listed, table: FilesTable) -> list[object]:
        wide = {str(key.value): column.width for key, column in table.columns.items()}
        name = fitted(entry.name, wide["name"])
        if entry.folder:
            return [name, "", "", fitted(entry.path.parent.name, FOLDER)]
        wall = self.store.clock.to_wall(entry.changed)
        when = f"{dates.day_number(wall)} {dates.hour(wall)}"
        if wall.year != self.store.clock.today().year:
            when = f"{dates.day_number(wall)} {wall.year}"
        return [name, number(size_words(entry.size)), when, fitted(entry.path.parent.name or "/", FOLDER)]

    def _nothing(self, text: str) -> str:
        if text.strip():
            return _("No file begins or is called like this. Enter looks for it all the same.")
        exports, start = self._folders()
        return _(
            "There is no CSV file in {exports} nor in {start}. Type the path of one; ~ is your home folder.\n"
            "A spreadsheet has to be saved as CSV first."
        ).format(exports=exports, start=start)

    # -- keys of the line

    def _line_key(self, key: str, _character: str | None) -> bool:
        if key == "f5":
            self.action_again()
            return True
        return super()._line_key(key, _character)

    def _typed(self, text: str) -> None:
        self._list(text)

    def _entered(self, text: str) -> None:
        """Take the file at the path; a part of a name means the first file of the list."""
        text = text.strip().strip("'\"")
        first = next(iter(self._listed.values()), None)
        if not text:
            self.action_list()
        elif import_files.is_path(text):
            path = import_files.meant(text)
            if path.is_dir() and not import_files.stays_inside(self.store.actor):
                self._line.put(text.rstrip("/") + "/")
            elif not path.exists() and first is not None and len(self._listed) == 1:
                self._take(first)
            else:
                self._read(path)
        elif first is not None:
            self._take(first)
        else:
            self._read(import_files.meant(text))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Look into the file, or into the folder."""
        event.stop()
        self._take(self._listed[str(event.row_key.value)])

    def _take(self, entry: Listed) -> None:
        if entry.folder:
            self._line.focus()
            self._line.put(f"{entry.path}/")
        else:
            self._read(entry.path)

    # -- reading

    def _read(self, path: Path) -> None:
        if self._reads:
            return
        if import_files.stays_inside(self.store.actor) and path.parent not in self._folders():
            self.warn(
                _("Only files of the list can be read from here. Ask for yours to be put into {folder}.").format(
                    folder=self._folders()[0]
                )
            )
            return
        if path.is_file() and path.suffix.lower() not in (*import_files.SUFFIXES, *import_files.SPREADSHEETS):
            self.warn(
                _("{name} is no CSV file: its name ends neither in .csv nor in .tsv or .txt.").format(name=path.name)
            )
            return
        self._reads = True
        self.say(_("Reading {name}…").format(name=path.name))
        store, catalogue_id = self.store, self._catalogue_id

        def read() -> tuple[ImportFile, Look]:
            from store.exchange.recognising import look
            from store.exchange.tables import open_file

            file = open_file(path)
            found = look(store, file)
            if catalogue_id is not None and not found.format:
                found = look(store, file, "products")
            return file, found

        self.read(read, self._looked, group="look", failed=self._unreadable)

    def _unreadable(self, error: BaseException) -> None:
        self._reads = False
        self.show_error(error)

    def _looked(self, found: tuple[ImportFile, Look]) -> None:
        self._reads = False
        self.say("")
        file, look = found
        if look.format:
            job, needs = ImportJob.of(file, look), look.needs
            if look.kind == "products" and self._catalogue_id is not None:
                job = replace(job, catalogue_id=self._catalogue_id)
                needs = tuple(need for need in needs if need != "catalogue")
            self.go("import_report", self._came_back, job=job, needs=needs)
        else:
            self.go("import_mapping", self._came_back, file=file, look=look, catalogue_id=self._catalogue_id)

    def _came_back(self, stored: object) -> None:
        self._line.put("" if stored is not None else self._line.value)

    # -- actions

    def action_take(self) -> None:
        """Take what is typed."""
        self._entered(self._line.value)

    def action_list(self) -> None:
        """Go into the list, with the files that are there now."""
        self._list(self._line.value)
        if self._listed:
            self.query_one(FilesTable).focus()

    def action_again(self) -> None:
        """Look for files again."""
        self._list(self._line.value)


def size_words(size: int) -> str:
    """A file's size in few cells."""
    if size < 1_000_000:
        return _("{n} KB").format(n=grouped(max(1, round(size / 1000))))
    return _("{n} MB").format(n=grouped(round(size / 1_000_000)))
