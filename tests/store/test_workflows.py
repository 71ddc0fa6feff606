"""Workflows are made, changed, attached and deleted, by who may; the words of their steps are no messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mail import composing
from mail.composing import freeze
from mail.trials import queue_tests
from screens.errors import words_for
from screens.journal_words import sentence
from screens.workflow_words import audience_label, idle_words, place_words, standing_words, step_sentence
from store import Store
from store.errors import ChangedElsewhere, Invalid, NotAllowed, NotFound, StoreError
from store.journal import Wanted
from store.mailbox import MailboxSettings
from store.members import Member, Person
from store.merging import merge, undo_merge
from store.message_records import MessageState
from store.rights import Right
from store.segments import EVERYONE, parse, words
from store.workflow_records import Audience, Idle, NewStep, Place, Scope, Standing, Step, Timing, Trigger, Workflow
from store.workflow_triggers import TRIGGERS, check_step, step_kind, step_segment
from tests.offering import Offering

ALL_DAYS, GROUP = Place(Scope.DISTRIBUTIONS), Place(Scope.GROUP)
LAST_CALL = NewStep(
    Trigger.CLOSES, Timing.BEFORE, 2, "18:00", Audience.NOT_ORDERED, subject="Last call", text="Hello {{ group }}"
)
WELCOME = NewStep(Trigger.REGISTRATION, subject="Welcome", text="Hello")


def made(store: Store, *steps: NewStep, title: str = "Reminder") -> Workflow:
    return store.workflows.get(store.workflows.new(title, steps or (LAST_CALL,)))


def at(distribution_id: int) -> Place:
    return Place(Scope.DISTRIBUTION, distribution_id=distribution_id)


@pytest.fixture
def writer(store: Store, act_as: Callable[[str], Store]) -> Store:
    """Somebody who may write messages and not send them."""
    store.operators.add("anne", "Anne", "writer")
    store.operators.set_rights("anne", take=[(Right.MESSAGES_SEND, None)])
    return act_as("anne")


def test_a_workflow_is_made_looked_at_renamed_and_copied_with_words_and_files(store: Store):
    first = made(store, LAST_CALL, WELCOME)
    store.messages.attach(first.steps[0].message_id, "plan.txt", b"left, then right")
    assert step_sentence(first.steps[0]) == (
        "2 days before ordering closes, at 18:00, to all who have not ordered: “Last call”"
    )
    assert step_sentence(first.steps[1]) == "As soon as a member is registered, to the member: “Welcome”"
    copy = store.workflows.get(store.workflows.duplicate(first.id, "  Another\none "))
    assert (copy.title, copy.places, len(copy.steps)) == ("Another one", (), 2)
    draft = store.messages.get(copy.steps[0].message_id)
    assert (draft.subject, draft.text, [file.name for file in draft.files]) == (
        "Last call",
        "Hello {{ group }}",
        ["plan.txt"],
    )
    store.workflows.rename(copy.id, "Éclair", copy.version)
    assert [workflow.title for workflow in store.workflows.all()] == ["Éclair", "Reminder"]
    assert store.workflows.resolve("eclair") == copy.id == store.workflows.resolve(str(copy.id))
    with pytest.raises(ChangedElsewhere):
        store.workflows.rename(copy.id, "Third", copy.version)
    for title, said in (("", "needs a title"), ("reminder", "already"), ("x" * 61, "too long")):
        with pytest.raises(Invalid) as refused:
            store.workflows.rename(copy.id, title, copy.version + 1)
        assert said in words_for(refused.value)


def test_steps_are_added_changed_moved_and_removed(store: Store, hands):
    workflow = made(store, LAST_CALL, WELCOME)
    hands.at += timedelta(hours=1)
    added = store.workflows.add_step(workflow.id, NewStep(Trigger.DISTRIBUTION, Timing.AFTER, 1, "09:30"))
    store.workflows.move_step(added.id, -5)
    store.workflows.move_step(added.id, -1)
    assert [step.trigger for step in store.workflows.get(workflow.id).steps] == [
        Trigger.DISTRIBUTION,
        Trigger.CLOSES,
        Trigger.REGISTRATION,
    ]
    last_call = workflow.steps[0]
    hands.at += timedelta(hours=1)
    saved = store.workflows.save_step(replace(last_call, audience=Audience.ALL))
    assert (saved.since, saved.version) == (last_call.since, 2)
    saved = store.workflows.save_step(replace(saved, days=1))
    assert saved.since == hands.at  # another moment: what lay before it is not sent
    assert store.workflows.save_step(saved) == saved
    with pytest.raises(ChangedElsewhere, match="workflow_step"):
        store.workflows.save_step(replace(last_call, days=5))
    store.workflows.remove_step(saved.id)
    with pytest.raises(NotFound):
        store.workflows.step(saved.id)
    assert store.messages.get(saved.message_id).text == ""
    for _number in range(28):
        store.workflows.add_step(workflow.id, WELCOME)
    with pytest.raises(Invalid, match="too_many"):
        store.workflows.add_step(workflow.id, WELCOME)


def test_who_saved_last_is_also_who_saved_the_words(store: Store, writer: Store, hands):
    workflow = made(store)
    hands.at += timedelta(hours=1)
    draft = writer.messages.get(workflow.steps[0].message_id)
    writer.messages.save(replace(draft, subject="Now or never"))
    now = store.workflows.get(workflow.id)
    assert (now.changed_at, now.changed_by, now.steps[0].subject) == (hands.at, "Anne", "Now or never")
    assert now.version == workflow.version


def test_what_is_typed_goes_out_once_it_is_finished(store: Store, writer: Store, hands):
    workflow = made(store)
    step, draft = workflow.steps[0], store.messages.get(workflow.steps[0].message_id)
    hands.at += timedelta(hours=1)
    typed = writer.messages.save(replace(draft, subject="Now or ne"), finished=False)
    now = store.workflows.step(step.id)
    assert (now.subject, now.typed_at, now.typed_by) == ("Last call", hands.at, "Anne")
    assert store.workflows.words_in_use(step.id).subject == "Last call"
    copy = store.workflows.get(store.workflows.duplicate(workflow.id, "Copy")).steps[0]
    assert (copy.subject, copy.typed_at) == ("Last call", None)
    assert store.messages.get(copy.message_id).subject == "Last call"
    with pytest.raises(ChangedElsewhere):
        writer.workflows.use_words(step.id, draft.version)
    assert writer.workflows.use_words(step.id, typed.version)
    assert not writer.workflows.use_words(step.id, typed.version)
    now = store.workflows.step(step.id)
    assert (now.subject, now.typed_at, now.typed_by) == ("Now or ne", None, "")
    assert "Anne put new words of a step into use: “Reminder”" in map(sentence, store.journal.entries(Wanted()))
    store.messages.save(replace(typed, text="Hello\n\n“{{ group }}” \\ ✓\t"), finished=False)
    store.messages.save(replace(store.messages.get(draft.id), text="Hello {{ group }}"), finished=False)
    assert store.workflows.step(step.id).typed_at is None, "typed and taken back"
    store.workflows.attach(workflow.id, ALL_DAYS)
    store.messages.save(replace(store.messages.get(draft.id), text="Hello"), finished=False)
    with pytest.raises(NotAllowed, match=r"messages\.send"):
        writer.workflows.use_words(step.id, store.messages.get(draft.id).version)


NONSENSE = {
    "registration": (Step(Trigger.REGISTRATION, Timing.BEFORE, 2, "18:00"), "Nobody knows of it days before"),
    "order": (Step(Trigger.CONFIRMED, Timing.BEFORE, 1, "18:00"), "Nobody knows of it days before"),
    "basket": (Step(Trigger.BASKET, Timing.BEFORE, 1, "18:00"), "Nobody knows of it days before"),
    "recap": (Step(Trigger.RECAP, Timing.BEFORE, 1, "18:00"), "Nobody knows of it days before"),
    "days": (Step(Trigger.CLOSES, Timing.BEFORE, 61, "18:00"), "0 to 60"),
    "below 0": (Step(Trigger.CLOSES, Timing.AFTER, -1, "18:00"), "0 to 60"),
    "no hour": (Step(Trigger.CLOSES, Timing.BEFORE, 1), "Say at which hour"),
    "hour": (Step(Trigger.CLOSES, Timing.BEFORE, 1, "25:00"), "is no hour"),
    "Arabic digits": (Step(Trigger.CLOSES, Timing.BEFORE, 1, "1٨:00"), "is no hour"),
    "midnight": (Step(Trigger.CLOSES, Timing.BEFORE, 0, "00:00"), "not be before any more"),
    "promotion": (Step(Trigger.PROMOTION_STARTS, Timing.BEFORE, 0, "08:00"), "not be before any more"),
    "confirmed": (Step(Trigger.CONFIRMED, audience=Audience.NOT_ORDERED), "has ordered"),
    "basket to who ordered": (Step(Trigger.BASKET, audience=Audience.ORDERED), "has not ordered yet"),
    "added to who ordered": (Step(Trigger.ADDED, audience=Audience.ORDERED), "has not ordered yet"),
    "empty segment": (Step(Trigger.OPENS, audience=Audience.SEGMENT, segment=parse("nobody & vip")), "means nobody"),
    "producer": (Step(Trigger.RECAP, audience=Audience.ORDERED), "the producer's"),
    "nobody": (Step(Trigger.OPENS, audience=Audience.SEGMENT), "which segment"),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused_in_words(name):
    step, said = NONSENSE[name]
    with pytest.raises(Invalid) as refused:
        check_step(step)
    assert said in words_for(refused.value)
    assert step_sentence(step)  # also what is half typed reads as something


def test_a_refused_step_leaves_nothing_behind(store: Store):
    with pytest.raises(Invalid):
        store.workflows.new("Reminder", [LAST_CALL, NewStep(Trigger.RECAP, audience=Audience.ORDERED)])
    assert store.workflows.all() == ()
    assert store.workflows.new("Reminder", [NewStep(Trigger.OPENS, days=9, hour="xx")])  # says nothing at once


def test_every_step_that_can_be_reads_as_a_sentence_and_has_a_kind():
    sentences, kinds = set(), set()
    for trigger, row in TRIGGERS.items():
        for timing in row.timings:
            for audience in row.audiences:
                for days in (0, 1, 3) if timing is not Timing.AT_ONCE else (0,):
                    step = Step(trigger, timing, days, "18:00", audience, parse("vip"), subject="S")
                    if trigger is Trigger.PROMOTION_STARTS and timing is Timing.BEFORE and not days:
                        continue
                    check_step(step)
                    said = step_sentence(step, "vip")
                    assert "{" not in said
                    if days or timing is Timing.AT_ONCE:  # the same day is the same day, before or after
                        assert said not in sentences, said
                    sentences.add(said)
                    kinds.add(step_kind(step))
    assert kinds == {"opening", "last_call", "pickup", "automatic"}
    assert "On the last day of a promotion, at 18:00, to everyone: “S”" in sentences
    assert "1 day before the distribution, at 18:00, to vip: “S”" in sentences
    assert "As soon as the recap is due, to the producer: “S”" in sentences


def test_the_draft_of_a_step_goes_to_whom_the_step_says_whatever_is_saved_in_it(store: Store):
    workflow = made(store)
    draft = store.messages.get(workflow.steps[0].message_id)
    assert (draft.kind, words(draft.segment)) == ("last_call", "everyone - ordered(distribution=next)")
    twisted = replace(
        draft, segment=EVERYONE, kind="targeted", service_reason="x", send_before=datetime(2027, 1, 1), text="New"
    )
    saved = store.messages.save(twisted)
    assert (saved.segment, saved.kind, saved.service_reason, saved.send_before) == (
        draft.segment,
        "last_call",
        "",
        None,
    )
    assert saved.text == "New"
    step = store.workflows.save_step(replace(workflow.steps[0], audience=Audience.SEGMENT, segment=parse("vip")))
    assert step.segment == parse("vip") == store.messages.get(draft.id or 0).segment
    assert audience_label(step, "vip") == "to vip"
    step = store.workflows.save_step(replace(step, trigger=Trigger.REGISTRATION, timing=Timing.AT_ONCE))
    step = store.workflows.save_step(replace(step, audience=Audience.NOT_ORDERED))
    assert words(step_segment(step)) == "everyone & never_ordered"
    assert store.messages.get(draft.id or 0).kind == "automatic"
    assert words(step_segment(Step(Trigger.PROMOTION_ENDS, audience=Audience.ORDERED))) == (
        "everyone & orders(at_least=1)"
    )


def test_the_words_of_a_step_are_no_message(store: Store):
    store.mailbox.set(MailboxSettings("localhost", 25, "none", "amap", "amap@exemple.fr"))
    store.members.add(Member((Person("Zoé", "Petit", "zoe@exemple.fr"),)))
    workflow = made(store, NewStep(Trigger.OPENS, subject="Open", text="Hello"))
    draft = workflow.steps[0].message_id
    assert store.messages.all(automatic=None) == []
    for act in (
        lambda: store.messages.delete(draft),
        lambda: store.messages.schedule(draft, datetime(2026, 12, 1, 9, 0)),
        lambda: freeze(store, draft),
    ):
        with pytest.raises(StoreError) as refused:
            act()
        assert "change it in the workflow" in words_for(refused.value)
    with pytest.raises(Invalid):
        store.messages.archive(draft)
    with pytest.raises(NotFound):
        store.segments.count(parse('everyone - received(message="Open")'))
    assert composing.preview(store, draft).count == 1
    assert queue_tests(store, draft, ["marie@exemple.fr"])
    assert store.messages.get(draft).tested_same
    copy = store.messages.duplicate(draft)
    assert [row.id for row in store.messages.all()] == [copy]
    assert store.messages.get(copy).workflow_step_id is None
    store.workflows.delete(workflow.id)
    store.messages.delete(copy)
    assert store.messages.all(MessageState.DRAFT) == []


def test_only_who_may_send_changes_what_goes_out_by_itself(store: Store, writer: Store):
    workflow = made(writer)
    step = workflow.steps[0]
    writer.messages.attach(step.message_id, "plan.txt", b"left")
    writer.workflows.save_step(replace(step, days=3))
    refused: tuple[Callable[[], object], ...] = (
        lambda: writer.workflows.attach(workflow.id, ALL_DAYS),
        lambda: writer.workflows.pause(workflow.id, True),
    )
    for act in refused:
        with pytest.raises(NotAllowed, match=r"messages\.send"):
            act()
    store.workflows.attach(workflow.id, ALL_DAYS)
    draft = writer.messages.get(step.message_id)
    attached: tuple[Callable[[], object], ...] = (
        lambda: writer.messages.save(replace(draft, subject="Other")),
        lambda: writer.messages.attach(step.message_id, "more.txt", b"right"),
        lambda: writer.messages.detach(step.message_id, draft.files[0].id),
        lambda: writer.workflows.save_step(replace(writer.workflows.step(step.id), days=1)),
        lambda: writer.workflows.add_step(workflow.id, WELCOME),
        lambda: writer.workflows.remove_step(step.id),
        lambda: writer.workflows.delete(workflow.id),
        lambda: writer.workflows.detach(workflow.id, ALL_DAYS),
    )
    for act in attached:
        with pytest.raises(NotAllowed, match=r"messages\.send"):
            act()
    writer.workflows.duplicate(workflow.id, "My own")
    store.messages.save(replace(draft, subject="Other"))


def test_a_workflow_is_attached_where_its_steps_can_do_something(store: Store, offering: Offering, hands):
    hands.at = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
    mixed = made(store, LAST_CALL, WELCOME)
    idle = store.workflows.attach(mixed.id, at(offering.next))
    assert [step.trigger for step in idle] == [Trigger.REGISTRATION]
    assert store.workflows.attach(mixed.id, GROUP)[0].trigger is Trigger.CLOSES
    veg = Place(Scope.CATALOGUE, catalogue_id=offering.catalogues["veg"])
    store.workflows.attach(mixed.id, veg)
    store.workflows.attach(mixed.id, veg)
    assert [place_words(place) for place in store.workflows.get(mixed.id).places] == [
        "the distribution of Thu 26 Nov",
        "the group",
        "the catalogue Légumes du Gué",
    ]
    welcome = made(store, WELCOME, title="Welcome")
    for place, said in ((ALL_DAYS, "None of its steps"), (at(offering.past), "None of its steps")):
        with pytest.raises(Invalid) as refused:
            store.workflows.attach(welcome.id, place)
        assert said in words_for(refused.value)
    with pytest.raises(Invalid, match="no_steps"):
        store.workflows.attach(store.workflows.new("Empty"), GROUP)
    for nowhere in (at(99), Place(Scope.CATALOGUE, catalogue_id=99), Place(Scope.DISTRIBUTION)):
        with pytest.raises(NotFound):
            store.workflows.attach(mixed.id, nowhere)
    assert {place.scope for place in store.workflows.delete(mixed.id)} == {
        Scope.DISTRIBUTION,
        Scope.GROUP,
        Scope.CATALOGUE,
    }
    assert store.workflows.at_place(GROUP)[0].how is Standing.NO


def test_it_is_said_which_steps_do_nothing_at_a_distribution(store: Store, offering: Offering, hands):
    """The last closing is that of Tue 24, 12:00; the distribution begins on Thu 26, 18:00."""

    def why(step: NewStep, distribution_id: int = offering.next) -> Idle | None:
        workflow = store.workflows.new(f"W{len(store.workflows.all())}", (step,))
        return next(iter(store.workflows.idle(workflow, at(distribution_id)).values()), None)

    hands.at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert why(NewStep(Trigger.CLOSES, Timing.BEFORE, 1, "18:00")) is None
    assert why(NewStep(Trigger.CLOSES, Timing.BEFORE, 1, "12:59")) is Idle.OVER
    assert why(NewStep(Trigger.CLOSES, Timing.BEFORE, 0, "12:30")) is Idle.AFTER
    assert why(NewStep(Trigger.CLOSES, Timing.BEFORE, 0, "11:59")) is None
    assert why(NewStep(Trigger.DISTRIBUTION, Timing.AFTER, 3, "09:00"), offering.past) is Idle.OVER
    assert why(NewStep(Trigger.DISTRIBUTION, Timing.AFTER, 14, "09:00"), offering.past) is None
    assert why(NewStep(Trigger.OPENS)) is Idle.PLACE  # no catalogue of it has an opening
    store.distributions.set_hours(
        offering.next, offering.catalogues["veg"], datetime(2026, 11, 23, 18), datetime(2026, 11, 24, 12)
    )
    assert why(NewStep(Trigger.OPENS, Timing.AFTER, 0, "20:00")) is None
    assert why(NewStep(Trigger.OPENS, Timing.AFTER, 1, "18:00")) is Idle.AFTER  # when nothing can be ordered any more
    assert why(NewStep(Trigger.CONFIRMED)) is None
    store.distributions.cancel(offering.next, store.distributions.get(offering.next).version, "ill")
    assert why(NewStep(Trigger.CONFIRMED)) is Idle.CANCELLED
    assert all(idle_words(reason) for reason in Idle)


def test_a_distribution_is_left_alone_where_somebody_says_so(store: Store, offering: Offering):
    workflow = made(store, NewStep(Trigger.DISTRIBUTION, Timing.BEFORE, 1, "18:00", subject="Tomorrow"))
    welcome = made(store, WELCOME, title="Welcome")
    store.workflows.attach(workflow.id, ALL_DAYS)

    def standing() -> list[str]:
        found = {attached.workflow.id: attached.how for attached in store.workflows.at_place(at(offering.next))}
        return [standing_words(found[workflow.id]), standing_words(found[welcome.id])]

    assert standing() == ["by all distributions", "nothing to do here"]
    store.workflows.exempt(workflow.id, offering.next, True)
    assert store.workflows.get(workflow.id).exempt == (offering.next,)
    assert standing()[0] == "left out"
    store.workflows.attach(workflow.id, at(offering.next))
    assert (standing()[0], store.workflows.get(workflow.id).exempt) == ("attached here", ())
    store.workflows.exempt(workflow.id, offering.next, True)
    assert [place.scope for place in store.workflows.get(workflow.id).places] == [Scope.DISTRIBUTIONS]
    store.workflows.exempt(workflow.id, offering.next, False)
    store.workflows.detach(workflow.id, ALL_DAYS)
    with pytest.raises(NotFound):
        store.workflows.detach(workflow.id, ALL_DAYS)
    assert standing()[0] == "not attached"
    store.workflows.attach(workflow.id, Place(Scope.CATALOGUE, catalogue_id=offering.catalogues["flour"]))
    assert standing()[0] == "by the catalogue"


def test_what_was_due_while_it_was_paused_is_not_sent_afterwards(store: Store, hands):
    workflow = made(store)
    store.workflows.pause(workflow.id, True)
    assert store.workflows.get(workflow.id).paused
    hands.at += timedelta(days=3)
    store.workflows.pause(workflow.id, False)
    assert [step.since for step in store.workflows.get(workflow.id).steps] == [hands.at]
    store.workflows.pause(workflow.id, False)
    said = [sentence(entry) for entry in store.journal.entries(Wanted())]
    assert said[:2] == ["Marie lets mails go again for “Reminder”", "Marie lets nothing go for “Reminder”"]


def test_what_a_workflow_did_for_a_member_follows_who_it_is_merged_into_and_back(store: Store, offering: Offering):
    workflow = made(store, WELCOME)
    kept, gone = offering.members["odette"], offering.members["paul"]
    with store.writing() as t:
        t.insert(
            "occurrences", step_id=workflow.steps[0].id, key=f"member:{gone}", member_id=gone, due_at=t.stamp,
            state="queued", at=t.stamp,
        )  # fmt: skip

    def whose() -> int:
        with store.reading() as t:
            return int(t.value("SELECT member_id FROM occurrences"))

    number = merge(store, kept, gone)
    assert whose() == kept
    undo_merge(store, number)
    assert whose() == gone
