"""The members of the group: finding, reading, adding and changing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from store import household, member_marks, member_resolving, member_search, preferences
from store.errors import Invalid, NotAllowed
from store.member_marks import Expected
from store.people import EmailState, Found, Member, MemberRow, Person, Preference
from store.rights import Right
from store.transaction import Transaction

if TYPE_CHECKING:
    from store.handle import Store
    from store.segment_steps import Segment

__all__ = ["EmailState", "Expected", "Found", "Member", "MemberRow", "Members", "Person", "Preference", "add_member"]


def add_member(t: Transaction, member: Member) -> int:
    """Add a member inside somebody's transaction and return the id; the caller checks rights and writes the journal.

    Raises `Invalid` for an e-mail that cannot be one, or a household that nothing is said of.
    """
    return household.insert_member(t, household.checked(member, household.group_country(t)))


def save_member(t: Transaction, member: Member) -> None:
    """Write a changed member inside somebody's transaction; see `add_member` and `Members.save`."""
    known = household.load_member(t, member.id or 0)
    household.update_member(t, household.checked(household.knowing(known, member), household.group_country(t)))


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
                from store.segment_sql import compile_segment

                within = compile_segment(t, segment)
            return member_search.find(t, text, limit, within, limited)

    def get(self, member_id: int) -> Member:
        """The member, archived or not; one that was merged into another is that other. Raises `NotFound`."""
        with self._store.reading() as t:
            limited = _limited(t)
            member = household.load_member(t, member_resolving.kept(t, member_id))
        return _names_and_phones(member) if limited else member

    def resolve(self, text: str, *, archived: bool = False) -> int:
        """The id of the one member meant by an id, a name, a phone number or an e-mail.

        Archived ones are not meant, but by id where `archived` says so. The id of one that was merged into another
        means that other; one that is nobody's is never looked for inside phone numbers.
        Raises `NotFound`, and `Ambiguous` with the names when several answer.
        """
        with self._store.reading() as t:
            limited = _limited(t)
            return member_resolving.resolve(t, text, limited, archived)

    def add(self, member: Member) -> int:
        """Add a member and return the id; raises `Invalid` as `add_member`."""
        with self._store.writing() as t:
            _limited(t)
            member_id = add_member(t, replace(member, joined_on=member.joined_on or self._store.clock.today()))
            t.journal("member.added", member_id)
        return member_id

    def save(self, member: Member) -> Member:
        """Write a changed member and return it as stored; raises `Invalid`, `NotFound`, `ChangedElsewhere`."""
        from store.journal_details import changed_of_member

        with self._store.writing() as t:
            t.require(Right.MEMBERS)
            before = household.load_member(t, member.id or 0)
            save_member(t, member)
            after = household.load_member(t, member.id or 0)
            t.journal("member.edited", member.id, fields=changed_of_member(before, after))
            return after

    def swap(self, member_id: int, version: int) -> Member:
        """Exchange the two people of a household: the second becomes the first, with all that is theirs.

        Raises `NotFound`, `ChangedElsewhere`, and `Invalid("people", …)` where there is nobody to exchange with.
        """
        with self._store.writing() as t:
            t.require(Right.MEMBERS)
            member = household.load_member(t, member_id)
            if len(member.people) < 2:
                raise Invalid("people", member.name, "one")
            household.update_member(t, replace(member, people=member.people[::-1], version=version))
            t.journal("member.swapped", member_id)
            return household.load_member(t, member_id)

    def star(self, member_id: int, on: bool) -> None:
        """Give the member the star of a VIP, or take it away; raises `NotFound`."""
        self.star_many((member_id,), on)

    def star_many(self, ids: Sequence[int], on: bool) -> int:
        """Give members the star, or take it away, and return how many had it otherwise; raises `NotFound`."""
        return self._mark(ids, "member.starred" if on else "member.unstarred", lambda t: member_marks.star(t, ids, on))

    def tag_many(self, ids: Sequence[int], tag: str, on: bool) -> int:
        """Give members a tag, or take it away, and return how many had it otherwise; raises `NotFound`.

        Raises `Invalid("tag", …)` for an empty one, or one with a comma.
        """
        return self._mark(
            ids, "member.tagged" if on else "member.untagged", lambda t: member_marks.tag(t, ids, tag, on)
        )

    def archive(self, member_id: int, on: bool = True) -> None:
        """Take the member out of every list and search, or (`on=False`) back in; raises `NotFound`.

        Raises `Invalid("archived", …)` for one to bring back who was merged into another, or erased.
        """
        if not self.archive_many((member_id,), on) and not on:
            with self._store.reading() as t:
                if household.load_member(t, member_id).archived:
                    raise Invalid("archived", str(member_id), "gone")

    def archive_many(self, ids: Sequence[int], on: bool = True) -> int:
        """Take members out of every list and search, or back in, and return how many; raises `NotFound`.

        Their orders and baskets stay: ask `expected` before. What they refused stays refused for their addresses.
        """
        action = "member.archived" if on else "member.unarchived"
        return self._mark(ids, action, lambda t: member_marks.archive(t, ids, on))

    def expected(self, ids: Sequence[int]) -> tuple[Expected, ...]:
        """Those of the members who have an order or a basket with something in it at a distribution that is not over.

        What to warn of before they are archived; one for each member and distribution.
        """
        with self._store.reading() as t:
            t.require(Right.MEMBERS)
            return member_marks.expected(t, self._store.clock, ids)

    def _mark(self, ids: Sequence[int], action: str, write: Callable[[Transaction], int]) -> int:
        with self._store.writing() as t:
            t.require(Right.MEMBERS)
            member_marks.require_all(t, ids)
            changed = write(t)
            if changed:
                several = {} if len(ids) == 1 else {"members": list(ids)}
                t.journal(action, ids[0] if len(ids) == 1 else None, count=changed, **several)
        return changed

    def tags(self) -> tuple[str, ...]:
        """The tags that members have, the most used first."""
        return self._used("SELECT value FROM members, json_each(tags) WHERE archived_at IS NULL")

    def pickup_places(self) -> tuple[str, ...]:
        """The pick-up places that members have, the most used first."""
        return self._used("SELECT pickup_place AS value FROM members WHERE archived_at IS NULL AND pickup_place <> ''")

    def _used(self, values: str) -> tuple[str, ...]:
        with self._store.reading() as t:
            t.require(Right.MEMBERS)
            rows = t.all(f"SELECT value FROM ({values}) GROUP BY value ORDER BY count(*) DESC, value")
        return tuple(str(row["value"]) for row in rows)

    def preferences(self, person_id: int) -> tuple[Preference, ...]:
        """What the person was asked or said about messages; what is missing is allowed (but `measured`)."""
        with self._store.reading() as t:
            t.require(Right.MEMBERS)
            return preferences.load_preferences(t, person_id)

    def all_preferences(self, person_id: int) -> tuple[Preference, ...]:
        """Every channel and kind as it holds for the person, also what was refused for the address; `NotFound`.

        In the order of `preferences.CHANNELS` and `KINDS`; `since` is empty where nobody was asked.
        """
        with self._store.reading() as t:
            t.require(Right.MEMBERS)
            return preferences.all_preferences(t, person_id)

    def set_preference(self, person_id: int, channel: str, kind: str, allowed: bool, source: str) -> None:
        """Write down what a person wants of one kind; see `set_preferences`."""
        self.set_preferences(person_id, {(channel, kind): allowed}, source)

    def set_preferences(
        self, person_id: int, wanted: Mapping[tuple[str, str], bool], source: str, *, said_so: bool = False
    ) -> int:
        """Write down what a person wants, by channel and kind, and return how many changed.

        `source` is who or what said so ("by phone"); with STOP, what waits and is refused now is held. What the person
        refused with STOP is allowed again only where they asked for it themselves (`said_so`), else
        `Invalid("preference", kind, "stopped")`. Raises `NotFound`, and `Invalid` for a channel or kind that does not
        exist.
        """
        from store.refusals import hold_refused

        with self._store.writing() as t:
            t.require(Right.MEMBERS)
            changed, lifted = preferences.write_wish(t, person_id, wanted, source, said_so=said_so)
            if changed:
                if preferences.as_source(source) == preferences.STOP:
                    hold_refused(t, (person_id,))
                member_id = t.value("SELECT member_id FROM people WHERE id = ?", (person_id,))
                t.journal("member.preference", member_id, person=person_id, changed=changed, lifted=lifted)
        return len(changed)

    def alike(self, member: Member) -> tuple[MemberRow, ...]:
        """Members that may be the same household: one of the e-mails, phones or full names is theirs too.

        At most five. Who sees names and phones only is not told whose an e-mail is.
        """
        with self._store.reading() as t:
            limited = _limited(t)
            country = household.group_country(t)
            found: dict[int, None] = {}
            for person in member.people:
                found.update(dict.fromkeys(member_resolving.ids_alike(t, person, country, limited)))
            return member_search.rows(t, [i for i in found if i != member.id][:5], limited)

    def likely_pairs(self, limit: int = 50) -> tuple[tuple[MemberRow, MemberRow], ...]:
        """Members that are perhaps here twice, two by two, the most alike first: to be looked at and merged."""
        with self._store.reading() as t:
            t.require(Right.MEMBERS)
            pairs = member_resolving.likely_pairs(t, limit)
            rows = {row.id: row for row in member_search.rows(t, list({i for pair in pairs for i in pair}))}
        return tuple((rows[one], rows[other]) for one, other in pairs)


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
