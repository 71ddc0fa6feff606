"""What in a segment can find nobody, whatever the members do: most often a slip of the pen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.folding import fold
from store.near_names import near
from store.rule_names import member_tags
from store.rules import REGISTRY
from store.segment_steps import Rule, Segment
from store.settings import load_group

if TYPE_CHECKING:
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Doubt:
    """A step that finds nobody, so that it adds nobody or takes nobody away.

    `step` counts the segment's steps from 0. `reason` is "tag", "city", "language" or "postal_code" where no member has
    `value`, "member" where there is no member of this number, "archived" where it is archived, and "period" where it
    ends on `value` before it begins. `near`: names that members do have, the closest first.
    """

    step: int
    reason: str
    value: str
    near: tuple[str, ...] = ()


def find_doubts(t: Transaction, segment: Segment) -> tuple[Doubt, ...]:
    """What in the segment can find nobody, in the order of its steps."""
    return tuple(Doubt(number, *doubt) for number, step in enumerate(segment.steps) for doubt in _doubts(t, step.rule))


_Doubt = tuple[str, str, tuple[str, ...]]


def _doubts(t: Transaction, rule: Rule) -> Iterator[_Doubt]:
    match rule.name:
        case "tag":
            yield from _unknown("tag", _text(rule, "name"), member_tags(t))
        case "city":
            cities = "SELECT DISTINCT trim(city) FROM members WHERE archived_at IS NULL"
            yield from _unknown("city", _text(rule, "name"), [row[0] for row in t.all(cities)])
        case "language":
            languages = "SELECT DISTINCT coalesce(nullif(language, ''), ?) FROM members WHERE archived_at IS NULL"
            known = [row[0] for row in t.all(languages, (load_group(t).language,))]
            yield from _unknown("language", _text(rule, "code"), known)
        case "postal_code":
            prefix = _text(rule, "prefix")
            begins = "SELECT 1 FROM members WHERE archived_at IS NULL AND substr(postal_code, 1, ?) = ? COLLATE NOCASE"
            if t.one(f"{begins} LIMIT 1", (len(prefix), prefix)) is None:
                yield "postal_code", prefix, ()
        case "member":
            yield from _unknown_members(t, rule)
        case _:
            since, until = rule.get("since"), rule.get("until")
            if rule.name in REGISTRY and since and until and str(until) < str(since):
                yield "period", str(until), ()


def _text(rule: Rule, parameter: str) -> str:
    return str(rule.get(parameter) or "")


def _unknown(reason: str, value: str, known: list[str]) -> Iterator[_Doubt]:
    if fold(value.strip()) not in map(fold, known):
        yield reason, value, near(value, known)


def _unknown_members(t: Transaction, rule: Rule) -> Iterator[_Doubt]:
    ids = rule.get("ids")
    if not isinstance(ids, tuple):
        return
    rows = t.all("SELECT id, archived_at FROM members WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
    archived = {row["id"]: row["archived_at"] is not None for row in rows}
    for number in ids:
        if archived.get(number, True):
            yield "archived" if number in archived else "member", str(number), ()
