"""Which curves of a message are drawn, with what marks, and the legend that says what each of them is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens.text import labelled
from screens.widgets.curve import LEAST_DAYS, MARKS, CurveLine
from templates.words import N_, _, ngettext
from templates.words.money import money, number, plain_amount, quantity

if TYPE_CHECKING:
    from store.result_records import Curve, Curves

VIEWS = {
    "margin": N_("Margin"),
    "turnover": N_("Turnover"),
    "quantity": N_("Quantity"),
    "group": N_("Total margin"),
    "members": N_("Who came back"),
}
"""What can be drawn, in the order in which it is gone through."""
OF_MONEY = ("margin", "turnover", "group")
SCALES = 2
"""One on the left and one on the right: a third currency or unit is named and not drawn."""


@dataclass(frozen=True)
class Drawing:
    """The lines, and what is said above them."""

    lines: tuple[CurveLine, ...]
    legend: str


@dataclass(frozen=True)
class _Named:
    """What may be drawn: on which scale, its value for each day, how that is written, and what it came to."""

    scale: int
    values: Sequence[int]
    words: Callable[[int], str]
    said: str


def views(curves: Curves) -> list[str]:
    """What there is to draw of these: no money for who may not see it."""
    return [view for view in VIEWS if curves.money is not None or view not in OF_MONEY]


def first_view(curves: Curves) -> str:
    """What is drawn first: the margin, or what comes next where there is none, as no cost is known."""
    found = views(curves)
    return next((view for view in found if any(any(one.values) for one in _named(curves, view))), found[0])


def drawing(curves: Curves, view: str) -> Drawing:
    """One of `views`, all days cumulated; a second currency or unit has its scale on the right.

    What came to nothing is named and not drawn, where something else is.
    """
    named = _named(curves, view)
    worth = [one for one in named if any(one.values)] or named
    scales = sorted({one.scale for one in worth})[:SCALES]
    drawn = [one for one in worth if one.scale in scales] if len(curves.days) >= LEAST_DAYS else []
    marks = {id(one): mark for one, mark in zip(drawn, MARKS, strict=False)}
    right = {id(one) for one in drawn if one.scale != scales[0]}
    parts = []
    for one in named:
        said = _("{what} (right)").format(what=one.said) if id(one) in right else one.said
        if drawn and one in worth and one not in drawn:
            said = _("{what} (not drawn)").format(what=one.said)
        parts.append(f"{marks.get(id(one), '')} {said}".strip())
    lines = tuple(CurveLine(tuple(one.values), one.words, right=id(one) in right) for one in drawn)
    return Drawing(lines, labelled(_(VIEWS[view]), "  ".join(parts) or _("nothing yet")))


def _named(curves: Curves, view: str) -> list[_Named]:
    if view == "members":
        members, orders = _last(curves.came_back), _last(curves.orders)
        return [
            _Named(0, curves.came_back, number, ngettext("{n} member", "{n} members", members).format(n=members)),
            _Named(0, curves.orders, number, ngettext("{n} order", "{n} orders", orders).format(n=orders)),
        ]
    if view == "quantity":
        return [
            _Named(scale, one.quantity, quantity, quantity_words(_last(one.quantity), one.unit))
            for scale, one in enumerate(curves.quantities)
        ]
    return [one for scale, curve in enumerate(curves.money or ()) for one in _of_money(scale, curve, view)]


def _of_money(scale: int, curve: Curve, view: str) -> list[_Named]:
    if view != "group":
        values = curve.margin if view == "margin" else curve.turnover
        return [_Named(scale, values, amount, money(_last(values), curve.currency))]
    theirs, all_of_it = (money(_last(values), curve.currency) for values in (curve.margin, curve.group_margin))
    return [
        _Named(scale, curve.margin, amount, _("theirs {amount}").format(amount=theirs)),
        _Named(scale, curve.group_margin, amount, _("everybody's {amount}").format(amount=all_of_it)),
    ]


def amount(cents: int) -> str:
    """An amount on a scale: its currency stands in the legend."""
    return plain_amount(cents) if cents % 100 else number(cents // 100)


def quantity_words(thousandths: int, unit: str) -> str:
    """A quantity with its unit: "12,5 kg", "3 pieces"."""
    if unit != "piece":
        return f"{quantity(thousandths)} {unit}"
    return ngettext("{n} piece", "{n} pieces", -(-thousandths // 1000)).format(n=quantity(thousandths))


def _last(values: Sequence[int]) -> int:
    return values[-1] if values else 0
