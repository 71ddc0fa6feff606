"""From the desk to a last call that is kept for its hour: in few keys, in one packet or one after the other."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from store import Store
from store.mailbox import MailboxSettings
from store.message_records import Message, MessageState
from store.people import Member, Person
from store.segment_words import words
from tests.terminal import Terminal
from tests.tui.order_desk_file import new_group, terminal

F9 = "\x1b[20~"
PROPOSED = f"r{F9}\r3\r"
"""Remind, at an hour, the one that is proposed; the number of mails is asked for here."""
SAID = "r\x1bsademain 9h\r3\r"
"""The same without function keys, at another hour."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three members have an e-mail; a catalogue closes tomorrow at noon."""
    made, _group = new_group(tmp_path / "group.cabas")
    made.mailbox.set(MailboxSettings("smtp.exemple.fr", 465, "implicit", "amap", "amap@exemple.fr"))
    made.settings.set_limits(ask_above=2)
    for name in ("Zoé", "Anna", "Luc"):
        made.members.add(Member(people=(Person(name, "Petit", f"{name[0].lower()}@exemple.fr"),)))
    with made.writing() as t:
        noon = datetime.combine(made.clock.today() + timedelta(days=1), time(12))
        t.execute("UPDATE distribution_catalogues SET closes = ?", (noon.isoformat(timespec="minutes"),))
    return made


def kept(store: Store) -> Message | None:
    found = [row.id for row in store.messages.all(MessageState.SCHEDULED)]
    return store.messages.get(found[0]) if found else None


def check(store: Store, shown: Terminal) -> Message:
    shown.wait("Kept for")
    shown.wait("~3 mails [v]")
    message = kept(store)
    assert message is not None
    noon = datetime.combine(store.clock.today() + timedelta(days=1), time(12))
    assert (message.kind, message.expected_mails, message.send_before) == ("last_call", 3, noon)
    assert words(message.segment) == "everyone - ordered(distribution=next)"
    return message


def test_a_last_call_in_one_packet(store: Store) -> None:
    with terminal(store.path) as t:
        t.wait("r Remind")
        t.write(PROPOSED)
        message = check(store, t)
    assert message.send_at is not None
    assert message.send_at > store.clock.wall()


def test_a_last_call_key_by_key_for_an_hour_of_ones_own(store: Store) -> None:
    assert len(SAID) <= 20
    with terminal(store.path) as t:
        t.wait("r Remind")
        for key in SAID:
            t.write(key)
            if key == "\x1b":  # with a letter in the same packet it is Alt and that letter, in every terminal
                t.wait("Enter Who")
            t.read(0.01)
        message = check(store, t)
    assert message.send_at == datetime.combine(store.clock.today() + timedelta(days=1), time(9))
