"""What came back of the mails: bounces and answers that say STOP, what follows from them, and what people decide.

Other answers are their senders' own affair: nothing is kept of them. A mail is noted once, whoever reads it how often.
"""

from __future__ import annotations

import json
from contextlib import suppress as passing
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from store import came_back_steps as steps
from store.addresses import LONGEST, email_key
from store.came_back_records import STOPS, CameBack, Kind, Note, came_back_rows
from store.deliveries import arrived
from store.errors import Invalid, NotFound
from store.household import one_line
from store.preferences import EVERYTHING, KINDS, STOP, suppress
from store.refusals import hold_refused
from store.rights import QUEUES_MAIL, Right

if TYPE_CHECKING:
    import sqlite3

    from store.handle import Store
    from store.transaction import Transaction

_SAID = 500
_STATUS = 20
"""So much is kept of what a server, or somebody who wants no more mails, said."""


class WhatCameBack:
    """Noting needs a right that queues mails, seeing `messages.see`, deciding `messages.send`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(self, note: Note) -> CameBack | None:
        """Note a mail that came back, with all that follows from it.

        HARD: the mail did not arrive, and its address gets no more. SOFT: it did not arrive; the address gets no more
        when the last three messages all came back. STOP: who got the mail gets no more of its kind, and what waits of
        it is held. UNCLEAR and STOP_WORD, and a STOP to a test or a recap: open, a person decides; so is a bounce that
        says not of which mail, for anybody can write one. A mail in doubt that somebody answered arrived.

        None where it was noted already, or has to do with nobody here: a STOP without its mail, a bounce of neither a
        mail of ours nor an address that somebody here has. Then nothing is kept. Who starts a reading and may not see
        messages is not told of whom and of what it is.
        """
        with self._store.writing() as t:
            t.actor.require_any(QUEUES_MAIL)
            if t.one("SELECT 1 FROM came_back WHERE digest = ?", (note.digest,)):
                return None
            delivery = _delivery(t, note.delivery_id)
            said, status = one_line(note.said)[:_SAID], one_line(note.status)[:_STATUS]
            note = replace(note, address=one_line(note.address)[:LONGEST], said=said, status=status)
            if delivery is not None and not (note.kind is Kind.STOP_WORD and note.address and delivery["address"]):
                # An address may pass its mails on to another one: what was written to is what does not work.
                note = replace(note, address=delivery["address"])
            key = delivery["address_key"] if delivery and note.kind is not Kind.STOP_WORD else _key(note.address)
            person = _whose(t, note.delivery_id, delivery["address_key"] if delivery else key)
            if delivery is None and (note.kind in STOPS or person is None):
                return None
            if delivery is None:
                note = replace(note, kind=Kind.UNCLEAR)
            came_id = _insert(t, note, key, delivery, person)
            _follow(t, note, key, delivery)
            t.journal("came_back.noted", came_id, kind=note.kind.value, delivery=note.delivery_id)
            noted = came_back_rows(t, "c.id = :id", {"id": came_id})[0]
            if t.actor.may(Right.MESSAGES_SEE):
                return noted
            return replace(noted, title="", name="", address="", said="", phone="")

    def list(self, state: Literal["open", "done"] | None = None, limit: int = 200) -> tuple[CameBack, ...]:
        """What came back, the newest first: what is open, what is not, or both."""
        where = {"open": "c.state = 'open'", "done": "c.state <> 'open'", None: "1"}[state]
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return came_back_rows(t, where, {}, limit)

    def of_member(self, member_id: int) -> tuple[CameBack, ...]:
        """What came back of a member's mails, or from them, the newest first."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return came_back_rows(t, "c.member_id = :member", {"member": member_id})

    def get(self, came_id: int) -> CameBack:
        """One of them; raises `NotFound`."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return _get(t, came_id)

    def accept(self, came_id: int, what: Literal["stop", "hard", "soft"]) -> CameBack:
        """Decide about one that is open: "stop", who got the mail wants no more; "hard", the address does not work;
        "soft", the mail did not arrive, which says nothing of the address.

        Raises `NotFound` and `Invalid("came_back", …)`: "decided" for one that is not open any more, "by_itself" for
        one that never was, "unknown" for what it cannot mean ("stop" for a bounce, or for a mail to a producer, which
        is of no kind that people can refuse).
        """
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            row = _open(t, came_id)
            delivery = _delivery(t, row["delivery_id"])
            # It counts from now on: the bounces in a row are counted.
            t.execute("UPDATE came_back SET state = 'done' WHERE id = ?", (came_id,))
            if what in ("hard", "soft") and row["kind"] == Kind.UNCLEAR:
                done = steps.bounce(
                    t, row["delivery_id"], row["address_key"], row["said"], hard=what == "hard", received_at=t.stamp
                )
            elif what == "stop" and delivery is not None and row["topic"]:
                done = _stop(t, delivery, row["topic"], t.actor.id)
            else:
                raise Invalid("came_back", what, "unknown")
            _decided(t, came_id, "done", done)
            t.journal("came_back.accepted", came_id, what=what)
            return _get(t, came_id)

    def dismiss(self, came_id: int) -> CameBack:
        """Leave one that is open as it is; raises as `accept`."""
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            _open(t, came_id)
            _decided(t, came_id, "dismissed", {})
            t.journal("came_back.dismissed", came_id)
            return _get(t, came_id)

    def reopen(self, came_id: int) -> CameBack:
        """Take back what was decided about one, and what followed from it; it is open again.

        Raises `NotFound`, and `Invalid("came_back", …)`: "changed" where that was changed since, "by_itself" and
        "undecided" where nobody decided.
        """
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            row = _row(t, came_id)
            if not row["undo"]:
                reason = "undecided" if row["state"] == "open" else "changed" if row["decided_at"] else "by_itself"
                raise Invalid("came_back", str(came_id), reason)
            delivery = _delivery(t, row["delivery_id"])
            steps.undo(t, delivery["address_key"] if delivery else row["address_key"], json.loads(row["undo"]))
            t.execute(
                "UPDATE came_back SET state = 'open', decided_at = NULL, decided_by = NULL, undo = '' WHERE id = ?",
                (came_id,),
            )
            t.journal("came_back.reopened", came_id)
            return _get(t, came_id)

    def stop(self, who: int | str, topic: str) -> int:
        """Write down that a person (an id), or whoever has an address, said STOP; returns how many mails are held.

        `topic` is a kind of message, or `preferences.EVERYTHING`. Needs the right `members` or `messages.send`. Raises
        `NotFound`, and `Invalid` for what is neither.
        """
        kinds = KINDS if topic == EVERYTHING else (topic,)
        if not set(kinds) <= set(KINDS):
            raise Invalid("kind", topic, "unknown")
        with self._store.writing() as t:
            t.actor.require_any((Right.MEMBERS, Right.MESSAGES_SEND))
            if isinstance(who, int):
                people = t.all("SELECT id, member_id, email_key FROM people WHERE id = ?", (who,))
                if not people:
                    raise NotFound("person", str(who))
                key = people[0]["email_key"]
            else:
                key = email_key(who)
                people = t.all("SELECT id, member_id, email_key FROM people WHERE email_key = ?", (key,))
            ids = [person["id"] for person in people]
            held = sum(len(steps.opt_out(t, key, ids, kind, t.actor.id)["held"]) for kind in kinds)
            if key and topic == EVERYTHING:
                suppress(t, key, EVERYTHING, STOP)
                held += len(hold_refused(t, ids, key))
            t.journal("member.stopped", people[0]["member_id"] if people else None, topic=topic)
        return held

    def works_again(self, person_id: int) -> int:
        """An address from which mail came back works after all; returns how many people have it.

        Earlier bounces of it count no more. Needs the right `members` or `messages.send`. Raises `NotFound`, and
        `Invalid("email", …, "not_bounced")` where none came back.
        """
        with self._store.writing() as t:
            t.actor.require_any((Right.MEMBERS, Right.MESSAGES_SEND))
            row = t.one("SELECT member_id, email, email_key, email_state FROM people WHERE id = ?", (person_id,))
            if row is None:
                raise NotFound("person", str(person_id))
            if row["email_state"] != "bounced":
                raise Invalid("email", row["email"], "not_bounced")
            found = steps.set_email_state(t, row["email_key"], "bounced", "has")
            steps.vouch(t, row["email_key"])
            t.journal("member.email_works", row["member_id"], person=person_id)
        return len(found)


def _delivery(t: Transaction, delivery_id: int | None) -> sqlite3.Row | None:
    """The mail that something is about, with the kind of its message; raises `NotFound`."""
    if delivery_id is None:
        return None
    row = t.one(
        """SELECT d.id, d.kind, d.state, d.address, d.address_key, m.kind AS topic FROM deliveries d
        LEFT JOIN messages m ON m.id = d.message_id WHERE d.id = ?""",
        (delivery_id,),
    )
    if row is None:
        raise NotFound("delivery", str(delivery_id))
    return row


def _key(address: str) -> str:
    with passing(Invalid):
        return email_key(address)
    return address.lower()


def _whose(t: Transaction, delivery_id: int | None, key: str) -> sqlite3.Row | None:
    """The first of whom the mail was for, who has the address still if possible; else who has the address."""
    return t.one(
        """SELECT p.id, dp.member_id FROM delivery_people dp JOIN people p ON p.id = dp.person_id
            WHERE dp.delivery_id = ? ORDER BY p.email_key <> ?, p.position, p.id LIMIT 1""",
        (delivery_id, key),
    ) or t.one(
        """SELECT p.id, p.member_id FROM people p JOIN members m ON m.id = p.member_id
            WHERE p.email_key = ? AND p.email_key <> '' ORDER BY m.archived_at IS NOT NULL, p.id LIMIT 1""",
        (key,),
    )


def _insert(t: Transaction, note: Note, key: str, delivery: sqlite3.Row | None, person: sqlite3.Row | None) -> int:
    erased = delivery is not None and not delivery["address"]
    opened = note.kind in (Kind.UNCLEAR, Kind.STOP_WORD) or (
        note.kind is Kind.STOP and delivery is not None and delivery["kind"] != "message"
    )
    return t.insert(
        "came_back",
        digest=note.digest,
        received_at=note.received_at,
        noted_at=t.stamp,
        kind=note.kind.value,
        delivery_id=note.delivery_id,
        person_id=None if person is None or erased else person["id"],
        member_id=None if person is None or erased else person["member_id"],
        address=note.address,
        address_key=key,
        status=note.status,
        said="" if erased else note.said,
        topic=delivery["topic"] or "" if delivery and note.kind in STOPS else "",
        state="dismissed" if erased and opened else "open" if opened else "done",
    )


def _follow(t: Transaction, note: Note, key: str, delivery: sqlite3.Row | None) -> None:
    """Do what follows from it by itself."""
    if note.kind in (Kind.HARD, Kind.SOFT):
        hard = note.kind is Kind.HARD
        steps.bounce(t, note.delivery_id, key, note.said, hard=hard, received_at=note.received_at)
    elif note.kind in STOPS and delivery is not None:
        arrived(t, delivery["id"], "answered")
        if note.kind is Kind.STOP and delivery["kind"] == "message" and delivery["address"]:
            _stop(t, delivery, delivery["topic"], None)


def _stop(t: Transaction, delivery: sqlite3.Row, topic: str, operator_id: int | None) -> steps.Done:
    people = t.all(
        """SELECT person_id AS id FROM delivery_people WHERE delivery_id = ?
        UNION SELECT id FROM people WHERE email_key = ?""",
        (delivery["id"], delivery["address_key"]),
    )
    return steps.opt_out(t, delivery["address_key"], [row["id"] for row in people], topic, operator_id)


def _row(t: Transaction, came_id: int) -> sqlite3.Row:
    row = t.one("SELECT * FROM came_back WHERE id = ?", (came_id,))
    if row is None:
        raise NotFound("came_back", str(came_id))
    return row


def _open(t: Transaction, came_id: int) -> sqlite3.Row:
    row = _row(t, came_id)
    if row["state"] != "open":
        raise Invalid("came_back", str(came_id), "decided" if row["decided_at"] else "by_itself")
    return row


def _get(t: Transaction, came_id: int) -> CameBack:
    return came_back_rows(t, "c.id = :id", {"id": _row(t, came_id)["id"]})[0]


def _decided(t: Transaction, came_id: int, state: str, done: steps.Done) -> None:
    t.execute(
        "UPDATE came_back SET state = ?, decided_at = ?, decided_by = ?, undo = ? WHERE id = ?",
        (state, t.stamp, t.actor.id, json.dumps(done), came_id),
    )
