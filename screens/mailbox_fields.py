"""The mailbox as the fields of a form, and back."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import Any

from screens.errors import words_for
from screens.form import Problem
from screens.member_form import Fields
from store.errors import Invalid
from store.mailbox import PER_DAY, PER_HOUR, MailboxSettings, check_settings
from templates.words import N_, _

LABELS = {
    "address": N_("Address"),
    "provider": N_("Provider"),
    "password": N_("Password"),
    "host": N_("Server"),
    "port": N_("Port"),
    "tls": N_("Encryption"),
    "username": N_("Login name"),
    "login": N_("Login by"),
    "per_minute": N_("A minute"),
    "per_hour": N_("An hour"),
    "per_day": N_("In 24 hours"),
    "identities": N_("Other addresses"),
    "imap_host": N_("Read at"),
    "imap_port": N_("Port"),
    "imap_tls": N_("Encryption"),
    "files_sent": N_("Sent mails"),
}
"""In the order of the form."""

NUMBERS = {"port": 65535, "per_minute": 100_000, "per_hour": 100_000, "per_day": 1_000_000, "imap_port": 65535}
"""The fields that hold a number, and the largest."""

TLS = {"implicit": N_("from the start"), "starttls": "STARTTLS", "none": N_("none")}
"""How a line is encrypted; the middle one is called so on every provider's page."""

PORTS = {
    "port": {"implicit": "465", "starttls": "587", "none": "25"},
    "imap_port": {"implicit": "993", "starttls": "143", "none": "143"},
}
"""The usual ports, by the kind of encryption."""

LOGIN = {"password": N_("password"), "xoauth2": N_("token (XOAUTH2)")}
"""What one logs in with."""

TOLD = ("host", "port", "tls", "username", "login", "imap_host", "imap_port", "imap_tls")
"""What decides who is told the password, and how."""

BLANK = MailboxSettings("", 465, "implicit", "", "", per_hour=PER_HOUR, per_day=PER_DAY)
"""What the form shows while there is no mailbox, and where nothing is known of a provider."""

DETAILS = tuple(LABELS)[3:]
"""What is shown with the details only."""

FOLLOWING = tuple(name for name in DETAILS if name != "identities")
"""What follows from the provider."""

_APART = re.compile(r"[\s,;]+")


def fields_of(settings: MailboxSettings | None) -> Fields:
    """What the form shows of a mailbox; of none, what nothing is known of."""
    values = asdict(settings or BLANK)
    numbers = {name: str(values[name]) for name in NUMBERS}
    values |= numbers | {"per_minute": str(values["per_minute"] or ""), "identities": ", ".join(values["identities"])}
    return {name: values[name] for name in LABELS if name in values}


def settings_of(typed: Fields) -> MailboxSettings:
    """The mailbox that is typed; raises `Invalid` for what cannot be stored."""
    values: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in typed.items()}
    values |= {name: number_of(name, str(typed[name])) for name in NUMBERS}
    values["identities"] = tuple(found for found in _APART.split(str(typed["identities"])) if found)
    settings = MailboxSettings(**values)
    check_settings(settings)
    return settings


def number_of(name: str, typed: str) -> int:
    """A whole number as typed, 0 for none where none means no limit; raises `Invalid`."""
    text = "".join(typed.split())
    if not text and name == "per_minute":
        return 0
    if not (text.isascii() and text.isdecimal() and int(text) <= NUMBERS[name]):
        raise Invalid(name, typed, "number")
    return int(text)


def problems(typed: Fields) -> list[Problem]:
    """What cannot be stored; what is missing so far only matters in the end."""
    if not str(typed["address"]).strip():
        return [Problem("address", _("Type the group's address first."), at_save=True)]
    try:
        check_settings(replace(BLANK, host="localhost", address=str(typed["address"]).strip()))
    except Invalid as error:
        return [Problem("address", sentence(error), at_save=True)]
    if not str(typed["host"]).strip():
        missing = _("Which server takes your mails? Your provider's page on SMTP says it.")
        return [Problem("host", missing, at_save=True)]
    try:
        settings_of(typed)
    except Invalid as error:
        name = field_of(error, typed)
        half = name in ("address", "identities", "host", "imap_host")
        return [Problem(name, sentence(error), at_save=half)]
    return []


def elsewhere(stored: MailboxSettings | None, typed: Fields) -> str:
    """The first field by which the password would go elsewhere, or be handed over otherwise, than it does now."""
    now = fields_of(stored)
    return next((name for name in TOLD if str(typed[name]).strip() != str(now[name])), "")


def sentence(error: Invalid) -> str:
    """What is wrong with a value."""
    if error.reason == "number":
        return _("{name}: “{value}” is no number that can be used here.").format(
            name=_(LABELS[error.field]), value=error.value
        )
    return words_for(error)


def field_of(error: Invalid, typed: Fields) -> str:
    """The field that an error is about."""
    if error.field == "email":
        return "address" if error.value == str(typed["address"]).strip() else "identities"
    return error.field if error.field in typed else "host"


def usual_ports(typed: Fields) -> Fields:
    """The ports that go with the chosen encryption, where those of another one are typed."""
    changed: Fields = {}
    for port, tls in (("port", "tls"), ("imap_port", "imap_tls")):
        usual = PORTS[port]
        if typed[port] in usual.values() and typed[port] != usual[str(typed[tls])]:
            changed[port] = usual[str(typed[tls])]
    return changed


def domain_of(address: str) -> str:
    """What is behind the @, as it is compared; empty while there is none."""
    return address.strip().rpartition("@")[2].lower() if "@" in address else ""


def local_of(address: str) -> str:
    """What is before the @."""
    return address.strip().rpartition("@")[0]
