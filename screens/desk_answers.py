"""What the desk says of answers to look at, and of mails that came back lately."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from store.clock import stamp
from templates.words import ngettext

if TYPE_CHECKING:
    from screens.desk_lines import Desk, Item
    from store import Store


def came_back_lately(store: Store) -> int:
    """How many mails came back since yesterday, by the group's calendar."""
    clock = store.clock
    yesterday = datetime.combine(clock.wall().date() - timedelta(days=1), time())
    counts = store.came_back.counts(since=stamp(clock.to_utc(yesterday)))
    return sum(n for kind, n in counts.items() if kind in ("hard", "soft"))


def lines(desk: Desk) -> list[Item]:
    """A line for what waits for somebody, and one for what came back."""
    found = []
    if desk.answers:
        text = ngettext("{n} answer to look at", "{n} answers to look at", desk.answers).format(n=desk.answers)
        found.append((f"! {text}", "a"))
    if desk.came_back:
        text = ngettext("{n} mail came back since yesterday", "{n} mails came back since yesterday", desk.came_back)
        found.append((f"  {text.format(n=desk.came_back)}", "a"))
    return found
