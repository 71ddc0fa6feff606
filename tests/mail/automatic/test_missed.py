"""What came too late is missed where somebody would have heard of it; for nobody it is no loss."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from mail.automatic import queue_automatic, would_go
from mail.outbox import adopt
from store import Store
from store.occurrence_records import OccurrenceState
from store.people import EmailState, Member, Person
from store.segments import parse
from store.workflow_records import Audience, Trigger
from tests.mail.flows import MONDAY_CLOSED, SUNDAY_EVENING, Week, at_once, last_call, mails, states
from tests.store.conftest import Hands

FIRST = parse("everyone - orders(at_least=2)")


def test_only_what_somebody_would_have_got_is_missed(week: Week, hands: Hands) -> None:
    store = week.store
    later = store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Treillières", [week.catalogue])
    week.attach(at_once(Trigger.CONFIRMED, audience=Audience.SEGMENT, segment=FIRST), title="Premier panier")
    for member in week.members:
        week.order(member)
        if member != week.members[0]:  # the others have ordered more than once
            store.orders.record(member, later, [(week.product, 1000)])
    first = f"order:{store.orders.of_member(week.members[0])[0].id}"
    hands.at += timedelta(days=3)
    became = {OccurrenceState.MISSED: 1, OccurrenceState.NOBODY: 6}
    assert [one.key for one in store.occurrences.missed()] == [first], "no tick has seen it yet"
    assert Counter(went.occurrence.state for went in would_go(store)) == became
    assert Counter(went.occurrence.state for went in queue_automatic(store)) == became
    assert [(one.key, one.reason) for one in store.occurrences.missed()] == [(first, "late")]
    assert Counter(states(store).values()) == {"missed": 1, "nobody": 6}
    assert queue_automatic(store) == ()
    with store.reading() as t:
        details = [row["detail"] for row in t.all("SELECT detail FROM journal WHERE action = 'workflow.missed'")]
    assert details == ['{"missed": 1, "skipped": 0, "nobody": 6}']


def test_who_would_have_been_called_about_it_has_missed_it(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(last_call())
    for member in week.members:
        week.order(member)
    hands.at = MONDAY_CLOSED + timedelta(hours=1)
    assert store.occurrences.missed() == ()
    odette = store.members.add(
        Member((Person("Odette", "Sansmail", email_state=EmailState.NONE),), joined_on=date(2020, 1, 1))
    )
    assert len(store.occurrences.missed()) == 1
    store.members.archive(odette, True)
    (went,) = queue_automatic(store)
    assert went.occurrence.state is OccurrenceState.NOBODY


def test_of_a_segment_that_is_broken_nobody_knows_whom_it_meant(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(last_call(audience=Audience.SEGMENT, segment=parse("everyone - ordered(distribution=99)")))
    hands.at = MONDAY_CLOSED + timedelta(hours=1)
    assert len(store.occurrences.missed()) == 1
    (went,) = queue_automatic(store)
    assert went.occurrence.state is OccurrenceState.MISSED


def test_withdrawn_half_way_it_has_gone_where_the_others_have_ordered_since(week: Week, hands: Hands) -> None:
    store = week.store
    week.attach(last_call())
    hands.at = SUNDAY_EVENING
    queue_automatic(store)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sent' WHERE id <= 2")
        t.execute("UPDATE deliveries SET state = 'sending' WHERE id = 3")
    week.another_place()
    week.order(week.members[3])
    hands.at = MONDAY_CLOSED + timedelta(hours=1)
    assert len(store.occurrences.missed()) == 1, "what is under way may come to nothing"
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sent' WHERE id = 3")
    assert store.occurrences.missed() == ()
    queue_automatic(store)
    assert list(states(store).values()) == ["queued"]
    assert [state for _address, state, _reason in mails(store)] == ["sent", "sent", "sent", "held"]


def test_in_a_file_that_was_brought_back_the_same_holds(week: Week, hands: Hands, tmp_path: Path) -> None:
    store = week.store
    for member in week.members:
        week.order(member)
    week.attach(last_call(), at_once(Trigger.OPENS))
    hands.at = SUNDAY_EVENING
    store.backups.copy_to(tmp_path / "copy.cabas")
    copy = Store(tmp_path / "copy.cabas", "marie", hands)
    adopt(copy)
    assert states(copy) == {f"distribution:{week.day}": "nobody"}
    assert copy.occurrences.missed() == ()
    copy.close()
