"""Random groups and random segments that lie near the borders of the rules."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from store.rules import REGISTRY, make
from store.segments import Kind, Segment, Start, Step, Verb
from tests.store.segment_world import DISTRIBUTIONS, KIND, PRODUCTS, TODAY, Bought, Household, Human, World

KEYS = ("", "", "a@exemple.fr", "b@exemple.fr", "c@exemple.fr", "d@exemple.fr", "marie@exemple.fr")
DAYS = [
    TODAY - timedelta(n)
    for n in (0, 1, 29, 30, 31, 91, 92, 93, (TODAY - date(2026, 8, 21)).days, (TODAY - date(2026, 8, 20)).days, 500)
]

DELIVERED = ("sent", "ready", "sending", "unknown", "bounced", "failed", "held")
VOUCHER_DAYS = (TODAY - timedelta(1), TODAY, TODAY + timedelta(1))


def random_world(random: Random, size: int = 14) -> World:
    """Households that lie near the borders of the rules, two to an address, archived, stopped, without people."""
    households = {}
    for number in range(1, size + 1):
        people = [_human(random, number, place) for place in range(random.choice((0, 1, 1, 1, 2, 2)))]
        households[number] = Household(
            people,
            joined=random.choice((None, TODAY + timedelta(1), *DAYS)),
            vip=random.random() < 0.3,
            tags=tuple(random.sample(("Panier d'été", "bénévole", "x"), random.randrange(3))),
            city=random.choice(("", "Orvault", "TREILLIÈRES", "Treillieres")),
            postal_code=random.choice(("", "44119", "44700", "4X", "4x1")),
            language=random.choice(("", "fr", "it")),
            archived=random.random() < 0.15,
            orders=_orders(random),
            contact=random.random() < 0.1,
            producer=random.random() < 0.1,
            operator=random.choice(("", "", "", "with", "without")),
            got=random.choice(("", *DELIVERED)) if people else "",
            measured=random.choice(("", "opened", "clicked")),
            vouchers=[
                (random.choice(("open", "redeemed", "cancelled")), random.choice((None, *VOUCHER_DAYS)))
                for _ in range(random.randrange(3))
            ],
        )
    stopped = {(random.choice(KEYS[2:]), random.choice((KIND, "all", "opening"))) for _ in range(random.randrange(3))}
    return World(households, stopped)


def _human(random: Random, number: int, place: int) -> Human:
    key = random.choice((*KEYS, f"own{number}{place}@exemple.fr"))
    refuses = {random.choice((KIND, "opening")): random.choice(("phone", "stop"))} if random.random() < 0.3 else {}
    mobile = random.choice(("", "06 39 98 00 00"))
    return Human(
        f"P{random.randrange(100)}",
        key,
        random.choice(("has", "has", "placeholder", "bounced")) if key else random.choice(("none", "unknown")),
        random.choice(("", "02 61 91 00 00")),
        mobile,
        bool(mobile),
        refuses,
    )


def _orders(random: Random) -> list[Bought]:
    made = []
    for distribution in DISTRIBUTIONS:
        for state in random.choice(((), (), ("confirmed",), ("basket",), ("cancelled", "confirmed"), ("cancelled",))):
            lines = {p: random.choice((0, 0, 1, 3)) for p in random.sample(list(PRODUCTS), random.randrange(4))}
            made.append(Bought(distribution, random.choice(DAYS), state, random.choice(("web", "phone")), lines))
    return made


VALUES = {
    "distribution": (1, 2, 3, "next", "last"),
    "catalogue": (1, 2, 3),
    "product": (1, 2, 3, 4),
    "months": (1, 2, 3, 12),
    "since": ("2026-08-21", "2026-11-20"),
    "until": ("2026-08-20", "2026-11-21"),
    "prefix": ("44", "4x", "4"),
    "name": ("treillières", "benevole", "PANIER D’ETE"),
    "code": ("fr", "en"),
    Kind.MONEY: (1, 100, 300),
    Kind.NUMBER: (1, 2),
    "ids": ((1, 2, 3), (5,)),
}


def random_rule(random: Random, messages: tuple[int, ...] = (1,)):
    row = random.choice(list(REGISTRY.values()))
    given = {}
    for parameter in row.parameters:
        if not parameter.optional or random.random() < 0.5 or (row.name == "joined" and parameter.name == "since"):
            choices = VALUES.get(parameter.name) or VALUES.get(parameter.kind) or messages
            given[parameter.name] = random.choice(choices)
    return make(row.name, **given)


def random_segment(random: Random, messages: tuple[int, ...] = (1,)) -> Segment:
    steps = tuple(Step(random.choice(list(Verb)), random_rule(random, messages)) for _ in range(random.randrange(6)))
    return Segment(random.choice(list(Start)), steps)
