"""The calendar: what goes out by itself, to how many, what meets what, what was missed, and what went out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from textual.pilot import Pilot

from mail.automatic import queue_automatic
from screens import start_sending
from screens.house import HouseApp
from screens.widgets.bars import Dimmed, shown_keys
from store import Store
from store.heartbeats import beat
from store.occurrence_records import OccurrenceState
from store.people import Member, Person
from store.segments import EVERYONE
from store.workflow_records import Audience, NewStep, Timing, Trigger
from tests.mail.flows import ALL, GROUP, Week, last_call
from tests.mail.outgoing import set_mailbox
from tests.screens.conftest import SIZE
from tests.screens.sample import NOW, make_app, opened, settled, text_of, written

TOMORROW = NewStep(
    Trigger.DISTRIBUTION,
    Timing.BEFORE,
    1,
    "18:00",
    Audience.ORDERED,
    subject="{{ group }} : retrait demain",
    text="{{ order.lines }}",
    label="Retrait demain",
)
WELCOME = NewStep(Trigger.REGISTRATION, subject="Bienvenue", text="Bonjour {{ first_name }}")


@pytest.fixture
def week(store: Store, monkeypatch: pytest.MonkeyPatch) -> Week:
    """A last call on Sunday at 18:00 to four members, one of whom has ordered, and a reminder of the pick-up."""
    monkeypatch.setattr(start_sending, "start_sending", lambda _store: True)  # the process is tested elsewhere
    set_mailbox(store, 25)
    week = Week(store)
    week.attach(last_call(label="Dernier rappel"), TOMORROW, title="Chaque semaine")
    week.order(week.members[0])
    return week


def flat(app: HouseApp) -> str:
    """What is on the screen, sentences that are broken over lines in one piece."""
    return " ".join(text_of(app).split())


def keys(app: HouseApp) -> list[str]:
    return [label for _key, label in shown_keys(app.screen)]


def at(store: Store, **later: float) -> None:
    """So much later than Saturday 21:04."""
    store.clock._now = lambda: NOW + timedelta(**later)


def test_four_weeks_at_a_glance(store: Store, week: Week, snap_compare):
    news = store.messages.new(EVERYONE, "{{ group }} : nouveaux producteurs", "Bonjour", "Nouveaux producteurs")
    store.messages.schedule(news, datetime(2026, 11, 23, 9, 0), expected_mails=4)
    store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Treillières", [week.catalogue])
    week.attach(WELCOME, title="Accueil", place=GROUP)
    for name in ("Zélie", "Armand"):
        store.members.add(Member((Person(name, "Nouveau", f"{name}@exemple.fr"),), joined_on=date(2026, 11, 21)))

    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "calendar")
        await pilot.press("down")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


async def test_the_desk_says_what_goes_next_and_leads_to_whom_it_goes(store: Store, week: Week):
    for hours in (-2, -1):
        at(store, hours=hours)
        beat(store, "done")
    at(store)
    store.members.add(Member((Person("Odette", "Maréchal", phone="06 39 98 00 00"),)))
    async with (app := make_app(store)).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "Going out by itself" in text_of(app)
        assert "   Sun 22 Nov 18:00  Dernier rappel · Thu 26 Nov" in text_of(app)
        assert "~3 mails [v]" in text_of(app)
        assert "   Wed 25 Nov 18:00  Retrait demain · Thu 26 Nov" in text_of(app)
        await pilot.press("r")
        assert "“Dernier rappel” goes Sun 22 Nov 18:00 already." in flat(app)
        await pilot.press("v")
        await settled(pilot)
        assert app.screen.NAME == "calendar"
        assert "1 day before ordering closes, at 18:00, to all who have not ordered" in text_of(app)
        assert "Sun 22 Nov 18:00, for the distribution of Thu 26 Nov, Treillières" in text_of(app)
        assert "Now: 3 mails, 1 to call" in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "calendar_entry"
        shown = text_of(app)
        assert "Anne0" not in shown, "has ordered"
        assert "p3@exemple.fr" in shown
        assert "06 39 98 00 00                to call" in shown
        await pilot.press("p")
        await settled(pilot)
        assert "Preview of “Dernier rappel”" in text_of(app)
        assert "Bonjour Anne1, commandez avant" in flat(app)
        assert "Test" not in keys(app), "it is tested where the words are written"
        assert "**t**" not in app.screen.HELP
        await pilot.press("q")
        await settled(pilot)
        week.cancel()
        app._poll()
        await settled(pilot)
        assert app.screen.NAME == "calendar"
        assert "It goes no more: the distribution or the workflow has changed." in flat(app)
        assert "Nothing goes out by itself in the next four weeks" in flat(app)


async def test_one_time_is_skipped_and_let_go_after_all(store: Store, week: Week):
    first = store.occurrences.coming()[0]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "calendar")
        await pilot.press("k")
        await written(pilot)
        assert "“Dernier rappel” does not go this time: k lets it go after all." in flat(app)
        assert store.occurrences.get(first.step.id, first.key).state is OccurrenceState.SKIPPED
        assert "skipped" in text_of(app)
        assert "Skip" not in keys(app)
        await pilot.press("k")
        await written(pilot)
        assert "“Dernier rappel” goes after all." in text_of(app)
        assert store.occurrences.get(first.step.id, first.key).state is OccurrenceState.PLANNED
        assert "~3 mails" in text_of(app)
        await pilot.press("w")
        await settled(pilot)
        assert "Workflow “Chaque semaine”" in text_of(app)


async def test_it_is_sent_now_by_one_more_key_and_nobody_gets_it_twice(store: Store, week: Week):
    first = store.occurrences.coming()[0]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "calendar")
        await pilot.press("n", "enter")  # what looks like a yes is none
        await settled(pilot)
        assert app.screen.NAME == "calendar_entry"
        await pilot.press("q", "y")
        await settled(pilot)
        assert app.screen.NAME == "calendar", "what was asked before is asked no more"
        await pilot.press("n", "down", "y")
        await settled(pilot)
        assert app.screen.NAME == "calendar", "another line is marked now"
        assert "go out now" not in flat(app)
        await pilot.press("up", "n")
        assert "! 3 mails of “Dernier rappel” go out now: y sends them." in flat(app)
        await pilot.press("y")
        await written(pilot)
        assert app.screen.NAME == "sending"
        went = store.occurrences.get(first.step.id, first.key)
        assert (went.state, went.mails) == (OccurrenceState.QUEUED, 3)
        assert store.deliveries.counts(went.message_id).ready == 3
        await pilot.press("q")
        await settled(pilot)
        assert app.screen.NAME == "calendar"
        assert "Dernier rappel" not in text_of(app)
        await pilot.press("v")
        await settled(pilot)
        assert "Dernier rappel          Chaque semaine  Thu 26 Nov         3 mails" in text_of(app)
        assert "Send now" not in keys(app)
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "message"
        said = "Workflow “Chaque semaine” · 1 day before ordering closes, at 18:00, to all who have not ordered"
        assert said in flat(app)
        assert "Put away" not in keys(app)
    at(store, hours=21)
    assert queue_automatic(store) == ()


async def test_where_many_would_get_it_their_number_is_typed(store: Store, week: Week):
    store.settings.set_limits(ask_above=2)
    first = store.occurrences.coming()[0]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "calendar")
        await pilot.press("n", "4", "enter")
        await written(pilot)
        assert "That is not the number: nothing was sent." in text_of(app)
        assert store.occurrences.get(first.step.id, first.key).state is OccurrenceState.PLANNED
        await pilot.press("n", "3", "enter")
        await written(pilot)
        assert app.screen.NAME == "sending"


async def test_what_was_missed_is_on_top_until_somebody_has_seen_it(store: Store, week: Week):
    at(store, hours=50)  # ordering closed an hour ago, and nothing has looked
    async with (app := make_app(store)).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "! 1 automatic message was missed [v]" in text_of(app)
        await pilot.press("v")
        await settled(pilot)
        assert "! Missed: nothing of this was sent" in text_of(app)
        assert "! Sun 22 Nov 18:00  Dernier rappel" in text_of(app)
        assert "! Not sent: it was too late when this machine looked again" in text_of(app)
        await pilot.press("n")
        said = "! Ordering is closed by now. 3 mails of “Dernier rappel” go out now: y sends them."
        assert said in flat(app), "by hand it may go all the same"
        await pilot.press("k")
        await written(pilot)
        assert "“Dernier rappel” is off the list of what was missed" in flat(app)
        assert "Missed:" not in text_of(app)
        await pilot.press("q")
        await settled(pilot)
        assert "missed" not in text_of(app)


async def test_what_could_not_go_says_why_on_the_desk_and_in_the_calendar(store: Store, week: Week):
    step = store.occurrences.coming()[0].step
    draft = store.messages.get(step.message_id)
    store.messages.save(replace(draft, text="Bonjour {{ prenom }}"))
    at(store, hours=21)
    async with (app := make_app(store)).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "! “Dernier rappel” (Sun 22 Nov 18:00): nothing has sent it [v]" in text_of(app)
        await pilot.press("v")
        await settled(pilot)
        assert "  ! 18:00  Dernier rappel" in text_of(app)
        assert "! There is no field “prenom”." in flat(app)


async def test_what_concerns_one_member_each_stands_in_one_line(store: Store, week: Week):
    week.attach(WELCOME, title="Accueil", place=GROUP)
    for name in ("Zélie", "Armand"):
        store.members.add(Member((Person(name, "Nouveau", f"{name}@exemple.fr"),), joined_on=date(2026, 11, 21)))
    store.members.add(Member((Person("Odette", "Maréchal", phone="06 39 98 00 00"),), joined_on=date(2026, 11, 21)))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "calendar")
        assert "Bienvenue               Accueil         3 members" in text_of(app)
        assert "Now: 2 mails, 1 to call" in text_of(app)
        await pilot.press("enter", "down", "p")
        await settled(pilot)
        assert app.screen.NAME == "calendar_preview"
        await pilot.press("q", "n", "y")
        await written(pilot)
        await pilot.press("q", "q", "v")
        await settled(pilot)
        assert "Bienvenue               Accueil         Odette Maré…       to call" in text_of(app)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert [(row.name, row.how) for row in app.screen._found.people] == [
            ("Armand Nouveau", "1 mail"),
            ("Zélie Nouveau", "1 mail"),
        ]
        await pilot.press("q", "q")
        await opened(pilot, "messages")
        assert "Bienvenue" not in text_of(app)
        await pilot.press("b")
        assert "sent by workflows: 3" in text_of(app)
        assert "Bienvenue  workflow “Accueil”" in text_of(app)
        await pilot.press("b")
        assert "No message yet. n writes the first one." in text_of(app)


async def test_who_may_only_see_sends_and_skips_nothing(store: Store, week: Week, act_as):
    store.operators.add("lucie", "Lucie", "treasurer")
    async with make_app(act_as("lucie")).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "calendar")
        dimmed = [entry for entry in shown_keys(app.screen) if isinstance(entry, Dimmed)]
        assert dimmed == [("k", "Skip"), ("n", "Send now")]
        await pilot.press("k")
        assert "You are not allowed to send messages." in text_of(app)
        assert {one.state for one in store.occurrences.coming()} == {OccurrenceState.PLANNED}


async def test_an_empty_calendar_says_what_to_do(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "calendar")
        assert "Nothing goes out by itself yet. f leads to the workflows" in flat(app)
        workflow = store.workflows.new("Rappel", [last_call()])
        app._poll()
        await settled(pilot)
        assert "Nothing goes out by itself: no workflow is attached." in flat(app)
        store.workflows.attach(workflow, ALL)
        app._poll()
        await settled(pilot)
        assert "no distribution is planned that asks for it" in flat(app)
        await pilot.press("v")
        assert "Nothing went out by itself in the last two weeks." in flat(app)


async def test_a_mail_without_a_label_is_called_as_its_subject_reads(store: Store, week: Week):
    week.attach(last_call(subject="{{ group }} : dernier rappel du {{ distribution.day }}", days=0), title="Autre")
    async with make_app(store).run_test(size=(100, 24)) as pilot:
        app = await opened(pilot, "calendar")
        assert "18:00  dernier rappel du Thu 26 Nov" in text_of(app)
        assert "also get “Dernier rappel” Sun 22 Nov" in text_of(app)


async def test_what_a_question_is_about_stays_in_view(store: Store, week: Week):
    week.attach(replace(TOMORROW, days=0, hour="17:00", audience=Audience.ALL, label="Ce soir"), title="Le jour même")
    for day in range(1, 9):
        store.distributions.add(date(2026, 12, day), "18:00", "19:30", f"Salle {day}", [week.catalogue])
    store.settings.set_limits(ask_above=2)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "calendar")
        assert "Nothing sends by itself here yet: “cabas schedule install” sets it up." in flat(app)
        await pilot.press("end")
        await settled(pilot)
        last = next(line for line in text_of(app).splitlines() if "Ce soir" in line and "Tue 8 Dec" in line)
        await pilot.press("n")
        await settled(pilot)
        assert "Type the number of mails, 4, to go on" in flat(app)
        assert last.split("~")[0] in text_of(app)
