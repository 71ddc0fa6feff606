"""The mailbox's screen: an address and a password on a piece of paper become a mailbox that works."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mail import keyrings, providers
from screens.start_sending import remember_password, remembered_password
from store import Store
from store.mailbox import MailboxSettings, MailboxState
from tests.mail.certificates import self_signed
from tests.mail.imap_server import PASSWORD, USER, ImapScript, ImapServer
from tests.mail.keyring_package import install
from tests.mail.outgoing import queue
from tests.mail.recorder import Recorder, Rule, Script
from tests.screens.conftest import SIZE
from tests.screens.packets import Packets, at
from tests.screens.sample import make_app, opened, settled

ADDRESS = USER
GMAIL = MailboxSettings(
    "smtp.gmail.com", 465, "implicit", "amap.oiseaux@gmail.com", "amap.oiseaux@gmail.com", per_hour=450, per_day=450,
    imap_host="imap.gmail.com", files_sent=True, provider="gmail",
)  # fmt: skip


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of the test's own, and nobody to ask on the network whose a domain is."""
    path = tmp_path / "configuration" / "cabas.toml"
    path.parent.mkdir()
    monkeypatch.setenv("CABAS_CONFIG", str(path))
    monkeypatch.setattr(providers, "_mail_exchangers", lambda domain, seconds: [f"mx1.{domain}", "mx1.mail.ovh.net"])
    return path


def own_provider(configuration: Path, server: Recorder, more: str = "") -> None:
    """A provider of one's own, as people write it down: its server is the recorder."""
    configuration.with_name("providers.toml").write_text(
        f'[ours]\nname = "Ours"\ndomains = ["exemple.fr"]\nhost = "127.0.0.1"\nport = {server.port}\n'
        f'tls = "none"\nper_hour = 90\n{more}'
    )


async def into(desk: Packets, field: str) -> None:
    """Go to a field, as Tab would in a while."""
    desk.app.screen.field(field).focus()
    await desk.shown()


def flat(shown: str) -> str:
    """What is shown, without regard to where lines end."""
    return " ".join(shown.split())


async def test_from_an_address_and_a_password_to_a_mailbox_that_works(
    store: Store, tmp_path: Path, configuration: Path
):
    refuses = ImapScript(rules={"login": "NO [AUTHENTICATIONFAILED] not today"})
    with Recorder(tmp_path, Script(user=ADDRESS, password=PASSWORD)) as server, ImapServer(tmp_path, refuses) as inbox:
        reading = f'imap_host = "127.0.0.1"\nimap_port = {inbox.port}\nimap_tls = "none"\n'
        own_provider(configuration, server, f"app_password = true\n{reading}")
        async with at(store) as desk:
            shown = await desk.type("<f2>", "x")
            assert "The group has no mailbox yet" in shown
            shown = await desk.paste(ADDRESS, "<enter>")
            assert "< Ours >" in shown
            assert f"Sends through 127.0.0.1, port {server.port}." in shown
            assert "At most 90 mails an hour, 200 in 24 hours." in shown
            assert f"Read at 127.0.0.1, port {inbox.port}." in shown
            assert "Ours wants a password made for programs" in shown
            shown = await desk.type("wrong", "<enter>")
            assert "!   127.0.0.1 refuses the login" in shown
            assert "wants a password made for programs (app password), not your own." in flat(shown)
            assert "\n -   " in shown
            assert inbox.commands() == []  # it would be refused once more
            assert remembered_password(store) is None
            shown = await desk.paste(PASSWORD, "<enter>")
            assert f"ok  Login as {ADDRESS}" in shown
            assert f"ok  Sending as {ADDRESS}" in shown
            assert "!   127.0.0.1 refuses the login" in shown
            assert "Mails can go out: Enter saves it." in shown
            inbox.follow(ImapScript())
            inbox.folder("Sent", "\\Sent")
            shown = await desk.type("<f5>")
            assert "ok  Reading: " in shown
            assert "The inbox · Sent mails: Sent" in flat(shown)
            assert PASSWORD not in shown
            assert store.mailbox.get() is None
            desk.app.screen.keep()  # the terminal is gone, say
            shown = await desk.type("<enter>")
            assert f"Saved: messages go out as {ADDRESS}." in shown
            assert "Sent: 0 of 90 in an hour, 0 of 200 in 24 hours." in shown
            await desk.type("<f8>")
            assert desk.app.screen.NAME == "desk"
        assert server.accepted() == []
    ours = providers.by_id("ours")
    assert ours is not None
    assert store.mailbox.get() == ours.settings(ADDRESS)
    assert remembered_password(store) == PASSWORD
    assert not any(PASSWORD.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


async def test_what_is_proposed_follows_the_address_and_what_is_typed_by_hand_stays(store: Store):
    async with at(store) as desk:
        await desk.open("mailbox")
        await desk.paste("amap.oiseaux@gmail.com")
        screen = desk.app.screen
        assert (screen.typed["host"], screen.typed["username"]) == ("smtp.gmail.com", "amap.oiseaux@gmail.com")
        await desk.type(*["<backspace>"] * 9, "free.fr")
        assert (screen.typed["provider"], screen.typed["host"]) == ("free", "smtp.free.fr")
        assert screen.typed["username"] == "amap.oiseaux"
        await desk.type("<f6>")
        await into(desk, "per_hour")
        shown = await desk.type("<ctrl+u>", "12")
        assert "Above its limit a provider blocks" in shown
        assert "Above its limit" not in await desk.type("<f6>")
        await into(desk, "address")
        await desk.type("x")
        assert (screen.typed["provider"], screen.typed["host"]) == ("", "")
        assert screen.typed["per_hour"] == "12"
        shown = await desk.type("<enter>")
        assert "The mailboxes of free.frx are at OVH (MX Plan)." in shown
        assert screen.typed["host"] == "ssl0.ovh.net"
        await into(desk, "provider")
        shown = await desk.type("o")
        assert "smtp.orange.fr" in shown
        shown = await desk.type("<f4>")
        assert "Microsoft 365 smtp.office365.com, " in flat(shown)
        shown = await desk.type("s", "<enter>")
        assert (screen.typed["provider"], screen.typed["host"]) == ("sfr", "smtp.sfr.fr")
        await into(desk, "tls")
        await desk.type("s")
        assert screen.typed["port"] == "587"
        shown = await desk.type("n", "<f8>")
        assert "Without TLS the password could be read on the way" in shown
        assert store.mailbox.get() is None


async def test_nothing_is_known_of_a_domain(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(providers, "_mail_exchangers", lambda domain, seconds: [])
    async with at(store) as desk:
        await desk.open("mailbox")
        assert "! “pas une adresse” is no e-mail address." in await desk.paste("pas une adresse", "<f8>")
        await desk.type("<ctrl+u>")
        shown = await desk.paste("amap@exemple.fr", "<enter>")
        assert "Nothing is known of exemple.fr: its provider's page says the servers." in shown
        assert "Server " in shown
        shown = await desk.type("secret", "<enter>")
        assert "Which server takes your mails?" in shown
        shown = await desk.type("smtp.exemple.fr", "<tab>", "<ctrl+u>", "many", "<f8>")
        assert "Port: “many” is no number that can be used here." in shown
        await desk.type("<ctrl+u>", "587")
        await into(desk, "identities")
        shown = await desk.paste("info@exemple.fr, fêtes@exemple.fr", "<f8>")
        assert "“fêtes@exemple.fr” is no e-mail address." in shown
        assert store.mailbox.get() is None
        await desk.type(*["<backspace>"] * 18, "<f8>")
        kept = store.mailbox.get()
        assert kept is not None
        assert (kept.host, kept.port, kept.identities) == ("smtp.exemple.fr", 587, ("info@exemple.fr",))
        assert remembered_password(store) == "secret"


async def test_it_is_saved_without_a_trial_and_after_one_that_failed(store: Store, tmp_path: Path, configuration: Path):
    with Recorder(tmp_path, Script(user=ADDRESS, password=PASSWORD)) as server:
        own_provider(configuration, server)
        async with at(store) as desk:
            await desk.open("mailbox")
            shown = await desk.paste(ADDRESS, "<f8>")
            assert "Saved. F5 tries it out." in shown
            assert "Nothing goes out until the password is typed." in shown
            desk.app.screen.action_details()
            await into(desk, "per_day")
            await desk.type("<ctrl+u>", "150")
            desk.app.screen.password_line.focus()
            assert "refuses the login" in await desk.type("wrong", "<enter>")
            assert "! Saved, though the login was refused" in await desk.type("<f8>")
            assert "! The login was refused with this password" in await desk.type("<f8>")
            assert remembered_password(store) is None
    kept = store.mailbox.get()
    assert kept is not None
    assert kept.per_day == 150


async def test_a_colleague_changes_something_else_meanwhile_and_the_provider_goes_with_its_domain(
    store: Store, act_as: Callable[[str], Store]
):
    store.mailbox.set(GMAIL)
    async with at(store) as desk:
        await desk.open("mailbox")
        desk.app.screen.action_details()
        await into(desk, "per_day")
        await desk.type("<ctrl+u>", "300")
        act_as("marie").mailbox.set_identities(("info@gmail.com",))
        await desk.type("<f8>")
        kept = store.mailbox.get()
        assert kept is not None
        assert (kept.per_day, kept.identities) == (300, ("info@gmail.com",))
        await into(desk, "address")
        await desk.type(*["<backspace>"] * 3, "fr")
        typed = desk.app.screen.typed
        assert [typed[name] for name in ("provider", "host", "per_day")] == ["", "", "300"]


async def test_who_may_not_change_it_sees_it_and_sends_the_password_nowhere_else(
    store: Store, act_as: Callable[[str], Store], tmp_path: Path, configuration: Path
):
    other = tmp_path / "other"
    other.mkdir()
    with Recorder(tmp_path, Script(user=ADDRESS, password=PASSWORD)) as server, Recorder(other) as elsewhere:
        store.mailbox.set(MailboxSettings("127.0.0.1", server.port, "none", ADDRESS, ADDRESS))
        configuration.write_text(f'[password_command]\n"{store.path}" = "echo {PASSWORD}"\n')
        store.operators.add("paul", "Paul", "writer")
        async with at(act_as("paul")) as desk:
            shown = await desk.type("<f2>", "x")
            assert f"Sends through 127.0.0.1, port {server.port}." in shown
            assert "comes from a command" in shown
            desk.app.screen.action_details()
            await into(desk, "port")
            shown = await desk.type("<ctrl+u>", str(elsewhere.port), "<f8>")
            assert "You are not allowed to change the group's settings." in shown
            shown = await desk.type("<f5>")
            assert f"Login as {ADDRESS}" in flat(shown)
            assert "It works." in shown
        assert len(server.events("login")) == 1
        assert elsewhere.events("connection") == []


async def test_what_keeps_it_from_sending_is_said_and_ended(store: Store, tmp_path: Path, configuration: Path):
    refuses = Rule("mail", "553 5.7.1 Sender address rejected", times=1)
    with Recorder(tmp_path, Script(user=ADDRESS, password=PASSWORD, rules=[refuses])) as server:
        settings = MailboxSettings("127.0.0.1", server.port, "none", ADDRESS, ADDRESS)
        store.mailbox.set(settings)
        store.mailbox.pause()
        configuration.write_text(f'[password_command]\n"{store.path}" = "echo {PASSWORD}"\n')
        async with at(store) as desk:
            shown = await desk.open("mailbox")
            assert "! Sending is paused by hand: F9 goes on." in shown
            shown = await desk.type("<f9>")
            assert "The mailbox may send again" in shown
            assert "The mailbox is ready to send." in shown
            with store.writing() as t:
                t.execute("UPDATE mailbox SET state = 'login_refused', reason = 'login', answer = '535 no'")
            await desk.type("<f3>")
            shown = await desk.open("mailbox")
            assert "refuses the login" in shown
            assert "(535 no) F5 tries it out, F9 goes on." in flat(shown)
            shown = await desk.type("<f5>")
            assert f"! 127.0.0.1 does not let this mailbox send as {ADDRESS}." in flat(shown)
            assert store.mailbox.state().state == "login_refused"
            shown = await desk.type("<f5>")
            assert "The mailbox may send again" in shown
            assert store.mailbox.state() == MailboxState()


async def test_the_keyring_keeps_the_password_where_that_is_ticked(
    store: Store, tmp_path: Path, configuration: Path, monkeypatch: pytest.MonkeyPatch
):
    install(tmp_path, monkeypatch)
    remember_password(store, "the one before")
    with Recorder(tmp_path, Script(user=ADDRESS, password=PASSWORD)) as server:
        settings = MailboxSettings("127.0.0.1", server.port, "none", ADDRESS, ADDRESS)
        store.mailbox.set(settings)
        async with at(store) as desk:
            shown = await desk.open("mailbox")
            assert "was typed already" in shown
            assert "The mailbox is ready to send." in shown
            shown = await desk.type("<f5>")
            assert "refuses the login" in shown
            assert remembered_password(store) is None
            shown = await desk.paste(PASSWORD, "<tab>", "<space>", "<f5>")
            assert "[x] keep the password in this machine's keyring" in shown
            assert "is in the keyring" in shown
            assert keyrings.kept(settings) == PASSWORD
            shown = await desk.type("<f5>")
            assert "It works." in shown
        assert len(server.events("login")) == 2


async def test_a_token_needs_a_command_which_no_screen_sets(store: Store, tmp_path: Path, configuration: Path):
    with Recorder(tmp_path) as server:
        own_provider(configuration, server, 'login = "xoauth2"\nhints = ["oauth_only"]\n')
        async with at(store) as desk:
            await desk.open("mailbox")
            shown = await desk.paste(ADDRESS, "<enter>")
            assert "! no command makes the token yet" in shown
            assert not desk.app.screen.password_line.display
            assert flat(shown).count("cabas mailbox set --token-command COMMAND") == 1
            shown = await desk.type("<f8>")
            assert "! Nothing goes out until a command makes the token." in shown
            shown = await desk.type("<f5>")
            assert "! Token: The mailbox wants a token" in flat(shown)
            configuration.write_text("[token_command\n")
            shown = await desk.type("<f5>")
            assert "cannot be read" in flat(shown)
        assert server.events("login") == []


async def test_a_bridge_on_this_machine_is_trusted_once_its_fingerprint_was_compared(
    store: Store, act_as: Callable[[str], Store], tmp_path: Path, configuration: Path, monkeypatch: pytest.MonkeyPatch
):
    alone = self_signed(tmp_path)
    script = Script(user=ADDRESS, password=PASSWORD, tls="implicit",
                    certificate=str(alone.certificate), key=str(alone.key))  # fmt: skip
    with Recorder(tmp_path, script) as server:
        store.mailbox.set(MailboxSettings("localhost", server.port, "implicit", ADDRESS, ADDRESS))
        async with at(store) as desk:  # behind a forced command: the account is somebody else's
            await desk.open("mailbox")
            await into(desk, "address")
            await desk.type("<enter>")
            shown = await desk.paste(PASSWORD, "<enter>")
            assert "shows a certificate of its own" in flat(shown)
            assert "sha256:" in shown
            assert "cabas mailbox trust" in flat(shown)
            assert "F7 Trust it" not in shown
            await desk.type("<f7>")
            assert not configuration.exists()
            monkeypatch.setattr("screens.mailbox_checking.unix_login", lambda: "marie")
            shown = await desk.type("<f5>")
            assert "Is it the same? Then F7 trusts it from now on." in shown
            shown = await desk.type("t")
            assert f"ok  Login as {ADDRESS}" in shown
        assert "sha256:" in configuration.read_text()
        assert len(server.events("login")) == 1


def test_picture(store: Store, snap_compare):
    store.mailbox.set(GMAIL)

    async def typed(pilot) -> None:
        await opened(pilot, "mailbox")
        await pilot.press("f6")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=typed)


async def test_waiting_mails_with_a_former_address_are_told_of_when_the_mailbox_is_saved(store: Store):
    store.mailbox.set(MailboxSettings("smtp.exemple.fr", 465, "implicit", "amap", "amap@exemple.fr"))
    queue(store, 2)
    async with at(store) as desk:
        shown = await desk.type("<f2>", "x")
        assert "written from" not in shown
        desk.app.screen.field("address").value = "neu@exemple.fr"
        shown = flat(await desk.type("<f8>"))
        assert "! 2 mails are written from amap@exemple.fr, which is none of the mailbox's addresses" in shown
