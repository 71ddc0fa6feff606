"""`cabas message`: what a message says by other ways than mail, and its letters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from store.errors import NotFound
from templates.words import N_, _, dates, ngettext
from tui.commands.message_writing import message_argument
from tui.context import Context
from tui.output import Ended, put_out, say, warn
from tui.paths import Writable

if TYPE_CHECKING:
    from mail.composing import ChannelPreview, ChannelShown
    from store import Store


@click.command(help=N_("Write the letters of a message as HTML to be printed, one a page, the address in the window."))
@message_argument
@click.option(
    "-o",
    "--output",
    type=Writable(dash=True),
    metavar="FILE",
    help=N_("Write to this file, which must not be there yet; without it to the standard output."),
)
@click.pass_obj
def letters(context: Context, message_id: int, output: Path | None) -> None:
    from mail.paper import paper
    from store.handing import hand_over

    store = context.store()
    made = paper(store, message_id)
    if not made.letters:
        raise Ended(_("Nobody gets a letter of this message."))
    text = ngettext("{n} letter", "{n} letters", made.letters).format(n=made.letters)
    _warn_of_former(store, message_id, "letter")
    _hand_out(made.html, output, text)
    hand_over(store, message_id, "letter")


def write_rows(store: Store, message_id: int, output: Path | None) -> None:
    """Write the rows of a message for another tool, and that they were handed over."""
    from mail.channel_csv import export_rows
    from store.handing import hand_over

    made = export_rows(store, message_id)
    _warn_of_former(store, message_id, "csv")
    _hand_out(made.content, output, ngettext("{n} recipient", "{n} recipients", made.rows).format(n=made.rows))
    hand_over(store, message_id, "csv")


def _warn_of_former(store: Store, message_id: int, channel: str) -> None:
    """Say that somebody has written them before: who does not know of each other sends them twice."""
    from screens.message_handing import last_written

    last = last_written(store.messages.recipients(message_id), channel)
    if last is not None:
        when = dates.moment(store.clock.to_wall(last))
        warn("! " + _("Written before, {when}: see that nobody sends them twice.").format(when=when))


def _hand_out(content: bytes, output: Path | None, count: str) -> None:
    if output is None or str(output) == "-":
        put_out(content)
        return
    from store.exchange.export_folder import write_new

    write_new(output, content)
    warn(_("{count} in {path}").format(count=count, path=output))


def show_channel(store: Store, message_id: int, channel: str, number: int, whom: str | None, *, html: bool) -> None:
    """Say what one recipient hears by a channel, by its place from 1 or by name; raises `Ended` and `NotFound`."""
    from mail.composing import channel_preview

    found = channel_preview(store, message_id, channel)
    if not found.count:
        raise Ended(_("This channel reaches nobody of the message."))
    if not 0 < number <= found.count:
        raise Ended(_("There are {n} of them: choose one from 1 to {n}.").format(n=found.count))
    place = number - 1 if whom is None else _place(found, whom)
    shown = found.at(place)
    if shown.problem is not None:
        raise shown.problem
    if html:
        say(found.html_file(place))
        return
    say(_("{number} of {count}").format(number=place + 1, count=found.count))
    for line in _lines(shown):
        say(line)
    say(f"\n{shown.text}")
    if shown.sms:
        say(f"\n{_('SMS')}: {shown.sms}")


def _place(found: ChannelPreview, whom: str) -> int:
    from store.folding import fold

    for place in range(found.count):
        if fold(whom) in fold(found.whom(place)):
            return place
    raise NotFound("recipient", whom)


def _lines(shown: ChannelShown) -> list[str]:
    """Whom it is for and what it takes."""
    address = ", ".join(shown.address.splitlines())
    lines = [_("To: {segment}").format(segment=", ".join(part for part in (shown.name, address) if part))]
    if shown.subject:
        lines.append(_("Subject: {subject}").format(subject=shown.subject))
    if shown.parts is not None:
        size = _("{characters} of {of} characters").format(characters=shown.parts.characters, of=shown.parts.of)
        lines.append(f"{size}, " + ngettext("{n} SMS", "{n} SMS", shown.parts.parts).format(n=shown.parts.parts))
    return lines


COMMANDS: tuple[click.Command, ...] = (letters,)
