"""Which member an order in a file belongs to: by id, e-mail, phone, or the name of the one or two people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from store.addresses import email_key
from store.errors import Invalid
from store.exchange.match import SHOWN, Match
from store.exchange.members.names import in_capitals, parted, whole_names
from store.exchange.orders.reading import IncomingLine
from store.folding import folded, folded_words
from store.people import Person, household_name
from store.phones import digits, parse
from store.rights import Right
from store.transaction import Transaction

_Name = tuple[str, ...]


@dataclass(slots=True)
class _Household:
    people: list[Person] = field(default_factory=list)
    archived: bool = False

    @property
    def words(self) -> set[str]:
        return {word for person in self.people for word in folded_words(person.name)}


class OrderMembers:
    """Every member of the group by what files of orders call them.

    `sources` are the systems whose ids the file may have; "" are our own. Who sees names and phones only finds nobody
    by e-mail.
    """

    def __init__(self, t: Transaction, sources: tuple[str, ...], country: str) -> None:
        self._country = country
        self._by_email: dict[str, set[int]] = defaultdict(set)
        self._by_phone: dict[str, set[int]] = defaultdict(set)
        self._by_id: dict[str, set[int]] = defaultdict(set)
        self._households: dict[int, _Household] = {}
        self._read(t)
        for source in sources:
            if not source:
                self._by_id.update({str(i): {i} for i in self._households})
            for row in t.all("SELECT external_id, member_id FROM external_ids WHERE source = ?", (source,)):
                if row["member_id"] in self._households:
                    self._by_id[row["external_id"]].add(row["member_id"])

    def _read(self, t: Transaction) -> None:
        with_email = any(t.actor.may(right) for right in (Right.MEMBERS, Right.ORDERS, Right.MESSAGES_SEE))
        rows = t.all(
            """SELECT p.member_id, p.first_name, p.last_name, p.email_key, p.phone_e164, p.mobile_e164,
                m.archived_at IS NOT NULL AS archived
            FROM people p JOIN members m ON m.id = p.member_id
            WHERE m.merged_into IS NULL AND m.erased_at IS NULL ORDER BY p.member_id, p.position"""
        )
        for row in rows:
            household = self._households.setdefault(row["member_id"], _Household(archived=bool(row["archived"])))
            household.people.append(Person(row["first_name"], row["last_name"]))
            if row["email_key"] and with_email:
                self._by_email[row["email_key"]].add(row["member_id"])
            for phone in {row["phone_e164"], row["mobile_e164"]} - {""}:
                self._by_phone[phone].add(row["member_id"])

    @cached_property
    def _by_person(self) -> dict[_Name, set[int]]:
        found: dict[_Name, set[int]] = defaultdict(set)
        for member_id, household in self._households.items():
            for person in household.people:
                found[_words(person.name)].add(member_id)
        return found

    @cached_property
    def _by_household(self) -> dict[tuple[_Name, ...], set[int]]:
        """By the names of all people, in either order, of whom the second may have no last name."""
        found: dict[tuple[_Name, ...], set[int]] = defaultdict(set)
        for member_id, household in self._households.items():
            people = household.people
            if len(people) == 1:
                found[(_words(people[0].name),)].add(member_id)
            for one, other in (people, people[::-1]) if len(people) == 2 else ():
                for second in (other.first_name, other.name):
                    found[_words(one.name), _words(second)].add(member_id)
        return found

    def name(self, member_id: int) -> str:
        """The household's name as in a list."""
        return household_name(tuple(self._households[member_id].people))

    def knows(self, member_id: int) -> bool:
        """Whether there is such a member."""
        return member_id in self._households

    def find(self, line: IncomingLine) -> Match:
        """The member that a line names. An id, an address or a phone that says another name is only a candidate."""
        found: dict[int, None] = {}
        for reason, ids in (("id", self._by_id.get(line.member_id, set())), ("phone", self._phone(line.phone))):
            fitting = [i for i in sorted(ids) if self._fits(i, line)]
            if reason == "phone":
                emails = self.with_address(line.email)
                if len(emails) == 1:
                    return self._certain(emails.pop())
                found.update(dict.fromkeys(sorted(emails)))
            if len(fitting) == 1:
                return self._certain(fitting[0])
            found.update(dict.fromkeys(fitting or sorted(ids)))
        if found and not line.member:
            return Match(None, tuple(found)[:SHOWN], "several" if len(found) > 1 else "unsure")
        named = self._named(line.member)
        if len(named) == 1 and set(found) <= named:
            return self._certain(named.pop())
        both = (*found, *(i for i in sorted(named) if i not in found))
        if both:
            return Match(None, both[:SHOWN], "several" if len(both) > 1 else "unsure")
        return Match(None, self._alike(line.member))

    def _certain(self, member_id: int) -> Match:
        if self._households[member_id].archived:
            return Match(None, (member_id,), "archived")
        return Match(member_id)

    def _fits(self, member_id: int, line: IncomingLine) -> bool:
        return not line.member or bool(self._households[member_id].words.intersection(folded_words(line.member)))

    def with_address(self, text: str) -> set[int]:
        """The members who have an address; nobody has what is none."""
        try:
            return set(self._by_email.get(email_key(text), ())) if text else set()
        except Invalid:
            return set()

    def fitting(self, ids: Iterable[int], name: str) -> list[int]:
        """Those among some members in whose names a word of this one stands."""
        words = folded_words(name)
        return [i for i in ids if self._households[i].words.intersection(words)]

    def _phone(self, text: str) -> set[int]:
        return self._by_phone.get(parse(text, self._country).e164, set()) if text else set()

    def _named(self, text: str) -> set[int]:
        """The households of this name; of a couple both people count, of whom the second may have no last name."""
        if not folded_words(text):
            return set()
        parts = tuple(_words(part) for part in parted(text))
        if len(parts) == 2 and (couple := self._by_household.get(parts)):
            return set(couple)
        found = set(self._by_person.get(_words(text), ()))
        for part in parts:
            if len(part) > 1:
                found |= self._by_person.get(part, set())
        return found or set(self._by_household.get(parts, ()))

    def _alike(self, text: str) -> tuple[int, ...]:
        """Members in whose name most of the words stand, for a person to choose from."""
        shared = Counter(i for word in set(folded_words(text)) if len(word) > 1 for i in self._by_word.get(word, ()))
        best = sorted(shared, key=lambda i: (-shared[i], i))
        return tuple(i for i in best if not self._households[i].archived)[:SHOWN]

    @cached_property
    def _by_word(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for member_id, household in self._households.items():
            for word in household.words:
                found[word].append(member_id)
        return found


def member_key(line: IncomingLine) -> str:
    """What the file calls the member of a line, for questions and remembered answers.

    An address or a phone is part of it where there is no id: two of one name are two.
    """
    named = folded(line.member)
    reached = "" if line.member_id else line.email.lower() or digits(line.phone)
    return " ".join(part for part in (line.member_id, named, reached) if part)


def people_of(line: IncomingLine) -> tuple[Person, ...]:
    """The one or two people that a line names, the first with the line's e-mail and phone.

    A last name in capitals, as Cagette writes it, is written as names are; who has one name only has it as the last.
    """
    names = [(first if last else "", last or first) for first, last in whole_names(line.member, last_first=False)]
    people = [Person(first, last.title() if in_capitals(last) else last) for first, last in names]
    return (replace(people[0], email=line.email, phone=line.phone), *people[1:])


def _words(text: str) -> _Name:
    return tuple(sorted(folded_words(text)))
