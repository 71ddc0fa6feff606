"""Who gets a service message although they refused such mails."""

from __future__ import annotations

from store import Store
from store.people import Member, Person
from store.segments import EVERYONE, parse
from tests.store.test_messages_calls import member
from tests.store.twins import person


def test_who_refused_and_gets_it_all_the_same_is_counted(store: Store):
    ids = {name: member(store, name) for name in ("Wants", "Phoned", "Stopped", "Other", "Left")}
    for name, kind, source in (
        ("Phoned", "targeted", "phone"),
        ("Stopped", "targeted", "STOP"),
        ("Other", "pickup", "phone"),
        ("Left", "targeted", "phone"),
    ):
        store.members.set_preference(person(store, ids[name]), "email", kind, False, source)
    store.members.archive(ids["Left"])
    assert store.segments.in_spite(EVERYONE) == 1
    assert store.segments.in_spite(EVERYONE, "pickup") == 1
    sms = ("sms",)
    assert store.segments.in_spite(EVERYONE, channels=sms) == 0, "by SMS nobody refused anything"
    stopped = person(store, store.members.add(Member(people=(Person("Texted", mobile="06 39 98 00 07"),))))
    store.members.set_preference(stopped, "sms", "targeted", False, "STOP")
    texted = person(
        store, store.members.add(Member(people=(Person("Both", "", "b@exemple.fr", mobile="06 39 98 00 08"),)))
    )
    store.members.set_preference(texted, "sms", "targeted", False, "phone")
    assert store.segments.in_spite(EVERYONE, channels=sms) == 1
    assert store.segments.in_spite(EVERYONE, channels=("email", "sms")) == 1, "this one gets a mail instead"
    assert store.segments.in_spite(EVERYONE, channels=("csv",)) == 1, "who refused the mails"
    assert store.segments.in_spite(parse(f"everyone - member({ids['Phoned']})")) == 0
