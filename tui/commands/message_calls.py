"""`cabas message`: whom to call for a message, and what came of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from store.errors import Ambiguous, NotFound
from store.folding import folded_words
from store.message_calls import STATES
from templates.words import N_, _
from tui.commands.message_writing import message_argument
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.message_records import Call


@click.command(help=N_("Whom to call for a message that went out: no e-mail, or the mail failed or came back."))
@message_argument
@click.option("--words", is_flag=True, help=N_("With what to say to each."))
@json_option
@click.pass_obj
def calls(context: Context, message_id: int, words: bool, as_json: bool) -> None:
    store = context.store()
    found = store.messages.calls(message_id)
    told = {call.member_id: _told(store, message_id, call) for call in found} if words else {}
    if as_json:
        print_json([{**asdict(call), **({"words": told[call.member_id]} if words else {})} for call in found])
    elif not found:
        say(_("Nobody to call for this message."))
    elif words:
        for call in found:
            say(f"{call.name}  {call.phone}  {_state(call)}".rstrip())
            say(told[call.member_id])
            say()
    else:
        print_table(
            (_("number"), _("name"), _("phone"), _("mobile"), _("call")),
            [(call.member_id, call.name, call.phone, call.mobile, _state(call)) for call in found],
            right=(0,),
        )


@click.command(help=N_("Write down what came of a call: called, not_reached, ordered; none takes it back."))
@message_argument
@click.argument("member", metavar="MEMBER")
@click.argument("state", type=click.Choice((*STATES, "none")))
@click.pass_obj
def call(context: Context, message_id: int, member: str, state: str) -> None:
    store = context.store()
    member_id = _listed(store, message_id, member)
    store.messages.mark_call(message_id, member_id, None if state == "none" else state)
    listed = next(one for one in store.messages.calls(message_id) if one.member_id == member_id)
    say(f"{listed.name}: {_state(listed) or _('to call')}")


def _listed(store: Store, message_id: int, text: str) -> int:
    """The member of the call list meant by a number, a name or a phone number.

    Who makes calls need not know all members. Raises `NotFound` and `Ambiguous`.
    """
    wanted, digits = folded_words(text), "".join(c for c in text if c.isdigit())
    found = [
        call
        for call in store.messages.calls(message_id)
        if text.strip() == str(call.member_id)
        or (digits and digits in {"".join(c for c in number if c.isdigit()) for number in (call.phone, call.mobile)})
        or (wanted and all(any(part.startswith(w) for part in folded_words(call.name)) for w in wanted))
    ]
    if len(found) > 1:
        raise Ambiguous("member", text, tuple(call.name for call in found))
    if found:
        return found[0].member_id
    raise NotFound("recipient", text)


def _state(call: Call) -> str:
    """What came of a call, and whether an order is there since."""
    said = _(STATES[call.state]) if call.state else ""
    ordered = _("has ordered since") if call.ordered_since and call.state != "ordered" else ""
    return ", ".join(part for part in (said, ordered) if part)


def _told(store: Store, message_id: int, call: Call) -> str:
    """What to say to somebody, or why the text says nothing to them."""
    from mail.calls import words_for_call
    from mail.refused import TextRefused
    from screens.errors import words_for

    try:
        return words_for_call(store, message_id, call.member_id).strip()
    except TextRefused as error:
        return words_for(error)


COMMANDS: tuple[click.Command, ...] = (calls, call)
