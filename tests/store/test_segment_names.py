"""Words for people: with names where a name means one thing, and back without loss."""

from __future__ import annotations

from store import Store
from store.segments import parse
from tests.offering import Offering


def test_things_are_called_by_their_names_and_found_again(store: Store, offering: Offering):
    ids = (offering.catalogues["veg"], offering.products["tomatoes"], offering.past, offering.next)
    written = store.messages.new(parse("vip"), label="Dernier rappel", subject="Clôture")
    segment = parse(
        "everyone - subscribers({}) - bought({}) + ordered({}) + ordered({}) + ordered(next)"
        " + received({}) + member(1, 2)".format(*ids, written)
    )
    said = store.segments.in_words(segment)
    assert said == (
        'everyone - subscribers(catalogue="Légumes du Gué") - bought(product="Tomates cœur de bœuf")'
        " + ordered(distribution=2026-11-12) + ordered(distribution=2026-11-26) + ordered(distribution=next)"
        ' + received(message="Dernier rappel") + member(ids=1, 2)'
    )
    assert store.segments.read(said) == segment


def test_a_name_that_means_two_things_or_nothing_stays_as_it_is(store: Store, offering: Offering):
    again = store.catalogues.add_product(offering.catalogues["veg"], "TOMATES cœur de boeuf", 390)
    segment = parse(f'bought({offering.products["tomatoes"]}) + bought({again}) + bought(99) + bought("Pêches")')
    said = store.segments.in_words(segment)
    assert said == f"nobody + bought(product=1) + bought(product={again}) + bought(product=99) + bought(product=Pêches)"
    assert store.segments.read(said) == segment


def test_a_language_has_a_name(store: Store):
    assert store.segments.sentences(parse("language(it) + language(de) + language(xx1)")) == (
        "Language: Italian",
        "Language: German",
        "Language: xx1",
    )
