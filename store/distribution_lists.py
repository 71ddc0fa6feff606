"""Lists of distributions, and who one of them concerns, as far as an operator may see orders."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING

from store.distribution_planning import later
from store.distribution_records import Distribution, is_over, planned
from store.distribution_rows import Concerned, DistributionRow
from store.errors import NotFound
from store.order_lists import entered, holds, within
from store.order_records import CALLED_OFF
from store.rights import Right
from store.untold import UNTOLD

if TYPE_CHECKING:
    from store.transaction import Transaction

_LISTED = """SELECT d.*,
    (SELECT json_group_array(json_array(c.name, k.recap_sent_at IS NOT NULL)) FROM distribution_catalogues k
        JOIN catalogues c ON c.id = k.catalogue_id WHERE k.distribution_id = d.id) AS offered,
    (SELECT count(*) FROM orders o WHERE o.distribution_id = d.id AND o.state = 'confirmed' AND {holds}) AS orders,
    (SELECT count(*) FROM orders o WHERE o.distribution_id = d.id AND o.state = 'basket' AND {entered}) AS baskets
    FROM distributions d WHERE d.day >= :day ORDER BY d.day DESC, d.starts_at DESC, d.id DESC LIMIT :limit"""


def rows(t: Transaction, wall: datetime, limit: int, from_day: date | None) -> list[DistributionRow]:
    """The latest distributions in figures, the last day first."""
    # Who has the right on no catalogue sees how many orders there are, as on the Desk, and nothing of their lines.
    counted = t.actor.catalogues(Right.ORDERS) or None
    found = t.all(
        _LISTED.format(holds=holds(counted), entered=entered(counted)),
        {"day": "" if from_day is None else from_day.isoformat(), "limit": limit},
    )
    untold = _untold(t, [row["id"] for row in found], within(counted, "catalogue_id"))
    result = []
    for row in found:
        offered = sorted(json.loads(row["offered"]))
        result.append(
            DistributionRow(
                **planned(row),
                over=is_over(row["day"], row["ends_at"], wall),
                orders=row["orders"],
                baskets=row["baskets"],
                catalogues=tuple(name for name, _sent in offered),
                recaps_sent=sum(sent for _name, sent in offered),
                untold=untold[row["id"]],
            )
        )
    return result


def _untold(t: Transaction, distribution_ids: list[int], seen: str) -> Counter[int]:
    """By distribution, how many lines are another quantity than their producer was told."""
    found = t.all(
        f"""SELECT h.distribution_id
        FROM (SELECT distribution_id, catalogue_id FROM distribution_catalogues
            WHERE distribution_id IN (SELECT value FROM json_each(?)) AND recap_sent_at IS NOT NULL AND {seen}) k
        CROSS JOIN order_changes h USING (distribution_id, catalogue_id) WHERE {UNTOLD}
        GROUP BY h.distribution_id, h.member_id, h.product_id HAVING sum(h.after - h.before) <> 0""",
        (json.dumps(distribution_ids),),
    )
    return Counter(row["distribution_id"] for row in found)


def neighbours(t: Transaction, distribution_id: int) -> tuple[int | None, int | None]:
    """The distributions before and after one, in time; raises `NotFound`."""
    row = t.one("SELECT day, starts_at, id FROM distributions WHERE id = ?", (distribution_id,))
    if row is None:
        raise NotFound("distribution", str(distribution_id))
    place = tuple(row)
    before = t.value(
        """SELECT id FROM distributions WHERE (day, starts_at, id) < (?, ?, ?)
        ORDER BY day DESC, starts_at DESC, id DESC LIMIT 1""",
        place,
    )
    after = t.value(
        "SELECT id FROM distributions WHERE (day, starts_at, id) > (?, ?, ?) ORDER BY day, starts_at, id LIMIT 1",
        place,
    )
    return before, after


_AUTOMATIC = """SELECT d.state, count(*) AS n FROM occurrences o JOIN messages m ON m.occurrence_id = o.id
    JOIN deliveries d ON d.message_id = m.id WHERE o.distribution_id = ? AND d.kind = 'message' GROUP BY d.state"""


def concerned(t: Transaction, distribution: Distribution, to: date | None = None) -> Concerned:
    """Who has ordered for a distribution, and which closings change when it moves to the day `to`.

    Of a cancelled one that is who had ordered, so that they can still be told.
    """
    found = t.all(
        """SELECT o.member_id, o.state FROM orders o JOIN members m ON m.id = o.member_id
        WHERE o.distribution_id = ? AND ((o.state = 'confirmed' AND o.filled = 1) OR (o.state = 'basket'
            AND EXISTS (SELECT 1 FROM basket_entries e WHERE e.order_id = o.id)) OR (o.state = 'cancelled'
            AND o.cancelled_reason = ? AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id
                AND l.quantity > 0))) ORDER BY m.sort_key, m.id""",
        (distribution.id, CALLED_OFF),
    )
    states = Counter(row["state"] for row in found)
    changed = []
    for offered in distribution.catalogues:
        if to not in (None, distribution.day) and offered.recap_sent_at is None and offered.closes is not None:
            _opens, closes = later(offered, to - distribution.day)
            changed.append((offered.name, offered.closes, closes))
    mails = {row["state"]: row["n"] for row in t.all(_AUTOMATIC, (distribution.id,))}
    return Concerned(
        members=tuple(dict.fromkeys(row["member_id"] for row in found)),
        orders=states["confirmed"] + states["cancelled"],
        baskets=states["basket"],
        closings=tuple(changed),
        told=tuple(offered.name for offered in distribution.catalogues if offered.recap_sent_at is not None),
        waiting=mails.get("ready", 0),
        gone=mails.get("sent", 0) + mails.get("unknown", 0),
    )
