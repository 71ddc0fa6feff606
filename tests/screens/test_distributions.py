"""Distributions: planned, repeated, moved, cancelled, with closings and stock of their own, by few keys."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from mail.automatic import queue_automatic
from screens.distribution_hours import moment_before
from screens.house import HouseApp
from store import Store
from store.errors import Invalid
from store.segments import words
from tests.mail.flows import SUNDAY_EVENING, Week, last_call, mails
from tests.mail.outgoing import set_mailbox
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, opened, settled, text_of, written

PLACE = "Salle des fêtes, Treillières"


async def press(pilot: Pilot[None], *keys: str) -> str:
    """Press keys; what begins with ' is typed. Returns what is on the screen then, one space apart."""
    for key in keys:
        await pilot.press(*(("space" if c == " " else c for c in key[1:]) if key[0] == "'" else (key,)))
    await written(pilot)
    assert isinstance(pilot.app, HouseApp)
    return " ".join(text_of(pilot.app).split())


def days(store: Store) -> list[date]:
    return [row.day for row in reversed(store.distributions.rows())]


def test_the_list(store: Store, sample: Sample, snap_compare):
    plan = store.distributions
    plan.edit(sample.audience.offering.next, 1, starts_at="18:00", ends_at="19:30", place=PLACE, note="Clé : mairie")
    plan.duplicate(sample.audience.offering.next, [date(2026, 12, 3), date(2026, 12, 10)])
    plan.cancel(plan.resolve("2026-12-10"), 1, "pas de salle")

    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot, "distributions")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


def test_a_distribution(store: Store, sample: Sample, snap_compare):
    sold = sample.audience.offering
    store.distributions.set_hours(sold.next, sold.catalogues["flour"], None, datetime(2026, 11, 25, 12))

    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot, "distribution", distribution_id=sold.next)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


async def test_the_next_week_is_one_key_and_enter(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot, "distributions")
        shown = await press(pilot, "u", "enter")
        assert "Planned. Enter opens it." in shown
        assert "Thursday 3 December 2026, Treillières" in shown, "the new one is marked"
    assert days(store) == [date(2026, 11, 12), date(2026, 11, 26), date(2026, 12, 3)]
    copy = store.distributions.get(store.distributions.resolve("2026-12-03"))
    assert (copy.starts_at, copy.ends_at, copy.place, len(copy.catalogues)) == ("18:00", "19:30", "Treillières", 3)
    assert [c.closes for c in copy.catalogues][1] == datetime(2026, 11, 30, 20)


async def test_a_series_leaves_out_holidays_and_days_that_have_one(store: Store, sample: Sample):
    store.distributions.duplicate(sample.audience.offering.next, [date(2026, 12, 10)])
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "distributions")
        shown = await press(pilot, "u", "6")
        assert "[ ] Thu 10 Dec 2026 there is one already [x] Thu 17 Dec 2026" in shown
        shown = await press(pilot, "down", *["down"] * 3, "space")
        assert "[ ] Thu 24 Dec 2026" in shown
        assert "Mon 21 Dec 20:00: Légumes du Gué · " in shown
        shown = await press(pilot, "enter")
        assert "5 distributions are planned." in shown
        shown = await press(pilot, "u", "'0", "enter")
        assert "A number from 1 to 53 is needed." in shown
        assert app.focused is app.screen.query_one("#copy-count")
        shown = await press(pilot, *["backspace"] * 2, "'2", "tab", "'2", "tab", "'20 jan", "enter")
        assert "2 distributions are planned." in shown
        shown = await press(pilot, "u", "tab", "'8")
        assert "from 17/03/2027" in shown, "a first day that nobody typed follows the weeks"
    planned = [3, 10, 17, 31, 7, 14, 20, 3]
    assert [day.day for day in days(store)[2:]] == planned


async def test_a_new_day_is_typed_as_one_says_it(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "distributions")
        shown = await press(pilot, "n", "'5 déc", "tab", "'9h-8h")
        assert "Saturday 5 December 2026, in 14 days" in shown
        assert "It ends before it begins" in shown
        shown = await press(pilot, "f8")
        assert app.screen.NAME == "distribution_form", "nothing is lost"
        assert app.screen.query_one("#form-hours", Input).value == "9h-8h"
        app.screen.query_one("#form-place", Input).value = "Halle"
        shown = await press(pilot, "backspace", "backspace", "'12h30", "tab", "tab", "'Clé")
        assert "from 09:00 to 12:30" in shown
        assert "[x] Volailles Rigaud closes Sun 29 Nov 20:00" in shown
        shown = await press(pilot, "tab", "tab", "tab", "space", "ctrl+s")
        assert "Planned. Enter opens it." in shown
    made = store.distributions.get(store.distributions.resolve("2026-12-05"))
    assert (made.starts_at, made.ends_at, made.place, made.note) == ("09:00", "12:30", "Halle", "Clé")
    assert [c.name for c in made.catalogues] == ["Volailles Rigaud", "Légumes du Gué"]


async def test_a_first_day_for_a_new_group(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot, "distributions")
        assert "n plans the first one" in text_of(pilot.app)
        shown = await press(pilot, "n", "'26/11", "enter", "'18h-19h30", "enter", "'Halle", "enter", "enter")
        assert "There is no catalogue yet: F2 c makes one" in shown
        assert "Planned." in await press(pilot, "enter")
        assert "No catalogue is offered on this day yet" in await press(pilot, "enter")


async def test_whoever_ordered_for_a_moved_day_is_told(store: Store, sample: Sample):
    sold, members = sample.audience.offering, sample.audience.members
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "distribution", distribution_id=sold.next)
        shown = await press(pilot, "v", "'27/11")
        assert "! 3 members are concerned: 2 orders, 1 open basket." in shown
        assert "tell the producer too: Volailles Rigaud" in shown
        assert "Légumes du Gué closes Mon 23 Nov 20:00 → Tue 24 Nov 20:00" in shown
        shown = await press(pilot, "f8")
        assert "Moved to Fri 27 Nov. 3 members should know: w writes." in shown
        await press(pilot, "w", "f3", "w")
        assert app.screen.NAME == "compose"
        assert len(store.messages.all("draft")) == 2, "one more than there was"
    moved = store.distributions.get(sold.next)
    assert moved.day == date(2026, 11, 27)
    message = store.messages.get(store.messages.all()[0].id)
    told = [members[name] for name in ("paul", "guerin", "odette")]
    assert words(message.segment) == f"nobody + member(ids={', '.join(map(str, sorted(told)))})"
    assert message.distribution_id == sold.next
    assert "the distribution moves to {{ distribution.day }}" in message.subject


async def test_a_cancelled_day_comes_back_with_its_orders(store: Store, sample: Sample):
    following = sample.audience.offering.next
    ordered = store.orders.get(sample.late_order).lines[0].product
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "distribution", distribution_id=following)
        shown = await press(pilot, "x")
        assert "3 members are concerned: 2 orders, 1 open basket." in shown
        assert "Durand Paul 06 39 98 00 01" in shown
        assert "Maréchal Odette" in shown, "who has but an open basket comes, too"
        assert "say why first" in await press(pilot, "enter")
        await press(pilot, "'pas de ")
        app.screen.keep()  # the line drops
        shown = await press(pilot, "f3", "x", "'salle", "enter")
        assert "Cancelled. z brings it back. 3 members should know: w writes." in shown
        assert "! Cancelled Sat 21 Nov 21:04 by Marie: pas de salle" in shown
        assert store.orders.get(sample.late_order).state == "cancelled"
        await press(pilot, "f3")
        app.go("distribution", distribution_id=following)
        await settled(pilot)
        await press(pilot, "w")
        assert app.screen.NAME == "compose", "also by somebody who comes later"
        message = store.messages.get(store.messages.all()[0].id)
        assert "no distribution" in message.subject
        assert str(sample.audience.members["paul"]) in words(message.segment)
        with store.writing() as t:
            t.execute("UPDATE products SET stock_kind = 'all', stock = 0 WHERE id = ?", (ordered.id,))
        shown = await press(pilot, "f3", "z")
        assert f"{ordered.name}: none left. z again brings it back all the same." in shown
        assert store.distributions.get(following).cancelled
        assert "It takes place, with 2 orders." in await press(pilot, "z")
    assert store.orders.get(sample.late_order).state == "confirmed"


async def test_a_catalogue_gets_its_own_closing_and_stock_for_a_day(store: Store, sample: Sample):
    sold = sample.audience.offering
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot, "distribution", distribution_id=sold.next)
        shown = await press(pilot, "enter", "c", "'demain", "enter")
        assert "“demain” is no day and hour" in shown
        assert "Closes when? demain" in shown, "nothing typed is lost"
        shown = await press(pilot, *["backspace"] * 6, "'2 12h", "enter")
        assert "Closes Tue 24 Nov 12:00 (rule: 6 days before, 20:00)" in shown
        assert "Poulet fermier 10 1 9" in shown
        assert "Poulet fermier is sold whole: so is its stock." in await press(pilot, "enter", "'1,5", "enter")
        shown = await press(pilot, *["backspace"] * 3, "'3", "enter")
        assert "Poulet fermier 3 10 1 2" in shown
        assert "Poulet fermier 10 1 9" in await press(pilot, "enter", "backspace", "enter")
        assert "Closes Fri 20 Nov 20:00 By its rule." in await press(pilot, "t")
        assert "Volailles Rigaud is ordered here" in await press(pilot, "x")
        shown = await press(pilot, "f3", "down", "down", "enter", "x")
        assert "Moulin d'Ancenis is taken off this day. a offers it again." in shown
        assert "Moulin d'Ancenis is offered on this day, too." in await press(pilot, "a", "enter")
    assert len(store.distributions.get(sold.next).catalogues) == 3


async def test_two_who_change_a_day_keep_what_both_typed(store: Store, sample: Sample):
    following = sample.audience.offering.next
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot, "distribution", distribution_id=following)
        await press(pilot, "e", "'17h-19h")
        store.distributions.edit(following, 1, starts_at="18:00", ends_at="19:30", place=PLACE, note="")
        assert "Marie saved meanwhile; taken over: Place." in await press(pilot, "f8")
        assert "Saved. 3 members should know: w writes." in await press(pilot, "f8")
    stored = store.distributions.get(following)
    assert (stored.starts_at, stored.place) == ("17:00", PLACE)


async def test_a_producer_sees_and_sets_only_what_is_theirs(store: Store, sample: Sample, act_as):
    sold = sample.audience.offering
    store.operators.add("rigaud", "Volailles Rigaud", "producer", catalogues=[sold.catalogues["poultry"]])
    async with make_app(act_as("rigaud")).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "distributions")
        assert "You are not allowed to take orders of all catalogues." in await press(pilot, "n", "u")
        assert app.screen.NAME == "distributions", "planning is not theirs"
        shown = await press(pilot, "enter")
        assert "Volailles Rigaud" in shown
        for hidden in ("Légumes", "Moulin", "3 members"):
            assert hidden not in shown
        assert "You are not allowed to take orders of all catalogues." in await press(pilot, "v", "x")
        assert app.screen.NAME == "distribution"
        assert "Closes Wed 25 Nov 20:00" in await press(pilot, "enter", "c", "'25/11 20h", "enter")


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("23/11 20h", datetime(2026, 11, 23, 20)),
        ("Mon 23 Nov 20:00", datetime(2026, 11, 23, 20)),
        ("2 days before 20h", datetime(2026, 11, 24, 20)),
        ("2 20:00", datetime(2026, 11, 24, 20)),
        ("23 20:00", datetime(2026, 11, 23, 20)),
        ("", None),
    ],
)
def test_a_closing_is_a_moment_or_so_many_days_before(typed: str, moment: datetime | None):
    assert moment_before(typed, date(2026, 11, 26), "closes") == moment


def test_a_closing_needs_a_day_and_an_hour():
    for typed in ("23/11", "20h", "soon"):
        with pytest.raises(Invalid):
            moment_before(typed, date(2026, 11, 26), "closes")


async def test_waiting_mails_of_a_day_that_changes_are_said_to_be_taken_back(store: Store):
    set_mailbox(store, 25)
    week = Week(store)
    week.attach(last_call())
    store.clock._now = lambda: SUNDAY_EVENING
    queue_automatic(store)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sent' WHERE id = 1")
    said = "3 automatic mails in the outbox are taken back. 1 automatic mail with the former day has gone out."
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot, "distribution_form", distribution_id=week.day, act="move")
        assert said in await press(pilot)
        await opened(pilot, "distribution_cancel", distribution_id=week.day)
        assert said in await press(pilot)
        await press(pilot, "'neige", "enter")
    assert [state for _address, state, _reason in mails(store)].count("held") == 3
