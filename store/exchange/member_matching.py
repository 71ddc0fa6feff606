"""Whether an imported member is one that the group knows: by id, by e-mail, or perhaps by phone or name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from store.addresses import email_key
from store.folding import folded_words
from store.people import EmailState, Member, Person
from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Match:
    """What is known of an imported member.

    `member_id` is the one it certainly is. `candidates` are those it may be, and `why`: "archived" (it is one that was
    taken out of the lists), "id" (the id belongs to somebody else here), "email" (the address is another person's),
    "account" (the same address under another id), "phone", "name" or "phone and name".
    """

    member_id: int | None = None
    candidates: tuple[int, ...] = ()
    why: str = ""


class _Known:
    """What can be compared of a household's people."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.keys = {key for p in people if (key := _key(p))}
        self.phones = {number for p in people for number in _phones(p)}
        self.firsts = {_first(p) for p in people}
        self.words = {word for p in people for word in folded_words(p.name)}


class Directory:
    """Every member of the group by what identifies it, and those that this file has added so far."""

    def __init__(self, t: Transaction, source: str) -> None:
        self._by_id: dict[str, int] = {}
        self._ids: dict[int, str] = {}
        self._by_email: dict[str, tuple[int, ...]] = {}
        self._by_phone: dict[str, tuple[int, ...]] = {}
        self._by_name: dict[str, tuple[int, ...]] = {}
        self._people: dict[int, list[Person]] = defaultdict(list)
        self._archived = {row["id"] for row in t.all("SELECT id FROM members WHERE archived_at IS NOT NULL")}
        self._read(t)
        for row in t.all("SELECT external_id, member_id FROM external_ids WHERE source = ?", (source,)):
            self.attach(row["member_id"], row["external_id"])

    def _read(self, t: Transaction) -> None:
        rows = t.all(
            """SELECT member_id, first_name, last_name, email, email_state, phone_e164, mobile_e164 FROM people
               ORDER BY member_id, position"""
        )
        for row in rows:
            state = EmailState(row["email_state"])
            person = Person(
                row["first_name"],
                row["last_name"],
                row["email"],
                state,
                phone_e164=row["phone_e164"],
                mobile_e164=row["mobile_e164"],
            )
            self._add_person(row["member_id"], person)

    def add(self, member_id: int, member: Member, external_id: str) -> None:
        """Remember a member that this file adds (under a negative id) or completes."""
        for person in member.people:
            self._add_person(member_id, person)
        if external_id:
            self.attach(member_id, external_id)

    def attach(self, member_id: int, external_id: str) -> None:
        """Remember the id that the other system gives this member."""
        self._by_id[external_id] = member_id
        self._ids[member_id] = external_id

    def has_id(self, member_id: int) -> bool:
        """Whether the other system's id of this member is known."""
        return member_id in self._ids

    def _add_person(self, member_id: int, person: Person) -> None:
        self._people[member_id].append(person)
        _enter(self._by_email, _key(person), member_id)
        _enter(self._by_name, full_name(person), member_id)
        for phone in _phones(person):
            _enter(self._by_phone, phone, member_id)

    def match(self, member: Member, external_id: str) -> Match:
        """Who the imported member is: by external id, then by an e-mail; a phone or a name only makes a candidate."""
        by_id = self._by_id.get(external_id) if external_id else None
        if by_id is not None:
            if self._has_something_of(by_id, member):
                return self._certain(by_id)
            return Match(None, (by_id,), "id")
        by_email = self._by_emails(member.people)
        if by_email:
            return self._same_address(by_email, member, external_id)
        return self._perhaps(member, external_id)

    def _certain(self, member_id: int) -> Match:
        if member_id in self._archived:
            return Match(None, (member_id,), "archived")
        return Match(member_id)

    def _has_something_of(self, member_id: int, member: Member) -> bool:
        known = _Known(self._people[member_id])
        return any(
            _key(p) in known.keys
            or known.phones.intersection(_phones(p))
            or known.words.intersection(folded_words(p.name))
            for p in member.people
        )

    def _by_emails(self, people: Iterable[Person]) -> list[int]:
        found: dict[int, None] = {}
        for person in people:
            if key := _key(person):
                found.update(dict.fromkeys(self._by_email.get(key, ())))
        return list(found)

    def _same_address(self, ids: list[int], member: Member, external_id: str) -> Match:
        """An address alone may be a couple's: the first name has to be one of the household's too, or missing."""
        named = [i for i in ids if self._fits(i, member)]
        if len(named) != 1:
            return Match(None, tuple(named or ids), "email")
        if external_id and self._ids.get(named[0], external_id) != external_id:
            return Match(None, (named[0],), "account")
        return self._certain(named[0])

    def _fits(self, member_id: int, member: Member) -> bool:
        known = _Known(self._people[member_id])
        firsts = {_first(p) for p in member.people if _key(p) in known.keys}
        return "" in known.firsts | firsts or bool(firsts & known.firsts)

    def _perhaps(self, member: Member, external_id: str) -> Match:
        phones = dict.fromkeys(i for p in member.people for n in _phones(p) for i in self._by_phone.get(n, ()))
        names = dict.fromkeys(i for p in member.people for i in self._by_name.get(full_name(p), ()))
        both = [i for i in phones if i in names]
        if both:
            return Match(None, tuple(both), "phone and name")
        phones = {i: None for i in phones if not self._is_another(i, member, external_id)}
        names = {i: None for i in names if not (external_id and self.has_id(i))}
        if phones or names:
            return Match(None, (*phones, *names), "phone" if phones else "name")
        return Match()

    def _is_another(self, member_id: int, member: Member, external_id: str) -> bool:
        """Whether a household that shares a phone is another: another id, or other first names and other addresses."""
        if external_id and self.has_id(member_id):
            return True
        known = _Known(self._people[member_id])
        keys = {_key(p) for p in member.people} - {""}
        firsts = {_first(p) for p in member.people}
        return bool(keys and known.keys) and not firsts & known.firsts


def _enter(index: dict[str, tuple[int, ...]], key: str, member_id: int) -> None:
    if key:
        there = index.get(key, ())
        if member_id not in there:
            index[key] = (*there, member_id)


def _key(person: Person) -> str:
    if not person.email or person.email_state is EmailState.PLACEHOLDER:
        return ""
    return email_key(person.email)


def _phones(person: Person) -> Iterator[str]:
    return (number for number in (person.phone_e164, person.mobile_e164) if number)


def _first(person: Person) -> str:
    return " ".join(folded_words(person.first_name))


def full_name(person: Person) -> str:
    """First and last name, folded, in the order of the alphabet; empty unless both are known."""
    return _full_name(person.first_name, person.last_name) if person.first_name and person.last_name else ""


@lru_cache(maxsize=16)  # asked twice for each row
def _full_name(first_name: str, last_name: str) -> str:
    return " ".join(sorted((*folded_words(first_name), *folded_words(last_name))))
