"""The fields that a text may use, in one table."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from templates.words import N_


class Needs(StrEnum):
    """What there must be for a field to have a value."""

    NOTHING = "nothing"
    DISTRIBUTION = "distribution"
    ORDER = "order"
    HISTORY = "history"


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
    Field("order.lines", N_("what the member has ordered, as a list"), Needs.ORDER, of_member=True),
    Field("order.total", N_("total of the member's order"), Needs.ORDER, of_member=True),
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
