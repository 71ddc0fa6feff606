"""What is typed without accents finds what is written with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.folding import fold, folded_words


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Maréchal", "marechal"),
        ("GUéRIN", "guerin"),
        ("Cœur de bœuf", "coeur de boeuf"),
        ("Straße", "strasse"),
        ("Ægir Ångström", "aegir angstrom"),
        ("l’Église", "l'eglise"),
        ("Łódź", "lodz"),
    ],
)
def test_case_accents_and_ligatures_do_not_matter(written: str, typed: str) -> None:
    assert fold(written) == typed


def test_words_are_runs_of_letters_and_digits() -> None:
    assert folded_words("Le Goff, Jean-Noël d'Hervé (3)") == ["le", "goff", "jean", "noel", "d", "herve", "3"]


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
