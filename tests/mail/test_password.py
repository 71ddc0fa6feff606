"""Which way the mailbox's password or token comes, and what is told when none comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from mail import keyrings
from mail.configuration import PASSWORD_COMMAND, TOKEN_COMMAND, set_entry
from mail.password import NoPassword, NoTokenCommand, PasswordCommandFailed, run_command, secret, source
from store.mailbox import MailboxSettings
from tests.mail.keyring_package import install

MAILBOX = MailboxSettings("smtp.exemple.fr", 465, "implicit", "amap", "amap@exemple.fr")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CABAS_CONFIG", str(tmp_path / "cabas.toml"))
    return tmp_path / "group.cabas"


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    return partial(install, tmp_path, monkeypatch)


def test_without_command_and_keyring_somebody_types_it(file: Path) -> None:
    assert source(file, MAILBOX) == "typed"
    with pytest.raises(NoPassword):
        secret(file, MAILBOX)
    without_login = replace(MAILBOX, username="")
    assert (source(file, without_login), secret(file, without_login)) == ("none", "")


def test_the_keyring_comes_after_the_command(file: Path, keyring: Callable[..., None]) -> None:
    keyring()
    assert keyrings.available()
    assert source(file, MAILBOX) == "typed"
    assert keyrings.keep(MAILBOX, "brouette é")
    assert (source(file, MAILBOX), secret(file, MAILBOX)) == ("keyring", "brouette é")
    assert source(file, replace(MAILBOX, host="smtp.example.org")) == "typed", "another mailbox's is not taken"
    set_entry(PASSWORD_COMMAND, file, "echo lanterne")
    assert (source(file, MAILBOX), secret(file, MAILBOX)) == ("command", "lanterne")
    set_entry(PASSWORD_COMMAND, file, "")
    assert keyrings.forget(MAILBOX)
    assert source(file, MAILBOX) == "typed"
    assert not keyrings.forget(MAILBOX)


def test_a_keyring_that_is_locked_or_none_is_no_fault(file: Path, keyring: Callable[..., None]) -> None:
    keyring(locked=True)
    assert source(file, MAILBOX) == "typed"
    keyring(priority=0)
    assert not keyrings.available()
    assert not keyrings.keep(MAILBOX, "brouette")
    assert source(file, MAILBOX) == "typed"


def test_a_token_comes_from_its_own_command_only(file: Path, keyring: Callable[..., None]) -> None:
    keyring()
    mailbox = replace(MAILBOX, login="xoauth2")
    keyrings.keep(mailbox, "a password is no token")
    set_entry(PASSWORD_COMMAND, file, "echo neither is this")
    with pytest.raises(NoTokenCommand):
        secret(file, mailbox)
    set_entry(TOKEN_COMMAND, file, "echo jeton")
    assert (source(file, mailbox), secret(file, mailbox)) == ("command", "jeton")


class TestPasswordCommand:
    def test_its_first_line_is_the_password(self) -> None:
        assert run_command("printf 'à b \\nrest\\n'") == "à b "

    @pytest.mark.parametrize(
        ("command", "reason", "code"),
        [("exit 3", "code", 3), ("true", "empty", 0), ("no-such-command-here", "code", 127)],
    )
    def test_what_goes_wrong_is_told_without_its_output(self, command: str, reason: str, code: int) -> None:
        with pytest.raises(PasswordCommandFailed) as caught:
            run_command(command)
        assert (caught.value.reason, caught.value.code) == (reason, code)

    def test_one_that_hangs_is_ended_with_its_children(self) -> None:
        with pytest.raises(PasswordCommandFailed) as caught:
            run_command("sleep 60 | cat", seconds=0.2)
        assert caught.value.reason == "timeout"
