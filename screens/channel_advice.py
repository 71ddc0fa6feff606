"""Advice on what is written for the channels beside the mail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from screens.advice import Advice, unfilled, unfitting
from screens.channel_texts import LETTER, SMS, TEXTS, sms_parts
from store.folding import fold
from templates.words import _, ngettext

if TYPE_CHECKING:
    from store.message_records import Message
    from templates.render.fields import Fit
    from templates.render.sms import Parts

_STOPS = re.compile(r"\bstop\b")


def advise_channels(message: Message, values: Mapping[str, str], fits: Sequence[Fit] = ()) -> list[Advice]:
    """Advice on a message as it is typed: what its channels have to say, and how long that is.

    `values` are what fields say that are the same for all, `fits` tells which fields suit.
    """
    found: list[Advice] = []
    if SMS in message.channels:
        found += _sms(message.sms_text, values)
    if LETTER in message.channels and not (message.letter_text + message.text).strip():
        found.append(
            Advice(
                False,
                _("the letter has no text yet"),
                _("A letter says what the mail says, where it has no text of its own."),
                "write",
                _("write it"),
                LETTER,
            )
        )
    others = message.sms_text + message.letter_text + message.call_text
    return [*found, *_left(message), *unfitting(others, fits)]


def _sms(text: str, values: Mapping[str, str]) -> Iterator[Advice]:
    if not text.strip():
        yield Advice(
            False,
            _("the SMS has no text yet"),
            _("An SMS has a text of its own, as short as can be."),
            "write",
            _("write it"),
            SMS,
        )
        return
    found = sms_parts(text, values)
    yield _long(found)
    if found.unicode:
        letters = " ".join(found.unusual[:5])
        yield Advice(
            False,
            _("“{letters}” leaves 70 letters in an SMS").format(letters=letters),
            _("Without these, 160 go into one SMS. Write them otherwise where it costs nothing."),
            "write",
            _("go there"),
            SMS,
        )
    if _STOPS.search(fold(text)):
        yield Advice(True, _("the SMS says how to stop"), _("Who gets it knows how to get no more of them."))
    else:
        yield Advice(
            False,
            _("the SMS does not say how to stop"),
            _("Who gets it has to know how to get no more: “STOP” and a number or address, say."),
            "write",
            _("go there"),
            SMS,
        )


def _long(found: Parts) -> Advice:
    said = ngettext("{n} SMS each", "{n} SMS each", found.parts).format(n=found.parts)
    if found.parts <= 1:
        return Advice(True, said, _("It fits into one SMS."))
    return Advice(
        False,
        said,
        _("Each is paid for, and a long one may come in pieces. A shorter text is read, too."),
        "write",
        _("go there"),
        SMS,
    )


def _left(message: Message) -> Iterator[Advice]:
    """What a ready text or its writer left to be filled in, beside the mail's own."""
    for name, field in TEXTS.items():
        left = unfilled("", getattr(message, field)) if name != "email" else ()
        if left:
            sentence = _("to fill in: {text}").format(text=left[0])
            yield Advice(False, sentence, _("It goes out as it is written here."), "write", _("go there"), name)
