"""What occurrences are called and are about, in names: what a list of them says beside their moments."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from store.delivery_records import TITLE
from store.occurrence_rows import kept_row
from store.people import erased_name
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.occurrence_records import Occurrence
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Subject:
    """The names behind an occurrence's ids; what it is not about is empty.

    `title` is what the step's words are called: their label, else their subject. `day` and `place` are those of its
    distribution, `promotion` is the product or catalogue that is cheaper.
    """

    title: str
    day: date | None = None
    place: str = ""
    catalogue: str = ""
    member: str = ""
    promotion: str = ""


def occurrence_subjects(store: Store, occurrences: Iterable[Occurrence]) -> Mapping[tuple[int, str], Subject]:
    """What each is about, by step id and key. Needs the right `messages.see`."""
    found = tuple(occurrences)
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        titles = occurrence_titles(t, {one.step.id for one in found})
        days = {
            row["id"]: (date.fromisoformat(row["day"]), row["place"])
            for row in _rows(t, _DAYS, {one.distribution_id for one in found})
        }
        catalogues = _names(t, _CATALOGUES, {one.catalogue_id for one in found})
        members = _names(t, _MEMBERS, {one.member_id for one in found}, erased=erased_name())
        promotions = _names(t, _PROMOTIONS, {one.promotion_id for one in found})
    subjects = {}
    for one in found:
        day, place = days.get(one.distribution_id or 0, (None, ""))
        subjects[(one.step.id, one.key)] = Subject(
            title=titles.get(one.step.id) or one.step.subject,
            day=day,
            place=place,
            catalogue=catalogues.get(one.catalogue_id or 0, ""),
            member=members.get(one.member_id or 0, ""),
            promotion=promotions.get(one.promotion_id or 0, ""),
        )
    return subjects


def occurrence_of(store: Store, occurrence_id: int) -> Occurrence | None:
    """The occurrence of a row, as it was kept; None where there is none. Needs the right `messages.see`."""
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        return kept_row(t, occurrence_id)


def occurrence_titles(t: Transaction, steps: Iterable[int]) -> dict[int, str]:
    """What the words of steps are called, by their ids: their label, else their subject."""
    return _names(t, _TITLES, set(steps))


_TITLES = f"""SELECT m.id, {TITLE} AS name FROM (
        SELECT id, coalesce(json_extract(words, '$.label'), '') AS label,
            coalesce(json_extract(words, '$.subject'), '') AS subject FROM workflow_steps
    ) m WHERE m.id IN (SELECT value FROM json_each(:ids))"""
_DAYS = "SELECT id, day, place FROM distributions WHERE id IN (SELECT value FROM json_each(:ids))"
_CATALOGUES = "SELECT id, name FROM catalogues WHERE id IN (SELECT value FROM json_each(:ids))"
_MEMBERS = """SELECT m.id, iif(m.erased_at IS NOT NULL, :erased, coalesce((
        SELECT group_concat(trim(p.first_name || ' ' || p.last_name), ', ') FROM people p WHERE p.member_id = m.id
    ), '')) AS name
    FROM members m WHERE m.id IN (SELECT value FROM json_each(:ids))"""
_PROMOTIONS = """SELECT r.id, coalesce(p.name, c.name, '') AS name FROM promotions r
    LEFT JOIN products p ON p.id = r.product_id LEFT JOIN catalogues c ON c.id = r.catalogue_id
    WHERE r.id IN (SELECT value FROM json_each(:ids))"""


def _rows(t: Transaction, sql: str, ids: set[int | None] | set[int], **bound: str) -> list[sqlite3.Row]:
    wanted = sorted(one for one in ids if one is not None)
    return t.all(sql, {"ids": json.dumps(wanted), **bound}) if wanted else []


def _names(t: Transaction, sql: str, ids: set[int | None] | set[int], **bound: str) -> dict[int, str]:
    return {row["id"]: row["name"] for row in _rows(t, sql, ids, **bound)}
