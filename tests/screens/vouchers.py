"""Vouchers in a test, with the codes that it names."""

from __future__ import annotations

from datetime import date

from store import Store
from store.segments import parse
from store.voucher_offers import insert_vouchers
from store.voucher_records import Planned

CODE, OTHER = "K7PA-3MXD", "H4CA-9TRE"


def give(
    store: Store,
    member_id: int,
    code: str = CODE,
    amount: int = 500,
    *,
    minimum: int = 0,
    until: date | None = None,
    currency: str = "EUR",
    title: str = "Fromages de Noël",
) -> int:
    """A voucher as a message has given it to a member; the message's id."""
    message = store.messages.new(parse("everyone"), subject=title, label=title)
    with store.writing() as t:
        insert_vouchers(t, message, {member_id: (Planned(code, amount, currency, minimum, until),)})
        t.execute("UPDATE messages SET state = 'queued', queued_at = ? WHERE id = ?", (t.stamp, message))
    return message
