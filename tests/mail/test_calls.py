"""What to say to somebody without e-mail is the message itself, filled for them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mail import composing
from mail.calls import words_for_call
from mail.refused import TextRefused
from screens.errors import words_for
from store import Store
from store.errors import NotAllowed, NotFound
from store.segments import EVERYONE
from tests.audience import fill
from tests.store.conftest import Hands

TEXT = """Bonjour {{ first_name }},

on ferme **{{ closes() }}** pour {{ distribution.day }}.
Plus rien : {{ unsubscribe }}

{{ sender }}
"""


@pytest.fixture
def store(timed_store: Store) -> Store:
    return timed_store


def test_it_speaks_to_the_one_who_is_called_without_the_footer(store: Store, hands: Hands) -> None:
    audience = fill(store)
    message_id = store.messages.new(EVERYONE, "Sujet", TEXT, from_name="Paul")
    queued = composing.freeze(store, message_id)
    for recipient in queued.call_list:
        said = words_for_call(store, message_id, recipient.member_id)
        assert said.startswith(f"Bonjour {recipient.first_name},\n\non ferme ")
        assert said.endswith("\nPlus rien :\n\nPaul")
        assert "STOP" not in said
        assert "**" not in said
    odette = queued.call_list[0].member_id
    assert "26" in words_for_call(store, message_id, odette)
    day = "jeudi 26 novembre" if store.settings.group().language == "fr" else "Thursday 26 November"
    assert day in words_for_call(store, message_id, audience.members["rossi"])  # in the words of the text
    hands.at = datetime(2026, 12, 10, 20, 0, tzinfo=UTC)  # what was said then is not about a later distribution
    assert day in words_for_call(store, message_id, audience.members["rossi"])


def test_a_field_without_value_names_the_one_who_is_called(store: Store) -> None:
    members = fill(store).members
    message_id = store.messages.new(EVERYONE, "Sujet", "{{ first_name }} {{ order.total }}")
    with pytest.raises(TextRefused) as caught:
        words_for_call(store, message_id, members["rossi"])
    assert "Chiara Rossi" in words_for(caught.value)
    message_id = store.messages.new(EVERYONE, "Sujet", "{{ first")
    with pytest.raises(TextRefused):
        words_for_call(store, message_id, members["rossi"])


def test_only_who_may_call_reads_it(store: Store) -> None:
    fill(store)
    message_id = store.messages.new(EVERYONE, "Sujet", "Texte")
    with pytest.raises(NotFound):
        words_for_call(store, message_id, 999)
    with pytest.raises(NotFound):
        words_for_call(store, 999, 1)
    store.operators.add("lucie", "Lucie", "phone_desk")
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[1])
    lucie, rigaud = Store(store.path, "lucie"), Store(store.path, "rigaud")
    with pytest.raises(NotAllowed):
        words_for_call(lucie, message_id, 1)
    composing.freeze(store, message_id)
    assert words_for_call(lucie, message_id, 1) == "Texte"
    with pytest.raises(NotAllowed):
        words_for_call(rigaud, message_id, 1)
    lucie.close()
    rigaud.close()
