"""Import: which file to take over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from screens import import_files
from screens.file_choosing import FileChoosingScreen
from screens.import_job import ImportJob
from templates.words import N_, _

if TYPE_CHECKING:
    from pathlib import Path

    from store.exchange.recognising import Look
    from store.exchange.tables import ImportFile


class ImportScreen(FileChoosingScreen[None]):
    """The first step of an import: a path to type, or a file to choose."""

    NAME = "import"
    HELP = N_(
        "Take over what another system or a spreadsheet has written: members, products, orders or old mailings, in a "
        "CSV file.\n"
        "\n"
        "The list shows the files of the folder `exports` beside the group's file, and of the folder where cabas was "
        "started, the newest first. Letters narrow it; a path can be typed, too: **~** is your home folder, and what "
        "lies in a folder is listed as you type.\n"
        "\n"
        "Files of Cagette, CAMAP, Foodsoft, Open Food Network and Juntagrico are recognised by their first line; "
        "for any other one you say what its columns are. **Nothing is stored** before you have seen what would change."
    )

    def __init__(self, catalogue_id: int | None = None) -> None:
        """With a catalogue, products of a file that does not say whose they are go there."""
        super().__init__()
        self._catalogue_id = catalogue_id
        self._reads = False

    def heading(self) -> tuple[str, str]:
        return _("Import: which file?"), ""

    def content(self) -> ComposeResult:
        yield from self.choosing(_("File"))

    def nothing(self, text: str) -> str:
        if text.strip():
            return _("No file begins or is called like this. Enter looks for it all the same.")
        exports, start = self.folders()
        return _(
            "There is no CSV file in {exports} nor in {start}. Type the path of one; ~ is your home folder.\n"
            "A spreadsheet has to be saved as CSV first."
        ).format(exports=exports, start=start)

    # -- reading

    def read_file(self, path: Path) -> None:
        """Look into it."""
        if self._reads:
            return
        readable = (*import_files.SUFFIXES, *import_files.SPREADSHEETS)
        if import_files.is_file(path) and path.suffix.lower() not in readable:
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
