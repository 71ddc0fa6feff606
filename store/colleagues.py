"""Who of the group changed something meanwhile: for whoever looks at it or has half typed something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.handle import Store


def who_changed(store: Store, kind: str, subject_id: int | None, since: int) -> str:
    """The name of the operator who changed a thing last, after the change number `since`; "" where it cannot be told.

    `kind` is how the journal's actions begin, as "member"; with no `subject_id` there is one such thing. What names no
    single thing (an import, a change of many) is told of whoever wrote, where that was one other operator only. Needs
    no right: that somebody was at work is no secret to their colleagues.
    """
    with store.reading() as t:
        name = t.value(
            """SELECT o.name FROM journal j JOIN operators o ON o.id = j.operator_id
            WHERE j.id > ? AND j.action LIKE ? AND (? IS NULL OR j.subject_id = ?) ORDER BY j.id DESC""",
            (since, f"{kind}.%", subject_id, subject_id),
        )
        if name is not None:
            return str(name)
        others = t.all(
            """SELECT DISTINCT o.name FROM journal j JOIN operators o ON o.id = j.operator_id
            WHERE j.id > ? AND o.id IS NOT ? AND j.action NOT LIKE 'unfinished.%' AND j.action NOT LIKE 'basket.%'""",
            (since, t.actor.id),
        )
        return str(others[0]["name"]) if len(others) == 1 else ""
