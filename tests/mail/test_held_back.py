"""What is asked once more right before a mail goes: who opted out since, whose address changed, what is too late."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from mail import runner
from mail.outbox import run
from mail.run_result import RunResult
from store.addresses import address_hash
from store.clock import stamp, utc_now
from store.handle import Store
from store.ledger import Ledger, Trace
from store.preferences import STOP
from tests.mail.outgoing import assert_nobody_twice_nobody_lost, queue, set_mailbox
from tests.mail.recorder import Recorder

Start = Callable[..., Recorder]


def send(store: Store) -> RunResult:
    return run(store, lambda: "")


def states(store: Store) -> dict[str, str]:
    with store.reading() as t:
        return {row["address"].partition("@")[0]: row["state"] for row in t.all("SELECT * FROM deliveries")}


class TestNotAnyMore:
    """What is asked again right before a mail goes."""

    def person(self, store: Store, address: str) -> int:
        with store.writing() as t:
            member = t.insert("members", sort_key="x")
            person = t.insert("people", member_id=member, position=1, email=address, email_key=address)
            delivery = t.value("SELECT id FROM deliveries WHERE address = ?", (address,))
            t.insert("delivery_people", delivery_id=delivery, person_id=person, member_id=member)
        return person

    def opt_out(self, store: Store, person: int, source: str = "") -> None:
        with store.writing() as t:
            t.execute(
                "INSERT INTO preferences (person_id, channel, kind, allowed, since, source)"
                " VALUES (?, 'email', 'targeted', 0, ?, ?)",
                (person, t.stamp, source),
            )

    @pytest.fixture
    def server(self, store: Store, recorder: Start) -> Recorder:
        server = recorder()
        set_mailbox(store, server.port)
        queue(store, 2)
        return server

    def reason(self, store: Store) -> str:
        (held,) = store.deliveries.of_message(1, "held")
        return held.reason

    def test_who_opted_out_since_gets_nothing(self, store: Store, server: Recorder) -> None:
        self.opt_out(store, self.person(store, "p0@exemple.fr"))
        assert send(store).sent == 1
        assert self.reason(store) == "opted_out"
        assert store.deliveries.release("all") == 0, "not against an opt-out"

    def test_a_shared_address_gets_its_mail_while_one_of_two_takes_it(self, store: Store, server: Recorder) -> None:
        self.opt_out(store, self.person(store, "p0@exemple.fr"))
        self.person(store, "p0@exemple.fr")
        assert send(store).sent == 2

    def test_a_service_message_reaches_who_opted_out_but_not_who_said_stop(
        self, store: Store, server: Recorder
    ) -> None:
        with store.writing() as t:
            t.execute("UPDATE messages SET service_reason = 'distribution cancelled'")
            t.insert("suppressions", address_hash=address_hash("p1@exemple.fr"), kind="all", since=t.stamp)
        self.opt_out(store, self.person(store, "p0@exemple.fr"))
        queue(store, 1, first=2)
        self.opt_out(store, self.person(store, "p2@exemple.fr"), STOP)
        send(store)
        assert states(store) == {"p0": "sent", "p1": "held", "p2": "held"}

    def test_a_changed_address_is_held_until_released(self, store: Store, server: Recorder) -> None:
        person = self.person(store, "p0@exemple.fr")
        with store.writing() as t:
            t.execute("UPDATE people SET email_key = 'new@exemple.fr' WHERE id = ?", (person,))
        assert send(store).sent == 1
        assert self.reason(store) == "address_changed"
        assert store.deliveries.release("all") == 0, "nobody means the old address with all the others"
        (held,) = store.deliveries.of_message(1, "held")
        assert store.deliveries.release(held.id) == 1
        assert send(store).sent == 1

    def test_a_released_mail_stays_released_when_the_server_puts_it_off(self, store: Store, server: Recorder) -> None:
        person = self.person(store, "p0@exemple.fr")
        with store.writing() as t:
            t.execute("UPDATE people SET email_key = 'new@exemple.fr' WHERE id = ?", (person,))
        send(store)
        (held,) = store.deliveries.of_message(1, "held")
        store.deliveries.release(held.id)
        with closing(Ledger(store)) as ledger:
            (mail,) = ledger.next_mails(1)[1]
            waiting = mail.id
            ledger.refused_for_now(waiting, Trace("rcpt", 451, "4.3.0 not now"), greylisted=False)
            assert ledger.claim(waiting, "Sat, 21 Nov 2026 21:04:00 +0100")
            ledger.mailbox_fault(Trace("answer", 421, "4.3.2 closing"), None, waiting)
            assert ledger.claim(waiting, "Sat, 21 Nov 2026 21:04:00 +0100")
            ledger.sent(waiting, Trace("answer", 250, "2.0.0 taken"))
        assert states(store) == {"p0": "sent", "p1": "sent"}

    def test_too_late_is_too_late(self, store: Store, server: Recorder) -> None:
        queue(store, 1, first=5, send_before=stamp(utc_now()))
        assert send(store).sent == 2
        assert self.reason(store) == "too_late"
        store.deliveries.release("all")
        assert send(store).sent == 1

    def test_a_cancelled_message_goes_no_further(self, store: Store, server: Recorder) -> None:
        with store.writing() as t:
            t.execute("UPDATE messages SET state = 'cancelled'")
        assert send(store).sent == 0
        assert set(states(store).values()) == {"held"}

    def test_held_by_hand(self, store: Store, server: Recorder) -> None:
        assert store.deliveries.hold(1) == 1
        assert send(store).sent == 1
        assert store.deliveries.release(1) == 1
        assert send(store).sent == 1


def test_an_opt_out_between_the_text_and_the_dot_still_counts(
    store: Store, recorder: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    addresses = queue(store, 3)

    def hold_the_first(point: str) -> None:
        if point == "after_text":
            store.deliveries.hold("all")

    monkeypatch.setattr(runner, "reached", hold_the_first)
    assert send(store).sent == 0
    assert set(assert_nobody_twice_nobody_lost(store, server, addresses).values()) == {"held"}
