"""What waits in the outbox by a plain reading of the rules, and what keeps it from going."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from tests.real.plain_times import Due, Key, Row, Times

AGAIN = ("too late", "moved away")
"""What kept mails that are written anew when what they speak of changes."""
NEVER = ("refused", "copied")
"""What kept mails that are not: somebody does not want them, or they may have gone."""


@dataclass(frozen=True)
class Mail:
    """A mail that must go: to which address, what it says, and for which members. Not after `until`."""

    to: str
    says: tuple[str, ...]
    of: Due
    members: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    until: datetime | None = None

    @property
    def key(self) -> Key:
        return self.of.key

    @property
    def kind(self) -> str:
        return self.of.step.kind

    @property
    def day(self) -> int:
        return self.of.day


@dataclass
class Outbox(Times):
    """What waits; `got` is who has it, or is not to be written to once more: address and member."""

    waiting: list[Mail] = field(default_factory=list)
    got: dict[Key, set[tuple[str, int]]] = field(default_factory=dict)
    persons: dict[Key, set[int]] = field(default_factory=dict)
    """The same, by person: somebody may have another address by now."""
    held: Counter[str] = field(default_factory=Counter)
    """How many mails to an address were made and never go."""
    failed: Counter[str] = field(default_factory=Counter)
    away: Counter[str] = field(default_factory=Counter)
    """By what kept it, how many mails did not go."""
    kept: dict[Key, int] = field(default_factory=dict)
    """Of what mails are held that may be written anew, with the distribution that it is about."""
    at: datetime | None = None
    """The present moment."""
    became: set[tuple[str, str]] = field(default_factory=set)
    """What anything has become at some time; somebody may have sent it by hand since."""

    def write(self, one: Due, state: str, reason: str = "", mails: int = 0) -> None:
        """Write down what became of something."""
        before = self.rows[one.key].mails if one.key in self.rows else 0
        self.rows[one.key] = Row(state, reason, before + mails, 0 if one.member else one.day, one.due, self.at)
        self.became.add((state, reason))
        self.diary.written += 1

    def reached(self, mail: Mail) -> None:
        """Who a mail is for is not written to once more about the same."""
        self.got.setdefault(mail.key, set()).update((mail.to, member) for member in mail.members)
        self.persons.setdefault(mail.key, set()).update(mail.people)

    def drop(self, mail: Mail, why: str) -> None:
        """A mail that waits goes no more."""
        self.waiting.remove(mail)
        self.held[mail.to] += 1
        self.away[why] += 1
        row = self.rows[mail.key]
        if why in NEVER:
            self.reached(mail)
        if why in AGAIN:
            self.kept[mail.key] = mail.day
        if why == "too late" and row.state == "queued":
            self.rows[mail.key] = replace(row, state="missed", reason="unsent")
        self.diary.written += 1

    def keep_back(self, now: datetime) -> None:
        """What must not go any more is held."""
        for mail in [*self.waiting]:
            if why := self._why(mail, now):
                self.drop(mail, why)

    def _why(self, mail: Mail, now: datetime) -> str:
        """Why a mail that waits must not go any more."""
        if mail.until is not None and mail.until <= now:
            return "too late"
        if not mail.people:
            return ""
        people = [p for m in mail.members for p in self.diary.members[m].people if p.id in mail.people]
        if (mail.to, mail.kind) in self.diary.stopped or all(mail.kind in one.refused for one in people):
            return "refused"
        return "" if any(one.address == mail.to for one in people) else "moved away"

    # What changes

    def withdraw(self, day: int) -> None:
        """A distribution has changed: what waits for it is taken back, and due again."""
        keys = {mail.key for mail in self.waiting if mail.day == day and mail.people}
        keys |= {key for key, of in self.kept.items() if of == day}
        for key in keys:
            self._take_back(key, "withdrawn", "")

    def _take_back(self, key: Key, state: str, reason: str) -> None:
        for mail in [one for one in self.waiting if one.key == key]:
            self.drop(mail, "withdrawn")
        self.kept.pop(key, None)
        self.rows[key] = replace(self.rows[key], state=state, reason=reason)
        self.diary.written += 1

    def stop(self, which: Callable[[Due], bool], reason: str) -> None:
        """What waits of some is not to go at all: somebody can bring it back."""
        found = {mail.key for mail in self.waiting if mail.people and which(mail.of)}
        for key in found:
            if self.rows[key].state == "queued":
                self._take_back(key, "skipped", reason)

    def stop_detached(self, flow_id: int, today: date, reason: str) -> None:
        """The same for what of a workflow is attached nowhere any more."""
        gone = set()
        for mail in [one for one in self.waiting if one.people and one.of.flow.id == flow_id]:
            former = self.rows[mail.key]
            self.rows[mail.key] = replace(
                former, state="withdrawn"
            )  # it was going: since when it may go is no question
            flow = self.diary.flows[flow_id]
            if mail.key not in {one.key for one in self._times(flow, mail.of.step, today)}:
                gone.add(mail.key)
            self.rows[mail.key] = former
        self.stop(lambda one: one.key in gone, reason)

    def ordered(self, member: int, day: int, order: int) -> None:
        """An order is another one: what waits for its member goes only if it is still meant."""
        stands = order in self.diary.orders and not self.diary.orders[order].called_off
        for mail in [one for one in self.waiting if one.day == day and member in one.members]:
            step = mail.of.step
            gone = step.trigger in ("confirmed", "changed") and mail.of.order_id == order and not stands
            if step.whom in ("ordered", "not_ordered"):
                of = [self.has_ordered(one, mail.of) for one in mail.members]
                gone = gone or (step.whom == "ordered") not in of
            if gone:
                self.drop(mail, "not meant any more")

    def has_ordered(self, member: int, one: Due) -> bool:
        """Whether a member has ordered for a distribution, or of one of its catalogues where that is meant."""
        order = self.diary.order_of(member, one.day)
        lines = [] if order is None else [p for p, quantity in order.lines.items() if quantity]
        return any(one.catalogue in (0, self.diary.catalogue_of[product]) for product in lines)

    def fail(self, address: str) -> None:
        """The server has refused this address for good: what waits for it does not arrive."""
        for mail in [one for one in self.waiting if one.to == address]:
            self.waiting.remove(mail)
            self.failed[address] += 1
            self.reached(mail)
