"""`cabas message`: tests, and putting a message into the outbox now or at an hour."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from store.channels import EMAIL_ONLY
from store.errors import Invalid
from templates.words import N_, _, dates, ngettext
from tui.commands.message_fields import moment_or_none
from tui.commands.message_plan import Sending, make_sure, tell
from tui.commands.message_writing import message_argument
from tui.commands.options import json_option
from tui.context import Context
from tui.output import Ended, print_json, say, warn

if TYPE_CHECKING:
    from mail.composing import Queued
    from screens.send_plan import Plan
    from store import Store
    from store.message_records import Message

SHOWS_PROGRESS = 200
"""So many mails take long enough for somebody to wonder."""


@click.command(help=N_("Put a test into the outbox, marked [test], as the first recipient gets it."))
@message_argument
@click.option("--to", "addresses", multiple=True, metavar="ADDRESS", help=N_("Where the test goes; several times."))
@click.option("--segment", is_flag=True, help=N_("To everybody of the test segment."))
@click.option("--as", "member", metavar="MEMBER", help=N_("With the fields of this member."))
@json_option
@click.pass_obj
def test(
    context: Context, message_id: int, addresses: tuple[str, ...], segment: bool, member: str | None, as_json: bool
) -> None:
    from mail.composing import queue_tests, test_addresses

    store = context.store()
    whom = tuple(dict.fromkeys((*addresses, *(test_addresses(store) if segment else ()))))
    if not whom:
        raise Ended(_("Say where the test goes: --to ADDRESS, or --segment where the operators have an address."))
    queue_tests(store, message_id, whom, store.members.resolve(member) if member else None)
    if as_json:
        print_json({"addresses": whom})
        return
    for address in whom:
        say(_("The test for {address} is in the outbox. “cabas outbox run” sends it.").format(address=address))


@click.command(help=N_("Freeze a message and put its mails into the outbox; “cabas outbox run” sends them."))
@message_argument
@click.option("--at", "at", metavar="LOCALTIME", help=N_("Keep it for this hour, as 2026-11-22T18:00."))
@click.option("--not-after", metavar="LOCALTIME", help=N_("What is not out by then is held; “none”: no such limit."))
@click.option("--mails", type=int, metavar="N", help=N_("Do not ask, but only send if it is so many mails."))
@click.option("--sms", type=int, metavar="N", help=N_("The same for the SMS, which cost money."))
@click.option("--yes", is_flag=True, help=N_("Do not ask; above the group's limit --mails is needed."))
@click.option("--dry-run", is_flag=True, help=N_("Say what would be done, and do nothing."))
@json_option
@click.pass_obj
def send(
    context: Context,
    message_id: int,
    at: str | None,
    not_after: str | None,
    mails: int | None,
    sms: int | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    from screens.send_plan import read_plan

    store = context.store()
    hour = None if at is None else _hour(store, at)
    plan = read_plan(store, message_id)
    sending = Sending(plan, hour, _until(store, plan, hour, not_after))
    _require_possible(store, sending)
    if not dry_run:
        make_sure(store, sending, mails, sms, yes=yes)
        if hour is None:
            _send(store, sending, quiet=as_json)
        else:
            _keep(store, sending, hour, quiet=as_json)
    if as_json:
        print_json(sending.plain())
    elif dry_run:
        tell(store, sending)


def _require_possible(store: Store, sending: Sending) -> None:
    """Raise what keeping or sending it would raise: a dry run must not promise what cannot be."""
    if sending.hour is not None:
        store.messages.require_hour(sending.hour, sending.until)
    elif sending.until is not None and store.clock.to_utc(sending.until) <= store.clock.now():
        raise Invalid("send_before", sending.until.isoformat(timespec="minutes"), "past")


def _hour(store: Store, text: str) -> datetime:
    """The local moment that comes at the hour that was typed; raises `Invalid`."""
    from screens.schedule_hours import meant, odd_hour

    try:
        found = meant(text, store.clock.wall())
    except ValueError as error:
        raise Invalid("send_at", text, "not_a_moment") from error
    if found is None:
        raise Invalid("send_at", text, "not_a_moment")
    if odd := odd_hour(found, store.clock):
        warn(f"{dates.moment(found)}: {odd}")
    return store.clock.to_wall(store.clock.to_utc(found))


def _until(store: Store, plan: Plan, hour: datetime | None, not_after: str | None) -> datetime | None:
    """Until when it may go: as said, else for a last call the closing that it speaks of."""
    from mail.deadlines import default_send_before

    if not_after is not None:
        return moment_or_none("send_before", not_after)
    return plan.message.send_before or default_send_before(store, plan.message, hour)


def _send(store: Store, sending: Sending, *, quiet: bool) -> None:
    message = replace(sending.plan.message, send_before=sending.until)
    if sending.plan.message.send_before not in (None, sending.until):
        message = store.messages.save(message)
    queued = _frozen(store, sending.plan, message, sending.until)
    if quiet:
        return
    text = ngettext(
        "{n} mail is in the outbox. “cabas outbox run” sends it.",
        "{n} mails are in the outbox. “cabas outbox run” sends them.",
        queued.mails,
    )
    if queued.mails or not (queued.sms or queued.letters or queued.csv):
        say(text.format(n=queued.mails))
    _say_further(queued, message.id or 0)
    _say_until(sending)
    if queued.call_list and message.channels != EMAIL_ONLY:
        text = ngettext(
            "{n} member is to be called: “cabas message calls {id}”.",
            "{n} members are to be called: “cabas message calls {id}”.",
            len(queued.call_list),
        )
        say(text.format(n=len(queued.call_list), id=message.id))
    elif queued.call_list:
        text = ngettext(
            "{n} member has no e-mail: “cabas message calls {id}” says whom to call.",
            "{n} members have no e-mail: “cabas message calls {id}” says whom to call.",
            len(queued.call_list),
        )
        say(text.format(n=len(queued.call_list), id=message.id))


def _say_further(queued: Queued, message_id: int) -> None:
    """What goes beside the mails, and what somebody has to do for it."""
    if queued.sms:
        text = ngettext(
            "{n} SMS is in the outbox. “cabas outbox run” sends it.",
            "{n} SMS are in the outbox. “cabas outbox run” sends them.",
            queued.sms,
        )
        say(text.format(n=queued.sms))
    if queued.letters:
        text = ngettext(
            "{n} letter to print: “cabas message letters {id} -o letters.html”.",
            "{n} letters to print: “cabas message letters {id} -o letters.html”.",
            queued.letters,
        )
        say(text.format(n=queued.letters, id=message_id))
    if queued.csv:
        text = ngettext(
            "{n} member for another tool: “cabas export message {id} --channel csv”.",
            "{n} members for another tool: “cabas export message {id} --channel csv”.",
            queued.csv,
        )
        say(text.format(n=queued.csv, id=message_id))


def _frozen(store: Store, plan: Plan, seen: Message, until: datetime | None) -> Queued:
    """Make the mails; where somebody watches a terminal, say how many are made."""
    from mail.composing import freeze

    message_id = plan.message.id or 0
    if plan.mails < SHOWS_PROGRESS or not sys.stderr.isatty():
        return freeze(store, message_id, seen=seen, send_before=until)
    with click.progressbar(length=plan.mails, label=_("Mails"), file=sys.stderr) as bar:
        return freeze(store, message_id, lambda made, _all: bar.update(made - bar.pos), seen=seen, send_before=until)


def _keep(store: Store, sending: Sending, hour: datetime, *, quiet: bool) -> None:
    from mail.composing import preview
    from screens.message_states import sends_by_itself

    message = replace(sending.plan.message, send_before=sending.until)
    mails = preview(store, message.id or 0)
    worst = mails.at(0) if mails.count else None
    if worst is not None and worst.problem is not None:
        raise worst.problem  # told now, not at its hour when nobody looks
    store.messages.schedule(message.id or 0, hour, expected_mails=sending.plan.outgoing, looked_at=message)
    if quiet:
        return
    say(_("Kept for {moment}.").format(moment=dates.moment(hour)))
    _say_until(sending)
    sends, said = sends_by_itself(store, hour, sending.until)
    (say if sends else warn)(said)


def _say_until(sending: Sending) -> None:
    if sending.until is not None:
        say(_("What is not out by {moment} is held.").format(moment=dates.moment(sending.until)))


COMMANDS: tuple[click.Command, ...] = (test, send)
