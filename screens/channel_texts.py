"""The texts of a draft, one for each way that it is told: which there are, which is in view, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from screens.compose_lines import OF_MEMBER, subject_shown
from screens.text import width
from screens.widgets.plain import joined, plain
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from textual.content import Content

    from store.message_records import Message
    from templates.render.sms import Parts

EMAIL, SMS, LETTER, CALL = "email", "sms", "letter", "call"
TEXTS = {EMAIL: "text", SMS: "sms_text", LETTER: "letter_text", CALL: "call_text"}
"""What holds the text of each, in the order in which they are gone through."""
BODIES = {EMAIL: "body", SMS: "sms-body", LETTER: "letter-body", CALL: "call-body"}
"""The fields that they are typed into."""
NAMES = {EMAIL: N_("mail"), SMS: N_("SMS"), LETTER: N_("letter"), CALL: N_("call")}
LIKE_MAIL = (LETTER, CALL)
"""Without a text of their own they say what the mail says."""


def texts_of(message: Message) -> tuple[str, ...]:
    """The texts that a message can have: those of its channels, and what is said on the phone.

    The mail's is also that of a CSV file, and of whatever has none of its own.
    """
    channels = message.channels
    chosen = {CALL, *(name for name in (EMAIL, SMS, LETTER) if name in channels)}
    if "csv" in channels or not chosen & {EMAIL, SMS, LETTER} or message.text.strip():
        chosen.add(EMAIL)
    chosen.update(name for name, field in TEXTS.items() if getattr(message, field).strip())
    return tuple(name for name in TEXTS if name in chosen)


def following(texts: Sequence[str], shown: str) -> str:
    """The text after the one in view."""
    return texts[(texts.index(shown) + 1) % len(texts)] if shown in texts else texts[0]


def rule(texts: Sequence[str], shown: str, said: Sequence[str], cells: int) -> Content:
    """The line above the text: which there are, the one in view in brackets, and what is `said` of that one.

    `said` is one or several ways to say it, the longest first. Where there is no room for it the other texts give way.
    """
    line = "─"
    if len(texts) < 2:
        return plain(line * cells, "dim")
    for words, names in product(said, (texts, (shown,))):
        labels = [f"[{_(NAMES[name])}]" if name == shown else f" {_(NAMES[name])} " for name in names]
        left = cells - width("".join(labels)) - width(words) - (8 if words else 6)
        if left >= 0:
            break
    parts = [plain(label, "bold" if label.startswith("[") else "") for label in labels]
    words = f" {words} " if words else ""
    tail = plain(words, "bold" if words.startswith(" !") else "")
    gap = plain(f" {line * max(1, left + 1)}", "dim")
    return joined(plain(f"{line} ", "dim"), *parts, gap, tail, plain(line * 2, "dim"))


# -- an SMS


def sms_parts(text: str, values: Mapping[str, str]) -> Parts:
    """How many SMS a text is, its fields about as long as what they say."""
    from templates.render.sms import parts

    return parts(subject_shown(text, values))


def count_words(found: Parts) -> str:
    """How many signs of how many, and how many SMS that is: "142 of 160: 1 SMS"."""
    said = ngettext("{used} of {all}: {n} SMS", "{used} of {all}: {n} SMS", found.parts)
    return said.format(used=found.characters, all=found.of, n=found.parts)


def sms_words(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """How long an SMS is: "142 of 160: 1 SMS"; with "~" where a field says something else to each.

    Where a letter makes it hold less, first with that letter, then without, for where there is less room.
    """
    if not text.strip():
        return ("! " + _("no text yet"),)
    found = sms_parts(text, values)
    said = ("~" if OF_MEMBER.search(text) else "") + count_words(found)
    if found.unicode:
        unusual = "".join(found.unusual)[:3]
        both = _("“{letters}” leaves 70, not 160 · {said}").format(letters=unusual, said=said)
        return f"! {both}", f"! {said}"
    return (f"! {said}" if found.parts > 1 else said,)


def said_of(message: Message, shown: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """What there is to say of the text in view, in few words and, for where there is less room, in fewer."""
    if shown in (SMS, LETTER) and shown not in message.channels:
        return ("! " + _("not among the channels: c"),)
    if shown == SMS:
        return sms_words(message.sms_text, values)
    if shown not in LIKE_MAIL or getattr(message, TEXTS[shown]).strip():
        return ("",)
    if message.text.strip():
        return (_("empty: as the mail says it"),)
    return (_("empty: as the SMS says it") if shown == CALL and message.sms_text.strip() else _("no text yet"),)
