"""What rights and roles are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from store.rights import INCLUDED_IN, Right
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store.rights import Operator

ROLE_NAMES = {
    "coordinator": N_("coordinator"),
    "phone_desk": N_("phone desk"),
    "writer": N_("writer"),
    "producer": N_("producer"),
    "treasurer": N_("treasurer"),
}
"""The roles that come with cabas; others have the name that they were given here."""

RIGHT_NAMES = {
    Right.MEMBERS: N_("members"),
    Right.ORDERS: N_("orders"),
    Right.MESSAGES_SEE: N_("see messages"),
    Right.MESSAGES_WRITE: N_("write messages"),
    Right.MESSAGES_SEND: N_("send messages"),
    Right.RESULTS_MONEY: N_("turnover, margins"),
    Right.ADMIN: N_("everything"),
}

EXPLAINED = {
    Right.MEMBERS: N_("Find, see, change and export members."),
    Right.ORDERS: N_("Take and change orders; distributions, catalogues, recaps."),
    Right.MESSAGES_SEE: N_("Read messages, and see what became of their mails."),
    Right.MESSAGES_WRITE: N_("Write messages, choose people, send tests; sees messages, too."),
    Right.MESSAGES_SEND: N_("Send messages or keep them for an hour; sees messages, too."),
    Right.RESULTS_MONEY: N_("See what messages brought in."),
    Right.ADMIN: N_("All of this, and operators, mailbox and settings."),
}


def field_of(right: Right) -> str:
    """The name of a right's field in a form."""
    return right.value.replace(".", "_")


RIGHT_FIELDS = {field_of(right): right for right in Right}


def role_name(role: str) -> str:
    """What a role is called."""
    return _(ROLE_NAMES[role]) if role in ROLE_NAMES else role


def role_or_rights(operator: Operator) -> str:
    """The role that somebody has, or that they have rights of their own."""
    return role_name(operator.role) if operator.role is not None else _("own rights")


def rights_words(rights: Iterable[Right]) -> str:
    """Rights in a few words; what comes with another one is not said."""
    had = set(rights)
    if Right.ADMIN in had:
        return _(RIGHT_NAMES[Right.ADMIN])
    said = [right for right in Right if right in had and not had & set(INCLUDED_IN.get(right, ()))]
    return ", ".join(_(RIGHT_NAMES[right]) for right in said) or _("nothing")


def rights_had(operator: Operator) -> str:
    """What somebody may do, in a few words."""
    return rights_words({right for right, _catalogue in operator.grants})


def people(n: int) -> str:
    """So many operators."""
    return ngettext("{n} operator", "{n} operators", n).format(n=n)
