"""`cabas tick`: what a timer or cron calls every few minutes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from templates.words import N_, _, dates, ngettext
from tui.commands.options import json_option
from tui.context import Context
from tui.machine import opened_by_machine
from tui.output import NOT_NOW, print_json, say, warn

if TYPE_CHECKING:
    from mail.run_result import RunResult
    from mail.tick import Tick
    from mail.went import Went
    from store import Store

YEARS = range(1990, 2200)
"""Those of all that is planned."""


@click.command(
    help=N_(
        "For cron or a timer: read what came back, queue what workflows send, send what is due, make the day's backup. "
        "Nobody is asked anything. Exit codes as of “cabas outbox run”."
    ),
    short_help=N_("For cron or a timer: read the mailbox, send, back up."),
)
@click.option("--quiet", is_flag=True, help=N_("Say only what somebody has to put right."))
@click.option("--dry-run", is_flag=True, help=N_("Only say what would go by itself, and to how many; change nothing."))
@click.option(
    "--now",
    metavar="ISO",
    callback=lambda _context, _option, text: text and _moment(text),
    help=N_("As if it were then (2026-11-24T18:00, local or with a zone); without --dry-run for an admin only."),
)
@click.option("--yes", is_flag=True, help=N_("Do not ask what --now asks."))
@json_option
@click.pass_obj
def tick(context: Context, quiet: bool, dry_run: bool, now: datetime | None, yes: bool, as_json: bool) -> int:
    from mail.tick import tick as do
    from tui.commands.outbox import say_what_became_of

    with opened_by_machine(context) as opened, _at(opened, now) as store:
        if dry_run:
            return _say_what_would_go(store, as_json=as_json)
        if now is not None:
            _require_meant(store, yes=yes)
        done = do(store, told=say_what_became_of)
        if as_json:
            print_json(_as_json(store, done))
        else:
            _say(store, done, quiet=quiet)
    return done.exit_code


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(_("“{text}” is no moment: write it as 2026-11-24T18:00.").format(text=text)) from None
    if moment.year not in YEARS:
        raise click.BadParameter(_("{value} is too far off. Is the year mistyped?").format(value=text))
    return moment


@contextmanager
def _at(store: Store, now: datetime | None) -> Iterator[Store]:
    """The file as it is, at a moment that somebody named."""
    if now is None:
        yield store
        return
    from store import Store as Opened

    moment = now if now.tzinfo is not None else store.clock.to_utc(now)
    with closing(Opened(store.path, store.actor, lambda: moment)) as then:
        yield then


def _require_meant(store: Store, *, yes: bool) -> None:
    """Another hour than it is writes down as missed what lies before it, and dates what is sent."""
    from store.rights import Right
    from tui.commands.options import confirmed
    from tui.output import Ended

    store.operators.me().require(Right.ADMIN)
    words = _(
        "Everything is done as if it were {moment}: what is due by then goes, and what is too late by then is missed. "
        "Do it?"
    )
    wall = store.clock.wall()
    if not yes and not confirmed(words.format(moment=f"{dates.day(wall, year=True)} {dates.hour(wall)}")):
        raise Ended("")


def _say_what_would_go(store: Store, *, as_json: bool) -> int:
    from mail.automatic import for_next_tick, would_go
    from mail.lock import at_home
    from screens.outbox_words import copied_words
    from tui.commands.tick_words import as_json as told
    from tui.commands.tick_words import workflow_lines

    went, kept, due = would_go(store), store.messages.due(), store.deliveries.due()
    waiting = due.now
    copied, later = not at_home(store), for_next_tick(went)
    if as_json:
        said = {"workflows": told(store, went), "next_tick": later, "kept": kept, "waiting": waiting, "copied": copied}
        said["sms"] = due.sms
        print_json(said)
        return 0
    if copied:
        warn(copied_words())
    for words, wrong in workflow_lines(store, went, dry=True):
        (warn if wrong else say)(words)
    if later:
        say(
            ngettext("{n} of these waits for the next tick.", "{n} of these wait for the next tick.", later).format(
                n=later
            )
        )
    for message in kept:
        words = _("“{title}”, kept for {moment}, would go.")
        say(words.format(title=message.title or _("(no subject)"), moment=dates.moment(message.send_at)))
    if waiting:
        words = ngettext("{n} mail waits in the outbox.", "{n} mails wait in the outbox.", waiting)
        say(words.format(n=waiting))
    if due.sms:
        say(ngettext("{n} SMS waits.", "{n} SMS wait.", due.sms).format(n=due.sms))
    if not went and not kept and not waiting and not due.sms:
        say(_("Nothing would go now."))
    return 0


def _as_json(store: Store, done: Tick) -> dict[str, object]:
    return {
        "inbox": done.inbox and asdict(done.inbox),
        "workflows": _workflows(store, done.workflows),
        "outbox": done.outbox and asdict(done.outbox),
        "backup": done.backup and asdict(done.backup),
        "faults": {step: _fault_words(store, fault) for step, fault in done.faults.items()},
        "code": done.exit_code,
    }


def _workflows(store: Store, went: tuple[Went, ...] | None) -> list[dict[str, object]] | None:
    from tui.commands.tick_words import as_json

    return None if went is None else as_json(store, went)


def _say(store: Store, done: Tick, *, quiet: bool) -> None:
    from mail.tick import code_of
    from screens.came_back_words import found_words
    from screens.sender_words import told_of_foreign
    from screens.sms_words import run_words

    if done.inbox is not None and done.inbox.read and not quiet:
        say(found_words(done.inbox))
    if done.workflows:
        from tui.commands.tick_words import workflow_lines

        for line, wrong in workflow_lines(store, done.workflows):
            if wrong:
                warn(line)
            elif not quiet:
                say(line)
    if done.outbox is not None:
        words = [run_words(done.outbox, store.mailbox.get(), store.clock), *told_of_foreign(store)]
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
    if result.outcome == "done":
        return result.sms.until is not None
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
