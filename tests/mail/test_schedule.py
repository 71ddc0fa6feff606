"""A message kept for an hour goes with the first run after it, to whoever is meant then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mail import composing, letters
from mail.audience import audience_note
from mail.crash_points import FREEZING
from mail.refused import KeeperMayNot, LimitPassed, TextRefused, TooLate
from mail.schedule import obstacle, queue_due
from screens.errors import words_for
from screens.message_lines import read_found
from screens.message_states import state_words
from store import Store
from store.errors import Invalid
from store.frozen_mails import frozen_mails, frozen_mime
from store.kept import was_too_late
from store.limits import Limits
from store.message_records import MessageState
from store.people import EmailState, Member, Person
from store.segments import parse
from store.settings import Group
from tests.audience import fill
from tests.mail.files import png, read, tree
from tests.store.conftest import Hands

SIX_IN_THE_EVENING = datetime(2026, 11, 22, 18, 0)


@pytest.fixture
def store(tmp_path: Path, hands: Hands) -> Iterator[Store]:
    opened = Store.create(tmp_path / "group.cabas", Group("AMAP des Oiseaux"), "marie", "Marie", now=hands)
    fill(opened)
    yield opened
    opened.close()


@pytest.fixture
def hands() -> Hands:
    """Saturday 21 November 2026, 21:04 in Paris."""
    return Hands(datetime(2026, 11, 21, 20, 4, tzinfo=UTC))


def keep(
    store: Store,
    text: str = "Bonjour {{ first_name }}",
    *,
    send_before: datetime | None = None,
    expected: int | None = None,
    files: bool = False,
    at: datetime = SIX_IN_THE_EVENING,
) -> int:
    message_id = store.messages.new(parse("everyone"), "Sujet", text, send_before=send_before)
    if files:
        store.messages.attach(message_id, "panier.png", png(), inline=True)
    store.messages.schedule(message_id, at, expected_mails=expected)
    return message_id


def test_it_waits_for_its_hour_in_the_groups_zone_and_is_counted_then(store: Store, hands: Hands) -> None:
    message_id = keep(store)
    hands.at = datetime(2026, 11, 22, 16, 59, tzinfo=UTC)
    assert queue_due(store) == ()
    assert store.messages.get(message_id).state is MessageState.SCHEDULED
    before = store.segments.count(parse("everyone")).mails
    store.members.add(Member((Person("Tard", "Venu", "tard@exemple.fr", EmailState.HAS),)))

    hands.at = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    (done,) = queue_due(store)
    assert (done.message.id, done.mails, done.error) == (message_id, before + 1, None)
    assert store.messages.get(message_id).state is MessageState.QUEUED
    assert store.deliveries.counts(message_id).ready == before + 1

    assert queue_due(store) == ()
    assert store.deliveries.counts(message_id).ready == before + 1


def test_who_may_not_send_any_more_sends_nothing_and_it_is_said(store: Store, hands: Hands) -> None:
    store.operators.add("paul", "Paul", "writer")
    paul = Store(store.path, "paul", hands)
    message_id = keep(paul)
    paul.close()
    with store.writing() as t:
        t.execute("DELETE FROM rights WHERE operator_id = 2 AND name = 'messages.send'")
    hands.at = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    (missed,) = queue_due(store)
    assert (missed.message.id, missed.message.login) == (message_id, "paul")
    assert missed.error == KeeperMayNot("Paul")
    assert "Paul" in words_for(missed.error)
    assert obstacle(store, message_id) == missed.error
    assert read_found(store, message_id).truth.startswith("! Paul")
    store.operators.set_rights("paul", role="writer")
    assert obstacle(store, message_id) is None
    assert store.operators.kept_messages("paul") == (missed.message.title,)
    store.operators.remove("paul")
    assert obstacle(store, message_id) == KeeperMayNot("Paul")
    (missed,) = queue_due(store)
    assert missed.error == KeeperMayNot("Paul")
    assert store.deliveries.counts().total == 0
    store.operators.bring_back("paul")
    store.operators.describe("paul", new_login="p")
    (went,) = queue_due(store)
    assert (went.error, store.operators.kept_messages("p")) == (None, ())


def test_one_that_cannot_be_made_stops_no_other(store: Store, hands: Hands) -> None:
    broken = keep(store, "Bonjour {{ nickname }}")
    fine = keep(store)
    hands.at = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    missed, done = queue_due(store)
    assert (missed.message.id, type(missed.error), done.error) == (broken, TextRefused, None)
    assert isinstance(obstacle(store, broken), TextRefused)
    assert obstacle(store, fine) is None
    assert obstacle(store, keep(store, "Bonjour", at=datetime(2026, 11, 23, 18, 0))) is None
    assert store.messages.get(broken).state is MessageState.SCHEDULED
    assert store.messages.get(fine).state is MessageState.QUEUED


def test_one_that_is_found_too_late_is_cancelled_and_said_once(store: Store, hands: Hands) -> None:
    message_id = keep(store, send_before=datetime(2026, 11, 22, 20, 0))
    hands.at = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)  # 20:00 in Paris: nothing looked in between
    assert obstacle(store, message_id) == LimitPassed(datetime(2026, 11, 22, 20, 0))
    (missed,) = queue_due(store)
    assert (missed.message.id, missed.error) == (message_id, TooLate(datetime(2026, 11, 22, 20, 0)))
    assert "20:00" in words_for(missed.error)
    found = store.messages.get(message_id)
    assert (found.state, found.send_at, was_too_late(found)) == (MessageState.CANCELLED, SIX_IN_THE_EVENING, True)
    assert state_words(found) == "too late"
    assert store.deliveries.counts().total == 0
    assert queue_due(store) == ()
    assert store.messages.get(store.messages.duplicate(message_id)).state is MessageState.DRAFT


def test_one_in_time_is_not_too_late_and_its_mails_know_until_when(store: Store, hands: Hands) -> None:
    message_id = keep(store, send_before=datetime(2026, 11, 22, 20, 0))
    hands.at = datetime(2026, 11, 22, 18, 59, tzinfo=UTC)
    (done,) = queue_due(store)
    assert done.error is None
    assert not was_too_late(store.messages.get(message_id))
    with store.reading() as t:
        assert t.value("SELECT DISTINCT send_before FROM deliveries") == "2026-11-22T19:00:00.000000Z"


@pytest.mark.parametrize(
    ("expected", "mails", "said"),
    [(None, 50, False), (50, 50, False), (50, 60, False), (50, 61, True), (50, 39, True), (4, 8, False), (0, 5, True)],
)
def test_a_much_changed_audience_is_worth_a_word(store: Store, expected: int | None, mails: int, said: bool) -> None:
    message = replace(store.messages.get(keep(store)), expected_mails=expected)
    note = audience_note(message, mails, Limits())
    assert bool(note) is said
    assert not said or (str(mails) in note and str(expected) in note)
    assert (audience_note(message, mails, Limits(audience_change=100)) != "") is (expected == 0)
    assert said == note.startswith("Mails: ")
    by_sms = replace(message, channels=("email", "sms"))
    assert said == audience_note(by_sms, mails, Limits()).startswith("Mails and SMS: ")


def test_it_goes_to_those_it_is_for_now_and_says_how_many_it_was(store: Store, hands: Hands) -> None:
    message_id = keep(store, expected=6)
    for number in range(6):
        store.members.add(Member((Person(f"P{number}", "N", f"p{number}@exemple.fr", EmailState.HAS),)))
    hands.at = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    (done,) = queue_due(store)
    assert (done.mails, done.error) == (12, None)
    assert "12" in done.note
    found = store.messages.get(message_id)
    assert audience_note(found, store.deliveries.counts(message_id).total, store.settings.limits()) == done.note
    with store.reading() as t:
        detail = t.value("SELECT detail FROM journal WHERE action = 'message.queued'")
    assert json.loads(detail) == {"mails": 12, "expected": 6}


@pytest.mark.parametrize("change", ["unschedule", "later", "sent by hand", "another run"])
def test_who_takes_it_back_at_the_last_moment_is_heeded(
    store: Store, hands: Hands, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    message_id = keep(store)
    hands.at = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    post = letters.Letters.post

    def meanwhile(self, *args, **rest):
        monkeypatch.undo()
        if change == "unschedule":
            store.messages.unschedule(message_id)
        elif change == "later":
            store.messages.schedule(message_id, datetime(2026, 11, 23, 18, 0))
        elif change == "sent by hand":
            composing.freeze(store, message_id)
        else:
            assert len(queue_due(store)) == 1
        return post(self, *args, **rest)

    monkeypatch.setattr(letters.Letters, "post", meanwhile)
    assert queue_due(store) == ()
    goes = change in ("sent by hand", "another run")
    assert store.deliveries.counts(message_id).total == (6 if goes else 0)


CODE = """
from datetime import UTC, datetime
from pathlib import Path
from mail.schedule import queue_due
from store import Store
queue_due(Store(Path({path!r}), "marie", lambda: datetime(2026, 11, 22, 17, 0, tzinfo=UTC)))
"""


def process(store: Store, crash: str = "") -> subprocess.Popen[bytes]:
    """Another run that finds the hour come."""
    code = CODE.format(path=str(store.path))
    return subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "CABAS_CRASH": crash})


@pytest.mark.parametrize("point", FREEZING)
def test_a_run_killed_at_the_hour_leaves_all_or_nothing_to_the_next(store: Store, hands: Hands, point: str) -> None:
    message_id = keep(store, "Bonjour {{ first_name }} ![x](panier.png)", files=True)
    assert process(store, point).wait() == 137
    queued = point == "message_queued"
    with store.reading() as t:
        left = [t.value(f"SELECT count(*) FROM {table}") for table in ("deliveries", "enclosures", "recipients")]
    assert left == ([6, 1, 9] if queued else [0, 0, 0])
    hands.at = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert len(queue_due(store)) == (0 if queued else 1)
    assert store.deliveries.counts(message_id).ready == 6
    mails = [frozen_mime(store, mail.delivery_id) for mail in frozen_mails(store, message_id)]
    assert {tree(read(mime)) for mime in mails} == {
        ("multipart/alternative", "text/plain", ("multipart/related", "text/html", "image/png"))
    }


def test_two_runs_at_once_queue_a_message_once(store: Store) -> None:
    ids = [keep(store) for _ in range(4)]
    runs = [process(store) for _ in range(2)]
    assert [run.wait() for run in runs] == [0, 0]
    assert [store.deliveries.counts(message_id).ready for message_id in ids] == [6] * 4


def test_an_hour_that_has_passed_is_refused(store: Store) -> None:
    message_id = store.messages.new(parse("everyone"), "Sujet", "Texte")
    with pytest.raises(Invalid):
        store.messages.schedule(message_id, datetime(2026, 11, 21, 21, 0))
