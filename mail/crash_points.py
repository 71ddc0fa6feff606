"""Named moments of a sending at which a test can end the process as kill -9 would.

`CABAS_CRASH=after_dot` ends it the first time the moment is reached, `CABAS_CRASH=after_dot:3` the third time. Without
the variable nothing happens.
"""

from __future__ import annotations

import os

POINTS = {
    "started": "the run is written down, nothing has been sent",
    "after_login": "logged in, no mail begun",
    "after_text": "the text is handed over, the mail not claimed: nothing can have been accepted",
    "before_dot": "the mail is claimed as `sending`, the final dot not sent",
    "after_dot": "the dot is sent, the answer not read: the server may have accepted",
    "after_250": "the answer is read, nothing of it written down",
    "before_commit": "an outcome is about to be committed, of a mail or of a fault of the mailbox",
    "after_commit": "the outcome is committed, the next mail not begun",
}
"""Every moment of a run by name."""

TEXTING = {
    "sms_claimed": "an SMS is claimed as `sending`, the gateway not asked",
    "sms_answered": "the gateway has answered, nothing of it written down",
    "sms_noted": "the outcome is committed, the next SMS not begun",
}
"""The moments of an SMS; "before_commit" is another."""

QUEUEING = {
    "recap_written": "a recap's mails and its telling are written, nothing is committed",
    "recap_queued": "all of it is committed",
}
"""The moments of putting a recap into the outbox."""

FREEZING = {
    "message_written": "a message's mails, their files and its call list are written, nothing is committed",
    "message_queued": "all of it is committed",
}
"""The moments of freezing a message."""

AUTOMATIC = {
    "workflows_found": "what workflows have to send is known, nothing of it is written",
    "workflows_missed": "what is too late is written down, nothing is committed",
    "workflow_written": "an occurrence, its message, its mails and its call list are written, nothing is committed",
    "workflow_queued": "all of it is committed, the next occurrence not begun",
}
"""The moments of what workflows send."""

INBOX = {
    "inbox_noted": "what a mail tells is committed, the bookmark stands before it still",
    "inbox_batch": "a batch of mails is read and the bookmark is behind it",
}
"""The moments of reading the mailbox."""

TICK = {
    "tick_read": "the mailbox is read, nothing is sent",
    "tick_queued": "what workflows send is in the outbox, nothing is sent",
    "tick_sent": "what was due is sent and the heartbeat written, no backup is made",
    "backup_copied": "the file is copied under a hidden name",
    "backup_checked": "the copy is checked and marked, and has no name of a backup",
    "backup_made": "it has its name, nothing of it is in the journal",
    "backup_put_away": "one that is not kept any more is deleted",
}
"""The moments of what happens by itself, beside those above."""

_reached: dict[str, int] = {}


def reached(name: str) -> None:
    """End the process here if the environment says so."""
    wanted = os.environ.get("CABAS_CRASH")
    if not wanted:
        return
    point, _, time = wanted.partition(":")
    if point == name:
        _reached[name] = _reached.get(name, 0) + 1
        if _reached[name] == int(time or 1):
            os._exit(137)
