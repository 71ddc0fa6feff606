"""A small group as plain Python data with one message, and what that brought by a plain reading of DESIGN.md 10."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from store import Store
from store.clock import stamp
from store.preferences import suppress
from store.segments import EVERYONE

TODAY = date(2026, 11, 21)
QUEUED = datetime(2026, 11, 8, 23, 30, tzinfo=UTC)
"""In Paris it was the 9th already."""
WENT = date(2026, 11, 9)
MESSAGE = 1
CURRENCIES = {1: "EUR", 2: "EUR", 3: "SOL"}
UNITS = {"piece": ("piece", 1), "kg": ("kg", 1), "g": ("kg", 1000), "l": ("l", 1), "cl": ("l", 100), "ml": ("l", 1000)}
CHANNELS = ("email", "email", "email", "sms", "letter", "csv", "call", "", None)
STATES = ("ready", "sending", "sent", "sent", "sent", "failed", "unknown", "held", "bounced")
READ = ("sending", "sent", "unknown")


@dataclass
class Sold:
    catalogue: int
    unit: str
    base: int
    weight: int | None


@dataclass
class Line:
    product: int
    quantity: int
    price: int
    cost: int | None
    estimated: bool
    settled: int | None
    sold: Sold

    @property
    def weighed(self) -> bool:
        return self.estimated or self.settled is not None

    @property
    def measure(self) -> Decimal:
        """In the product's own unit."""
        if self.settled is not None:
            return Decimal(self.settled) / 1000
        if self.estimated:
            return Decimal(self.quantity) / 1000 * (Decimal(self.sold.weight) / 1000 if self.sold.weight else 1)
        return Decimal(self.quantity) / 1000 * self.sold.base / 1000

    def at(self, price: int) -> int:
        """Cents of the line at a price."""
        times = self.measure if self.weighed else Decimal(self.quantity) / 1000
        return int((times * price).quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def currency(self) -> str:
        return CURRENCIES[self.sold.catalogue]


@dataclass
class Bought:
    on: date
    state: str
    lines: list[Line]

    @property
    def counts(self) -> bool:
        return self.state == "confirmed" and any(line.quantity for line in self.lines)


@dataclass
class Household:
    channel: str | None = None
    reach: str = "email"
    selected: bool = True
    mail: str = ""
    called: str | None = None
    handed: bool = False
    mobile: bool = False
    archived: bool = False
    refused: str = ""
    """Since when such mails are refused, "before" or "after" it went out, and how: "preference" or "stop"."""
    orders: list[Bought] = field(default_factory=list)

    @property
    def hears_by(self) -> str:
        if self.channel is not None:
            return self.channel
        return {"email": "email", "unreachable": "call", "opted_out": ""}[self.reach]

    @property
    def written(self) -> bool:
        return self.selected and (self.mail in READ or self.handed or self.called in ("called", "ordered"))


@dataclass
class World:
    households: dict[int, Household]
    products: dict[int, Sold]
    counts_from: date | None
    closes_on: date | None
    then: int | None

    def span(self) -> list[date]:
        since, until = self.counts_from or WENT, min(self.closes_on or TODAY, TODAY)
        return [since + timedelta(days=n) for n in range((until - since).days + 1)]

    def before(self) -> list[date]:
        days = self.span()
        return [days[0] - timedelta(days=n + 1) for n in range(len(days))] if days else []

    def known(self) -> date | None:
        """The day of the first order of all."""
        return min((o.on for h in self.households.values() for o in h.orders if o.counts), default=None)

    def who(self, kind: str) -> set[int]:
        if kind == "everybody":
            return set(self.households)
        selected = {n for n, h in self.households.items() if h.selected}
        written = {n for n in selected if self.households[n].written}
        return written if kind == "written" else selected - written

    def orders(self, who: set[int], days: list[date]) -> list[tuple[int, Bought]]:
        return [(n, o) for n in who for o in self.households[n].orders if o.counts and o.on in days]

    def lines(self, who: set[int], days: list[date]) -> list[Line]:
        return [line for _n, order in self.orders(who, days) for line in order.lines if line.quantity]

    def money(self, who: set[int], days: list[date], currency: str) -> tuple[int, int, int, int]:
        """Turnover, margin, turnover without a known cost, and of estimates."""
        lines = [line for line in self.lines(who, days) if line.currency == currency]
        known = [(line, line.cost) for line in lines if line.cost is not None]
        return (
            sum(line.at(line.price) for line in lines),
            sum(line.at(line.price) - line.at(cost) for line, cost in known),
            sum(line.at(line.price) for line in lines if line.cost is None),
            sum(line.at(line.price) for line in lines if line.estimated),
        )

    def quantity(self, who: set[int], days: list[date], unit: str) -> int:
        total = Decimal(0)
        for line in self.lines(who, days):
            larger, times = UNITS[line.sold.unit]
            total += line.measure / times if larger == unit else 0
        return int((total * 1000).quantize(Decimal(1), ROUND_HALF_UP))

    # -- into a file

    def write(self, store: Store) -> None:
        with store.writing() as t:
            t.insert("producers", name="P")
            for catalogue, currency in CURRENCIES.items():
                t.insert("catalogues", id=catalogue, name=f"C{catalogue}", producer_id=1, currency=currency)
            for number, sold in self.products.items():
                t.insert(
                    "products", id=number, catalogue_id=sold.catalogue, name="p", folded="p", unit=sold.unit,
                    base_quantity=sold.base, price=1, estimated_weight=sold.weight,
                )  # fmt: skip
            for number in range(1, 400):
                t.insert("distributions", id=number, day="2026-01-01", starts_at="18:00", ends_at="19:00", place="N")
            t.insert(
                "messages", id=MESSAGE, label="News", segment=EVERYONE.to_json(), channels='["email", "sms"]',
                created_at=t.stamp, changed_at=t.stamp, queued_at=stamp(QUEUED), state="queued",
                counts_from=self.counts_from and str(self.counts_from), members_then=self.then,
                closes_on=self.closes_on and str(self.closes_on), mobile_then=self.then,
            )  # fmt: skip
            for number, household in self.households.items():
                self._household(t, number, household)

    def _household(self, t, number: int, household: Household) -> None:
        key = f"m{number}@exemple.fr"
        archived = t.stamp if household.archived else None
        t.insert("members", id=number, sort_key=f"{number:03}", postal_code="44119", archived_at=archived)
        t.insert(
            "people", id=number, member_id=number, position=1, first_name="Anna", last_name=f"N{number}",
            email=key, email_key=key, email_state="has", has_mobile=int(household.mobile),
            **(dict.fromkeys(("phone", "phone_e164", "phone_shown"), "+33639980001") if household.mobile else {}),
        )  # fmt: skip
        when, _, how = household.refused.partition(" ")
        since = stamp(QUEUED + timedelta(days=1 if when == "after" else -1))
        if how == "preference":
            t.insert("preferences", person_id=number, channel="email", kind="targeted", allowed=0, since=since)
        elif how:
            suppress(t, key, "targeted" if number % 2 else "all", "stop")
            t.execute("UPDATE suppressions SET since = ? WHERE since = ?", (since, t.stamp))
        for place, order in enumerate(household.orders):
            self._order(t, number, number * 20 + place, order)
        if not household.selected:
            return
        t.insert(
            "recipients", message_id=MESSAGE, member_id=number, reach=household.reach, channel=household.channel,
            call_state=household.called, handed_at=t.stamp if household.handed else None,
        )  # fmt: skip
        if household.mail:
            id_ = t.insert(
                "deliveries", kind="message", message_id=MESSAGE, address=key, address_key=key, name="",
                state=household.mail, message_ref=key, token=key, mime=b"", queued_at=t.stamp, state_at=t.stamp,
                envelope_from="" if household.hears_by == "sms" else "amap@exemple.fr",
            )  # fmt: skip
            t.insert("delivery_people", delivery_id=id_, person_id=number, member_id=number)

    def _order(self, t, member: int, distribution: int, order: Bought) -> None:
        id_ = t.insert(
            "orders", member_id=member, distribution_id=distribution, state=order.state, ordered_on=str(order.on),
            filled=int(any(line.quantity for line in order.lines)), created_at=t.stamp,
        )  # fmt: skip
        for line in order.lines:
            t.insert(
                "order_lines", order_id=id_, product_id=line.product, catalogue_id=line.sold.catalogue,
                quantity=line.quantity, price=line.price, cost=line.cost, estimated=int(line.estimated),
                settled_weight=line.settled, amount=line.at(line.price) if line.quantity else 0, entered_at=t.stamp,
            )  # fmt: skip


def random_world(seed: int) -> World:
    """Some group and message; the same one for the same seed."""
    random = Random(seed)
    products = {
        number: Sold(
            random.choice(list(CURRENCIES)),
            random.choice(list(UNITS)),
            random.choice((1000, 500, 6000, 500_000, 333)),
            random.choice((None, 1800, 650)),
        )
        for number in range(1, 9)
    }
    return World(
        households={number: _household(random, products) for number in range(1, 19)},
        products=products,
        counts_from=random.choice((None, None, date(2026, 11, 1), TODAY, date(2026, 11, 30))),
        closes_on=random.choice((None, date(2026, 11, 15), TODAY, date(2026, 12, 1))),
        then=random.choice((None, 77)),
    )


def _household(random: Random, products: dict[int, Sold]) -> Household:
    channel = random.choice(CHANNELS)
    reach = {"email": "email", "": "opted_out", None: random.choice(("email", "opted_out", "unreachable"))}
    one = Household(
        channel=channel,
        reach=reach.get(channel, "unreachable"),
        selected=random.random() < 0.75,
        mobile=random.random() < 0.4,
        archived=random.random() < 0.1,
        orders=[_order(random, products) for _ in range(random.randrange(5))],
        refused=random.choice(("", "", "before preference", "after preference", "before stop", "after stop")),
    )
    if one.hears_by in ("email", "sms"):
        one.mail = random.choice(STATES)
    elif one.hears_by == "call" or random.random() < 0.1:
        one.called = random.choice((None, "called", "not_reached", "ordered"))
    else:
        one.handed = random.random() < 0.5 and bool(one.hears_by)
    return one


def _order(random: Random, products: dict[int, Sold]) -> Bought:
    chosen = random.sample(sorted(products), random.randrange(1, 5))
    return Bought(
        on=TODAY - timedelta(days=random.randrange(-1, 35)),
        state=random.choice(("confirmed", "confirmed", "confirmed", "cancelled", "basket")),
        lines=[_line(random, number, products[number]) for number in chosen],
    )


def _line(random: Random, number: int, sold: Sold) -> Line:
    weighed = sold.unit != "piece" and random.random() < 0.4
    settled = random.randrange(1, 5000) if weighed and random.random() < 0.5 else None
    return Line(
        product=number,
        quantity=random.choice((0, 1000, 2000, 1500, 37)),
        price=random.randrange(1, 2000),
        cost=random.choice((None, random.randrange(1, 1500))),
        estimated=weighed and settled is None,
        settled=settled,
        sold=sold,
    )
