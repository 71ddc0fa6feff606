"""What a step's words are shown on, in words: a day, a member, an order, a promotion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.words import N_, _, dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.step_occasions import Occasion

NAME = 40
"""Cells of an occasion in the list."""
KINDS = {
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
    return _(KINDS[occasion.key.partition(":")[0]])


def offered(occasions: Sequence[Occasion]) -> tuple[list[tuple[str, str, Occasion]], int]:
    """Occasions as a list offers them, and how many cells their names take."""
    return [(occasion_words(one), kind_words(one), one) for one in occasions], NAME


def nothing_words() -> str:
    """That there is nothing to show the words on."""
    return _("There is nothing to show it on yet: no distribution, member or order of that kind.")
