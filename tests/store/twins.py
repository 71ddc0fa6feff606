"""Two members that are one household, and what a file holds, for tests of merging. Invented people only."""

from __future__ import annotations

from datetime import date
from typing import Any

from store import Store
from store.delivery_queue import NewDelivery, insert_deliveries
from store.message_freezing import mark_queued
from store.order_records import Entry
from store.people import Member, Person
from store.segments import EVERYONE


def twins(store: Store) -> tuple[int, int]:
    """Odette twice: once as she called, once as another system knows her, with François."""
    called = Member(
        people=(Person("Odette", "Maréchal", phone="02 40 11 22 33"),),
        city="Nantes",
        joined_on=date(2024, 5, 1),
        tags=("bio",),
        notes="Rings at six.",
    )
    imported = Member(
        people=(
            Person("odette", "MARECHAL", "odette@exemple.fr", phone="06 39 98 00 11"),
            Person("François", "Petit", "francois@exemple.fr"),
        ),
        address1="3 rue du Port",
        postal_code="44000",
        city="nantes",
        language="fr",
        joined_on=date(2021, 2, 3),
        vip=True,
        tags=("Bio", "bread"),
        notes="Has a car.",
    )
    return store.members.add(called), store.members.add(imported)


def send(
    store: Store, reach: dict[int, str], mails: list[tuple[str, int, list[tuple[int, int]]]]
) -> tuple[int, list[int]]:
    """Freeze a message: `mails` are (address, the member the text is about or 0, people). Ids of it and its mails."""
    message_id = store.messages.new(EVERYONE, "News", "Hello")
    with store.writing() as t:
        mark_queued(t, store.messages.get(message_id), reach)
        first = t.value("SELECT coalesce(max(id), 0) FROM deliveries")
        for number, (address, about, people) in enumerate(mails):
            one = NewDelivery(
                kind="message",
                message_id=message_id,
                address=address,
                address_key=address,
                name=address,
                about_member=about,
                message_ref=f"<{message_id}.{number}@exemple.fr>",
                token=f"{message_id}-{number}",
                envelope_from="amap@exemple.fr",
                mime=b"Subject: News\r\n\r\nHello\r\n",
                people=tuple(people),
            )
            insert_deliveries(t, [one])
    return message_id, [first + 1 + number for number in range(len(mails))]


def set_state(store: Store, delivery_id: int, state: str) -> None:
    """As the outbox would leave a mail."""
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = ? WHERE id = ?", (state, delivery_id))


def states(store: Store) -> dict[int, tuple[str, str]]:
    """State and reason of each mail."""
    with store.reading() as t:
        return {row["id"]: (row["state"], row["reason"]) for row in t.all("SELECT id, state, reason FROM deliveries")}


def dump(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but the journal, the merges themselves, and the versions, which only count on."""
    with store.reading() as t:
        names = [
            row["name"]
            for row in t.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if row["name"] not in ("journal", "merges", "sqlite_sequence")
            and "member_parts_" not in row["name"]
            and "member_search_" not in row["name"]
        ]
        found = {}
        for name in names:
            hidden = ", rowid" if name in ("member_search", "member_parts") else ""
            rows = [dict(row) for row in t.all(f"SELECT *{hidden} FROM {name}")]
            for row in rows:
                row.pop("version", None)
            found[name] = sorted(rows, key=repr)
    return found


def told(store: Store, distribution_id: int) -> dict[str, Any]:
    """What producers are told and the group counts: quantities by product, the supplement, what the recaps said, the
    total."""
    with store.reading() as t:
        ordered = {
            row["product_id"]: (row["quantity"], row["amount"])
            for row in t.all(
                """SELECT l.product_id, sum(l.quantity) AS quantity, sum(l.amount) AS amount FROM order_lines l
                JOIN orders o ON o.id = l.order_id AND o.state = 'confirmed' AND o.distribution_id = ?
                GROUP BY l.product_id""",
                (distribution_id,),
            )
        }
    supplement: dict[int, int] = {}
    for line in store.orders.late_lines(distribution_id):
        supplement[line.product_id] = supplement.get(line.product_id, 0) + line.after - line.before
    summary = store.orders.summary(distribution_id)
    recaps = [store.lists.recap(distribution_id, one.catalogue_id) for one in store.lists.states(distribution_id)]
    return {
        "as_told": [{line.product.id: line.quantity for line in recap.as_told or ()} for recap in recaps],
        "ordered": ordered,
        "supplement": {product: n for product, n in supplement.items() if n},
        "totals": summary.totals,
    }


def enter(store: Store, member_id: int, distribution_id: int, *lines: tuple[int, int]) -> int:
    """Enter quantities into the member's basket and leave it open."""
    basket = store.orders.open_basket(member_id, distribution_id)
    for product_id, quantity in lines:
        line = basket.line(product_id)
        before = 0 if line is None else line.quantity
        basket = store.orders.enter(basket.id, Entry(f"{quantity}", product_id, before, quantity))
    return basket.id


def lines(store: Store, member_id: int) -> dict[str, dict[int, int]]:
    """The quantities of a member's order and basket by product."""
    found: dict[str, dict[int, int]] = {}
    with store.reading() as t:
        for row in t.all(
            """SELECT o.state, l.product_id, l.quantity FROM orders o JOIN order_lines l ON l.order_id = o.id
            WHERE o.member_id = ? AND o.state <> 'cancelled'""",
            (member_id,),
        ):
            found.setdefault(row["state"], {})[row["product_id"]] = row["quantity"]
    return found


def person(store: Store, member_id: int, place: int = 0) -> int:
    """The id of one of a member's people."""
    found = store.members.get(member_id).people[place].id
    assert found is not None
    return found


def refused_kinds(store: Store, person_id: int, channel: str = "email") -> set[str]:
    """What the person refuses on one channel."""
    found = store.members.all_preferences(person_id)
    return {p.kind for p in found if p.channel == channel and not p.allowed and p.kind != "measured"}
