"""The facts about a recipient as the values of the fields, in the language of the text that they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mail.envelopes import Envelope, both
from store.message_fields import Facts, OrderedLine
from store.products import Sold
from store.settings import Group
from templates.words import _, dates, known, speaking
from templates.words.money import money, quantity

if TYPE_CHECKING:
    from store.message_records import Message


def text_language(message: Message, group: Group) -> str:
    """The language a message's text is written in, and so what its fields say: the group's unless it says another."""
    return message.language or known(group.language)


class FieldValues:
    """Makes the values for one message; what is the same for all recipients is put into words once."""

    def __init__(self, facts: Facts, sender: str, stop_address: str, language: str) -> None:
        """`language` is the text's."""
        self._facts = facts
        self._sender = sender
        self._stop_address = stop_address
        self._language = language
        self._shared: dict[str, Any] = {}

    def of(self, envelope: Envelope, token: str) -> Mapping[str, Any]:
        """The values for one mail, as `templates.render.template.Template.fill` takes them."""
        from templates.render.values import Lines, Link

        with speaking(self._language):
            if not self._shared:
                self._shared = self._for_all()
            subject = quote(f"STOP {token}")
            lines = [line for member in envelope.members for line in self._facts.orders.get(member, ())]
            return {
                **self._shared,
                "first_name": both([person.first_name for person in envelope.people]),
                "last_name": both([person.last_name for person in envelope.people]),
                "people": self._people(envelope),
                "order": {"lines": Lines(map(said, lines)), "total": total(lines)} if lines else {},
                "last_order": self._last_order(envelope),
                "unsubscribe": Link(
                    f"mailto:{quote(self._stop_address, safe='@')}?subject={subject}", _("no more messages like this")
                ),
            }

    def _for_all(self) -> dict[str, Any]:
        found = self._facts.distribution
        distribution: dict[str, str] = {}
        closings: list[tuple[bool, Any, str]] = []
        if found is not None:
            distribution = {
                "day": dates.day_long(found.day),
                "place": found.place,
                "from": found.starts_at,
                "to": found.ends_at,
            }
            closings = sorted((c.closed, c.closes, c.name) for c in found.catalogues if c.closes is not None)
        return {
            "group": self._facts.group.name,
            "sender": self._sender,
            "distribution": distribution,
            # The first one still to come is what `closes()` without a name says.
            "closes": {name: _moment(when) for _closed, when, name in closings},
            "catalogues": self._facts.catalogues,
        }

    def _people(self, envelope: Envelope) -> str:
        return both(
            [
                f"{first} {last}".strip()
                for member in envelope.members
                for first, last in self._facts.households.get(member, ())
            ]
        )

    def _last_order(self, envelope: Envelope) -> dict[str, str]:
        found = {}
        for member in envelope.members:
            for catalogue, last in self._facts.last_orders.get(member, {}).items():
                lines = ", ".join(_short(line) for line in last.lines)
                found[catalogue] = f"{lines} ({dates.day_number(last.day)})"
        return found


def said(line: OrderedLine) -> str:
    """A line of an order with its amount: "1,5 kg Carottes: 2,85 €", "1 × Poulet fermier (~1,8 kg): ~22,50 €"."""
    amount = money(line.amount, line.product.currency)
    return _("{product}: {amount}").format(product=_short(line), amount=f"~{amount}" if line.estimated else amount)


def total(lines: Iterable[OrderedLine]) -> str:
    """What an order comes to, per currency; `~` while something in it has to be weighed."""
    sums: dict[str, int] = {}
    estimated = set()
    for line in lines:
        currency = line.product.currency
        sums[currency] = sums.get(currency, 0) + line.amount
        if line.estimated:
            estimated.add(currency)
    return " + ".join(
        f"{'~' if currency in estimated else ''}{money(cents, currency)}" for currency, cents in sums.items()
    )


def _short(line: OrderedLine) -> str:
    product = line.product
    if product.sold is not Sold.WHOLE and not product.whole_only and product.base_quantity == 1000:
        return f"{quantity(line.quantity)} {product.unit} {product.name}"
    if product.unit == "piece" and product.base_quantity == 1000:
        return f"{quantity(line.quantity)} × {product.name}"
    return f"{quantity(line.quantity)} × {product.name} ({product.unit_label})"


def _moment(when: Any) -> str:
    return _("{day} at {hour}").format(day=dates.day_long(when), hour=dates.hour(when))
