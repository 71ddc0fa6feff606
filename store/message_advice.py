"""What a writer should know about the people of a segment before writing to them again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from store.clock import stamp, unstamp
from store.rights import Right
from store.segments import Segment, compile_segment

if TYPE_CHECKING:
    from store.handle import Store

DAYS = 30
"""More than one targeted message to a person within so many days is advised against."""


def written_recently(store: Store, segment: Segment, message_id: int) -> tuple[int, int]:
    """How many of a segment's members were sent another targeted message in the last 30 days, and how many calendar
    days ago the last one was: 0 for today, in the group's zone. Needs the right `messages.see`.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        sql, bound = compile_segment(t, segment)
        row = t.one(
            f"""WITH chosen AS MATERIALIZED ({sql})
            SELECT count(DISTINCT r.member_id) AS members, max(m.queued_at) AS last
            FROM recipients r JOIN messages m ON m.id = r.message_id
            WHERE r.reach = 'email' AND r.member_id IN (SELECT id FROM chosen) AND m.kind = 'targeted'
                AND m.state <> 'cancelled' AND m.queued_at > :advice_since AND m.id <> :advice_message""",
            {**bound, "advice_since": stamp(t.now - timedelta(days=DAYS)), "advice_message": message_id},
        )
        if row is None or row["last"] is None:
            return 0, 0
        today, day = (store.clock.to_wall(moment).date() for moment in (t.now, unstamp(row["last"])))
        return row["members"], (today - day).days
