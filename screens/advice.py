"""Advice on a message while it is written: short, named for the group, not too often. Never a wall."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.folding import fold
from templates.words import _, ngettext

if TYPE_CHECKING:
    from store.limits import Limits
    from store.message_records import MessageFile
    from templates.render.fields import Fit

UNFILLED = re.compile(r"\[[^\[\]]+\](?!\()")
"""What a starter leaves to be filled in: "[name of the product]"."""

MOST_SENT = 20_000
"""Characters of subject and text that a mail is made of; said here because Jinja2 takes long to load."""

_USED = re.compile(r"{{\s*([a-z_]+(?:\.[a-z_]+)?)")


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece: a short `sentence` for the line, whether all is `well`, and why it matters, in full.

    `mend` names what would put it right ("" where only the writer can), for the thing `about`; `does` says it in words.
    """

    well: bool
    sentence: str
    reason: str = ""
    mend: str = ""
    does: str = ""
    about: object = None


def advise(
    subject: str,
    text: str,
    shown: str,
    group: str,
    limits: Limits,
    *,
    fits: Sequence[Fit] = (),
    files: Sequence[MessageFile] = (),
) -> list[Advice]:
    """Advice on the words themselves; what asks for attention comes first. Empty for a message not begun.

    `shown` is the subject about as one reads it, its fields replaced.
    """
    if not subject.strip() and not text.strip():
        return []
    found = [*_too_long(subject, text), *_left(subject, text), *_subject(shown, group, limits)]
    found += unfitting(subject + text, fits)
    found += [*_length(text, limits)]
    if len(text) <= MOST_SENT:  # beyond, brackets that never close would take minutes to read
        found += _images(text, files)
    return sorted(found, key=lambda advice: advice.well)


def _too_long(subject: str, text: str) -> Iterator[Advice]:
    number = len(subject) + len(text)
    if number > MOST_SENT:
        yield Advice(
            False,
            _("too long to be sent: {n} characters, {most} can be").format(n=number, most=MOST_SENT),
            _("The draft is kept as it is; cut the text, or put what is long on a page or into a file."),
        )


def _left(subject: str, text: str) -> Iterator[Advice]:
    left = unfilled(subject, text)
    if left:
        yield Advice(
            False,
            _("to fill in: {text}").format(text=left[0]),
            _("A ready text leaves what it cannot know between square brackets."),
            "fill_in",
            _("go there"),
        )


def _length(text: str, limits: Limits) -> Iterator[Advice]:
    number = lines(text)
    if number <= limits.most_lines:
        yield Advice(True, ngettext("{n} line", "{n} lines", number).format(n=number), _("Short messages are read."))
    else:
        sentence = _("{n} lines: {most} are enough").format(n=number, most=limits.most_lines)
        yield Advice(
            False,
            sentence,
            _("Short messages are read to their end. Greeting and close are not counted; details can be on a page."),
        )


def _subject(shown: str, group: str, limits: Limits) -> Iterator[Advice]:
    if fold(group) in fold(shown):
        yield Advice(True, _("names the group"), _("Whoever gets it sees at once whom it is from."))
    else:
        yield Advice(
            False,
            _("the subject does not name the group"),
            _("A mail that does not say whom it is from is left unread."),
            "name_group",
            _("put the group's name before it"),
        )
    if len(shown) > limits.subject_length:
        yield Advice(
            False,
            _("subject of {n} characters: {most} are shown").format(n=len(shown), most=limits.subject_length),
            _("Mail programs show about {most} characters of a subject and cut off the rest.").format(
                most=limits.subject_length
            ),
        )


def unfitting(words: str, fits: Sequence[Fit]) -> Iterator[Advice]:
    """The fields that are used though they do not fit the people."""
    used = set(_USED.findall(words))
    for field, fit, why in fits:
        if not fit and field.name in used:
            yield Advice(
                False,
                _("“{field}” does not fit all of them").format(field=field.name),
                _("{why} Their mail cannot be made.").format(why=_(why)),
            )


def _images(text: str, files: Sequence[MessageFile]) -> Iterator[Advice]:
    if "![" not in text and not files:
        return
    from mail.enclosing import missing_images, unread_images, unshown_images
    from screens.message_errors import problem_words

    for missing in missing_images(files, text):
        sentence = _("the text names an image that is not there: {name}").format(name=missing.name)
        yield Advice(False, sentence, problem_words(missing))
    for written in unread_images(text):
        yield Advice(
            False,
            _("“{text}” is no image").format(text=written),
            _("The mail would show it as it is typed; an image is written {example}.").format(
                example="![…](marche.png)"
            ),
        )
    for file in unshown_images(files, text):
        yield Advice(
            False,
            _("the text does not show {name}").format(name=file.name),
            _("It goes along as an attachment; written as {example} it stands in the text.").format(
                example=f"![…]({file.name})"
            ),
            "show_image",
            _("put it where the cursor is"),
            file.name,
        )


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
