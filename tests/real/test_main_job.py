"""The main job by the `cabas` command, through a real Postfix with Dovecot logins and a verified certificate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.mail.files import png
from tests.real.servers import PASSWORD, REFUSED, USER, Servers, missing

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(missing()), reason=missing())]
SAMPLES = Path(__file__).parent.parent / "samples"
CABAS = Path(sys.executable).with_name("cabas")
TEXT = "Bonjour {{ first_name }},\n\nles fromages de **Daniel** sont ouverts.\n.\nÀ jeudi !\n"


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as started:
        yield started


@dataclass
class Shell:
    """The `cabas` command of somebody who has a group's file."""

    folder: Path
    environment: Mapping[str, str]

    def __call__(self, *arguments: object, code: int = 0) -> str:
        done = subprocess.run(
            [CABAS, *map(str, arguments)],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        assert PASSWORD not in done.stdout + done.stderr
        return done.stdout if code == 0 else done.stderr

    def json(self, *arguments: object) -> Any:
        return json.loads(self(*arguments, "--json"))

    def set_mailbox(self, servers: Servers, *, tls: str = "starttls", password: str = PASSWORD) -> None:
        port = servers.port if tls == "starttls" else servers.tls_port
        limits = ("--per-hour", 1000, "--per-day", 1000, "--password-command", f"echo {password}")
        self("mailbox", "set", "--host", "localhost", "--port", port, "--tls", tls, "--user", USER, "--from", USER,
             *limits)  # fmt: skip


@pytest.fixture
def cabas(tmp_path: Path, servers: Servers) -> Shell:
    environment = {
        "CABAS_FILE": str(tmp_path / "amap.cabas"),
        "CABAS_CONFIG": str(tmp_path / "cabas.toml"),
        "SSL_CERT_FILE": str(servers.authority.certificate),
    }
    shell = Shell(tmp_path, environment)
    shell("init", environment["CABAS_FILE"], "--name", "AMAP des Oiseaux", "--language", "fr")
    return shell


def write(cabas: Shell, segment: str = "everyone") -> int:
    body = cabas.folder / "body.md"
    body.write_text(TEXT)
    made = cabas.json("message", "new", "--segment", segment, "--subject", "Fromages de Noël", "--body-file", body)
    return int(made["id"])


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
    assert "SSL_CERT_FILE" in stranger("mailbox", "check", code=1)


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


def members(cabas: Shell, *addresses: str) -> None:
    """Import invented members, one an address, from the simplest of files."""
    rows = [f"{address.partition('@')[0]};Test;{address};" for address in addresses]
    file = cabas.folder / "members.csv"
    file.write_text("\n".join(["first_name;last_name;email;phone", *rows]) + "\n")
    cabas("import", "members", file)
