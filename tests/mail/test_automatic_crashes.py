"""Workflows and kill -9: at each named moment, at two ticks at once, beside an edit, and half way through a move."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mail.crash_points import AUTOMATIC, QUEUEING
from store import Store
from store.occurrence_records import OccurrenceState
from store.workflow_records import NewStep, Trigger
from tests.mail.flows import Week, at_once, mails, states
from tests.mail.outgoing import set_mailbox
from tests.mail.recorder import Recorder
from tests.mail.sender import Forks, Sender

Start = Callable[..., Recorder]

AHEAD = 900
"""Seconds: by then ordering has opened."""


@pytest.fixture
def week(store: Store) -> Week:
    """Ordering opens in ten minutes, and everybody is told then."""
    made = Week(store, 5)
    hours(made, 10)
    made.attach(at_once(Trigger.OPENS))
    return made


@pytest.fixture
def ticks(week: Week, forks: Forks, tmp_path: Path) -> Iterator[Sender]:
    with Sender(week.store.path, "automatic", forks=forks, as_tick=tmp_path / "none.toml") as sender:
        yield sender


def hours(week: Week, minutes: int) -> None:
    """Let ordering open in so many minutes, for a day, and the distribution come long after."""
    store, clock = week.store, week.store.clock
    found = store.distributions.get(week.day)
    if found.day <= clock.today():
        store.distributions.move(
            week.day, found.version, clock.today() + timedelta(days=10), "18:00", "19:30", "Treillières"
        )
    opens = clock.wall() + timedelta(minutes=minutes)
    store.distributions.set_hours(week.day, week.catalogue, opens, opens + timedelta(days=1))


def accepted(server: Recorder) -> list[str]:
    return sorted(mail["to"] for mail in server.accepted())


@pytest.mark.parametrize("point", [*(point for point in AUTOMATIC if point != "workflows_missed"), "tick_queued"])
def test_killed_anywhere_everybody_gets_it_once(point: str, week: Week, recorder: Start, ticks: Sender) -> None:
    server = recorder()
    set_mailbox(week.store, server.port)
    assert ticks.run(point, ahead=AHEAD) == 137
    written = point in ("workflow_queued", "tick_queued")
    assert (len(mails(week.store)), len(states(week.store))) == ((5, 1) if written else (0, 0)), "all or nothing"
    assert ticks.run(ahead=AHEAD) == 0
    assert ticks.run(ahead=AHEAD) == 0
    assert accepted(server) == week.addresses
    assert list(states(week.store).values()) == ["queued"]
    with week.store.reading() as t:
        assert t.value("SELECT count(*) FROM messages WHERE occurrence_id IS NOT NULL") == 1
        assert t.value("SELECT count(*) FROM recipients") == 5
        assert t.value("SELECT mails FROM occurrences") == 5


def test_what_is_too_late_is_missed_once_whenever_it_is_killed(week: Week, recorder: Start, ticks: Sender) -> None:
    server = recorder()
    set_mailbox(week.store, server.port)
    late = 3 * 86_400
    assert ticks.run("workflows_missed", ahead=late) == 137
    assert states(week.store) == {}
    assert ticks.run(ahead=late) == 0
    assert ticks.run(ahead=late) == 0
    assert list(states(week.store).values()) == ["missed"]
    assert accepted(server) == []
    with week.store.reading() as t:
        assert t.value("SELECT count(*) FROM journal WHERE action = 'workflow.missed'") == 1


def test_killed_while_sending_the_next_tick_makes_no_second_message(week: Week, recorder: Start, ticks: Sender) -> None:
    server = recorder()
    set_mailbox(week.store, server.port)
    assert ticks.run("after_dot", ahead=AHEAD) == 137
    assert ticks.run(ahead=AHEAD) == 0
    (doubt,) = week.store.deliveries.unknown()
    assert sorted({*accepted(server), doubt.address}) == week.addresses
    assert len(accepted(server)) == len(set(accepted(server)))


def test_two_ticks_at_once_send_it_once(week: Week, recorder: Start, ticks: Sender, tmp_path: Path) -> None:
    server = recorder()
    set_mailbox(week.store, server.port)
    for number in range(4):
        week.attach(at_once(Trigger.OPENS, subject=f"AMAP : {number}"), title=f"Ouverture {number}")
    with Sender(week.store.path, as_tick=tmp_path / "none.toml") as other:
        ticks.start(ahead=AHEAD)
        other.start(ahead=AHEAD)
        codes = {ticks.ended(), other.ended()}
    assert codes <= {0, 4}
    assert ticks.run(ahead=AHEAD) == 0
    assert accepted(server) == sorted(week.addresses * 5)
    assert len(states(week.store)) == 1, "of each workflow one, under one key"
    with week.store.reading() as t:
        assert t.value("SELECT count(*) FROM occurrences WHERE state = 'queued' AND mails = 5") == 5
        assert t.value("SELECT count(*) FROM messages WHERE occurrence_id IS NOT NULL") == 5


def test_a_tick_beside_somebody_who_edits_sends_whole_words(week: Week, recorder: Start, ticks: Sender) -> None:
    server = recorder()
    set_mailbox(week.store, server.port)
    draft = week.store.workflows.all()[0].steps[0].message_id
    ticks.start(ahead=AHEAD)
    for number in range(40):
        message = week.store.messages.get(draft)
        week.store.messages.save(replace(message, subject=f"S{number}", text=f"T{number}"))
    assert ticks.ended() == 0
    assert ticks.run(ahead=AHEAD) == 0
    assert accepted(server) == week.addresses
    with week.store.reading() as t:
        row = t.one("SELECT subject, text FROM messages WHERE occurrence_id IS NOT NULL")
        mimes = [bytes(mime["mime"]).decode() for mime in t.all("SELECT mime FROM deliveries")]
    assert row is not None
    for mime in mimes:
        assert f"Subject: {row['subject']}\r\n" in mime
        assert row["text"] in mime


@pytest.fixture
def half_sent(week: Week, recorder: Start, ticks: Sender) -> Recorder:
    """Two of five have it; the others wait for the next hour."""
    server = recorder()
    set_mailbox(week.store, server.port, per_hour=2)
    assert ticks.run(ahead=AHEAD) == 3
    assert len(accepted(server)) == 2
    set_mailbox(week.store, server.port)
    return server


def test_moved_half_way_the_others_get_the_new_words_at_the_new_moment(
    week: Week, half_sent: Recorder, ticks: Sender
) -> None:
    store = week.store
    had = set(accepted(half_sent))
    draft = store.workflows.all()[0].steps[0].message_id
    hours(week, 120)
    store.messages.save(replace(store.messages.get(draft), subject="Nouvelle date"))
    assert [state for _a, state, _r in mails(store)].count("held") == 3
    assert {reason for _a, state, reason in mails(store) if state == "held"} == {"withdrawn"}
    assert store.deliveries.release("all") == 0, "nobody lets old words go"
    (coming,) = [one for one in store.occurrences.coming() if one.step.trigger is Trigger.OPENS]
    assert (coming.state, coming.mails) == (OccurrenceState.WITHDRAWN, 5)
    assert ticks.run(ahead=AHEAD) == 0
    assert set(accepted(half_sent)) == had, "not before the new moment"
    assert ticks.run(ahead=7500) == 0
    assert ticks.run(ahead=7500) == 0
    assert accepted(half_sent) == week.addresses
    with store.reading() as t:
        rows = t.all("SELECT d.address, m.subject FROM deliveries d JOIN messages m ON m.id = d.message_id"
                     " WHERE d.state = 'sent'")  # fmt: skip
    assert {row["address"] for row in rows if row["subject"] == "Nouvelle date"} == set(week.addresses) - had
    assert list(states(store).values()) == ["queued"]


def test_cancelled_half_way_nobody_gets_more_and_brought_back_the_others_do(
    week: Week, half_sent: Recorder, ticks: Sender
) -> None:
    week.cancel()
    assert ticks.run(ahead=AHEAD) == 0
    assert len(accepted(half_sent)) == 2
    assert list(states(week.store).values()) == ["withdrawn"]
    week.store.distributions.restore(week.day)
    assert ticks.run(ahead=AHEAD) == 0
    assert accepted(half_sent) == week.addresses


@pytest.mark.parametrize("crash", ["inside", "after"])
def test_a_move_that_is_killed_is_done_whole_or_not_at_all(
    crash: str, week: Week, half_sent: Recorder, ticks: Sender
) -> None:
    opens = week.store.clock.wall() + timedelta(hours=2)
    script = f"""
import os, sys, datetime
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from store import Store, withdrawing
real = withdrawing.take_back
if {crash == "inside"}:
    withdrawing.take_back = lambda *a, **k: (real(*a, **k), os._exit(137))
opens = datetime.datetime.fromisoformat({opens.isoformat()!r})
store = Store({str(week.store.path)!r} and __import__("pathlib").Path({str(week.store.path)!r}), "marie")
store.distributions.set_hours({week.day}, {week.catalogue}, opens, opens + datetime.timedelta(days=1))
os._exit(137)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 137
    assert set(states(week.store).values()) == {"queued" if crash == "inside" else "withdrawn"}
    assert ticks.run(ahead=AHEAD) == 0
    assert len(accepted(half_sent)) == (5 if crash == "inside" else 2)
    assert ticks.run(ahead=7500) == 0
    assert accepted(half_sent) == week.addresses


def test_where_all_had_it_before_the_move_nothing_goes_again(week: Week, recorder: Start, ticks: Sender) -> None:
    server = recorder()
    set_mailbox(week.store, server.port)
    assert ticks.run(ahead=AHEAD) == 0
    hours(week, 5)
    assert list(states(week.store).values()) == ["queued"]
    assert ticks.run(ahead=AHEAD) == 0
    assert accepted(server) == week.addresses


@pytest.mark.parametrize("point", QUEUEING)
def test_a_recap_is_sent_and_told_once_whenever_it_is_killed(
    point: str, store: Store, recorder: Start, forks: Forks, tmp_path: Path
) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    week = Week(store, 1)
    hours(week, -60)
    clock = store.clock
    closes = clock.wall() + timedelta(minutes=10)
    store.distributions.set_hours(week.day, week.catalogue, closes - timedelta(days=1), closes)
    week.attach(NewStep(Trigger.RECAP, subject="Commande du {{ distribution.day }}", text="Voici la commande."))
    with Sender(store.path, "automatic", forks=forks, as_tick=tmp_path / "none.toml") as sender:
        assert sender.run(point, ahead=AHEAD) == 137
        assert sender.run(ahead=AHEAD) == 0
        assert sender.run(ahead=AHEAD) == 0
    assert accepted(server) == ["gue@exemple.fr"]
    with store.reading() as t:
        assert t.value("SELECT count(*) FROM recaps") == 1
    assert list(states(store).values()) == ["queued"]
