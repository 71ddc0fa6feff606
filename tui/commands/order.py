"""`cabas order`: take an order from a script, list and show orders, change, move, settle and cancel them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from templates.words import N_, _, dates, ngettext
from templates.words.money import plain_amount, quantity, sums
from tui.commands.options import (
    distribution_option,
    json_option,
    refuse_unusual,
    short_option,
    told_how_to_mean_it,
    unusual_option,
    vouchers_off_option,
)
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.orders import Confirmation, Order, OrderLine, OrderRow


@click.group(help=N_("Orders: take them, list and show them, change, move, settle and cancel them."))
def order() -> None:
    pass


@order.command(
    help=N_("Confirm an order: each line a quantity and an exact reference, as '3 TOMCB' '1,5 CAR'. All of it or none.")
)
@click.option("--member", required=True, metavar="M", help=N_("The member's id, name, phone number or e-mail."))
@distribution_option
@click.option("--channel", type=click.Choice(["phone", "web", "pickup", "mail"]), default="phone", show_default=True)
@click.option("--voucher", "vouchers", multiple=True, metavar="CODE", help=N_("A voucher to take off it."))
@vouchers_off_option
@short_option
@unusual_option
@click.argument("lines", nargs=-1, required=True)
@json_option
@click.pass_obj
def add(
    context: Context,
    member: str,
    distribution: str,
    channel: str,
    vouchers: tuple[str, ...],
    vouchers_off: bool,
    short: bool,
    unusual: bool,
    lines: tuple[str, ...],
    as_json: bool,
) -> None:
    from screens import order_words
    from store.entry_line import exact_line

    store = context.store()
    member_id = store.members.resolve(member)
    distribution_id = store.distributions.resolve(distribution)
    offer = store.orders.offer(member_id, distribution_id)
    rows = [exact_line(line, offer) for line in lines]
    doubts = [order_words.unusual(row, offer) for row in rows if row.doubtful]
    refuse_unusual(doubts, meant=unusual)
    wanted = [(row.product.id, row.quantity) for row in rows]
    with told_how_to_mean_it():
        done = store.orders.record(
            member_id, distribution_id, wanted, channel, short=short, vouchers=vouchers, vouchers_off=vouchers_off
        )
    warnings = [order_words.warning(found) for found in done.warnings] + doubts
    if as_json:
        print_json(_confirmation(done, warnings))
        return
    _tell(done, doubts)


@order.command(
    help=N_(
        "Change an order: '=2 TOMCB' sets, '1 TOMCB' adds, '0 TOMCB' takes out. All of it or none; exact references."
    )
)
@click.argument("order_id", type=int, metavar="ID")
@click.argument("lines", nargs=-1)
@click.option("--voucher", "vouchers", multiple=True, metavar="CODE", help=N_("A voucher to take off it."))
@click.option("--no-voucher", "without", multiple=True, metavar="CODE", help=N_("A voucher not to take off any more."))
@vouchers_off_option
@short_option
@unusual_option
@json_option
@click.pass_obj
def change(
    context: Context,
    order_id: int,
    lines: tuple[str, ...],
    vouchers: tuple[str, ...],
    without: tuple[str, ...],
    vouchers_off: bool,
    short: bool,
    unusual: bool,
    as_json: bool,
) -> None:
    from screens import order_words
    from store.entry_line import Offer, Offered, exact_change

    if not lines and not vouchers and not without:
        raise click.UsageError(_("Say what to change, as '=2 TOMCB'."))
    store = context.store()
    found = store.orders.get(order_id)
    offer = store.orders.offer(found.member_id, found.distribution_id)
    # What is ordered can be taken out when it is no longer offered, too.
    others = [Offered(line.product) for line in found.lines if offer.get(line.product.id) is None]
    offer = Offer([*offer.products, *others])
    held = {line.product.id: line.quantity for line in found.lines}
    wanted: dict[int, int] = {}
    doubted: dict[int, str] = {}
    for line in lines:
        row = exact_change(line, offer, {**held, **wanted})
        wanted[row.product.id] = row.after
        doubted.pop(row.product.id, None)  # the last word on a product is what counts
        if row.doubtful:
            doubted[row.product.id] = order_words.unusual(row, offer)
    doubts = list(doubted.values())
    refuse_unusual(doubts, meant=unusual)
    with told_how_to_mean_it():
        done = store.orders.change(
            order_id,
            wanted,
            version=found.version,
            short=short,
            vouchers=vouchers,
            without=without,
            vouchers_off=vouchers_off,
        )
    if as_json:
        print_json(_confirmation(done, [order_words.warning(w) for w in done.warnings] + doubts))
        return
    _tell(done, doubts)


@order.command(help=N_("Move an order to another distribution; what is not offered there stays."))
@click.argument("order_id", type=int, metavar="ID")
@click.option("--distribution", required=True, metavar="D", help=N_("next, last, a day as 2026-11-26, or an id."))
@vouchers_off_option
@short_option
@json_option
@click.pass_obj
def move(context: Context, order_id: int, distribution: str, short: bool, vouchers_off: bool, as_json: bool) -> None:
    from screens import order_words
    from store.errors import Invalid

    store = context.store()
    with told_how_to_mean_it():
        moved = store.orders.move(
            order_id, store.distributions.resolve(distribution), short=short, vouchers_off=vouchers_off
        )
    if moved.order_id is None:
        raise Invalid("distribution", distribution, "nothing_offered")
    done = moved.confirmation
    if as_json:
        stayed = [_line(line) for line in moved.stayed]
        told = _confirmation(done, [order_words.warning(w) for w in done.warnings])
        print_json({**told, "lines": moved.lines, "stayed": stayed})
        return
    _tell(done, [])
    if moved.stayed:
        names = ", ".join(line.product.name for line in moved.stayed)
        say(_("Not offered there, and left where it was: {names}").format(names=names))


@order.command(
    help=N_(
        "Say what was weighed: 'POUL=3,617' for the whole line; 'POUL=' goes back to the estimate. None: list them."
    )
)
@click.argument("order_id", type=int, metavar="ID")
@click.argument("weights", nargs=-1, metavar="[REF=WEIGHT]...")
@json_option
@click.pass_obj
def settle(context: Context, order_id: int, weights: tuple[str, ...], as_json: bool) -> None:
    from store.settling import weights_typed

    store = context.store()
    found = store.orders.get(order_id)
    lines = {w.product.id: w for w in store.orders.to_settle(found.distribution_id) if w.order_id == order_id}
    typed = weights_typed(weights, [line.product for line in found.lines])
    found = store.orders.settle(order_id, typed) if typed else found
    doubts = [lines[i].product.name for i, weight in typed.items() if weight is not None and lines[i].doubtful(weight)]
    if as_json:
        print_json({**_order(found, _name(store, found.member_id)), "doubtful": doubts})
        return
    print_table(
        (_("quantity"), _("product"), _("estimate"), _("weight"), _("amount")),
        [
            (
                quantity(line.quantity),
                line.product.name,
                f"~{quantity(lines[line.product.id].estimated_weight)} {line.product.unit}",
                "" if line.settled_weight is None else f"{quantity(line.settled_weight)} {line.product.unit}",
                ("~" if line.estimated else "") + plain_amount(line.amount),
            )
            for line in found.lines
            if line.product.id in lines
        ],
        right=(0, 2, 3, 4),
    )
    for name in doubts:
        say(_("{name}: far from the estimate. Is the weight right?").format(name=name))
    say(_("Total {total}").format(total=_total(found.totals, found.estimated)))
    _say_to_pay(found)


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
    from store.order_records import REASONS

    store = context.store()
    found = store.orders.get(order_id)
    member = store.members.get(found.member_id).name
    if as_json:
        print_json(_order(found, member))
        return
    say(f"{member}   {dates.day(found.day, year=True)}   {_state(found.state)}")
    print_table(
        (_("quantity"), _("product"), _("unit"), _("weight"), _("catalogue"), _("price"), _("amount"), _("late")),
        [
            (
                quantity(line.quantity),
                line.product.name,
                line.product.unit_label,
                "" if line.settled_weight is None else f"{quantity(line.settled_weight)} {line.product.unit}",
                line.product.catalogue_name,
                _price(line),
                ("~" if line.estimated else "") + plain_amount(line.amount),
                "!" if line.late else "",
            )
            for line in found.lines
        ],
        right=(0, 3, 5, 6),
    )
    say(_("Total {total}").format(total=_total(found.totals, found.estimated)))
    _say_to_pay(found)
    if found.cancelled_reason and found.cancelled_reason not in REASONS:
        say(_("Cancelled: {why}").format(why=found.cancelled_reason))
    if found.note:
        say(_("Note: {note}").format(note=found.note))


@order.command(help=N_("Cancel an order, with the reason; producers who were told get it as a late change."))
@click.argument("order_id", type=int, metavar="ID")
@click.option("--reason", required=True, help=N_("Why, for the history."))
@json_option
@click.pass_obj
def cancel(context: Context, order_id: int, reason: str, as_json: bool) -> None:
    from store.errors import Invalid

    store = context.store()
    if not reason.strip():
        raise Invalid("reason", reason, "empty")
    found = store.orders.cancel(order_id, reason)
    name = _name(store, found.member_id)
    if as_json:
        print_json(_order(found, name))
        return
    say(_("The order of {name} for {day} is cancelled.").format(name=name, day=dates.day(found.day)))


def _tell(done: Confirmation, doubts: list[str]) -> None:
    """Say what came of an order, and what is doubtful in it."""
    from screens import order_words

    say(order_words.saved(done))
    for text in doubts:
        say(text)
    say(_("Order {id}: {total}").format(id=done.order_id, total=_total(done.totals, done.estimated)))
    _say_to_pay(done)


def _say_to_pay(done: Confirmation | Order) -> None:
    """What is left to pay, where vouchers take something off, and what of them is lost."""
    from screens.order_vouchers import lapsed

    if done.vouchers:
        codes = ", ".join(voucher.code for voucher in done.vouchers)
        say(_("Vouchers {codes}. To pay: {total}").format(codes=codes, total=_total(done.to_pay, done.estimated)))
        for text in lapsed(done.vouchers):
            say(text)


def _name(store: Store, member_id: int) -> str:
    return store.members.get(member_id).name


def _state(state: str) -> str:
    return {"confirmed": _("confirmed"), "basket": _("basket"), "cancelled": _("cancelled")}.get(state, state)


def _total(totals: dict[str, int], estimated: bool = False) -> str:
    text = sums(totals) or "0"
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
    vouchers = [voucher.code for voucher in done.vouchers]
    said = {"id": done.order_id, "totals": done.totals, "estimated": done.estimated}
    said |= {"to_pay": done.to_pay, "vouchers": vouchers}
    return {**said, "late_lines": late, "warnings": warnings}


def _row(row: OrderRow) -> dict[str, Any]:
    names = ("id", "member_id", "member", "state", "channel", "lines", "totals", "to_pay", "estimated", "late_lines")
    return {name: getattr(row, name) for name in names}


def _order(found: Order, member: str) -> dict[str, Any]:
    names = (
        "id",
        "member_id",
        "distribution_id",
        "day",
        "state",
        "channel",
        "note",
        "totals",
        "estimated",
        "cancelled_reason",
    )
    lines = [_line(line) for line in found.lines]
    vouchers = [{"code": one.code, "used": one.used, "currency": one.currency} for one in found.vouchers]
    beside = {"to_pay": found.to_pay, "vouchers": vouchers, "member": member, "lines": lines}
    return {**{name: getattr(found, name) for name in names}, **beside}


def _price(line: OrderLine) -> str:
    """What one of it costs; "2,50 → 2,00" where it was ordered at the price of a promotion."""
    price = plain_amount(line.price)
    return price if line.instead_of is None else f"{plain_amount(line.instead_of)} → {price}"


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "reference": line.product.reference,
        "product": line.product.name,
        "catalogue": line.product.catalogue_name,
        "quantity": line.quantity / 1000,
        "unit": line.product.unit_label,
        "price": line.price,
        "instead_of": line.instead_of,
        "amount": line.amount,
        "currency": line.product.currency,
        "estimated": line.estimated,
        "settled_weight": None if line.settled_weight is None else line.settled_weight / 1000,
        "late": line.late,
    }
