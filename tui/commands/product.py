"""`cabas product`: what a catalogue holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from store.errors import Invalid
from templates.words import N_, _
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store.products import Product

Command = TypeVar("Command", bound=Callable[..., Any])
PRICE = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?")
UNIT = re.compile(r"(?:(\d{1,4}(?:[.,]\d{1,3})?)\s*)?([a-z]+)")
QUANTITY = re.compile(r"\d{1,6}(?:[.,]\d{1,3})?", re.ASCII)
OPTIONS = (
    click.option("--reference", help=N_("A short code to order by.")),
    click.option("--unit", help=N_("What is sold: piece, kg, 500 g, 6 piece, 75 cl.")),
    click.option("--whole", is_flag=True, help=N_("Only whole units can be ordered.")),
    click.option("--decimal", is_flag=True, help=N_("Half and quarter units can be ordered.")),
    click.option("--weighed", metavar="KG", help=N_("Sold by the piece, paid by weight: what a piece weighs, about.")),
    click.option("--cost", help=N_("What the group pays for one; it is not shown to members.")),
    click.option("--stock", metavar="N", help=N_("How many there are at each distribution.")),
    click.option(
        "--stock-kind",
        type=click.Choice(["none", "all", "distribution"]),
        help=N_("The stock is for all distributions together, for each of them, or none is kept."),
    ),
    click.option("--order", "display_order", type=click.IntRange(0, 1_000_000), help=N_("Its place in the catalogue.")),
)


def product_options(command: Command) -> Command:
    """What can be said of a product beside its catalogue, name and price."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.group(help=N_("The products of a catalogue."))
def product() -> None:
    pass


@product.command("list", help=N_("The products of all catalogues, or of one; of a producer, their own."))
@click.option("--catalogue", help=N_("A catalogue's id or name."))
@click.option("--all", "inactive", is_flag=True, help=N_("Those that are not in use, too."))
@json_option
@click.pass_obj
def list_(context: Context, catalogue: str | None, inactive: bool, as_json: bool) -> None:
    from store.rights import Right

    store = context.store()
    catalogues = store.catalogues
    # A producer's own; whoever takes no orders at all reads about all of them.
    own = store.operators.me().catalogues(Right.ORDERS) or None
    chosen = own if catalogue is None else [catalogues.resolve(catalogue)]
    found = catalogues.products(chosen, inactive=inactive)
    if as_json:
        print_json(found)
        return
    rows = [
        (p.id, p.reference, p.name, p.unit_label, price_said(p), p.catalogue_name)
        + (("" if p.active else _("not in use"),) if inactive else ())
        for p in found
    ]
    headers = (_("id"), _("reference"), _("product"), _("unit"), _("price"), _("catalogue"))
    print_table((*headers, _("state")) if inactive else headers, rows, right=(0, 4))


@product.command(help=N_("Add a product: its catalogue, its name, the price of one unit."))
@click.argument("catalogue")
@click.argument("name")
@click.argument("price")
@product_options
@json_option
@click.pass_obj
def add(context: Context, /, catalogue: str, name: str, price: str, as_json: bool, **given: Any) -> None:
    catalogues = context.store().catalogues
    values = stored(given)
    if "stock" in values:
        values.setdefault("stock_kind", "distribution")
    if values.get("sold") == "weighed":
        values.setdefault("unit", "kg")
    added = catalogues.add_product(catalogues.resolve(catalogue), name, cents(price), **values)
    if as_json:
        print_json({"id": added})
    else:
        say(_("Product {id}: {name}.").format(id=added, name=name))


@product.command(help=N_("Change a product, found by reference, id or name; what is ordered already keeps its price."))
@click.argument("product")
@click.option("--catalogue", help=N_("The catalogue it is in, by id or name, where the name alone can mean several."))
@click.option("--name", help=N_("Its new name."))
@click.option("--price", help=N_("The new price of one unit."))
@product_options
@click.option("--no-cost", is_flag=True, help=N_("What the group pays for one is not known."))
@click.option("--active/--inactive", default=None, help=N_("Whether it can be ordered."))
@json_option
@click.pass_obj
def edit(context: Context, /, product: str, catalogue: str | None, as_json: bool, **given: Any) -> None:
    catalogues = context.store().catalogues
    place = None if catalogue is None else catalogues.resolve(catalogue)
    known = catalogues.product(catalogues.resolve_product(product, place))
    values = {field: given[field] for field in ("name", "active") if given[field] is not None} | stored(given)
    if given["price"] is not None:
        values["price"] = cents(given["price"])
    if given["no_cost"]:
        values["cost"] = None
    if "stock" in values and known.stock_kind == "none":
        values.setdefault("stock_kind", "distribution")
    if values:
        known = catalogues.edit_product(known.id, known.version, **values)
    if as_json:
        print_json(known)
    else:
        say(_("Product {id}: {name}.").format(id=known.id, name=known.name))


def price_said(product: Product) -> str:
    """What it costs today; "2,50 € → 2,00 €" while a promotion runs."""
    from templates.words.money import money

    price = money(product.price, product.currency)
    return price if product.promotion is None else f"{money(product.usual_price, product.currency)} → {price}"


def stored(given: dict[str, Any]) -> dict[str, Any]:
    """What the options of `product_options` say, as the store keeps it; raises `Invalid`."""
    ways = [way for way in ("whole", "decimal") if given[way]] + (["weighed"] if given["weighed"] is not None else [])
    if len(ways) > 1:
        raise click.UsageError(_("A product is sold in one way: --whole, --decimal or --weighed."))
    values: dict[str, Any] = {
        field: given[field] for field in ("reference", "stock_kind", "display_order") if given[field] is not None
    }
    if ways:
        weight = thousandths(given["weighed"]) if ways == ["weighed"] else None
        values |= {"sold": ways[0], "estimated_weight": weight or None}
    if given["unit"] is not None:
        values["base_quantity"], values["unit"] = unit_of(given["unit"])
    if given["cost"] is not None:
        values["cost"] = cents(given["cost"])
    if given["stock"] is not None:
        values["stock"] = thousandths(given["stock"])
    elif given["stock_kind"] == "none":
        values["stock"] = None
    return values


def cents(text: str) -> int:
    """An amount as typed, "3,90" or "3.9", in cents; raises `Invalid`."""
    found = PRICE.fullmatch(text.strip())
    if found is None:
        raise Invalid("price", text, "not_a_price")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def thousandths(text: str) -> int:
    """A quantity as typed, "1,8", in thousandths; raises `Invalid`."""
    if not QUANTITY.fullmatch(text.strip()):
        raise Invalid("quantity", text, "not_a_number")
    return round(float(text.replace(",", ".")) * 1000)


def unit_of(text: str) -> tuple[int, str]:
    """A unit as typed, "kg", "500 g", "6 piece": how much (thousandths) of what; raises `Invalid`."""
    found = UNIT.fullmatch(text.strip().lower())
    if found is None:
        raise Invalid("unit", text, "unknown")
    return thousandths(found[1]) if found[1] else 1000, found[2]
