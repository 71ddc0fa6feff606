"""Markdown as a volunteer writes it, into HTML and into its readable plain-text twin.

A line break is a line break, indented lines are no code, HTML is shown as it is typed, and nothing is loaded from
elsewhere: a picture from the web becomes a link, because loading it would tell the sender who reads the mail. A picture
without address, `![alt](name.png)`, is one of the message's own files and travels in the mail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from templates.render import images as pictures
from templates.render.images import Image

_BARE_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]'’»]")

_SURPRISES = ("code", "fence", "backticks", "html_block", "html_inline", "lheading", "reference")


def parse(markdown: str) -> list[Token]:
    """The blocks of a text."""
    return _parser().parse(pictures.with_spaces(markdown))


def to_html(tokens: Sequence[Token], images: Mapping[str, Image] | None = None) -> str:
    """The blocks as HTML, without a page around them; `images` by file name are those that the mail carries.

    Raises `UnknownImage` for one that it does not.
    """
    parser = _parser()
    return str(parser.renderer.render(tokens, parser.options, {"images": images or {}}))


def to_text(tokens: Sequence[Token]) -> str:
    """The blocks as a plain text that says all the HTML says: links are written out."""
    return _Twin().write(tokens)


def mail_address(link: str) -> tuple[str, str]:
    """The address and the subject of a mailto link."""
    address, _, subject = link.removeprefix("mailto:").partition("?subject=")
    return unquote(address), unquote(subject)


class _Twin:
    """Writes blocks one after the other; `_marks` is what stands before a line of the list or quote we are in."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._marks: list[str] = []
        self._quotes: list[int] = []
        self._numbers: list[int | None] = []
        self._tight = False

    def write(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            self._block(token)
        return "\n".join(line.rstrip() for line in self._lines).strip("\n")

    def _block(self, token: Token) -> None:
        match token.type:
            case "inline":
                self._paragraph(_inline(token.children or []))
            case "paragraph_open":
                self._tight = token.hidden
            case "heading_open":
                self._tight = False
            case "heading_close":
                # `_paragraph` leaves an empty line after the heading's only one.
                self._lines[-1:] = ["=" * min(len(self._lines[-2]), 72), ""]
            case "hr":
                self._paragraph("-" * 20)
            case "blockquote_open":
                self._marks.append("> ")
                self._quotes.append(len(self._lines))
            case "bullet_list_open":
                self._numbers.append(None)
            case "ordered_list_open":
                self._numbers.append(int(token.attrGet("start") or 1))
            case "list_item_open":
                self._marks.append(self._bullet())
            case "blockquote_close":
                self._marks.pop()
                if self._quotes.pop() < len(self._lines):  # an empty one has written nothing
                    self._lines[-1] = "".join(self._marks)
            case "list_item_close":
                self._marks.pop()
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
                if not self._numbers and self._lines and self._lines[-1]:
                    self._lines.append("")

    def _bullet(self) -> str:
        number = self._numbers[-1]
        if number is None:
            return "- "
        self._numbers[-1] = number + 1
        return f"{number}. "

    def _paragraph(self, text: str) -> None:
        for line in text.split("\n"):
            self._lines.append("".join(self._marks) + line)
            # A bullet stands before the first line of its item only, a quotation mark before every one.
            self._marks = [mark if mark == "> " else " " * len(mark) for mark in self._marks]
        if not self._tight:
            self._lines.append("".join(mark for mark in self._marks if mark == "> "))


def _inline(tokens: Sequence[Token]) -> str:
    written: list[str] = []
    links: list[tuple[int, str]] = []
    for token in tokens:
        match token.type:
            case "text" | "text_special":
                written.append(token.content)
            case "softbreak" | "hardbreak":
                written.append("\n")
            case "link_open":
                links.append((len(written), str(token.attrGet("href") or "")))
            case "link_close":
                start, address = links.pop()
                words = "".join(written[start:])
                written[start:] = [_link(words, address)]
            case "image":
                on_web = pictures.file_name(token) is None
                address = str(token.attrGet("src") or "")
                written.append(_link(pictures.alt(token), address) if on_web else pictures.to_text(token))
    return "".join(written)


def _link(words: str, address: str) -> str:
    if address.startswith("mailto:"):
        address, subject = mail_address(address)
        if subject:
            return f"{words} ({address}, {subject})"
    return address if words in (address, "") else f"{words} ({address})"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(_SURPRISES)
    # Before the pieces of a text are joined, a `:` that came from a field is still apart: names do not become links.
    parser.core.ruler.before("text_join", "bare_links", _bare_links)
    parser.add_render_rule("image", _image)
    return parser


def _image(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return pictures.to_html(tokens[index], env["images"])


def _bare_links(state: StateCore) -> None:
    for block in state.tokens:
        if block.type == "inline" and block.children and "://" in block.content:
            inside, children = 0, []
            for token in block.children:
                inside += (token.type == "link_open") - (token.type == "link_close")
                children += [token] if inside or token.type != "text" else _linked(token)
            block.children = children


def _linked(token: Token) -> list[Token]:
    pieces: list[Token] = []
    end = 0
    for found in _BARE_LINK.finditer(token.content):
        pieces.append(_text(token.content[end : found.start()], token.level))
        pieces.append(Token("link_open", "a", 1, {"href": found[0]}, level=token.level))
        pieces.append(_text(found[0], token.level + 1))
        pieces.append(Token("link_close", "a", -1, level=token.level))
        end = found.end()
    return [*pieces, _text(token.content[end:], token.level)] if pieces else [token]


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)
