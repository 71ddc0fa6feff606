"""What the calendar reads: each member counted once, what each mail is about, and what has no hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mail.automatic import queue_automatic, send_now
from screens import start_sending
from screens.calendar_acts import doubt, refusal, send
from screens.calendar_entry import read_entry
from screens.calendar_lines import about, coming_lines, due_words, meeting_words, soon
from screens.calendar_reading import Entry, find_entry, read_calendar, read_counted
from screens.desk_coming import read_planned
from screens.desk_lines import lines, read_desk
from screens.desk_recaps import calls
from screens.errors import words_for
from screens.promotion_form import less_of
from store import Store
from store.errors import Invalid, NotAllowed
from store.people import Member, Person
from store.promotions import Promotion
from store.segments import EVERYONE
from store.workflow_records import NewStep, Timing, Trigger
from templates.words import LANGUAGES, speaking
from tests.mail.flows import GROUP, Week, at_once, last_call
from tests.mail.outgoing import set_mailbox
from tests.screens.sample import NOW

ENDS = NewStep(
    Trigger.PROMOTION_ENDS, Timing.BEFORE, 0, "09:00", subject="Fin de promotion", text="{{ promotion.what }}"
)


@pytest.fixture
def week(store: Store) -> Week:
    set_mailbox(store, 25)
    return Week(store)


def of(store: Store, trigger: Trigger) -> list[Entry]:
    return [one for one in read_calendar(store).come if one.first is not None and one.first.step.trigger is trigger]


def test_each_member_who_meets_what_one_step_sends_twice_is_counted_once(store: Store, week: Week):
    other = store.catalogues.add_product(week.catalogue, "Poireaux", 250)
    for product in (week.product, other):
        store.promotions.add(Promotion(date(2026, 11, 21), date(2026, 11, 23), product, percent=10))
    week.attach(ENDS, title="Promotions", place=GROUP)
    week.attach(last_call())
    (call,) = of(store, Trigger.CLOSES)
    reach = read_counted(store, read_calendar(store).come).reach[call.key]
    assert reach.mails == 4
    assert [meeting_words(one, store.clock) for one in reach.meets] == [
        "4 also get “Fin de promotion” Mon 23 Nov 09:00"
    ]
    assert call.first is not None
    found = read_entry(store, call.first.step.id, call.first.key)
    assert found is not None
    assert found.counted.reach[call.key].meets == reach.meets, "its own page says the same"


def test_a_promotion_is_named_by_its_product_and_a_catalogue_once(store: Store, week: Week):
    for product, catalogue in ((week.product, None), (None, week.catalogue)):
        store.promotions.add(Promotion(date(2026, 11, 21), date(2026, 11, 23), product, catalogue, percent=10))
    week.attach(ENDS, title="Promotions", place=GROUP)
    product, catalogue = of(store, Trigger.PROMOTION_ENDS)
    assert (about(product, short=True), about(product)) == ("Carottes", "Carottes, Légumes du Gué")
    assert (about(catalogue, short=True), about(catalogue)) == ("Légumes du Gué", "Légumes du Gué")
    assert {one.about for one in read_planned(store)} == {"Carottes", "Légumes du Gué"}


def test_what_is_counted_from_a_day_is_due_on_a_day(store: Store, week: Week):
    week.attach(at_once(Trigger.REGISTRATION), title="Accueil", place=GROUP)
    week.attach(last_call())
    store.members.add(Member((Person("Zélie", "Nouveau", "z@exemple.fr"),), joined_on=date(2026, 11, 21)))
    (welcome,), (call,) = of(store, Trigger.REGISTRATION), of(store, Trigger.CLOSES)
    assert welcome.first is not None
    assert call.first is not None
    assert due_words(welcome.first, store.clock) == "Sat 21 Nov"
    assert soon(welcome, store.clock) == "today"
    assert due_words(call.first, store.clock) == "Sun 22 Nov 18:00"
    (met,) = read_counted(store, [welcome, call]).reach[call.key].meets
    assert meeting_words(met, store.clock) == "1 also gets “AMAP : registration” Sat 21 Nov"


def test_who_may_not_see_a_producers_orders_is_refused_before_being_asked(store: Store, week: Week, act_as):
    week.attach(at_once(Trigger.RECAP), title="Récap")
    store.operators.add("lucie", "Lucie", "writer")
    (recap,) = of(store, Trigger.RECAP)
    assert refusal(store.operators.me(), recap) is None
    assert doubt(recap, store.clock).startswith("Orders are still open: the producer is told what there is by now")
    assert isinstance(refusal(act_as("lucie").operators.me(), recap), NotAllowed)


def test_of_several_that_are_sent_what_could_not_go_is_told(store: Store, week: Week, monkeypatch):
    monkeypatch.setattr(start_sending, "start_sending", lambda _store: True)  # the process is tested elsewhere
    week.attach(at_once(Trigger.REGISTRATION), title="Accueil", place=GROUP)
    for name in ("zelie", "armand"):
        store.members.add(Member((Person(name, "Nouveau", f"{name}@exemple.fr"),), joined_on=date(2026, 11, 21)))
    (welcome,) = of(store, Trigger.REGISTRATION)
    first = welcome.occurrences[0]
    send(store, Entry("", welcome.at, "", (first,)))
    sent = send(store, welcome)
    assert (sent.mails, sent.refused) == (1, 1)
    assert isinstance(sent.error, Invalid)
    store.clock._now = lambda: NOW + timedelta(minutes=3)
    store.members.add(Member((Person("Odile", "Nouveau", "o@exemple.fr"),), joined_on=date(2026, 11, 21)))
    queue_automatic(store)
    over = [one.key for entry in read_calendar(store).over for one in entry.occurrences]
    for key in over:
        assert key in [one.key for one in find_entry(store, first.step.id, key).occurrences]
    assert len(read_calendar(store).over) == 2, "what went at another time stands for itself"


def test_the_desk_names_the_next_mail_however_far_it_is(store: Store, week: Week):
    week.cancel()
    store.distributions.add(date(2026, 12, 17), "18:00", "19:30", "Treillières", [week.catalogue])
    week.attach(last_call(), last_call(days=0, hour="08:00", label="Dernière heure"))
    text = "\n".join(line.plain for line in lines(read_desk(store), store.clock, 80))
    assert "   Sun 13 Dec 18:00  AMAP : dernier rappel · Thu 17 Dec" in text
    assert "~4 mails [v]" in text
    assert "Dernière heure" not in text, "of what is so far off the first one tells enough"
    assert "Nothing is kept" not in text


def test_what_goes_by_itself_stays_in_view_on_a_full_desk(store: Store, week: Week):
    week.attach(last_call())
    store.messages.new(EVERYONE, subject="Brouillon", text="Bonjour")
    desk = replace(read_desk(store), no_backup="no backup " * 9, answers=2, unread="unread " * 20, came_back=3, held=4)
    full, short = ([line.plain for line in lines(desk, store.clock, 80, rows)] for rows in (40, 12))
    assert len(full) > 12
    assert any("dernier rappel" in line for line in short[:12])
    assert not any("dernier rappel" in line for line in full[:12])
    assert {line[8:40].strip() for line in full} == {line[8:40].strip() for line in short}, "nothing is left out"
    assert max(map(len, short)) <= 79, "the last cell is the scroll bar's"


def test_what_the_mailbox_cannot_send_in_time_is_said_beforehand(store: Store, week: Week):
    set_mailbox(store, 25, per_hour=1)
    week.attach(last_call(days=0, hour="18:00"), last_call(days=0, hour="06:00", label="Tôt"))
    calendar = read_calendar(store)
    counted = read_counted(store, calendar.come)
    said = [line.said for line in coming_lines(calendar, counted, store.clock, 76)]
    beyond = [
        place for place, line in enumerate(said) if "! the mailbox's limits: about 2 of these come too late" in line
    ]
    assert len(beyond) == 1
    assert said[beyond[0] - 1].startswith(" ! 18:00  AMAP : dernier rappel")


def test_a_name_is_cut_only_in_the_line_that_has_no_room(store: Store, week: Week):
    desk = read_desk(store)
    assert desk.distribution is not None
    (one,) = desk.distribution.catalogues
    told = replace(
        one, name="Moulin d'Ancenis et fils", recap_sent_at=NOW, recap_sent_by="Marie-Christine", catalogue_id=9
    )
    full = replace(
        desk, distribution=replace(desk.distribution, catalogues=(one, replace(told, name="Vergers de la Loire")))
    )
    text = "\n".join(line.plain for line in lines(full, store.clock, 60))
    assert "   Légumes du Gué " in text
    assert "   Vergers…" in text


def test_who_has_no_e_mail_stands_with_a_phone(store: Store, week: Week):
    zoe = store.members.add(Member((Person("Zoé", "Sansmail", phone="06 39 98 00 07"),), joined_on=date(2020, 1, 1)))
    week.attach(at_once(Trigger.CONFIRMED), title="Merci")
    week.order(zoe)
    (went,) = queue_automatic(store)
    found = read_entry(store, went.occurrence.step.id, went.occurrence.key)
    assert found is not None
    assert [(one.name, one.where) for one in found.people] == [("Zoé Sansmail", "06 39 98 00 07")]


def test_the_desk_lists_all_messages_with_calls(store: Store, week: Week):
    store.members.add(Member((Person("Zoé", "Sansmail", phone="06 39 98 00 07"),), joined_on=date(2020, 1, 1)))
    for label in ("Un", "Deux", "Trois", "Quatre"):
        week.attach(last_call(label=label), title=label)
    for entry in of(store, Trigger.CLOSES):
        send_now(store, entry.occurrences[0].step.id, entry.occurrences[0].key)
    said = [(text.strip(), letter) for text, letter in calls(read_desk(store))]
    assert [letter for _text, letter in said] == ["t", "", "", ""]
    assert all(text.endswith("1 to call") for text, _letter in said[:3])
    assert said[3][0] == "and 1 more message with calls"


def test_a_part_of_a_percent_is_said_to_be_none(store: Store):
    with pytest.raises(Invalid) as refused:
        less_of("33,3 %")
    assert words_for(refused.value) == "33,3%: from 1 to 100 can be said."


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_nothing_has_sent_a_mail_is_not_cut(store: Store, week: Week, language: str):
    week.attach(last_call(label="Dernier rappel avant la clôture des commandes"))
    store.clock._now = lambda: NOW + timedelta(hours=21)
    with speaking(language):
        said = [line.plain for line in lines(read_desk(store), store.clock, 80)]
        (line,) = (one for one in said if one.endswith("[v]") and "Dernier" in one and "!" in one)
    assert not line.endswith("… [v]")
