"""Who gets a service message although they refused such mails."""

from __future__ import annotations

from store import Store
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
    assert store.segments.in_spite(parse(f"everyone - member({ids['Phoned']})")) == 0
