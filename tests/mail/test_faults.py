"""Every fault that a mail server can make, at every step of the talk: what becomes of the mails, and of the mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from mail import runner
from mail.mailbox import Connection
from mail.outbox import run
from mail.run_result import Outcome
from store.clock import unstamp
from store.handle import Store
from tests.mail.certificates import Authority, self_signed
from tests.mail.outgoing import assert_nobody_twice_nobody_lost, queue, set_mailbox
from tests.mail.recorder import Recorder, Rule, Script
from tests.store.conftest import Hands

PHASES = ("greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "dot", "taken")

# What a fault comes to: the run's outcome, the mailbox's state from then on, what becomes of three mails.
BUSY = (Outcome.PAUSED, "paused busy", "ready")
QUOTA = (Outcome.QUOTA, "quota quota", "ready")
LOGIN = (Outcome.LOGIN_REFUSED, "login_refused login", "ready")
SESSION = (Outcome.PAUSED, "paused session", "ready")
SENDER = (Outcome.PAUSED, "paused sender", "ready")
AWAY = (Outcome.NO_NETWORK, "ok", "ready")
DOUBT = (Outcome.PAUSED, "paused doubts", "unknown")
NEVER = (Outcome.DONE, "ok", "failed")
LATER = (Outcome.DONE, "ok", "ready later")

REPLIES = {
    "421 4.3.2 closing": BUSY,
    "454 4.7.0 not just now": BUSY,
    "535 5.7.8 authentication failed": LOGIN,
    "452 4.3.1 insufficient system storage": BUSY,
    "550 5.4.5 daily user sending limit exceeded": QUOTA,
    "451 4.3.0 try again": {"rcpt": LATER, "dot": LATER, "": BUSY},
    "552 5.3.4 message size exceeds the limit": {
        "auth": LOGIN, "mail": NEVER, "rcpt": NEVER, "data": NEVER, "dot": NEVER, "": SESSION,
    },
    "554-5.7.1 in lines\r\n554-5.7.1 that say\r\n554 5.7.1 no": {
        "auth": LOGIN, "mail": SENDER, "rcpt": NEVER, "dot": NEVER, "": SESSION,
    },
    "what is it?": {"dot": DOUBT, "": SESSION},
    "drop": {"dot": DOUBT, "taken": DOUBT, "": AWAY},
    "silent": {"dot": DOUBT, "taken": DOUBT, "": AWAY},
}  # fmt: skip
"""By what is answered; where it depends on the step, by the step, "" for all others."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorder]:
    folder = tmp_path_factory.mktemp("faults")
    authority = Authority(folder)
    shown = authority.issue()
    script = Script(tls="starttls", certificate=str(shown.certificate), key=str(shown.key), user="amap", password="pw")
    with pytest.MonkeyPatch.context() as environment, Recorder(folder, script) as started:
        environment.setenv("SSL_CERT_FILE", str(authority.certificate))
        yield started


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: reply[:6])
def test_a_fault_at_each_step(
    reply: str, server: Recorder, timed_store: Store, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, wanted = timed_store, REPLIES[reply]
    usual = {"host": "localhost", "tls": "starttls", "username": "amap"}
    found, expected = {}, {}
    addresses: list[str] = []
    server.log.write_text("")
    for number, phase in enumerate(PHASES):
        if phase == "taken" and reply not in ("drop", "silent"):
            continue  # what says something else has not taken the mail
        server.follow(Script([Rule(phase, reply)]))
        set_mailbox(store, server.port, **usual)
        three = queue(store, 3, first=number * 3)
        addresses += three
        with monkeypatch.context() as patience:
            # Short only where silence is to be met: a busy machine is slow at every other step, too.
            waits = {"dot_timeout": 0.1} if phase in ("dot", "taken") else {"timeout": 0.1}
            patience.setattr(runner, "Connection", partial(Connection, **(waits if reply == "silent" else {})))
            result = run(store, lambda: "pw")
        state = store.mailbox.state()
        rows = [row for row in store.deliveries.of_message(1) if row.address in three]
        outcome, mailbox, mails = wanted if isinstance(wanted, tuple) else wanted.get(phase, wanted[""])
        expected[phase] = (outcome, mailbox, {mails})
        whole = {f"{row.state} {row.reason}" if row.reason == "later" else row.state for row in rows}
        found[phase] = (result.outcome, f"{state.state} {state.reason}".strip(), whole)
        assert_nobody_twice_nobody_lost(store, server, addresses)
        assert all(unstamp(row.next_at or "") <= hands.at or row.reason == "later" for row in rows)
        # Everything before the dot is safe to repeat, and all is well when the server is.
        server.follow(Script())
        hands.at += timedelta(hours=2)
        store.mailbox.resume()
        rest = len([row for row in rows if row.state == "ready"])
        assert run(store, lambda: "pw").sent == rest
        assert_nobody_twice_nobody_lost(store, server, addresses)
    assert found == expected


NOBODYS = "certificate_unknown"


@pytest.mark.parametrize(
    ("offered", "wanted", "name", "reason"),
    [
        ("starttls", "starttls", "", NOBODYS),
        ("implicit", "implicit", "", NOBODYS),
        ("implicit", "implicit", "mail.exemple.fr", "certificate_name"),
        ("none", "starttls", "", "no_starttls"),
        ("none", "implicit", "", "tls_mode"),
    ],
)
def test_a_line_that_is_not_safe_gets_no_password_and_no_mail(
    offered: str, wanted: str, name: str, reason: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    shown = authority.issue(name) if name else self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    script = Script(tls=offered, certificate=str(shown.certificate), key=str(shown.key), user="amap", password="pw")
    with Recorder(tmp_path, script) as server:
        set_mailbox(store, server.port, host="localhost", tls=wanted, username="amap")
        addresses = queue(store, 2)
        result = run(store, lambda: "pw")
        assert (result.outcome, result.reason, result.due) == (Outcome.PAUSED, reason, 2)
        assert store.mailbox.state().reason == reason
        assert server.events("login") == server.events("login refused") == []
        assert set(assert_nobody_twice_nobody_lost(store, server, addresses).values()) == {"ready"}


def test_each_line_of_a_run_has_a_token_of_its_own(store: Store, tmp_path: Path) -> None:
    lost = [Rule("rcpt", "drop", times=1), Rule("mail", "421 4.7.0 enough for one line", times=1, after=3)]
    with Recorder(tmp_path, Script(lost, user="amap", tokens=["a1", "a2", "a3"])) as server:
        set_mailbox(store, server.port, username="amap", login="xoauth2")
        queue(store, 6)
        tokens = iter(["a1", "a2", "a3"])
        assert run(store, lambda: next(tokens)).sent == 6
        assert len(server.events("login")) == 3
    lapsed = Rule("mail", "530 5.7.57 Client was not authenticated", times=1, after=2)
    with Recorder(tmp_path, Script([lapsed], user="amap", tokens=["b1", "b2"])) as server:
        set_mailbox(store, server.port, username="amap", login="xoauth2")
        queue(store, 4, first=6)
        tokens = iter(["b1", "b2"])
        assert run(store, lambda: next(tokens), how="tick").sent == 4
        assert store.mailbox.state().state == "ok"
