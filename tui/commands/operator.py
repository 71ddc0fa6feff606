"""`cabas operator`: the people who use cabas, and how they log in."""

from __future__ import annotations

import shlex

import click

from store.errors import NotFound
from store.rights import ROLES, Operator
from templates.words import LANGUAGES, N_, _
from tui.context import Context
from tui.output import print_json, print_table, say


@click.group(help=N_("The people who use cabas, and what they may do."))
def operator() -> None:
    pass


@operator.command("list", help=N_("Who uses cabas, by name."))
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    found = context.store().operators.all()
    if as_json:
        print_json([{"login": o.login, "name": o.name, "language": o.language, "rights": rights(o)} for o in found])
        return
    print_table((_("login"), _("name"), _("rights")), [(o.login, o.name, ", ".join(rights(o))) for o in found])


def rights(who: Operator) -> list[str]:
    """The operator's rights in a fixed order; those on one catalogue name its id."""
    return sorted(f"{right.value}:{catalogue}" if catalogue else right.value for right, catalogue in who.grants)


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


@operator.command(help=N_("The line to put before somebody's SSH key: it opens cabas under their name, nothing else."))
@click.argument("login")
@click.pass_obj
def key(context: Context, login: str) -> None:
    if login not in (o.login for o in context.store().operators.all()):
        raise NotFound("operator", login)
    command = shlex.join(["cabas", "--file", str(context.file.absolute()), "--operator", login])
    escaped = command.replace("\\", "\\\\").replace('"', '\\"')
    say(f'restrict,pty,command="{escaped}"')
