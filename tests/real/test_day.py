"""Four hours at a shared server in a minute: everybody at work at once, and in the evening all is there, and once.

Two volunteers take orders, a producer too, somebody writes; one message goes out; the machine does its rounds; a copy
is taken and brought back; lists go out by ssh; an admin changes who may what; cabas is updated; a line drops, programs
are killed.
"""

from __future__ import annotations

import compileall
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mail.lock import holder
from tests.mail.recorder import Recorder, Script
from tests.real.colleague import DESK, PATIENCE, Colleague, messages
from tests.real.evening import Evening
from tests.real.sshd import Sshd, missing
from tests.real.working_day import MAILS, STOCK, Day
from tests.tui.order_desk_file import until
from tests.tui.programs import Programs

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(missing()), reason=missing())]

SEED = int(os.environ.get("CABAS_DAY_SEED", "7"))
TICK_SECONDS = 4
SPOILED = (
    "DELETE FROM order_lines WHERE id = (SELECT max(id) FROM order_lines WHERE quantity > 0)",
    "UPDATE order_lines SET quantity = quantity + 1000 WHERE id = (SELECT min(id) FROM order_lines)",
    "UPDATE order_changes SET after = after + 1000 WHERE id = (SELECT min(id) FROM order_changes)",
    "DELETE FROM journal WHERE id = (SELECT max(id) FROM journal WHERE action = 'order.confirmed')",
    "DELETE FROM journal WHERE id = (SELECT min(id) FROM journal WHERE action LIKE 'outbox.%')",
    """INSERT INTO journal (at, operator_id, action, subject_id, detail)
        SELECT at, operator_id, action, subject_id, detail FROM journal WHERE action = 'message.queued'""",
    "UPDATE people SET phone_shown = '' WHERE id = (SELECT max(id) FROM people WHERE phone_shown <> '')",
    "UPDATE messages SET text = '' WHERE id = (SELECT max(id) FROM messages WHERE state = 'draft')",
    "UPDATE deliveries SET state = 'ready' WHERE id = (SELECT max(id) FROM deliveries)",
    "DELETE FROM deliveries WHERE id = (SELECT max(id) FROM deliveries)",
)
"""What a fault may do to a file."""


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    with Recorder(tmp_path, Script(delay=0.08)) as mail, Sshd() as sshd:
        folder = sshd.folder / "programs"
        folder.mkdir(mode=0o755)
        programs = Programs(folder)
        newer = programs.newer()
        compileall.compile_dir(folder / "newer-tree" / "store", quiet=2)
        day = Day(sshd, mail, programs, newer, SEED)
        day.prepare()
        yield day


@contextmanager
def rounds(day: Day) -> Iterator[None]:
    """What the timer starts every few seconds."""
    over = threading.Event()

    def tick() -> None:
        while not over.is_set():
            # 1: it began before the update and ended after it, which it says.
            said = day.cabas("tick --json", codes=(0, 1, 3, 4, -signal.SIGKILL))
            assert "by a newer cabas" in said or '"code": 1' not in said, said
            over.wait(TICK_SECONDS)

    with ThreadPoolExecutor(1) as pool:
        ticking = pool.submit(tick)
        try:
            yield
        finally:
            over.set()
            ticking.result()


def phone(dice: random.Random) -> str:
    """A number from the fiction ranges, as cabas shows it."""
    return f"06 39 98 {dice.randrange(100):02} {dice.randrange(100):02}"


def some(dice: random.Random, references: str) -> dict[str, int]:
    """A few products and how many of each."""
    wanted = references.split()
    return {reference: dice.randint(1, 5) for reference in dice.sample(wanted, dice.randint(2, len(wanted)))}


def at_the_phone(day: Day, who: Colleague, part: slice, own: str, mishap: Callable[[], None]) -> None:
    """Orders, some of them twice; members that are new, or have another number; in the middle a mishap.

    Of households that colleagues take orders of too, only the `own` products: else nobody knows what they come to.
    """
    dice = random.Random(f"{day.seed} {who.login}")
    callers, strangers = day.members[part], day.strangers[part]
    calls = [*callers, *dice.sample(callers, 3)]
    for name in day.shared:
        calls.insert(dice.randint(2, len(calls)), name)
    for number, name in enumerate(calls):
        act = dice.random()
        if number == len(calls) // 3:
            mishap()
        if name in day.shared:
            who.orders(name, some(dice, own))
            continue
        if act < 0.2 and strangers:
            who.adds(strangers.pop(), phone(dice), some(dice, "TOM PDT FAR"))
        if act > 0.8:
            who.mends(name, phone(dice))
        if act > 0.9:
            who.leaves_open(name, some(dice, "TOM PDT FAR CER POU"))
        else:
            who.orders(name, some(dice, "TOM PDT FAR CER POU"))
    who.go()


def at_the_farm(day: Day, who: Colleague, callers: list[str]) -> None:
    """The producer takes orders on the own catalogue."""
    dice = random.Random(f"{day.seed} {who.login}")
    for name in callers:
        who.orders(name, some(dice, "POU CAN PIN"))
    who.goes_after_update()


def at_the_desk(day: Day, who: Colleague, drafts: int) -> None:
    """Somebody sends what is ready, and writes what will be."""
    who.sends("{{ group }}")
    for number in range(drafts):
        who.drafts(f"Nouvelles {day.seed} {number}", f"Chers tous, voici la nouvelle {number}.")
    who.goes_after_update()


def drops(day: Day, who: Colleague, name: str) -> Callable[[], None]:
    """The line drops over a line that is typed and not entered."""

    def drop() -> None:
        who.opens(name)
        who.types(name, "TOM", 2)
        who.reach(" > 3 PDT ", {" > ": "3 PDT"})
        gone = day.pids(who.login)
        who.t.hang_up()
        until(lambda: not set(gone) & set(day.pids(who.login)), seconds=PATIENCE)
        who.come_again()
        who.opens(name)
        text = who.reach(" > 3 PDT ")
        assert "1 line " in text, text
        who.enters(name, "3 PDT", "PDT", 3)
        who.confirms(name)

    return drop


def killed(day: Day, who: Colleague, name: str) -> Callable[[], None]:
    """The program is killed in the middle of an order."""

    def kill() -> None:
        who.opens(name)
        who.types(name, "TOM", 2)
        who.types(name, "FAR", 1)
        (pid,) = day.pids(who.login)
        os.kill(pid, signal.SIGKILL)
        who.t.end(PATIENCE)
        who.come_again()
        who.opens(name)
        assert "2 lines" in who.reach("2 lines")
        who.confirms(name)

    return kill


@contextmanager
def at_work(day: Day) -> Iterator[tuple[list[Colleague], list[Future[None]]]]:
    """Four at their terminals, each with the day's work."""
    with ExitStack() as stack, ThreadPoolExecutor(4) as pool:
        those = [stack.enter_context(day.colleague(login)) for login in ("marie", "paul", "lise", "rigaud")]
        marie, paul, lise, rigaud = those
        yield (
            those,
            [
                pool.submit(at_the_phone, day, marie, slice(0, 8), "TOM PDT OEU", drops(day, marie, day.members[30])),
                pool.submit(at_the_phone, day, paul, slice(8, 16), "FAR CER EPE", killed(day, paul, day.members[31])),
                pool.submit(at_the_desk, day, lise, 5),
                pool.submit(at_the_farm, day, rigaud, [*day.shared, *day.members[16:26]]),
            ],
        )


def rights_change(day: Day) -> None:
    """Jo gets a right and uses it at once; then has none any more, in the middle of an order."""
    with day.colleague("jo") as jo:
        jo.reach("You are not allowed to see messages", {DESK: "e"})
        day.asks("anna", "operator rights jo --give messages.see")
        day.book.did("anna", "operator.rights", "jo")
        jo.reach("“Marché”")  # the desk shows at once what one may see now
        jo.reach(messages, {DESK: "e"})
        jo.goes_to_desk()
        name = day.members[29]
        jo.opens(name)
        jo.types(name, "TOM", 1)
        day.asks("anna", "operator remove jo")
        day.book.did("anna", "operator.removed", "jo")
        told = "may not use this group any more"
        jo.reach(lambda text: told in text and " > 2 PDT " in text, {" > ": "2 PDT\r"})
    assert "jo" in day.asks("jo", "members list", codes=(1,))


def lists_by_ssh(day: Day) -> None:
    """What was confirmed before stands in the list that one asks for."""
    before = {name for name, lines in day.book.orders.items() if lines}
    out = day.asks("marie", "export orders")
    assert {name for name in before if name not in out} == set()
    day.book.did("marie", "export.orders", "")


def copy_and_back(day: Day) -> tuple[Path, Counter[tuple[str, str, str]]]:
    """A backup by ssh, brought back into another file; what was done before it was asked for."""
    before = Counter(day.book.deeds)
    done = subprocess.run([*day.sshd.ssh(day.keys["anna"]), "backup -"], capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    backup, new = day.sshd.home / "group" / "copy.backup", day.sshd.home / "again" / "amap.cabas"
    backup.write_bytes(done.stdout)
    os.chown(backup, *(day.sshd.file.stat().st_uid,) * 2)
    said = day.cabas(f"restore {backup} {new}")
    assert "Nothing is sent from it" in said
    day.book.did("anna", "backup.made", "")
    return new, before


@pytest.mark.timeout(600)
def test_a_day_at_the_server_loses_nothing_and_does_nothing_twice(day: Day, tmp_path: Path) -> None:
    with rounds(day), at_work(day) as (colleagues, work):

        def when(so: Callable[[], bool]) -> None:
            """Wait as long as everybody works."""

            def is_so() -> bool:
                for one in work:
                    if one.done():
                        one.result()
                return so()

            until(is_so, seconds=PATIENCE)

        with ThreadPoolExecutor(1) as pool:
            rights = pool.submit(rights_change, day)
            when(lambda: len(day.mail.accepted()) > MAILS // 3)
            sender = holder(day.sshd.file)
            assert sender is not None
            os.kill(sender.pid, signal.SIGKILL)
            lists_by_ssh(day)
            restored, before = copy_and_back(day)
            rights.result()
        when(lambda: day.book.acts > 18)
        day.programs.use(day.newer)
        for one in work:
            one.result()
        lists_by_ssh(day)
        until(lambda: json.loads(day.cabas("outbox status --json"))["due"] == 0, seconds=PATIENCE)
    assert sum(one.restarts for one in colleagues) > 1
    day.said += [one.written.decode(errors="replace") for one in colleagues]
    day.said += [day.cabas("doctor --integrity --json", codes=(0, 1))]
    assert "everything in it agrees" in day.said[-1]
    assert day.wrong() == []
    for product in json.loads(day.cabas("distribution stock next --json")):
        taken = day.taken(product["product"]["reference"])
        assert product["left"] in (None, (STOCK - taken) * 1000), product
    evening = day.evening(tmp_path)
    assert evening.faults() == []
    assert evening.faults_of_copy(restored, before) == []
    nothing_is_overlooked(evening)


def nothing_is_overlooked(evening: Evening) -> None:
    """Each of these would be a loss, or twice the same, and is called so."""
    for change in SPOILED:
        spoiled = evening.file.with_name("spoiled.cabas")
        shutil.copy(evening.file, spoiled)
        with closing(sqlite3.connect(spoiled)) as conn, conn:
            assert conn.execute(change).rowcount == 1, change
        assert replace(evening, file=spoiled).faults(), change
    twice = evening.accepted + Counter([next(iter(evening.accepted))])
    assert replace(evening, accepted=twice).faults()
    assert replace(evening, doubts=-1).faults()
