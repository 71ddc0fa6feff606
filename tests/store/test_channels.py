"""By which of a message's channels each member hears of it: the file against a plain reading of the definition."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from random import Random

import pytest

from store import Store
from store.addresses import email_key
from store.channels import CHANNELS
from store.members import EmailState, Member, Person
from store.preferences import EVERYTHING, KEPT, STOP, suppress
from store.reach import recipients
from store.segments import EVERYONE, Reach
from tests.store.test_preferences import add

KIND = "targeted"


def everybody(store: Store, rng: Random, how_many: int = 40) -> None:
    """Members of every sort; some share a mobile, and some of what they refuse was said with STOP."""
    for number in range(how_many):
        mobile = f"06 39 98 {rng.randrange(12):02} 10"
        people = [
            Person(
                f"P{number}",
                f"Q{place}",
                f"p{number}.{place}@exemple.fr" if rng.random() < 0.6 else "",
                rng.choice([EmailState.HAS, EmailState.HAS, EmailState.BOUNCED]),
                phone=rng.choice(["", "01 99 00 12 34", mobile]),
                mobile=rng.choice(["", "", mobile, "later"]),
            )
            for place in range(rng.choice([1, 1, 2]))
        ]
        street, city = rng.choice([("", ""), ("3 rue des Lilas", "Dijon"), ("Ferme", ""), ("", "Dijon")])
        member_id = store.members.add(Member(people=tuple(people), address1=street, city=city))
        for person in store.members.get(member_id).people:
            for channel in ("email", "sms"):
                if rng.random() < 0.35:
                    kind = rng.choice([KIND, KIND, "pickup"])
                    store.members.set_preference(person.id or 0, channel, kind, False, rng.choice(["phone", "STOP"]))
    with store.writing() as t:
        for key in (rng.choice([email_key(f"p{n}.0@exemple.fr"), f"+3363998{n:02}10"]) for n in range(8)):
            suppress(t, key, rng.choice([KIND, EVERYTHING, "pickup"]), rng.choice([STOP, KEPT]))


def number_of(person: Person) -> str:
    if person.mobile:
        return person.mobile_e164
    return person.phone_e164 if person.has_mobile else ""


def takes(store: Store, person: Person, channel: str, *, service: bool) -> bool:
    """Read what is told of a person, as an operator does."""
    found = next(p for p in store.members.all_preferences(person.id or 0) if (p.channel, p.kind) == (channel, KIND))
    return found.allowed or (service and not found.stopped)


def expected(store: Store, member: Member, channels: Sequence[str], *, service: bool) -> tuple[str, frozenset[str]]:
    """The channel, and the addresses or numbers, by the words of the definition."""
    usable = [p for p in member.people if p.email_state is EmailState.HAS and p.email]
    mails = [p.email for p in usable if takes(store, p, "email", service=service)]
    texted = [p for p in member.people if number_of(p)]
    numbers = [number_of(p) for p in texted if takes(store, p, "sms", service=service)]
    if "email" in channels and usable:
        return ("email", frozenset(mails)) if mails else ("", frozenset())
    if "sms" in channels and numbers:
        return "sms", frozenset(numbers)
    if usable and not mails:
        return "", frozenset()
    if channels == ("sms",) and texted:
        return "", frozenset()
    if "letter" in channels and member.address1 and member.city:
        return "letter", frozenset()
    return ("csv" if "csv" in channels else "call"), frozenset()


@pytest.mark.parametrize("seed", range(3))
def test_every_member_hears_by_the_first_channel_that_reaches_them(store: Store, seed: int):
    everybody(store, Random(seed))
    ids = [row.id for row in store.members.search("", limit=200).rows]
    members = {member_id: store.members.get(member_id) for member_id in ids}
    for service in (False, True):
        for some in (some for size in range(1, 5) for some in combinations(CHANNELS, size)):
            with store.reading() as t:
                found = recipients(t, EVERYONE, KIND, service=service, channels=some)
            told: dict[int, tuple[str, set[str]]] = {}
            for one in found:
                told.setdefault(one.member_id, (one.channel, set()))[1].update({one.address or one.number} - {""})
            wanted = {i: expected(store, member, some, service=service) for i, member in members.items()}
            assert told == wanted, (some, service)
            counts = store.segments.count(EVERYONE, KIND, service=service, channels=some)
            ways = [channel for channel, _where in wanted.values()]
            by_sms = [where for channel, where in wanted.values() if channel == "sms"]
            assert (counts.sms, counts.texted) == (len(frozenset().union(*by_sms)), len(by_sms))
            assert [counts.email, counts.letters, counts.csv, counts.calls, counts.opted_out] == [
                ways.count(way) for way in ("email", "letter", "csv", "call", "")
            ]
            assert counts.unreachable == counts.texted + counts.letters + counts.csv + counts.calls
            pages = store.segments.people(EVERYONE, KIND, service=service, channels=some, limit=-1)
            written = {i: way for i, (way, _where) in wanted.items() if way in CHANNELS}
            if some != ("email",):
                assert {one.member_id: one.channel for one in pages.written} == written
            for page, way in ((pages.reached, "email"), (pages.unreachable, "call"), (pages.opted_out, "")):
                assert {one.member_id for one in page} == {i for i, (found, _where) in wanted.items() if found == way}


def test_with_a_gateway_for_those_who_said_yes_nobody_else_is_texted(store: Store):
    said_yes, silent, refused = (add(store, "", mobile=f"06 39 98 00 0{n}") for n in range(1, 4))
    for person, allowed in ((said_yes, True), (refused, False)):
        store.members.set_preference(person.id or 0, "sms", KIND, allowed, "by phone")
    store.sms.set(only_allowed=True)
    counts = store.segments.count(EVERYONE, channels=("sms",))
    assert (counts.sms, counts.calls, counts.opted_out) == (1, 1, 1)
    asked = {
        p.kind: (p.allowed, bool(p.since)) for p in store.members.all_preferences(silent.id or 0) if p.channel == "sms"
    }
    assert asked[KIND] == (False, False)
    page = store.segments.people(EVERYONE, channels=("sms",))
    assert [one.numbers for one in page.written] == [("06 39 98 00 01",)]
    assert [one.refused.channel for one in page.opted_out if one.refused] == ["sms"]


def test_why_somebody_gets_a_letter(store: Store):
    posted = store.members.add(Member(people=(Person("Odette", "Maréchal"),), address1="3 rue des Lilas", city="Dijon"))
    fate = store.segments.fate(EVERYONE, posted, channels=("email", "sms", "letter"))
    assert (fate.reach, fate.channel) == (Reach.UNREACHABLE, "letter")
    assert store.segments.fate(EVERYONE, posted).channel == "call"
