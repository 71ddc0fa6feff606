"""`cabas workflow due`: what goes out by itself, to how many, what it meets, and what was missed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from mail.automatic import send_now
from store import Store
from store.mailbox import MailboxSettings
from store.members import Member
from store.people import Person
from store.workflow_records import Audience, NewStep, Place, Scope, Timing, Trigger

LAST_CALL = NewStep(Trigger.CLOSES, Timing.BEFORE, 1, "18:00", Audience.NOT_ORDERED, subject="Last call", text="Order!")
PICK_UP = NewStep(Trigger.DISTRIBUTION, Timing.BEFORE, 1, "18:00", subject="Pick-up", text="Come!", label="Tomorrow")
AFTER = NewStep(Trigger.CLOSES, Timing.AFTER, 0, "21:00", subject="Closed", text="Thanks")


@pytest.fixture
def step_ids(store: Store) -> list[int]:
    """Two members, a distribution in five days that closes the day before, and a workflow for it."""
    for name in ("Odette", "Paul"):
        store.members.add(Member((Person(name, "Durand", f"{name}@exemple.fr".lower()),)))
    catalogue = store.catalogues.add_catalogue(
        "Légumes du Gué", store.catalogues.add_producer("Le Gué"), "EUR", 1, "20:00"
    )
    day = store.clock.today() + timedelta(days=5)
    store.distributions.add(day, "18:00", "19:30", "Treillières", [catalogue])
    made = store.workflows.new("Reminders", [LAST_CALL, PICK_UP])
    store.workflows.attach(made, Place(Scope.DISTRIBUTIONS))
    return [step.id for step in store.workflows.get(made).steps]


def test_what_goes_out_is_told_with_people_and_meetings(cabas, store: Store, step_ids):
    assert cabas("workflow", "due").count("! The group has no mailbox to send from yet") == 1
    store.mailbox.set(MailboxSettings("localhost", 25, "none", "amap", "amap@exemple.fr"))
    said = cabas("workflow", "due")
    assert "!" not in said
    last_call, tomorrow = (
        next(row for row in said.splitlines() if f"Reminders  {title}" in row) for title in ("Last call", "Tomorrow")
    )
    assert "Reminders" in last_call
    assert "the distribution of" in last_call
    assert "to all who have not ordered" in last_call
    assert "~2 mails; 2 also get “Tomorrow”" in last_call
    assert "to everyone" in tomorrow
    assert "2 also get “Last call”" in tomorrow
    assert "Missed" not in said

    store.occurrences.skip(step_ids[1], "distribution:1")
    said = cabas("workflow", "due", "--days", "10")
    assert "also get" not in said
    assert "skipped" in next(row for row in said.splitlines() if "Reminders  Tomorrow" in row)
    assert "Nothing goes out by itself in the next 0 days." in cabas("workflow", "due", "--days", "0")


def test_programs_get_keys_moments_counts_and_what_was_missed(cabas, store: Store, step_ids):
    store.workflows.add_step(store.workflows.all()[0].id, AFTER)
    store.workflows.new("Loose", [LAST_CALL])
    found = json.loads(cabas("workflow", "due", "--json"))
    assert [one["subject"] for one in found["coming"]] == ["Last call", "Pick-up", "Closed"]
    first = found["coming"][0]
    assert (first["step"], first["key"], first["distribution_id"]) == (step_ids[0], "distribution:1", 1)
    assert (first["state"], first["never"], first["people"]["mails"]) == ("planned", False, 2)
    assert {met["title"] for met in first["meets"]} == {"Closed", "Tomorrow"}
    assert found["missed"] == []


def test_what_no_tick_has_sent_in_time_is_told_as_missed(cabas, store: Store, step_ids):
    ago = store.clock.now() - timedelta(days=6)
    earlier = Store(store.path, store.actor, lambda: ago)
    earlier.distributions.add(store.clock.today(), "18:00", "19:30", "Treillières", [1])
    made = earlier.workflows.new("Early", [LAST_CALL])
    earlier.workflows.attach(made, Place(Scope.DISTRIBUTION, distribution_id=2))
    earlier.close()
    missed = cabas("workflow", "due").partition("Missed: nothing of this was sent")[2]
    assert "Early" in missed
    assert "it was too late when this machine looked again" in missed
    told = json.loads(cabas("workflow", "due", "--json"))["missed"]
    assert [(one["workflow"], one["state"], one["reason"]) for one in told] == [("Early", "missed", "late")]


def test_who_may_not_see_messages_is_refused(cabas, store: Store, step_ids):
    store.operators.add("desk", "Desk", "phone_desk")
    assert "not allowed to see messages" in cabas("--operator", "desk", "workflow", "due", code=1)


def test_who_moves_a_distribution_hears_of_the_mails_that_wait(cabas, store: Store, step_ids):
    store.mailbox.set(MailboxSettings("localhost", 25, "none", "amap", "amap@exemple.fr"))
    send_now(store, step_ids[0], "distribution:1")
    day = store.clock.today() + timedelta(days=6)
    said = cabas("distribution", "move", "1", "--day", day.isoformat(), "--yes")
    assert "2 automatic mails in the outbox are taken back." in said
    assert "~2 mails" in cabas("workflow", "due")


def test_subjects_are_told_as_one_reads_them(cabas, store: Store, step_ids):
    made = store.workflows.new("Named", [replace(LAST_CALL, subject="{{ group }}: order for {{ distribution.day }}")])
    store.workflows.attach(made, Place(Scope.DISTRIBUTIONS))
    said = cabas("workflow", "due")
    assert "  order for " in said
    then = store.clock.to_wall(store.occurrences.coming()[0].due).isoformat(timespec="minutes")
    dry = cabas("tick", "--dry-run", "--now", then)
    assert "“Named: order for " in dry
    assert "{{" not in said + dry
