"""Freezing a message with 5,000 recipients: all mails rendered, checked and stored in one transaction.

Beside it a plain loop over the same people, with the libraries that a script would take (Jinja2, markdown-it and the
standard library's `EmailMessage`), that stores nothing: for each mail it does less.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.group import large
from bench.rows import Row
from bench.sending import SUBJECT, TEXT
from mail.composing import freeze
from mail.letters import read_letters
from store import Store
from store.mailbox import MailboxSettings
from store.rights import Right
from store.segments import EVERYONE, parse
from tui.demo.telling import COORDINATOR

MEMBERS = 5_000
ROUNDS = 3
BY_ITSELF = TEXT + "{% if people %}{{ people }}{% endif %}\n"
"""A text that says more than its fields, so that each mail is rendered by itself."""


def rows(folder: Path) -> Iterator[Row]:
    """How long a mail takes, beside the loop, and how much memory all of them take."""
    store = large(folder, MEMBERS)
    store.mailbox.set(MailboxSettings("localhost", 1025, "none", "amap", "amap@exemple.fr", (), 10**6, 10**7))
    _freeze(store, TEXT)  # what is imported once
    ours, alone, loops = [], [], []
    for _ in range(ROUNDS):
        ours.append(_freeze(store, TEXT))
        alone.append(_freeze(store, BY_ITSELF))
        loops.append(_loop(store))
    each, slow, loop = (median(seconds) / MEMBERS * 1000 for seconds in (ours, alone, loops))
    details = f"{each:.2f} / {loop:.2f} ms a mail; {each * MEMBERS / 1000:.1f} s for {MEMBERS:,} stored"
    yield Row("freezing / a plain rendering loop", f"{each / loop:.2f} ×", "", details)
    details = f"{slow:.2f} ms a mail, where the text asks as well as says"
    yield Row("the same, each mail rendered by itself", f"{slow / loop:.2f} ×", "", details)
    store.close()
    few, many = (_memory(store.path, words) for words in ("nobody + member(ids=1)", "everyone"))
    yield Row(f"memory for {MEMBERS:,} mails, above that for one", f"{many - few:.0f} MB", "", f"{many:.0f} MB in all")


def _freeze(store: Store, text: str) -> float:
    message = store.messages.new(EVERYONE, SUBJECT, text)
    told: list[int] = []
    start = perf_counter()
    queued = freeze(store, message, lambda number, _of: told.append(number))
    took = perf_counter() - start
    assert queued.mails == len(told) == MEMBERS
    return took


def _loop(store: Store) -> float:
    from email.message import EmailMessage
    from email.policy import SMTP

    from jinja2 import Environment
    from markdown_it import MarkdownIt

    message = store.messages.new(EVERYONE, SUBJECT, TEXT)
    start = perf_counter()
    people = [envelope.people[0] for envelope in read_letters(store, message, Right.MESSAGES_SEE).envelopes]
    environment, markdown = Environment(), MarkdownIt()
    subject, text = environment.from_string(SUBJECT), environment.from_string(TEXT)
    for person in people:
        values = {"first_name": person.first_name, "group": "Coopérative", "sender": "Coopérative"}
        plain = text.render(values)
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = "amap@exemple.fr", f"{person.first_name} {person.last_name} <{person.address}>"
        mail["Subject"] = subject.render(values)
        mail.set_content(plain)
        mail.add_alternative(markdown.render(plain), subtype="html")
        mail.as_bytes()
    return perf_counter() - start


def _memory(path: Path, words: str) -> float:
    """The most memory, in MB, that a process of its own needs to freeze a message for a segment."""
    command = [sys.executable, "-m", "bench.freezing", str(path), words]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1024


if __name__ == "__main__":
    opened = Store(Path(sys.argv[1]), COORDINATOR)
    freeze(opened, opened.messages.new(parse(sys.argv[2]), SUBJECT, TEXT))
    # Linux, proc(5); getrusage would tell of the process that started this one, too.
    status = Path("/proc/self/status").read_text()
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
