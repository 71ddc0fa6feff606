"""What was tried for a mail, and why it failed, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens.message_states import DELIVERIES, MAIL_KINDS
from screens.outbox_words import reason_words
from screens.text import labelled
from store.clock import unstamp
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from store.clock import Clock
    from store.delivery_records import Attempt, DeliveryRow

REFUSALS = {
    "address": N_("no such address"),
    "full": N_("mailbox full"),
    "large": N_("too large"),
    "spam": N_("refused as spam"),
    "policy": N_("not wanted there"),
    "gave_up": N_("tried for three days"),
    "other": N_("refused"),
    "number": N_("the gateway refused it"),
}
"""Why mails failed, by what can be done about it."""

_STATUS = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
SPAM = re.compile(
    r"spam|junk|black ?list|block ?list|blocked using|reputation|pourriel|ind[eé]sirable|indesiderat", re.IGNORECASE
)
"""What servers write where they take a mail for spam."""

STEPS = {
    "dot": N_("handed over, no answer yet"),
    "again": N_("to be sent again, by {login}"),
    "sent": N_("counted as sent by {login}"),
    "held": N_("held by {login}"),
    "orphan": N_("the sending was cut off: in doubt"),
    "bounce": N_("came back"),
    "found": N_("found in the Sent folder"),
    "request": N_("about to be handed to the gateway"),
    "gateway": N_("the gateway took nothing: it was not sent"),
    "accepted": N_("the gateway took it"),
    "refused": N_("the gateway refused it"),
    "unclear": N_("no clear answer of the gateway: in doubt"),
    "answered": N_("they answered: it arrived"),
}
"""What happened, by an attempt's phase; those of a server's answer are told from the code."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Mails that failed for one reason: a key of `REFUSALS`."""

    reason: str
    ids: tuple[int, ...]

    @property
    def words(self) -> str:
        """Why they failed."""
        return _(REFUSALS[self.reason])


def failures(rows: Iterable[DeliveryRow]) -> tuple[Failures, ...]:
    """Failed mails by reason, the most first."""
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(why_failed(row), []).append(row.id)
    groups = [Failures(reason, tuple(ids)) for reason, ids in found.items()]
    return tuple(sorted(groups, key=lambda group: (-len(group.ids), group.reason)))


def why_failed(row: DeliveryRow) -> str:
    """The key of `REFUSALS` that a failed mail belongs to, by the status in the server's words (RFC 3463)."""
    if row.channel == "sms":
        return "number"
    if row.reason == "gave_up":
        return "gave_up"
    status = _STATUS.search(row.answer)
    subject, detail = status.groups() if status else ("", "")
    if SPAM.search(row.answer):
        return "spam"
    if subject == "1" or (subject, detail) == ("2", "1"):
        return "address"
    if (subject, detail) == ("2", "2"):
        return "full"
    if (subject, detail) in (("2", "3"), ("3", "4")):
        return "large"
    return "policy" if subject == "7" else "other"


def kind_of(row: DeliveryRow) -> str:
    """What a delivery is in a list: "message", "recap", "SMS"."""
    return _("SMS") if row.channel == "sms" else _(MAIL_KINDS[row.kind])


def state_cell(row: DeliveryRow) -> str:
    """Where a mail stands in a cell of a list: what failed by its reason, "! no such address"."""
    if row.state == "failed":
        return f"! {_(REFUSALS[why_failed(row)])}"
    return _(DELIVERIES["bounced"]) if row.state == "bounced" else state_of(row)


def state_of(row: DeliveryRow) -> str:
    """Where a mail stands, and why: "failed: no such address"."""
    state = _(DELIVERIES[row.state])
    if row.state == "failed":
        return labelled(state, _(REFUSALS[why_failed(row)]))
    if row.state == "held":
        if (row.channel, row.reason) == ("sms", "address_changed"):
            return _("the number was changed")
        return reason_words(row.reason) or state
    why = reason_words(row.reason) if row.state in ("ready", "bounced") else ""
    return labelled(state, why) if why else state


def step_words(attempt: Attempt) -> str:
    """What happened at one attempt; the server's own words apart."""
    if attempt.phase in STEPS:
        return _(STEPS[attempt.phase]).format(login=attempt.answer or "?")
    if attempt.code is None:
        return _("the line broke: in doubt") if attempt.phase == "answer" else _("the line broke, nothing was sent")
    if attempt.code < 400:
        return _("the server took it")
    return _("refused for the moment") if attempt.code < 500 else _("refused for good")


def answer_words(attempt: Attempt) -> str:
    """The server's words at one attempt, with its code; empty where a person did something."""
    if attempt.phase in ("again", "sent", "held"):
        return ""
    return " ".join(str(part) for part in (attempt.code, attempt.answer) if part)


def since(stamp: str, clock: Clock) -> str:
    """A UTC stamp in a cell: "21:14" of today, "Fri 21:14" of these days, "20 Nov", of another year "20.11.25"."""
    wall = clock.to_wall(unstamp(stamp))
    if wall.year != clock.today().year:
        return f"{wall:%d.%m.%y}"
    days = (clock.today() - wall.date()).days
    return dates.lately(wall, clock.wall()) if 0 <= days < 7 else dates.day_number(wall.date())
