"""No screen shows what its operator may not see, and no key that is not dimmed leads to a refusal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from screens.routes import EVERYWHERE, RIGHTS, ROUTES, lacking
from screens.widgets.bars import Dimmed, shown_keys
from store import Store
from store.rights import Right
from tests.screens.packets import at
from tests.screens.sample import Sample

ACT = Callable[[str], Store]
OF_OTHERS = ("Guérin", "Tomates", "Légumes du Gué", "fromages de Noël", "dernier rappel", "exemple.fr")
"""Of members, of other catalogues, of messages: what a producer of poultry is told nothing of."""

OPENED_ELSEWHERE = ("import_mapping", "import_report", "import_question", "export", "picker", "write")
"""Screens that have tests of their own for who may do what on them, or that begin by opening another one."""

PARTLY = ("member_page", "result")
"""Screens that open all the same, and say on themselves which part of them is not shown."""


def test_it_is_said_of_every_screen_who_may_open_it():
    assert set(RIGHTS) == set(ROUTES)
    assert not EVERYWHERE - set(ROUTES)


@pytest.mark.parametrize("role", ["phone_desk", "writer", "treasurer", "producer"])
async def test_a_role_opens_the_screens_that_are_its_own(store: Store, sample: Sample, act_as: ACT, role: str):
    poultry = sample.audience.offering.catalogues["poultry"]
    store.operators.add("zoe", "Zoé", role, catalogues=[poultry] if role == "producer" else ())
    async with at(act_as("zoe")) as desk:
        app = desk.app
        closed = [route for route in ROUTES if lacking(app.operator, route)]
        for route in closed:
            app.screen.say("")
            app.go(route, **sample.parameters(route))
            assert "You are not allowed to" in app.screen._notice_line.text, route
            assert app.screen.NAME == "desk", route
        refused = []
        for route in (one for one in ROUTES if one not in {"desk", *closed, *OPENED_ELSEWHERE}):
            shown = await desk.open(route, **sample.parameters(route))
            said = app.screen._notice_line.text if route in PARTLY else shown
            if "You are not allowed" in said or app.screen.NAME == "desk":
                refused.append(route)
            if role == "producer" and route in ("orders", "distributions", "distribution", "catalogues", "recaps"):
                assert not [text for text in OF_OTHERS[1:] if text in shown], route
            while len(app.screen_stack) > 1:
                app.pop_screen()
        assert not refused
        assert {"operators", "operator", "roles", "role", "group_form", "backups"} <= set(closed)


async def test_what_takes_a_right_on_all_catalogues_is_dimmed_to_who_has_some(
    store: Store, sample: Sample, act_as: ACT
):
    poultry = sample.audience.offering.catalogues["poultry"]
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[poultry])
    async with at(act_as("rigaud")) as desk:
        await desk.open("catalogues")
        dimmed = [entry for entry in shown_keys(desk.app.screen) if isinstance(entry, Dimmed)]
        assert dimmed == [("n", "New"), ("e", "Change"), ("f", "Workflows"), ("x", "In use or not")]
        shown = await desk.type("x")
        assert "You are not allowed to take orders of all catalogues." in shown
        assert store.catalogues.get(poultry).active


async def test_a_right_that_is_taken_while_one_is_at_work_ends_nothing(store: Store, sample: Sample, act_as: ACT):
    store.operators.add("zoe", "Zoé", "writer")
    async with at(act_as("zoe")) as desk:
        await desk.type("e")
        assert desk.app.screen.NAME == "messages"
        store.operators.set_rights("zoe", role="phone_desk")
        shown = await desk.open("compose", message_id=sample.draft)  # before the poll
        assert "You are not allowed to see messages." in shown
        assert desk.app.screen.NAME == "messages"
        desk.app._poll()
        shown = await desk.type("n")
        assert "You are not allowed to" in shown
        assert Right.MESSAGES_WRITE not in {right for right, _catalogue in desk.app.operator.grants}
        store.operators.set_rights("zoe", role="writer")
        await desk.type("n")  # before the poll
        assert desk.app.screen.NAME == "picker"
