"""What a person decides about single mails: hold, release, try again, settle."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from store.delivery_records import ASTRAY, COPIED, FOR_GOOD
from store.rights import Right
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.delivery_records import DeliveryRow

NEEDS = {"act": Right.MESSAGES_SEND, "settle": Right.MESSAGES_SEND}
"""The right that each act of a screen takes."""


def may(act: str, row: DeliveryRow | None) -> bool:
    """Whether an act says anything about a mail as it is now; what is held for good is not let go."""
    if row is None or not row.address:
        return False
    if act == "release":
        return row.state == "held" and row.reason not in FOR_GOOD
    return row.state == {"hold": "ready", "retry": "failed", "settle": "unknown"}[act]


SAID = {
    ("email", "hold"): N_("The mail to {name} is held: h lets it go."),
    ("sms", "hold"): N_("The SMS to {name} is held: h lets it go."),
    ("email", "astray"): N_("The mail to {name} waits to be sent to {address}, as before: h holds it."),
    ("sms", "astray"): N_("The SMS to {name} waits to be sent to {address}, as before: h holds it."),
    ("email", "copied"): N_(
        "The mail to {name} waits to be sent; the other file may have sent it already: h holds it."
    ),
    ("sms", "copied"): N_("The SMS to {name} waits to be sent; the other file may have sent it already: h holds it."),
    ("email", "release"): N_("The mail to {name} waits to be sent."),
    ("sms", "release"): N_("The SMS to {name} waits to be sent."),
    ("email", "retry"): N_("The mail to {name} waits to be tried again."),
    ("sms", "retry"): N_("The SMS to {name} waits to be tried again."),
}
"""What came of an act, by the channel."""


def doing(store: Store, act: str, row: DeliveryRow) -> Callable[[], str]:
    """What carries an act out, and says in words what came of it."""

    def carry_out() -> str:
        said = act
        if act == "hold":
            store.deliveries.hold(row.id)
        elif act == "release":
            store.deliveries.release(row.id)
            said = "astray" if row.reason in ASTRAY else "copied" if row.reason == COPIED else act
        else:
            store.deliveries.retry(row.id)
        return _(SAID[row.channel, said]).format(name=row.name or row.address, address=row.address)

    return carry_out


def settling(store: Store, row: DeliveryRow, as_: str) -> Callable[[], str]:
    """What settles a mail or SMS in doubt, as "sent" or to be sent "again", and says so."""

    def carry_out() -> str:
        store.deliveries.resolve(row.id, as_)
        if as_ == "sent":
            return _("It counts as sent.")
        if row.channel == "sms":
            return _("The same SMS waits to be sent again.")
        return _("The same mail waits to be sent again.")

    return carry_out


def waits_again(number: int, *, at_work: bool) -> str:
    """That so many mails wait again, and by which key of Sending they go where nobody is sending."""
    if at_work:
        return ngettext("{n} mail waits again.", "{n} mails wait again.", number).format(n=number)
    return ngettext("{n} mail waits again: g sends it.", "{n} mails wait again: g sends them.", number).format(n=number)
