"""What is said of a member, in words, on the screens and the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from screens.text import labelled
from store.clock import unstamp
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from store.clock import Clock
    from store.people import Member, Person, Preference

EMAIL_STATES = {
    "has": N_("gets mail"),
    "none": N_("has no e-mail"),
    "unknown": N_("e-mail not asked yet"),
    "placeholder": N_("made-up address, gets no mail"),
    "bounced": N_("mail came back, gets none"),
}


def email_state(person: Person) -> str:
    """Whether the person gets mail, and if not why."""
    return _(EMAIL_STATES[person.email_state.value])


def phones(person: Person) -> str:
    """Phone and mobile as one reads them out; a number that stands in both places once."""
    numbers = dict.fromkeys(n for n in (person.phone_shown or person.phone, person.mobile_shown or person.mobile) if n)
    return ", ".join(numbers)


def described(member: Member, *, limited: bool = False) -> list[str]:
    """A member in a few lines; `limited` for who sees names and phones only."""
    lines = [f"{member.id}  {member.name}{'  ★' if member.vip else ''}{_('  (archived)') if member.archived else ''}"]
    for person in member.people:
        said = f"{person.email} ({email_state(person)})" if person.email else email_state(person)
        parts = (person.name, phones(person), "" if limited else said)
        lines.append("  " + " · ".join(part for part in parts if part))
    place = ", ".join(
        part for part in (member.address1, member.address2, f"{member.postal_code} {member.city}".strip()) if part
    )
    for name, text in (
        (_("address"), place),
        (_("language"), member.language),
        (_("joined"), member.joined_on.isoformat() if member.joined_on else ""),
        (_("tags"), ", ".join(member.tags)),
        (_("notes"), member.notes),
    ):
        if text:
            lines.append("  " + labelled(name, text))
    return lines


def typed_email_state(typed: str, before: Person) -> str:
    """What the text in an e-mail field will mean."""
    from store.addresses import is_placeholder

    text = typed.strip()
    if not text:
        return _("not asked (0: has none)")
    if text == "0":
        return _("has no e-mail")
    if text == before.email:
        return email_state(before)
    if "@" not in text:
        return ""
    return _(EMAIL_STATES["placeholder" if is_placeholder(text) else "has"])


KINDS = {
    "opening": N_("ordering opens"),
    "last_call": N_("last call"),
    "pickup": N_("pick-up"),
    "automatic": N_("other automatic"),
    "targeted": N_("news"),
    "measured": N_("counting clicks"),
}
"""The kinds of message that a person allows or refuses."""

CHANNELS = {"email": N_("e-mail"), "sms": N_("SMS")}

SOURCES = {
    "stop": N_("by answering STOP"),
    "kept": N_("refused before for the same address"),
    "operator": "",
    "phone": N_("by phone"),
    "import": N_("by an import"),
}
"""How a wish was said, where the program has a word of its own for it; others are shown as they were typed."""


def said_words(preference: Preference) -> str:
    """How a wish was said: "by phone"."""
    known = SOURCES.get(preference.source)
    return preference.source if known is None else _(known) if known else ""


def since_words(refused: Preference | None, clock: Clock) -> str:
    """Since when somebody does not want it and who says so, in few cells: "3 Mar, STOP"."""
    if refused is None:
        return ""
    how = "STOP" if refused.stopped else refused.by or said_words(refused)
    return ", ".join(part for part in (refused_since(refused, clock), how) if part)


def refused_since(refused: Preference, clock: Clock) -> str:
    """The day since which somebody refuses; empty where it is not known."""
    return dates.day_number(clock.to_wall(unstamp(refused.since))) if refused.since else ""


def refusals(said: Sequence[tuple[Person, Sequence[Preference]]]) -> str:
    """What the people of a household refused, in one line: "Hélène: news (e-mail)", "François: all (e-mail, STOP)"."""
    texts = []
    for person, preferences in said:
        refused = [text for channel in CHANNELS if (text := _refused([p for p in preferences if p.channel == channel]))]
        if refused:
            name = person.first_name or person.listed
            texts.append(_("{name}: {what}").format(name=name, what=", ".join(refused)))
    return " · ".join(texts)


def _refused(preferences: Sequence[Preference]) -> str:
    """What was refused on one channel; who was not asked what needs a yes has refused nothing."""
    refused = [p for p in preferences if not p.allowed and p.since and p.kind != "measured"]
    if not refused:
        return ""
    kinds = _("all") if len(refused) == len(KINDS) - 1 else ", ".join(_(KINDS[p.kind]) for p in refused)
    channel = _(CHANNELS[refused[0].channel]) + (", STOP" if any(p.stopped for p in refused) else "")
    return _("{kinds} ({channel})").format(kinds=kinds, channel=channel)
