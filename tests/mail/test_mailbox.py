"""What the mailbox refuses to do, for ever, and what it says is wrong."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from mail.answers import Verdict, judge
from mail.checking import shown_fingerprint
from mail.configuration import FINGERPRINT, set_entry
from mail.mailbox import Connection, InDoubt, MailboxFault
from mail.trust import pinned
from store.ledger import Outgoing
from store.mailbox import MailboxSettings
from tests.mail.certificates import Authority, Certificate, self_signed
from tests.mail.recorder import Recorder, Rule, Script

Start = Callable[..., Recorder]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def settings(port: int, **changes: object) -> MailboxSettings:
    usual = {"host": "localhost", "port": port, "tls": "none", "username": "", "address": "amap@exemple.fr"}
    return MailboxSettings(**{**usual, **changes})


def with_tls(tls: str, made: Certificate) -> Script:
    return Script(tls=tls, certificate=str(made.certificate), key=str(made.key), user="amap", password="secret")


def fault(settings: MailboxSettings, password: str = "", timeout: float = 5.0) -> MailboxFault:
    with pytest.raises(MailboxFault) as caught:
        Connection(settings, password, timeout)
    return caught.value


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
class TestCertificates:
    def test_a_self_signed_one_is_refused_and_no_password_is_sent(
        self, tls: str, recorder: Start, tmp_path: Path
    ) -> None:
        server = recorder(with_tls(tls, self_signed(tmp_path)))
        refused = fault(settings(server.port, tls=tls, username="amap"), "secret")
        assert refused.kind == "certificate_unknown"
        assert server.events("login") == server.events("login refused") == []

    def test_one_for_another_name_is_refused(
        self, tls: str, recorder: Start, authority: Authority, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
        server = recorder(with_tls(tls, authority.issue("mail.example.org")))
        assert fault(settings(server.port, tls=tls)).kind == "certificate_name"

    def test_one_that_is_vouched_for_is_taken(
        self, tls: str, recorder: Start, authority: Authority, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
        server = recorder(with_tls(tls, authority.issue()))
        Connection(settings(server.port, tls=tls, username="amap"), "secret").quit()
        assert len(server.events("login")) == 1

    def test_an_authority_that_is_not_named_is_not_trusted(
        self, tls: str, recorder: Start, authority: Authority
    ) -> None:
        server = recorder(with_tls(tls, authority.issue()))
        assert fault(settings(server.port, tls=tls)).kind == "certificate_unknown"

    def test_the_pinned_one_of_a_bridge_is_taken_and_no_other(self, tls: str, recorder: Start, tmp_path: Path) -> None:
        server = recorder(with_tls(tls, self_signed(tmp_path)))
        mailbox = settings(server.port, tls=tls, username="amap")
        pin = shown_fingerprint(mailbox)
        Connection(mailbox, "secret", 5.0, pin=pin).quit()
        Connection(mailbox, "secret", 5.0, pin=pin.removeprefix("sha256:").lower().replace(":", "")).quit()
        assert len(server.events("login")) == 2
        server.stop()
        other = tmp_path / "other"
        other.mkdir()
        server.start(with_tls(tls, self_signed(other)))
        with pytest.raises(MailboxFault) as refused:
            Connection(mailbox, "secret", 5.0, pin=pin)
        assert (refused.value.kind, refused.value.trace.answer) == ("certificate_changed", shown_fingerprint(mailbox))
        assert len(server.events("login")) == 2
        assert server.events("login refused") == []


def test_a_certificate_is_pinned_on_this_machine_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CABAS_CONFIG", str(tmp_path / "cabas.toml"))
    file = tmp_path / "group.cabas"
    set_entry(FINGERPRINT, file, "sha256:AB")
    assert [pinned(file, host) for host in ("localhost", "127.0.0.1", "::1")] == ["sha256:AB"] * 3
    assert [pinned(file, host) for host in ("smtp.exemple.fr", "localhost.exemple.fr", "127.0.0.1.nip.io")] == [
        None
    ] * 3


class TestTokens:
    def test_a_fresh_one_is_asked_for_at_each_connection(self, recorder: Start) -> None:
        server = recorder(Script(user="amap@exemple.fr", tokens=["a1", "a2"]))
        mailbox = settings(server.port, username="amap@exemple.fr", login="xoauth2")
        made = iter(["a1", "a2"])
        for _time in range(2):
            Connection(mailbox, lambda: next(made), 5.0).quit()
        assert len(server.events("login")) == 2
        assert next(made, None) is None

    def test_one_that_has_just_run_out_is_asked_for_once_more(self, recorder: Start) -> None:
        server = recorder(Script(user="amap", tokens=["fresh"]))
        mailbox = settings(server.port, username="amap", login="xoauth2")
        made = iter(["stale", "fresh"])
        Connection(mailbox, lambda: next(made), 5.0).quit()
        made = iter(["stale", "staler", "fresh"])
        with pytest.raises(MailboxFault) as refused:
            Connection(mailbox, lambda: next(made), 5.0)
        assert (refused.value.kind, refused.value.trace.code) == ("login", 535)
        assert fault(mailbox, "stale").kind == "login"
        assert (len(server.events("login")), len(server.events("token refused"))) == (1, 4)

    @pytest.mark.parametrize("token", ["jeton-é", ""])
    def test_what_is_no_token(self, recorder: Start, token: str) -> None:
        server = recorder(Script(user="amap", tokens=["fresh"]))
        kind = fault(settings(server.port, username="amap", login="xoauth2"), token).kind
        assert kind in ("no_login", "login")

    def test_a_server_that_takes_none(self, recorder: Start) -> None:
        server = recorder(Script(user="amap", password="secret"))
        assert fault(settings(server.port, username="amap", login="xoauth2"), "secret").kind == "no_login"
        assert server.events("login refused") == []


def test_a_server_without_starttls_gets_no_password(recorder: Start) -> None:
    server = recorder(Script(user="amap", password="secret"))
    assert fault(settings(server.port, tls="starttls", username="amap"), "secret").kind == "no_starttls"
    assert server.events("login") == []


def test_tls_on_a_plain_port_is_told(recorder: Start) -> None:
    server = recorder()
    assert fault(settings(server.port, tls="implicit")).kind == "tls_mode"


def test_a_wrong_password_is_the_logins_fault(recorder: Start) -> None:
    server = recorder(Script(user="amap", password="secret"))
    refused = fault(settings(server.port, username="amap"), "wrong")
    assert (refused.kind, refused.trace.code) == ("login", 535)


def test_a_password_with_accents_is_taken(recorder: Start) -> None:
    server = recorder(Script(user="amap", password="crème brûlée"))
    Connection(settings(server.port, username="amap"), "crème brûlée").quit()
    assert len(server.events("login")) == 1


def test_a_login_that_the_server_does_not_offer(recorder: Start) -> None:
    assert fault(settings(recorder().port, username="amap"), "secret").kind == "no_login"


def test_a_name_that_does_not_exist() -> None:
    assert fault(settings(465, host="mail.invalid")).kind == "name"


def test_a_port_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert fault(settings(port, host="127.0.0.1")).kind == "refused"


@pytest.mark.parametrize("at", ["greeting", "ehlo"])
def test_a_server_that_says_nothing_is_not_waited_for_for_ever(recorder: Start, at: str) -> None:
    server = recorder(Script([Rule(at, "silent")]))
    assert fault(settings(server.port), timeout=0.3).kind == "timeout"


def test_a_server_that_is_busy(recorder: Start) -> None:
    server = recorder(Script([Rule("greeting", "421 4.7.0 later")]))
    assert fault(settings(server.port)).kind == "busy"


MAIL = Outgoing(1, "odette@exemple.fr", "amap@exemple.fr", "t", b"Message-ID: <1@x>\r\n\r\nBonjour\r\n", None)
NOON = "Sat, 21 Nov 2026 12:00:00 +0100"


@pytest.mark.parametrize(("at", "times"), [("dot", 0), ("taken", 1)])
def test_silence_after_the_dot_is_a_doubt(recorder: Start, at: str, times: int) -> None:
    server = recorder(Script([Rule(at, "silent")]))
    connection = Connection(settings(server.port), "", 5.0, dot_timeout=0.3)
    assert connection.offer(MAIL, NOON) is None
    with pytest.raises(InDoubt):
        connection.finish()
    connection.drop()
    assert len(server.accepted()) == times


def test_a_text_without_its_dot_is_void(recorder: Start) -> None:
    server = recorder()
    connection = Connection(settings(server.port), "", 5.0)
    assert connection.offer(MAIL, NOON) is None
    connection.drop()
    again = Connection(settings(server.port), "", 5.0)
    assert again.offer(MAIL, NOON) is None
    assert again.finish().code == 250
    again.quit()
    assert len(server.accepted()) == 1


@pytest.mark.parametrize("address", ["odette@épicerie.fr", "odétte@exemple.fr"])
def test_an_address_with_accents(recorder: Start, address: str) -> None:
    server = recorder()
    connection = Connection(settings(server.port), "", 5.0)
    answer = connection.offer(dataclasses.replace(MAIL, address=address), NOON)
    if address.startswith("odette"):
        assert answer is None
        connection.finish()
        assert server.accepted()[0]["to"] == "odette@xn--picerie-9xa.fr"
    else:
        assert answer is not None
        assert judge(answer) is Verdict.RECIPIENT_NEVER
        assert connection.offer(MAIL, NOON) is None, "the line is ready for the next mail"
    connection.drop()
