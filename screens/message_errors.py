"""Why a message cannot go out as it is, in words; `screens.errors` asks here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from templates.words import N_, _, dates

if TYPE_CHECKING:
    from mail import refused
    from templates.render import errors

MOST_NAMED = 8
"""So many of what there is instead are named."""


def _empty_audience(error: refused.EmptyAudience) -> str:
    if error.unreachable or error.opted_out:
        return _(
            "Nobody would get this mail: {unreachable} without e-mail, {opted_out} do not want it. Choose other people."
        ).format(unreachable=error.unreachable, opted_out=error.opted_out)
    return _("Nobody would get this mail: nobody is chosen. Choose people first.")


def _unfinished(error: refused.Unfinished) -> str:
    if error.part == "subject":
        return _("The message has no subject yet. Write one, then send.")
    if error.part == "sms_text":
        return _("The SMS has no text. Write one, or take SMS out of the channels.")
    return _("The message has no text yet. Write one, then send.")


def _no_mailbox(_error: refused.NoMailbox) -> str:
    return _("The group has no mailbox to send from yet. Someone with the right sets it: F2 x or cabas mailbox set")


def _no_inbox(_error: refused.NoInbox) -> str:
    return _("It is not said where the mailbox can be read (IMAP): cabas mailbox set --help")


def _unknown_sender(error: refused.UnknownSender) -> str:
    return _("The mailbox may not send as {address}. It may send as: {choices}.").format(
        address=error.address, choices=", ".join(error.choices)
    )


STATES = {
    "scheduled": N_("This message is kept for its hour. Take it back to drafts first."),
    "queued": N_("This message is already in the outbox. Make a copy to send it to others."),
    "cancelled": N_("This message was cancelled. Make a copy to send it."),
    "imported": N_("This message was imported. Make a copy to send it."),
    "archived": N_("This message was put away. Make a copy to send it."),
}


def _no_draft(error: refused.NoDraft) -> str:
    return _(STATES.get(error.state, N_("This message is not a draft any more.")))


def _keeper_may_not(error: refused.KeeperMayNot) -> str:
    return _(
        "{name}, who keeps it for this hour, may not send messages any more. Somebody else has to send it."
    ).format(name=error.name)


def _limit_passed(error: refused.LimitPassed) -> str:
    return _(
        "nothing of it may go after {moment}, which has passed: it stays here. Choose another hour for it."
    ).format(moment=dates.moment(error.send_before))


def _too_late(error: refused.TooLate) -> str:
    return _("it was to be out before {moment}. It is cancelled; a copy of it can be sent.").format(
        moment=dates.moment(error.send_before)
    )


def _text_refused(error: refused.TextRefused) -> str:
    sentence = problem_words(error.problem)
    if not error.recipient:
        return sentence
    return _("{sentence} (For {name}.)").format(sentence=sentence, name=error.recipient)


def problem_words(problem: Exception) -> str:
    """What is wrong with a text, whoever it is for; `problem` is a `templates.render.errors.TextError`."""
    say = PROBLEMS.get(type(problem).__name__)
    return say(problem) if say else _("The text cannot be read.")


def _unknown_field(error: errors.UnknownField) -> str:
    if error.closest:
        return _("There is no field “{name}”. Do you mean “{closest}”?").format(name=error.name, closest=error.closest)
    return _("There is no field “{name}”. The fields that exist are offered while you write.").format(name=error.name)


def _no_value(error: errors.NoValue) -> str:
    if error.name.startswith("order."):
        return _("The field “{name}” has nothing to say: no order for this distribution.").format(name=error.name)
    if error.name.startswith("basket."):
        return _("The field “{name}” has nothing to say: no basket is open.").format(name=error.name)
    if error.name in ("promotion.price", "promotion.usual"):
        return _("The field “{name}” has nothing to say of a whole catalogue: {offer} does.").format(
            name=error.name, offer="{{ promotion.offer }}"
        )
    if error.name.startswith("promotion."):
        return _("The field “{name}” has nothing to say: which promotion is meant?").format(name=error.name)
    if error.name in ("voucher.until", "voucher.minimum"):
        return _("The field “{name}” has nothing to say: the voucher has none.").format(name=error.name)
    if error.name.startswith("voucher."):
        return _("The field “{name}” has nothing to say: there is no voucher.").format(name=error.name)
    if error.name == "catalogue":
        return _("The field “{name}” has nothing to say: the message speaks of no catalogue.").format(name=error.name)
    if error.name.startswith("last_order"):
        return _("The field “{name}” has nothing to say: nothing was ever ordered there.").format(name=error.name)
    return _("The field “{name}” has nothing to say: no distribution is planned, or nothing closes there.").format(
        name=error.name
    )


def _unfinished_field(error: errors.UnfinishedField) -> str:
    return _("The field “{name}” needs more. Write it as {choices}.").format(
        name=error.name, choices=_(" or ").join(error.choices)
    )


def _unknown_catalogue(error: errors.UnknownCatalogue) -> str:
    return _("The field “{field}” names “{name}”: that is no catalogue, or could be several.").format(
        field=error.field, name=error.name
    )


def _not_in_messages(error: errors.NotInMessages) -> str:
    return _("Line {line}: “{what}” cannot be used in a message.").format(line=error.line, what=error.what)


def _not_understood(error: errors.NotUnderstood) -> str:
    return _("Line {line}: the braces of a field are not complete. A field is written {example}.").format(
        line=error.line, example="{{ first_name }}"
    )


def _too_deep(error: errors.TooDeep) -> str:
    return _("Line {line}: too many conditions stand in one another. Write it more simply.").format(line=error.line)


def _too_long(error: errors.TooLong) -> str:
    return _("The text is too long: at most {limit} characters. Mail programs would cut it off.").format(
        limit=error.limit
    )


def _too_long_for_sms(error: errors.TooLongForSms) -> str:
    said = _("The SMS is too long: {characters} characters, at most {limit}.").format(
        characters=error.characters, limit=error.limit
    )
    if not error.unusual:
        return said
    return f"{said} " + _("Without “{letters}” {limit} fit.").format(
        letters="".join(error.unusual[:3]), limit=error.usual
    )


def _unknown_image(error: errors.UnknownImage) -> str:
    if error.attached:
        return _("“{name}” is attached: the text cannot show it before it is made an image, among the files.").format(
            name=error.name
        )
    if error.known:
        return _("The message has no image “{name}”; it has {known}.").format(
            name=error.name, known=", ".join(error.known[:MOST_NAMED]) + ", …" * (len(error.known) > MOST_NAMED)
        )
    return _("The message has no image “{name}”. Add it to its files, or take it out of the text.").format(
        name=error.name
    )


PROBLEMS: dict[str, Callable[[Any], str]] = {
    "UnknownField": _unknown_field,
    "NoValue": _no_value,
    "UnfinishedField": _unfinished_field,
    "UnknownCatalogue": _unknown_catalogue,
    "UnknownImage": _unknown_image,
    "NotInMessages": _not_in_messages,
    "NotUnderstood": _not_understood,
    "TooDeep": _too_deep,
    "TooLong": _too_long,
    "TooLongForSms": _too_long_for_sms,
}
"""By the class's name: Jinja2 need not be there to say what was wrong."""

MESSAGE_SENTENCES: dict[str, Callable[[Any], str]] = {
    "EmptyAudience": _empty_audience,
    "Unfinished": _unfinished,
    "NoMailbox": _no_mailbox,
    "NoInbox": _no_inbox,
    "UnknownSender": _unknown_sender,
    "NoDraft": _no_draft,
    "TextRefused": _text_refused,
    "LimitPassed": _limit_passed,
    "TooLate": _too_late,
    "KeeperMayNot": _keeper_may_not,
}
