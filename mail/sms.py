"""Handing an SMS to the group's gateway: what became of it, as far as anybody can know.

The gateway is one line of the configuration (`mail.configuration`), an apprise URL with `{to}` for the number and,
where the gateway has a use for it, `{ref}` for what tells one SMS from another; or a command that writes that line. It
holds for every group's file, or for the one that is named:

    [sms]
    gateway = "httpsms://KEY@+33639980001/{to}"

    [sms."/srv/amap/amap.cabas"]
    gateway_command = "pass show amap/sms"

Neither is ever shown, logged or stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mail.configuration import key_of, read_configuration
from mail.password import PasswordCommandFailed, run_command

TABLE, URL, COMMAND = "sms", "gateway", "gateway_command"
"""Where the configuration names the gateway."""

EXAMPLE = "+33639980000"
"""A number that nobody has, to look at a gateway's line without sending anything."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway took the SMS, and calls it `id` where it says so; `answer` is what it said."""

    id: str = ""
    answer: str = ""
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway refused this SMS: nothing went, and trying again would not help."""

    reason: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The SMS was handed over, and nobody can know whether it goes."""

    reason: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something is wrong with the gateway or the way to it; of this SMS nothing went.

    `kind` is "login", "busy", "credit", "network", "certificate", "elsewhere" (it leads to another address),
    "set_up", or the reason of a `GatewayBad`. `reason` are the gateway's own words, here and above; they may be empty.
    """

    reason: str
    kind: str
    code: int | None = None


Outcome = Accepted | Refused | Unknown | Trouble


class Gateway(Protocol):
    """Whoever takes an SMS."""

    def send(self, number: str, text: str, ref: str) -> Outcome:
        """Hand over one SMS to a number (E.164), once. `ref` tells it from every other; raises nothing."""
        ...


@dataclass
class GatewayBad(Exception):
    """The gateway cannot be used as it is set up.

    `reason` is "library" (apprise is not installed), "no_to" (`{to}` is missing), "service" (apprise knows no such
    service, or not with this line), "targets" (it would not send one SMS to that number), "both" (line and command),
    or "command" (`detail`: "code", which `code` says, "timeout", "empty"). Never the line itself.
    """

    reason: str
    detail: str = ""
    code: int = 0


def is_set_up(file: Path) -> bool:
    """Whether the configuration names a gateway for this group's file. Raises `ConfigurationBad`."""
    return bool(_said(file))


def gateway(file: Path) -> Gateway | None:
    """The gateway of this group's file, ready to send; None: there is none.

    Raises `ConfigurationBad`, and `GatewayBad` for one that cannot be used. Runs the command, if that is how it comes.
    """
    said = _said(file)
    if not said:
        return None
    if len(said) > 1:
        raise GatewayBad("both")
    line = said.get(URL) or _from_command(said[COMMAND])
    from mail.sms_apprise import AppriseGateway

    return AppriseGateway(line)


def gateway_command(file: Path) -> str:
    """The command that writes the gateway's line, or "". Raises `ConfigurationBad`."""
    return _said(file).get(COMMAND, "")


def check(file: Path) -> str:
    """The name of the service that the gateway is reached by, "" without one; sends nothing.

    Raises as `gateway`.
    """
    from mail.sms_apprise import AppriseGateway

    found = gateway(file)
    return found.service if isinstance(found, AppriseGateway) else ""


def _said(file: Path) -> dict[str, str]:
    """What the configuration says of the gateway: for this file, else for all."""
    table = read_configuration().get(TABLE)
    if not isinstance(table, dict):
        return {}
    own = table.get(key_of(file))
    for where in (own, table):
        if isinstance(where, dict):
            named = {name: where[name] for name in (URL, COMMAND) if isinstance(where.get(name), str)}
            found = {name: value.strip() for name, value in named.items() if value.strip()}
            if found:
                return found
    return {}


def _from_command(command: str) -> str:
    try:
        return run_command(command)
    except PasswordCommandFailed as error:
        raise GatewayBad("command", error.reason, error.code) from None
