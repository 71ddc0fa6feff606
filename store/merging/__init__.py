"""Merging two members that are one household, looking at it before, and undoing it.

Everything of the other one goes over: orders, baskets, what it was sent, vouchers, calls, ids of other systems, answers
about imports, links of operators, producers and catalogues, by-hand picks of segments and drafts. What the kept one
says stays, what is empty is filled; a refusal of either holds. The other one stays in the file, archived, and its id
leads to the kept one. It needs the right `members` only, also where orders of catalogues go over that the operator may
not order from: nothing that is ordered changes by it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from store import household
from store.addresses import address_hash
from store.errors import Invalid, MergeChanged, NotFound
from store.hand_picks import pick_instead, picks_of
from store.member_marks import index_again
from store.merging import orders as merged_orders
from store.merging.links import links, move_links
from store.merging.mail import Strays, move_mail, received, settle, strays, twice
from store.merging.people import later_refusals, move_people, refusals
from store.merging.plan import Plan, changes, left_out, plan_merge
from store.merging.records import Merge, MergePreview, MovedOrder
from store.merging.rows import differences, put_back, snapshot
from store.people import Member
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.people import Person
    from store.transaction import Transaction

__all__ = ["Merge", "MergePreview", "MovedOrder", "merge", "merge_preview", "merges_of", "undo_merge"]

People = Sequence[int] | None
"""The ids of the two people who stay, where both members have more than two different ones."""


def merge_preview(store: Store, keep_id: int, other_id: int, people: People = None) -> MergePreview:
    """What merging the other member into the kept one would do; raises as `merge`, but for people not chosen yet."""
    with store.reading() as t:
        t.require(Right.MEMBERS)
        keep, other = _two(t, keep_id, other_id)
        plan = plan_merge(keep, other, people)
        becomes = household.checked(plan.becomes, household.group_country(t))
        return MergePreview(
            keep=keep,
            other=other,
            becomes=becomes,
            changes=changes(keep, becomes),
            left_out=left_out(other, plan),
            people=tuple(joined.person for joined in plan.everybody),
            choose=len(plan.everybody) > 2,
            orders=merged_orders.moving(t, keep_id, other_id),
            messages=received(t, other_id),
            vouchers=t.value("SELECT count(*) FROM vouchers WHERE member_id = ? AND state = 'open'", (other_id,)),
            held=len({*twice(t, (keep_id, other_id)), *_strays(t, plan).held}),
            refusals=refusals(t, plan),
            external_ids=tuple(
                (row["source"], row["external_id"])
                for row in t.all(
                    "SELECT source, external_id FROM external_ids WHERE member_id = ? ORDER BY source, external_id",
                    (other_id,),
                )
            ),
            picked=tuple(pick.name for pick in picks_of(t, (other_id,), unsent=True)),
            roles=links(t, other_id),
        )


def merge(store: Store, keep_id: int, other_id: int, people: People = None) -> int:
    """Merge the other member into the kept one and return the number of the merge, to undo it by.

    Raises `NotFound`; `Invalid("merge", …)` for a member and itself, for one that was merged or erased ("gone"), and
    for one to keep that is archived; `Invalid("people", …, "choice")` where the two who stay have to be named.
    """
    with store.writing() as t:
        t.require(Right.MEMBERS)
        keep, other = _two(t, keep_id, other_id)
        plan = plan_merge(keep, other, people)
        if people is None and len(plan.everybody) > 2:
            raise Invalid("people", ", ".join(joined.person.name for joined in plan.everybody), "choice")
        ids = (keep_id, other_id)
        hashes = _hashes((keep, other))
        before = snapshot(t, ids, hashes)
        _carry_out(t, plan, keep_id, other)
        was, now = differences(before, snapshot(t, ids, hashes))
        merge_id = t.insert(
            "merges",
            kept_id=keep_id,
            gone_id=other_id,
            at=t.stamp,
            operator_id=t.actor.id,
            before=json.dumps({"rows": was, "same": _same(plan)}, ensure_ascii=False),
            after=json.dumps({"rows": now}, ensure_ascii=False),
        )
        t.journal("member.merged", keep_id, gone=other_id, merge=merge_id)
    return merge_id


def undo_merge(store: Store, merge_id: int) -> Merge:
    """Make two members of one again, as they were before the merge, and return the merge.

    What came since stays with the kept one, but an order, mail or person that goes back takes along what is its own;
    what a person refused since is refused for both. Raises `NotFound`, `Invalid("merge", …, "undone")`, and
    `MergeChanged` where something that the merge put together was changed since: then nothing is undone.
    """
    with store.writing() as t:
        t.require(Right.MEMBERS)
        row = t.one("SELECT * FROM merges WHERE id = ?", (merge_id,))
        if row is None:
            raise NotFound("merge", str(merge_id))
        if row["undone_at"] is not None:
            raise Invalid("merge", str(merge_id), "undone")
        ids = (row["kept_id"], row["gone_id"])
        if t.value("SELECT merged_into FROM members WHERE id = ?", (row["kept_id"],)) is not None:
            raise MergeChanged("merged")
        before = json.loads(row["before"])
        put_back(t, before["rows"], json.loads(row["after"])["rows"])
        for table in ("delivery_people", "measures", "came_back"):
            t.execute(
                f"""UPDATE {table} SET member_id = (SELECT member_id FROM people p WHERE p.id = person_id)
                WHERE person_id IN (SELECT id FROM people WHERE member_id = ?)""",
                (row["gone_id"],),
            )
        merged_orders.vouchers_follow(t, ids)
        later_refusals(t, before["same"], row["at"])
        for member_id in ids:
            index_again(t, member_id)
        t.execute("UPDATE merges SET undone_at = ?, undone_by = ? WHERE id = ?", (t.stamp, t.actor.id, merge_id))
        t.journal("member.unmerged", row["kept_id"], gone=row["gone_id"], merge=merge_id)
        return _merges(t, "g.id = ?", merge_id)[0]


def merges_of(store: Store, member_id: int) -> tuple[Merge, ...]:
    """The merges that a member was kept or went in, the latest first."""
    with store.reading() as t:
        t.require(Right.MEMBERS)
        return _merges(t, "? IN (g.kept_id, g.gone_id)", member_id)


def _merges(t: Transaction, where: str, value: int) -> tuple[Merge, ...]:
    rows = t.all(
        f"""SELECT g.id, g.kept_id, g.gone_id, g.at, g.undone_at, coalesce(o.name, '') AS operator FROM merges g
        LEFT JOIN operators o ON o.id = g.operator_id WHERE {where} ORDER BY g.id DESC""",
        (value,),
    )
    return tuple(
        Merge(
            id=row["id"],
            kept_id=row["kept_id"],
            gone_id=row["gone_id"],
            gone_name=household.load_member(t, row["gone_id"]).name,
            at=row["at"],
            by=row["operator"],
            undone_at=row["undone_at"],
        )
        for row in rows
    )


def _two(t: Transaction, keep_id: int, other_id: int) -> tuple[Member, Member]:
    """The two members, if they can be merged."""
    keep, other = household.load_member(t, keep_id), household.load_member(t, other_id)
    if keep_id == other_id:
        raise Invalid("merge", keep.name, "same")
    for member in (keep, other):
        if t.one(
            "SELECT 1 FROM members WHERE id = ? AND (merged_into IS NOT NULL OR erased_at IS NOT NULL)", (member.id,)
        ):
            raise Invalid("merge", member.name, "gone")
    if keep.archived:
        raise Invalid("merge", keep.name, "archived")
    return keep, other


def _hashes(members: Sequence[Member]) -> list[str]:
    """What suppressions know these households' addresses and numbers as."""
    keys = {
        key
        for member in members
        for person in member.people
        for key in (household.mail_key(person), person.phone_e164, person.mobile_e164)
        if key
    }
    return sorted(address_hash(key) for key in keys)


def _same(plan: Plan) -> list[tuple[int, int]]:
    return [(joined.id, joined.other.id) for joined in plan.everybody if joined.other and joined.other.id]


def _reached_at(person: Person) -> set[str]:
    """The keys of a person's address and numbers."""
    return {household.mail_key(person), person.phone_e164, person.mobile_e164} - {""}


def _strays(t: Transaction, plan: Plan) -> Strays:
    """What waits for addresses and numbers that are not kept; who does not stay keeps their own."""
    kept = {joined.id: _reached_at(joined.person) for joined in plan.everybody}
    kept |= {person.id or 0: _reached_at(person) for person in plan.becomes.people}
    return strays(t, {gone: stays for stays, gone in _same(plan)}, kept)


def _carry_out(t: Transaction, plan: Plan, keep_id: int, other: Member) -> None:
    other_id = other.id or 0
    merged_orders.move_orders(t, keep_id, other_id)
    settle(t, _strays(t, plan))
    move_mail(t, keep_id, other_id, {gone: stays for stays, gone in _same(plan)})
    move_links(t, keep_id, other_id)
    pick_instead(t, (other_id,), keep_id, unsent=True)
    move_people(t, plan, keep_id, other)
    household.update_member(t, household.checked(plan.becomes, household.group_country(t)))
    t.execute(
        """UPDATE members SET archived_at = coalesce(archived_at, ?), merged_into = ?, version = version + 1
        WHERE id = ?""",
        (t.stamp, keep_id, other_id),
    )
    index_again(t, other_id)
