"""`cabas export`: what the group has, as files for other programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from screens.export_words import FORMS, counted, left_out_words
from templates.words import N_, _, ngettext
from tui.context import Context
from tui.output import warn

if TYPE_CHECKING:
    from store.exchange.export_folder import Export

to_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=N_("Write to this file, which must not be there yet; without it to the standard output."),
)


@click.group(help=N_("Write members, products or orders as files for other programs."))
def export() -> None:
    pass


@export.command(
    help=N_(
        "Write members: csv and json hold everything that is stored of them and can be imported again, archived "
        "members too unless a segment is named; cagette is what Cagette and CAMAP load; to is for a mail program's To "
        "field; vcf are cards for an address book; phones and html are the phone list."
    ),
    short_help=N_("Write members, in one of seven forms."),
)
@click.option("--segment", metavar="WORDS", help=N_("Only those of a segment, as 'nobody + vip'."))
@click.option("--format", "form", type=click.Choice(tuple(FORMS)), default="csv", show_default=True)
@to_option
@click.pass_obj
def members(context: Context, segment: str | None, form: str, output: Path | None) -> None:
    from store.exchange.member_export import export_members
    from store.segments import parse

    chosen = None if segment is None else parse(segment)
    made = export_members(context.store(), form, segment=chosen)
    _hand_out(made, output, counted(form, made.rows))
    if left := left_out_words(form, made.left_out):
        warn(left)


@export.command(help=N_("Write products and their prices as a CSV file that can be imported again."))
@click.option(
    "--catalogue", "catalogues", multiple=True, metavar="C", help=N_("Only of this catalogue, by id or name.")
)
@to_option
@click.pass_obj
def products(context: Context, catalogues: tuple[str, ...], output: Path | None) -> None:
    from store.exchange.product_export import export_products

    store = context.store()
    chosen = [store.catalogues.resolve(name) for name in catalogues] or None
    made = export_products(store, chosen)
    _hand_out(made, output, ngettext("{n} product", "{n} products", made.rows).format(n=made.rows))


@export.command(help=N_("Write the order lines of a distribution as a CSV file that can be imported again."))
@click.option(
    "--distribution",
    default="next",
    show_default=True,
    metavar="D",
    help=N_("next, last, a day as 2026-11-26, or an id."),
)
@to_option
@click.pass_obj
def orders(context: Context, distribution: str, output: Path | None) -> None:
    from store.exchange.order_export import export_orders

    store = context.store()
    made = export_orders(store, store.distributions.resolve(distribution))
    _hand_out(made, output, ngettext("{n} order line", "{n} order lines", made.rows).format(n=made.rows))


def _hand_out(made: Export, output: Path | None, count: str) -> None:
    if output is None or str(output) == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(made.content)
        sys.stdout.buffer.flush()
        return
    from store.exchange.export_folder import write_new

    write_new(output, made.content)
    warn(_("{count} in {path}").format(count=count, path=output))
