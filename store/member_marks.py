"""What is done to many members at once: the star, a tag, archiving; inside somebody's transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from store import household, member_search
from store.errors import Invalid, NotFound
from store.folding import fold
from store.preferences import keep_refusals

if TYPE_CHECKING:
    from store.clock import Clock
    from store.transaction import Transaction

_CHOSEN = "id IN (SELECT value FROM json_each(:ids))"


@dataclass(frozen=True, slots=True)
class Expected:
    """A member with an order ("confirmed") or an open basket ("basket") at a distribution that is not over."""

    member_id: int
    name: str
    state: str
    day: date


def star(t: Transaction, ids: Sequence[int], on: bool) -> int:
    """Give the members the star of a VIP, or take it away; returns how many had it otherwise."""
    return t.execute(
        f"UPDATE members SET vip = :on, version = version + 1 WHERE {_CHOSEN} AND vip <> :on",
        {"ids": json.dumps(list(ids)), "on": int(on)},
    ).rowcount


def tag(t: Transaction, ids: Sequence[int], name: str, on: bool) -> int:
    """Give the members a tag, or take it away whatever its case and accents; returns how many had it otherwise.

    Raises `Invalid("tag", …)` for an empty one, or one with a comma, which parts them where they are typed.
    """
    wanted = household.one_line(name)
    if not wanted or "," in wanted:
        raise Invalid("tag", name, "comma" if wanted else "empty")
    changed = []
    for row in t.all(f"SELECT id, tags FROM members WHERE {_CHOSEN}", {"ids": json.dumps(list(ids))}):
        known = json.loads(row["tags"])
        others = [other for other in known if fold(other) != fold(wanted)]
        if (len(others) < len(known)) != on:
            tags = [*others, wanted] if on else others
            changed.append((json.dumps(tags, ensure_ascii=False), row["id"]))
    t.execute_many("UPDATE members SET tags = ?, version = version + 1 WHERE id = ?", changed)
    return len(changed)


def archive(t: Transaction, ids: Sequence[int], on: bool) -> int:
    """Take the members out of every list and search, or (`on=False`) back in; returns how many that changed.

    What they refused is kept for their addresses. One that was merged into another, or erased, does not come back.
    """
    rows = t.all(
        f"""SELECT id FROM members WHERE {_CHOSEN} AND (archived_at IS NULL) = :on
            AND (:on OR merged_into IS NULL AND erased_at IS NULL)""",
        {"ids": json.dumps(list(ids)), "on": int(on)},
    )
    for row in rows:
        member_id = row["id"]
        t.execute(
            "UPDATE members SET archived_at = ?, version = version + 1 WHERE id = ?",
            (t.stamp if on else None, member_id),
        )
        if on:
            for person in t.all("SELECT id FROM people WHERE member_id = ?", (member_id,)):
                keep_refusals(t, person["id"])
        index_again(t, member_id)
    return len(rows)


def index_again(t: Transaction, member_id: int) -> None:
    """Write anew what a member is found by; nothing for an archived one."""
    member_search.index_again(t, member_id, household.load_member(t, member_id))


def require_all(t: Transaction, ids: Sequence[int]) -> None:
    """Raise `NotFound` for the first that is no member."""
    known = {row["id"] for row in t.all(f"SELECT id FROM members WHERE {_CHOSEN}", {"ids": json.dumps(list(ids))})}
    for member_id in ids:
        if member_id not in known:
            raise NotFound("member", str(member_id))


def expected(t: Transaction, clock: Clock, ids: Sequence[int]) -> tuple[Expected, ...]:
    """Those of the members who are expected at a distribution that is not over, by its day."""
    found = t.all(
        """SELECT o.member_id, max(o.state) AS state, d.day FROM orders o JOIN distributions d
            ON d.id = o.distribution_id AND d.cancelled_at IS NULL AND d.day || 'T' || d.ends_at > :wall
        WHERE o.member_id IN (SELECT value FROM json_each(:ids)) AND (o.state = 'confirmed' AND o.filled = 1
            OR o.state = 'basket' AND EXISTS (SELECT 1 FROM basket_entries e WHERE e.order_id = o.id))
        GROUP BY o.member_id, d.id ORDER BY d.day, d.starts_at, o.member_id""",
        {"ids": json.dumps(list(ids)), "wall": clock.to_wall(t.now).isoformat(timespec="minutes")},
    )
    names = {row.id: row.name for row in member_search.rows(t, list({row["member_id"] for row in found}))}
    return tuple(
        Expected(row["member_id"], names[row["member_id"]], row["state"], date.fromisoformat(row["day"]))
        for row in found
    )
