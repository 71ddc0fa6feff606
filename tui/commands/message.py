"""`cabas message`: drafts, tests, and putting a message into the outbox."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

import click

from screens.message_states import DELIVERIES, REACHES, counts_line, sends_by_itself, state_words
from templates.words import N_, _, dates, ngettext
from tui.commands.options import confirmed, json_option
from tui.context import Context
from tui.output import Ended, print_json, print_table, say, warn

if TYPE_CHECKING:
    from store import Store
    from store.message_records import Message

DAY = click.DateTime(["%Y-%m-%d"])
HOUR = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])

message_argument = click.argument("message_id", metavar="ID", type=int)


@click.group(
    help=N_("Messages: write a draft, look at it, test it, put it into the outbox, see what became of it."),
    short_help=N_("Write to the members of a segment."),
)
def message() -> None:
    pass


@message.command(help=N_("Write a draft for a segment; the text is Markdown with fields as {{ first_name }}."))
@click.option("--segment", "words", required=True, metavar="WORDS", help=N_("Who gets it, as for cabas segment."))
@click.option("--subject", required=True, help=N_("The subject; may hold fields."))
@click.option("--body-file", required=True, type=click.File("rb"), help=N_("The text in UTF-8; - for stdin."))
@click.option("--label", default="", help=N_("What the message is called here."))
@click.option("--from-name", default="", help=N_("The sender's name, else the group's."))
@click.option("--reply-to", default="", help=N_("The address that answers go to."))
@click.option("--counts-from", type=DAY, help=N_("The day from which orders count for its results."))
@click.option("--closes-on", type=DAY, help=N_("The last day that counts."))
@json_option
@click.pass_obj
def new(
    context: Context,
    words: str,
    subject: str,
    body_file: BinaryIO,
    label: str,
    from_name: str,
    reply_to: str,
    counts_from: datetime | None,
    closes_on: datetime | None,
    as_json: bool,
) -> None:
    from mail.letters import require_address
    from store.segments import parse

    store = context.store()
    segment = parse(words)
    store.segments.step_counts(segment)  # a name in it that nobody knows is told now, not at the sending
    if reply_to:
        require_address("reply_to", reply_to)
    message_id = store.messages.new(
        segment,
        subject=subject,
        text=_text(body_file),
        label=label,
        from_name=from_name,
        reply_to=reply_to,
        counts_from=counts_from.date() if counts_from else None,
        closes_on=closes_on.date() if closes_on else None,
    )
    _warn_of_text(store, message_id)
    if as_json:
        print_json({"id": message_id})
    else:
        say(_("Draft {id} is kept. To see it: cabas message preview {id}").format(id=message_id))


@message.command("list", help=N_("The messages, the last touched first."))
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    rows = context.store().messages.all()
    if as_json:
        print_json([{**asdict(row), "counts": asdict(row.counts)} for row in rows])
    elif rows:
        clock = context.store().clock
        print_table(
            (_("number"), _("message"), _("state"), _("date"), _("mails")),
            [
                (
                    row.id,
                    row.title or _("(no subject)"),
                    state_words(row, row.counts),
                    dates.moment(clock.to_wall(row.queued_at or row.changed_at)),
                    counts_line(row.counts),
                )
                for row in rows
            ],
            right=(0,),
        )
    else:
        say(_("No message yet. “cabas message new --help” says how to write one."))


@message.command(help=N_("A message: its words, its people, what became of its mails, whom to call."))
@message_argument
@json_option
@click.pass_obj
def show(context: Context, message_id: int, as_json: bool) -> None:
    from store.segments import words

    store = context.store()
    found = store.messages.get(message_id)
    recipients = store.messages.recipients(message_id)
    if as_json:
        shown = {**asdict(found), "segment": words(found.segment), "recipients": [asdict(row) for row in recipients]}
        print_json(shown)
        return
    say(f"{found.title or _('(no subject)')}  [{state_words(found)}]")
    say(_("To: {segment}").format(segment=words(found.segment)))
    say(_("Subject: {subject}").format(subject=found.subject))
    say(f"\n{found.text}")
    if recipients:
        say(counts_line(store.deliveries.counts(message_id)))
        print_table(
            (_("name"), _("address or phone"), _("state")),
            [
                (
                    row.name,
                    row.address or row.phone,
                    _(DELIVERIES[row.delivery_state] if row.delivery_state else REACHES[row.reach]),
                )
                for row in recipients
            ],
        )


@message.command(help=N_("The mail as a recipient will get it; those that look wrong come first."))
@message_argument
@click.option("--number", default=1, show_default=True, help=N_("Which mail, from 1."))
@click.option("--html", "form", flag_value="html", help=N_("The HTML, for a browser."))
@click.option("--source", "form", flag_value="source", help=N_("The mail as it is sent, headers and all."))
@click.pass_obj
def preview(context: Context, message_id: int, number: int, form: str | None) -> None:
    from mail import composing

    mails = composing.preview(context.store(), message_id)
    if not mails.count:
        raise Ended(_("Nobody would get this mail: nobody is chosen. Choose people first."))
    if not 0 < number <= mails.count:
        raise Ended(_("There are {n} mails: choose one from 1 to {n}.").format(n=mails.count))
    shown = mails.at(number - 1)
    if shown.problem is not None:
        raise shown.problem
    if form == "source":
        say(mails.source(number - 1))
        return
    if form == "html":
        say(shown.html)
        return
    say(_("Mail {number} of {count}, {wrong} look wrong").format(number=number, count=mails.count, wrong=mails.wrong))
    say(_("To: {name} <{address}>").format(name=shown.name, address=shown.address))
    say(_("Subject: {subject}").format(subject=shown.subject))
    say(f"\n{shown.text}")


@message.command(help=N_("Put one mail for ADDRESS into the outbox, marked [test], as the first recipient gets it."))
@message_argument
@click.option("--to", "address", required=True, metavar="ADDRESS", help=N_("Where the test goes."))
@click.option("--as", "member", metavar="MEMBER", help=N_("With the fields of this member."))
@click.pass_obj
def test(context: Context, message_id: int, address: str, member: str | None) -> None:
    from mail import composing

    store = context.store()
    composing.queue_test(store, message_id, address, store.members.resolve(member) if member else None)
    say(_("The test for {address} is in the outbox. “cabas outbox run” sends it.").format(address=address))


@message.command(help=N_("Freeze a message and put its mails into the outbox; “cabas outbox run” sends them."))
@message_argument
@click.option("--at", "at", type=HOUR, metavar="LOCALTIME", help=N_("Keep it for this hour, as 2026-11-22T18:00."))
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@click.pass_obj
def send(context: Context, message_id: int, at: datetime | None, yes: bool) -> None:
    from mail import composing
    from mail.letters import read_letters, require_draft
    from store.rights import Right

    store = context.store()
    letters = read_letters(store, message_id, Right.MESSAGES_SEND)
    require_draft(letters.message)
    letters.require_sendable()
    letters.require_audience()
    mails = len(letters.envelopes)
    if not yes:
        _ask(letters.message, mails)
    if at is not None:
        composing.preview(store, message_id)
        store.messages.schedule(message_id, at)
        say(_("Kept for {moment}.").format(moment=dates.moment(at)))
        warn(sends_by_itself())
        return
    queued = composing.freeze(store, message_id)
    text = ngettext(
        "{n} mail is in the outbox. “cabas outbox run” sends it.",
        "{n} mails are in the outbox. “cabas outbox run” sends them.",
        queued.mails,
    )
    say(text.format(n=queued.mails))
    if queued.call_list:
        text = ngettext(
            "{n} member has no e-mail: “cabas message show {id}” says whom to call.",
            "{n} members have no e-mail: “cabas message show {id}” says whom to call.",
            len(queued.call_list),
        )
        say(text.format(n=len(queued.call_list), id=message_id))


@message.command(help=N_("How many mails of a message are in each state."))
@message_argument
@json_option
@click.pass_obj
def status(context: Context, message_id: int, as_json: bool) -> None:
    store = context.store()
    found = store.messages.get(message_id)
    counts = store.deliveries.counts(message_id)
    if as_json:
        print_json(asdict(counts))
    else:
        say(f"{found.title or _('(no subject)')}  [{state_words(found, counts)}]  {counts_line(counts)}")


@message.command(help=N_("Hold what has not gone yet; a message kept for its hour is a draft again."))
@message_argument
@click.pass_obj
def cancel(context: Context, message_id: int) -> None:
    held = context.store().messages.cancel(message_id)
    text = ngettext("Cancelled: {n} mail will not go.", "Cancelled: {n} mails will not go.", held)
    say(text.format(n=held))


@message.command(help=N_("Delete a draft; what was sent stays."))
@message_argument
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@click.pass_obj
def delete(context: Context, message_id: int, yes: bool) -> None:
    store = context.store()
    found = store.messages.get(message_id)
    question = _("Delete the draft “{title}”?").format(title=found.title or _("(no subject)"))
    if not yes and not confirmed(question):
        raise Ended(_("Nothing was deleted."))
    store.messages.delete(message_id)
    say(_("Deleted."))


def _text(body: BinaryIO) -> str:
    try:
        return bytes(body.read()).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Ended(_("{file} is not in UTF-8. Save it as UTF-8, then try again.").format(file=body.name)) from error


def _warn_of_text(store: Store, message_id: int) -> None:
    """Tell at once what will keep the draft from being sent; it is kept all the same."""
    from mail import composing
    from mail.refused import TextRefused
    from screens.errors import words_for

    try:
        composing.preview(store, message_id)
    except TextRefused as error:
        warn(words_for(error))


def _ask(message: Message, mails: int) -> None:
    question = ngettext("Send “{title}”: {n} mail?", "Send “{title}”: {n} mails?", mails)
    if not confirmed(question.format(title=message.title, n=mails)):
        raise Ended(_("Nothing was put into the outbox."))
