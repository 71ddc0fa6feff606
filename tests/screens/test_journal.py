"""The journal on the screen: who did what, by day; what is asked for, and where Enter leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from screens import journal_reading
from screens.journal_going import _ROUTES, _WHOLE, place_of
from screens.routes import ROUTES
from store import Store
from store.exchange.export_folder import export_folder
from store.exchange.member_export import export_members
from store.journal import Wanted
from store.rights import Right
from tests.screens.conftest import SIZE
from tests.screens.packets import at
from tests.screens.sample import Sample, make_app, opened, settled


def some_days(store: Store, sample: Sample, paul: Store) -> None:
    """A phone changed by Paul, an address by Marie, an export; and what happened by itself the days before."""
    members = sample.audience.members
    odette, guerin = store.members.get(members["odette"]), store.members.get(members["guerin"])
    paul.members.save(replace(odette, people=(replace(odette.people[0], phone="06 39 98 00 09"),)))
    for city in ("Nort", "Nort-sur-Erdre"):
        guerin = store.members.save(replace(guerin, city=city))
    export_members(store, "csv")
    with store.writing() as t:
        t.execute("UPDATE journal SET at = '2026-11-19T17:05:00.000000Z' WHERE id < 20")
        t.execute("UPDATE journal SET at = '2026-11-20T08:00:00.000000Z', operator_id = NULL WHERE id = 20")


async def test_a_walk_through_what_was_done(store: Store, sample: Sample, act_as: Callable[[str], Store]):
    store.operators.add("paul", "Paul", "coordinator")
    some_days(store, sample, act_as("paul"))
    async with at(store) as desk:
        shown = await desk.open("journal")
        assert "Sat 21 Nov 2026" in shown
        assert "21:04  Marie wrote members into a file (table, 9 lines)" in shown
        assert "21:04  Marie changed the address of Hélène & François Guérin (2 times)" in shown
        assert "21:04  Paul changed the phone of Odette Maréchal" in shown
        assert "basket" not in shown
        with store.reading() as t:
            details = " ".join(row["detail"] or "" for row in t.all("SELECT detail FROM journal"))
        assert not [typed for typed in ("@", "06 39", "+33", "Guérin", "Nort", "Bonjour") if typed in details]
        shown = await desk.type("o", "<down>", "<down>", "<enter>")
        assert " by Paul" in shown
        assert "1 line" in shown
        shown = await desk.type("<enter>")
        assert desk.app.screen.NAME == "member_page"
        assert "Maréchal Odette" in shown
        shown = await desk.type("j")
        assert "about Maréchal Odette" in shown
        assert "Yves" not in shown
        await desk.type("<f3>")
        await desk.type("<f3>", "x")
        shown = await desk.type("d", "20/11", "<enter>")
        assert "Fri 20 Nov 2026" in shown
        assert "09:00  cabas " in shown
        shown = await desk.type("d", "32/11", "<enter>")
        assert "32/11: type a day as 20/11 or yesterday" in shown
        shown = await desk.type(
            "<end>", "<left>", "<left>", "<left>", "<left>", "<backspace>", "<delete>", "20", "<enter>"
        )
        assert "Fri 20 Nov 2026" in shown, "it was asked again, with what was typed"
        shown = await desk.type("x", "m", "guer", "<enter>")
        assert "about Guérin Hélène & François" in shown
        assert "the order of Hélène & François Guérin for Thu 26 Nov" in shown
        assert "Odette" not in shown
        shown = await desk.type("a", "<down>", "<enter>")
        assert "François · each step too" in shown
        shown = await desk.type("E")
        assert "journal-2026-11-21.csv is in the folder" in shown
        text = (export_folder(store) / "journal-2026-11-21.csv").read_text("utf-8-sig")
        assert "Marie changed the address of Hélène & François Guérin" in text
        assert "Odette" not in text
        shown = await desk.type("x", "a", "ba", "<enter>")
        assert "Marie typed a line: the basket of Odette Maréchal for Thu 26 Nov" in shown


def test_each_line_leads_to_what_it_is_about(store: Store, sample: Sample):
    store.operators.add("paul", "Paul", "coordinator")
    store.operators.set_role("helper", [Right.ORDERS])
    store.settings.set_limits(files_mb=9)
    dropped = store.orders.open_basket(sample.audience.members["yves"], sample.audience.offering.next)
    store.orders.drop(dropped.id)
    store.messages.delete(sample.draft)
    places = {}
    for entry in store.journal.entries(Wanted(everything=True), limit=1000):
        places.setdefault(entry.action, place_of(store, entry))
    sold, members = sample.audience.offering, sample.audience.members
    assert places["message.deleted"] is None
    assert places["group.created"] == ("settings", {})
    assert places["limits.changed"] == ("limits", {})
    assert places["mailbox.set"] == ("mailbox", {})
    assert places["operator.added"] == ("operator", {"login": "paul"})
    assert places["role.changed"] == ("role", {"role": "helper"})
    assert places["basket.dropped"] == ("member_page", {"member_id": members["yves"]})
    assert places["basket.entered"] == ("member_page", {"member_id": members["odette"]})
    assert places["order.recorded"] == ("order", {"order_id": sample.late_order})
    assert places["recap.sent"] == ("distribution", {"distribution_id": sold.next})
    assert places["message.queued"] == ("message", {"message_id": sample.message})
    assert (places["workflow.made"] or ("",))[0] == "workflow"
    assert places["catalogue.added"] == ("catalogue", {"catalogue_id": sold.catalogues["poultry"]})
    assert places["producer.added"] == ("catalogues", {})
    assert places["product.added"] == ("product", {"product_id": sold.products["duck"]})
    assert {place[0] for place in places.values() if place is not None} <= ROUTES.keys()
    assert {*_ROUTES.values(), *_WHOLE.values()} <= ROUTES.keys()


async def test_pages_colleagues_and_what_is_gone(
    store: Store, sample: Sample, act_as: Callable[[str], Store], monkeypatch
):
    monkeypatch.setattr(journal_reading, "PAGE", 5)
    store.operators.add("paul", "Paul", "coordinator")
    paul = act_as("paul")
    draft = sample.draft
    store.messages.delete(draft)
    newest = [entry.id for entry in store.journal.entries(Wanted(), limit=10)]
    async with at(store) as desk:
        shown = await desk.open("journal")
        assert f"Marie deleted a draft: message {draft}" in shown
        shown = await desk.type("<enter>")
        assert "There is nothing to open any more" in shown
        assert "n Older" in shown
        assert "b Newer" not in shown
        await desk.type("n")
        assert [int(key) for key in desk.app.screen._lines if key.isdigit()] == newest[5:]
        paul.members.star(sample.audience.members["odette"], True)
        desk.app._poll()
        await desk.shown()
        assert [int(key) for key in desk.app.screen._lines if key.isdigit()] == newest[5:]
        shown = await desk.type("b")
        assert "Paul gave Odette Maréchal the star" in shown
        await desk.type("d", "19/1")
        paul.members.star(sample.audience.members["odette"], False)
        desk.app._poll()
        shown = await desk.type("1", "<enter>")
        assert "Thu 19 Nov 2026" in shown
        assert "Nothing of this kind was done. x shows all again." in shown
        assert "Paul took the star from Odette Maréchal" in await desk.type("x")


async def test_who_is_no_admin_sees_what_they_did(store: Store, sample: Sample, act_as: Callable[[str], Store]):
    store.operators.add("paul", "Paul", "writer")
    store.operators.set_rights("paul", take=[(Right.MEMBERS, None)])
    paul = act_as("paul")
    paul.messages.duplicate(sample.message)
    async with at(paul) as desk:
        shown = await desk.open("journal")
        assert "Journal: what you did" in shown
        assert "21:04  Paul began a message: “AMAP des Oiseaux : dernier rappel”" in shown
        assert "Marie" not in shown
        assert "You are not allowed to change the group's settings." in await desk.type("o")
        assert "You are not allowed to" in await desk.type("m")
        assert desk.app.screen.NAME == "journal"
        await desk.type("<enter>")
        assert desk.app.screen.NAME == "message"


def test_picture(store: Store, sample: Sample, act_as: Callable[[str], Store], snap_compare):
    store.operators.add("paul", "Paul", "coordinator")
    some_days(store, sample, act_as("paul"))

    async def shown(pilot) -> None:
        await opened(pilot, "journal")
        await pilot.press("down", "down")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=shown)
