"""What the commands about distributions ask alike: which one, a day, a moment."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from store.errors import Invalid
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from store.distributions import DistributionCatalogue

distribution_argument = click.argument("distribution", metavar="D")
day_option = click.option("--day", metavar="YYYY-MM-DD", help=N_("The new day."))


def day_said(text: str) -> date:
    """A day as typed, `2026-11-26`; raises `Invalid`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid("day", text, "not_a_day") from error


def moment_said(field: str, text: str) -> datetime:
    """A local moment as typed, `2026-11-24T20:00` or with a space; raises `Invalid`."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(field, text, "not_a_moment") from error
    if moment.tzinfo is not None or len(text.strip()) < len("2026-11-24T20:00"):
        raise Invalid(field, text, "not_a_moment")
    return moment.replace(second=0, microsecond=0)


def closing_said(offered: DistributionCatalogue) -> str:
    """When a catalogue closes at a distribution."""
    closes = dates.moment(offered.closes) if offered.closes else _("never")
    return _("{name} closes {moment}").format(name=offered.name, moment=closes)
