"""`cabas measure`: whether opens and clicks are counted, and the endpoint that counts them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from templates.words import N_, _, ngettext
from tui.commands.options import json_option
from tui.context import Context
from tui.output import DONE, FAILED, print_json, say, warn

if TYPE_CHECKING:
    from store import Store

PORT = 8017


def _host(_context: click.Context, _option: click.Parameter, text: str) -> str:
    """A name or number that can stand in a unit's file as it is."""
    if not re.fullmatch(r"[\w.:-]+", text, re.ASCII):
        raise click.BadParameter(_("“{text}” is no address to listen on.").format(text=text))
    return text


@click.group(
    help=N_(
        "Count who opens mails and clicks in them: off as it comes, and only for people who said yes to it, all of "
        "those at an address. Nothing is counted of anybody else, and their mails stay as they are."
    ),
    short_help=N_("Count opens and clicks of who allowed it."),
)
def measure() -> None:
    pass


@measure.command(
    help=N_(
        "Switch it on, for the mails that are made from now on. Needs the address of the endpoint at which “cabas "
        "measure serve” answers, once; and of each person a yes (“cabas members preferences”)."
    ),
    short_help=N_("Switch it on."),
)
@click.option("--address", metavar="URL", help=N_("Where the endpoint is reached from outside, with https."))
@json_option
@click.pass_obj
def on(context: Context, address: str | None, as_json: bool) -> None:
    store = context.store()
    store.measuring.set(on=True, address=address)
    _say(store, as_json=as_json)
    if not as_json:
        say(_("Whether it answers there: cabas measure check"))


@measure.command(
    help=N_("Switch it off: nothing more is counted. The links of what went out lead on while “serve” runs.")
)
@json_option
@click.pass_obj
def off(context: Context, as_json: bool) -> None:
    store = context.store()
    store.measuring.set(on=False)
    _say(store, as_json=as_json)


@measure.command(help=N_("Whether it is on, through which address, and how many people said yes."))
@json_option
@click.pass_obj
def status(context: Context, as_json: bool) -> None:
    _say(context.store(), as_json=as_json)


@measure.command(help=N_("Ask at the address, as a member's browser would, whether the endpoint answers there."))
@json_option
@click.pass_obj
def check(context: Context, as_json: bool) -> int:
    from store.errors import Invalid
    from store.rights import Right
    from tui.measuring.checking import ask

    store = context.store()
    store.operators.me().require(Right.ADMIN)
    address = store.measuring.get().address
    if not address:
        raise Invalid("measuring_address", "", "empty")
    answer = ask(address)
    words = {
        "endpoint": _("The endpoint answers at {address}."),
        "other": _("At {address} something else answers ({said}): the web server there has to hand over to cabas."),
        "nobody": _("At {address} nobody answers: {said}. Links of counted mails lead nowhere until it does."),
    }[answer.who]
    if as_json:
        print_json({"address": address, "answers": answer.who, "said": answer.said})
    else:
        say(words.format(address=address, said=answer.said))
    return DONE if answer.who == "endpoint" else FAILED


@measure.command(
    help=N_(
        "Answer where the links and pictures of counted mails lead, until it is told to end. A web server with a "
        "certificate stands in front of it. It keeps no log; links lead on even where nothing is counted."
    ),
    short_help=N_("Answer at the endpoint."),
)
@click.option("--host", default="127.0.0.1", show_default=True, callback=_host, help=N_("The address to listen on."))
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help=N_("The port; 0: any."))
@click.option("--unit", is_flag=True, help=N_("Only write a unit for systemd that does this, and change nothing."))
@click.option("--account", default="cabas", show_default=True, help=N_("With --unit: the account of the group's file."))
@click.pass_obj
def serve(context: Context, host: str, port: int, unit: bool, account: str) -> None:
    if unit:
        from tui.commands.server import target_said
        from tui.measuring.unit import unit as unit_of

        say(unit_of(target_said(account, None, context.named_file), host, port).rstrip("\n"))
        return
    from tui.machine import opened_by_machine
    from tui.measuring.serving import serve as answer

    with opened_by_machine(context) as store:
        if not store.measuring.get().on:
            warn(_("Counting is switched off: links lead on, and nothing is counted."))
        answer(store, host, port, lambda where: say(_("The endpoint answers at {where}.").format(where=where)))


def _say(store: Store, *, as_json: bool) -> None:
    from store.rights import Right

    settings = store.measuring.get()
    consents = store.measuring.consents() if store.operators.me().may(Right.MEMBERS) else None
    if as_json:
        print_json({"on": settings.on, "address": settings.address, "consents": consents})
        return
    if settings.on:
        say(_("Opens and clicks are counted, through {address}.").format(address=settings.address))
    else:
        say(_("Opens and clicks are not counted."))
    if consents is not None:
        text = ngettext("{n} person has said yes to it.", "{n} people have said yes to it.", consents)
        say(text.format(n=consents))
