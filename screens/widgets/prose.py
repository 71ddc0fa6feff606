"""Sentences on several lines, broken at ordinary spaces only.

Textual breaks lines at any white space, a no-break space too (its `_wrap.re_chunk`); French has one before "»", ":",
";", "?" and "!", which would then begin a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from screens.text import width

_WORDS = re.compile("[^ ]+ *| +")


def wrapped(text: Content, cells: int) -> Content:
    """`text` on lines of at most so many cells; only a word that is longer than a line is broken inside."""
    if cells < 1:
        return text
    lines = []
    for line in text.split("\n", allow_blank=True):
        lines += [part.rstrip(" ") for part in line.divide(list(_breaks(line.plain, cells)))]
    return Content("\n").join(lines)


def _breaks(text: str, cells: int) -> Iterator[int]:
    """The places in one line of text before which a new line begins."""
    used = 0
    for word in _WORDS.finditer(text):
        if used and used + width(word[0].rstrip(" ")) > cells:
            yield word.start()
            used = 0
        for place, character in enumerate(word[0].rstrip(" "), word.start()):
            taken = width(character)
            if used + taken > cells:
                yield place
                used = 0
            used += taken
        used += len(word[0]) - len(word[0].rstrip(" "))


class Prose(Widget):
    """Shows a text on as many lines as it needs."""

    DEFAULT_CSS = "Prose { height: auto; width: 100%; }"

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)  # type: ignore[arg-type]
        self._prose = Content("")

    def update(self, content: Content) -> None:
        """Show another text."""
        self._prose = content
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the text takes."""
        return wrapped(self._prose, width).plain.count("\n") + 1

    def render(self) -> RenderResult:
        return wrapped(self._prose, self.content_size.width)
