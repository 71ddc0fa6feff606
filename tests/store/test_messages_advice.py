"""What a writer is told about the people of a segment: mails they got or get, and the same words to others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mail.automatic import queue_automatic
from store import Store
from store.members import Member, Person
from store.message_advice import advice_facts
from store.message_freezing import mark_queued
from store.message_records import Message
from store.segments import EVERYONE, parse
from store.workflow_records import NewStep, Timing, Trigger
from tests.mail.flows import GROUP, SATURDAY, SUNDAY_EVENING, Week, at_once, last_call
from tests.mail.outgoing import set_mailbox
from tests.store.test_messages_calls import member
from tests.store.twins import person, send, set_state


@pytest.fixture
def members(store: Store) -> list[int]:
    return [store.members.add(Member((Person(name, "Roux", f"{name}@exemple.fr"),))) for name in ("a", "b", "c")]


def queued(store: Store, reach: dict[int, str], words: str = "everyone", **fields: str) -> int:
    message_id = store.messages.new(parse(words), **fields)
    with store.writing() as t:
        mark_queued(t, store.messages.get(message_id), reach)
    return message_id


def recent(store: Store, own: int = 0) -> tuple[int, int]:
    facts = advice_facts(store, EVERYONE, "targeted", "", message_id=own)
    return facts.recent, facts.recent_days


def test_who_was_written_to_lately_is_counted_once(store: Store, members: list[int], hands):
    first, second, third = members
    queued(store, {first: "email", second: "email", third: "unreachable"})
    hands.at += timedelta(days=29)
    latest = queued(store, {first: "email"})
    queued(store, {third: "email"}, kind="last_call")
    hands.at += timedelta(hours=23)
    assert recent(store) == (2, 1)
    assert recent(store, own=latest) == (2, 30)
    assert advice_facts(store, parse("nobody + member(ids=3)"), "targeted", "").recent == 0
    assert advice_facts(store, EVERYONE, "last_call", "").recent == 0
    hands.at += timedelta(hours=2)
    assert recent(store) == (1, 1)
    store.settings.set_limits(targeted_days=40)
    assert recent(store) == (2, 1)
    store.messages.cancel(latest)
    assert recent(store) == (2, 30)
    store.settings.set_limits(targeted_days=0)
    assert recent(store) == (0, 0)


def test_only_those_are_counted_who_get_this_mail_and_got_the_other_one(store: Store, hands):
    ids = {name: member(store, name) for name in ("Sent", "Held", "Refuses", "Stopped", "Twice")}
    reach = dict.fromkeys(ids.values(), "email")
    mails = [(f"{name}@exemple.fr", 0, [(person(store, ids[name]), ids[name])]) for name in (*ids, "Twice")]
    mails[-1] = ("other@exemple.fr", *mails[-1][1:])
    pickup, deliveries = send(store, reach, mails)
    for delivery_id, state in zip(deliveries, ("sent", "held", "sent", "sent", "bounced", "ready"), strict=True):
        set_state(store, delivery_id, state)
    for name, source in (("Refuses", "phone"), ("Stopped", "stop")):
        store.members.set_preference(person(store, ids[name]), "email", "targeted", False, source)
    assert recent(store) == (2, 0)
    assert advice_facts(store, EVERYONE, "targeted", "", service=True).recent == 3
    with store.writing() as t:
        t.execute("UPDATE messages SET kind = 'pickup' WHERE id = ?", (pickup,))
    assert [near.members for near in advice_facts(store, EVERYONE, "targeted", "").automatic] == [2]
    kept = store.messages.new(EVERYONE, subject="Retrait", kind="pickup")
    store.messages.schedule(kept, datetime(2026, 11, 22, 18))
    store.members.set_preference(person(store, ids["Held"]), "email", "pickup", False, "phone")
    near = advice_facts(store, EVERYONE, "targeted", "").automatic
    assert [(mail.kept, mail.members) for mail in near] == [(False, 2), (True, 2)]


def test_automatic_mail_near_this_one_is_named(store: Store, members: list[int], hands):
    first, second, third = members
    pickup = queued(store, {first: "email", second: "opted_out"}, label="Retrait", kind="pickup")
    hands.at += timedelta(days=1, hours=23)
    opening = store.messages.new(parse("everyone - member(ids=3)"), subject="Ouverture", kind="opening")
    store.messages.schedule(opening, datetime(2026, 11, 25, 20, 3))
    later = store.messages.new(EVERYONE, subject="Dernier rappel", kind="last_call")
    store.messages.schedule(later, datetime(2026, 11, 25, 20, 5))
    facts = advice_facts(store, EVERYONE, "targeted", "")
    assert [(near.message_id, near.title, near.kept, near.members) for near in facts.automatic] == [
        (opening, "Ouverture", True, 2),
        (pickup, "Retrait", False, 1),
    ]
    assert facts.automatic[0].at == datetime(2026, 11, 25, 19, 3, tzinfo=UTC)
    assert advice_facts(store, EVERYONE, "opening", "", message_id=opening).automatic == facts.automatic[1:]
    assert advice_facts(store, parse(f"nobody + member(ids={third})"), "targeted", "").automatic == ()
    hands.at += timedelta(hours=1, minutes=1)
    assert [near.message_id for near in advice_facts(store, EVERYONE, "targeted", "").automatic] == [later, opening]
    store.messages.unschedule(later)
    assert [near.message_id for near in advice_facts(store, EVERYONE, "targeted", "").automatic] == [opening]


def test_the_same_words_to_other_people_are_named(store: Store, members: list[int], hands):
    text = "Chers amis,\n\nLes pêches sont là !"
    old = queued(store, {1: "email"}, "nobody + vip", label="Pêches", text=text)
    hands.at += timedelta(days=1)
    queued(store, {1: "email"}, "nobody + never_ordered", label="Melons", text="Chers amis,\n\nLes melons sont là !")
    again = "CHERS AMIS\nles peches   sont là"
    same = advice_facts(store, EVERYONE, "targeted", again).same_text
    assert same is not None
    assert (same.message_id, same.title, same.at) == (old, "Pêches", datetime(2026, 11, 21, 20, 4, tzinfo=UTC))
    assert advice_facts(store, parse("nobody + vip"), "targeted", again).same_text is None
    assert advice_facts(store, EVERYONE, "targeted", again, message_id=old).same_text is None
    assert advice_facts(store, EVERYONE, "targeted", again + " aussi").same_text is None
    assert advice_facts(store, EVERYONE, "targeted", "  ").same_text is None


def test_a_draft_is_nobodys_mail(store: Store, members: list[int]):
    store.messages.save(Message(EVERYONE, text="a", id=store.messages.new(EVERYONE, text="a")))
    facts = advice_facts(store, parse("nobody + vip"), "targeted", "a")
    assert (facts.recent, facts.automatic, facts.same_text) == (0, (), None)


def test_what_workflows_sent_and_will_send_counts_as_any_mail(store: Store, hands):
    week = Week(store)
    week.attach(last_call(label="Dernier rappel"), title="Chaque semaine")
    week.attach(at_once(Trigger.REGISTRATION, label="Bienvenue"), title="Accueil", place=GROUP)
    week.attach(at_once(Trigger.CONFIRMED, label="Bien noté"), title="Commandes")
    set_mailbox(store, 25)
    draft = next(one.step.message_id for one in store.occurrences.coming() if one.workflow == "Chaque semaine")
    near = advice_facts(store, EVERYONE, "targeted", "").automatic
    assert [(mail.message_id, mail.title, mail.kept, mail.members) for mail in near] == [
        (None, "Dernier rappel", True, 4)
    ]
    assert near[0].at == SUNDAY_EVENING
    assert advice_facts(store, EVERYONE, "last_call", "", message_id=draft).automatic == ()
    store.occurrences.skip(near_step := store.occurrences.coming()[0].step.id, "distribution:1")
    assert advice_facts(store, EVERYONE, "targeted", "").automatic == ()
    store.occurrences.unskip(near_step, "distribution:1")
    week.order(week.members[0])
    for number in (7, 8):
        store.members.add(
            Member((Person(f"Zoé{number}", "Nouveau", f"z{number}@exemple.fr"),), joined_on=SATURDAY.date())
        )
    hands.at += timedelta(minutes=1)
    assert len(queue_automatic(store)) == 3
    facts = advice_facts(store, EVERYONE, "targeted", "")
    assert [(mail.title, mail.kept, mail.members) for mail in facts.automatic] == [
        ("Dernier rappel", True, 5), ("Bienvenue", False, 2), ("Bien noté", False, 1),
    ]  # fmt: skip
    assert (facts.recent, facts.recent_days) == (2, 0), "the welcome spoke to them; their own order did not"
    assert store.segments.overlap(EVERYONE) == (), "of what goes every week the days before and after count"
    store.settings.set_limits(automatic_days=0)
    assert advice_facts(store, EVERYONE, "targeted", "").automatic == ()


def test_who_is_called_for_a_workflow_is_called_for_a_distribution_only(store: Store, hands):
    week = Week(store)
    set_mailbox(store, 25)
    store.members.add(Member((Person("Odette", "Maréchal", phone="06 39 98 00 00"),)))
    week.attach(last_call(label="Dernier rappel"), at_once(Trigger.OPENS), title="Chaque semaine")
    thanks = NewStep(Trigger.DISTRIBUTION, Timing.AFTER, 1, "10:00", subject="Merci", text="Merci")
    week.attach(thanks, title="Merci")
    hands.at = SUNDAY_EVENING
    assert [one.mails for one in queue_automatic(store)] == [4]
    hands.at += timedelta(days=5)
    assert [one.occurrence.workflow for one in queue_automatic(store)] == ["Merci"]
    assert [one.title for one in store.messages.to_call()] == ["Dernier rappel"]
