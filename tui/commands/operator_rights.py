"""`cabas operator`: what somebody may do, and the roles that say it for several."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from screens.errors import RIGHTS
from store.errors import Ambiguous, Invalid, NotFound
from store.folding import fold
from store.rights import Grant, Operator, Right, told
from templates.words import N_, _, ngettext
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.roles import Role

RIGHT = "RIGHT[:CATALOGUE]"
operator_argument = click.argument("name", metavar="NAME")


def named(store: Store, name: str, *, removed: bool = False) -> Operator:
    """The operator with this login, else of this name, one in use before one `removed`.

    With `removed` the other way round. Raises `NotFound` and `Ambiguous`.
    """
    everybody = store.operators.all(gone=True)
    with_login = [one for one in everybody if one.login == name]
    called = [one for one in everybody if fold(one.name) == fold(name)]
    found = with_login or [one for one in called if one.active is not removed] or called
    if not found:
        raise NotFound("operator", name)
    if len(found) > 1:
        raise Ambiguous("operator", name, tuple(one.login for one in found))
    return found[0]


def say_rights(store: Store, who: Operator) -> None:
    """What somebody may do, a right a line, and on which catalogues."""
    say(_("{name} ({login}) may:").format(name=who.name, login=who.login))
    for right in Right:
        if not who.may_somewhere(right):
            continue
        where = who.catalogues(right)
        names = "" if where is None else ", ".join(store.catalogues.get(one).name for one in sorted(where))
        say(f"  {right.value:<15}{_(RIGHTS[right.value])}{f': {names}' if names else ''}")


@click.command(
    help=N_(
        "What somebody may do, or change it. Rights: members, orders, messages.see, messages.write, messages.send, "
        "results.money, admin. Who writes or sends messages sees them, too."
    ),
    short_help=N_("What somebody may do, or change it."),
)
@operator_argument
@click.option("--role", metavar="ROLE", help=N_("Begin with the rights of this role."))
@click.option("--give", "given", multiple=True, metavar=RIGHT, help=N_("Give this right; several times."))
@click.option("--take", "taken", multiple=True, metavar=RIGHT, help=N_("Take this right away; several times."))
@json_option
@click.pass_obj
def rights(
    context: Context, name: str, role: str | None, given: tuple[str, ...], taken: tuple[str, ...], as_json: bool
) -> None:
    store = context.store()
    who = named(store, name)
    if role is not None or given or taken:
        give, take = ([_grant(store, text) for text in texts] for texts in (given, taken))
        who = store.operators.set_rights(who.login, role=role, give=give, take=take)
    if as_json:
        print_json({"login": who.login, "name": who.name, "role": who.role, "rights": told(who.grants)})
        return
    say_rights(store, who)


def _grant(store: Store, text: str) -> Grant:
    """The right that was typed, on the catalogue behind the colon, or on all; raises `Invalid`, `NotFound`."""
    name, colon, catalogue = text.partition(":")
    return _right(name), store.catalogues.resolve(catalogue) if colon else None


def _right(text: str) -> Right:
    if text not in set(Right):
        raise Invalid("right", text, "unknown")
    return Right(text)


@click.command("roles", help=N_("The roles, and how many have each."))
@json_option
@click.pass_obj
def list_roles(context: Context, as_json: bool) -> None:
    found = context.store().operators.roles()
    if as_json:
        print_json(found)
        return
    print_table(
        (_("role"), _("rights"), _("operators")),
        [(one.name, ", ".join(right.value for right in one.rights), one.operators) for one in found],
        right=(2,),
    )


@click.command(
    help=N_(
        "What a role allows, or change it: whoever has the role gets its new rights at once. A new name makes a role."
    ),
    short_help=N_("What a role allows, or change it."),
)
@click.argument("name", metavar="ROLE")
@click.option("--give", "given", multiple=True, metavar="RIGHT", help=N_("Give this right; several times."))
@click.option("--take", "taken", multiple=True, metavar="RIGHT", help=N_("Take this right away; several times."))
@click.option("--set", "exactly", multiple=True, metavar="RIGHT", help=N_("Give it these rights and no others."))
@click.option("--forget", is_flag=True, help=N_("Make it as it comes, or drop one that was made here."))
@json_option
@click.pass_obj
def role(
    context: Context,
    name: str,
    given: tuple[str, ...],
    taken: tuple[str, ...],
    exactly: tuple[str, ...],
    forget: bool,
    as_json: bool,
) -> None:
    from store.roles import same_role

    operators = context.store().operators
    if forget + bool(exactly) + bool(given or taken) > 1:
        raise click.UsageError(_("Say only one of them: --set, --forget, or --give and --take."))
    if forget:
        operators.forget_role(name)
        if not any(same_role(one.name, name) for one in operators.roles()):
            say(_("The role {name} is gone.").format(name=name))
            return
    elif exactly:
        operators.set_role(name, [_right(text) for text in exactly])
    elif given or taken:
        known = next((one.rights for one in operators.roles() if same_role(one.name, name)), ())
        operators.set_role(name, _changed(known, [_right(text) for text in given], [_right(text) for text in taken]))
    _tell_role(_role(operators.roles(), name), as_json=as_json)


def _changed(rights: tuple[Right, ...], given: list[Right], taken: list[Right]) -> list[Right]:
    for right in taken:
        if right not in rights:
            raise Invalid("right", right.value, "not_had")
    return [right for right in Right if right in given or (right in rights and right not in taken)]


def _role(roles: tuple[Role, ...], name: str) -> Role:
    from store.roles import same_role

    for one in roles:
        if same_role(one.name, name):
            return one
    raise NotFound("role", name, tuple(one.name for one in roles))


def _tell_role(one: Role, *, as_json: bool) -> None:
    if as_json:
        print_json(one)
        return
    say(_("Who has the role {role} may:").format(role=one.name))
    for right in one.rights:
        say(f"  {right.value:<15}{_(RIGHTS[right.value])}")
    many = ngettext("{n} operator has this role.", "{n} operators have this role.", one.operators)
    say(many.format(n=one.operators))
    if one.changed:
        undo = shlex.join(["cabas", "operator", "role", one.name, "--forget"])
        say(_("It was changed. As it comes: {command}").format(command=undo))


COMMANDS = (rights, list_roles, role)
