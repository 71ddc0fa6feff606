"""Data made harmless for a terminal: a member's name never moves the cursor or rings the bell."""

from __future__ import annotations

import re

from templates.words import _
from templates.words.cells import width

__all__ = ["fitted", "labelled", "visible", "width"]

# C0, DEL and C1 controls, line and paragraph separators, and the marks that turn the direction of writing.
_SPACES = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_CONTROLS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])?|[\x00-\x1f\x7f-\x9f]")
_DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]|[\ud800-\udfff]")


def visible(text: str, *, lines: bool = False) -> str:
    """`text` without control characters and escape sequences; line breaks become a space unless `lines`."""
    if lines:
        return "\n".join(visible(line) for line in text.splitlines())
    if text.isprintable():
        return text
    return _DIRECTIONS.sub("", _CONTROLS.sub("", _SPACES.sub(" ", text)))


def labelled(name: str, text: str) -> str:
    """`name: text`, with the colon as the operator's language sets it."""
    return _("{name}: {what}").format(name=name, what=text)


def fitted(text: str, cells: int, *, right: bool = False) -> str:
    """`text` in exactly `cells` cells: padded, or cut with an ellipsis."""
    text = visible(text)
    while width(text) > cells:
        text = text[:-2] + "…" if width(text) - cells < 2 or text.endswith("…") else text[: cells - 1] + "…"
        if len(text) <= 1:
            break
    padding = " " * max(0, cells - width(text))
    return padding + text if right else text + padding
