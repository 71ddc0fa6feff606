"""`cabas operator key` and `keys`: whose SSH key opens cabas, and under which name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.rights import Right
from templates.words import N_, _, ngettext
from tui.commands.operator_rights import named
from tui.commands.options import json_option
from tui.context import Context
from tui.output import Ended, print_json, print_table, say, warn
from tui.paths import Outside

if TYPE_CHECKING:
    from store.rights import Operator
    from tui.keys.account import KeysRefused
    from tui.keys.lines import KeyLine
    from tui.keys.public import BadKey, PublicKey

keys_file_option = click.option(
    "--keys-file",
    type=Outside(folder=False),
    metavar="PATH",
    help=N_("The account's list of keys, where it is not ~/.ssh/authorized_keys."),
)


@click.command(
    help=N_(
        "The line by which somebody's SSH key opens cabas under their name, and nothing else. KEY.pub is their public "
        "key, - the standard input; --install puts the line into the account's authorized_keys, of which a dated copy "
        "is kept."
    ),
    short_help=N_("The line for somebody's SSH key, or put it in place."),
)
@click.argument("name", metavar="NAME")
@click.argument("public", metavar="[KEY.pub]", required=False, type=Outside(streams=True, folder=False))
@click.option("--install", "installs", is_flag=True, help=N_("Put it into the account's authorized_keys."))
@click.option("--remove", "removed", metavar="FINGERPRINT", help=N_("Let this key of theirs in no more."))
@click.option("--dry-run", is_flag=True, help=N_("Only say what would be done."))
@keys_file_option
@click.pass_obj
def key(
    context: Context,
    name: str,
    public: Path | None,
    installs: bool,
    removed: str | None,
    dry_run: bool,
    keys_file: Path | None,
) -> None:
    if removed is not None and (installs or public is not None):
        raise click.UsageError(_("--remove goes without a key: by its fingerprint, as “cabas operator keys” lists it."))
    if installs and public is None:
        raise click.UsageError(_("Say which public key: cabas operator key {name} KEY.pub --install").format(name=name))
    who = named(context.store(), name, removed=removed is not None)
    if removed is not None:
        _remove(context, who, removed, keys_file, dry_run)
        return
    if not who.active:
        raise Ended(_("{name} was removed and uses cabas no more.").format(name=who.name))
    found = None if public is None else _read(public)
    line = _line(context, who, found)
    if found is None or not installs:
        say(line)
    else:
        _install(context, who, found, line, keys_file, dry_run)


def _read(path: Path) -> PublicKey:
    from tui.keys.public import LARGEST, BadKey, read_public_key

    try:
        if str(path) == "-":
            return read_public_key(sys.stdin.buffer.read(LARGEST + 1))
        with path.open("rb") as file:
            return read_public_key(file.read(LARGEST + 1))
    except BadKey as error:
        raise Ended(_bad(error)) from None


def _bad(error: BadKey) -> str:
    return {
        "empty": _("There is no key in it."),
        "large": _("This is too large for a public key."),
        "several": _("There is more than one line in it. A public key is a single one; hand in one key at a time."),
        "private": _(
            "This is a private key, which belongs to its owner alone: delete it here. The public one is in the file "
            "that ends in .pub, or what PuTTYgen saves as the public key."
        ),
        "options": _("Something stands before the key. Hand in the key only, as it is in the .pub file."),
        "kind": _("“{kind}” is no type of key that is taken. Best is: ssh-keygen -t ed25519").format(kind=error.detail),
        "damaged": _("The key is not complete. Copy the whole line of the .pub file once more."),
        "weak": _("An RSA key of {bits} bits is too weak. Best is: ssh-keygen -t ed25519").format(bits=error.detail),
    }[error.reason]


def program() -> Path:
    """The command that a key's line starts, by an absolute path that stays the same when cabas is updated."""
    started = Path(sys.argv[0])
    if started.name == "cabas" and started.is_absolute() and started.is_file():
        # /usr/local/bin/cabas leads to it, so that it is the same program however it was started.
        beside = started.parent / started.readlink() if started.is_symlink() else started
    else:
        beside = Path(sys.executable).with_name("cabas")
    # …/versions/0.3.0-1/bin/cabas is gone some day; …/current/bin/cabas is the one that is meant.
    for parent in beside.parents:
        through = parent.parent.parent / "current" / beside.relative_to(parent)
        if parent.parent.name == "versions" and through.exists():
            return through
    return beside


def _line(context: Context, who: Operator, found: PublicKey | None) -> str:
    from tui.keys.lines import Refused, door_line

    try:
        return door_line(program(), context.file.absolute(), who.login, found)
    except Refused:
        raise Ended(
            _("{path} cannot stand in authorized_keys: there is a character in it that sshd reads otherwise.").format(
                path=context.file.absolute()
            )
        ) from None


def _keys_file(context: Context, named: Path | None) -> Path:
    """The account's list of keys; raises `Ended` where nobody has the account any more."""
    from tui.keys.account import usual_file

    if named is not None:
        return named
    try:
        return usual_file(context.file)
    except KeyError:
        raise Ended(_("The account that {path} belongs to is gone.").format(path=context.file)) from None


def _install(
    context: Context, who: Operator, found: PublicKey, line: str, keys_file: Path | None, dry_run: bool
) -> None:
    from tui.keys.account import KeysRefused, install, read_keys, refuse_other_accounts

    store, path = context.store(), _keys_file(context, keys_file)
    store.operators.me().require(Right.ADMIN)
    if any(one.text == line for one in read_keys(path)):
        say(_("{name}'s key {fingerprint} is in {path} already.").format(**_said(who, found.fingerprint, path)))
        return
    if dry_run:
        say(_("This line would be added to {path}:").format(path=path))
        say(line)
        return
    names = {one.login: one.name for one in store.operators.all(gone=True)}
    try:
        refuse_other_accounts(store.path)
        copied = install(path, line, found, names)
    except KeysRefused as error:
        raise Ended(_refused(error, names.get(error.who, error.who))) from None
    store.operators.note_key(who.login, found.fingerprint)
    say(_("{name}'s key {fingerprint} opens cabas from now on.").format(**_said(who, found.fingerprint, path)))
    _tell_copy(path, copied)


def _remove(context: Context, who: Operator, fingerprint: str, keys_file: Path | None, dry_run: bool) -> None:
    from tui.keys.account import KeysRefused, read_keys, refuse_other_accounts, remove

    store, path = context.store(), _keys_file(context, keys_file)
    store.operators.me().require(Right.ADMIN)
    said = _said(who, fingerprint, path)
    if not any(one.operator == who.login and one.fingerprint == fingerprint for one in read_keys(path)):
        raise Ended(_("{path} has no key {fingerprint} of {name}: cabas operator keys").format(**said))
    if dry_run:
        say(_("{name}'s key {fingerprint} would be taken out of {path}.").format(**said))
        return
    try:
        refuse_other_accounts(store.path)
        _lines, copied = remove(path, fingerprint, who.login)
    except KeysRefused as error:
        raise Ended(_refused(error, error.who)) from None
    store.operators.note_key(who.login, fingerprint, removed=True)
    say(_("{name}'s key {fingerprint} opens nothing any more. Sessions that are open stay so.").format(**said))
    _tell_copy(path, copied)


def _said(who: Operator, fingerprint: str, path: Path) -> dict[str, Any]:
    return {"name": who.name, "fingerprint": fingerprint, "path": path}


def _tell_copy(path: Path, copied: Path | None) -> None:
    if copied is not None:
        say(_("What was in {path} before is kept as {copy}.").format(path=path, copy=copied.name))


def _refused(error: KeysRefused, who: str) -> str:
    return {
        "link": _("{path} is a link, which leads elsewhere. Nothing was changed."),
        "account": _("{path} belongs to {who}: do this in that account (runuser -u {who} -- cabas operator key …)."),
        "taken": _("This key opens cabas as {who} already. Everybody needs a key of their own."),
        "group": _("This key opens another group already, {who}. Each group needs a key of its own."),
        "shell": _("{path} has a line by which this key opens a shell: take that line out first."),
        "command": _("{path} has a line by which this key starts another command: take that line out first."),
    }[error.reason].format(path=error.path, who=who)


@click.command(help=N_("The keys that the account lets in: whose they are, and what each opens."))
@json_option
@keys_file_option
@click.pass_obj
def keys(context: Context, as_json: bool, keys_file: Path | None) -> None:
    from tui.keys.account import read_keys

    store = context.store()
    store.operators.me().require(Right.ADMIN)
    path = _keys_file(context, keys_file)
    logins = {one.login for one in store.operators.all()}
    found = read_keys(path)
    if as_json:
        print_json([_plain(one, logins) for one in found])
        return
    if not found:
        say(_("{path} lets nobody in. “cabas operator key NAME KEY.pub --install” does.").format(path=path))
        return
    rows = [(one.operator or "", _opened(one, logins), one.fingerprint, _comment(one)) for one in found]
    print_table((_("operator"), _("opens"), _("fingerprint"), _("comment")), rows)
    if shells := sum(one.opens == "shell" for one in found):
        warn(
            ngettext(
                "{n} key opens a shell: with it one reads and changes the whole group's file, whatever the rights.",
                "{n} keys open a shell: with them one reads and changes the whole group's file, whatever the rights.",
                shells,
            ).format(n=shells)
        )


def _comment(line: KeyLine) -> str:
    return line.key.comment if line.key is not None else ""


def _opened(line: KeyLine, logins: set[str]) -> str:
    if line.opens == "cabas" and line.operator not in logins:
        return _("nothing: there is no such operator")
    if line.opens == "cabas" and not line.narrow:
        return _("cabas, and forwarding: “restrict” is missing")
    return {
        "cabas": _("cabas"),
        "command": _("another command"),
        "shell": _("A SHELL"),
        "unread": _("line {n} cannot be read").format(n=line.number),
    }[line.opens]


def _plain(line: KeyLine, logins: set[str]) -> dict[str, Any]:
    return {
        "line": line.number,
        "operator": line.operator,
        "known": line.operator in logins,
        "opens": line.opens,
        "narrow": line.narrow,
        "file": line.file,
        "fingerprint": line.fingerprint,
        "type": line.key.kind if line.key is not None else "",
        "comment": _comment(line),
    }


COMMANDS = (key, keys)
