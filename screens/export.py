"""Export: members as a file for another program, a printer or a mail."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, TextArea

from screens import export_words as words
from screens.base import HouseScreen
from screens.text import fitted, visible
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell
from templates.words import N_, _, ngettext
from templates.words.money import number

if TYPE_CHECKING:
    from store import Store
    from store.segments import Segment

NAME = 26


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written."""

    form: str
    path: Path
    rows: int
    left_out: int
    text: str


class FormsTable(HouseTable):
    """The forms."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Write it"), tooltip=N_("Write the file"), id="export.write"),
    ]


class ExportScreen(HouseScreen[None]):
    """Writes everybody, a segment, or the members with these ids."""

    NAME = "export"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Members as a file. **Enter** writes the marked form into the folder `exports` beside the group's file; the "
        "screen says what it is called. A file that is there stays.\n"
        "\n"
        "**f** chooses who is in it. Addresses for a mail are shown, too: **c** copies them, where the terminal "
        "allows it; else mark them with the mouse and Shift.\n"
        "\n"
        "Who does not want such mails is not among the addresses. Whoever gets a file with addresses must keep it "
        "to themselves: put many recipients into Bcc, not into To."
    )
    BINDINGS = [
        Binding("f", "who", N_("Who"), tooltip=N_("Choose who is in it"), id="export.who"),
        Binding("f4", "who", N_("Who"), tooltip=N_("Choose who is in it"), id="export.who.f4"),
        Binding("c", "copy", N_("Copy"), tooltip=N_("Copy the addresses"), id="export.copy"),
        Binding("f7", "copy", N_("Copy"), tooltip=N_("Copy the addresses"), id="export.copy.f7"),
        Binding("f8", "write", N_("Write it"), show=False, tooltip=N_("Write the file"), id="export.write.f8"),
    ]
    AUTO_FOCUS = "#export-forms"

    def __init__(self, segment: Segment | None = None, ids: Sequence[int] | None = None) -> None:
        super().__init__()
        self._segment = segment
        self._ids = tuple(ids) if ids is not None else None
        self._who = ""
        self._written: Written | None = None
        self._writes = False

    def heading(self) -> tuple[str, str]:
        return _("Export: {who}").format(who=self._who), ""

    def content(self) -> ComposeResult:
        yield FormsTable(id="export-forms", header=False)
        yield Prose(id="export-said")
        yield TextArea("", read_only=True, soft_wrap=True, id="export-text")

    def on_mount(self) -> None:
        """Show the forms, and count who is in it."""
        table = self.query_one(FormsTable)
        room = max(20, self.size.width - NAME - 5)
        table.add_column(cell(""), width=NAME)
        table.add_column(cell(""), width=room)
        table.fill(
            (form, [cell(fitted(words.name(form), NAME), "bold"), fitted(words.purpose(form), room)])
            for form in words.FORMS
        )
        self.query_one(TextArea).display = False
        self._count()

    def changed(self) -> None:
        self._count()

    # -- who

    def _count(self) -> None:
        segment, ids, store = self._segment, self._ids, self.store
        self.read(lambda: who_words(store, segment, ids), self._counted, group="who")

    def _counted(self, who: str) -> None:
        self._who = who
        self.show_heading()

    def action_who(self) -> None:
        """Choose a segment."""
        from store.segments import EVERYONE

        self.go("picker", self._take, segment=self._segment or EVERYONE, title=_("Export"), writes=False)

    def _take(self, segment: Segment | None) -> None:
        if segment is not None:
            self._segment, self._ids = segment, None
            self._forget()
            self._count()

    def _forget(self) -> None:
        self._written = None
        self.query_one("#export-said", Prose).update(Content(""))
        self.query_one(TextArea).display = False
        self.refresh_bindings()

    # -- writing

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Write the marked form."""
        event.stop()
        self.action_write()

    def action_write(self) -> None:
        """Write the marked form."""
        form = self.query_one(FormsTable).current_key
        if form is None or self._writes:
            return
        self._forget()
        self._writes = True
        self.say(_("Writing…"))
        store, segment, ids = self.store, self._segment, self._ids
        self.write(lambda: write(store, form, segment, ids), self._was_written, self._not_written)

    def _not_written(self, error: BaseException) -> None:
        self._writes = False
        self.show_error(error)

    def _was_written(self, written: Written) -> None:
        self._writes = False
        self._written = written
        self.say("")
        count = words.counted(written.form, written.rows)
        lines = [
            plain(" " + _("{count} in {name}").format(count=count, name=written.path.name), "bold"),
            plain(" " + _("in the folder {folder}").format(folder=written.path.parent)),
        ]
        if out := words.left_out_words(written.form, written.left_out):
            lines.append(plain(f" {out}"))
        if self.house.inside:
            lines.append(plain(" " + _("From your own machine: {command}").format(command=fetching(written.path.name))))
        self.query_one("#export-said", Prose).update(Content("\n").join(lines))
        area = self.query_one(TextArea)
        area.display = bool(written.text)
        area.text = written.text
        self.refresh_bindings()

    # -- copying

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only addresses are copied."""
        return bool(self._written is not None and self._written.text) if action == "copy" else True

    def action_copy(self) -> None:
        """Give the addresses to the terminal's clipboard."""
        if self._written is not None and self._written.text:
            self.app.copy_to_clipboard(self._written.text)
            self.say(
                _("The addresses were handed to the terminal; paste them into Bcc. Not every terminal takes them.")
            )


def fetching(name: str) -> str:
    """What one types at home to get a file that lies on the server."""
    return f"ssh … export file {shlex.quote(name)} > {shlex.quote(name)}"


def write(store: Store, form: str, segment: Segment | None, ids: tuple[int, ...] | None) -> Written:
    """Write one form into the exports folder."""
    from store.exchange.export_folder import write_export
    from store.exchange.member_export import export_members

    export = export_members(store, form, segment=segment, ids=ids)
    text = visible(export.content.decode(), lines=True) if form == "to" else ""
    return Written(form, write_export(store, export), export.rows, export.left_out, text)


def who_words(store: Store, segment: Segment | None, ids: tuple[int, ...] | None = None) -> str:
    """Who is in it: the one member's name, or how many were marked; else the segment in sentences, and how many."""
    if ids is not None and len(ids) == 1:
        return store.members.get(ids[0]).name
    if ids is not None:
        return ngettext("{n} marked member", "{n} marked members", len(ids)).format(n=number(len(ids)))
    total = store.members.search("", limit=1, segment=segment).total
    members = ngettext("{n} member", "{n} members", total).format(n=number(total))
    if segment is None:
        return _("everyone, {members}").format(members=members)
    from screens.picker_lines import SIGNS, start_name
    from store.segments import Start

    sentences = store.segments.sentences(segment)
    steps = [f"{SIGNS[step.verb]} {said}" for step, said in zip(segment.steps, sentences, strict=True)]
    if segment.start is Start.EVERYONE or not steps:
        steps = [start_name(segment.start), *steps]
    return _("{members}: {who}").format(members=members, who=" ".join(steps).removeprefix("+ "))
