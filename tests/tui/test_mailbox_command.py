"""`cabas mailbox`: from an address to a mailbox that works, and what is said where it does not."""

from __future__ import annotations

import io
import json
import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mail import password, providers
from mail.configuration import PASSWORD_COMMAND, entry, set_entry
from store import Store
from store.mailbox import MailboxSettings
from tests.mail import keyring_package
from tests.mail.certificates import Authority, self_signed
from tests.mail.outgoing import queue
from tests.mail.recorder import Recorder, Rule, Script
from tui.commands import mailbox_check

Start = Callable[..., Recorder]
Cabas = Callable[..., str]


def reached(port: int, *more: object, tls: str = "none", user: str = "") -> list[object]:
    return ["mailbox", "set", "--host", "localhost", "--port", port, "--tls", tls, "--user", user,
            "--from", "amap@exemple.fr", *more]  # fmt: skip


def set_(store: Store) -> MailboxSettings:
    settings = store.mailbox.get()
    assert settings is not None
    return settings


class TestSet:
    def test_an_address_is_enough_and_what_is_not_named_stays(self, store: Store, cabas: Cabas) -> None:
        said = cabas("mailbox", "set", "amap.oiseaux@gmail.com")
        assert "through smtp.gmail.com" in said
        assert "what is known of Gmail" in said
        assert "! Gmail wants a password made for programs" in said
        gmail = providers.by_id("gmail")
        assert gmail is not None
        assert set_(store) == gmail.settings("amap.oiseaux@gmail.com")
        cabas("mailbox", "set", "--per-day", 300, "--identity", "bureau@exemple.fr")
        assert (set_(store).per_day, set_(store).per_hour) == (300, 450)
        cabas("mailbox", "set", "--from", "autre@gmail.com", "--tls", "starttls", "--no-imap")
        after = set_(store)
        assert (after.username, after.port, after.tls, after.imap_host) == ("autre@gmail.com", 587, "starttls", "")
        assert (after.per_day, after.identities, after.provider) == (300, ("bureau@exemple.fr",), "gmail")
        cabas("mailbox", "set", "--host", "smtp.exemple.fr", "--user", "")
        assert (set_(store).provider, set_(store).username, set_(store).port) == ("", "", 587)

    def test_another_providers_address_brings_its_server(self, store: Store, cabas: Cabas) -> None:
        cabas("mailbox", "set", "amap@gmail.com", "--identity", "bureau@exemple.fr")
        cabas("mailbox", "set", "--from", "amap.oiseaux@free.fr")
        after = set_(store)
        assert (after.host, after.username, after.identities) == (
            "smtp.free.fr", "amap.oiseaux", ("bureau@exemple.fr",))  # fmt: skip

    def test_a_domain_of_ones_own(self, store: Store, cabas: Cabas, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []

        def exchangers(domain: str, _seconds: float) -> list[str]:
            asked.append(domain)
            return ["mx1.mail.ovh.net"] if domain == "amap-oiseaux.example" else []

        monkeypatch.setattr(providers, "_mail_exchangers", exchangers)
        assert "ssl0.ovh.net" in cabas("mailbox", "set", "contact@amap-oiseaux.example")
        said = cabas("mailbox", "set", "contact@nowhere.example", "--provider", "carrier-pigeon", code=2)
        assert "cabas mailbox providers" in said
        said = cabas("mailbox", "set", "contact@nowhere.example")
        assert "The provider of nowhere.example is not known; the server stays ssl0.ovh.net." in said
        assert "not known" not in cabas("mailbox", "set", "bureau@nowhere.example")
        cabas("mailbox", "set", "contact@nowhere.example")
        assert (set_(store).host, set_(store).username) == ("ssl0.ovh.net", "contact@nowhere.example")
        cabas("mailbox", "set", "contact@nowhere.example", "--provider", "gandi")
        assert set_(store).host == "mail.gandi.net"
        assert asked == ["amap-oiseaux.example", "nowhere.example"]

    def test_nothing_is_known(self, store: Store, cabas: Cabas, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(providers, "_mail_exchangers", lambda _domain, _seconds: [])
        assert "--host" in cabas("mailbox", "set", "amap@nowhere.example", code=2)
        assert "Name the mailbox's address" in cabas("mailbox", "set", "--host", "smtp.nowhere.example", code=2)
        cabas("mailbox", "set", "amap@nowhere.example", "--host", "smtp.nowhere.example")
        assert (set_(store).per_hour, set_(store).per_day, set_(store).port) == (50, 200, 465)
        said = cabas("mailbox", "set", "--tls", "none", code=1)
        assert "could be read on the way" in said
        assert set_(store).tls == "implicit"

    def test_commands_are_kept_beside_the_file_and_not_in_it(
        self, store: Store, recorder: Start, cabas: Cabas, tmp_path: Path
    ) -> None:
        server = recorder(Script(user="amap", password="brouette"))
        toml = tmp_path / "cabas.toml"
        toml.write_text("# mine\nfile = 'elsewhere'  # stays\n")
        cabas(*reached(server.port, "--password-command", "echo brouette", user="amap"))
        assert "# mine\nfile = 'elsewhere'  # stays\n" in toml.read_text()
        assert stat.S_IMODE(toml.stat().st_mode) == 0o600
        assert "lets us in" in cabas("mailbox", "check")
        assert b"brouette" not in store.path.read_bytes() + Path(f"{store.path}-wal").read_bytes()
        cabas("mailbox", "set", "--token-command", "echo jeton")
        assert set_(store).login == "xoauth2"
        cabas("mailbox", "set", "--password-command", "", "--login", "password")
        assert entry(PASSWORD_COMMAND, store.path) is None
        assert "jeton" in toml.read_text()

    def test_the_list_of_providers_with_ones_own(self, store: Store, cabas: Cabas, tmp_path: Path) -> None:
        (tmp_path / "providers.toml").write_text(
            "[gmail]\nper_day = 90\n\n[coop]\nname = 'Coop'\ndomains = ['coop.example']\nhost = 'smtp.coop.example'\n"
            "hints = ['Ask Paul for the password.']\n"
        )
        listed = {one["id"]: one for one in json.loads(cabas("mailbox", "providers", "--json"))}
        assert (listed["gmail"]["per_day"], listed["gmail"]["host"]) == (90, "smtp.gmail.com")
        table = cabas("mailbox", "providers").splitlines()
        assert [line.split() for line in table if "coop" in line] == [["coop", "Coop", "smtp.coop.example", "50/200"]]
        assert max(map(len, table)) <= 80
        assert "Ask Paul" in cabas("mailbox", "set", "amap@coop.example")
        (tmp_path / "providers.toml").write_text("[gmail]\nper_day = 'many'\n")
        said = cabas("mailbox", "set", "amap@gmail.com")
        assert "[gmail] per_day" in said
        assert set_(store).per_day == 450


def test_identities_and_how_it_is_set(store: Store, cabas: Cabas) -> None:
    cabas("mailbox", "set", "amap@gmail.com")
    cabas("outbox", "pause")
    cabas("mailbox", "identities", "add", "bureau@exemple.fr", "amap@gmail.com")
    cabas("mailbox", "identities", "add", "paul@exemple.fr")
    assert cabas("mailbox", "identities").split() == ["amap@gmail.com", "bureau@exemple.fr", "paul@exemple.fr"]
    cabas("mailbox", "identities", "remove", "bureau@exemple.fr")
    assert "none of them" in cabas("mailbox", "identities", "remove", "bureau@exemple.fr", code=1)
    assert "no e-mail address" in cabas("mailbox", "identities", "add", "paul at exemple.fr", code=1)
    assert store.mailbox.state().state == "paused", "another identity does not let mails out"
    shown: dict[str, Any] = json.loads(cabas("mailbox", "show", "--json"))
    assert (shown["identities"], shown["password"], shown["fingerprint"]) == (["paul@exemple.fr"], "typed", None)
    said = cabas("mailbox", "show")
    assert "Also as: paul@exemple.fr" in said
    assert "imap.gmail.com, port 993" in said
    assert "nothing goes out by itself" in said


def test_the_keyring(store: Store, cabas: Cabas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cabas("mailbox", "set", "amap@gmail.com")
    monkeypatch.setattr("sys.stdin", io.StringIO("brouette é\n"))
    assert "There is no keyring here" in cabas("mailbox", "password", code=1)
    keyring_package.install(tmp_path, monkeypatch)
    said = cabas("mailbox", "set", "--keyring")
    assert "brouette" not in said
    assert "The password is in the keyring" in cabas("mailbox", "show")
    assert password.secret(store.path, set_(store)) == "brouette é"
    assert "has forgotten the password" in cabas("mailbox", "password", "--forget")
    assert json.loads(cabas("mailbox", "show", "--json"))["password"] == "typed"
    assert "has no password" in cabas("mailbox", "password", "--forget", code=1)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert "Nobody typed a password" in cabas("mailbox", "password", code=1)


def test_tokens_that_a_command_makes(store: Store, recorder: Start, cabas: Cabas, tmp_path: Path) -> None:
    """As many as there are connections: here the command counts."""
    server = recorder(Script(user="amap", tokens=["jeton1", "jeton2"]))
    count = tmp_path / "count"
    cabas(*reached(server.port, "--token-command", f"echo >> {count}; echo jeton$(wc -l < {count})", user="amap"))
    assert "ok  Token\n" in cabas("mailbox", "check")
    queue(store, 2)
    cabas("outbox", "run")
    assert len(server.accepted()) == 2
    assert "refuses the token of amap" in cabas("mailbox", "check", code=1)
    cabas("mailbox", "set", "--token-command", "")
    assert "Name a command that makes it" in cabas("mailbox", "check", code=1)
    queue(store, 1, first=2)
    assert "Name a command that makes it" in cabas("outbox", "run", code=1)


def test_only_an_admin_changes_it(store: Store, recorder: Start, cabas: Cabas) -> None:
    cabas(*reached(recorder().port))
    store.operators.add("paul", "Paul", "phone_desk")
    for command in (("set", "paul@gmail.com"), ("trust", "--yes"), ("identities", "add", "paul@exemple.fr"),
                    ("password",), ("password", "--forget"), ("set", "--password-command", "rm -rf /")):  # fmt: skip
        assert "not allowed" in cabas("--operator", "paul", "mailbox", *command, code=1)
    assert set_(store).address == "amap@exemple.fr"
    assert entry(PASSWORD_COMMAND, store.path) is None
    cabas("--operator", "paul", "mailbox", "check")


class TestCheck:
    def test_no_mailbox(self, store: Store, cabas: Cabas) -> None:
        assert "no mailbox" in cabas("mailbox", "check", code=1)

    def test_name(self, store: Store, cabas: Cabas) -> None:
        cabas("mailbox", "set", "--host", "mail.invalid", "--user", "", "--from", "amap@exemple.fr")
        said = cabas("mailbox", "check", code=1)
        assert "The name mail.invalid is not known." in said
        assert "\n-   Port 465\n-   A safe line\n-   Its certificate\n-   Sending as amap@exemple.fr\n" in said

    def test_port(self, store: Store, recorder: Start, cabas: Cabas) -> None:
        server = recorder()
        server.stop()
        cabas(*reached(server.port))
        assert f"not on port {server.port}" in cabas("mailbox", "check", code=1)

    def test_certificate(
        self, store: Store, recorder: Start, cabas: Cabas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One for another name, with the names; one of its own, which is trusted on this machine and may not change."""
        authority, alone = Authority(tmp_path), self_signed(tmp_path)
        other = authority.issue("mail.example.org")
        with monkeypatch.context() as patched:
            patched.setenv("SSL_CERT_FILE", str(authority.certificate))
            server = recorder(Script(tls="starttls", certificate=str(other.certificate), key=str(other.key)))
            cabas(*reached(server.port, tls="starttls"))
            assert "It is made out to mail.example.org." in cabas("mailbox", "check", code=1)
        server.stop()
        server.start(Script(tls="starttls", certificate=str(alone.certificate), key=str(alone.key)))
        assert "cabas mailbox trust" in cabas("mailbox", "check", code=1)
        monkeypatch.setattr("sys.stdin", io.StringIO())
        assert "Nobody answered" in cabas("mailbox", "trust", code=1)
        assert "sha256:" in cabas("mailbox", "trust", "--yes")
        assert "trusted already" in cabas("mailbox", "trust")
        cabas("mailbox", "check")
        queue(store, 1)
        cabas("outbox", "run")
        assert len(server.accepted()) == 1
        server.stop()
        server.start(Script(tls="starttls", certificate=str(other.certificate), key=str(other.key)))
        assert "another certificate than the one you trust" in cabas("mailbox", "check", code=1)
        assert json.loads(cabas("mailbox", "show", "--json"))["fingerprint"].startswith("sha256:")
        server.stop()
        assert f"not on port {server.port}" in cabas("mailbox", "trust", code=1)
        cabas("mailbox", "trust", "--forget")
        assert json.loads(cabas("mailbox", "show", "--json"))["fingerprint"] is None
        cabas("mailbox", "set", "amap@gmail.com")
        assert "Only the certificate of a server on this machine" in cabas("mailbox", "trust", code=1)

    def test_login_and_senders(self, store: Store, recorder: Start, cabas: Cabas) -> None:
        server = recorder(Script(user="amap", password="brouette"))
        cabas(*reached(server.port, "--password-command", "echo lanterne", user="amap"))
        said = cabas("mailbox", "check", code=1)
        assert "refuses the login of amap" in said
        assert "lanterne" not in said
        queue(store, 1)
        cabas("outbox", "run", code=3)
        cabas("mailbox", "set", "--password-command", "echo brouette", "--identity", "paul@exemple.fr")
        assert "ok  Sending as paul@exemple.fr" in cabas("mailbox", "check")
        cabas("outbox", "run")
        server.stop()
        server.start(Script([Rule("mail", "553 5.7.1 Sender address rejected: not owned by user", times=1)],
                            user="amap", password="brouette"))  # fmt: skip
        said = cabas("mailbox", "check", code=1)
        assert "does not let this mailbox send as amap@exemple.fr" in said
        assert "ok  Sending as paul@exemple.fr" in said
        server.follow(Script([Rule("mail", "553 5.7.1 Sender address rejected: not owned by user", times=1, after=1)]))
        assert "may refuse mails from paul@exemple.fr" in cabas("mailbox", "check")
        steps = json.loads(cabas("mailbox", "check", "--json"))
        assert [step["outcome"] for step in steps if step["name"] == "identity"] == ["ok", "ok"]

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            ("535 5.7.139 Authentication unsuccessful, basic authentication is disabled", "only a token (XOAUTH2)"),
            ("534 5.7.9 Application-specific password required", "made for programs (app password), not your own"),
            ("454 4.7.0 Too many login attempts, please try again later", "asks to wait a while"),
        ],
    )
    def test_what_the_login_was_refused_for(
        self, store: Store, recorder: Start, cabas: Cabas, answer: str, said: str
    ) -> None:
        server = recorder(Script([Rule("auth", answer)], user="amap", password="brouette"))
        cabas(*reached(server.port, "--password-command", "echo brouette", user="amap"))
        assert said in cabas("mailbox", "check", code=3 if answer.startswith("4") else 1)

    @pytest.mark.parametrize(
        ("command", "at_check", "at_run"),
        [
            ("exit 7", "code 7", "code 7"),
            ("true", "gave nothing", "gave nothing"),
            ("no-such-command", "Its command is not found", "command is not found"),
            (None, "nothing goes out by itself", "No password is known"),
        ],
    )
    def test_password_command(
        self, store: Store, recorder: Start, cabas: Cabas, command: str | None, at_check: str, at_run: str
    ) -> None:
        server = recorder(Script(user="amap", password="brouette"))
        more = () if command is None else ("--password-command", command)
        cabas(*reached(server.port, *more, user="amap"))
        said = cabas("mailbox", "check", code=1)
        assert at_check in said
        assert f"ok  Port {server.port}" in said, "what can be tried without a password is tried"
        queue(store, 1)
        assert at_run in cabas("outbox", "run", code=1)
        assert store.deliveries.counts().ready == 1

    def test_a_configuration_that_cannot_be_read(
        self, store: Store, recorder: Start, cabas: Cabas, tmp_path: Path
    ) -> None:
        cabas(*reached(recorder().port, "--password-command", "echo x", user="amap"))
        toml = tmp_path / "cabas.toml"
        toml.chmod(0o602)
        assert "chmod o-w" in cabas("mailbox", "check", code=1)
        toml.chmod(0o600)
        toml.write_text("[password_command")
        assert "cannot be read" in cabas("mailbox", "check", code=1)

    def test_as_cron_would(
        self, store: Store, recorder: Start, cabas: Cabas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Not with what only this terminal has: the environment, and a configuration that a variable names."""
        home = tmp_path / "home"
        home.mkdir()
        person = pwd.struct_passwd((*pwd.getpwuid(os.getuid())[:5], str(home), "/bin/bash"))
        monkeypatch.setattr(mailbox_check.pwd, "getpwuid", lambda _uid: person)
        server = recorder(Script(user="amap", password="brouette"))
        monkeypatch.setenv("MY_SECRET", "brouette")
        cabas(*reached(server.port, "--password-command", "echo $MY_SECRET", user="amap"))
        cabas("mailbox", "check")
        said = cabas("mailbox", "check", "--as-tick", code=1)
        assert "It is typed by hand, so nothing goes out by itself." in said
        assert "CABAS_CONFIG is set here and not under cron" in said
        monkeypatch.delenv("CABAS_CONFIG")
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
        set_entry(PASSWORD_COMMAND, store.path, "echo $MY_SECRET")
        cabas("mailbox", "check")
        assert "Its command gave nothing" in cabas("mailbox", "check", "--as-tick", code=1)
        set_entry(PASSWORD_COMMAND, store.path, "printf 'brouette\\n'")
        assert "So it goes out by itself, too" in cabas("mailbox", "check", "--as-tick")
