"""`cabas outbox`: send what is due, see what waits, settle what is in doubt."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from templates.words import N_, _, dates, ngettext
from tui.commands.options import confirmed, json_option
from tui.context import Context
from tui.output import BUSY, WRONG_USE, Ended, print_json, print_table, say, warn

if TYPE_CHECKING:
    from mail.run_result import RunResult
    from mail.schedule import AtItsHour
    from store import Store
    from store.delivery_lists import Going
    from store.mailbox import MailboxSettings

message_option = click.option("--message", "message_id", type=int, help=N_("Only those of this message."))
all_option = click.option("--all", "all_", is_flag=True, help=N_("All of them."))


@click.group(help=N_("The mails that wait, go out, or are in doubt."))
def outbox() -> None:
    pass


@outbox.command(help=N_("Send until nothing is due; 3: not now, 4: somebody else is sending."))
@click.option("--as-tick", is_flag=True, help=N_("As cron: leave what a person has to put right."))
@json_option
@click.pass_obj
def run(context: Context, as_tick: bool, as_json: bool) -> None:
    from screens.outbox_words import result_words
    from tui.commands.outbox_progress import shown_progress

    store = context.store()
    quiet = as_tick or as_json
    with _heartbeat(store, as_tick or not _at_a_terminal()) as beat, shown_progress(store, wanted=not quiet):
        settings = store.mailbox.get()
        result = _send(store, settings, how="tick" if as_tick else "command")
        beat.append(result.outcome.value)
    words = result_words(result, settings, store.clock)
    if as_json:
        print_json(asdict(result))
    if result.exit_code:
        raise Ended(words, result.exit_code)
    if not as_json:
        say(words)


def _say_what_became_of(done: AtItsHour) -> None:
    """What is worth a word about a message that was kept for an hour."""
    from screens.errors import words_for
    from screens.message_states import title_of

    title = title_of(done.message)
    if done.error is not None:
        text = _("“{title}”, kept for {moment}, cannot be sent: {why}")
        warn(text.format(title=title, moment=dates.moment(done.message.send_at), why=words_for(done.error)))
    elif done.note:
        warn(_("“{title}”: {note}").format(title=title, note=done.note))


def _send(store: Store, settings: MailboxSettings | None, how: str) -> RunResult:
    from mail.outbox import run as send
    from tui.commands.mailbox import password

    secret = (lambda: "") if settings is None else (lambda: password(store, settings))
    return send(store, secret, how=how, told=_say_what_became_of)


def _at_a_terminal() -> bool:
    return any(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


@contextmanager
def _heartbeat(store: Store, automatic: bool) -> Iterator[list[str]]:
    """Write down at the end that this machine sends by itself, and how it went: what is appended, else a fault."""
    from mail.configuration import ConfigurationBad
    from mail.password import PasswordError
    from store.errors import StoreError
    from store.heartbeats import beat

    outcome: list[str] = []
    try:
        yield outcome
    except (PasswordError, ConfigurationBad):
        outcome.append("password")
        raise
    finally:
        if automatic:
            with suppress(StoreError):  # a disk that is full has been told of
                beat(store, outcome[0] if outcome else "error")


@outbox.command(help=N_("How many mails are in each state, and what the mailbox is doing."))
@json_option
@click.pass_obj
def status(context: Context, as_json: bool) -> None:
    from mail.lock import holder
    from mail.outbox import at_home, settle
    from screens.message_states import DELIVERIES
    from screens.outbox_words import clock_words, copied_words, holder_words, local, state_words

    store = context.store()
    settle(store)
    counts, due, state, settings = (
        asdict(store.deliveries.counts()),
        store.deliveries.due(),
        store.mailbox.state(),
        store.mailbox.get(),
    )
    why = state_words(state, settings, store.clock) if settings else ""
    paused = _paused(store)
    copied, ahead, someone = not at_home(store), store.deliveries.clock_behind(), holder(store.path)
    if as_json:
        shown = {"state": state.state, "until": state.until, "reason": why or None}
        facts = {
            "due": due.now,
            "next_at": due.next_at,
            "mailbox": shown,
            "sender": someone,
            "copied": copied,
            "clock": ahead,
            "paused": [one.message_id for one in paused],
        }
        print_json({**counts, **facts})
        return
    print_table([_("State"), _("Mails")], [(_(DELIVERIES[name]), number) for name, number in counts.items()], right=[1])
    if due.now:
        say(ngettext("{n} mail is due now.", "{n} mails are due now.", due.now).format(n=due.now))
    elif due.next_at:
        say(_("The next is due {moment}.").format(moment=local(due.next_at, store.clock)))
    for one in paused:
        said = _("“{title}” is paused, {n} wait: cabas outbox resume --message {id}")
        say(said.format(title=one.title or _("without a title"), n=one.counts.ready, id=one.message_id))
    if why:
        say(why)
    if copied:
        say(copied_words())
    if ahead:
        say(clock_words(ahead, store.clock))
    if someone:
        say(holder_words(someone, store.clock, settings))


def _paused(store: Store) -> list[Going]:
    """The messages that a person paused, for who may see them."""
    from store.delivery_lists import going_now
    from store.rights import Right

    if not store.operators.me().may(Right.MESSAGES_SEE):
        return []
    return [one for one in going_now(store) if one.paused and one.counts.ready]


@outbox.command(help=N_("The mails of which nobody can know whether they arrived."))
@click.option(
    "--look", is_flag=True, help=N_("Look for them in the mailbox's Sent folder first: those there went out.")
)
@json_option
@click.pass_obj
def unknown(context: Context, look: bool, as_json: bool) -> None:
    from mail.outbox import settle
    from screens.message_states import MAIL_KINDS
    from screens.outbox_words import local

    store = context.store()
    settle(store)
    if look and (told := _look_into_sent(store)) and not as_json:
        say(told)
    rows = store.deliveries.unknown()
    if as_json:
        print_json(
            [
                {
                    "message": row.message_id,
                    "address": row.address,
                    "since": row.state_at,
                    "delivery": row.id,
                    "name": row.name,
                    "kind": row.kind,
                }
                for row in rows
            ]
        )
        return
    if not rows:
        say(_("Nothing is in doubt."))
        return
    print_table(
        ["", _("What"), _("Name"), _("Address"), _("Since")],
        [(row.id, _(MAIL_KINDS[row.kind]), row.name, row.address, local(row.state_at, store.clock)) for row in rows],
        right=[0],
    )
    say(_("Count them as sent: cabas outbox resolve --all sent; send the same mail again: … again"))


def _look_into_sent(store: Store) -> str:
    """Settle what is found in the mailbox's Sent folder, and say what that tells; empty where nothing is in doubt."""
    from mail.mailbox import MailboxFault
    from mail.sent_folder import look_up
    from screens.sending_lines import found_words
    from tui.commands.inbox import refused
    from tui.commands.mailbox import password

    settings = store.mailbox.get()
    try:
        found = look_up(store, lambda: "" if settings is None else password(store, settings))
    except MailboxFault as fault:
        assert settings is not None
        raise refused(fault, settings) from fault
    return found_words(found) if found.found or found.missing or found.too_early else ""


@outbox.command(help=N_("Settle what is in doubt: count it as sent, or send the same mail again."))
@click.argument("what", nargs=-1, required=True)
@all_option
@json_option
@click.pass_obj
def resolve(context: Context, what: tuple[str, ...], all_: bool, as_json: bool) -> None:
    from mail.outbox import settle

    *numbers, as_ = what
    if as_ not in ("sent", "again"):
        raise click.UsageError(_("Say sent or again, not “{value}”.").format(value=as_))
    store = context.store()
    settle(store)
    settled = _each(_chosen(tuple(numbers), all_), lambda which: store.deliveries.resolve(which, as_))
    text = (
        ngettext("{n} mail counts as sent.", "{n} mails count as sent.", settled)
        if as_ == "sent"
        else ngettext("{n} mail goes out again.", "{n} mails go out again.", settled)
    )
    if as_json:
        print_json({"changed": settled})
    else:
        say(text.format(n=settled))


def _deciding(name: str, help_: str, words: Callable[[int], str], *more: Callable[..., Any]) -> None:
    """Add a subcommand that decides about one, several or all deliveries: retry, hold, release."""

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        for option in more:
            command = option(command)
        return command

    @outbox.command(name, help=help_)
    @click.argument("numbers", nargs=-1)
    @all_option
    @message_option
    @json_option
    @with_options
    @click.pass_obj
    def decide(
        context: Context,
        numbers: tuple[str, ...],
        all_: bool,
        message_id: int | None,
        as_json: bool,
        yes: bool = False,
    ) -> None:
        store = context.store()
        act: Callable[..., int] = getattr(store.deliveries, name)
        chosen = _chosen(numbers, all_ or message_id is not None)
        if name == "release" and not yes:
            _ask_about_copied(store, message_id)
        changed = _each(chosen, lambda which: act(which, message_id))
        if as_json:
            print_json({"changed": changed})
            return
        say(words(changed).format(n=changed))
        if name == "release":
            _say_what_stays(store, message_id)


def _ask_about_copied(store: Store, message_id: int | None) -> None:
    """Ask where another file may have sent what is held; raises `Ended` unless a person says yes."""
    from store.delivery_records import COPIED
    from store.held_mails import held_reasons

    held = held_reasons(store, message_id).get(COPIED, 0)
    text = ngettext(
        "{n} was held when the file was taken over: it may have gone out already. Let it go?",
        "{n} were held when the file was taken over: they may have gone out already. Let them go?",
        held,
    )
    if held and not confirmed(text.format(n=held)):
        raise Ended(_("Nothing was changed."))


def _say_what_stays(store: Store, message_id: int | None) -> None:
    """How many mails are held still, and why."""
    from screens.outbox_words import reason_words
    from store.held_mails import held_reasons

    held = held_reasons(store, message_id)
    if held:
        number = sum(held.values())
        text = ngettext("{n} mail stays held: {why}.", "{n} mails stay held: {why}.", number)
        why = ", ".join(f"{reason_words(reason) or _('held')} ({mails})" for reason, mails in held.items())
        say(text.format(n=number, why=why))


_deciding(
    "retry",
    N_("Try again what failed."),
    lambda n: ngettext("{n} mail is tried again.", "{n} mails are tried again.", n),
)
_deciding(
    "hold",
    N_("Keep what waits from being sent."),
    lambda n: ngettext("{n} mail is held.", "{n} mails are held.", n),
)
_deciding(
    "release",
    N_("Let what is held go."),
    lambda n: ngettext("{n} mail waits again.", "{n} mails wait again.", n),
    click.option("--yes", is_flag=True, help=N_("Do not ask whether another file may have sent it.")),
)


@outbox.command(help=N_("Send nothing for now: nothing at all, or nothing of one message."))
@message_option
@json_option
@click.pass_obj
def pause(context: Context, message_id: int | None, as_json: bool) -> None:
    store = context.store()
    if message_id is None:
        store.mailbox.pause()
    else:
        store.deliveries.pause(message_id)
    if as_json:
        print_json({"paused": True, "message": message_id})
        return
    say(_("Paused. The mail under way is finished; “cabas outbox resume” goes on."))


@outbox.command(help=N_("End a pause; “cabas outbox run” then sends."))
@message_option
@json_option
@click.pass_obj
def resume(context: Context, message_id: int | None, as_json: bool) -> None:
    store = context.store()
    if message_id is None:
        store.mailbox.resume()
    else:
        store.deliveries.resume(message_id)
    if as_json:
        print_json({"paused": False, "message": message_id})
        return
    say(_("The pause is over. “cabas outbox run” sends."))


@outbox.command(help=N_("Say that a copied or restored file sends from now on, or that the clock is right."))
@click.option("--hold", is_flag=True, help=N_("Hold what waits: it may have been sent from the other file."))
@json_option
@click.pass_obj
def adopt(context: Context, hold: bool, as_json: bool) -> None:
    from mail.lock import Busy
    from mail.outbox import adopt as take_over
    from screens.outbox_words import holder_words

    store = context.store()
    try:
        waiting = take_over(store, hold=hold)
    except Busy as busy:
        raise Ended(holder_words(busy.holder, store.clock, store.mailbox.get()), BUSY) from busy
    if as_json:
        print_json({"held" if hold else "waiting": waiting})
    elif hold:
        say(ngettext("{n} mail is held.", "{n} mails are held.", waiting).format(n=waiting))
    else:
        say(
            ngettext("This file sends now; {n} mail waits.", "This file sends now; {n} mails wait.", waiting).format(
                n=waiting
            )
        )


def _chosen(numbers: tuple[str, ...], all_: bool) -> list[Any]:
    if all_ == bool(numbers):
        raise Ended(_("Say which: the numbers, or --all."), WRONG_USE)
    try:
        return ["all"] if all_ else [int(number) for number in numbers]
    except ValueError:
        raise Ended(_("Deliveries are named by their numbers."), WRONG_USE) from None


def _each(chosen: list[Any], act: Callable[[Any], int]) -> int:
    return sum(act(which) for which in chosen)
