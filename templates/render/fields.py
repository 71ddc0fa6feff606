"""The fields that a text may use, in one table."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from templates.words import N_


class Needs(StrEnum):
    """What there must be for a field to have a value."""

    NOTHING = "nothing"
    DISTRIBUTION = "distribution"
    ORDER = "order"
    HISTORY = "history"
    BASKET = "basket"
    CATALOGUE = "catalogue"
    PROMOTION = "promotion"
    VOUCHER = "voucher"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: what is written between the braces, what it says (translated when shown), and what it needs.

    `of_member` tells a field that differs between two households at one address.
    """

    name: str
    description: str
    needs: Needs = Needs.NOTHING
    of_member: bool = False
    call: bool = False

    @property
    def insert(self) -> str:
        """What is put into a text, braces included."""
        return f"{{{{ {self.name}{'()' if self.call else ''} }}}}"


FIELDS: tuple[Field, ...] = (
    Field("first_name", N_("first name of the person who gets the mail")),
    Field("last_name", N_("last name of the person who gets the mail")),
    Field("people", N_("everybody in the household, with their names")),
    Field("group", N_("name of the group")),
    Field("sender", N_("name of the sender")),
    Field("distribution.day", N_("day of the distribution"), Needs.DISTRIBUTION),
    Field("distribution.place", N_("place of the distribution"), Needs.DISTRIBUTION),
    Field("distribution.from", N_("hour at which the distribution begins"), Needs.DISTRIBUTION),
    Field("distribution.to", N_("hour at which the distribution ends"), Needs.DISTRIBUTION),
    Field("closes", N_("until when one can order"), Needs.DISTRIBUTION, call=True),
    Field("catalogue", N_("the catalogue that the message speaks of"), Needs.CATALOGUE),
    Field("order.lines", N_("what the member has ordered, as a list"), Needs.ORDER, of_member=True),
    Field("order.total", N_("total of the member's order"), Needs.ORDER, of_member=True),
    Field("basket.lines", N_("what is in the member's open basket, as a list"), Needs.BASKET, of_member=True),
    Field("basket.total", N_("total of the member's open basket"), Needs.BASKET, of_member=True),
    Field("promotion.what", N_("product or catalogue that costs less"), Needs.PROMOTION),
    Field("promotion.offer", N_("what it costs, or how much less"), Needs.PROMOTION),
    Field("promotion.price", N_("lower price of the product"), Needs.PROMOTION),
    Field("promotion.usual", N_("what the product costs else"), Needs.PROMOTION),
    Field("promotion.percent", N_("how many percent less"), Needs.PROMOTION),
    Field("promotion.from", N_("first day of the promotion"), Needs.PROMOTION),
    Field("promotion.until", N_("last day of the promotion"), Needs.PROMOTION),
    Field("voucher.code", N_("code of the member's voucher"), Needs.VOUCHER, of_member=True),
    Field("voucher.amount", N_("what the member's voucher is worth"), Needs.VOUCHER, of_member=True),
    Field("voucher.until", N_("last day on which the voucher can be used"), Needs.VOUCHER, of_member=True),
    Field("voucher.minimum", N_("what an order has to come to for the voucher"), Needs.VOUCHER, of_member=True),
    Field("last_order", N_("what the member ordered last from a catalogue"), Needs.HISTORY, of_member=True, call=True),
    Field("unsubscribe", N_("a link to get no more of these messages")),
)
"""Every field, in the order in which the screens offer them."""

BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}
GROUPS = frozenset(name.partition(".")[0] for name in BY_NAME if "." in name)


def closest(name: str) -> str:
    """The field that a misspelt `name` was probably meant for, or nothing."""
    found = difflib.get_close_matches(name.lower().replace("-", "_").replace(" ", "_"), list(BY_NAME), 1, 0.6)
    return found[0] if found else ""


class Fit(NamedTuple):
    """A field, whether everybody of a segment has something to say for it, and else why not (to be translated)."""

    field: Field
    fits: bool
    why: str


ORDERED = frozenset(("ordered", "something_to_collect"))
BEFORE = ORDERED | {"bought", "orders", "reactivation", "spent", "subscribers"}
"""Rules whose people have an order; for the catalogue that a text asks for, the preview says who has none."""


def fitting(
    rules: Iterable[str],
    *,
    distribution: bool,
    catalogue: bool = False,
    promotion: bool = False,
    voucher: bool = False,
) -> tuple[Fit, ...]:
    """Every field with whether it fits people of whom all `rules` are true; see `holding`.

    `distribution`, `promotion`: whether there is one that the message speaks of, or that is meant where it names none;
    `catalogue`: whether it speaks of one; `voucher`: whether vouchers come with it.
    """
    spoken_of = {
        Needs.DISTRIBUTION: distribution,
        Needs.CATALOGUE: catalogue,
        Needs.PROMOTION: promotion,
        Needs.VOUCHER: voucher,
    }
    there = frozenset(needs for needs, found in spoken_of.items() if found)
    true = frozenset(rules)
    return tuple(Fit(field, not (why := _why_not(field.needs, true, there)), why) for field in FIELDS)


def _why_not(needs: Needs, true: frozenset[str], there: frozenset[Needs]) -> str:
    match needs:
        case Needs.DISTRIBUTION | Needs.ORDER | Needs.BASKET if Needs.DISTRIBUTION not in there:
            return N_("No distribution is planned.")
        case Needs.CATALOGUE if Needs.CATALOGUE not in there:
            return N_("This message speaks of no catalogue.")
        case Needs.PROMOTION if Needs.PROMOTION not in there:
            return N_("This message speaks of no promotion.")
        case Needs.VOUCHER if Needs.VOUCHER not in there:
            return N_("No vouchers come with this message.")
        case Needs.BASKET if "basket_open" not in true:
            return N_("Not all of them have an open basket.")
        case Needs.ORDER if not true & ORDERED:
            return N_("Not all of them have an order: keep only who ordered.")
        case Needs.HISTORY if not true & BEFORE:
            return N_("Not all of them have ordered before.")
    return ""


def holding(start: str, steps: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The rules that are true of everybody in a segment, from its start and its steps as (verb, name of the rule).

    Who is added by another rule, or by hand, need not have what the rules before ask for.
    """
    true: frozenset[str] | None = None if start == "nobody" else _implied("everyone")
    for verb, rule in steps:
        if verb == "add":
            true = _implied(rule) if true is None else true & _implied(rule)
        elif verb == "keep" and true is not None:
            true |= _implied(rule)
    return true or frozenset()


def _implied(rule: str) -> frozenset[str]:
    """The rule and what is true where it is: who has something to collect has ordered, who has ordered has orders."""
    also = {"ordered"} if rule in ORDERED else set()
    return frozenset({rule} | also | ({"orders"} if rule in BEFORE else set()))
