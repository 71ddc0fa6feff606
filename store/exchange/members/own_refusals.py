"""What only our own files say of a member: preferences, refusals, ids in other systems, since when it is archived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from store.addresses import address_hash, email_key
from store.exchange.members.changes import places
from store.exchange.own_members import OwnMember, Refused, Said
from store.exchange.report import FieldChange
from store.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.people import Member
    from store.transaction import Transaction


class OwnRefusals:
    """Collects what is news about members, and writes it after them.

    A no of the file is taken unless the person said yes here later; a yes only where nothing is known here. A refusal
    for good is never taken away. Who wrote something down is taken from a file that an admin imports; else it is
    whoever imports it, so that nobody writes under another's name.
    """

    def __init__(self, t: Transaction) -> None:
        self._t = t
        self._said = {
            (row["person_id"], row["channel"], row["kind"]): (bool(row["allowed"]), str(row["since"]))
            for row in t.all("SELECT person_id, channel, kind, allowed, since FROM preferences")
        }
        self._refused = {tuple(row) for row in t.all("SELECT address_hash, kind FROM suppressions")}
        self._ids = {tuple(row) for row in t.all("SELECT source, external_id FROM external_ids")}
        known = t.all("SELECT id, login FROM operators") if t.actor.may(Right.ADMIN) else []
        self._operators = {row["login"]: row["id"] for row in known}
        self._else = None if t.actor.may(Right.ADMIN) else t.actor.id
        self._new_said: list[tuple[int, int, Said]] = []
        self._new_refused: list[tuple[str, Refused]] = []
        self._new_ids: list[tuple[str, str, int]] = []
        self._archived_at: list[tuple[str, int]] = []

    def of_member(self, member_id: int, member: Member, own: OwnMember) -> tuple[FieldChange, ...]:
        """Note what is news about a member, new (under a negative id) or as the row leaves it; return it."""
        news = [
            FieldChange("external_ids", "", f"{source} {external_id}")
            for source, external_id in own.external_ids
            if self._take_id(member_id, source, external_id)
        ]
        if member_id < 0 and own.archived_at:
            self._archived_at.append((own.archived_at, member_id))
        found = places(own.member.people, member.people)
        for person, place, said_here, refused_here in zip(own.member.people, found, own.said, own.refused, strict=True):
            for refused in refused_here:
                if person.email and self._take_refused(email_key(person.email), refused):
                    news.append(FieldChange("preferences", "", f"{refused.kind}: no"))
            if place is not None:
                person_id = member.people[place].id
                changed = (self._take_said(member_id, place, person_id, said) for said in said_here)
                news += [change for change in changed if change is not None]
        return tuple(news)

    def _take_id(self, member_id: int, source: str, external_id: str) -> bool:
        if (source, external_id) in self._ids:
            return False
        self._ids.add((source, external_id))
        self._new_ids.append((source, external_id, member_id))
        return True

    def _take_said(self, member_id: int, place: int, person_id: int | None, said: Said) -> FieldChange | None:
        key = (person_id or 0, said.channel, said.kind)
        allowed, since = self._said.get(key, (None, "")) if person_id else (None, "")
        later_here = bool(allowed) and bool(said.since) and since > said.since
        if allowed == said.allowed or (allowed is not None and (said.allowed or later_here)):
            return None
        if person_id:
            self._said[key] = (said.allowed, said.since)
        self._new_said.append((member_id, place, said))
        name = f"{said.channel}_{said.kind}"
        words = {None: "", True: f"{name}: yes", False: f"{name}: no"}
        return FieldChange("preferences", words[allowed], words[said.allowed])

    def _take_refused(self, key: str, refused: Refused) -> bool:
        address = (address_hash(key), refused.kind)
        if address in self._refused:
            return False
        self._refused.add(address)
        self._new_refused.append((address[0], refused))
        return True

    def write(self, stored: Mapping[int, int]) -> bool:
        """Write all of it, new members under their `stored` ids, and say whether there was anything."""
        t = self._t
        t.execute_many(
            "INSERT INTO external_ids (source, external_id, member_id) VALUES (?, ?, ?)",
            [(source, external_id, stored.get(i, i)) for source, external_id, i in self._new_ids],
        )
        t.execute_many(
            "UPDATE members SET archived_at = ? WHERE id = ? AND archived_at IS NOT NULL",
            [(at, stored.get(i, i)) for at, i in self._archived_at],
        )
        t.execute_many(
            "INSERT OR IGNORE INTO suppressions (address_hash, kind, since, source) VALUES (?, ?, ?, ?)",
            [(address, said.kind, said.since or t.stamp, said.source) for address, said in self._new_refused],
        )
        t.execute_many(
            """INSERT INTO preferences (person_id, channel, kind, allowed, since, operator_id, source)
               SELECT id, ?, ?, ?, ?, ?, ? FROM people WHERE member_id = ? AND position = ?
               ON CONFLICT (person_id, channel, kind) DO UPDATE SET allowed = excluded.allowed,
                   since = excluded.since, operator_id = excluded.operator_id, source = excluded.source""",
            self._said_rows(stored),
        )
        return bool(self._new_ids or self._new_refused or self._new_said)

    def _said_rows(self, stored: Mapping[int, int]) -> Iterator[tuple[object, ...]]:
        for member_id, place, said in self._new_said:
            since, operator_id = said.since or self._t.stamp, self._operators.get(said.by, self._else)
            yield (
                *(said.channel, said.kind, int(said.allowed), since, operator_id, said.source),
                *(stored.get(member_id, member_id), place + 1),
            )
