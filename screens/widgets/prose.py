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
    """`text` on lines of at most so many cells; only a word that is longer than a line is broken inside.

    What goes on below a line that begins with spaces begins with as many.
    """
    if cells < 1 or all(width(line) <= cells and not line.endswith(" ") for line in text.plain.split("\n")):
        return text
    lines = []
    for line in text.split("\n", allow_blank=True):
        indent = len(line.plain) - len(line.plain.lstrip(" "))
        indent = indent if 2 * indent < cells else 0
        first, *rest = line.divide(list(_breaks(line.plain, cells, indent)))
        lines += [part.rstrip(" ") for part in (first, *(Content(" " * indent) + part for part in rest))]
    return Content("\n").join(lines)


def _breaks(text: str, cells: int, indent: int) -> Iterator[int]:
    """The places in one line of text before which a new line begins, behind so many spaces."""
    used = 0
    for word in _WORDS.finditer(text):
        if used > indent and used + width(word[0].rstrip(" ")) > cells:
            yield word.start()
            used = indent
        for place, character in enumerate(word[0].rstrip(" "), word.start()):
            taken = width(character)
            if used + taken > cells:
                yield place
                used = indent
            used += taken
        used += len(word[0]) - len(word[0].rstrip(" "))


class Prose(Widget):
    """Shows a text on as many lines as it needs."""

    DEFAULT_CSS = "Prose { height: auto; width: 100%; }"

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)  # type: ignore[arg-type]
        self._prose = Content("")
        self._laid: dict[int, Content] = {}

    def update(self, content: Content) -> None:
        """Show another text; nothing is drawn while it stays the same."""
        if (content.plain, content.spans) == (self._prose.plain, self._prose.spans):  # Textual compares words only
            return
        self._prose = content
        self._laid.clear()
        self.refresh(layout=True)

    def _lines(self, cells: int) -> Content:
        """The text for a width; kept, since a sheet of a large group is thousands of lines and asked for again."""
        if cells not in self._laid:
            self._laid = {cells: wrapped(self._prose, cells)}
        return self._laid[cells]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the text takes."""
        return self._lines(width).plain.count("\n") + 1

    def render(self) -> RenderResult:
        return self._lines(self.content_size.width)
