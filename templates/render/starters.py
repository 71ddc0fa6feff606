"""Starters: subjects and texts to begin a message with, one file each, per language.

A file has lines of `name: value` (label, kind, fits, subject), a line `---`, and the text. `fits` are the rules of a
segment for which the starter is proposed first, the best one first; its number decides the order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from templates.words import known

FOLDER = Path(__file__).parent.parent / "starters"


@dataclass(frozen=True, slots=True)
class Starter:
    """A subject and a text to begin with; `kind` is the kind of message that it makes.

    `fits` are the rules of the people it is for, `best` the first of them.
    """

    name: str
    label: str
    kind: str
    fits: frozenset[str]
    best: str
    subject: str
    text: str


def starters(language: str, rules: Iterable[str] = ()) -> list[Starter]:
    """The starters in a language, those that fit a segment with these rules first; its first rule counts most."""
    wanted = list(rules)

    def rank(starter: Starter) -> tuple[int, int, int]:
        found = next(((place, rule) for place, rule in enumerate(wanted) if rule in starter.fits), None)
        if found is None:
            return len(wanted), 0, 0
        # A starter for few segments says more about this one than one that fits nearly all.
        return found[0], int(found[1] != starter.best), len(starter.fits)

    return sorted(_starters(known(language)), key=rank)


@cache
def _starters(language: str) -> tuple[Starter, ...]:
    return tuple(_read(path) for path in sorted((FOLDER / language).glob("*.md")))


def _read(path: Path) -> Starter:
    head, _, text = path.read_text(encoding="utf-8").partition("---\n")
    values = {name: value.strip() for name, _, value in (line.partition(":") for line in head.splitlines())}
    fits = values["fits"].replace(",", " ").split()
    return Starter(
        name=path.stem.partition("_")[2],
        label=values["label"],
        kind=values["kind"],
        fits=frozenset(fits),
        best=fits[0] if fits else "",
        subject=values["subject"],
        text=text,
    )
