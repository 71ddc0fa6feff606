"""How many SMS a text is: as the phone of who gets it counts."""

from __future__ import annotations

import pytest

from templates.render.errors import NoValue, UnknownField
from templates.render.sms import parts, plain_text
from templates.render.template import PlainTemplate
from templates.render.values import Lines


@pytest.mark.parametrize(
    ("text", "count", "characters", "room"),
    [
        ("", 0, 0, 160),
        ("a", 1, 1, 159),
        ("a" * 160, 1, 160, 0),
        ("a" * 161, 2, 161, 145),
        ("a" * 306, 2, 306, 0),
        ("a" * 307, 3, 307, 152),
        ("é" * 160, 1, 160, 0),  # in the alphabet of SMS
        ("€" * 80, 1, 160, 0),  # each counts two
        ("€" * 77, 1, 154, 6),
        ("a" * 152 + "€" + "a" * 10, 2, 164, 141),  # one that counts two is not parted: the first part holds 152
        ("ê", 1, 1, 69),
        ("ê" * 70, 1, 70, 0),
        ("ê" * 71, 2, 71, 63),
        ("🍅" * 35, 1, 70, 0),  # two units of UTF-16 each
        ("🍅" * 36, 2, 72, 61),  # the first part holds 33 of them, a unit stays empty
    ],
)
def test_a_text_is_so_many_sms(text: str, count: int, characters: int, room: int):
    found = parts(text)
    assert (found.parts, found.characters, found.room) == (count, characters, room)


def test_the_letters_that_make_an_sms_short_are_named_once_each():
    found = parts("Ça va, cœur d’été ? façon « fête », cœur")
    assert found.unicode
    assert found.unusual == ("œ", "’", "ç", "«", "ê", "»")
    assert found.of == 70
    assert not parts("Ça va à l'école, où ? 10 € [ok] ~ {x}").unicode


def test_an_sms_says_fields_and_line_breaks_as_they_are():
    template = PlainTemplate("Bonjour {{ first_name }},\n*{{ order.lines }}* : {{ order.total }}\n{{ people }} !")
    values = {
        "first_name": "",
        "people": "Zoé_1 & <b>",
        "order": {"lines": Lines(["2 kg [a]", "1 *b*"]), "total": "3\u00a0€"},
    }
    assert plain_text(template.fill_plain(values)) == "Bonjour,\n*2 kg [a], 1 *b** : 3 €\nZoé_1 & <b> !"
    assert template.needs_order
    with pytest.raises(NoValue):
        template.fill_plain({**values, "order": {}})
    with pytest.raises(UnknownField):
        PlainTemplate("{{ first_nam }}")
