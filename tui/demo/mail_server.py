"""The example group's mail server, a process of its own: SMTP with login on loopback, every mail into a Maildir.

Its standard input brings one line of JSON (`maildir`, `username`, `password`, `litter`) and then stays open: when it
ends, the demo is gone, and the server follows as soon as nobody is connected, so that a sending which outlives the
screen can finish; then it removes the folder `litter`, if one is named. Its standard output says the port.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tui.demo.maildir import deliver, prepare

LARGEST_MAIL = 25_000_000
"""Bytes; a mail above is refused for good, as real providers do."""


class Filing:
    """What the server does with a mail: file it, and only then say 250."""

    def __init__(self, maildir: Path) -> None:
        self._maildir = maildir

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """File the mail once for each recipient. Nothing is awaited: a client that dies now changes nothing."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        names = [deliver(self._maildir, envelope.mail_from or "", to, content).name for to in envelope.rcpt_tos]
        return f"250 2.0.0 filed as {names[-1]}"


class Connection(SMTP):
    """One client's connection; `alive` are those not closed yet."""

    alive: set[Connection] = set()

    def connection_made(self, transport: Any) -> None:
        """Somebody called."""
        super().connection_made(transport)
        self.alive.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        """They hung up."""
        self.alive.discard(self)
        super().connection_lost(error)


async def serve(maildir: Path, username: str, password: str) -> None:
    """Serve until standard input ends and nobody is connected."""
    prepare(maildir)

    def admit(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and hmac.compare_digest(
            data.login + b"\0" + data.password, f"{username}\0{password}".encode()
        )
        # handled=False lets aiosmtpd itself answer 535; with its default the client would wait for ever.
        return AuthResult(success=known, handled=False)

    def answer() -> Connection:
        return Connection(
            Filing(maildir),
            hostname="localhost",
            ident="cabas demo",
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            authenticator=admit,
            auth_required=True,
            auth_require_tls=False,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(answer, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    while Connection.alive:
        await asyncio.sleep(0.1)


def main() -> None:
    """Read the orders from standard input and serve."""
    # aiosmtpd warns of a login without TLS; on loopback there is nobody to overhear it.
    warnings.filterwarnings("ignore", module="aiosmtpd")
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    orders = json.loads(sys.stdin.readline())
    asyncio.run(serve(Path(orders["maildir"]), orders["username"], orders["password"]))
    if orders["litter"]:
        shutil.rmtree(orders["litter"], ignore_errors=True)


if __name__ == "__main__":
    main()
