"""Names that look like a word somebody typed."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from store.folding import fold

SHOWN = 3


def near(word: str, names: Iterable[str]) -> tuple[str, ...]:
    """At most three of the names, the closest first, without case and accents: those that begin so, then alike ones.

    A name is alike, too, where one of its words begins with the same letter and is: "fromage" finds "La fromagerie".
    """
    wanted = fold(word.strip())
    known = {name: fold(name) for name in dict.fromkeys(names) if name.strip()}
    if not wanted:
        return ()
    begun = [name for name, folded in known.items() if folded.startswith(wanted)]
    parts: dict[str, list[str]] = {}
    for name, folded in known.items():
        for part in {folded, *(part for part in folded.split() if part[0] == wanted[0])}:
            parts.setdefault(part, []).append(name)
    alike = [name for part in get_close_matches(wanted, parts, n=2 * SHOWN, cutoff=0.7) for name in parts[part]]
    return tuple(dict.fromkeys([*begun, *alike]))[:SHOWN]
