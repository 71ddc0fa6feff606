"""Where the mailbox's fields stand: three that one knows, below them what follows from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, Static

from screens.form import line, row
from screens.mailbox_checking import StepLines
from screens.mailbox_fields import LOGIN, TLS
from screens.widgets.choices import Choices
from screens.widgets.one_of import OneOf
from screens.widgets.one_shown import OneShown
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.tick import Tick
from templates.words import _

if TYPE_CHECKING:
    from mail.providers import Provider


def layout(label: Callable[[str], str]) -> ComposeResult:
    """The whole form; `label` says what a field is called."""
    with VerticalScroll(id="mailbox", can_focus=False):
        yield from row(label("address"), line("address"), note="address")
        yield from row(label("provider"), OneShown([("", "")], id="form-provider"), note="provider")
        password = Input(id="mailbox-password", password=True, compact=True, select_on_focus=True, max_length=200)
        yield from row(label("password"), password, Prose(id="mailbox-way"))
        keep = Tick(_("keep the password in this machine's keyring"), id="mailbox-keep")
        yield from row("", keep, classes="-keep")
        yield Prose(id="mailbox-summary")
        with Vertical(id="mailbox-details"):
            yield from _details(label)
        with Horizontal(classes="form-row"):
            yield Static(classes="form-label")
            yield Button(plain(_("Check")), id="mailbox-check", compact=True)
            yield Button(plain(_("Save")), id="form-save", compact=True)
            yield Button(plain(_("Details")), id="mailbox-more-fields", compact=True)
        yield Prose(id="form-hint")
        yield Prose(id="mailbox-more")
        yield StepLines(id="mailbox-steps")
        yield Prose(id="mailbox-state")
    yield Choices(id="mailbox-providers")


def _details(label: Callable[[str], str]) -> ComposeResult:
    tls = [(value, _(name)) for value, name in TLS.items()]
    yield from row(label("host"), line("host"), *_port(label, "port"), note="host")
    yield from row(label("tls"), OneOf(tls, id="form-tls"), note="tls")
    yield from row(label("username"), _line("username", _("without a login")), note="username")
    yield from row(label("login"), OneOf([(value, _(name)) for value, name in LOGIN.items()], id="form-login"))
    limits: list[Input | Static] = []
    for name, beside in (("per_minute", _("a minute")), ("per_hour", _("an hour")), ("per_day", _("in 24 hours"))):
        limits += [_line(name, "-", "-limit", max_length=7), Static(plain(beside), classes="-beside")]
    yield from row(_("At most"), *limits)
    yield from row(label("identities"), _line("identities", _("none"), max_length=1000), note="identities")
    yield from row(label("imap_host"), _line("imap_host", _("not read")), *_port(label, "imap_port"), note="imap_host")
    yield from row(label("imap_tls"), OneOf(tls, id="form-imap-tls"), note="imap_tls")
    copies = Tick(_("the provider keeps a copy of each one"), id="form-files-sent")
    yield from row(label("files_sent"), copies)


def _line(name: str, empty: str, classes: str = "", *, max_length: int = 200) -> Input:
    """A field that says what it means when nothing is in it."""
    field = line(name, classes, max_length=max_length)
    field.placeholder = empty
    return field


def _port(label: Callable[[str], str], name: str) -> list[Static | Input]:
    return [Static(plain(label(name)), classes="-beside"), line(name, "-port", max_length=5)]


def providers_listed(providers: tuple[Provider, ...]) -> list[tuple[str, str, str]]:
    """All of them, each with its server and limit, by id."""
    said = _("{host}, {hour} an hour, {day} a day")
    return [
        *((p.name, said.format(host=p.host, hour=p.per_hour, day=p.per_day), p.id) for p in providers),
        (_("not in the list"), _("servers and limits are typed in the details"), ""),
    ]


def providers_offered(providers: tuple[Provider, ...], present: str) -> list[tuple[str, str]]:
    """What can be chosen: every provider by name, none of them, and the present one where it is known no more."""
    offered = [("", _("not in the list")), *((provider.id, provider.name) for provider in providers)]
    return offered if present in dict(offered) else [*offered, (present, present)]
