"""The channels of a message in words: which there are, whom each of them reaches, what SMS cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from screens.message_states import REACHES, mails_and_people
from store.channels import EMAIL_ONLY
from templates.words import N_, _, ngettext
from templates.words.money import money, number

if TYPE_CHECKING:
    from store.reach import Counts
    from store.sms_gateway import SmsSettings

CHANNELS = {"email": N_("e-mail"), "sms": N_("SMS"), "letter": N_("letter"), "csv": N_("CSV file")}
"""In the order in which they are tried."""


def channels_words(channels: Sequence[str]) -> str:
    """By what a message goes: "e-mail, else SMS, else letter"."""
    return _(", else ").join(_(CHANNELS[name]) for name in CHANNELS if name in channels)


def way_words(reach: str, channel: str) -> str:
    """How a member hears of a message, of which there is no more to say."""
    return _(CHANNELS.get(channel) or REACHES[reach])


def many_words(channel: str, n: int) -> str:
    """So many that hear of a message by a channel beside e-mail, or are called: "12 SMS", "5 to call"."""
    if channel == "sms":
        text = ngettext("{n} SMS", "{n} SMS", n)
    elif channel == "letter":
        text = ngettext("{n} letter", "{n} letters", n)
    elif channel == "csv":
        text = ngettext("{n} in the CSV file", "{n} in the CSV file", n)
    else:
        text = ngettext("{n} to call", "{n} to call", n)
    return text.format(n=number(n))


def reached_words(counts: Counts, channels: Sequence[str]) -> str:
    """Whom a message reaches by its channels: "43 mails to 41 members, 12 SMS, 3 letters, 5 to call"."""
    if tuple(channels) == EMAIL_ONLY:
        return mails_and_people(counts.mails, counts.email, counts.unreachable)
    found = {"email": counts.email, "sms": counts.sms, "letter": counts.letters, "csv": counts.csv}
    reaching = [name for name in channels if found[name]] or channels[:1]
    parts = [mails_and_people(counts.mails, counts.email, 0)] if "email" in reaching else []
    return ", ".join([*parts, *others_words(counts, reaching)])


def others_words(counts: Counts, channels: Sequence[str]) -> list[str]:
    """Whom the channels beside e-mail reach, each in a few words, and how many are called."""
    found = {"sms": counts.sms, "letter": counts.letters, "csv": counts.csv}
    parts = [many_words(name, n) for name, n in found.items() if name in channels]
    return [*parts, *([many_words("call", counts.calls)] if counts.calls else [])]


def sms_cost_words(parts: int, settings: SmsSettings) -> str:
    """What so many SMS cost: "1,08 €"; empty where the group has not said what one costs."""
    return money(settings.cost_of(parts), settings.currency) if settings.cost else ""


def each_words(settings: SmsSettings) -> str:
    """What one SMS costs, to the ten-thousandth: "0,045 € each"; empty where nobody has said."""
    return _("{sum} each").format(sum=precise(settings)) if settings.cost else ""


def precise(settings: SmsSettings) -> str:
    """The cost of one SMS with its currency, with as many places as it has, two at least."""
    whole = money(settings.cost // 100, settings.currency)
    rest = f"{settings.cost % 100:02}".rstrip("0")
    if not rest:
        return whole
    last = max(place for place, sign in enumerate(whole) if sign.isdigit())
    return whole[: last + 1] + rest + whole[last + 1 :]
