"""Letters to be printed: one HTML file, each letter on a page of its own, its address in the window of an envelope.

The window is where C5/6 (DL) and C5 envelopes have it when an A4 sheet is folded: 45 mm from the upper edge (DIN 5008,
form B), on the left in the countries that fold their letters so, on the right elsewhere (as NF Z 10-011 has it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from templates.render.markup import parse, to_html
from templates.render.page import LAYOUTS

if TYPE_CHECKING:
    from jinja2 import Template as Layout

    from templates.render.images import Image

WINDOW_LEFT = frozenset({"AT", "CZ", "DE", "DK", "GB", "HU", "IE", "NO", "PL", "SE", "SK"})
"""Countries whose envelopes have their window on the left."""

_BARE = re.compile(r'<a href="([^"]*)">\1</a>')


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: `lines` of the address, its subject, which may be empty, and its Markdown."""

    lines: tuple[str, ...]
    subject: str
    markdown: str


def letters_page(
    letters: Sequence[Letter],
    images: Mapping[str, Image],
    *,
    group: str,
    sender: str,
    day: str,
    country: str,
    language: str,
    title: str,
) -> str:
    """The letters as one HTML file; images are named by their Content-ID, as in a mail.

    Raises `UnknownImage` for one that is not among the `images`.
    """
    return _layout().render(
        letters=[
            {"lines": one.lines, "subject": one.subject, "text": _trusted(_html(one.markdown, images))}
            for one in letters
        ],
        style=_style(),
        group=group,
        sender=sender,
        day=day,
        side="left" if country.upper() in WINDOW_LEFT else "right",
        language=language,
        title=title,
    )


def _html(markdown: str, images: Mapping[str, Image]) -> str:
    """A link whose words are its address need not say it twice on paper."""
    return _BARE.sub(r'<a class="bare" href="\1">\1</a>', to_html(parse(markdown), images))


@cache
def _layout() -> Layout:
    from jinja2 import Environment

    return Environment(autoescape=True).from_string((LAYOUTS / "letter.html").read_text(encoding="utf-8"))


@cache
def _style() -> str:
    return _trusted((LAYOUTS / "letter.css").read_text(encoding="utf-8"))


def _trusted(html: str) -> str:
    from markupsafe import Markup

    return Markup(html)
