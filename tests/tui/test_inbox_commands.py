"""`cabas inbox`: what a reading says, what waits for a decision, and what is not to be read now."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store import Store
from store.came_back_records import Kind
from store.clock import stamp
from tests.mail.imap_server import PASSWORD, USER, ImapScript, ImapServer
from tests.mail.returned import answer, sent
from tests.store.posted import FRANCOIS, ODETTE, email_states, household, note, state_of

Cabas = Callable[..., str]


@pytest.fixture
def box(tmp_path: Path) -> Iterator[ImapServer]:
    with ImapServer(tmp_path) as server:
        yield server


def set_mailbox(cabas: Cabas, port: int) -> None:
    imap = ("--imap-host", "127.0.0.1", "--imap-port", port, "--imap-tls", "none")
    cabas("mailbox", "set", "--host", "127.0.0.1", "--port", 25, "--tls", "none", "--from", USER,
          "--password-command", f"echo '{PASSWORD}'", *imap)  # fmt: skip


def as_json(text: str) -> Any:
    return json.loads(text)


def test_what_came_back_from_reading_to_deciding(store: Store, box: ImapServer, cabas: Cabas) -> None:
    assert "no mailbox" in cabas("inbox", "read", code=1)
    odette, francois = household(store, ODETTE), household(store, FRANCOIS)
    _one, other = sent(store, odette, francois)
    set_mailbox(cabas, box.port)
    assert "not been read yet" in cabas("inbox", "list")
    now = store.clock.now()
    words = f"From: MAILER-DAEMON@exemple.org\r\nSubject: Mancata consegna\r\n\r\n{ODETTE}: casella chiusa\r\n"
    box.put("INBOX", words.encode(), now)
    box.put("INBOX", answer(other, FRANCOIS, "stop svp"), now)
    said = cabas("inbox", "read")
    assert said.startswith("2 mails read: 2 answers to look at.")
    assert PASSWORD not in said
    assert as_json(cabas("inbox", "read", "--json"))["read"] == 0
    listed = cabas("inbox", "list")
    assert "“stop svp”" in listed
    assert "Odette Maréchal" in listed
    ids = {came["kind"]: came["id"] for came in as_json(cabas("inbox", "list", "--json"))}
    assert f"accept {max(ids.values())};" in listed
    assert "Nobody has decided" in cabas("inbox", "reopen", ids["stop_word"], code=1)
    said = cabas("inbox", "accept", ids["stop_word"], 999, code=1)
    assert "1 is taken for what it says.\n" in said
    assert "Nothing that came back has the number 999." in said
    assert state_of(store, other) == ("sent", "")
    assert any(p.kind == "targeted" and p.stopped for p in store.members.preferences(francois.people[0].id or 0))
    assert "open" in cabas("inbox", "reopen", ids["stop_word"])
    (left,) = as_json(cabas("inbox", "dismiss", ids["stop_word"], "--json"))
    assert left["state"] == "dismissed"
    assert f"cabas inbox reopen {ids['stop_word']}" in cabas("inbox", "accept", ids["stop_word"], code=1)
    cabas("inbox", "accept", ids["unclear"])
    assert email_states(store, odette) == ["bounced"]
    assert f"{ODETTE}: {ODETTE}: casella chiusa" in cabas("members", "show", odette.id)
    note(store, Kind.STOP, other)
    assert "refused: Odette: news (e-mail, STOP)" in cabas("members", "show", francois.id)
    note(store, Kind.HARD, other, status="5.1.1")
    assert f"{FRANCOIS}: no such address" in cabas("members", "show", francois.id)
    by_itself = store.came_back.list()[0].id
    assert "done by itself" in cabas("inbox", "dismiss", by_itself, code=1)
    assert "done by itself" in cabas("inbox", "reopen", by_itself, code=1)
    assert as_json(cabas("inbox", "list", "--json")) == []
    assert "Nothing waits for a decision.\nThe mailbox was last read" in cabas("inbox", "list")
    assert len(as_json(cabas("inbox", "list", "--all", "--json"))) == 4
    store.operators.add("desk", "Desk", "phone_desk")
    catalogue = store.catalogues.add_catalogue("Volailles", store.catalogues.add_producer("Rigaud"), "EUR")
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[catalogue])
    assert "mail" not in cabas("--operator", "rigaud", "members", "show", francois.id), "it is only hidden from them"
    box.put("INBOX", answer(other, FRANCOIS, "basta mail"), now)
    said = cabas("--operator", "desk", "inbox", "read")
    assert said == "1 mail read: 1 answer to look at.\n", "of a list that they may not see nothing is said"


def test_a_mailbox_that_cannot_be_read_now(store: Store, box: ImapServer, cabas: Cabas) -> None:
    sent(store, household(store, ODETTE))
    set_mailbox(cabas, box.port)
    box.follow(ImapScript(rules={"login": "NO [AUTHENTICATIONFAILED] no"}))
    assert USER in cabas("inbox", "read", code=1)
    box.follow(ImapScript(rules={"greeting": "BYE too many connections"}))
    assert "too many connections" in cabas("inbox", "read", code=3)
    box.stop()
    assert "127.0.0.1" in cabas("inbox", "read", code=3)
    cabas("mailbox", "set", "--from", USER, "--no-imap")
    assert "IMAP" in cabas("inbox", "read", code=1)


def test_what_is_in_doubt_is_looked_for_in_sent(store: Store, box: ImapServer, cabas: Cabas) -> None:
    one, other = sent(store, household(store, ODETTE), household(store, FRANCOIS), state="unknown")
    set_mailbox(cabas, box.port)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state_at = ? WHERE id = ?", (stamp(t.now.replace(year=2020)), one))
        ref = t.value("SELECT message_ref FROM deliveries WHERE id = ?", (one,))
    box.folder("Sent", "\\Sent")
    box.put("Sent", f"Message-ID: {ref}\r\n\r\n".encode())
    said = cabas("outbox", "unknown", "--look")
    assert "1 is in Sent" in said
    assert "1 is too fresh" in said
    assert [doubt["delivery"] for doubt in as_json(cabas("outbox", "unknown", "--look", "--json"))] == [other]
    box.stop()
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state_at = ? WHERE id = ?", (stamp(t.now.replace(year=2020)), other))
    cabas("outbox", "unknown", "--look", code=3)
    assert FRANCOIS in cabas("outbox", "unknown")
