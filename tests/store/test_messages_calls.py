"""The call list of a message: who is on it, and what came of each call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from store import Store
from store.errors import Invalid, NotAllowed, NotFound
from store.members import Member, Person
from tests.offering import Offering
from tests.store.twins import person, send, set_state


def member(store: Store, name: str, phone: str = "", mobile: str = "") -> int:
    email = f"{name.lower()}@exemple.fr"
    return store.members.add(Member((Person(name, "Roux", email, phone=phone, mobile=mobile),)))


def test_whoever_no_mail_reached_is_called(store: Store, group: Offering):
    names = ("Called", "Sent", "Failed", "Bounced", "Late", "Held", "Refused", "Twice", "Left")
    ids = {name: member(store, name) for name in names}
    phoned = store.members.add(Member((Person("Zoé", "Aubin", phone="02 40 11 22 33", mobile="06 39 98 00 12"),)))
    reach = dict.fromkeys(ids.values(), "email")
    reach |= {ids["Refused"]: "opted_out", ids["Left"]: "unreachable", phoned: "unreachable"}
    by_mail = ("Sent", "Failed", "Bounced", "Late", "Held", "Twice")
    mails = [(f"{name}@exemple.fr", 0, [(person(store, ids[name]), ids[name])]) for name in by_mail]
    mails.append(("second@exemple.fr", 0, [(person(store, ids["Twice"]), ids["Twice"])]))
    message_id, deliveries = send(store, reach, mails)
    for delivery_id, state in zip(
        deliveries, ("sent", "failed", "bounced", "held", "held", "failed", "sent"), strict=True
    ):
        set_state(store, delivery_id, state)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET reason = 'too_late' WHERE id = ?", (deliveries[3],))
        t.execute("UPDATE deliveries SET reason = 'opted_out' WHERE id = ?", (deliveries[4],))
    store.members.archive(ids["Left"], True)
    found = store.messages.calls(message_id)
    assert [call.name for call in found] == ["Aubin Zoé", "Roux Bounced", "Roux Failed", "Roux Late"]
    assert (found[0].phone, found[0].mobile) == ("02 40 11 22 33", "06 39 98 00 12")
    assert {(call.state, call.at, call.by, call.ordered_since) for call in found} == {(None, None, "", False)}
    with pytest.raises(NotFound):
        store.messages.mark_call(message_id, ids["Left"], "called")


def test_what_came_of_a_call_is_kept_and_can_be_taken_back(store: Store, hands):
    listed, reached = member(store, "Anne"), member(store, "Yves")
    message_id, _mails = send(store, {listed: "unreachable", reached: "email"}, [])
    hands.at += timedelta(hours=1)
    for state in ("not_reached", "called", "ordered"):
        store.messages.mark_call(message_id, listed, state)
        (call,) = store.messages.calls(message_id)
        assert (call.state, call.at, call.by) == (state, hands.at, "Marie")
    store.messages.mark_call(message_id, listed, None)
    assert store.messages.calls(message_id)[0].state is None
    for who, state, error in ((listed, "nothing", Invalid), (reached, "called", NotFound), (99, "called", NotFound)):
        with pytest.raises(error):
            store.messages.mark_call(message_id, who, state)
    with pytest.raises(NotFound):
        store.messages.mark_call(99, listed, "called")
    assert store.messages.calls(store.messages.duplicate(message_id)) == ()


def test_an_order_since_is_one_of_the_distribution_that_the_message_spoke_of(store: Store, group: Offering, hands):
    before, since, other = (member(store, name) for name in ("Before", "Since", "Other"))
    eggs = group.products["eggs"]
    store.orders.record(before, group.next, [(eggs, 1000)])
    hands.at += timedelta(minutes=1)
    message_id, _mails = send(store, {before: "unreachable", since: "unreachable", other: "unreachable"}, [])
    hands.at += timedelta(minutes=1)
    store.orders.record(since, group.next, [(eggs, 1000)])
    store.orders.record(other, group.past, [(eggs, 1000)])
    # The message spoke of the distribution that was next when it went out, also when that one is over.
    hands.at += timedelta(days=30)
    ordered = {call.name: call.ordered_since for call in store.messages.calls(message_id)}
    assert ordered == {"Roux Before": False, "Roux Since": True, "Roux Other": False}


def test_who_takes_phone_orders_can_tick_off_calls(store: Store, act_as: Callable[[str], Store], group: Offering):
    listed = member(store, "Anne")
    message_id, _mails = send(store, {listed: "unreachable"}, [])
    store.operators.add("desk", "Desk", "phone_desk")
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[group.catalogues["poultry"]])
    act_as("desk").messages.mark_call(message_id, listed, "called")
    assert act_as("desk").messages.calls(message_id)[0].by == "Desk"
    producer = act_as("rigaud").messages
    for forbidden in (
        lambda: producer.calls(message_id),
        lambda: producer.mark_call(message_id, listed, None),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_calls_are_spoken_of_for_two_weeks_until_they_are_done_or_the_message_is_put_away(store: Store, hands):
    first, second, gone = member(store, "Anne"), member(store, "Yves"), member(store, "Left")
    both, _mails = send(store, {first: "unreachable", second: "unreachable"}, [])
    mail = [("yves@exemple.fr", 0, [(person(store, second), second)])]
    bounced, (delivery_id,) = send(store, {second: "email"}, mail)
    send(store, {gone: "unreachable"}, [])
    store.members.archive(gone, True)

    def listed() -> list[tuple[int, int]]:
        return [(found.message_id, found.left) for found in store.messages.to_call()]

    assert listed() == [(both, 2)]
    set_state(store, delivery_id, "bounced")
    assert listed() == [(bounced, 1), (both, 2)]
    store.messages.mark_call(bounced, second, "called")
    store.messages.mark_call(both, first, "ordered")
    store.messages.mark_call(both, second, "not_reached")
    assert listed() == [(both, 1)], "nobody answered: again"
    hands.at += timedelta(days=14)
    assert listed() == [(both, 1)]
    hands.at += timedelta(minutes=1)
    assert listed() == []
    hands.at -= timedelta(days=1)
    store.messages.archive(both)
    assert listed() == []


def test_of_a_message_that_was_cancelled_before_anything_went_nobody_is_to_be_called(store: Store):
    listed, reached = member(store, "Anne"), member(store, "Yves")
    message_id, deliveries = send(
        store, {listed: "unreachable", reached: "email"}, [("yves@exemple.fr", 0, [(person(store, reached), reached)])]
    )
    assert [one.message_id for one in store.messages.to_call()] == [message_id]
    set_state(store, deliveries[0], "ready")
    store.messages.cancel(message_id)
    assert store.messages.to_call() == ()
    assert [call.member_id for call in store.messages.calls(message_id)] == [listed], "who asks for it still sees it"
    set_state(store, deliveries[0], "sent")
    assert [one.message_id for one in store.messages.to_call()] == [message_id]
