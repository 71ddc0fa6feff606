"""`cabas outbox`: send what is due, and see what waits, goes out or is in doubt."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from store.rights import Right
from templates.words import N_, _, dates, ngettext
from tui.commands.options import json_option
from tui.commands.outbox_decisions import hold, message_option, release, resolve, retry
from tui.context import Context
from tui.output import BUSY, Ended, print_json, print_table, say, warn

if TYPE_CHECKING:
    from mail.schedule import AtItsHour
    from store import Store
    from store.delivery_lists import Going
    from store.sms_gateway import SmsSettings


@click.group(help=N_("The mails and SMS that wait, go out, or are in doubt."))
def outbox() -> None:
    pass


for command in (resolve, retry, hold, release):
    outbox.add_command(command)


@outbox.command(help=N_("Send until nothing is due; 3: not now, 4: somebody else is sending."))
@click.option("--as-tick", is_flag=True, help=N_("As cron: leave what a person has to put right."))
@json_option
@click.pass_obj
def run(context: Context, as_tick: bool, as_json: bool) -> None:
    from mail.outbox import run as send
    from mail.tick import beating
    from screens.sender_words import told_of_foreign
    from screens.sms_words import run_words
    from tui.commands.mailbox import password
    from tui.commands.outbox_progress import shown_progress

    store = context.store()
    quiet = as_tick or as_json
    alone = as_tick or not _at_a_terminal()
    by_itself: AbstractContextManager[list[str]] = beating(store) if alone else nullcontext([])
    with by_itself as beat, shown_progress(store, wanted=not quiet):
        how = "tick" if as_tick else "command"
        result = send(store, lambda: password(store), how=how, told=say_what_became_of)
        beat.append(result.outcome.value)
    words = "\n".join([run_words(result, store.mailbox.get(), store.clock), *told_of_foreign(store)])
    if as_json:
        print_json(asdict(result))
    if result.exit_code:
        raise Ended(words, result.exit_code)
    if not as_json:
        say(words)


def say_what_became_of(done: AtItsHour) -> None:
    """What is worth a word about a message that was kept for an hour."""
    from screens.errors import words_for
    from screens.message_states import title_of

    title = title_of(done.message)
    if done.error is not None:
        text = _("“{title}”, kept for {moment}, cannot be sent: {why}")
        warn(text.format(title=title, moment=dates.moment(done.message.send_at), why=words_for(done.error)))
    elif done.note:
        warn(_("“{title}”: {note}").format(title=title, note=done.note))


def _at_a_terminal() -> bool:
    return any(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


@outbox.command(help=N_("How many mails and SMS are in each state, and what keeps them."))
@json_option
@click.pass_obj
def status(context: Context, as_json: bool) -> None:
    from mail.lock import at_home, holder
    from mail.outbox import settle
    from screens.message_states import DELIVERIES
    from screens.outbox_words import clock_words, copied_words, holder_words, last_run_words, local, state_words
    from screens.sender_words import foreign_words
    from store.senders import foreign_mails

    store = context.store()
    settle(store)
    counts, due = asdict(store.deliveries.counts()), store.deliveries.due()
    state, settings = store.mailbox.state(), store.mailbox.get()
    why = state_words(state, settings, store.clock) if settings else ""
    paused = _paused(store)
    foreign = foreign_mails(store) if store.operators.me().may_any((Right.MESSAGES_SEE, Right.ADMIN)) else {}
    texts = store.sms.standing()
    copied, ahead, someone = not at_home(store), store.deliveries.clock_behind(), holder(store.path)
    if as_json:
        facts = {
            "due": due.now,
            "next_at": due.next_at,
            "mailbox": {"state": state.state, "until": state.until, "reason": why or None},
            "sender": someone,
            "copied": copied,
            "clock": ahead,
            "paused": [one.message_id for one in paused],
            "other_senders": {address: len(ids) for address, ids in foreign.items()},
            "sms": {"due": due.sms, "state": texts.state, "reason": texts.reason or None, "until": texts.until},
        }
        print_json({**counts, **facts})
        return
    numbers = [(_(DELIVERIES[name]), number) for name, number in counts.items()]
    print_table([_("State"), _("How many")], numbers, right=[1])
    if due.now:
        say(ngettext("{n} mail is due now.", "{n} mails are due now.", due.now).format(n=due.now))
    elif due.next_at:
        say(_("The next is due {moment}.").format(moment=local(due.next_at, store.clock)))
    for one in paused:
        say(_paused_words(one))
    if not why and due.now and someone is None:
        why = last_run_words(store.deliveries.last_run(), settings, store.clock)
    for line in (why, *foreign_words(foreign), _texts_words(store, due.sms, texts)):
        if line:
            say(line)
    if copied:
        say(copied_words())
    if ahead:
        say(clock_words(ahead, store.clock))
    if someone:
        say(holder_words(someone, store.clock, settings))


def _paused_words(one: Going) -> str:
    """That a person paused a message, and how it goes on."""
    said = _("“{title}” is paused, {n} wait: cabas outbox resume --message {id}")
    return said.format(title=one.title or _("without a title"), n=one.counts.ready, id=one.message_id)


def _texts_words(store: Store, waiting: int, texts: SmsSettings) -> str:
    """That SMS wait, and what keeps them."""
    from screens.sms_words import waiting_words

    return waiting_words(waiting, texts.reason, texts.answer, texts.until, store.clock) if waiting else ""


def _paused(store: Store) -> list[Going]:
    """The messages that a person paused, for who may see them."""
    from store.delivery_lists import going_now

    if not store.operators.me().may(Right.MESSAGES_SEE):
        return []
    return [one for one in going_now(store) if one.paused and one.counts.ready]


@outbox.command(help=N_("The mails and SMS of which nobody can know whether they arrived."))
@click.option(
    "--look", is_flag=True, help=N_("Look for them in the mailbox's Sent folder first: those there went out.")
)
@json_option
@click.pass_obj
def unknown(context: Context, look: bool, as_json: bool) -> None:
    from mail.outbox import settle
    from screens.delivery_words import kind_of
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
                    "channel": row.channel,
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
        [(row.id, kind_of(row), row.name, row.address, local(row.state_at, store.clock)) for row in rows],
        right=[0],
    )
    say(_("Count them as sent: cabas outbox resolve --all sent; send the same again: … again"))


def _look_into_sent(store: Store) -> str:
    """Settle what is found in the mailbox's Sent folder, and say what that tells; empty where nothing is in doubt."""
    from mail.sent_folder import look_up
    from screens.sending_lines import found_words
    from tui.commands.inbox import reading
    from tui.commands.mailbox import password

    with reading(store):
        found = look_up(store, lambda: password(store))
    return found_words(found, store.clock) if found.found or found.missing or found.too_early else ""


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
    said = _("Paused. What is under way is finished; “cabas outbox resume” goes on.")
    _say_whether_paused(said, message_id, as_json, paused=True)


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
    _say_whether_paused(_("The pause is over. “cabas outbox run” sends."), message_id, as_json, paused=False)


def _say_whether_paused(words: str, message_id: int | None, as_json: bool, *, paused: bool) -> None:
    if as_json:
        print_json({"paused": paused, "message": message_id})
    else:
        say(words)


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
        say(ngettext("{n} is held.", "{n} are held.", waiting).format(n=waiting))
    else:
        text = ngettext("This file sends now; {n} waits.", "This file sends now; {n} wait.", waiting)
        say(text.format(n=waiting))
