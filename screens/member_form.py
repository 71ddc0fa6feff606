"""A member as the fields of a form, and back; and what two people typed into the same one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from store.addresses import is_placeholder
from store.people import EmailState, Member, Person
from templates.words import N_

Fields = dict[str, str | bool]

PERSON = ("last_name", "first_name", "phone", "email", "mobile")
TEXTS = ("address1", "address2", "postal_code", "city", "language", "pickup_place", "notes")
HAS_NONE = "0"
"""What is typed for the e-mail of somebody who has none."""

LABELS = {
    "last_name": N_("Last name"),
    "first_name": N_("First name"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "mobile": N_("Mobile"),
    "vouch": N_("Real address"),
    "news": N_("News by mail"),
    "address1": N_("Address"),
    "address2": N_("Address (2)"),
    "postal_code": N_("Postal code"),
    "city": N_("Town"),
    "language": N_("Language"),
    "pickup_place": N_("Pick-up place"),
    "tags": N_("Tags"),
    "notes": N_("Notes"),
    "vip": N_("Star"),
    "joined_on": N_("Joined on"),
}

_DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4}))", re.ASCII)


def day_of(text: str) -> date | None:
    """The day that was typed, as 2023-05-25 or 25/05/2023; None for nothing. Raises ValueError for what is no day."""
    typed = "".join(text.split())
    if not typed:
        return None
    found = _DAY.fullmatch(typed)
    if found is None:
        raise ValueError(text)
    year, month, day, day_2, month_2, year_2 = found.groups()
    return date(int(year or year_2), int(month or month_2), int(day or day_2))


def day_text(day: date | None) -> str:
    """A day as the form shows it: 25/05/2023."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}" if day else ""


def day_read(stored: str) -> str:
    """A stored day, 2023-05-25, as the form shows it; what is none stays as it is."""
    try:
        return day_text(date.fromisoformat(stored))
    except ValueError:
        return stored


def fields_of(member: Member, news: tuple[bool, ...]) -> Fields:
    """What the form shows of a member; `news` says for each person whether mail to chosen people is welcome."""
    fields: Fields = {name: getattr(member, name) for name in TEXTS}
    fields |= {"tags": ", ".join(member.tags), "joined_on": day_text(member.joined_on), "vip": member.vip}
    for place, suffix in enumerate(("", "2")):
        person = member.people[place] if place < len(member.people) else Person()
        fields |= {f"{name}{suffix}": getattr(person, name) for name in PERSON}
        if person.email_state is EmailState.NONE:
            fields[f"email{suffix}"] = HAS_NONE
        fields[f"vouch{suffix}"] = person.email_state is EmailState.HAS and is_placeholder(person.email)
        fields[f"news{suffix}"] = news[place] if place < len(news) else True
    return fields


def member_of(fields: Fields, known: Member) -> Member:
    """The member that the form tells of; what the form does not show, and what is no day, stays as in `known`."""
    people = tuple(_person(fields, suffix, known, place) for place, suffix in enumerate(("", "2")))
    texts = {name: str(fields[name]) for name in TEXTS}
    try:
        joined_on = day_of(str(fields["joined_on"]))
    except ValueError:
        joined_on = known.joined_on
    return replace(
        known,
        people=people,
        tags=tuple(str(fields["tags"]).split(",")),
        vip=bool(fields["vip"]),
        joined_on=joined_on,
        **texts,  # type: ignore[arg-type]
    )


def _person(fields: Fields, suffix: str, known: Member, place: int) -> Person:
    before = known.people[place] if place < len(known.people) else Person()
    values = {name: str(fields[f"{name}{suffix}"]) for name in PERSON}
    said = email_of(values["email"], before, vouched=bool(fields[f"vouch{suffix}"]))
    return replace(before, **{**values, **said})  # type: ignore[arg-type]


def is_doubtful(text: str, before: Person) -> bool:
    """Whether somebody has to vouch for an address before mail goes to it: it looks made up, or mail came back."""
    typed = text.strip()
    bounced = before.email_state is EmailState.BOUNCED and typed == before.email
    return "@" in typed and (bounced or is_placeholder(typed))


def email_of(text: str, before: Person, *, vouched: bool = False) -> dict[str, object]:
    """The e-mail and its state for what was typed: a `0` says that there is none, on purpose.

    A doubtful address gets mail only when it is `vouched` for.
    """
    typed = text.strip()
    if typed == HAS_NONE:
        return {"email": "", "email_state": EmailState.NONE}
    if is_doubtful(typed, before):
        bounced = typed == before.email and before.email_state is EmailState.BOUNCED
        doubted = EmailState.BOUNCED if bounced else EmailState.PLACEHOLDER
        return {"email": typed, "email_state": EmailState.HAS if vouched else doubted}
    if typed == before.email and typed:
        return {"email": typed, "email_state": before.email_state}
    return {"email": typed, "email_state": EmailState.UNKNOWN}


def prefilled(text: str) -> dict[str, str]:
    """The first fields for what was searched for: a name, last name first; a phone number; or an e-mail."""
    typed = " ".join(text.split())
    if "@" in typed:
        return {"email": typed}
    if typed.lstrip("+(")[:1].isdigit():
        return {"phone": typed}
    last, _space, first = typed.partition(" ")
    return {"last_name": capitalised(last), "first_name": capitalised(first)}


def capitalised(name: str) -> str:
    """A name typed in small letters with its capitals; one that has capitals is left alone."""
    if name != name.lower():
        return name
    return "".join(c.upper() if i == 0 or name[i - 1] in " -'’" else c for i, c in enumerate(name))


def reconcile(read: Fields, typed: Fields, stored: Fields) -> tuple[Fields, list[str], list[str]]:
    """What the form should hold after somebody else saved: fields, those taken over, and those both have changed.

    What was typed here is never replaced; what only the other one changed is taken over.
    """
    fields = dict(typed)
    taken, both = [], []
    for name, theirs in stored.items():
        if theirs == read[name] or theirs == typed[name]:
            continue
        if typed[name] == read[name]:
            fields[name] = theirs
            taken.append(name)
        else:
            both.append(name)
    return fields, taken, both
