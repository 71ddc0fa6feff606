"""A year of the example group, hour by hour: what people do, what the machine does, and what must have come of it."""

from __future__ import annotations

import json
import time
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from mail.automatic import queue_automatic
from mail.crash_points import AUTOMATIC, POINTS, QUEUEING, TICK
from mail.outbox import adopt, run
from store import Store
from store.mailbox import MailboxSettings
from store.restoring import restore
from tests.mail.recorder import Recorder, Rule, Script
from tests.real.plain_reading import Reading, Seen
from tests.real.ticking import Ticking
from tests.real.year_acts import Acts, day_fact, household
from tests.real.year_checks import differences, seen
from tests.real.year_facts import Diary, Order, local
from tests.real.year_flows import Flows
from tests.store.conftest import Hands

FIRST = date(2026, 10, 1)
BEGINS = datetime(2026, 10, 1, 7, 0, 5, tzinfo=UTC)
"""A tick comes five seconds after each hour."""
HOUR = timedelta(hours=1)
OFF = {21 * 24 + 5: 3, 40 * 24: 7, 77 * 24 + 13: 72, 178 * 24 + 20: 9, 250 * 24 + 8: 12, 301 * 24 + 15: 5}
"""After so many hours the machine is off, for so many hours."""
CLOCKS = (date(2026, 10, 25), date(2027, 3, 28))
SLEEP = (0, 1, 2, 4, 5)
"""The hours of a night at which no tick comes where the rules ask for nothing: they cost what others do."""
BACKED_UP, LOST, ADOPTED = 157 * 24 + 9, 159 * 24 + 2, 160 * 24 + 12
"""After so many hours a backup is made; the file is lost, and brought back; it is the one again."""
CRASHES = [*POINTS, *AUTOMATIC, *QUEUEING, "tick_queued", "tick_sent", "after_commit:4", "after_dot:3", "before_dot:5"]
assert "tick_read" in TICK


class Year:
    """A year, lived by `live`; raises `AssertionError` where a mail is missing, or is one too many."""

    def __init__(self, folder: Path, example: Path, seed: int, members: int, per_hour: int) -> None:
        self.random = Random(seed)
        self.hands = Hands(BEGINS)
        self.folder, self.per_hour = folder, per_hour
        self.server = Recorder(folder, Script(whole=True))
        self.ticks = Ticking()
        self.path = folder / "year.cabas"
        self.path.write_bytes(example.read_bytes())
        self._open()
        self.reading = Reading(Diary())
        self.acts = Acts(self.store, self.reading, self.random)
        self.flows = Flows(self.acts)
        self.hours = 0
        self.done: Counter[str] = self.acts.done
        self.spoiled: set[str] = set()
        self.refs: set[str] = set()
        self.lost: set[str] = set()
        self._offset = 0
        self._talks = 0
        self._new: list[Seen] = []
        self._kept: tuple[Path, Reading, set[str]] | None = None
        self._begin(members)

    def _open(self) -> None:
        self.store = Store(self.path, "marie", self.hands)
        self.machine = Store(self.path, "automatic", self.hands)

    def __enter__(self) -> Year:
        self.server.__enter__()
        self.ticks.__enter__()
        settings = MailboxSettings(
            "127.0.0.1", self.server.port, "none", "", "amap@exemple.fr", per_hour=self.per_hour, per_day=100_000
        )
        self.store.mailbox.set(settings)
        return self

    def __exit__(self, *_: object) -> None:
        self.ticks.__exit__()
        self.server.__exit__()
        self.store.close()
        self.machine.close()

    def _begin(self, count: int) -> None:
        """Read what the example has, of a part of its households; the others are put away."""
        store, diary = self.store, self.reading.diary
        adopt(store)  # it is a copy of the example's file
        for workflow in store.workflows.all():
            store.workflows.delete(workflow.id)
        for basket in store.orders.open_baskets():
            store.orders.drop(basket.id)
        rows = store.members.search("", limit=10_000).rows
        well_known = [row.id for row in rows if row.last_name in ("Praud", "Guérin", "Maréchal", "Tessier")]
        others = [row.id for row in rows if row.id not in well_known]
        chosen = {*well_known, *self.random.sample(others, min(len(others), max(0, count - len(well_known))))}
        store.members.archive_many([row.id for row in rows if row.id not in chosen])
        for promotion in store.promotions.all():
            store.promotions.cancel(promotion.id)
        coming = store.distributions.next()
        assert coming is not None
        diary.days[coming.id] = day_fact(coming)
        for row in store.orders.of_distribution(coming.id):
            if row.member_id in chosen:
                lines = {line.product.id: line.quantity for line in store.orders.get(row.id).lines}
                diary.orders[row.id] = Order(row.id, row.member_id, coming.id, None, lines)
        here = {order.member for order in diary.orders.values()}
        for member_id in sorted(chosen):
            before = store.orders.history(member_id)[0] - (member_id in here)
            diary.members[member_id] = household(store.members.get(member_id), before)
        for member in diary.members.values():
            for who in member.people:
                told = store.members.all_preferences(who.id)
                who.refused |= {one.kind for one in told if one.channel == "email" and not one.allowed}
        for catalogue in store.catalogues.all():
            diary.producers[catalogue.id] = store.catalogues.producer(catalogue.producer_id).email.lower()
            diary.catalogue_of |= {product.id: catalogue.id for product in store.catalogues.products([catalogue.id])}

    # Hours

    def live(self, hours: int) -> None:
        """So many hours, and whatever happens in them."""
        self.flows.begin()
        self.reading.diary.written += 1
        off = {hour for first, long in OFF.items() for hour in range(first, first + long)}
        checked = 0
        while self.hours < hours or self.reading.waiting:
            self._people()
            self.hours += 1
            self.hands.at = BEGINS + self.hours * HOUR
            if self.hours == BACKED_UP:
                self._kept = self.store.backups.make().path, deepcopy(self.reading), {*self.refs}
            if self.hours == LOST:
                self._lose()
            if self.hours == ADOPTED:
                adopt(self.store, hold=True)
                self.reading.adopt(self.hands.at)
                self.done["adopted"] += 1
            if LOST <= self.hours < ADOPTED:
                assert not queue_automatic(self.machine)
                assert run(self.machine, lambda: "", how="tick").exit_code
                self._judge([], may_wait=True)
            elif self.hours not in off:
                self._tick()
            else:
                self.done["off"] += 1
            if self.hours % 24 == 0 and self.hours >= checked + 720 and not self.reading.waiting:
                self.check()
                checked = self.hours
        self.check()

    def _people(self) -> None:
        """What people do until the next hour."""
        wall = local(self.hands.at)
        if wall.hour == 10 and wall.weekday() == 0:
            self._plan(wall.date())
        if wall.hour == 10 and wall.date() + timedelta(days=2) in CLOCKS:
            self._plan_for_the_clocks(wall.date() + timedelta(days=3))
        if not 7 <= wall.hour <= 21:
            return
        for minute in sorted(self.random.sample(range(1, 58), self.random.choice((0, 0, 0, 1, 1)))):
            self.hands.at = BEGINS + self.hours * HOUR + timedelta(minutes=minute)
            self.acts.something()
        if self.random.random() < 0.03:
            self.flows.something()
        if self.random.random() < 0.03:
            self.flows.resume()
        if self.reading.waiting and self.random.random() < 0.2:
            act = self.random.choice((self.acts.move, self.acts.own_hours, self.acts.edit, self.acts.cancel))
            if act():
                self.done["changed half way"] += 1
                self.reading.diary.written += 1

    def _plan(self, today: date) -> None:
        """Each other Monday a distribution in three weeks, with all catalogues; now and then one with two of them."""
        week = (today - FIRST).days // 7
        catalogues = [*self.reading.diary.producers]
        taken = {day.day for day in self.reading.diary.days.values()}
        wanted = [(today + timedelta(days=17), catalogues)] if week % 2 == 0 else []
        if week % 5 == 2:
            wanted.append((today + timedelta(days=20), self.random.sample(catalogues, 2)))
        for day, some in wanted:
            if day not in taken:
                self.flows.planned(self.acts.plan(day, some).id)
        if week % 3 == 1:
            self.acts.promote()
        self.reading.diary.written += 1

    def _plan_for_the_clocks(self, opens: date) -> None:
        """One that opens on the day after the clocks change: a mail is due at 02:30 of that night."""
        day = self.acts.plan(opens + timedelta(days=9), self.random.sample([*self.reading.diary.producers], 2))
        for catalogue, offer in day.offers.items():
            offer.opens = datetime.combine(opens, datetime.min.time().replace(hour=8))
            offer.closes = offer.opens + timedelta(days=7, hours=12)
            self.store.distributions.set_hours(day.id, catalogue, offer.opens, offer.closes)
        self.flows.resume()
        self.flows.planned(day.id, always=True)

    def _lose(self) -> None:
        """The group's file is lost, and what was backed up the day before is brought back, beside it."""
        assert self._kept is not None
        backup, self.reading, known = self._kept
        self.store.close()
        self.machine.close()
        self.path = self.folder / "brought-back.cabas"
        restore(backup, self.path, 0o600, "marie")
        self._open()
        self.acts.store, self.acts.reading = self.store, self.reading
        self.flows.resume()
        self.acts.join()
        self.reading.diary.written += 1
        self.lost = self.refs - known
        self.done["lost mails"] = len(self.lost)

    def check(self) -> None:
        """Hold what the file says against the reading."""
        wrong = differences(self.store, self.reading, self.refs - self.lost)
        assert not wrong, "\n".join([f"{local(self.hands.at):%a %d %b %Y %H:%M}", *wrong[:12]])

    def told(self) -> str:
        """What the year had in it."""
        return f"{dict(self.done)}, did not go: {dict(self.reading.away)}"

    def triggers(self) -> set[str]:
        """Of which triggers something has gone out."""
        of = {step.id: step.trigger for flow in self.reading.diary.flows.values() for step in flow.steps}
        return {of[step] for (step, _name), row in self.reading.rows.items() if row.mails}

    def at_the_clocks(self) -> int:
        """How many times of a step were due in a night in which the clocks change, and went."""
        due = [local(row.due) for row in self.reading.rows.values() if row.due is not None and row.mails]
        return sum(wall.date() in CLOCKS and wall.hour < 4 for wall in due)

    # Ticks

    def _tick(self) -> None:
        before = None if self.spoiled or self.reading.waiting else self.reading.aside()
        written = self.reading.diary.written
        self.reading.tick(self.hands.at)
        wall = local(self.hands.at)
        quiet = written == self.reading.diary.written and not self.reading.waiting
        if quiet and wall.hour in SLEEP and wall.date() not in CLOCKS:
            return  # nothing is asked for: what went all the same is seen an hour later
        waits = len(self.reading.waiting)
        chance = self.random.random()
        fault = ""
        if chance < (0.05 if waits else 0.001):
            self._killed()
        elif chance < (0.07 if waits else 0.0015):
            assert set(self.ticks.run(self.path, self.hands.at, "", "")) <= {0, 3, 4}
            self.done["two at once"] += 1
        elif waits and chance < 0.17:
            fault = self._refusing()
        self._run(fault)
        if fault:
            self.server.follow(Script(whole=True))
        counted = self._settle()
        accepted = self._accepted()
        if fault.startswith("never"):
            self.reading.fail(fault.partition(" ")[2])
        limited = len(accepted) + counted >= self.per_hour
        if self.reading.waiting and limited:
            self.done["limited"] += 1
        if before is not None and len(accepted) >= 3 and not limited and not fault:
            self._spoil(accepted, before)
        self._judge(accepted, may_wait=limited or bool(fault))

    def _run(self, fault: str) -> None:
        """All of a tick but the day's backup, which costs as much as a day of ticks."""
        gone = queue_automatic(self.machine)
        for went in gone:
            assert went.error is None, (self.hands.at, went)
        if not gone and not self.reading.waiting and self.hours % 6:
            return  # nothing can be in the outbox: that is looked at now and then
        done = run(self.machine, lambda: "", how="tick")
        assert fault or done.exit_code in (0, 3), (self.hands.at, done)

    def _killed(self) -> None:
        """A tick in a process of its own that is killed, as by kill -9, at a named moment."""
        crash = self.random.choice(CRASHES)
        (code,) = self.ticks.run(self.path, self.hands.at, crash)
        self.done["killed" if code == 137 else "not reached"] += 1
        assert code in (0, 3, 137), code
        self._quiet()

    def _refusing(self) -> str:
        """The mailbox's server refuses somebody for good or for now, hangs up, or is busy."""
        mails = [mail for mail in self.reading.waiting if mail.people]
        kind = self.random.choice(("never", "later", "hang up", "taken", "busy"))
        if not mails or len(self.reading.waiting) > self.per_hour:
            return ""
        address, after = self.random.choice(mails).to, self.random.randrange(len(mails))
        rule = {
            "never": Rule("rcpt", "550 5.1.1 no such user", only=address),
            "later": Rule("rcpt", "450 4.2.1 try again", only=address),
            "hang up": Rule("dot", "drop", times=1, after=after),
            "taken": Rule("dot", "taken", times=1, after=after),
            "busy": Rule("greeting", "421 4.3.2 busy"),
        }[kind]
        self.server.follow(Script([rule], whole=True))
        self.done[f"server: {kind}"] += 1
        return kind if kind != "never" else f"never {address}"

    def _settle(self) -> int:
        """Decide what is in doubt by what the server knows, and send it again if it must; how many had not arrived."""
        again = 0
        while doubts := self.store.deliveries.unknown():
            self._quiet()
            for doubt in doubts:
                arrived = self._ref(doubt.id) in self.refs
                again += not arrived
                self.store.deliveries.resolve(doubt.id, "sent" if arrived else "again")
                self.done["in doubt"] += 1
            if self.store.mailbox.state().state == "paused":
                self.store.mailbox.resume()
            self._run("in doubt")
        return again

    def _ref(self, delivery_id: int) -> str:
        with self.store.reading() as t:
            return str(t.value("SELECT message_ref FROM deliveries WHERE id = ?", (delivery_id,)))

    # What the server saw

    def _quiet(self) -> None:
        """Wait until the server has nobody on the line any more: what a killed program sent is written down then."""
        self._read()
        while self._talks:
            time.sleep(0.002)
            self._read()

    def _read(self) -> None:
        """Read what the server has written down since."""
        if not self.server.log.exists():
            return
        with self.server.log.open("rb") as log:
            log.seek(self._offset)
            new = log.read()
        new = new[: new.rfind(b"\n") + 1]
        self._offset += len(new)
        for event in map(json.loads, new.splitlines()):
            self._talks += {"connection": 1, "closed": -1}.get(event["event"], 0)
            if event["event"] == "accepted":
                one = seen(event)
                assert one.ref not in self.refs, f"accepted twice: {one}"
                self.refs.add(one.ref)
                self._new.append(one)

    def _accepted(self) -> list[Seen]:
        """What the server has accepted since the last hour."""
        self._read()
        found, self._new = self._new, []
        self.done["mails"] += len(found)
        return found

    def _judge(self, accepted: list[Seen], *, may_wait: bool) -> None:
        wrong = self.reading.judge(accepted + self._accepted(), may_wait=may_wait)
        assert not wrong, "\n".join([f"{local(self.hands.at):%a %d %b %Y %H:%M}", *wrong[:12]])

    def _spoil(self, accepted: list[Seen], before: Reading) -> None:
        """See that what is wrong is found; `before` is the reading of an hour ago."""
        one = self.random.choice(accepted)
        kind = next((mail.kind for mail in self.reading.waiting if (mail.to, mail.says) == (one.to, one.says)), "")
        refusing = [p for m in self.reading.diary.members.values() for p in m.people if p.address and kind in p.refused]
        if not refusing:
            return
        others = [mail for mail in accepted if mail is not one]
        for name, spoiled in (
            ("taken away", others),
            ("doubled", [*accepted, one]),
            ("to one who refused", [*others, replace(one, to=refusing[0].address)]),
            ("with the former day", [*others, replace(one, says=(one.says[0], "mardi 1er avril", *one.says[2:]))]),
            ("as if by hand", [*others, replace(one, automatic=False)]),
        ):
            assert self.reading.aside().judge(spoiled, may_wait=False), name
            self.spoiled.add(name)
        assert before.judge(accepted, may_wait=True), "an hour early"
        self.spoiled.add("an hour early")
