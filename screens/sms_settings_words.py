"""What the settings of SMS are called, how the gateway stands in words, and what keeps SMS from going."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from screens.member_form import Fields
from screens.text import labelled
from templates.words import N_, _, dates, language
from templates.words.names import NAMES

if TYPE_CHECKING:
    from store import Store
    from store.clock import Clock
    from store.sms_gateway import SmsSettings

LABELS = {
    "cost": N_("One SMS costs"),
    "currency": N_("Currency"),
    "per_day": N_("A day"),
    "only_allowed": N_("To whom"),
}
EXPLAINED = {
    "cost": N_(
        "What the gateway asks for one SMS, as 0,045: it is said before SMS go, and their number is typed then. "
        "0 where they are free."
    ),
    "currency": N_("Of what an SMS costs: three letters, as EUR."),
    "per_day": N_("So many SMS go in 24 hours at most; what is more goes the next day. 0: as many as there are."),
    "only_allowed": N_(
        "Ticked: SMS go only to people who said yes to them, which is noted with the member. Where SMS that advertise "
        "need consent, as in France and Italy, tick it."
    ),
}
REASONS = {
    "operator": N_("paused by hand"),
    "login": N_("the gateway refuses the key or password"),
    "credit": N_("the account at the gateway is used up"),
    "certificate": N_("whoever answers is not the gateway"),
    "elsewhere": N_("the gateway sends on to another address"),
    "network": N_("the gateway cannot be reached"),
    "busy": N_("the gateway takes no more for now"),
    "refusals": N_("several SMS in a row were refused"),
    "doubts": N_("several SMS in a row are in doubt"),
    "limits": N_("the day's limit is used up"),
    "no_gateway": N_("no gateway is set up"),
    "copied": N_("this file was copied, and sends nothing until Sending (F2 g) or “cabas outbox adopt” says so"),
    "configuration": N_("cabas.toml cannot be read"),
    "library": N_("the library for SMS is not installed: pip install 'cabas[sms]'"),
    "no_to": N_("the gateway's line says nowhere where the number goes: {to}"),
    "service": N_("the gateway's line names no service that is known"),
    "targets": N_("the gateway's line would send to others, too"),
    "both": N_("cabas.toml has both a gateway and a command for it"),
    "command": N_("the command for the gateway's line failed"),
    "set_up": N_("the gateway's line cannot be used"),
}
"""Why SMS do not go, by the store's codes and those of `mail.sms`."""
LIMITS = {"per_day": 100_000, "cost": 9_999_999}


def fields_of(settings: SmsSettings) -> Fields:
    """What the form shows."""
    return {
        "cost": cost_text(settings.cost),
        "currency": settings.currency,
        "per_day": str(settings.per_day),
        "only_allowed": settings.only_allowed,
    }


def cost_text(cost: int) -> str:
    """Ten-thousandths of a unit as they are typed, without idle zeros: "0.045", in the language spoken now."""
    whole, rest = divmod(cost, 10_000)
    decimals = f"{rest:04}".rstrip("0")
    return f"{whole}{NAMES[language()].decimal}{decimals}" if decimals else str(whole)


def cost_of(text: str) -> int:
    """Ten-thousandths from what is typed, with a comma or a point; raises ValueError."""
    typed = "".join(text.split()).replace(",", ".") or "0"
    whole, _point, decimals = typed.partition(".")
    digits = whole + decimals
    if not digits.isdecimal() or not digits.isascii() or len(decimals) > 4:
        raise ValueError(text)
    cost = int(whole or "0") * 10_000 + int(decimals.ljust(4, "0"))
    if cost > LIMITS["cost"]:
        raise ValueError(text)
    return cost


def reason_words(reason: str, answer: str = "") -> str:
    """Why SMS do not go, with what the gateway said."""
    text = _(REASONS[reason]) if reason in REASONS else reason
    return labelled(text, answer) if answer else text


def state_words(settings: SmsSettings, clock: Clock) -> str:
    """How the gateway stands, and until when."""
    if settings.state == "ok":
        return _("SMS go out.")
    from store.clock import unstamp

    why = reason_words(settings.reason, settings.answer)
    if settings.until is None:
        return _("No SMS goes out: {why}.").format(why=why)
    until = dates.moment(clock.to_wall(unstamp(settings.until)))
    return _("No SMS goes out before {moment}: {why}.").format(moment=until, why=why)


def set_up_words(store: Store) -> str:
    """Why no SMS can go from this machine and this file, without a full stop; empty where they can."""
    from importlib.util import find_spec

    from mail.configuration import ConfigurationBad
    from mail.lock import at_home
    from mail.sms import is_set_up
    from screens.errors import words_for

    try:
        if not is_set_up(store.path):
            return _(REASONS["no_gateway"])
    except ConfigurationBad as error:
        return words_for(error).rstrip(".")
    if not at_home(store):
        return _(REASONS["copied"])
    found = None
    with suppress(ImportError, ValueError):
        found = find_spec("apprise")
    return "" if found is not None else _(REASONS["library"])


def obstacle_words(store: Store) -> str:
    """What keeps SMS from going now; empty where nothing does."""
    if why := set_up_words(store):
        return _("The SMS wait: {why}.").format(why=why)
    settings = store.sms.standing()
    return "" if settings.state == "ok" else state_words(settings, store.clock)
