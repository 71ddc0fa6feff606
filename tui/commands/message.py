"""`cabas message`: the messages there are, what became of them, and what can be done with one."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from screens.channel_words import channels_words, way_words
from screens.message_states import DELIVERIES, counts_line, state_words, tested_words, title_of
from screens.text import labelled
from store.channels import EMAIL_ONLY
from store.errors import NotFound
from store.message_records import MessageState
from templates.words import N_, _, dates, languages, ngettext
from tui.commands.message_advice import COMMANDS as ADVICE
from tui.commands.message_calls import COMMANDS as CALLS
from tui.commands.message_channels import COMMANDS as CHANNELS
from tui.commands.message_channels import show_channel
from tui.commands.message_results import COMMANDS as RESULTS
from tui.commands.message_sending import COMMANDS as SENDING
from tui.commands.message_writing import COMMANDS as WRITING
from tui.commands.message_writing import message_argument
from tui.commands.options import confirmed, json_option
from tui.context import Context
from tui.output import Ended, print_json, print_table, say

if TYPE_CHECKING:
    from datetime import datetime

    from mail.composing import FrozenPreview, Preview
    from store import Store
    from store.message_records import Message, MessageRow, RecipientRow

STATES = ("draft", "scheduled", "queued", "cancelled")


@click.group(
    help=N_("Messages: write a draft, look at it, test it, put it into the outbox, see what became of it."),
    short_help=N_("Write to the members of a segment."),
)
def message() -> None:
    pass


for command in (*WRITING, *ADVICE, *SENDING, *CALLS, *CHANNELS, *RESULTS):
    message.add_command(command)


@message.command("list", help=N_("The messages, the last touched first."))
@click.option("--state", type=click.Choice(STATES), help=N_("Only those that stand there."))
@click.option("--archived", is_flag=True, help=N_("Those that were put away instead."))
@click.option("--automatic", is_flag=True, help=N_("Those that workflows sent instead."))
@json_option
@click.pass_obj
def list_(context: Context, state: str | None, archived: bool, automatic: bool, as_json: bool) -> None:
    from mail.schedule import obstacle
    from screens.errors import words_for

    store = context.store()
    rows = store.messages.all(MessageState(state) if state else None, archived=archived, automatic=automatic)
    if as_json:
        print_json([{**asdict(row), "counts": asdict(row.counts)} for row in rows])
    elif rows:
        print_table(
            (_("number"), _("message"), _("state"), _("date"), _("mails")),
            [(*_named(store, row), dates.moment(_moment(store, row)), counts_line(row.counts)) for row in rows],
            right=(0,),
        )
        for row in rows:
            if row.state is MessageState.SCHEDULED and (found := obstacle(store, row.id)) is not None:
                say(f"! {row.id}: {words_for(found)}")
    elif automatic:
        say(_("No workflow has sent anything yet."))
    else:
        say(_("No message yet. “cabas message new --help” says how to write one."))


def _named(store: Store, row: MessageRow) -> tuple[int, str, str]:
    return row.id, title_of(row), state_words(row, row.counts, wall=store.clock.wall())


def _moment(store: Store, row: MessageRow) -> datetime:
    return store.clock.to_wall(row.queued_at or row.changed_at)


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
        lists = {"recipients": recipients, "calls": store.messages.calls(message_id)}
        counts = asdict(store.deliveries.counts(message_id))
        print_json({**asdict(found), "segment": words(found.segment), **lists, "counts": counts})
        return
    from screens.message_lines import read_found

    read = read_found(store, message_id)
    say(f"{title_of(found)}  [{state_words(found, read.counts, wall=store.clock.wall())}]")
    for line in _lines(store, found):
        say(line)
    if read.reached:
        say(labelled(_("Now"), read.reached))
    for line in (read.note and f"! {read.note}", read.truth):
        if line:
            say(line)
    for name, text in (
        ("", found.text),
        (_("SMS"), found.sms_text),
        (_("Letter"), found.letter_text),
        (_("Call"), found.call_text),
    ):
        if text:
            say(f"\n{name}:\n{text}" if name else f"\n{text}")
    if recipients:
        say(counts_line(read.counts))
        print_table(
            (_("name"), _("address or phone"), _("state")),
            [(row.name, row.address or row.phone, _became(store, row)) for row in recipients],
        )


def _became(store: Store, row: RecipientRow) -> str:
    """What became of the mail, and why, and since when somebody refuses such mails."""
    from screens.message_lines import refused_words
    from screens.outbox_words import reason_words

    if not row.delivery_state:
        refused = refused_words(row.refused, store.clock) if row.reach == "opted_out" else ""
        return refused or _as_handed(row, store)
    state = _(DELIVERIES[row.delivery_state])
    return labelled(state, reason_words(row.reason)) if row.reason else state


def _as_handed(row: RecipientRow, store: Store) -> str:
    """How somebody without a mail or SMS hears of it, and whether that is done."""
    way = way_words(row.reach, row.channel)
    if row.handed_at is None:
        return labelled(way, _("archived")) if row.gone else way
    return labelled(way, _("written {when}").format(when=dates.moment(store.clock.to_wall(row.handed_at))))


def _lines(store: Store, found: Message) -> list[str]:
    """What is said of a message beside its text; nothing of what is as usual."""
    whom = _("not known, imported") if found.imported else store.segments.in_words(found.segment)
    lines = [_("To: {segment}").format(segment=whom)]
    if found.channels != EMAIL_ONLY:
        lines.append(_("By: {channels}").format(channels=channels_words(found.channels)))
    sender = " ".join(part for part in (found.from_name, found.from_address and f"<{found.from_address}>") if part)
    for text, value in (
        (N_("From: {value}"), sender),
        (N_("Answers to: {value}"), found.reply_to),
        (N_("Language: {value}"), found.language and languages.name(found.language)),
        (N_("Service message: {value}"), found.service_reason),
        (N_("Orders count from: {value}"), found.counts_from and dates.day(found.counts_from, year=True)),
        (N_("Orders count until: {value}"), found.closes_on and dates.day(found.closes_on, year=True)),
        (N_("Not after: {value}"), found.send_before and dates.moment(found.send_before)),
        (N_("Files: {value}"), ", ".join(file.name for file in found.files)),
        (N_("Kept by: {value}"), found.scheduled_by),
        (N_("Put away: {value}"), found.archived_at and dates.moment(store.clock.to_wall(found.archived_at))),
    ):
        if value:
            lines.append(_(text).format(value=value))
    if found.imported and found.queued_at is not None:
        day = dates.day(store.clock.to_wall(found.queued_at).date(), year=True)
        lines.append(_("Imported: another system sent it on {day}.").format(day=day))
    if found.queued_at is None:
        lines.append(tested_words(found, store.clock))
    if found.subject or "email" in found.channels:
        lines.append(_("Subject: {subject}").format(subject=found.subject))
    return lines


@message.command(help=N_("The mail as a recipient will get it; those that look wrong come first."))
@message_argument
@click.option("--number", default=1, show_default=True, help=N_("Which mail, from 1."))
@click.option("--to", "whom", metavar="TEXT", help=N_("The first mail to this name or address, or a part of it."))
@click.option(
    "--channel",
    type=click.Choice(("email", "sms", "letter", "csv", "call")),
    default="email",
    show_default=True,
    help=N_("What goes by another channel, or what to say on the phone."),
)
@click.option("--html", "form", flag_value="html", help=N_("The HTML, for a browser."))
@click.option("--source", "form", flag_value="source", help=N_("The mail as it is sent, headers and all."))
@click.pass_obj
def preview(context: Context, message_id: int, number: int, whom: str | None, channel: str, form: str | None) -> None:
    from mail import composing
    from screens.preview_marks import wrong_words

    if channel != "email":
        if form == "source":
            raise click.UsageError(_("Only a mail has a source."))
        show_channel(context.store(), message_id, channel, number, whom, html=form == "html")
        return
    mails = composing.preview(context.store(), message_id)
    if "email" not in mails.message.channels:
        raise Ended(_("This message goes by no mail: --channel says which other way to look at."))
    if not mails.count:
        raise Ended(_("Nobody would get this mail: nobody is chosen. Choose people first."))
    if not 0 < number <= mails.count:
        raise Ended(_("There are {n} mails: choose one from 1 to {n}.").format(n=mails.count))
    if whom is not None:
        number = _mail_to(mails, whom)
    shown = mails.at(number - 1)
    if shown.problem is not None:
        raise shown.problem
    if form == "source":
        say(mails.source(number - 1))
        return
    if form == "html":
        say(mails.html_file(number - 1))
        return
    say(_("Mail {number} of {count}, {wrong} look wrong").format(number=number, count=mails.count, wrong=mails.wrong))
    for sentence in wrong_words(shown):
        say(f"! {sentence}")
    say(_("To: {name} <{address}>").format(name=shown.name, address=shown.address))
    say(_("Subject: {subject}").format(subject=shown.subject))
    say(f"\n{shown.text}")


def _mail_to(mails: Preview | FrozenPreview, whom: str) -> int:
    """Which mail, from 1, goes to a name or address; raises `NotFound`."""
    from store.folding import fold

    for index in range(mails.count):
        if fold(whom) in fold(mails.whom(index)):
            return index + 1
    raise NotFound("recipient", whom)


@message.command(
    help=N_("How many mails and SMS of a message are in each state, and what is still to be done by hand.")
)
@message_argument
@json_option
@click.pass_obj
def status(context: Context, message_id: int, as_json: bool) -> None:
    store = context.store()
    found = store.messages.get(message_id)
    counts = store.deliveries.counts(message_id)
    if as_json:
        print_json(asdict(counts))
        return
    state = state_words(found, counts, wall=store.clock.wall())
    say(f"{title_of(found)}  [{state}]  {counts_line(counts)}")
    if found.queued_at is not None and found.channels != EMAIL_ONLY:
        if found.state is MessageState.QUEUED:
            _say_handed(store, message_id)
        left = store.messages.call_list(message_id).left
        if left:
            say(ngettext("{n} to call", "{n} to call", left).format(n=left))


def _say_handed(store: Store, message_id: int) -> None:
    """How many letters and rows there are, and which command writes those that nobody has written yet."""
    from screens.message_handing import handed_lines

    how = {
        "letter": f"cabas message letters {message_id}",
        "csv": f"cabas export message {message_id} --channel csv",
    }
    for line in handed_lines(store.messages.recipients(message_id), store.clock, how):
        say(line)


@message.command(help=N_("Hold what has not gone yet; a message kept for its hour is a draft again."))
@message_argument
@click.pass_obj
def cancel(context: Context, message_id: int) -> None:
    store = context.store()
    if store.messages.get(message_id).state.value == "scheduled":
        store.messages.unschedule(message_id)
        say(_("It goes at no hour any more: the message is a draft again."))
        return
    held = store.messages.cancel(message_id)
    text = ngettext("Cancelled: {n} will not go.", "Cancelled: {n} will not go.", held)
    say(text.format(n=held))
    _say_vouchers(store, message_id)


def _say_vouchers(store: Store, message_id: int) -> None:
    """That the vouchers of a cancelled message stay good, as some of it may have been read."""
    from store.voucher_records import VoucherState

    n = sum(total.count for total in store.vouchers.totals(message_id) if total.state is VoucherState.OPEN)
    if n:
        text = ngettext(
            "{n} voucher of it can be used still: cabas voucher cancel --message {id}",
            "{n} vouchers of it can be used still: cabas voucher cancel --message {id}",
            n,
        )
        say(text.format(n=n, id=message_id))


@message.command(help=N_("Delete a draft, or what was imported; what was sent stays."))
@message_argument
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@click.pass_obj
def delete(context: Context, message_id: int, yes: bool) -> None:
    store = context.store()
    found = store.messages.get(message_id)
    question = _("Delete the draft “{title}”?")
    if found.imported:
        question = _("Delete “{title}”, its recipients and figures? Its file can be imported again.")
    if not yes and not confirmed(question.format(title=title_of(found))):
        raise Ended(_("Nothing was deleted."))
    store.messages.delete(message_id)
    say(_("Deleted."))


@message.command(help=N_("Put messages away that are over; they are in no list any more, but with list --archived."))
@click.argument("numbers", metavar="ID...", nargs=-1, required=True, type=int)
@click.pass_obj
def archive(context: Context, numbers: tuple[int, ...]) -> None:
    store = context.store()
    for number in numbers:
        store.messages.archive(number)
    say(ngettext("{n} message is put away.", "{n} messages are put away.", len(numbers)).format(n=len(numbers)))


@message.command(help=N_("Bring messages back that were put away."))
@click.argument("numbers", metavar="ID...", nargs=-1, required=True, type=int)
@click.pass_obj
def unarchive(context: Context, numbers: tuple[int, ...]) -> None:
    store = context.store()
    for number in numbers:
        store.messages.unarchive(number)
    say(
        ngettext("{n} message is back in the list.", "{n} messages are back in the list.", len(numbers)).format(
            n=len(numbers)
        )
    )
