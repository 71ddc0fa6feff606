"""A mail's text as a mail program shows it, as far as a terminal can: strong is bold, links are underlined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from screens.preview_marks import BEGIN, END, MARK
from screens.widgets.plain import plain

if TYPE_CHECKING:
    from markdown_it.token import Token

STYLES = {"strong_open": "bold", "em_open": "italic", "link_open": "underline"}


FENCES = re.compile(f"([{BEGIN}{END}])")


def rendered(markdown: str) -> Content:
    """The text with its styles; names in it are text and nothing else. What stands between fences is marked."""
    from templates.render.markup import parse

    return Content("\n").join(_Blocks().lines(parse(markdown)))


class _Blocks:
    """Writes blocks one below the other; `_marks` stand before the lines of lists and quotes."""

    def __init__(self) -> None:
        self._marks: list[str] = []
        self._numbers: list[int | None] = []
        self._style = ""
        self._tight = False
        self._marked = False

    def lines(self, tokens: Sequence[Token]) -> Iterator[Content]:
        for token in tokens:
            match token.type:
                case "inline":
                    yield from self._paragraph(token.children or [])
                case "paragraph_open":
                    self._tight = token.hidden
                case "heading_open":
                    self._style, self._tight = "bold underline", False
                case "heading_close":
                    self._style = ""
                case "hr":
                    yield plain("─" * 40, "dim")
                case "blockquote_open":
                    self._marks.append("│ ")
                case "bullet_list_open":
                    self._numbers.append(None)
                case "ordered_list_open":
                    self._numbers.append(int(token.attrGet("start") or 1))
                case "list_item_open":
                    self._marks.append(self._bullet())
                case "blockquote_close" | "list_item_close":
                    self._marks.pop()
                case "bullet_list_close" | "ordered_list_close":
                    self._numbers.pop()
                    if not self._numbers and self._tight:
                        yield plain("")

    def _bullet(self) -> str:
        number = self._numbers[-1]
        if number is None:
            return "- "
        self._numbers[-1] = number + 1
        return f"{number}. "

    def _paragraph(self, tokens: Sequence[Token]) -> Iterator[Content]:
        self._marked = False
        for line in self._styled(tokens):
            yield Content.assemble(plain("".join(self._marks)), *line)
            self._marks = [mark if mark == "│ " else " " * len(mark) for mark in self._marks]
        if not self._tight:
            yield plain("")

    def _styled(self, tokens: Sequence[Token]) -> Iterator[list[Content]]:
        line: list[Content] = []
        styles = [self._style] if self._style else []
        for token in tokens:
            if token.type in STYLES:
                styles.append(STYLES[token.type])
            elif token.nesting < 0:
                styles.pop()
            elif token.type in ("softbreak", "hardbreak"):
                yield line
                line = []
            elif token.type == "image":
                line.append(plain(f"[{token.content}]", "italic"))
            elif token.content:
                line += self._pieces(token.content, styles)
        yield line

    def _pieces(self, text: str, styles: list[str]) -> Iterator[Content]:
        """A text with its styles; a fence begins or ends what is marked, here and in what follows."""
        for piece in FENCES.split(text):
            if piece in (BEGIN, END):
                self._marked = piece == BEGIN
            elif piece:
                yield plain(piece, " ".join([*styles, MARK] if self._marked else styles))
