"""The `cabas` command of somebody who has a group's file, in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.real.servers import PASSWORD, USER, Servers

CABAS = Path(sys.executable).with_name("cabas")
TEXT = "Bonjour {{ first_name }},\n\nles fromages de **Daniel** sont ouverts.\n.\nÀ jeudi !\n"


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
        return done.stdout + done.stderr if code else done.stdout

    def json(self, *arguments: object) -> Any:
        return json.loads(self(*arguments, "--json"))

    def set_mailbox(self, servers: Servers, *, tls: str = "starttls", password: str = PASSWORD) -> None:
        port = servers.port if tls == "starttls" else servers.tls_port
        imap_port = servers.imap_port if tls == "starttls" else servers.imap_tls_port
        limits = ("--per-hour", 1000, "--per-day", 1000, "--password-command", f"echo {password}")
        self("mailbox", "set", "--host", "localhost", "--port", port, "--tls", tls, "--user", USER, "--from", USER,
             "--imap-host", "localhost", "--imap-port", imap_port, "--imap-tls", tls, *limits)  # fmt: skip


def write(cabas: Shell, segment: str = "everyone") -> int:
    body = cabas.folder / "body.md"
    body.write_text(TEXT)
    made = cabas.json("message", "new", "--segment", segment, "--subject", "Fromages de Noël", "--body-file", body)
    return int(made["id"])


def members(cabas: Shell, *addresses: str) -> None:
    """Import invented members, one an address, from the simplest of files."""
    rows = [f"{address.partition('@')[0]};Test;{address};" for address in addresses]
    file = cabas.folder / "members.csv"
    file.write_text("\n".join(["first_name;last_name;email;phone", *rows]) + "\n")
    cabas("import", "members", file)
