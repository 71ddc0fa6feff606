"""Somebody's right to use cabas is taken in the middle of a word: it is said once, and what is typed is safe."""

from __future__ import annotations

from screens.base import HouseScreen
from screens.house import HouseApp
from screens.widgets.bars import NoticeLine
from store import Store
from tests.screens.conftest import SIZE
from tests.screens.sample import make_app, settled


async def test_who_is_removed_is_told_once_and_goes_on_where_they_were_when_brought_back(store: Store, act_as):
    store.operators.add("paul", "Paul", "phone_desk")
    app = make_app(act_as("paul"))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        app.go("member", prefill="Prigent")
        await settled(pilot)
        await pilot.press(*"Anne")
        store.operators.remove("paul")
        await polled(app, pilot)
        assert "“paul” may not use this group any more: nothing is stored." in said(app)
        for notice in app.screen.query(NoticeLine):
            notice.show("")
        await polled(app, pilot)
        assert "paul" not in said(app)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert "“paul” may not use this group any more" in said(app)
        assert app.screen.NAME == "member"
        store.operators.bring_back("paul")
        await polled(app, pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert app.screen.NAME == "desk"
    assert [row.name for row in store.members.search("").rows] == ["Prigent Anne"]


async def polled(app: HouseApp, pilot) -> None:
    app._poll()
    await settled(pilot)


def said(app: HouseApp) -> str:
    assert isinstance(app.screen, HouseScreen)
    return " ".join(notice.text for notice in app.screen.query(NoticeLine))
