"""A sending that is killed with kill -9 again and again, through a server with faults: what each mail came to.

Once at each named moment (`mail.crash_points`), then at random ones, over a thousand mails of which a tenth meets a
fault: refused for the moment, the line dropped after the text and not taken, taken and the line dropped. The server is
a process of its own and writes down what it takes before it says so: that is what the group's file is held against.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.rows import NotThereYet, Row
from mail.crash_points import POINTS
from store import Store
from store.settings import Group

MAILS, KILLS, FAULTS = 1000, 200, 0.1
HOUR = 3600
_A_START, _A_MAIL = 0.03, 0.015
"""About what a run needs before its first mail, and for each one, in seconds: how long the lives are drawn from."""


def rows(folder: Path) -> Iterator[Row]:
    """The promises, then what was left in doubt."""
    try:
        from tests.mail.outgoing import queue, set_mailbox
        from tests.mail.recorder import Recorder, Script
    except ImportError as error:
        raise NotThereYet("needs the tests, which are not installed with the program") from error
    store = Store.create(folder / "group.cabas", Group("AMAP des Oiseaux"), "marie", "Marie")
    with Recorder(folder, Script(delay=0.005, chaos=FAULTS, seed=random.randrange(10**6))) as server:
        set_mailbox(store, server.port)
        addresses = queue(store, MAILS)
        start = time.perf_counter()
        kills, runs = _kill(store)
        took = time.perf_counter() - start
        accepted = Counter(mail["to"] for mail in server.accepted())
        by_bytes = {(mail["to"], mail["hash"]) for mail in server.accepted()}
    states = _states(store)
    in_doubt = {row.address for row in store.deliveries.unknown()}
    sent = {address for address, state in states.items() if state == "sent"}
    settled = sent | in_doubt
    details = f"{kills} kills at {len(POINTS)} named and at random moments, {runs} runs, {took:.0f} s"
    yield _none("accepted twice", sum(times > 1 for times in accepted.values()), details)
    details = f"{len(states)} of {len(addresses)} mails are in the file, {len(settled)} sent or listed as in doubt"
    yield _none("lost: neither sent nor listed as in doubt", len(set(addresses) - settled), details)
    yield _none("counted as sent and not accepted", len(sent - set(accepted)), f"{len(sent)} sent")
    yield _none("accepted and neither sent nor in doubt", len(set(accepted) - settled), f"{len(accepted)} accepted")
    yield _none("other bytes than before", len(by_bytes) - len(accepted), "a mail's bytes at each attempt")
    really = len(in_doubt & set(accepted))
    yield Row("in doubt, listed", str(len(in_doubt)), "", f"{really} of them had been accepted")
    store.close()


def _kill(store: Store) -> tuple[int, int]:
    """Kill runs until there were enough, then let the rest go out; returns how many kills and runs there were."""
    from tests.mail.sender import Sender

    kills = runs = 0
    with Sender(store.path) as sender:
        for point in POINTS:
            kills += sender.run(point) == 137
            runs += 1
        while kills < KILLS + len(POINTS):
            left = store.deliveries.due().now / (KILLS + len(POINTS) - kills)
            pid = sender.start()
            time.sleep(random.uniform(0, 2 * (_A_START + _A_MAIL * left)))
            kills += sender.kill(pid)
            runs += 1
            if not store.deliveries.counts().ready:
                break
        ahead = 0
        while store.deliveries.counts().ready and runs < 10 * KILLS:
            ahead += HOUR  # what was refused for the moment has its time come
            sender.run(ahead=ahead)
            runs += 1
        sender.run(ahead=ahead)  # what the last kill left between dot and answer
    return kills, runs


def _states(store: Store) -> dict[str, str]:
    with store.reading() as t:
        return {row["address"]: row["state"] for row in t.all("SELECT address, state FROM deliveries")}


def _none(what: str, number: int, details: str) -> Row:
    return Row(what, str(number), "0", details, number == 0)
