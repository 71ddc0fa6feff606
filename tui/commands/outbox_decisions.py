"""What is decided about mails and SMS with `cabas outbox`: settle a doubt, try again, hold, let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from templates.words import N_, _, ngettext
from tui.commands.options import confirmed, json_option
from tui.context import Context
from tui.output import WRONG_USE, Ended, print_json, say

if TYPE_CHECKING:
    from store import Store

message_option = click.option("--message", "message_id", type=int, help=N_("Only those of this message."))
all_option = click.option("--all", "all_", is_flag=True, help=N_("All of them."))


@click.command(help=N_("Settle what is in doubt: count it as sent, or send the same again."))
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
    settled = sum(store.deliveries.resolve(which, as_) for which in _chosen(tuple(numbers), all_))
    text = (
        ngettext("{n} counts as sent.", "{n} count as sent.", settled)
        if as_ == "sent"
        else ngettext("{n} goes out again.", "{n} go out again.", settled)
    )
    if as_json:
        print_json({"changed": settled})
    else:
        say(text.format(n=settled))


def _deciding(name: str, help_: str, words: Callable[[int], str]) -> click.Command:
    """The subcommand that decides about one, several or all deliveries."""

    @click.command(name, help=help_)
    @click.argument("numbers", nargs=-1)
    @all_option
    @message_option
    @json_option
    @click.pass_obj
    def decide(
        context: Context, numbers: tuple[str, ...], all_: bool, message_id: int | None, as_json: bool, yes: bool = False
    ) -> None:
        from screens.sender_words import told_of_foreign

        store = context.store()
        act: Callable[..., int] = getattr(store.deliveries, name)
        chosen = _chosen(numbers, all_ or message_id is not None)
        if name == "release" and not yes:
            _ask_about_copied(store, message_id)
        changed = sum(act(which, message_id) for which in chosen)
        if as_json:
            print_json({"changed": changed})
            return
        say(words(changed).format(n=changed))
        if name == "release":
            _say_what_stays(store, message_id)
            for line in told_of_foreign(store, message_id):
                say(line)

    return decide


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
    """How many are held still, and why."""
    from screens.outbox_words import reason_words
    from store.held_mails import held_reasons

    held = held_reasons(store, message_id)
    if held:
        number = sum(held.values())
        text = ngettext("{n} stays held: {why}.", "{n} stay held: {why}.", number)
        why = ", ".join(f"{reason_words(reason) or _('held')} ({mails})" for reason, mails in held.items())
        say(text.format(n=number, why=why))


retry = _deciding(
    "retry",
    N_("Try again what failed."),
    lambda n: ngettext("{n} is tried again.", "{n} are tried again.", n),
)
hold = _deciding(
    "hold",
    N_("Keep what waits from being sent."),
    lambda n: ngettext("{n} is held.", "{n} are held.", n),
)
release = _deciding(
    "release",
    N_("Let what is held go."),
    lambda n: ngettext("{n} waits again.", "{n} wait again.", n),
)
yes_option = click.Option(["--yes"], is_flag=True, help=N_("Do not ask whether another file may have sent it."))
release.params.append(yes_option)


def _chosen(numbers: tuple[str, ...], all_: bool) -> list[Any]:
    if all_ == bool(numbers):
        raise Ended(_("Say which: the numbers, or --all."), WRONG_USE)
    try:
        return ["all"] if all_ else [int(number) for number in numbers]
    except ValueError:
        raise Ended(_("Deliveries are named by their numbers."), WRONG_USE) from None
