"""A small group as plain Python data, what it means by the definitions, and how it is written into a file.

The tests of segments ask both: the file through SQL, and this plain reading of DESIGN.md 5.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

from store import Store
from store.folding import fold
from store.preferences import suppress
from store.segments import Rule, Segment, Verb

TODAY = date(2026, 11, 21)
DISTRIBUTIONS = {1: date(2026, 8, 6), 2: date(2026, 11, 12), 3: date(2026, 11, 26)}
PRODUCTS = {1: 1, 2: 1, 3: 2, 4: 3}
"""Products and their catalogues; the third catalogue is in another currency."""
KIND = "targeted"


@dataclass
class Human:
    first_name: str
    key: str = ""
    state: str = "unknown"
    phone: str = ""
    mobile: str = ""
    has_mobile: bool = False
    refuses: dict[str, str] = field(default_factory=dict)
    """Kinds of mail not wanted, and who said so."""


@dataclass
class Bought:
    distribution: int
    on: date
    state: str = "confirmed"
    channel: str = "web"
    lines: dict[int, int] = field(default_factory=dict)
    """Quantity in units by product; each unit is 1.00."""

    @property
    def counts(self) -> bool:
        return self.state == "confirmed" and any(self.lines.values())


@dataclass
class Household:
    people: list[Human]
    joined: date | None = None
    vip: bool = False
    tags: tuple[str, ...] = ()
    city: str = ""
    postal_code: str = ""
    language: str = ""
    archived: bool = False
    orders: list[Bought] = field(default_factory=list)
    contact: bool = False
    producer: bool = False
    operator: str = ""
    """ "with" or "without" a right, or nothing."""
    got: str = ""
    """The state of the delivery of the one message, or nothing."""
    measured: str = ""
    """What the first person did with that mail: "opened", "clicked", or nothing that is known."""
    vouchers: list[tuple[str, date | None]] = field(default_factory=list)
    """The state of each voucher of the one message, and the last day it can be used on."""

    @property
    def bought(self) -> list[Bought]:
        return [order for order in self.orders if order.counts]


@dataclass
class Kept:
    """A message that waits for its hour."""

    segment: Segment
    kind: str
    service: bool


@dataclass
class World:
    households: dict[int, Household]
    stopped: set[tuple[str, str]] = field(default_factory=set)
    """Addresses that said STOP, and to what."""
    mails: dict[int, dict[int, set[str]]] = field(default_factory=dict)
    """The states of the mails of further messages to each member."""
    kept: dict[int, Kept] = field(default_factory=dict)
    """Messages that wait for their hour."""

    def write(self, store: Store) -> None:
        with store.writing() as t:
            t.execute("UPDATE operators SET email = 'Marie@exemple.fr' WHERE login = 'marie'")
            for name, currency in (("A", "EUR"), ("B", "EUR"), ("C", "SOL")):
                t.insert("producers", name=name)
                t.insert(
                    "catalogues", name=name, producer_id=t.value("SELECT max(id) FROM producers"), currency=currency
                )
            for product, catalogue in PRODUCTS.items():
                t.insert("products", catalogue_id=catalogue, name=f"P{product}", folded="p", unit="kg", price=100)
            for day in DISTRIBUTIONS.values():
                t.insert("distributions", day=str(day), starts_at="18:00", ends_at="19:30", place="Nantes")
            text = {"segment": Segment().to_json(), "created_at": t.stamp, "changed_at": t.stamp}
            t.insert("messages", label="News", **text)
            for number, household in self.households.items():
                self._write_household(t, number, household)
            for key, kind in self.stopped:
                suppress(t, key, kind, "stop")

    def _write_household(self, t, number: int, household: Household) -> None:
        t.insert(
            "members",
            id=number,
            sort_key=fold(household.people[0].first_name) if household.people else "",
            joined_on=str(household.joined) if household.joined else None,
            vip=int(household.vip),
            tags=json.dumps(household.tags, ensure_ascii=False),
            city=household.city,
            postal_code=household.postal_code,
            language=household.language,
            archived_at=t.stamp if household.archived else None,
        )
        for position, human in enumerate(household.people, 1):
            person = number * 10 + position
            t.insert(
                "people",
                id=person,
                member_id=number,
                position=position,
                first_name=human.first_name,
                email=human.key.upper(),
                email_key=human.key,
                email_state=human.state,
                phone=human.phone,
                mobile=human.mobile,
                has_mobile=int(human.has_mobile),
            )
            for kind, source in human.refuses.items():
                t.insert(
                    "preferences",
                    person_id=person,
                    channel="email",
                    kind=kind,
                    allowed=0,
                    since=t.stamp,
                    source=source,
                )
        self._write_orders(t, number, household)
        self._write_roles(t, number, household)

    def _write_orders(self, t, number: int, household: Household) -> None:
        for order in household.orders:
            id_ = t.insert(
                "orders",
                member_id=number,
                distribution_id=order.distribution,
                state=order.state,
                channel=order.channel,
                filled=int(any(order.lines.values())),
                ordered_on=str(order.on),
                created_at=t.stamp,
            )
            for product, units in order.lines.items():
                t.insert(
                    "order_lines",
                    order_id=id_,
                    product_id=product,
                    catalogue_id=PRODUCTS[product],
                    quantity=units * 1000,
                    price=100,
                    amount=units * 100,
                    entered_at=t.stamp,
                )
                if order.state == "basket":
                    t.insert(
                        "basket_entries", order_id=id_, text="", product_id=product, before=0, after=units * 1000,
                        at=t.stamp,
                    )  # fmt: skip

    def _write_roles(self, t, number: int, household: Household) -> None:
        if household.contact:
            t.insert("catalogue_contacts", catalogue_id=1, member_id=number)
        if household.producer:
            t.insert("producers", name=f"Producer {number}", member_id=number)
        if household.operator:
            id_ = t.insert("operators", login=f"o{number}", name="O", member_id=number)
            if household.operator == "with":
                t.insert("rights", operator_id=id_, name="orders", catalogue_id=None)
        if household.got:
            key = f"m{number}@exemple.fr"
            delivery = t.insert(
                "deliveries", kind="message", message_id=1, address=key, address_key=key, name="", state=household.got,
                message_ref=key, token=key, envelope_from="amap@exemple.fr", mime=b"", queued_at=t.stamp,
                state_at=t.stamp,
            )  # fmt: skip
            person = {"delivery_id": delivery, "person_id": number * 10 + 1, "member_id": number}
            t.insert("delivery_people", **person)
            if household.measured:
                t.insert("measures", **person, what=household.measured, at=t.stamp)
        for place, (state, until) in enumerate(household.vouchers):
            t.insert(
                "vouchers", message_id=1, member_id=number, code=f"{number}-{place}", amount=500, currency="EUR",
                valid_until=str(until) if until else None, state=state, made_at=t.stamp, state_at=t.stamp,
            )  # fmt: skip

    # -- the definitions

    def members(self) -> set[int]:
        return {number for number, household in self.households.items() if not household.archived}

    def selected(self, segment: Segment, inside_of: tuple[int, ...] = ()) -> list[set[int]]:
        """The members at the start and after each step; `inside_of` are the kept messages whose segment it is."""
        inside = self.members() if segment.start == "everyone" else set()
        steps = [inside]
        for step in segment.steps:
            found = {n for n in self.members() if self.holds(step.rule, n, inside_of)}
            if step.verb is Verb.ADD:
                inside = inside | found
            elif step.verb is Verb.KEEP:
                inside = inside & found
            else:
                inside = inside - found
            steps.append(inside)
        return steps

    def holds(self, rule: Rule, number: int, inside_of: tuple[int, ...] = ()) -> bool:
        if rule.name == "written_to":
            message = dict(rule.parameters)["message"]
            return bool(self.states(message, number) & WRITTEN) or number in self._will_have(message, inside_of)
        known = {**dict(rule.parameters), "world": self}
        return bool(RULES[rule.name](self.households[number], known, number))

    def states(self, message: int, number: int) -> set[str]:
        """The states of the mails of a message to a member."""
        if message == 1:
            return {self.households[number].got} - {""}
        return self.mails.get(message, {}).get(number, set())

    def _will_have(self, message: int, inside_of: tuple[int, ...]) -> set[int]:
        kept = self.kept.get(message)
        if kept is None or message in inside_of:
            return set()
        chosen = self.selected(kept.segment, (*inside_of, message))[-1]
        return {n for n in chosen if self.reached(n, kept.service, kept.kind)}

    def usable(self, number: int) -> list[Human]:
        return [h for h in self.households[number].people if h.state == "has" and h.key]

    def reached(self, number: int, service: bool, kind: str = KIND) -> list[Human]:
        def refuses(human: Human) -> bool:
            stop = any((human.key, what) in self.stopped for what in (kind, "all"))
            source = human.refuses.get(kind)
            return stop or (source is not None and (not service or source == "stop"))

        return [human for human in self.usable(number) if not refuses(human)]


def _months_ago(months: int) -> date:
    year, month = divmod(TODAY.year * 12 + TODAY.month - 1 - months, 12)
    for day in (TODAY.day, 30, 29, 28):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    raise AssertionError


def _distribution(value) -> int:
    return {"next": 3, "last": 2}.get(value, value)


def _period(p, on: date) -> bool:
    return ("since" not in p or str(on) >= p["since"]) and ("until" not in p or str(on) <= p["until"])


def _ordered(h: Household, p, n) -> bool:
    return any(o.distribution == _distribution(p["distribution"]) for o in h.bought)


def _bought(h: Household, wanted) -> bool:
    return any(units > 0 and wanted(product) for o in h.bought for product, units in o.lines.items())


RULES = {
    "everyone": lambda h, p, n: True,
    "nobody": lambda h, p, n: False,
    "ordered": _ordered,
    "something_to_collect": _ordered,
    "not_ordered": lambda h, p, n: not _ordered(h, p, n),
    "subscribers": lambda h, p, n: _bought(h, lambda product: PRODUCTS[product] == p["catalogue"]),
    "bought": lambda h, p, n: _bought(h, lambda product: product == p["product"]),
    "vip": lambda h, p, n: h.vip,
    "never_ordered": lambda h, p, n: not h.bought,
    "activation": lambda h, p, n: (
        h.joined is not None and _months_ago(p["months"]) <= h.joined <= TODAY and not h.bought
    ),
    "reactivation": lambda h, p, n: h.bought and max(o.on for o in h.bought) < _months_ago(p["months"]),
    "basket_open": lambda h, p, n: any(
        o.state == "basket" and o.lines and o.distribution == _distribution(p["distribution"]) for o in h.orders
    ),
    "spent": lambda h, p, n: (
        sum(
            units * 100
            for o in h.bought
            if _period(p, o.on)
            for product, units in o.lines.items()
            if PRODUCTS[product] != 3
        )
        >= p["at_least"]
    ),
    "orders": lambda h, p, n: len([o for o in h.bought if _period(p, o.on)]) >= p["at_least"],
    "orders_by_phone": lambda h, p, n: any(o.channel == "phone" for o in h.bought),
    "received": lambda h, p, n: "sent" in p["world"].states(p["message"], n),
    "not_received": lambda h, p, n: "sent" not in p["world"].states(p["message"], n),
    "opened": lambda h, p, n: p["message"] == 1 and h.got and h.measured in ("opened", "clicked"),
    "clicked": lambda h, p, n: p["message"] == 1 and h.got and h.measured == "clicked",
    "voucher_unused": lambda h, p, n: (
        p["message"] == 1 and any(state == "open" and (until is None or until >= TODAY) for state, until in h.vouchers)
    ),
    "joined": lambda h, p, n: h.joined is not None and _period(p, h.joined),
    "has_email": lambda h, p, n: any(x.state == "has" and x.key for x in h.people),
    "no_email": lambda h, p, n: not any(x.state == "has" and x.key for x in h.people),
    "bad_email": lambda h, p, n: any(x.state in ("placeholder", "bounced") for x in h.people),
    "wants_no_news": lambda h, p, n: p["world"].usable(n) and not p["world"].reached(n, service=False),
    "has_mobile": lambda h, p, n: any(x.has_mobile for x in h.people),
    "postal_code": lambda h, p, n: h.postal_code.upper().startswith(p["prefix"].upper()),
    "city": lambda h, p, n: fold(h.city) == fold(p["name"]),
    "language": lambda h, p, n: (h.language or "en") == p["code"],
    "tag": lambda h, p, n: fold(p["name"]) in {fold(tag) for tag in h.tags},
    "member": lambda h, p, n: n in p["ids"],
    "board": lambda h, p, n: h.contact or h.operator == "with",
    "is_producer": lambda h, p, n: h.producer,
    "test": lambda h, p, n: any(x.key == "marie@exemple.fr" for x in h.people),
}
"""What each rule means, read from the design; `World.holds` knows the one about messages that are kept."""
WRITTEN = {"ready", "sending", "sent", "unknown"}
