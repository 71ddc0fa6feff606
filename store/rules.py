"""The registry of rules: every condition that a segment can be made of, one row each.

A row holds the rule's name in words, its label where rules are chosen, its sentence, its parameters and its SQL
condition. The members filter, the picker, the command line and the tests all read this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import rule_conditions as sql
from store import rule_messages as mail
from store.errors import Invalid
from store.rule_subjects import Kind
from store.rule_values import checked
from store.segment_steps import Rule, Value
from templates.words import N_

if TYPE_CHECKING:
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a rule has to be told; an optional one may be left out."""

    name: str
    kind: Kind
    optional: bool = False


@dataclass(frozen=True, slots=True)
class RuleType:
    """A row of the registry. `label` and `sentence` are English texts to be translated when they are shown.

    The sentence has a place for each parameter by its name; `{period}` stands for `since` and `until`. `needs` is a
    question in SQL: only a group that has such a thing is offered the rule; it can be written all the same.
    """

    name: str
    label: str
    sentence: str
    condition: sql.Condition
    parameters: tuple[Parameter, ...] = ()
    needs: str = ""


CATALOGUE = Parameter("catalogue", Kind.CATALOGUE)
DISTRIBUTION = Parameter("distribution", Kind.DISTRIBUTION)
PRODUCT = Parameter("product", Kind.PRODUCT)
MESSAGE = Parameter("message", Kind.MESSAGE)
MONTHS = Parameter("months", Kind.MONTHS)
PERIOD = (Parameter("since", Kind.DATE, optional=True), Parameter("until", Kind.DATE, optional=True))

MEASURES = "SELECT EXISTS (SELECT 1 FROM measures)"
VOUCHERS = "SELECT EXISTS (SELECT 1 FROM vouchers)"

_ROWS = (
    RuleType("everyone", N_("Everyone"), N_("Everyone"), sql.always("1")),
    RuleType("nobody", N_("Nobody"), N_("Nobody"), sql.always("0")),
    RuleType(
        "ordered", N_("Ordered for a distribution"), N_("Ordered for {distribution}"), sql.ordered, (DISTRIBUTION,)
    ),
    RuleType(
        "not_ordered",
        N_("Not ordered for a distribution"),
        N_("Not ordered for {distribution}"),
        sql.not_ordered,
        (DISTRIBUTION,),
    ),
    RuleType(
        "subscribers",
        N_("Subscribers of a catalogue"),
        N_("Subscribers of {catalogue} (ordered at least once)"),
        sql.subscribers,
        (CATALOGUE,),
    ),
    RuleType("vip", N_("VIP"), N_("VIP"), sql.always("m.vip = 1")),
    RuleType("never_ordered", N_("Never ordered"), N_("Never ordered"), sql.always(sql.NEVER_ORDERED)),
    RuleType(
        "activation",
        N_("Activation: new, never ordered"),
        N_("Joined in the last {months}, never ordered"),
        sql.activation,
        (MONTHS,),
    ),
    RuleType(
        "reactivation",
        N_("Reactivation: not ordered for months"),
        N_("Ordered before, but not in the last {months}"),
        sql.reactivation,
        (MONTHS,),
    ),
    RuleType(
        "basket_open", N_("Basket left open"), N_("Basket open for {distribution}"), sql.basket_open, (DISTRIBUTION,)
    ),
    RuleType(
        "something_to_collect",
        N_("Something to collect"),
        N_("Something to collect at {distribution}"),
        sql.something_to_collect,
        (DISTRIBUTION,),
    ),
    RuleType("bought", N_("Bought a product"), N_("Bought {product}"), sql.bought, (PRODUCT,)),
    RuleType(
        "spent",
        N_("Spent at least"),
        N_("Spent at least {at_least} {period}"),
        sql.spent,
        (Parameter("at_least", Kind.MONEY), *PERIOD),
    ),
    RuleType(
        "orders",
        N_("Number of orders"),
        N_("At least {at_least} {period}"),
        sql.orders,
        (Parameter("at_least", Kind.NUMBER), *PERIOD),
    ),
    RuleType("orders_by_phone", N_("Orders by phone"), N_("Ordered by phone"), sql.always(sql.BY_PHONE)),
    RuleType("received", N_("Got a message"), N_("Got {message}"), mail.received, (MESSAGE,)),
    RuleType("not_received", N_("Did not get a message"), N_("Did not get {message}"), mail.not_received, (MESSAGE,)),
    RuleType("written_to", N_("Got or gets a message"), N_("Got or gets {message}"), mail.written_to, (MESSAGE,)),
    RuleType("opened", N_("Opened a message"), N_("Opened {message}"), mail.opened, (MESSAGE,), MEASURES),
    RuleType(
        "clicked", N_("Clicked in a message"), N_("Clicked a link in {message}"), mail.clicked, (MESSAGE,), MEASURES
    ),
    RuleType(
        "voucher_unused",
        N_("Voucher not used yet"),
        N_("Has an unused voucher of {message}"),
        mail.voucher_unused,
        (MESSAGE,),
        VOUCHERS,
    ),
    RuleType("joined", N_("Joined in a period"), N_("Joined {period}"), sql.joined, PERIOD),
    RuleType("has_email", N_("Has an e-mail"), N_("Has an e-mail"), sql.always(mail.HAS_EMAIL)),
    RuleType("no_email", N_("Has no e-mail"), N_("Has no e-mail"), sql.always(f"NOT ({mail.HAS_EMAIL})")),
    RuleType("bad_email", N_("E-mail made up or bounced"), N_("E-mail made up or bounced"), sql.always(mail.BAD_EMAIL)),
    RuleType("wants_no_news", N_("Wants no news by mail"), N_("Wants no news by mail"), mail.wants_no_news),
    RuleType("has_mobile", N_("Has a mobile"), N_("Has a mobile"), sql.always(sql.HAS_MOBILE)),
    RuleType(
        "postal_code",
        N_("Postal code"),
        N_("Postal code {prefix}…"),
        sql.postal_code,
        (Parameter("prefix", Kind.PREFIX),),
    ),
    RuleType("city", N_("City"), N_("Lives in {name}"), sql.city, (Parameter("name", Kind.CITY),)),
    RuleType("language", N_("Language"), N_("Language: {code}"), sql.language, (Parameter("code", Kind.LANGUAGE),)),
    RuleType("tag", N_("Tag"), N_("Tag {name}"), sql.tag, (Parameter("name", Kind.TAG),)),
    RuleType("member", N_("Chosen by hand"), N_("By hand: {ids}"), sql.member, (Parameter("ids", Kind.MEMBERS),)),
    RuleType("board", N_("Board and contacts"), N_("Board and contacts of catalogues"), sql.always(sql.BOARD)),
    RuleType("is_producer", N_("Producers"), N_("Producers"), sql.always(sql.PRODUCER)),
    RuleType("test", N_("Test: myself"), N_("Test: myself"), sql.test),
)

REGISTRY: Mapping[str, RuleType] = {row.name: row for row in _ROWS}
"""Every rule by its name, in the order in which they are offered: those used most first."""


def rule_type(name: str) -> RuleType:
    """The registry's row; raises `Invalid`."""
    if name not in REGISTRY:
        raise Invalid("rule", name, "unknown")
    return REGISTRY[name]


def offered(t: Transaction) -> tuple[str, ...]:
    """The names of the rules that make sense in this group, those used most first.

    Without a single measure or voucher the rules about them find nobody; read, shown and counted they are all the same.
    """
    has = {needs: bool(t.value(needs)) for needs in {row.needs for row in _ROWS if row.needs}}
    return tuple(row.name for row in _ROWS if not row.needs or has[row.needs])


def make(name: str, /, **parameters: Value) -> Rule:
    """A rule with its parameters checked and in order; raises `Invalid`."""
    row = rule_type(name)
    values: list[tuple[str, Value]] = []
    for parameter in row.parameters:
        if parameter.name in parameters:
            values.append((parameter.name, _checked(parameter, parameters.pop(parameter.name))))
        elif not parameter.optional:
            raise Invalid(parameter.name, "", "missing")
    for unknown, value in parameters.items():
        raise Invalid(unknown, str(value), "unknown")
    if row.name == "joined" and not values:
        raise Invalid("since", "", "missing")
    return Rule(name, tuple(values))


def _checked(parameter: Parameter, value: Any) -> Value:
    try:
        return checked(parameter.kind, value)
    except ValueError as error:
        raise Invalid(parameter.name, str(value), parameter.kind.value) from error
