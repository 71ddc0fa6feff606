"""Members: found as one types, filtered, starred, and led to the form and to an order."""

from __future__ import annotations

import threading
import time

import pytest
from textual.pilot import Pilot

from screens.house import HouseApp
from screens.members_filters import Filter, offered
from screens.members_list import MembersTable, column_cells
from screens.widgets.line import Line
from store import Store
from store.errors import DiskFull
from store.members import Found, Member, Members, Person, add_member
from store.segments import EVERYONE, parse
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, text_of
from tests.screens.sample import settled as reads_shown


async def settled(pilot: Pilot[None]) -> None:
    """Until every key has had its effect, and what it read is shown."""
    await reads_shown(pilot)
    assert isinstance(pilot.app, HouseApp)
    for _ in range(200):
        if pilot.app._keys._followed is None:
            break
        await pilot.pause(0.02)
    await reads_shown(pilot)


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
    return [str(table.get_row_at(i)[1]).rstrip() for i in range(table.row_count)]


def test_the_list(store: Store, sample: Sample, snap_compare):
    store.members.star(sample.audience.members["odette"], True)

    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("down", "down", "space", "space")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


def test_the_filters(store: Store, sample: Sample, snap_compare):
    store.segments.save("Fromages de Noël", parse("nobody + vip"))

    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("down", "f", "w", "enter", "f")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


def test_the_question_before_several_are_archived(store: Store, sample: Sample, snap_compare):
    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("down", "A", "x")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=(100, 24), run_before=run_before)


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
        assert app.screen.NAME in ("member", "member_page")
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
        assert "★" in str(app.screen.query_one(MembersTable).get_row_at(0)[-1])
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
        await pilot.press("backspace", "backspace", "backspace", "down", "c")
        await settled(pilot)
        assert app.screen.heading()[0] == "Members"
        assert len(names(app)) > 1


async def test_a_filter_is_one_key_and_its_first_letter_away(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("f4", "w")
        await settled(pilot)
        assert "Without e-mail" in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.heading() == ("Members: Without e-mail", "3 members")
        assert names(app) == ["Durand Paul", "Le Bihan Yves", "Maréchal Odette"]
        assert "e-mail 0  not reachable 3  opted out 0" in text_of(app)


def test_every_ready_filter_lists_as_many_as_it_counts(store: Store, sample: Sample):
    lists = [one for _name, _words, one in offered(store) if isinstance(one, Filter)]
    assert len(lists) > 15
    for one in lists:
        listed = store.members.search("", segment=one.segment, archived=one.archived).total
        expected = 0 if one.archived else store.segments.count(one.segment or EVERYONE).selected
        assert listed == expected, one.name


def test_filters_that_need_a_distribution_are_not_offered_without_one(store: Store):
    assert not [name for name, _words, _one in offered(store) if "rdered" in name and name != "Never ordered"]


async def test_a_filter_is_built_in_the_picker_and_said_with_its_signs(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("f4", "end", "enter")
        await settled(pilot)
        assert app.screen.NAME == "picker"
        app.screen.dismiss(parse("everyone - never_ordered & vip"))
        await settled(pilot)
        assert app.screen.heading()[0] == "Members: Everyone - Never ordered & VIP"


async def test_a_saved_segment_is_a_filter(store: Store, sample: Sample):
    store.segments.save("Le bureau", parse("nobody + member(ids=1)"))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("f4", "end", "up", "enter")
        await settled(pilot)
        assert app.screen.heading()[0] == "Members: Le bureau"
        assert names(app) == ["Maréchal Odette"]


async def test_enter_in_a_filter_takes_what_is_typed_however_slow_the_search_is(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    """Textual's pilot waits between keys; here they come together, while a thread is still looking."""
    slow(monkeypatch)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, segment=parse("everyone"))
        for key in "odette":
            app.post_message(_key(key))
        app.post_message(_key("enter"))
        await until(pilot, lambda: app.screen.NAME != "members")
        await settled(pilot)
        assert app.screen.heading()[0].startswith("Maréchal Odette")


async def test_what_is_done_right_after_a_filter_is_done_to_those_in_it(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    slow(monkeypatch)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("down")
        for key in ("f", "w", "enter", "s"):
            app.post_message(_key(key))
        await until(pilot, lambda: store.members.search("", limit=99, segment=parse("nobody + vip")).total == 1)
        assert store.members.get(sample.audience.members["paul"]).vip


async def test_a_filter_that_a_colleague_breaks_is_an_error_in_words(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, segment=parse("everyone - ordered(distribution=next)"))
        assert app.screen.NAME == "members"
        assert "!" in text_of(app)


async def test_an_empty_group_is_told_what_comes_first(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        assert "There are no members." in text_of(app)


async def test_the_next_page_comes_when_one_goes_on(store: Store):
    for number in range(14):
        store.members.add(Member(people=(Person("Anne", f"Durand{number:02}"),)))
    async with make_app(store, least=(80, 14)).run_test(size=(80, 14)) as pilot:
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


# -- several at once


async def test_marked_members_show_it_and_stay_marked_in_another_search(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await type_in(pilot, "maréchal")
        await pilot.press("down", "space", "slash", *["backspace"] * 8, *"rossi", "down", "space")
        await settled(pilot)
        assert marked(app) == ["Rossi Chiara"]
        assert "2 marked" in text_of(app)
        await pilot.press("s")
        await settled(pilot)
        assert "2 members have the star." in text_of(app)
        assert vips(store) == {"Maréchal Odette", "Rossi Chiara"}
        await pilot.press("z")
        await settled(pilot)
        assert vips(store) == set()


async def test_the_star_is_given_to_all_before_it_is_taken_from_all(store: Store, sample: Sample):
    store.members.star(sample.audience.members["odette"], True)
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("down", "A", "s")
        await settled(pilot)
        assert len(vips(store)) == 9
        await pilot.press("z")
        await settled(pilot)
        assert vips(store) == {"Maréchal Odette"}
        await pilot.press("s", "s")
        await settled(pilot)
        assert vips(store) == set()
        await pilot.press("z", "z")
        await settled(pilot)
        assert vips(store) == {"Maréchal Odette"}


async def test_all_that_are_listed_are_marked_not_only_the_page(store: Store):
    crowd(store, 40)
    async with make_app(store, least=(80, 14)).run_test(size=(80, 14)) as pilot:
        app = await opened(pilot)
        await type_in(pilot, "durand")
        await pilot.press("down", "asterisk")
        await settled(pilot)
        assert len(names(app)) < 40
        assert "40 marked" in text_of(app)
        await pilot.press("u")
        await settled(pilot)
        assert "marked" not in text_of(app)
        assert "40 marks are taken away." in text_of(app)
        await pilot.press("z")
        await settled(pilot)
        assert "40 marked" in text_of(app)


async def test_tags_are_given_and_taken_and_keep_their_spelling(store: Store, sample: Sample):
    odette = sample.audience.members["odette"]
    store.members.tag_many([odette], "Bureau", True)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("down", "A", "t")
        await settled(pilot)
        assert "In use: Bureau" in text_of(app)
        await pilot.press(*"bureau", "comma", "plus", *"été", "enter")
        await settled(pilot)
        assert tags(store) == [("Bureau", "été")] * 9
        assert "9 members have the tag “Bureau”. 9 members have the tag “été”." in text_of(app)
        await pilot.press("z")
        await settled(pilot)
        assert sorted(tags(store)) == [()] * 8 + [("Bureau",)]
        await pilot.press("t", "minus", *"bureau", "enter")
        await settled(pilot)
        assert tags(store) == [()] * 9


async def test_a_question_about_tags_that_is_left_changes_nothing(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("down", "t", "x", "escape")
        await settled(pilot)
        assert isinstance(app.focused, MembersTable)
        await pilot.press("t", "enter")
        await settled(pilot)
        assert tags(store) == [()] * 9


async def test_one_without_an_order_is_archived_at_once_and_comes_back(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await type_in(pilot, "rossi")
        await pilot.press("down", "x")
        await settled(pilot)
        assert "Rossi Chiara is archived. z takes it back." in text_of(app)
        assert store.members.get(sample.audience.members["rossi"]).archived
        await pilot.press("z")
        await settled(pilot)
        assert names(app) == ["Rossi Chiara"]


async def test_who_has_an_order_coming_is_named_before_they_are_archived(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await type_in(pilot, "guerin")
        await pilot.press("down", "x")
        await settled(pilot)
        assert "Guérin Hélène & François has an order for Thu 26 Nov" in text_of(app)
        await pilot.press("escape")
        await settled(pilot)
        assert not store.members.get(sample.audience.members["guerin"]).archived
        await pilot.press("x", "n", "enter")
        await settled(pilot)
        assert "Enter alone, without a letter, says yes" in text_of(app)
        assert not store.members.get(sample.audience.members["guerin"]).archived
        await pilot.press("x", "enter")
        await settled(pilot)
        assert store.members.get(sample.audience.members["guerin"]).archived


async def test_several_are_archived_after_one_question_and_are_marked_again_when_that_is_taken_back(
    store: Store, sample: Sample
):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("down", "A", "x")
        await settled(pilot)
        assert "Archive 9 members?" in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert store.members.search("").total == 0
        assert "marked" not in text_of(app)
        assert "There are no members." in text_of(app)
        await pilot.press("z")
        await settled(pilot)
        assert store.members.search("").total == 9
        assert "9 marked" in text_of(app)
        await pilot.press("down", "u", "s")
        await settled(pilot)
        assert len(vips(store)) == 1


async def test_archived_members_are_found_and_brought_back(store: Store, sample: Sample):
    odette = sample.audience.members["odette"]
    store.members.archive(odette)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        assert "Maréchal Odette" not in names(app)
        await pilot.press("f4", "end", "up", "enter")
        await settled(pilot)
        assert app.screen.heading()[0] == "Members: Archived"
        await type_in(pilot, "ode")
        assert names(app) == ["Maréchal Odette"]
        await pilot.press("down", "s", "b")
        await settled(pilot)
        assert not store.members.get(odette).archived
        assert not store.members.get(odette).vip
        assert "Maréchal Odette is a member again." in text_of(app)


async def test_who_is_gone_since_it_was_marked_stops_nothing(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("down", "A")
        await settled(pilot)
        store.members.archive(sample.audience.members["odette"])
        await pilot.press("s")
        await settled(pilot)
        assert "8 members have the star." in text_of(app)
        assert len(vips(store)) == 8


async def test_a_message_is_written_to_the_marked(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("down", "space", "down", "space", "w")
        await settled(pilot)
        assert app.screen.NAME == "picker"
        ids = tuple(sorted(sample.audience.members[name] for name in ("benali", "nameless")))
        assert app.screen.segment.steps[0].rule.get("ids") == ids
        await pilot.press("f8")
        await settled(pilot)
        assert app.screen.NAME == "compose"
        await pilot.press("escape", "q")
        await settled(pilot)
        assert marked(app) == ["Benali Aïcha / Dupont Paul", "Club 🧀"]


async def test_a_letter_opens_the_form_of_the_marked_line(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await type_in(pilot, "rossi")
        await pilot.press("down", "e", "x", "f8")
        await settled(pilot)
        assert app.screen.NAME == "members"
    assert store.members.get(sample.audience.members["rossi"]).people[0].last_name == "Rossix"


async def test_the_marked_are_exported_else_all_that_are_listed(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await type_in(pilot, "paul")
        await pilot.press("f6")
        await settled(pilot)
        assert (app.screen.NAME, len(app.screen._ids)) == ("export", 2)
        await pilot.press("f3", "down", "space", "slash", *["backspace"] * 4, "f6")
        await settled(pilot)
        assert len(app.screen._ids) == 1
        await pilot.press("f3", "down", "u", "E")
        await settled(pilot)
        assert (app.screen._ids, app.screen._segment) == (None, EVERYONE)


async def test_a_writer_without_the_right_to_members_is_offered_only_what_works(store: Store, sample: Sample, act_as):
    with store.writing() as t:
        anne = t.insert("operators", login="anne", name="Anne")
        t.insert("rights", operator_id=anne, name="members", catalogue_id=None)
    async with make_app(act_as("anne")).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("down", "w", "o")
        await settled(pilot)
        assert app.screen.NAME == "members"


async def test_on_a_full_disk_marks_and_tags_stay_as_they_were_typed(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    def full(*_wanted: object) -> None:
        raise DiskFull(store.path)

    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        monkeypatch.setattr(store.members, "tag_many", full)
        monkeypatch.setattr(store.members, "archive_many", full)
        await pilot.press("down", "A", "t", *"bureau", "enter")
        await settled(pilot)
        assert "The disk is full" in text_of(app)
        assert app.screen.query_one("#answer").value == "bureau"
        await pilot.press("escape", "x", "enter")
        await settled(pilot)
        assert "The disk is full" in text_of(app)
        assert "9 marked" in text_of(app)
        monkeypatch.undo()
        await pilot.press("t", *"bureau", "enter")
        await settled(pilot)
        assert tags(store) == [("bureau",)] * 9


# -- others are at work


async def test_members_that_a_colleague_adds_before_it_leave_the_cursor_on_its_member(store: Store):
    crowd(store, 30)
    async with make_app(store, least=(80, 14)).run_test(size=(80, 14)) as pilot:
        app = await opened(pilot)
        table = app.screen.query_one(MembersTable)
        await pilot.press("down", "end")
        held = names(app)[table.cursor_row]
        for number in range(5):
            store.members.add(Member(people=(Person("Luc", f"Aubert{number}"),)))
        app._poll()
        await settled(pilot)
        assert names(app)[table.cursor_row] == held
        await pilot.press("s")
        await settled(pilot)
        assert vips(store) == {held}


async def test_a_new_search_begins_at_its_first_row(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("down", "end", "slash")
        await type_in(pilot, "paul")
        await pilot.press("f7")
        await settled(pilot)
        assert vips(store) == set(names(app)[:1])


@pytest.mark.parametrize(("width", "shown"), [(80, set()), (100, {"city"}), (120, {"city", "tags"})])
def test_wider_terminals_show_more_and_never_less(width: int, shown: set[str]):
    narrow, wide = column_cells(80), column_cells(width)
    assert wide.keys() - narrow.keys() == shown
    assert all(wide[key] >= cells for key, cells in narrow.items())
    assert sum(wide.values()) == width - 1


def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every search in a segment take its time."""
    search = Members.search

    def slowly(self: Members, text: str, **wanted: object) -> Found:
        if wanted.get("segment") is not None:
            time.sleep(0.1)
        return search(self, text, **wanted)

    monkeypatch.setattr(Members, "search", slowly)


async def until(pilot: Pilot[None], reached) -> None:
    for _ in range(200):
        if reached():
            return
        await pilot.pause(0.05)
    raise AssertionError(text_of(pilot.app))


def crowd(store: Store, size: int) -> None:
    with store.writing() as t:
        for number in range(size):
            add_member(t, Member(people=(Person("Anne", f"Durand{number:03}"),)))


def vips(store: Store) -> set[str]:
    return {row.name for row in store.members.search("", limit=99, segment=parse("nobody + vip")).rows}


def tags(store: Store) -> list[tuple[str, ...]]:
    return [row.tags for row in store.members.search("", limit=99).rows]


def marked(app: HouseApp) -> list[str]:
    table = app.screen.query_one(MembersTable)
    return [name for i, name in enumerate(names(app)) if "x" in str(table.get_row_at(i)[0])]


def _key(key: str):
    from textual.events import Key

    return Key(key, key if len(key) == 1 else None)
