"""What is said before a message is sent from the command line, and making sure that it is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from screens import send_plan
from screens.counting_advice import counting_words
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
            "sms": 0 if plan.texts is None else plan.texts.number,
            "sms_parts": 0 if plan.texts is None else plan.texts.parts,
            "sms_cost": "" if plan.texts is None else plan.texts.cost,
            "letters": plan.letters,
            "csv": plan.csv,
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
    rows = []
    if "email" in plan.message.channels:
        rows = [send_plan.row(_("Subject"), plan.subject), send_plan.row(_("From"), plan.sender)]
    rows += [*send_plan.recipients(plan), *send_plan.service(plan), *send_plan.files(plan), *send_plan.duration(plan)]
    if sending.until is not None:
        rows.append(send_plan.row(_("Not after"), dates.moment(sending.until)))
    if "email" in plan.message.channels:
        rows.append(send_plan.row(_("Test"), tested_words(plan.message, store.clock)))
    for line in rows:
        warn(line.plain.strip())
    for text in _warnings(sending):
        warn(f"! {text}")


def _warnings(sending: Sending) -> Iterator[str]:
    plan = sending.plan
    if plan.texts is not None and plan.texts.obstacle:
        yield plan.texts.obstacle
    if plan.unfilled:
        yield _("to fill in: {text}").format(text=" ".join(plan.unfilled))
    if plan.note:
        yield plan.note
    start = sending.hour or plan.wall
    if counting := counting_words(plan.message, start.date()):
        yield counting
    if sending.until is not None and plan.takes is not None and start + plan.takes > sending.until:
        yield _("This takes too long: what is not out by {moment} stays.").format(moment=dates.moment(sending.until))


def make_sure(store: Store, sending: Sending, mails: int | None, sms: int | None, *, yes: bool) -> None:
    """Ask, or look whether it is as many as a script expects: "everyone" is never an accident, nor what is paid for.

    Raises `Ended`.
    """
    plan, nothing = sending.plan, _("Nothing was put into the outbox.")
    if mails is not None or sms is not None:
        _require_expected(plan, mails, sms, nothing)
        return
    if yes and plan.to_type is not None:
        if plan.texts is None:
            text = ngettext(
                "It would be {n} mail: --mails {n} means it.",
                "It would be {n} mails: --mails {n} means it.",
                plan.mails,
            )
            raise Ended(f"{text.format(n=plan.mails)} {nothing}")
        options = " ".join(f"--{name} {n}" for name, n in (("mails", plan.mails), ("sms", plan.texts.number)) if n)
        text = _("It would be {what}: {options} means it.").format(what=plan.goes, options=options)
        raise Ended(f"{text} {nothing}")
    if not yes:
        tell(store, sending)
        if not _meant(plan):
            raise Ended(nothing)


def _require_expected(plan: Plan, mails: int | None, sms: int | None, nothing: str) -> None:
    """Raise `Ended` unless it is as many mails and SMS as a script expects; who names the SMS means no mail beside."""
    texts = 0 if plan.texts is None else plan.texts.number
    if (mails or 0) != plan.mails:
        text = ngettext("It would be {n} mail, not {mails}.", "It would be {n} mails, not {mails}.", plan.mails)
        raise Ended(f"{text.format(n=plan.mails, mails=mails or 0)} {nothing}")
    if (sms or 0) != texts:
        text = ngettext("It would be {n} SMS, not {sms}.", "It would be {n} SMS, not {sms}.", texts)
        raise Ended(f"{text.format(n=texts, sms=sms or 0)} {nothing}")


def _meant(plan: Plan) -> bool:
    title = visible(plan.message.title)
    if plan.goes and plan.texts is None and not plan.letters and not plan.csv:
        question = ngettext("Send “{title}”: {n} mail?", "Send “{title}”: {n} mails?", plan.mails)
        question = question.format(title=title, n=plan.mails)
    else:
        question = _("Send “{title}”: {what}?").format(title=title, what=plan.goes)
    if plan.to_type is None:
        return confirmed(question)
    number = _("Type the number of mails") if plan.texts is None else _("Type {n} to send").format(n=plan.to_type)
    try:
        typed = click.prompt(f"{question} {number}", err=True)
    except click.Abort:
        warn("")
        raise Ended(_("Nobody answered: nothing was done. --mails N does it without asking.")) from None
    return "".join(str(typed).split()) == str(plan.to_type)
