"""The words that texts are searched by, folded."""

from __future__ import annotations

import re
from functools import lru_cache

from templates.words.folding import fold

__all__ = ["fold", "folded", "folded_words"]

_WORD = re.compile(r"[^\W_]+")


def folded_words(text: str) -> list[str]:
    """The folded words of `text`: runs of letters and digits, so that `L'Église` gives `l`, `eglise`."""
    return list(_words(text))


def folded(text: str) -> str:
    """The folded words of `text`, one space apart: what two spellings of a name have in common."""
    return " ".join(_words(text))


@lru_cache(maxsize=4096)  # first names and towns come again and again
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))
