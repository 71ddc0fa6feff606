"""Vouchers that an order had when its distribution was cancelled, and has not any more when it is brought back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from store import voucher_rows

if TYPE_CHECKING:
    from datetime import date

    from store.transaction import Transaction
    from store.voucher_records import Voucher


def on_orders(t: Transaction, distribution_id: int) -> dict[str, int]:
    """The orders of a distribution by the vouchers that are taken off them, for the row that says it was cancelled."""
    rows = t.all(
        """SELECT v.id, v.order_id FROM vouchers v JOIN orders o ON o.id = v.order_id
        WHERE v.state = 'redeemed' AND o.distribution_id = ? ORDER BY v.id""",
        (distribution_id,),
    )
    return {str(row["id"]): row["order_id"] for row in rows}


def lost(t: Transaction, today: date, distribution_id: int) -> tuple[Voucher, ...]:
    """What the orders of a distribution that was brought back lack of that: used elsewhere, or cancelled, meanwhile."""
    detail = t.value(
        """SELECT detail FROM journal WHERE action = 'distribution.cancelled' AND subject_id = ?
        ORDER BY id DESC LIMIT 1""",
        (distribution_id,),
    )
    had = json.loads(detail or "{}").get("vouchers", {})
    rows = t.all(
        """SELECT v.id FROM json_each(:had) h JOIN vouchers v ON v.id = CAST(h.key AS INTEGER)
        JOIN orders o ON o.id = h.value AND o.distribution_id = :distribution AND o.state = 'confirmed'
        WHERE v.state <> 'redeemed' OR v.order_id <> o.id ORDER BY v.id""",
        {"had": json.dumps(had), "distribution": distribution_id},
    )
    return tuple(voucher_rows.get(t, today, row["id"]) for row in rows)
