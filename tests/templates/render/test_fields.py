"""Which fields fit the people of a segment: those that have something to say for every one of them."""

from __future__ import annotations

import pytest

from store.segments import parse
from templates.render.fields import FIELDS, fitting, holding


def unfit(words: str, *, distribution: bool = True) -> set[str]:
    """The first words of the fields that do not fit a segment."""
    segment = parse(words)
    rules = holding(segment.start, [(step.verb, step.rule.name) for step in segment.steps])
    found = fitting(rules, distribution=distribution, catalogue=True, promotion=True, voucher=True)
    assert [fit.field for fit in found] == list(FIELDS)
    assert all(fit.fits is (fit.why == "") for fit in found)
    return {fit.field.name.partition(".")[0] for fit in found if not fit.fits}


@pytest.mark.parametrize(
    ("words", "lacking"),
    [
        ("everyone", {"order", "basket", "last_order"}),
        ("nobody", {"order", "basket", "last_order"}),
        ("everyone & ordered(distribution=next)", {"basket"}),
        ("nobody + ordered(distribution=next)", {"basket"}),
        ("nobody + ordered(distribution=next) + something_to_collect(distribution=next)", {"basket"}),
        ("nobody + something_to_collect(distribution=next) - vip", {"basket"}),
        ("nobody + ordered(distribution=next) + vip", {"order", "basket", "last_order"}),
        ("nobody + ordered(distribution=next) + member(ids=3)", {"order", "basket", "last_order"}),
        ("nobody + vip & ordered(distribution=next)", {"basket"}),
        ("everyone - not_ordered(distribution=next)", {"order", "basket", "last_order"}),
        ("nobody + subscribers(catalogue=1)", {"order", "basket"}),
        ("nobody + reactivation(months=3) + subscribers(catalogue=1)", {"order", "basket"}),
        ("nobody + basket_open(distribution=next)", {"order", "last_order"}),
        ("nobody + activation(months=3)", {"order", "basket", "last_order"}),
    ],
)
def test_a_field_fits_where_everybody_has_something_to_say(words, lacking):
    assert unfit(words) == lacking


def test_without_a_distribution_nothing_is_said_of_one():
    assert unfit("nobody + subscribers(catalogue=1)", distribution=False) == {
        "distribution",
        "closes",
        "order",
        "basket",
    }


def test_a_message_that_speaks_of_no_catalogue_and_no_promotion_has_nothing_to_say_of_them():
    lacking = {fit.field.name.partition(".")[0] for fit in fitting(("ordered",), distribution=True) if not fit.fits}
    assert lacking == {"catalogue", "basket", "promotion", "voucher"}
