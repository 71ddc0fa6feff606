"""kill -9 while SMS go out, at every named moment and at random ones: nobody gets two, nobody is forgotten."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mail.crash_points import TEXTING
from store.handle import Store
from tests.mail.outgoing import queue, set_mailbox
from tests.mail.recorder import Recorder
from tests.mail.sender import Forks, Sender
from tests.mail.sms_server import SmsGateway
from tests.mail.texting import assert_no_sms_twice_none_lost, number, queue_sms

KILLS = 12


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[SmsGateway]:
    with SmsGateway(tmp_path) as started:
        yield started


@pytest.fixture
def sender(store: Store, forks: Forks, gateway: SmsGateway, tmp_path: Path) -> Sender:
    return Sender(store.path, forks=forks, configuration=gateway.configure(tmp_path / "cabas.toml"))


@pytest.mark.parametrize("point", [*TEXTING, "before_commit"])
def test_a_run_killed_at_a_named_moment_is_finished_by_the_next(
    store: Store, gateway: SmsGateway, sender: Sender, point: str
) -> None:
    numbers = queue_sms(store, 3)
    assert sender.run(f"{point}:2") == 137
    assert_no_sms_twice_none_lost(store, gateway, numbers)
    assert sender.run() == 0
    found = assert_no_sms_twice_none_lost(store, gateway, numbers)
    doubtful = [] if point == "sms_noted" else [number(1)]
    assert [one for one, state in found.items() if state == "unknown"] == doubtful
    assert [row.address for row in store.deliveries.unknown()] == doubtful
    assert list(found.values()).count("sent") == 3 - len(doubtful)
    assert gateway.taken().count(number(1)) == (0 if point == "sms_claimed" else 1)


def test_one_sent_again_by_a_person_has_the_same_text_and_reference(
    store: Store, gateway: SmsGateway, sender: Sender
) -> None:
    queue_sms(store, 1)
    sender.run("sms_answered")
    sender.run()
    assert store.deliveries.resolve("all", "again") == 1
    assert sender.run() == 0
    first, second = gateway.requests()
    assert first == second


def test_kill_9_at_random_moments(store: Store, gateway: SmsGateway, sender: Sender) -> None:
    gateway.delay = 0.05
    gateway.start({"3": "400 no", "7": "500 oops"})
    numbers = queue_sms(store, 24)
    chance = random.Random(20261122)
    kills = 0
    while kills < KILLS and store.deliveries.due().sms:
        pid = sender.start()
        time.sleep(chance.uniform(0, 0.6))
        kills += sender.kill(pid)
        found = assert_no_sms_twice_none_lost(store, gateway, [*numbers])
    assert kills, "no run was killed"
    for _ in range(6):
        store.sms.resume()
        sender.run()
    found = assert_no_sms_twice_none_lost(store, gateway, numbers)
    assert set(found.values()) <= {"sent", "unknown", "failed"}
    assert {one for one, state in found.items() if state == "failed"} <= {one for one in numbers if one.endswith("3")}
    assert list(found.values()).count("unknown") <= kills + 3


def test_the_mails_of_the_run_go_first_and_once_whatever_the_sms_do(
    store: Store, recorder: type[Recorder], gateway: SmsGateway, sender: Sender
) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    numbers, addresses = queue_sms(store, 2), queue(store, 2)
    assert sender.run("sms_claimed") == 137
    assert [mail["to"] for mail in server.accepted()] == addresses
    assert gateway.requests() == []
    assert sender.run() == 0
    assert [mail["to"] for mail in server.accepted()] == addresses
    assert_no_sms_twice_none_lost(store, gateway, numbers)
    assert [row.address for row in store.deliveries.unknown()] == numbers[:1]
    assert [doubt.id for doubt in store.deliveries.doubts()] == [], "an SMS is looked for among sent mails"
