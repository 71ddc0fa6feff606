"""Thousands of mails from one model are, to the letter, the mails that are rendered one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates.render import mailing
from templates.render.errors import TextError
from templates.render.images import Image
from templates.render.mailing import Mailing
from templates.render.page import Rendered, render
from templates.render.template import FILLED_LIMIT, Template
from templates.render.values import Lines, Link

FIELDS = [
    "{{ first_name }}", "{{ last_name }}", "{{ people }}", "{{ unsubscribe }}", "{{ group }}", "{{ distribution.day }}",
    "{{closes()}}", '{{ closes("lég") }}', "{{ first_name|upper }}", "{% if first_name %}", "{% endif %}",
    "{{ order.total }}",
]  # fmt: skip
SIGNS = [
    *"*_#>-~|=\"'`&<>\\()[]!.:;1+’ \n\t", "**", "\n\n", "- ", "1. ", "> ", "# ", "---\n", "    ", "](", "](http://a.fr)",
    "](a.png)", "![", "https://a.fr/", "http", "://", "&amp;", "amp;", "mailto:", "www.", "Bonjour", "é", "\u00a0", "œ",
    "12", "x@y.fr", "STOP", "\ua66eaB\ua66e", "\ue000",
]  # fmt: skip
NAMES = [
    "Marie", "Zoé", "Odette Maréchal", "Jean-Luc", "D’Arc", "O'Neil", "A & B", "amp", "http", "https", "x", "mailto",
    "É", "Hélène & François", "", "3", "Prix [/]", "a_b", "*", "www", "a  b", "ß", "李", "\ua66eaB\ua66e", "e" * 9000,
]  # fmt: skip
IMAGES = {"a.png": Image("c@x", 30)}
pieces = st.lists(st.sampled_from(FIELDS) | st.sampled_from(SIGNS), max_size=12).map("".join)
names = st.tuples(*[st.sampled_from(NAMES)] * 3)


def values(first: str, last: str, people: str, token: str, total: str = "") -> Mapping[str, Any]:
    return {
        "first_name": first,
        "last_name": last,
        "people": people,
        "group": "AMAP d'Été & <co>",
        "sender": "Paul",
        "distribution": {"day": "jeudi 26", "place": "x", "from": "18:00", "to": "19:00"},
        "closes": {"Légumes": "lundi à 20:00"},
        "catalogues": ("Légumes",),
        "order": {"lines": Lines((total,)), "total": total} if total else {},
        "last_order": {},
        "unsubscribe": Link(f"mailto:a@exemple.fr?subject=STOP%20{token}", "no more"),
    }


def outcome(made: Any) -> object:
    """What came of a rendering: the mail, or the words of the error."""
    try:
        mail = made()
    except TextError as error:
        return repr(error)
    return mail.subject, mail.text, mail.html


@settings(max_examples=250)
@given(
    subject=pieces,
    text=pieces,
    people=st.lists(names, min_size=2, max_size=4),
    language=st.sampled_from(["fr", "it"]),
    readers=st.tuples(*[st.sampled_from(["fr", "it"])] * 4),
)
def test_every_mail_is_the_one_that_is_rendered_by_itself(
    subject: str, text: str, people: list[tuple[str, str, str]], language: str, readers: tuple[str, ...]
) -> None:
    try:
        template = Template(subject, text)
    except TextError:
        return
    many = Mailing(template, subject, text, IMAGES)
    for number, one in enumerate(people):
        token = f"abcdefgh2345{number:04}"
        given_ = values(*one, token, total="" if number else "3 €")
        to = readers[number]
        alone = outcome(lambda given_=given_, to=to: render(template, given_, language, IMAGES, to))
        assert outcome(lambda given_=given_, token=token, to=to: many.render(given_, language, token, to)) == alone


@pytest.mark.parametrize(
    "text",
    [
        "<{{ first_name }}:x>",
        "{{ first_name }}://x.fr",
        "{{ first_name }}s://x.fr",
        "&{{ first_name }};",
        "# Pour {{ first_name }}",
        "- ## {{ first_name }}",
        "https://a.fr/{{ first_name }}",
        "[a](http://a.fr/{{ first_name }})",
        "**{{ first_name }}**a _{{ first_name }}_ *{{ first_name }}*{{ last_name }}*",
        "{{ first_name }}. un",
        "{{ first_name }}\n---\n{{ first_name }}",
        "![{{ first_name }}](a.png) {{ unsubscribe }}",
        "![x]({{ first_name }}.png)",
        "{% if first_name == 'amp' %}oui{% endif %}",
        "{{ first_name|length }}",
    ],
)
def test_a_name_that_could_mean_something_to_markdown_does_so_or_not_as_always(text: str) -> None:
    template = Template("{{ first_name }}: {{ group }}", text)
    many = Mailing(template, "{{ first_name }}: {{ group }}", text, IMAGES)
    for number, name in enumerate(("Odette", *NAMES[:-1])):
        token = f"abcdefghijkl{'abcdefghijklmnopqrstuvwxyz'[number]}xyz"
        given_ = values(name, "Petit", name, token)
        alone = outcome(lambda given_=given_: render(template, given_, "fr", IMAGES))
        assert outcome(lambda given_=given_, token=token: many.render(given_, "fr", token)) == alone


TEXT = "Bonjour {{ first_name }},\n\n**{{ distribution.day }}**, {{ closes() }} : {{ people }}.\n\n{{ sender }}"


@pytest.fixture
def made_alone(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    """What is rendered by itself."""
    found: list[Mapping[str, Any]] = []

    def counted(template: Template, given_: Mapping[str, Any], *rest: Any) -> Rendered:
        found.append(given_)
        return render(template, given_, *rest)

    monkeypatch.setattr(mailing, "render", counted)
    return found


def test_a_text_that_only_says_its_fields_is_rendered_once_for_readers_of_one_language(
    made_alone: list[Mapping[str, Any]],
) -> None:
    many = Mailing(Template("{{ group }}, {{ first_name }}", TEXT), "{{ group }}, {{ first_name }}", TEXT, {})
    for number in range(20):
        name = "Zoé" + "aeiou"[number % 5]
        token = "abcdefghijklmnopqrstuvwxyz"[number] * 16
        mail = many.render(values(name, "Petit", f"{name} & Li", token), "fr", token, ("fr", "en")[number % 2])
        assert mail.subject == f"AMAP d'Été & <co>, {name}"
        assert mail.text.startswith(f"Bonjour {name},")
        assert f"STOP%20{token}" in mail.html
        assert f"{name} &amp; Li" in mail.html
    assert len(made_alone) == 2


@pytest.mark.parametrize("name", ["Prix [/]", "", "3", "a_b", "<b>", "x" * FILLED_LIMIT])
def test_an_unusual_name_is_rendered_by_itself(made_alone: list[Mapping[str, Any]], name: str) -> None:
    many = Mailing(Template("S", TEXT), "S", TEXT, {})
    many.render(values("Zoé", "Petit", "Zoé", "a" * 16), "fr", "a" * 16)
    outcome(lambda: many.render(values(name, "Petit", "Zoé", "b" * 16), "fr", "b" * 16))
    assert [given_["first_name"] for given_ in made_alone[1:]] == [name]
