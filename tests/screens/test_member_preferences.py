"""Which messages people want: what is said is written down, and a STOP is not lifted in passing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.pilot import Pilot

from screens.house import HouseApp
from store import Store
from store.preferences import KINDS, suppress
from tests.screens.conftest import SIZE
from tests.screens.sample import NOW, Sample, make_app, settled, text_of, written

NEWS = ["down"] * 4


async def opened(pilot: Pilot[None], member_id: int) -> HouseApp:
    app = pilot.app
    assert isinstance(app, HouseApp)
    await settled(pilot)
    app.go("member_preferences", member_id=member_id)
    await settled(pilot)
    return app


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
    await written(pilot)


@pytest.fixture
def stopped(store: Store, sample: Sample) -> int:
    """Two people of whom one answered STOP, and one refused two kinds by letter."""
    guerin = store.members.get(sample.audience.members["guerin"])
    first, second = guerin.people
    store.members.set_preferences(second.id, {("email", "last_call"): False, ("sms", "opening"): False}, "by letter")
    store.members.set_preference(first.id, "email", "targeted", False, "stop")
    return guerin.id


def wishes(store: Store, member_id: int, place: int) -> dict[tuple[str, str], tuple[bool, str]]:
    person = store.members.get(member_id).people[place]
    said = store.members.all_preferences(person.id)
    return {(p.channel, p.kind): (p.allowed, p.source) for p in said if p.since}


def test_what_two_people_want(store: Store, stopped: int, snap_compare):
    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot, stopped)
        await press(pilot, "down", "space", *NEWS[1:])

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


async def test_a_refusal_is_saved_with_how_it_was_said(store: Store, sample: Sample):
    odette = sample.audience.members["odette"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, odette)
        await press(pilot, *NEWS, "space", "right", "space", "f8")
        assert "How did they say so?" in text_of(app)
        await press(pilot, *["backspace"] * 10, *"mail", "enter")
        assert app.screen.NAME == "desk"
    assert wishes(store, odette, 0) == {("email", "targeted"): (False, "mail"), ("sms", "targeted"): (False, "mail")}


async def test_a_change_taken_back_is_no_change(store: Store, sample: Sample):
    odette = sample.audience.members["odette"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, odette)
        await press(pilot, "space", "space", "f8", "f3")
        assert app.screen.NAME == "desk"
    assert wishes(store, odette, 0) == {}


async def test_one_key_refuses_all_mail_of_a_person(store: Store, sample: Sample):
    odette = sample.audience.members["odette"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot, odette)
        await press(pilot, "a", "f8", "enter")
    assert {allowed for allowed, _source in wishes(store, odette, 0).values()} == {False}
    assert {channel for channel, _kind in wishes(store, odette, 0)} == {"email"}
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = pilot.app
        await settled(pilot)
        app.go("member_page", member_id=odette)  # type: ignore[attr-defined]
        await settled(pilot)
        assert "Odette: all (e-mail)" in text_of(app)  # type: ignore[arg-type]


async def test_a_stop_is_shown_and_asks_for_a_second_press(store: Store, stopped: int):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, stopped)
        await press(pilot, *NEWS, "space")
        assert "[!] STOP 21/11/2026" in text_of(app)
        assert "They refused this themselves" in text_of(app)
        await press(pilot, "f3")
        assert app.screen.NAME == "desk"
    assert wishes(store, stopped, 0)["email", "targeted"] == (False, "stop")
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot, stopped)
        await press(pilot, *NEWS, "space", "space", "f8", "enter")
    assert wishes(store, stopped, 0)["email", "targeted"] == (True, "by phone")


async def test_all_kinds_leave_a_stop_as_it_is(store: Store, stopped: int):
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot, stopped)
        await press(pilot, "a", "f8", "enter")
        await opened(pilot, stopped)
        await press(pilot, "a", "f8", "enter")
    said = wishes(store, stopped, 0)
    assert [kind for (_channel, kind), (allowed, _source) in said.items() if not allowed] == ["targeted"]


async def test_an_address_that_refused_everything_is_shown_refused(store: Store, sample: Sample):
    with store.writing() as t:
        suppress(t, "guerin@exemple.fr", "all", "stop")
        t.journal("member.refused")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, sample.audience.members["guerin"])
        assert text_of(app).count("[!] STOP") == 12


async def test_leaving_asks_once_where_a_change_would_be_lost(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, sample.audience.members["odette"])
        await press(pilot, "space", "f3")
        assert "Not saved yet" in text_of(app)
        await press(pilot, "f3")
        assert app.screen.NAME == "desk"


async def test_a_line_that_drops_keeps_what_they_refused_and_saves_it_once_somebody_says_so(
    store: Store, sample: Sample
):
    odette = sample.audience.members["odette"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, odette)
        await press(pilot, *NEWS, "space", "f8", "ctrl+u", *"noted")
        app.hang_up()
    assert wishes(store, odette, 0) == {}
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, odette)
        assert "What you had begun to type here is back. F8 saves it." in text_of(app)
        assert "[ ] refused *" in text_of(app)
        await press(pilot, "f8", "enter")
        assert wishes(store, odette, 0) == {("email", "targeted"): (False, "noted")}
        await opened(pilot, odette)
        assert "begun" not in text_of(app)


async def test_a_line_that_drops_lifts_no_stop_and_one_that_is_said_meanwhile_stays(store: Store, stopped: int):
    person = store.members.get(stopped).people[0].id
    store.members.set_preference(person, "email", "opening", False, "by letter")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, stopped)
        await press(pilot, "space", *NEWS, "space", "space")
        app.hang_up()
    assert set(wishes(store, stopped, 0).values()) == {(False, "by letter"), (False, "stop")}
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, stopped)
        assert text_of(app).count("[x] wanted *") == 2
        app.hang_up()
    later = Store(store.path, "marie", lambda: NOW + timedelta(days=1))
    later.members.set_preferences(person, {("email", "opening"): False}, "stop")
    later.close()
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, stopped)
        assert text_of(app).count("[x] wanted *") == 1


async def test_what_a_colleague_saves_meanwhile_appears_beside_what_was_changed_here(store: Store, sample: Sample):
    odette = sample.audience.members["odette"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, odette)
        await press(pilot, "space")
        person = store.members.get(odette).people[0]
        store.members.set_preference(person.id, "email", "pickup", False, "by phone")
        app.screen.changed()  # type: ignore[attr-defined]
        await settled(pilot)
        assert "[ ] refused *" in text_of(app)
        assert "[ ] refused 21/11/2026" in text_of(app)


async def test_a_stop_said_on_the_phone_is_written_down_at_once(store: Store, sample: Sample):
    guerin = sample.audience.members["guerin"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, guerin)
        await press(pilot, *NEWS, "space", "s")
        assert "What did Hélène say STOP to?" in text_of(app)
        await press(pilot, "f3", "s", "enter")
        assert "STOP is written down for Hélène. 1 mail that waited is held." in text_of(app)
        assert "[!] STOP 21/11/2026 Marie" in text_of(app), "not what was changed before, which is not saved"
        assert wishes(store, guerin, 0) == {("email", "targeted"): (False, "stop")}
        await press(pilot, "right", "s", "down", "enter")
        said = wishes(store, guerin, 0)
        assert {kind for channel, kind in said if channel == "sms"} == set(KINDS) - {"measured"}
        assert set(said.values()) == {(False, "stop")}
        await press(pilot, "f3")
        assert app.screen.NAME == "desk", "nothing waits to be saved"


async def test_counting_is_asked_about_in_words_and_is_no_matter_of_sms(store: Store, sample: Sample):
    odette = sample.audience.members["odette"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, odette)
        assert "May we count" not in text_of(app)
        await press(pilot, *["down"] * 5)
        assert "Ask: “May we count that you open our mails and click in them?" in text_of(app)
        await press(pilot, "right", "space", "left", "space", "f8")
        await press(pilot, *["backspace"] * 10, *"form", "enter")
    assert wishes(store, odette, 0) == {("email", "measured"): (True, "form")}
    assert store.measuring.consents() == 1
