"""Sending to a few hundred people on one connection with the whole ledger, beside a bare loop and `mailmerge`.

Ours and mailmerge's time hold everything from the text to the last answer: rendering, too.
"""

from __future__ import annotations

import shutil
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from bench.group import large
from bench.rows import Row, least
from mail.composing import freeze
from mail.outbox import run
from store import Store
from store.mailbox import MailboxSettings
from store.segments import EVERYONE

MEMBERS = 300
ROUNDS = 5
SUBJECT = "{{ group }} : les légumes de la semaine"
TEXT = "Bonjour {{ first_name }},\n\nles légumes **de la semaine** sont là.\n\nÀ bientôt,\n{{ sender }}\n"


@contextmanager
def sink() -> Iterator[int]:
    """The server that every way sends to, in a process of its own; yields its port."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.sink"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.stdin.close()


def rows(folder: Path) -> Iterator[Row]:
    """Mails a second of each way, in turn."""
    store = large(folder, MEMBERS)
    merge = shutil.which("mailmerge")
    with sink() as port:
        settings = MailboxSettings("127.0.0.1", port, "none", "amap", "amap@exemple.fr", (), 10**6, 10**7)
        store.mailbox.set(settings)
        ours, bare, merged = [], [], []
        mimes = _mimes(store)
        for _ in range(ROUNDS):
            ours.append(_durable(store))
            bare.append(_bare(port, mimes))
            if merge:
                merged.append(_mailmerge(merge, folder, port))
    rate, loop = MEMBERS / median(ours), MEMBERS / median(bare)
    details = f"{rate:.0f} a second with rendering and two commits each; {loop:.0f} for ready bytes in a bare loop"
    yield Row("durable sending / a bare smtplib loop", f"{rate / loop:.2f} ×", "", details)
    if merge:
        ratio = median(theirs / mine for theirs, mine in zip(merged, ours, strict=True))
        yield least("durable sending / mailmerge", ratio, 1.8, f"{rate:.0f} / {MEMBERS / median(merged):.0f} a second")
    else:
        yield Row("durable sending / mailmerge", "-", "≥ 1.8 ×", "mailmerge is not installed: pip install mailmerge")
    store.close()


def _durable(store: Store) -> float:
    message = store.messages.new(EVERYONE, SUBJECT, TEXT)
    start = perf_counter()
    freeze(store, message)
    result = run(store, lambda: "secret")
    took = perf_counter() - start
    assert result.sent == MEMBERS, result
    return took


def _mimes(store: Store) -> list[tuple[str, bytes]]:
    """The finished mails of one message, for the bare loop to send."""
    message = store.messages.new(EVERYONE, SUBJECT, TEXT)
    freeze(store, message)
    with store.reading() as t:
        found = t.all("SELECT address, mime FROM deliveries WHERE message_id = ?", (message,))
    run(store, lambda: "secret")
    return [(row["address"], row["mime"]) for row in found]


def _bare(port: int, mimes: list[tuple[str, bytes]]) -> float:
    start = perf_counter()
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as client:
        client.login("amap", "secret")
        for address, mime in mimes:
            client.sendmail("amap@exemple.fr", [address], mime)
    return perf_counter() - start


def _mailmerge(command: str, folder: Path, port: int) -> float:
    random = Random(1)
    place = folder / "mailmerge"
    place.mkdir(exist_ok=True)
    head = "TO: {{email}}\nSUBJECT: Coopérative : les légumes de la semaine\nFROM: amap@exemple.fr\n"
    (place / "mailmerge_template.txt").write_text(
        f"{head}Content-Type: text/markdown\n\nBonjour {{{{first_name}}}},\n\nles légumes **de la semaine** sont là.\n"
    )
    people = [f"membre{random.randrange(10**9)}@exemple.fr,Odette" for _ in range(MEMBERS)]
    (place / "mailmerge_database.csv").write_text("email,first_name\n" + "\n".join(people) + "\n")
    (place / "mailmerge_server.conf").write_text(f"[smtp_server]\nhost = 127.0.0.1\nport = {port}\n")
    start = perf_counter()
    subprocess.run([command, "--no-dry-run", "--no-limit"], cwd=place, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start
