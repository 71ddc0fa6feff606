"""The fields of a message as options of the command line, and a message with what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from store.channels import CHANNELS
from store.messages import KINDS
from templates.words import LANGUAGES, N_, _, known
from tui.commands.distribution_days import day_said, moment_said
from tui.commands.segment_words import warn_of_doubts
from tui.output import Ended, warn
from tui.paths import TextFile
from tui.standard_input import read_whole

if TYPE_CHECKING:
    from store import Store

Command = TypeVar("Command", bound=Callable[..., Any])

AS_SAID = ("subject", "label", "kind", "from_address", "from_name", "reply_to", "service_reason", "language")
TEXTS = {"body_file": "text", "sms_file": "sms_text", "letter_file": "letter_text", "call_file": "call_text"}
"""The fields that are read from a file."""
NONE = ("", "none")
"""What empties a date, an hour or the distribution."""

_OPTIONS = (
    click.option("--segment", "words", metavar="WORDS", help=N_("Who gets it, as for cabas segment.")),
    click.option("--subject", help=N_("The subject; may hold fields.")),
    click.option("--body-file", type=TextFile(), help=N_("The text in UTF-8; - for stdin.")),
    click.option(
        "--channel",
        "channels",
        multiple=True,
        type=click.Choice(CHANNELS),
        help=N_("How it goes, once for each: the first that reaches a member is taken. Who is left is called."),
    ),
    click.option("--sms-text", "sms_file", type=TextFile(), metavar="FILE", help=N_("The SMS, without Markdown.")),
    click.option(
        "--letter-text",
        "letter_file",
        type=TextFile(),
        metavar="FILE",
        help=N_("The letter, where the mail's differs."),
    ),
    click.option(
        "--call-text", "call_file", type=TextFile(), metavar="FILE", help=N_("What to say on the phone instead.")
    ),
    click.option(
        "--language", type=click.Choice(LANGUAGES), help=N_("Of the text, its fields and a starter; else the group's.")
    ),
    click.option("--label", help=N_("What the message is called here.")),
    click.option(
        "--kind", type=click.Choice(KINDS), metavar="KIND", help=N_("targeted, opening, last_call, pickup, automatic.")
    ),
    click.option(
        "--service",
        "service_reason",
        metavar="REASON",
        help=N_("A service message, that goes to who opted out too, and why; an empty one makes it like others."),
    ),
    click.option("--distribution", metavar="D", help=N_("Which one the text speaks of: next, a day, or an id.")),
    click.option("--from", "from_address", metavar="ADDRESS", help=N_("The sender: an address of the mailbox.")),
    click.option("--from-name", help=N_("The sender's name, else the group's.")),
    click.option("--reply-to", help=N_("The address that answers go to.")),
    click.option("--counts-from", metavar="DAY", help=N_("The day from which orders count for its results.")),
    click.option("--closes-on", metavar="DAY", help=N_("The last day that counts.")),
    click.option("--send-before", metavar="LOCALTIME", help=N_("What is not out by then is held: 2026-11-22T18:00.")),
)


def field_options(command: Command) -> Command:
    """Give a command the options of all fields of a message; one that is not given is None."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def fields_said(store: Store, given: dict[str, Any]) -> dict[str, Any]:
    """The fields of `Message` that the options say; raises `Invalid`, `SegmentError`, `NotFound` and `Ended`."""
    from mail.letters import require_address

    fields = {name: given[name] for name in AS_SAID if given[name] is not None}
    if given["words"] is not None:
        fields["segment"] = store.segments.read(given["words"])
        store.segments.step_counts(fields["segment"])  # a name in it that nobody knows is told now, not at the sending
        warn_of_doubts(store, fields["segment"])
    fields |= texts_said({field: given[option] for option, field in TEXTS.items() if given[option] is not None})
    if given["channels"]:
        fields["channels"] = tuple(name for name in CHANNELS if name in given["channels"])
    if fields.get("language") == known(store.settings.group().language):
        fields["language"] = ""
    if fields.get("reply_to"):
        require_address("reply_to", fields["reply_to"])
    if given["distribution"] is not None:
        named = given["distribution"].strip()
        fields["distribution_id"] = None if named in (*NONE, "next") else store.distributions.resolve(named)
    for name in ("counts_from", "closes_on"):
        if given[name] is not None:
            fields[name] = _day(given[name])
    if given["send_before"] is not None:
        fields["send_before"] = moment_or_none("send_before", given["send_before"])
    return fields


def texts_said(files: Mapping[str, BinaryIO]) -> dict[str, str]:
    """The texts of files, by field; raises `UsageError` where two are to come from the standard input, and `Ended`."""
    if len({id(file) for file in files.values()}) < len(files):  # "-" is the same open file each time
        raise click.UsageError(_("Only one text can come from the standard input."))
    return {field: text_said(file) for field, file in files.items()}


def moment_or_none(field: str, text: str) -> datetime | None:
    """A local moment as typed, None for "none"; raises `Invalid`."""
    return None if text.strip() in NONE else moment_said(field, text)


def warn_of_text(store: Store, message_id: int) -> None:
    """Tell at once what will keep the draft from being sent; it is kept all the same."""
    from mail import composing
    from mail.refused import TextRefused
    from screens.errors import words_for

    try:
        composing.preview(store, message_id)
    except TextRefused as error:
        warn(words_for(error))


def _day(text: str) -> date | None:
    return None if text.strip() in NONE else day_said(text)


_MOST = 4 * 2**20
"""Octets of a text that are read: more than any message may have, and no more than the memory has room for."""


def text_said(body: BinaryIO) -> str:
    """The text of a file in UTF-8; raises `Ended` for another encoding."""
    content = read_whole(_MOST, body)
    try:
        # Cut short it is too long, and refused by its length, not by half a character at its end.
        return content.decode("utf-8-sig", "strict" if len(content) < _MOST else "ignore")
    except UnicodeDecodeError as error:
        raise Ended(_("{file} is not in UTF-8. Save it as UTF-8, then try again.").format(file=body.name)) from error
