"""Words compared as people mean them: without case, accents, ligatures and typographic apostrophes."""

from __future__ import annotations

import unicodedata

# casefold and NFKD leave these whole; ß is casefolded to ss.
_WHOLE_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "’": "'", "ʼ": "'", "‘": "'"}
)


def fold(text: str) -> str:
    """`text` in lower case, without accents; œ, æ and ß become two letters, curly apostrophes straight ones."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_WHOLE_LETTERS)
