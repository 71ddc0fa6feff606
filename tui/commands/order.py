"""`cabas order`: take an order from a script, list and show orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from templates.words import N_, _, dates, ngettext
from templates.words.money import money, plain_amount, quantity
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.orders import Confirmation, Order, OrderRow

distribution_option = click.option(
    "--distribution",
    default="next",
    show_default=True,
    metavar="D",
    help=N_("next, last, a day as 2026-11-26, or an id."),
)
short_option = click.option("--short", is_flag=True, help=N_("Store it even where more is ordered than there is."))


@click.group(help=N_("Orders: take them, list them, show one."))
def order() -> None:
    pass


@order.command(
    help=N_("Confirm an order: each line a quantity and an exact reference, as '3 TOMCB' '1,5 CAR'. All of it or none.")
)
@click.option("--member", required=True, metavar="M", help=N_("The member's id, name, phone number or e-mail."))
@distribution_option
@click.option("--channel", type=click.Choice(["phone", "web", "pickup", "mail"]), default="phone", show_default=True)
@short_option
@click.argument("lines", nargs=-1, required=True)
@json_option
@click.pass_obj
def add(
    context: Context, member: str, distribution: str, channel: str, short: bool, lines: tuple[str, ...], as_json: bool
) -> None:
    from screens import order_words
    from store.entry_line import exact_line

    store = context.store()
    member_id = store.members.resolve(member)
    distribution_id = store.distributions.resolve(distribution)
    offer = store.orders.offer(member_id, distribution_id)
    rows = [exact_line(line, offer) for line in lines]
    doubts = [order_words.unusual(row, offer) for row in rows if row.doubtful]
    wanted = [(row.product.id, row.quantity) for row in rows]
    done = store.orders.record(member_id, distribution_id, wanted, channel, short=short)
    warnings = [order_words.warning(found) for found in done.warnings] + doubts
    if as_json:
        print_json(_confirmation(done, warnings))
        return
    say(order_words.saved(done))
    for text in doubts:
        say(text)
    say(_("Order {id}: {total}").format(id=done.order_id, total=_total(done.totals)))


@order.command("list", help=N_("The orders of a distribution, and the baskets that are still open."))
@distribution_option
@json_option
@click.pass_obj
def list_orders(context: Context, distribution: str, as_json: bool) -> None:
    store = context.store()
    rows = store.orders.of_distribution(store.distributions.resolve(distribution))
    if as_json:
        print_json([_row(row) for row in rows])
        return
    if not rows:
        say(_("There are no orders for this distribution."))
        return
    print_table(
        (_("id"), _("member"), _("lines"), _("total"), _("channel"), _("late"), _("state")),
        [
            (r.id, r.member, r.lines, _total(r.totals, r.estimated), r.channel, r.late_lines or "", _state(r.state))
            for r in rows
        ],
        right=(0, 2, 3, 5),
    )
    orders = sum(row.state == "confirmed" for row in rows)
    say(ngettext("{n} order", "{n} orders", orders).format(n=orders))


@order.command(help=N_("Show one order by its id."))
@click.argument("order_id", type=int, metavar="ID")
@json_option
@click.pass_obj
def show(context: Context, order_id: int, as_json: bool) -> None:
    store = context.store()
    found = store.orders.get(order_id)
    member = store.members.get(found.member_id).name
    if as_json:
        print_json(_order(found, member))
        return
    say(f"{member}   {dates.day(found.day, year=True)}   {_state(found.state)}")
    print_table(
        (_("quantity"), _("product"), _("unit"), _("catalogue"), _("price"), _("amount"), _("late")),
        [
            (
                quantity(line.quantity),
                line.product.name,
                line.product.unit_label,
                line.product.catalogue_name,
                plain_amount(line.price),
                ("~" if line.estimated else "") + plain_amount(line.amount),
                "!" if line.late else "",
            )
            for line in found.lines
        ],
        right=(0, 4, 5),
    )
    say(_("Total {total}").format(total=_total(found.totals, found.estimated)))
    if found.note:
        say(_("Note: {note}").format(note=found.note))


@order.command(help=N_("Cancel an order, with the reason; producers who were told get it as a late change."))
@click.argument("order_id", type=int, metavar="ID")
@click.option("--reason", required=True, help=N_("Why, for the history."))
@click.pass_obj
def cancel(context: Context, order_id: int, reason: str) -> None:
    store = context.store()
    found = store.orders.cancel(order_id, reason)
    name = _name(store, found.member_id)
    say(_("The order of {name} for {day} is cancelled.").format(name=name, day=dates.day(found.day)))


def _name(store: Store, member_id: int) -> str:
    return store.members.get(member_id).name


def _state(state: str) -> str:
    return {"confirmed": _("confirmed"), "basket": _("basket"), "cancelled": _("cancelled")}.get(state, state)


def _total(totals: dict[str, int], estimated: bool = False) -> str:
    text = " + ".join(money(cents, currency) for currency, cents in totals.items()) or "0"
    return f"~{text}" if estimated else text


def _confirmation(done: Confirmation, warnings: list[str]) -> dict[str, Any]:
    late = [
        {
            "catalogue": line.catalogue_name,
            "product": line.product_name,
            "before": line.before / 1000,
            "after": line.after / 1000,
            "after_recap": line.after_recap,
        }
        for line in done.late_lines
    ]
    return {"id": done.order_id, "totals": done.totals, "late_lines": late, "warnings": warnings}


def _row(row: OrderRow) -> dict[str, Any]:
    names = ("id", "member_id", "member", "state", "channel", "lines", "totals", "estimated", "late_lines")
    return {name: getattr(row, name) for name in names}


def _order(found: Order, member: str) -> dict[str, Any]:
    names = ("id", "member_id", "distribution_id", "day", "state", "channel", "note", "totals", "estimated")
    lines = [
        {
            "reference": line.product.reference,
            "product": line.product.name,
            "catalogue": line.product.catalogue_name,
            "quantity": line.quantity / 1000,
            "unit": line.product.unit_label,
            "price": line.price,
            "amount": line.amount,
            "currency": line.product.currency,
            "estimated": line.estimated,
            "late": line.late,
        }
        for line in found.lines
    ]
    return {**{name: getattr(found, name) for name in names}, "member": member, "lines": lines}
