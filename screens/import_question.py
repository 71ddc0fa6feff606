"""One question of an import: who or what a file means, with those that it may be and a search for others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable

from screens.import_needs import CATALOGUE, Needs
from screens.import_rows import ASKED, Answer, asked_because
from screens.searching import SearchingScreen
from screens.text import fitted, labelled
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import TableBelowLine, cell
from store.exchange.report import NEW
from store.folding import fold
from store.rights import Right
from templates.words import N_, _, ngettext
from templates.words.money import money, number

if TYPE_CHECKING:
    from screens.import_job import ImportJob
    from store import Store
    from store.exchange.report import Question

FOUND = 50
LINES = 10_000_000
"""More than a file has: what a row of the file adds has an id below 0, its line, and for a second one so much more."""
NAME = 36

NEW_WORDS = {
    "member": N_("None of them: a new member"),
    "product": N_("None of them: a new product"),
    "catalogue": N_("None of them: a new catalogue"),
}
LEFT_OUT = N_("Leave it out")


@dataclass(frozen=True, slots=True)
class Choice:
    """What Enter can take: the answer, and what else there is to know of it."""

    answer: Answer
    name: str
    about: str


class ChoicesTable(TableBelowLine):
    """The answers; going up from the first leads back to the search."""

    LINE = "#question-line"
    BINDINGS = [
        Binding("enter", "select_cursor", N_("Take it"), tooltip=N_("This is the answer"), id="question.take"),
    ]


class ImportQuestionScreen(SearchingScreen["Answer | None"]):
    """Leaves with the answer, or None when the question stays as it was."""

    NAME = "import_question"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "The file names somebody or something that cabas is not sure about. Above is what the file says; below are "
        "those that it may be.\n"
        "\n"
        "**↓** and **Enter** take one. Letters search for another one, among all members, products or catalogues. "
        "**n** in the list says that it is a new one, **x** leaves its rows out of this import.\n"
        "\n"
        "Nothing is stored by an answer: it only changes what the import would do, and can be changed until F8."
    )
    BINDINGS = [
        Binding("n", "new", N_("It is new"), tooltip=N_("None of these: a new one"), id="question.new"),
        Binding("f6", "new", N_("It is new"), tooltip=N_("None of these: a new one"), id="question.new.f6"),
        Binding("x", "leave_out", N_("Leave out"), tooltip=N_("Leave its rows out of the import"), id="question.out"),
        Binding(
            "f7", "leave_out", N_("Leave out"), tooltip=N_("Leave its rows out of the import"), id="question.out.f7"
        ),
        Binding(
            "slash", "find", N_("Search"), key_display="/", tooltip=N_("Search for another one"), id="question.find"
        ),
    ]

    def __init__(self, question: Question, job: ImportJob, answer: Answer | None = None) -> None:
        super().__init__()
        self._question = question
        self._job = job
        self._answer = answer
        self._choices: dict[str, Choice] = {}

    def heading(self) -> tuple[str, str]:
        asked = _(ASKED.get(self._question.kind, N_("What is “{text}”?")))
        return asked.format(text=self._question.text), _("line {n}").format(n=number(min(self._question.lines)))

    def content(self) -> ComposeResult:
        yield Prose(id="question-about")
        yield self.find(_("Search"), "question-line")
        yield ChoicesTable(id="question-choices", header=False)
        yield Needs(id="question-needs")

    def on_mount(self) -> None:
        """Show those that it may be; the cursor is on the first."""
        self.show_heading()
        self._line.placeholder = _("another one: type part of its name")
        table = self.query_one(ChoicesTable)
        table.add_column(cell(""), width=NAME)
        table.add_column(cell(""), width=max(20, self.size.width - NAME - 5))
        self._show_about(())
        self._show(self._first())
        table.focus()
        question, job, store = self._question, self._job, self.store
        self.read(lambda: (job.cells(min(question.lines)), known(store, question)), self._learn, group="about")

    # -- what is asked

    def _learn(self, found: tuple[tuple[tuple[str, str], ...], list[Choice]]) -> None:
        row, candidates = found
        self._show_about(row)
        if not self._line.value:
            self._show([*candidates, *self._others()])

    def _show_about(self, row: tuple[tuple[str, str], ...]) -> None:
        question = self._question
        because = asked_because(question)
        lines = [plain(f" {because}")] if because else []
        if row:
            lines.append(plain(" " + " · ".join(labelled(name, value) for name, value in row)))
        if len(question.lines) > 1:
            text = ngettext("{n} row waits for it", "{n} rows wait for it", len(question.lines))
            lines.append(plain(" " + text.format(n=number(len(question.lines)))))
        if self._answer is not None:
            lines.append(plain(" " + _("Answered: {words}").format(words=self._answer.words), "bold"))
        self.query_one("#question-about", Prose).update(Content("\n").join(lines))

    def _first(self) -> list[Choice]:
        candidates = [Choice(Answer(id_, name), name, "") for id_, name in self._question.candidates]
        return [*candidates, *self._others()]

    def _others(self) -> list[Choice]:
        new = [Choice(Answer(NEW, ""), _(NEW_WORDS[self._question.kind]), "n")] if self._may_be_new else []
        return [*new, Choice(Answer(None, ""), _(LEFT_OUT), "x")]

    @property
    def _may_be_new(self) -> bool:
        """A catalogue is never made by an import: who may make one makes it here."""
        return self._question.kind != CATALOGUE or self.operator.may(Right.ORDERS)

    def _show(self, choices: list[Choice]) -> None:
        self._choices = {str(place): choice for place, choice in enumerate(choices)}
        table = self.query_one(ChoicesTable)
        about = max(20, self.size.width - NAME - 5)
        table.fill(
            (key, [cell(fitted(choice.name, NAME), "bold"), fitted(choice.about, about)])
            for key, choice in self._choices.items()
        )
        table.display = bool(choices)

    # -- searching

    def _line_key(self, key: str, _character: str | None) -> bool:
        if key in ("down", "pagedown") and self._choices:
            self.query_one(ChoicesTable).focus()
            return True
        if key in ("f6", "f7"):
            (self.action_new if key == "f6" else self.action_leave_out)()
            return True
        return False

    def _typed(self, text: str) -> None:
        if not text.strip():
            question, store = self._question, self.store
            self.read(
                lambda: known(store, question), lambda found: self._show([*found, *self._others()]), group="search"
            )
            return
        kind, store = self._question.kind, self.store
        self.read(lambda: search(store, kind, text), self._show, group="search")

    def _entered(self, text: str) -> None:
        """Take what the text as typed finds first, whatever the list shows by now."""
        if not text.strip():
            self.query_one(ChoicesTable).focus()
            return
        try:
            found = search(self.store, self._question.kind, text)
        except Exception as error:
            self.show_error(error)
            return
        if found:
            self.dismiss(found[0].answer)
        else:
            self.warn(_("Nothing here answers to “{text}”.").format(text=text.strip()))

    # -- answering

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Leave with the answer."""
        if event.data_table.id != "question-choices":
            return
        event.stop()
        answer = self._choices[str(event.row_key.value)].answer
        if answer.target == NEW:
            self.action_new()
        else:
            self.dismiss(answer)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is new here: a catalogue only by who may make one; while it is made, keys are for that."""
        if action in ("new", "leave_out", "find") and self.query_one(Needs).display:
            return False
        return self._may_be_new if action == "new" else True

    def action_new(self) -> None:
        """None of them."""
        if self._question.kind != CATALOGUE:
            self.dismiss(Answer(NEW, ""))
        elif self._may_be_new:
            self.query_one(Needs).make(CATALOGUE, self._job.distribution_id, name=self._question.text)

    def on_needs_said(self, event: Needs.Said) -> None:
        """The new catalogue is the answer."""
        event.stop()
        self.dismiss(Answer(event.id, event.name))

    def on_needs_left(self, event: Needs.Left) -> None:
        """Back to the answers."""
        event.stop()
        self.query_one(ChoicesTable).focus()

    def action_leave_out(self) -> None:
        """Leave the rows out."""
        self.dismiss(Answer(None, ""))


def known(store: Store, question: Question) -> list[Choice]:
    """The candidates, with what is known of each."""
    return [Choice(Answer(id_, name), name, about(store, question.kind, id_)) for id_, name in question.candidates]


def about(store: Store, kind: str, id_: int) -> str:
    """What tells one from others."""
    if id_ < 0:
        return _("in line {n} of this file").format(n=number(-id_ % LINES))
    if kind == "member":
        member = store.members.get(id_)
        parts = [
            value for p in member.people for value in (p.phone_shown or p.phone, p.mobile_shown or p.mobile, p.email)
        ]
        return " · ".join(part for part in dict.fromkeys((*parts, member.city)) if part)
    if kind == "product":
        product = store.catalogues.product(id_)
        return " · ".join((product.unit_label, money(product.usual_price, product.currency), product.catalogue_name))
    return store.catalogues.get(id_).producer_name


def search(store: Store, kind: str, text: str) -> list[Choice]:
    """All that answer to a text."""
    if kind == "member":
        found = store.members.search(text, limit=FOUND).rows
        return [
            Choice(
                Answer(row.id, row.name),
                row.name,
                " · ".join(part for part in (row.phone or row.mobile, row.email, row.postal_code) if part),
            )
            for row in found
        ]
    words = fold(text).split()
    if kind == "product":
        products = [p for p in store.catalogues.products() if all(word in fold(p.name) for word in words)]
        return [Choice(Answer(p.id, p.name), p.name, about(store, kind, p.id)) for p in products[:FOUND]]
    catalogues = [c for c in store.catalogues.all() if all(word in fold(c.name) for word in words)]
    return [Choice(Answer(c.id, c.name), c.name, c.producer_name) for c in catalogues[:FOUND]]
