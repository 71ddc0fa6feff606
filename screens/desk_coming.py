"""What the desk says of messages that are kept for an hour: when, to how many, and whether anything will send them.

Only what is read after the first lines are shown needs this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from screens.message_states import rhythm_words
from screens.text import fitted, width
from screens.widgets.plain import plain
from store.errors import StoreError
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mail.by_itself import ByItself
    from screens.desk_lines import Desk, Item
    from store import Store
    from store.clock import Clock
    from store.message_records import MessageRow

KEPT = 3
"""How many messages are listed; the rest is counted."""

TITLE = 24
"""Cells of a message's title beside what is said of it."""

TRUTHS = {
    "copied": N_("a copied file: nothing goes out"),
    "no_mailbox": N_("no mailbox: nothing goes out"),
    "never": N_("nothing sends by itself here"),
    "silent": N_("automatic: silent since {when}"),
    "typed": N_("the password is typed by hand"),
    "unreadable": N_("cabas.toml cannot be read"),
    "sends": N_("automatic: every {rhythm}, last {when}"),
    "once": N_("last looked {when}, at no known rhythm"),
}


@dataclass(frozen=True)
class Coming:
    """A kept message and how many mails it would be now; None where its people cannot be counted."""

    row: MessageRow
    mails: int | None


def read_coming(store: Store, rows: Iterable[MessageRow]) -> tuple[Coming, ...]:
    """The messages kept for an hour, the first to go first; those that are listed are counted."""
    kept = sorted((row for row in rows if row.state == "scheduled"), key=lambda row: row.send_at or row.changed_at)
    return tuple(Coming(row, kept_mails(store, row.id) if place < KEPT else None) for place, row in enumerate(kept))


def kept_mails(store: Store, message_id: int) -> int | None:
    """How many mails a kept message would be now; None where its people cannot be counted."""
    try:
        message = store.messages.get(message_id)
        counts = store.segments.count(message.segment, message.kind, service=bool(message.service_reason))
    except StoreError:  # a product of its segment is gone, say: the message itself tells
        return None
    return counts.mails


def too_late(rows: Iterable[MessageRow]) -> tuple[MessageRow, ...]:
    """The messages of which nothing went out, since nothing sent them at their hour; until they are put away."""
    return tuple(row for row in rows if row.state == "cancelled" and row.queued_at is None)


def overdue(desk: Desk, clock: Clock) -> tuple[Coming, ...]:
    """The messages that should be out: their hour has passed, and no look of this machine will send them."""
    return tuple(coming for coming in desk.coming if _is_overdue(coming.row, desk, clock))


def _is_overdue(row: MessageRow, desk: Desk, clock: Clock) -> bool:
    at, facts = row.send_at, desk.facts
    if at is None or at > desk.wall or facts is None:
        return False
    # Without a look to come after its hour one came already, and left it: something stands in its way.
    return _is_past(row, desk) or not facts.sends or facts.look_after(clock.to_utc(at)) is None


def _is_past(row: MessageRow, desk: Desk) -> bool:
    return row.send_before is not None and row.send_before <= desk.wall


def to_do(desk: Desk, clock: Clock) -> list[Item]:
    """A line for each message that should be out."""
    found = []
    for coming in overdue(desk, clock)[:KEPT]:
        title, at = fitted(coming.row.title or _("without a title"), TITLE).rstrip(), coming.row.send_at
        if _is_past(coming.row, desk):
            text = _("“{title}” was not sent at its hour, and is too late now").format(title=title)
        else:
            moment = dates.moment(at) if at is not None else ""
            text = _("“{title}” was to go {moment}: nothing has sent it").format(title=title, moment=moment)
        found.append((f"! {text}", "e"))
    return found


def truth(facts: ByItself, clock: Clock) -> str:
    """Whether anything on this machine sends by itself, in a few words."""
    if facts.copied:
        said = "copied"
    elif facts.password == "no_mailbox":
        said = "no_mailbox"
    elif facts.last is None:
        said = "never"
    elif facts.rhythm is None:
        said = "once"
    elif not facts.recent:
        said = "silent"
    else:
        said = "sends" if facts.sends else facts.password
    when = dates.lately(clock.to_wall(facts.last), clock.to_wall(facts.now)) if facts.last is not None else ""
    return ("" if facts.sends else "! ") + _(TRUTHS[said]).format(when=when, rhythm=rhythm_words(facts))


def lines(desk: Desk, clock: Clock, cells: int) -> list[Content]:
    """A title with the truth beside it, and a line for each kept message."""
    if desk.facts is None or not (desk.coming or desk.facts.machine_known):
        return []
    said = truth(desk.facts, clock)
    late = overdue(desk, clock)
    waiting = [coming for coming in desk.coming if coming not in late]
    if not waiting:
        nothing = _("Nothing else is kept for later.") if late else _("Nothing is kept for later.")
        return [plain(f" {nothing}  {said}")]
    title = _("Going out by itself") if desk.facts.sends else _("Kept for later")
    room = cells - width(said) - 2
    shown = [Content.assemble(plain(fitted(f" {title}", room), "bold"), " ", plain(said))]
    counted = [_count(coming, desk) for coming in waiting[:KEPT]]
    most = max(map(width, counted))
    for number, (coming, count) in enumerate(zip(waiting, counted, strict=False)):
        shown.append(_line(coming, fitted(count, most, right=True), cells, "" if number else " [e]"))
    if (more := len(waiting) - KEPT) > 0:
        shown.append(plain("   " + ngettext("and {n} more message", "and {n} more messages", more).format(n=more)))
    return shown


def _line(coming: Coming, count: str, cells: int, letter: str) -> Content:
    at = coming.row.send_at
    moment = dates.moment(at) if at is not None else ""
    head, tail = f"   {moment}  ", f"  {count}{letter or '    '}"
    title = coming.row.title or _("without a title")
    return plain(head + fitted(title, max(8, cells - width(head) - width(tail))) + tail)


def _count(coming: Coming, desk: Desk) -> str:
    """To how many it goes; that it goes with the next look, where its hour has passed."""
    if coming.row.send_at is not None and coming.row.send_at <= desk.wall:
        return _("goes any moment")
    if coming.mails is None:
        return ""
    return ngettext("~{n} mail", "~{n} mails", coming.mails).format(n=coming.mails)
