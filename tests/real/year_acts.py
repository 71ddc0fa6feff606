"""What volunteers and members do in a year: each act in the group's file, and in the diary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from store.distributions import Distribution
from store.members import Member
from store.people import EmailState, Person
from store.promotion_records import Promotion
from tests.real.year_facts import Day, Household, Offer, Promo, Somebody
from tests.real.year_orders import Orders

KINDS = ("opening", "last_call", "pickup", "automatic")
NAMES = "Ada Basile Clara Denise Emile Flore Gilda Hector Irma Jules Karine Lucien Mona Nadia Omer".split()
PLACES = ("Salle des fêtes", "Préau")


class Acts(Orders):
    """The hands that do everything else, too."""

    def something(self) -> None:
        """One of the many things that happen on a day; what cannot be done just now is left."""
        usual: tuple[Callable[[], bool], ...] = (self.order,) * 9 + (self.leave,) * 4 + (self.touch,) * 3
        rare: tuple[Callable[[], bool], ...] = (
            self.confirm, self.drop, self.empty, self.change, self.change, self.cancel_order, self.join,
            self.refuse, self.refuse, self.allow, self.stop, self.give_address, self.archive, self.promote,
            self.cancel_promotion, self.own_hours, self.own_hours, self.edit, self.move, self.cancel,
        )  # fmt: skip
        act = self.random.choice(usual + rare)
        if act():
            self.done[act.__name__] += 1
            self.diary.written += 1

    # Members

    def join(self) -> bool:
        """Somebody registers: one or two people, not all with an address, some written down days later."""
        if self.random.random() < 0.5:
            return False
        self._joined += 1
        late = self.random.choice((0, 0, 0, 0, 1, 3, 16))
        joined = self.store.clock.today() - timedelta(days=late)
        names = self.random.sample(NAMES, self.random.choice((1, 1, 2)))
        stem = f"{self._joined}.{self.store.change_number()}"
        mails = [f"{name.lower()}.{stem}@exemple.fr" if self.random.random() < 0.8 else "" for name in names]
        people = tuple(Person(name, "Nouvel", mail) for name, mail in zip(names, mails, strict=True))
        member = self.store.members.get(self.store.members.add(Member(people, joined_on=joined)))
        self.diary.members[member.id or 0] = replace(household(member), entered=self.now)
        return True

    def give_address(self) -> bool:
        """Somebody without an address gets one, or somebody gets another one."""
        without = self.random.random() < 0.7
        found = [
            (one, who) for one in self.diary.members.values() if not one.archived for who in one.people
            if bool(who.address) is not without and not who.refused
        ]  # fmt: skip
        if not found:
            return False
        one, who = self.random.choice(found)
        address = f"neuf{self.store.change_number()}@exemple.fr"
        member = self.store.members.get(one.id)
        people = tuple(
            replace(p, email=address, email_state=EmailState.HAS) if p.id == who.id else p for p in member.people
        )
        self.store.members.save(replace(member, people=people))
        who.address = address
        return True

    def _person(self) -> Somebody:
        return self.random.choice(self._member().people)

    def refuse(self) -> bool:
        """Somebody says on the phone that they want no more of a kind."""
        who, kind = self._person(), self.random.choice(KINDS)
        self.store.members.set_preferences(who.id, {("email", kind): False}, "by phone")
        who.refused.add(kind)
        return True

    def allow(self) -> bool:
        """Somebody wants mails again that they refused on the phone."""
        found = [
            (who, kind) for one in self.diary.members.values() for who in one.people for kind in who.refused
            if (who.address, kind) not in self.diary.stopped
        ]  # fmt: skip
        if not found:
            return False
        who, kind = self.random.choice(sorted(found, key=lambda one: (one[0].id, one[1])))
        self.store.members.set_preferences(who.id, {("email", kind): True}, "by phone")
        who.refused.discard(kind)
        return True

    def stop(self) -> bool:
        """Somebody answers STOP, mostly where a mail waits for them."""
        waiting = [(mail.to, mail.kind) for mail in self.reading.waiting if mail.people]
        address, kind = self.random.choice(waiting or [(self._person().address, self.random.choice(KINDS))])
        if not address:
            return False
        self.store.came_back.stop(address, kind)
        self.diary.stopped.add((address, kind))
        for who in [p for one in self.diary.members.values() for p in one.people if p.address == address]:
            who.refused.add(kind)
        for mail in [m for m in self.reading.waiting if (m.to, m.kind) == (address, kind)]:
            self.reading.drop(mail, "refused")
        return True

    def archive(self) -> bool:
        """Somebody leaves, or comes back."""
        shared = Counter(p.address for one in self.diary.members.values() for p in one.people if p.address)
        alone = [
            one for one in self.diary.members.values() if all(shared[p.address] < 2 for p in one.people if p.address)
        ]
        one = self.random.choice(alone)
        self.store.members.archive(one.id, not one.archived)
        one.archived = not one.archived
        return True

    # Promotions

    def promote(self) -> bool:
        """Something is cheaper for some days; not too often, for everybody is written to."""
        if sum(promo.until >= self.store.clock.today() for promo in self.diary.promos.values()) > 1:
            return False
        since = self.store.clock.today() + timedelta(days=self.random.randint(0, 6))
        until = since + timedelta(days=self.random.randint(0, 9))
        product, catalogue = self.random.choice([*self.diary.catalogue_of.items()])
        about = {"product_id": product} if self.random.random() < 0.6 else {"catalogue_id": catalogue}
        made = self.store.promotions.get(self.store.promotions.add(Promotion(since, until, percent=10, **about)))
        self.diary.promos[made.id] = Promo(made.id, since, until, made.what, catalogue)
        return True

    def cancel_promotion(self) -> bool:
        """A promotion ends early, or never begins."""
        today = self.store.clock.today()
        found = [promo for promo in self.diary.promos.values() if not promo.cancelled and promo.until >= today]
        if found:
            promo = self.random.choice(found)
            self.store.promotions.cancel(promo.id)
            promo.cancelled = True
            self.reading.stop(lambda one: one.promo == promo.id, "promotion")
        return bool(found)

    # Distributions

    def plan(self, day: date, catalogues: list[int]) -> Day:
        """Plan a distribution; its catalogues open and close by their rules."""
        there = self.store.distributions
        made = there.get(there.add(day, "18:00", "19:30", PLACES[0], catalogues))
        self.diary.days[made.id] = fact = day_fact(made)
        self.diary.written += 1
        return fact

    def _any(self) -> Day | None:
        """A coming distribution, mostly one for which mails wait."""
        coming = self._coming()
        waited = {mail.day for mail in self.reading.waiting if mail.people}
        found = [day for day in coming if day.id in waited] or coming
        return self.random.choice(found) if found else None

    def own_hours(self) -> bool:
        """A catalogue closes at another hour at one distribution."""
        day = self._any()
        if day is None:
            return False
        catalogue = self.random.choice([*day.offers])
        offer, end = day.offers[catalogue], day.at(day.ends)
        closes = offer.closes + timedelta(hours=self.random.choice((-26, -5, -1, 3, 20)))
        opens = offer.opens + timedelta(hours=self.random.choice((0, 0, 0, 7, 30)))
        if not opens < closes <= end:
            return False
        self.store.distributions.set_hours(day.id, catalogue, opens, closes)
        if (opens, closes) != (offer.opens, offer.closes):
            self.reading.withdraw(day.id)
        offer.opens, offer.closes = opens, closes
        return True

    def edit(self) -> bool:
        """A distribution takes place at another hour or place."""
        day = self._any()
        if day is None:
            return False
        starts, place = self.random.choice(("17:30", "18:00")), self.random.choice(PLACES)
        version = self.store.distributions.get(day.id).version
        self.store.distributions.edit(day.id, version, starts_at=starts, ends_at=day.ends, place=place, note="")
        if (starts, place) != (day.starts, day.place):
            self.reading.withdraw(day.id)
        day.starts, day.place = starts, place
        return True

    def move(self) -> bool:
        """A distribution moves to another day, and what was not told moves with it."""
        day = self._any()
        if day is None:
            return False
        to = day.day + timedelta(days=self.random.choice((-2, -1, 1, 2, 7)))
        if to <= self.store.clock.today() or any(other.day == to for other in self.diary.days.values()):
            return False
        version = self.store.distributions.get(day.id).version
        self.store.distributions.move(day.id, version, to, day.starts, day.ends, day.place)
        for offer in day.offers.values():
            if not offer.told:
                offer.opens, offer.closes = offer.opens + (to - day.day), offer.closes + (to - day.day)
        day.day = to
        self.reading.withdraw(day.id)
        return True

    def cancel(self) -> bool:
        """A distribution is cancelled, or a cancelled one brought back."""
        today = self.store.clock.today()
        back = [day for day in self.diary.days.values() if day.cancelled and day.day > today]
        day = self.random.choice(back) if back else self._any()
        if day is None:
            return False
        if back:
            self.store.distributions.restore(day.id, short=True)
        else:
            self.store.distributions.cancel(day.id, self.store.distributions.get(day.id).version, "neige")
            self.reading.withdraw(day.id)
        day.cancelled = not day.cancelled
        for order in [one for one in self.diary.orders.values() if one.day == day.id]:
            order.called_off = day.cancelled
            for product, quantity in order.lines.items():
                self.diary.change(day.id, order.member, product, -quantity if day.cancelled else quantity)
        self.done["brought back"] += bool(back)
        return True


def household(member: Member, before: int = 0) -> Household:
    """A member as the diary has it."""
    people = [
        Somebody(p.id or 0, p.first_name, p.email.lower() if p.email_state is EmailState.HAS else "")
        for p in member.people
    ]
    assert member.joined_on is not None
    return Household(member.id or 0, member.joined_on, people, before=before)


def day_fact(made: Distribution) -> Day:
    """A distribution as the diary has it."""
    offers = {}
    for one in made.catalogues:
        assert one.opens is not None
        assert one.closes is not None
        offers[one.catalogue_id] = Offer(one.opens, one.closes, one.recap_sent_at is not None)
    return Day(made.id, made.day, made.starts_at, made.ends_at, made.place, offers, made.cancelled)
