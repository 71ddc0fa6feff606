"""`cabas promotion`: what costs less from one day to another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from templates.words import N_, _
from tui.commands.options import confirmed, json_option
from tui.context import Context
from tui.output import Ended, print_json, print_table, say

if TYPE_CHECKING:
    from datetime import date

    from store import Store
    from store.promotions import Promotion

DAY = "YYYY-MM-DD"
yes_option = click.option("--yes", is_flag=True, help=N_("Do not ask where it costs nothing."))


def _percent(_context: click.Context, _option: click.Parameter, text: str | None) -> int | None:
    """How much less, "20" or "20%"; raises `Invalid`."""
    from store.errors import Invalid

    if text is None:
        return None
    digits = text.strip().removesuffix("%").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 3):
        raise Invalid("percent", digits or text, "percent")
    return int(digits)


@click.group(help=N_("Lower prices: of a product, or of all that is in a catalogue, from one day to another."))
def promotion() -> None:
    pass


@promotion.command("list", help=N_("The promotions that run, and those to come."))
@click.option("--all", "over", is_flag=True, help=N_("Those that are over or were ended, too."))
@click.option("--catalogue", help=N_("Of this catalogue and its products only: its id or name."))
@json_option
@click.pass_obj
def list_(context: Context, over: bool, catalogue: str | None, as_json: bool) -> None:
    from screens.promotion_words import price_words, state_words, what_words
    from templates.words import dates

    store = context.store()
    chosen = None if catalogue is None else store.catalogues.resolve(catalogue)
    found, today = store.promotions.all(over, chosen), store.clock.today()
    if as_json:
        print_json([_told(one, today) for one in found])
        return
    if not found:
        say(_("There is no promotion now."))
        return
    headers = (_("id"), _("what"), _("catalogue"), _("price"), _("from"), _("until"), _("state"), _("name"))
    rows = [
        (
            one.id,
            what_words(one),
            one.catalogue_name,
            price_words(one),
            dates.day(one.since, year=True),
            dates.day(one.until, year=True),
            state_words(one, today),
            one.name,
        )
        for one in found
    ]
    print_table(headers, rows, right=(0, 3))


@promotion.command(
    help=N_(
        "Make one: of a product (its reference, id or name), or of all that is in a catalogue. What is ordered from "
        "its first to its last day costs less and keeps that price; where several hold, the lowest counts."
    )
)
@click.argument("product", required=False)
@click.option("--catalogue", help=N_("The catalogue, by id or name: all of it, or the one that the product is in."))
@click.option("--price", help=N_("What it costs on these days, as 2,00."))
@click.option("--percent", callback=_percent, metavar="N", help=N_("How much less it costs, in percent."))
@click.option("--since", metavar=DAY, help=N_("The first day (else today)."))
@click.option("--until", metavar=DAY, required=True, help=N_("The last day."))
@click.option("--name", default="", help=N_("What you call it among yourselves."))
@yes_option
@json_option
@click.pass_obj
def add(
    context: Context, /, product: str | None, catalogue: str | None, until: str, as_json: bool, **given: Any
) -> None:
    from store.promotions import Promotion

    store = context.store()
    place = None if catalogue is None else store.catalogues.resolve(catalogue)
    product_id = None if product is None else store.catalogues.resolve_product(product, place)
    _require_meant(given)
    made = store.promotions.add(
        Promotion(
            since=store.clock.today() if given["since"] is None else _day(given["since"]),
            until=_day(until),
            product_id=product_id,
            catalogue_id=place if product_id is None else None,
            percent=given["percent"],
            price=_price(given["price"]),
            name=given["name"],
        )
    )
    _say(store, store.promotions.get(made), as_json)


@promotion.command(help=N_("Change one: what it costs, its days or its name. What is ordered already keeps its price."))
@click.argument("promotion_id", type=int, metavar="ID")
@click.option("--price", help=N_("What it costs on these days, as 2,00."))
@click.option("--percent", callback=_percent, metavar="N", help=N_("How much less it costs, in percent."))
@click.option("--since", metavar=DAY, help=N_("The first day."))
@click.option("--until", metavar=DAY, help=N_("The last day."))
@click.option("--name", help=N_("What you call it among yourselves."))
@yes_option
@json_option
@click.pass_obj
def edit(context: Context, /, promotion_id: int, as_json: bool, **given: Any) -> None:
    store = context.store()
    changed = store.promotions.get(promotion_id)
    _require_meant(given)
    if given["price"] is not None or given["percent"] is not None:
        changed = replace(changed, price=_price(given["price"]), percent=given["percent"])
    if given["since"] is not None:
        changed = replace(changed, since=_day(given["since"]))
    if given["until"] is not None:
        changed = replace(changed, until=_day(given["until"]))
    if given["name"] is not None:
        changed = replace(changed, name=given["name"])
    _say(store, store.promotions.edit(changed), as_json)


@promotion.command(help=N_("End one: from now on the usual price is asked; what was ordered keeps its price."))
@click.argument("promotion_id", type=int, metavar="ID")
@json_option
@click.pass_obj
def cancel(context: Context, /, promotion_id: int, as_json: bool) -> None:
    store = context.store()
    _say(store, store.promotions.cancel(promotion_id), as_json)


def _require_meant(given: dict[str, Any]) -> None:
    """Ask before something is given away: it may be a slip."""
    if given["percent"] != 100 and _price(given["price"]) != 0:
        return
    if not given["yes"] and not confirmed(_("It costs nothing on these days. Is that meant?")):
        raise Ended(_("Nothing was changed."))


def _price(text: str | None) -> int | None:
    from tui.commands.product import cents

    return None if text is None else cents(text)


def _day(text: str) -> date:
    from tui.commands.distribution_days import day_said

    return day_said(text)


def _told(one: Promotion, today: date) -> dict[str, Any]:
    """For a program: with how it stands."""
    names = [name for name in one.__dataclass_fields__ if name not in ("offered_in", "cancelled")]
    return {**{name: getattr(one, name) for name in names}, "state": one.state(today)}


def _say(store: Store, one: Promotion, as_json: bool) -> None:
    from screens.promotion_words import days_words, offer_words, state_words, what_words

    today = store.clock.today()
    if as_json:
        print_json(_told(one, today))
        return
    said = _("Promotion {id}: {what}, {offer}, {days} ({state}).")
    say(
        said.format(
            id=one.id,
            what=what_words(one),
            offer=offer_words(one),
            days=days_words(one),
            state=state_words(one, today),
        )
    )
