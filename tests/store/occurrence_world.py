"""A group that lives through random weeks; what happens in it one by one is noted while it is done."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
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
    rows: dict[tuple[int, str], tuple[str, datetime, datetime]] = field(default_factory=dict)
    """What was written down, its moment then, and when it was."""

    entered: dict[int, datetime] = field(default_factory=dict)
    """When who joined was written down."""

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
        if basket.created_at is not None and basket.changes_order_id is None:
            mine = self.baskets.setdefault(basket.id, Basket(basket.id, day, basket.created_at, []))
            if mine.made != basket.created_at:
                mine = self.baskets[basket.id] = Basket(basket.id, day, basket.created_at, [])
            mine.entries.append((self.now, product))

    def join(self) -> None:
        joined = self.store.clock.today() + timedelta(days=self.random.choice((-9, -1, 0, 0, 0, 1)))
        added = self.store.members.add(Member(people=(Person("A", "B", "a@exemple.fr"),), joined_on=joined))
        self.entered[added] = self.now

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
            if other.trigger is not step.trigger:
                self._put_aside(step, other.trigger)
            self.store.workflows.save_step(
                replace(step, trigger=other.trigger, timing=other.timing, days=other.days, hour=other.hour)
            )

    def _put_aside(self, step: Step, becomes: Trigger) -> None:
        """What was done at the former trigger counts no more, and again what was done at this one before."""
        mine = {key: self.rows.pop((of, key)) for of, key in [*self.rows] if of == step.id}
        for key, row in mine.items():
            former, _, name = key.rpartition("!")
            self.rows[(step.id, name if former == becomes else key if former else f"{step.trigger}!{key}")] = row

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
                self.rows[(one.step.id, one.key)] = (state.value, one.due, self.now)

    def skip(self) -> None:
        coming = self.store.occurrences.coming()
        if coming:
            one = self.random.choice(coming)
            if one.state is OccurrenceState.SKIPPED:
                self.store.occurrences.unskip(one.step.id, one.key)
                del self.rows[(one.step.id, one.key)]
            elif one.state is OccurrenceState.PLANNED:
                self.store.occurrences.skip(one.step.id, one.key)
                self.rows[(one.step.id, one.key)] = ("skipped", one.due, self.now)

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
