"""What differs between the mails of a message, marked in what is shown; and why a mail looks wrong, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from textual.content import Content

from screens.errors import words_for
from screens.widgets.plain import plain
from templates.words import N_, _

if TYPE_CHECKING:
    from mail.preview import Shown, Wrong

MARK = "reverse"
"""How a differing part looks; seen without colours, too."""

BEGIN, END = "\ue000", "\ue001"
"""Stand around a differing part in Markdown: letters to its grammar, and to nobody else."""

_ADDRESS = re.compile(r"<[^<>\s]*>|\]\([^)\n]*\)|\]\[[^\]\n]*\]")
"""Where a link leads to: its words may differ, which is shown; its address is not seen."""

SENTENCES = {
    "to_fill_in": N_("To fill in: {what}"),
    "no_field": N_("“{what}” is no field; a field is written {example}."),
    "no_image": N_("“{what}” is no image; an image is written {image}."),
    "refused_before": N_("The last mail to {what} did not arrive: is the address right?"),
    "no_first_name": N_("No first name is known for this person."),
    "empty_field": N_("The field “{what}” has nothing to say here."),
    "long_word": N_("“{what}…” is one word, too long for a telephone."),
    "long_paragraph": N_("“{what}…” goes on for long without a new line."),
}
NOTHING = {"subject": N_("The subject is empty here."), "text": N_("The text is empty here.")}

Spans = Iterable[tuple[int, int]]


def marked(text: str, spans: Spans, style: str = "") -> Content:
    """`text` as it is, in `style`, with these parts marked."""
    parts = []
    for place, (piece, differs) in enumerate(_pieces(text, spans)):
        look = f"{style} {MARK}".strip() if differs else style
        lines = [plain(line, look) for line in piece.split("\n")]
        parts += [Content("\n").join(lines)] if lines or not place else []
    return Content.assemble(*parts)


def fenced(markdown: str, spans: Spans) -> str:
    """Markdown with these parts between `BEGIN` and `END`, to be rendered; those inside an address are left out."""
    addresses = [found.span() for found in _ADDRESS.finditer(markdown)]
    outside = [(a, b) for a, b in spans if not any(a < end and start < b for start, end in addresses)]
    text = markdown.replace(BEGIN, " ").replace(END, " ")
    return "".join(f"{BEGIN}{piece}{END}" if differs else piece for piece, differs in _pieces(text, outside))


def _pieces(text: str, spans: Spans) -> Iterator[tuple[str, bool]]:
    at = 0
    for start, end in spans:
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text) or not at:
        yield text[at:], False


def wrong_words(shown: Shown) -> list[str]:
    """Why a mail looks wrong, the worst first; each reason once."""
    problem = [words_for(shown.problem)] if shown.problem is not None else []
    return list(dict.fromkeys([*problem, *(text for wrong in shown.wrong if (text := _sentence(wrong)))]))


def _sentence(wrong: Wrong) -> str:
    if wrong.reason.value == "problem":
        return ""  # said by the problem itself
    if wrong.reason.value == "nothing":
        return _(NOTHING[wrong.what])
    return _(SENTENCES[wrong.reason.value]).format(
        what=wrong.what, example="{{ first_name }}", image="![…](marche.png)"
    )
