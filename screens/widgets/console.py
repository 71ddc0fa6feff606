"""Terminals with few glyphs, such as the Linux console: others are replaced just before they are drawn."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# One cell for one cell: nothing moves. Latin-1, Latin-9 and box drawing are in every console font.
REPLACED = str.maketrans(
    {
        "★": "*",
        "☆": ".",
        "⏎": "<",
        "↑": "^",
        "↓": "v",
        "←": "<",
        "→": ">",
        "✓": "+",
        "✔": "+",
        "✗": "-",
        "●": "*",
        "○": "o",
        "•": "-",
        "–": "-",
        "−": "-",
        "—": "-",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "…": "~",
        "⭘": "o",
        **dict.fromkeys("▁▂▃▄▅▆▇", "│"),
        "▔": "-",
        **dict.fromkeys("▉▊▋▌▍▎▏▐┃", "│"),
        "▼": "v",
        "▲": "^",
        "▶": ">",
        "▸": ">",
        "━": "─",
        "╸": "─",
        "╺": "─",
    }
)

# A terminal whose character set has 256 characters has no lines.
ASCII_LINES = REPLACED | str.maketrans(
    {
        **dict.fromkeys("─━═╸╺", "-"),
        **dict.fromkeys("│┃║▁▂▃▄▅▆▇▉▊▋▌▍▎▏▐", "|"),
        **dict.fromkeys("┌┐└┘├┤┬┴┼", "+"),
        "→": ">",
        "×": "x",
        "·": ".",
        "€": "E",
    }
)


class ConsoleGlyphs(LineFilter):
    """Replaces what a console font shows as a diamond; without `lines`, lines too."""

    def __init__(self, *, lines: bool = True) -> None:
        super().__init__()
        self._replaced = REPLACED if lines else ASCII_LINES

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments in characters that the console has."""
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(self._replaced), segment.style, segment.control)
            for segment in segments
        ]
