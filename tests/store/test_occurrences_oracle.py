"""Random weeks of a group: what is due, and when, against a plain reading of the rules."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from store import Store
from store.occurrence_planning import planned
from store.occurrences import Occurrence, find_occurrence
from store.workflow_records import Trigger
from tests.offering import Offering
from tests.store.conftest import Hands
from tests.store.occurrence_oracle import Oracle

pytestmark = pytest.mark.xdist_group("random weeks")  # the last test sums up the others, so one process lives them all

SEEDS = 5
CHECKED = 7
"""Every so many acts the two are compared."""


@pytest.fixture(scope="module")
def seen() -> Counter[tuple[Trigger, str]]:
    """What came up in all of the weeks."""
    return Counter()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_is_due_in_random_weeks_is_what_a_plain_reading_says(
    store: Store, offering: Offering, hands: Hands, seed: int, seen: Counter[tuple[Trigger, str]]
) -> None:
    # Some of them begin where the clocks go forward.
    hands.at = datetime(2027, 3, 20, 9, 0, tzinfo=UTC) if seed % 2 else datetime(2026, 11, 21, 20, 4, tzinfo=UTC)
    world = Oracle(store, hands, offering, Random(seed))
    for _ in range(4):
        world.distribute()
    triggers = list(Trigger)
    for first in range(0, len(triggers), 3):
        world.make(*triggers[first : first + 3])
    for number in range(90):
        world.live()
        if number % CHECKED == 0:
            last = world.now + timedelta(days=28)
            found = planned_until(world, last)
            assert {key: (one.due, one.until, one.state.value) for key, one in found.items()} == world.expected(last)
            seen.update((one.step.trigger, one.state.value) for one in found.values())
            _each_is_found_alone(world, found)


def test_the_weeks_had_everything_in_them(seen: Counter[tuple[Trigger, str]]) -> None:
    assert {trigger for trigger, _state in seen} == set(Trigger)
    assert {state for _trigger, state in seen} == {"planned", "missed", "skipped", "withdrawn"}


def planned_until(world: Oracle, last: datetime) -> dict[tuple[int, str], Occurrence]:
    """What the store says is not over, by step and key."""
    with world.store.reading() as t:
        found = planned(t, world.store.clock, last)
    assert list(found) == sorted(found, key=lambda one: one.due)
    return {(one.step.id, one.key): one for one in found}


def _each_is_found_alone(world: Oracle, found: dict[tuple[int, str], Occurrence]) -> None:
    with world.store.reading() as t:
        for (step_id, key), one in world.random.sample(list(found.items()), min(4, len(found))):
            assert find_occurrence(t, world.store.clock, step_id, key) == one
        for (step_id, key), (state, _due, _at) in list(world.rows.items())[-3:]:
            again = find_occurrence(t, world.store.clock, step_id, key)
            if state == "queued":
                assert again is not None
                assert again.state.value == state
