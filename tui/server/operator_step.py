"""The account as an operator of the group: whoever looks after the server lets people in from there."""

from __future__ import annotations

import os
import shlex
from contextlib import closing

from store.rights import AUTOMATIC, Right
from templates.words import _
from tui.server.steps import Step, StepFailed, run
from tui.server.target import Target


def operator_step(target: Target) -> Step:
    """Nothing to do for a file that `init` made here; one that was made elsewhere knows other logins."""
    program = [str(target.program), "--file", str(target.file)]

    def add(admin: str) -> list[str]:
        role = ["operator", "add", target.account, "--role", "coordinator"]
        return [*program, "--operator", admin, *role]

    def act() -> None:
        try:
            run([*program, "operator", "list"], target=target)  # brings an older file up to date, too
        except StepFailed:
            run(add(_admin(target)), target=target)

    return Step(
        _("The account is an operator"),
        _("So that you let people in from it. A file that was made elsewhere does not know it."),
        shlex.join(["runuser", "-u", target.account, "--", *add("NAME")]),
        lambda: _is_operator(target),
        act,
    )


def _is_operator(target: Target) -> bool:
    from tui.doctor.file_checks import is_older

    if not os.access(target.file, os.R_OK) or is_older(target.file):
        return False  # looking brings nothing up to date
    return target.account in _operators(target)


def _admin(target: Target) -> str:
    """Somebody who may let others in: the owner of the file may act under their name."""
    return next(login for login, admin in _operators(target).items() if admin)


def _operators(target: Target) -> dict[str, bool]:
    """The operators' logins, and whether they may do everything. Raises `StepFailed`."""
    from screens.errors import known, words_for
    from store import Store

    try:
        with closing(Store(target.file, AUTOMATIC.login)) as store:
            return {one.login: one.may(Right.ADMIN) for one in store.operators.all()}
    except Exception as error:
        if not known(error):
            raise
        raise StepFailed(words_for(error)) from error
