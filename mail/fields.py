"""The facts about a recipient as the values of the fields, in the language of the text that they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mail.envelopes import Envelope, both
from mail.vouchers import voucher_fields
from store.message_fields import Facts, OrderedLine
from store.products import Product, Sold
from store.promotion_prices import price_at
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

    def about(self, facts: Facts) -> FieldValues:
        """The same with other facts."""
        return FieldValues(facts, self._sender, self._stop_address, self._language)

    def of(self, envelope: Envelope, token: str) -> Mapping[str, Any]:
        """The values for one mail, as `templates.render.template.Template.fill` takes them."""
        from templates.render.values import Lines, Link

        with speaking(self._language):
            if not self._shared:
                self._shared = self._for_all()
            subject = quote(f"STOP {token}")
            lines = [line for member in envelope.members for line in self._facts.orders.get(member, ())]
            kept = [line for member in envelope.members for line in self._facts.baskets.get(member, ())]
            return {
                **self._shared,
                "first_name": both([person.first_name for person in envelope.people]),
                "last_name": both([person.last_name for person in envelope.people]),
                "people": self._people(envelope),
                "order": {"lines": Lines(map(said, lines)), "total": total(lines)} if lines else {},
                "basket": {"lines": Lines(map(said, kept)), "total": total(kept)} if kept else {},
                "last_order": self._last_order(envelope),
                "voucher": voucher_fields(
                    one for member in envelope.members for one in self._facts.vouchers.get(member, ())
                ),
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
        # The first one still to come is what `closes()` without a name says; of one catalogue, its own or nothing.
        own: dict[str, str | None] = {self._facts.catalogue: None} if self._facts.catalogue else {}
        shared = {
            "group": self._facts.group.name,
            "sender": self._sender,
            "distribution": distribution,
            "closes": own | {name: _moment(when) for _closed, when, name in closings},
            "catalogues": self._facts.catalogues,
            "promotion": _promotion(self._facts),
        }
        # A field that is not there is an error where it is said; an empty one is left out.
        return shared | ({"catalogue": self._facts.catalogue} if self._facts.catalogue else {})

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


def _promotion(facts: Facts) -> dict[str, str]:
    """What the fields of a promotion say; a whole catalogue has no price, and a price that is no lower no percentage.

    A price stands with what it is for: "3,12 € for 1 kg".
    """
    found, product = facts.promotion, facts.promoted
    if found is None:
        return {}
    values = {"what": found.what, "from": dates.day_long(found.since), "until": dates.day_long(found.until)}
    percent = found.percent
    if product is not None:
        price = price_at(found, product.price)
        values |= {"price": price_for(product, price), "usual": price_for(product, product.price)}
        usual = money(product.price, product.currency)
        values["offer"] = _("{price} instead of {usual}").format(price=values["price"], usual=usual)
        if percent is None and price < product.price:
            percent = (200 * (product.price - price) + product.price) // (2 * product.price)
    if percent:
        values["percent"] = _("{n}%").format(n=percent)
        values.setdefault("offer", _("{percent} less").format(percent=values["percent"]))
    return values


def price_for(product: Product, cents: int) -> str:
    """A price and what it is for: "3,90 € for 1 kg"; of a single piece the price alone."""
    price = money(cents, product.currency)
    if product.unit == "piece" and product.base_quantity == 1000:
        return price
    one = f"{quantity(1000)} {product.unit}" if product.estimated else product.unit_label
    one = f"{quantity(1000)} {product.unit}" if one == product.unit else one
    return _("{price} for {unit}").format(price=price, unit=one)


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
