"""The vouchers of a message: made with it or not at all, said in the text, for everybody who hears of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mail import calls, composing, letters
from mail.refused import TextRefused
from store import Store
from store.errors import ChangedElsewhere, Invalid
from store.segments import parse
from store.voucher_codes import SAMPLE
from store.vouchers import Offer
from tests.audience import Audience, fill
from tests.mail.test_composing import mails, plain

TODAY = date(2026, 11, 21)
CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")
TEXT = "{{ voucher.code }} vaut {{ voucher.amount }} jusqu'au {{ voucher.until }}, dès {{ voucher.minimum }}."


@pytest.fixture
def store(french_store: Store) -> Store:
    return french_store


@pytest.fixture
def audience(store: Store) -> Audience:
    return fill(store)


def draft(store: Store, offer: Offer | None, text: str = TEXT) -> int:
    message_id = store.messages.new(parse("everyone"), "Un bon", text)
    store.vouchers.set_offer(message_id, offer)
    return message_id


def test_everybody_who_hears_of_it_has_a_code_of_their_own(store: Store, audience: Audience) -> None:
    message_id = draft(store, Offer("EUR", amount=500, minimum=2000, valid_until=date(2026, 12, 31)))
    seen = composing.preview(store, message_id).at(0).text
    assert SAMPLE in seen
    assert "5,00\xa0€" in seen
    forecast = store.vouchers.forecast(message_id)
    assert store.vouchers.all() == ()
    queued = composing.freeze(store, message_id)
    made = {voucher.member_id: voucher for voucher in store.vouchers.all(message_id)}
    reached = {row.member_id for row in store.messages.recipients(message_id) if row.reach != "opted_out"}
    assert set(made) == reached >= {one.member_id for one in queued.call_list}
    assert forecast is not None
    assert (forecast.vouchers, forecast.sums) == (len(made), {"EUR": 500 * len(made)})
    # A household with two addresses has one voucher, in both its mails.
    codes = {found for message in mails(store).values() for found in CODE.findall(plain(message))}
    called = [CODE.findall(calls.words_for_call(store, message_id, one.member_id)) for one in queued.call_list]
    assert sorted([*codes, *(code for found in called for code in found)]) == sorted(one.code for one in made.values())
    for message in mails(store).values():
        said = plain(message).replace("\xa0", " ")
        assert re.search(r"vaut 5,00 € jusqu'au jeudi 31 décembre 2026, dès 20,00 €\.", said)


def test_a_percentage_is_said_to_who_bought_and_the_others_have_none(store: Store, audience: Audience) -> None:
    text = "{% if voucher %}Votre bon : {{ voucher.code }} ({{ voucher.amount }}){% else %}Bientôt !{% endif %}"
    sold = audience.offering
    for who, eggs in (("guerin", 3), ("odette", 1)):
        store.orders.record(audience.members[who], sold.next, [(sold.products["eggs"], eggs * 1000)])
    message_id = draft(store, Offer("EUR", percent=10, since=TODAY - timedelta(300), until=TODAY), text)
    composing.freeze(store, message_id)
    made = {voucher.member_id: voucher.amount for voucher in store.vouchers.all(message_id)}
    assert made == {audience.members["guerin"]: 72, audience.members["odette"]: 24}
    said = {address: plain(message) for address, message in mails(store).items()}
    (theirs,) = (text for address, text in said.items() if address.startswith("guerin"))
    assert "(0,72\xa0€)" in theirs
    assert sum("Bientôt !" in text for text in said.values()) == len(said) - 1
    # Who would have to be told a code they have not got keeps the message from going.
    with pytest.raises(TextRefused):
        composing.freeze(store, draft(store, Offer("EUR", percent=1, since=TODAY, until=TODAY), "{{ voucher.code }}"))
    assert len(store.vouchers.all()) == 2


def test_another_offer_than_the_one_looked_at_does_not_go(
    store: Store, audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = draft(store, Offer("EUR", amount=500), "{{ voucher.code }}")
    looked_at = store.messages.get(message_id)
    monkeypatch.setattr(store.clock, "_now", lambda: datetime(2026, 11, 21, 20, 5, tzinfo=UTC))
    store.vouchers.set_offer(message_id, Offer("EUR", amount=9000))
    with pytest.raises(ChangedElsewhere):
        composing.freeze(store, message_id, seen=looked_at)
    assert store.vouchers.all() == ()
    composing.freeze(store, message_id, seen=store.messages.get(message_id))
    assert {one.amount for one in store.vouchers.all()} == {9000}


def test_an_offer_that_is_changed_meanwhile_is_made_as_it_is_then(
    store: Store, audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = draft(store, Offer("EUR", amount=500), "{{ voucher.amount }}")
    require = letters.Letters.require_audience

    def raise_it(self: letters.Letters) -> None:
        monkeypatch.undo()
        store.vouchers.set_offer(message_id, Offer("EUR", amount=700))
        require(self)

    monkeypatch.setattr(letters.Letters, "require_audience", raise_it)
    composing.freeze(store, message_id)
    assert {voucher.amount for voucher in store.vouchers.all()} == {700}
    assert all("7,00\xa0€" in plain(message) for message in mails(store).values())


def test_nothing_is_made_where_the_message_does_not_go(store: Store, audience: Audience) -> None:
    message_id = draft(store, Offer("EUR", amount=500))

    def stop(_done: int, _all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(TextRefused):  # it says a last day, and has none
        composing.freeze(store, message_id)
    store.messages.save(replace(store.messages.get(message_id), text="{{ voucher.code }}"))
    with pytest.raises(KeyboardInterrupt):
        composing.freeze(store, message_id, stop)
    assert store.vouchers.all() == ()
    composing.freeze(store, message_id)
    with pytest.raises(Invalid):
        store.vouchers.set_offer(message_id, None)
    frozen = [plain(message) for message in mails(store).values()]
    assert {code for text in frozen for code in CODE.findall(text)} < {one.code for one in store.vouchers.all()}
