"""Messages are kept as drafts, copied, scheduled, cancelled and deleted, by who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from store import Store
from store.errors import ChangedElsewhere, Invalid, NotAllowed, NotFound
from store.mailbox import MailboxSettings
from store.members import Member, Person
from store.message_advice import advice_facts
from store.message_freezing import mark_queued, mark_tested
from store.message_records import Message, MessageState
from store.rules import make
from store.segments import EVERYONE, Verb, parse


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
        store.messages.save(replace(message, text="x" * 200_001))
    assert store.messages.get(message.id or 0).text == "a"


def test_a_copy_is_a_draft_with_the_same_words_and_no_dates(store: Store):
    first = new(store, subject="a", label="b", language="it")
    store.messages.schedule(first.id or 0, datetime(2026, 11, 22, 18, 0))
    copy = store.messages.get(store.messages.duplicate(first.id or 0))
    assert (copy.subject, copy.label, copy.state, copy.send_at) == ("a", "b", MessageState.DRAFT, None)
    assert copy.language == "it"


def test_a_test_holds_no_more_once_the_text_is_in_another_language(store: Store):
    seen = new(store, subject="a")
    with store.writing() as t:
        mark_tested(t, seen)
    assert store.messages.get(seen.id or 0).tested_same
    assert not store.messages.save(replace(seen, language="it")).tested_same


def test_what_is_scheduled_is_kept_for_a_local_hour_to_come(store: Store, hands):
    message = new(store, subject="a")
    with pytest.raises(Invalid, match="past"):
        store.messages.schedule(message.id or 0, datetime(2026, 11, 21, 21, 4))
    kept = store.messages.schedule(message.id or 0, datetime(2026, 11, 21, 21, 5))
    assert (kept.state, kept.send_at) == (MessageState.SCHEDULED, datetime(2026, 11, 21, 21, 5))
    with pytest.raises(Invalid, match="not_draft"):
        store.messages.save(kept)
    with pytest.raises(Invalid, match="not_queued"):
        store.messages.cancel(message.id or 0)
    store.messages.unschedule(message.id or 0)
    assert store.messages.get(message.id or 0).state is MessageState.DRAFT


def test_only_a_draft_is_deleted(store: Store):
    message = new(store, subject="a")
    store.messages.schedule(message.id or 0, datetime(2026, 12, 1, 18, 0))
    asking = store.segments.save("Lecteurs", EVERYONE.then(Verb.KEEP, make("received", message=message.id)))
    with pytest.raises(Invalid, match="not_draft"):
        store.messages.delete(message.id or 0)
    store.messages.unschedule(message.id or 0)
    with pytest.raises(Invalid, match="message_used"):
        store.messages.delete(message.id or 0)
    store.segments.forget(asking)
    store.messages.delete(message.id or 0)
    with pytest.raises(NotFound):
        store.messages.get(message.id or 0)


def test_the_last_touched_comes_first(store: Store, hands):
    first, second = new(store, label="first"), new(store, label="second")
    hands.at += timedelta(minutes=1)
    store.messages.save(replace(first, subject="again"))
    assert [row.id for row in store.messages.all(MessageState.DRAFT)] == [first.id, second.id]
    assert store.messages.all(MessageState.DRAFT)[0].changed_at == datetime(2026, 11, 21, 20, 5, tzinfo=UTC)


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

    def recently(own: int) -> tuple[int, int]:
        facts = advice_facts(store, EVERYONE, "targeted", "", message_id=own)
        return facts.recent, facts.recent_days

    assert recently(0) == (1, 0)
    hands.at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert recently(0) == (1, 1)
    hands.at = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    assert recently(0) == (1, 1)
    assert recently(sent.id or 0) == (0, 0)


WRONG = [
    ({"kind": "measured"}, "kind", "unknown"),
    ({"language": "de"}, "language", "unknown"),
    ({"distribution_id": 99}, "distribution", "unknown"),
    ({"service_reason": " \n"}, "service_reason", "empty"),
    ({"counts_from": date(2026, 11, 23), "closes_on": date(2026, 11, 22)}, "closes_on", "before_counts_from"),
    ({"send_before": datetime(2026, 11, 21, 21, 4)}, "send_before", "past"),
    ({"from_address": "marie"}, "from_address", "syntax"),
    ({"from_address": "marie@exemple.fr"}, "from_address", "identity"),
]


@pytest.mark.parametrize(("said", "field", "reason"), WRONG)
def test_what_cannot_be_is_refused_where_it_is_said(store: Store, said, field: str, reason: str):
    store.mailbox.set(MailboxSettings("localhost", 25, "none", "", "amap@exemple.fr", ("bureau@exemple.fr",)))
    message = new(store, from_address="Bureau@exemple.fr")
    for refused in (
        lambda: store.messages.new(EVERYONE, **said),
        lambda: store.messages.save(replace(message, **said)),
    ):
        with pytest.raises(Invalid) as error:
            refused()
        assert (error.value.field, error.value.reason) == (field, reason)
    assert len(store.messages.all()) == 1


def test_what_was_right_when_it_was_said_keeps_nobody_from_writing(store: Store, hands):
    box = MailboxSettings("localhost", 25, "none", "", "amap@exemple.fr", ("bureau@exemple.fr",))
    store.mailbox.set(box)
    message = store.messages.get(
        store.messages.new(EVERYONE, from_address="bureau@exemple.fr", send_before=datetime(2026, 11, 21, 22, 0))
    )
    store.mailbox.set(replace(box, identities=()))
    hands.at += timedelta(hours=2)
    assert store.messages.save(replace(message, text="Plus")).text == "Plus"
    assert store.messages.duplicate(message.id or 0)


def test_what_is_kept_for_an_hour_knows_how_many_it_was_and_for_whom(store: Store, act_as: Callable[[str], Store]):
    message = new(store, subject="a", text="b")
    store.operators.add("paul", "Paul", "writer")
    kept = act_as("paul").messages.schedule(message.id or 0, datetime(2026, 11, 22, 18, 0), expected_mails=183)
    assert (kept.expected_mails, kept.scheduled_by) == (183, "Paul")
    assert store.messages.all()[0].expected_mails == 183
    again = store.messages.schedule(message.id or 0, datetime(2026, 11, 22, 19, 0), expected_mails=180)
    assert (again.send_at, again.scheduled_by) == (datetime(2026, 11, 22, 19, 0), "Marie")
    draft = store.messages.unschedule(message.id or 0)
    assert (draft.state, draft.send_at, draft.expected_mails, draft.scheduled_by) == ("draft", None, None, "")
    with pytest.raises(Invalid, match="not_scheduled"):
        store.messages.unschedule(message.id or 0)


def test_an_hour_after_the_last_one_that_makes_sense_is_refused(store: Store):
    message_id = store.messages.new(EVERYONE, send_before=datetime(2026, 11, 23, 20, 0))
    with pytest.raises(Invalid, match="after_send_before"):
        store.messages.schedule(message_id, datetime(2026, 11, 23, 20, 0))
    store.messages.schedule(message_id, datetime(2026, 11, 23, 19, 59))


def test_what_is_over_is_put_away_and_brought_back_as_it_was(store: Store):
    draft, sent, waiting, cancelled = (new(store, label=name) for name in ("draft", "sent", "waiting", "cancelled"))
    odette = store.members.add(Member((Person("Odette", "Maréchal", email="odette@exemple.fr"),)))
    for message in (sent, waiting, cancelled):
        with store.writing() as t:
            mark_queued(t, message, {odette: "email"})
    store.messages.cancel(cancelled.id or 0)
    with store.writing() as t:
        t.execute(
            """INSERT INTO deliveries (kind, message_id, address, address_key, name, message_ref, token, envelope_from,
                queued_at, state_at, mime) VALUES ('message', ?, 'o', 'o', 'O', 'r', 't', 'a', ?, ?, x'00')""",
            (waiting.id, t.stamp, t.stamp),
        )
    for message in (draft, waiting):
        with pytest.raises(Invalid, match="not_over"):
            store.messages.archive(message.id or 0)
    for message in (sent, cancelled, cancelled):
        store.messages.archive(message.id or 0)
    assert {row.title for row in store.messages.all()} == {"draft", "waiting"}
    assert {row.title for row in store.messages.all(archived=True)} == {"sent", "cancelled"}
    assert len(store.messages.all(archived=None)) == 4
    assert len(store.messages.of_member(odette)) == 3
    store.messages.unarchive(cancelled.id or 0)
    assert store.messages.get(cancelled.id or 0).state is MessageState.CANCELLED


def test_why_a_service_message_went_to_all_is_in_the_journal(store: Store):
    message_id = store.messages.new(EVERYONE, service_reason="Le local\na brûlé")
    with store.writing() as t:
        mark_queued(t, store.messages.get(message_id), {})
    with store.reading() as t:
        row = t.one("SELECT subject_id, detail FROM journal WHERE action = 'message.service'")
    assert row is not None
    assert (row["subject_id"], "Le local a brûlé" in row["detail"]) == (message_id, True)
    assert store.messages.all()[0].service
    assert store.messages.get(store.messages.duplicate(message_id)).service_reason == ""


def test_words_are_kept_as_a_starter_of_the_groups_own(store: Store, act_as: Callable[[str], Store]):
    segment = parse("nobody + reactivation(months=3) & has_email - member(ids=1)")
    message_id = store.messages.new(segment, "{{ group }} : reviens", "Bonjour", kind="last_call", language="fr")
    starter_id = store.messages.keep_starter(" Revenez ", message_id)
    other = store.messages.keep_starter("Écoute", store.messages.new(EVERYONE, "S", "T\r\nU"))
    mine, found = store.messages.starters()
    assert mine.text == "T\nU"
    assert (mine.id, mine.label, mine.kind, mine.fits) == (other, "Écoute", "targeted", frozenset())
    assert (found.label, found.kind, found.subject, found.text) == (
        "Revenez", "last_call", "{{ group }} : reviens", "Bonjour"
    )  # fmt: skip
    assert (mine.language, found.language) == ("", "fr")
    assert found.fits == {"reactivation", "has_email"}
    for label, reason in (("", "empty"), ("revenez", "taken"), ("x" * 61, "too_long")):
        with pytest.raises(Invalid) as refused:
            store.messages.keep_starter(label, message_id)
        assert (refused.value.field, refused.value.reason) == ("label", reason)
    assert store.messages.keep_starter("ECOUTE", store.messages.new(EVERYONE, "S2"), replace=True) == other
    assert (store.messages.starters()[0].subject, store.messages.starters()[0].version) == ("S2", 2)
    store.operators.add("lucie", "Lucie", "treasurer")
    assert len(act_as("lucie").messages.starters()) == 2
    for forbidden in (lambda m: m.keep_starter("x", message_id), lambda m: m.forget_starter(starter_id)):
        with pytest.raises(NotAllowed):
            forbidden(act_as("lucie").messages)
    store.messages.forget_starter(starter_id)
    with pytest.raises(NotFound):
        store.messages.forget_starter(starter_id)
    assert len(store.messages.starters()) == 1


def test_it_is_kept_as_it_was_looked_at(store: Store):
    seen = new(store, subject="a")
    hour, closing = datetime(2026, 11, 22, 18, 0), datetime(2026, 11, 23, 20, 0)
    changed = store.messages.save(replace(seen, subject="b"))
    with pytest.raises(ChangedElsewhere):
        store.messages.schedule(seen.id or 0, hour, looked_at=seen)
    with pytest.raises(Invalid, match="after_send_before"):
        store.messages.schedule(seen.id or 0, closing, looked_at=replace(changed, send_before=closing))
    kept = store.messages.schedule(seen.id or 0, hour, looked_at=replace(changed, send_before=closing))
    assert (kept.send_at, kept.send_before, kept.subject) == (hour, closing, "b")
