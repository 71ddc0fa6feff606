"""The details of a message as the fields of a form, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from screens.member_form import Fields, day_text
from screens.member_words import KINDS as NAMES
from screens.moments import day_of, moment_of
from store.errors import Invalid
from templates.words import LANGUAGES, N_, _, dates, known, languages

if TYPE_CHECKING:
    from store import Store
    from store.message_records import Message

KINDS = ("targeted", "opening", "last_call", "pickup", "automatic")
"""The kinds of a message: the most usual one first."""

LABELS = {
    "kind": N_("Kind"),
    "service": N_("Service"),
    "reason": N_("Reason"),
    "language": N_("Language"),
    "distribution": N_("Speaks of"),
    "from_name": N_("Sender"),
    "from_address": N_("From"),
    "reply_to": N_("Reply to"),
    "send_before": N_("Send before"),
    "counts_from": N_("Counts from"),
    "closes_on": N_("Counts until"),
}
COMING, GONE = 8, 2
"""So many distributions that come, and that are over, are offered."""


def fields_of(message: Message) -> Fields:
    """What the form shows."""
    return {
        "kind": message.kind,
        "service": bool(message.service_reason),
        "reason": message.service_reason,
        "language": message.language,
        "distribution": str(message.distribution_id or ""),
        "from_name": message.from_name,
        "from_address": message.from_address,
        "reply_to": message.reply_to,
        "send_before": moment_text(message.send_before),
        "counts_from": day_text(message.counts_from),
        "closes_on": day_text(message.closes_on),
    }


def values(typed: Fields, today: date) -> dict[str, Any]:
    """What is typed as a message holds it; raises ValueError for what is no day or no moment."""
    text = {name: str(value).strip() for name, value in typed.items()}
    return {
        "kind": text["kind"],
        "service_reason": " ".join(text["reason"].split()) if typed["service"] else "",
        "language": text["language"],
        "distribution_id": int(text["distribution"]) if text["distribution"] else None,
        "from_name": text["from_name"],
        "from_address": text["from_address"],
        "reply_to": text["reply_to"],
        "send_before": moment_of(text["send_before"], today),
        "counts_from": counted_day("counts_from", text["counts_from"], today),
        "closes_on": counted_day("closes_on", text["closes_on"], today),
    }


def counted_day(name: str, text: str, today: date) -> date | None:
    """The day from or until which orders count; they often count from a day that has passed. Raises ValueError."""
    return day_of(text, today, around=name == "counts_from")


def moment_text(moment: datetime | None) -> str:
    """A local moment as the form shows it, and as it can be typed: 23/11/2026 20:00."""
    return "" if moment is None else f"{day_text(moment.date())} {moment:%H:%M}"


def not_understood(name: str, text: str) -> str:
    """That something is no day, or no day and hour."""
    if name == "send_before":
        return _("“{value}” is no day and hour; write it as 23/11 20h.").format(value=text)
    return _("“{value}” is no day; write it as 26/11 or 26/11/2026.").format(value=text)


def require_reply_to(address: str) -> None:
    """Raise `Invalid` for what no mail can be answered to; only letters that every server reads."""
    from store.addresses import email_key

    try:
        email_key(address)
    except Invalid as error:
        raise Invalid("reply_to", address, "syntax") from error
    if not address.isascii():
        raise Invalid("reply_to", address, "syntax")


def texts_in(of_group: str, message: Message) -> list[tuple[str, str]]:
    """What a text can be written in: the group's language first, then the others that cabas speaks."""
    own = known(of_group)
    first = own if message.language == own else ""
    return [(first, languages.name(own)), *((code, languages.name(code)) for code in LANGUAGES if code != own)]


def distributions(store: Store, message: Message) -> list[tuple[str, str]]:
    """The distributions that a message can speak of: the next one whenever it goes, those to come, the last ones."""
    coming = store.distributions.next()
    following = _("the next one: {day}").format(day=dates.day(coming.day)) if coming else _("the next one")
    today = store.clock.today()
    rows = [row for row in store.distributions.rows() if not row.cancelled or row.id == message.distribution_id]
    ahead = sorted((row for row in rows if row.day >= today), key=lambda row: (row.day, row.id))
    gone = [row for row in rows if row.day < today]
    chosen = [row for row in gone[GONE:] + ahead[COMING:] if row.id == message.distribution_id]
    offered = [*ahead[:COMING], *gone[:GONE], *chosen]
    return [("", following), *((str(row.id), f"{dates.day(row.day)}, {row.place}") for row in offered)]


def addresses(store: Store, message: Message) -> list[tuple[str, str]]:
    """The addresses that the mailbox may send from, its own first; one that it may not any more stays in view."""
    mailbox = store.mailbox.get()
    if mailbox is None:
        found = [("", _("no mailbox yet"))]
    else:
        found = [("", mailbox.address), *((address, address) for address in mailbox.identities)]
    known = [value for value, _label in found]
    return [*found, *([(message.from_address, message.from_address)] if message.from_address not in known else [])]


def last_moment(store: Store, message: Message, distribution_id: int | None) -> datetime | None:
    """Until when the message would be of use if it were a last call: the closing it speaks of, as a local moment."""
    from mail.deadlines import LAST_CALL, default_send_before

    return default_send_before(store, replace(message, kind=LAST_CALL, distribution_id=distribution_id))


def called(store: Store, name: str, fields: Fields) -> str:
    """What a field holds, as one reads it."""
    value = str(fields[name])
    if name == "kind":
        return _(NAMES[value])
    if name == "language":
        return languages.name(value or known(store.settings.group().language))
    if name == "service":
        return _("yes") if fields[name] else _("no")
    if name == "distribution":
        if not value:
            return _("the next one")
        found = store.distributions.get(int(value))
        return f"{dates.day(found.day)}, {found.place}"
    return value or _("nothing")
