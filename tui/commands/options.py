"""What several commands ask in the same way: an option, and a yes or no."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

from screens.text import visible
from store.errors import StockShort, VouchersOff
from templates.words import N_, _
from tui.output import Ended, warn

EVERYONE = 10_000_000
"""A limit for lists that are to have none."""

json_option = click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
distribution_option = click.option(
    "--distribution",
    default="next",
    show_default=True,
    metavar="D",
    help=N_("next, last, a day as 2026-11-26, or an id."),
)
short_option = click.option("--short", is_flag=True, help=N_("Store it even where more is ordered than there is."))
vouchers_off_option = click.option(
    "--without-vouchers", "vouchers_off", is_flag=True, help=N_("Store it even where a voucher does not hold any more.")
)
unusual_option = click.option("--unusual", is_flag=True, help=N_("Store it even where a quantity is unusually large."))


@contextmanager
def told_how_to_mean_it() -> Iterator[None]:
    """Where there is not enough, or a voucher does not hold, say with which option it is stored all the same."""
    from screens.errors import words_for

    try:
        yield
    except StockShort as error:
        raise Ended(f"{words_for(error)} {_('On the command line: --short.')}") from error
    except VouchersOff as error:
        raise Ended(f"{words_for(error)} {_('On the command line: --without-vouchers.')}") from error


def refuse_unusual(doubts: Iterable[str], *, meant: bool) -> None:
    """End on doubtful quantities that nobody said are `meant`: a screen asks twice, a script cannot be asked."""
    if (said := " ".join(doubts)) and not meant:
        raise Ended(f"{said} {_('Nothing is stored. Where it is meant: --unusual.')}")


def confirmed(question: str) -> bool:
    """Whether a person says yes; raises `Ended` where nobody answers."""
    try:
        return click.confirm(visible(question), err=True)
    except click.Abort:
        warn("")
        raise Ended(_("Nobody answered: nothing was done. --yes does it without asking.")) from None
