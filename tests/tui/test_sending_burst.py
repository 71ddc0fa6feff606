"""No key sends that was meant for the screen or the question above the last look: in one packet, or held down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Store
from store.mailbox import MailboxSettings
from store.message_records import MessageState
from store.people import Member, Person
from store.segments import EVERYONE
from tests.mail.recorder import Recorder
from tests.terminal import Terminal
from tests.tui.order_desk_file import new_group, terminal, until

F6, F8, F9 = "\x1b[17~", "\x1b[19~", "\x1b[20~"
ASKED = "2 mails go out now: y sends them."


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Recorder]:
    with Recorder(tmp_path) as started:
        yield started


@pytest.fixture
def store(tmp_path: Path, server: Recorder) -> Store:
    """A draft to two members, in a group whose mailbox takes everything."""
    made, _group = new_group(tmp_path / "group.cabas")
    made.mailbox.set(MailboxSettings("127.0.0.1", server.port, "none", "", "amap@exemple.fr"))
    with made.writing() as t:
        t.execute("UPDATE operators SET email = 'marie@exemple.fr'")
    for name in ("Zoé", "Anna"):
        made.members.add(Member(people=(Person(name, "Petit", f"{name[0].lower()}@exemple.fr"),)))
    made.messages.new(EVERYONE, "{{ group }} : marché", "Bonjour {{ first_name }}", "Marché")
    return made


def state(store: Store) -> MessageState:
    return store.messages.get(store.messages.all()[0].id).state


def hold_down(t: Terminal, key: str) -> None:
    """A key that repeats, as a terminal sends it: thirty times a second."""
    for _time in range(12):
        t.write(key)
        t.read(0.033)


def test_keys_for_the_draft_or_its_test_never_send_it(store: Store, server: Recorder) -> None:
    with terminal(store.path) as t:
        t.wait("[d]")
        t.write("d")
        t.wait("F8 Send")
        t.write(f"{F8}{F8}")
        t.wait("Send?")
        hold_down(t, F8)
        assert state(store) is MessageState.DRAFT
        t.write("q")
        t.wait("F8 Send")
        t.write(f"{F8}\ry")
        t.wait("Send?")
        t.write("t\r\r\r")
        t.wait("The test is on its way")
        hold_down(t, "\r")
        t.wait(ASKED)
        assert state(store) is MessageState.DRAFT
        t.write("q")
        t.wait("F8 Send")
        t.write(F8)
        t.wait("Send?")
        t.read(1.5)  # as one reads it: an Enter of before the last look was drawn is passed over
        t.write("\ry")
        until(lambda: len(server.accepted()) == 3, lambda: t.text)
    assert state(store) is MessageState.QUEUED
    assert sorted(mail["to"] for mail in server.accepted()) == ["a@exemple.fr", "marie@exemple.fr", "z@exemple.fr"]


def test_enter_for_the_test_keeps_nothing_for_an_hour(store: Store) -> None:
    with terminal(store.path) as t:
        t.wait("[d]")
        t.write("d")
        t.wait("F8 Send")
        t.write(F9)
        t.wait("When does it go out?")
        t.write(f"{F6}\r\r")
        t.wait("The test is on its way")
        hold_down(t, "\r")
        assert state(store) is MessageState.DRAFT
        t.read(1.5)
        t.write("\r")
        t.wait("Kept for")
    assert state(store) is MessageState.SCHEDULED
