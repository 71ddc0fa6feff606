"""What becomes of the mails of workflows when something changes that they speak of, or that they come from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mail import automatic
from mail.automatic import obstacle, queue_automatic, send_now
from mail.automatic_look import beyond_limits
from mail.letters import Letters
from mail.refused import TextRefused
from store import Store
from store.ledger import Ledger
from store.message_advice import advice_facts
from store.occurrence_records import Occurrence
from store.people import EmailState, Member, Person
from store.segments import parse
from store.workflow_records import Audience, NewStep, Place, Scope, Trigger
from tests.mail.flows import ALL, GROUP, MONDAY_CLOSED, SUNDAY_EVENING, Week, at_once, last_call, mails
from tests.store.conftest import Hands


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


def sent(store: Store, *addresses: str) -> None:
    """Let these mails have arrived, or all that wait."""
    with store.writing() as t:
        for address in addresses or [row["address"] for row in t.all("SELECT address FROM deliveries")]:
            t.execute("UPDATE deliveries SET state = 'sent' WHERE state = 'ready' AND address = ?", (address,))


def becomes(store: Store, address: str, state: str, reason: str) -> None:
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = ?, reason = ? WHERE address = ?", (state, reason, address))


def ready(store: Store) -> list[str]:
    return [address for address, state, _reason in mails(store) if state == "ready"]


def queued(week: Week, hands: Hands, *steps: NewStep) -> Occurrence:
    """The last call to all four, in the outbox."""
    week.attach(*(steps or (last_call(audience=Audience.ALL),)))
    hands.at = SUNDAY_EVENING
    (went,) = queue_automatic(week.store)
    assert len(ready(week.store)) == 4
    return went.occurrence


def test_what_the_outbox_kept_until_it_was_too_late_is_missed_and_told_anew_once_it_is_moved(
    week: Week, hands: Hands
) -> None:
    store = week.store
    queued(week, hands)
    sent(store, "p0@exemple.fr")
    hands.at = MONDAY_CLOSED
    ledger = Ledger(store)
    assert ledger.next_mails(10)[1] == ()
    ledger.close()
    assert [(one.reason, one.mails) for one in store.occurrences.missed()] == [("unsent", 4)]
    week.move(date(2026, 12, 3))
    assert store.occurrences.missed() == ()
    assert store.deliveries.release("all") == 0
    hands.at = SUNDAY_EVENING + timedelta(days=7)
    assert [one.mails for one in queue_automatic(store)] == [3]
    assert ready(store) == week.addresses[1:]


def test_what_was_kept_can_be_sent_by_hand_and_then_goes_once(week: Week, hands: Hands) -> None:
    store = week.store
    occurrence = queued(week, hands)
    sent(store, "p0@exemple.fr")
    hands.at = MONDAY_CLOSED
    ledger = Ledger(store)
    ledger.next_mails(10)
    ledger.close()
    assert send_now(store, occurrence.step.id, occurrence.key).mails == 3
    assert store.deliveries.release("all") == 0


@pytest.mark.parametrize(
    ("state", "reason", "anew"),
    [
        ("held", "too_late", True),
        ("held", "bounced", True),
        ("held", "other_sender", True),
        ("failed", "gave_up", True),
        ("failed", "refused", False),
        ("held", "operator", False),
        ("held", "copied", False),
        ("unknown", "interrupted", False),
    ],
)
def test_what_has_not_gone_for_sure_is_written_anew_and_its_old_words_never_go(
    week: Week, hands: Hands, state: str, reason: str, anew: bool
) -> None:
    store = week.store
    queued(week, hands)
    sent(store, *week.addresses[1:])
    becomes(store, "p0@exemple.fr", state, reason)
    old = store.messages.all(automatic=True)[0].id
    week.another_place()
    went = queue_automatic(store)
    assert [one.mails for one in went] == ([1] if anew else [])
    # Somebody lets it go, tries it again or sends it again: what goes are the new words.
    found = next(one for one in store.deliveries.of_message(old) if one.address == "p0@exemple.fr")
    if anew:
        assert (found.state, found.reason) == ("held", "withdrawn")
        assert store.deliveries.release("all") == store.deliveries.retry("all") == 0
        return
    decide = {"failed": store.deliveries.retry, "held": store.deliveries.release}
    assert decide.get(state, lambda which: store.deliveries.resolve(which, "again"))(found.id) == 1
    assert ready(store) == []
    (again,) = queue_automatic(store)
    assert (again.mails, ready(store)) == (1, ["p0@exemple.fr"])
    assert again.occurrence.message_id != old


def test_of_a_cancelled_distribution_nothing_goes_by_anybodys_hand(week: Week, hands: Hands) -> None:
    store = week.store
    queued(week, hands)
    for address, state, reason in (("p0", "held", "operator"), ("p1", "failed", "refused"), ("p2", "held", "too_late")):
        becomes(store, f"{address}@exemple.fr", state, reason)
    week.cancel()
    store.deliveries.release("all")
    store.deliveries.retry("all")
    assert (ready(store), queue_automatic(store)) == ([], ())


def test_what_somebody_has_paused_stays_so_with_its_new_words(week: Week, hands: Hands) -> None:
    store = week.store
    store.deliveries.pause(queued(week, hands).message_id or 0)
    week.another_place()
    (went,) = queue_automatic(store)
    assert store.deliveries.due().now == 0
    store.deliveries.resume(went.occurrence.message_id or 0)
    assert store.deliveries.due().now == 4


def test_the_whole_and_its_catalogues_write_to_nobody_twice(week: Week, hands: Hands) -> None:
    store = week.store
    other = store.catalogues.add_catalogue("Pain", store.catalogues.add_producer("Pain"), "EUR", 3, "20:00")
    store.distributions.offer(week.day, other)
    places = [Place(Scope.CATALOGUE, catalogue_id=one) for one in (week.catalogue, other)]
    workflow = week.attach(last_call("Bonjour", audience=Audience.ALL), place=places[0])
    store.workflows.attach(workflow, places[1])
    hands.at = SUNDAY_EVENING
    assert sorted(one.mails for one in queue_automatic(store)) == [0, 4], "both at one moment"
    sent(store)
    store.workflows.attach(workflow, ALL)
    store.workflows.detach(workflow, places[0])
    # The other one closes later: the whole would come with it, the first one's moment stays.
    store.distributions.set_hours(week.day, other, None, datetime(2026, 11, 25, 20, 0))
    hands.at += timedelta(hours=3)
    assert [one.mails for one in queue_automatic(store)] == []


@pytest.mark.parametrize("edited", [True, False])
def test_half_of_the_whole_went_then_its_catalogue_writes_to_the_others(week: Week, hands: Hands, edited: bool) -> None:
    store = week.store
    workflow = week.attach(last_call("Bonjour", audience=Audience.ALL))
    store.workflows.attach(workflow, Place(Scope.CATALOGUE, catalogue_id=week.catalogue))
    hands.at = SUNDAY_EVENING
    assert [one.mails for one in queue_automatic(store)] == [4]
    sent(store, *week.addresses[:2])
    if edited:
        week.another_place()
    store.workflows.detach(workflow, ALL)
    assert [one.mails for one in queue_automatic(store)] == [2]
    assert ready(store) == week.addresses[2:]


def test_who_has_another_address_by_now_has_got_it_all_the_same(week: Week, hands: Hands) -> None:
    store = week.store
    queued(week, hands)
    sent(store, "p0@exemple.fr")
    member = store.members.get(week.members[0])
    store.members.save(replace(member, people=(replace(member.people[0], email="anne@exemple.fr"),)))
    week.another_place()
    assert [one.mails for one in queue_automatic(store)] == [3]


def test_what_fails_for_some_members_keeps_no_other_from_going(
    week: Week, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = week.store
    monkeypatch.setattr(automatic, "REFUSED", 2)
    week.attach(at_once(Trigger.CONFIRMED, "{% if first_name == 'Anne3' %}Merci{% else %}{{ closes('Z') }}{% endif %}"))
    hands.at += timedelta(minutes=1)
    for member in week.members:
        week.order(member)
    hands.at += timedelta(minutes=1)
    went = queue_automatic(store)
    assert [(type(one.error) is TextRefused, one.mails) for one in went] == [(True, 0)] * 3 + [(False, 1)]
    assert obstacle(store, went[0].occurrence) is not None, "said before"
    hands.at += timedelta(days=2)
    queue_automatic(store)
    assert [one.reason for one in store.occurrences.missed()] == ["text"] * 3


def test_what_nobody_has_thought_of_keeps_only_its_own_mails_from_going(
    week: Week, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = week.store
    week.attach(last_call("Cassé"), title="A")
    week.attach(last_call("Bon"), title="B")
    post = Letters.post

    def broken(self: Letters, *args: Any, **rest: Any) -> tuple[bytes, str]:
        if self.message.text == "Cassé":
            raise KeyError("nobody thought of it")
        return post(self, *args, **rest)

    monkeypatch.setattr(Letters, "post", broken)
    hands.at = SUNDAY_EVENING
    with pytest.raises(KeyError):
        queue_automatic(store)
    assert ready(store) == week.addresses
    hands.at = MONDAY_CLOSED + timedelta(minutes=1)
    queue_automatic(store)
    assert [one.reason for one in store.occurrences.missed()] == ["fault"]


def test_who_is_only_called_is_called_anew_once_it_is_moved(week: Week, hands: Hands) -> None:
    store = week.store
    for member in week.members:
        week.order(member)
    store.members.add(Member((Person("Odette", "Sansmail", email_state=EmailState.NONE),)))
    week.attach(last_call())
    hands.at = SUNDAY_EVENING
    queue_automatic(store)
    assert len(store.messages.to_call()) == 1
    week.move(date(2026, 12, 3))
    assert store.messages.to_call() == ()
    hands.at += timedelta(days=7)
    (again,) = queue_automatic(store)
    assert [one.message_id for one in store.messages.to_call()] == [again.occurrence.message_id]


def test_a_new_member_without_an_address_is_on_the_welcomes_call_list(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(at_once(Trigger.REGISTRATION), place=GROUP)
    hands.at += timedelta(minutes=1)
    odette = store.members.add(
        Member((Person("Odette", "Sansmail", email_state=EmailState.NONE),), joined_on=store.clock.today())
    )
    (went,) = queue_automatic(store)
    assert went.mails == 0
    assert [call.member_id for call in store.messages.calls(went.occurrence.message_id or 0)] == [odette]
    assert store.messages.to_call() == (), "not on the Desk"


def test_advice_counts_who_got_it_before_it_was_withdrawn(week: Week, hands: Hands) -> None:
    store = week.store
    queued(week, hands)
    sent(store, "p0@exemple.fr")
    week.another_place()
    near = advice_facts(store, parse("everyone"), "targeted", "x").automatic
    assert sorted((one.message_id is None, one.members) for one in near) == [(False, 1), (True, 3)]
