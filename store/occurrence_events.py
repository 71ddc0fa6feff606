"""Occurrences of what happens one by one: registrations, orders and their changes, baskets, promotions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from store.clock import stamp, unstamp
from store.occurrence_moments import at_moment, at_wall, moments
from store.occurrence_records import Occurrence
from store.occurrence_rules import FARTHEST
from store.withdrawing import ORDER_MOVED
from store.workflow_records import Timing, Trigger

if TYPE_CHECKING:
    import sqlite3

    from store.clock import Clock
    from store.occurrence_days import Day
    from store.occurrence_rules import Rule, Span
    from store.transaction import Transaction

NEWER = "newer"
"""Why a change of an order is not told: a newer one of the same order is."""

MONTH = timedelta(days=31)

# What was missed, or found nobody, may have a moment to come by now.
_OVER = """EXISTS (SELECT 1 FROM occurrences x WHERE x.step_id = :step AND x.key = {key}
    AND (x.state = 'queued' OR x.state = 'missed' AND x.reason = 'restored'))"""
_JOINED = """SELECT m.id, m.joined_on FROM members m
    WHERE m.archived_at IS NULL AND m.joined_on BETWEEN :first_day AND :last_day AND {asked}
        AND NOT EXISTS (SELECT 1 FROM occurrences x WHERE x.member_id = m.id AND x.step_id = :step
            AND x.key <> 'member:' || m.id AND x.state <> 'withdrawn')"""
"""Who was merged with somebody greeted before has been greeted."""
_LINES = """(SELECT group_concat(DISTINCT l.catalogue_id) FROM order_lines l
    WHERE l.order_id = o.id AND l.quantity > 0)"""
_ONE_ORDER = "orders o JOIN distributions d ON d.id = o.distribution_id JOIN members m ON m.id = o.member_id"
# By the few distributions that matter: SQLite would look at every order that there ever was.
_ORDERS = "distributions d CROSS JOIN orders o ON o.distribution_id = d.id CROSS JOIN members m ON m.id = o.member_id"
_STAND = """d.cancelled_at IS NULL AND m.archived_at IS NULL AND d.day >= :day
    AND o.state = 'confirmed' AND o.filled = 1"""
_HERE = """SELECT j.at FROM journal j WHERE j.action IN ('order.confirmed', 'order.recorded')
    AND j.subject_id = {of}.id AND j.at = {of}.confirmed_at"""
# What was moved before anything was said of it is spoken of where it is now.
_MOVED = f"""SELECT ({_HERE.format(of="w")}) FROM journal v JOIN orders w ON w.id = v.subject_id
    WHERE v.action = 'order.moved' AND v.at = o.confirmed_at AND w.member_id = o.member_id AND w.state <> 'confirmed'
        AND json_extract(v.detail, '$.to') = o.distribution_id AND NOT EXISTS (SELECT 1 FROM occurrences x
            WHERE x.step_id = :step AND x.key = 'order:' || w.id
                AND NOT (x.state = 'skipped' AND x.reason = '{ORDER_MOVED}'))"""
# What was brought in from elsewhere was not confirmed here by anybody.
_CONFIRMED = f"""SELECT * FROM (
        SELECT o.id, o.member_id, o.distribution_id, {{lines}} AS lines,
            coalesce(({_HERE.format(of="o")}), ({_MOVED})) AS at
        FROM {{orders}} WHERE {_STAND} AND {{asked}} AND o.confirmed_at BETWEEN :first AND :last
    ) WHERE at IS NOT NULL"""
_CHANGED = f"""SELECT * FROM (
        SELECT o.id, o.member_id, o.distribution_id, j.at, j.id AS change, {{lines}} AS lines,
            max(j.id) OVER (PARTITION BY o.id) > j.id AS older
        FROM {{orders}} CROSS JOIN journal j
            ON j.action IN ('order.changed', 'order.confirmed', 'order.recorded') AND j.subject_id = o.id
        WHERE {_STAND} AND j.operator_id IS NOT NULL AND j.at > o.confirmed_at AND j.at BETWEEN :first AND :last
            AND EXISTS (SELECT 1 FROM order_changes c WHERE c.order_id = o.id AND c.at = j.at)
    ) o WHERE {{asked}}"""
_BASKETS = f"""SELECT o.id, o.member_id, o.distribution_id, o.created_at, {_LINES} AS lines,
        min(e.at) FILTER (WHERE e.after > e.before) AS added, max(e.at) AS entered
    FROM {{orders}} CROSS JOIN basket_entries e ON e.order_id = o.id
    WHERE o.state = 'basket' AND o.changes_order_id IS NULL AND o.filled = 1 AND {{asked}}
        AND d.day >= :day AND d.cancelled_at IS NULL AND m.archived_at IS NULL
    GROUP BY o.id"""
_PROMOTIONS = """SELECT m.id, m.since, m.until, coalesce(m.catalogue_id, p.catalogue_id) AS catalogue_id
    FROM promotions m LEFT JOIN products p ON p.id = m.product_id
    WHERE m.cancelled_at IS NULL AND m.until >= :day AND {asked} ORDER BY m.id"""


def registrations(t: Transaction, clock: Clock, rule: Rule, span: Span) -> Iterator[Occurrence]:
    """Who joined later than the workflow was attached; on that day itself, who was written down after it.

    Nobody knows at what hour somebody joined: what goes at once goes on that day or the next one.
    """
    since = rule.of_group()
    if since is None and not span.anywhere:
        return
    first = span.first - rule.lead
    bound = {**_bound(rule, span), "first_day": _day(clock, first), "last_day": _day(clock, span.last)}
    for row in t.all(_JOINED.format(asked=_asked(span, "m.id", "'member:' || m.id")), bound):
        wall = datetime.fromisoformat(row["joined_on"])
        due, until = moments(clock, rule.step, at_wall(clock, wall, wall + timedelta(days=2)))
        key = f"member:{row['id']}"
        goes = span.anywhere or _joined_since(t, clock, rule, span, row, key, due)
        if span.holds(due) and goes:
            yield Occurrence(rule.step, rule.workflow, key, due, until, member_id=row["id"])


def _joined_since(
    t: Transaction, clock: Clock, rule: Rule, span: Span, row: sqlite3.Row, key: str, due: datetime
) -> bool:
    if (rule.step.id, key) in span.begun:
        return True
    attached = min((place.since for place in rule.places if place.since is not None), default=None)
    if attached is None or rule.step.since is None:
        return False
    if rule.step.timing is Timing.AT_ONCE:
        return _joined_after(t, clock, row, max(attached, rule.step.since))
    return due >= rule.step.since and _joined_after(t, clock, row, attached)


def _joined_after(t: Transaction, clock: Clock, row: sqlite3.Row, moment: datetime) -> bool:
    """Whether somebody joined on a later day, or on that of the moment and was written down after it.

    Of who came with an import, or is there by other ways, nobody knows that: they may have been greeted long ago.
    """
    day = _day(clock, moment)
    if row["joined_on"] != day:
        return bool(row["joined_on"] > day)
    entered = t.value("SELECT max(at) FROM journal WHERE action = 'member.added' AND subject_id = ?", (row["id"],))
    return entered is not None and unstamp(entered) >= moment


def confirmations(
    t: Transaction, clock: Clock, rule: Rule, days: Mapping[int, Day], span: Span
) -> Iterator[Occurrence]:
    """Orders that were confirmed here for the first time."""
    asked = _asked(span, "o.id", "'order:' || o.id")
    for row in t.all(_CONFIRMED.format(**_parts(rule, span), asked=asked), _of_orders(clock, rule, span)):
        yield from _of_order(clock, rule, days, span, row, f"order:{row['id']}", unstamp(row["at"]))


def changes(t: Transaction, clock: Clock, rule: Rule, days: Mapping[int, Day], span: Span) -> Iterator[Occurrence]:
    """Changes of confirmed orders by an operator; the older ones of an order give `NEWER` as their reason."""
    asked = _asked(span, "o.id", "'change:' || o.change")
    for row in t.all(_CHANGED.format(**_parts(rule, span), asked=asked), _of_orders(clock, rule, span)):
        reason = NEWER if row["older"] else ""
        yield from _of_order(clock, rule, days, span, row, f"change:{row['change']}", unstamp(row["at"]), reason)


def baskets(t: Transaction, clock: Clock, rule: Rule, days: Mapping[int, Day], span: Span) -> Iterator[Occurrence]:
    """Baskets in which something was entered: once for each, however often it is touched.

    One that all was taken out of again has nothing to speak of; one whose catalogues have closed before it would be
    spoken of is left in peace.
    """
    added = rule.step.trigger is Trigger.ADDED
    asked = _asked(span, "o.id", "'basket:' || o.id || '@' || o.created_at")
    bound = {**_bound(rule, span), "day": _day(clock, span.first - FARTHEST)}
    for row in t.all(_BASKETS.format(**_parts(rule, span), asked=asked), bound):
        at = row["added"] if added else row["entered"]
        if at is None:
            continue
        key = f"basket:{row['id']}@{row['created_at']}"
        for found in _of_order(clock, rule, days, span, row, key, unstamp(at)):
            if added or span.anywhere or not found.never:
                yield found


def promotions(t: Transaction, clock: Clock, rule: Rule, span: Span) -> Iterator[Occurrence]:
    """Promotions that start with the first minute of a day, or end with the last one of another."""
    starts = rule.step.trigger is Trigger.PROMOTION_STARTS
    bound = {**_bound(rule, span), "day": _day(clock, span.first - FARTHEST)}
    for row in t.all(_PROMOTIONS.format(asked=_asked(span, "m.id", "'promotion:' || m.id")), bound):
        wall = datetime.fromisoformat(row["since"] if starts else f"{row['until']}T23:59")
        due, until = moments(clock, rule.step, at_wall(clock, wall))
        found = [one for one in (rule.of_group(), rule.of_catalogues((row["catalogue_id"],))) if one is not None]
        key = f"promotion:{row['id']}"
        if not span.holds(due) or not span.lets(rule.step, key, min(found, default=None), due):
            continue
        yield Occurrence(
            step=rule.step,
            workflow=rule.workflow,
            key=key,
            due=due,
            until=until,
            catalogue_id=row["catalogue_id"],
            promotion_id=row["id"],
        )


def _of_order(
    clock: Clock,
    rule: Rule,
    days: Mapping[int, Day],
    span: Span,
    row: sqlite3.Row,
    key: str,
    at: datetime,
    reason: str = "",
) -> Iterator[Occurrence]:
    day = days.get(row["distribution_id"])
    if day is None:
        return
    lines = {int(one) for one in (row["lines"] or "").split(",") if one}
    since = rule.of_order(day.id, lines)
    end = day.end_of(lines) if rule.step.trigger is Trigger.BASKET else None
    due, until = moments(clock, rule.step, at_moment(clock, at, end))
    if not span.holds(due) or not span.lets(rule.step, key, since, due):
        return
    yield Occurrence(
        step=rule.step,
        workflow=rule.workflow,
        key=key,
        due=due,
        until=until,
        distribution_id=day.id,
        member_id=row["member_id"],
        order_id=row["id"],
        reason=reason,
    )


def _asked(span: Span, column: str, key: str) -> str:
    """The condition that something is what is asked for or, where all is, that it is not over."""
    return f"NOT {_OVER.format(key=key)}" if span.only is None else f"{column} = :only"


def _parts(rule: Rule, span: Span) -> dict[str, str]:
    """Where orders are looked for, and their catalogues where these matter."""
    return {"orders": _ORDERS if span.only is None else _ONE_ORDER, "lines": _LINES if rule.narrow else "''"}


def _bound(rule: Rule, span: Span) -> dict[str, Any]:
    return {"step": rule.step.id, "only": span.only}


def _of_orders(clock: Clock, rule: Rule, span: Span) -> dict[str, Any]:
    """No later than what is counted from them, orders are made for a distribution that was less than a month ago."""
    first = span.earliest(rule) - rule.lead
    return {**_bound(rule, span), "first": stamp(first), "last": stamp(span.last), "day": _day(clock, first - MONTH)}


def _day(clock: Clock, moment: datetime) -> str:
    return clock.to_wall(moment).date().isoformat()
