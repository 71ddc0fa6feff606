"""What the endpoint answers: a picture of one dot, and a step on to where a link leads. It keeps nothing of who asks.

`…/o/<token>.gif` and `…/c/<token>/<number>`, whatever a web server in front of it leaves of the path before. A link
leads only where the message's own text leads, whether or not it is counted. Not counted: HEAD, what a program fetches
before anybody asks for it, and programs that say they are none that people read with.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from store.errors import StoreError
from templates.words import _
from tui.measuring.checking import OURS

if TYPE_CHECKING:
    from starlette.requests import Request

    from store.measuring import Measuring
    from tui.measuring.recorder import Recorder

_LINK = re.compile(r"(?:^|/)c/([a-z2-7]{16})/([1-9]\d{0,3})$", re.ASCII)
_PICTURE = re.compile(r"(?:^|/)o/([a-z2-7]{16})\.gif$", re.ASCII)
# The smallest picture there is: one dot that nobody sees (GIF89a).
_DOT = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    OURS[0]: OURS[1],
}
_FETCHED_AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")
# A Cubot is a telephone.
_NO_READER = re.compile(
    r"(?<!cu)bot\b|crawl|spider|preview|scan|monitor|headless|curl|wget|python|java/|go-http", re.IGNORECASE
)


def application(measuring: Measuring, recorder: Recorder) -> Starlette:
    """The endpoint for a group's file, whose `measuring` it asks; what it saw goes to the `recorder`."""

    @lru_cache(maxsize=4096)
    def leads_to(token: str, number: int) -> str:
        url = measuring.link(token, number)
        if url is None:  # not kept: the message may come back with a backup
            raise KeyError(token)
        return url

    def answer(request: Request) -> Response:
        path = str(request.path_params["path"])
        try:
            if link := _LINK.search(path):
                response: Response = RedirectResponse(_sendable(leads_to(link[1], int(link[2]))), 302, _HEADERS)
                token = link[1]
            elif (picture := _PICTURE.search(path)) and measuring.is_known(picture[1]):
                response, token = Response(_DOT, media_type="image/gif", headers=_HEADERS), picture[1]
            else:
                return _unknown()
        except KeyError:
            return _unknown()
        except StoreError:
            words = _("This link cannot be looked up at the moment. Please try again in a minute.")
            return PlainTextResponse(words, 503, {**_HEADERS, "Retry-After": "60"})
        if is_read(request):
            recorder.note(token, "clicked" if link else "opened")
        return response

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET"])])


def is_read(request: Request) -> bool:
    """Whether somebody may be reading who asks; a program that does not even say what it is reads nothing."""
    ahead = any(request.headers.get(name) for name in _FETCHED_AHEAD)
    program = request.headers.get("user-agent", "")
    return request.method == "GET" and not ahead and bool(program) and not _NO_READER.search(program)


def _unknown() -> Response:
    return PlainTextResponse(_("This link is not known here."), 404, _HEADERS)


def _sendable(url: str) -> str:
    """The address in letters that a header can have; its path is the framework's to quote."""
    parts = urlsplit(url)
    try:
        return urlunsplit(parts._replace(netloc=parts.netloc.encode("idna").decode()))
    except UnicodeError:
        return url
