"""Members: found as one types, filtered, starred, and led to the form and to an order."""

from __future__ import annotations

import threading

import pytest
from textual.pilot import Pilot

from screens.house import HouseApp
from screens.members import MembersTable
from screens.widgets.line import Line
from store import Store
from store.members import Member, Person
from store.segments import parse
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, settled, text_of


async def opened(pilot: Pilot[None], **parameters: object) -> HouseApp:
    app = pilot.app
    assert isinstance(app, HouseApp)
    await settled(pilot)
    app.go("members", **parameters)
    await settled(pilot)
    return app


async def type_in(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*("space" if c == " " else c for c in text))
    await settled(pilot)


def names(app: HouseApp) -> list[str]:
    table = app.screen.query_one(MembersTable)
    return [str(table.get_row_at(i)[0]) for i in range(table.row_count)]


def test_the_list(store: Store, sample: Sample, snap_compare):
    store.members.star(sample.audience.members["odette"], True)

    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("down", "down")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


async def test_the_list_follows_each_letter(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        everyone = len(names(app))
        await type_in(pilot, "g")
        assert names(app) == ["Guérin Hélène & François"]
        await type_in(pilot, "zz")
        assert "Nobody answers to “gzz”" in text_of(app)
        await pilot.press("backspace", "backspace", "backspace")
        await settled(pilot)
        assert len(names(app)) == everyone
        assert f"{everyone} members" in text_of(app)


async def test_letters_and_enter_at_once_open_who_was_typed(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        for key in "odette":
            app.post_message(_key(key))
        app.post_message(_key("enter"))
        await settled(pilot)
        assert app.screen.NAME == "member"
        assert app.screen.heading()[0] == "Maréchal Odette"


async def test_enter_on_what_nobody_answers_to_writes_them_down(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await type_in(pilot, "prigent anne")
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.query_one("#member-last-name").value == "Prigent"
        assert app.screen.query_one("#member-first-name").value == "Anne"
        await pilot.press("f8")
        await settled(pilot)
        assert app.screen.NAME == "members"
        assert store.members.search("prigent").rows[0].name == "Prigent Anne"
        assert names(app) == ["Prigent Anne"]


async def test_a_star_is_given_and_taken(store: Store, sample: Sample):
    odette = sample.audience.members["odette"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await type_in(pilot, "odette")
        await pilot.press("f7")
        await settled(pilot)
        assert store.members.get(odette).vip
        assert "★" in str(app.screen.query_one(MembersTable).get_row_at(0)[4])
        await pilot.press("down", "s")
        await settled(pilot)
        assert not store.members.get(odette).vip


async def test_a_star_given_just_before_leaving_is_kept(store: Store, sample: Sample):
    """The write may run when the screen is gone already."""
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        busy = threading.Event()
        app.writer.submit(lambda: busy.wait(5))
        await type_in(pilot, "mar od")
        await pilot.press("f7", "f3")
        await pilot.pause()
        assert not app.screen.query(MembersTable)
        busy.set()
        app.writer.close()
    assert store.members.get(sample.audience.members["odette"]).vip


async def test_a_filter_is_named_and_taken_away(store: Store, sample: Sample):
    store.members.star(sample.audience.members["odette"], True)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, segment=parse("nobody + vip"))
        assert names(app) == ["Maréchal Odette"]
        assert app.screen.heading()[0].startswith("Members: ")
        await type_in(pilot, "gue")
        assert names(app) == []
        await pilot.press("backspace", "backspace", "backspace", "down", "x")
        await settled(pilot)
        assert app.screen.heading()[0] == "Members"
        assert len(names(app)) > 1


async def test_a_filter_is_chosen_in_the_picker(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("f4")
        await settled(pilot)
        assert app.screen.NAME == "picker"
        app.screen.dismiss(parse("nobody + never_ordered"))
        await settled(pilot)
        assert app.screen.NAME == "members"
        assert app.screen.heading()[0] != "Members"
        assert 0 < len(names(app)) < store.members.search("").total


async def test_a_filter_that_a_colleague_breaks_is_an_error_in_words(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, segment=parse("everyone - ordered(distribution=next)"))
        assert app.screen.NAME == "members"
        assert "!" in text_of(app)


async def test_an_empty_group_is_told_what_comes_first(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        assert "There are no members yet" in text_of(app)


async def test_the_next_page_comes_when_one_goes_on(store: Store):
    for number in range(14):
        store.members.add(Member(people=(Person("Anne", f"Durand{number:02}"),)))
    async with make_app(store).run_test(size=(80, 14)) as pilot:
        app = await opened(pilot)
        page = len(names(app))
        assert page < 14
        await pilot.press(*["down"] * (page + 1))
        await settled(pilot)
        assert len(names(app)) > page
        table = app.screen.query_one(MembersTable)
        assert names(app)[table.cursor_row] == f"Durand{page:02} Anne"
        await pilot.press(*["up"] * (page + 1))
        await settled(pilot)
        assert isinstance(app.focused, Line)


async def test_what_a_colleague_adds_appears(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await type_in(pilot, "aub")
        assert names(app) == []
        store.members.add(Member(people=(Person("Luc", "Aubert"),)))
        app._poll()
        await settled(pilot)
        assert names(app) == ["Aubert Luc"]
        assert app.screen.query_one(Line).value == "aub"


@pytest.mark.parametrize("width", [80, 120])
async def test_the_columns_use_the_room_there_is(store: Store, sample: Sample, width: int):
    async with make_app(store).run_test(size=(width, 24)) as pilot:
        app = await opened(pilot)
        table = app.screen.query_one(MembersTable)
        assert sum(column.get_render_width(table) for column in table.columns.values()) in (width - 1, width)


def _key(key: str):
    from textual.events import Key

    return Key(key, key if len(key) == 1 else None)
