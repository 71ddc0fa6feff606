"""SMS that wait for people who are merged or erased: once to each, and nothing is left of who is gone."""

from __future__ import annotations

import pytest

from store import Store
from store.deliveries import record_attempt
from store.delivery_queue import NewDelivery, insert_deliveries
from store.erasing import erase
from store.members import Member, Person
from store.merging import merge
from store.refusals import reason_to_hold
from store.sms_gateway import UNCLEAR, set_sms_state

ONE, OTHER = "+33639980011", "+33639980012"


def text(store: Store, member: Member, number: str, message_id: int = 1) -> int:
    """Queue an SMS of a message to the member's first person; returns its id."""
    with store.writing() as t:
        t.execute(
            "INSERT OR IGNORE INTO messages (id, segment, state, created_at, changed_at)"
            " VALUES (?, '{}', 'queued', ?, ?)",
            (message_id, t.stamp, t.stamp),
        )
        token = f"t{member.id}x{message_id}"
        people = ((member.people[0].id or 0, member.id or 0),)
        sms = NewDelivery(
            *("message", message_id, number, number, member.name, 0, f"sms:{token}", token, "", b"Bonjour"),
            people=people,
            channel="sms",
            parts=1,
        )
        insert_deliveries(t, [sms])
        return int(t.value("SELECT max(id) FROM deliveries"))


def states(store: Store) -> list[tuple[str, str, str]]:
    with store.reading() as t:
        return [tuple(row) for row in t.all("SELECT address, state, reason FROM deliveries ORDER BY id")]


def member(store: Store, first: str, mobile: str) -> Member:
    added = store.members.add(Member(people=(Person(first, "Ricaud", mobile=mobile),)))
    return store.members.get(added)


def test_of_two_sms_with_one_message_a_merged_household_gets_one(store: Store) -> None:
    kept, gone = member(store, "Zoé", "06 39 98 00 11"), member(store, "Zoé", "06 39 98 00 12")
    text(store, kept, ONE)
    text(store, gone, OTHER)
    text(store, gone, OTHER, 2)
    merge(store, kept.id or 0, gone.id or 0)
    person = store.members.get(kept.id or 0).people[0]
    assert {person.phone_e164, person.mobile_e164} == {ONE, OTHER}
    assert states(store) == [(ONE, "ready", ""), (OTHER, "held", "merged"), (OTHER, "ready", "")]


@pytest.mark.parametrize(("state", "went"), [("sent", True), ("unknown", True), ("failed", False)])
def test_what_went_to_one_number_is_not_sent_to_the_other(store: Store, state: str, went: bool) -> None:
    kept, gone = member(store, "Zoé", "06 39 98 00 11"), member(store, "Zoé", "06 39 98 00 12")
    text(store, kept, ONE)
    delivery_id = text(store, gone, OTHER)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = ? WHERE id = ?", (state, delivery_id))
    merge(store, kept.id or 0, gone.id or 0)
    assert states(store)[0] == ((ONE, "held", "merged") if went else (ONE, "ready", ""))


def test_one_to_a_number_that_is_not_kept_goes_only_where_no_other_does(store: Store) -> None:
    numbers = (Person("Zoé", "Ricaud", phone="01 39 98 00 33", mobile="06 39 98 00 11"),)
    kept = store.members.get(store.members.add(Member(people=numbers)))
    gone = member(store, "Zoé", "06 39 98 00 12")
    text(store, kept, ONE)
    text(store, gone, OTHER)
    only = text(store, gone, OTHER, 2)
    merge(store, kept.id or 0, gone.id or 0)
    assert states(store) == [(ONE, "ready", ""), (OTHER, "held", "merged"), (OTHER, "ready", "released")]
    with store.reading() as t:
        assert reason_to_hold(t, only) is None


def test_two_at_one_number_stay_as_they_are(store: Store) -> None:
    kept, gone = member(store, "Zoé", "06 39 98 00 11"), member(store, "Luc", "06 39 98 00 12")
    text(store, kept, ONE)
    text(store, gone, OTHER)
    merge(store, kept.id or 0, gone.id or 0)
    assert states(store) == [(ONE, "ready", ""), (OTHER, "ready", "")]


def test_nothing_is_left_of_who_is_erased(store: Store) -> None:
    one = member(store, "Zoé", "06 39 98 00 11")
    delivery_id = text(store, one, ONE)
    waits = text(store, one, ONE, 2)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'unknown', answer = 'to 0639980011' WHERE id = ?", (delivery_id,))
        record_attempt(t, delivery_id, UNCLEAR, 500, "to 0639980011")
        set_sms_state(t, "paused", "doubts", "no answer for +33639980011")
    assert erase(store, one.id or 0).held == 1
    assert store.sms.get().answer == ""
    with store.reading() as t:
        rows = t.all("SELECT id, address, name, state, mime, answer FROM deliveries")
        assert t.value("SELECT count(*) FROM attempts WHERE answer <> ''") == 0
    assert [tuple(row) for row in rows] == [
        (delivery_id, "", "", "unknown", b"", ""),
        (waits, "", "", "held", b"", ""),
    ]
    for path in store.path.parent.glob(f"{store.path.name}*"):
        assert b"9980011" not in path.read_bytes(), path.name


def test_who_has_the_same_number_keeps_it_in_the_ledger(store: Store) -> None:
    one, other = member(store, "Zoé", "06 39 98 00 11"), member(store, "Luc", "06 39 98 00 11")
    delivery_id = text(store, one, ONE)
    with store.writing() as t:
        t.insert("delivery_people", delivery_id=delivery_id, person_id=other.people[0].id or 0, member_id=other.id or 0)
    erase(store, one.id or 0)
    assert states(store) == [(ONE, "held", "erased")]
