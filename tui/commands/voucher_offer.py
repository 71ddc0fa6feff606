"""What a message gives to everybody who hears of it, as options of `cabas message new` and `edit`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from templates.words import N_, _
from tui.output import say, warn

if TYPE_CHECKING:
    from store import Store
    from store.vouchers import Offer

Command = TypeVar("Command", bound=Callable[..., Any])
DAY = "YYYY-MM-DD"
NONE = ("", "none")
"""What takes the vouchers, their last day or the minimum away."""

_OPTIONS = (
    click.option(
        "--voucher",
        metavar="SUM|N%",
        help=N_("Everybody gets a voucher: of a sum, as 5,00, or of a percentage of their purchases; none: nobody."),
    ),
    click.option("--voucher-since", metavar=DAY, help=N_("The first day of the purchases that a percentage is of.")),
    click.option("--voucher-until", metavar=DAY, help=N_("Their last day.")),
    click.option("--voucher-minimum", metavar="SUM", help=N_("What an order has to come to for the voucher.")),
    click.option("--voucher-currency", metavar="CODE", help=N_("The currency of the sums; else the group's.")),
    click.option("--voucher-valid-until", metavar=DAY, help=N_("The last day on which it can be used.")),
)


def voucher_options(command: Command) -> Command:
    """Give a command the options of an offer; one that is not given is None."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def says_offer(given: dict[str, Any]) -> bool:
    """Whether any of the options is there."""
    return any(value is not None for name, value in given.items() if name.startswith("voucher"))


def offer_said(store: Store, given: dict[str, Any], before: Offer | None = None) -> Offer | None:
    """The offer that the options say, on top of the one before, or None; raises `Invalid` and `UsageError`."""
    from store.vouchers import Offer
    from tui.commands.product import cents

    worth = given["voucher"]
    if worth is not None and worth.strip().lower() in NONE:
        return None
    if before is None and worth is None:
        raise click.UsageError(_("Say what the voucher is worth: --voucher 5,00, or --voucher 5%."))
    offer = before or Offer(store.settings.group().currency)
    if worth is not None:
        percent = worth.strip().endswith("%")
        offer = replace(offer, percent=_percent(worth) if percent else None, amount=None if percent else cents(worth))
    if given["voucher_currency"] is not None:
        offer = replace(offer, currency=given["voucher_currency"].strip().upper())
    if (minimum := given["voucher_minimum"]) is not None:
        offer = replace(offer, minimum=0 if minimum.strip().lower() in NONE else cents(minimum))
    if given["voucher_since"] is not None:
        offer = replace(offer, since=_day(given["voucher_since"]))
    if given["voucher_until"] is not None:
        offer = replace(offer, until=_day(given["voucher_until"]))
    if given["voucher_valid_until"] is not None:
        offer = replace(offer, valid_until=_day(given["voucher_valid_until"]))
    return offer


def say_forecast(store: Store, message_id: int, *, aloud: bool) -> None:
    """Tell what the offer comes to as things are, `aloud` or beside what a program reads."""
    from screens.errors import words_for
    from screens.voucher_words import forecast_words
    from store.errors import StoreError

    try:
        found, offer = store.vouchers.forecast(message_id), store.vouchers.offer(message_id)
    except StoreError as error:
        warn(words_for(error))
        return
    if found is not None and offer is not None and aloud:
        say(forecast_words(found, percent=offer.percent is not None))


def _percent(text: str) -> int:
    from store.errors import Invalid

    digits = text.strip().removesuffix("%").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 3):
        raise Invalid("percent", digits or text, "percent")
    return int(digits)


def _day(text: str) -> date | None:
    from tui.commands.distribution_days import day_said

    return None if text.strip().lower() in NONE else day_said(text)
