"""The members of the group: finding, reading, adding and changing them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from store import household, member_search, phones, preferences
from store.addresses import email_key
from store.errors import Ambiguous, Invalid, NotAllowed, NotFound
from store.folding import folded_words
from store.people import EmailState, Found, Member, MemberRow, Person, Preference
from store.rights import Right
from store.transaction import Transaction

if TYPE_CHECKING:
    from store.handle import Store
    from store.segment_steps import Segment

__all__ = ["EmailState", "Found", "Member", "MemberRow", "Members", "Person", "Preference", "add_member"]


def add_member(t: Transaction, member: Member) -> int:
    """Add a member inside somebody's transaction and return the id; the caller checks rights and writes the journal.

    Raises `Invalid` for an e-mail that cannot be one, or a household that nothing is said of.
    """
    return household.insert_member(t, household.checked(member, household.group_country(t)))


def save_member(t: Transaction, member: Member) -> None:
    """Write a changed member inside somebody's transaction; see `add_member` and `Members.save`."""
    household.update_member(t, household.checked(member, household.group_country(t)))


class Members:
    """Reading needs the right `members` or `orders` (on any catalogue), adding too; changing needs `members`.

    Who has `orders` on named catalogues only, a producer, finds members by name or phone and sees no more of them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def search(self, text: str, *, limit: int = 10, segment: Segment | None = None, archived: bool = False) -> Found:
        """A page of the members that answer to `text`: words of names in any order, parts of phones, e-mails.

        Last names that begin so come first, then by name; an empty text lists all. `segment` leaves out who is not in
        it, `archived` everybody who is not archived; both need the right `members`.
        """
        with self._store.reading() as t:
            limited = _limited(t)
            if archived:
                t.require(Right.MEMBERS)
                return member_search.find_archived(t, text, limit)
            within = None
            if segment is not None:
                t.require(Right.MEMBERS)
                within = self._store.segments.compile(t, segment)
            return member_search.find(t, text, limit, within, limited)

    def get(self, member_id: int) -> Member:
        """The member, archived or not; raises `NotFound`."""
        with self._store.reading() as t:
            limited = _limited(t)
            member = household.load_member(t, member_id)
        return _names_and_phones(member) if limited else member

    def resolve(self, text: str, *, archived: bool = False) -> int:
        """The id of the one member meant by an id, a name, a phone number or an e-mail.

        Archived ones are not meant, but by id where `archived` says so.
        Raises `NotFound`, and `Ambiguous` with the names when several answer.
        """
        with self._store.reading() as t:
            limited = _limited(t)
            return _resolve(t, text, limited, archived)

    def add(self, member: Member) -> int:
        """Add a member and return the id; raises `Invalid` as `add_member`."""
        with self._store.writing() as t:
            _limited(t)
            member_id = add_member(t, replace(member, joined_on=member.joined_on or self._store.clock.today()))
            t.journal("member.added", member_id)
        return member_id

    def save(self, member: Member) -> Member:
        """Write a changed member and return it as stored; raises `Invalid`, `NotFound`, `ChangedElsewhere`."""
        with self._store.writing() as t:
            t.require(Right.MEMBERS)
            save_member(t, member)
            t.journal("member.edited", member.id)
            return household.load_member(t, member.id or 0)

    def star(self, member_id: int, on: bool) -> None:
        """Give the member the star of a VIP, or take it away; raises `NotFound`."""
        with self._store.writing() as t:
            t.require(Right.MEMBERS)
            _touch(t, member_id, "vip = :value", int(on))
            t.journal("member.starred" if on else "member.unstarred", member_id)

    def archive(self, member_id: int, on: bool = True) -> None:
        """Take the member out of every list and search, or (`on=False`) back in; raises `NotFound`."""
        with self._store.writing() as t:
            t.require(Right.MEMBERS)
            _touch(t, member_id, "archived_at = :value", t.stamp if on else None)
            member_search.forget_member(t, member_id)
            member_search.index_members(t, [(member_id, household.load_member(t, member_id))])
            t.journal("member.archived" if on else "member.unarchived", member_id)

    def preferences(self, person_id: int) -> tuple[Preference, ...]:
        """What the person was asked or said about messages; what is missing is allowed (but `measured`)."""
        with self._store.reading() as t:
            t.require(Right.MEMBERS)
            return preferences.load_preferences(t, person_id)

    def set_preference(self, person_id: int, channel: str, kind: str, allowed: bool, source: str) -> None:
        """Write down what a person wants; `source` is who or what said so ("by phone"). See `write_preference`."""
        with self._store.writing() as t:
            t.require(Right.MEMBERS)
            member_id = preferences.write_preference(t, person_id, channel, kind, allowed, source)
            if member_id is not None:
                t.journal("member.preference", member_id, channel=channel, kind=kind, allowed=allowed)

    def alike(self, member: Member) -> tuple[MemberRow, ...]:
        """Members that may be the same household: one of the e-mails, phones or full names is theirs too.

        At most five. Who sees names and phones only is not told whose an e-mail is.
        """
        with self._store.reading() as t:
            limited = _limited(t)
            country = household.group_country(t)
            found: dict[int, None] = {}
            for person in member.people:
                found.update(dict.fromkeys(_alike(t, person, country, limited)))
            return member_search.rows(t, [i for i in found if i != member.id][:5], limited)


def _limited(t: Transaction) -> bool:
    """Whether the actor sees names and phones only; raises `NotAllowed` for who may not look at members at all."""
    if t.actor.may(Right.MEMBERS) or t.actor.may(Right.ORDERS):
        return False
    if t.actor.may_somewhere(Right.ORDERS):
        return True
    raise NotAllowed(Right.MEMBERS.value)


def _names_and_phones(member: Member) -> Member:
    people = tuple(replace(p, email="", email_state=EmailState.UNKNOWN) for p in member.people)
    return Member(people=people, id=member.id, version=member.version, archived=member.archived)


def _touch(t: Transaction, member_id: int, assignment: str, value: object) -> None:
    changed = t.execute(
        f"UPDATE members SET {assignment}, version = version + 1 WHERE id = :id", {"id": member_id, "value": value}
    )
    if changed.rowcount == 0:
        raise NotFound("member", str(member_id))


def _alike(t: Transaction, person: Person, country: str, limited: bool) -> list[int]:
    phone, mobile = phones.parse(person.phone, country).e164, phones.parse(person.mobile, country).e164
    try:
        key = email_key(person.email) if person.email and not limited else ""
    except Invalid:
        key = ""
    found = t.all(
        """SELECT DISTINCT p.member_id FROM people p JOIN members m ON m.id = p.member_id AND m.archived_at IS NULL
           WHERE (p.email_key <> '' AND p.email_key = :key)
              OR (p.phone_e164 <> '' AND p.phone_e164 IN (:phone, :mobile))
              OR (p.mobile_e164 <> '' AND p.mobile_e164 IN (:phone, :mobile))""",
        {"key": key, "phone": phone, "mobile": mobile},
    )
    ids = [row[0] for row in found]
    if person.first_name and person.last_name:
        ids += _of_name(t, person.name)
    return ids


def _of_name(t: Transaction, name: str) -> list[int]:
    """Members of whom one person has exactly these words as first and last name, in any order."""
    words = folded_words(name) if len(name) <= member_search.LONGEST else []
    if not words:
        return []
    match = "{words} : (" + " ".join(f'"{word}"' for word in words) + ")"
    found = t.all(
        """SELECT p.member_id, p.first_name, p.last_name FROM member_search s JOIN people p ON p.member_id = s.rowid
           WHERE member_search MATCH ? ORDER BY p.member_id""",
        (match,),
    )
    wanted = sorted(words)
    return list(
        dict.fromkeys(
            row["member_id"]
            for row in found
            if sorted(folded_words(f"{row['first_name']} {row['last_name']}")) == wanted
        )
    )


def _resolve(t: Transaction, text: str, limited: bool, archived: bool) -> int:
    asked = text.strip()
    is_id = asked.isascii() and asked.isdigit() and len(asked) < 10 and not asked.startswith("0")
    if is_id and t.one("SELECT 1 FROM members WHERE id = ? AND (archived_at IS NULL OR ?)", (int(asked), archived)):
        return int(asked)
    ids = _exactly(t, asked, limited)
    if not ids:
        found = member_search.find(t, asked, 6, None, limited) if asked else Found((), 0)
        ids = [row.id for row in found.rows]
    if not ids:
        raise NotFound("member", asked)
    if len(ids) > 1:
        raise Ambiguous("member", asked, tuple(row.name for row in member_search.rows(t, ids, limited)))
    return ids[0]


def _exactly(t: Transaction, asked: str, limited: bool) -> list[int]:
    """Members with exactly this e-mail, phone number or full name."""
    if "@" in asked:
        conditions, value = "p.email_key = :value", asked.lower()
    else:
        conditions, value = (
            "p.phone_e164 = :value OR p.mobile_e164 = :value",
            phones.parse(asked, household.group_country(t)).e164,
        )
    if not value or ("@" in asked and limited):
        return _of_name(t, asked)
    found = t.all(
        f"""SELECT DISTINCT p.member_id FROM people p JOIN members m ON m.id = p.member_id
            WHERE m.archived_at IS NULL AND ({conditions}) ORDER BY p.member_id""",
        {"value": value},
    )
    return [row[0] for row in found] or _of_name(t, asked)
