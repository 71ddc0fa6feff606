"""What stands in one cell: names of couples, several phones and e-mails, addresses, dates, a spreadsheet's damage."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import Invalid
from store.exchange.cells import day
from store.exchange.members.cells import address, emails, phone_numbers, tags, yes
from store.exchange.members.names import shared_names, whole_names


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("MARÉCHAL Odette", [("Odette", "MARÉCHAL")]),
        ("Odette MARÉCHAL", [("Odette", "MARÉCHAL")]),
        ("Maréchal Odette", [("Odette", "Maréchal")]),
        ("Maréchal, Odette", [("Odette", "Maréchal")]),
        ("LE BIHAN Yves", [("Yves", "LE BIHAN")]),
        ("de LA TOUR Anne", [("Anne", "de LA TOUR")]),
        ("GUéRIN Hélène", [("Hélène", "GUéRIN")]),
        ("GUÉRIN Hélène et François", [("Hélène", "GUÉRIN"), ("François", "GUÉRIN")]),
        ("GUéRIN Hélène / François", [("Hélène", "GUéRIN"), ("François", "GUéRIN")]),
        ("Hélène & François GUÉRIN", [("Hélène", "GUÉRIN"), ("François", "GUÉRIN")]),
        ("BENALI Aïcha / DUPONT-MORETTI Paul", [("Aïcha", "BENALI"), ("Paul", "DUPONT-MORETTI")]),
        ("DURAND Marie, Paul et Léa", [("Marie, Paul", "DURAND"), ("Léa", "DURAND")]),
        ("DURAND Marie & Paul & Léa", [("Marie", "DURAND"), ("Paul & Léa", "DURAND")]),
        ("Les Oiseaux", [("Oiseaux", "Les")]),
    ],
)
def test_names_in_one_cell(cell: str, names: list[tuple[str, str]]):
    assert whole_names(cell, last_first=True) == names


def test_without_capitals_the_header_says_which_name_comes_first():
    assert whole_names("Odette Maréchal", last_first=False) == [("Odette", "Maréchal")]
    assert whole_names("Anne Durand et Paul Petit", last_first=False) == [("Anne", "Durand"), ("Paul", "Petit")]


def test_a_couple_in_the_cells_of_one_person():
    assert shared_names("Hélène et François", "Guérin") == [("Hélène", "Guérin"), ("François", "Guérin")]
    assert shared_names("Hélène / Paul", "GUÉRIN / PETIT") == [("Hélène", "GUÉRIN"), ("Paul", "PETIT")]
    assert shared_names("Jean-Noël", "Le Goff") == [("Jean-Noël", "Le Goff")]


@given(st.text(max_size=30), st.booleans())
def test_no_letter_of_a_name_is_lost(cell: str, last_first: bool):
    kept = "".join("".join(name) for name in whole_names(cell, last_first=last_first))
    assert {c for c in cell if c.isalpha()} - set("etandy EeTtAaNnDdUuYyſ") <= set(kept)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("06 39 98 56 78", ["06 39 98 56 78"]),
        ("06/39/98/56/70", ["06/39/98/56/70"]),
        ("639985679", ["639985679"]),
        ("6,39985679E+08", ["639985679"]),
        ("639985679,0", ["639985679"]),
        ('="0639985679"', ["0639985679"]),
        ("'0639985679", ["0639985679"]),
        ("33639985679", ["+33639985679"]),
        ("06 39 98 03 04 / 02 40 55 66 77", ["06 39 98 03 04", "02 40 55 66 77"]),
        ("0639980304/0240556677", ["0639980304", "0240556677"]),
        ("06 39 98 03 04 ou 02 40 55 66 77", ["06 39 98 03 04", "02 40 55 66 77"]),
        ("06 39 98 03 04 - 02 40 55 66 77", ["06 39 98 03 04", "02 40 55 66 77"]),
        ("chez sa fille 02 40 55 66 77", ["chez sa fille 02 40 55 66 77"]),
        ("0", []),
        ("-", []),
    ],
)
def test_phones_in_one_cell(cell: str, numbers: list[str]):
    assert phone_numbers(cell, "FR") == (tuple(numbers), "")


@pytest.mark.parametrize("cell", ["4,67012E+10", "4.67E+10", "3,36399856E+10"])
def test_a_number_that_lost_digits_is_not_invented(cell: str):
    assert phone_numbers(cell, "FR") == ((), cell)


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("helene@exemple.fr;francois@exemple.fr", ("helene@exemple.fr", "francois@exemple.fr")),
        ("helene@exemple.fr / francois@exemple.fr", ("helene@exemple.fr", "francois@exemple.fr")),
        ("Hélène <helene@exemple.fr>", ("helene@exemple.fr",)),
        ("mailto:helene@exemple.fr", ("helene@exemple.fr",)),
        ("helene@exemple.fr,", ("helene@exemple.fr",)),
        ("-", ()),
        ("helene", ("helene",)),
    ],
)
def test_e_mails_in_one_cell(cell: str, addresses: tuple[str, ...]):
    assert emails(cell) == (addresses, False)


@pytest.mark.parametrize("cell", ["pas de mail", "Néant", "aucun", "non", "pas d'internet"])
def test_words_that_say_there_is_no_e_mail(cell: str):
    assert emails(cell) == ((), True)


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("12 rue de l'Église, Nantes", {"address1": "12 rue de l'Église", "city": "Nantes"}),
        ("12, rue Haute, 44000 Nantes", {"address1": "12 rue Haute", "postal_code": "44000", "city": "Nantes"}),
        ("1 rue A\nBât. B\nNantes", {"address1": "1 rue A", "address2": "Bât. B", "city": "Nantes"}),
        ("1 rue A, Nantes, 44000", {"address1": "1 rue A", "postal_code": "44000", "city": "Nantes"}),
        ("12 rue Haute", {"address1": "12 rue Haute"}),
    ],
)  # fmt: skip
def test_an_address_in_one_cell(cell: str, parts: dict[str, str]):
    assert address(cell) == parts


@pytest.mark.parametrize(
    "cell", ["2026-11-21", "21/11/2026", "21.11.2026", "21-11-26", "2026-11-21 20:11:03 UTC", "2026-11-21T20:11:03Z"]
)
def test_dates_in_any_style(cell: str):
    assert day(cell) == date(2026, 11, 21)


@pytest.mark.parametrize("cell", ["yesterday", "31/02/2026", "2026", "21/11"])
def test_what_is_no_date_is_named(cell: str):
    with pytest.raises(Invalid) as refused:
        day(cell)
    assert (refused.value.field, refused.value.value) == ("date", cell)


def test_yes_and_tags():
    assert [yes(cell) for cell in ("oui", "X", "1", "★", "non", "0", "")] == [True] * 4 + [False] * 3
    assert tags("panier; vendredi, Nantes") == ("panier", "vendredi", "Nantes")
