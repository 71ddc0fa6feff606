"""The call list of a message: whom no mail of it reaches, what to say to them, and what came of each call."""

from __future__ import annotations

import json

import pytest
from textual.pilot import Pilot

from mail.call_sheet import export_message_calls
from screens.widgets.bars import NoticeLine
from store import Store
from store.errors import Invalid
from store.segments import EVERYONE
from tests.screens.conftest import SIZE
from tests.screens.sample import HOSTILE, Sample, make_app, opened, settled, text_of, written

TEXT = "Bonjour {{ first_name }},\n\nil reste deux jours pour commander.\n\nÀ **jeudi**\n"


@pytest.fixture
def message(store: Store, sample: Sample) -> int:
    """A message in the outbox, one of whose mails came back: four are to be called."""
    from mail.composing import freeze

    message_id = store.messages.new(EVERYONE, "{{ group }} : dernier rappel", TEXT, "Rappel")
    freeze(store, message_id)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'bounced' WHERE address = 'chiara@exemple.fr'")
    return message_id


def states(store: Store, message_id: int) -> dict[str, str | None]:
    return {call.name: call.state for call in store.messages.calls(message_id)}


async def test_calls_are_ticked_as_fast_as_one_types_and_say_what_to_say(store: Store, message: int):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message", message_id=message)
        await pilot.press("k")
        await settled(pilot)
        assert "4 to call" in text_of(app)
        first, second, third, fourth = states(store, message)
        while first not in app.screen.query_one("#calls-who").render().plain:
            await pilot.pause()
        await settled(pilot)
        assert "il reste deux jours pour commander." in text_of(app)
        assert "À jeudi" in text_of(app)
        await pilot.press("c", "r", "o")
        await written(pilot)
        assert states(store, message) == {first: "called", second: "not_reached", third: "ordered", fourth: None}
        assert "2 to call" in text_of(app), "who was not reached is to be called again"
        await pilot.press("z", "up", "up", "c")
        await written(pilot)
        assert states(store, message) == {first: None, second: "not_reached", third: None, fourth: None}


async def test_whose_order_is_taken_from_the_list_is_ticked_off(store: Store, sample: Sample, message: int):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message_calls", message_id=message)
        name = next(iter(states(store, message)))
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "order_entry"
        await pilot.press("f3")
        await settled(pilot)
        assert states(store, message)[name] is None, "nothing was ordered"
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press(*"2 far", "enter")
        await written(pilot)
        await pilot.press("enter", "c")
        await written(pilot)
        await settled(pilot)
        assert app.screen.NAME == "message_calls"
        assert states(store, message)[name] == "ordered"


async def test_the_desk_leads_to_the_calls_of_the_latest_message_until_they_are_done(store: Store, message: int):
    async with make_app(store).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "“Rappel”: 4 to call [t]" in text_of(pilot.app)
        await pilot.press("t", "o", "o", "o", "o")
        await written(pilot)
        assert set(states(store, message).values()) == {"ordered"}
        await pilot.press("q")
        await settled(pilot)
        assert "“Rappel”" not in text_of(pilot.app).replace("“Rappel” waits", "")
    assert message not in [calls.message_id for calls in store.messages.to_call()]


async def test_the_list_is_printed_with_what_to_say(store: Store, message: int):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message_calls", message_id=message)
        await pilot.press("p", "down", "enter")
        while ".txt" not in app.screen.query_one(NoticeLine).text:
            await pilot.pause()
    (path,) = (store.path.parent / "exports").iterdir()
    printed = path.read_text()
    assert path.name == "calls-rappel.txt"
    assert printed.count("il reste deux jours") == 1, "once for all"
    assert "[ ] Maréchal Odette  06 39 98 00 00\n    Bonjour Odette," in printed


def test_the_list_as_a_file_for_programs(store: Store, message: int):
    store.messages.mark_call(message, store.messages.calls(message)[0].member_id, "called")
    rows = json.loads(export_message_calls(store, "json", message).content)
    assert [row["state"] for row in rows] == ["called", "", "", ""]
    assert rows[0]["words"].endswith("il reste deux jours pour commander.\n\nÀ jeudi")
    assert export_message_calls(store, "csv", message).content.decode().count("\r\n") >= len(rows)
    with pytest.raises(Invalid):
        export_message_calls(store, "pdf", message)


def test_words_that_differ_in_length_stand_with_each(store: Store, sample: Sample):
    from mail.composing import freeze

    text = "{% if first_name == 'Odette' %}Bonjour Odette,\n\nvenez\n{% else %}Bonjour{% endif %}"
    message_id = store.messages.new(EVERYONE, "S", text, "Si")
    freeze(store, message_id)
    printed = export_message_calls(store, "txt", message_id).content.decode()
    assert "…" not in printed
    assert "06 39 98 00 00\n    Bonjour Odette,\n\n    venez\n" in printed


async def test_nobody_to_call(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message_calls", message_id=sample.draft)
        assert "The list is made when the message goes out." in text_of(app)
        await pilot.press("c", "z", "p", "enter")
        assert app.screen.NAME == "message_calls"


async def test_what_to_say_stands_beside_the_list_on_a_wide_terminal(store: Store, message: int):
    async with make_app(store).run_test(size=(120, 40)) as pilot:
        app = await opened(pilot, "message_calls", message_id=message)
        await settled(pilot)
        line = next(line for line in text_of(app).splitlines() if "Phone" in line)
        assert store.messages.calls(message)[0].name in line


def test_whom_to_call(store: Store, message: int, snap_compare):
    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "message_calls", message_id=message)
        await pilot.press("c", "r")
        await written(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


async def test_hostile_names_are_only_names_on_the_call_list_and_on_paper(store: Store, hostile_sample: Sample):
    from mail.composing import freeze

    message_id = store.messages.new(EVERYONE, HOSTILE[0], "{{ first_name }} {{ last_name }}", HOSTILE[2])
    freeze(store, message_id)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'failed' WHERE message_id = ?", (message_id,))
    app = make_app(store)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await opened(pilot, "message_calls", message_id=message_id)
        for _name in states(store, message_id):
            await pilot.press("c")
            await settled(pilot)
            assert "\x1b" not in text_of(app)
        await written(pilot)
        assert set(states(store, message_id).values()) == {"called"}
    assert app.fault is None
    assert "\x1b" not in export_message_calls(store, "txt", message_id).content.decode()
