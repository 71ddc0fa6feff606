"""Which mailings the rows of a file make: one each, or all rows of one date and label together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from store.exchange.columns import BadRow
from store.exchange.messages.formats import COUNTS
from store.folding import folded

if TYPE_CHECKING:
    from datetime import date

    from store.exchange.messages.reading import Figures, IncomingMailing, Named


@dataclass(slots=True)
class Mailing:
    """A mailing as the file tells it: `key` is what tells it from all others, `line` that of its first row."""

    key: str
    line: int
    day: date
    label: str
    subject: str
    closes_on: date | None
    figures: Figures
    people: list[Named] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What it is called in a list."""
        return self.label or self.subject


def key_of(row: IncomingMailing) -> str:
    """The date, the label (without one the subject) and the system that sent it, folded."""
    return "|".join((row.day.isoformat(), folded(row.label or row.subject), folded(row.source)))


def gathered(rows: Iterable[IncomingMailing]) -> tuple[list[Mailing], list[BadRow]]:
    """The mailings in the order of the file, and the rows that say otherwise of one than an earlier row does.

    Where each row is about one person, figures that are 0 or 1 in all rows are this person's, and their sum is the
    mailing's.
    """
    rows = list(rows)
    of_person = _figures_of_people(rows)
    found: dict[str, Mailing] = {}
    bad: list[BadRow] = []
    for row in rows:
        key = key_of(row)
        figures = {name: said for name, said in row.figures.items() if name not in of_person}
        known = found.get(key)
        if known is None:
            known = found[key] = Mailing(key, row.line, row.day, row.label, row.subject, row.closes_on, figures)
        elif refused := _otherwise(known, row, figures):
            bad.append(refused)
            continue
        else:
            _add(known, row, figures)
        for name in of_person & row.figures.keys():
            sum_so_far = known.figures.get(name, ("", 0))[1]
            known.figures[name] = ("", sum_so_far + row.figures[name][1])
        known.people += row.people
    return list(found.values()), bad


def _figures_of_people(rows: list[IncomingMailing]) -> set[str]:
    """The names of the counts that are one person's in each row, as programs that send mails write them."""
    values: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.of_person:
            for name in COUNTS.values():
                if name in row.figures:
                    values[name].add(row.figures[name][1])
    return {name for name, said in values.items() if said <= {0, 1}}


def _otherwise(known: Mailing, row: IncomingMailing, figures: Figures) -> BadRow | None:
    """Why a further row of a mailing is not taken: it stands there twice, or says something else."""
    if not row.of_person:
        return BadRow(row.line, "same_mailing", str(known.line))
    same_day = row.closes_on is None or known.closes_on in (None, row.closes_on)
    if same_day and all(known.figures.get(name, said) == said for name, said in figures.items()):
        return None
    return BadRow(row.line, "otherwise", str(known.line))


def _add(known: Mailing, row: IncomingMailing, figures: Figures) -> None:
    known.label, known.subject = known.label or row.label, known.subject or row.subject
    known.closes_on = known.closes_on or row.closes_on
    known.figures.update(figures)


def without_twice(people: Iterable[Named]) -> list[Named]:
    """Everybody once, whatever line names them."""
    found: dict[Named, Named] = {}
    for one in people:
        found.setdefault(replace(one, line=0), one)
    return list(found.values())
