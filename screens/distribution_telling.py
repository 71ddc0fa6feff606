"""Whoever has ordered for a day that changes is told: a draft to exactly these members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from screens.members_acts import by_hand

if TYPE_CHECKING:
    from store import Store


def draft(store: Store, language: str, distribution_id: int, members: Sequence[int], about: str) -> int:
    """Write a draft to members picked by hand and return its id; its fields speak of this distribution.

    `about` is the starter that it begins with: "change" of hours or place, "moved" or "cancelled".
    """
    from templates.render.starters import starters

    starter = next(one for one in starters(language) if one.name == about)
    return store.messages.new(
        by_hand(members),
        subject=starter.subject,
        text=starter.text,
        label=starter.label,
        kind=starter.kind,
        distribution_id=distribution_id,
    )
