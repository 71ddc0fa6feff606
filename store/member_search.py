"""Finding members: the words they are found by, and the search of the phone desk.

The index holds only members that are not archived. A text is words, each the beginning of a word of the name, of the
e-mail or of a phone number, in any order; where nothing begins so, a part inside a word will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from store.folding import fold, folded_words
from store.people import EmailState, Found, Member, MemberRow, Person, household_name
from store.phones import digits
from store.transaction import Transaction

_LAST = "\U0010ffff"


def index_member(t: Transaction, member_id: int, member: Member) -> None:
    """Write what the member is found by; an archived one is not found."""
    t.execute("DELETE FROM member_search WHERE rowid = ?", (member_id,))
    if not member.archived:
        t.execute(
            "INSERT INTO member_search (rowid, words, mail) VALUES (?, ?, ?)",
            (member_id, " ".join(_names_and_phones(member.people)), " ".join(_mail_words(member.people))),
        )


def sort_key(member: Member) -> str:
    """What lists are ordered by: folded last and first name of the first person."""
    first = member.people[0]
    return " ".join(folded_words(first.listed))


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
            words.update(dict.fromkeys(d for d in (digits(typed), digits(e164), digits(shown)) if d))
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


def find(
    t: Transaction, text: str, limit: int, within: tuple[str, dict[str, object]] | None, names_only: bool
) -> Found:
    """A page of the members that answer to `text`; those whose last name begins so come first, then by name.

    `within` is a SELECT of member ids with its parameters. With `names_only` e-mails are neither searched nor returned.
    """
    inside, parameters = ("", {}) if within is None else (f" AND m.id IN ({within[0]})", dict(within[1]))
    address = text.strip().lower()
    if "@" in address and not names_only:
        ids, total = _by_address(t, address, limit, inside, parameters)
    elif words := query_words(text):
        ids, total = _by_words(t, words, limit, inside, parameters, names_only)
    elif text.strip():
        return Found((), 0)
    else:
        ids, total = _all(t, limit, inside, parameters)
    return Found(rows(t, ids, names_only), total)


def _all(t: Transaction, limit: int, inside: str, parameters: dict[str, object]) -> tuple[list[int], int]:
    where = f"FROM members m WHERE m.archived_at IS NULL{inside}"
    ids = t.all(f"SELECT m.id {where} ORDER BY m.sort_key, m.id LIMIT :limit", {**parameters, "limit": limit})
    return [row[0] for row in ids], int(t.value(f"SELECT count(*) {where}", parameters))


def _by_words(
    t: Transaction, words: Sequence[str], limit: int, inside: str, parameters: dict[str, object], names_only: bool
) -> tuple[list[int], int]:
    match = " ".join(f'"{word}"*' for word in words)
    given = {**parameters, "match": f"{{words}} : ({match})" if names_only else match, "limit": limit}
    where = f"member_search MATCH :match{inside}"
    total = int(t.value(_count("member_search MATCH :match", inside), given))
    if total == 0:
        return _by_parts(t, words, limit, inside, parameters, names_only)
    given["low"] = " ".join(words)
    given["high"] = f"{given['low']}{_LAST}"
    # Ordering thousands of matches by name takes 5 ms at 50,000 members; the first names of a page come from the index.
    ids = t.all(
        f"""SELECT m.id FROM members m WHERE m.sort_key >= :low AND m.sort_key < :high AND m.archived_at IS NULL{inside}
            ORDER BY m.sort_key, m.id LIMIT :limit""",
        given,
    )
    if len(ids) < min(limit, total):
        given["limit"] = limit - len(ids)
        ids += t.all(
            f"""SELECT m.id FROM member_search s JOIN members m ON m.id = s.rowid
                WHERE {where} AND NOT (m.sort_key >= :low AND m.sort_key < :high)
                ORDER BY m.sort_key, m.id LIMIT :limit""",
            given,
        )
    return [row[0] for row in ids], total


def _count(condition: str, inside: str) -> str:
    if not inside:
        return f"SELECT count(*) FROM member_search WHERE {condition}"
    return f"SELECT count(*) FROM member_search s JOIN members m ON m.id = s.rowid WHERE {condition}{inside}"


def _by_parts(
    t: Transaction, words: Sequence[str], limit: int, inside: str, parameters: dict[str, object], names_only: bool
) -> tuple[list[int], int]:
    """Members that have each word somewhere inside one of theirs."""
    text = "s.words" if names_only else "(s.words || ' ' || s.mail)"
    given: dict[str, object] = {**parameters, **{f"part{i}": f"%{word}%" for i, word in enumerate(words)}}
    condition = " AND ".join(f"{text} LIKE :part{i}" for i in range(len(words)))
    found = t.all(
        f"""SELECT m.id FROM member_search s JOIN members m ON m.id = s.rowid WHERE {condition}{inside}
            ORDER BY m.sort_key, m.id""",
        given,
    )
    return [row[0] for row in found[:limit]], len(found)


def _by_address(
    t: Transaction, address: str, limit: int, inside: str, parameters: dict[str, object]
) -> tuple[list[int], int]:
    given = {**parameters, "low": fold(address), "high": f"{fold(address)}{_LAST}", "part": f"%{address}%"}
    for condition in ("p.email_key >= :low AND p.email_key < :high", "p.email LIKE :part"):
        found = t.all(
            f"""SELECT DISTINCT m.id, m.sort_key FROM people p JOIN members m ON m.id = p.member_id
                WHERE {condition} AND p.email <> '' AND m.archived_at IS NULL{inside} ORDER BY m.sort_key, m.id""",
            given,
        )
        if found:
            break
    return [row[0] for row in found[:limit]], len(found)


def rows(t: Transaction, ids: Sequence[int], names_only: bool = False) -> tuple[MemberRow, ...]:
    """The list rows of these members, in the order of the ids."""
    marks = ", ".join("?" * len(ids))
    found = t.all(
        f"""SELECT m.id AS member_id, m.postal_code, m.vip, p.first_name, p.last_name, p.email, p.email_state,
                p.phone, p.phone_shown, p.mobile_shown, p.has_mobile
            FROM members m JOIN people p ON p.member_id = m.id
            WHERE m.id IN ({marks}) ORDER BY m.id, p.position""",
        ids,
    )
    by_member: dict[int, list[Person]] = {}
    about: dict[int, tuple[str, bool]] = {}
    for row in found:
        by_member.setdefault(row["member_id"], []).append(
            Person(
                first_name=row["first_name"],
                last_name=row["last_name"],
                email=row["email"],
                email_state=EmailState(row["email_state"]),
                phone=row["phone"],
                phone_shown=row["phone_shown"],
                mobile_shown=row["mobile_shown"],
                has_mobile=bool(row["has_mobile"]),
            )
        )
        about[row["member_id"]] = (row["postal_code"], bool(row["vip"]))
    return tuple(_row(i, tuple(by_member[i]), *about[i], names_only) for i in ids)


def _row(member_id: int, people: tuple[Person, ...], postal_code: str, vip: bool, names_only: bool) -> MemberRow:
    emails = (p.email for p in people if p.email_state is EmailState.HAS)
    mobiles = (p.mobile_shown or p.phone_shown for p in people if p.has_mobile)
    phones = (p.phone_shown for p in people if p.phone_shown)
    mobile = next(mobiles, "")
    return MemberRow(
        id=member_id,
        name=household_name(people),
        first_name=people[0].first_name,
        last_name=people[0].last_name,
        email="" if names_only else next(emails, ""),
        phone=next(phones, "") or mobile,
        mobile=mobile,
        postal_code="" if names_only else postal_code,
        vip=False if names_only else vip,
    )
