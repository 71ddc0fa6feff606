"""What a run does with SMS: what each answer of a gateway makes of them, what is held, what waits and why."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from mail import pace, patience
from mail.outbox import adopt, run
from mail.run_result import Outcome
from mail.sms import GatewayBad
from screens.errors import words_for
from store.addresses import address_hash
from store.errors import Invalid, NotAllowed
from store.handle import Store
from store.sms_gateway import SmsBudget
from tests.mail.outgoing import queue, set_mailbox
from tests.mail.recorder import Recorder
from tests.mail.sms_server import SmsGateway
from tests.mail.test_patience import Hours
from tests.mail.texting import (
    assert_no_sms_twice_none_lost,
    everything_written,
    number,
    queue_sms,
    send,
    states,
)
from tests.store.conftest import Hands


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmsGateway]:
    monkeypatch.setattr("mail.sms_runner._PAUSE", 0.0)
    with SmsGateway(tmp_path) as started:
        monkeypatch.setenv("CABAS_CONFIG", str(started.configure(tmp_path / "cabas.toml")))
        yield started


def held(store: Store) -> dict[str, str]:
    """Why each held SMS is, by its number."""
    with store.reading() as t:
        return {row[0]: row[1] for row in t.all("SELECT address, reason FROM deliveries WHERE state = 'held'")}


class TestAnswers:
    def test_each_answer_makes_of_an_sms_what_is_known_of_it(self, store: Store, gateway: SmsGateway) -> None:
        gateway.start({"01": "400 s3cretkey", "02": "late", "04": "500 oops", "06": "404 no such number"})
        numbers = queue_sms(store, 8)
        result = send(store)
        found = assert_no_sms_twice_none_lost(store, gateway, numbers)
        assert found == {
            **dict.fromkeys(numbers, "sent"),
            number(1): "failed",
            number(2): "unknown",
            number(4): "unknown",
            number(6): "failed",
        }
        assert (result.sms.sent, result.sms.failed, result.sms.in_doubt, result.sms.waiting) == (4, 2, 2, 0)
        assert (result.sent, result.failed, result.exit_code) == (0, 0, 0)
        refused, other = (row for row in store.deliveries.of_message(1) if row.state == "failed")
        assert (refused.channel, refused.parts, refused.reason) == ("sms", 1, "refused")
        assert (refused.answer, other.answer) == ("…", "no such number")
        assert {row.answer for row in store.deliveries.of_message(1, "sent")} == {"m-4711"}
        assert {one["text"] for one in gateway.requests()} == {"Bonjour, la distribution est à 18h."}
        assert send(store).sms.sent == 0, "something was sent again by itself"
        assert len(gateway.requests()) == 8
        store.close()
        assert b"s3cretkey" not in everything_written(store.path.parent)

    @pytest.mark.parametrize(
        ("answer", "state", "reason"),
        [
            ("401", "refused", "login"),
            ("403", "refused", "login"),
            ("402", "refused", "credit"),
            ("nowhere", "refused", "elsewhere"),
        ],
    )
    def test_what_concerns_the_gateway_stops_all_and_harms_nobody(
        self, store: Store, gateway: SmsGateway, answer: str, state: str, reason: str
    ) -> None:
        gateway.start({"": answer})
        numbers = queue_sms(store, 3)
        result = send(store)
        assert set(states(store).values()) == {"ready"}
        assert (result.sms.waiting, result.sms.reason, result.exit_code) == (3, reason, 3)
        settings = store.sms.get()
        assert (settings.state, settings.reason, settings.until) == (state, reason, None)
        assert len(gateway.requests()) == 1
        assert store.sms.budget() == SmsBudget(0, None), "what took nothing counts"
        send(store, "tick")
        assert len(gateway.requests()) == 1, "a tick asks again what only a person can put right"
        gateway.start({})
        assert send(store).sms.sent == 3
        assert store.sms.get().state == "ok"
        assert_no_sms_twice_none_lost(store, gateway, numbers)

    @pytest.mark.parametrize("busy", [True, False])
    def test_a_gateway_that_is_busy_or_away_is_asked_again_later(
        self, timed_store: Store, hands: Hands, gateway: SmsGateway, busy: bool
    ) -> None:
        store, port = timed_store, gateway.port
        numbers = queue_sms(store, 2)
        if busy:
            gateway.start({"": "429 slow down"})
        else:
            gateway.stop()
        result = send(store, "tick")
        assert (result.sms.waiting, result.sms.reason) == (2, "busy" if busy else "network")
        assert result.sms.until is not None
        assert set(states(store).values()) == {"ready"}
        assert send(store, "tick").sms.sent == 0
        assert port == gateway.port
        gateway.start({})
        hands.at += timedelta(minutes=6)
        assert send(store, "tick").sms.sent == 2
        assert_no_sms_twice_none_lost(store, gateway, numbers)

    def test_three_unclear_answers_in_a_row_stop_the_gateway(self, store: Store, gateway: SmsGateway) -> None:
        gateway.start({"": "500 oops"})
        queue_sms(store, 6)
        result = send(store)
        assert (result.sms.in_doubt, result.sms.waiting, result.sms.reason) == (3, 3, "doubts")
        assert send(store).sms.in_doubt == 1, "one more answer of that kind is enough"

    def test_the_same_refusal_of_every_number_is_the_gateways(self, store: Store, gateway: SmsGateway) -> None:
        gateway.start({"": "400 sender name not registered"})
        queue_sms(store, 8)
        result = send(store)
        assert (result.sms.failed, result.sms.waiting, result.sms.reason) == (5, 3, "refusals")
        assert "not registered" in result.sms.answer
        gateway.start({})
        store.sms.resume()
        assert store.deliveries.retry("all") == 5
        assert send(store).sms.sent == 8


class TestHeld:
    def test_whoever_refused_meanwhile_gets_none(self, store: Store, gateway: SmsGateway) -> None:
        numbers = queue_sms(store, 6)
        with store.writing() as t:
            people = [row[0] for row in t.all("SELECT id FROM people WHERE mobile_e164 <> '' ORDER BY id")]
            t.execute("UPDATE people SET mobile_e164 = '+33639980099' WHERE id = ?", (people[4],))
        store.members.set_preference(people[0], "sms", "targeted", False, "by phone")
        store.members.set_preference(people[1], "sms", "targeted", False, "stop")
        store.members.set_preference(people[2], "email", "targeted", False, "stop")
        with store.writing() as t:
            t.insert("suppressions", address_hash=address_hash(numbers[3]), kind="all", since=t.stamp, source="stop")
        assert held(store) == {numbers[1]: "opted_out"}, "what STOP refuses waits on"
        send(store)
        assert gateway.taken() == [numbers[2], numbers[5]]
        assert held(store) == {
            **dict.fromkeys((numbers[0], numbers[1], numbers[3]), "opted_out"),
            numbers[4]: "address_changed",
        }
        changed = next(row for row in store.deliveries.of_message(1, "held") if row.reason == "address_changed")
        assert store.deliveries.release("all") == 0
        assert store.deliveries.release(changed.id) == 1
        send(store)
        assert gateway.taken()[-1] == numbers[4], "a person let it go to the former number"

    def test_only_who_said_yes_where_the_group_wants_it_so(self, store: Store, gateway: SmsGateway) -> None:
        numbers = queue_sms(store, 2)
        store.sms.set(only_allowed=True)
        with store.writing() as t:
            person = t.value("SELECT id FROM people WHERE mobile_e164 = ?", (numbers[1],))
            t.insert("preferences", person_id=person, channel="sms", kind="targeted", allowed=1, since=t.stamp)
        send(store)
        assert gateway.taken() == [numbers[1]]
        assert held(store) == {numbers[0]: "not_allowed"}

    def test_cancelled_paused_and_too_late(self, store: Store, gateway: SmsGateway) -> None:
        (late,) = queue_sms(store, 1, send_before="2020-01-01T00:00:00.000000Z")
        (other,) = queue_sms(store, 1, first=1)
        store.deliveries.pause(1)
        assert send(store).sms.waiting == 0
        assert gateway.requests() == []
        store.deliveries.resume(1)
        with store.writing() as t:
            t.execute("UPDATE messages SET state = 'cancelled'")
        send(store)
        assert gateway.requests() == []
        assert held(store) == {late: "too_late", other: "cancelled"}

    def test_a_copied_file_sends_none_until_somebody_takes_it_over(
        self, store: Store, gateway: SmsGateway, tmp_path: Path
    ) -> None:
        queue_sms(store, 2)
        copy = tmp_path / "copy.cabas"
        for suffix in ("", "-wal"):
            shutil.copy(f"{store.path}{suffix}", f"{copy}{suffix}")
        with closing(Store(copy, "marie")) as copied:
            assert send(copied).outcome is Outcome.COPIED
            assert gateway.requests() == []
            assert adopt(copied, hold=True) == 2
            assert set(held(copied).values()) == {"copied"}
        assert send(store).sms.sent == 2

    def test_pausing_everything_pauses_the_sms_too_with_a_mailbox_and_without(
        self, store: Store, gateway: SmsGateway
    ) -> None:
        queue_sms(store, 1)
        store.mailbox.pause()
        result = send(store)
        assert (result.sms.waiting, result.sms.reason) == (1, "operator")
        store.mailbox.resume()
        set_mailbox(store, 9)
        store.mailbox.pause()
        assert send(store).sms.reason == "operator"
        assert gateway.requests() == []
        store.mailbox.resume()
        store.sms.pause()
        assert send(store).sms.reason == "operator"
        store.sms.resume()
        assert send(store).sms.sent == 1


class TestGateway:
    def test_without_one_they_wait_and_every_screen_can_say_why(
        self, store: Store, gateway: SmsGateway, tmp_path: Path
    ) -> None:
        queue_sms(store, 2)
        configured = (tmp_path / "cabas.toml").read_text()
        (tmp_path / "cabas.toml").write_text("")
        result = send(store, "tick")
        assert (result.outcome, result.sms.waiting, result.sms.reason, result.exit_code) == (
            Outcome.DONE,
            2,
            "no_gateway",
            3,
        )
        assert store.sms.get().reason == "no_gateway"
        changes = store.change_number()
        send(store, "tick")
        assert store.change_number() == changes, "each tick fills the journal"
        (tmp_path / "cabas.toml").write_text(configured)
        assert send(store, "tick").sms.sent == 2
        assert store.sms.get().reason == ""

    @pytest.mark.parametrize(
        ("written", "reason"),
        [
            ("gateway = 'json://127.0.0.1/'", "no_to"),
            ("gateway = 'nonsense://{to}'", "service"),
            (
                "gateway = 'twilio://AC0123456789abcdef0123456789abcdef:secret@+33639980001/{to}/+33639980077'",
                "targets",
            ),
            ("gateway = 'json://h/{to}'\ngateway_command = 'echo'", "both"),
            ("gateway_command = 'false'", "command"),
            ("gateway = [", "configuration"),
        ],
    )
    def test_one_that_cannot_be_used_is_a_reason_to_wait(
        self, store: Store, gateway: SmsGateway, tmp_path: Path, written: str, reason: str
    ) -> None:
        queue_sms(store, 1)
        (tmp_path / "cabas.toml").write_text(f"[sms]\n{written}\n")
        assert send(store).sms.reason == reason
        assert set(states(store).values()) == {"ready"}

    def test_without_the_library_for_it_nothing_is_lost(
        self, store: Store, gateway: SmsGateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        queue_sms(store, 1)
        monkeypatch.setitem(sys.modules, "apprise", None)
        assert send(store).sms.reason == "library"
        assert "cabas[sms]" in words_for(GatewayBad("library"))
        monkeypatch.undo()
        monkeypatch.setenv("CABAS_CONFIG", str(gateway.folder / "cabas.toml"))
        assert send(store).sms.sent == 1

    def test_its_own_file_goes_before_that_of_all_and_a_command_gives_it(
        self, store: Store, gateway: SmsGateway, tmp_path: Path
    ) -> None:
        queue_sms(store, 1)
        (tmp_path / "line").write_text(gateway.line + "\nsecond line\n")
        (tmp_path / "cabas.toml").write_text(
            f"[sms]\ngateway = 'json://127.0.0.1:9/{{to}}'\n"
            f"[sms.{json.dumps(str(store.path))}]\ngateway_command = 'cat {tmp_path / 'line'}'\n"
        )
        assert send(store).sms.sent == 1

    def test_retries_and_splitting_asked_for_in_its_line_are_not_done(
        self, store: Store, gateway: SmsGateway, tmp_path: Path
    ) -> None:
        gateway.start({"": "late"})
        text = "é" * 40_000
        queue_sms(store, 1, mime=text.encode())
        (tmp_path / "cabas.toml").write_text(
            f"[sms]\ngateway = '{gateway.line}&retry=3&wait=0&overflow=split&redirect=yes&optional=yes'\n"
        )
        assert send(store).sms.in_doubt == 1
        assert [len(one["text"]) for one in gateway.requests()] == [len(text)]

    def test_the_mailbox_and_its_limits_have_nothing_to_do_with_sms(self, store: Store, gateway: SmsGateway) -> None:
        queue(store, 2)
        queue_sms(store, 2)
        result = send(store)
        assert (result.outcome, result.sms.sent) == (Outcome.NO_MAILBOX, 2)
        set_mailbox(store, 9, per_hour=2, per_day=2)
        budget = store.mailbox.budget()
        assert budget is not None
        assert budget.left == 2, "SMS use up the mailbox's limits"


class TestPatience:
    """Time passes only while a run waits."""

    @pytest.fixture
    def hours(self, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> Hours:
        made = Hours(hands)
        for module in (pace, patience):
            monkeypatch.setattr(module, "time", made)
        return made

    def test_a_run_waits_for_a_gateway_that_is_busy_and_no_longer_than_ten_times(
        self, timed_store: Store, hours: Hours, gateway: SmsGateway
    ) -> None:
        gateway.start({"": "429 slow down"})
        numbers = queue_sms(timed_store, 2)
        hours.then = [(620.0, lambda: gateway.start({}))]
        result = run(timed_store, lambda: "", how="app", patience=timedelta(minutes=75))
        assert (result.sms.sent, result.sms.waiting) == (2, 0)
        assert len([one for one in gateway.requests() if not one["taken"]]) == 3
        assert_no_sms_twice_none_lost(timed_store, gateway, numbers)
        gateway.stop()
        queue_sms(timed_store, 1, first=5)
        result = run(timed_store, lambda: "", how="app", patience=timedelta(minutes=75))
        assert (result.sms.waiting, result.sms.reason) == (1, "network")
        assert hours.passed < 1600

    def test_sms_that_come_while_the_mails_wait_for_the_next_hour_go_at_once(
        self, timed_store: Store, hours: Hours, gateway: SmsGateway, recorder: Callable[..., Recorder]
    ) -> None:
        store = timed_store
        set_mailbox(store, recorder().port, per_hour=2)
        queue(store, 3)
        seen: list[int] = []
        hours.then = [
            (60.0, lambda: queue_sms(store, 2)),
            (90.0, lambda: seen.append(len(gateway.taken()))),
        ]
        result = run(store, lambda: "", how="app", patience=timedelta(minutes=75))
        assert seen == [2]
        assert (result.outcome, result.sent, result.sms.sent) == (Outcome.DONE, 3, 2)

    def test_what_only_a_person_can_put_right_is_asked_once_in_a_run(
        self, timed_store: Store, hours: Hours, gateway: SmsGateway, recorder: Callable[..., Recorder]
    ) -> None:
        gateway.start({"": "401 no"})
        set_mailbox(timed_store, recorder().port, per_hour=1)
        queue(timed_store, 2)
        queue_sms(timed_store, 2)
        hours.then = [
            (float(at), lambda: queue_sms(timed_store, 1, first=int(hours.passed) % 70 + 10)) for at in (60, 90)
        ]
        result = run(timed_store, lambda: "", how="app", patience=timedelta(minutes=75))
        assert (result.sent, result.sms.reason) == (2, "login")
        assert len(gateway.requests()) == 1


class TestSettings:
    def test_the_days_limit_counts_parts_and_doubts(
        self, timed_store: Store, hands: Hands, gateway: SmsGateway
    ) -> None:
        store = timed_store
        gateway.start({"00": "500 oops"})
        store.sms.set(per_day=5)
        queue_sms(store, 4, parts=2)
        result = send(store)
        assert (result.sms.sent, result.sms.in_doubt, result.sms.waiting) == (1, 1, 2)
        assert (result.sms.reason, result.exit_code) == ("limits", 3)
        assert store.sms.budget() == SmsBudget(4, 1)
        store.sms.set(per_day=4)
        standing = store.sms.standing()
        assert (standing.state, standing.reason, standing.until) == ("paused", "limits", store.sms.budget().more_at)
        assert store.sms.get().state == "ok"
        store.sms.set(per_day=5)
        hands.at += timedelta(hours=25)
        assert send(store).sms.sent == 2
        queue_sms(store, 1, first=10, parts=7)
        assert send(store).sms.sent == 0
        hands.at += timedelta(hours=25)
        assert send(store).sms.sent == 1, "a text that is longer than the limit would never go"

    def test_an_admin_says_what_they_cost_and_others_pause(self, store: Store) -> None:
        assert (store.sms.get().currency, store.sms.get().cost_of(7)) == ("EUR", 0)
        store.sms.set(cost=450, per_day=100, currency="CHF")
        settings = store.sms.get()
        assert (settings.cost_of(24), settings.cost_of(1), settings.currency) == (108, 5, "CHF")
        for wrong in ({"cost": -1}, {"per_day": -1}, {"currency": "euro"}, {"state": "ok"}):
            with pytest.raises(Invalid):
                store.sms.set(**wrong)
        store.sms.pause()
        assert store.sms.set(cost=500).reason == "operator", "another cost ends a pause"
        store.operators.add("paul", "Paul", "phone_desk")
        with closing(Store(store.path, "paul")) as paul:
            assert paul.sms.get().cost == 500
            for change in (lambda: paul.sms.set(cost=1), paul.sms.pause, paul.sms.resume):
                with pytest.raises(NotAllowed):
                    change()
