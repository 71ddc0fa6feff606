"""`cabas tick`: what a timer or cron calls every few minutes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from templates.words import N_, _
from tui.commands.options import json_option
from tui.context import Context
from tui.machine import opened_by_machine
from tui.output import NOT_NOW, print_json, say, warn

if TYPE_CHECKING:
    from mail.run_result import RunResult
    from mail.tick import Tick
    from store import Store


@click.command(
    help=N_(
        "For cron or a timer: read what came back, send what is due, make the day's backup. Nobody is asked anything. "
        "Exit codes as of “cabas outbox run”."
    ),
    short_help=N_("For cron or a timer: read the mailbox, send, back up."),
)
@click.option("--quiet", is_flag=True, help=N_("Say only what somebody has to put right."))
@json_option
@click.pass_obj
def tick(context: Context, quiet: bool, as_json: bool) -> int:
    from mail.tick import tick as do
    from tui.commands.outbox import say_what_became_of

    with opened_by_machine(context) as store:
        done = do(store, told=say_what_became_of)
        if as_json:
            print_json(_as_json(store, done))
        else:
            _say(store, done, quiet=quiet)
    return done.exit_code


def _as_json(store: Store, done: Tick) -> dict[str, object]:
    return {
        "inbox": done.inbox and asdict(done.inbox),
        "outbox": done.outbox and asdict(done.outbox),
        "backup": done.backup and asdict(done.backup),
        "faults": {step: _fault_words(store, fault) for step, fault in done.faults.items()},
        "code": done.exit_code,
    }


def _say(store: Store, done: Tick, *, quiet: bool) -> None:
    from mail.tick import code_of
    from screens.came_back_words import found_words
    from screens.outbox_words import result_words
    from screens.sender_words import told_of_foreign

    if done.inbox is not None and done.inbox.read and not quiet:
        say(found_words(done.inbox))
    if done.outbox is not None:
        words = [result_words(done.outbox, store.mailbox.get(), store.clock), *told_of_foreign(store)]
        if done.outbox.exit_code and not (quiet and _passes(done.outbox)):
            warn("\n".join(words))
        elif not quiet:
            say("\n".join(words))
    if done.backup is not None and not quiet:
        say(_("Backup: {path}").format(path=done.backup.path))
    for fault in done.faults.values():
        if not (quiet and code_of(fault) == NOT_NOW):
            warn(_fault_words(store, fault))


def _passes(result: RunResult) -> bool:
    """Whether it goes on without anybody doing something."""
    return bool(result.until or result.holder) or result.outcome == "no_network"


def _fault_words(store: Store, fault: Exception) -> str:
    """What went wrong in a step; what the mailbox's server said in its own words."""
    from screens.errors import words_for
    from screens.outbox_words import fault_words

    settings = store.mailbox.get()
    kind, trace = getattr(fault, "kind", ""), getattr(fault, "trace", None)
    if trace is not None and settings is not None:
        return fault_words(kind, trace.answer, settings, "imap")
    return words_for(fault)
