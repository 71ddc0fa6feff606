"""A plain reading of when which mail of a group's workflows is due.

It goes through everything there is with loops, and asks the file for nothing but what it says of distributions,
members, orders and promotions; what happened one by one was noted while it was done.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.workflow_records import Scope, Step, Timing, Trigger, Workflow
from tests.store.occurrence_world import World

PARIS = ZoneInfo("Europe/Paris")
Expected = dict[tuple[int, str], tuple[datetime, datetime, str]]
"""Due, until and state, by step and key."""


class Oracle(World):
    """The group, and what has to come of what was done in it."""

    def expected(self, last: datetime) -> Expected:
        """All that is not over and due from 40 days ago until `last`, with the state that a tick would see."""
        self.days = {day.id: day for day in self.store.distributions.all(1000)}
        found: Expected = {}
        for workflow in self.store.workflows.all():
            for step in workflow.steps if not workflow.paused else ():
                for key, due, until, since, older in self._times(workflow, step):
                    state = self._state(step, key, due, until)
                    attached = since is not None and (state == "withdrawn" or max(since, step.since or since) <= due)
                    if step.trigger is Trigger.REGISTRATION and state != "withdrawn":
                        attached = since is not None and self._joined_late_enough(step, since, due, key)
                    if not attached or state not in ("planned", "withdrawn", "skipped"):
                        continue
                    if not self.now - timedelta(days=40) <= due <= last:
                        continue
                    if state != "skipped" and older:
                        state = "skipped"
                    elif state != "skipped" and due <= self.now and until <= self.now:
                        state = "missed"
                    found[(step.id, key)] = (due, until, state)
        return found

    def _state(self, step: Step, key: str, due: datetime, until: datetime) -> str:
        """What its row says; "planned" where that is not true any more, or there is none."""
        state, _due, at = self.rows.get((step.id, key), ("planned", due, self.now))
        early = at < due or at > self.now
        again = state == "missed" or (state == "nobody" and early)
        return "planned" if again and until > self.now else state

    def _joined_late_enough(self, step: Step, since: datetime, due: datetime, key: str) -> bool:
        member_id = int(key.partition(":")[2])
        joined, entered = self.store.members.get(member_id).joined_on, self.entered.get(member_id)
        assert joined is not None
        assert step.since is not None
        if step.timing is Timing.AT_ONCE:
            since = max(since, step.since)
        elif due < step.since:
            return False
        day = since.astimezone(PARIS).date()
        return joined > day or (joined == day and entered is not None and entered >= since)

    def _times(self, workflow: Workflow, step: Step) -> Iterator[tuple[str, datetime, datetime, datetime | None, bool]]:
        """Key, due, until, since when it is attached there, and whether a newer one says it all."""
        match step.trigger:
            case Trigger.REGISTRATION:
                for member in self._members():
                    at = utc(datetime.combine(member[1], time()))
                    end = utc(datetime.combine(member[1] + timedelta(days=2), time()))
                    due = moment(step, at)
                    until = end if step.timing is Timing.AT_ONCE else due + timedelta(hours=24)
                    yield f"member:{member[0]}", due, until, self._since(workflow, Scope.GROUP), False
            case Trigger.PROMOTION_STARTS | Trigger.PROMOTION_ENDS:
                yield from self._promotions(workflow, step)
            case Trigger.CONFIRMED | Trigger.CHANGED | Trigger.ADDED | Trigger.BASKET:
                yield from self._events(workflow, step)
            case _:
                for day in self.days.values():
                    if not day.cancelled and day.id not in workflow.exempt:
                        yield from self._of_day(workflow, step, day.id)

    def _promotions(
        self, workflow: Workflow, step: Step
    ) -> Iterator[tuple[str, datetime, datetime, datetime | None, bool]]:
        for promotion in self.store.promotions.all(over=True):
            if promotion.cancelled:
                continue
            catalogue = promotion.catalogue_id
            if promotion.product_id is not None:
                catalogue = self.store.catalogues.product(promotion.product_id).catalogue_id
            at = utc(datetime.combine(promotion.since, time()))
            if step.trigger is Trigger.PROMOTION_ENDS:
                at = utc(datetime.combine(promotion.until, time(23, 59)))
            due = moment(step, at)
            until = at if step.timing is Timing.BEFORE else due + timedelta(hours=24)
            since = earliest(self._since(workflow, Scope.GROUP), self._since(workflow, Scope.CATALOGUE, catalogue))
            yield f"promotion:{promotion.id}", due, until, since, False

    def _events(
        self, workflow: Workflow, step: Step
    ) -> Iterator[tuple[str, datetime, datetime, datetime | None, bool]]:
        active = {member for member, _joined in self._members(undated=True)}
        happened: list[tuple[str, int, int, datetime, bool]] = []
        match step.trigger:
            case Trigger.CONFIRMED:
                happened = [(f"order:{o}", o, day, at, False) for o, (at, day) in self.confirmed.items()]
            case Trigger.CHANGED:
                newest = {order: journal for order, journal, _at in self.changed}
                happened = [
                    (f"change:{journal}", order, self.confirmed[order][1], at, journal < newest[order])
                    for order, journal, at in self.changed
                ]
            case _:
                for basket in self.baskets.values():
                    if self._changes(basket.id):
                        continue
                    key = f"basket:{basket.id}@{basket.made.strftime('%Y-%m-%dT%H:%M:%S.%fZ')}"
                    at = basket.entries[0][0] if step.trigger is Trigger.ADDED else basket.entries[-1][0]
                    happened.append((key, basket.id, basket.distribution, at, False))
        for key, order, day, at, older in happened:
            there = self.days[day]
            whose, lines = self._lines(order)
            if there.cancelled or whose not in active or day in workflow.exempt:
                continue
            due = moment(step, at)
            until = due + timedelta(hours=24)
            if step.trigger is Trigger.BASKET:
                closings = [c.closes for c in there.catalogues if c.catalogue_id in lines and c.closes is not None]
                until = utc(max(closings, default=datetime.fromisoformat(f"{there.day}T{there.ends_at}")))
                if until < due:
                    continue
            since = earliest(self._whole(workflow, day), *(self._since(workflow, Scope.CATALOGUE, c) for c in lines))
            yield key, due, until, since, older

    def _of_day(
        self, workflow: Workflow, step: Step, distribution: int
    ) -> Iterator[tuple[str, datetime, datetime, datetime | None, bool]]:
        day = self.days[distribution]
        whole = self._whole(workflow, distribution)
        key = f"distribution:{day.id}"
        if step.trigger is Trigger.RECAP:
            for one in day.catalogues:
                if one.closes is not None:
                    due = moment(step, utc(one.closes))
                    since = earliest(whole, self._since(workflow, Scope.CATALOGUE, one.catalogue_id))
                    yield f"{key}/catalogue:{one.catalogue_id}", due, due + timedelta(hours=24), since, False
            return
        said, row = None, None
        for some in (day.catalogues, *((one,) for one in day.catalogues)):
            opens = min((one.opens for one in some if one.opens is not None), default=None)
            closes = max((one.closes for one in some if one.closes is not None), default=None)
            starts = datetime.fromisoformat(f"{day.day}T{day.starts_at}")
            at = {Trigger.OPENS: opens, Trigger.CLOSES: closes, Trigger.DISTRIBUTION: starts}[step.trigger]
            if at is None:
                continue
            due = moment(step, utc(at))
            until = utc(at) if step.timing is Timing.BEFORE else due + timedelta(hours=24)
            if step.trigger is Trigger.OPENS and step.timing is not Timing.BEFORE and closes is not None:
                until = min(until, utc(closes))
            if step.trigger is Trigger.DISTRIBUTION and step.timing is Timing.AT_ONCE:
                until = utc(datetime.fromisoformat(f"{day.day}T{day.ends_at}"))
            if some is day.catalogues:
                row = self.rows.get((step.id, key))
                goes = whole is not None and step.since is not None and max(whole, step.since) <= due
                if goes or (row is not None and row[0] != "withdrawn"):
                    said = due
                yield key, due, until, whole, False
            elif due != said and (row is None or (row[0], row[1]) != ("queued", due)):
                catalogue = some[0].catalogue_id
                yield (
                    f"{key}/catalogue:{catalogue}",
                    due,
                    until,
                    self._since(workflow, Scope.CATALOGUE, catalogue),
                    False,
                )

    def _since(self, workflow: Workflow, scope: Scope, catalogue: int | None = None) -> datetime | None:
        return earliest(*(p.since for p in workflow.places if p.scope is scope and p.catalogue_id == catalogue))

    def _whole(self, workflow: Workflow, day: int) -> datetime | None:
        return earliest(
            *(
                place.since
                for place in workflow.places
                if place.scope is Scope.DISTRIBUTIONS
                or (place.scope is Scope.DISTRIBUTION and place.distribution_id == day)
            )
        )

    def _members(self, *, undated: bool = False) -> list[tuple[int, date]]:
        with self.store.reading() as t:
            rows = t.all("SELECT id, joined_on FROM members WHERE archived_at IS NULL")
        return [
            (r["id"], date.fromisoformat(r["joined_on"] or "0001-01-01")) for r in rows if undated or r["joined_on"]
        ]

    def _changes(self, basket: int) -> bool:
        """Whether what is typed changes an order that stands: it is no basket that was left."""
        with self.store.reading() as t:
            return t.value("SELECT changes_order_id FROM orders WHERE id = ?", (basket,)) is not None

    def _lines(self, order: int) -> tuple[int, set[int]]:
        with self.store.reading() as t:
            whose = int(t.value("SELECT member_id FROM orders WHERE id = ?", (order,)))
            rows = t.all("SELECT catalogue_id FROM order_lines WHERE order_id = ? AND quantity > 0", (order,))
        return whose, {row["catalogue_id"] for row in rows}


def earliest(*moments: datetime | None) -> datetime | None:
    """The first of those there are."""
    return min((one for one in moments if one is not None), default=None)


def utc(wall: datetime) -> datetime:
    """A wall time in Paris, as zoneinfo reads it."""
    return wall.replace(tzinfo=PARIS).astimezone(UTC)


def moment(step: Step, at: datetime) -> datetime:
    """When a step is due that is counted from `at`."""
    if step.timing is Timing.AT_ONCE:
        return at + timedelta(hours=2) if step.trigger is Trigger.BASKET else at
    days = timedelta(days=step.days if step.timing is Timing.AFTER else -step.days)
    due = utc(datetime.combine(at.astimezone(PARIS).date() + days, time.fromisoformat(step.hour)))
    return max(due, at) if step.timing is Timing.AFTER else due
