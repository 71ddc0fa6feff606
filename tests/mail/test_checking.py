"""Trying the mailbox out: each step by itself, for sending and for reading, and nothing is sent."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mail.checking import Step, check_steps, is_over
from mail.password import NoPassword
from mail.trust import fingerprint
from screens.check_words import step_words
from store.mailbox import MailboxSettings, MailboxState
from tests.mail import imap_server
from tests.mail.certificates import Authority, Certificate, self_signed
from tests.mail.imap_server import ImapScript, ImapServer
from tests.mail.recorder import Recorder, Rule, Script

Start = Callable[..., Recorder]
USER, PASSWORD = imap_server.USER, imap_server.PASSWORD


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Callable[..., ImapServer]]:
    """Starts a mailbox to read, with a folder of sent mails; it is stopped at the end."""
    started: list[ImapServer] = []

    def start(script: ImapScript | None = None, *, sent: str = "\\Sent") -> ImapServer:
        server = ImapServer(tmp_path, script)
        started.append(server)
        if sent:
            server.folder("Gesendet", sent)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()


def mailbox(port: int, **changes: object) -> MailboxSettings:
    usual = {"host": "localhost", "port": port, "tls": "none", "username": USER, "address": "amap@exemple.fr"}
    return MailboxSettings(**{**usual, "imap_tls": "none", **changes})


def seen(steps: list[Step], where: str = "smtp") -> dict[str, str]:
    """By the step's name: its outcome, or what was wrong."""
    return {
        step.name + (f" {step.subject}" if step.name == "identity" else ""): step.kind or step.outcome
        for step in steps
        if step.where == where
    }


def test_all_is_well(recorder: Start, inbox: Callable[..., ImapServer]) -> None:
    server, reading = recorder(Script(user=USER, password=PASSWORD)), inbox()
    settings = mailbox(server.port, identities=("paul@exemple.fr",), imap_host="localhost", imap_port=reading.port)
    typed = iter([PASSWORD])
    steps = list(check_steps(settings, lambda: next(typed), timeout=20.0))
    assert {step.outcome for step in steps} == {"ok"}, "a password is typed once for both"
    assert [step.name for step in steps if step.where == "smtp"] == [
        "password", "name", "port", "line", "login", "identity", "identity"]  # fmt: skip
    assert [step.name for step in steps if step.where == "imap"] == [
        "name", "port", "line", "login", "inbox", "sent_folder"]  # fmt: skip
    assert steps[-1].subject == "Gesendet"
    assert server.accepted() == []
    assert len(server.events("login")) == 1
    assert [step_words(step, settings) for step in steps[-3:]] == [
        f"Login as {USER}", "The inbox", "Sent mails: Gesendet"]  # fmt: skip


def refused_as(answer: str) -> MailboxState:
    return MailboxState("paused", None, "sender", answer)


@pytest.mark.parametrize("at", ["mail", "rcpt"])
def test_a_sender_that_may_not_send_is_named_and_the_others_are_tried(recorder: Start, at: str) -> None:
    refused = Rule(at, "550 5.7.60 Client does not have permissions to send as this sender", times=1, after=1)
    server = recorder(Script([refused]))
    settings = mailbox(server.port, username="", identities=("paul@exemple.fr", "bureau@exemple.fr"))
    steps = list(check_steps(settings, "", timeout=20.0))
    assert seen(steps) == {
        "name": "ok",
        "port": "ok",
        "line": "ok",
        "identity amap@exemple.fr": "ok",
        "identity paul@exemple.fr": "other_sender",
        "identity bureau@exemple.fr": "ok",
    }
    [wrong] = [step for step in steps if step.outcome == "failed"]
    assert "localhost may refuse mails from paul@exemple.fr" in step_words(wrong, settings)
    assert "does not have permissions" in step_words(wrong, settings)
    assert not wrong.wrong, "mails go out under the mailbox's own address"
    assert is_over(MailboxState("login_refused", None, "login", "no"), "login", steps)
    assert not is_over(refused_as("<Paul@exemple.fr>: 5.7.1 no"), "rcpt", steps)
    assert not is_over(refused_as("5.7.1 no, and nobody knows whom"), "rcpt", steps)
    assert is_over(refused_as("<bureau@exemple.fr>: 5.7.1 no"), "rcpt", steps), "it is let through by now"
    assert is_over(refused_as("<dome@exemple.fr>: 5.7.1 no"), "mail", steps), "mails from there are held"
    assert not is_over(refused_as("<bureau@exemple.fr>: 5.7.60 no"), "answer", steps), "no From line was tried"


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorder]:
    with Recorder(tmp_path_factory.mktemp("scripted"), Script(user=USER, password=PASSWORD)) as server:
        yield server


@pytest.mark.parametrize(
    ("rules", "wrong"),
    [
        ([Rule("greeting", "421 4.7.0 later")], {"line": "busy", "login": "skipped"}),
        ([Rule("greeting", "drop")], {"line": "lost", "login": "skipped"}),
        ([Rule("greeting", "silent")], {"line": "timeout", "login": "skipped"}),
        ([Rule("ehlo", "drop")], {"line": "lost", "login": "skipped"}),
        ([Rule("auth", "535 5.7.8 no")], {"login": "login", "identity amap@exemple.fr": "skipped"}),
        ([Rule("auth", "drop")], {"login": "lost", "identity amap@exemple.fr": "skipped"}),
        ([Rule("mail", "drop")], {"identity amap@exemple.fr": "lost"}),
        ([Rule("mail", "452 4.5.3 too many")], {"identity amap@exemple.fr": "quota"}),
        ([Rule("rcpt", "553 5.7.1 Sender address rejected: not owned")], {"identity amap@exemple.fr": "sender"}),
        ([Rule("rcpt", "550 5.1.1 no such user")], {}),
    ],
    ids=lambda value: f"{value[0].at}-{value[0].reply[:6]}" if isinstance(value, list) else "",
)
def test_the_step_that_failed_is_named(scripted: Recorder, rules: list[Rule], wrong: dict[str, str]) -> None:
    scripted.follow(Script(rules))
    steps = list(check_steps(mailbox(scripted.port), PASSWORD, timeout=0.5 if rules[0].reply == "silent" else 20.0))
    usual = dict.fromkeys(("password", "name", "port", "line", "login", "identity amap@exemple.fr"), "ok")
    skipped = {"identity amap@exemple.fr": "skipped"} if "line" in wrong else {}
    assert seen(steps) == {**usual, **skipped, **wrong}


def test_without_a_password_what_can_be_tried_is_tried(recorder: Start, inbox: Callable[..., ImapServer]) -> None:
    server, reading = recorder(Script(user=USER, password=PASSWORD)), inbox()

    def nobody() -> str:
        raise NoPassword

    settings = mailbox(server.port, imap_host="localhost", imap_port=reading.port)
    steps = list(check_steps(settings, nobody, timeout=20.0))
    assert seen(steps) == {"password": "typed", "name": "ok", "port": "ok", "line": "ok", "login": "skipped",
                           "identity amap@exemple.fr": "skipped"}  # fmt: skip
    assert seen(steps, "imap") == {"name": "ok", "port": "ok", "line": "ok", "login": "skipped", "inbox": "skipped",
                                   "sent_folder": "skipped"}  # fmt: skip


def test_a_token_is_made_once_for_both_and_again_when_it_is_refused(
    recorder: Start, inbox: Callable[..., ImapServer]
) -> None:
    server = recorder(Script(user=USER, tokens=["jeton1", "jeton2"]))
    reading = inbox(ImapScript(tokens=["jeton2"], login="XOAUTH2"))
    made = iter(["jeton1", "jeton2"])
    settings = mailbox(server.port, login="xoauth2", imap_host="localhost", imap_port=reading.port)
    steps = list(check_steps(settings, lambda: next(made), timeout=20.0))
    assert {step.outcome for step in steps} == {"ok"}
    assert step_words(steps[0], settings) == "Token"


class TestReading:
    """Sending is in order; what is wrong with reading is told for itself."""

    def steps(
        self, server: Recorder, port: int, timeout: float = 20.0, **changes: object
    ) -> tuple[MailboxSettings, list[Step]]:
        settings = mailbox(server.port, imap_host="localhost", imap_port=port, **changes)
        return settings, list(check_steps(settings, PASSWORD, timeout=timeout))

    def test_a_self_signed_certificate_is_refused_and_no_password_is_sent(
        self, recorder: Start, inbox: Callable[..., ImapServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server, alone = recorder(Script(user=USER, password=PASSWORD)), self_signed(tmp_path)
        authority = Authority(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
        reading = inbox(self.script("implicit", alone))
        for tls, made, kind in (
            ("implicit", alone, "certificate_unknown"),
            ("starttls", alone, "certificate_unknown"),
            ("implicit", authority.issue("imap.example.org"), "certificate_name"),
        ):
            reading.follow(self.script(tls, made))
            settings, steps = self.steps(server, reading.port, imap_tls=tls)
            assert seen(steps, "imap")["certificate"] == kind
            assert seen(steps)["login"] == "ok"
        [wrong] = [step for step in steps if step.outcome == "failed"]
        assert step_words(wrong, settings).endswith("It is made out to imap.example.org.")
        assert not any("LOGIN" in line.upper() or "AUTHENTICATE" in line.upper() for line in reading.commands())

    @pytest.mark.parametrize("tls", ["implicit", "starttls"])
    def test_a_bridges_own_certificate_is_pinned_for_reading_too(
        self, recorder: Start, inbox: Callable[..., ImapServer], tmp_path: Path, tls: str
    ) -> None:
        server, alone = recorder(Script(user=USER, password=PASSWORD)), self_signed(tmp_path)
        reading = inbox(self.script(tls, alone))
        settings = mailbox(server.port, imap_host="localhost", imap_port=reading.port, imap_tls=tls)
        other = fingerprint(b"another certificate")
        steps = list(check_steps(settings, PASSWORD, other, timeout=20.0))
        assert seen(steps, "imap")["certificate"] == "certificate_changed"
        assert not any("LOGIN" in line.upper() or "AUTHENTICATE" in line.upper() for line in reading.commands())
        right = fingerprint(ssl.PEM_cert_to_DER_cert(alone.certificate.read_text()))
        steps = list(check_steps(settings, PASSWORD, right, timeout=20.0))
        assert set(seen(steps, "imap").values()) == {"ok"}

    @staticmethod
    def script(tls: str, made: Certificate) -> ImapScript:
        return ImapScript(tls=tls, certificate=str(made.certificate), key=str(made.key))

    def test_what_else_may_be_wrong(self, recorder: Start, inbox: Callable[..., ImapServer]) -> None:
        server, reading = recorder(Script(user=USER, password=PASSWORD)), inbox(sent="")
        settings, steps = self.steps(server, reading.port)
        assert seen(steps, "imap")["sent_folder"] == "none"
        assert "everything else works" in step_words(steps[-1], settings)
        for rules, step, kind in (
            ({"greeting": "drop"}, "line", "lost"),
            ({"login": "NO [AUTHENTICATIONFAILED] Invalid credentials"}, "login", "login"),
            ({"examine": "NO no such folder"}, "inbox", "session"),
        ):
            reading.follow(ImapScript(rules))
            settings, steps = self.steps(server, reading.port)
            assert seen(steps, "imap")[step] == kind
            [wrong] = [step for step in steps if step.outcome == "failed"]
            assert "localhost" in step_words(wrong, settings)
        reading.follow(ImapScript({"greeting": "silent"}))
        _settings, steps = self.steps(server, reading.port, timeout=1.5)
        assert seen(steps, "imap")["line"] == "timeout"
        reading.stop()
        settings, steps = self.steps(server, reading.port)
        assert seen(steps, "imap")["port"] == "refused"
        [wrong] = [step for step in steps if step.outcome == "failed"]
        assert "(993 or 143)" in step_words(wrong, settings)


def test_a_name_that_is_not_known_and_a_port_that_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    steps = list(check_steps(mailbox(port, username="", host="mail.invalid", tls="implicit"), "", timeout=20.0))
    assert seen(steps) == {"name": "name", "port": "skipped", "line": "skipped", "certificate": "skipped",
                           "identity amap@exemple.fr": "skipped"}  # fmt: skip
    steps = list(check_steps(mailbox(port, username="", tls="implicit"), "", timeout=20.0))
    assert seen(steps)["port"] == "refused"
