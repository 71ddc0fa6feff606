"""The segment picker: whom a volunteer chooses with how few keys, and what is in view meanwhile."""

from __future__ import annotations

import re
from typing import Any

import pytest

from screens.picker import PickerScreen
from screens.picker_people import names_on, rooms
from store import Store
from store.people import Member, Person
from store.rule_names import label
from store.segments import NOBODY, Counts, Segment, parse, words
from tests.screens.conftest import SIZE
from tests.screens.packets import at
from tests.screens.sample import Sample, make_app, opened, settled, text_of, written


class Opened:
    """The picker on the app, and what it was left with."""

    def __init__(self, store: Store, segment: Segment = NOBODY, **more: Any) -> None:
        self.app = make_app(store)
        self.segment, self.more = segment, more
        self.left: list[Segment | None] = []

    async def __aenter__(self) -> Opened:
        self.run = self.app.run_test(size=SIZE, notifications=True)
        self.pilot = await self.run.__aenter__()
        await settled(self.pilot)
        self.app.go("picker", self.left.append, segment=self.segment, title="Fromages de Noël", **self.more)
        await self.pilot.pause()
        await settled(self.pilot)
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self.run.__aexit__(*error)

    async def press(self, *keys: str) -> str:
        await self.pilot.press(*keys)
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()
        return text_of(self.app)

    async def type(self, text: str) -> str:
        """Type a long text at once, then Enter."""
        self.app.screen.line.put(text)
        return await self.press("enter")

    @property
    def shown(self) -> str:
        return text_of(self.app)


def marked_step(screen: PickerScreen) -> str:
    """What of the steps is in reverse video, without its number."""
    strips = [screen.steps.render_line(row) for row in range(screen.steps.size.height)]
    reverse = [part.text for strip in strips for part in strip if part.style is not None and part.style.reverse]
    return re.sub(r" {3,}\S+ *$", "", "".join(reverse)).strip()


async def test_subscribers_of_a_catalogue_in_a_few_keys(store: Store, sample: Sample):
    async with Opened(store) as picker:
        shown = await picker.press(*"sub", "enter", *"leg", "enter")
        assert "Subscribers of Légumes du Gué (ordered at least once)" in shown
        assert "+2" in shown
        assert "members 9  selected 2  e-mail 1  not reachable 1  opted out 0" in shown
        assert "1 gets a mail" in shown
        assert "Durand Paul 06 39 98 00 01" in shown
        shown = await picker.press("=")
        assert '> In words: nobody + subscribers(catalogue="Légumes du Gué")' in shown
        assert "+ Subscribers of Légumes du Gué (ordered at least once)" in shown
        await picker.press("enter")
        assert " ▸ Number of orders" in await picker.press(*"orders")
        await picker.press("f3")
        await picker.press("f8")
        assert [words(s) for s in picker.left if s] == ["nobody + subscribers(catalogue=1)"]


async def test_the_rules_are_shown_without_one_that_a_second_enter_would_take(store: Store, sample: Sample):
    async with Opened(store, parse("vip")) as picker:
        shown = await picker.press("enter", "enter")
        assert picker.app.screen.segment == parse("vip")
        assert "↓ marks a rule, and Enter takes it" in shown
        assert "▸" not in shown
        assert re.search(r"… and \d+ more: PgDn", shown)
        assert " ▸ Everyone" in await picker.press("down")
        shown = await picker.press("end")
        assert f" ▸ {label(store.segments.offered()[-1])}" in shown
        assert "more: PgDn" not in shown
        assert " ▸ Everyone" in await picker.press("home")
        seen = picker.shown
        for _page in range(5):
            seen += await picker.press("pagedown")
        assert all(label(name) in seen for name in store.segments.offered())
        await picker.press("home", "down", "enter")
        assert len(picker.app.screen.segment.steps) == 2
        # Nor where a step without parameters is to be another rule.
        await picker.press("up", "home", "down", "enter", "enter")
        assert words(picker.app.screen.segment).startswith("nobody + vip")


async def test_everyone_but_who_has_ordered_for_the_next_distribution(store: Store, sample: Sample):
    async with Opened(store) as picker:
        await picker.type("every")
        await picker.type("ordered")
        shown = await picker.press("enter")
        assert "- remove     Ordered for the next distribution (Thu 26 Nov)" in shown
        await picker.press("f8")
        assert [words(s) for s in picker.left if s] == ["everyone - ordered(distribution=next)"]


async def test_signs_choose_the_verb_and_what_is_not_offered_is_typed(store: Store, sample: Sample):
    async with Opened(store) as picker:
        await picker.type("vip")
        await picker.press("&")
        await picker.type("mobile")
        await picker.press("-")
        await picker.type("post")
        await picker.type("44")
        assert words(picker.app.screen.segment) == "nobody + vip & has_mobile - postal_code(prefix=44)"
        await picker.type("react")
        shown = await picker.type("4")
        assert "Ordered before, but not in the last 4 months" in shown
        await picker.type("spent")
        await picker.type("12,50")
        await picker.type("1/9/2026")
        await picker.press("enter")
        assert words(picker.app.screen.segment).endswith(" + spent(at_least=12.50, since=2026-09-01)")
        # No sentence is cut that a rule and its days make.
        shown = await picker.type(
            "nobody & something_to_collect(next) + spent(12.50, since=2026-09-01, until=2026-11-30)"
        )
        assert "& keep only  Something to collect at the next distribution (Thu 26 Nov)" in shown
        said = " ".join(shown.split())
        assert "+ add Spent at least €12.50 from Tue 1 Sept 2026 to Mon 30 Nov +2 2026" in said


async def test_steps_show_their_gain_and_are_turned_changed_moved_deleted_and_taken_back(store: Store, sample: Sample):
    async with Opened(store, parse("everyone - ordered(next) & has_email + vip")) as picker:
        screen = picker.app.screen
        rows = [line.split() for line in picker.shown.splitlines()[2:7]]
        assert [row[-1] for row in rows] == ["9", "-2", "-2", "+0", "5"]
        assert marked_step(screen) == ""
        await picker.press("up")
        assert marked_step(screen) == "▸ + add        VIP"
        await picker.press("down")
        assert marked_step(screen) == ""
        await picker.press("up", "v")
        assert marked_step(screen) == "▸ & keep only  VIP"
        assert words(screen.segment) == "everyone - ordered(distribution=next) & has_email & vip"
        shown = await picker.press("x")
        assert marked_step(screen) == "▸ & keep only  Has an e-mail"
        assert words(screen.segment) == "everyone - ordered(distribution=next) & has_email"
        assert "Deleted: VIP. z brings it back." in shown
        assert "brings it back" not in await picker.press("z")
        await picker.press("down", "m")
        assert words(screen.segment) == "everyone - ordered(distribution=next) & vip & has_email"
        await picker.press("m", "m")
        assert words(screen.segment) == "everyone & vip - ordered(distribution=next) & has_email"
        await picker.press("down", "enter")
        await picker.type("last")
        assert words(screen.segment) == "everyone & vip - ordered(distribution=last) & has_email"
        await picker.press("up", "home", "enter")
        assert words(screen.segment).startswith("nobody & vip")
        # The step that was typed last is the one that is marked.
        await picker.press("end", "down")
        await picker.type("board")
        await picker.press("up", "x", "r")
        await picker.type("test")
        assert words(screen.segment) == "nobody & vip - ordered(distribution=last) & has_email - test"


async def test_members_are_picked_and_dropped_by_hand(store: Store, sample: Sample):
    members = sample.audience.members
    async with Opened(store) as picker:
        await picker.type("by hand")
        await picker.type("marech")
        await picker.type("guer")
        shown = await picker.press("enter")
        odette, helene = sorted((members["odette"], members["guerin"]))
        assert picker.app.screen.segment == parse(f"member({odette}, {helene})")
        assert "+ add        By hand: Maréchal Odette, Guérin Hélène" in shown
        assert "selected 2" in shown
        # By name, without a rule: the sign says whether in or out.
        await picker.press("-", *"guer", "enter")
        assert picker.app.screen.segment == parse(f"member({odette})")
        await picker.press(*"zo", "enter", "up", "h")
        shown = await picker.press(*"odet")
        assert " ▸ - Maréchal Odette" in shown
        assert "-1 → 1" in shown
        shown = await picker.press("enter", *"odet")
        assert " ▸ + Maréchal Odette" in shown
        await picker.press("enter", "enter")
        assert picker.app.screen.segment == parse(f"member({members['silent']}, {odette})")
        # The step itself: who is named there is listed, and can be named no more.
        await picker.press("up")
        shown = await picker.press("enter")
        assert "   - Petit Zoé" in shown
        await picker.press("down", "down", "enter", "enter")
        assert picker.app.screen.segment == parse(f"member({odette})")


async def test_who_was_dropped_by_hand_and_comes_back_leaves_no_step(store: Store, sample: Sample):
    async with Opened(store, parse("everyone - ordered(next)")) as picker:
        await picker.press("up", "h", *"rossi", "enter", *"guer")
        assert len(picker.app.screen.segment.steps) == 2
        shown = await picker.press(*["backspace"] * 4, *"rossi", "enter")
        assert "selected 7" in shown
        assert words(picker.app.screen.segment) == "everyone - ordered(distribution=next)"
        await picker.press(*"guer", "enter", "enter")
        members = sample.audience.members
        assert words(picker.app.screen.segment).endswith(f"+ member(ids={members['guerin']})")
        shown = await picker.press("up", "h", *"-p")
        offered = [line[3:12] for line in shown.splitlines()[7:12] if line[3:4] in ("+", "-")]
        assert offered == ["- Petit Z", "- Benali ", "- [@click"]  # Paul Durand is out already
        await picker.press(*["backspace"] * 2, *"-guer", "enter", "enter")
        assert words(picker.app.screen.segment) == "everyone - ordered(distribution=next)"


async def test_a_mistake_keeps_what_was_typed_and_says_where(store: Store, sample: Sample):
    async with Opened(store) as picker:
        shown = await picker.type("vip + activasion(3)")
        assert "character 7 “activasion”: there is no such rule." in shown
        assert "activation, reactivation." in shown
        assert "vip + activasion(3)" in shown
        assert picker.app.screen.segment == NOBODY
        await picker.press("escape")
        await picker.type("activation")
        shown = await picker.type("trois")
        assert "“trois”: a number of months is expected." in shown
        assert "a number of months" not in await picker.type("3")


async def test_words_may_be_typed_or_pasted_whole(store: Store, sample: Sample):
    async with Opened(store, parse("vip")) as picker:
        await picker.type("has_mobile & no_email")
        assert words(picker.app.screen.segment) == "nobody + vip + has_mobile & no_email"
        await picker.type("everyone - ordered(last)")
        assert words(picker.app.screen.segment) == "everyone - ordered(distribution=last)"
        shown = await picker.press("-", *"tag", "enter", *"livrasion", "enter")
        assert " ! No member has the tag “livrasion”." in shown
        shown = await picker.type("nobody + vip")
        assert "No member has the tag" not in shown


async def test_why_somebody_is_in_or_out_and_how_they_are_reached(store: Store, sample: Sample):
    store.members.archive_many([sample.audience.members["nameless"]], True)
    async with Opened(store, parse("everyone - ordered(next) + has_mobile + has_email")) as picker:

        async def ask(text: str) -> str:
            await picker.press("f4")
            return await picker.type(text)

        shown = await ask("guer")
        assert "Guérin Hélène & François is in, and gets a mail." in shown
        assert "goes out     - Ordered for the next distribution" in shown
        assert "comes in     + Has an e-mail" in shown
        assert "· Hélène Guérin · guerin@exemple.fr · gets mail" in shown
        shown = await ask("rossi")
        assert "in already   + Has an e-mail" in shown
        shown = await ask("bihan")
        assert "Le Bihan Yves is in, but no mail reaches them: call 06 39 98 00 02." in shown
        shown = await ask("petit")
        assert "Petit Zoé is in, but does not want such mails." in shown
        assert "zoe@exemple.fr · refused since 21 Nov, by phone (Marie)" in shown
        shown = await ask("odet")
        assert "Maréchal Odette is in, but no mail reaches them: call 06 39 98 00 00." in shown
        shown = await ask("club")
        assert "Club 🧀 is archived, and in no segment." in shown


async def test_a_segment_is_saved_taken_renamed_and_deleted(store: Store, sample: Sample):
    async with Opened(store, parse("everyone - ordered(next)")) as picker:
        screen = picker.app.screen
        assert "Saved as “Last call”." in await picker.press("f7", *"Last call", "enter")
        await picker.press("up", "x", "f7")
        shown = await picker.press("enter")  # the name is proposed, and is there with other members
        assert "“Last call” is there already. Replace it?" in shown
        assert "- Ordered for the next distribution" in shown
        await picker.press("f3", "f6")
        assert "everyone - ordered(distribution=next)" in picker.shown
        assert "-2 → 7" in picker.shown
        await picker.type("last")
        assert words(screen.segment) == "everyone - ordered(distribution=next)"
        shown = await picker.press("f6", "=", *" 2", "enter")
        assert "“Last call” is called “Last call 2” now." in shown
        shown = await picker.press("f6", "-")
        assert "Delete “Last call 2”?" in shown
        await picker.press("x", "enter")
        assert [one.name for one in store.segments.saved()] == ["Last call 2"]
        shown = await picker.press("f6", "-", "enter")
        assert "“Last call 2” is deleted." in shown
        assert store.segments.saved() == ()
        assert "No segment is saved yet" in await picker.press("f6")


async def test_the_segment_in_words_is_read_and_changed(store: Store, sample: Sample):
    async with Opened(store, parse("everyone - ordered(next)")) as picker:
        shown = await picker.press("up", "w")
        assert "> In words: everyone - ordered(distribution=next)" in shown
        shown = await picker.press(*" & vipp")
        assert "character 41 “vipp”: there is no such rule." in shown
        await picker.press("enter")
        assert picker.app.screen.line.cursor_position == 40
        await picker.press("end")
        shown = await picker.press("backspace")
        assert "there is no such rule" not in shown
        assert "& VIP" in shown
        assert "-7 → 0" in shown
        await picker.press("enter", "=")
        assert picker.app.screen.line.value == "everyone - ordered(distribution=next) & vip"
        await picker.press("f3", "f8")
        assert [words(s) for s in picker.left if s] == ["everyone - ordered(distribution=next) & vip"]


async def test_what_a_step_would_do_is_counted_before_it_is_taken(store: Store, sample: Sample):
    async with Opened(store, parse("everyone")) as picker:
        assert "-2 → 7" in await picker.press("-", *"ordered", "enter")
        shown = await picker.press("f3", *"post")
        assert "→" not in shown.splitlines()[3]
        assert "→" in (await picker.press("enter", *"44")).splitlines()[3]
        shown = await picker.press("f3")
        assert shown.splitlines()[3].split()[-1] == "9"


async def test_who_got_another_message_lately_is_proposed_to_be_left_out(store: Store, sample: Sample):
    async with Opened(store, parse("everyone")) as picker:
        assert " ! 1 of 5 got “AMAP des Oiseaux : dernier r…” on Sat 21 Nov: F9 leaves them out" in picker.shown
        shown = await picker.press("f9")
        assert words(picker.app.screen.segment) == f"everyone - written_to(message={sample.message})"
        assert "leaves them out" not in shown
        shown = await picker.press("up", "z")
        assert "leaves them out" in shown
        await picker.press("o")
        assert len(picker.app.screen.segment.steps) == 1
    async with Opened(store, parse("everyone"), message_id=sample.message) as picker:
        assert "leaves them out" not in picker.shown
    async with Opened(store, parse("everyone"), writes=False) as picker:
        assert "leaves them out" not in picker.shown


async def test_a_filter_of_members_becomes_a_message_and_a_saved_segment_a_filter(store: Store, sample: Sample):
    store.segments.save("Last call", parse("everyone - ordered(next)"))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "members")
        await pilot.press("f4", "end", "up", "enter")
        await settled(pilot)
        assert "Members: Last call" in text_of(app)
        await pilot.press("down", "W")
        await settled(pilot)
        shown = text_of(app)
        assert "Who gets it?" in shown
        assert "- remove     Ordered for the next distribution" in shown
        await pilot.press("f8")
        await written(pilot)
        assert words(app.screen.draft.message.segment) == "everyone - ordered(distribution=next)"


async def test_keys_typed_ahead_mean_what_they_would_mean_slowly(store: Store, sample: Sample):
    async with at(store) as desk:
        await desk.open("picker")
        await desk.type("everyone", "<enter>", "-ordered", "<enter>", "last", "<enter>", "&email", "<enter>", "<f9>")
        said = "everyone - ordered(distribution=last) & has_email"
        assert words(desk.app.screen.segment) == f"{said} - written_to(message={sample.message})"
        assert "None of them got another message lately." in await desk.type("<f9>")
        await desk.type("<up>", "xxkvip", "<enter>", "=", "<end>", " + board", "<enter>", "+rossi", "<enter>")
        rossi = sample.audience.members["rossi"]
        assert words(desk.app.screen.segment).endswith(f" & vip + board + member(ids={rossi})")
        shown = await desk.type("<f7>", "Bureau", "<enter>", "<f6>", "=", " 2", "<enter>", "<f6>")
        assert "▸ Bureau 2" in shown
        await desk.type("<f3>", "<f4>", "rossi", "<enter>", "<f3>", "<f8>")
        assert desk.app.screen.NAME == "desk"


async def test_a_group_without_members_says_where_they_come_from(store: Store):
    async with Opened(store, parse("everyone")) as picker:
        assert "There are no members yet. F2 m leads to them" in picker.shown
        shown = await picker.press("-", *"vip", "enter", "f4", *"paul", "enter")
        assert "selected 0" in shown
        await picker.press("f3", "f8")
        assert [words(s) for s in picker.left if s] == ["everyone - vip"]


async def test_what_cannot_be_counted_says_why_and_is_not_used(store: Store):
    store.members.add(Member((Person("Odette", "Maréchal"),)))
    async with Opened(store, parse("everyone - ordered(next)")) as picker:
        assert "! There is no distribution to come." in picker.shown
        await picker.press("f8")
        assert picker.left == []


async def test_leaving_with_new_steps_asks_once(store: Store, sample: Sample):
    async with Opened(store) as picker:
        await picker.press("f3")
        assert picker.left == [None]
    async with Opened(store) as picker:
        await picker.type("vip")
        shown = await picker.press("f3")
        assert "F3 once more leaves without them" in shown
        await picker.press("f3")
        assert picker.left == [None]


async def test_steps_come_back_after_the_terminal_was_lost(store: Store, sample: Sample):
    async with Opened(store) as picker:
        await picker.type("vip + has_mobile")
        picker.app.screen.keep()
    async with Opened(store) as picker:
        assert "The steps that you had begun are back" in picker.shown
        assert words(picker.app.screen.segment) == "nobody + vip + has_mobile"
        assert "+ add        Has a mobile" in picker.shown
        await picker.press("f8")
        await written(picker.pilot)
        assert [words(s) for s in picker.left if s] == ["nobody + vip + has_mobile"]
    async with Opened(store) as picker:
        assert picker.app.screen.segment == NOBODY


async def test_who_refuses_the_kind_is_named_apart(store: Store, sample: Sample):
    async with Opened(store, parse("everyone")) as picker:
        assert "opted out 1" in picker.shown
        assert "1 does not want it" in picker.shown
        assert "Petit Zoé 21 Nov, Marie" in picker.shown
    async with Opened(store, parse("everyone"), kind="opening") as picker:
        assert "opted out 0" in picker.shown


async def test_pages_of_names_leave_nobody_out(store: Store):
    for number in range(45):
        email = f"m{number}@exemple.fr" if number < 30 else ""
        store.members.add(Member((Person("Paul", f"Durand{number:02}", email),)))
    refuses = store.members.get(1).people[0].id
    assert refuses is not None
    store.members.set_preference(refuses, "email", "targeted", False, "phone")
    seen = ""
    async with Opened(store, parse("everyone")) as picker:
        for _page in range(5):
            seen += picker.shown
            await picker.press("pagedown")
        await picker.press(*["pageup"] * 5)
        assert "Durand01" in picker.shown
    assert all(f"Durand{number:02}" in seen for number in range(1, 45))


@pytest.mark.parametrize("rows", [5, 7, 12, 31])
@pytest.mark.parametrize("totals", [(0, 0, 0), (1, 0, 1), (4, 3, 2), (9, 40, 1), (3, 2, 60), (200, 0, 7), (12, 11, 12)])
def test_every_page_fits_and_all_pages_hold_everybody(rows: int, totals: tuple[int, int, int]):
    email, unreachable, opted_out = totals
    counts = Counts(sum(totals), sum(totals), email, 0, unreachable, opted_out, email, calls=unreachable)
    room = rooms(counts, rows)
    lists = list(zip(totals, (room.written, room.unreachable, room.opted_out), strict=True))
    assert 1 + room.written <= rows
    assert 1 + room.unreachable + bool(opted_out) + room.opted_out <= rows
    for total, lines in lists:
        names = names_on(total, lines) if lines else 0
        assert names * room.pages(counts) >= total
        assert names <= lines


async def test_what_a_colleague_changes_is_counted_anew(store: Store, sample: Sample):
    async with Opened(store, parse("vip")) as picker:
        assert "selected 0" in picker.shown
        store.members.star(sample.audience.members["odette"], True)
        picker.app._poll()
        await settled(picker.pilot)
        assert "selected 1" in picker.shown


@pytest.mark.parametrize(
    ("segment", "keys"),
    [
        pytest.param("nobody", (), id="empty"),
        pytest.param("everyone - ordered(next) & has_email + vip + subscribers(1)", (), id="filled"),
        pytest.param("vip", ("-", *"ordered"), id="choosing"),
        pytest.param("vip", (*"a + b", "enter"), id="mistake"),
    ],
)
def test_pictures(store: Store, sample: Sample, snap_compare, segment: str, keys: tuple[str, ...]):
    app = make_app(store)

    async def opened(pilot) -> None:
        await settled(pilot)
        app.push_screen(PickerScreen(parse(segment), "Fromages de Noël"))
        await pilot.pause()
        await settled(pilot)
        await pilot.press(*keys)
        await settled(pilot)

    assert snap_compare(app, terminal_size=SIZE, run_before=opened)


async def test_with_further_channels_it_says_who_is_written_to_and_who_is_left_to_call(store: Store, sample: Sample):
    store.members.add(Member(people=(Person("Dora", "Dupré"),), address1="3 rue Basse", city="Dijon"))
    store.members.add(Member(people=(Person("Emile", "Eder", phone="01 99 00 12 34"),)))
    async with Opened(store, parse("everyone"), channels=("email", "sms", "letter")) as picker:
        shown = " ".join(picker.shown.split())
        assert "9 are written to" in shown
        assert "1 to call" in shown
        assert "Dupré Dora letter" in shown
        assert "SMS 3 letters 1" in shown
        assert re.search(r"Eder Emile +01 99 00 12 34", picker.shown)
