"""`cabas inbox`: read what came back of the mails, see it, and decide about what no program may decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from store.rights import Right
from templates.words import N_, _, ngettext
from tui.commands.options import json_option
from tui.context import Context
from tui.output import FAILED, NOT_NOW, Ended, print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.came_back_records import CameBack


@click.group(help=N_("What came back of the mails: bounces, and answers that say STOP."))
def inbox() -> None:
    pass


@inbox.command(help=N_("Read what is new in the mailbox; nothing in it is changed. 3: not now."))
@json_option
@click.pass_obj
def read(context: Context, as_json: bool) -> None:
    from mail.inbox import read_inbox
    from screens.came_back_words import found_words
    from tui.commands.mailbox import password

    store = context.store()
    with reading(store):
        result = read_inbox(store, lambda: password(store))
    if as_json:
        print_json(result)
        return
    say(found_words(result))
    if (result.stop_words or result.unclear) and store.operators.me().may(Right.MESSAGES_SEE):
        say(_("Look at them: cabas inbox list"))


@contextmanager
def reading(store: Store) -> Iterator[None]:
    """Say in words why the mailbox cannot be read; what may be over in a while is "not now"."""
    from mail.mailbox import NETWORK, MailboxFault
    from screens.outbox_words import fault_words
    from tui.commands.mailbox import settings_of

    try:
        yield
    except MailboxFault as fault:
        code = NOT_NOW if fault.kind in NETWORK | {"quota", "busy"} else FAILED
        raise Ended(fault_words(fault.kind, fault.trace.answer, settings_of(store), "imap"), code) from fault


@inbox.command(
    "list", help=N_("What waits for somebody's decision; --all: everything that came back, the newest first.")
)
@click.option("--all", "all_", is_flag=True, help=N_("Also what is decided, or was done by itself."))
@json_option
@click.pass_obj
def list_(context: Context, all_: bool, as_json: bool) -> None:
    from screens.came_back_words import name_of, what_words, when_words
    from tui.commands.options import EVERYONE

    store = context.store()
    found = store.came_back.list(None if all_ else "open", EVERYONE)
    if as_json:
        print_json(list(found))
        return
    if not found:
        say(_("Nothing came back.") if all_ else _("Nothing waits for a decision."))
        _say_last_read(store)
        return
    print_table(
        ["", _("Since"), _("Name"), _("Phone"), _("Message"), _("What came back")],
        [
            (
                came.id,
                when_words(came.received_at, store.clock),
                name_of(came),
                came.phone,
                came.title,
                what_words(came),
            )
            for came in found
        ],
        right=[0],
    )
    number = next((one.id for one in found if one.state == "open"), None)
    if number is not None:
        say(_("It is so: cabas inbox accept {n}; leave it as it is: … dismiss {n}").format(n=number))


def _say_last_read(store: Store) -> None:
    from screens.came_back_words import when_words

    last = store.inbox.last_read()
    if last is None or last.done_at is None:
        say(_("The mailbox has not been read yet: cabas inbox read"))
    else:
        say(_("The mailbox was last read {moment}.").format(moment=when_words(last.done_at, store.clock)))


def _deciding(name: str, help_: str, words: Callable[[int], str], act: Callable[[Context, int], CameBack]) -> None:
    """Add a subcommand that decides about one or several of those that are open."""

    @inbox.command(name, help=help_)
    @click.argument("numbers", nargs=-1, required=True, type=int)
    @json_option
    @click.pass_obj
    def decide(context: Context, numbers: tuple[int, ...], as_json: bool) -> None:
        done: list[CameBack] = []
        try:
            for number in dict.fromkeys(numbers):
                done.append(act(context, number))
        finally:
            # Before why one cannot be decided about, what those before it became.
            if as_json:
                print_json(done)
            elif done:
                say(words(len(done)).format(n=len(done)))


def _accept(context: Context, number: int) -> CameBack:
    came_back = context.store().came_back
    return came_back.accept(number, "hard" if came_back.get(number).kind == "unclear" else "stop")


_deciding(
    "accept",
    N_("It is so: who wrote STOP wants no more such mails; what came back did so because the address does not work."),
    lambda n: ngettext("{n} is taken for what it says.", "{n} are taken for what they say.", n),
    _accept,
)
_deciding(
    "dismiss",
    N_("It is not so: leave everything as it is."),
    lambda n: ngettext("{n} is left as it is.", "{n} are left as they are.", n),
    lambda context, number: context.store().came_back.dismiss(number),
)
_deciding(
    "reopen",
    N_("Take a decision back, with what followed from it."),
    lambda n: ngettext("{n} is open again.", "{n} are open again.", n),
    lambda context, number: context.store().came_back.reopen(number),
)
