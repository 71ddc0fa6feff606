"""The demo's mailbox: a real server that lets in who has the password and files what it said 250 to."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.demo.mailbox import EmbeddedMailbox, MailboxDidNotStart
from tui.demo.maildir import letters

MAIL = b"From: a@exemple.fr\r\nTo: b@exemple.fr\r\nSubject: =?utf-8?q?=C5=93ufs?=\r\n\r\nun\r\n.deux\r\n"


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[EmbeddedMailbox]:
    with EmbeddedMailbox(tmp_path / "Maildir", "amap@exemple.fr", tmp_path / "mailbox.log") as running:
        yield running


@pytest.fixture
def client(mailbox: EmbeddedMailbox) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(mailbox.access.host, mailbox.access.port, timeout=20) as connected:
        yield connected


def test_a_mail_is_filed_for_each_recipient_before_250(mailbox: EmbeddedMailbox, client: smtplib.SMTP) -> None:
    client.login(mailbox.access.username, mailbox.access.password)
    assert client.sendmail("amap@exemple.fr", ["b@exemple.fr", "c@exemple.fr"], MAIL) == {}
    filed = letters(mailbox.maildir)
    assert [letter.recipient for letter in filed] == ["b@exemple.fr", "c@exemple.fr"]
    assert filed[0].subject == "œufs"
    assert filed[0].text() == "un\r\n.deux\r\n"
    assert filed[0].message["Return-Path"] == "<amap@exemple.fr>"
    assert list((mailbox.maildir / "tmp").iterdir()) == []


def test_a_wrong_password_is_refused_in_words(mailbox: EmbeddedMailbox, client: smtplib.SMTP) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
        client.login(mailbox.access.username, mailbox.access.password + "x")
    assert refused.value.smtp_code == 535


def test_without_login_nothing_is_taken(mailbox: EmbeddedMailbox, client: smtplib.SMTP) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        client.sendmail("amap@exemple.fr", ["b@exemple.fr"], MAIL)
    assert refused.value.smtp_code == 530
    assert letters(mailbox.maildir) == []


def test_it_listens_on_this_machine_only(mailbox: EmbeddedMailbox) -> None:
    assert mailbox.access.host == "127.0.0.1"
    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", mailbox.access.port), timeout=5):
        pass


def test_two_demos_have_a_port_and_a_password_of_their_own(mailbox: EmbeddedMailbox, tmp_path: Path) -> None:
    with EmbeddedMailbox(tmp_path / "other", "amap@exemple.fr", tmp_path / "other.log") as other:
        assert other.access.port != mailbox.access.port
        assert other.access.password != mailbox.access.password


def test_a_sending_that_outlives_the_demo_is_finished(tmp_path: Path) -> None:
    """Leaving the demo while mails go out loses none of the connection's mails; afterwards nothing listens."""
    mailbox = EmbeddedMailbox(tmp_path / "Maildir", "amap@exemple.fr", tmp_path / "mailbox.log")
    access = mailbox.access
    with smtplib.SMTP(access.host, access.port, timeout=20) as client:
        client.login(access.username, access.password)
        mailbox.leave()
        client.sendmail("amap@exemple.fr", ["b@exemple.fr"], MAIL)
    mailbox.close()
    assert len(letters(tmp_path / "Maildir")) == 1
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP(access.host, access.port, timeout=5)


def test_its_end_is_told_in_words_of_where_to_look(tmp_path: Path) -> None:
    (tmp_path / "Maildir").write_text("a file where the Maildir should be")
    with EmbeddedMailbox(tmp_path / "Maildir", "amap@exemple.fr", tmp_path / "log") as mailbox:
        with pytest.raises(MailboxDidNotStart):
            assert mailbox.access
    assert "NotADirectoryError" in (tmp_path / "log").read_text()


def test_it_needs_no_package_of_the_screens() -> None:
    """It starts while the group is filled: what it imports is waited for."""
    found = subprocess.run(
        [sys.executable, "-c", "import sys, tui.demo.mail_server; print('textual' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "False"
