"""Whether an imported member is one that the group knows: by id, by e-mail, or perhaps by phone or name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from store.exchange.match import Match
from store.folding import folded, folded_words
from store.household import mail_key
from store.people import Member, Person
from store.transaction import Transaction


class _Known:
    """What can be compared of a household's people, each only where it is asked for."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._people = tuple(people)

    @cached_property
    def keys(self) -> set[str]:
        return {key for p in self._people if (key := mail_key(p))}

    @cached_property
    def phones(self) -> set[str]:
        return {number for p in self._people for number in _phones(p)}

    @cached_property
    def firsts(self) -> set[str]:
        return {_first(p) for p in self._people}

    @cached_property
    def words(self) -> set[str]:
        return {word for p in self._people for word in folded_words(p.name)}


class Directory:
    """All `members` of the group by what identifies them, and those that this file has added so far.

    `source` names the system whose ids the file has. `own`: the ids are those of a group of ours, perhaps of this one,
    so that an id counts only for who has a full name, an address or a phone in common.
    """

    def __init__(self, t: Transaction, source: str, members: Mapping[int, Member], *, own: bool = False) -> None:
        self._by_id: dict[str, int] = {}
        self._with_id: set[int] = set()
        self._ids: set[tuple[int, str]] = set()
        self._by_email: dict[str, tuple[int, ...]] = {}
        self._by_phone: dict[str, tuple[int, ...]] = {}
        self._by_name: dict[str, tuple[int, ...]] = {}
        self._people: dict[int, list[Person]] = defaultdict(list)
        self._own = own
        self._archived = {i for i, member in members.items() if member.archived}
        gone = {row["id"] for row in t.all("SELECT id FROM members WHERE merged_into IS NOT NULL")}
        for member_id, member in members.items():
            if member_id not in gone and not member.erased:
                for person in member.people:
                    self._add_person(member_id, person)
        for row in t.all("SELECT external_id, member_id FROM external_ids WHERE source = ?", (source,)):
            self.attach(row["member_id"], row["external_id"])

    def __bool__(self) -> bool:
        return bool(self._people)

    def add(self, member_id: int, member: Member, external_id: str) -> None:
        """Remember a member that this file adds (under a negative id) or changes, as it is then."""
        self._people.pop(member_id, None)
        for person in member.people:
            self._add_person(member_id, person)
        if external_id:
            self.attach(member_id, external_id)

    def attach(self, member_id: int, external_id: str) -> None:
        """Remember an id that the other system gives this member."""
        self._by_id[external_id] = member_id
        self._with_id.add(member_id)
        self._ids.add((member_id, external_id))

    def has_id(self, member_id: int) -> bool:
        """Whether an id of this member in the other system is known."""
        return member_id in self._with_id

    def is_taken(self, external_id: str) -> bool:
        """Whether somebody has this id of the other system."""
        return external_id in self._by_id

    def bring_back(self, member_id: int) -> None:
        """An archived member is one of the group again."""
        self._archived.discard(member_id)

    def is_archived(self, member_id: int) -> bool:
        """Whether the member was taken out of the lists."""
        return member_id in self._archived

    def resembling(self, member: Member) -> list[int]:
        """Everybody with an e-mail, a phone or a full name of the imported member, but who is archived."""
        found = dict.fromkeys(self._by_emails(member.people))
        for person in member.people:
            found.update(dict.fromkeys(self._by_phones(person)))
            found.update(dict.fromkeys(self.named(person)))
        return [i for i in found if i not in self._archived]

    def has_address(self, member: Member) -> bool:
        """Whether somebody has an e-mail of the imported member."""
        return bool(self._by_emails(member.people))

    def named(self, person: Person) -> list[int]:
        """Everybody with the person's full name."""
        name = full_name(person)
        return [i for i in self._by_name.get(name, ()) if any(full_name(p) == name for p in self._people[i])]

    def _by_phones(self, person: Person) -> Iterator[int]:
        # Who had the number before this file gave them another one is not found by it any more.
        for number in _phones(person):
            yield from (i for i in self._by_phone.get(number, ()) if any(number in _phones(p) for p in self._people[i]))

    def _add_person(self, member_id: int, person: Person) -> None:
        self._people[member_id].append(person)
        _enter(self._by_email, mail_key(person), member_id)
        _enter(self._by_name, full_name(person), member_id)
        for phone in _phones(person):
            _enter(self._by_phone, phone, member_id)

    def match(self, member: Member, external_id: str) -> Match:
        """Who the imported member is: by external id, then by an e-mail; a phone or a name only makes a candidate.

        Reasons of candidates: "archived" (it is one that was taken out of the lists), "id" (the id belongs to somebody
        else here), "email" (the address is another person's), "account" (the same address under another id), "phone",
        "name" or "phone and name".
        """
        by_id = self._known_by(external_id)
        if by_id is not None:
            if self._has_something_of(by_id, member):
                return self._certain(by_id, member)
            if not self._own:
                return Match(None, (by_id,), "id")
        by_email = self._by_emails(member.people)
        if by_email:
            return self._same_address(by_email, member, external_id)
        return self._perhaps(member, external_id)

    def _known_by(self, external_id: str) -> int | None:
        if not external_id:
            return None
        if self._own and external_id.isascii() and external_id.isdigit() and int(external_id) in self._people:
            return int(external_id)
        return self._by_id.get(external_id)

    def _certain(self, member_id: int, member: Member) -> Match:
        if member_id in self._archived and not member.archived:
            return Match(None, (member_id,), "archived")
        return Match(member_id)

    def _has_something_of(self, member_id: int, member: Member) -> bool:
        known = _Known(self._people[member_id])
        for person in member.people:
            if mail_key(person) in known.keys or known.phones.intersection(_phones(person)):
                return True
            if known.words.intersection(folded_words(person.name)) and not self._own:
                return True
            if self._own and any(sorted(_words(person)) == sorted(_words(p)) for p in self._people[member_id]):
                return True
        return False

    def _by_emails(self, people: Iterable[Person]) -> list[int]:
        found: dict[int, None] = {}
        for key in filter(None, map(mail_key, people)):
            for i in self._by_email.get(key, ()):
                if any(mail_key(p) == key for p in self._people[i]) and not self._is_taken(i):
                    found[i] = None
        return list(found)

    def _same_address(self, ids: list[int], member: Member, external_id: str) -> Match:
        """An address alone may be a couple's: the first name has to be one of the household's too, or missing."""
        named = [i for i in ids if self._fits(i, member)]
        if len(named) != 1:
            return Match(None, tuple(named or ids), "email")
        if external_id and self.has_id(named[0]) and (named[0], external_id) not in self._ids:
            return Match(None, (named[0],), "account")
        return self._certain(named[0], member)

    def _fits(self, member_id: int, member: Member) -> bool:
        known = _Known(self._people[member_id])
        firsts = {_first(p) for p in member.people if mail_key(p) in known.keys}
        return "" in known.firsts | firsts or bool(firsts & known.firsts)

    def _perhaps(self, member: Member, external_id: str) -> Match:
        phones = dict.fromkeys(i for p in member.people for i in self._by_phones(p))
        names = dict.fromkeys(i for p in member.people for i in self.named(p))
        both = [i for i in phones if i in names and not self._is_taken(i)]
        if both:
            return Match(None, tuple(both), "phone and name")
        phones = {i: None for i in phones if not self._is_another(i, member, external_id)}
        names = {i: None for i in names if not (external_id and self.has_id(i))}
        if phones or names:
            return Match(None, (*phones, *names), "phone" if phones else "name")
        return Match()

    def _is_taken(self, member_id: int) -> bool:
        """Whether another row of one of our own files is this member: those tell members apart for certain."""
        return self._own and self.has_id(member_id)

    def _is_another(self, member_id: int, member: Member, external_id: str) -> bool:
        """Whether a household that shares a phone is another: another id, or other first names and other addresses."""
        if external_id and self.has_id(member_id):
            return True
        known = _Known(self._people[member_id])
        keys = {mail_key(p) for p in member.people} - {""}
        firsts = {_first(p) for p in member.people}
        return bool(keys and known.keys) and not firsts & known.firsts


class MergedAway:
    """Members that were merged into others, as they were: what a file says of them was decided about."""

    def __init__(self, t: Transaction, members: Mapping[int, Member]) -> None:
        rows = t.all("SELECT id, merged_into FROM members WHERE merged_into IS NOT NULL AND erased_at IS NULL")
        into = {row["id"]: row["merged_into"] for row in rows}
        self._kept = {gone: _end(into, gone) for gone in into}
        self._by: dict[str, tuple[int, ...]] = {}
        for gone in into:
            for mark in (mark for person in members[gone].people for mark in _marks(person)):
                _enter(self._by, mark, gone)

    def __bool__(self) -> bool:
        return bool(self._kept)

    def like(self, member: Member) -> list[int]:
        """Those that have an e-mail, a phone or a full name of the imported member."""
        return list(dict.fromkeys(i for p in member.people for mark in _marks(p) for i in self._by.get(mark, ())))

    def with_address(self, member: Member) -> list[int]:
        """Those that have an e-mail of the imported member."""
        return list(dict.fromkeys(i for p in member.people for i in self._by.get(mail_key(p), ())))

    def kept(self, gone: Iterable[int]) -> tuple[int, ...]:
        """The members that they are by now."""
        return tuple(dict.fromkeys(self._kept[i] for i in gone))


def _end(into: dict[int, int], member_id: int) -> int:
    while member_id in into:
        member_id = into[member_id]
    return member_id


def _marks(person: Person) -> Iterator[str]:
    return (mark for mark in (mail_key(person), full_name(person), *_phones(person)) if mark)


def _enter(index: dict[str, tuple[int, ...]], key: str, member_id: int) -> None:
    if key:
        there = index.get(key, ())
        if member_id not in there:
            index[key] = (*there, member_id)


def _phones(person: Person) -> Iterator[str]:
    return (number for number in (person.phone_e164, person.mobile_e164) if number)


def _words(person: Person) -> list[str]:
    return folded_words(person.listed)


def _first(person: Person) -> str:
    return folded(person.first_name)


def full_name(person: Person) -> str:
    """First and last name, folded, in the order of the alphabet; empty for who has one of them only.

    Who is known by no more than that one, an association for instance, is found by it among those of whom no more is
    known either.
    """
    if person.first_name and person.last_name:
        return _full_name(person.first_name, person.last_name)
    return "" if mail_key(person) or any(_phones(person)) else f"= {' '.join(_words(person))}"


@lru_cache(maxsize=16)  # asked twice for each row
def _full_name(first_name: str, last_name: str) -> str:
    return " ".join(sorted((*folded_words(first_name), *folded_words(last_name))))
