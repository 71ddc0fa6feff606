"""`cabas sms`, and what the other commands say of SMS; nothing of the gateway's line is ever said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mail.lock import lock_path
from store import Store
from tests.mail.sms_server import SmsGateway
from tests.mail.texting import number, queue_sms
from tui.doctor.sms_checks import sms_checks

Cabas = Callable[..., str]


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmsGateway]:
    monkeypatch.setattr("mail.sms_runner._PAUSE", 0.0)
    with SmsGateway(tmp_path) as started:
        monkeypatch.setenv("CABAS_CONFIG", str(started.configure(tmp_path / "cabas.toml")))
        yield started


def test_settings_are_said_and_changed(store: Store, cabas: Cabas) -> None:
    assert "Nobody said what SMS cost." in cabas("sms", "show")
    assert cabas("sms", "set", "--cost", "0,045", "--per-day", 100, "--only-allowed") == "Stored.\n"
    said = cabas("sms", "show")
    assert "One SMS costs €0.045." in said
    assert "0 handed over in 24 hours, at most 100." in said
    assert "No SMS goes out: no gateway is set up." in said
    assert "only to who said yes" in said
    assert "No gateway is named. In cabas.toml: [sms]" in said
    shown = json.loads(cabas("sms", "show", "--json"))
    assert (shown["cost"], shown["per_day"], shown["only_allowed"], shown["gateway"]) == (450, 100, True, False)
    assert json.loads(cabas("sms", "set", "--everybody", "--currency", "chf", "--json"))["currency"] == "CHF"
    assert "is no currency" in cabas("sms", "set", "--currency", "francs", code=1)
    assert "is no price" in cabas("sms", "set", "--cost", "much", code=2)
    assert "Say what to change" in cabas("sms", "set", code=2)
    assert "set what SMS cost and how many may go" in cabas("journal")


def test_a_run_its_status_and_its_doubts(store: Store, gateway: SmsGateway, cabas: Cabas) -> None:
    gateway.start({"01": "500 oops", "02": "400 bad number"})
    queue_sms(store, 4)
    status = cabas("outbox", "status")
    assert "4 SMS wait." in status
    assert "Mails" not in status
    shown = cabas("sms", "show")
    assert "SMS go out." in shown
    assert "4 SMS wait." in shown
    assert "4 SMS wait." in cabas("tick", "--dry-run")
    assert cabas("outbox", "run") == "2 SMS sent. 1 was refused. 1 is in doubt: see “cabas outbox unknown”.\n"
    (doubt,) = json.loads(cabas("outbox", "unknown", "--json"))
    assert (doubt["address"], doubt["channel"]) == (number(1), "sms")
    assert "SMS" in cabas("outbox", "unknown")
    gateway.start({"": "429 slow down"})
    tried = json.loads(cabas("export", "attempts", "--format", "json"))
    assert {(row["channel"], row["step"]) for row in tried if row["address"] == number(2)} == {
        ("sms", "request"),
        ("sms", "refused"),
    }
    assert cabas("outbox", "resolve", doubt["delivery"], "again") == "1 goes out again.\n"
    assert cabas("outbox", "retry", "--all") == "1 is tried again.\n"
    cabas("sms", "set", "--per-day", 2)
    shown = cabas("sms", "show")
    assert "4 handed over in 24 hours, at most 2." in shown
    assert "the day's limit is used up" in shown
    assert "SMS go out." not in shown
    cabas("sms", "set", "--per-day", 0)
    waits = cabas("outbox", "run", code=3)
    assert "2 SMS wait: the gateway takes no more for now" in waits
    assert "They go on from" in waits
    status = json.loads(cabas("outbox", "status", "--json"))["sms"]
    assert (status["due"], status["state"], status["reason"]) == (2, "paused", "busy")
    gateway.start({})
    assert cabas("sms", "resume") == "SMS go on. “cabas outbox run” sends.\n"
    assert cabas("outbox", "run") == "2 SMS sent.\n"


def test_the_gateway_is_looked_at_and_tried_out(
    store: Store, gateway: SmsGateway, cabas: Cabas, tmp_path: Path
) -> None:
    said = [cabas("sms", "check")]
    assert "reached by JSON" in said[0]
    assert gateway.requests() == []
    gateway.start({"01": "401 s3cretkey", "02": "400 bad", "03": "late"})
    said.append(cabas("sms", "test", "06 39 98 00 00", "--yes"))
    assert "The gateway took it" in said[-1]
    assert "this SMS is a test" in gateway.requests()[0]["text"]
    said += [cabas("sms", "test", number(one), "--yes", code=1) for one in (1, 2, 3)]
    for words, one in zip(
        ("refuses the key or password", "refused it", "may have gone, or not"), said[2:], strict=True
    ):
        assert words in one
    said.append(cabas("sms", "test", number(1), "--yes", "--json", code=1))
    assert json.loads(said[-1])["kind"] == "login"
    assert "is no phone number" in cabas("sms", "test", "12", "--yes", code=2)
    asked = len(gateway.requests())
    told = cabas("sms", "test", "01 99 00 12 34", code=1)
    assert "01 99 00 12 34 is no mobile number" in told
    assert len(gateway.requests()) == asked
    for line, words in (
        ("gateway = 'json://user:s3cretkey@127.0.0.1/'", "says nowhere where the number goes"),
        ("gateway = 's3cretkey://{to}'", "names no service that is known"),
        ("gateway_command = 'echo s3cretkey >&2; exit 3'", "Its command failed (code 3)"),
        ("", "No gateway is named"),
    ):
        (tmp_path / "cabas.toml").write_text(f"[sms]\n{line}\n")
        said.append(cabas("sms", "check", code=1))
        assert words in said[-1]
    assert "s3cretkey" not in "".join(said)
    assert "sent an SMS to try the gateway out" in cabas("journal")


def test_in_a_file_that_was_copied_no_sms_are_said_to_go(store: Store, gateway: SmsGateway, cabas: Cabas) -> None:
    queue_sms(store, 1)
    assert cabas("outbox", "run") == "1 SMS sent.\n"
    assert "SMS go out." in cabas("sms", "show")
    lock_path(store.path).unlink()  # as where a backup was brought back
    queue_sms(store, 1, first=1)
    said = cabas("sms", "show")
    assert "SMS go out" not in said
    assert "No SMS goes out: this file was copied, and sends nothing until" in said
    assert "“cabas outbox adopt” says so." in said
    assert cabas("outbox", "adopt")
    assert "SMS go out." in cabas("sms", "show")


def test_pausing_sms_leaves_the_mails_alone(store: Store, gateway: SmsGateway, cabas: Cabas) -> None:
    queue_sms(store, 1)
    assert "Paused." in cabas("sms", "pause")
    assert "1 SMS waits: paused by hand" in cabas("outbox", "run", code=3)
    assert json.loads(cabas("sms", "resume", "--json")) == {"paused": False}
    assert cabas("outbox", "run") == "1 SMS sent.\n"
    assert store.mailbox.state().state == "ok"


def test_doctor_says_whether_sms_can_go(store: Store, gateway: SmsGateway, cabas: Cabas, tmp_path: Path) -> None:
    path = tmp_path / "cabas.toml"
    path.chmod(0o600)
    assert [(one.name, one.state) for one in sms_checks(store)] == [("sms", "ok")]
    path.chmod(0o644)
    assert [(one.name, one.state) for one in sms_checks(store)] == [("sms.file", "bad"), ("sms", "ok")]
    path.write_text("[sms]\ngateway = 's3cretkey://{to}'\n")
    path.chmod(0o600)
    assert [(one.name, one.state) for one in sms_checks(store)] == [("sms", "bad")]
    path.write_text("[sms]\ngateway_command = 'touch ran'\n")
    assert [(one.name, one.state) for one in sms_checks(store)] == [("sms", "ok")]
    path.write_text("")
    assert sms_checks(store) == []
    queue_sms(store, 1)
    assert [(one.name, one.state) for one in sms_checks(store)] == [("sms", "warn")]
    gateway.configure(path).chmod(0o600)
    gateway.start({"": "402 pay"})
    cabas("outbox", "run", code=3)
    (_ok, wrong) = sms_checks(store)
    assert (wrong.name, wrong.state) == ("sms.state", "bad")
    assert "1 SMS waits: the account at the gateway is used up: pay." in wrong.said
    assert wrong.said in cabas("doctor", code=1)
