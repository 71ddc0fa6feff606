"""What can be done with a distribution: moved, cancelled, restored, and what it offers with which hours and stock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from store.errors import Invalid
from templates.words import N_, _, dates, ngettext
from templates.words.money import quantity
from tui.commands.distribution_days import closing_said, day_option, day_said, distribution_argument, moment_said
from tui.commands.options import confirmed, json_option, short_option, told_how_to_mean_it
from tui.context import Context
from tui.output import Ended, print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.distributions import Concerned, Distribution, Distributions

yes_option = click.option("--yes", is_flag=True, help=N_("Do not ask when somebody has ordered."))


@click.command(help=N_("Move a distribution with its orders; closings move along, but where the recap went out."))
@distribution_argument
@day_option
@click.option("--from", "starts_at", metavar="HH:MM", help=N_("When it begins then."))
@click.option("--to", "ends_at", metavar="HH:MM", help=N_("When it ends then."))
@click.option("--place", help=N_("Where it is then."))
@yes_option
@json_option
@click.pass_obj
def move(
    context: Context,
    distribution: str,
    day: str | None,
    starts_at: str | None,
    ends_at: str | None,
    place: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    store = context.store()
    found = _planned(store, distribution)
    to = found.day if day is None else day_said(day)
    before = store.distributions.move_preview(found.id, to)
    _ask(store, before, _("Move the distribution of {day}?").format(day=dates.day(found.day)), yes, as_json)
    done = store.distributions.move(
        found.id, found.version, to, starts_at or found.starts_at, ends_at or found.ends_at, place or found.place
    )
    if as_json:
        print_json(_json(store, done))
        return
    say(_("The distribution of {day} is on {new} now.").format(day=dates.day(found.day), new=dates.day(to, year=True)))
    for name, _closed, closes in done.closings:
        if closes is not None:
            say("  " + _("{name} closes {moment}").format(name=name, moment=dates.moment(closes)))
    _tell_producers(done)


@click.command(help=N_("Cancel a distribution and its orders; “restore” brings both back."))
@distribution_argument
@click.option("--reason", default="", help=N_("Why, for colleagues."))
@yes_option
@json_option
@click.pass_obj
def cancel(context: Context, distribution: str, reason: str, yes: bool, as_json: bool) -> None:
    store = context.store()
    found = _planned(store, distribution)
    before = store.distributions.cancel_preview(found.id)
    _ask(store, before, _("Cancel the distribution of {day}?").format(day=dates.day(found.day)), yes, as_json)
    done = store.distributions.cancel(found.id, found.version, reason)
    if as_json:
        print_json(_json(store, done))
        return
    say(_("The distribution of {day} is cancelled.").format(day=dates.day(found.day)))
    _tell_producers(done)


@click.command(help=N_("Bring a cancelled distribution back, with its orders."))
@distribution_argument
@short_option
@json_option
@click.pass_obj
def restore(context: Context, distribution: str, short: bool, as_json: bool) -> None:
    from screens.voucher_words import lost_words

    store = context.store()
    distribution_id = store.distributions.resolve(distribution)
    with told_how_to_mean_it():
        orders = store.distributions.restore(distribution_id, short=short)
    lost = store.vouchers.lost(distribution_id)
    if as_json:
        print_json({"orders": orders, "lost_vouchers": [one.code for one in lost]})
        return
    say(ngettext("Restored, with {n} order.", "Restored, with {n} orders.", orders).format(n=orders))
    if lost:
        say(lost_words(lost))


def _tell_producers(done: Concerned) -> None:
    if done.told:
        say(_("Tell the producers, whose recap went out: {names}").format(names=", ".join(done.told)))


def _planned(store: Store, text: str) -> Distribution:
    """The distribution that is meant; raises `Invalid` for one that is cancelled, before anybody is asked."""
    found = store.distributions.get(store.distributions.resolve(text))
    if found.cancelled:
        raise Invalid("distribution", str(found.id), "is_cancelled")
    return found


def _ask(store: Store, concerned: Concerned, question: str, yes: bool, as_json: bool) -> None:
    """Say who has ordered, and ask; raises `Ended` where a person says no."""
    from screens.distribution_lines import automatic

    if not as_json and (words := automatic(concerned)):
        say(words)
    if not concerned.members:
        return
    if not as_json:
        print_table(
            (_("name"), _("phone"), _("e-mail")),
            [(one["name"], one["phone"], one["email"]) for one in _members(store, concerned)],
        )
        orders = ngettext("{n} order", "{n} orders", concerned.orders).format(n=concerned.orders)
        baskets = ngettext("{n} open basket", "{n} open baskets", concerned.baskets).format(n=concerned.baskets)
        say(f"{orders}, {baskets}" if concerned.baskets else orders)
    if not yes and not confirmed(question):
        raise Ended(_("Nothing was changed."))


def _json(store: Store, concerned: Concerned) -> dict[str, Any]:
    closings = [{"catalogue": name, "before": was, "after": now} for name, was, now in concerned.closings]
    return {**asdict(concerned), "members": _members(store, concerned), "closings": closings}


def _members(store: Store, concerned: Concerned) -> list[dict[str, Any]]:
    """Who has ordered, with how to reach them."""
    from store.people import EmailState

    found = []
    for member_id in concerned.members:
        member = store.members.get(member_id)
        phones = (shown for p in member.people for shown in (p.mobile_shown, p.phone_shown) if shown)
        emails = (p.email for p in member.people if p.email_state is EmailState.HAS)
        row = {"id": member_id, "name": member.name, "phone": next(phones, ""), "email": next(emails, "")}
        found.append(row)
    return found


def _of_catalogue(name: str, act: Callable[[Distributions, int, int], None], help_: str) -> click.Command:
    """A command that does with a catalogue at a distribution what needs no more to be said."""

    @click.command(name, help=help_)
    @distribution_argument
    @click.argument("catalogue")
    @json_option
    @click.pass_obj
    def command(context: Context, distribution: str, catalogue: str, as_json: bool) -> None:
        store = context.store()
        distribution_id, catalogue_id = store.distributions.resolve(distribution), store.catalogues.resolve(catalogue)
        act(store.distributions, distribution_id, catalogue_id)
        _tell_hours(store, distribution_id, catalogue_id, as_json)

    return command


offer = _of_catalogue(
    "offer",
    lambda days, day, catalogue: days.offer(day, catalogue),
    N_("Offer a catalogue at a distribution, too; it opens and closes by its own rule."),
)
withdraw = _of_catalogue(
    "withdraw",
    lambda days, day, catalogue: days.withdraw(day, catalogue),
    N_("Offer a catalogue at a distribution no longer, where nothing of it is ordered."),
)


@click.command(help=N_("Let a catalogue open and close at one distribution at hours of its own, or by its rule again."))
@distribution_argument
@click.argument("catalogue")
@click.option("--opens", metavar="YYYY-MM-DDTHH:MM", help=N_("When it opens; “always”: it is open already."))
@click.option("--closes", metavar="YYYY-MM-DDTHH:MM", help=N_("When it closes; “never”: not before the distribution."))
@click.option("--rule", is_flag=True, help=N_("By the catalogue's rule again."))
@json_option
@click.pass_obj
def hours(
    context: Context,
    distribution: str,
    catalogue: str,
    opens: str | None,
    closes: str | None,
    rule: bool,
    as_json: bool,
) -> None:
    store = context.store()
    found = store.distributions.get(store.distributions.resolve(distribution))
    catalogue_id = store.catalogues.resolve(catalogue)
    offered = found.catalogue(catalogue_id)
    if rule == bool(opens or closes):
        raise click.UsageError(_("Say --opens or --closes, or --rule."))
    if rule or offered is None:
        store.distributions.follow_rule(found.id, catalogue_id)
    else:
        first, last = offered.opens, offered.closes
        if opens is not None:
            first = None if opens == "always" else moment_said("opens", opens)
        if closes is not None:
            last = None if closes == "never" else moment_said("closes", closes)
        store.distributions.set_hours(found.id, catalogue_id, first, last)
    _tell_hours(store, found.id, catalogue_id, as_json)


def _tell_hours(store: Store, distribution_id: int, catalogue_id: int, as_json: bool) -> None:
    found = store.distributions.get(distribution_id)
    offered = found.catalogue(catalogue_id)
    if as_json:
        print_json(found)
    elif offered is None:
        say(_("{name} is not offered there.").format(name=store.catalogues.get(catalogue_id).name))
    else:
        say(closing_said(offered))


@click.command(help=N_("The stock of the day; with a product and a number (or “usual”) it is set for this day alone."))
@distribution_argument
@click.argument("product", required=False)
@click.argument("number", required=False)
@json_option
@click.pass_obj
def stock(context: Context, distribution: str, product: str | None, number: str | None, as_json: bool) -> None:
    from tui.commands.product import thousandths

    store = context.store()
    distribution_id = store.distributions.resolve(distribution)
    if product is not None:
        if number is None:
            raise click.UsageError(_("Say how many there are, or “usual”."))
        wanted = None if number == "usual" else thousandths(number)
        store.distributions.set_stock(distribution_id, store.catalogues.resolve_product(product), wanted)
    found = store.distributions.stock(distribution_id)
    if as_json:
        print_json(found)
        return
    print_table(
        (_("product"), _("this day"), _("usual"), _("ordered"), _("left")),
        [
            (
                one.product.name,
                "" if one.stock is None else quantity(one.stock),
                "" if one.usual is None else quantity(one.usual),
                quantity(one.ordered),
                "" if one.left is None else quantity(one.left),
            )
            for one in found
        ],
        right=(1, 2, 3, 4),
    )


COMMANDS = (move, cancel, restore, offer, withdraw, hours, stock)
