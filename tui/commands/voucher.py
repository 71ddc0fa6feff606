"""`cabas voucher`: what messages gave away, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from store.voucher_records import UNUSED, VoucherState
from templates.words import N_, _, dates, ngettext
from templates.words.money import money
from tui.commands.options import confirmed, json_option
from tui.context import Context
from tui.output import Ended, print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.vouchers import Voucher, VoucherTotal

message_option = click.option("--message", "message_id", type=int, metavar="ID", help=N_("Of this message only."))


@click.group(help=N_("Vouchers: those that came with messages, by their codes, and cancelling them."))
def voucher() -> None:
    pass


@voucher.command("list", help=N_("The vouchers with what became of them, and what they come to."))
@message_option
@click.option("--member", metavar="M", help=N_("Of this member: the id, name, phone number or e-mail."))
@click.option("--state", type=click.Choice([state.value for state in VoucherState]), help=N_("In this state only."))
@json_option
@click.pass_obj
def list_(context: Context, message_id: int | None, member: str | None, state: str | None, as_json: bool) -> None:
    from screens.voucher_words import came_words, state_words

    store = context.store()
    member_id = None if member is None else store.members.resolve(member)
    found = store.vouchers.all(message_id, member_id, None if state is None else VoucherState(state))
    totals = _totals(found)
    if as_json:
        print_json({"vouchers": [_told(one) for one in found], "totals": totals})
        return
    if not found:
        say(_("There are no vouchers."))
        return
    headers = (_("code"), _("member"), _("worth"), _("good until"), _("state"), _("used"), _("message"))
    rows = [
        (
            one.code,
            one.member,
            money(one.amount, one.currency),
            "" if one.valid_until is None else dates.day(one.valid_until, year=True),
            state_words(one, store.clock),
            money(one.used, one.currency) if one.state is VoucherState.REDEEMED else "",
            came_words(one, store.clock),
        )
        for one in found
    ]
    print_table(headers, rows, right=(2, 5))
    _say_totals(totals)


@voucher.command(help=N_("One voucher, by its code, with or without the dash."))
@click.argument("code")
@json_option
@click.pass_obj
def show(context: Context, code: str, as_json: bool) -> None:
    from screens.voucher_words import described

    store = context.store()
    found = store.vouchers.find(code)
    if as_json:
        print_json(_told(found))
        return
    say(described(found, store.clock).plain)


@voucher.command(
    help=N_("Cancel a voucher that was not used, by its code; with --message all of that message that were not used.")
)
@click.argument("code", required=False)
@message_option
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@json_option
@click.pass_obj
def cancel(context: Context, code: str | None, message_id: int | None, yes: bool, as_json: bool) -> None:
    if (code is None) == (message_id is None):
        raise click.UsageError(_("Say a code, or --message ID."))
    store = context.store()
    if message_id is not None:
        _cancel_open(store, message_id, yes=yes, as_json=as_json)
        return
    found = store.vouchers.find(code or "")
    question = _("Cancel {code} of {name}? It cannot be brought back.").format(code=found.code, name=found.member)
    if found.state in UNUSED and not yes and not confirmed(question):
        raise Ended(_("Nothing was changed."))
    done = store.vouchers.cancel(found.id)
    if as_json:
        print_json(_told(done))
    else:
        say(_("{code} of {name} is cancelled.").format(code=done.code, name=done.member))


def _cancel_open(store: Store, message_id: int, *, yes: bool, as_json: bool) -> None:
    from screens.voucher_words import still_going

    found = store.vouchers.totals(message_id)
    count = sum(total.count for total in found if total.state in UNUSED)
    question = ngettext(
        "Cancel {n} voucher that was not used? It cannot be brought back.",
        "Cancel {n} vouchers that were not used? They cannot be brought back.",
        count,
    ).format(n=count)
    waiting = still_going(store.vouchers.still_told(message_id)) if count else ""
    if waiting and not as_json:
        say(waiting)
    if count and not yes and not confirmed(question):
        raise Ended(_("Nothing was changed."))
    cancelled = store.vouchers.cancel_open(message_id)
    if as_json:
        print_json({"cancelled": cancelled})
    else:
        say(ngettext("{n} voucher is cancelled.", "{n} vouchers are cancelled.", cancelled).format(n=cancelled))


def _totals(found: tuple[Voucher, ...]) -> tuple[VoucherTotal, ...]:
    """What the listed ones come to, by state and currency."""
    from store.vouchers import VoucherTotal

    keys = sorted({(list(VoucherState).index(one.state), one.currency, one.state) for one in found})
    return tuple(
        VoucherTotal(state, currency, len(mine), sum(one.amount for one in mine), sum(one.used for one in mine))
        for _place, currency, state in keys
        for mine in [[one for one in found if (one.state, one.currency) == (state, currency)]]
    )


def _say_totals(totals: tuple[VoucherTotal, ...]) -> None:
    from screens.voucher_words import totals_words

    say(totals_words(totals))


def _told(one: Voucher) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
