"""A mail server that says 250 and forgets: `python -m bench.sink` prints its port and serves until its input ends."""

from __future__ import annotations

import asyncio
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult


class Forget:
    """Takes every mail."""

    async def handle_DATA(self, server, session, envelope):
        """Nothing is kept."""
        return "250 2.0.0 Ok"


async def serve() -> None:
    """Serve on a free port of this machine; a login is offered, any password is right, none is needed."""

    def answer() -> SMTP:
        return SMTP(
            Forget(),
            hostname="localhost",
            authenticator=lambda *_: AuthResult(success=True),
            auth_require_tls=False,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    asyncio.run(serve())
