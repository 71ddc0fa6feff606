"""Recipients as the mails that go out: one for each address, or one for each address and member."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from store.reach import Reach, Recipient
from templates.words import _


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail to be: an address and everybody it is for. `about_member` is 0 where it is for all of them."""

    address: str
    address_key: str
    people: tuple[Recipient, ...]
    about_member: int = 0

    @property
    def name(self) -> str:
        """Whom it is for, by first and last name; may be empty."""
        names = (f"{person.first_name} {person.last_name}".strip() for person in self.people)
        return " & ".join(dict.fromkeys(name for name in names if name))

    @property
    def members(self) -> tuple[int, ...]:
        """The members it is for."""
        return tuple(dict.fromkeys(person.member_id for person in self.people))


def envelopes(recipients: Iterable[Recipient], *, per_member: bool) -> list[Envelope]:
    """The mails for those who are reached by mail, in the order of the recipients.

    One address used twice gets one mail that names both; `per_member` (the text speaks of each member's order) makes
    it one for each member.
    """
    found: dict[tuple[str, int], list[Recipient]] = {}
    for recipient in recipients:
        if recipient.reach is Reach.EMAIL:
            member = recipient.member_id if per_member else 0
            found.setdefault((recipient.address_key, member), []).append(recipient)
    return [
        Envelope(sendable(people[0].address), key, tuple(people), member) for (key, member), people in found.items()
    ]


def sendable(address: str) -> str:
    """The address with a domain that any mail server understands: accents in it become `xn--…`."""
    local, _at, domain = address.strip().rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}" if not domain.isascii() else f"{local}@{domain}"
    except UnicodeError:
        return address.strip()


def both(words: Sequence[str]) -> str:
    """Names in a sentence of the language spoken now: "Hélène", "Hélène and François", "Anne, Hélène and François"."""
    different = list(dict.fromkeys(word for word in words if word))
    if len(different) < 2:
        return "".join(different)
    return _("{names} and {last}").format(names=", ".join(different[:-1]), last=different[-1])
