"""Recaps that go to the producer by themselves: the list, what has changed since, and nothing where nothing has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from mail.automatic import obstacle, queue_automatic, send_now, would_go
from mail.refused import TextRefused, UnknownSender
from store import Store
from store.enclosures import whole_mime
from store.occurrence_records import OccurrenceState
from store.settings import Group
from store.workflow_records import NewStep, Step, Timing, Trigger
from tests.mail.files import png
from tests.mail.flows import MONDAY_CLOSED, SATURDAY, Week, mails, states
from tests.mail.outgoing import set_mailbox
from tests.store.conftest import Hands

WORDS = "Bonjour,\n\nvoici la commande de **{{ group }}** pour le {{ distribution.day }} ({{ catalogue }})."


@pytest.fixture
def hands() -> Hands:
    return Hands(SATURDAY)


@pytest.fixture
def week(tmp_path: Path, hands: Hands) -> Iterator[Week]:
    store = Store.create(tmp_path / "group.cabas", Group("AMAP des Oiseaux"), "marie", "Marie", now=hands)
    set_mailbox(store, 25, identities=("bureau@exemple.fr",))
    yield Week(store)
    store.close()


def attach(week: Week, **changes: object) -> Step:
    usual = {"subject": "Commande {{ group }}", "text": WORDS, "language": "fr"}
    at_once = NewStep(Trigger.RECAP, **{**usual, **changes})
    after = NewStep(Trigger.RECAP, Timing.AFTER, 1, "09:00", **{**usual, "subject": "Changements", **changes})
    return week.store.workflows.get(week.attach(at_once, after)).steps[0]


def last_mail(store: Store) -> EmailMessage:
    with store.reading() as t:
        mime = whole_mime(t, t.value("SELECT max(id) FROM deliveries"))
    parsed = message_from_bytes(mime or b"", policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(mail: EmailMessage, subtype: str) -> str:
    found = mail.get_body((subtype,))
    assert found is not None
    return str(found.get_content())


def test_the_producer_gets_the_list_with_the_steps_words_above_it_and_then_what_changed(
    week: Week, hands: Hands
) -> None:
    store = week.store
    step = attach(week)
    store.messages.attach(step.message_id, "logo.png", png(), inline=True)
    draft = store.messages.get(step.message_id)
    store.messages.save(replace(draft, text=f"{WORDS}\n\n![logo](logo.png)", from_address="bureau@exemple.fr"))
    week.order(week.members[0])
    hands.at = MONDAY_CLOSED
    assert [one.mails for one in would_go(store)] == [1]
    (went,) = queue_automatic(store)
    assert (went.mails, went.occurrence.state, went.error) == (1, OccurrenceState.QUEUED, None)
    mail = last_mail(store)
    assert (mail["To"], mail["Subject"]) == ("Légumes du Gué <gue@exemple.fr>", "Commande AMAP des Oiseaux")
    assert (mail["Auto-Submitted"], mail["List-Unsubscribe"]) == ("auto-generated", None)
    assert "bureau@exemple.fr" in mail["From"]
    for subtype in ("plain", "html"):
        said = part(mail, subtype)
        assert 0 < said.index("AMAP des Oiseaux") < said.index("Carottes"), "above the list"
        assert "(Légumes du Gué)" in said
    assert any(found.get_content_type() == "image/png" for found in mail.walk())
    told = store.lists.recap(week.day, week.catalogue).telling
    assert told is not None
    assert (told.by or "", store.lists.states(week.day)[0].untold) == ("", 0)

    week.order(week.members[1])
    hands.at = MONDAY_CLOSED + timedelta(hours=14)
    (went,) = queue_automatic(store)
    assert (went.mails, went.occurrence.state) == (1, OccurrenceState.QUEUED)
    assert last_mail(store)["Subject"] == "Changements"
    assert store.lists.states(week.day)[0].untold == 0
    assert queue_automatic(store) == ()


def test_who_may_not_see_a_producers_list_is_told_that_it_goes(week: Week, hands: Hands) -> None:
    attach(week)
    hands.at = MONDAY_CLOSED
    week.store.operators.add("ines", "Inès", "writer")
    with closing(Store(week.store.path, "ines", hands)) as ines:
        (would,) = would_go(ines)
        assert (would.mails, would.error) == (1, None)
        assert obstacle(ines, would.occurrence) is None


def test_with_nothing_new_or_no_address_nobody_is_written_to_and_it_is_said_why(week: Week, hands: Hands) -> None:
    store = week.store
    attach(week)
    hands.at = MONDAY_CLOSED
    store.distributions.mark_recap_sent(week.day, week.catalogue)
    assert [one.mails for one in would_go(store)] == [0]
    (went,) = queue_automatic(store)
    assert (went.mails, went.occurrence.state, went.occurrence.reason) == (0, OccurrenceState.NOBODY, "nothing")
    week.order(week.members[0])
    with store.writing() as t:
        t.execute("UPDATE producers SET email = ''")
    hands.at = MONDAY_CLOSED + timedelta(hours=14)
    (went,) = queue_automatic(store)
    assert (went.occurrence.state, went.occurrence.reason) == (OccurrenceState.NOBODY, "no_email")
    assert mails(store) == []
    with store.writing() as t:
        t.execute("UPDATE producers SET email = 'gue@exemple.fr'")
    assert send_now(store, went.occurrence.step.id, went.occurrence.key).mails == 1


def test_words_that_say_nothing_to_a_producer_wait_to_be_put_right(week: Week, hands: Hands) -> None:
    store = week.store
    step = attach(week, text="{{ order.total }}")
    hands.at = MONDAY_CLOSED
    (went,) = queue_automatic(store)
    assert isinstance(went.error, TextRefused)
    assert isinstance(obstacle(store, went.occurrence), TextRefused)
    assert states(store) == {}
    draft = store.messages.get(step.message_id)
    store.messages.save(replace(draft, text="Voici", from_address="bureau@exemple.fr"))
    set_mailbox(store, 25)
    assert isinstance(queue_automatic(store)[0].error, UnknownSender)
    set_mailbox(store, 25, identities=("bureau@exemple.fr",))
    assert [one.mails for one in queue_automatic(store)] == [1]


def test_what_was_told_stays_told_when_the_distribution_moves(week: Week, hands: Hands) -> None:
    store = week.store
    attach(week)
    week.order(week.members[0])
    hands.at = MONDAY_CLOSED
    assert [one.mails for one in queue_automatic(store)] == [1]
    week.move(date(2026, 12, 3))
    assert [state for _a, state, _r in mails(store)] == ["ready"]
    assert list(states(store).values()) == ["queued"]
