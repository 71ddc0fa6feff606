"""What comes back, by the `cabas` command: a real Postfix returns mails, and a real Dovecot is read by IMAP."""

from __future__ import annotations

import os
import sqlite3
from email.message import EmailMessage
from urllib.parse import unquote

import pytest

from tests.real.servers import FULL, GONE, USER, Servers, missing
from tests.real.shell import Shell, members, write

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(missing()), reason=missing())]

ODETTE, YVES = "odette@exemple.fr", "yves@exemple.fr"
NOTHING = {"read": 0, "hard": 0, "soft": 0, "unclear": 0, "stops": 0, "stop_words": 0, "answers": 0}


def letter_to(servers: Servers, address: str) -> EmailMessage:
    (found,) = [letter.mail for letter in servers.delivered() if letter.recipient == address]
    return found


def answer(mail: EmailMessage, sender: str, text: str, subject: str = "Re: Fromages") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, USER, subject
    made["Message-ID"] = f"<{abs(hash((sender, text)))}@exemple.fr>"
    made["In-Reply-To"] = str(mail["Message-ID"])
    made.set_content(f"{text}\n\nLe 19/11/2026, AMAP a écrit :\n> Bonjour\n> STOP\n")
    return made.as_bytes()


def test_what_comes_back_is_read_and_nothing_in_the_mailbox_is_changed(cabas: Shell, servers: Servers) -> None:
    members(cabas, GONE, FULL, ODETTE, YVES)
    cabas.set_mailbox(servers)
    message = write(cabas)
    cabas("message", "send", message, "--yes")
    cabas("outbox", "run")
    servers.wait_for_queue()
    assert cabas.json("inbox", "read") == {**NOTHING, "read": 2, "hard": 1, "soft": 1}
    status = cabas.json("message", "status", message)
    assert (status["sent"], status["bounced"]) == (2, 2)
    came = {one["address"]: (one["kind"], one["status"]) for one in cabas.json("inbox", "list", "--all")}
    assert came == {GONE: ("hard", "5.1.1"), FULL: ("soft", "5.2.2")}

    link = unquote(str(letter_to(servers, ODETTE)["List-Unsubscribe"]))
    stop = answer(letter_to(servers, ODETTE), ODETTE, "", link.partition("subject=")[2].rstrip(">"))
    servers.file_into("", stop)
    servers.file_into("Indesirables", answer(letter_to(servers, YVES), YVES, "stop svp"))
    servers.file_into("", b"From: paul@exemple.org\r\nSubject: Les clefs\r\n\r\nJe les ai.\r\n")
    cabas.set_mailbox(servers, tls="implicit")
    assert cabas.json("inbox", "read") == {**NOTHING, "read": 3, "stops": 1, "stop_words": 1}
    assert cabas.json("inbox", "read") == NOTHING
    (question,) = cabas.json("inbox", "list")
    assert (question["address"], question["said"]) == (YVES, "stop svp")
    cabas("inbox", "accept", question["id"])
    assert cabas.json("inbox", "list") == []
    counts = cabas.json("segment", "count", "everyone")
    assert counts["mails"] == 1, "who is left is the one whose mailbox was full"

    for folder, mails in ((servers.box, 4), (servers.box / ".Indesirables", 1)):
        assert len(list((folder / "new").iterdir())) == mails, "still new, and not one marked as read"
        assert not list((folder / "cur").iterdir())
    assert "deleted=0 expunged=0" in servers.log()

    stranger = Shell(cabas.folder, {**cabas.environment, "SSL_CERT_FILE": os.devnull})
    assert "un certificat à lui" in stranger("inbox", "read", code=1)


def test_what_is_in_doubt_is_found_in_the_sent_folder(cabas: Shell, servers: Servers) -> None:
    members(cabas, "lise@exemple.fr", "remi@exemple.fr")
    cabas.set_mailbox(servers)
    message = write(cabas)
    cabas("message", "send", message, "--yes")
    for _run in range(2):
        killed = Shell(cabas.folder, {**cabas.environment, "CABAS_CRASH": "after_dot"})
        killed("outbox", "run", code=137)
    servers.wait_for_queue()
    assert len(cabas.json("outbox", "unknown", "--look")) == 2, "too fresh to tell"
    with sqlite3.connect(cabas.environment["CABAS_FILE"]) as file:
        file.execute("UPDATE deliveries SET state_at = '2026-01-01T00:00:00.000000Z' WHERE state = 'unknown'")
    file.close()
    servers.file_into("Envoyes", letter_to(servers, "lise@exemple.fr").as_bytes())
    left = cabas.json("outbox", "unknown", "--look")
    assert [doubt["address"] for doubt in left] == ["remi@exemple.fr"]
    assert cabas.json("message", "status", message)["sent"] == 1
