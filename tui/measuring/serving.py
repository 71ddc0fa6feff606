"""Running the endpoint until it is told to end."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from templates.words import _
from tui.output import Ended, warn

if TYPE_CHECKING:
    from types import FrameType

    from starlette.applications import Starlette
    from uvicorn import Server

    from store import Store

BACKLOG = 128
MOST_AT_ONCE = 200
"""Connections: those beyond are told to come again."""
GRACE = 5
"""Seconds that answers under way have when it is told to end."""


def serve(store: Store, host: str, port: int, started: Callable[[str], None]) -> None:
    """Answer on this address until SIGTERM or Ctrl+C; `started` is told where. Needs the right `admin`.

    No log is written: an address or a program's name would tell who reads what. Raises `Ended` where the extra is not
    installed, or the address cannot be had.
    """
    from screens.faults import ended_by
    from store.rights import Right

    try:
        from tui.measuring.endpoint import application

        server_of = _server_of()
    except ImportError as missing:
        if missing.name not in ("uvicorn", "starlette"):
            raise
        raise Ended(_("The endpoint's libraries are not installed: pip install 'cabas[measure]'")) from None
    from tui.measuring.recorder import Recorder

    store.operators.me().require(Right.ADMIN)
    recorder = Recorder(store.measuring.record, lambda fault: warn(ended_by(fault)))
    server = server_of(application(store.measuring, recorder))

    def end(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    with _listening(host, port) as listening:
        # Until the server listens to signals itself, and when it raises them once more at its end.
        former = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
        recorder.start()
        try:
            started(_shown(listening))
            server.run(sockets=[listening])
        finally:
            recorder.end()
            for number, handler in former.items():
                signal.signal(number, handler)


def _server_of() -> Callable[[Starlette], Server]:
    """What makes a server of an application; raises ImportError where there is no library for it."""
    import uvicorn

    def server(application: Starlette) -> Server:
        config = uvicorn.Config(
            application,
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            ws="none",
            limit_concurrency=MOST_AT_ONCE,
            timeout_graceful_shutdown=GRACE,
        )
        return uvicorn.Server(config)

    return server


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        where = f"{host}:{port}"
        words = _("The endpoint cannot listen on {where}: {reason}").format(where=where, reason=error)
        raise Ended(words) from error


def _shown(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
