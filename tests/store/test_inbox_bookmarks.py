"""How far the mailbox was read, which mail an answer is about, and how the last reading went."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from store import Store
from store.clock import stamp
from store.inbox_bookmarks import DONE, InboxRead
from store.mailbox import MailboxSettings
from store.matching import delivery_for
from tests.store.conftest import Hands
from tests.store.posted import FRANCOIS, ODETTE, household, post

MAILBOX = MailboxSettings("smtp.exemple.fr", 465, "implicit", "amap", "amap@exemple.fr", imap_host="imap.exemple.fr")


def test_a_bookmark_goes_forward_only_unless_the_numbers_begin_anew(store: Store) -> None:
    marks = store.inbox
    assert marks.get("amap imap.exemple.fr", "INBOX") is None
    for uidvalidity, last_uid, expected in ((7, 12, (7, 12)), (7, 9, (7, 12)), (7, 13, (7, 13)), (8, 2, (8, 2))):
        marks.set("amap imap.exemple.fr", "INBOX", uidvalidity, last_uid)
        assert marks.get("amap imap.exemple.fr", "INBOX") == expected
    assert marks.get("amap imap.exemple.fr", "Junk") is None


def test_the_last_reading_is_known_and_told_in_the_journal_when_it_is_news(store: Store, hands: Hands) -> None:
    assert store.inbox.last_read() is None
    store.inbox.note_read(DONE)
    first, number = stamp(hands.at), store.change_number()
    hands.at += timedelta(minutes=5)
    store.inbox.note_read(DONE)
    assert store.change_number() == number
    hands.at += timedelta(minutes=5)
    store.inbox.note_read("login", "535 no")
    assert store.change_number() > number
    done = stamp(hands.at - timedelta(minutes=5))
    assert store.inbox.last_read() == InboxRead(stamp(hands.at), "login", "535 no", done, "Marie")
    assert first < done


def test_another_mailbox_begins_without_the_formers_fault(store: Store) -> None:
    store.mailbox.set(MAILBOX)
    store.inbox.set(MAILBOX.account, "INBOX", 7, 12)
    store.inbox.note_read("login", "535 no")
    store.mailbox.set(replace(MAILBOX, per_hour=10))
    assert store.inbox.last_read() is not None
    store.mailbox.set(replace(MAILBOX, imap_host="imap.autre.fr"))
    assert store.inbox.last_read() is None
    assert store.inbox.get(MAILBOX.account, "INBOX") == (7, 12), "for who goes back to it"
    assert replace(MAILBOX, imap_host="").account == ""


def test_the_first_reading_begins_the_day_before_the_first_mail(store: Store, hands: Hands) -> None:
    odette = household(store, ODETTE)
    assert store.inbox.since() is None
    post(store, odette, state="ready")
    assert store.inbox.since() is None
    post(store, odette)
    hands.at += timedelta(days=9)
    post(store, odette)
    assert store.inbox.since() == date(2026, 11, 20)


@pytest.mark.parametrize(
    "named",
    [
        {"token": " TOKEN1x0 "},
        {"message_ref": "<token1x0.1@exemple.fr>"},
        {"message_ref": " token1x0.1@exemple.fr"},
        {"ref": "1-token1x0"},
        {"token": "unknown", "message_ref": "<rewritten@provider.example>", "ref": "1-token1x0", "address": FRANCOIS},
        {"ref": "nothing", "address": f" {ODETTE.upper()}"},
    ],
)
def test_a_mail_is_found_by_what_names_it_best(store: Store, named: dict[str, str]) -> None:
    first, _other = post(store, household(store, ODETTE), household(store, FRANCOIS))
    assert delivery_for(store, **named) == first


def test_an_address_alone_means_the_last_mail_that_went_there_before(store: Store, hands: Hands) -> None:
    odette = household(store, ODETTE)
    start = hands.at
    first = post(store, odette)[0]
    hands.at += timedelta(days=5)
    second = post(store, odette)[0]
    post(store, odette, state="ready")
    for days, expected in ((0.5, first), (4.9, first), (5.1, second), (18, second), (20, None), (-1, None)):
        received_at = stamp(start + timedelta(days=days))
        assert delivery_for(store, address=ODETTE, received_at=received_at) == expected, days
    assert delivery_for(store, address="not an address") is None
    assert delivery_for(store) is None
