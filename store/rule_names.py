"""Rules in the operator's language: their sentences, and the choices that a parameter has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.distributions import last_distribution, next_distribution
from store.errors import StoreError
from store.folding import fold
from store.people import Person
from store.rule_conditions import Scope
from store.rule_subjects import LAST, NAMED, NEXT, Kind, find
from store.rules import REGISTRY, Parameter
from store.segment_steps import Rule, Value
from store.settings import load_group
from templates.words import _, dates, languages, money, ngettext

if TYPE_CHECKING:
    from store.transaction import Transaction

MONTHS_OFFERED = (1, 2, 3, 6, 12)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a parameter can take, and how it is shown."""

    value: Value
    text: str


def label(name: str) -> str:
    """The rule where it is offered: "Subscribers of a catalogue"."""
    return _(REGISTRY[name].label)


def sentence(t: Transaction, rule: Rule) -> str:
    """The rule with its parameters by name: "Subscribers of Fromages Daniel (ordered at least once)".

    Never raises for a thing that is gone: it is named as it was given.
    """
    row = REGISTRY.get(rule.name)
    if row is None:
        return rule.name
    scope = Scope(t)
    named = {p.name: _named(scope, rule, p) for p in row.parameters}
    return " ".join(_(row.sentence).format(**named, period=_period(named)).split())


def _period(named: dict[str, str]) -> str:
    since, until = named.get("since"), named.get("until")
    if since and until:
        return _("from {since} to {until}").format(since=since, until=until)
    if since:
        return _("since {since}").format(since=since)
    return _("until {until}").format(until=until) if until else ""


def _named(scope: Scope, rule: Rule, parameter: Parameter) -> str:
    value = rule.get(parameter.name)
    if value is None:
        return ""
    match parameter.kind:
        case Kind.MONTHS:
            return ngettext("{n} month", "{n} months", int(str(value))).format(n=value)
        case Kind.NUMBER:
            return ngettext("{n} order", "{n} orders", int(str(value))).format(n=value)
        case Kind.MONEY:
            return money.money(int(str(value)), scope.group.currency)
        case Kind.DATE:
            return dates.day(str(value), year=True)
        case Kind.DISTRIBUTION:
            return _distribution(scope, value)
        case Kind.LANGUAGE:
            return languages.name(str(value))
        case Kind.MEMBERS if isinstance(value, tuple):
            return _members(scope.t, value)
        case Kind.CATALOGUE | Kind.PRODUCT | Kind.MESSAGE:
            return _thing(scope, parameter.kind, value)
        case _:
            return str(value)


def _thing(scope: Scope, kind: Kind, value: Value) -> str:
    try:
        found = find(scope.t, kind, value, scope.wall)
    except StoreError:
        return str(value)
    name = next(str(row["name"]) for row in scope.t.all(NAMED[kind]) if row["id"] == found)
    return _("“{name}”").format(name=name) if kind is Kind.MESSAGE else name


def _distribution(scope: Scope, value: Value) -> str:
    try:
        found = find(scope.t, Kind.DISTRIBUTION, value, scope.wall)
    except StoreError:
        day = str(value)
    else:
        day = dates.day(scope.t.value("SELECT day FROM distributions WHERE id = ?", (found,)))
    if value not in (NEXT, LAST):
        return day
    text = _("the next distribution") if value == NEXT else _("the last distribution")
    return text if day == value else f"{text} ({day})"


def _members(t: Transaction, ids: tuple[int, ...]) -> str:
    rows = t.all(
        """SELECT p.member_id, p.first_name, p.last_name, p.email, p.phone, p.mobile FROM people p
        WHERE p.position = 1 AND p.member_id IN (SELECT value FROM json_each(?))""",
        (json.dumps(ids[:2]),),
    )
    listed = {
        r["member_id"]: Person(r["first_name"], r["last_name"], r["email"], phone=r["phone"], mobile=r["mobile"]).listed
        for r in rows
    }
    names = [listed.get(number) or _("nobody with the number {number}").format(number=number) for number in ids[:2]]
    more = len(ids) - len(names)
    return ", ".join(names + ([f"+{more}"] if more else []))


def choices(t: Transaction, kind: Kind) -> tuple[Choice, ...]:
    """What a parameter of this kind can be, those meant most often first; none where anything can be typed."""
    match kind:
        case Kind.DISTRIBUTION:
            return tuple(_distributions(Scope(t)))
        case Kind.MONTHS:
            return tuple(Choice(n, ngettext("{n} month", "{n} months", n).format(n=n)) for n in MONTHS_OFFERED)
        case Kind.PRODUCT:
            rows = t.all(
                """SELECT p.id, p.name || ' · ' || c.name AS name FROM products p
                JOIN catalogues c ON c.id = p.catalogue_id ORDER BY p.active DESC, p.folded, p.id"""
            )
        case Kind.CATALOGUE:
            rows = t.all(NAMED[kind])
        case Kind.MESSAGE:
            return tuple(_messages(Scope(t)))
        case Kind.CITY:
            rows = t.all(
                "SELECT city AS id, city AS name FROM members WHERE city <> '' GROUP BY 1 ORDER BY count(*) DESC"
            )
        case Kind.LANGUAGE:
            rows = t.all(
                "SELECT coalesce(nullif(language, ''), ?) FROM members GROUP BY 1 ORDER BY count(*) DESC",
                (load_group(t).language,),
            )
            return tuple(Choice(row[0], languages.name(row[0])) for row in rows)
        case Kind.TAG:
            return tuple(Choice(tag, tag) for tag in member_tags(t))
        case _:
            return ()
    return tuple(Choice(row["id"], row["name"]) for row in rows if row["name"])


def member_tags(t: Transaction) -> list[str]:
    """Every tag that a member has, by name."""
    lists = t.all("SELECT DISTINCT tags FROM members WHERE tags <> '[]' AND archived_at IS NULL")
    return sorted({str(tag) for row in lists for tag in json.loads(row[0])}, key=fold)


def _distributions(scope: Scope) -> Iterator[Choice]:
    if next_distribution(scope.t, scope.wall) is not None:
        yield Choice(NEXT, _distribution(scope, NEXT))
    if last_distribution(scope.t, scope.wall) is not None:
        yield Choice(LAST, _distribution(scope, LAST))
    rows = scope.t.all("SELECT id, day, place FROM distributions ORDER BY day DESC, starts_at DESC LIMIT 100")
    for row in rows:
        yield Choice(row["id"], f"{dates.day(row['day'], year=True)} · {row['place']}")


def _messages(scope: Scope) -> Iterator[Choice]:
    """Those that went out or are kept for an hour, the latest first: nobody has a draft.

    What workflows sent is left out: each time it is another message.
    """
    rows = scope.t.all(
        """SELECT id, coalesce(nullif(trim(label), ''), trim(subject)) AS name, queued_at, send_at FROM messages
        WHERE (queued_at IS NOT NULL OR state = 'scheduled') AND occurrence_id IS NULL
        ORDER BY coalesce(queued_at, send_at) DESC, id DESC"""
    )
    for row in rows:
        day = scope.day(row["queued_at"]) if row["queued_at"] else row["send_at"][:10]
        yield Choice(row["id"], f"{row['name'] or row['id']} · {dates.day(day, year=True)}")
