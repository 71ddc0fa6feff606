"""The call-back list: who ordered by phone last time, ticked off while calling."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from store import Store
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, settled, text_of, written


@pytest.fixture
def called(store: Store, sample: Sample) -> Sample:
    """Three ordered by phone last time and have not yet."""
    sold, members = sample.audience.offering, sample.audience.members
    for name in ("yves", "benali", "rossi"):
        store.orders.record(members[name], sold.past, [(sold.products["wheat"], 2000), (sold.products["eggs"], 1000)])
    return sample


def test_whom_to_call_back(store: Store, called: Sample, snap_compare):
    async def before(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("k")
        await settled(pilot)
        await pilot.press("x")
        await written(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=before)


async def test_calls_are_ticked_as_fast_as_one_types(store: Store, called: Sample):
    async with (app := make_app(store)).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "3 ordered by phone last time and not yet: to call back [k]" in text_of(app)
        await pilot.press("k")
        await settled(pilot)
        await pilot.press("c", "r", "x")
        await written(pilot)
        day = called.audience.offering.next
        assert [call.state for call in store.lists.calls(day)] == ["called", "not_reached", "nothing"]
        assert "1 to call" in text_of(app)
        await pilot.press("z")
        await written(pilot)
        assert [call.state for call in store.lists.calls(day)] == ["called", "not_reached", None]
        await pilot.press("up", "r")
        await written(pilot)
        assert [call.state for call in store.lists.calls(day)] == ["called", None, None], "the same letter again"
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "order_entry"
        assert "Order for LE BIHAN Yves" in text_of(app)


async def test_who_has_ordered_is_called_no_more(store: Store, called: Sample):
    async with (app := make_app(store)).run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("k")
        await settled(pilot)
        assert "Rossi" in text_of(app)
        sold = called.audience.offering
        store.orders.record(called.audience.members["rossi"], sold.next, [(sold.products["wheat"], 1000)])
        app._poll()
        await settled(pilot)
        assert "Rossi" not in text_of(app)
