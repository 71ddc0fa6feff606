"""E-mail addresses: which are the same, which are none, which were made up."""

from __future__ import annotations

import pytest

from store.addresses import address_hash, email_key, is_placeholder
from store.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (" Helene.Guerin@Exemple.FR ", "helene.guerin@exemple.fr"),
        ("AICHA@exemple.fr", "aicha@exemple.fr"),
        ("hélène@exemple.fr", "hélène@exemple.fr"),
        ("o'neill@exemple.fr", "o'neill@exemple.fr"),
        ("marie@épicerie.fr", "marie@épicerie.fr"),
    ],
)
def test_spellings_of_one_address_have_one_key(typed, key):
    assert email_key(typed) == key


@pytest.mark.parametrize(
    "typed",
    ["helene", "helene@", "@exemple.fr", "a@@exemple.fr", "a b@exemple.fr", "a@exemple", "a..b@exemple.fr",
     "a@-exemple.fr", "a@exemple.fr\nBcc: b@exemple.fr", "x" * 300 + "@exemple.fr", "a@exemple.fr, b@exemple.fr"],
)  # fmt: skip
def test_what_no_server_would_take_is_refused(typed):
    with pytest.raises(Invalid) as refused:
        email_key(typed)
    assert refused.value.field == "email"


@pytest.mark.parametrize(
    "typed",
    ["sansmail+103@amap-exemple.fr", "amap+7@exemple.fr", "pas-de-mail-odette@exemple.fr", "pasdemail@exemple.fr",
     "sansmail@exemple.fr", "prenom.nom@cagette.net", "no-email.12@exemple.fr", "odette@nowhere.invalid",
     "senza-mail@exemple.it"],
)  # fmt: skip
def test_made_up_addresses_are_recognised(typed):
    assert is_placeholder(typed)


@pytest.mark.parametrize(
    "typed",
    ["helene.guerin@exemple.fr", "marie+amap@exemple.fr", "noemie.mailhac@exemple.fr", "sansone@exemple.it",
     "pascal.demaille@exemple.fr", "jn.legoff@exemple.fr", "mail@exemple.fr"],
)  # fmt: skip
def test_real_addresses_are_not(typed):
    assert not is_placeholder(typed)


def test_a_hash_tells_nothing_but_that_it_is_the_same():
    assert address_hash("a@exemple.fr") == address_hash("a@exemple.fr")
    assert "exemple" not in address_hash("a@exemple.fr")
