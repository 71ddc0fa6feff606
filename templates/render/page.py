"""A filled text as a mail: subject, plain text and HTML in the group's layout; the footer in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from templates.render.errors import TooLong
from templates.render.images import Image
from templates.render.markup import parse, to_html, to_text
from templates.render.template import Template
from templates.words import Words, known, words

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from jinja2 import Template as Layout

HTML_LIMIT = 100_000
"""Characters of a mail's HTML: mail programs cut off what is longer, and a short text can become it."""

LAYOUTS = Path(__file__).parent.parent / "layouts"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one recipient gets; `text` and `html` say the same, `markdown` is what both were made of."""

    subject: str
    text: str
    html: str
    markdown: str = ""


def render(
    template: Template,
    values: Mapping[str, Any],
    language: str,
    images: Mapping[str, Image] | None = None,
    reader: str = "",
) -> Rendered:
    """The mail for one recipient; raises `TextError`, `UnknownImage` for an image that is none of `images`, by name.

    `language` is the text's; in that of the `reader`, where it is another, the footer tells why one gets the mail and
    how to stop. `values` as in `Template.fill`; `group` and `unsubscribe` (a `Link` to a mailto) are said there too.
    """
    subject, markdown = template.fill(values)
    tokens = parse(markdown)
    said = words(reader or language)
    html = _layout().render(
        language=known(language),
        reader=said.language,
        subject=subject,
        style=_style(),
        group=values["group"],
        text=_trusted(to_html(tokens, images)),
        why=_why(said, values["group"]),
        stop=_stop(said),
        stop_address=str(values["unsubscribe"]),
    )
    html = _inliner().inline(html)
    if len(html) > HTML_LIMIT:
        raise TooLong(HTML_LIMIT)
    return Rendered(subject, f"{to_text(tokens)}\n\n-- \n{_footer(said, values)}\n", html, markdown)


def _why(said: Words, group: str) -> str:
    return said._("You get this mail because you are a member of {group}.").format(group=group)


def _stop(said: Words) -> str:
    return said._("Get no more messages like this one")


def _footer(said: Words, values: Mapping[str, Any]) -> str:
    from templates.render.markup import mail_address

    address, subject = mail_address(str(values["unsubscribe"]))
    how = said._("To get no more messages like this one, write to {address} with the subject: {subject}")
    return f"{_why(said, values['group'])}\n{how.format(address=address, subject=subject)}"


@cache
def _layout() -> Layout:
    from jinja2 import Environment

    return Environment(autoescape=True).from_string((LAYOUTS / "mail.html").read_text(encoding="utf-8"))


@cache
def _style() -> str:
    return _trusted((LAYOUTS / "mail.css").read_text(encoding="utf-8"))


@cache
def _inliner() -> CSSInliner:
    from css_inline import CSSInliner

    return CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


def _trusted(html: str) -> str:
    from markupsafe import Markup

    return Markup(html)
