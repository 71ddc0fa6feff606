"""Test mails go to those who are named, each once, with one recipient's fields."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mail import composing
from mail.refused import NoDraft, TextRefused
from store import Store
from store.errors import Invalid, NotAllowed
from store.frozen_mails import frozen_mime
from store.people import EmailState, Member, Person
from store.segments import parse
from store.workflow_records import NewStep, Trigger
from tests.audience import Audience, fill
from tests.mail.files import png, read, tree
from tests.store.conftest import Hands


@pytest.fixture
def store(tmp_path: Path, new_file: Path) -> Iterator[Store]:
    hands = Hands(datetime(2026, 11, 21, 20, 4, tzinfo=UTC))
    opened = Store(Path(shutil.copy(new_file, tmp_path / "group.cabas")), "marie", hands)
    yield opened
    opened.close()


@pytest.fixture
def audience(store: Store) -> Audience:
    return fill(store)


def new(store: Store) -> int:
    message_id = store.messages.new(parse("everyone"), "Sujet", "Bonjour {{ first_name }} ![x](a.png)")
    store.messages.attach(message_id, "a.png", png(), inline=True)
    return message_id


def test_the_test_segment_is_the_operators_own_addresses(store: Store, audience: Audience) -> None:
    assert composing.test_addresses(store) == ()
    store.operators.describe("marie", email="Marie@exemple.fr")
    assert composing.test_addresses(store) == ("Marie@exemple.fr",)
    household = Member(
        (
            Person("Marie", "Petit", "marie@exemple.fr"),
            Person("Luc", "Petit", "luc@exemple.fr", email_state=EmailState.BOUNCED),
        )
    )
    store.operators.describe("marie", member_id=store.members.add(household))
    assert composing.test_addresses(store) == ("Marie@exemple.fr",)
    store.operators.describe("marie", member_id=audience.members["benali"])
    assert composing.test_addresses(store) == ("Marie@exemple.fr", "aicha@exemple.fr", "paul.d@exemple.fr")


def test_each_address_gets_one_as_the_chosen_member_would(store: Store, audience: Audience) -> None:
    message_id = new(store)
    addresses = ["marie@exemple.fr", "luc@exemple.fr", "MARIE@exemple.fr"]
    ids = composing.queue_tests(store, message_id, addresses, audience.members["rossi"])
    found = [read(frozen_mime(store, one)) for one in ids]
    assert [str(mail["To"]) for mail in found] == ["marie@exemple.fr", "luc@exemple.fr"]
    assert {str(mail["Subject"]) for mail in found} == {"[test] Sujet"}
    assert {tree(mail) for mail in found} == {
        ("multipart/alternative", "text/plain", ("multipart/related", "text/html", "image/png"))
    }
    for mail in found:
        text = mail.get_body(("plain",))
        assert text is not None
        assert text.get_content().startswith("Bonjour Chiara [x]")
    assert len({mail["Message-ID"] for mail in found}) == 2
    assert store.messages.get(message_id).tested_same
    assert store.deliveries.counts(message_id).total == 0, "no mail of the message itself"
    (file,) = store.messages.get(message_id).files
    store.messages.detach(message_id, file.id)
    assert not store.messages.get(message_id).tested_same


def test_all_go_or_none(store: Store, audience: Audience) -> None:
    message_id = new(store)
    for addresses in ([], ["marie@exemple.fr", "luc"], ["marie@exemple.fr", ""]):
        with pytest.raises(Invalid):
            composing.queue_tests(store, message_id, addresses)
    store.operators.add("lucie", "Lucie", "treasurer")
    lucie = Store(store.path, "lucie")
    with pytest.raises(NotAllowed):
        composing.queue_tests(lucie, message_id, ["lucie@exemple.fr"])
    lucie.close()
    composing.freeze(store, message_id)
    with pytest.raises(NoDraft):
        composing.queue_tests(store, message_id, ["marie@exemple.fr"])
    assert store.deliveries.counts().total == 6


def test_a_steps_words_are_tested_on_a_day_and_a_recap_with_its_list(store: Store, audience: Audience) -> None:
    sold = audience.offering
    store.orders.record(audience.members["guerin"], sold.next, [(sold.products["tomatoes"], 3000)])
    thanks = NewStep(Trigger.CONFIRMED, subject="Merci {{ first_name }}", text="{{ order.lines }} ![x](a.png)")
    recap = NewStep(Trigger.RECAP, subject="Liste", text="Bonjour, pour {{ distribution.day }} ![x](a.png)")
    steps = store.workflows.get(store.workflows.new("Weekly", (thanks, recap))).steps
    for step in steps:
        store.messages.attach(step.message_id, "a.png", png(), inline=True)
        before = store.messages.get(step.message_id)
        (sent,) = composing.queue_tests(store, step.message_id, ["marie@exemple.fr"])
        mail = read(frozen_mime(store, sent))
        text = mail.get_body(("plain",))
        assert text is not None
        assert "Tomates" in text.get_content()
        assert mail["Subject"].startswith("[test] ")
        assert "image/png" in str(tree(mail))
        after = store.messages.get(step.message_id)
        assert (after.distribution_id, after.version, after.tested_same) == (None, before.version, True)
    assert "Thursday 26 November" in text.get_content()
    store.messages.save(replace(after, text="{{ nonsense }}"))
    with pytest.raises(TextRefused):
        composing.queue_tests(store, steps[1].message_id, ["marie@exemple.fr"])
