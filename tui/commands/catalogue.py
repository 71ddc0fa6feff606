"""`cabas catalogue`: what a producer offers to the group, and when orders for it close."""

from __future__ import annotations

import click

from templates.words import N_, _, ngettext
from tui.context import Context
from tui.output import print_json, print_table, say


@click.group(help=N_("What producers offer to the group, and when orders close."))
def catalogue() -> None:
    pass


@catalogue.command("list", help=N_("The catalogues by name."))
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    found = context.store().catalogues.all()
    if as_json:
        print_json(found)
        return
    rows = [(c.id, c.name, c.producer_name, c.currency, closing_rule(c.closes_days_before, c.closes_at)) for c in found]
    print_table((_("id"), _("catalogue"), _("producer"), _("currency"), _("closes")), rows, right=(0,))


def closing_rule(days: int | None, hour: str | None) -> str:
    """When a catalogue closes, counted from the distribution."""
    if days is None or hour is None:
        return _("never")
    return ngettext("{n} day before, {hour}", "{n} days before, {hour}", days).format(n=days, hour=hour)


@catalogue.command(help=N_("Add a catalogue; its producer is added too, where there is none of that name."))
@click.argument("name")
@click.option("--producer", help=N_("The producer's name (else the catalogue's)."))
@click.option("--email", default="", help=N_("The producer's e-mail, for the recap."))
@click.option("--phone", default="", help=N_("The producer's phone."))
@click.option("--currency", help=N_("The currency of its prices (else the group's)."))
@click.option("--closes-days-before", type=click.IntRange(0, 60), help=N_("Days before a distribution when it closes."))
@click.option("--closes-at", metavar="HH:MM", help=N_("The hour when it closes, with --closes-days-before."))
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
@click.pass_obj
def add(
    context: Context,
    name: str,
    producer: str | None,
    email: str,
    phone: str,
    currency: str | None,
    closes_days_before: int | None,
    closes_at: str | None,
    as_json: bool,
) -> None:
    store = context.store()
    producer_id = store.catalogues.producer_called(producer or name, email=email, phone=phone)
    currency = currency or store.settings.group().currency
    added = store.catalogues.add_catalogue(name, producer_id, currency, closes_days_before, closes_at)
    if as_json:
        print_json({"id": added})
    else:
        say(_("Catalogue {id}: {name}. Next: cabas product add").format(id=added, name=name))
