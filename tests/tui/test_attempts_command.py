"""`cabas export attempts`: who got which mail, and when."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

from store import Store
from store.people import Member, Person
from store.segments import EVERYONE
from tests.mail.recorder import Recorder, Rule, Script

Start = Callable[..., Recorder]


def test_who_got_it_and_when(store: Store, recorder: Start, cabas: Callable[..., str], tmp_path: Path) -> None:
    server = recorder(Script([Rule("rcpt", "550 5.1.1 unknown", only="yves@exemple.fr")]))
    for name in ("Anna", "Yves"):
        store.members.add(Member(people=(Person(name, "Petit", f"{name.lower()}@exemple.fr"),)))
    mailbox = ("--host", "localhost", "--port", server.port, "--tls", "none", "--user", "", "--from", "amap@exemple.fr")
    cabas("mailbox", "set", *mailbox)
    first, second = (store.messages.new(EVERYONE, subject, "Bonjour", subject) for subject in ("=Hier", "Demain"))
    cabas("message", "send", first, "--yes")
    cabas("outbox", "run")
    cabas("message", "send", second, "--yes")

    rows = json.loads(cabas("export", "attempts", "--message", first, "--format", "json"))
    steps = [(row["name"], row["state"], row["step"], row["code"], row["answer"]) for row in rows]
    assert steps == [
        ("Anna Petit", "sent", "dot", None, ""),
        ("Anna Petit", "sent", "answer", 250, "2.0.0 taken"),
        ("Yves Petit", "failed", "rcpt", 550, "5.1.1 unknown"),
    ]
    assert all(row["when"].endswith("+00:00") for row in rows)

    written = tmp_path / "anna.csv"
    assert cabas("export", "attempts", "--member", "Anna Petit", "-o", written) == f"3 lines in {written}\n"
    table = list(csv.DictReader(written.read_text("utf-8-sig").splitlines(), delimiter=";"))
    mails = [(row["message"], row["address"], row["state"], row["step"]) for row in table]
    assert mails == [
        ("'=Hier", "anna@exemple.fr", "sent", "dot"),
        ("'=Hier", "anna@exemple.fr", "sent", "answer"),
        ("Demain", "anna@exemple.fr", "ready", ""),
    ], "a title that a spreadsheet would take for a formula is none"
    assert len(json.loads(cabas("export", "attempts", "--format", "json"))) == 5
    assert "There is no message" in cabas("export", "attempts", "--message", 99, code=1)


def test_of_who_was_erased_neither_name_nor_address_is_written(
    store: Store, recorder: Start, cabas: Callable[..., str]
) -> None:
    from store.erasing import erase

    member = store.members.add(Member(people=(Person("Anna", "Petit", "anna@exemple.fr"),)))
    server = recorder(Script([Rule("rcpt", "550 5.1.1 anna@exemple.fr is unknown")]))
    mailbox = ("--host", "localhost", "--port", server.port, "--tls", "none", "--user", "", "--from", "amap@exemple.fr")
    cabas("mailbox", "set", *mailbox)
    message = store.messages.new(EVERYONE, "Hier", "Bonjour", "Hier")
    cabas("message", "send", message, "--yes")
    cabas("outbox", "run")
    erase(store, member)
    said = cabas("export", "attempts", "--format", "json")
    assert [row["state"] for row in json.loads(said)] == ["failed"]
    assert "anna" not in said.lower()
