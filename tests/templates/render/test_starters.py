"""The ready texts: one for each occasion, short, in three languages that say the same, with what is to be filled in."""

from __future__ import annotations

import re

import pytest

from mail.wrong import Reason, wrong_for_all
from store.preferences import KINDS
from store.rules import REGISTRY
from templates.render.starters import Starter, starters
from templates.render.template import Template
from templates.words import LANGUAGES

OCCASIONS = {
    "opening", "last_call", "pickup", "new_products", "new_category", "change", "delivery", "moved", "cancelled",
    "special_distribution", "tasting", "special_offer", "first_order", "we_miss_you", "suggestions", "rate_producers",
    "bring_a_friend", "thanks", "empty",
}  # fmt: skip
ALL = [(language, one) for language in LANGUAGES for one in starters(language) if one.name != "empty"]


def lines(starter: Starter) -> list[str]:
    """The text between the greeting and the closing words, without the list of the order."""
    _greeting, *text, _closing = starter.text.strip().split("\n\n")
    return [line for part in text for line in part.split("\n") if line != "{{ order.lines }}"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_one_for_each_occasion(language):
    found = starters(language)
    assert {one.name for one in found} == OCCASIONS
    assert len({one.label for one in found}) == len(found)


@pytest.mark.parametrize(("language", "starter"), ALL, ids=lambda value: getattr(value, "name", value))
def test_it_is_short_and_says_in_each_language_the_same(language, starter):
    english = next(one for one in starters("en") if one.name == starter.name)
    assert (starter.kind, starter.fits, starter.best) == (english.kind, english.fits, english.best)
    assert Template(starter.subject, starter.text).fields == Template(english.subject, english.text).fields
    assert starter.kind in KINDS
    assert starter.fits <= REGISTRY.keys()
    assert starter.subject.startswith("{{ group }}")
    assert len(lines(starter)) == len(lines(english)) <= 4


@pytest.mark.parametrize(("language", "starter"), ALL, ids=lambda value: getattr(value, "name", value))
def test_what_is_to_be_filled_in_is_noticed(language, starter):
    brackets = re.findall(r"\[.*?\]", f"{starter.subject}\n{starter.text}")
    found = wrong_for_all(starter.subject, starter.text)
    assert [wrong.what for wrong in found] == list(dict.fromkeys(brackets))
    assert {wrong.reason for wrong in found} <= {Reason.TO_FILL_IN}


@pytest.mark.parametrize("starter", [one for language, one in ALL if language == "fr"], ids=lambda one: one.name)
def test_french_signs_stay_with_their_words(starter):
    said = re.sub(r"\{\{.*?\}\}", "x", f"{starter.label}\n{starter.subject}\n{starter.text}")
    assert not re.search(r"[^\u00a0:;?!][:;?!»]|«[^\u00a0]", said)
