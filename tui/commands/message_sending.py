"""`cabas message`: tests, and putting a message into the outbox now or at an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from store.errors import Invalid
from templates.words import N_, _, dates, ngettext
from tui.commands.message_fields import moment_or_none
from tui.commands.message_writing import message_argument
from tui.commands.options import confirmed
from tui.context import Context
from tui.output import Ended, say, warn

if TYPE_CHECKING:
    from mail.letters import Letters
    from store import Store
    from store.message_records import Message


@click.command(help=N_("Put a test into the outbox, marked [test], as the first recipient gets it."))
@message_argument
@click.option("--to", "addresses", multiple=True, metavar="ADDRESS", help=N_("Where the test goes; several times."))
@click.option("--segment", is_flag=True, help=N_("To everybody of the test segment."))
@click.option("--as", "member", metavar="MEMBER", help=N_("With the fields of this member."))
@click.pass_obj
def test(context: Context, message_id: int, addresses: tuple[str, ...], segment: bool, member: str | None) -> None:
    from mail.composing import queue_tests, test_addresses

    store = context.store()
    whom = tuple(dict.fromkeys((*addresses, *(test_addresses(store) if segment else ()))))
    if not whom:
        raise Ended(_("Say where the test goes: --to ADDRESS, or --segment where the operators have an address."))
    queue_tests(store, message_id, whom, store.members.resolve(member) if member else None)
    for address in whom:
        say(_("The test for {address} is in the outbox. “cabas outbox run” sends it.").format(address=address))


@click.command(help=N_("Freeze a message and put its mails into the outbox; “cabas outbox run” sends them."))
@message_argument
@click.option("--at", "at", metavar="LOCALTIME", help=N_("Keep it for this hour, as 2026-11-22T18:00."))
@click.option("--not-after", metavar="LOCALTIME", help=N_("What is not out by then is held; “none”: no such limit."))
@click.option("--mails", type=int, metavar="N", help=N_("Do not ask, but only send if it is so many mails."))
@click.option("--yes", is_flag=True, help=N_("Do not ask; above the group's limit --mails is needed."))
@click.pass_obj
def send(
    context: Context, message_id: int, at: str | None, not_after: str | None, mails: int | None, yes: bool
) -> None:
    from mail import composing
    from mail.letters import read_letters, require_draft
    from store.rights import Right

    store = context.store()
    hour = None if at is None else _hour(store, at)
    letters = read_letters(store, message_id, Right.MESSAGES_SEND)
    require_draft(letters.message)
    letters.require_sendable()
    letters.require_audience()
    count = len(letters.envelopes)
    _make_sure(store, letters, count, mails, yes)
    message = _limited(store, letters, hour, not_after)
    if hour is not None:
        composing.preview(store, message_id)
        _keep(store, message, hour, count)
        return
    if letters.message.send_before not in (None, message.send_before):
        message = store.messages.save(message)
    queued = composing.freeze(store, message_id, version=message.version, send_before=message.send_before)
    text = ngettext(
        "{n} mail is in the outbox. “cabas outbox run” sends it.",
        "{n} mails are in the outbox. “cabas outbox run” sends them.",
        queued.mails,
    )
    say(text.format(n=queued.mails))
    if queued.call_list:
        text = ngettext(
            "{n} member has no e-mail: “cabas message calls {id}” says whom to call.",
            "{n} members have no e-mail: “cabas message calls {id}” says whom to call.",
            len(queued.call_list),
        )
        say(text.format(n=len(queued.call_list), id=message_id))


def _hour(store: Store, text: str) -> datetime:
    from screens.schedule_hours import meant

    try:
        found = meant(text, store.clock.wall())
    except ValueError as error:
        raise Invalid("send_at", text, "not_a_moment") from error
    if found is None:
        raise Invalid("send_at", text, "not_a_moment")
    return found


def _make_sure(store: Store, letters: Letters, count: int, mails: int | None, yes: bool) -> None:
    """Ask, or look whether it is as many as a script expects; "everyone" is never an accident."""
    if mails is not None:
        if mails != count:
            text = ngettext("It would be {n} mail, not {mails}.", "It would be {n} mails, not {mails}.", count)
            raise Ended(f"{text.format(n=count, mails=mails)} {_('Nothing was put into the outbox.')}")
        return
    many = count > store.settings.limits().ask_above
    if yes and many:
        text = ngettext(
            "It would be {n} mail: --mails {n} means it.", "It would be {n} mails: --mails {n} means it.", count
        )
        raise Ended(f"{text.format(n=count)} {_('Nothing was put into the outbox.')}")
    if yes:
        return
    title = letters.message.title
    if not many:
        question = ngettext("Send “{title}”: {n} mail?", "Send “{title}”: {n} mails?", count)
        sure = confirmed(question.format(title=title, n=count))
    else:
        question = ngettext("Send “{title}”: {n} mail?", "Send “{title}”: {n} mails?", count).format(
            title=title, n=count
        )
        sure = _number_typed(f"{question} {_('Type the number of mails')}") == str(count)
    if not sure:
        raise Ended(_("Nothing was put into the outbox."))


def _number_typed(question: str) -> str:
    try:
        return str(click.prompt(question, err=True)).strip()
    except click.Abort:
        warn("")
        raise Ended(_("Nobody answered: nothing was done. --mails N does it without asking.")) from None


def _limited(store: Store, letters: Letters, hour: datetime | None, not_after: str | None) -> Message:
    """The message with the moment until which it may go: as said, else for a last call the closing it speaks of."""
    from mail.deadlines import default_send_before

    message = letters.message
    limit = message.send_before
    if not_after is not None:
        limit = moment_or_none("send_before", not_after)
    elif limit is None:
        limit = default_send_before(store, message, hour)
    if limit is not None:
        say(_("What is not out by {moment} is held.").format(moment=dates.moment(limit)))
    return replace(message, send_before=limit)


def _keep(store: Store, message: Message, hour: datetime, count: int) -> None:
    from screens.message_states import sends_by_itself
    from screens.schedule_hours import by_the_clock, odd_hour

    comes = by_the_clock(hour, store.clock)
    store.messages.schedule(message.id or 0, comes, expected_mails=count, looked_at=message)
    odd = odd_hour(hour, store.clock)
    said = dates.moment(comes) + (f" ({odd})" if odd else "")
    say(_("Kept for {moment}.").format(moment=said))
    warn(sends_by_itself(store))


COMMANDS: tuple[click.Command, ...] = (test, send)
