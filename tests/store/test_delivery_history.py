"""Who got it, and when: the story of one mail, of a member's mails, and all of it as rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from store import Store
from store.came_back_records import Kind
from store.clock import stamp
from store.deliveries import record_attempt
from store.delivery_lists import listed_mails
from store.erasing import erase
from store.errors import NotAllowed, NotFound
from store.exchange.attempts_export import export_attempts
from tests.store.conftest import Hands
from tests.store.posted import FRANCOIS, ODETTE, household, note, post


def test_the_story_of_a_mail(store: Store, hands: Hands) -> None:
    couple = household(store, ODETTE, ODETTE)
    (mail,) = post(store, couple, title="Cheese")
    dot = stamp(hands.at)
    with store.writing() as t:
        record_attempt(t, mail, "answer", 250, "2.0.0 queued")
    hands.at += timedelta(days=1)
    note(store, Kind.HARD, mail, said="no such user")
    story = store.deliveries.story(mail)
    assert (story.message, story.people, story.row.state) == (
        "Cheese",
        ("Odette Maréchal", "François Petit"),
        "bounced",
    )
    assert [(a.phase, a.code, a.answer) for a in story.attempts] == [
        ("dot", None, ""), ("answer", 250, "2.0.0 queued"), ("bounce", None, "no such user")
    ]  # fmt: skip
    assert [one.kind for one in story.came_back] == [Kind.HARD]
    (mine,) = listed_mails(store, member_id=couple.id).mails
    assert (mine.title, mine.delivery, story.queued_at) == ("Cheese", story.row, dot)


def test_a_members_mails_are_those_of_its_people_the_newest_first(store: Store, hands: Hands) -> None:
    odette, francois = household(store, ODETTE), household(store, FRANCOIS)
    post(store, odette, francois, title="First")
    hands.at += timedelta(days=1)
    post(store, odette, title="Second", state="ready")
    assert [one.title for one in listed_mails(store, member_id=odette.id).mails] == ["Second", "First"]
    assert [one.delivery.address for one in listed_mails(store, member_id=francois.id).mails] == [FRANCOIS]


def _exported(store: Store, **which: int | None) -> list[dict[str, Any]]:
    return list(json.loads(export_attempts(store, "json", **which).content))


def test_the_rows_to_export(store: Store) -> None:
    odette, francois = household(store, ODETTE), household(store, FRANCOIS)
    sent = post(store, odette, francois, title="First")
    post(store, odette, title="Second", state="ready")
    message_id = store.deliveries.story(sent[0]).row.message_id
    note(store, Kind.SOFT, sent[1], said="over quota")
    rows = _exported(store, message_id=message_id)
    assert [(row["address"], row["state"], row["step"], row["answer"]) for row in rows] == [
        (ODETTE, "sent", "dot", ""), (FRANCOIS, "bounced", "dot", ""), (FRANCOIS, "bounced", "bounce", "over quota")
    ]  # fmt: skip
    mine = [(row["message"], row["step"], row["when"] == "") for row in _exported(store, member_id=odette.id)]
    assert mine == [("First", "dot", False), ("Second", "", True)]
    assert len(_exported(store)) == 4
    erase(store, odette.id or 0)
    everything = _exported(store)
    assert {row["name"] for row in everything if not row["address"]} == {"erased member"}
    assert ODETTE not in repr(everything)


def test_several_mails_are_decided_about_at_once(store: Store) -> None:
    mails = post(store, *(household(store, f"p{n}@exemple.fr") for n in range(4)), state="failed")
    with store.writing() as t:
        t.execute("UPDATE deliveries SET reason = iif(id = ?, 'gave_up', 'refused')", (mails[3],))
    assert store.deliveries.retry(mails[:2]) == 2
    assert store.deliveries.retry("all", reason="gave_up") == 1
    assert store.deliveries.counts().failed == 1
    assert store.deliveries.hold(mails) == 3, "what is not waiting is left out"
    with store.writing() as t:
        t.execute("UPDATE deliveries SET reason = 'too_late' WHERE id = ?", (mails[0],))
    assert store.deliveries.release("all", reason="too_late") == 1
    assert store.deliveries.release(set(mails)) == 2
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'unknown' WHERE id IN (?, ?)", mails[:2])
    assert [one.id for one in store.deliveries.unknown()] == [one.id for one in store.deliveries.doubts()]
    assert store.deliveries.resolve(mails, "sent") == 2
    assert store.deliveries.retry([]) == 0
    with pytest.raises(NotFound):
        store.deliveries.retry(mails[0])


def test_who_sees_no_messages_is_told_nothing(store: Store, act_as: Callable[[str], Store]) -> None:
    odette = household(store, ODETTE)
    (mail,) = post(store, odette, state="unknown")
    store.operators.add("paul", "Paul", "phone_desk")
    paul = act_as("paul")
    for wrong in (
        lambda: paul.deliveries.story(mail),
        lambda: listed_mails(paul, member_id=odette.id),
        lambda: export_attempts(paul, "csv"),
        paul.deliveries.unknown,
    ):
        with pytest.raises(NotAllowed):
            wrong()
    assert [one.id for one in paul.deliveries.doubts()] == [mail], "who sends looks up what is in doubt"
