"""SMS on the screens of the outbox: sent without a mailbox, in doubt, held and let go; why they wait is said."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from mail.lock import holder
from screens import sending
from screens.house import HouseApp
from store import Store
from store.settings import Group
from tests.mail.sms_server import SmsGateway
from tests.mail.texting import number, queue_sms, send, states
from tests.screens.sample import make_app, settled, text_of


@pytest.fixture
def now_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A group whose clock goes, since a process of its own sends."""
    monkeypatch.setattr(sending, "READ_SECONDS", 0.0)
    monkeypatch.setenv("CABAS_CONFIG", str(tmp_path / "cabas.toml"))
    opened = Store.create(tmp_path / "now.cabas", Group("AMAP des Oiseaux"), "marie", "Marie")
    yield opened
    opened.close()
    if someone := holder(tmp_path / "now.cabas"):
        os.kill(someone.pid, signal.SIGKILL)


async def test_sms_go_without_a_mailbox_and_are_decided_about_as_sms(now_store: Store, tmp_path: Path) -> None:
    store = now_store
    queue_sms(store, 3, parts=2)
    send(store)
    with SmsGateway(tmp_path, {"01": "500 oops", "02": "400 no such number"}) as gateway:
        app: HouseApp = make_app(store)
        async with app.run_test(size=(80, 24)) as pilot:
            app.go("sending")
            await settled(pilot)
            assert "3 SMS wait: no gateway is set up." in " ".join(text_of(app).split())
            assert "no mailbox" not in text_of(app)
            gateway.configure(tmp_path / "cabas.toml")
            await pilot.press("g")
            for _ in range(400):
                if "the gateway refused it" in text_of(app) and holder(store.path) is None:
                    break
                await pilot.pause(0.05)
            await settled(pilot)
            shown = text_of(app)
            assert "We cannot know whether Membre 01 got it." in shown
            assert "the gateway refused it" in shown
            assert "look into Sent" not in shown
            await pilot.press("d", "a")
            await settled(pilot)
            assert states(store)[number(1)] == "ready"
            await pilot.press("m")
            await settled(pilot)
            assert number(2) in text_of(app)
            await pilot.press("enter")
            await settled(pilot)
            story = text_of(app)
            assert "SMS to Membre" in story
            assert "2 SMS" in story
    assert gateway.taken().count(number(0)) == 1
