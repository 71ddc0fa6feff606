"""`cabas distribution`: pick-up days."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from store.errors import Invalid
from store.rights import Right
from templates.words import N_, _, dates
from tui.commands.distribution_acts import COMMANDS
from tui.commands.distribution_days import closing_said, day_said, distribution_argument
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.distributions import Distribution, DistributionCatalogue, DistributionRow


@click.group(help=N_("Pick-up days, with the catalogues they serve."))
def distribution() -> None:
    pass


for command in COMMANDS:
    distribution.add_command(command)


@distribution.command("list", help=N_("The distributions, the latest first."))
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help=N_("How many at most."))
@click.option("--coming", is_flag=True, help=N_("Only from today on."))
@json_option
@click.pass_obj
def list_(context: Context, limit: int, coming: bool, as_json: bool) -> None:
    store = context.store()
    found = store.distributions.rows(limit, from_day=store.clock.today() if coming else None)
    if as_json:
        print_json([{**asdict(row), "catalogues": _served(store, row.id)} for row in found])
        return
    print_table(
        (_("id"), _("day"), _("hours"), _("place"), _("orders"), _("state"), _("catalogues")),
        [
            (
                row.id,
                dates.day(row.day, year=True),
                f"{row.starts_at}-{row.ends_at}",
                row.place,
                row.orders,
                _state(row),
                ", ".join(served.name for served in _served(store, row.id)),
            )
            for row in found
        ],
        right=(0, 4),
    )


def _state(row: DistributionRow | Distribution) -> str:
    if row.cancelled:
        return _("cancelled")
    return _("over") if row.over else ""


@distribution.command(help=N_("Plan a distribution on a day (YYYY-MM-DD); each catalogue closes by its own rule."))
@click.argument("day")
@click.option("--from", "starts_at", metavar="HH:MM", required=True, help=N_("When it begins."))
@click.option("--to", "ends_at", metavar="HH:MM", required=True, help=N_("When it ends."))
@click.option("--place", required=True, help=N_("Where it is."))
@click.option(
    "--catalogue", "catalogues", multiple=True, help=N_("A catalogue, by id or name; several times; else all.")
)
@click.option("--note", default="", help=N_("A note for everybody who works here."))
@json_option
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
    served = [store.catalogues.resolve(c) for c in catalogues] or [c.id for c in store.catalogues.all()]
    added = store.distributions.add(day_said(day), starts_at, ends_at, place, served, note=note)
    if as_json:
        print_json({"id": added})
        return
    planned = store.distributions.get(added)
    say(_("Distribution {id}: {day}, {place}.").format(id=added, day=dates.day(planned.day, year=True), place=place))
    for served_catalogue in planned.catalogues:
        say("  " + closing_said(served_catalogue))


@distribution.command(help=N_("Show one distribution: when its catalogues open and close, and whose recap went out."))
@distribution_argument
@json_option
@click.pass_obj
def show(context: Context, distribution: str, as_json: bool) -> None:
    store = context.store()
    found = store.distributions.get(store.distributions.resolve(distribution))
    served = _served(store, found.id)
    if as_json:
        print_json({**asdict(found), "catalogues": served})
        return
    say(f"{found.id}  {dates.day(found.day, year=True)}  {found.starts_at}-{found.ends_at}  {found.place}")
    if found.cancelled:
        say(_("cancelled") + (f": {found.cancelled_reason}" if found.cancelled_reason else ""))
    if found.note:
        say(_("Note: {note}").format(note=found.note))
    print_table(
        (_("catalogue"), _("opens"), _("closes"), _("hours"), _("recap")),
        [_offered(store, one) for one in served],
    )


def _served(store: Store, distribution_id: int) -> tuple[DistributionCatalogue, ...]:
    """The catalogues of a distribution; a producer's own, as on the screen."""
    own = store.operators.me().catalogues(Right.ORDERS) or None
    offered = store.distributions.get(distribution_id).catalogues
    return tuple(one for one in offered if own is None or one.catalogue_id in own)


def _offered(store: Store, one: DistributionCatalogue) -> tuple[str, ...]:
    sent = "" if one.recap_sent_at is None else dates.moment(store.clock.to_wall(one.recap_sent_at))
    return (
        one.name,
        dates.moment(one.opens) if one.opens else _("always"),
        dates.moment(one.closes) if one.closes else _("never"),
        _("own") if one.own_hours else _("rule"),
        " ".join(filter(None, (sent, one.recap_sent_by))),
    )


@distribution.command(help=N_("Change hours, place or note of a distribution; moving it to another day is “move”."))
@distribution_argument
@click.option("--from", "starts_at", metavar="HH:MM", help=N_("When it begins."))
@click.option("--to", "ends_at", metavar="HH:MM", help=N_("When it ends."))
@click.option("--place", help=N_("Where it is."))
@click.option("--note", help=N_("A note for everybody who works here."))
@json_option
@click.pass_obj
def edit(context: Context, /, distribution: str, as_json: bool, **given: str | None) -> None:
    distributions = context.store().distributions
    found = distributions.get(distributions.resolve(distribution))
    wanted = {name: getattr(found, name) if value is None else value for name, value in given.items()}
    changed = distributions.edit(found.id, found.version, **wanted)
    if as_json:
        print_json(changed)
    else:
        say(_tell(changed))


def _tell(found: Distribution) -> str:
    day = dates.day(found.day, year=True)
    return _("Distribution {id}: {day}, {place}.").format(id=found.id, day=day, place=found.place)


@distribution.command(
    help=N_("Plan the same on other days: a week later, or every so many weeks, or on the days that are named.")
)
@distribution_argument
@click.option("--every", type=int, help=N_("Weeks from one to the next (else 1)."))
@click.option("--count", type=int, help=N_("How many are made (else 1)."))
@click.option("--day", "named", multiple=True, metavar="YYYY-MM-DD", help=N_("On this day; several times."))
@click.option("--beside", is_flag=True, help=N_("Even where there is one on that day at the same place."))
@json_option
@click.pass_obj
def duplicate(
    context: Context,
    distribution: str,
    every: int | None,
    count: int | None,
    named: tuple[str, ...],
    beside: bool,
    as_json: bool,
) -> None:
    if named and (every, count) != (None, None):
        raise click.UsageError(_("Either --day, or --every and --count."))
    store = context.store()
    distributions = store.distributions
    found = distributions.get(distributions.resolve(distribution))
    weeks = 1 if every is None else every
    days = tuple(day_said(day) for day in named) or distributions.days(
        _first(found.day, weeks, store.clock.today()), weeks, 1 if count is None else count
    )
    made = distributions.duplicate(found.id, days, beside=beside)
    if as_json:
        print_json({"ids": made})
        return
    for one in made:
        say(_tell(distributions.get(one)))


def _first(day: date, weeks: int, today: date) -> date:
    """The first day of a series that goes on from `day`, every so many weeks: one that has not passed."""
    if not 1 <= weeks <= 52:
        raise Invalid("every", str(weeks), "out_of_range")
    missed = max(0, (today - day).days) // (7 * weeks)
    return day + timedelta(weeks=weeks * (missed + 1))
