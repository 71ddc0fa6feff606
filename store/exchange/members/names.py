"""Names as lists have them: first and last name in one cell, two people in one cell, last names in capitals."""

from __future__ import annotations

import re
from collections.abc import Sequence

Name = tuple[str, str]
"""First name, last name."""

_AND = re.compile(r"\s*(?:/|&|\+)\s*|\s+(?:et|and|und|ed?|y)\s+", re.IGNORECASE)
_MAYBE_TWO = re.compile(r"[/&+]|\s(?:et|and|und|ed?|y)\s", re.IGNORECASE)
_PARTICLES = frozenset(
    ("de", "du", "des", "d", "la", "le", "van", "von", "der", "den", "zu", "di", "da", "del", "della")
)


def whole_names(cell: str, *, last_first: bool) -> list[Name]:
    """The one or two people of a cell: "GUéRIN Hélène / François", "Aïcha BENALI & Paul DUPONT-MORETTI".

    What is written in capitals is a last name; without capitals `last_first` says which of them comes first. Whoever
    has no last name has that of the other. A third person's name stays with the second one's.
    """
    parts = _parts(cell)
    names = [_one(part, last_first) for part in parts]
    if len(parts) == 2:
        for place, (part, other) in enumerate(zip(parts, reversed(names), strict=True)):
            is_first = " " not in part or in_capitals(other[1].replace(" ", ""))
            if is_first and other[1] and not any(map(in_capitals, part.split())):
                names[place] = (part, other[1])
    return names


def shared_names(first: str, last: str) -> list[Name]:
    """The one or two people of a first and a last name: "Hélène et François", "GUÉRIN" are two, with one last name."""
    if not _MAYBE_TWO.search(first):
        return [(first, last)]
    firsts, lasts = _parts(first), _parts(last) if last else [""]
    if len(firsts) == 1:
        return [(first, last)]
    if len(lasts) == 1:
        lasts *= 2
    return list(zip(firsts, lasts, strict=True))


def parted(cell: str) -> list[str]:
    """The names in a cell, one for each person."""
    return [part for part in _AND.split(cell) if part] if _MAYBE_TWO.search(cell) else [cell]


def _parts(cell: str) -> list[str]:
    found = parted(cell)
    return [found[0], " & ".join(found[1:])] if len(found) > 1 else found or [cell]


def _one(part: str, last_first: bool) -> Name:
    words = part.split()
    capitals = [in_capitals(word) for word in words]
    if any(capitals) and not all(capitals):
        return _by_capitals(words, capitals)
    if "," in part:  # "Maréchal, Odette"
        before, _, after = part.partition(",")
        return " ".join(after.split()), " ".join(before.split())
    if len(words) < 2:
        alone = " ".join(words)
        return ("", alone) if last_first or in_capitals(alone) else (alone, "")
    return (" ".join(words[1:]), words[0]) if last_first else (words[0], " ".join(words[1:]))


def _by_capitals(words: Sequence[str], capitals: list[bool]) -> Name:
    """Particles between or before capitals belong to the last name: "de LA TOUR Anne"."""
    last = list(capitals)
    for place in range(len(words) - 2, -1, -1):
        if words[place].lower().rstrip("'’") in _PARTICLES and last[place + 1]:
            last[place] = True
    first, named = (
        " ".join(word for word, is_last in zip(words, last, strict=True) if is_last is wanted).strip(" ,")
        for wanted in (False, True)
    )
    return first, named


def in_capitals(word: str) -> bool:
    """Whether a word is in capitals, perhaps only where the letters are of ASCII: Cagette's server writes "GUéRIN"."""
    letters = [c for c in word if c.isalpha()]
    plain = [c for c in letters if c.isascii()]
    return len(letters) > 1 and (all(c.isupper() for c in plain) if plain else all(c.isupper() for c in letters))
