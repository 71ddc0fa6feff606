"""What order entry says of promotions: the price before and now, until when, and how it is read to the caller."""

from __future__ import annotations

from collections.abc import Sequence

from screens.order_spoken import spoken_money
from store.orders import OrderLine
from store.products import Product
from templates.words import _, dates
from templates.words.money import money, plain_amount


def price_cell(product: Product, cents: int, usual: int | None, currency: str) -> str:
    """A price, with its sign only where it is not in the group's currency; "2,50 → 2,00" where it was lowered."""
    price = plain_amount(cents) if product.currency == currency else money(cents, product.currency)
    return price if usual is None or usual <= cents else f"{plain_amount(usual)} → {price}"


def lowered(product: Product) -> int | None:
    """What a product costs else, where a promotion makes it cheaper today."""
    return None if product.promotion is None else product.usual_price


def told(product: Product) -> str:
    """The promotion in a sentence: "2,00 € instead of 2,50 € until Sun 29 Nov"; "" where there is none."""
    if product.promotion is None:
        return ""
    return _("{price} instead of {usual} until {day}").format(
        price=money(product.price, product.currency),
        usual=money(product.usual_price, product.currency),
        day=dates.day(product.promotion.until),
    )


def spoken(lines: Sequence[OrderLine]) -> str:
    """What costs less than else, as one says it on the phone; "" where nothing does."""
    cheaper = [
        _("{name} {price} instead of {usual}").format(
            name=line.product.name,
            price=spoken_money(line.price, line.product.currency),
            usual=spoken_money(line.instead_of, line.product.currency),
        )
        for line in lines
        if line.quantity and line.instead_of is not None
    ]
    return _("Promotion: {lines}").format(lines=", ".join(cheaper)) if cheaper else ""
