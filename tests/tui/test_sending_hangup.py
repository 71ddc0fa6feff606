"""A line that drops in the middle of a sending: the app is gone, the sending goes on to its end."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from mail.lock import holder
from store.mailbox import MailboxSettings
from store.people import Member, Person
from store.segments import EVERYONE
from tests.mail.outgoing import assert_nobody_twice_nobody_lost
from tests.mail.recorder import Recorder, Rule, Script
from tests.tui.order_desk_file import new_group, terminal, until

F8 = "\x1b[19~"
LETTERS = "abcdefghijkl"


def test_the_run_goes_on_when_the_app_is_hung_up(tmp_path: Path) -> None:
    # The second mail is put off for a minute: the process is still there, and waits, when all others are out.
    script = Script([Rule("rcpt", "451 4.3.0 later", only="b@exemple.fr")], delay=0.15)
    with Recorder(tmp_path, script) as server:
        store, _group = new_group(tmp_path / "group.cabas")
        store.mailbox.set(MailboxSettings("127.0.0.1", server.port, "none", "", "amap@exemple.fr"))
        for letter in LETTERS:
            store.members.add(Member(people=(Person(letter.upper(), "Petit", f"{letter}@exemple.fr"),)))
        store.messages.new(EVERYONE, "{{ group }} : marché", "Bonjour {{ first_name }}", "Marché")
        with terminal(store.path) as t:
            t.wait("[d]")
            t.write("d")
            t.wait("F8 Send")
            t.write(F8)
            t.wait("Send?")
            t.read(1.5)  # as one reads it
            t.write("\ry")
            until(lambda: len(server.accepted()) >= 2, lambda: t.text)
            t.hang_up()  # SIGHUP, which ends the app without unwinding
            t.end()
            assert len(server.accepted()) < len(LETTERS) - 1, "it was all over before"
            until(lambda: len(server.accepted()) == len(LETTERS) - 1)
            until(lambda: store.deliveries.counts().sent == len(LETTERS) - 1)
        states = assert_nobody_twice_nobody_lost(store, server, [f"{letter}@exemple.fr" for letter in LETTERS])
        assert states["b@exemple.fr"] == "ready"
        sender = holder(store.path)
        assert sender is not None
        os.kill(sender.pid, signal.SIGTERM)
        until(lambda: holder(store.path) is None)
        store.close()
