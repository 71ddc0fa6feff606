"""Finding members: the words they are found by, and the search of the phone desk.

The index holds only members that are not archived. A text is words, each the beginning of a word of the name, of the
e-mail or of a phone number, in any order; where nothing begins so, a part inside a word will do.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from store.folding import folded, folded_words
from store.people import EmailState, Found, Member, MemberRow, Person, erased_name, household_name
from store.phones import digits
from store.transaction import Transaction

_LAST = "\U0010ffff"
_MANY, _MOST = 500, 5_000

LONGEST = 300
"""Characters of a text that is searched for: a longer one, pasted by mistake, would ask more than SQLite takes."""

Within = tuple[str, Mapping[str, object]]
"""A SELECT of member ids and its parameters."""


def index_members(t: Transaction, members: Iterable[tuple[int, Member]]) -> None:
    """Write what members, each with its id, are found by; an archived one is not found."""
    _write(t, [(member_id, *found_by(member)) for member_id, member in members if not member.archived])


def index_again(t: Transaction, member_id: int, member: Member) -> None:
    """Write anew what a member is found by, where that is not as it was: a town or a note is not searched for."""
    wanted = None if member.archived else found_by(member)
    row = t.one(
        """SELECT s.words, s.mail, p.words FROM member_search s JOIN member_parts p ON p.rowid = s.rowid
        WHERE s.rowid = ?""",
        (member_id,),
    )
    if wanted != (None if row is None else tuple(row)):
        forget_member(t, member_id)
        _write(t, [] if wanted is None else [(member_id, *wanted)])


def found_by(member: Member) -> tuple[str, str, str]:
    """What a member is found by: words, words of the address, and what is searched for parts."""
    named = " ".join(_names_and_phones(member.people))
    parts = " ".join((named, *(p.email.lower() for p in member.people if p.email)))
    return named, " ".join(_mail_words(member.people)), parts


def _write(t: Transaction, rows: Sequence[tuple[int, str, str, str]]) -> None:
    t.execute_many("INSERT INTO member_search (rowid, words, mail) VALUES (?, ?, ?)", (row[:3] for row in rows))
    t.execute_many("INSERT INTO member_parts (rowid, words) VALUES (?, ?)", ((row[0], row[3]) for row in rows))


def forget_member(t: Transaction, member_id: int) -> None:
    """Take away what a member was found by."""
    t.execute("DELETE FROM member_search WHERE rowid = ?", (member_id,))
    t.execute("DELETE FROM member_parts WHERE rowid = ?", (member_id,))


def sort_key(member: Member) -> str:
    """What lists are ordered by: folded last and first name of the first person."""
    first = member.people[0]
    return folded(first.listed)


def _names_and_phones(people: Iterable[Person]) -> list[str]:
    words: dict[str, None] = {}
    for person in people:
        for name in (person.last_name, person.first_name):
            parts = folded_words(name)
            words.update(dict.fromkeys(parts))
            if len(parts) > 1:
                words["".join(parts)] = None  # "dherve" finds D'Hervé, "legoff" Le Goff
        for typed, e164, shown in (
            (person.phone, person.phone_e164, person.phone_shown),
            (person.mobile, person.mobile_e164, person.mobile_shown),
        ):
            if typed:
                words.update((d, None) for d in (digits(typed), e164[1:], digits(shown)) if d)
    return list(words)


def _mail_words(people: Iterable[Person]) -> list[str]:
    # The domain is the same for half of the group: searching "f" must not find everyone at exemple.fr.
    words: dict[str, None] = {}
    for person in people:
        if person.email and person.email_state is not EmailState.PLACEHOLDER:
            words.update(dict.fromkeys(folded_words(person.email.rpartition("@")[0])))
    return list(words)


def query_words(text: str) -> list[str]:
    """The words to search for: folded, and digits that belong to one phone number put together."""
    words: list[str] = []
    for word in folded_words(text.replace("(0)", "")):
        if word.isdigit() and words and words[-1].isdigit():
            words[-1] += word
        else:
            words.append(word)
    return [word.removeprefix("00") or word if word.isdigit() else word for word in words]


def find(t: Transaction, text: str, limit: int, within: Within | None, names_only: bool) -> Found:
    """A page of the members that answer to `text`; those whose last name begins so come first, then by name.

    `within` is a SELECT of member ids with its parameters. With `names_only` e-mails are neither searched nor returned.
    Nobody answers to more than `LONGEST` characters.
    """
    if len(text) > LONGEST:
        return Found((), 0)
    search = _Search(t, limit, within, names_only)
    address = text.replace("\0", "").strip().lower()
    if "@" in address and not names_only:
        ids, total = search.by_address(address)
        if not total:
            ids, total = search.by_parts((address,))
    elif words := query_words(text):
        ids, total = search.by_words(words)
        if not total:
            ids, total = search.by_parts(words)
    elif address:
        ids, total = [], 0
    else:
        ids, total = search.everyone()
    return Found(rows(t, ids, names_only), total)


def find_archived(t: Transaction, text: str, limit: int) -> Found:
    """A page of the archived members that answer to `text`, by name; who was merged or erased is not among them.

    They are few, and not in the index: each word is looked for anywhere in what a member would be found by.
    """
    if len(text) > LONGEST:
        return Found((), 0)
    archived = t.all(
        """SELECT id FROM members WHERE archived_at IS NOT NULL AND merged_into IS NULL AND erased_at IS NULL
            ORDER BY sort_key, id"""
    )
    ids = [row[0] for row in archived]
    if words := query_words(text):
        people, _about = _read(t, ids, False)
        known = {i: " ".join((*_names_and_phones(those), *_mail_words(those))) for i, those in people.items()}
        ids = [i for i in ids if all(word in known.get(i, "") for word in words)]
    return Found(rows(t, ids[:limit]), len(ids))


class _Search:
    """One search; every way of searching returns a page of ids and how many there are in all."""

    def __init__(self, t: Transaction, limit: int, within: Within | None, names_only: bool) -> None:
        self.t = t
        self.limit = limit
        self.inside = f" AND m.id IN ({within[0]})" if within else ""
        self.given: dict[str, object] = dict(within[1]) if within else {}
        self.names_only = names_only

    def everyone(self) -> tuple[list[int], int]:
        where = f"FROM members m WHERE m.archived_at IS NULL{self.inside}"
        ids = self.ids(f"SELECT m.id {where} ORDER BY m.sort_key, m.id", self.limit)
        return ids, int(self.t.value(f"SELECT count(*) {where}", self.given))

    def by_words(self, words: Sequence[str]) -> tuple[list[int], int]:
        """Members of whom each word begins one."""
        match = " ".join(f'"{word}"*' for word in words)
        self.given["match"] = f"{{words}} : ({match})" if self.names_only else match
        matching = "SELECT rowid FROM member_search WHERE member_search MATCH :match"
        total = self.count(matching)
        low = " ".join(words)
        self.given |= {"low": low, "high": f"{low}{_LAST}"}
        named = "m.sort_key >= :low AND m.sort_key < :high"
        ids = self.ids(
            f"""SELECT m.id FROM members m WHERE {named} AND m.archived_at IS NULL{self.inside}
                ORDER BY m.sort_key, m.id""",
            min(self.limit, total),
        )
        if len(ids) < min(self.limit, total):
            missing = self.limit - len(ids)
            if total > _MOST:
                # Of thousands, ten are met after a few names: asking the index about each beats listing all it knows.
                ids += self.ids(
                    f"""SELECT m.id FROM members m WHERE m.archived_at IS NULL AND NOT ({named}){self.inside}
                        AND EXISTS ({matching} AND rowid = m.id) ORDER BY m.sort_key, m.id""",
                    missing,
                )
            else:
                ids += self.page(matching, total, missing, f" AND NOT ({named})")
        return ids, total

    def by_address(self, address: str) -> tuple[list[int], int]:
        """Members with an address that begins so."""
        self.given |= {"low": address, "high": f"{address}{_LAST}"}
        matching = "SELECT member_id FROM people WHERE email_key <> '' AND email_key >= :low AND email_key < :high"
        total = self.count(matching)
        return self.page(matching, total, self.limit) if total else [], total

    def by_parts(self, words: Sequence[str]) -> tuple[list[int], int]:
        """Members that have each word somewhere inside one of theirs; a single letter is inside everybody's."""
        if all(len(word) < 2 for word in words):
            return [], 0
        text = "s.words" if self.names_only else "p.words"
        # Not LIKE, which the index would answer too: two of them at once crash SQLite 3.40.
        conditions = [f"instr({text}, :part{i}) > 0" for i in range(len(words))]
        self.given |= {f"part{i}": word for i, word in enumerate(words)}
        trigrams = {word[i : i + 3].replace('"', '""') for word in words for i in range(len(word) - 2)}
        if trigrams:
            self.given["match"] = " AND ".join(f'"{trigram}"' for trigram in sorted(trigrams))
            conditions.insert(0, "member_parts MATCH :match")
        joined = " JOIN member_search s ON s.rowid = p.rowid" if self.names_only else ""
        matching = f"SELECT p.rowid FROM member_parts p{joined} WHERE {' AND '.join(conditions)}"
        total = self.count(matching)
        return self.page(matching, total, self.limit) if total else [], total

    def count(self, matching: str) -> int:
        if not self.inside:
            return int(self.t.value(f"SELECT count(*) FROM ({matching})", self.given))
        return int(self.t.value(f"SELECT count(*) FROM members m WHERE m.id IN ({matching}){self.inside}", self.given))

    def page(self, matching: str, total: int, limit: int, condition: str = "") -> list[int]:
        # Sorting thousands by name takes longer than a key may; walking the names in order soon meets enough of them.
        order = "+m.id" if total > _MANY else "m.id"
        return self.ids(
            f"""SELECT m.id FROM members m WHERE m.archived_at IS NULL AND {order} IN ({matching})
                {condition}{self.inside} ORDER BY m.sort_key, m.id""",
            limit,
        )

    def ids(self, sql: str, limit: int) -> list[int]:
        return [row[0] for row in self.t.all(f"{sql} LIMIT :limit", {**self.given, "limit": limit})]


def rows(t: Transaction, ids: Sequence[int], names_only: bool = False) -> tuple[MemberRow, ...]:
    """The list rows of these members, in the order of the ids; with `names_only` nothing but names and phones."""
    people, about = _read(t, ids, names_only)
    return tuple(_row(tuple(people[i]), about[i], names_only) for i in ids if i in people)


def _read(
    t: Transaction, ids: Sequence[int], names_only: bool
) -> tuple[dict[int, list[Person]], dict[int, sqlite3.Row]]:
    """The people of members, and a row about each member, by member."""
    found = t.all(
        """SELECT m.id AS member_id, m.postal_code, m.city, m.vip, m.tags, m.erased_at,
                p.first_name, p.last_name, p.email, p.email_state, p.phone, p.phone_shown, p.mobile, p.mobile_shown,
                p.has_mobile
            FROM members m JOIN people p ON p.member_id = m.id
            WHERE m.id IN (SELECT value FROM json_each(?)) ORDER BY m.id, p.position""",
        (json.dumps(ids),),
    )
    people: dict[int, list[Person]] = {}
    for row in found:
        people.setdefault(row["member_id"], []).append(
            Person(
                first_name=row["first_name"],
                last_name=row["last_name"],
                # Not in the name either: who has no name is called by the e-mail.
                email="" if names_only else row["email"],
                email_state=EmailState(row["email_state"]),
                phone=row["phone"],
                mobile=row["mobile"],
                phone_shown=row["phone_shown"],
                mobile_shown=row["mobile_shown"],
                has_mobile=bool(row["has_mobile"]),
            )
        )
    return people, {row["member_id"]: row for row in found}


def _row(people: tuple[Person, ...], about: sqlite3.Row, names_only: bool) -> MemberRow:
    emails = (p.email for p in people if p.email_state is EmailState.HAS)
    mobiles = (p.mobile_shown or p.phone_shown for p in people if p.has_mobile)
    phones = (p.phone_shown for p in people if p.phone_shown)
    mobile = next(mobiles, "")
    return MemberRow(
        id=about["member_id"],
        name=erased_name() if about["erased_at"] else household_name(people),
        first_name=people[0].first_name,
        last_name=people[0].last_name,
        email=next(emails, ""),
        phone=next(phones, "") or mobile,
        mobile=mobile,
        postal_code="" if names_only else about["postal_code"],
        vip=not names_only and bool(about["vip"]),
        city="" if names_only else about["city"],
        tags=() if names_only else tuple(json.loads(about["tags"])),
    )
