"""The rows of an import's report as a list shows them, and what there is to say about each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from screens.import_fields import label, value_words
from screens.import_words import CANDIDATE, WHY, reason_words
from screens.text import labelled
from screens.widgets.plain import plain
from store.exchange.report import NEW, FieldChange, ImportedRow
from templates.words import N_, _, ngettext
from templates.words.money import number

if TYPE_CHECKING:
    from store.exchange.report import ImportReport, Question

KEEPS_LINES = 3
"""Fields of a changed row that are shown below the list; Enter shows all."""

WHAT = {"new": N_("new"), "changed": N_("changed"), "candidate": N_("question"), "bad": N_("bad row")}
VIEWS = {"all": "", "new": "new", "changed": "changed", "questions": "candidate", "bad": "bad"}
"""What can be shown alone, and the `ImportedRow.what` of it."""

ASKED = {
    "member": N_("Who is “{text}”?"),
    "product": N_("Which product is “{text}”?"),
    "catalogue": N_("Which catalogue is “{text}”?"),
}

Key = tuple[str, str]
"""A question, as in `Answers`: its kind and its key."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said to a question, and how it is shown; `target` None leaves its rows out."""

    target: int | None
    name: str

    @property
    def words(self) -> str:
        """The answer in a few words."""
        if self.target is None:
            return _("left out")
        return _("new") if self.target == NEW else _("is {name}").format(name=self.name)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: a row of the file, or (`question` alone) a question with the answer that it got."""

    key: str
    row: ImportedRow | None = None
    question: Question | None = None
    answer: Answer | None = None


class Asked:
    """The questions of a file, those that were answered too, and the answers."""

    def __init__(self) -> None:
        self._questions: dict[Key, Question] = {}
        self._open: set[Key] = set()
        self._by_line: dict[int, list[Key]] = {}
        self.answers: dict[Key, Answer] = {}

    def __len__(self) -> int:
        return len(self._questions)

    def take(self, report: ImportReport) -> list[str]:
        """Learn the questions of a new dry run; those that were answered before stay, to be changed.

        An answer that did not settle its question is dropped; returns what was asked by those.
        """
        self._open = {(question.kind, question.key) for question in report.questions}
        self._questions.update(((question.kind, question.key), question) for question in report.questions)
        vain = [key for key in self._open if (answer := self.answers.get(key)) and answer.target is not None]
        for key in vain:
            del self.answers[key]
        kept = self._open | set(self.answers)
        self._questions = {key: question for key, question in self._questions.items() if key in kept}
        self._by_line = {}
        for key, question in self._questions.items():
            for line in question.lines:
                self._by_line.setdefault(line, []).append(key)
        return [self._questions[key].text for key in vain]

    def of_line(self, line: int) -> Question | None:
        """The question that a row waits for, an open one first."""
        keys = sorted(self._by_line.get(line, ()), key=lambda key: (key not in self._open, key in self.answers))
        return self._questions[keys[0]] if keys else None

    def all(self) -> Iterator[tuple[Question, Answer | None]]:
        """Every question with its answer, in the order of the file."""
        for key, question in sorted(self._questions.items(), key=lambda item: min(item[1].lines, default=0)):
            yield question, self.answers.get(key)

    def for_store(self) -> dict[Key, int]:
        """The answers as the import takes them; a row that is left out has none."""
        return {key: answer.target for key, answer in self.answers.items() if answer.target is not None}


def count_of(report: ImportReport, asked: Asked, view: str) -> int:
    """How many lines a view has."""
    counts = {"new": report.new, "changed": report.changed, "bad": report.bad, "questions": len(asked)}
    return counts.get(view, len(report.details))


def lines_of(report: ImportReport, asked: Asked, view: str) -> list[Line]:
    """What a view shows, in the order of the file."""
    if view == "questions":
        return [
            Line(f"{question.kind}:{question.key}", question=question, answer=answer)
            for question, answer in asked.all()
        ]
    wanted = VIEWS[view]
    return [
        Line(f"{place}", row, asked.of_line(row.line))
        for place, row in enumerate(report.details)
        if not wanted or row.what == wanted
    ]


def cells_of(line: Line) -> tuple[str, str, str, str]:
    """A line's number in the file, what it is, its name, and what there is to say."""
    if line.row is None and line.question is not None:
        question = line.question
        first = number(min(question.lines, default=0))
        says = line.answer.words if line.answer else _first_candidates(question)
        more = len(question.lines) - 1
        what = _("question") if line.answer is None else _("answered")
        return f"{first} +{more}" if more > 0 else first, _flag(what, line.answer is None), question.text, says
    row = line.row
    if row is None:
        return "", "", "", ""
    flagged = row.what in ("candidate", "bad")
    what = _("differs") if row.reason == "differs" else _(WHAT[row.what])
    return number(row.line) if row.line else "", _flag(what, flagged), row.name or row.value, _says(row)


def _flag(text: str, flagged: bool) -> str:
    return f"! {text}" if flagged else f"  {text}"


def _says(row: ImportedRow) -> str:
    said = [reason_words(row)] if row.reason else []
    if row.what == "changed":
        said = [*said, *(label(change.field) for change in row.changes)]
    return ", ".join(said)


def _first_candidates(question: Question) -> str:
    names = ", ".join(name for _id, name in question.candidates)
    return _("perhaps {names}").format(names=names) if names else asked_because(question) or _("not known here")


def details_of(line: Line | None, most: int | None = KEEPS_LINES) -> list[Content]:
    """What is below the list about the marked line: what a row changes, or why it is not taken."""
    if line is None:
        return []
    row, question = line.row, line.question
    if row is None and question is not None:
        return _question_lines(question, line.answer)
    if row is None:
        return []
    head = row.name or row.value
    if row.line:
        head = _("line {line}: {name}").format(line=number(row.line), name=head)
    found = [plain(f" {head}", "bold")]
    if row.reason:
        found.append(plain(f"   {reason_words(row)}"))
    if row.changes:
        shown = row.changes if most is None else row.changes[: most - len(found) + 1]
        found += [
            plain("   " + labelled(label(c.field), _change(c, only_after=row.what != "changed" and not c.before)))
            for c in shown
        ]
        if more := len(row.changes) - len(shown):
            text = ngettext("and {n} more field: Enter shows all", "and {n} more fields: Enter shows all", more)
            found.append(plain("   " + text.format(n=more), "dim"))
        return found
    if row.what == "candidate" and question is not None:
        found.append(plain("   " + _("Enter says who or what it is. Without an answer the row is left out.")))
    elif row.what == "bad":
        found.append(plain("   " + _("The row is left out; bad rows are written to a file of their own.")))
    return found


def _change(change: FieldChange, *, only_after: bool) -> str:
    after = value_words(change.field, change.after)
    return after if only_after else f"{value_words(change.field, change.before)} → {after}"


def in_the_file(cells: Iterable[tuple[str, str]]) -> list[Content]:
    """A row as it stands in the file, below what there is to say about it."""
    lines = [plain("   " + labelled(name, value)) for name, value in cells]
    return [plain(""), plain(" " + _("In the file"), "bold"), *lines] if lines else []


def asked_because(question: Question) -> str:
    """Why it is asked; empty where nothing here is like it."""
    if question.reason == "no_catalogue":
        return _("In which catalogue is it new? Go back, then l chooses the catalogue.")
    if question.reason in WHY:
        return _(WHY[question.reason])
    if question.reason not in CANDIDATE:
        return ""
    return reason_words(
        ImportedRow(0, "candidate", reason=question.reason, value=question.text, candidates=question.candidates)
    )


def _question_lines(question: Question, answer: Answer | None) -> list[Content]:
    asked = _(ASKED.get(question.kind, N_("What is “{text}”?"))).format(text=question.text)
    waits = ngettext("{n} row waits for it", "{n} rows wait for it", len(question.lines)).format(n=len(question.lines))
    first = plain(f" {asked} · {waits}", "bold")
    if answer is not None:
        return [first, plain("   " + _("Answer: {words}. Enter changes it.").format(words=answer.words))]
    return [first, plain(f"   {_first_candidates(question)}"), plain("   " + _("Enter answers it."))]
