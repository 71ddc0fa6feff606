"""What in a segment can find nobody, in words; shown by the picker and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.words import N_, _, dates, languages

if TYPE_CHECKING:
    from store.segment_doubts import Doubt

_WORDS = {
    "tag": N_("No member has the tag “{value}”."),
    "city": N_("No member lives in “{value}”."),
    "language": N_("No member is written to in {value}."),
    "postal_code": N_("No member has a postal code that begins with {value}."),
    "member": N_("There is no member with the number {value}."),
    "archived": N_("The member with the number {value} is archived and gets no messages."),
    "period": N_("The period ends on {value}, before it begins."),
}


def doubt_words(doubt: Doubt) -> str:
    """One sentence, and which names are close to the one that nobody has."""
    value = doubt.value
    if doubt.reason == "language":
        value = languages.name(value)
    elif doubt.reason == "period":
        value = dates.day(value, year=True)
    text = _(_WORDS[doubt.reason]).format(value=value)
    return f"{text} {_('Possible: {words}.').format(words=', '.join(doubt.near))}" if doubt.near else text
