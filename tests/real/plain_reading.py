"""A plain reading of what goes out by itself: hour by hour, who must get which mail, and who must not.

It goes through all that happened with loops, and asks the program for nothing. Slow is good enough.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from tests.real.plain_outbox import Mail, Outbox
from tests.real.plain_times import Due
from tests.real.year_facts import Day, day_in_words, local, moment_in_words

CALLED = ("opening", "last_call", "pickup")
"""The kinds of which who has no address is told on the phone."""


@dataclass(frozen=True)
class Seen:
    """A mail as the server accepted it; `automatic`: it says that no person sent it."""

    to: str
    says: tuple[str, ...]
    automatic: bool = True
    ref: str = ""


@dataclass
class Reading(Outbox):
    """The state of all that goes out by itself, by the rules."""

    # An hour

    def tick(self, now: datetime) -> None:
        """What is due by now is written down, or put among what must go."""
        self.at = now
        due = [one for one in self.planned(now) if one.due <= now and self.open(one, now)]
        for one in due:
            if one.older:
                self.write(one, "skipped", "newer")
            elif one.until <= now:
                self._miss(one, "never" if one.until < one.due else "late", now)
        for one in due:
            if self.open(one, now):
                self.go(one, now)
        self.keep_back(now)

    def _miss(self, one: Due, reason: str, now: datetime) -> None:
        """It does not go any more: a loss to whom it was for, if there is anybody."""
        if self._means_somebody(one, now):
            self.write(one, "missed", reason)
        else:
            self._nobody(one)

    def _nobody(self, one: Due, reason: str = "") -> None:
        had = one.key in self.rows and self.rows[one.key].mails
        self.write(one, "queued" if had else "nobody", reason)

    def _means_somebody(self, one: Due, now: datetime) -> bool:
        """Whether somebody would be written to, or called."""
        if one.step.trigger == "recap":
            news = self.diary.untold.get((one.day, one.catalogue), Counter())
            return not self.diary.days[one.day].offers[one.catalogue].told or any(news.values())
        called = one.step.trigger == "registration" or one.step.kind in CALLED
        without = [m for m in self.diary.members.values() if called and not any(who.address for who in m.people)]
        return bool(self._mails(one, now)) or any(self.meant(one, member.id) for member in without)

    def open(self, one: Due, now: datetime) -> bool:
        """Whether it can still go: what was missed, or was for nobody, too, where its moment was moved meanwhile."""
        row = self.rows.get(one.key)
        if row is None or row.state == "withdrawn":
            return True
        if one.until <= now or row.at is None:
            return False
        return row.at < one.due if row.state == "nobody" else row.state == "missed" and row.reason != "restored"

    def bring_back(self, one: Due) -> None:
        """What was left out is due again, to whom it has not reached yet."""
        row = self.rows.pop(one.key)
        if row.mails:
            self.rows[one.key] = replace(row, state="withdrawn", reason="")

    def adopt(self, now: datetime) -> None:
        """A file that was brought back is the one from now on: what was due may have gone, what waits is held."""
        self.at = now
        for one in self.planned(now):
            if one.due <= now and self.open(one, now):
                self._miss(one, "restored", now)
        for mail in [*self.waiting]:
            self.drop(mail, "copied")

    def aside(self) -> Reading:
        """A copy to judge something else by; what happened is shared."""
        got = {key: {*addresses} for key, addresses in self.got.items()}
        return Reading(self.diary, {**self.rows}, waiting=[*self.waiting], got=got)

    # Who gets what

    def go(self, one: Due, now: datetime) -> None:
        """What is due is put among what must go."""
        self.at = now
        mails = self._recap(one) if one.step.trigger == "recap" else self._mails(one, now)
        self.waiting += mails
        if mails:
            self.write(one, "queued", mails=len(mails))
            self.kept.pop(one.key, None)
            if one.step.trigger == "changed":
                self.stop(lambda of: (of.step.id, of.order_id) == (one.step.id, one.order_id) and of != one, "newer")
        else:
            self._nobody(one, "nothing" if one.step.trigger == "recap" else "")

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
        return [Mail(to, says, one)]

    def _mails(self, one: Due, now: datetime) -> list[Mail]:
        step, got = one.step, self._got(one)
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
                one,
                frozenset(member for member, _p, _n in people),
                frozenset(person for _m, person, _n in people),
                one.until if one.until > now else None,
            )
            for (to, _member), people in by_mail.items()
        ]

    def _got(self, one: Due) -> set[tuple[str, int]]:
        """Who has it already, or has the same of the distribution or another of its catalogues at this moment."""
        keys = {one.key}
        if one.day and not one.member:
            rows = self.rows.items()
            keys |= {key for key, row in rows if (key[0], row.day, row.due) == (one.step.id, one.day, one.due)}
        got = {(mail.to, member) for mail in self.waiting if mail.key in keys for member in mail.members}
        people = {person for mail in self.waiting if mail.key in keys for person in mail.people}
        people = people.union(*(self.persons.get(key, set()) for key in keys))
        for member in self.diary.members.values() if people else ():  # at the address that they have now, too
            got |= {(who.address, member.id) for who in member.people if who.id in people}
        return got.union(*(self.got.get(key, set()) for key in keys))

    def meant(self, one: Due, member: int) -> bool:
        """Whether a mail is meant for a member, whatever they refuse."""
        if self.diary.members[member].archived or one.member not in (0, member):
            return False
        if one.step.whom == "all":
            return True
        if one.step.whom == "first":
            return self.diary.orders_made(member) < 2
        ordered = self.has_ordered(member, one) if one.day else self.diary.orders_made(member) > 0
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
            self.reached(mail)
        if not may_wait:
            wrong += [f"did not go in its hour: {mail}" for mail in self.waiting]
        return wrong
