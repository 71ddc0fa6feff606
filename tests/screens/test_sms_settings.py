"""SMS and measuring in the settings: what is set, what is refused, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from screens.sms_settings_words import cost_of, cost_text
from store import Store
from store.home import Home, set_home
from store.measuring import MeasuringSettings
from store.sms_gateway import set_sms_state
from templates import words
from tests.screens.packets import at


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A configuration that names a gateway."""
    path = tmp_path / "cabas.toml"
    path.write_text('[sms]\ngateway = "json://127.0.0.1:9/{to}"\n', encoding="utf-8")
    monkeypatch.setenv("CABAS_CONFIG", str(path))
    return path


async def test_sms_are_set_explained_and_let_go_again(store: Store, configured: Path):
    with store.writing() as t:
        set_sms_state(t, "refused", "login", "401 bad key")
    async with at(store) as desk:
        shown = await desk.type("<f2>", "s", "s")
        assert "SMS of the group" in shown
        assert "! No SMS goes out: the gateway refuses the key or password: 401 bad key. F9 goes on." in " ".join(
            shown.split()
        )
        shown = await desk.type("x", "<f8>")
        assert "is no price; write it as 0,045." in shown
        shown = await desk.type("<ctrl+u>", "0,0455", "<down>", "<down>", "<ctrl+u>", "50", "<down>", "<space>", "<f8>")
        assert "Saved." in shown
        settings = store.sms.get()
        assert (settings.cost, settings.per_day, settings.only_allowed) == (455, 50, True)
        shown = await desk.type("<f9>")
        assert "SMS go out." in shown
        assert "0 SMS in the last 24 hours · 50 more may go" in shown
        shown = await desk.type("<f3>")
        assert desk.app.screen.NAME == "settings"
        assert "€0.0455 each" in shown
        configured.write_text("", encoding="utf-8")
        shown = await desk.type("s")
        assert "! Nothing can go from this machine: no gateway is set up." in shown


async def test_in_a_file_that_was_copied_it_is_said_that_nothing_goes(store: Store, configured: Path):
    with store.writing() as t:
        set_home(t, Home("another", 1))
    async with at(store) as desk:
        shown = " ".join((await desk.type("<f2>", "s", "s")).split())
        assert "! Nothing can go from this machine: this file was copied, and sends nothing until Sending" in shown
        assert "SMS go out." not in shown
        assert "F1 says how a gateway" not in shown


def test_a_cost_is_read_as_it_is_typed_and_shown_as_it_is_read():
    assert [cost_of(text) for text in ("", "0", "0,045", "0.0455", ",06", "1")] == [0, 0, 450, 455, 600, 10_000]
    for text in ("x", "-1", "0,04555", "٣", "1,2,3"):
        with pytest.raises(ValueError, match=text):
            cost_of(text)
    words.use("fr")
    assert [cost_text(cost) for cost in (0, 450, 10_000)] == ["0", "0,045", "1"]


async def test_measuring_is_off_until_it_has_an_address_and_is_switched_on(store: Store):
    async with at(store) as desk:
        shown = await desk.type("<f2>", "s", "c")
        assert "Opens and clicks" in shown
        assert "0 people said yes." in " ".join(shown.split())
        shown = await desk.type("<space>", "<f8>")
        assert store.measuring.get() == MeasuringSettings()
        shown = await desk.type("http://stat.example.org", "<f8>")
        assert not store.measuring.get().on, "not without encryption"
        shown = await desk.type("<ctrl+u>", "https://stat.example.org/", "<f8>")
        assert "Saved." in shown
        assert store.measuring.get() == MeasuringSettings(True, "https://stat.example.org")
        shown = await desk.type("<f3>")
        assert "on: https://stat.example.org" in shown


async def test_who_may_not_set_them_sees_how_sms_stand(store: Store, act_as: Callable[[str], Store]):
    store.operators.add("paul", "Paul", "writer")
    async with at(act_as("paul")) as desk:
        shown = await desk.open("sms_settings")
        assert "SMS of the group" in shown
        shown = await desk.type("<ctrl+u>", "1", "<f8>")
        assert "You are not allowed to change the group's settings." in shown
        assert store.sms.get().cost == 0
        await desk.open("measuring")
        assert desk.app.screen.NAME != "measuring"
