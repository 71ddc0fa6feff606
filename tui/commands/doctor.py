"""`cabas doctor`: what is not right, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from store.errors import NotAGroupFile
from store.rights import Right
from templates.words import N_, _
from tui.commands.options import json_option
from tui.context import Context
from tui.machine import opened_by_machine
from tui.output import DONE, FAILED, print_json, say

if TYPE_CHECKING:
    from store import Store
    from tui.doctor.check import Check

MARKS = {"ok": "  ", "warn": "! ", "bad": "!!", "unknown": "? "}
"""Before each line: what is right needs none."""


@click.command(
    help=N_(
        "Look at the file, the mailbox, the backups, the server and this terminal, as you find them, and say what to "
        "do. 1: something is not as it must be. Nothing is changed."
    ),
    short_help=N_("What is not right, and what to do about it."),
)
@click.option("--integrity", is_flag=True, help=N_("Read the whole file through, too: whether everything agrees."))
@json_option
@click.pass_obj
def doctor(context: Context, integrity: bool, as_json: bool) -> int:
    checks = examine(context, integrity=integrity)
    bad = any(check.state == "bad" for check in checks)
    if as_json:
        print_json({"checks": checks, "bad": bad})
    else:
        _say(checks)
    return FAILED if bad else DONE


def examine(context: Context, *, integrity: bool) -> list[Check]:
    """Every check, in the order in which one thing rests on the other."""
    from dataclasses import replace

    from mail.configuration import ConfigurationBad
    from screens.errors import words_for
    from tui.doctor.check import Check
    from tui.doctor.file_checks import file_checks
    from tui.doctor.mail_checks import configuration_checks
    from tui.doctor.program_checks import program_checks, terminal_checks
    from tui.server.access import account_of, typed
    from tui.server.checks import server_checks

    found = [*program_checks(), *terminal_checks()]
    try:
        file = context.file.absolute()
    except ConfigurationBad as error:
        return [*found, Check("configuration", "bad", words_for(error))]
    account = account_of(file)
    found += file_checks(file, account)
    inside, logins = _of_the_group(context, integrity=integrity)
    found += [*inside, *configuration_checks(file, account), *server_checks(file, logins)]
    return found if account is None else [replace(one, do=typed(one.do, account)) for one in found]


def _of_the_group(context: Context, *, integrity: bool) -> tuple[list[Check], Mapping[str, bool] | None]:
    """What only the opened file tells, and its operators' logins; why it cannot be opened is a check, too."""
    from screens.errors import known, words_for
    from tui.doctor.check import Check
    from tui.doctor.file_checks import is_older
    from tui.output import Ended
    from tui.server.access import bring_back

    if not context.file.exists() or is_older(context.file):
        return [], None
    try:
        with opened_by_machine(context, root=True) as store:
            return _checks(store, integrity=integrity), {
                one.login: one.active for one in store.operators.all(gone=True)
            }
    except Ended as ended:
        return [Check("file", "bad", ended.words)], None
    except Exception as error:
        if not known(error):
            raise
        do = (
            bring_back(context.file, context.file.with_name("restored.cabas"))
            if isinstance(error, NotAGroupFile)
            else ""
        )
        return [Check("file", "bad", words_for(error), do)], None


def _checks(store: Store, *, integrity: bool) -> list[Check]:
    from tui.doctor.check import Check
    from tui.doctor.integrity_checks import integrity_checks
    from tui.doctor.mail_checks import automatic_checks, mail_checks
    from tui.doctor.measuring_checks import measuring_checks
    from tui.doctor.sms_checks import sms_checks

    name = store.settings.group().name
    found = [Check("file", "ok", _("{path} is the file of “{name}”.").format(path=store.path, name=name))]
    if integrity:
        found += integrity_checks(store)
    if store.operators.me().may_any((Right.ADMIN, Right.MESSAGES_SEE)):
        found += [*mail_checks(store), *automatic_checks(store), *measuring_checks(store), *sms_checks(store)]
    return found


def _say(checks: list[Check]) -> None:
    for check in checks:
        say(f"{MARKS[check.state]} {check.said}")
        if check.do:
            say(f"      → {check.do}")
    worst = sum(check.state == "bad" for check in checks), sum(check.state == "warn" for check in checks)
    if not any(worst):
        say(_("Everything is as it should be."))
