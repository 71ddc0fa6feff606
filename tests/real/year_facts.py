"""What a year's test knows of the group, because it did it: kept in plain Python beside the group's file.

Wall times are naive, in the group's zone; moments are aware UTC. Addresses are as the mail server sees them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
)  # fmt: skip


@cache
def utc(wall: datetime) -> datetime:
    """A wall time in Paris as the moment that it is, the first where there are two."""
    return wall.replace(tzinfo=PARIS).astimezone(UTC)


def local(moment: datetime) -> datetime:
    """A moment as wall time in Paris."""
    return moment.astimezone(PARIS).replace(tzinfo=None)


def day_in_words(day: date) -> str:
    """A day as French letters say it: "jeudi 1er octobre"."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{WEEKDAYS[day.weekday()]} {number} {MONTHS[day.month - 1]}"


def moment_in_words(wall: datetime) -> str:
    """A wall time as French letters say it."""
    return f"{day_in_words(wall.date())} à {wall:%H:%M}"


@dataclass
class Offer:
    """A catalogue at a distribution; `told`: its producer has been told what is ordered."""

    opens: datetime
    closes: datetime
    told: bool = False


@dataclass
class Day:
    """A distribution."""

    id: int
    day: date
    starts: str
    ends: str
    place: str
    offers: dict[int, Offer]
    cancelled: bool = False

    def at(self, hour: str) -> datetime:
        """A wall time of its day."""
        return datetime.combine(self.day, time.fromisoformat(hour))


@dataclass
class Somebody:
    """A person: `address` is empty where no mail can go; `refused` are kinds of mails."""

    id: int
    first_name: str
    address: str
    refused: set[str] = field(default_factory=set)


@dataclass
class Household:
    """A member; `before` is how many orders it has made before the year, `entered` when it was written down in it."""

    id: int
    joined: date
    people: list[Somebody]
    archived: bool = False
    before: int = 0
    entered: datetime | None = None


@dataclass
class Order:
    """A confirmed order; `at` is None for one of before the year. `changes` are (journal id, moment)."""

    id: int
    member: int
    day: int
    at: datetime | None
    lines: dict[int, int]
    changes: list[tuple[int, datetime]] = field(default_factory=list)
    called_off: bool = False

    @property
    def touched(self) -> date:
        """The day on which something was done to it last."""
        at = self.changes[-1][1] if self.changes else self.at
        return date.min if at is None else at.date()


@dataclass
class Basket:
    """What is typed and not confirmed; `entries` are (moment, quantity before, quantity after)."""

    id: int
    member: int
    day: int
    made: datetime
    lines: dict[int, int]
    entries: list[tuple[datetime, int, int]] = field(default_factory=list)

    @property
    def touched(self) -> date:
        """The day on which something was typed last."""
        return (self.entries[-1][0] if self.entries else self.made).date()

    @property
    def key(self) -> str:
        return f"basket:{self.id}@{self.made:%Y-%m-%dT%H:%M:%S.%fZ}"


@dataclass
class Promo:
    """A promotion of a product or a catalogue; `catalogue` is that of the product, too."""

    id: int
    since: date
    until: date
    what: str
    catalogue: int
    cancelled: bool = False


@dataclass
class PlainStep:
    """One mail of a workflow. `tag` stands in its words; `whom` is an audience, or "first" for who has ordered once."""

    id: int
    position: int
    tag: str
    trigger: str
    timing: str
    days: int
    hour: str
    whom: str
    since: datetime
    each: bool
    """Its words speak of a member's order: two households at one address get a mail each."""

    @property
    def kind(self) -> str:
        """The kind of mail that people can refuse."""
        if self.trigger == "opens":
            return "opening"
        if self.trigger == "closes" and self.timing == "before":
            return "last_call"
        return "pickup" if self.trigger == "distribution" and self.timing != "after" else "automatic"


@dataclass
class Flow:
    """A workflow; `places` are what it is attached to (scope, id or 0), each with the moment since when."""

    id: int
    title: str
    steps: list[PlainStep]
    places: dict[tuple[str, int], datetime] = field(default_factory=dict)
    exempt: set[int] = field(default_factory=set)
    paused: bool = False

    def since(self, *places: tuple[str, int]) -> datetime | None:
        """Since when it is attached to any of these places; None: to none."""
        return min((self.places[place] for place in places if place in self.places), default=None)


@dataclass
class Diary:
    """All of it, by id. `written` counts what was written into it."""

    days: dict[int, Day] = field(default_factory=dict)
    members: dict[int, Household] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    baskets: dict[tuple[int, int], Basket] = field(default_factory=dict)
    promos: dict[int, Promo] = field(default_factory=dict)
    flows: dict[int, Flow] = field(default_factory=dict)
    stopped: set[tuple[str, str]] = field(default_factory=set)
    """Addresses and kinds for which their owner said STOP."""
    untold: dict[tuple[int, int], Counter[tuple[int, int]]] = field(default_factory=dict)
    """By distribution and catalogue, what changed of which member's product since the producer was told."""
    catalogue_of: dict[int, int] = field(default_factory=dict)
    """The catalogue of each product."""
    producers: dict[int, str] = field(default_factory=dict)
    """The address of each catalogue's producer."""
    written: int = 0

    def order_of(self, member: int, day: int) -> Order | None:
        """What a member has ordered for a distribution, with something in it."""
        found = (o for o in self.orders.values() if (o.member, o.day) == (member, day) and not o.called_off)
        return next(found, None)

    def orders_made(self, member: int) -> int:
        """How many orders of a member there are."""
        ours = sum(o.member == member and not o.called_off for o in self.orders.values())
        return ours + self.members[member].before

    def takes(self, who: Somebody, kind: str) -> bool:
        """Whether a person gets mails of a kind."""
        return bool(who.address) and kind not in who.refused and (who.address, kind) not in self.stopped

    def change(self, day: int, member: int, product: int, by: int) -> None:
        """Something is ordered or taken back: news for a producer who has been told."""
        catalogue = self.catalogue_of[product]
        if self.days[day].offers[catalogue].told:
            self.untold.setdefault((day, catalogue), Counter())[member, product] += by
