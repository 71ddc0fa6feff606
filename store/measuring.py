"""Whether mails opened and links clicked are counted, for whom, and what was counted.

Nothing is, unless the group switches it on and everybody whose address a mail goes to has said yes to it (the
preference `measured` of the channel e-mail). What is kept of such a mail: that a person opened it, and that a person
clicked in it, and when each happened first. Not kept: how often, which link, with what program, from where.

A yes is asked for again at each mail and at each count: who takes it back is not counted from that moment on. What was
counted until then stays until the person is erased.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from store.addresses import address_hash
from store.errors import Invalid
from store.file import keeping_typed
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

What = Literal["opened", "clicked"]

LONGEST_ADDRESS = 100
"""Characters: it stands in every link of a measured mail."""

_KEY = "measuring"
_GONE_OUT = "state IN ('sent', 'unknown')"
"""Before that only the machines on its way have read a mail."""
_ADDRESS = re.compile(r"https://[a-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._~/-]*)?")


@dataclass(frozen=True, slots=True)
class MeasuringSettings:
    """Whether the group measures, and the https `address` of the endpoint, without a slash at its end; may be ""."""

    on: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted of a message: its measured `mails` that went out, and the `people` they are for.

    `opened` and `clicked` are people too. Who clicked has opened: many mail programs show no pictures. People who took
    their yes back before anything was counted of them are not among them.
    """

    mails: int = 0
    people: int = 0
    opened: int = 0
    clicked: int = 0


class Measuring:
    """The group's choice to count opens and clicks, and what the endpoint asks and writes down."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self) -> MeasuringSettings:
        """Whether the group measures, and through which address; open to all."""
        with self._store.reading() as t:
            return load_measuring(t)

    def set(self, *, on: bool | None = None, address: str | None = None) -> MeasuringSettings:
        """Change what is given and return all; needs the right `admin`.

        It is about mails that are made from then on; switched off, nothing is counted of those that went out either.
        Raises `Invalid("measuring_address", …)`: "empty" where it is switched on without an address, "https" for what
        is no address of the web with https, "too_long".
        """
        with self._store.writing() as t:
            t.require(Right.ADMIN)
            before = load_measuring(t)
            wanted = replace(
                before,
                on=before.on if on is None else on,
                address=before.address if address is None else checked_address(address),
            )
            if wanted.on and not wanted.address:
                raise Invalid("measuring_address", "", "empty")
            if wanted != before:
                t.execute(
                    "INSERT INTO settings (key, value) VALUES (?, ?)"
                    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    (_KEY, json.dumps(asdict(wanted))),
                )
                t.journal("measuring.changed", **asdict(wanted))
            return wanted

    def consents(self) -> int:
        """How many people have said yes; needs the right `members`."""
        with self._store.reading() as t:
            t.require(Right.MEMBERS)
            return len(_said_yes(t))

    def links(self, message_id: int) -> dict[int, str]:
        """Where the links of a message's counted mails lead, by number; needs the right `messages.see`."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            rows = t.all("SELECT number, url FROM message_links WHERE message_id = ?", (message_id,))
            return {row["number"]: row["url"] for row in rows}

    def link(self, token: str, number: int) -> str | None:
        """Where a link of a measured mail leads, whether or not it is counted; None: it is none of ours.

        In a newer program's file too: who clicks wants to get there. Needs the right `admin`, as the endpoint has it.
        """
        with keeping_typed(), self._store.reading() as t:
            t.require(Right.ADMIN)
            found = t.value(
                """SELECT l.url FROM deliveries d JOIN message_links l ON l.message_id = d.message_id AND l.number = ?
                WHERE d.measure_token = ?""",
                (number, token),
            )
        return None if found is None else str(found)

    def is_known(self, token: str) -> bool:
        """Whether a mail with this token was made; see `link`."""
        with keeping_typed(), self._store.reading() as t:
            t.require(Right.ADMIN)
            return t.one("SELECT 1 FROM deliveries WHERE measure_token = ?", (token,)) is not None

    def record(self, seen: Collection[tuple[str, What]]) -> int:
        """Write down what was seen of mails, by token, and return for how many people it was news.

        Only where the group measures, the mail went out, and all its people (still) say yes: of two, nobody knows who
        clicked. No change of the group, so that the journal does not tell who reads what. Needs the right `admin`.
        """
        with self._store.reading() as t:
            t.require(Right.ADMIN)
            if not load_measuring(t).on or not any(_measured_people(t, token) for token, _what in seen):
                return 0
        with self._store.writing() as t:
            t.require(Right.ADMIN)
            if not load_measuring(t).on:
                return 0
            return sum(_write(t, token, what) for token, what in dict.fromkeys(seen))


def checked_address(text: str) -> str:
    """An endpoint's address as it is kept; raises `Invalid("measuring_address", …)`, "" stays so."""
    address = text.strip().rstrip("/")
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode()
        port = "" if parts.port is None else f":{parts.port}"
    except (ValueError, UnicodeError):
        raise Invalid("measuring_address", text.strip(), "https") from None
    plain = f"{parts.scheme}://{host}{port}{parts.path}"
    alone = not (parts.query or parts.fragment or parts.username or parts.password)
    if not alone or not _ADDRESS.fullmatch(plain) or "." not in host:
        raise Invalid("measuring_address", text.strip(), "https")
    if len(plain) > LONGEST_ADDRESS:
        raise Invalid("measuring_address", plain, "too_long")
    return plain


def load_measuring(t: Transaction) -> MeasuringSettings:
    """`Measuring.get` inside a transaction; what cannot be understood is switched off."""
    text = t.value("SELECT value FROM settings WHERE key = ?", (_KEY,))
    said = {} if text is None else json.loads(text)
    address = str(said.get("address", ""))
    return MeasuringSettings(said.get("on") is True and bool(address), address)


def measurable(t: Transaction) -> frozenset[str]:
    """The addresses (`email_key`) all of whose people said yes: of one that is shared nobody knows who reads it.

    People of members that are put away do not count.
    """
    yes = _said_yes(t)
    if not yes:
        return frozenset()
    rows = t.all(
        """SELECT p.email_key, p.id FROM people p JOIN members m ON m.id = p.member_id
        WHERE m.archived_at IS NULL AND p.email_key <> '' AND p.email_key IN (
            SELECT q.email_key FROM people q JOIN preferences f ON f.person_id = q.id
            WHERE f.channel = 'email' AND f.kind = 'measured' AND f.allowed = 1)"""
    )
    return frozenset(row["email_key"] for row in rows) - {row["email_key"] for row in rows if row["id"] not in yes}


def keep_links(t: Transaction, message_id: int, links: Mapping[str, int]) -> None:
    """Write down where the links of a message lead, by number: part of the transaction that freezes it."""
    t.execute_many(
        "INSERT INTO message_links (message_id, number, url) VALUES (?, ?, ?)",
        [(message_id, number, url) for url, number in links.items()],
    )


def measured(t: Transaction, message_id: int) -> Measured:
    """What was counted of a message until now; checks no right. Percentages are of these people, never of all."""
    yes = _said_yes(t)
    rows = t.all(
        f"""SELECT d.id, p.person_id, max(x.what = 'clicked') AS clicked, count(x.what) AS seen
        FROM deliveries d JOIN delivery_people p ON p.delivery_id = d.id
        LEFT JOIN measures x ON x.delivery_id = d.id AND x.person_id = p.person_id
        WHERE d.message_id = ? AND d.kind = 'message' AND d.measure_token IS NOT NULL AND d.{_GONE_OUT}
        GROUP BY d.id, p.person_id""",
        (message_id,),
    )
    known = [row for row in rows if row["seen"] or row["person_id"] in yes]
    return Measured(
        mails=len({row["id"] for row in known}),
        people=len({row["person_id"] for row in known}),
        opened=len({row["person_id"] for row in known if row["seen"]}),
        clicked=len({row["person_id"] for row in known if row["clicked"]}),
    )


def _said_yes(t: Transaction, among: Iterable[int] | None = None) -> frozenset[int]:
    """The people who said yes, all or `among` these; who refused everything since does not say it any more."""
    marks = None if among is None else tuple(among)
    only = "" if marks is None else f" AND p.id IN ({', '.join('?' * len(marks))})"
    rows = t.all(
        f"""SELECT p.id, p.email_key FROM people p JOIN preferences f ON f.person_id = p.id
        WHERE f.channel = 'email' AND f.kind = 'measured' AND f.allowed = 1{only}""",
        marks or (),
    )
    refused = {
        row["address_hash"] for row in t.all("SELECT address_hash FROM suppressions WHERE kind IN ('all', 'measured')")
    }
    return frozenset(row["id"] for row in rows if not refused or address_hash(row["email_key"]) not in refused)


def _measured_people(t: Transaction, token: str) -> list[tuple[int, int, int]]:
    """A measured mail that went out with its people, as (delivery, person, member); none unless all say yes."""
    rows = t.all(
        f"""SELECT d.id, p.person_id, p.member_id FROM deliveries d JOIN delivery_people p ON p.delivery_id = d.id
        WHERE d.measure_token = ? AND d.kind = 'message' AND d.{_GONE_OUT}""",
        (token,),
    )
    readers = t.all(
        """SELECT p.id FROM deliveries d JOIN people p ON p.email_key = d.address_key AND p.email_key <> ''
        JOIN members m ON m.id = p.member_id WHERE d.measure_token = ? AND m.archived_at IS NULL""",
        (token,),
    )
    people = {row["person_id"] for row in rows} | {row["id"] for row in readers}
    return [tuple(row) for row in rows] if _said_yes(t, people) == people else []


def _write(t: Transaction, token: str, what: What) -> int:
    return sum(
        t.execute(
            "INSERT INTO measures (delivery_id, person_id, member_id, what, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (*who, what, t.stamp),
        ).rowcount
        for who in _measured_people(t, token)
    )
