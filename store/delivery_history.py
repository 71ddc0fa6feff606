"""What became of one mail: "who got it, and when?"."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.came_back_records import CameBack, came_back_rows
from store.delivery_records import DECISIONS, DELIVERY, TITLE, Attempt, DeliveryRow, delivery_row
from store.errors import NotFound

if TYPE_CHECKING:
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DeliveryStory:
    """One mail: of which message (its title, "" for none), each attempt, to whom, and what came back of it.

    `people` are those whom it was for, by their present names; of a person's decision `answer` is who took it.
    """

    row: DeliveryRow
    message: str
    queued_at: str
    attempts: tuple[Attempt, ...]
    people: tuple[str, ...]
    came_back: tuple[CameBack, ...]


def story(t: Transaction, delivery_id: int) -> DeliveryStory:
    """`Deliveries.story` inside a transaction."""
    row = t.one(
        f"""SELECT {DELIVERY}, {TITLE} AS title, d.queued_at
        FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id WHERE d.id = ?""",
        (delivery_id,),
    )
    if row is None:
        raise NotFound("delivery", str(delivery_id))
    attempts = t.all(
        """SELECT a.at, a.phase, a.code,
            CASE WHEN a.phase IN (SELECT value FROM json_each(?)) THEN coalesce(o.name, a.answer) ELSE a.answer END
            AS answer
        FROM attempts a LEFT JOIN operators o ON o.login = a.answer WHERE a.delivery_id = ? ORDER BY a.id""",
        (json.dumps(DECISIONS), delivery_id),
    )
    people = t.all(
        """SELECT trim(p.first_name || ' ' || p.last_name) AS name FROM delivery_people dp
        JOIN people p ON p.id = dp.person_id WHERE dp.delivery_id = ? AND name <> ''
        ORDER BY dp.member_id, p.position""",
        (delivery_id,),
    )
    return DeliveryStory(
        delivery_row(row),
        row["title"],
        row["queued_at"],
        tuple(Attempt(**attempt) for attempt in attempts),
        tuple(person["name"] for person in people),
        came_back_rows(t, "c.delivery_id = :delivery", {"delivery": delivery_id}),
    )
