"""The backups on the screen: which there are, one made now, and how many are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from store import Store
from store.backup_records import Rotation
from store.heartbeats import beat
from tests.screens.packets import at


async def test_a_backup_is_made_and_found_and_numbers_are_kept(store: Store):
    async with at(store) as desk:
        shown = await desk.open("backups")
        assert "There is no backup yet: n makes one." in shown
        assert "the last of 7 days, 4 weeks and 6 months are kept" in " ".join(shown.split())
        shown = await desk.type("n")
        assert "The backup is made: " in shown
        assert "by hand" in shown
        assert "\n Made by itself, the last of 7 days" in shown, "on a line of its own"
        last = store.backups.last()
        assert last is not None
        assert f"cabas restore {last.path}".replace(" ", "") in "".join(shown.split())
        cut = last.path.with_name(f"{store.path.name}.20261120T020000Z.auto.backup")
        cut.write_bytes(last.path.read_bytes()[:5000])
        store.operators.add("paul", "Paul", "phone_desk")
        desk.app._poll()
        shown = await desk.shown()
        assert "cut off: of no use" in shown
        shown = await desk.type("k", "<ctrl+u>", "14 8", "<enter>")
        assert "“14 8” is not three numbers" in shown
        shown = await desk.type("k", "<ctrl+u>", "99 4 6", "<enter>")
        assert "Not 99: kept are" in shown
        shown = await desk.type("k", "<ctrl+u>", "14 8 12", "<enter>")
        assert "the last of 14 days, 8 weeks and 12 months" in " ".join(shown.split())
        assert store.backups.keep() == Rotation(14, 8, 12)


async def test_who_is_no_admin_sees_and_makes_none(store: Store, act_as: Callable[[str], Store]):
    store.backups.make()
    store.operators.add("paul", "Paul", "writer")
    async with at(act_as("paul")) as desk:
        shown = await desk.open("backups")
        assert "change the group's settings" in shown
        assert ".backup" not in shown
        assert desk.app.screen.NAME == "desk"
        assert len(store.backups.all()) == 1


async def test_the_desk_says_when_no_backup_is_made_any_more(store: Store, act_as: Callable[[str], Store]):
    def ago(**length: int) -> Store:
        moment = store.clock.now() - timedelta(**length)
        return Store(store.path, "automatic", lambda: moment)

    async with at(store) as desk:
        assert "backup" not in await desk.shown(), "nothing runs by itself, and nobody expects one"
        for minutes in (10, 5):
            beat(ago(minutes=minutes), "done")
        store.settings.set("looked", 1)
        desk.app._poll()
        assert "! There is no backup of the group's file [s]" in await desk.shown()
        ago(days=9).backups.make_if_due()
        desk.app._poll()
        assert "! No backup since Thu 12 Nov [s]" in await desk.shown()
        store.operators.add("paul", "Paul", "writer")
        async with at(act_as("paul")) as other:
            assert "backup" not in await other.shown()
        store.backups.make()
        desk.app._poll()
        assert "backup" not in await desk.shown()
