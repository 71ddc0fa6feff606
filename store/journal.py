"""Who did what, and when: the journal of every change, searched by operator, member, day and action."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from store.clock import stamp
from store.errors import NotFound
from store.journal_records import FOLDED, Doer, Entry
from store.rights import AUTOMATIC, Right

if TYPE_CHECKING:
    from store.clock import Clock
    from store.handle import Store
    from store.transaction import Transaction

__all__ = ["Doer", "Entry", "Journal", "Wanted"]

_FEW = 20_000
"""Rows of an action that are looked through in no time; of more the newest are found on the way back in time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: of an operator (login, or "automatic"), about a member, of local days (both included), of actions.

    `actions` are whole ones ("member.edited") or the word before the dot ("member"). The steps on the way to
    something (`journal_records.FOLDED`) are listed only where they are asked for, by `actions` or `everything`.
    """

    operator: str | None = None
    member_id: int | None = None
    since: date | None = None
    until: date | None = None
    actions: tuple[str, ...] = ()
    everything: bool = False


class Journal:
    """An admin sees all rows, everybody else their own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def entries(
        self, wanted: Wanted | None = None, *, before: int | None = None, limit: int = 200
    ) -> tuple[Entry, ...]:
        """The rows, the newest first; those behind the row with the id `before`, where one is given.

        Raises `NotFound` for an unknown operator or member, `NotAllowed` for who asks for another one's rows.
        """
        from store.journal_subjects import told

        with self._store.reading() as t:
            source, where, values = _search(t, self._store.clock, wanted or Wanted())
            if before is not None:
                at = t.value("SELECT at FROM journal WHERE id = ?", (before,))
                where += " AND (j.at, j.id) < (:before_at, :before)"
                values |= {"before_at": at, "before": before}
            rows = t.all(
                f"SELECT {_COLUMNS} FROM {source} LEFT JOIN operators o ON o.id = j.operator_id"
                f" WHERE {where} ORDER BY j.at DESC, j.id DESC LIMIT :limit",
                {**values, "limit": limit},
            )
            return told(t, rows)

    def count(self, wanted: Wanted | None = None, most: int = -1) -> int:
        """How many rows there are; counts to `most`, where it is given, and no further. Raises as `entries`."""
        with self._store.reading() as t:
            source, where, values = _search(t, self._store.clock, wanted or Wanted())
            # The newest: by another index, all that is folded may come first.
            order = "" if most < 0 else "ORDER BY j.at DESC, j.id DESC"
            some = f"SELECT 1 FROM {source} WHERE {where} {order} LIMIT :most"
            return int(t.value(f"SELECT count(*) FROM ({some})", {**values, "most": most}))

    def doers(self) -> tuple[Doer, ...]:
        """Everybody whose rows the actor may see: the present operators by name, those who are gone, "automatic"."""
        with self._store.reading() as t:
            if not t.actor.may(Right.ADMIN):
                return (Doer(t.actor.login, t.actor.name, True),)
            rows = t.all("SELECT login, name, active FROM operators ORDER BY active DESC, name, login")
            known = tuple(Doer(row["login"], row["name"], bool(row["active"])) for row in rows)
            return (*known, Doer(AUTOMATIC.login, AUTOMATIC.name, True))

    def actions(self) -> tuple[str, ...]:
        """The actions that there are rows of, by name."""
        with self._store.reading() as t:
            return actions(t)


_COLUMNS = (
    "j.id, j.at, j.action, j.subject_id, j.detail,"
    f" coalesce(o.name, '{AUTOMATIC.name}') AS operator, coalesce(o.login, '{AUTOMATIC.login}') AS login"
)


def actions(t: Transaction) -> tuple[str, ...]:
    """`Journal.actions` inside a transaction; the index is asked for one after the other, not for all rows."""
    rows = t.all(
        """WITH RECURSIVE known (action) AS (
            SELECT min(action) FROM journal
            UNION ALL SELECT (SELECT min(action) FROM journal WHERE action > known.action) FROM known
                WHERE known.action IS NOT NULL
        ) SELECT action FROM known WHERE action IS NOT NULL"""
    )
    return tuple(row["action"] for row in rows)


def _search(t: Transaction, clock: Clock, wanted: Wanted) -> tuple[str, str, dict[str, Any]]:
    """Where to look, the condition and its parameters."""
    where, values = _of_operator(t, wanted.operator)
    since, until = _stamps(clock, wanted)
    if since is not None:
        where.append("j.at >= :since")
        values["since"] = since
    if until is not None:
        where.append("j.at < :until")
        values["until"] = until
    source = "journal j"
    if wanted.actions:
        asked = [one for one in actions(t) if one in wanted.actions or one.partition(".")[0] in wanted.actions]
        values["actions"] = json.dumps(asked)
        if wanted.member_id is None and _are_few(t, values["actions"]):
            source = "journal j INDEXED BY journal_subject"
            where.append("j.action IN (SELECT value FROM json_each(:actions))")
        else:
            where.append("+j.action IN (SELECT value FROM json_each(:actions))")
    elif not wanted.everything:
        where.append("+j.action NOT IN (SELECT value FROM json_each(:folded))")
        values["folded"] = json.dumps(FOLDED)
    if wanted.member_id is not None:
        from store.journal_search import about_member

        source = "json_each(:ids) x CROSS JOIN journal j ON j.id = x.value"
        values["ids"] = json.dumps(about_member(t, wanted.member_id))
    return source, " AND ".join(where) or "1", values


def _of_operator(t: Transaction, login: str | None) -> tuple[list[str], dict[str, Any]]:
    """The condition on whose rows are wanted and may be seen; none for everybody's."""
    if not t.actor.may(Right.ADMIN):
        if login not in (None, t.actor.login):
            t.require(Right.ADMIN)
        return ["j.operator_id = :operator"], {"operator": t.actor.id}
    if login is None:
        return [], {}
    if login == AUTOMATIC.login:
        return ["j.operator_id IS NULL"], {}
    operator_id = t.value("SELECT id FROM operators WHERE login = ?", (login,))
    if operator_id is None:
        raise NotFound("operator", login)
    return ["j.operator_id = :operator"], {"operator": operator_id}


def _are_few(t: Transaction, asked: str) -> bool:
    some = "SELECT 1 FROM journal WHERE action IN (SELECT value FROM json_each(?)) LIMIT ?"
    return bool(t.value(f"SELECT count(*) FROM ({some})", (asked, _FEW + 1)) <= _FEW)


def _stamps(clock: Clock, wanted: Wanted) -> tuple[str | None, str | None]:
    """The moments at which the first wanted day begins, and the last one ends."""
    since = None if wanted.since is None else _begins(clock, wanted.since)
    if wanted.until is None or wanted.until == date.max:
        return since, None
    return since, _begins(clock, wanted.until + timedelta(days=1))


def _begins(clock: Clock, day: date) -> str | None:
    """None for the first day of the calendar, which no zone can place."""
    return None if day == date.min else stamp(clock.to_utc(datetime.combine(day, time())))
