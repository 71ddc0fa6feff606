"""What can be wrong with a shared server, and what to do about it."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator, Mapping
from pathlib import Path

from templates.words import _
from tui.doctor.check import Check
from tui.server import door, units
from tui.server.access import account_of
from tui.server.account_steps import NO_SHELLS, SHELL, expired, password_field
from tui.server.target import PASSWORD


def server_checks(file: Path, logins: Mapping[str, bool] | None = None) -> tuple[Check, ...]:
    """How the server stands whose group's file this is; empty where this machine was never set up as one.

    `logins` are the operators', and whether they are still in use; None where they are not known: then the keys are not
    compared with them.
    """
    person = account_of(file)
    if person is None or not (door.SNIPPET.exists() or (units.FOLDER / units.TIMER).exists()):
        return ()
    from tui.server.key_checks import key_checks
    from tui.server.timer_checks import timer_checks

    keys = key_checks(person, file, logins)
    return (*_account(person), *_sshd(person), *keys, *timer_checks(person, file), *_password())


def _account(person: pwd.struct_passwd) -> Iterator[Check]:
    account = person.pw_name
    if person.pw_uid == 0:
        said = _("The group's file belongs to root, so that whoever comes in by a key is root.")
        yield Check("account", "bad", said, _("Give it to an account of its own: cabas server install"))
    elif Path(person.pw_shell).name in NO_SHELLS:
        said = _("The account {account} has no shell ({shell}): no key opens anything.")
        yield Check(
            "account",
            "bad",
            said.format(account=account, shell=person.pw_shell),
            f"usermod --shell {SHELL} {account}",
        )
    elif (password_field(account) or "*")[0] == "!" or expired(account):
        said = _("The account {account} is locked: no key opens anything.")
        yield Check("account", "bad", said.format(account=account), _("As root: cabas server install"))
    elif (password_field(account) or "*")[0] not in "!*":
        said = _("The account {account} has a password: who knows it gets a shell, and the whole file.")
        yield Check("account", "bad", said.format(account=account), f"usermod --password '*' {account}")
    else:
        yield Check("account", "ok", _("The account is {account}.").format(account=account))


def _sshd(person: pwd.struct_passwd) -> Iterator[Check]:
    from tui.server.steps import StepFailed, holds

    again = _("As root: cabas server install")
    if door.sshd() is None:
        yield Check(
            "ssh.settings", "warn", _("sshd is not installed: nobody comes in."), "apt-get install openssh-server"
        )
        return
    if not door.SNIPPET.exists():
        said = _("sshd holds {account} to nothing of its own: {path} is not there.")
        yield Check("ssh.settings", "warn", said.format(account=person.pw_name, path=door.SNIPPET), again)
        return
    if os.geteuid() != 0:
        said = _("Only root may ask sshd what it holds {account} to.").format(account=person.pw_name)
        yield Check("ssh.settings", "unknown", said, _("As root: {command}").format(command="cabas doctor"))
        return
    try:
        found = door.settings(person.pw_name)
    except StepFailed as failed:
        said = _("sshd cannot read its configuration: {reason}").format(reason=failed)
        yield Check("ssh.settings", "bad", said, _("Put that right before sshd is started anew: sshd -t"))
        return
    if different := door.differing(found):
        said = _("sshd lets {account} do more than it should: {settings}")
        do = door.otherwise(found) if holds(door.SNIPPET, door.snippet(person.pw_name)) else again
        yield Check("ssh.settings", "bad", said.format(account=person.pw_name, settings=", ".join(different)), do)
    elif names := ", ".join(door.taken_from_clients(found)):
        said = _("sshd takes variables from whoever comes in, which may lead past cabas: AcceptEnv {names}")
        do = _("Leave only LANG and LC_* at AcceptEnv in {path}.").format(path=door.SSHD_CONFIG)
        yield Check("ssh.settings", "bad", said.format(names=names), do)
    elif setting := door.shut_out(person, found):
        said = _("{setting} of sshd shuts {account} out: no key opens anything.")
        yield Check("ssh.settings", "bad", said.format(setting=setting, account=person.pw_name))
    else:
        yield Check(
            "ssh.settings",
            "ok",
            _("sshd takes keys only for {account}, and forwards nothing.").format(account=person.pw_name),
        )


def _password() -> Iterator[Check]:
    try:
        empty = PASSWORD.stat().st_size == 0
    except OSError:
        return  # another command gives it
    if empty:
        said = _("{path} is empty, so nothing can be sent by itself.").format(path=PASSWORD)
        yield Check("password.file", "warn", said, _("Write the mailbox's password into it, one line."))
