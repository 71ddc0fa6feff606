"""What the store refuses about orders, in words; `screens.errors` takes them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.words import N_, _

if TYPE_CHECKING:
    from store.errors import StockShort

NAMED = 4
"""How many products one sentence names."""

ORDER_INVALID: dict[tuple[str, str], str] = {
    ("basket", "empty"): N_("There is nothing to confirm: nothing is ordered or changed."),
    ("basket", "nothing_to_undo"): N_("There is nothing to undo."),
    ("basket", "nothing_to_repeat"): N_("Nothing of the last order is offered this time."),
    ("quantity", "whole_only"): N_("{value} is sold whole: type 1 or 2, not a part."),
    ("quantity", "negative"): N_("A quantity cannot be below 0."),
    ("quantity", "not_positive"): N_("“{value}”: the quantity must be above 0."),
    ("reason", "empty"): N_("Nothing is cancelled: say why first."),
    ("quantity", "not_in_basket"): N_("“{value}”: there is no such line to take out."),
    ("quantity", "wrong_unit"): N_("{value} is not sold in this unit."),
    ("product", "not_offered"): N_("{value} is not offered at this distribution."),
    ("distribution", "cancelled"): N_("This distribution is cancelled: nothing can be ordered for it."),
    ("order", "not_confirmed"): N_("This order is not confirmed."),
    ("order", "other_catalogues"): N_("This order has lines of other catalogues: a coordinator can cancel it."),
    ("order", "basket_open"): N_("Somebody is changing this order. Confirm or drop the change first."),
    ("distribution", "same"): N_("The order is at this distribution already."),
    ("distribution", "nothing_offered"): N_("Nothing of this order is offered there: it stays where it is."),
    ("note", "other_catalogues"): N_("The note goes with lines of other catalogues: a coordinator can write it."),
    ("weight", "not_weighed"): N_("{value} is not sold by weight."),
    ("weight", "not_a_weight"): N_("“{value}” is no weight; write it as 1,835 or 1835 g."),
    ("weight", "negative"): N_("A weight cannot be below 0."),
    ("reference", "taken"): N_("The reference “{value}” is taken by another product of this catalogue."),
    ("name", "taken"): N_("The name “{value}” is taken."),
    ("closes_at", "not_an_hour"): N_("“{value}” is no hour; write it as 20:00, with the number of days before."),
    ("opens_at", "not_an_hour"): N_("“{value}” is no hour; write it as 20:00, with the number of days before."),
    ("starts_at", "not_an_hour"): N_("“{value}” is no hour; write it as 18:00."),
    ("ends_at", "not_an_hour"): N_("“{value}” is no hour; write it as 19:30."),
    ("ends_at", "before_start"): N_("A distribution ends after it has begun: {value} is too early."),
    ("price", "negative"): N_("A price cannot be below 0."),
}

ORDER_CHANGED = {
    "basket": N_("Somebody else works on this order too. It is shown as it is now: look, then type again."),
    "weight": N_("Somebody else has weighed this meanwhile: look. Enter again stores yours."),
}


def stock_short(error: StockShort) -> str:
    """That nothing was stored, and why."""
    short = too_little(error)
    return _("{short}. Nothing was stored: order less, or say that you mean it.").format(short=short)


def too_little(error: StockShort) -> str:
    """What there is too little of, and how much can be had; the first few of many."""
    from templates.words.money import quantity

    parts = []
    for _id, name, there in error.short[:NAMED]:
        text = _("{name}: only {n} left") if there > 0 else _("{name}: none left")
        parts.append(text.format(name=name, n=quantity(there)))
    return "; ".join(parts + ["…"] * (len(error.short) > NAMED))
