"""What a message gives away as the fields of a form, and back."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING

from screens.errors import words_for
from screens.form import Problem
from screens.member_form import Fields, day_text
from screens.moments import day_of
from screens.product_form import cents_of, cents_text
from store.errors import Invalid
from store.voucher_records import Offer
from templates.words import N_, _, dates
from templates.words.money import money

if TYPE_CHECKING:
    from store import Store
    from store.message_records import Message

LABELS = {
    "kind": N_("Everybody gets"),
    "amount": N_("Worth"),
    "percent": N_("Per cent"),
    "since": N_("Purchases from"),
    "until": N_("Purchases until"),
    "currency": N_("Currency"),
    "minimum": N_("Minimum order"),
    "valid_until": N_("Good until"),
}
KINDS = {"none": N_("no voucher"), "amount": N_("the same sum"), "percent": N_("a part of purchases")}
"""What a message gives."""
YEAR = timedelta(days=364)


def fields_of(offer: Offer | None, currency: str) -> Fields:
    """What the form shows; `currency` is that of a new offer."""
    if offer is None:
        return {"kind": "none", **dict.fromkeys(LABELS.keys() - {"kind", "currency"}, ""), "currency": currency}
    return {
        "kind": "amount" if offer.amount is not None else "percent",
        "amount": "" if offer.amount is None else cents_text(offer.amount),
        "percent": str(offer.percent or ""),
        "since": day_text(offer.since),
        "until": day_text(offer.until),
        "currency": offer.currency,
        "minimum": cents_text(offer.minimum) if offer.minimum else "",
        "valid_until": day_text(offer.valid_until),
    }


def offer_of(fields: Fields, today: date) -> Offer | None:
    """The offer that the form tells of, None for no voucher; raises `Invalid`, or ValueError for what is no day."""
    text = {name: str(value).strip() for name, value in fields.items()}
    if text["kind"] == "none":
        return None
    by_percent = text["kind"] == "percent"
    since, until = purchases(text["since"], text["until"], today) if by_percent else (None, None)
    return Offer(
        currency=text["currency"],
        amount=None if by_percent else cents_of(text["amount"]),
        percent=percent_of(text["percent"]) if by_percent else None,
        since=since,
        until=until,
        minimum=cents_of(text["minimum"]) if text["minimum"] else 0,
        valid_until=day_of(text["valid_until"], today),
    )


def purchases(since: str, until: str, today: date) -> tuple[date | None, date | None]:
    """The first and the last day of purchases, as typed: without a year the first is the latest such day that was, and
    the last the next one from there. Raises ValueError for what is no day."""
    first = _counted_from(since, today, today - YEAR)
    return first, _counted_from(until, today, first or today - YEAR)


def _counted_from(text: str, today: date, begin: date) -> date | None:
    found = day_of(text, today, around=True)
    again = day_of(text, begin)
    same = found is not None and again is not None and (found.month, found.day) == (again.month, again.day)
    return again if same else found  # "today" and "Monday" are those of today


def percent_of(text: str) -> int:
    """A whole percentage as typed, "5" or "5 %"; raises `Invalid`."""
    digits = text.strip().removesuffix("%").strip()
    if not (digits.isascii() and digits.isdecimal() and 1 <= int(digits[:4]) <= 100):
        raise Invalid("percent", digits, "percent")
    return int(digits)


def problems(fields: Fields, today: date) -> list[Problem]:
    """What cannot be stored, in the order of the fields."""
    kind = fields["kind"]
    if kind == "none":
        return []
    found = [_sum("amount", fields)] if kind == "amount" else [_percent(fields), *_purchases(fields, today)]
    found += [_sum("minimum", fields)] if str(fields["minimum"]).strip() else []
    found.append(_day("valid_until", fields, today))
    return [problem for problem in found if problem is not None] or _in_order(fields, today)


def _sum(name: str, fields: Fields) -> Problem | None:
    text = str(fields[name]).strip()
    if not text:
        return Problem(name, _("How much is it worth? Write it as 5,00."), at_save=True)
    try:
        if not cents_of(text) and name == "amount":
            raise Invalid("amount", text, "too_small")
    except Invalid as error:
        return Problem(name, words_for(error))
    return None


def _percent(fields: Fields) -> Problem | None:
    text = str(fields["percent"]).strip()
    if not text:
        return Problem("percent", _("How many per cent of what was bought?"), at_save=True)
    try:
        percent_of(text)
    except Invalid as error:
        return Problem("percent", words_for(error))
    return None


def _purchases(fields: Fields, today: date) -> list[Problem | None]:
    found = []
    for name in ("since", "until"):
        words = words_for(Invalid(name, "", "empty"))
        missing = None if str(fields[name]).strip() else Problem(name, words, at_save=True)
        found.append(missing or _day(name, fields, today))
    return found


def _day(name: str, fields: Fields, today: date) -> Problem | None:
    try:
        day_of(str(fields[name]), today, around=name != "valid_until")
    except ValueError:
        words = _("“{value}” is no day; write it as 26/11 or 26/11/2026.")
        return Problem(name, words.format(value=fields[name]))
    return None


def _in_order(fields: Fields, today: date) -> list[Problem]:
    offer = offer_of(fields, today)
    if offer is None:
        return []
    if offer.since is not None and offer.until is not None and offer.until < offer.since:
        return [Problem("until", _("That is before the first day of the purchases."))]
    if offer.valid_until is not None and offer.valid_until < today:
        return [Problem("valid_until", words_for(Invalid("valid_until", offer.valid_until.isoformat(), "past")))]
    return []


def notes(fields: Fields, today: date) -> dict[str, str]:
    """What is meant by what is typed."""
    code = str(fields["currency"])
    said = {"percent": _("% of what each member bought"), "minimum": _("in one order; may be empty")}
    for name in ("amount", "minimum"):
        with suppress(Invalid):
            text = str(fields[name]).strip()
            said |= {name: money(cents_of(text), code)} if text else {}
    with suppress(ValueError):
        first, last = purchases(str(fields["since"]), str(fields["until"]), today)
        days = {"since": first, "until": last, "valid_until": day_of(str(fields["valid_until"]), today)}
        said |= {name: dates.day(day, year=True) for name, day in days.items() if day is not None}
    return {"valid_until": _("included; empty: without end"), **said}


def says_code(message: Message) -> bool:
    """Whether a text of the message says the code of the voucher."""
    texts = (message.subject, message.text, message.sms_text, message.letter_text, message.call_text)
    return any("voucher.code" in text for text in texts)


def currencies(store: Store, own: str) -> list[tuple[str, str]]:
    """The currencies that orders are paid in, the group's `own` first."""
    codes = [own, *sorted({one.currency for one in store.catalogues.all()} - {own})]
    return [(code, code) for code in codes]


def called(name: str, fields: Fields) -> str:
    """What a field holds, as one reads it."""
    return _(KINDS[str(fields[name])]) if name == "kind" else str(fields[name]) or _("nothing")
