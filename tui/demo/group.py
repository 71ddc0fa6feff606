"""Filling the example group's file: the same rows for the same seed and date, told as they would have happened."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from mail.lock import lock_path
from mail.workflow_templates import templates, use
from store import Store
from store.members import add_member
from store.people import EmailState, Member
from store.preferences import write_preference
from store.products import insert_product
from store.promotions import Promotion
from store.workflow_records import Place, Scope
from tui.demo import offer
from tui.demo.history import OPENS_AT, OPENS_DAYS_BEFORE, History, distribution_days, opening
from tui.demo.households import households
from tui.demo.past_messages import write_messages
from tui.demo.past_orders import leave_baskets, record_orders, redeem_vouchers, weigh
from tui.demo.telling import COORDINATOR, GROUP, MARK, Hands, Ids

OPERATORS = ("Tessier Marie", "Cadiou Paul", "Fresneau Daniel")
"""The members who use cabas: Marie coordinates, Paul answers the phone, Daniel takes orders on his own cheese."""

SILENT = ("Maréchal Odette", "Benali Aïcha / Dupont-Moretti Paul", "Guérin Hélène & François", "Le Bihan Yves")
"""Regular households that have not ordered yet for the coming distribution: people to try a phone order with."""


def build(file: Path, today: date, seed: int, language: str) -> None:
    """Create the example group at `file` as it stands at the beginning of `today`.

    `language` is the coordinator's; the group itself speaks French. Raises `FileExists` and the other file errors.
    """
    unfinished = file.with_name(f"{file.name}.unfinished")
    for suffix in ("", "-wal", "-shm", ".sending"):
        Path(f"{unfinished}{suffix}").unlink(missing_ok=True)
    hands = Hands(opening(distribution_days(today)[0]) - timedelta(days=30))
    store = Store.create(unfinished, GROUP, COORDINATOR, "Marie", now=hands)
    try:
        _fill(store, hands, today, Random(seed), language)
    finally:
        store.close()
    lock_path(unfinished).rename(lock_path(file))
    unfinished.rename(file)


def _fill(store: Store, hands: Hands, today: date, random: Random, language: str) -> None:
    people = households(random, today)
    members = _add_members(store, random, people)
    by_name = {member.name: member_id for member, member_id in zip(people, members, strict=True)}
    catalogues, products = _add_offer(store, by_name["Fresneau Daniel"])
    _add_operators(store, by_name, catalogues, language)
    days = distribution_days(today)
    ids = Ids(members, products, {day: _add_distribution(store, day, catalogues) for day in days})
    joined = [member.joined_on or today for member in people]
    callers = [place for place, member in enumerate(people) if not _has_email(member)]
    silent = [place for place, member in enumerate(people) if member.name in SILENT]
    history = History(random, today, joined, callers, silent)
    orders = history.orders()
    ordered = {order.member for order in orders if order.day == days[-1]}
    waiting = [place for place in range(len(people)) if place not in ordered and place not in silent]
    regulars = [place for place in waiting if sum(order.member == place for order in orders) >= 6][:4]
    late = history.late(regulars[:2])
    midnight = datetime.combine(today, time())
    everything = sorted([*orders, *late], key=lambda order: (order.at, order.member))
    record_orders(store, hands, ids, catalogues, everything, midnight)
    weigh(store, ids, days[:-2])  # the last pick-up is left to be settled
    leave_baskets(store, hands, ids, days[-1], regulars[2:], midnight)
    write_messages(store, hands, midnight)
    redeem_vouchers(store, hands, ids.distributions[days[-1]], midnight)
    hands.move_to(midnight)
    _add_promotions(store, catalogues, products, today)
    _add_workflows(store)
    store.settings.set(MARK, {"date": today.isoformat()})


def _add_promotions(store: Store, catalogues: dict[str, int], products: dict[str, int], today: date) -> None:
    """Lower prices: one that begins today, and one to come for a whole catalogue."""
    cider, cheese = products["CIDR"], catalogues["Fromages Daniel"]
    soon = today + timedelta(days=3)
    for promotion in (
        Promotion(today, today + timedelta(days=8), product_id=cider, price=320, name="Cidre d'automne"),
        Promotion(soon, soon + timedelta(days=6), catalogue_id=cheese, percent=10, name="Semaine des fromages"),
    ):
        store.promotions.add(promotion)


def _add_workflows(store: Store) -> None:
    """What goes out by itself from today on: at each distribution, and to who is new; a recap is there to be tried."""
    everywhere = Place(Scope.DISTRIBUTIONS)
    places = {"last_call": everywhere, "pickup": everywhere, "welcome": Place(Scope.GROUP)}
    for template in templates(GROUP.language):
        if template.name in (*places, "recap"):
            workflow_id = use(store, template)
            if template.name in places:
                store.workflows.attach(workflow_id, places[template.name])


def _add_members(store: Store, random: Random, people: list[Member]) -> tuple[int, ...]:
    """Add the households in one go; some of their people have said that they want no targeted mail."""
    with store.writing() as t:
        ids = []
        for member in people:
            member_id = add_member(t, member)
            t.journal("member.added", member_id)
            ids.append(member_id)
        may_refuse = [
            member_id
            for member_id, member in zip(ids, people, strict=True)
            if _has_email(member) and member.name not in OPERATORS
        ]
        for member_id in random.sample(may_refuse, 9):
            for row in t.all("SELECT id FROM people WHERE member_id = ? ORDER BY id", (member_id,)):
                write_preference(t, row["id"], "email", "targeted", False, "by phone")
    return tuple(ids)


def _has_email(member: Member) -> bool:
    return any(person.email_state is EmailState.HAS for person in member.people)


def _add_offer(store: Store, daniel: int) -> tuple[dict[str, int], dict[str, int]]:
    """Add producers, catalogues and products; return the ids of catalogues by name and of products by reference."""
    catalogues: dict[str, int] = {}
    products: dict[str, int] = {}
    for offered in offer.CATALOGUES:
        is_daniel = offered.name == "Fromages Daniel"
        producer = store.catalogues.add_producer(
            offered.producer, member_id=daniel if is_daniel else None, email=offered.email, phone=offered.phone
        )
        catalogues[offered.name] = catalogue_id = store.catalogues.add_catalogue(
            offered.name,
            producer,
            GROUP.currency,
            offered.closes_days_before,
            offered.closes_at,
            opens_days_before=OPENS_DAYS_BEFORE,
            opens_at=OPENS_AT,
            contacts=(daniel,) if is_daniel else (),
        )
        with store.writing() as t:
            for product in offered.products:
                products[product.reference] = insert_product(
                    t,
                    catalogue_id,
                    product.name,
                    product.price,
                    reference=product.reference,
                    unit=product.unit,
                    base_quantity=product.base_quantity,
                    cost=product.cost,
                    sold=product.sold,
                    estimated_weight=product.estimated_weight,
                    stock_kind=product.stock_kind,
                    stock=product.stock,
                )
            t.journal("catalogue.filled", catalogue_id)
    return catalogues, products


def _add_operators(store: Store, members: dict[str, int], catalogues: dict[str, int], language: str) -> None:
    marie, paul, daniel = (members[name] for name in OPERATORS)
    store.operators.describe(COORDINATOR, language=language, email="marie@exemple.fr", member_id=marie)
    store.operators.add("paul", "Paul", "phone_desk", language="fr", email="paul@exemple.fr", member_id=paul)
    store.operators.add(
        "daniel",
        "Daniel",
        "producer",
        catalogues=(catalogues["Fromages Daniel"],),
        language="fr",
        email="fromages@exemple.fr",
        member_id=daniel,
    )


def _add_distribution(store: Store, day: date, catalogues: dict[str, int]) -> int:
    return store.distributions.add(day, "18:00", "19:30", offer.PLACE, catalogues.values())
