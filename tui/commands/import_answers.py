"""`--take LINE=ID|new`: answers to what an import asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.words import _
from tui.output import WRONG_USE, Ended

if TYPE_CHECKING:
    from store import Store
    from store.exchange.report import Answers, ImportReport


def answers_of(store: Store, report: ImportReport, takes: tuple[str, ...], all_new: bool) -> Answers:
    """The answers by kind and key, from what a dry run asked (`report`).

    Before the last "=" stands the number of a line that asks one thing, or the question as it is shown, kind and a
    colon before it; after it "new", or an id, or a name that only one thing has. Raises `Ended`, `NotFound`,
    `Ambiguous`.
    """
    from store.exchange.report import NEW

    questions = {(q.kind, q.key): (q.text, q.lines) for q in report.questions}
    answers: Answers = {}
    if all_new:
        answers = {key: NEW for key in questions if key[0] != "catalogue"}
    for text in takes:
        asked, _equals, answer = text.rpartition("=")
        key = _asked(asked.strip(), questions)
        if key is None:
            raise Ended(
                _("--take {text}: nothing like that is asked, or more than one thing.").format(text=text), WRONG_USE
            )
        answer = answer.strip()
        answers[key] = NEW if answer.lower() == "new" and key[0] != "catalogue" else _target(store, key[0], answer)
    return answers


def _asked(text: str, questions: dict[tuple[str, str], tuple[str, tuple[int, ...]]]) -> tuple[str, str] | None:
    from store.folding import fold

    if text.isdecimal() and (of_line := [key for key, (_t, lines) in questions.items() if int(text) in lines]):
        return of_line[0] if len(of_line) == 1 else None
    wanted = fold(text)
    found = [
        key
        for key, (shown, _lines) in questions.items()
        if wanted in (fold(f"{key[0]}:{key[1]}"), fold(f"{key[0]}:{shown}"), fold(key[1]), fold(shown))
    ]
    return found[0] if len(found) == 1 else None


def _target(store: Store, kind: str, text: str) -> int:
    if kind == "member":
        return store.members.resolve(text, archived=True)
    if kind == "catalogue":
        return store.catalogues.resolve(text)
    return _product(store, text)


def _product(store: Store, text: str) -> int:
    """A product by its id, or by a reference that only one has."""
    from store.errors import NotFound
    from store.products import reference_key

    products = store.catalogues.products(inactive=True)
    named = [p.id for p in products if p.reference and reference_key(p.reference) == reference_key(text)]
    if len(named) == 1:
        return named[0]
    if text.isdecimal() and any(p.id == int(text) for p in products):
        return int(text)
    raise NotFound("product", text)
