"""`cabas operator`: the people who use cabas, and how they log in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from store.rights import told
from templates.words import LANGUAGES, N_, _
from tui.commands.operator_key import COMMANDS as KEYS
from tui.commands.operator_rights import COMMANDS as RIGHTS
from tui.commands.operator_rights import named, operator_argument, say_rights
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.rights import Operator


@click.group(help=N_("The people who use cabas, and what they may do."))
def operator() -> None:
    pass


for command in (*RIGHTS, *KEYS):
    operator.add_command(command)

language_option = click.option(
    "--language", type=click.Choice(("", *LANGUAGES)), help=N_("The language cabas speaks to them.")
)
email_option = click.option("--email", help=N_("Where their test mails go."))
member_option = click.option("--member", metavar="M", help=N_("The member of the group who they are."))


@operator.command("list", help=N_("Who uses cabas, by name."))
@click.option("--gone", is_flag=True, help=N_("Also those who were removed."))
@json_option
@click.pass_obj
def list_(context: Context, gone: bool, as_json: bool) -> None:
    found = context.store().operators.all(gone=gone)
    if as_json:
        print_json([_plain(one) for one in found])
        return
    print_table(
        (_("login"), _("name"), _("role"), _("rights")),
        [(o.login, o.name, o.role or "", ", ".join(told(o.grants)) if o.active else _("removed")) for o in found],
    )


def _plain(one: Operator) -> dict[str, Any]:
    fields = ("login", "name", "language", "email", "member_id", "role", "active")
    return {**{field: getattr(one, field) for field in fields}, "rights": told(one.grants)}


@operator.command(help=N_("Show one of them. They are found by login or name."))
@operator_argument
@json_option
@click.pass_obj
def show(context: Context, name: str, as_json: bool) -> None:
    store = context.store()
    who = named(store, name)
    if as_json:
        print_json(_plain(who))
        return
    if not who.active:
        say(_("{name} ({login}) was removed.").format(name=who.name, login=who.login))
    else:
        say_rights(store, who)
    rows = (
        (_("role"), who.role or _("own rights")),
        (_("language"), who.language or ""),
        (_("e-mail"), who.email or ""),
        (_("member"), "" if who.member_id is None else store.members.get(who.member_id).name),
    )
    for label, value in rows:
        if value:
            say(f"{label}: {value}")


@operator.command(help=N_("Let somebody use cabas, with the rights of a role."))
@click.argument("login")
@click.option("--name", help=N_("Their name, as colleagues know it (else the login)."))
@click.option("--role", required=True, metavar="ROLE", help=N_("What they may do: see cabas operator roles."))
@click.option(
    "--catalogue", "catalogues", multiple=True, help=N_("Take orders for this catalogue only; several times.")
)
@language_option
@email_option
@member_option
@click.pass_obj
def add(
    context: Context, /, login: str, name: str | None, role: str, catalogues: tuple[str, ...], **described: str | None
) -> None:
    store = context.store()
    own = [store.catalogues.resolve(c) for c in catalogues]
    member_id = _member(store, described["member"])
    language, email = described["language"], described["email"]
    store.operators.add(login, name or login, role, catalogues=own, language=language, email=email, member_id=member_id)
    say(_("{name} can use cabas as {login}.").format(name=name or login, login=login))


def _member(store: Store, text: str | None) -> int | None:
    return store.members.resolve(text) if text else None


@operator.command(help=N_("Change what is known of somebody. An empty value clears."))
@operator_argument
@click.option("--name", "new_name", help=N_("Their name, as colleagues know it."))
@click.option("--login", "new_login", help=N_("Their login: every key of theirs needs a new line then."))
@language_option
@email_option
@member_option
@json_option
@click.pass_obj
def edit(
    context: Context, /, name: str, new_name: str | None, new_login: str | None, as_json: bool, **described: str | None
) -> None:
    store = context.store()
    who = named(store, name)
    said: dict[str, Any] = {"name": new_name, "new_login": new_login, **described}
    if described["member"] is not None:
        said["member_id"] = _member(store, described["member"])
    del said["member"]
    changes = {field: value for field, value in said.items() if value is not None or field == "member_id"}
    after = store.operators.describe(who.login, **changes)
    if as_json:
        print_json(_plain(after))
        return
    say(_("{name} is stored.").format(name=after.name))
    if after.login != who.login:
        say(_("They log in as {login} from now on; make the line for their key anew:").format(login=after.login))
        say(f"  cabas operator key {after.login} FILE.pub")
        _say_what_stops(store, who.login)


def _say_what_stops(store: Store, login: str) -> None:
    """Nothing goes out by itself any more where the account of the machine is an operator no longer."""
    if store.operators.runs_by_itself(login):
        say(
            _(
                "On this machine cabas runs by itself as {login}: no kept message goes at its hour any more, and no "
                "backup is made, until somebody has this login."
            ).format(login=login)
        )


@operator.command(help=N_("Let somebody use cabas no more, at once. What they did stays."))
@operator_argument
@click.pass_obj
def remove(context: Context, name: str) -> None:
    store = context.store()
    who = named(store, name)
    kept = store.operators.kept_messages(who.login)
    store.operators.remove(who.login)
    say(_("{name} cannot use cabas any more.").format(name=who.name))
    if kept:
        say(_("These messages do not go at their hour while {name} is away:").format(name=who.name))
        for title in kept:
            say(f"  {title}")
    _say_what_stops(store, who.login)
    say(_("To take it back: {command}").format(command=f"cabas operator back {who.login}"))


@operator.command(help=N_("Let somebody who was removed use cabas again. They may do what their role allows now."))
@operator_argument
@click.pass_obj
def back(context: Context, name: str) -> None:
    store = context.store()
    who = store.operators.bring_back(named(store, name, removed=True).login)
    say_rights(store, who)
