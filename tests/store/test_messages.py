"""Messages are kept as drafts, copied, scheduled, cancelled and deleted, by who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from store import Store
from store.errors import ChangedElsewhere, Invalid, NotAllowed, NotFound
from store.members import Member, Person
from store.message_advice import written_recently
from store.message_records import Message, MessageState
from store.messages import mark_queued
from store.segments import EVERYONE, parse


def new(store: Store, **words: str) -> Message:
    return store.messages.get(store.messages.new(EVERYONE, **words))


def test_a_draft_is_kept_with_all_that_was_said(store: Store):
    segment = parse("everyone - ordered(distribution=next)")
    message_id = store.messages.new(
        segment, "Sujet", "Texte\r\ndeux", "Nom", from_name="Marie", reply_to="marie@exemple.fr",
        counts_from=date(2026, 11, 22), closes_on=date(2026, 12, 1), send_before=datetime(2026, 11, 23, 20, 0),
    )  # fmt: skip
    message = store.messages.get(message_id)
    assert (message.segment, message.subject, message.text) == (segment, "Sujet", "Texte\ndeux")
    assert (message.counts_from, message.closes_on) == (date(2026, 11, 22), date(2026, 12, 1))
    assert message.send_before == datetime(2026, 11, 23, 20, 0)
    assert (message.state, message.changed_by, message.title) == (MessageState.DRAFT, "Marie", "Nom")


def test_line_breaks_never_reach_what_becomes_a_header(store: Store):
    message = new(
        store, subject="a\r\nBcc: x@exemple.fr", label="b\nc", from_name="d\x00e\nf", reply_to="g\n@exemple.fr"
    )
    assert message.subject == "a Bcc: x@exemple.fr"
    assert (message.label, message.from_name, message.reply_to) == ("b c", "d e f", "g @exemple.fr")


def test_two_people_do_not_overwrite_each_other(store: Store):
    seen = new(store, subject="a")
    store.messages.save(replace(seen, subject="b"))
    with pytest.raises(ChangedElsewhere):
        store.messages.save(replace(seen, subject="c"))
    assert store.messages.get(seen.id or 0).subject == "b"


def test_a_text_no_mail_can_carry_is_refused_and_the_former_one_kept(store: Store):
    message = new(store, text="a")
    with pytest.raises(Invalid, match="too_long"):
        store.messages.save(replace(message, text="x" * 20_001))
    assert store.messages.get(message.id or 0).text == "a"


def test_a_copy_is_a_draft_with_the_same_words_and_no_dates(store: Store):
    first = new(store, subject="a", label="b")
    store.messages.schedule(first.id or 0, datetime(2026, 11, 22, 18, 0))
    copy = store.messages.get(store.messages.duplicate(first.id or 0))
    assert (copy.subject, copy.label, copy.state, copy.send_at) == ("a", "b", MessageState.DRAFT, None)


def test_what_is_scheduled_is_kept_for_a_local_hour_to_come(store: Store, hands):
    message = new(store, subject="a")
    with pytest.raises(Invalid, match="past"):
        store.messages.schedule(message.id or 0, datetime(2026, 11, 21, 21, 4))
    kept = store.messages.schedule(message.id or 0, datetime(2026, 11, 21, 21, 5))
    assert (kept.state, kept.send_at) == (MessageState.SCHEDULED, datetime(2026, 11, 21, 21, 5))
    with pytest.raises(Invalid, match="not_draft"):
        store.messages.save(kept)
    assert store.messages.cancel(message.id or 0) == 0
    assert store.messages.get(message.id or 0).state is MessageState.DRAFT


def test_only_a_draft_is_deleted(store: Store):
    message = new(store, subject="a")
    store.messages.schedule(message.id or 0, datetime(2026, 12, 1, 18, 0))
    with pytest.raises(Invalid, match="not_draft"):
        store.messages.delete(message.id or 0)
    store.messages.cancel(message.id or 0)
    store.messages.delete(message.id or 0)
    with pytest.raises(NotFound):
        store.messages.get(message.id or 0)


def test_the_last_touched_comes_first(store: Store, hands):
    first, second = new(store, label="first"), new(store, label="second")
    hands.at += timedelta(minutes=1)
    store.messages.save(replace(first, subject="again"))
    assert [row.id for row in store.messages.drafts()] == [first.id, second.id]
    assert store.messages.drafts()[0].changed_at == datetime(2026, 11, 21, 20, 5, tzinfo=UTC)


def test_each_thing_needs_its_right(store: Store, act_as: Callable[[str], Store]):
    message = new(store, subject="a")
    store.operators.add("desk", "Desk", "phone_desk")
    store.operators.add("lucie", "Lucie", "treasurer")
    desk, reader = act_as("desk").messages, act_as("lucie").messages
    for forbidden in (desk.all, lambda: desk.get(message.id or 0), lambda: desk.new(EVERYONE)):
        with pytest.raises(NotAllowed):
            forbidden()
    assert reader.get(message.id or 0).subject == "a"
    for forbidden in (
        lambda: reader.save(message),
        lambda: reader.delete(message.id or 0),
        lambda: reader.duplicate(message.id or 0),
        lambda: reader.schedule(message.id or 0, datetime(2026, 12, 1, 18, 0)),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    assert len(reader.all()) == 1


def test_days_since_the_last_message_are_those_of_the_calendar(store: Store, hands):
    """Sent at 21:04, it was yesterday at 7 in the morning; at 23:30 UTC the group's next day has begun."""
    store.members.add(Member((Person("Odette", "Maréchal", email="odette@exemple.fr"),)))
    sent = new(store, subject="Sujet", text="Texte")
    with store.writing() as t:
        mark_queued(t, sent, {1: "email"})
    assert written_recently(store, EVERYONE, 0) == (1, 0)
    hands.at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert written_recently(store, EVERYONE, 0) == (1, 1)
    hands.at = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    assert written_recently(store, EVERYONE, 0) == (1, 1)
    assert written_recently(store, EVERYONE, sent.id or 0) == (0, 0)
