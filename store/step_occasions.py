"""What a step's words can be shown on before they ever go: a distribution, a member, an order, a promotion.

Nothing is planned by it: to look at the mails and to test them, what was or will be is as good as what is due.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from store.occurrence_days import key_of
from store.occurrence_people import audience_of
from store.occurrence_records import Occurrence
from store.rights import Right
from store.rules import make
from store.segment_steps import NOBODY, Segment, Verb
from store.workflow_records import Scope, Trigger
from store.workflow_rows import load_step, load_workflow
from store.workflow_triggers import TRIGGERS, step_segment

if TYPE_CHECKING:
    from store.clock import Clock
    from store.handle import Store
    from store.message_records import Message
    from store.transaction import Transaction
    from store.workflow_records import Step

COMING, GONE, NEWEST = 8, 3, 12
"""So many distributions to come and past ones, members, orders or promotions are offered."""

_NAME = "(SELECT trim(first_name || ' ' || last_name) FROM people WHERE member_id = m.id ORDER BY position LIMIT 1)"

_HAS_MAIL = "EXISTS (SELECT 1 FROM people WHERE member_id = m.id AND email_state = 'has')"
"""Of who has none, no mail can be shown: they come last."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a step's words are shown on, known by its `key` as an occurrence of it would be.

    `day` (ISO, local) is the distribution's, the order's distribution's, of a registration or a promotion's first;
    `name` is the catalogue's, the member's or the promotion's.
    """

    key: str
    day: str = ""
    name: str = ""
    distribution_id: int | None = None
    catalogue_id: int | None = None
    member_id: int | None = None
    order_id: int | None = None
    promotion_id: int | None = None


def step_occasions(store: Store, step_id: int) -> tuple[Occasion, ...]:
    """What the words of a step can be shown on, the most fitting first.

    The next distribution, or the newest member or order. Needs the right `messages.see`; raises `NotFound`.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        return _all(t, store.clock, load_step(t, step_id))


def chosen(found: tuple[Occasion, ...], key: str) -> Occasion | None:
    """The one of this key among those that were read, else the first one; None of none."""
    return next((one for one in found if one.key == key), found[0] if found else None)


def as_shown(t: Transaction, clock: Clock, message: Message, key: str) -> tuple[Step, Message]:
    """The step whose words a draft holds, and the draft as it would go on the occasion of this key.

    Without such an occasion it is the most fitting one. Raises `NotFound` for words of a step that is gone.
    """
    step = load_step(t, message.workflow_step_id or 0)
    return step, _on(t, message, step, chosen(_all(t, clock, step), key))


def shown_on(store: Store, message: Message, step_id: int, key: str) -> tuple[Occasion | None, Message]:
    """The occasion of this key, else the most fitting one, and the words of a step as they would go on it.

    The words are those of `message`, saved or not. Needs the right `messages.see`; raises `NotFound`.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        step = load_step(t, step_id)
        occasion = chosen(_all(t, store.clock, step), key)
        return occasion, _on(t, message, step, occasion)


def about(message: Message, occasion: Occasion | None) -> Message:
    """The message as it speaks of this occasion; without one it is as it is."""
    if occasion is None:
        return message
    return replace(
        message,
        distribution_id=occasion.distribution_id,
        catalogue_id=occasion.catalogue_id,
        promotion_id=occasion.promotion_id,
    )


def _on(t: Transaction, message: Message, step: Step, occasion: Occasion | None) -> Message:
    """The message as it would go on this occasion: about it, and to those whom the step's audience means for it.

    What concerns one member goes to that member, whether or not the audience would leave them out by then.
    """
    if occasion is None:
        return message
    if TRIGGERS[step.trigger].one_member and occasion.member_id is not None:
        segment = NOBODY.then(Verb.ADD, make("member", ids=(occasion.member_id,)))
    else:
        segment = audience_of(t, _occurrence(t, step, occasion))
    return replace(about(message, occasion), segment=segment)


def _occurrence(t: Transaction, step: Step, occasion: Occasion) -> Occurrence:
    """As if the step were due on this occasion now."""
    return Occurrence(
        step=step,
        workflow="",
        key=occasion.key,
        due=t.now,
        until=t.now,
        distribution_id=occasion.distribution_id,
        catalogue_id=occasion.catalogue_id,
        promotion_id=occasion.promotion_id,
    )


def known_of_all(step: Step) -> Segment:
    """What is known of everybody who gets the step, whenever it goes, as a segment: so it is seen which fields suit.

    "next" in it is the distribution that it goes for.
    """
    segment, rule = step_segment(step), _HAVE.get(step.trigger)
    return segment if rule is None else segment.then(Verb.KEEP, make(rule, distribution="next"))


_HAVE = {
    Trigger.CONFIRMED: "ordered",
    Trigger.CHANGED: "ordered",
    Trigger.ADDED: "basket_open",
    Trigger.BASKET: "basket_open",
}
"""What a member has whom a trigger concerns."""


def _all(t: Transaction, clock: Clock, step: Step) -> tuple[Occasion, ...]:
    return tuple(_occasions(t, clock.to_wall(t.now).date().isoformat(), step))


def _occasions(t: Transaction, today: str, step: Step) -> Iterator[Occasion]:
    row = TRIGGERS[step.trigger]
    if step.trigger in (Trigger.PROMOTION_STARTS, Trigger.PROMOTION_ENDS):
        yield from _promotions(t, today)
    elif step.trigger is Trigger.REGISTRATION:
        yield from _members(t)
    elif row.one_member:
        yield from _orders(t, baskets=step.trigger in (Trigger.ADDED, Trigger.BASKET))
    else:
        yield from _distributions(t, today, step)


def _distributions(t: Transaction, today: str, step: Step) -> Iterator[Occasion]:
    """Those to come, the nearest first, then the last ones; of a catalogue where it is about one."""
    places = load_workflow(t, step.workflow_id).places
    catalogues = {place.catalogue_id for place in places if place.scope is Scope.CATALOGUE}
    whole = len(catalogues) < len(places) or not places
    about_one = step.trigger is Trigger.RECAP
    coming = t.all(
        "SELECT id, day FROM distributions WHERE day >= ? AND cancelled_at IS NULL ORDER BY day, starts_at LIMIT ?",
        (today, COMING),
    )
    gone = t.all(
        "SELECT id, day FROM distributions WHERE day < ? AND cancelled_at IS NULL ORDER BY day DESC LIMIT ?",
        (today, GONE),
    )
    for row in (*coming, *gone):
        if whole and not about_one:
            yield Occasion(key_of(row["id"]), row["day"], distribution_id=row["id"])
        for one in t.all(
            """SELECT dc.catalogue_id, c.name, dc.closes FROM distribution_catalogues dc
            JOIN catalogues c ON c.id = dc.catalogue_id WHERE dc.distribution_id = ? ORDER BY c.name""",
            (row["id"],),
        ):
            if (about_one and one["closes"] and whole) or one["catalogue_id"] in catalogues:
                ids = {"distribution_id": row["id"], "catalogue_id": one["catalogue_id"]}
                yield Occasion(key_of(**ids), row["day"], one["name"], **ids)


def _members(t: Transaction) -> Iterator[Occasion]:
    for row in t.all(
        f"""SELECT m.id, coalesce(m.joined_on, '') AS day, {_NAME} AS name FROM members m
        WHERE m.archived_at IS NULL ORDER BY {_HAS_MAIL} DESC, m.joined_on DESC, m.id DESC LIMIT ?""",
        (NEWEST,),
    ):
        yield Occasion(f"member:{row['id']}", row["day"], row["name"] or "", member_id=row["id"])


def _orders(t: Transaction, *, baskets: bool) -> Iterator[Occasion]:
    """The newest orders; where it is about baskets, those that are open come first."""
    states = ("basket", "confirmed") if baskets else ("confirmed",)
    for state in states:
        for row in t.all(
            f"""SELECT o.id, o.created_at, o.distribution_id, d.day, m.id AS member_id, {_NAME} AS name
            FROM (SELECT * FROM orders WHERE state = '{state}' ORDER BY id DESC LIMIT 100) o
            JOIN distributions d ON d.id = o.distribution_id JOIN members m ON m.id = o.member_id
            WHERE m.archived_at IS NULL ORDER BY {_HAS_MAIL} DESC, o.id DESC LIMIT ?""",
            (NEWEST,),
        ):
            key = f"basket:{row['id']}@{row['created_at']}" if baskets else f"order:{row['id']}"
            ids = {"distribution_id": row["distribution_id"], "member_id": row["member_id"], "order_id": row["id"]}
            yield Occasion(key, row["day"], row["name"] or "", **ids)


def _promotions(t: Transaction, today: str) -> Iterator[Occasion]:
    """Those that are not over, the nearest first, then the last ones."""
    for row in t.all(
        """SELECT p.id, p.since, p.catalogue_id,
            coalesce(nullif(p.name, ''), (SELECT name FROM products WHERE id = p.product_id),
                (SELECT name FROM catalogues WHERE id = p.catalogue_id), '') AS name
        FROM promotions p WHERE p.cancelled_at IS NULL
        ORDER BY p.until < ?, CASE WHEN p.until < ? THEN '' ELSE p.since END, p.until DESC LIMIT ?""",
        (today, today, NEWEST),
    ):
        yield Occasion(f"promotion:{row['id']}", row["since"], row["name"], promotion_id=row["id"])
