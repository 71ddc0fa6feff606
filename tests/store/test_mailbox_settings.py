"""The mailbox takes only what can stand in a mail's head and be connected to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from store import Store
from store.clock import stamp
from store.deliveries import record_attempt
from store.errors import Invalid, NotAllowed, NotFound
from store.ledger import Ledger
from store.mailbox import MailboxSettings, MailboxState
from tests.store.conftest import Hands
from tests.store.posted import ODETTE, household, post

SETTINGS = MailboxSettings("smtp.exemple.fr", 465, "implicit", "amap", "amap@exemple.fr")


@pytest.mark.parametrize(
    "address",
    ["", "amap", "amap@", "@exemple.fr", "a,b@exemple.fr", "a@exemple.fr,b", "a b@exemple.fr", "a@x\r\nBcc: b@x.fr",
     "zoé@exemple.fr", '"a"@exemple.fr', "a@b@exemple.fr", "a@exemple.fr\x07"],
)  # fmt: skip
def test_an_address_is_one_that_every_server_reads(store: Store, address: str) -> None:
    for wrong in (replace(SETTINGS, address=address), replace(SETTINGS, identities=("b@exemple.fr", address))):
        with pytest.raises(Invalid):
            store.mailbox.set(wrong)
    assert store.mailbox.get() is None


@pytest.mark.parametrize("address", ["amap@exemple.fr", "l.amap+mail@exemple.fr", "amap@café.fr", "amap@localhost"])
def test_usual_addresses_are_taken(store: Store, address: str) -> None:
    store.mailbox.set(replace(SETTINGS, address=address, identities=(address,)))
    assert store.mailbox.get() == replace(SETTINGS, address=address, identities=(address,))


@pytest.mark.parametrize(
    "host", ["", "smtp exemple.fr", "smtp\x00.fr", "smtp\n.fr", "smtp.exemple.fr:465", "https://smtp.exemple.fr/"]
)
def test_a_host_is_a_name(store: Store, host: str) -> None:
    with pytest.raises(Invalid):
        store.mailbox.set(replace(SETTINGS, host=host))


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"imap_host": "imap exemple.fr"}, "imap_host", "host"),
        ({"imap_host": "imaps://imap.exemple.fr"}, "imap_host", "host"),
        ({"imap_host": "imap.exemple.fr", "imap_port": 0}, "imap_port", "port"),
        ({"imap_host": "imap.exemple.fr", "imap_tls": "ssl"}, "imap_tls", "unknown"),
        ({"imap_host": "imap.exemple.fr", "imap_tls": "none"}, "imap_tls", "loopback_only"),
        ({"login": "oauth"}, "login", "unknown"),
        ({"login": "xoauth2", "username": ""}, "username", "login"),
        ({"per_minute": -1}, "per_minute", "negative"),
        ({"per_hour": 0}, "per_hour", "positive"),
        ({"per_day": 0}, "per_day", "positive"),
        ({"tls": "none"}, "tls", "loopback_only"),
    ],
)
def test_what_cannot_be_is_refused_by_the_field(
    store: Store, changes: dict[str, object], field: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        store.mailbox.set(replace(SETTINGS, **changes))
    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert store.mailbox.get() is None


def test_a_mailbox_that_is_not_read_needs_no_right_server_to_read_it_at(store: Store) -> None:
    unread = replace(SETTINGS, imap_host="", imap_port=0, imap_tls="none")
    bridge = replace(SETTINGS, host="127.0.0.1", tls="none", imap_host="127.0.0.1", imap_port=1143, imap_tls="none")
    for settings in (unread, bridge):
        store.mailbox.set(settings)
        assert store.mailbox.get() == settings


def test_further_addresses_change_alone(store: Store, act_as: Callable[[str], Store]) -> None:
    with pytest.raises(NotFound):
        store.mailbox.set_identities(("b@exemple.fr",))
    store.mailbox.set(SETTINGS)
    store.mailbox.pause()
    store.mailbox.set_identities(("b@exemple.fr", "c@exemple.fr"))
    assert store.mailbox.get() == replace(SETTINGS, identities=("b@exemple.fr", "c@exemple.fr"))
    assert store.mailbox.state().state == "paused"
    with pytest.raises(Invalid):
        store.mailbox.set_identities(("nobody",))
    store.operators.add("paul", "Paul", "writer")
    with pytest.raises(NotAllowed):
        act_as("paul").mailbox.set_identities(())


def test_new_settings_end_what_was_wrong_and_not_what_somebody_paused(store: Store) -> None:
    store.mailbox.set(SETTINGS)
    store.mailbox.pause()
    store.mailbox.set(replace(SETTINGS, per_day=20))
    assert store.mailbox.state() == MailboxState("paused", None, "operator")
    with store.writing() as t:
        t.execute("UPDATE mailbox SET state = 'login_refused', reason = 'login'")
    store.mailbox.set(SETTINGS)
    assert store.mailbox.state() == MailboxState()


def test_a_used_up_minute_spreads_mails_and_stops_nothing(store: Store, hands: Hands) -> None:
    store.mailbox.set(replace(SETTINGS, per_minute=2, per_hour=3, per_day=10))
    for _ in range(2):
        _count_one(store)
    left = store.mailbox.budget()
    assert left is not None
    assert (left.minute, left.hour, left.day, left.more_at) == (0, 1, 8, None)
    assert store.mailbox.state().state == "ok"
    hands.at += timedelta(seconds=61)
    left = store.mailbox.budget()
    assert left is not None
    assert (left.minute, left.hour) == (2, 1)
    _count_one(store)
    assert store.mailbox.state() == MailboxState("quota", stamp(hands.at + timedelta(minutes=58, seconds=59)), "limits")


def test_a_clock_that_was_put_back_is_noticed_each_time_until_somebody_accepts_it(store: Store, hands: Hands) -> None:
    right = hands.at
    store.mailbox.set(replace(SETTINGS, per_hour=3, per_day=3))
    (mail,) = post(store, household(store, ODETTE), state="ready")
    hands.at = right + timedelta(days=400)
    for _ in range(3):
        _count_one(store)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET next_at = ?", (stamp(hands.at + timedelta(minutes=5)),))
    assert store.deliveries.clock_behind() is None

    hands.at = right + timedelta(minutes=10)
    assert store.deliveries.clock_behind() == stamp(right + timedelta(days=400))
    assert store.mailbox.state().state == "quota"
    with store.writing() as t:
        record_attempt(t, mail, "orphan")
    assert store.deliveries.clock_behind() is not None, "what is written about a mail without sending hides it"
    with closing(Ledger(store)) as ledger:
        assert ledger.adopt(hold=False) == 1
        assert ledger.due().now == 1, "it would wait for more than a year"
    assert store.deliveries.clock_behind() is None
    left = store.mailbox.budget()
    assert left is not None
    assert left.left == 3

    _count_one(store)
    hands.at = right
    assert store.deliveries.clock_behind() == stamp(right + timedelta(minutes=10))


def test_a_refusal_before_the_dot_tells_of_the_clock_too(store: Store, hands: Hands) -> None:
    (mail,) = post(store, household(store, ODETTE), state="ready")
    hands.at += timedelta(days=2)
    with store.writing() as t:
        record_attempt(t, mail, "rcpt", 450, "greylisted")
    hands.at -= timedelta(days=2, minutes=-4)
    assert store.deliveries.clock_behind() is not None
    hands.at += timedelta(days=2)
    assert store.deliveries.clock_behind() is None


def _count_one(store: Store) -> None:
    with store.writing() as t:
        record_attempt(t, None, "dot", counted=True)
