"""The mail as a whole: its text in one language, small, with nothing that is loaded from elsewhere; and starters."""

from __future__ import annotations

import re

import pytest

from templates.render.errors import TooLong
from templates.render.page import render
from templates.render.starters import starters
from templates.render.template import Template
from templates.words import LANGUAGES
from tests.templates.render.test_template import VALUES

NAMES = ["opening", "last_call", "new_products", "change", "we_miss_you", "thanks", "empty"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_says_in_which_language_it_is(language):
    mail = render(Template("S", "{{ first_name }}"), VALUES, language)
    assert f'<html lang="{language}">' in mail.html
    assert "amap@exemple.fr" in mail.text
    assert "STOP x" in mail.text
    assert 'href="mailto:amap@exemple.fr?subject=STOP%20x"' in mail.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_footer_is_in_the_language_of_who_reads_it(language):
    mail = render(Template("S", "{{ first_name }}"), VALUES, language, None, "it")
    assert f'<html lang="{language}">' in mail.html
    assert ('lang="it"' in mail.html.partition("<body")[2]) == (language != "it")
    assert "Riceve" in mail.text.partition("\n-- \n")[2]


def test_styles_are_in_the_elements_and_nothing_is_loaded():
    mail = render(Template("<S>", "# a\n\nb [c](https://x.fr) ![d](https://x.fr/d.png)"), VALUES, "fr")
    # What stands in the elements is enough for programs that know no such rule.
    assert re.findall(r"<style>\s*(\S+ \S+)", mail.html) == ["@media (prefers-color-scheme:"]
    assert 'style="' in mail.html
    assert not re.search(r"<img|<link|<script|url\(|@import", mail.html)
    assert "<title>&lt;S&gt;</title>" in mail.html


def test_a_group_called_like_markup_is_text():
    mail = render(Template("", "a"), {**VALUES, "group": "<b>&co"}, "en")
    assert "&lt;b&gt;&amp;co" in mail.html
    assert "<b>&co" in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_starter_makes_a_mail_that_is_short_and_names_the_group(language):
    found = starters(language)
    assert set(NAMES) <= {starter.name for starter in found}
    assert [s.name for s in found] == [s.name for s in starters("en")]
    for starter in found:
        mail = render(Template(starter.subject, starter.text), VALUES, language)
        if starter.name != "empty":
            assert "AMAP des Oiseaux" in mail.subject
            assert "Odette" in mail.text
        assert "{{" not in mail.subject + mail.text + mail.html
        assert len(mail.html.encode()) < 100_000


@pytest.mark.parametrize(
    ("rules", "first"),
    [
        ([], "opening"),
        (["everyone"], "opening"),
        (["not_ordered", "ordered"], "last_call"),
        (["ordered"], "pickup"),
        (["subscribers"], "new_products"),
        (["subscribers", "not_ordered"], "new_products"),
        (["activation"], "first_order"),
        (["reactivation"], "we_miss_you"),
        (["vip"], "suggestions"),
        (["spent"], "thanks"),
        (["orders"], "rate_producers"),
        (["bought"], "special_offer"),
    ],
)
def test_the_starter_for_such_people_is_offered_first(rules, first):
    assert starters("en", rules)[0].name == first


@pytest.mark.parametrize(
    "text",
    [
        "[" * 19_000,
        "![" * 9_500,
        "![](" + " " * 19_000,
        "![x](<" * 3_000,
        "*a " * 6_000,
        "> " * 9_000,
        "https://" * 2_000,
    ],
    ids=lambda text: text[:5],
)
def test_markdown_that_is_nothing_but_marks_comes_to_an_end(text):
    mail = render(Template("s", text), VALUES, "en")
    assert len(mail.html) < 100_000


def test_a_short_text_that_becomes_a_long_mail_is_refused():
    with pytest.raises(TooLong):
        render(Template("s", "---\n" * 4_000), VALUES, "en")
