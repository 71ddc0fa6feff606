"""Members and their people, as everyone above the store sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from templates.words import _


class EmailState(StrEnum):
    """What is known about a person's e-mail; mail goes to `HAS` only."""

    HAS = "has"
    NONE = "none"  # on purpose: the person has no e-mail
    UNKNOWN = "unknown"  # not asked yet
    PLACEHOLDER = "placeholder"  # an address made up because another system wanted one
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class Person:
    """One of the one or two people of a household.

    `phone` and `mobile` are as typed; `…_e164` and `…_shown` (as people of the group's country write it) are worked
    out by the store whenever the person is written, and ignored when given. So is the `email_state` of an address that
    is typed, unless it says `HAS` (somebody vouches for an address that looks made up) or `BOUNCED`.
    """

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    email_state: EmailState = EmailState.UNKNOWN
    phone: str = ""
    mobile: str = ""
    phone_e164: str = ""
    mobile_e164: str = ""
    id: int | None = None
    phone_shown: str = ""
    mobile_shown: str = ""
    has_mobile: bool = False

    @property
    def name(self) -> str:
        """First and last name, as one speaks to them: "Odette Maréchal"."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    @property
    def listed(self) -> str:
        """Last and first name, as in a list: "Maréchal Odette"; without a name the e-mail or a phone."""
        named = " ".join(part for part in (self.last_name, self.first_name) if part)
        return named or self.email or self.phone or self.mobile


TEXTS = ("address1", "address2", "postal_code", "city", "country", "language", "pickup_place")
"""The fields of a household that are a line of text."""


@dataclass(frozen=True, slots=True)
class Member:
    """A household of one or two people. `version` is the one that was read; saving over a newer one is refused."""

    people: tuple[Person, ...]
    address1: str = ""
    address2: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    pickup_place: str = ""
    joined_on: date | None = None
    vip: bool = False
    tags: tuple[str, ...] = ()
    notes: str = ""
    id: int | None = None
    version: int = 1
    archived: bool = False
    erased: bool = False

    @property
    def name(self) -> str:
        """The household in a list: "Guérin Hélène & François", "Benali Aïcha / Dupont-Moretti Paul"."""
        return erased_name() if self.erased else household_name(self.people)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in a list: the household's name, and the first usable e-mail, phone and mobile of its people.

    `mobile` is the mobile number, or a phone number that is a mobile one; both are as people of the country write them.
    `first_name` and `last_name` are those of the first person.
    """

    id: int
    name: str
    first_name: str
    last_name: str
    email: str
    phone: str
    mobile: str
    postal_code: str
    vip: bool
    city: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what a search found, and how many there are in all."""

    rows: tuple[MemberRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Preference:
    """Whether a person takes one kind of message on one channel.

    `since` is a UTC stamp, empty where nobody was asked; `source` is who or what said so. `by` is the operator's name,
    empty for the person or what happened by itself. `stopped`: the person refused it with STOP.
    """

    channel: str
    kind: str
    allowed: bool
    since: str
    operator_id: int | None
    source: str
    by: str = ""
    stopped: bool = False


def erased_name() -> str:
    """What stands in lists where the name of somebody was who is erased, in the language spoken now."""
    return _("erased member")


def household_name(people: tuple[Person, ...]) -> str:
    """The household in a list; a last name that both carry is said once."""
    if not people:
        return ""
    if len(people) == 1:
        return people[0].listed
    first, second = people
    shared = second.last_name.casefold() in ("", first.last_name.casefold())
    if shared and first.last_name and first.first_name and second.first_name:
        return f"{first.last_name} {first.first_name} & {second.first_name}"
    return " / ".join(part for part in (first.listed, second.listed) if part)
