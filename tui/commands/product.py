"""`cabas product`: what a catalogue holds."""

from __future__ import annotations

import re

import click

from store.errors import Invalid
from templates.words import N_, _
from tui.context import Context
from tui.output import print_json, print_table, say

PRICE = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?")
UNIT = re.compile(r"(?:(\d{1,4}(?:[.,]\d{1,3})?)\s*)?([a-z]+)")


@click.group(help=N_("The products of a catalogue."))
def product() -> None:
    pass


@product.command("list", help=N_("The products of all catalogues, or of one."))
@click.option("--catalogue", help=N_("A catalogue's id or name."))
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
@click.pass_obj
def list_(context: Context, catalogue: str | None, as_json: bool) -> None:
    from templates.words.money import money

    catalogues = context.store().catalogues
    found = catalogues.products(None if catalogue is None else [catalogues.resolve(catalogue)])
    if as_json:
        print_json(found)
        return
    rows = [(p.id, p.reference, p.name, p.unit_label, money(p.price, p.currency), p.catalogue_name) for p in found]
    headers = (_("id"), _("reference"), _("product"), _("unit"), _("price"), _("catalogue"))
    print_table(headers, rows, right=(0, 4))


@product.command(help=N_("Add a product: its catalogue, its name, the price of one unit."))
@click.argument("catalogue")
@click.argument("name")
@click.argument("price")
@click.option("--reference", default="", help=N_("A short code to order by."))
@click.option("--unit", default="piece", show_default=True, help=N_("What is sold: piece, kg, 500 g, 6 piece, 75 cl."))
@click.option("--decimal", is_flag=True, help=N_("Half and quarter units can be ordered."))
@click.option("--weighed", metavar="KG", help=N_("Sold by the piece, paid by weight: what a piece weighs, about."))
@click.option("--stock", type=click.IntRange(0, 1_000_000), help=N_("How many there are at each distribution."))
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
@click.pass_obj
def add(
    context: Context,
    catalogue: str,
    name: str,
    price: str,
    reference: str,
    unit: str,
    decimal: bool,
    weighed: str | None,
    stock: int | None,
    as_json: bool,
) -> None:
    catalogues = context.store().catalogues
    base_quantity, unit_name = unit_of(unit)
    weight = None if weighed is None else thousandths(weighed)
    added = catalogues.add_product(
        catalogues.resolve(catalogue),
        name,
        cents(price),
        reference=reference,
        unit="kg" if weight else unit_name,
        base_quantity=base_quantity,
        sold="weighed" if weight else "decimal" if decimal else "whole",
        estimated_weight=weight,
        stock_kind="none" if stock is None else "distribution",
        stock=None if stock is None else stock * 1000,
    )
    if as_json:
        print_json({"id": added})
    else:
        say(_("Product {id}: {name}.").format(id=added, name=name))


def cents(text: str) -> int:
    """An amount as typed, "3,90" or "3.9", in cents; raises `Invalid`."""
    found = PRICE.fullmatch(text.strip())
    if found is None:
        raise Invalid("price", text, "not_a_price")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def thousandths(text: str) -> int:
    """A quantity as typed, "1,8", in thousandths; raises `Invalid`."""
    try:
        return round(float(text.replace(",", ".")) * 1000)
    except (ValueError, OverflowError) as error:
        raise Invalid("quantity", text, "not_a_number") from error


def unit_of(text: str) -> tuple[int, str]:
    """A unit as typed, "kg", "500 g", "6 piece": how much (thousandths) of what; raises `Invalid`."""
    found = UNIT.fullmatch(text.strip().lower())
    if found is None:
        raise Invalid("unit", text, "unknown")
    return thousandths(found[1]) if found[1] else 1000, found[2]
