"""`cabas mailbox check`: try the mailbox out step by step, as oneself or as cron would."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from store.rights import Right
from templates.words import N_, _
from tui.commands.options import json_option
from tui.context import Context
from tui.output import FAILED, NOT_NOW, Ended, print_json, say, warn

if TYPE_CHECKING:
    from mail.checking import Step
    from store import Store
    from store.mailbox import MailboxSettings

MARKS = {"ok": "ok", "failed": "!", "skipped": "-"}
CRON_SECONDS = 180
_PASSING = ("quota", "busy", "network")


@click.command(help=N_("Try it step by step, send nothing, and say what is wrong."))
@click.option("--as-tick", is_flag=True, help=N_("As cron would: with an empty environment and no terminal."))
@json_option
@click.pass_obj
def check(context: Context, as_tick: bool, as_json: bool) -> None:
    from tui.commands.mailbox import settings_of

    store = context.store()
    settings = settings_of(store)
    told: list[Step] = []
    for step in _as_cron(context) if as_tick else _steps(store, settings):
        told.append(step)
        if not as_json:
            _tell(step, settings)
    if as_json:
        print_json(told)
    if not _wrong(told, "smtp"):
        _go_on(store, told, quiet=as_json)
    if wrong := _wrong(told, "smtp") or _wrong(told, "imap"):
        raise Ended("" if as_json else _ended_words(wrong[0]), NOT_NOW if wrong[0].kind in _PASSING else FAILED)
    if not as_json:
        _good(settings, as_tick)


def _wrong(told: list[Step], where: str) -> list[Step]:
    """What keeps the mailbox from sending, or from being read."""
    return [step for step in told if step.where == where and step.wrong]


def _ended_words(step: Step) -> str:
    if step.where == "imap":
        return _("The mailbox sends; reading it does not work so. What is wrong is marked with an exclamation mark.")
    return _("The mailbox does not work so. What is wrong is marked with an exclamation mark.")


def _go_on(store: Store, told: list[Step], *, quiet: bool) -> None:
    """End what stopped the sending before, as far as the steps have shown that it is over."""
    from mail.checking import is_over

    state = store.mailbox.state()
    over = state.state != "ok" and is_over(state, store.mailbox.stopped_in(), told)
    if over and store.operators.me().may(Right.MESSAGES_SEND):
        store.mailbox.resume()
        if not quiet:
            say(_("What stopped the sending before is over: “cabas outbox run” goes on."))


def _steps(store: Store, settings: MailboxSettings) -> Iterable[Step]:
    from mail.checking import check_steps
    from mail.trust import pinned
    from tui.commands.mailbox import password

    return check_steps(settings, lambda: password(store), pinned(store.path, settings.host))


def _tell(step: Step, settings: MailboxSettings) -> None:
    from screens.check_words import step_words

    say(f"{MARKS[step.outcome]:2}  {step_words(step, settings)}")


def _good(settings: MailboxSettings, as_tick: bool) -> None:
    if as_tick:
        say(_("So it goes out by itself, too: all that is needed is there without a person."))
    elif settings.tls == "none":
        say(_("{host} lets us in.").format(host=settings.host))
    else:
        name = settings.username or settings.address
        said = _("{host} lets us in as {username}; the certificate is in order.")
        say(said.format(host=settings.host, username=name))


def _as_cron(context: Context) -> list[Step]:
    """The steps as a process takes them that is started as cron starts it: no terminal, hardly any environment."""
    from mail.checking import Step
    from store.ledger import Trace

    person = pwd.getpwuid(os.getuid())
    command = [sys.executable, "-P", "-m", "tui.cli", "--file", str(context.file.resolve())]
    command += ["--operator", context.asked] if context.asked else []
    try:
        done = subprocess.run(
            [*command, "mailbox", "check", "--json"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
            cwd=person.pw_dir if Path(person.pw_dir).is_dir() else "/",
            env=cron_environment(person),
            timeout=CRON_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Ended(_("It has not ended after {n} seconds.").format(n=CRON_SECONDS), NOT_NOW) from None
    for name in ("CABAS_FILE", "CABAS_CONFIG", "SSL_CERT_FILE"):
        if os.environ.get(name):
            warn(_("{name} is set here and not under cron: write it into the crontab, too.").format(name=name))
    try:
        found = json.loads(done.stdout)
    except ValueError:
        raise Ended(done.stderr.strip() or _("It ended without saying why."), FAILED) from None
    return [Step(**{**one, "trace": Trace(**one["trace"]) if one["trace"] else None}) for one in found]


def cron_environment(person: pwd.struct_passwd) -> dict[str, str]:
    """What cron gives a command (crontab(5))."""
    return {
        "HOME": person.pw_dir,
        "PATH": "/usr/bin:/bin",
        "SHELL": "/bin/sh",
        "LOGNAME": person.pw_name,
    }
