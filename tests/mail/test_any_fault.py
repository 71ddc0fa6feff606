"""Any faults in any order, and people who decide in between: each mail is accepted once at most, and none is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail.outbox import run
from store.handle import Store
from tests.mail.outgoing import queue, set_mailbox
from tests.mail.recorder import Recorder, Rule, Script
from tests.store.conftest import Hands

PHASES = ("greeting", "ehlo", "mail", "rcpt", "data", "dot", "taken")
REPLIES = (
    "drop", "421 4.3.2 closing", "454 4.7.0 later", "451 4.3.0 later", "451 4.7.1 greylisted", "452 4.3.1 full",
    "550 5.4.5 limit exceeded", "554 5.7.1 no", "535 5.7.8 login", "what?",
)  # fmt: skip
FAULT = st.builds(
    Rule,
    st.sampled_from(PHASES),
    st.sampled_from(REPLIES),
    only=st.sampled_from(["", "p1@exemple.fr", "p3@exemple.fr"]),
    times=st.integers(1, 4),
    after=st.integers(0, 3),
).filter(lambda rule: rule.at != "taken" or rule.reply == "drop")  # what is taken and then refused is a liar's
ACT = st.sampled_from(["retry", "hold", "release", "pause", "resume", "sent", "again", "wait"])
MAILS = 6


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorder]:
    with Recorder(tmp_path_factory.mktemp("any")) as started:
        yield started


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.lists(FAULT, max_size=4), st.lists(ACT, max_size=3)), min_size=1, max_size=4))
def test_whatever_happens_a_mail_is_accepted_as_often_as_somebody_said(
    server: Recorder, tmp_path: Path, new_file: Path, rounds: list[tuple[list[Rule], list[str]]]
) -> None:
    hands = Hands(datetime(2026, 11, 21, 20, 4, tzinfo=UTC))
    for old in tmp_path.glob("group.cabas*"):
        old.unlink()
    store = Store(Path(shutil.copy(new_file, tmp_path / "group.cabas")), "marie", hands)
    server.log.write_text("")
    set_mailbox(store, server.port)
    addresses = queue(store, MAILS)
    allowed = dict.fromkeys(addresses, 1)  # each "send it again" of a doubt may make one more
    for faults, acts in [*rounds, ([], ["resume", "release", "retry", "sent", "wait"]), ([], [])]:
        server.follow(Script(faults))
        run(store, lambda: "")
        accepted = [mail["to"] for mail in server.accepted()]
        with store.reading() as t:
            found = {row["address"]: row["state"] for row in t.all("SELECT address, state FROM deliveries")}
        assert sorted(found) == addresses
        for address, state in found.items():
            assert accepted.count(address) <= allowed[address], (address, state)
            if state in ("ready", "failed", "held") and allowed[address] == 1:
                assert address not in accepted, (address, state)
        for act in acts:
            if act == "again":
                for row in store.deliveries.unknown():
                    allowed[row.address] += 1
            decide(store, hands, act)
    assert set(states(store)) == {"sent"}
    store.close()


def states(store: Store) -> list[str]:
    with store.reading() as t:
        return [row["state"] for row in t.all("SELECT state FROM deliveries")]


def decide(store: Store, hands: Hands, act: str) -> None:
    deliveries = store.deliveries
    match act:
        case "wait":
            hands.at += timedelta(hours=5)
        case "pause":
            store.mailbox.pause()
        case "resume":
            store.mailbox.resume()
        case "sent" | "again":
            deliveries.resolve("all", act)
        case "hold" | "release" | "retry":
            getattr(deliveries, act)("all")
