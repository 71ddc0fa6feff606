"""What the fields of a promotion, of an open basket and of the message's own catalogue say."""

from __future__ import annotations

from datetime import date

import pytest

from mail.calls import words_for_call
from mail.refused import TextRefused
from screens.errors import words_for
from store import Store
from store.orders import Entry
from store.promotions import Promotion
from store.segments import EVERYONE
from tests.offering import Offering, fill
from tests.store.conftest import Hands

SINCE, UNTIL = date(2026, 11, 23), date(2026, 11, 29)


@pytest.fixture
def store(timed_store: Store) -> Store:
    return timed_store


@pytest.fixture
def group(store: Store) -> Offering:
    return fill(store)


def said(store: Store, group: Offering, text: str, **about: int) -> str:
    """What a message about this says to Odette."""
    message_id = store.messages.new(EVERYONE, "Sujet", text, language="en")
    with store.writing() as t:
        for name, value in about.items():
            t.execute(f"UPDATE messages SET {name} = ? WHERE id = ?", (value, message_id))
    return words_for_call(store, message_id, group.members["odette"])


def refused(store: Store, group: Offering, text: str, **about: int) -> str:
    with pytest.raises(TextRefused) as caught:
        said(store, group, text, **about)
    return words_for(caught.value)


def test_a_promotion_says_what_costs_how_much_less_and_when(store: Store, group: Offering, hands: Hands) -> None:
    add, sold = store.promotions.add, group.products
    tomatoes = add(Promotion(SINCE, UNTIL, product_id=sold["tomatoes"], percent=20))
    text = "{{ promotion.what }}: {{ promotion.offer }} ({{ promotion.percent }}), {{ promotion.from }}"
    assert said(store, group, text, promotion_id=tomatoes) == (
        "Tomates cœur de bœuf: €3.12 for 1 kg instead of €3.90 (20%), Monday 23 November"
    )
    eggs = add(Promotion(SINCE, UNTIL, product_id=sold["eggs"], price=200))
    text = "{{ promotion.price }}/{{ promotion.usual }}/{{ promotion.percent }}/{{ promotion.until }}/{{ catalogue }}"
    mine = said(store, group, text, promotion_id=eggs)
    assert mine.endswith("/17%/Sunday 29 November/Légumes du Gué")
    assert "for x6" in mine
    flour = add(Promotion(SINCE, UNTIL, catalogue_id=group.catalogues["flour"], percent=15))
    assert said(store, group, "{{ promotion.what }} {{ promotion.offer }}", promotion_id=flour) == (
        "Moulin d'Ancenis 15% less"
    )
    assert "{{ promotion.offer }}" in refused(store, group, "{{ promotion.price }}", promotion_id=flour)
    either = "{% if promotion.usual is defined %}{{ promotion.usual }}{% else %}all of it{% endif %}"
    assert said(store, group, either, promotion_id=flour) == "all of it"


def test_a_message_without_one_speaks_of_the_only_one_that_there_is(store: Store, group: Offering) -> None:
    assert "which promotion" in refused(store, group, "{{ promotion.what }}")
    first = store.promotions.add(Promotion(SINCE, UNTIL, product_id=group.products["eggs"], percent=10))
    assert said(store, group, "{{ promotion.what }}") == "Œufs plein air"
    assert "no catalogue" in refused(store, group, "{{ catalogue }}"), "it is named by a message that is about it"
    store.promotions.add(Promotion(SINCE, UNTIL, product_id=group.products["wheat"], percent=10))
    assert "which promotion" in refused(store, group, "{{ promotion.what }}")
    store.promotions.cancel(first)
    assert said(store, group, "{{ promotion.what }}") == "Farine T80 blé"


def test_a_basket_is_listed_as_an_order_is(store: Store, group: Offering) -> None:
    text = "{% for line in basket.lines %}[{{ line }}]{% endfor %} {{ basket.total }}"
    assert "no basket is open" in refused(store, group, "{{ basket.total }}")
    basket = store.orders.open_basket(group.members["odette"], group.next)
    store.orders.enter(basket.id, Entry("2 oeufs", group.products["eggs"], 0, 2000))
    store.orders.enter(basket.id, Entry("1 poul", group.products["chicken"], 0, 1000))
    lines, total = said(store, group, text).rsplit(" ", 1)
    assert lines.count("[") == 2
    assert "Poulet fermier" in lines
    assert total.startswith("~")
    assert "no order" in refused(store, group, "{{ order.total }}"), "a basket is none yet"


def test_closes_without_a_name_is_of_the_catalogue_that_the_message_speaks_of(store: Store, group: Offering) -> None:
    text = "{{ catalogue }}: {{ closes() }}"
    assert said(store, group, text, catalogue_id=group.catalogues["flour"]) == (
        "Moulin d'Ancenis: Tuesday 24 November at 12:00"
    )
    assert said(store, group, "{{ closes() }}").startswith("Monday 23"), "the first one, where it speaks of none"
    one = store.distributions.get(group.next).catalogue(group.catalogues["flour"])
    assert one is not None
    store.distributions.set_hours(group.next, group.catalogues["flour"], opens=None, closes=None)
    assert "nothing closes" in refused(store, group, text, catalogue_id=group.catalogues["flour"])
