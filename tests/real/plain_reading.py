"""A plain reading of what goes out by itself: hour by hour, who must get which mail, and who must not.

It goes through all that happened with loops, and asks the program for nothing. Slow is good enough.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from tests.real.plain_times import Due, Key, Row, Times
from tests.real.year_facts import Day, day_in_words, local, moment_in_words


@dataclass(frozen=True)
class Mail:
    """A mail that must go: to which address, what it says, and for which members. Not after `until`."""

    to: str
    says: tuple[str, ...]
    members: frozenset[int]
    people: frozenset[int]
    key: Key
    kind: str
    day: int
    until: datetime | None


@dataclass(frozen=True)
class Seen:
    """A mail as the server accepted it; `automatic`: it says that no person sent it."""

    to: str
    says: tuple[str, ...]
    automatic: bool = True
    ref: str = ""


@dataclass
class Reading(Times):
    """The state of all that goes out by itself, by the rules."""

    waiting: list[Mail] = field(default_factory=list)
    got: dict[Key, set[tuple[str, int]]] = field(default_factory=dict)
    held: Counter[str] = field(default_factory=Counter)
    """How many mails to an address were made and never go."""
    failed: Counter[str] = field(default_factory=Counter)
    away: Counter[str] = field(default_factory=Counter)
    """By what kept it, how many mails did not go."""

    # An hour

    def tick(self, now: datetime) -> None:
        """What is due by now is written down, or put among what must go."""
        due = [one for one in self.planned(now) if one.due <= now and self._open(one, now)]
        for one in due:
            if one.older:
                self.write(one, "skipped", "newer")
            elif one.until < now:
                self.write(one, "missed", "never" if one.until < one.due else "late")
        for one in due:
            if self._open(one, now):
                self.go(one, now)
        for mail in [*self.waiting]:
            if why := self._kept_back(mail, now):
                self.drop(mail, why)

    def _open(self, one: Due, now: datetime) -> bool:
        """Whether it can still go: what was missed, too, where its moment has been moved and is to come."""
        row = self.rows.get(one.key)
        if row is None or row.state == "withdrawn":
            return True
        return row.state == "missed" and row.reason != "restored" and one.until >= now

    def write(self, one: Due, state: str, reason: str = "", mails: int = 0) -> None:
        """Write down what became of something."""
        before = self.rows[one.key].mails if one.key in self.rows else 0
        self.rows[one.key] = Row(state, reason, before + mails, 0 if one.member else one.day, one.due)
        self.diary.written += 1

    def _kept_back(self, mail: Mail, now: datetime) -> str:
        """Why a mail that waits must not go any more."""
        if mail.until is not None and mail.until <= now:
            return "too late"
        if not mail.people:
            return ""
        people = [p for m in mail.members for p in self.diary.members[m].people if p.id in mail.people]
        if (mail.to, mail.kind) in self.diary.stopped or all(mail.kind in one.refused for one in people):
            return "refused"
        return "" if any(one.address == mail.to for one in people) else "moved away"

    def drop(self, mail: Mail, why: str) -> None:
        """A mail that waits goes no more."""
        self.waiting.remove(mail)
        self.held[mail.to] += 1
        self.away[why] += 1

    def withdraw(self, day: int) -> None:
        """A distribution has changed: what waits for it is taken back and due again, what was missed may be to come."""
        self.diary.written += 1
        for key, row in [*self.rows.items()]:
            if row.day == day and row.state == "missed" and row.reason != "restored":
                self._again(key)
        for mail in [m for m in self.waiting if m.day == day and m.people]:
            self.drop(mail, "withdrawn")
            self.rows[mail.key].state = "withdrawn"

    def bring_back(self, one: Due) -> None:
        """What was left out is due again, to whom it has not reached yet."""
        self._again(one.key)

    def _again(self, key: Key) -> None:
        """Whatever became of it is forgotten, but whom it has reached."""
        row = self.rows.pop(key)
        if row.mails:
            self.rows[key] = Row("withdrawn", "", row.mails, row.day)

    def adopt(self, now: datetime) -> None:
        """A file that was brought back is the one from now on: what was due may have gone, what waits is held."""
        for one in self.planned(now):
            if one.due <= now and self._open(one, now):
                self.write(one, "missed", "restored")
        for mail in [*self.waiting]:
            self.drop(mail, "copied")

    def aside(self) -> Reading:
        """A copy to judge something else by; what happened is shared."""
        got = {key: {*addresses} for key, addresses in self.got.items()}
        return Reading(self.diary, self.rows, waiting=[*self.waiting], got=got)

    # Who gets what

    def go(self, one: Due, now: datetime) -> None:
        """What is due is put among what must go."""
        mails = self._recap(one) if one.step.trigger == "recap" else self._mails(one, now)
        self.waiting += mails
        if mails:
            self.write(one, "queued", mails=len(mails))
        else:
            had = one.key in self.rows and self.rows[one.key].mails
            self.write(one, "queued" if had else "nobody", "nothing" if one.step.trigger == "recap" else "")

    def _recap(self, one: Due) -> list[Mail]:
        """The recap to a producer who was told nothing, else what has changed since."""
        offer = self.diary.days[one.day].offers[one.catalogue]
        news = self.diary.untold.pop((one.day, one.catalogue), Counter())
        if offer.told and not any(news.values()):
            self.diary.untold[one.day, one.catalogue] = news
            return []
        offer.told = True
        says = (one.step.tag, *self._of_day(self.diary.days[one.day]))
        to = self.diary.producers[one.catalogue]
        return [Mail(to, says, frozenset(), frozenset(), one.key, "", one.day, None)]

    def _mails(self, one: Due, now: datetime) -> list[Mail]:
        step, got = one.step, self.got.get(one.key, set())
        by_mail: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
        for member in self.diary.members.values():
            if not self.meant(one, member.id):
                continue
            for who in member.people:
                if self.diary.takes(who, step.kind) and (who.address, member.id) not in got:
                    mail = (who.address, member.id if step.each else 0)
                    by_mail.setdefault(mail, []).append((member.id, who.id, who.first_name))
        return [
            Mail(
                to,
                (step.tag, *self._said(one, now), " ".join(sorted({name for _m, _p, name in people}))),
                frozenset(member for member, _p, _n in people),
                frozenset(person for _m, person, _n in people),
                one.key,
                step.kind,
                one.day,
                one.until if one.until > now else None,
            )
            for (to, _member), people in by_mail.items()
        ]

    def meant(self, one: Due, member: int) -> bool:
        """Whether a mail is meant for a member, whatever they refuse."""
        if self.diary.members[member].archived or one.member not in (0, member):
            return False
        if one.step.whom == "all":
            return True
        if one.step.whom == "first":
            return self.diary.orders_made(member) < 2
        if not one.day:
            ordered = self.diary.orders_made(member) > 0
        else:
            order = self.diary.order_of(member, one.day)
            lines = [] if order is None else [p for p, quantity in order.lines.items() if quantity]
            of = [p for p in lines if one.catalogue in (0, self.diary.catalogue_of[p])]
            ordered = bool(of)
        return ordered if one.step.whom == "ordered" else not ordered

    def _said(self, one: Due, now: datetime) -> tuple[str, ...]:
        if one.promo:
            promo = self.diary.promos[one.promo]
            return promo.what, day_in_words(promo.until)
        if not one.day:
            return ()
        day, wall = self.diary.days[one.day], local(now)
        closings = sorted((offer.closes <= wall, offer.closes) for offer in day.offers.values())
        closes = day.offers[one.catalogue].closes if one.catalogue else closings[0][1]
        return (*self._of_day(day), moment_in_words(closes))

    def _of_day(self, day: Day) -> tuple[str, ...]:
        return day_in_words(day.day), day.starts, day.place

    # What was seen

    def judge(self, accepted: list[Seen], *, may_wait: bool) -> list[str]:
        """What is wrong with what the server accepted in this hour; `may_wait`: something kept mails from going."""
        wrong = []
        for seen in accepted:
            if not seen.automatic:
                wrong.append(f"{seen} does not say that no person sent it")
            mail = next((one for one in self.waiting if (one.to, one.says) == (seen.to, seen.says)), None)
            if mail is None:
                wrong.append(f"nobody asked for {seen}")
                continue
            self.waiting.remove(mail)
            self.got.setdefault(mail.key, set()).update((mail.to, member) for member in mail.members)
        if not may_wait:
            wrong += [f"did not go in its hour: {mail}" for mail in self.waiting]
        return wrong

    def fail(self, address: str) -> None:
        """The server has refused this address for good: what waits for it does not arrive."""
        for mail in [one for one in self.waiting if one.to == address]:
            self.waiting.remove(mail)
            self.failed[address] += 1
