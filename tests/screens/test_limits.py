"""The limits of messages: what is set, what is refused, and who may set them."""

from __future__ import annotations

from collections.abc import Callable

from store import Store
from store.limits import RANGES, Limits
from tests.screens.conftest import SIZE
from tests.screens.packets import at
from tests.screens.sample import make_app, opened, settled


async def test_limits_are_explained_checked_and_set_for_the_group(store: Store):
    async with at(store) as desk:
        shown = await desk.type("<f2>", "l")
        assert "Limits of messages" in shown
        assert "“everyone” is never an accident" in shown
        shown = await desk.type("x", "<f8>")
        assert "Ask above: a whole number from 0 to 100000." in shown
        assert store.settings.limits() == Limits()
        shown = await desk.type("<backspace>", "<down>", "<ctrl+u>", "72", "<enter>")
        assert "are read. As it comes: 4." in shown
        shown = await desk.type("<f8>")
        assert "Saved." in shown
        assert store.settings.limits() == Limits(subject_length=72)
        store.settings.set_limits(files_mb=25)
        desk.app._poll()
        assert "25         MB for all files" in await desk.shown()
        await desk.type("<f8>")
        assert desk.app.screen.NAME == "desk"


def test_every_limit_has_a_field():
    from screens import limits_words as words

    assert set(words.LABELS) == set(words.NOTES) == set(words.EXPLAINED) == set(RANGES)


async def test_who_may_not_set_limits_is_told_why(store: Store, act_as: Callable[[str], Store]):
    store.operators.add("paul", "Paul", "writer")
    async with at(act_as("paul")) as desk:
        shown = await desk.type("<f2>", "l")
        assert "You are not allowed to change the group's settings." in shown
        shown = await desk.open("limits")
        assert desk.app.screen.NAME == "desk"
        assert store.settings.limits() == Limits()


def test_picture(store: Store, snap_compare):
    async def typed(pilot) -> None:
        await opened(pilot, "limits")
        await pilot.press("down", *["backspace"] * 2, "7")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=typed)
