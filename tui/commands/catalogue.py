"""`cabas catalogue`: what a producer offers to the group, and when orders for it close."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from store.folding import folded
from templates.words import N_, _, ngettext
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.catalogues import Catalogue, ProducerForm

Command = TypeVar("Command", bound=Callable[..., Any])
DAYS = click.IntRange(0, 365)
OPTIONS = (
    click.option("--producer", help=N_("The producer's name; one of that name is added where there is none.")),
    click.option("--email", help=N_("The producer's e-mail, for the recap.")),
    click.option("--phone", help=N_("The producer's phone.")),
    click.option("--currency", help=N_("The currency of its prices (else the group's).")),
    click.option("--opens-days-before", type=DAYS, help=N_("Days before a distribution when it opens.")),
    click.option("--opens-at", metavar="HH:MM", help=N_("The hour when it opens, with --opens-days-before.")),
    click.option("--closes-days-before", type=DAYS, help=N_("Days before a distribution when it closes.")),
    click.option("--closes-at", metavar="HH:MM", help=N_("The hour when it closes, with --closes-days-before.")),
    click.option("--contact", "contacts", multiple=True, help=N_("A member who speaks for it; several times.")),
)
RULE = ("opens_days_before", "opens_at", "closes_days_before", "closes_at")


def catalogue_options(command: Command) -> Command:
    """What can be said of a catalogue and its producer."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.group(help=N_("What producers offer to the group, and when orders close."))
def catalogue() -> None:
    pass


@catalogue.command("list", help=N_("The catalogues by name; of a producer, their own."))
@click.option("--all", "inactive", is_flag=True, help=N_("Those that are not in use, too."))
@json_option
@click.pass_obj
def list_(context: Context, inactive: bool, as_json: bool) -> None:
    found = context.store().catalogues.rows(inactive=inactive)
    if as_json:
        print_json(found)
        return
    rows = [
        (c.id, c.name, c.producer_name, c.currency, closing_rule(c.closes_days_before, c.closes_at), c.products)
        + (("" if c.active else _("not in use"),) if inactive else ())
        for c in found
    ]
    headers = (_("id"), _("catalogue"), _("producer"), _("currency"), _("closes"), _("products"))
    print_table((*headers, _("state")) if inactive else headers, rows, right=(0, 5))


def closing_rule(days: int | None, hour: str | None) -> str:
    """When a catalogue closes, counted from the distribution."""
    if days is None or hour is None:
        return _("never")
    return ngettext("{n} day before, {hour}", "{n} days before, {hour}", days).format(n=days, hour=hour)


@catalogue.command(help=N_("Show one catalogue, found by id, name or its producer's name."))
@click.argument("catalogue")
@json_option
@click.pass_obj
def show(context: Context, catalogue: str, as_json: bool) -> None:
    catalogues = context.store().catalogues
    _tell(context.store(), catalogues.get(catalogues.resolve(catalogue)), as_json)


@catalogue.command(help=N_("Add a catalogue; its producer is added too, where there is none of that name."))
@click.argument("name")
@catalogue_options
@json_option
@click.pass_obj
def add(
    context: Context, /, name: str, producer: str | None, currency: str | None, as_json: bool, **given: Any
) -> None:
    store = context.store()
    contacts = [store.members.resolve(member) for member in given["contacts"]]
    values = {"name": name, "currency": currency or store.settings.group().currency}
    values |= {field: given[field] for field in RULE}
    added = store.catalogues.save_catalogue(None, 0, _producer(store, producer or name, given), values, contacts)
    if as_json:
        print_json({"id": added})
    else:
        say(_("Catalogue {id}: {name}. Next: cabas product add").format(id=added, name=name))


@catalogue.command(
    help=N_("Change what is said of a catalogue and its producer; coming distributions follow a new rule.")
)
@click.argument("catalogue")
@click.option("--name", help=N_("Its new name."))
@catalogue_options
@click.option("--opens-always", is_flag=True, help=N_("It is open from the start."))
@click.option("--closes-never", is_flag=True, help=N_("It is open until the distribution."))
@click.option("--no-contacts", is_flag=True, help=N_("Nobody speaks for it."))
@click.option("--active/--inactive", default=None, help=N_("Whether it is in use."))
@json_option
@click.pass_obj
def edit(context: Context, /, catalogue: str, producer: str | None, as_json: bool, **given: Any) -> None:
    store = context.store()
    found = store.catalogues.get(store.catalogues.resolve(catalogue))
    contacts = [store.members.resolve(member) for member in given["contacts"]]
    values = {field: given[field] for field in ("name", "currency", "active", *RULE) if given[field] is not None}
    for flag, which in (("opens_always", "opens"), ("closes_never", "closes")):
        if given[flag]:
            values |= {f"{which}_days_before": None, f"{which}_at": None}
    following = 0 if values.keys().isdisjoint(RULE) else store.catalogues.following(found.id)
    store.catalogues.save_catalogue(
        found.id,
        found.version,
        _producer(store, producer or found.producer_name, given),
        values,
        contacts if contacts or given["no_contacts"] else None,
    )
    found = store.catalogues.get(found.id)
    _tell(store, found, as_json)
    if following and not as_json:
        text = ngettext("{n} distribution follows the new rule.", "{n} distributions follow the new rule.", following)
        say(text.format(n=following))


def _producer(store: Store, name: str, given: dict[str, Any]) -> ProducerForm:
    """The producer of this name, known or new, with what is said of it."""
    from store.catalogues import ProducerForm

    known = next((one for one in store.catalogues.producers() if folded(one.name) == folded(name)), None)
    said = {field: given[field] for field in ("email", "phone") if given[field] is not None}
    if known is None:
        return ProducerForm(values={"name": name, **said})
    return ProducerForm(known.id, known.version, said)


def _tell(store: Store, found: Catalogue, as_json: bool) -> None:
    """What is known of a catalogue, its producer and its contacts."""
    producer = store.catalogues.producer(found.producer_id)
    contacts = store.catalogues.contacts(found.id)
    if as_json:
        print_json({"catalogue": found, "producer": producer, "contacts": contacts})
        return
    say(f"{found.id}  {found.name}" + ("" if found.active else f"  ({_('not in use')})"))
    say(_("producer: {name}").format(name="  ".join(filter(None, (producer.name, producer.email, producer.phone)))))
    say(_("currency: {currency}").format(currency=found.currency))
    opens = closing_rule(found.opens_days_before, found.opens_at) if found.opens_at else _("always")
    say(_("opens: {when}").format(when=opens))
    say(_("closes: {when}").format(when=closing_rule(found.closes_days_before, found.closes_at)))
    if contacts:
        say(_("contacts: {names}").format(names=", ".join(store.members.get(one).name for one in contacts)))
