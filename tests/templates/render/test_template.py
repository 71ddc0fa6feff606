"""A volunteer's text: what its fields become, what it may not do, and that it always comes to an end."""

from __future__ import annotations

from typing import Any

import pytest

from templates.render.errors import (
    NotInMessages,
    NotUnderstood,
    NoValue,
    TextError,
    TooDeep,
    TooLong,
    UnfinishedField,
    UnknownCatalogue,
    UnknownField,
)
from templates.render.fields import FIELDS
from templates.render.template import Template
from templates.render.values import Lines, Link

VALUES: dict[str, Any] = {
    "group": "AMAP des Oiseaux",
    "first_name": "Odette",
    "last_name": "Maréchal",
    "people": "Odette Maréchal",
    "sender": "Marie",
    "catalogues": ("Fromages Daniel", "Légumes du Gué", "Légumes d'hiver"),
    "distribution": {"day": "jeudi 26 novembre", "place": "Treillières", "from": "18:00", "to": "19:30"},
    "closes": {"Légumes du Gué": "lundi à 20:00", "Fromages Daniel": "mardi à 12:00"},
    "order": {"lines": Lines(("3 kg Tomates", "1 × Œufs")), "total": "14,10 €"},
    "last_order": {"Fromages Daniel": "2 × Tomme"},
    "catalogue": "Légumes du Gué",
    "basket": {"lines": Lines(("1 kg Tomates",)), "total": "3,90 €"},
    "promotion": {
        "what": "Tomates",
        "offer": "3,12 € au lieu de 3,90 €",
        "price": "3,12 €",
        "usual": "3,90 €",
        "percent": "20 %",
        "from": "lundi 23 novembre",
        "until": "dimanche 29 novembre",
    },
    "voucher": {"code": "K7PA-3MXD", "amount": "5,00 €", "until": "jeudi 31 décembre", "minimum": "20,00 €"},
    "unsubscribe": Link("mailto:amap@exemple.fr?subject=STOP%20x", "no more"),
}


def fill(text: str, subject: str = "", **changed: Any) -> str:
    return Template(subject, text).fill({**VALUES, **changed})[1]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_field_of_the_table_can_be_used_as_it_is_offered(field):
    inserted = '{{ last_order("Fromages") }}' if field.name == "last_order" else field.insert
    assert fill(inserted).strip()
    assert Template("", inserted).fields == {field.name}


def test_a_subject_stays_on_one_line_and_is_not_markdown():
    subject, _text = Template("{{ first_name }}: {{ order.lines }}\n*", "x").fill({**VALUES, "first_name": "A\nBcc: x"})
    assert subject == "A Bcc: x: 3 kg Tomates, 1 × Œufs *"


@pytest.mark.parametrize(
    "name", ["Prix [/] <b>", "**gras**", "[clic](http://x)", "# Titre", "{{ 7*7 }}", "1. un", "- un", "a\\b", "&lt;"]
)
def test_a_name_is_text_whatever_it_looks_like(name):
    from templates.render.markup import parse, to_html, to_text

    tokens = parse(fill("{{ first_name }}", first_name=name))
    assert to_text(tokens) == name
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert to_html(tokens) == f"<p>{escaped}</p>\n"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ('closes("Fromages Daniel")', "mardi à 12\\:00"),
        ('closes("fromages")', "mardi à 12\\:00"),
        ('closes("daniel")', "mardi à 12\\:00"),
        ("closes('LEGUMES DU GUE')", "lundi à 20\\:00"),
        ("closes()", "lundi à 20\\:00"),
    ],
)
def test_a_catalogue_is_found_by_the_beginning_of_its_words(asked, said):
    assert fill(f"{{{{ {asked} }}}}") == said


def test_a_catalogue_is_found_without_its_ligatures():
    eggs = {"catalogues": ("Œufs du Pré",), "closes": {"Œufs du Pré": "lundi"}}
    assert fill("{{ closes('oeufs') }} {{ closes('ŒUFS') }}", **eggs) == "lundi lundi"


@pytest.mark.parametrize("name", ["Viande", "Légumes", ""])
def test_a_catalogue_that_is_none_or_several_is_told(name):
    with pytest.raises(UnknownCatalogue):
        fill(f'{{{{ last_order("{name or "?"}") }}}}')


@pytest.mark.parametrize(
    ("text", "name", "closest"),
    [
        ("{{ frist_name }}", "frist_name", "first_name"),
        ("{{ Firstname }}", "Firstname", "first_name"),
        ("{{ order.totals }}", "order.totals", "order.total"),
        ("{{ nickname.x }}", "nickname.x", ""),
        ("{% if vip %}x{% endif %}", "vip", ""),
        ("{{ voucher.codes }}", "voucher.codes", "voucher.code"),
    ],
)
def test_an_unknown_field_is_named_before_anybody_gets_it(text, name, closest):
    with pytest.raises(UnknownField) as caught:
        Template("", text)
    assert (caught.value.name, caught.value.closest) == (name, closest)


@pytest.mark.parametrize(
    ("text", "name", "without"),
    [
        ("{{ order.total }}", "order.total", {"order": {}}),
        ('{{ last_order("Légumes du") }}', 'last_order("Légumes du")', {}),
        ("{{ distribution.day }}", "distribution.day", {"distribution": {}}),
        ("{{ closes() }}", "closes()", {"closes": {}}),
        ("{{ first_name ~ order.total }}", "order.total", {"order": {}}),
    ],
)
def test_a_field_without_value_is_an_error_that_names_it(text, name, without):
    with pytest.raises(NoValue) as caught:
        fill(text, **without)
    assert caught.value.name == name


def test_what_is_missing_can_be_asked_for():
    text = "{% if order %}{{ order.total }}{% else %}rien{% endif %} {{ last_order('legumes du')|default('jamais') }}"
    assert fill(text, order={}) == "rien jamais"
    assert fill(text) == "14,10 € jamais"


@pytest.mark.parametrize("text", ["{{ order }}", "{{ closes }}", "{{ last_order() }}", "{{ closes('a', 'b') }}"])
def test_a_field_that_needs_more_says_so(text):
    with pytest.raises(UnfinishedField):
        fill(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ first_name.__class__ }}",
        "{{ order._values }}",
        "{{ group.format(x) }}",
        "{{ first_name|attr('__class__') }}",
        "{{ self }}",
        "{{ cycler('a') }}",
        "{{ lipsum() }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
        "{{ closes.__globals__ }}",
        "{{ order['__class__'] }}",
    ],
)
def test_a_text_reaches_nothing_but_its_fields(text):
    with pytest.raises(TextError):
        fill(text)


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{% for a in 'xxxx' %}{% for b in 'xxxx' %}y{% endfor %}{% endfor %}",
        "{% for a in order.lines %}{% for b in order.lines %}y{% endfor %}{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% set a = 'xx' %}{% set a = a ~ a %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ first_name|center(1000000000) }}",
        "{{ first_name|replace('', 'xxxxxxxxxx') }}",
        "{{ 'aaaa'|join('bbbb')|join('cccc') }}",
        "{{ order.lines|join(order.lines|join(order.lines|join(','))) }}",
        "{{ order.lines|join(d=order.lines|join(',')) }}",
        "{{ " + "(" * 4000 + "1" + ")" * 4000 + " }}",
        "{{ " + "not " * 4000 + "1 }}",
        "{% if first_name %}" * 300 + "{% endif %}" * 300,
        "{{ " + "9" * 19_000 + " }}",
        "{{ 1" + " and 1" * 3000 + " }}",
        "{{ order" + ".lines" * 3000 + " }}",
    ],
)
def test_a_runaway_text_is_refused_while_it_is_read(text):
    with pytest.raises((NotInMessages, NotUnderstood, TooDeep, UnknownField)):
        Template("", text)


def test_a_text_longer_than_a_mail_is_refused():
    with pytest.raises(TooLong):
        Template("", "x" * 20_001)
    with pytest.raises(TooLong):
        fill("{{ order.lines }}" * 1000, order={"lines": Lines(["x" * 100]), "total": ""})


def test_a_text_that_grows_is_not_finished():
    """A list in a loop over the list: 60 lines would become a hundred million characters, for each recipient."""
    import tracemalloc

    tracemalloc.start()
    with pytest.raises(TooLong):
        fill(
            "{% for line in order.lines %}" + "{{ order.lines }}" * 1000 + "{% endfor %}",
            order={"lines": Lines(["x" * 30] * 60), "total": ""},
        )
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("text", "line"), [("a\n\n{{ first_name", 3), ("{% if x", 1), ("a\n{{ }}", 2), ("{% fi %}", 1)]
)
def test_braces_that_do_not_add_up_name_the_line(text, line):
    with pytest.raises(NotUnderstood) as caught:
        Template("", text)
    assert caught.value.line == line


def test_the_lines_of_an_order_can_be_gone_through():
    text = "{% for line in order.lines %}{{ loop.index }}/{{ loop.length }} {{ line }};{% endfor %}"
    assert fill(text) == "1/2 3 kg Tomates;2/2 1 × Œufs;"


@pytest.mark.parametrize(
    ("text", "said", "empty"),
    [
        ("Bonjour {{ first_name }},", "Bonjour,", {"first_name"}),
        ("{{ first_name }} {{ last_name }} est là", " Maréchal est là", {"first_name"}),
        ("à {{ distribution.place }}.", "à.", {"distribution.place"}),
        ("{% if first_name %}{{ first_name }}{% else %}vous{% endif %}", "vous", set()),
        ("{{ first_name|default('vous', true) }}", "vous", set()),
    ],
)
def test_a_field_without_words_leaves_no_hole_and_is_told(text, said, empty):
    values = {**VALUES, "first_name": "", "distribution": {**VALUES["distribution"], "place": ""}}
    filled = Template(text, text).fill_telling(values)
    assert (filled.text, filled.empty) == (said, empty)
    assert filled.subject == said.strip()


def test_a_french_subject_keeps_its_spaces():
    assert Template("AMAP\u00a0:  a\nb", "x").fill(VALUES)[0] == "AMAP\u00a0: a b"
