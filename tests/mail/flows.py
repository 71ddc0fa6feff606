"""Workflows of a small group, attached and due, for tests of what goes out by itself. Invented people only."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from store import Store
from store.order_records import Entry
from store.people import Member, Person
from store.workflow_records import Audience, NewStep, Place, Scope, Timing, Trigger

ALL = Place(Scope.DISTRIBUTIONS)
GROUP = Place(Scope.GROUP)

SATURDAY = datetime(2026, 11, 21, 20, 4, tzinfo=UTC)
"""21:04 in Paris, two days before ordering closes."""
SUNDAY_EVENING = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
"""18:00 in Paris on the day before ordering closes: the last call is due."""
MONDAY_CLOSED = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
"""20:00 in Paris: ordering closes."""


class Week:
    """A group with one distribution on Thursday 26 November 2026, whose ordering closes on Monday at 20:00."""

    def __init__(self, store: Store, people: int = 4) -> None:
        self.store = store
        producer = store.catalogues.add_producer("Légumes du Gué", email="gue@exemple.fr")
        self.catalogue = store.catalogues.add_catalogue("Légumes du Gué", producer, "EUR", 3, "20:00")
        self.product = store.catalogues.add_product(self.catalogue, "Carottes", 190, unit="kg", sold="decimal")
        self.day = store.distributions.add(date(2026, 11, 26), "18:00", "19:30", "Treillières", [self.catalogue])
        self.members = [self.join(number) for number in range(people)]

    @property
    def addresses(self) -> list[str]:
        return [f"p{number}@exemple.fr" for number in range(len(self.members))]

    def join(self, number: int, **changes: Any) -> int:
        person = Person(f"Anne{number}", "Petit", f"p{number}@exemple.fr")
        return self.store.members.add(Member((person,), joined_on=date(2020, 1, 1), **changes))

    def attach(self, *steps: NewStep, title: str = "Rappel", place: Place = ALL) -> int:
        workflow_id = self.store.workflows.new(title, steps)
        self.store.workflows.attach(workflow_id, place)
        return workflow_id

    def order(self, member_id: int, quantity: int = 2000) -> None:
        basket = self.store.orders.open_basket(member_id, self.day)
        self.store.orders.enter(basket.id, Entry("car", self.product, 0, quantity))
        self.store.orders.confirm(basket.id)

    def move(self, day: date) -> None:
        found = self.store.distributions.get(self.day)
        self.store.distributions.move(self.day, found.version, day, "18:00", "19:30", "Treillières")

    def another_place(self, place: str = "Salle des fêtes") -> None:
        """What waits is withdrawn, and due again at its moment."""
        found = self.store.distributions.get(self.day)
        self.store.distributions.edit(
            found.id, found.version, starts_at=found.starts_at, ends_at=found.ends_at, place=place, note=""
        )

    def cancel(self) -> None:
        found = self.store.distributions.get(self.day)
        self.store.distributions.cancel(self.day, found.version, "neige")


def last_call(text: str = "Bonjour {{ first_name }}, commandez avant {{ closes() }}.", **changes: Any) -> NewStep:
    """The day before ordering closes, at 18:00, to who has not ordered."""
    usual: dict[str, Any] = {
        "trigger": Trigger.CLOSES,
        "timing": Timing.BEFORE,
        "days": 1,
        "hour": "18:00",
        "audience": Audience.NOT_ORDERED,
        "subject": "AMAP : dernier rappel",
    }
    return NewStep(**{**usual, "text": text, **changes})


def at_once(trigger: Trigger, text: str = "Bonjour {{ first_name }}", **changes: Any) -> NewStep:
    """When it happens."""
    return NewStep(**{"trigger": trigger, "subject": f"AMAP : {trigger}", "text": text, **changes})


def states(store: Store) -> dict[str, str]:
    """What became of the occurrences that are written down, by key."""
    with store.reading() as t:
        return {row["key"]: row["state"] for row in t.all("SELECT key, state FROM occurrences ORDER BY id")}


def mails(store: Store) -> list[tuple[str, str, str]]:
    """Address, state and reason of all mails of messages."""
    with store.reading() as t:
        rows = t.all("SELECT address, state, reason FROM deliveries ORDER BY id")
        return [(row["address"], row["state"], row["reason"]) for row in rows]
