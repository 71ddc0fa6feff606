"""How far the mailbox has been read, and how the last reading went. Nothing is kept of a mail by having been read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from store.clock import stamp, unstamp
from store.rights import QUEUES_MAIL

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

UNDOABLE = timedelta(days=1)
"""So long somebody can take back that an answer is an ordinary one: then its words are forgotten."""
DONE = "done"
"""How a reading ends that was not stopped by a fault."""


@dataclass(frozen=True, slots=True)
class InboxRead:
    """The last reading: when (UTC stamp), how it ended (`DONE`, or the fault's kind), the server's words.

    `done_at`: when one succeeded last, None: never. `by`: who read, "" where it was read by itself.
    """

    at: str
    outcome: str
    answer: str
    done_at: str | None
    by: str = ""


class InboxBookmarks:
    """A bookmark for each account and folder: any right that queues mails moves them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, account: str, folder: str) -> tuple[int, int] | None:
        """UIDVALIDITY and the last UID that was read, or None where reading begins."""
        with self._store.reading() as t:
            row = t.one(
                "SELECT uidvalidity, last_uid FROM inbox_bookmarks WHERE account = ? AND folder = ?", (account, folder)
            )
        return None if row is None else (row["uidvalidity"], row["last_uid"])

    def set(self, account: str, folder: str, uidvalidity: int, last_uid: int) -> None:
        """Note how far the folder was read; of two who read at once the one who got further counts."""
        with self._store.writing() as t:
            t.actor.require_any(QUEUES_MAIL)
            t.execute(
                """INSERT INTO inbox_bookmarks (account, folder, uidvalidity, last_uid) VALUES (?, ?, ?, ?)
                ON CONFLICT (account, folder) DO UPDATE SET uidvalidity = excluded.uidvalidity,
                    last_uid = iif(uidvalidity = excluded.uidvalidity, max(last_uid, excluded.last_uid),
                        excluded.last_uid)""",
                (account, folder, uidvalidity, last_uid),
            )

    def since(self) -> date | None:
        """The day where the first reading begins, None: nothing was ever sent, so nothing can have come back.

        It is the one before the first attempt: servers search by their own day (RFC 3501, 6.4.4).
        """
        with self._store.reading() as t:
            first = t.value("SELECT min(at) FROM attempts WHERE counted = 1")
        return None if first is None else unstamp(first).date() - timedelta(days=1)

    def last_read(self) -> InboxRead | None:
        """How the last reading went, None before the first."""
        with self._store.reading() as t:
            row = t.one(
                """SELECT r.at, r.outcome, r.answer, r.done_at, coalesce(o.name, '') AS "by"
                FROM inbox_reads r LEFT JOIN operators o ON o.id = r.operator_id"""
            )
        return None if row is None else InboxRead(**row)

    def note_read(self, outcome: str, answer: str = "") -> None:
        """Note how a reading ended (`DONE`, or the fault's kind and the server's words); the journal gets what is news.

        The words of answers that a person has taken for ordinary ones are forgotten with it, a day later.
        """
        with self._store.writing() as t:
            t.actor.require_any(QUEUES_MAIL)
            _forget_ordinary(t)
            before = t.value("SELECT outcome FROM inbox_reads")
            t.execute(
                """INSERT INTO inbox_reads (id, at, outcome, answer, done_at, operator_id)
                VALUES (1, :at, :outcome, :answer, :done, :operator)
                ON CONFLICT (id) DO UPDATE SET at = excluded.at, outcome = excluded.outcome, answer = excluded.answer,
                    done_at = coalesce(excluded.done_at, done_at), operator_id = excluded.operator_id""",
                {
                    "at": t.stamp,
                    "outcome": outcome,
                    "answer": answer,
                    "done": t.stamp if outcome == DONE else None,
                    "operator": t.actor.id,
                },
            )
            if before != outcome:
                t.journal("inbox.read", outcome=outcome)


def _forget_ordinary(t: Transaction) -> None:
    """Forget what was said, and from where, in answers that proved to be none of our affair."""
    t.execute(
        """UPDATE came_back SET said = '', undo = '', address = d.address, address_key = d.address_key
        FROM deliveries d WHERE d.id = came_back.delivery_id AND came_back.kind = 'stop_word'
            AND came_back.state = 'dismissed' AND came_back.undo <> '' AND came_back.decided_at <= ?""",
        (stamp(t.now - UNDOABLE),),
    )
