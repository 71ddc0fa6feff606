"""Vouchers for tests, as messages make them."""

from __future__ import annotations

from datetime import date

from store import Store
from store.voucher_offers import insert_vouchers, with_codes
from store.voucher_records import Planned, Voucher


def give(
    store: Store,
    member_id: int,
    amount: int = 500,
    *,
    minimum: int = 0,
    until: date | None = None,
    currency: str = "EUR",
) -> Voucher:
    """Give a member a voucher, as a message that is frozen does."""
    with store.writing() as t:
        planned = with_codes(t, {member_id: (Planned("", amount, currency, minimum, until),)})
        t.insert(
            "messages", label="Noël", subject="", text="", segment="{}", state="queued", queued_at=t.stamp,
            created_at=t.stamp, changed_at=t.stamp,
        )  # fmt: skip
        insert_vouchers(t, t.value("SELECT max(id) FROM messages"), planned)
        t.journal("message.queued", 1)
    return store.vouchers.find(planned[member_id][0].code)
