"""`cabas operator`: the people who use cabas, and how they log in."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from screens.errors import RIGHTS
from store.errors import Ambiguous, Invalid, NotFound
from store.folding import fold
from store.rights import ROLES, Grant, Operator, Right, told
from templates.words import LANGUAGES, N_, _
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store import Store


@click.group(help=N_("The people who use cabas, and what they may do."))
def operator() -> None:
    pass


@operator.command("list", help=N_("Who uses cabas, by name."))
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    found = context.store().operators.all()
    if as_json:
        print_json(
            [{"login": o.login, "name": o.name, "language": o.language, "rights": told(o.grants)} for o in found]
        )
        return
    print_table((_("login"), _("name"), _("rights")), [(o.login, o.name, ", ".join(told(o.grants))) for o in found])


@operator.command(help=N_("Let somebody use cabas, with the rights of a role."))
@click.argument("login")
@click.option("--name", help=N_("Their name, as colleagues know it (else the login)."))
@click.option("--role", type=click.Choice(list(ROLES)), required=True, help=N_("What they may do."))
@click.option(
    "--catalogue", "catalogues", multiple=True, help=N_("Take orders for this catalogue only; several times.")
)
@click.option("--language", type=click.Choice(LANGUAGES), help=N_("The language cabas speaks to them."))
@click.option("--email", help=N_("Where their test mails go."))
@click.pass_obj
def add(
    context: Context,
    login: str,
    name: str | None,
    role: str,
    catalogues: tuple[str, ...],
    language: str | None,
    email: str | None,
) -> None:
    store = context.store()
    own = [store.catalogues.resolve(c) for c in catalogues]
    store.operators.add(login, name or login, role, catalogues=own, language=language, email=email)
    say(_("{name} can use cabas as {login}.").format(name=name or login, login=login))


RIGHT = "RIGHT[:CATALOGUE]"


@operator.command(
    help=N_(
        "What somebody may do, or change it. Rights: members, orders, messages.see, messages.write, messages.send, "
        "results.money, admin. Who writes or sends messages sees them, too."
    ),
    short_help=N_("What somebody may do, or change it."),
)
@click.argument("name", metavar="NAME")
@click.option("--role", type=click.Choice(list(ROLES)), help=N_("Begin with the rights of this role."))
@click.option("--give", "given", multiple=True, metavar=RIGHT, help=N_("Give this right; several times."))
@click.option("--take", "taken", multiple=True, metavar=RIGHT, help=N_("Take this right away; several times."))
@json_option
@click.pass_obj
def rights(
    context: Context, name: str, role: str | None, given: tuple[str, ...], taken: tuple[str, ...], as_json: bool
) -> None:
    store = context.store()
    who = _named(store, name)
    if role or given or taken:
        give, take = ([_grant(store, text) for text in texts] for texts in (given, taken))
        who = store.operators.set_rights(who.login, role=role, give=give, take=take)
    if as_json:
        print_json({"login": who.login, "name": who.name, "rights": told(who.grants)})
        return
    say(_("{name} ({login}) may:").format(name=who.name, login=who.login))
    for right in Right:
        if not who.may_somewhere(right):
            continue
        where = who.catalogues(right)
        named = "" if where is None else ", ".join(store.catalogues.get(one).name for one in sorted(where))
        say(f"  {right.value:<15}{_(RIGHTS[right.value])}{f': {named}' if named else ''}")


def _named(store: Store, name: str) -> Operator:
    """The operator with this login, else of this name; raises `NotFound` and `Ambiguous`."""
    everybody = store.operators.all()
    found = [one for one in everybody if one.login == name]
    found = found or [one for one in everybody if fold(one.name) == fold(name)]
    if not found:
        raise NotFound("operator", name)
    if len(found) > 1:
        raise Ambiguous("operator", name, tuple(one.login for one in found))
    return found[0]


def _grant(store: Store, text: str) -> Grant:
    """The right that was typed, on the catalogue behind the colon, or on all; raises `Invalid`, `NotFound`."""
    right, colon, catalogue = text.partition(":")
    if right not in set(Right):
        raise Invalid("right", right, "unknown")
    return Right(right), store.catalogues.resolve(catalogue) if colon else None


@operator.command(help=N_("The line to put before somebody's SSH key: it opens cabas under their name, nothing else."))
@click.argument("login")
@click.pass_obj
def key(context: Context, login: str) -> None:
    if login not in (o.login for o in context.store().operators.all()):
        raise NotFound("operator", login)
    command = shlex.join(["cabas", "--file", str(context.file.absolute()), "--operator", login])
    escaped = command.replace("\\", "\\\\").replace('"', '\\"')
    say(f'restrict,pty,command="{escaped}"')
