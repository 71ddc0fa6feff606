"""What is said before a message is sent from the command line, and making sure that it is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from screens import send_plan
from screens.message_states import tested_words
from screens.text import visible
from templates.words import _, dates, ngettext
from tui.commands.options import confirmed
from tui.output import Ended, warn

if TYPE_CHECKING:
    from screens.send_plan import Plan
    from store import Store


@dataclass(frozen=True)
class Sending:
    """A message to be sent: now, or kept for the naive local `hour`; `until` is the moment after which nothing goes."""

    plan: Plan
    hour: datetime | None
    until: datetime | None

    def plain(self) -> dict[str, Any]:
        """For programs."""
        plan = self.plan
        return {
            "subject": plan.subject,
            "from": plan.sender,
            "mails": plan.mails,
            "members": plan.members,
            "to_call": plan.calls,
            "opted_out": plan.opted_out,
            "service_reason": plan.message.service_reason,
            "in_spite": plan.in_spite,
            "seconds": None if plan.takes is None else round(plan.takes.total_seconds()),
            "files": [file.name for file in plan.message.files],
            "send_at": self.hour,
            "not_after": self.until,
            "tested": plan.message.tested_same,
            "to_fill_in": plan.unfilled,
        }


def tell(store: Store, sending: Sending) -> None:
    """Say what would go out, to how many, and who is not reached."""
    plan = sending.plan
    rows = [send_plan.row(_("Subject"), plan.subject), send_plan.row(_("From"), plan.sender)]
    rows += [*send_plan.recipients(plan), *send_plan.service(plan), *send_plan.files(plan), *send_plan.duration(plan)]
    if sending.until is not None:
        rows.append(send_plan.row(_("Not after"), dates.moment(sending.until)))
    rows.append(send_plan.row(_("Test"), tested_words(plan.message, store.clock)))
    for line in rows:
        warn(line.plain.strip())
    for text in _warnings(sending):
        warn(f"! {text}")


def _warnings(sending: Sending) -> Iterator[str]:
    plan = sending.plan
    if plan.unfilled:
        yield _("to fill in: {text}").format(text=" ".join(plan.unfilled))
    if plan.note:
        yield plan.note
    start = sending.hour or plan.wall
    if sending.until is not None and plan.takes is not None and start + plan.takes > sending.until:
        yield _("This takes too long: what is not out by {moment} stays.").format(moment=dates.moment(sending.until))


def make_sure(store: Store, sending: Sending, mails: int | None, *, yes: bool) -> None:
    """Ask, or look whether it is as many as a script expects: "everyone" is never an accident. Raises `Ended`."""
    count, nothing = sending.plan.mails, _("Nothing was put into the outbox.")
    if mails is not None:
        if mails != count:
            text = ngettext("It would be {n} mail, not {mails}.", "It would be {n} mails, not {mails}.", count)
            raise Ended(f"{text.format(n=count, mails=mails)} {nothing}")
        return
    many = count > sending.plan.ask_above
    if yes and many:
        text = ngettext(
            "It would be {n} mail: --mails {n} means it.", "It would be {n} mails: --mails {n} means it.", count
        )
        raise Ended(f"{text.format(n=count)} {nothing}")
    if not yes:
        tell(store, sending)
        if not _meant(sending.plan, many=many):
            raise Ended(nothing)


def _meant(plan: Plan, *, many: bool) -> bool:
    question = ngettext("Send “{title}”: {n} mail?", "Send “{title}”: {n} mails?", plan.mails)
    question = question.format(title=visible(plan.message.title), n=plan.mails)
    if not many:
        return confirmed(question)
    try:
        typed = click.prompt(f"{question} {_('Type the number of mails')}", err=True)
    except click.Abort:
        warn("")
        raise Ended(_("Nobody answered: nothing was done. --mails N does it without asking.")) from None
    return "".join(str(typed).split()) == str(plan.mails)
