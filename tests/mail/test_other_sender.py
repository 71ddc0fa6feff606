"""Mails that are written from an address which the mailbox does not have any more: held, told of, never offered."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from mail.outbox import run
from mail.run_result import Outcome
from screens.outbox_words import fault_words, result_words
from screens.sender_words import cannot_go, told_of_foreign
from store.errors import OtherSender
from store.handle import Store
from store.ledger import Ledger
from store.senders import foreign_mails
from tests.mail.outgoing import assert_nobody_twice_nobody_lost, queue, set_mailbox
from tests.mail.recorder import Recorder, Rule, Script

Start = Callable[..., Recorder]
FORMER = "dome@exemple.fr"


def reasons(store: Store) -> dict[str, str]:
    with store.reading() as t:
        rows = t.all("SELECT name, state, reason FROM deliveries ORDER BY id")
    return {row["name"]: f"{row['state']} {row['reason']}".strip() for row in rows}


def ids(store: Store) -> list[int]:
    with store.reading() as t:
        return [row["id"] for row in t.all("SELECT id FROM deliveries ORDER BY id")]


def test_they_are_held_of_whatever_kind_and_let_go_once_the_address_is_the_mailboxs(
    store: Store, recorder: Start
) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    addresses = queue(store, 2)
    for number, kind in enumerate(("message", "test", "recap"), 2):
        addresses += queue(store, 1, first=number, kind=kind, envelope_from=FORMER)
    assert foreign_mails(store) == {FORMER: (3, 4, 5)}, "told of as soon as the mailbox is set"
    result = run(store, lambda: "")
    assert (result.outcome, result.sent) == (Outcome.DONE, 2)
    other = dict.fromkeys(("p2", "p3", "p4"), "held other_sender")
    assert reasons(store) == {"p0": "sent", "p1": "sent", **other}
    [told] = told_of_foreign(store)
    assert told.startswith(f"3 mails are written from {FORMER}, which is none of the mailbox's addresses")

    assert store.deliveries.release("all") == store.deliveries.release(tuple(ids(store))) == 0
    with pytest.raises(OtherSender) as refused:
        store.deliveries.release(3)
    assert FORMER in cannot_go(refused.value)
    assert reasons(store) == {"p0": "sent", "p1": "sent", **other}

    store.mailbox.set_identities((FORMER.upper(),))
    assert told_of_foreign(store) == []
    assert store.deliveries.release("all") == 3
    assert run(store, lambda: "").sent == 3
    assert set(assert_nobody_twice_nobody_lost(store, server, addresses).values()) == {"sent"}
    assert [mail["from"] for mail in server.accepted()][2:] == [FORMER] * 3


def test_it_is_asked_again_at_the_dot(store: Store) -> None:
    set_mailbox(store, 1)
    queue(store, 1)
    with closing(Ledger(store)) as ledger:
        (mail,) = ledger.next_mails(1)[1]
        set_mailbox(store, 1, address="neu@exemple.fr")
        assert ledger.claim(mail.id, "Sat, 21 Nov 2026 21:04:00 +0100") is None
    assert reasons(store) == {"p0": "held other_sender"}


def test_the_same_address_spelt_otherwise_is_the_mailboxs(store: Store, recorder: Start) -> None:
    set_mailbox(store, recorder().port, address="Amap@légumes.example.org")
    queue(store, 1, envelope_from="Amap@xn--lgumes-bva.example.org")
    assert run(store, lambda: "").sent == 1


def test_what_is_held_for_good_or_cancelled_is_not_told_of(store: Store) -> None:
    set_mailbox(store, 1)
    queue(store, 2, envelope_from=FORMER)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'held', reason = 'opted_out' WHERE id = 1")
    assert foreign_mails(store) == {FORMER: (2,)}
    with store.writing() as t:
        t.execute("UPDATE messages SET state = 'cancelled'")
    assert foreign_mails(store) == {}


@pytest.mark.parametrize(
    ("at", "refused", "way_out"),
    [
        ("rcpt", FORMER, "take it out of the mailbox"),
        ("dot", "amap@exemple.fr", "Set the mailbox's own address"),  # there it is the From line
    ],
)
def test_the_words_name_the_address_that_was_refused(
    store: Store, recorder: Start, at: str, refused: str, way_out: str
) -> None:
    server = recorder(Script([Rule(at, "554 5.7.1 Sender address rejected: not owned by user neu")]))
    set_mailbox(store, server.port, identities=(FORMER,))
    queue(store, 1, envelope_from=FORMER)
    result = run(store, lambda: "")
    settings, state = store.mailbox.get(), store.mailbox.state()
    assert settings is not None
    assert (result.outcome, state.reason) == (Outcome.PAUSED, "sender")
    assert store.mailbox.stopped_in() == {"dot": "answer"}.get(at, at)
    for words in (fault_words("sender", state.answer, settings), result_words(result, settings, store.clock)):
        assert f"does not let this mailbox send as {refused}" in words
        assert "(5.7.1 Sender address rejected" in words
        assert way_out in words
