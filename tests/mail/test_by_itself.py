"""The truth about whether anything on this machine sends without a person."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mail.by_itself import by_itself
from store import Store, home
from store.heartbeats import beat
from store.mailbox import MailboxSettings
from store.settings import Group
from tests.store.conftest import Hands

SETTINGS = MailboxSettings("127.0.0.1", 25, "none", "amap", "amap@exemple.fr", (), 50, 200)


@pytest.fixture
def store(timed_store: Store) -> Store:
    return timed_store


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cabas.toml"
    monkeypatch.setenv("CABAS_CONFIG", str(path))
    return path


def test_it_sends_where_something_looks_and_has_the_password(
    store: Store, hands: Hands, configuration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = by_itself(store)
    assert (found.last, found.machine_known, found.password, found.sends) == (None, False, "no_mailbox", False)
    store.mailbox.set(SETTINGS)
    beat(store, "done")
    found = by_itself(store)
    assert (found.last, found.outcome, found.machine_known) == (hands.at, "done", True)
    assert (found.rhythm, found.recent, found.look_after(hands.at + timedelta(hours=1))) == (None, False, None)
    hands.at += timedelta(hours=24)
    beat(store, "done")
    found = by_itself(store)
    assert (found.password, found.rhythm, found.recent, found.sends) == ("typed", timedelta(hours=24), True, False)

    configuration.write_text(f'[password_command]\n"{store.path.resolve()}" = "echo secret"\n')
    assert (by_itself(store).password, by_itself(store).sends) == ("command", True)
    configuration.write_text("[")
    assert (by_itself(store).password, by_itself(store).sends) == ("unreadable", False)
    store.mailbox.set(replace(SETTINGS, username=""))
    assert (by_itself(store).password, by_itself(store).sends) == ("none", True)

    looked = hands.at
    assert by_itself(store).look_after(looked + timedelta(hours=4)) == looked + timedelta(hours=24)
    assert by_itself(store).look_after(looked + timedelta(hours=24)) == looked + timedelta(hours=24)
    hands.at += timedelta(hours=25, minutes=5)
    assert by_itself(store).sends
    hands.at += timedelta(minutes=1)
    assert (by_itself(store).recent, by_itself(store).machine_known, by_itself(store).sends) == (False, True, False)
    beat(store, "done")
    assert (by_itself(store).rhythm, by_itself(store).sends) == (None, False), "25 hours are no rhythm"
    hands.at += timedelta(minutes=10)
    beat(store, "quota")
    assert (by_itself(store).last, by_itself(store).outcome, by_itself(store).sends) == (hands.at, "quota", True)
    hands.at += timedelta(minutes=26)
    assert not by_itself(store).sends, "two looks were missed"
    number = store.change_number()
    beat(store, "done")
    assert store.change_number() == number, "screens would look anew for nothing"

    monkeypatch.setattr("store.heartbeats.machine_id", lambda: "another")
    assert (by_itself(store).last, by_itself(store).sends) == (None, False)


def test_a_copied_file_sends_nothing(tmp_path: Path, configuration: Path) -> None:
    store = Store.create(tmp_path / "group.cabas", Group("AMAP"), "marie", "Marie")
    store.mailbox.set(replace(SETTINGS, username=""))
    with store.writing() as t:
        home.settle_in(t)
    for _look in range(2):
        beat(store, "done")
    assert by_itself(store).sends
    store.close()
    copy = Store(Path(shutil.copy(tmp_path / "group.cabas", tmp_path / "copy.cabas")), "marie")
    found = by_itself(copy)
    assert (found.copied, found.sends) == (True, False)
    copy.close()
