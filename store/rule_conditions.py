"""The SQL condition of each rule: an expression on `members m` that is 0 or 1, never NULL, so that NOT turns it round.

Conditions use the covering indexes of `store.tables`; one that has to look at text folds it in Python, over the
distinct values, since SQLite cannot. An *order* below is confirmed and has a line with a quantity above 0
(`orders.filled`): baskets, cancelled orders and orders of nothing but zeros do not count.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from store.clock import months_before, unstamp
from store.folding import fold
from store.rule_subjects import Kind, find
from store.segment_steps import Rule
from store.settings import load_group

if TYPE_CHECKING:
    from store.transaction import Transaction

ABOVE_ZERO = "+l.quantity > 0"
"""With the plus SQLite keeps to the covering index, where it would take one that is sorted by quantity."""
FILLED = "state = 'confirmed' AND filled = 1"
"""Word for word as in the partial indexes, else SQLite does not take them."""


class Scope:
    """What conditions are made from: the group, its present hour, and the parameters bound so far."""

    def __init__(self, t: Transaction, within: Scope | None = None, message: int = 0) -> None:
        """`within`: for the segment of a kept `message` that a rule of another scope speaks of."""
        self.t = t
        self.group = load_group(t)
        self._zone = ZoneInfo(self.group.timezone)
        self.wall: datetime = t.now.astimezone(self._zone).replace(tzinfo=None)
        self.bound: dict[str, Any] = {}
        self.inside: tuple[int, ...] = (*within.inside, message) if within else ()
        """The kept messages whose segments lead here, the outermost first."""
        self.kept: dict[tuple[int, ...], list[int]] = within.kept if within else {}
        """Whom kept messages reach, by `inside` and the message: each is looked up once."""

    def bind(self, value: Any) -> str:
        """The mark under which SQL finds the value; a list goes in as JSON."""
        name = f"segment_{len(self.bound)}"
        self.bound[name] = value if isinstance(value, int | str) else json.dumps(value, ensure_ascii=False)
        return f":{name}"

    def thing(self, kind: Kind, rule: Rule) -> str:
        """The mark of the id that the rule's parameter of this kind stands for."""
        return self.bind(find(self.t, kind, rule.parameters[0][1], self.wall))

    def day(self, moment: str) -> str:
        """The date in the group of a UTC stamp."""
        return unstamp(moment).astimezone(self._zone).date().isoformat()

    def message(self, rule: Rule) -> int:
        """The id of the message that the rule speaks of."""
        return find(self.t, Kind.MESSAGE, rule.parameters[0][1], self.wall)

    def border(self, rule: Rule) -> str:
        """The mark of today minus the rule's months, clamped to the month's end; that day itself is within."""
        return self.bind(months_before(self.wall.date(), int(str(rule.get("months")))).isoformat())


Condition = Callable[[Scope, Rule], str]


def always(sql: str) -> Condition:
    """A condition without parameters."""
    return lambda scope, rule: sql


_FILLED_OF_M = f"SELECT 1 FROM orders WHERE member_id = m.id AND {FILLED}"

NEVER_ORDERED = f"NOT EXISTS ({_FILLED_OF_M})"
BOARD = """m.id IN (SELECT o.member_id FROM operators o WHERE o.active = 1 AND o.member_id IS NOT NULL
    AND EXISTS (SELECT 1 FROM rights r WHERE r.operator_id = o.id)
    UNION SELECT member_id FROM catalogue_contacts)"""
PRODUCER = "m.id IN (SELECT member_id FROM producers WHERE member_id IS NOT NULL)"
HAS_MOBILE = "EXISTS (SELECT 1 FROM people p WHERE p.member_id = m.id AND p.has_mobile = 1)"
BY_PHONE = f"m.id IN (SELECT member_id FROM orders WHERE {FILLED} AND channel = 'phone')"


def test(scope: Scope, rule: Rule) -> str:
    """The operator's own member, and whoever has the operator's address."""
    me = scope.t.actor
    address = scope.bind((me.email or "").strip().lower())
    return f"""(m.id = {scope.bind(me.member_id or 0)}
        OR m.id IN (SELECT member_id FROM people WHERE email_key = {address} AND email_key <> ''))"""


def subscribers(scope: Scope, rule: Rule) -> str:
    """An order with a line above 0 from the catalogue."""
    return f"""m.id IN (SELECT o.member_id FROM order_lines l JOIN orders o ON o.id = l.order_id
        WHERE l.catalogue_id = {scope.thing(Kind.CATALOGUE, rule)} AND {ABOVE_ZERO} AND o.state = 'confirmed')"""


def bought(scope: Scope, rule: Rule) -> str:
    """An order with a line above 0 of the product."""
    return f"""m.id IN (SELECT o.member_id FROM order_lines l JOIN orders o ON o.id = l.order_id
        WHERE l.product_id = {scope.thing(Kind.PRODUCT, rule)} AND {ABOVE_ZERO} AND o.state = 'confirmed')"""


def ordered(scope: Scope, rule: Rule) -> str:
    """An order for the distribution."""
    return f"""m.id IN (SELECT member_id FROM orders
        WHERE distribution_id = {scope.thing(Kind.DISTRIBUTION, rule)} AND {FILLED})"""


def not_ordered(scope: Scope, rule: Rule) -> str:
    """No order for the distribution."""
    return f"NOT ({ordered(scope, rule)})"


def basket_open(scope: Scope, rule: Rule) -> str:
    """A basket with entries for the distribution, not confirmed yet; an order's change that is not counts too."""
    return f"""m.id IN (SELECT o.member_id FROM orders o
        WHERE o.distribution_id = {scope.thing(Kind.DISTRIBUTION, rule)} AND o.state = 'basket'
        AND EXISTS (SELECT 1 FROM basket_entries e WHERE e.order_id = o.id))"""


def something_to_collect(scope: Scope, rule: Rule) -> str:
    """An order for the distribution, unless that is cancelled."""
    distribution = scope.thing(Kind.DISTRIBUTION, rule)
    return f"""m.id IN (SELECT member_id FROM orders WHERE distribution_id = {distribution} AND {FILLED}
        AND NOT EXISTS (SELECT 1 FROM distributions WHERE id = {distribution} AND cancelled_at IS NOT NULL))"""


def activation(scope: Scope, rule: Rule) -> str:
    """Joined within the last months, today minus that many months included, and no order ever."""
    today = scope.bind(scope.wall.date().isoformat())
    return f"""(m.joined_on IS NOT NULL AND m.joined_on BETWEEN {scope.border(rule)} AND {today} AND {NEVER_ORDERED})"""


def reactivation(scope: Scope, rule: Rule) -> str:
    """Orders, but the last one before today minus that many months; one on that very day is too young."""
    return f"""coalesce((SELECT max(ordered_on) FROM orders WHERE member_id = m.id AND {FILLED})
        < {scope.border(rule)}, 0)"""


def joined(scope: Scope, rule: Rule) -> str:
    """Joined between two days, both included; a member whose day is not known did not."""
    return f"(m.joined_on IS NOT NULL{_period(scope, rule, 'm.joined_on')})"


def spent(scope: Scope, rule: Rule) -> str:
    """Orders confirmed in the period, both days included, of at least so many cents.

    Only lines in the group's own currency count, and weighed products with their estimate until they are settled.
    """
    period, at_least = _period(scope, rule, "o.ordered_on"), scope.bind(rule.get("at_least"))
    foreign = [r[0] for r in scope.t.all("SELECT id FROM catalogues WHERE currency <> ?", (scope.group.currency,))]
    amount = "o.amount"
    if foreign:
        amount += f""" - coalesce((SELECT sum(l.amount) FROM order_lines l WHERE l.order_id = o.id
            AND l.catalogue_id IN (SELECT value FROM json_each({scope.bind(foreign)}))), 0)"""
    return f"""m.id IN (SELECT o.member_id FROM orders o WHERE o.state = 'confirmed' AND o.filled = 1{period}
        GROUP BY o.member_id HAVING sum({amount}) >= {at_least})"""


def orders(scope: Scope, rule: Rule) -> str:
    """At least so many orders confirmed in the period, both days included."""
    return f"""m.id IN (SELECT member_id FROM orders WHERE {FILLED}{_period(scope, rule, "ordered_on")}
        GROUP BY member_id HAVING count(*) >= {scope.bind(rule.get("at_least"))})"""


def postal_code(scope: Scope, rule: Rule) -> str:
    """A postal code that begins so, without case."""
    prefix = str(rule.get("prefix"))
    return f"substr(m.postal_code, 1, {len(prefix)}) = {scope.bind(prefix)} COLLATE NOCASE"


def city(scope: Scope, rule: Rule) -> str:
    """The city of this name, without case and accents."""
    wanted = fold(str(rule.get("name")))
    cities = [row[0] for row in scope.t.all("SELECT DISTINCT city FROM members") if fold(row[0].strip()) == wanted]
    return f"m.city IN (SELECT value FROM json_each({scope.bind(cities)}))"


def language(scope: Scope, rule: Rule) -> str:
    """Written to in this language; where a member has none, that is the group's."""
    code = str(rule.get("code")).lower()
    return f"coalesce(nullif(m.language, ''), {scope.bind(scope.group.language)}) = {scope.bind(code)}"


def tag(scope: Scope, rule: Rule) -> str:
    """A tag of this name, without case and accents."""
    wanted = fold(str(rule.get("name")))
    lists = [row[0] for row in scope.t.all("SELECT DISTINCT tags FROM members WHERE tags <> '[]'")]
    found = [text for text in lists if wanted in (fold(str(name)) for name in json.loads(text))]
    return f"m.tags IN (SELECT value FROM json_each({scope.bind(found)}))"


def member(scope: Scope, rule: Rule) -> str:
    """Picked by hand."""
    return f"m.id IN (SELECT value FROM json_each({scope.bind(rule.get('ids'))}))"


def _period(scope: Scope, rule: Rule, column: str) -> str:
    since, until = rule.get("since"), rule.get("until")
    return (f" AND {column} >= {scope.bind(since)}" if since else "") + (
        f" AND {column} <= {scope.bind(until)}" if until else ""
    )
