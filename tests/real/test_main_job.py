"""The main job by the `cabas` command, through a real Postfix with Dovecot logins and a verified certificate."""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.mail.files import png
from tests.real.servers import PASSWORD, RATE, REFUSED, USER, Servers, missing
from tests.real.shell import Shell, members, write

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(missing()), reason=missing())]
SAMPLES = Path(__file__).parent.parent / "samples"


def test_the_main_job(cabas: Shell, servers: Servers) -> None:
    cabas.set_mailbox(servers)
    assert "localhost" in cabas("mailbox", "check")
    for sample in ("cagette_legacy.csv", "camap.csv"):
        cabas("import", "members", SAMPLES / sample)
    counts = cabas.json("segment", "count", "everyone")
    assert counts["mails"] > 3
    assert counts["unreachable"] > 0
    message = write(cabas)
    cabas("message", "test", message, "--to", "paul@example.org")
    cabas("outbox", "run")
    servers.wait_for_queue()
    assert [letter.recipient for letter in servers.delivered()] == ["paul@example.org"]

    cabas("message", "send", message, "--yes")
    assert cabas.json("message", "status", message)["ready"] == counts["mails"]
    assert cabas.json("outbox", "status")["due"] == counts["mails"]
    cabas("outbox", "run")
    assert cabas.json("message", "status", message) == {
        "ready": 0, "sending": 0, "sent": counts["mails"], "failed": 0, "unknown": 0, "held": 0, "bounced": 0,
    }  # fmt: skip
    cabas("outbox", "run")

    servers.wait_for_queue()
    # A Maildir is in no order: the test mail may be read last.
    letters = [letter for letter in servers.delivered() if letter.recipient != "paul@example.org"]
    got = Counter(letter.recipient for letter in letters)
    assert len(got) == counts["mails"]
    assert set(got.values()) == {1}, "nobody twice"
    mail = letters[0].mail
    assert mail["From"].addresses[0].addr_spec == USER
    assert str(mail["Subject"]) == "Fromages de Noël"
    assert mail["Date"]
    assert mail["Message-ID"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert "\n.\nÀ jeudi !" in body.get_content().replace("\r\n", "\n")


def test_a_mail_with_files_arrives_whole(cabas: Shell, servers: Servers) -> None:
    members(cabas, "lise@exemple.fr", "remi@exemple.fr")
    cabas.set_mailbox(servers)
    bulletin = b"%PDF-1.4\n" + os.urandom(1_500_000)
    files = {"Été.pdf": bulletin, "panier.png": png()}
    for name, content in files.items():
        (cabas.folder / name).write_bytes(content)
    body = cabas.folder / "body.md"
    body.write_text("Bonjour {{ first_name }},\n\n![Le panier](panier.png)\n")
    words = ("--segment", "everyone", "--subject", "Le bulletin", "--body-file", body)
    attached = ("--attach", cabas.folder / "Été.pdf", "--image", cabas.folder / "panier.png")
    message = cabas.json("message", "new", *words, *attached)["id"]
    cabas("message", "send", message, "--yes")
    cabas("outbox", "run")
    servers.wait_for_queue()
    letters = [letter for letter in servers.delivered() if letter.recipient in ("lise@exemple.fr", "remi@exemple.fr")]
    assert len(letters) == 2
    for letter in letters:
        (attachment,) = letter.mail.iter_attachments()
        assert (attachment.get_filename(), attachment.get_content()) == ("Été.pdf", bulletin)
        html = letter.mail.get_body(("html",))
        assert html is not None
        image = next(part for part in letter.mail.walk() if part.get_content_type() == "image/png")
        assert image.get_content() == png()
        assert f'src="cid:{image["Content-ID"].strip("<>")}"' in html.get_content()


def test_tls_from_the_start(cabas: Shell, servers: Servers) -> None:
    cabas.set_mailbox(servers, tls="implicit")
    cabas("mailbox", "check")


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_that_nobody_here_trusts(cabas: Shell, servers: Servers, tls: str) -> None:
    cabas.set_mailbox(servers, tls=tls)
    stranger = Shell(cabas.folder, {**cabas.environment, "SSL_CERT_FILE": os.devnull})
    assert "localhost montre un certificat à lui" in stranger("mailbox", "check", code=1)


def test_a_wrong_password(cabas: Shell, servers: Servers) -> None:
    members(cabas, "odette@exemple.fr")
    cabas.set_mailbox(servers, password="wrong")
    said = cabas("mailbox", "check", code=1)
    assert USER in said
    message = write(cabas)
    cabas("message", "send", message, "--yes")
    cabas("outbox", "run", code=3)
    assert cabas.json("message", "status", message)["ready"] == 1
    assert cabas.json("outbox", "status")["mailbox"]["state"] == "login_refused"
    cabas.set_mailbox(servers)
    cabas("outbox", "run")
    assert cabas.json("message", "status", message)["sent"] == 1


def test_one_refused_recipient_stops_nobody(cabas: Shell, servers: Servers) -> None:
    members(cabas, "anne@exemple.fr", REFUSED, "yves@exemple.fr")
    cabas.set_mailbox(servers)
    message = write(cabas)
    cabas("message", "send", message, "--yes")
    cabas("outbox", "run")
    status = cabas.json("message", "status", message)
    assert (status["sent"], status["failed"], status["ready"]) == (2, 1, 0)


def test_a_server_that_takes_only_so_many_at_a_time(cabas: Shell, servers: Servers) -> None:
    addresses = [f"p{number}@exemple.fr" for number in range(2 * RATE)]
    members(cabas, *addresses)
    cabas.set_mailbox(servers)
    cabas("mailbox", "set", "--port", servers.slow_port)
    message = write(cabas)
    cabas("message", "send", message, "--yes")
    assert "too much mail" in cabas("outbox", "run", code=3)
    status = cabas.json("message", "status", message)
    assert (status["sent"], status["ready"], status["failed"]) == (RATE, RATE, 0)
    assert cabas.json("outbox", "status")["mailbox"]["until"]
    cabas("outbox", "run", code=3)  # not before its time, and the server is not even asked
    assert servers.log().count("too much mail") <= 4
    time.sleep(2)  # until the server counts anew
    cabas("outbox", "resume")
    cabas("outbox", "run")
    assert cabas.json("message", "status", message)["sent"] == 2 * RATE
    servers.wait_for_queue()
    got = Counter(letter.recipient for letter in servers.delivered())
    assert [got[address] for address in addresses] == [1] * len(addresses)


def test_an_address_that_is_not_ours_is_the_mailboxs_fault(cabas: Shell, servers: Servers) -> None:
    members(cabas, "anne@exemple.fr")
    cabas.set_mailbox(servers)
    port = ("--port", servers.port, "--tls", "starttls", "--password-command", f"echo {PASSWORD}")
    cabas("mailbox", "set", "--host", "localhost", *port, "--user", USER, "--from", "autre@exemple.fr")
    message = write(cabas)
    cabas("message", "send", message, "--yes")
    assert "autre@exemple.fr" in cabas("outbox", "run", code=3)
    status = cabas.json("message", "status", message)
    assert (status["ready"], status["failed"]) == (1, 0), "the recipient is not to blame"
