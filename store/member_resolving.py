"""Whom a text means, and who may be the same household."""

from __future__ import annotations

import json

from store import household, member_search, phones
from store.addresses import email_key
from store.errors import Ambiguous, Invalid, NotFound
from store.folding import folded_words
from store.people import Found, Person
from store.transaction import Transaction

SAID_OF = 5
"""Members that can share an address, a phone or a name and still be taken for one household."""


def kept(t: Transaction, member_id: int) -> int:
    """The member that this one was merged into, and that one perhaps again; the member itself where it was not."""
    found = t.value(
        """WITH RECURSIVE way (id, next) AS (
            SELECT id, merged_into FROM members WHERE id = ?
            UNION SELECT m.id, m.merged_into FROM members m JOIN way ON m.id = way.next
        ) SELECT id FROM way WHERE next IS NULL""",
        (member_id,),
    )
    return member_id if found is None else int(found)


def ids_alike(t: Transaction, person: Person, country: str, limited: bool) -> list[int]:
    """Members of whom one person has this e-mail (unless `limited`), one of these phones or this full name."""
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


def likely_pairs(t: Transaction, limit: int) -> list[tuple[int, int]]:
    """Members that are perhaps the same household: they share an address, a phone, or somebody's full name.

    Those that share most come first; the earlier member of a pair is the first.
    """
    shared: dict[tuple[int, int], int] = {}
    for group in (*_sharing(t, "email_key"), *_sharing(t, "phone"), *_same_names(t)):
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                shared[one, other] = shared.get((one, other), 0) + 1
    return sorted(shared, key=lambda pair: (-shared[pair], pair))[:limit]


def _sharing(t: Transaction, what: str) -> list[list[int]]:
    """The members of each value that several have; one that dozens have (the group's own) says nothing of them."""
    numbers = (
        "SELECT email_key AS value, member_id FROM people"
        if what == "email_key"
        else "SELECT phone_e164 AS value, member_id FROM people UNION SELECT mobile_e164, member_id FROM people"
    )
    rows = t.all(
        f"""SELECT json_group_array(DISTINCT member_id) AS ids FROM ({numbers}) p
        JOIN members m ON m.id = p.member_id AND m.archived_at IS NULL WHERE value <> ''
        GROUP BY value HAVING count(DISTINCT member_id) BETWEEN 2 AND {SAID_OF}"""
    )
    return [sorted(json.loads(row["ids"])) for row in rows]


def _same_names(t: Transaction) -> list[list[int]]:
    """The members of each full name, whatever its case, accents and order, that several have."""
    found: dict[tuple[str, ...], set[int]] = {}
    for row in t.all(
        """SELECT p.member_id, p.first_name, p.last_name FROM people p
        JOIN members m ON m.id = p.member_id AND m.archived_at IS NULL
        WHERE p.first_name <> '' AND p.last_name <> ''"""
    ):
        name = tuple(sorted(folded_words(f"{row['first_name']} {row['last_name']}")))
        found.setdefault(name, set()).add(row["member_id"])
    return [sorted(ids) for ids in found.values() if 2 <= len(ids) <= SAID_OF]


def resolve(t: Transaction, text: str, limited: bool, archived: bool) -> int:
    """See `Members.resolve`; `limited` is for who sees names and phones only."""
    asked = text.strip()
    is_id = asked.isascii() and asked.isdigit() and len(asked) < 10 and not asked.startswith("0")
    if is_id:
        found = kept(t, int(asked))
        if t.one("SELECT 1 FROM members WHERE id = ? AND (archived_at IS NULL OR ?)", (found, archived)):
            return found
    ids = _exactly(t, asked, limited)
    if not ids and not is_id:  # an id that is nobody's must not mean whoever has these digits in a phone number
        page = member_search.find(t, asked, 6, None, limited) if asked else Found((), 0)
        ids = [row.id for row in page.rows]
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
