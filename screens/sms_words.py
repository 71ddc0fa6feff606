"""What became of SMS, and why they wait, in words: for the command line and the screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from screens.outbox_words import command_words, local, result_words
from screens.sms_settings_words import REASONS, reason_words
from screens.text import labelled
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from mail import sms
    from mail.run_result import RunResult, SmsResult
    from store.clock import Clock
    from store.mailbox import MailboxSettings

DO = {
    "operator": N_("“cabas sms resume” or “cabas outbox resume” lets them go on."),
    "no_gateway": N_("“cabas sms check” says how a gateway is named."),
    "login": N_("Put its line in cabas.toml right, then send again."),
    "credit": N_("Fill the account up, then send again."),
    "refusals": N_("Read its words; once it is put right, send again, and try those refused again."),
    "doubts": N_("Look at the gateway's own page whether they went, before more are sent."),
}
"""By the reason why SMS wait: what to do."""

HOW = N_(
    'In cabas.toml: [sms] and below it gateway = "…{to}…", a line as apprise writes it, with {to} for the number; or '
    "gateway_command, a command that writes that line. Nobody else should be able to read that file."
)
"""How a gateway is named."""


def waiting_words(waiting: int, reason: str, answer: str, until: str | None, clock: Clock) -> str:
    """That SMS wait, why, and until when or what to do."""
    count = ngettext("{n} SMS waits", "{n} SMS wait", waiting).format(n=waiting)
    if not reason:
        return f"{count}."
    parts = [f"{labelled(count, reason_words(reason, answer))}."]
    if until is not None:
        parts.append(_("They go on from {moment}.").format(moment=local(until, clock)))
    elif reason in DO:
        parts.append(_(DO[reason]))
    return " ".join(parts)


def sms_lines(result: SmsResult, clock: Clock) -> list[str]:
    """What a run did with SMS, and how many wait; nothing where there were none."""
    lines = []
    if result.sent or result.failed or result.in_doubt:
        text = ngettext("{n} SMS sent.", "{n} SMS sent.", result.sent).format(n=result.sent)
        if result.failed:
            text += " " + ngettext("{n} was refused.", "{n} were refused.", result.failed).format(n=result.failed)
        if result.in_doubt:
            doubts = ngettext(
                "{n} is in doubt: see “cabas outbox unknown”.",
                "{n} are in doubt: see “cabas outbox unknown”.",
                result.in_doubt,
            )
            text += " " + doubts.format(n=result.in_doubt)
        lines.append(text)
    if result.waiting:
        lines.append(waiting_words(result.waiting, result.reason, result.answer, result.until, clock))
    return lines


def run_words(result: RunResult, settings: MailboxSettings | None, clock: Clock) -> str:
    """How a run ended: for its mails and for its SMS."""
    lines = sms_lines(result.sms, clock)
    mails = result.sent or result.failed or result.in_doubt or result.due or result.next_at or result.found
    if lines and not mails and result.outcome.value == "done":
        return "\n".join(lines)
    return "\n".join([result_words(result, settings, clock), *lines])


def outcome_words(outcome: sms.Outcome) -> str:
    """What the gateway made of one SMS."""
    from mail.sms import Accepted, Refused, Unknown

    if isinstance(outcome, Accepted):
        return _("The gateway took it. Look whether it arrives.")
    if isinstance(outcome, Refused):
        return _said(_("The gateway refused it"), outcome.reason)
    if isinstance(outcome, Unknown):
        return _said(_("No clear answer: it may have gone, or not"), outcome.reason)
    return _said(_("Nothing went"), reason_words(outcome.kind, outcome.reason))


def _said(text: str, words: str) -> str:
    return labelled(text, words) if words else f"{text}."


def _gateway_bad(error: sms.GatewayBad) -> str:
    if error.reason == "command":
        return labelled(_("SMS"), command_words(error.detail, error.code))
    return labelled(_("SMS"), _(REASONS[error.reason]) + ".")


SMS_SENTENCES: dict[str, Callable[[Any], str]] = {"GatewayBad": _gateway_bad}
"""For `screens.errors`, by the class's name."""
