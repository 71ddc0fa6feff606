"""What workflows send goes once to whoever is meant when it is due, and what it says is what holds then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from mail import automatic
from mail.automatic import obstacle, queue_automatic, send_now, would_go
from mail.automatic_look import beyond_limits
from mail.letters import Letters
from mail.outbox import adopt
from mail.refused import NoMailbox, TextRefused
from mail.schedule import queue_due
from store import Store
from store.came_back_records import Kind
from store.errors import Invalid, NotAllowed, NotFound
from store.frozen_mails import frozen_mails, frozen_mime
from store.message_records import MessageState
from store.occurrence_records import OccurrenceState
from store.people import EmailState, Member, Person
from store.segments import parse
from store.workflow_records import Audience, Timing, Trigger
from tests.mail.files import png
from tests.mail.flows import (
    GROUP,
    MONDAY_CLOSED,
    SUNDAY_EVENING,
    Week,
    at_once,
    last_call,
    mails,
    states,
)
from tests.store.conftest import Hands
from tests.store.posted import note


def texts(store: Store, message_id: int | None) -> dict[str, str]:
    found = {}
    for mail in frozen_mails(store, message_id or 0):
        parsed = message_from_bytes(frozen_mime(store, mail.delivery_id), policy=default)
        part = parsed.get_body(("plain",))
        assert part is not None
        found[mail.address] = part.get_content()
    return found


def test_it_goes_at_its_hour_to_who_is_meant_then_and_once(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(last_call())
    hands.at = SUNDAY_EVENING - timedelta(minutes=1)
    assert queue_automatic(store) == () == would_go(store)
    week.order(week.members[0])
    week.join(4)
    nobody = store.members.add(Member((Person("Odette", "Sansmail", email_state=EmailState.NONE),)))
    hands.at = SUNDAY_EVENING
    (would,) = would_go(store)
    assert (would.mails, would.error, mails(store)) == (4, None, [])
    (went,) = queue_automatic(store)
    assert (went.mails, went.error, went.occurrence.state) == (4, None, OccurrenceState.QUEUED)
    assert queue_automatic(store) == ()
    assert [address for address, _state, _reason in mails(store)] == [f"p{n}@exemple.fr" for n in (1, 2, 3, 4)]
    message = store.messages.get(went.occurrence.message_id or 0)
    assert (message.state, message.kind, message.distribution_id) == (MessageState.QUEUED, "last_call", week.day)
    assert (message.occurrence_id, message.queued_by) == (went.occurrence.id, "")
    assert message.send_before == datetime(2026, 11, 23, 20, 0)
    assert "Bonjour Anne1, commandez avant Monday 23 November at 20:00." in texts(store, message.id)["p1@exemple.fr"]
    assert [call.member_id for call in store.messages.calls(message.id or 0)] == [nobody]
    with store.reading() as t:
        assert t.value("SELECT operator_id FROM journal WHERE action = 'message.queued'") is None
        assert t.value("SELECT DISTINCT send_before FROM deliveries") == "2026-11-23T19:00:00.000000Z"


def test_words_that_are_being_typed_do_not_go(week: Week, hands: Hands) -> None:
    store = week.store
    step = store.workflows.get(week.attach(last_call("Bonjour"))).steps[0]
    hands.at = SUNDAY_EVENING
    for text in ("Bonjour, le fromage de t", "Bonjour, le fromage de tru"):
        draft = store.messages.get(step.message_id)
        store.messages.save(replace(draft, text=text, subject=text, language="it"), finished=False)
        assert would_go(store)[0].error is None
    (went,) = queue_automatic(store)
    message = store.messages.get(went.occurrence.message_id or 0)
    assert (message.subject, message.text, message.language) == ("AMAP : dernier rappel", "Bonjour", "")


def test_its_mails_say_that_no_person_sent_them_and_carry_the_files_of_the_step(week: Week, hands: Hands) -> None:
    store = week.store
    workflow = store.workflows.get(week.attach(last_call("Bonjour\n\n![panier](panier.png)")))
    draft = workflow.steps[0].message_id
    store.messages.attach(draft, "panier.png", png(), inline=True)
    store.messages.attach(draft, "prix.pdf", b"%PDF-1.4")
    by_hand = store.messages.new(parse("everyone"), "Panier", "Bonjour")
    from mail.composing import freeze

    freeze(store, by_hand)
    hands.at = SUNDAY_EVENING
    (went,) = queue_automatic(store)
    first = frozen_mails(store, went.occurrence.message_id or 0)[0]
    mail = message_from_bytes(frozen_mime(store, first.delivery_id), policy=default)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "STOP" in mail["List-Unsubscribe"]
    assert [part.get_filename() for part in mail.iter_attachments()] == ["prix.pdf"]
    assert any(part.get_content_type() == "image/png" for part in mail.walk())
    other = message_from_bytes(frozen_mime(store, frozen_mails(store, by_hand)[0].delivery_id), policy=default)
    assert other["Auto-Submitted"] is None
    assert store.messages.get(went.occurrence.message_id or 0).files[0].name == "panier.png"


def test_what_cannot_be_made_is_said_each_time_and_missed_when_it_is_too_late(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(last_call("Bonjour {{ nickname }}"), title="Cassé")
    week.attach(last_call(), title="Bon")
    hands.at = SUNDAY_EVENING
    for _again in range(2):
        went = {one.occurrence.workflow: one for one in queue_automatic(store)}
        assert isinstance(went["Cassé"].error, TextRefused)
        hands.at += timedelta(minutes=5)
    assert isinstance(obstacle(store, went["Cassé"].occurrence), TextRefused)
    assert list(states(store).values()) == ["queued"]
    assert [type(one.error) for one in would_go(store)] == [TextRefused]
    hands.at = MONDAY_CLOSED + timedelta(minutes=1)
    assert [one.occurrence.state for one in would_go(store)] == [OccurrenceState.MISSED]
    (missed,) = queue_automatic(store)
    assert (missed.occurrence.state, missed.occurrence.reason) == (OccurrenceState.MISSED, "text")
    assert queue_automatic(store) == ()
    assert [one.reason for one in store.occurrences.missed()] == ["text"]


def test_without_a_mailbox_it_waits_until_there_is_one(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(last_call())
    settings = store.mailbox.get()
    with store.writing() as t:
        t.execute("DELETE FROM mailbox")
    assert settings is not None
    hands.at = SUNDAY_EVENING
    assert [one.error for one in queue_automatic(store)] == [NoMailbox()]
    store.mailbox.set(settings)
    assert [one.mails for one in queue_automatic(store)] == [4]


def test_where_nobody_is_left_to_be_written_to_nothing_goes(week: Week, hands: Hands) -> None:
    store = week.store
    for member_id in week.members:
        week.order(member_id)
    week.attach(last_call())
    hands.at = SUNDAY_EVENING
    (went,) = queue_automatic(store)
    assert (went.mails, went.error, went.occurrence.state) == (0, None, OccurrenceState.NOBODY)
    assert store.messages.all(archived=None, automatic=None) == []
    assert queue_automatic(store) == ()


def test_who_has_no_mail_is_called_even_where_nobody_else_is_meant(week: Week, hands: Hands) -> None:
    store = week.store
    for member_id in week.members:
        week.order(member_id)
    odette = store.members.add(Member((Person("Odette", "Sansmail", email_state=EmailState.NONE),)))
    week.attach(last_call())
    hands.at = SUNDAY_EVENING
    (went,) = queue_automatic(store)
    assert (went.mails, went.occurrence.state) == (0, OccurrenceState.NOBODY)
    assert [call.member_id for call in store.messages.calls(went.occurrence.message_id or 0)] == [odette]


def test_who_phoned_the_order_is_not_called_about_it(week: Week, hands: Hands) -> None:
    store = week.store
    odette = store.members.add(Member((Person("Odette", "Sansmail", email_state=EmailState.NONE),)))
    week.attach(at_once(Trigger.CONFIRMED))
    hands.at += timedelta(minutes=1)
    week.order(odette)
    week.order(week.members[0])
    hands.at += timedelta(minutes=1)
    found = {one.occurrence.member_id: one for one in queue_automatic(store)}
    assert {member: one.mails for member, one in found.items()} == {odette: 0, week.members[0]: 1}
    assert found[odette].occurrence.message_id is None
    assert store.messages.to_call() == ()


def test_who_refused_the_kind_gets_none_of_it(week: Week, hands: Hands) -> None:
    store = week.store
    person = store.members.get(week.members[0]).people[0].id or 0
    store.members.set_preference(person, "email", "last_call", False, "phone")
    week.attach(last_call(), at_once(Trigger.CLOSES))
    hands.at = MONDAY_CLOSED - timedelta(hours=1)
    (went,) = queue_automatic(store)
    assert went.mails == 3
    hands.at = MONDAY_CLOSED
    (went,) = queue_automatic(store)
    assert went.mails == 4, "of another kind"


def test_stop_on_an_automatic_mail_ends_its_kind(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(last_call(), at_once(Trigger.CLOSES))
    hands.at = SUNDAY_EVENING
    (went,) = queue_automatic(store)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sent'")
    stopped = store.deliveries.of_message(went.occurrence.message_id or 0)[0]
    assert note(store, Kind.STOP, stopped.id)
    person = next(one for m in week.members for one in store.members.get(m).people if one.email == stopped.address)
    refused = {(one.channel, one.kind) for one in store.members.preferences(person.id or 0) if not one.allowed}
    assert refused == {("email", "last_call")}
    week.move(date(2026, 12, 3))
    hands.at = SUNDAY_EVENING + timedelta(days=7)
    assert queue_automatic(store) == (), "all of them had it"
    hands.at = MONDAY_CLOSED + timedelta(days=7)
    assert [one.mails for one in queue_automatic(store)] == [4], "what was not stopped still comes"


def test_who_is_called_hears_of_the_new_day_only(week: Week, hands: Hands) -> None:
    store = week.store
    store.members.add(Member((Person("Odette", "Sansmail", email_state=EmailState.NONE),)))
    week.attach(last_call())
    hands.at = SUNDAY_EVENING
    (went,) = queue_automatic(store)
    assert [one.message_id for one in store.messages.to_call()] == [went.occurrence.message_id]
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sent' WHERE address = 'p0@exemple.fr'")
    week.move(date(2026, 12, 3))
    assert store.messages.to_call() == ()
    hands.at = SUNDAY_EVENING + timedelta(days=7)
    (again,) = queue_automatic(store)
    assert (again.mails, again.occurrence.mails) == (3, 7)
    assert [one.message_id for one in store.messages.to_call()] == [again.occurrence.message_id]


@pytest.mark.parametrize("becomes", ["sent", "ready", "unknown"])
def test_what_is_under_way_when_a_distribution_changes_is_waited_for(week: Week, hands: Hands, becomes: str) -> None:
    """It may arrive, or be refused for the moment: then it is written anew."""
    store = week.store
    week.attach(last_call())
    hands.at = SUNDAY_EVENING
    queue_automatic(store)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sending' WHERE address = 'p0@exemple.fr'")
    week.another_place()
    assert mails(store) == [(week.addresses[0], "sending", "")] + [(a, "held", "withdrawn") for a in week.addresses[1:]]
    assert queue_automatic(store) == ()
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = ? WHERE state = 'sending'", (becomes,))
    (went,) = queue_automatic(store)
    waiting = [address for address, state, _reason in mails(store) if state == "ready"]
    assert waiting == (week.addresses if becomes == "ready" else week.addresses[1:])
    assert went.mails == len(waiting)
    assert store.deliveries.release("all") == 0


@pytest.mark.parametrize("change", ["words", "an order", "moved", "paused", "another tick", "a file"])
def test_what_changes_while_the_mails_are_made_is_heeded(
    week: Week, hands: Hands, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    store = week.store
    workflow_id = week.attach(last_call())
    draft = store.workflows.get(workflow_id).steps[0].message_id
    hands.at = SUNDAY_EVENING
    post = Letters.post

    def meanwhile(self, *args, **rest):
        monkeypatch.undo()
        if change == "words":
            store.messages.save(replace(store.messages.get(draft), text="Autre texte"))
        elif change == "an order":
            week.order(week.members[0])
        elif change == "moved":
            week.move(date(2026, 12, 3))
        elif change == "paused":
            store.workflows.pause(workflow_id, True)
        elif change == "a file":
            store.messages.attach(draft, "prix.pdf", b"%PDF-1.4")
        else:
            assert [one.mails for one in queue_automatic(store)] == [4]
        return post(self, *args, **rest)

    monkeypatch.setattr(Letters, "post", meanwhile)
    went = queue_automatic(store)
    gone = {address for address, _state, _reason in mails(store)}
    if change in ("moved", "paused"):
        assert (went, gone) == ((), set())
    else:
        assert gone == set(week.addresses[1:] if change == "an order" else week.addresses)
        assert len(mails(store)) == len(gone)
    if change == "words":
        assert all("Autre texte" in text for text in texts(store, went[0].occurrence.message_id).values())
    if change == "a file":
        assert store.messages.get(went[0].occurrence.message_id or 0).files[0].name == "prix.pdf"


def test_words_that_change_all_the_time_wait_for_the_next_tick(
    week: Week, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = week.store
    draft = store.workflows.get(week.attach(last_call())).steps[0].message_id
    hands.at = SUNDAY_EVENING
    render = automatic.render

    def restless(letters, spool):
        store.messages.save(replace(store.messages.get(draft), text=store.messages.get(draft).text + "!"))
        return render(letters, spool)

    monkeypatch.setattr(automatic, "render", restless)
    (went,) = queue_automatic(store)
    assert went.error is not None
    assert mails(store) == []
    monkeypatch.undo()
    assert [one.mails for one in queue_automatic(store)] == [4]


def test_somebody_sends_it_now_or_after_all(week: Week, hands: Hands) -> None:
    store = week.store
    step = store.workflows.get(week.attach(last_call())).steps[0]
    key = f"distribution:{week.day}"
    store.operators.add("paul", "Paul", "phone_desk")
    paul = Store(store.path, "paul", hands)
    with pytest.raises(NotAllowed):
        send_now(paul, step.id, key)
    paul.close()
    with pytest.raises(NotFound):
        send_now(store, step.id, "distribution:99")
    store.occurrences.skip(step.id, key)
    hands.at = SUNDAY_EVENING
    assert queue_automatic(store) == ()
    went = send_now(store, step.id, key)
    assert (went.mails, went.occurrence.state) == (4, OccurrenceState.QUEUED)
    assert store.messages.get(went.occurrence.message_id or 0).queued_by == "Marie"
    with pytest.raises(Invalid, match="queued"):
        send_now(store, step.id, key)
    hands.at += timedelta(minutes=5)
    assert queue_automatic(store) == ()


def test_what_was_missed_can_be_sent_by_hand_and_is_not_held_as_too_late(week: Week, hands: Hands) -> None:
    store = week.store
    step = store.workflows.get(week.attach(last_call())).steps[0]
    hands.at = MONDAY_CLOSED + timedelta(hours=1)
    (missed,) = queue_automatic(store)
    assert (missed.occurrence.state, missed.occurrence.reason) == (OccurrenceState.MISSED, "late")
    went = send_now(store, step.id, missed.occurrence.key)
    assert went.mails == 4
    with store.reading() as t:
        assert t.value("SELECT max(send_before) FROM deliveries") is None
    assert states(store) == {missed.occurrence.key: "queued"}


def test_what_was_missed_goes_after_all_when_its_distribution_moves_its_moment(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(last_call())
    hands.at = MONDAY_CLOSED + timedelta(hours=1)
    (missed,) = queue_automatic(store)
    assert missed.occurrence.state is OccurrenceState.MISSED
    week.move(date(2026, 12, 3))
    assert store.occurrences.missed() == ()
    assert queue_automatic(store) == ()
    hands.at = SUNDAY_EVENING + timedelta(days=7)
    (went,) = queue_automatic(store)
    assert (went.occurrence.key, went.mails) == (missed.occurrence.key, 4)


def test_a_copied_file_sends_nothing_and_misses_what_the_other_one_may_have_sent(week: Week, hands: Hands) -> None:
    store = week.store
    step = store.workflows.get(week.attach(last_call(), at_once(Trigger.CLOSES))).steps[0]
    copy = Store(store.backups.make().path, "marie", hands)
    hands.at = SUNDAY_EVENING
    assert queue_automatic(copy) == ()
    with pytest.raises(Invalid, match="copied"):
        send_now(copy, step.id, f"distribution:{week.day}")
    assert adopt(copy) == 0
    assert [one.reason for one in copy.occurrences.missed()] == ["restored"]
    assert queue_automatic(copy) == ()
    hands.at = MONDAY_CLOSED
    assert [one.mails for one in queue_automatic(copy)] == [4], "what comes after goes from here"
    copy.close()
    assert len(queue_automatic(store)) == 2, "where the file never left, nothing was missed but what is too late"


def test_adopting_a_file_that_never_left_misses_nothing(week: Week, hands: Hands) -> None:
    week.attach(last_call())
    hands.at = SUNDAY_EVENING
    adopt(week.store)
    assert [one.mails for one in queue_automatic(week.store)] == [4]


def test_a_volunteers_sending_queues_no_workflow_and_who_may_not_see_messages_is_told_nothing(
    week: Week, hands: Hands
) -> None:
    store = week.store
    week.attach(last_call())
    hands.at = SUNDAY_EVENING
    assert queue_due(store) == ()
    assert mails(store) == []
    store.operators.add("rita", "Rita", "phone_desk")
    store.operators.add("zoe", "Zoé", "treasurer")
    zoe, rita = Store(store.path, "zoe", hands), Store(store.path, "rita", hands)
    with pytest.raises(NotAllowed):
        queue_automatic(zoe)
    assert queue_automatic(rita) == ()
    zoe.close()
    rita.close()
    assert len(mails(store)) == 4, "the machine sent them, whoever started it"


def test_a_registration_is_greeted_once_and_a_household_of_two_gets_one_each(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(at_once(Trigger.REGISTRATION), place=GROUP)
    hands.at += timedelta(minutes=1)
    two = (Person("Zoé", "Blanc", "zoe@exemple.fr"), Person("Luc", "Blanc", "luc@exemple.fr"))
    store.members.add(Member(two, joined_on=store.clock.today()))
    hands.at += timedelta(minutes=1)
    assert [one.mails for one in queue_automatic(store)] == [2]
    assert sorted(address for address, _s, _r in mails(store)) == ["luc@exemple.fr", "zoe@exemple.fr"]
    assert queue_automatic(store) == ()


def test_more_than_a_tick_takes_wait_for_the_next(week: Week, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    store = week.store
    monkeypatch.setattr(automatic, "PER_TICK", 2)
    week.attach(at_once(Trigger.REGISTRATION), place=GROUP)
    hands.at += timedelta(minutes=1)
    for number in range(3):
        store.members.add(Member((Person("N", f"{number}", f"n{number}@exemple.fr"),), joined_on=store.clock.today()))
    hands.at += timedelta(minutes=1)
    assert [len(queue_automatic(store)) for _tick in range(3)] == [2, 1, 0]


def test_what_cannot_be_made_takes_no_turn_of_others(week: Week, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    store = week.store
    monkeypatch.setattr(automatic, "PER_TICK", 2)
    monkeypatch.setattr(automatic, "REFUSED", 3)
    week.attach(at_once(Trigger.REGISTRATION, "{{ nickname }}"), title="Cassé", place=GROUP)
    week.attach(at_once(Trigger.REGISTRATION), title="Tard", place=GROUP)
    hands.at += timedelta(minutes=1)
    for number in range(4):
        store.members.add(Member((Person("N", f"{number}", f"n{number}@exemple.fr"),), joined_on=store.clock.today()))
    hands.at += timedelta(minutes=1)
    went = [one.occurrence.workflow for one in queue_automatic(store)]
    assert went == ["Cassé"] * 3 + ["Tard"] * 2
    assert [one.mails for one in queue_automatic(store)][3:] == [1, 1]


def test_after_a_segment_that_is_gone_the_others_go(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(
        last_call(audience=Audience.SEGMENT, segment=parse("everyone & bought(product=99)"), text="A"),
        last_call(text="B", timing=Timing.BEFORE),
    )
    hands.at = SUNDAY_EVENING.astimezone(UTC)
    went = queue_automatic(store)
    assert len(went) == 2
    assert went[1].mails == 4


def test_how_many_come_too_late_by_the_limits_is_known_before(week: Week, hands: Hands) -> None:
    store = week.store
    settings = store.mailbox.get()
    assert settings is not None
    store.mailbox.set(replace(settings, per_hour=50, per_day=1000))
    week.attach(last_call(days=0, hour="19:00"))
    (soon,) = store.occurrences.coming()
    assert [beyond_limits(store, soon, mails) for mails in (50, 120)] == [0, 70]
    assert beyond_limits(store, replace(soon, until=soon.until + timedelta(minutes=1)), 120) == 20
    assert beyond_limits(store, replace(soon, until=soon.until + timedelta(days=3)), 3000) == 0
    assert beyond_limits(store, replace(soon, until=soon.due), 120) == 0, "it can never go at all"
    hands.at = MONDAY_CLOSED - timedelta(hours=1)
    queue_automatic(store)
    assert beyond_limits(store, soon, 50) == 4, "what waits goes before"
