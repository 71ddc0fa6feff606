"""Names of days and months, separators and signs, for the languages cabas speaks.

A copy of what the CLDR says (en_GB, fr, it), because importing Babel costs 44 ms of a start that should
take 300; tests/templates/words/test_against_babel.py keeps it equal to Babel's.
"""

from __future__ import annotations

from typing import NamedTuple

NBSP = "\u00a0"


class Names(NamedTuple):
    """What one language needs to write a day or a number."""

    locale: str
    days: tuple[str, ...]
    days_short: tuple[str, ...]
    months: tuple[str, ...]
    months_short: tuple[str, ...]
    first: str
    decimal: str
    group: str
    money: str


NAMES = {
    "en": Names(
        locale="en_GB",
        days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        days_short=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        months=tuple("January February March April May June July August September October November December".split()),
        months_short=tuple("Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec".split()),
        first="1",
        decimal=".",
        group=",",
        money="{minus}{sign}{amount}",
    ),
    "fr": Names(
        locale="fr",
        days=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        days_short=("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
        months=tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()),
        months_short=tuple("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split()),
        first="1er",
        decimal=",",
        group=NBSP,
        money="{minus}{amount}" + NBSP + "{sign}",
    ),
    "it": Names(
        locale="it",
        days=("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
        days_short=("lun", "mar", "mer", "gio", "ven", "sab", "dom"),
        months=tuple(
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split()
        ),
        months_short=tuple("gen feb mar apr mag giu lug ago set ott nov dic".split()),
        first="1",
        decimal=",",
        group=".",
        money="{minus}{amount}" + NBSP + "{sign}",
    ),
}
