"""Why a mail looks wrong before it is sent: seen in what a volunteer wrote, and in what becomes of it for somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mail.enclosing import unread_images

if TYPE_CHECKING:
    from templates.render.template import Filled

LONG_PARAGRAPH = 900
"""Characters without a line break: a screen full of text on a telephone."""
LONG_WORD = 60
"""Characters without a space: wider than a telephone."""

_LEFT = re.compile(r"(?<![!\\\w\]])\[([^\[\]\n]{2,80})\](?![(\[:])")
_BRACES = re.compile(
    r"(?<![{%#])\{\s*([A-Za-z_]+(?:\.[A-Za-z_]+)?)\s*\}(?!\})|<<?\s*([a-z_]+(?:\.[a-z_]+)?)\s*>>?|%([a-z_]+)%"
)
_LINK = re.compile(r"\]\([^)\n]*\)|<?https?://\S+")


class Reason(StrEnum):
    """What is wrong, the worst first."""

    PROBLEM = "problem"
    NOTHING = "nothing"
    TO_FILL_IN = "to_fill_in"
    NO_FIELD = "no_field"
    NO_IMAGE = "no_image"
    REFUSED_BEFORE = "refused_before"
    NO_FIRST_NAME = "no_first_name"
    EMPTY_FIELD = "empty_field"
    LONG_WORD = "long_word"
    LONG_PARAGRAPH = "long_paragraph"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that looks wrong in a mail.

    `what` is, by reason: PROBLEM and NO_FIRST_NAME "" (the problem is `Shown.problem`), NOTHING "subject" or "text",
    TO_FILL_IN the brackets that are still there, NO_FIELD and NO_IMAGE what was written for a field or an image,
    REFUSED_BEFORE the address that the last mail did not reach, EMPTY_FIELD the field's name, LONG_WORD and
    LONG_PARAGRAPH how they begin.
    """

    reason: Reason
    what: str = ""


def wrong_for_all(subject: str, text: str) -> tuple[Wrong, ...]:
    """What is wrong in the words themselves, in every mail that is made of them."""
    written = f"{subject}\n{text}"
    brackets = dict.fromkeys(found[0] for found in _LEFT.finditer(written))
    braces = dict.fromkeys(found[0] for found in _BRACES.finditer(written) if _meant(found))
    return (
        *(Wrong(Reason.TO_FILL_IN, what) for what in brackets),
        *(Wrong(Reason.NO_FIELD, what) for what in braces),
        *(Wrong(Reason.NO_IMAGE, what) for what in unread_images(text)),
    )


def wrong_for_one(filled: Filled) -> Iterator[Wrong]:
    """What is wrong in the mail of one recipient."""
    if not filled.subject:
        yield Wrong(Reason.NOTHING, "subject")
    if not filled.text.strip():
        yield Wrong(Reason.NOTHING, "text")
    for field in sorted(filled.empty):
        yield Wrong(Reason.NO_FIRST_NAME) if field == "first_name" else Wrong(Reason.EMPTY_FIELD, field)
    for paragraph in filled.text.split("\n"):
        if len(paragraph) > LONG_WORD:
            said = _LINK.sub(" ", paragraph)
            yield from (Wrong(Reason.LONG_WORD, word[:20]) for word in said.split() if len(word) > LONG_WORD)
        if len(paragraph) > LONG_PARAGRAPH:
            yield Wrong(Reason.LONG_PARAGRAPH, paragraph[:20])


def _meant(found: re.Match[str]) -> bool:
    """Whether a field was meant: single braces around one of their names."""
    from templates.render.fields import BY_NAME, closest

    name = next(group for group in found.groups() if group)
    return name in BY_NAME or closest(name) != ""
