"""A gateway that apprise knows: one request for one SMS, and an honest word about what became of it.

Facts of apprise 2.2.0, read in its source and tried out:

- a notification tells success or failure only; a gateway that accepted and answers too late is a failure as well. So
  the HTTP exchanges below it are watched, and they tell: the status, or that no connection ever came about;
- the reading timeout is 4 seconds, redirects are followed, and a line may ask for retries or for a long text to be
  split: each of these can make two SMS of one, and is overruled here;
- a plugin calls `requests`; one that does not leaves nothing to watch, and its failure may mean anything.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import re
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from mail.sms import EXAMPLE, Accepted, GatewayBad, Outcome, Refused, Trouble, Unknown

if TYPE_CHECKING:
    from apprise.plugins.base import NotifyBase

SECONDS = 60.0
"""How long a gateway has to answer, where its line says nothing else (`rto=`): what it says later nobody hears."""
_CONNECT = 10.0
_READ = 4096
_SAID = 200
"""So many characters of a gateway's answer are kept."""

_NOT_LET_IN, _NO_CREDIT, _BUSY = (401, 403, 407), (402,), (429,)
_HANDSHAKE = ("WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "HTTP_REQUEST")
_WORDS = ("message", "error_message", "errorMessage", "detail", "description", "error", "reason", "title")
"""Under what names services write to people why they refuse something."""
_PIECES = re.compile(r"[/?&=:@,;+#\s]+")
_CODED = re.compile(r"[A-Za-z0-9+/_-]{6,}={0,2}")
_ID = re.compile(r'"(?:[a-z_]*id|sid|uuid)"\s*:\s*"?([\w-]{4,64})', re.IGNORECASE)


@dataclass
class _Exchange:
    """One HTTP request: the answer's status and text, whether it broke off, and the trouble that kept it from going."""

    status: int | None = None
    text: str = ""
    broken: bool = False
    kind: str = ""


_watched: ContextVar[list[_Exchange] | None] = ContextVar("_watched", default=None)


class AppriseGateway:
    """The gateway behind an apprise URL with `{to}`; raises `GatewayBad` for one that cannot be used."""

    def __init__(self, line: str) -> None:
        if "{to}" not in line:
            raise GatewayBad("no_to")
        self._line = line
        self._secrets = _secrets(line)
        self.service = str(self._plugin(EXAMPLE, "example").service_name)

    def __repr__(self) -> str:
        return "AppriseGateway()"

    def send(self, number: str, text: str, ref: str) -> Outcome:
        """See `mail.sms.Gateway`."""
        try:
            plugin = self._plugin(number, ref)
        except GatewayBad as error:
            return Trouble("", error.reason)
        with _watching() as exchanges:
            try:
                done = bool(plugin.notify(body=text, title=""))
                fault = ""
            except Exception as error:  # whatever a plugin raises: the exchanges tell what went
                done, fault = False, type(error).__name__
        return self._clean(_judge(done, fault, exchanges))

    def _plugin(self, number: str, ref: str) -> NotifyBase:
        """Apprise's own object for one SMS to one number."""
        line = self._line.replace("{to}", quote(number, safe="")).replace("{ref}", quote(ref, safe=""))
        try:
            plugin: NotifyBase | None = _apprise().instantiate(line, asset=_asset())
        except GatewayBad:
            raise
        except Exception:  # its text would name the line
            plugin = None
        if plugin is None:
            raise GatewayBad("service")
        plugin.retry, plugin.optional, plugin.redirects, plugin.overflow_mode = 0, False, False, _upstream()
        if not re.search(r"[?&]rto=", line):
            plugin.socket_read_timeout = SECONDS
        if not re.search(r"[?&]cto=", line):
            plugin.socket_connect_timeout = _CONNECT
        # Some services send to themselves where they do not like a number.
        meant: str = plugin.url(privacy=False)  # type: ignore[no-untyped-call]
        if len(plugin) != 1 or number.lstrip("+") not in unquote(unquote(meant)):
            raise GatewayBad("targets")
        return plugin

    def _clean(self, outcome: Outcome) -> Outcome:
        """The same without anything of the gateway's line, and without anything that a screen would trip over."""
        if isinstance(outcome, Accepted):
            words = _words(outcome.answer)
            answer = outcome.id if outcome.id and words == outcome.answer else words
            return Accepted(self._without_secrets(outcome.id), self._without_secrets(answer), outcome.code)
        reason = self._without_secrets(_words(outcome.reason))
        if isinstance(outcome, Trouble):
            return Trouble(reason, outcome.kind, outcome.code)
        return type(outcome)(reason, outcome.code)

    def _without_secrets(self, text: str) -> str:
        # A login goes over the line in base64 (RFC 7617), and some services write back what they were sent.
        text = _CODED.sub(lambda coded: "…" if self._is_coded_secret(coded[0]) else coded[0], text)
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_SAID]

    def _is_coded_secret(self, coded: str) -> bool:
        whole = coded.rstrip("=")
        # Signs of its own at the end stand for what is cut off: they fill four up.
        said = base64.b64decode(whole + "A" * (-len(whole) % 4), altchars=b"-_").decode("utf-8", "replace")
        return any(secret in said for secret in self._secrets)


def _judge(done: bool, fault: str, exchanges: list[_Exchange]) -> Outcome:
    """What became of an SMS: as far as an answer came, what it says; else whether anything went at all."""
    if not exchanges:
        if done:
            return Accepted()
        return Trouble("", "set_up") if fault == "AppriseImproperlyConfigured" else Unknown("")
    if doubtful := next((one for one in exchanges if not one.kind and _in_doubt(one)), None):
        return Unknown(doubtful.text, doubtful.status)
    last = exchanges[-1]
    if last.kind:
        return Trouble("", last.kind)
    status = last.status or 0
    if status < 300:
        # The status says yes and the service's own words say no, or nothing that apprise understands.
        return Accepted(_id(last.text), last.text, status) if done else Unknown(last.text, status)
    if status < 400:
        return Trouble(last.text, "elsewhere", status)
    for kind, statuses in (("login", _NOT_LET_IN), ("credit", _NO_CREDIT), ("busy", _BUSY)):
        if status in statuses:
            return Trouble(last.text, kind, status)
    return Refused(last.text, status)


def _in_doubt(exchange: _Exchange) -> bool:
    """Whether a request may have been carried out although no good answer came."""
    return exchange.status is None or exchange.status >= 500 or exchange.broken


def _words(text: str) -> str:
    """What an answer says to people, where it is JSON that has such words; else all of it."""
    try:
        said = json.loads(text)
    except ValueError:
        return text
    found = [said]
    while found:
        one = found.pop(0)
        if isinstance(one, dict):
            words = [one[key] for key in _WORDS if isinstance(one.get(key), str) and one[key].strip()]
            if words:
                return str(words[0])
            found += one.values()
        elif isinstance(one, list):
            found += one
    return text


def _id(text: str) -> str:
    found = _ID.search(text)
    return found.group(1) if found else ""


def _secrets(line: str) -> list[str]:
    """What of a gateway's line is nobody's business, as it is and as it may come back; the host is no secret."""
    _scheme, _, rest = line.partition("://")
    login, _, host = rest.partition("/")[0].rpartition("@")
    pieces = {piece for piece in (*_PIECES.split(rest), login) if len(piece) > 3 and "{" not in piece}
    pieces -= {host.partition(":")[0]}
    return sorted(pieces | {unquote(piece) for piece in pieces}, key=len, reverse=True)


@contextlib.contextmanager
def _watching() -> Iterator[list[_Exchange]]:
    """Note every HTTP exchange of this thread."""
    _watch()
    exchanges: list[_Exchange] = []
    token = _watched.set(exchanges)
    try:
        yield exchanges
    finally:
        _watched.reset(token)


def _watch() -> None:
    """Let `requests` tell of each exchange, once and for all; whoever is not watched is not concerned."""
    from requests.adapters import HTTPAdapter

    send = HTTPAdapter.send
    if getattr(send, "watched", False):
        return

    def watched(self: HTTPAdapter, request: Any, *args: Any, **kwargs: Any) -> Any:
        exchanges = _watched.get()
        if exchanges is None:
            return send(self, request, *args, **kwargs)
        exchange = _Exchange()
        exchanges.append(exchange)
        try:
            response = send(self, request, *args, **kwargs)
            exchange.status = response.status_code
            exchange.text = response.content[:_READ].decode("utf-8", "replace").strip() or str(response.reason or "")
        except Exception as error:
            exchange.broken, exchange.kind = True, "" if exchange.status else _trouble(error)
            raise
        return response

    watched.watched = True  # type: ignore[attr-defined]
    HTTPAdapter.send = watched  # type: ignore[method-assign]


def _trouble(error: BaseException) -> str:
    """The kind of trouble that kept a request from going; "" where it may have gone all the same.

    Of TLS only what can happen in its handshake alone: a line that breaks later is called an SSL error, too.
    """
    import ssl

    import requests
    from urllib3 import exceptions as urllib3

    bad = requests.exceptions.InvalidURL | requests.exceptions.MissingSchema | requests.exceptions.InvalidSchema
    before = urllib3.NewConnectionError | urllib3.ConnectTimeoutError | urllib3.NameResolutionError
    for cause in _causes(error):
        if isinstance(cause, bad | before | requests.exceptions.ConnectTimeout):
            return "network"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "certificate"
        if isinstance(cause, ssl.SSLError) and cause.reason in _HANDSHAKE:
            return "certificate"
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all that led to it, as `requests` and urllib3 wrap them."""
    found, left = set(), [error]
    while left:
        one = left.pop()
        if id(one) in found:
            continue
        found.add(id(one))
        yield one
        wrapped = (one.__cause__, one.__context__, getattr(one, "reason", None), getattr(one, "original_error", None))
        left += [inner for inner in (*one.args, *wrapped) if isinstance(inner, BaseException)]


def _apprise() -> Any:
    try:
        import apprise
    except ImportError as error:
        raise GatewayBad("library") from error
    for name in ("apprise", "urllib3"):  # they would write over the screen
        logger = logging.getLogger(name)
        if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            logger.addHandler(logging.NullHandler())
            logger.propagate = False
    return apprise.Apprise


def _asset() -> Any:
    from apprise import AppriseAsset

    return AppriseAsset(app_id="cabas", app_desc="cabas", storage_mode="memory", async_mode=False)


def _upstream() -> Any:
    from apprise.common import OverflowMode

    return OverflowMode.UPSTREAM
