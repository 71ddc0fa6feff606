"""Until when a message makes sense: a last call, until the closing that it speaks of."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from store.distributions import get_distribution, next_distribution

if TYPE_CHECKING:
    from store.distribution_records import DistributionCatalogue
    from store.handle import Store
    from store.message_records import Message

LAST_CALL = "last_call"

_NAMED = re.compile(r"""\bcloses\(\s*(?:"([^"]+)"|'([^']+)')\s*\)""")


def default_send_before(store: Store, message: Message, at: datetime | None = None) -> datetime | None:
    """The naive local moment after which a last call makes no sense; None for other kinds, or where nothing closes.

    It is the first closing still to come at the local hour `at` (else the message's own, else now) of the catalogues
    that the text asks `closes("…")` for, or of all. The message need not be stored.
    """
    if message.kind != LAST_CALL:
        return None
    with store.reading() as t:
        now = store.clock.to_wall(t.now)
        wall = max(at or message.send_at or now, now)
        distribution_id = message.distribution_id or next_distribution(t, wall)
        if distribution_id is None:
            return None
        offered = get_distribution(t, store.clock, distribution_id).catalogues
    to_come = {c.name: c.closes for c in offered if c.closes is not None and c.closes > wall}
    spoken_of = [closes for name, closes in to_come.items() if name in _named(message, offered)]
    return min(spoken_of or to_come.values(), default=None)


def _named(message: Message, offered: tuple[DistributionCatalogue, ...]) -> set[str]:
    """The catalogues whose closing the message speaks of by name, as the field understands names."""
    from templates.render.errors import UnknownCatalogue
    from templates.render.values import ByCatalogue

    names = {catalogue.name: catalogue.name for catalogue in offered}
    asked = ByCatalogue("closes", names, tuple(names))
    found = set()
    for double, single in _NAMED.findall(f"{message.subject}\n{message.text}"):
        try:
            found.add(str(asked(double or single)))
        except UnknownCatalogue:
            continue  # told when the mails are made
    return found
