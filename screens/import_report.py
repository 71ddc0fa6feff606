"""What an import would do, row by row: questions are answered here, and nothing is stored before F8."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Static

from screens import import_rows as rows
from screens import import_summary as summary
from screens.base import HouseScreen
from screens.import_job import Left, Stored, store_import, write_bad_rows
from screens.import_list import RowsTable, Whole
from screens.import_needs import DISTRIBUTION, Needs
from screens.import_progress import ProgressLine, Tally
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.still import Still
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.import_job import ImportJob
    from screens.import_rows import Answer, Line
    from store.exchange.report import ImportReport, Question

CHECKED_AGAIN = 2000
"""Rows up to which the report is made anew when somebody else changes the group's file."""


class ImportReportScreen(HouseScreen["ImportReport | None"]):
    """The dry run of an import, and the import. Leaves with the report of what was stored, None when nothing was."""

    NAME = "import_report"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "What the file would bring: every row that is new, changes something, asks something or cannot be read. "
        "**Nothing is stored before F8** (or s), and then all of it at once or nothing.\n"
        "\n"
        "Letters show one kind only. **Enter** on a changed row shows it field by field; on a question it asks who or "
        "what is meant: until you say so the row is left out. An answer can be changed until F8.\n"
        "\n"
        "Known members get what the file says and lose nothing; who has refused messages goes on refusing them. "
        "Rows that cannot be read are written to a file of their own: correct them there and import that file."
    )
    BINDINGS = [
        Binding("f8,s", "store", N_("Store"), key_display="F8", tooltip=N_("Store what is listed"), id="report.store"),
        Binding("t,f4", "ask_need('distribution')", N_("Day"), tooltip=N_("Choose the distribution"), id="report.day"),
        Binding("l", "ask_need('catalogue')", N_("Catalogue"), tooltip=N_("Choose the catalogue"), id="report.list"),
        Binding("a", "view('all')", N_("All"), tooltip=N_("Show all rows"), id="report.all"),
        Binding("n", "view('new')", N_("New"), tooltip=N_("Show what is new"), id="report.new"),
        Binding("c", "view('changed')", N_("Changed"), tooltip=N_("Show what is changed"), id="report.changed"),
        Binding("q", "view('questions')", N_("Questions"), tooltip=N_("Show what is asked"), id="report.questions"),
        Binding("b", "view('bad')", N_("Bad"), tooltip=N_("Show the rows that cannot be read"), id="report.bad"),
        Binding("m", "columns", N_("Columns"), tooltip=N_("Say again what the columns are"), id="report.columns"),
        Binding("w", "write_bad", N_("Write bad"), tooltip=N_("Write the bad rows to a file"), id="report.write"),
    ]
    AUTO_FOCUS = ""

    def __init__(self, job: ImportJob, needs: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._job = job
        self._needs = needs
        self._names: dict[str, str] = {}
        self._report: ImportReport | None = None
        self._asked = rows.Asked()
        self._view = "all"
        self._tally = Tally()
        self._busy = ""
        self._stored: Stored | None = None
        self._leaves = False
        self._just_answered: tuple[str, str] | None = None

    # -- frame

    def heading(self) -> tuple[str, str]:
        left = _("Import of {name}").format(name=self._job.file.path.name)
        return left, summary.kind_words(self._job.kind, self._report)

    def content(self) -> ComposeResult:
        yield Prose(id="import-counts")
        yield Prose(id="import-remarks")
        yield ProgressLine(id="import-progress")
        yield RowsTable(id="import-rows")
        yield Whole(id="import-row")
        yield Still(id="import-detail")
        yield Needs(id="import-needs")

    def on_mount(self) -> None:
        """Ask what the file cannot say, then look what it would do."""
        self.show_heading()
        self._check()

    def changed(self) -> None:
        report = self._report
        if self._stored is None and report is not None and not self._busy and len(report.details) <= CHECKED_AGAIN:
            self._check()

    def on_unmount(self) -> None:
        """Nobody waits for the check any more."""
        self._tally.left = self._busy == "check"

    def keeps(self) -> bool:
        return self._stored is None and (bool(self._asked.answers) or self._busy == "store")

    @property
    def _table(self) -> RowsTable:
        return self.query_one(RowsTable)

    # -- what the file cannot say

    def action_ask_need(self, need: str) -> None:
        """Let the distribution or the catalogue be chosen, or another one."""
        if self._report is None:
            self._say_first("")
        self.query_one(Needs).ask(need, self._job.distribution_id)

    def on_needs_said(self, event: Needs.Said) -> None:
        """Go on with what the file could not say."""
        event.stop()
        self._names[event.need] = event.name
        if event.need == DISTRIBUTION:
            self._job = replace(self._job, distribution_id=event.id)
        else:
            self._job = replace(self._job, catalogue_id=event.id)
        self._needs = tuple(one for one in self._needs if one != event.need)
        self._check()

    def on_needs_left(self, event: Needs.Left) -> None:
        """Without it nothing can be compared."""
        event.stop()
        if self._report is None:
            self.dismiss(None)
            if event.why:
                self.house.warn(event.why)
        else:
            self._table.focus()

    # -- the dry run

    def _check(self) -> None:
        if self._needs:
            self.action_ask_need(self._needs[0])
            return
        self._tally.left = True
        job, answers, tally = self._job, self._asked.for_store(), Tally()
        self._begin("check", tally)
        self.read(
            lambda: job.run(self.store, answers, tally, dry_run=True),
            self._checked,
            group="check",
            failed=self._not_checked,
        )

    def _begin(self, what: str, tally: Tally) -> None:
        self._busy, self._tally = what, tally
        stage = _("Checking") if what == "check" else _("Storing")
        self.query_one(ProgressLine).begin(stage, tally)
        if self._report is None:
            self._say_first(_("Reading and checking the file…"))
        else:
            self._show_counts(self._report)
        self.refresh_bindings()

    def _say_first(self, text: str) -> None:
        """Say something where nothing can be listed yet."""
        counts = self.query_one("#import-counts", Prose)
        counts.update(plain(f" {text}"))
        counts.display = bool(text)
        self.query_one("#import-remarks").display = False
        self._table.display = self.query_one("#import-detail").display = False

    def _end(self) -> None:
        self._busy = ""
        self.query_one(ProgressLine).end()

    def _checked(self, report: ImportReport) -> None:
        self._end()
        answered, self._just_answered = self._just_answered, None
        if report.needs:
            self._needs = report.needs
            self._check()
            return
        first, self._report = self._report is None, report
        for text in self._asked.take(report):
            self.warn(_("The answer does not fit “{text}”: it is asked again.").format(text=text))
        if first and len(self._asked) and not (report.new or report.changed):
            self._view = "questions"
        elif not rows.count_of(report, self._asked, self._view):
            self._view = "all"
        self._show()
        if answered is not None and self._view == "questions":
            self._table.go_to_open()

    def _not_checked(self, error: BaseException) -> None:
        """Nothing can be said of the file: back to where it was chosen; a later check that fails changes nothing."""
        self._end()
        if isinstance(error, Left):
            return
        if self._report is None:
            self.dismiss(None)
            self.house.show_error(error)
            return
        if self._just_answered is not None:
            self._asked.answers.pop(self._just_answered, None)
        self.show_error(error)
        self.refresh_bindings()

    # -- showing

    def _show(self) -> None:
        report = self._report
        if report is None:
            return
        self.show_heading()
        self._show_counts(report)
        remarks = self.query_one("#import-remarks", Prose)
        said = summary.remarks(report, self._names, self._stored)
        remarks.display = bool(said)
        remarks.update(Content("\n").join(said))
        self._fill()
        self.refresh_bindings()

    def _show_counts(self, report: ImportReport) -> None:
        counts = self.query_one("#import-counts", Prose)
        counts.update(summary.count_lines(report, self._job.kind, self._stored, storing=self._busy == "store"))
        counts.display = True

    def _fill(self) -> None:
        if self._report is None:
            return
        table = self._table
        lines = rows.lines_of(self._report, self._asked, self._view)
        table.show_lines(lines)
        table.display = bool(lines) and not self.query_one(Whole).display
        self.query_one("#import-detail").display = not self.query_one(Whole).display
        if lines and self.focused is None:
            table.focus()
        self._show_detail()

    def _show_detail(self) -> None:
        if self._report is None:
            return
        marked = self._table.marked
        lines = rows.details_of(marked) if marked else [plain(" " + summary.nothing_listed(self._stored))]
        self.query_one("#import-detail", Static).update(Content("\n").join(lines))

    def on_data_table_row_highlighted(self) -> None:
        """Say what there is to say about the marked row."""
        self._show_detail()

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key does something only where there is something to do; letters for views never lead elsewhere."""
        report, before = self._report, self._stored is None and not self.query_one(Needs).display
        if action == "store":
            return bool(before and report is not None and self._busy != "store" and (report.new or report.changed))
        if action == "columns":
            return bool(before and report is not None and report.format == "mapped" and not self._busy)
        if action == "write_bad":
            return bool(before and report is not None and report.bad)
        if action == "ask_need":
            kinds = ("orders",) if parameters == ("distribution",) else ("orders", "products")
            return before and report is not None and not self._busy and self._job.kind in kinds
        return True

    def action_view(self, view: str) -> None:
        """Show one kind of row only."""
        if self._report is None:
            return
        if view != "all" and not rows.count_of(self._report, self._asked, view):
            self.say(summary.none_of(view))
            return
        self.action_close_row()
        self._view = view
        self._table.clear()
        self._fill()
        self._table.focus()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Answer the row's question, or show all of the row."""
        if event.data_table.id != "import-rows":
            return
        event.stop()
        line = self._table.marked
        if line is None:
            return
        if line.question is not None and self._stored is None:
            self._ask(line.question)
        elif line.row is not None:
            self._open_row(line)

    def _open_row(self, line: Line) -> None:
        whole, job, at = self.query_one(Whole), self._job, line.row.line if line.row is not None else 0
        said = rows.details_of(line, most=None)
        whole.update(Content("\n").join(said))
        whole.display = True
        self._table.display = self.query_one("#import-detail").display = False
        whole.focus()
        self.read(
            lambda: job.cells(at) if at else (),
            lambda cells: whole.update(Content("\n").join([*said, *rows.in_the_file(cells)])),
            group="row",
        )

    def action_close_row(self) -> None:
        """Back to the list."""
        whole = self.query_one(Whole)
        if whole.display:
            whole.display = False
            self._table.display = self.query_one("#import-detail").display = True
            self._table.focus()

    def action_leave(self) -> None:
        """Leave with nothing stored, asking once where answers would be lost; not while it is stored."""
        if self._busy == "store":
            self.warn(_("It is being stored: a moment. F2 leads to other screens meanwhile."))
            return
        if self.keeps() and not self._leaves:
            self._leaves = True
            self.warn(_("Your answers are not stored: F8 stores. F3 once more leaves without."))
            return
        self._tally.left = True
        self.dismiss(self._stored.report if self._stored is not None else None)

    def action_columns(self) -> None:
        """Go to what the columns are, of a file whose columns a person named."""
        if self._job.mapping is not None:
            self.dismiss(None)
            return
        from store.exchange.recognising import look

        file, kind = self._job.file, self._job.kind
        self.read(
            lambda: look(self.store, file, kind),
            lambda found: self.go("import_mapping", self._mapped, file=file, look=found),
            group="look",
        )

    def _mapped(self, stored: ImportReport | None) -> None:
        if stored is not None:
            self.dismiss(stored)

    # -- questions

    def _ask(self, question: Question) -> None:
        key = (question.kind, question.key)

        def answered(answer: Answer | None) -> None:
            if answer is not None:
                self._asked.answers[key] = answer
                self._just_answered = key
                self._leaves = False
                self._check()

        self.go("import_question", answered, question=question, job=self._job, answer=self._asked.answers.get(key))

    # -- storing

    def action_store(self) -> None:
        """Store it, all at once."""
        if self._busy:
            self.warn(_("The answer is still being looked at: a moment, then F8 again."))
            return
        job, answers, tally = self._job, self._asked.for_store(), Tally()
        self._begin("store", tally)
        self.write(lambda: store_import(self.store, job, answers, tally), self._was_stored, self._not_stored)

    def _was_stored(self, stored: Stored) -> None:
        self._end()
        self._stored = stored
        self._report = stored.report
        self._view = "all"
        self.action_close_row()
        self._show()
        if not self.is_active and isinstance(self.house.screen, HouseScreen):
            self.house.screen.say(summary.stored_words(self._job.kind, stored))

    def _not_stored(self, error: BaseException) -> None:
        self._end()
        self._show()
        self.show_error(error)

    def action_write_bad(self) -> None:
        """Write the bad rows to a file of their own, whether the others are stored or not."""
        report = self._report
        if report is not None:
            self.read(
                partial(write_bad_rows, self.store, self._job, report),
                lambda path: self.say(summary.bad_words(report.bad, path)),
                group="bad",
            )
