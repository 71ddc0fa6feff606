"""A group that lives through random weeks, and a plain reading of when which mail of its workflows is due.

The reading goes through everything there is with loops, and asks the file for nothing but what it says of
distributions, members, orders and promotions; what happened one by one is noted here while it is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from store import Store
from store.distributions import Distribution
from store.errors import Invalid
from store.members import Member
from store.occurrence_records import OccurrenceState
from store.occurrences import due_occurrences, write_occurrence
from store.orders import Entry
from store.people import Person
from store.promotion_records import Promotion
from store.workflow_records import Audience, NewStep, Place, Scope, Step, Timing, Trigger, Workflow
from tests.offering import Offering
from tests.store.conftest import Hands

PARIS = ZoneInfo("Europe/Paris")
HOURS = ("00:00", "02:30", "08:00", "18:00", "23:59")
Expected = dict[tuple[int, str], tuple[datetime, datetime, str]]
"""Due, until and state, by step and key."""


@dataclass
class Basket:
    """A basket as it was typed: whose, for which distribution, when it was made and entered into."""

    id: int
    distribution: int
    made: datetime
    entries: list[tuple[datetime, int]]


@dataclass
class World:
    """The group, and what was done in it."""

    store: Store
    hands: Hands
    sold: Offering
    random: Random
    confirmed: dict[int, tuple[datetime, int]] = field(default_factory=dict)
    changed: list[tuple[int, int, datetime]] = field(default_factory=list)
    baskets: dict[int, Basket] = field(default_factory=dict)
    rows: dict[tuple[int, str], tuple[str, datetime]] = field(default_factory=dict)
    """What was written down, and what was due when it was."""

    days: dict[int, Distribution] = field(default_factory=dict)
    """The distributions as they are when something is expected of them."""

    @property
    def now(self) -> datetime:
        return self.hands.at

    # What happens

    def live(self) -> None:
        """One thing of the many that volunteers and members do."""
        acts = (
            self.order, self.order, self.order, self.type, self.type, self.type, self.join, self.move, self.hours,
            self.cancel,
            self.distribute, self.promote, self.make, self.attach, self.attach, self.exempt, self.edit, self.pause,
            self.tick, self.tick, self.skip, self.archive,
        )  # fmt: skip
        with suppress(Invalid):  # what cannot be done is left
            self.random.choice(acts)()
        self.hands.at += timedelta(minutes=self.random.choice((1, 40, 90, 600, 1440, 2880)))

    def order(self) -> None:
        day = self._day()
        if day is None:
            return
        member, product = self._member(), self.random.choice(list(self.sold.products.values()))
        before = {order for order, (_at, of) in self.confirmed.items() if of == day}
        order = self.store.orders.record(member, day, [(product, 1000)], short=True).order_id
        if order in before:
            self.changed.append((order, self._journal(), self.now))
        else:
            self.confirmed[order] = (self.now, day)

    def type(self) -> None:
        if (day := self._day()) is None:
            return
        products = list(self.sold.products.values())
        member, product = self._member(), self.random.choice(products)
        if self.baskets and self.random.random() < 0.7:
            day = list(self.baskets.values())[-1].distribution
        basket = self.store.orders.open_basket(member, day)
        if self.random.random() < 0.2:
            self.store.orders.drop(basket.id)
            self.baskets.pop(basket.id, None)
            return
        held = next((line.quantity for line in basket.lines if line.product.id == product), 0)
        self.store.orders.enter(basket.id, Entry("x", product, held, held + 1000))
        if basket.created_at is not None:
            mine = self.baskets.setdefault(basket.id, Basket(basket.id, day, basket.created_at, []))
            if mine.made != basket.created_at:
                mine = self.baskets[basket.id] = Basket(basket.id, day, basket.created_at, [])
            mine.entries.append((self.now, product))

    def join(self) -> None:
        joined = self.store.clock.today() + timedelta(days=self.random.choice((-9, -1, 0, 0, 0, 1)))
        self.store.members.add(Member(people=(Person("A", "B", "a@exemple.fr"),), joined_on=joined))

    def archive(self) -> None:
        if len(self._members(undated=True)) > 2:
            self.store.members.archive(self._member(), True)

    def move(self) -> None:
        day = self._day()
        if day is None:
            return
        there = self.store.distributions.get(day)
        to = there.day + timedelta(days=self.random.choice((-3, -1, 1, 7)))
        if to >= self.store.clock.today():
            self.store.distributions.move(day, there.version, to, "18:00", "19:30", there.place)

    def hours(self) -> None:
        if (day := self._day()) is None:
            return
        there = self.store.distributions.get(day)
        catalogue = self.random.choice(there.catalogues)
        closes = datetime.combine(there.day - timedelta(days=self.random.randint(0, 8)), time(17, 30))
        opens = self.random.choice((None, closes - timedelta(days=3, hours=2)))
        self.store.distributions.set_hours(day, catalogue.catalogue_id, opens, self.random.choice((closes, None)))

    def cancel(self) -> None:
        if (day := self._day()) is not None and self.random.random() < 0.4:
            there = self.store.distributions.get(day)
            self.store.distributions.cancel(day, there.version, "snow")

    def distribute(self) -> None:
        day = self.store.clock.today() + timedelta(days=self.random.randint(1, 30))
        some = self.random.sample(list(self.sold.catalogues.values()), self.random.randint(1, 3))
        self.store.distributions.add(day, "18:00", "19:30", "Here", some)

    def promote(self) -> None:
        since = self.store.clock.today() + timedelta(days=self.random.randint(0, 4))
        about = self.random.choice(("product", "catalogue"))
        which = self.random.choice(list((self.sold.products if about == "product" else self.sold.catalogues).values()))
        ids = {f"{about}_id": which}
        made = self.store.promotions.add(Promotion(since, since + timedelta(days=5), percent=10, **ids))
        if self.random.random() < 0.2:
            self.store.promotions.cancel(made)

    def make(self, *triggers: Trigger) -> None:
        steps = [self._step(trigger) for trigger in triggers or self.random.choices(list(Trigger), k=2)]
        made = self.store.workflows.new(f"W{self._journal()}", steps)
        for _ in range(4):
            with suppress(Invalid):
                self._attach(self.store.workflows.get(made))

    def attach(self) -> None:
        if (workflow := self._workflow()) is not None:
            self._attach(workflow)

    def _attach(self, workflow: Workflow) -> None:
        catalogue = self.random.choice(list(self.sold.catalogues.values()))
        places = [Place(Scope.DISTRIBUTIONS), Place(Scope.CATALOGUE, catalogue_id=catalogue), Place(Scope.GROUP)]
        if (day := self._day()) is not None:
            places.append(Place(Scope.DISTRIBUTION, distribution_id=day))
        if workflow.places and self.random.random() < 0.1:
            self.store.workflows.detach(workflow.id, self.random.choice(workflow.places))
            return
        self.store.workflows.attach(workflow.id, self.random.choice(places))

    def exempt(self) -> None:
        workflow, day = self._workflow(), self._day()
        if workflow is not None and day is not None:
            self.store.workflows.exempt(workflow.id, day, self.random.random() < 0.7)

    def edit(self) -> None:
        workflow = self._workflow()
        if workflow is not None and workflow.steps:
            step = self.random.choice(workflow.steps)
            other = self._step(self.random.choice(list(Trigger)))
            self.store.workflows.save_step(
                replace(step, trigger=other.trigger, timing=other.timing, days=other.days, hour=other.hour)
            )

    def pause(self) -> None:
        if (workflow := self._workflow()) is not None:
            self.store.workflows.pause(workflow.id, not workflow.paused and self.random.random() < 0.3)

    def tick(self) -> None:
        """Write down what became of all that is due, as the engine does."""
        with self.store.writing() as t:
            for one in due_occurrences(t, self.store.clock):
                goes = one.state in (OccurrenceState.PLANNED, OccurrenceState.WITHDRAWN)
                over = self.random.choice((OccurrenceState.QUEUED, OccurrenceState.NOBODY, OccurrenceState.WITHDRAWN))
                state = over if goes else one.state
                write_occurrence(t, one, state)
                self.rows[(one.step.id, one.key)] = (state.value, one.due)

    def skip(self) -> None:
        coming = self.store.occurrences.coming()
        if coming:
            one = self.random.choice(coming)
            if one.state is OccurrenceState.SKIPPED:
                self.store.occurrences.unskip(one.step.id, one.key)
                del self.rows[(one.step.id, one.key)]
            elif one.state is OccurrenceState.PLANNED:
                self.store.occurrences.skip(one.step.id, one.key)
                self.rows[(one.step.id, one.key)] = ("skipped", one.due)

    def _journal(self) -> int:
        return self.store.change_number()

    def _day(self) -> int | None:
        wall = self.store.clock.wall()
        found = [d for d in self.store.distributions.all() if not d.cancelled and d.day > wall.date()]
        return self.random.choice(found).id if found else None

    def _member(self) -> int:
        with self.store.reading() as t:
            return int(self.random.choice(t.all("SELECT id FROM members WHERE archived_at IS NULL"))["id"])

    def _workflow(self) -> Workflow | None:
        found = self.store.workflows.all()
        return self.random.choice(found) if found else None

    def _step(self, trigger: Trigger) -> NewStep:
        timings = [Timing.AT_ONCE, Timing.AFTER]
        if trigger in (
            Trigger.OPENS, Trigger.CLOSES, Trigger.DISTRIBUTION, Trigger.PROMOTION_STARTS, Trigger.PROMOTION_ENDS
        ):  # fmt: skip
            timings.append(Timing.BEFORE)
        days = self.random.choice((1, 1, 2, 9))
        step = NewStep(trigger, self.random.choice(timings), days, self.random.choice(HOURS), Audience.ALL)
        return replace(step, days=0, hour="") if step.timing is Timing.AT_ONCE else step

    # What is expected

    def expected(self, last: datetime) -> Expected:
        """All that is not over and due from 40 days ago until `last`, with the state that a tick would see."""
        self.days = {day.id: day for day in self.store.distributions.all(1000)}
        found: Expected = {}
        for workflow in self.store.workflows.all():
            for step in workflow.steps if not workflow.paused else ():
                for key, due, until, since, older in self._times(workflow, step):
                    state = self.rows.get((step.id, key), ("planned", due))[0]
                    attached = since is not None and max(since, step.since or since) <= due
                    if step.trigger is Trigger.REGISTRATION:
                        attached = since is not None and self._joined_late_enough(step, since, due, key)
                    if not attached or state not in ("planned", "withdrawn", "skipped"):
                        continue
                    if not self.now - timedelta(days=40) <= due <= last:
                        continue
                    if state != "skipped" and older:
                        state = "skipped"
                    elif state != "skipped" and due <= self.now and until < self.now:
                        state = "missed"
                    found[(step.id, key)] = (due, until, state)
        return found

    def _joined_late_enough(self, step: Step, since: datetime, due: datetime, key: str) -> bool:
        joined = self.store.members.get(int(key.partition(":")[2])).joined_on
        assert joined is not None
        assert step.since is not None
        if joined < since.astimezone(PARIS).date():
            return False
        if step.timing is Timing.AT_ONCE:
            return joined >= step.since.astimezone(PARIS).date()
        return due >= step.since

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
        said = None
        for some in (day.catalogues, *((one,) for one in day.catalogues)):
            opens = min((one.opens for one in some if one.opens is not None), default=None)
            closes = min((one.closes for one in some if one.closes is not None), default=None)
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
            elif due != said:
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
