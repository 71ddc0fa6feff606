"""cabas is updated while people work on one file: everybody goes on where they were, with what they had typed."""

from __future__ import annotations

import signal
import sqlite3
import threading
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from screens import updating
from store import Store
from store.errors import FileNewer
from store.schema import LATEST
from tests.newer import bring_up_to_date, migrate
from tests.offering import Offering
from tests.terminal import Terminal
from tests.tui.order_desk_file import new_group, until
from tests.tui.programs import ROOT, Programs, command
from tui.app import make_room
from tui.output import FAILED

DUE = "cabas was updated: Enter restarts it"
BACK = "cabas is restarted"
READ = 1.2
"""Seconds after which a sentence is taken to be read."""


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path)


@pytest.fixture
def group(tmp_path: Path) -> tuple[Path, Store, Offering]:
    file = tmp_path / "group.cabas"
    return file, *new_group(file)


def order_half_typed(t: Terminal) -> None:
    """One line is entered, the next begun."""
    t.wait("New order")
    t.write("nod\r")
    t.wait("Order for")
    t.write("3 tom\r")
    t.wait("1 line")
    t.write("2 oe")
    t.wait("2 × Œufs")


def restart(t: Terminal, *shown: str) -> None:
    """Do what the sentence says; then this is there again."""
    t.wait(DUE)
    t.read(READ)
    t.write("\r")
    for text in (BACK, *shown):
        t.wait(text)


def draft_half_typed(t: Terminal) -> None:
    """A message to nobody yet."""
    t.wait("New order")
    t.write("w")
    t.wait("Who gets it?")
    t.write("\x1b[19~")
    t.wait("Subject")
    t.write("Bonjour\tChers tous")
    t.wait("Chers tous")


def member_half_typed(t: Terminal) -> None:
    """A member whose name is being mended; the number of the household is taken away."""
    t.wait("New order")
    t.write("mdur\r")
    t.wait("member since")
    t.write("e")
    t.wait("First name")
    t.write("\t\x15Paulin")
    t.wait("Paulin")


def test_sessions_go_on_where_they_were_when_the_file_is_brought_up_to_date(
    programs: Programs, group: tuple[Path, Store, Offering]
) -> None:
    file, store, found = group
    newer = programs.newer()
    with ExitStack() as stack:
        order, draft, member = (stack.enter_context(programs.desk(file)) for _ in range(3))
        order_half_typed(order)
        draft_half_typed(draft)
        member_half_typed(member)
        programs.use(newer)
        assert "Durand" in command(newer, file, "members", "list")
        for t in (order, draft, member):
            t.wait(DUE)
        order.write("u")  # whoever types on without looking loses nothing
        restart(order, "> 2 oeu")
        order.write("\r")
        order.wait("2 lines")
        draft.wait(DUE)
        draft.write(" !")
        restart(draft, "Bonjour", "Chers tous !")
        member.write("\t\x1506 39 98 00 09")  # the next field is still the next
        member.wait("06 39 98 00 09")
        restart(member, "Paulin")
        member.write("\x1b[19~")
        member.wait("Paulin Durand")
    with closing(sqlite3.connect(file)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone()[0] == LATEST + 1
        assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert conn.execute("SELECT count(*) FROM unfinished WHERE place LIKE 'restart%'").fetchone()[0] == 0
        mended = conn.execute("SELECT first_name, phone_shown FROM people WHERE last_name = 'Durand'").fetchone()
        assert mended == ("Paulin", "06 39 98 00 09")
        lines = "SELECT count(*) FROM order_lines WHERE order_id IN (SELECT id FROM orders WHERE state = 'basket')"
        assert conn.execute(lines).fetchone()[0] == 2
        assert conn.execute("SELECT subject FROM messages").fetchall() == [("Bonjour",)]
    with pytest.raises(FileNewer):
        store.members.get(found.members["odette"])


def test_an_entry_that_the_update_came_before_is_typed_again_and_a_lost_line_keeps_it(
    programs: Programs, group: tuple[Path, Store, Offering]
) -> None:
    file, _store, _found = group
    newer = programs.newer()
    with programs.desk(file) as t:
        order_half_typed(t)
        programs.use(newer)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # the session cannot see it before what was entered is on its way
            t.write("\r")
            t.wait("> 2 oe", gone=True)
            migrate(other)
            other.execute("COMMIT")
        t.wait(DUE)
        t.write("1 ca")
        t.wait("1 ca")
        t.hang_up()
        t.end()
    with programs.desk(file) as t:
        t.wait("New order")
        t.write("nod\r")
        t.wait("Order for")
        t.wait("> 2 oe")
        t.write("\r")
        t.wait("2 lines")
        t.wait("> 1 ca")


def test_keys_for_another_screen_are_not_typed_into_the_form_that_the_update_keeps_open(
    programs: Programs, group: tuple[Path, Store, Offering]
) -> None:
    file, _store, _found = group
    newer = programs.newer()
    with programs.desk(file) as t:
        member_half_typed(t)
        programs.use(newer)
        bring_up_to_date(file)
        t.write("\x1b[19~e\x1bOQd")  # saved, the form once more, and to the desk: nothing of it can be
        t.wait(DUE)
        t.write("\x1bOQ")
        t.read(0.1)
        t.write("d")
        restart(t, "First name       Paulin\n", "Last name        Durand\n")
        t.write("\x1b[19~")
        t.wait("Paulin Durand")


def test_where_the_newer_program_cannot_take_over_one_stays_where_one_is_and_loses_nothing_with_the_line(
    programs: Programs, group: tuple[Path, Store, Offering]
) -> None:
    file, _store, _found = group
    newer = programs.newer()
    with programs.desk(file) as t:
        order_half_typed(t)
        bring_up_to_date(file)
        t.wait(DUE)
        t.read(READ)
        t.write("\r")
        t.wait("newer cabas's than the one installed here")
        broken = programs.program("broken", ROOT)
        broken.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        programs.use(broken)
        t.read(READ)
        t.write("\r")
        t.wait("The new cabas does not start")
        t.write("f")
        t.wait("> 2 oef")
        slow = programs.program("slow", ROOT)
        slow.write_text("#!/bin/sh\nsleep 20\n", encoding="utf-8")
        programs.use(slow)
        t.read(READ)
        t.write("\r")
        t.wait("is being tried")
        t.signal(signal.SIGHUP)
        t.end()
    programs.use(newer)
    with programs.desk(file) as t:
        t.wait("New order")
        t.write("nod\r")
        t.wait("1 line")
        t.wait("> 2 oef")


def test_a_newer_program_without_a_newer_file_is_offered_and_taken_when_it_suits(
    programs: Programs, group: tuple[Path, Store, Offering]
) -> None:
    file, store, found = group
    store.operators.add("paul", "Paul", "phone_desk", language="en")
    with programs.desk(file, "--operator", "paul") as t:
        order_half_typed(t)
        store.operators.describe("paul", new_login="p.henry")
        programs.use(programs.program("other", ROOT))
        t.wait("F2, then u, starts the new one")
        t.write("\r")
        t.wait("2 lines")
        t.write("1 ca")
        t.write("\x1bOQ")
        t.wait("u New cabas")
        t.write("u")
        t.wait(BACK)
        t.wait("> 1 ca")
        t.write("\x15\x1bOR")
        t.wait("is kept")
        t.write("\x11")
        assert t.end() == 0
        assert t.modes == t.modes_before
    assert len(store.orders.look(found.members["odette"], found.next).lines) == 2


def test_a_screen_that_was_replaced_under_a_running_program_is_opened_by_the_newer_one(
    programs: Programs, group: tuple[Path, Store, Offering]
) -> None:
    file, _store, _found = group
    tree = programs.tree("installed", "screens")
    programs.use(programs.program("installed", tree))
    with programs.desk(file) as t:
        order_half_typed(t)
        gone = tree / "screens" / "members.py"
        text = gone.read_text(encoding="utf-8")
        gone.write_text(text + "\nfrom screens.base import NotThereYet\n", encoding="utf-8")
        t.write("\x1bOQ")
        t.wait("m Members")
        t.write("m")
        t.wait(DUE)
        gone.write_text(text, encoding="utf-8")
        restart(t, "> 2 oe")
        t.read(READ + 0.5)
        t.write("\r")
        t.wait("2 lines")
        t.wait(BACK, gone=True)
        read_back = tree / "screens" / "read_back.py"
        text = read_back.read_text(encoding="utf-8")
        read_back.write_text(f"{text}\nraise AttributeError\n", encoding="utf-8")
        t.write("\r")  # this one would have ended the program: the one that is there now goes on by itself
        t.wait(BACK)
        read_back.write_text(text, encoding="utf-8")
        t.write("\r")
        t.wait("c Confirm")


def test_programs_that_start_together_on_an_older_file_bring_it_up_to_date_once(
    programs: Programs, group: tuple[Path, Store, Offering], tmp_path: Path
) -> None:
    file, _store, _found = group
    newer = programs.newer()
    said: list[str] = []
    starts = [
        threading.Thread(target=lambda: said.append(command(newer, file, "members", "list"))) for _number in range(3)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(said) == 3
    assert len(set(said)) == 1
    until(lambda: len(list(tmp_path.glob(f"*.v{LATEST}-*.backup"))) == 1)


def test_where_it_cannot_be_started_at_last_that_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(updating.RESUMES, "")  # set below, and taken away afterwards
    monkeypatch.setattr(updating, "command", lambda _login: ["/nowhere/cabas"])
    assert make_room("kept", "marie") == FAILED
    assert "does not start (No such file or directory). What you typed is kept" in capsys.readouterr().err
