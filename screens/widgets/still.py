"""A text on the screen that is sent over the line only when it is another one."""

from __future__ import annotations

from textual.content import Content
from textual.visual import VisualType
from textual.widgets import Static


class Still(Static):
    """A text; nothing is drawn while it stays the same, whatever colleagues change."""

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show another text."""
        if _said(content) != _said(self.content):
            super().update(content, layout=layout)


def _said(content: VisualType) -> object:
    # Textual compares the words of a `Content` only.
    return (content.plain, content.spans) if isinstance(content, Content) else content
