"""The example group's households, drawn by chance: the same for the same seed and date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from store.folding import fold
from store.people import EmailState, Member, Person
from tui.demo import names

COUNT = 240

NEW_DAYS = 90
"""Households that joined later than so many days ago are new: many of them have not ordered yet."""

SHARED_ADDRESS = "famille.praud@exemple.fr"
"""The address at which two households of the example read their mail."""


def households(random: Random, today: date) -> list[Member]:
    """The households in the order in which they joined; every phone number and address is from a range for fiction."""
    draw = _Draw(random, today)
    named = draw.well_known()
    others = [draw.household() for _ in range(COUNT - len(named))]
    everyone = draw.tagged([*named, *others])
    return sorted(everyone, key=lambda member: (member.joined_on or today, member.name))


class _Draw:
    """Draws people who all have names and numbers of their own."""

    def __init__(self, random: Random, today: date) -> None:
        self._random = random
        self._today = today
        self._taken: set[str] = set()
        # 06 39 98 and 02 61 91 are kept free for fiction by Arcep, the French regulator (decision 2018-0881).
        self._mobiles = self._numbers("06 39 98")
        self._landlines = self._numbers("02 61 91")

    def _numbers(self, start: str) -> Iterator[str]:
        # The numbers under 20 00 are left to the people whom this file and the tests name.
        for number in self._random.sample(range(2000, 10000), 2 * COUNT):
            yield f"{start} {number // 100:02} {number % 100:02}"

    def well_known(self) -> list[Member]:
        """The households that the guide, the tour and the operators speak of."""
        years = [self._today - timedelta(days=days) for days in (2900, 1500, 1300, 1200, 1100, 1000, 900, 800, 700)]
        none, unknown = EmailState.NONE, EmailState.UNKNOWN
        marie = _person("Marie", "Tessier", "marie@exemple.fr", mobile="06 39 98 01 01")
        paul = _person("Paul", "Cadiou", "paul@exemple.fr", mobile="06 39 98 01 02")
        daniel = _person("Daniel", "Fresneau", "fromages@exemple.fr", phone="02 61 91 10 14")
        odette = _person("Odette", "Maréchal", "", none, phone="02 61 91 22 33")
        yves = _person("Yves", "Le Bihan", "", unknown, mobile="06 39 98 03 04")
        aicha = _person("Aïcha", "Benali", "aicha@exemple.fr", mobile="06 39 98 05 06")
        other_paul = _person("Paul", "Dupont-Moretti", "paul.dm@exemple.fr", mobile="06 39 98 05 07")
        helene = _person("Hélène", "Guérin", "helene.guerin@exemple.fr", phone="02 61 91 08 09")
        francois = _person("François", "Guérin", "francois.guerin@exemple.fr", mobile="06 39 98 08 10")
        colette = _person("Colette", "Praud", SHARED_ADDRESS, phone="02 61 91 11 12")
        denis = _person("Denis", "Praud", SHARED_ADDRESS, phone="02 61 91 11 13")
        people = ((odette,), (marie,), (paul,), (daniel,), (yves,), (aicha, other_paul), (helene, francois))
        alone = ((colette,), (denis,))
        self._taken.update(_key(person) for couple in (*people, *alone) for person in couple)
        return [
            self._living(couple, joined, vip=couple[0] is odette)
            for couple, joined in zip((*people, *alone), years, strict=True)
        ]

    def household(self) -> Member:
        """One more household: a person, or two with the same name or each their own."""
        random = self._random
        italian = random.random() < 0.24
        first = self._somebody(italian)
        people: tuple[Person, ...] = (first,)
        if random.random() < 0.28:
            shared = first.last_name if random.random() < 0.55 else None
            people = (first, self._somebody(italian if shared else random.random() < 0.24, shared))
        kind = random.random()
        if kind < 0.095:
            state = EmailState.NONE if random.random() < 0.6 else EmailState.UNKNOWN
            people = tuple(_with(person, "", state) for person in people)
        elif kind < 0.112:
            made_up = f"pas-de-mail-{_letters(first.last_name)}@example.org"
            people = tuple(_with(person, made_up, EmailState.PLACEHOLDER) for person in people)
        elif len(people) == 2 and random.random() < 0.3:
            people = (people[0], _with(people[1], "", EmailState.UNKNOWN))
        newcomer = random.random() < 0.09
        days = random.randint(5, NEW_DAYS - 5) if newcomer else int(random.triangular(NEW_DAYS, 2400, 150))
        joined = self._today - timedelta(days=days)
        language = "it" if italian and random.random() < 0.4 else ""
        return self._living(people, joined, vip=random.random() < 0.06, language=language)

    def _somebody(self, italian: bool, last_name: str | None = None) -> Person:
        random = self._random
        first_names = names.FIRST_NAMES_IT if italian else names.FIRST_NAMES_FR
        last_names = names.LAST_NAMES_IT if italian else names.LAST_NAMES_FR
        while True:
            person = Person(random.choice(first_names), last_name or random.choice(last_names))
            if _key(person) not in self._taken:
                break
        self._taken.add(_key(person))
        host = random.choices(("exemple.fr", "esempio.it", "example.org"), (2, 8, 1) if italian else (12, 0, 1))[0]
        address = f"{_letters(person.first_name)}.{_letters(person.last_name)}@{host}"
        mobile = next(self._mobiles) if random.random() < 0.72 else ""
        phone = next(self._landlines) if not mobile or random.random() < 0.25 else ""
        return _person(person.first_name, person.last_name, address, phone=phone, mobile=mobile)

    def _living(self, people: tuple[Person, ...], joined: date, *, vip: bool = False, language: str = "") -> Member:
        random = self._random
        code, town, _ = random.choices(names.PLACES, [parts for *_, parts in names.PLACES])[0]
        street = f"{random.randint(1, 98)} {random.choice(names.STREETS)}"
        note = random.choice(names.NOTES) if random.random() < 0.06 else ""
        return Member(
            people,
            address1=street,
            postal_code=code,
            city=town,
            country="FR",
            language=language,
            joined_on=joined,
            vip=vip,
            notes=note,
        )

    def tagged(self, everyone: list[Member]) -> list[Member]:
        """The same households with the group's tags on some of them."""
        tags: dict[int, list[str]] = {index: [] for index in range(len(everyone))}
        for tag, count in names.TAGS:
            for index in self._random.sample(range(len(everyone)), count):
                tags[index].append(tag)
        return [replace(member, tags=tuple(sorted(tags[index]))) for index, member in enumerate(everyone)]


def _person(
    first_name: str,
    last_name: str,
    email: str,
    state: EmailState = EmailState.HAS,
    *,
    phone: str = "",
    mobile: str = "",
) -> Person:
    return Person(first_name, last_name, email=email, email_state=state, phone=phone, mobile=mobile)


def _with(person: Person, email: str, state: EmailState) -> Person:
    return replace(person, email=email, email_state=state)


def _key(person: Person) -> str:
    return fold(f"{person.first_name} {person.last_name}")


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]+", "-", fold(name)).strip("-")
