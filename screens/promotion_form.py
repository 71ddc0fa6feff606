"""A promotion as the fields of a form, and back: of what, how much less, from when to when."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from screens.errors import words_for
from screens.form import Problem
from screens.member_form import Fields, day_text
from screens.moments import day_of
from screens.product_form import cents_of, cents_text, price_words
from screens.products_list import matches
from screens.promotion_words import days_words, offer_words
from store.catalogues import Catalogue
from store.errors import Invalid
from store.folding import folded_words
from store.products import Product
from store.promotions import LONGEST_NAME, Promotion
from store.rights import Right
from templates.words import N_, _, ngettext
from templates.words.money import money

if TYPE_CHECKING:
    from store import Store

LABELS = {
    "what": N_("Product"),
    "less": N_("Price or %"),
    "since": N_("First day"),
    "until": N_("Last day"),
    "name": N_("Name"),
}
_PERCENT = re.compile(r"[-–]? ?(\d{1,3}) ?%", re.ASCII)


@dataclass(frozen=True)
class Around:
    """What a promotion can be of, for who fills the form, and the other promotions that are not over."""

    products: tuple[Product, ...]
    catalogues: tuple[Catalogue, ...]
    others: tuple[Promotion, ...]

    def found(self, text: str) -> list[tuple[int, str]]:
        """What a text means: products, and catalogues (below 0) as a whole."""
        words = folded_words(text)
        found = [(one.id, one.name) for one in self.products if matches(one, text)]
        for one in self.catalogues:
            names = folded_words(one.name)
            if words and all(any(name.startswith(word) for name in names) for word in words):
                found.append((-one.id, self.name(-one.id)))
        return found

    def name(self, number: int) -> str:
        """What a product is called, or (below 0) a whole catalogue."""
        if number > 0:
            return next((one.name for one in self.products if one.id == number), str(number))
        called = next((one.name for one in self.catalogues if one.id == -number), str(-number))
        return _("all of {name}").format(name=called)

    def product(self, what: str) -> Product | None:
        """The product that is taken; None for a whole catalogue, and while nothing is."""
        return next((one for one in self.products if str(one.id) == what), None)

    def meeting(self, promotion: Promotion, catalogue_id: int) -> Promotion | None:
        """Another promotion that lowers the same price on some of these days."""
        return next(
            (
                one
                for one in self.others
                if one.id != promotion.id
                and (one.since <= promotion.until and promotion.since <= one.until)
                and one.offered_in == catalogue_id
                and (None in (one.product_id, promotion.product_id) or one.product_id == promotion.product_id)
            ),
            None,
        )


def around(store: Store) -> Around:
    """Read what one may make a promotion of."""
    operator = store.operators.me()
    catalogues = tuple(one for one in store.catalogues.all() if operator.may(Right.ORDERS, one.id))
    products = store.catalogues.products([one.id for one in catalogues])
    return Around(tuple(one.own_price for one in products), catalogues, store.promotions.all())


def fields_of(promotion: Promotion | None, today: date) -> Fields:
    """What the form shows; a new one begins today."""
    if promotion is None:
        return {"what": "", "less": "", "since": day_text(today), "until": "", "name": ""}
    what = promotion.product_id if promotion.catalogue_id is None else -promotion.catalogue_id
    return {
        "what": str(what),
        "less": cents_text(promotion.price) if promotion.percent is None else f"{promotion.percent}%",
        "since": day_text(promotion.since),
        "until": day_text(promotion.until),
        "name": promotion.name,
    }


def less_of(text: str) -> tuple[int | None, int | None]:
    """What is taken off, "20%", or what it costs, "2,00": percent or cents, the other None.

    Raises `Invalid` for what is neither.
    """
    if found := _PERCENT.fullmatch(text.strip()):
        percent = int(found[1])
        if not 1 <= percent <= 100:
            raise Invalid("percent", str(percent), "percent")
        return percent, None
    if not text.strip():
        raise Invalid("price", "", "percent_or_price")
    if text.strip().endswith("%"):  # "33,3%" is none that can be said, and no price either
        raise Invalid("percent", text.strip().removesuffix("%").strip(), "percent")
    return None, cents_of(text)


def promotion_of(fields: Fields, today: date) -> Promotion:
    """The promotion that the form tells of; raises `Invalid` or ValueError for what is missing or wrong."""
    percent, price = less_of(str(fields["less"]))
    since, until = day_of(str(fields["since"]), today), day_of(str(fields["until"]), today)
    what = int(str(fields["what"]))
    if since is None or until is None:
        raise ValueError(fields)
    return Promotion(
        since=since,
        until=until,
        product_id=what if what > 0 else None,
        catalogue_id=-what if what < 0 else None,
        percent=percent,
        price=price,
        name=" ".join(str(fields["name"]).split()),
    )


# -- what is meant, and what is wrong with it


def less_words(fields: Fields, known: Around) -> str:
    """What it comes to: "2,00 € instead of 2,50 €", or of how many products."""
    try:
        percent, price = less_of(str(fields["less"]))
    except Invalid:
        return _("2,00 or 20%")
    product = known.product(str(fields["what"]))
    if product is not None:
        meant = Promotion(date.min, date.min, product.id, None, percent, price, currency=product.currency)
        return offer_words(replace(meant, usual=product.price))
    if percent is None:
        return ""
    of = [one for one in known.products if str(-one.catalogue_id) == fields["what"]]
    n = len(of)
    return ngettext("off {n} product", "off {n} products", n).format(n=n) if n else ""


def usual_words(product: Product) -> str:
    """What a product costs else."""
    return _("now {price}").format(price=price_words(product))


def problems(fields: Fields, known: Around, today: date, before: Promotion | None) -> list[Problem]:
    """What cannot be stored, in the order of the fields."""
    what = str(fields["what"])
    found = [] if what else [Problem("what_line", _("Of which product, or whole catalogue?"), at_save=True)]
    found += _less(str(fields["less"]), what, known, before)
    since = _day("since", str(fields["since"]), today, found)
    until = _day("until", str(fields["until"]), today, found)
    if since is not None and since < today and (before is None or before.since != since):
        found.append(Problem("since", words_for(Invalid("since", since.isoformat(), "past"))))
    if until is not None and since is not None and until < since:
        found.append(Problem("until", words_for(Invalid("until", until.isoformat(), "before_since"))))
    elif until is not None and until < today:
        found.append(Problem("until", words_for(Invalid("until", until.isoformat(), "past"))))
    length = len(str(fields["name"]).strip())
    if length > LONGEST_NAME:
        found.append(Problem("name", words_for(Invalid("name", str(length), "too_long"))))
    return found


def _less(text: str, what: str, known: Around, before: Promotion | None) -> list[Problem]:
    try:
        _percent, price = less_of(text)
        product = known.product(what)
        same = before is not None and (before.product_id, before.price) == (product.id if product else None, price)
        if price is not None and what.startswith("-"):
            raise Invalid("price", text, "of_catalogue")
        if price is not None and product is not None and price >= product.price and not same:
            raise Invalid("price", str(price), "not_lower")
    except Invalid as error:
        return [Problem("less", words_for(error), at_save=not text.strip())]
    return []


def _day(name: str, text: str, today: date, problems: list[Problem]) -> date | None:
    if not text.strip():
        problems.append(Problem(name, _("On which day? Write it as 26/11."), at_save=True))
        return None
    try:
        return day_of(text, today)
    except ValueError:
        sentence = _("“{value}” is no day; write it as 26/11 or 26/11/2026.")
        problems.append(Problem(name, sentence.format(value=text)))
        return None


def meeting_words(fields: Fields, known: Around, today: date, own_id: int) -> str:
    """That another promotion holds on these days: the lower price counts; "" where none does."""
    try:
        meant = replace(promotion_of(fields, today), id=own_id)
    except (Invalid, ValueError):
        return ""
    product = known.product(str(fields["what"]))
    catalogue_id = product.catalogue_id if product is not None else (meant.catalogue_id or 0)
    other = known.meeting(meant, catalogue_id)
    if other is None:
        return ""
    return _("Another one holds {days} ({offer}): the lower price counts.").format(
        days=days_words(other), offer=offer_words(other)
    )


def given_away(fields: Fields, known: Around) -> str:
    """That nothing is paid for it; "" where something is."""
    try:
        percent, price = less_of(str(fields["less"]))
    except Invalid:
        return ""
    what = str(fields["what"])
    of = known.product(what) or next((one for one in known.catalogues if str(-one.id) == what), None)
    if of is None or not (price == 0 or percent == 100):
        return ""
    return _("It costs nothing: {price}.").format(price=money(0, of.currency))
