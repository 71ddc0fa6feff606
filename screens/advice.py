"""Advice on a message while it is written: short, named for the group, not too often. Never a wall."""

from __future__ import annotations

import re
from collections.abc import Iterator

from store.folding import fold
from templates.words import _, ngettext

MOST_LINES = 4
UNFILLED = re.compile(r"\[[^\[\]]+\](?!\()")
"""What a starter leaves to be filled in: "[name of the product]"."""


def advice(subject: str, text: str, group: str, recent: tuple[int, int] | None) -> list[tuple[bool, str]]:
    """Sentences, each with whether all is well; `recent` are members written to lately and days ago, None: not known.

    Empty for a message that has not been begun.
    """
    found = list(_of_text(subject, text, group)) if subject.strip() or text.strip() else []
    if recent is not None and recent[0]:
        people = ngettext("{n} of them got a message", "{n} of them got a message", recent[0]).format(n=recent[0])
        ago = ngettext("{n} day ago", "{n} days ago", recent[1]).format(n=recent[1]) if recent[1] else _("today")
        found.append((False, f"{people} {ago}"))
    return found


def _of_text(subject: str, text: str, group: str) -> Iterator[tuple[bool, str]]:
    left = unfilled(subject, text)
    if left:
        yield False, _("to fill in: {text}").format(text=left[0])
    number = lines(text)
    if number <= MOST_LINES:
        yield True, ngettext("{n} line", "{n} lines", number).format(n=number)
    else:
        yield False, _("{n} lines: {most} are enough").format(n=number, most=MOST_LINES)
    named = "{{ group }}" in subject or "{{group}}" in subject or fold(group) in fold(subject)
    if named:
        yield True, _("names the group")
    else:
        yield False, _("the subject does not name the group")


def unfilled(subject: str, text: str) -> tuple[str, ...]:
    """What still stands in square brackets, each once: subject first."""
    return tuple(dict.fromkeys(UNFILLED.findall(subject) + UNFILLED.findall(text)))


def lines(text: str) -> int:
    """The lines of a text without its greeting (a first line by itself) and its close (a last paragraph of two)."""
    paragraphs = [p.strip().splitlines() for p in re.split(r"\n\s*\n", text.strip()) if p.strip()]
    if len(paragraphs) > 1 and len(paragraphs[0]) == 1:
        paragraphs = paragraphs[1:]
    if len(paragraphs) > 1 and len(paragraphs[-1]) <= 2:
        paragraphs = paragraphs[:-1]
    return sum(map(len, paragraphs))
