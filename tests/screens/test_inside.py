"""What the screens leave to the machine behind the SSH door; of files: test_import, test_message_files."""

from __future__ import annotations

from pathlib import Path

import pytest

from mail import providers
from screens.house import HouseApp
from store import Store
from store.mailbox import MailboxSettings
from tests.mail.imap_server import PASSWORD, USER
from tests.mail.recorder import Recorder, Script
from tests.screens.packets import Packets, at


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's configuration, and nobody to ask on the network whose a domain is."""
    path = tmp_path / "configuration" / "cabas.toml"
    path.parent.mkdir()
    monkeypatch.setenv("CABAS_CONFIG", str(path))
    monkeypatch.setattr(providers, "_mail_exchangers", lambda domain, seconds: [])
    return path


async def type_port(desk: Packets, port: int, *keys: str) -> str:
    """Have the mailbox at another port, and then these keys."""
    await desk.open("mailbox")
    desk.app.screen.action_details()
    desk.app.screen.field("port").focus()
    await desk.shown()
    return " ".join((await desk.type("<ctrl+u>", str(port), *keys)).split())


@pytest.mark.parametrize("inside", [True, False])
async def test_the_machines_password_goes_to_no_other_server(
    store: Store, tmp_path: Path, configuration: Path, monkeypatch: pytest.MonkeyPatch, inside: bool
):
    monkeypatch.setattr(HouseApp, "inside", inside)
    configuration.write_text(f'[password_command]\n"{store.path}" = "echo {PASSWORD}"\n')
    stored = MailboxSettings("127.0.0.1", 9, "none", USER, USER)
    store.mailbox.set(stored)
    with Recorder(tmp_path, Script(user=USER, password=PASSWORD)) as elsewhere:
        async with at(store) as desk:
            shown = await type_port(desk, elsewhere.port, "<f5>", "<f8>")
            assert ("cabas mailbox set" in shown) is inside
        assert bool(elsewhere.events("login")) is not inside
    assert (store.mailbox.get() == stored) is inside


async def test_a_password_that_is_typed_goes_where_the_admin_says(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(HouseApp, "inside", True)
    store.mailbox.set(MailboxSettings("127.0.0.1", 9, "none", USER, USER))
    with Recorder(tmp_path, Script(user=USER, password=PASSWORD)) as elsewhere:
        async with at(store) as desk:
            await type_port(desk, elsewhere.port)
            desk.app.screen.password_line.focus()
            await desk.paste(PASSWORD, "<enter>")
        assert elsewhere.events("login")
