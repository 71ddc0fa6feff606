"""How much came back of the mails, which the Desk asks at every start: all the rest is `store.came_back`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.handle import Store


def open_count(store: Store) -> int:
    """How many wait for somebody's decision; open to all, as all counts are."""
    with store.reading() as t:
        return int(t.value("SELECT count(*) FROM came_back WHERE state = 'open'"))


def bounced_since(store: Store, since: str) -> int:
    """How many mails came back, each once, as noted since a UTC stamp; reports that nobody has read yet apart."""
    with store.reading() as t:
        return int(
            t.value(
                "SELECT count(DISTINCT delivery_id) FROM came_back WHERE noted_at >= ? AND kind IN ('hard', 'soft')",
                (since,),
            )
        )
