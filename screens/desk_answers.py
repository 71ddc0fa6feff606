"""What the desk says of answers to look at, and of mails that came back lately."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from store.came_back_counts import bounced_since
from store.clock import stamp, unstamp
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from screens.desk_lines import Desk, Item
    from store import Store
FIRST, DAILY = timedelta(hours=1), timedelta(days=1)
"""So long after mails went out, and after it was read, somebody should read the mailbox."""

LATEST = timedelta(days=5)
"""Servers give up after that; what comes back later is rare."""


def came_back_lately(store: Store) -> int:
    """How many mails came back since yesterday, by the group's calendar."""
    clock = store.clock
    yesterday = datetime.combine(clock.wall().date() - timedelta(days=1), time())
    return bounced_since(store, stamp(clock.to_utc(yesterday)))


def unread_words(store: Store) -> str:
    """That nobody has looked into the mailbox since mails went out; empty where somebody has, or it cannot be read."""
    settings, run = store.mailbox.get(), store.deliveries.last_run()
    if settings is None or not settings.imap_host or run is None or run.ended_at is None or not run.sent:
        return ""
    clock, last, sent = store.clock, store.inbox.last_read(), unstamp(run.ended_at)
    if last is None or last.done_at is None:
        waits = clock.now() - sent > FIRST
        return _("mails went out, and the mailbox was never read: what came back?") if waits else ""
    read = unstamp(last.done_at)
    if clock.now() - read < DAILY or read > sent + LATEST:
        return ""
    when = dates.lately(clock.to_wall(read), clock.wall())
    return _("the mailbox was read {when} last: what came back since?").format(when=when)


def lines(desk: Desk) -> list[Item]:
    """A line for what waits for somebody, and one for what came back."""
    found = []
    if desk.answers:
        text = ngettext("{n} answer to look at", "{n} answers to look at", desk.answers).format(n=desk.answers)
        found.append((f"! {text}", "a"))
    if desk.came_back:
        text = ngettext("{n} mail came back since yesterday", "{n} mails came back since yesterday", desk.came_back)
        found.append((f"  {text.format(n=desk.came_back)}", "a"))
    if desk.unread:
        found.append((f"  {desk.unread}", "a"))
    return found
