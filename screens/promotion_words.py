"""A promotion in words: what costs how much less, from when to when, and how it stands."""

from __future__ import annotations

from datetime import date

from textual.content import Content

from screens.widgets.plain import plain
from store.promotions import Promotion, PromotionState
from templates.words import _, dates
from templates.words.money import money, plain_amount


def what_words(promotion: Promotion) -> str:
    """The product, or "all of" the catalogue."""
    return promotion.what if promotion.catalogue_id is None else _("all of {name}").format(name=promotion.what)


def price_words(promotion: Promotion) -> str:
    """The lower price, with what it was: "2,50 → 2,00"; "-20%" of a whole catalogue."""
    less = _("-{n}%").format(n=promotion.percent)
    if promotion.usual is None:
        return less
    from store.promotion_prices import price_at

    return f"{plain_amount(promotion.usual)} → {plain_amount(price_at(promotion, promotion.usual))}"


def state_words(promotion: Promotion, today: date) -> str:
    """Whether it runs, in a word or two."""
    match promotion.state(today):
        case PromotionState.RUNNING if promotion.until == today:
            return _("last day")
        case PromotionState.RUNNING:
            return _("runs")
        case PromotionState.COMING:
            return _("to come")
        case PromotionState.OVER:
            return _("over")
        case _ended:
            return _("ended")


def days_words(promotion: Promotion) -> str:
    """From when to when, both days included."""
    since, until = dates.day(promotion.since, year=True), dates.day(promotion.until, year=True)
    return _("from {since} to {until}").format(since=since, until=until)


def described(promotion: Promotion, today: date) -> Content:
    """The marked one in full."""
    lines = [plain(what_words(promotion), "bold")]
    lines.append(plain(" · ".join(part for part in (offer_words(promotion), promotion.catalogue_name) if part)))
    lines.append(plain(f"{days_words(promotion)} · {state_words(promotion, today)}"))
    if promotion.name:
        lines.append(plain(_("“{title}”").format(title=promotion.name)))
    return Content("\n").join(lines)


def offer_words(promotion: Promotion) -> str:
    """What it comes to: "2,00 € instead of 2,50 €", and how much that is less; or only the percentage."""
    if promotion.usual is None:
        return _("{n}% less").format(n=promotion.percent)
    from store.promotion_prices import price_at

    price = price_at(promotion, promotion.usual)
    said = _("{price} instead of {usual}").format(
        price=money(price, promotion.currency), usual=money(promotion.usual, promotion.currency)
    )
    return said if promotion.percent is None else f"{said} ({_('{n}% less').format(n=promotion.percent)})"
