"""`cabas distribution`: pick-up days."""

from __future__ import annotations

from datetime import date

import click

from store.errors import Invalid
from templates.words import N_, _, dates
from tui.context import Context
from tui.output import print_json, print_table, say


@click.group(help=N_("Pick-up days, with the catalogues they serve."))
def distribution() -> None:
    pass


@distribution.command("list", help=N_("The distributions, the latest first."))
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help=N_("How many at most."))
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
@click.pass_obj
def list_(context: Context, limit: int, as_json: bool) -> None:
    found = context.store().distributions.all(limit)
    if as_json:
        print_json(found)
        return
    rows = [
        (
            d.id,
            dates.day(d.day, year=True),
            f"{d.starts_at}-{d.ends_at}",
            d.place,
            ", ".join(c.name for c in d.catalogues),
        )
        for d in found
    ]
    print_table((_("id"), _("day"), _("hours"), _("place"), _("catalogues")), rows, right=(0,))


@distribution.command(help=N_("Plan a distribution on a day (YYYY-MM-DD); each catalogue closes by its own rule."))
@click.argument("day")
@click.option("--from", "starts_at", metavar="HH:MM", required=True, help=N_("When it begins."))
@click.option("--to", "ends_at", metavar="HH:MM", required=True, help=N_("When it ends."))
@click.option("--place", required=True, help=N_("Where it is."))
@click.option(
    "--catalogue", "catalogues", multiple=True, help=N_("A catalogue, by id or name; several times; else all.")
)
@click.option("--note", default="", help=N_("A note for everybody who works here."))
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
@click.pass_obj
def add(
    context: Context,
    day: str,
    starts_at: str,
    ends_at: str,
    place: str,
    catalogues: tuple[str, ...],
    note: str,
    as_json: bool,
) -> None:
    store = context.store()
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Invalid("day", day, "not_a_day") from error
    served = [store.catalogues.resolve(c) for c in catalogues] or [c.id for c in store.catalogues.all()]
    added = store.distributions.add(on, starts_at, ends_at, place, served, note=note)
    if as_json:
        print_json({"id": added})
        return
    planned = store.distributions.get(added)
    say(_("Distribution {id}: {day}, {place}.").format(id=added, day=dates.day(planned.day, year=True), place=place))
    for served_catalogue in planned.catalogues:
        closes = dates.moment(served_catalogue.closes) if served_catalogue.closes else _("never")
        say("  " + _("{name} closes {moment}").format(name=served_catalogue.name, moment=closes))
