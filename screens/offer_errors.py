"""What the store refuses about catalogues, products and distributions, in words; `screens.errors` takes them in."""

from __future__ import annotations

from templates.words import N_

_TOO_LARGE = N_("“{value}” is too large a number. Is it mistyped?")
_BELOW_ZERO = N_("This cannot be below 0.")
_NOT_POSITIVE = N_("This must be above 0.")
_DAYS_BEFORE = N_("“{value}” days before: from 0 to 365 can be said.")
_MOMENT = N_("“{value}” is no day and hour; write it as 2026-11-24T20:00.")
_TOO_FAR = N_("{value} is too far off. Is the year mistyped?")

OFFER_INVALID: dict[tuple[str, str], str] = {
    ("currency", "empty"): N_("A currency is needed, as EUR."),
    ("place", "empty"): N_("A place is needed."),
    ("currency", "ordered"): N_(
        "The currency stays {value}: orders were taken in it. Make a new catalogue for another."
    ),
    ("opens_days_before", "out_of_range"): _DAYS_BEFORE,
    ("closes_days_before", "out_of_range"): _DAYS_BEFORE,
    ("opens_at", "after_close"): N_("It would open after it has closed. Let it open more days before."),
    ("price", "too_large"): _TOO_LARGE,
    ("cost", "too_large"): _TOO_LARGE,
    ("cost", "negative"): _BELOW_ZERO,
    ("base_quantity", "too_large"): _TOO_LARGE,
    ("base_quantity", "not_positive"): _NOT_POSITIVE,
    ("estimated_weight", "too_large"): _TOO_LARGE,
    ("estimated_weight", "not_positive"): _NOT_POSITIVE,
    ("stock", "too_large"): _TOO_LARGE,
    ("quantity", "too_large"): _TOO_LARGE,
    ("stock", "negative"): _BELOW_ZERO,
    ("stock", "whole_only"): N_("{value} is sold whole: so is its stock."),
    ("stock", "not_per_distribution"): N_("{value} has no stock of its own for each distribution. Change the product."),
    ("sold", "unknown"): N_("“{value}” is no way of selling; write whole, decimal or weighed."),
    ("stock_kind", "unknown"): N_("“{value}” is no kind of stock; write none, all or distribution."),
    ("unit", "ordered"): N_(
        "{value} is ordered at a coming distribution: what one of it is cannot change now. Add a new product instead."
    ),
    ("unit", "not_of_weight"): N_("What is weighed has a price for 1 kg (or 1 l): write kg."),
    ("weight", ""): N_("“{value}” is no weight of a piece; write it as 1,8 or 1800 g."),
    ("rule", "no_hour"): N_("“{value}”: at which hour? Write it as 2 days before 20:00."),
    ("rule", "no_days"): N_("“{value}”: how many days before? Write it as 2 days before 20:00."),
    ("rule", "too_far"): N_("“{value}” is more than a year before: is it mistyped?"),
    ("rule", ""): N_("“{value}” is no rule; write days and an hour, as 2 days before 20:00."),
    ("every", "out_of_range"): N_("Every {value} weeks: from 1 to 52 can be said."),
    ("count", "out_of_range"): N_("{value} distributions at once: from 1 to 60 can be made."),
    ("day", "empty"): N_("A day is needed."),
    ("day", "out_of_range"): _TOO_FAR,
    ("opens", "out_of_range"): _TOO_FAR,
    ("closes", "out_of_range"): _TOO_FAR,
    ("since", "out_of_range"): _TOO_FAR,
    ("until", "out_of_range"): _TOO_FAR,
    ("day", "past"): N_("{value} has passed: choose a day to come."),
    ("day", "taken"): N_("There is a distribution on {value} at this place already. Nothing was made."),
    ("distribution", "is_cancelled"): N_("This distribution is cancelled. Restore it first."),
    ("distribution", "not_cancelled"): N_("This distribution is not cancelled."),
    ("catalogue", "inactive"): N_("{value} is not in use. Make the catalogue active first."),
    ("catalogue", "ordered"): N_("{value} is ordered here, or in an open basket: it stays."),
    ("catalogue", "told"): N_("The recap of {value} went out: it stays."),
    ("opens", "not_a_moment"): _MOMENT,
    ("closes", "not_a_moment"): _MOMENT,
    ("opens", "after_close"): N_("It would open after it has closed."),
    ("closes", "after_end"): N_("It cannot close after the distribution has ended."),
    ("promotion", "product_or_catalogue"): N_("A promotion is for one product, or for one whole catalogue: say which."),
    ("promotion", "over"): N_("The promotion for {value} is over. Make a new one."),
    ("promotion", "cancelled"): N_("The promotion for {value} was ended. Make a new one."),
    ("promotion", "ordered"): N_(
        "{value} was ordered at this price already: product and first day stay. End the promotion and make a new one."
    ),
    ("price", "percent_or_price"): N_("Say what it costs, as 2,00, or how much less, as 20%."),
    ("price", "of_catalogue"): N_("A whole catalogue has no one price: say how much less, as 20%."),
    ("price", "not_lower"): N_("{value} is not less than what it costs now."),
    ("percent", "percent"): N_("{value}%: from 1 to 100 can be said."),
    ("since", "past"): N_("{value} has passed: a promotion begins today, or on a day to come."),
    ("until", "past"): N_("{value} has passed: the last day is today, or a day to come."),
    ("until", "before_since"): N_("It would end on {value}, before it begins."),
}

OFFER_CHANGED = {
    "producer": N_("Somebody else changed this producer meanwhile. Your text is kept: look again and compare."),
    "catalogue": N_("Somebody else changed this catalogue meanwhile. Your text is kept: open it again and compare."),
    "promotion": N_("Somebody else changed this promotion meanwhile. Open it again, then change it."),
    "product": N_("This product was changed meanwhile, or ordered. Your text is kept: open it again and compare."),
    "distribution": N_("Somebody else changed this distribution meanwhile. Open it again, then change it."),
}
