"""A line for a path, and below it the files that it may mean: what an import and a message's files begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import Key
from textual.screen import ScreenResultType
from textual.widgets import DataTable, Static

from screens import import_files
from screens.searching import SearchingScreen
from screens.sizes import size_words
from screens.text import fitted
from screens.widgets.line import Line
from screens.widgets.plain import plain
from screens.widgets.table import TableBelowLine, cell, number
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from screens.import_files import Listed

SIZE, CHANGED, FOLDER = 8, 14, 14
PADDING = 2 * 4 + 1

INSIDE = N_("There is no such file in the folder for exports. {how}")
"""What is said inside the SSH door, with how a file comes here from one's own machine."""


class FilesTable(TableBelowLine):
    """The files; going up from the first leads back to the line."""

    LINE = "#path-line"
    BINDINGS = [
        Binding("enter", "select_cursor", N_("Take it"), tooltip=N_("Take the marked file"), id="files.take"),
    ]

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """What is typed goes on in the line instead of doing what a letter does elsewhere."""
        return bool(character and character.isprintable() and character not in " /?")

    def on_key(self, event: Key) -> None:
        """A letter goes on in the line."""
        if event.character is not None and self.check_consume_key(event.key, event.character):
            event.stop()
            line = self.screen.query_one(self.LINE, PathLine)
            line.focus()
            line.put(line.value + event.character)


class PathLine(Line):
    """Where a path is typed; it hands its keys to the screen."""

    BINDINGS = [
        Binding("enter", "screen.take", N_("Take it"), tooltip=N_("Take the file"), id="files.path"),
        Binding("down", "screen.list", N_("List"), tooltip=N_("Go into the list"), id="files.list"),
    ]


class FileChoosingScreen(SearchingScreen[ScreenResultType]):
    """A screen on which a file is chosen, by its path or from a list; `read_file` gets its path.

    `ENDINGS` are those of the files that are listed. Who came through the SSH door takes no others, and is told
    `FROM_YOURS`: how one of their own comes here.
    """

    CSS_PATH = [Path(__file__).with_suffix(".tcss")]
    ENDINGS: tuple[str, ...] = import_files.SUFFIXES
    FROM_YOURS = N_("From your own machine: ssh … import members - < file.csv")
    BINDINGS = [
        Binding(
            "slash",
            "find",
            N_("Path"),
            key_display="/",
            show=False,
            tooltip=N_("Go back to the line for a path"),
            id="files.find",
        ),
        Binding("f5", "again", N_("Look again"), tooltip=N_("Look for new files in the folders"), id="files.again"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._listed: dict[str, Listed] = {}

    def choosing(self, word: str) -> ComposeResult:
        """The line with a word before it, and the list."""
        yield self.find(word, "path-line", PathLine, max_length=1000)
        yield FilesTable(id="path-files")
        yield Static(id="path-none")

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

    # -- what a screen says of itself

    def folders(self) -> list[Path]:
        """The folders whose files are listed, that of exports first; inside, no other: cabas's own lie around it."""
        from store.exchange.export_folder import readable_folders

        exports = readable_folders(self.store)
        return [*exports] if self._inside else [*exports, import_files.start_folder()]

    def nothing(self, text: str) -> str:
        """What to say where no file is listed."""
        raise NotImplementedError

    def read_file(self, path: Path) -> None:
        """A file was chosen: what is at the path, if anything is."""
        raise NotImplementedError

    # -- the list

    @property
    def _inside(self) -> bool:
        return self.house.inside

    def _list(self, text: str) -> None:
        if import_files.is_path(text) and not self._inside:
            found = import_files.completions(text, self.ENDINGS)
        else:
            found = import_files.listed(self.folders(), text, self.ENDINGS)
        self._listed = {str(entry.path): entry for entry in found}
        table = self.query_one(FilesTable)
        table.fill((key, self._cells(entry, table)) for key, entry in self._listed.items())
        if found and table.cursor_row and self._line.has_focus:
            table.move_cursor(row=0, animate=False)
        table.display = bool(found)
        nothing = self.query_one("#path-none", Static)
        nothing.display = not found
        said = "" if found else _(INSIDE).format(how=_(self.FROM_YOURS)) if self._inside else self.nothing(text)
        nothing.update(plain(said, lines=True))

    def _cells(self, entry: Listed, table: FilesTable) -> list[object]:
        wide = {str(key.value): column.width for key, column in table.columns.items()}
        name = fitted(entry.name, wide["name"])
        if entry.folder:
            return [name, "", "", fitted(entry.path.parent.name, FOLDER)]
        wall = self.store.clock.to_wall(entry.changed)
        day = dates.day_number(wall)
        when = f"{day} {dates.hour(wall)}" if wall.year == self.store.clock.today().year else day
        return [name, number(size_words(entry.size)), when, fitted(entry.path.parent.name or "/", FOLDER)]

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
            if import_files.is_folder(path) and not self._inside:
                self._line.put(text.rstrip("/") + "/")
            elif not import_files.is_file(path) and first is not None and len(self._listed) == 1:
                self._take(first)
            else:
                self._read_listed(path)
        elif first is not None:
            self._take(first)
        else:
            self._read_listed(import_files.meant(text))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Take the file, or go into the folder."""
        event.stop()
        self._take(self._listed[str(event.row_key.value)])

    def _take(self, entry: Listed) -> None:
        if entry.folder:
            self._line.focus()
            self._line.put(f"{entry.path}/")
        else:
            self._read_listed(entry.path)

    def _read_listed(self, path: Path) -> None:
        if self._inside and not import_files.lies_in(path, self.folders()):
            self.warn(_("Only files of the list can be read from here. {how}").format(how=_(self.FROM_YOURS)))
        else:
            self.read_file(path)

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
