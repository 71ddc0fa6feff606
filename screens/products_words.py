"""A product of the list in words."""

from __future__ import annotations

from textual.content import Content

from screens.product_form import SOLD, price_words
from screens.widgets.plain import plain
from store.products import Product
from templates.words import _, dates
from templates.words.money import money, quantity


def described(product: Product) -> Content:
    """The marked product in full: its name, its price and what that is for, how it is sold, how many there are."""
    lowered = []
    if product.promotion is not None:
        usual, until = money(product.usual_price, product.currency), dates.day(product.promotion.until)
        lowered.append(_("instead of {usual} until {day}").format(usual=usual, day=until))
    parts = [
        price_words(product),
        *lowered,
        _(SOLD[product.sold]),
        *([_("cost {sum}").format(sum=money(product.cost, product.currency))] if product.cost is not None else []),
    ]
    if product.stock_kind != "none" and product.stock is not None:
        said = _("{n} at each distribution") if product.stock_kind == "distribution" else _("{n} in all")
        parts.append(said.format(n=quantity(product.stock)))
    return Content("\n").join([plain(product.name, "bold"), plain(" · ".join(parts))])


def counted(product: Product) -> str:
    """What was said of its stock."""
    if product.stock_kind == "none" or product.stock is None:
        return _("{name}: nobody counts it any more.").format(name=product.name)
    if product.stock_kind == "all":
        return _("{name}: there are {n}.").format(name=product.name, n=quantity(product.stock))
    return _("{name}: {n} at each distribution.").format(name=product.name, n=quantity(product.stock))
