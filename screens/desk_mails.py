"""What the desk says of messages that are not out yet, or of which something is in doubt.

Only what is read after the first lines are shown needs this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.desk_lines import MESSAGES, TITLE
from screens.message_states import counted
from screens.text import fitted
from store.clock import stamp, unstamp
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from screens.desk_lines import Desk, Item
    from store import Store
    from store.clock import Clock
    from store.delivery_records import Run
    from store.message_records import MessageRow


def unfinished(store: Store, written: list[MessageRow]) -> tuple[MessageRow, ...]:
    """Of what somebody wrote, and of what workflows sent, what is not over; the last touched first."""
    sent = store.messages.all(archived=None, automatic=True, unfinished=True, latest=MESSAGES)
    found = [*(row for row in written if waiting(row) or row.counts.unknown), *sent]
    return tuple(sorted(found, key=lambda row: row.queued_at or row.changed_at, reverse=True))


def mails(desk: Desk, clock: Clock) -> list[Item]:
    """A line for each message that is not out yet, or of which something is in doubt."""
    said = _nothing_goes(desk, clock)
    found = [(said, "g")] if said else []
    for row in desk.too_late[:MESSAGES]:
        title = fitted(row.title or _("without a title"), TITLE).rstrip()
        found.append(("! " + _("“{title}” came too late: nothing of it was sent").format(title=title), "e"))
    for row in desk.stopped[:MESSAGES]:
        title, counts = fitted(row.title or _("without a title"), TITLE).rstrip(), progress(row)
        if row.paused and waiting(row):
            text = "! " + _("“{title}” is paused: {counts}").format(title=title, counts=counts)
        elif not waiting(row) or said:
            mark = "!" if row.counts.unknown else " "
            text = f"{mark} " + _("“{title}”: {counts}").format(title=title, counts=counts)
        elif desk.holder is not None:
            # How far it is stands in the title line of every screen, and goes on there.
            text = "  " + _("“{title}” is being sent").format(title=title)
            if row.counts.unknown:
                doubt = counted("unknown", row.counts.unknown)
                text = "! " + _("“{title}” is being sent: {counts}").format(title=title, counts=doubt)
        elif ended_at := _stopped_at(row, desk.last_run):
            moment = dates.moment(clock.to_wall(unstamp(ended_at)))
            text = "! " + _("“{title}” stopped {moment}: {counts}").format(title=title, moment=moment, counts=counts)
        else:
            text = "! " + _("“{title}” waits to be sent: {counts}").format(title=title, counts=counts)
        found.append((text, "g"))
    if desk.held:
        text = ngettext("{n} mail is held and goes to nobody", "{n} mails are held and go to nobody", desk.held)
        found.append(("! " + text.format(n=desk.held), "g"))
    return found


def _stopped_at(row: MessageRow, run: Run | None) -> str:
    """When the last sending ended; empty where there was none, or a message was not in the outbox yet."""
    if run is None or run.ended_at is None or (row.queued_at is not None and stamp(row.queued_at) >= run.ended_at):
        return ""
    return run.ended_at


def _nothing_goes(desk: Desk, clock: Clock) -> str:
    """Why none of the messages goes out now; empty where they do, or nothing is known to stand in the way."""
    state, holder = desk.mailbox_state, desk.holder
    if desk.stopped and desk.facts is not None and desk.facts.copied:
        return "! " + _("This file was copied: nothing goes out until somebody decides")
    if state is not None and (state.state, state.reason) == ("login_refused", "password"):
        return "! " + _("The mailbox's password is not known: nothing goes out")
    if state is not None and state.state == "login_refused":
        return "! " + _("The mailbox refuses the password: nothing goes out")
    if state is not None and state.state == "paused":
        return "! " + _("Sending is paused")
    if holder is None or not holder.waits:
        return ""
    text = N_("! No network: tried again {moment}") if holder.why else N_("  Sending goes on by itself {moment}")
    return _(text).format(moment=dates.moment(clock.to_wall(unstamp(holder.waits))))


def waiting(row: MessageRow) -> int:
    """How many of a message's mails have not gone out yet."""
    return row.counts.ready + row.counts.sending


def progress(row: MessageRow) -> str:
    """How far a message's mails got."""
    counts = row.counts
    parts = [counted("sent", counts.sent)]
    if waiting(row):
        parts.append(counted("ready", waiting(row)))
    if counts.unknown:
        parts.append(counted("unknown", counts.unknown))
    return ", ".join(parts)
