"""What becomes of each old mailing of a file, compared with those that are here, and written all at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from store.clock import stamp
from store.exchange.messages.formats import QUANTITY, SUMS
from store.exchange.messages.gathering import without_twice
from store.exchange.report import FieldChange, ImportedRow
from store.message_rows import unused_id
from store.rights import Right
from store.segments import NOBODY
from templates.words.money import money, number
from templates.words.money import quantity as quantity_text

if TYPE_CHECKING:
    from store.clock import Clock
    from store.exchange.messages.gathering import Mailing
    from store.exchange.messages.reading import Figures, Named
    from store.exchange.messages.recipients import RecipientDirectory
    from store.exchange.report import ImportReport
    from store.transaction import Transaction

UNMATCHED = "unmatched"
"""The figure that counts whom the file names and who was not found among the members, or not for certain."""
NOON = time(12)
"""Files say no hour: the day is the same wherever the group moves to."""
HIDDEN = "…"
"""A sum that is stored, for who may not see money."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """An old mailing that came in before."""

    id: int
    label: str
    subject: str
    closes_on: str
    figures: Figures
    members: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Change:
    """What is to be written: into `id`, None for a new one; only `added` members, and figures that are another now."""

    id: int | None
    mailing: Mailing
    figures: Figures
    added: tuple[int, ...]


class MessagePlan:
    """Compares the mailings with those that came in before; `carry_out` writes what came of it.

    Known ones lose nothing: what the file does not say stays, and so do the members that an earlier file named.
    """

    def __init__(self, t: Transaction, clock: Clock, directory: RecipientDirectory, report: ImportReport) -> None:
        self._t = t
        self._clock = clock
        self._directory = directory
        self._report = report
        self._changes: list[_Change] = []
        self._money = t.actor.may(Right.RESULTS_MONEY)
        self._stored = {
            row["imported_key"]: row
            for row in t.all(
                "SELECT id, label, subject, closes_on, imported_key FROM messages WHERE imported_key IS NOT NULL"
            )
        }
        self._figures: dict[int, Figures] = defaultdict(dict)
        for row in t.all("SELECT message_id, name, currency, value FROM message_figures"):
            self._figures[row["message_id"]][row["name"]] = (row["currency"], row["value"])

    def take(self, mailing: Mailing) -> None:
        """Decide what becomes of one mailing."""
        members, unmatched = self._matched(mailing)
        figures = dict(mailing.figures)
        if mailing.people:
            figures[UNMATCHED] = ("", len(unmatched))
        stored = self._before(mailing.key)
        before = frozenset[int]() if stored is None else stored.members
        added = tuple(i for i in members if i not in before)
        sums = self._sums(stored, figures)
        changes = [
            *_people(stored, before, added, mailing),
            *(change for change in sums if change.field == UNMATCHED),
            *self._words(stored, mailing),
            *(change for change in sums if change.field != UNMATCHED),
        ]
        self._report.recipients += len(members)
        for name in SUMS:
            if name in figures:
                currency, value = figures[name]
                self._report.sums[name, currency] = self._report.sums.get((name, currency), 0) + value
        if stored is not None and not changes:
            self._report.same += 1
            return
        what = "new" if stored is None else "changed"
        self._report.tell(
            ImportedRow(mailing.line, what, mailing.title, tuple(changes), "mailing", mailing.day.isoformat())
        )
        self._changes.append(_Change(None if stored is None else stored.id, mailing, figures, added))

    def _matched(self, mailing: Mailing) -> tuple[list[int], list[Named]]:
        members: dict[int, None] = {}
        unmatched = []
        for named in without_twice(mailing.people):
            found = self._directory.find(named)
            members.update(dict.fromkeys(found.members))
            if not found.members:
                unmatched.append(named)
                told = self._report.ambiguous if found.several else self._report.unmatched
                told.append((named.line, named.text))
        return list(members), unmatched

    def _before(self, key: str) -> _Stored | None:
        row = self._stored.get(key)
        if row is None:
            return None
        members = self._t.all("SELECT member_id FROM recipients WHERE message_id = ?", (row["id"],))
        return _Stored(
            id=row["id"],
            label=row["label"],
            subject=row["subject"],
            closes_on=row["closes_on"] or "",
            figures=self._figures[row["id"]],
            members=frozenset(one["member_id"] for one in members),
        )

    def _words(self, stored: _Stored | None, mailing: Mailing) -> list[FieldChange]:
        """What is said of it beside figures; of a new one not the name, which stands above."""
        said = {"subject": mailing.subject if mailing.label else "", "closes_on": _iso(mailing)}
        if stored is None:
            return [FieldChange(field, "", after) for field, after in said.items() if after]
        before = {"label": stored.label, "subject": stored.subject, "closes_on": stored.closes_on}
        said |= {"label": mailing.label, "subject": mailing.subject}
        return [
            FieldChange(field, before[field], said[field]) for field in before if said[field] not in ("", before[field])
        ]

    def _sums(self, stored: _Stored | None, figures: Figures) -> list[FieldChange]:
        before = {} if stored is None else stored.figures
        found = []
        for name, said in figures.items():
            if before.get(name, ("", 0) if name == UNMATCHED else None) != said:
                was = "" if name not in before else self._text(name, before[name])
                found.append(FieldChange(name, was, _text(name, said)))
        return found

    def _text(self, name: str, figure: tuple[str, int]) -> str:
        return HIDDEN if figure[0] and not self._money else _text(name, figure)

    def carry_out(self, *, remembered: bool) -> None:
        """Write the plan down; where nothing changes, nothing is written. `remembered`: so was the file's mapping."""
        for change in self._changes:
            message_id = self._insert(change.mailing) if change.id is None else change.id
            if change.id is not None:
                self._update(change.id, change.mailing)
            self._t.execute_many(
                "INSERT INTO recipients (message_id, member_id, reach, channel) VALUES (?, ?, 'email', 'email')",
                [(message_id, member_id) for member_id in change.added],
            )
            self._t.execute_many(
                "DELETE FROM message_figures WHERE message_id = ? AND name = ?",
                [(message_id, name) for name in change.figures],
            )
            self._t.execute_many(
                "INSERT INTO message_figures (message_id, name, currency, value) VALUES (?, ?, ?, ?)",
                [(message_id, name, *said) for name, said in change.figures.items() if name != UNMATCHED or said[1]],
            )
        if self._changes or remembered:
            self._t.journal("messages.imported", None, **self._report.counts())

    def _insert(self, mailing: Mailing) -> int:
        t, sent = self._t, stamp(self._clock.to_utc(datetime.combine(mailing.day, NOON)))
        members = mailing.figures.get("members")
        return t.insert(
            "messages",
            id=unused_id(t),
            label=mailing.label,
            subject=mailing.subject,
            segment=NOBODY.to_json(),  # whom it was meant for the file cannot say, only whom it reached
            kind="targeted",
            state="queued",
            closes_on=_iso(mailing) or None,
            members_then=None if members is None else members[1],
            created_at=t.stamp,
            created_by=t.actor.id,
            changed_at=t.stamp,
            changed_by=t.actor.id,
            queued_at=min(sent, t.stamp),
            imported_at=t.stamp,
            imported_by=t.actor.id,
            imported_key=mailing.key,
        )

    def _update(self, message_id: int, mailing: Mailing) -> None:
        members = mailing.figures.get("members")
        self._t.execute(
            """UPDATE messages SET label = coalesce(nullif(:label, ''), label),
                subject = coalesce(nullif(:subject, ''), subject),
                closes_on = coalesce(nullif(:closes_on, ''), closes_on),
                members_then = coalesce(:members, members_then),
                changed_at = :at, changed_by = :by, version = version + 1
            WHERE id = :id""",
            {
                "label": mailing.label,
                "subject": mailing.subject,
                "closes_on": _iso(mailing),
                "members": None if members is None else members[1],
                "at": self._t.stamp,
                "by": self._t.actor.id,
                "id": message_id,
            },
        )


def _people(
    stored: _Stored | None, before: frozenset[int], added: tuple[int, ...], mailing: Mailing
) -> list[FieldChange]:
    """How many members it went to; nothing where the file names nobody, or nobody new."""
    if not added and (stored is not None or not mailing.people):
        return []
    return [FieldChange("recipients", "" if stored is None else number(len(before)), number(len(before) + len(added)))]


def _iso(mailing: Mailing) -> str:
    return mailing.closes_on.isoformat() if mailing.closes_on else ""


def _text(name: str, figure: tuple[str, int]) -> str:
    currency, value = figure
    if currency:
        return money(value, currency)
    return quantity_text(value) if name == QUANTITY else number(value)
