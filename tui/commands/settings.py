"""`cabas settings`: the limits of messages, by which advice is given and mails are asked about."""

from __future__ import annotations

from dataclasses import asdict

import click

from store.errors import Invalid
from store.limits import RANGES
from templates.words import N_, _
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, print_table, say


@click.group(
    help=N_("The limits that advice about messages goes by, and above which sending asks; see “cabas settings list”."),
    short_help=N_("The limits of messages."),
)
def settings() -> None:
    pass


@settings.command("list", help=N_("The limits as they are, and what each one is."))
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    from screens.limits_words import NOTES

    limits = asdict(context.store().settings.limits())
    if as_json:
        print_json(limits)
    else:
        rows = [(name, limits[name], _(note)) for name, note in NOTES.items()]
        print_table((_("setting"), _("value"), _("what it is")), rows, right=(1,))


@settings.command("set", help=N_("Change a limit; needs the right to change the group's settings."))
@click.argument("name", metavar="NAME")
@click.argument("value", metavar="VALUE")
@json_option
@click.pass_obj
def set_(context: Context, name: str, value: str, as_json: bool) -> None:
    if not (value.isascii() and value.isdecimal()):
        raise Invalid(name, value, "range") if name in RANGES else Invalid("limit", name, "unknown")
    limits = asdict(context.store().settings.set_limits(**{name: int(value)}))
    if as_json:
        print_json(limits)
    else:
        say(f"{name}: {limits[name]}")
