"""When each mail of a workflow is due by a plain reading of the rules, and until when it is worth sending."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from tests.real.year_facts import Basket, Day, Diary, Flow, Household, Order, PlainStep, local, utc

DAY = timedelta(hours=24)
LOOKED_BACK = timedelta(days=40)
Key = tuple[int, str]
"""A step, and which time of it."""


@dataclass(frozen=True)
class Due:
    """One time that a step is due; `older`: a newer change of the same order says it all."""

    flow: Flow
    step: PlainStep
    name: str
    due: datetime
    until: datetime
    day: int = 0
    catalogue: int = 0
    member: int = 0
    promo: int = 0
    older: bool = False
    order_id: int = 0

    @property
    def key(self) -> Key:
        return self.step.id, self.name

    @property
    def order(self) -> tuple[datetime, str, int, int, str]:
        return self.due, self.flow.title, self.step.position, self.step.id, self.name


@dataclass
class Row:
    """What became of one time of a step."""

    state: str
    reason: str = ""
    mails: int = 0
    day: int = 0
    """The distribution that it is counted from; 0 where that is something else."""
    due: datetime | None = None
    at: datetime | None = None
    """When that was."""


@dataclass
class Times:
    """All that happened, and what became of each time of each step."""

    diary: Diary
    rows: dict[Key, Row] = field(default_factory=dict)
    _planned: list[Due] = field(default_factory=list)
    _planned_of: tuple[int, date] = (-1, date.min)

    def planned(self, now: datetime) -> list[Due]:
        """Every time of every step that may matter now, each with its moment, in order."""
        today = local(now).date()
        if self._planned_of != (self.diary.written, today):
            found = [
                one
                for flow in self.diary.flows.values()
                if not flow.paused
                for step in flow.steps
                for one in self._times(flow, step, today)
                if now - LOOKED_BACK <= one.due
            ]
            self._planned = sorted(found, key=lambda one: one.order)
            self._planned_of = (self.diary.written, today)
        return self._planned

    def _times(self, flow: Flow, step: PlainStep, today: date) -> Iterator[Due]:
        match step.trigger:
            case "registration":
                yield from self._registrations(flow, step, today)
            case "promotion_starts" | "promotion_ends":
                yield from self._promotions(flow, step)
            case "confirmed" | "changed":
                for order in self.diary.orders.values():
                    if not order.called_off and order.touched >= today - LOOKED_BACK:
                        yield from self._of_order(flow, step, order)
            case "added" | "basket":
                for basket in self.diary.baskets.values():
                    if basket.touched >= today - LOOKED_BACK:
                        yield from self._of_basket(flow, step, basket)
            case _:
                for day in self.diary.days.values():
                    if not day.cancelled and day.id not in flow.exempt and -50 < (day.day - today).days < 70:
                        yield from self._of_distribution(flow, step, day)

    def _registrations(self, flow: Flow, step: PlainStep, today: date) -> Iterator[Due]:
        attached = flow.since(("group", 0))
        for member in self.diary.members.values():
            if attached is None or member.archived:
                continue
            at = utc(datetime.combine(member.joined, time()))
            due = moment(step, at)
            until, since, late = due + DAY, attached, due < step.since
            if step.timing == "at_once":
                until = utc(datetime.combine(member.joined + timedelta(days=2), time()))
                since, late = max(attached, step.since), False
            if not late and self._joined_after(member, since):
                yield Due(flow, step, f"member:{member.id}", due, until, member=member.id)

    def _joined_after(self, member: Household, since: datetime) -> bool:
        """Whether a member joined on a later day, or on that day and was written down after that."""
        day = local(since).date()
        return member.joined > day or (member.joined == day and member.entered is not None and member.entered >= since)

    def _promotions(self, flow: Flow, step: PlainStep) -> Iterator[Due]:
        for promo in self.diary.promos.values():
            since = flow.since(("group", 0), ("catalogue", promo.catalogue))
            starts = step.trigger == "promotion_starts"
            at = utc(datetime.combine(promo.since, time()) if starts else datetime.combine(promo.until, time(23, 59)))
            due = moment(step, at)
            name = f"promotion:{promo.id}"
            if self._lets(step, name, since, due) and not promo.cancelled:
                until = at if step.timing == "before" else due + DAY
                yield Due(flow, step, name, due, until, catalogue=promo.catalogue, promo=promo.id)

    def _of_order(self, flow: Flow, step: PlainStep, order: Order) -> Iterator[Due]:
        if step.trigger == "confirmed":
            happened = [(f"order:{order.id}", order.at, False)] if order.at else []
        else:
            happened = [(f"change:{n}", at, n != order.changes[-1][0]) for n, at in order.changes]
        for name, at, older in happened:
            due = moment(step, at)
            yield from self._of_lines(flow, step, order, Due(flow, step, name, due, due + DAY, older=older))

    def _of_basket(self, flow: Flow, step: PlainStep, basket: Basket) -> Iterator[Due]:
        if self.diary.order_of(basket.member, basket.day) is not None:
            return  # what is typed changes an order that stands
        added = [at for at, before, after in basket.entries if after > before]
        entered = [at for at, _before, _after in basket.entries]
        if not entered or (step.trigger == "added" and not added) or not any(basket.lines.values()):
            return  # nobody is asked about a basket with nothing in it
        due = moment(step, min(added) if step.trigger == "added" else max(entered))
        until = due + DAY
        if step.trigger == "basket":
            day = self.diary.days[basket.day]
            there = {self.diary.catalogue_of[p] for p, quantity in basket.lines.items() if quantity}
            until = utc(max((day.offers[c].closes for c in there), default=day.at(day.ends)))
            if until < due:
                return
        yield from self._of_lines(flow, step, basket, Due(flow, step, basket.key, due, until))

    def _of_lines(self, flow: Flow, step: PlainStep, order: Order | Basket, one: Due) -> Iterator[Due]:
        """What is about an order, where the workflow is attached to its distribution or to what is in it."""
        day = self.diary.days[order.day]
        if day.cancelled or day.id in flow.exempt or self.diary.members[order.member].archived:
            return
        there = {self.diary.catalogue_of[p] for p, quantity in order.lines.items() if quantity}
        places = [("distribution", day.id), ("distributions", 0), *(("catalogue", c) for c in there)]
        since = flow.since(*places)
        if self._lets(step, one.name, since, one.due):
            yield replace(one, day=day.id, member=order.member, order_id=order.id)

    def _of_distribution(self, flow: Flow, step: PlainStep, day: Day) -> Iterator[Due]:
        whole = flow.since(("distribution", day.id), ("distributions", 0))
        if step.trigger == "recap":
            for catalogue, offer in day.offers.items():
                since = flow.since(("distribution", day.id), ("distributions", 0), ("catalogue", catalogue))
                due = moment(step, utc(offer.closes))
                name = f"distribution:{day.id}/catalogue:{catalogue}"
                if self._lets(step, name, since, due):
                    yield Due(flow, step, name, due, due + DAY, day.id, catalogue)
            return
        name = f"distribution:{day.id}"
        due, until = span(step, day, [*day.offers])
        goes = self._lets(step, name, whole, due)
        if goes:
            yield Due(flow, step, name, due, until, day.id)
        row = self.rows.get((step.id, name))
        went = row is not None and row.state != "withdrawn" and (row.state, row.reason) != ("skipped", "detached")
        said = {due} if goes or went else set()
        if row is not None and row.state == "queued" and row.due is not None:
            said.add(row.due)
        for catalogue in day.offers:
            since, own = flow.since(("catalogue", catalogue)), span(step, day, [catalogue])
            of_it = f"{name}/catalogue:{catalogue}"
            if self._lets(step, of_it, since, own[0]) and own[0] not in said:
                yield Due(flow, step, of_it, *own, day.id, catalogue)

    def _lets(self, step: PlainStep, name: str, since: datetime | None, due: datetime) -> bool:
        """Whether something goes that is attached since then: not what was due before, unless it was going already."""
        row = self.rows.get((step.id, name))
        begun = row is not None and (row.state == "withdrawn" or (row.state == "skipped" and row.mails > 0))
        return since is not None and (begun or max(since, step.since) <= due)


def span(step: PlainStep, day: Day, catalogues: list[int]) -> tuple[datetime, datetime]:
    """When a step is due that is counted from a distribution with some of its catalogues, and until when."""
    opens = utc(min(day.offers[c].opens for c in catalogues))
    closes = utc(max(day.offers[c].closes for c in catalogues))
    at = {"opens": opens, "closes": closes, "distribution": utc(day.at(day.starts))}[step.trigger]
    due = moment(step, at)
    if step.timing == "before":
        return due, at
    if step.trigger == "opens":
        return due, min(closes, due + DAY)
    if step.trigger == "distribution" and step.timing == "at_once":
        return due, utc(day.at(day.ends))
    return due, due + DAY


def moment(step: PlainStep, at: datetime) -> datetime:
    """When a step is due that is counted from a moment."""
    if step.timing == "at_once":
        return at + timedelta(hours=2) if step.trigger == "basket" else at
    days = timedelta(days=step.days if step.timing == "after" else -step.days)
    due = utc(datetime.combine(local(at).date() + days, time.fromisoformat(step.hour)))
    return max(due, at) if step.timing == "after" else due
