"""What a step's words are shown on, in words: a day, a member, an order, a promotion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.words import N_, _, dates

if TYPE_CHECKING:
    from store.step_occasions import Occasion

KEPT_OF = {
    "distribution": N_("distribution"),
    "member": N_("member"),
    "order": N_("order"),
    "basket": N_("basket"),
    "promotion": N_("promotion"),
}
"""What an occasion is, by how its key begins."""


def occasion_words(occasion: Occasion) -> str:
    """An occasion in short: "Thu 26 Nov, Volailles Rigaud"."""
    day = dates.day(occasion.day) if occasion.day and occasion.distribution_id is not None else ""
    names = [occasion.name, day] if occasion.member_id is not None else [day, occasion.name]
    return ", ".join(filter(None, names))


def kind_words(occasion: Occasion) -> str:
    """What it is: a distribution, a member …"""
    return _(KEPT_OF[occasion.key.partition(":")[0]])
