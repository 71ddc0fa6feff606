"""Text as people search it: without case, accents, ligatures and typographic apostrophes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# casefold and NFKD leave these whole; ß is casefolded to ss.
_WHOLE_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "’": "'", "ʼ": "'", "‘": "'"}
)
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """`text` in lower case, without accents; œ, æ and ß become two letters, curly apostrophes straight ones."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_WHOLE_LETTERS)


def folded_words(text: str) -> list[str]:
    """The folded words of `text`: runs of letters and digits, so that `L'Église` gives `l`, `eglise`."""
    return list(_words(text))


@lru_cache(maxsize=4096)  # first names and towns come again and again
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))
