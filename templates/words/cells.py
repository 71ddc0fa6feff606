"""How wide a text is where every character has the same width: a terminal, a printed list."""

from __future__ import annotations

import unicodedata


def width(text: str) -> int:
    """How many cells `text` takes."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(c) or c in "\u200b\u200d\ufe0f"
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )
