"""One text rendered for thousands: once as a model, and then only what differs from one recipient to the other.

Reading Markdown and putting the style into the HTML take most of the time of a mail, and nearly all mails of a message
differ in a name and a token. So the text is rendered with marks instead of names, and each mail is the model with the
names in their places. It must be what `page.render` gives, to the last letter: wherever a name could be more than
letters in a row, or the text does more with it than say it, the mail is rendered by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from templates.render.errors import TextError
from templates.render.page import Rendered, render
from templates.render.template import FILLED_LIMIT

if TYPE_CHECKING:
    from templates.render.images import Image
    from templates.render.template import Template

_RARE = "\ua66e"
_MARKS = {"first_name": f"{_RARE}aB{_RARE}", "last_name": f"{_RARE}cD{_RARE}", "people": f"{_RARE}eF{_RARE}"}
"""What stands for a field that differs between recipients: letters, beside a letter that nobody writes."""

_LETTERS = re.compile(r"[^\W\d_]+(?:(?:[ '’-]| & )[^\W\d_]+)*")
_SAID = re.compile(r"\{\{\s*[\w.]+(?:\(\s*(?:\"[^\"{}]*\"|'[^'{}]*')?\s*\))?\s*\}\}")
_AWKWARD = re.compile(
    r"""\{%|\{\#|\{\{-|-\}\}   # more than saying a field
    |<                          # <Marie:x> would be a link
    |\}\}s?://                  # so would http://
    |&\#?\w*\{\{                # and &amp; a sign
    |^.*\#.*\{\{                # a heading's line in the plain text is as long as the heading
    """,
    re.MULTILINE | re.VERBOSE,
)


class Mailing:
    """A message's template and images, rendered for one recipient after the other."""

    def __init__(self, template: Template, subject: str, text: str, images: Mapping[str, Image]) -> None:
        """`subject` and `text` are what the template was read from."""
        self._template = template
        self._images = images
        self._plain = all(map(_only_says, (subject, text))) and not _AWKWARD.search(text)
        self._models: dict[tuple[str, str], _Model | None] = {}

    def render(self, values: Mapping[str, Any], language: str, token: str, reader: str = "") -> Rendered:
        """What `page.render` gives, its `markdown` apart; raises as it does.

        `values` are as there; `token` is what tells this recipient's "unsubscribe" from all others.
        """
        if self._plain:
            pair = (language, reader or language)
            if pair not in self._models:
                self._models[pair] = self._model(values, *pair, token)
            model = self._models[pair]
            if model is not None and (filled := model.fill(values, token)) is not None:
                return filled
        return render(self._template, values, language, self._images, reader)

    def _model(self, values: Mapping[str, Any], language: str, reader: str, token: str) -> _Model | None:
        """The text with marks for names, or None where they do not come out as they went in."""
        used = {field: mark for field, mark in _MARKS.items() if field in self._template.fields}
        marked = {**values, **used}
        try:
            made = render(self._template, marked, language, self._images, reader)
        except TextError:
            return None  # told by the recipient who meets it
        marks = 0
        for mark in used.values():
            in_text, in_subject = made.markdown.count(mark), made.subject.count(mark)
            marks += in_text + in_subject
            if not in_text + in_subject or made.text.count(mark) != in_text:
                return None
            if made.html.count(mark) != in_text + in_subject:
                return None
        if made.html.count(_RARE) != 2 * marks:
            return None
        pieces = re.compile("|".join((*used.values(), re.escape(token))))
        shared = {name: value for name, value in values.items() if name not in _MARKS and name != "unsubscribe"}
        return _Model(
            shared=shared,
            unsubscribe=str(values["unsubscribe"]).replace(token, "{}"),
            subject=_split(pieces, made.subject),
            text=_split(pieces, made.text),
            html=_split(pieces, made.html),
            length=len(made.subject) + len(made.markdown),
            used=used,
            marks=marks,
            token=token,
        )


@dataclass(frozen=True, slots=True)
class _Model:
    """A mail in pieces, every second of which is a mark, or the token of whom it was made for."""

    shared: Mapping[str, Any]
    unsubscribe: str
    subject: list[str]
    text: list[str]
    html: list[str]
    length: int
    used: Mapping[str, str]
    marks: int
    token: str

    def fill(self, values: Mapping[str, Any], token: str) -> Rendered | None:
        """The mail for one recipient, or None where it must be rendered by itself."""
        names = {mark: values[field] for field, mark in self.used.items()}
        if not all(_LETTERS.fullmatch(name) for name in names.values()):
            return None
        if self.length + 2 * self.marks * sum(map(len, names.values())) > FILLED_LIMIT:
            return None
        if any(values[field] != value for field, value in self.shared.items()):
            return None
        if str(values["unsubscribe"]).replace(token, "{}") != self.unsubscribe:
            return None
        said = {**names, self.token: token}
        written = {mark: name.replace("&", "&amp;") for mark, name in said.items()}
        return Rendered(_join(self.subject, said), _join(self.text, said), _join(self.html, written))


def _only_says(source: str) -> bool:
    return source.count("{{") == len(_SAID.findall(source)) == source.count("}}")


def _split(marks: re.Pattern[str], text: str) -> list[str]:
    pieces, end = [], 0
    for found in marks.finditer(text):
        pieces += [text[end : found.start()], found[0]]
        end = found.end()
    return [*pieces, text[end:]]


def _join(pieces: list[str], said: Mapping[str, str]) -> str:
    filled = pieces.copy()
    for place in range(1, len(filled), 2):
        filled[place] = said[filled[place]]
    return "".join(filled)
