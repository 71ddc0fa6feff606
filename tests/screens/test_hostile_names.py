"""People's names are data: no screen takes them for markup, an action or a terminal's command."""

from __future__ import annotations

import pytest

from screens.routes import ROUTES
from store import Store
from tests.screens.conftest import SIZE
from tests.screens.sample import HOSTILE, Sample, make_app, open_route, text_of

NAMED = {"desk": HOSTILE[-1], "members": HOSTILE[0], "orders": HOSTILE[0], "messages": HOSTILE[0]}
"""What can be read letter by letter where people are listed, or what somebody wrote."""
PARTS = 3
"""Apps for all screens, as in test_fits."""


@pytest.mark.parametrize("part", range(PARTS))
async def test_a_hostile_name_is_shown_as_it_is(store: Store, hostile_sample: Sample, part: int):
    app = make_app(store)
    async with app.run_test(size=SIZE, notifications=True, tooltips=True) as pilot:
        for route in list(ROUTES)[part::PARTS]:
            screen = await open_route(pilot, route, hostile_sample)
            shown = text_of(app)
            assert not any(c < " " or "\x7f" <= c < "\xa0" for c in shown.replace("\n", "")), route
            assert NAMED.get(route, "") in shown, route
            screen.say(HOSTILE[0])
            screen.warn(HOSTILE[1])
            await pilot.press("down", "down")
            await pilot.pause()
            assert app.fault is None, route
            while len(app.screen_stack) > 1:
                app.pop_screen()
    assert app.return_code in (0, None)
