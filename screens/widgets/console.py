"""The Linux console: its fonts have few glyphs, so that others are replaced just before they are drawn."""

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


class ConsoleGlyphs(LineFilter):
    """Replaces what a console font shows as a diamond."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments in characters that the console has."""
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(REPLACED), segment.style, segment.control)
            for segment in segments
        ]
