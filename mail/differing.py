"""What a mail says that others of the same message do not: found by comparing what became of them, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

Span = tuple[int, int]
"""From a character to before another."""

OTHERS = 20
"""How many other mails one is compared with: what differs in none of them hardly matters."""

_WORD = re.compile(r"(?:\\.|[\w'’@+,.:-])*(?:\\.|\w)|[^\w\s]")
"""A word with what joins its parts, a number with its comma; an escaped character of Markdown stays whole."""


@dataclass(frozen=True, slots=True)
class Differing:
    """The parts of a mail's subject, plain text and Markdown that are not the same in all the mails; in order.

    A part is made of whole words: it holds no line break, and no mark of Markdown that stands alone.
    """

    subject: tuple[Span, ...] = ()
    text: tuple[Span, ...] = ()
    markdown: tuple[Span, ...] = ()


def differing(text: str, others: Iterable[str]) -> tuple[Span, ...]:
    """The spans of `text` that one of `others` says differently; words side by side are one span."""
    spans = [found.span() for found in _WORD.finditer(text)]
    words = [text[start:end] for start, end in spans]
    same = [True] * len(words)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(words)
    for other in dict.fromkeys(others):
        if other != text:
            matcher.set_seq1(_WORD.findall(other))
            _mark(same, matcher)
    return tuple(_joined(text, [span for span, kept in zip(spans, same, strict=True) if not kept]))


def _mark(same: list[bool], matcher: SequenceMatcher[str]) -> None:
    for verb, _start, _end, start, end in matcher.get_opcodes():
        if verb != "equal":
            same[start:end] = [False] * (end - start)


def _joined(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Spans with nothing but spaces between them as one; marks of Markdown that stand alone are left out."""
    begun: Span | None = None
    for start, end in spans:
        if not any(c.isalnum() for c in text[start:end]):
            continue
        if begun is not None and text[begun[1] : start].strip(" \u00a0") == "" and "\n" not in text[begun[1] : start]:
            begun = begun[0], end
            continue
        if begun is not None:
            yield begun
        begun = start, end
    if begun is not None:
        yield begun


def body(text: str) -> str:
    """The plain text without its footer, which says how to stop to each one differently."""
    return text.rpartition("\n-- \n")[0]
