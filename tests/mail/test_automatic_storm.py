"""Ticks, moves, edits and half-finished sendings in any order: of each occurrence everybody gets one mail."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mail.automatic import queue_automatic, send_now
from store import Store
from store.errors import Invalid, NotFound
from store.settings import Group
from store.workflow_records import Audience, Timing, Trigger
from tests.mail.flows import SATURDAY, Week, at_once, last_call
from tests.mail.outgoing import set_mailbox
from tests.store.conftest import Hands

GOT = ("sent", "unknown", "sending", "ready", "bounced")


class Storm:
    """One group and a chance; each act is one thing that somebody, or the outbox, may do."""

    def __init__(self, path: Path, seed: int) -> None:
        self.chance, self.hands = random.Random(seed), Hands(SATURDAY)
        self.store = Store.create(path, Group("AMAP"), "marie", "Marie", now=self.hands)
        set_mailbox(self.store, 25)
        self.week = Week(self.store, 4)
        pick_up = at_once(Trigger.DISTRIBUTION, timing=Timing.BEFORE, days=1, hour="09:00")
        self.week.attach(last_call(audience=Audience.ALL), at_once(Trigger.OPENS), pick_up, at_once(Trigger.CLOSES))

    def time_passes(self) -> None:
        self.hands.at += timedelta(hours=self.chance.choice([1, 5, 13, 26]))

    def tick(self) -> None:
        queue_automatic(self.store)

    def move(self) -> None:
        if not self.store.distributions.get(self.week.day).cancelled:
            today = self.store.clock.today()
            self.week.move(max(today, date(2026, 11, 25)) + timedelta(days=self.chance.randrange(9)))

    def set_hours(self) -> None:
        found = self.store.distributions.get(self.week.day)
        end = self.store.clock.wall() + timedelta(hours=self.chance.randrange(1, 60))
        if end.date() < found.day:
            self.store.distributions.set_hours(self.week.day, self.week.catalogue, end - timedelta(hours=30), end)

    def another_place(self) -> None:
        self.week.another_place(f"Salle {self.chance.random()}")

    def cancel_or_restore(self) -> None:
        if self.store.distributions.get(self.week.day).cancelled:
            self.store.distributions.restore(self.week.day)
        elif self.chance.random() < 0.4:
            self.week.cancel()

    def edit(self) -> None:
        step = self.chance.choice(self.store.workflows.all()[0].steps)
        draft = self.store.messages.get(step.message_id)
        self.store.messages.save(replace(draft, text=f"Bonjour {self.chance.random()}"))

    def by_hand(self) -> None:
        step = self.chance.choice(self.store.workflows.all()[0].steps)
        try:
            send_now(self.store, step.id, f"distribution:{self.week.day}")
        except (Invalid, NotFound):
            return

    def post(self) -> None:
        """The outbox gets a few mails further, as it does, and dies at one now and then."""
        with self.store.writing() as t:
            for row in t.all(
                """SELECT d.id, d.state, m.state AS of FROM deliveries d JOIN messages m ON m.id = d.message_id
                WHERE d.state IN ('ready', 'sending') ORDER BY d.id LIMIT 3"""
            ):
                if row["state"] == "sending":
                    becomes = self.chance.choice(["sending", "sending", "sent", "ready", "unknown"])
                elif row["of"] == "cancelled":
                    becomes = "held"
                else:
                    becomes = self.chance.choice(["sending", "sent", "sent", "bounced"])
                reason = "withdrawn" if becomes == "held" else ""
                t.execute("UPDATE deliveries SET state = ?, reason = ? WHERE id = ?", (becomes, reason, row["id"]))

    def nobody_twice(self) -> None:
        with self.store.reading() as t:
            rows = t.all(
                f"""SELECT m.occurrence_id, d.address FROM deliveries d JOIN messages m ON m.id = d.message_id
                WHERE d.state IN {GOT}"""
            )
        assert max(Counter(tuple(row) for row in rows).values(), default=0) <= 1

    def nobody_forgotten(self) -> None:
        """What is over as sent went to everybody: there is no other reason here for which one would be left out."""
        with self.store.reading() as t:
            for row in t.all("SELECT id, state FROM occurrences WHERE state IN ('queued', 'nobody')"):
                got = t.all(
                    f"""SELECT d.address FROM deliveries d JOIN messages m ON m.id = d.message_id
                    WHERE m.occurrence_id = ? AND d.state IN {GOT} ORDER BY d.address""",
                    (row["id"],),
                )
                assert (row["state"], [one["address"] for one in got]) == ("queued", self.week.addresses)


@pytest.mark.parametrize("seed", range(14, 22))
def test_in_any_order_everybody_gets_one_of_each(seed: int, tmp_path: Path) -> None:
    storm = Storm(tmp_path / "group.cabas", seed)
    often = [storm.tick, storm.post, storm.another_place, storm.time_passes]
    rarely = [storm.move, storm.set_hours, storm.edit, storm.by_hand, storm.cancel_or_restore]
    for _ in range(60):
        storm.chance.choices([*often, *rarely], [5, 5, 3, 2] + [1] * len(rarely))[0]()
        storm.nobody_twice()
    for _ in range(12):
        storm.post()
    for _ in range(3):  # what was under way and refused is held, and written anew
        storm.tick()
        storm.post()
        storm.post()
    with storm.store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sent' WHERE state = 'sending'")
    storm.tick()
    storm.nobody_twice()
    storm.nobody_forgotten()
    storm.store.close()
