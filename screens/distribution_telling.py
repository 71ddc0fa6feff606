"""Whoever has ordered for a day that changes is told: a draft to exactly these members."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from screens.members_acts import by_hand
from store.errors import NotFound
from store.message_records import MessageState

if TYPE_CHECKING:
    from store import Store


def draft(
    store: Store, language: str, distribution_id: int, members: Sequence[int], about: str, known: int | None = None
) -> int:
    """Write a draft to members picked by hand and return its id; its fields speak of this distribution.

    `about` is the starter that it begins with: "change" of hours or place, "moved" or "cancelled". One that is `known`
    already, and not sent or deleted meanwhile, is gone on with.
    """
    if known is not None:
        with suppress(NotFound):
            if store.messages.get(known).state is MessageState.DRAFT:
                return known
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
