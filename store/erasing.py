"""Erasing a household, or one of its two people, for good: the person goes, the group's sums stay.

Orders, their lines and changes, who was meant by a message and what became of each mail stay, without a name. What the
person refused stays as the hash of the address, so that a later import cannot undo it. Backups, exports and what lies
in mailboxes are out of reach; `erasing_preview` says so. The steps are in `store.erasing_steps`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from store import erasing_steps, file, household, member_marks, unfinished
from store.backup_files import folder_of
from store.clock import stamp
from store.erasing_steps import Doomed
from store.errors import Invalid, NotFound, StoreError
from store.exchange.export_folder import top_folder
from store.exchange.whole_members import IDS
from store.folding import fold
from store.hand_picks import picks_of
from store.member_marks import Expected
from store.member_resolving import kept
from store.personal_data import roles
from store.personal_records import Role
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.people import Member
    from store.transaction import Transaction

_UNDER_WAY = timedelta(minutes=10)
"""How long a mail that is being sent is waited for; one that takes longer was left behind by a run that died."""


@dataclass(frozen=True, slots=True)
class ErasingPreview:
    """What erasing would do. `person` is the one who goes where the other stays, else empty.

    Goes: `people` (names), `mails` (frozen texts and addresses), of them `waiting` never go out; `baskets`, open
    `vouchers`, `order_notes`, `merges` that can then not be undone, the places in `listed_in`.
    Stays: `orders`, without a name (none where only one person goes: they are the other one's now, with their
    `order_notes`); those of `coming` distributions are still prepared. `operators` (logins) stay, no
    longer linked to the member or to its address, as do producers and catalogues (`roles`). `refuses`: what the person
    refused stays for the address. `notes` of the household stay where only one person goes.
    Out of reach: `mentions`, titles of messages and starters that name the person in their words; `copies`, backups and
    exports beside the group's file.
    """

    member_id: int
    name: str
    person: str
    people: tuple[str, ...]
    orders: int
    coming: tuple[Expected, ...]
    baskets: int
    vouchers: int
    order_notes: int
    notes: str
    mails: int
    waiting: int
    merges: int
    roles: tuple[Role, ...]
    operators: tuple[str, ...]
    listed_in: tuple[str, ...]
    refuses: bool
    mentions: tuple[str, ...]
    copies: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: `whole` the household, else one person. `held` mails never go out.

    `clean` says that nothing is left in the file's free space either; where it is False, others kept the file busy:
    `clean_file` does it later.
    """

    member_id: int
    whole: bool
    held: int
    clean: bool


def erasing_preview(store: Store, member_id: int, *, person_id: int | None = None) -> ErasingPreview:
    """What `erase` would do; needs the right `admin`. Raises what `erase` raises."""
    with store.reading() as t:
        t.require(Right.ADMIN)
        member, doomed = _doomed(t, member_id, person_id)
        ids = {"ids": json.dumps(doomed.members)}
        mine = f"member_id IN ({IDS})"
        people = [person for person in member.people if doomed.whole or person.id in doomed.people]
        deliveries = erasing_steps.deliveries_of(t, doomed)
        return ErasingPreview(
            member_id=doomed.members[0],
            name=member.name,
            person="" if doomed.whole else people[0].listed,
            people=tuple(person.listed for person in people),
            orders=t.value(f"SELECT count(*) FROM orders WHERE {mine} AND state <> 'basket'", ids)
            if doomed.whole
            else 0,
            coming=member_marks.expected(t, store.clock, doomed.members) if doomed.whole else (),
            baskets=t.value(f"SELECT count(*) FROM orders WHERE {mine} AND state = 'basket'", ids)
            if doomed.whole
            else 0,
            vouchers=t.value(f"SELECT count(*) FROM vouchers WHERE {mine} AND state = 'open'", ids)
            if doomed.whole
            else 0,
            order_notes=t.value(f"SELECT count(*) FROM orders WHERE {mine} AND note <> ''", ids),
            notes=member.notes,
            mails=len(deliveries),
            waiting=sum(row["state"] == "ready" for row in deliveries),
            merges=t.value(f"SELECT count(*) FROM merges WHERE kept_id IN ({IDS}) OR gone_id IN ({IDS})", ids),
            roles=roles(t, doomed.members[0]) if doomed.whole else (),
            operators=erasing_steps.operators_of(t, doomed),
            listed_in=tuple(pick.name for pick in picks_of(t, doomed.members)) if doomed.whole else (),
            refuses=erasing_steps.refuses(t, doomed),
            mentions=erasing_steps.mentions(t, people),
            copies=copies(store.path),
        )


def erase(store: Store, member_id: int, *, person_id: int | None = None) -> Erased:
    """Erase a household, or one of its people, for good; one who is alone in it is the household. Needs `admin`.

    Cannot be undone: show `erasing_preview` first. Raises `NotFound` for a member or person that is not there or was
    erased, `Invalid("erase", name, "sending")` while a mail to them is on its way: a minute later it is not.
    """
    with store.writing() as t:
        t.require(Right.ADMIN)
        # Deleted rows are overwritten, whatever SQLite's default is here: https://sqlite.org/pragma.html
        t.value("PRAGMA secure_delete = ON")
        member, doomed = _doomed(t, member_id, person_id)
        deliveries = erasing_steps.deliveries_of(t, doomed)
        recaps = erasing_steps.recaps_of(t, doomed)
        recent = stamp(t.now - _UNDER_WAY)
        if any(row["state"] == "sending" and row["state_at"] > recent for row in (*deliveries, *recaps)):
            raise Invalid("erase", member.name, "sending")
        erasing_steps.forget_came_back(t, doomed, deliveries)
        held = erasing_steps.forget_mails(t, doomed, deliveries)
        erasing_steps.forget_recaps(t, recaps)
        erasing_steps.forget_imports(t, doomed)
        unfinished.forget(t, doomed.people)
        if doomed.whole:
            erasing_steps.forget_household(t, doomed)
        else:
            erasing_steps.forget_person(t, doomed)
        t.journal("member.erased", doomed.members[0], household=doomed.whole)
    return Erased(doomed.members[0], doomed.whole, held, clean_file(store.path))


def clean_file(path: Path) -> bool:
    """Write the group's file anew, so that its free space and its log hold nothing of what was deleted.

    False where others kept it busy, or the disk is too full for a second copy of it: then it can be done later.
    """
    try:
        with file.faults_explained(path), closing(file.connect(path)) as conn:
            conn.execute("PRAGMA secure_delete = ON").fetchall()
            conn.execute("VACUUM")
            busy = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except (StoreError, sqlite3.Error):
        return False
    return not busy


def copies(path: Path) -> tuple[Path, ...]:
    """Backups and exports that lie beside the group's file: they hold who was erased until somebody deletes them."""
    folder = top_folder(path)
    folders = (path.parent, folder_of(path))
    beside = [found for one in folders for found in one.glob("*.backup") if found.name.startswith(path.name)]
    exports = list(folder.rglob("*")) if folder.is_dir() else []
    return tuple(sorted(found for found in (*beside, *exports) if found.is_file()))


def _doomed(t: Transaction, member_id: int, person_id: int | None) -> tuple[Member, Doomed]:
    """The member, and all ids that stand for who goes: those of members merged into this one, too."""
    member_id = kept(t, member_id)
    member = household.load_member(t, member_id)
    if t.value("SELECT erased_at FROM members WHERE id = ?", (member_id,)):
        raise NotFound("member", str(member_id))
    if person_id is not None and person_id not in {person.id for person in member.people}:
        raise NotFound("person", str(person_id))
    whole = person_id is None or len(member.people) == 1
    merged = t.all(
        """WITH RECURSIVE gone (id) AS (
            SELECT :id UNION SELECT m.id FROM members m JOIN gone ON m.merged_into = gone.id
        ) SELECT id FROM gone ORDER BY id <> :id, id""",
        {"id": member_id},
    )
    members = tuple(row["id"] for row in merged)
    people = t.all(f"SELECT * FROM people WHERE member_id IN ({IDS})", {"ids": json.dumps(members)})
    if whole:
        return member, Doomed(members, *_ids_and_keys(people), whole, _numbers(people))
    gone = next(row for row in people if row["id"] == person_id)
    stays = next(row for row in people if row["member_id"] == member_id and row["id"] != person_id)
    theirs = [row for row in people if row is gone or _is_copy(row, gone, member_id)]
    ids, keys = _ids_and_keys(theirs)
    numbers = tuple(number for number in _numbers(theirs) if number not in _numbers([stays]))
    return member, Doomed(members, ids, tuple(key for key in keys if key != stays["email_key"]), whole, numbers)


def _numbers(people: Iterable[sqlite3.Row]) -> tuple[str, ...]:
    found = (number for row in people for number in (row["phone_e164"], row["mobile_e164"]) if number)
    return tuple(dict.fromkeys(found))


def _ids_and_keys(people: Iterable[sqlite3.Row]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    rows = list(people)
    keys = dict.fromkeys(row["email_key"] for row in rows if row["email_key"])
    return tuple(row["id"] for row in rows), tuple(keys)


def _is_copy(row: sqlite3.Row, person: sqlite3.Row, member_id: int) -> bool:
    """Whether a member that was merged into this one still has this person: by first name or address."""
    return row["member_id"] != member_id and any(
        row[name] and fold(row[name]) == fold(person[name]) for name in ("first_name", "email_key")
    )
