"""The one place where an error becomes words for the operator."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from screens.text import visible
from templates.words import N_, _

if TYPE_CHECKING:
    from store import errors


def words_for(error: BaseException) -> str:
    """One or two sentences: what happened and what to do next. Plain text, safe to print, never markup.

    An error that no sentence is written for is a fault of the program and says so.
    """
    if sentence := _sentence_for(error):
        return visible(sentence(error))
    if isinstance(error, OSError):
        return visible(_os_error(error))
    return _("cabas could not do this because of a fault of its own ({kind}).").format(kind=type(error).__name__)


def known(error: BaseException) -> bool:
    """Whether `words_for` has a sentence for this error, so that it is no fault of the program."""
    return isinstance(error, OSError) or _sentence_for(error) is not None


def _sentence_for(error: BaseException) -> Callable[[Any], str] | None:
    # Not read at the start: errors are seldom.
    from screens.backups_words import BACKUP_SENTENCES
    from screens.import_errors import IMPORT_SENTENCES
    from screens.message_errors import MESSAGE_SENTENCES
    from screens.outbox_words import OUTBOX_SENTENCES
    from screens.sms_words import SMS_SENTENCES
    from screens.voucher_errors import VOUCHER_SENTENCES

    every = {**SENTENCES, **MESSAGE_SENTENCES, **IMPORT_SENTENCES, **OUTBOX_SENTENCES, **BACKUP_SENTENCES}
    every |= {**VOUCHER_SENTENCES, **SMS_SENTENCES}
    return next((every[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in every), None)


RIGHTS = {
    "members": N_("see and change members"),
    "orders": N_("take orders"),
    "messages.see": N_("see messages"),
    "messages.write": N_("write messages"),
    "messages.send": N_("send messages"),
    "results.money": N_("see turnover and margins"),
    "admin": N_("change the group's settings"),
}

EVERYWHERE = {"orders": N_("take orders of all catalogues")}
"""Where the right on one catalogue, which the operator may have, is not enough."""

NOT_FOUND = {
    "member": N_("There is no member “{key}”."),
    "person": N_("There is no person “{key}”."),
    "producer": N_("There is no producer “{key}”."),
    "catalogue": N_("There is no catalogue “{key}”."),
    "product": N_("There is no product “{key}”."),
    "promotion": N_("There is no promotion “{key}”."),
    "voucher": N_("There is no voucher “{key}”."),
    "distribution": N_("There is no distribution “{key}”."),
    "order": N_("There is no order “{key}”."),
    "basket": N_("There is no open basket “{key}”: it was confirmed or dropped meanwhile."),
    "message": N_("There is no message “{key}”."),
    "segment": N_("No segment is saved as “{key}”. Saved ones: cabas segment list."),
    "file": N_("There is no file “{key}” with this message."),
    "starter": N_("There is no starter “{key}”."),
    "recipient": N_("“{key}” is not among the people of this message."),
    "delivery": N_("There is no delivery “{key}”."),
    "merge": N_("There is no merge “{key}”."),
    "came_back": N_("Nothing that came back has the number {key}."),
    "operator": N_("There is no operator “{key}”."),
    "role": N_("There is no role “{key}”."),
}

CHANGED = {
    "member": N_("Somebody else changed this member meanwhile. Your text is kept: open the member again and compare."),
    "message": N_(
        "Somebody else changed this message meanwhile. Your text is kept: open the message again and compare."
    ),
    "order": N_("Somebody else changed this order meanwhile. It is shown as it is now: look, then type again."),
}

INVALID: dict[tuple[str, str], str] = {
    ("timezone", "unknown"): N_("There is no time zone “{value}”; write it as Europe/Paris."),
    ("currency", ""): N_("“{value}” is no currency; write three letters, as EUR."),
    ("country", "unknown"): N_("“{value}” is no country; write two letters, as FR."),
    ("language", "unknown"): N_("cabas does not speak “{value}”; it speaks en, fr and it."),
    ("name", "empty"): N_("A name is needed."),
    ("name", "taken"): N_("There is one called “{value}” already."),
    ("producer", "no_email"): N_("{value} has no e-mail: print it, or tell it by phone."),
    ("supplement", "nothing"): N_("Nothing has changed since the producer was told."),
    ("catalogue", "needed"): N_("A producer takes orders for named catalogues only: add --catalogue."),
    ("price", "not_a_price"): N_("“{value}” is no price; write it as 3,90."),
    ("day", "not_a_day"): N_("“{value}” is no day; write it as 2026-11-26."),
    ("quantity", "not_a_number"): N_("“{value}” is no quantity; write it as 1,5."),
    ("unit", "unknown"): N_("“{value}” is no unit; write piece, kg, g, l, cl or ml, as 500 g."),
    ("email", "syntax"): N_("“{value}” is no e-mail address. Correct it, or leave it empty."),
    ("people", ""): N_("A household has one or two people, in the order they are in."),
    ("people", "one"): N_("{value} is one person: there is nobody to change places with."),
    ("people", "choice"): N_("More than two people: {value}. Say which two stay."),
    ("exports", "full"): N_(
        "Your folder for exports holds {value} MB. Take files out of it: cabas export file NAME --remove"
    ),
    ("merge", "same"): N_("A member cannot be merged with itself."),
    ("merge", "gone"): N_("{value} was merged into another member, or erased."),
    ("merge", "archived"): N_("{value} is archived. Keep the other one, or bring this one back first."),
    ("merge", "undone"): N_("This merge is undone already."),
    ("email_state", "none"): N_("Either there is an e-mail ({value}), or there is none."),
    ("email_state", "no_address"): N_("There is no address to say this of."),
    ("tag", "empty"): N_("A tag is needed."),
    ("tag", "comma"): N_("“{value}”: a tag has no comma, which parts one tag from the next."),
    ("archived", "gone"): N_("This member was merged into another one, or erased. Undo the merge to bring it back."),
    ("preference", "stopped"): N_(
        "The person refused this with STOP. It can be allowed again only when they ask for it themselves."
    ),
    ("channel", "unknown"): N_("There is no channel “{value}”."),
    ("kind", "unknown"): N_("There is no kind of message “{value}”."),
    ("subject", "too_long"): N_("The subject is too long ({value} characters): 60 are read, 400 are allowed."),
    ("label", "too_long"): N_("The label is too long ({value} characters)."),
    ("text", "too_long"): N_(
        "The text is too long to be kept ({value} characters): 200000 are, and 20000 can be sent. Cut some."
    ),
    ("reply_to", "syntax"): N_("“{value}” is no address that one can reply to."),
    ("send_at", "past"): N_("{value} has passed: choose an hour to come."),
    ("message_state", "not_draft"): N_("Only a draft can be changed or deleted. Make a copy of the message instead."),
    ("message_state", "imported"): N_(
        "It was imported: nothing of it can be stopped here. It can be deleted, or copied."
    ),
    ("message_state", "not_queued"): N_("Only a message that is in the outbox can be cancelled."),
    ("erase", "sending"): N_("A mail to {value} is being sent at this moment. Erase in a minute."),
    ("came_back", "decided"): N_("This is decided already. It can be taken back: cabas inbox reopen {value}"),
    ("came_back", "undecided"): N_("Nobody has decided about this yet."),
    ("came_back", "by_itself"): N_(
        "Nobody decided this: it was done by itself. If the address works or the person wants mails after all, say so "
        "on the member's page."
    ),
    ("came_back", "changed"): N_("This cannot be taken back: it was changed since. The member's page shows how it is."),
    ("came_back", "unknown"): N_("This cannot mean “{value}”."),
    ("email", "not_bounced"): N_("No mail came back from {value}: it gets mail already."),
    ("rule", "unknown"): N_("This cabas does not know the rule “{value}”; a newer one wrote it."),
    ("segment", "too_many_steps"): N_("A segment has 60 steps at most."),
    ("segment", "unreadable"): N_("This segment cannot be read: a newer cabas wrote it, or the file is damaged."),
    ("name", "too_long"): N_("The name is too long ({value} characters): 60 are allowed."),
    ("group_name", "too_long"): N_("The group's name is too long ({value} characters): 100 are allowed."),
}


def _not_allowed(error: errors.NotAllowed) -> str:
    right = RIGHTS.get(error.right)
    if right is None:
        return _("You are not allowed to do this. Someone with the right to do it can give it to you.")
    if error.catalogue_id is not None:
        return _("You are not allowed to {right} in this catalogue. A coordinator can allow it.").format(right=_(right))
    everywhere = EVERYWHERE.get(error.right, right)
    return _("You are not allowed to {right}. A coordinator can allow it.").format(right=_(everywhere))


def _unknown_operator(error: errors.UnknownOperator) -> str:
    if error.removed:
        return _("“{login}” may not use this group any more: nothing is stored. A coordinator can change that.").format(
            login=error.login
        )
    if error.now:
        return _("“{login}” is “{now}” by now. A coordinator makes your key a new line.").format(
            login=error.login, now=error.now
        )
    return _("“{login}” is no operator of this group. A coordinator can add you: cabas operator add {login}").format(
        login=error.login
    )


BESIDE_NOW = {
    "next": N_("There is no distribution to come."),
    "last": N_("There was no distribution yet."),
}


SHOWN_BY_NUMBER = frozenset(
    "member person producer catalogue product promotion distribution order message delivery".split()
)


def screen_words(error: BaseException) -> str:
    """What a screen says of an error: nobody typed there the number of what is gone."""
    what, key = getattr(error, "what", ""), getattr(error, "key", "")
    if what in SHOWN_BY_NUMBER and isinstance(key, str) and key.isdigit():
        return _("It is not there any more: a colleague has deleted it, or merged it with another.")
    return words_for(error)


def _not_found(error: errors.NotFound) -> str:
    if error.what == "distribution" and error.key in BESIDE_NOW:
        return _(BESIDE_NOW[error.key])
    from screens.workflow_errors import WORKFLOW_NOT_FOUND

    known = NOT_FOUND.get(error.what) or WORKFLOW_NOT_FOUND.get(error.what) or N_("There is no “{key}”.")
    text = _(known).format(key=error.key)
    return f"{text} {_possible(error.near)}" if error.near else text


def _possible(names: Iterable[str]) -> str:
    return _("Possible: {words}.").format(words=", ".join(names))


def _ambiguous(error: errors.Ambiguous) -> str:
    choices = ", ".join(error.choices[:5]) + (", …" if len(error.choices) > 5 else "")
    return _("“{key}” can mean several: {choices}. Say more of it.").format(key=error.key, choices=choices)


def _invalid(error: errors.Invalid) -> str:
    from screens.backups_words import BACKUP_INVALID
    from screens.mailbox_invalid import INVALID_MAILBOX
    from screens.offer_errors import OFFER_INVALID
    from screens.operator_errors import OPERATOR_INVALID
    from screens.order_errors import ORDER_INVALID
    from screens.recap_errors import RECAP_INVALID
    from screens.refused_values import value_said
    from screens.voucher_errors import VOUCHER_INVALID
    from screens.workflow_errors import WORKFLOW_INVALID
    from screens.writing_errors import WRITING_INVALID, limit_refused

    if error.reason == "range":
        return limit_refused(error)
    refused = {**OFFER_INVALID, **ORDER_INVALID, **RECAP_INVALID, **WRITING_INVALID, **OPERATOR_INVALID}
    known = {**refused, **INVALID_MAILBOX, **INVALID, **BACKUP_INVALID, **WORKFLOW_INVALID, **VOUCHER_INVALID}
    sentence = known.get((error.field, error.reason)) or known.get((error.field, ""))
    if sentence is None:
        sentence = N_("“{value}” cannot be taken here ({field}: {reason}).")
    value = value_said(error)
    return _(sentence).format(value=value, field=error.field, reason=error.reason)


SEGMENT = {
    "rule_expected": N_("a rule is expected here, as vip or ordered(distribution=next)"),
    "unknown_rule": N_("there is no such rule"),
    "sign_expected": N_("+ (add), & (keep only) or - (remove) is expected between two rules"),
    "missing_parameter": N_("{rule} needs {parameter}"),
    "unknown_parameter": N_("{rule} has no such parameter"),
    "too_many_parameters": N_("{rule} takes no more than it has already"),
    "given_twice": N_("{parameter} is given twice"),
    "comma_or_bracket_expected": N_("a comma or a closing bracket is expected"),
    "quote_not_closed": N_('the closing " is missing'),
    "value_expected": N_("a value for {parameter} is expected"),
    "too_many_steps": N_("a segment has 60 steps at most"),
    "not_months": N_("a number of months is expected"),
    "not_number": N_("a whole number is expected"),
    "not_money": N_("a sum is expected, as 12.50"),
    "not_date": N_("a day is expected, as 2026-11-26"),
    "not_distribution": N_("a distribution is expected: next, last, a day as 2026-11-26, or its number"),
    "not_a_member": N_("a member is expected: a part of the name, a phone number or an e-mail"),
    "not_members": N_("the numbers of members are expected"),
}


def _segment(error: errors.SegmentError) -> str:
    problem = _(SEGMENT.get(error.reason, N_("this value cannot be taken")))
    if error.position < 0:
        where = _("“{word}”: {problem}.")
    elif error.word:
        where = _("Segment, at character {at} “{word}”: {problem}.")
    else:
        where = _("Segment, at character {at} (the end): {problem}.")
    text = where.format(
        at=error.position + 1,
        word=error.word or "…",
        problem=problem.format(rule=error.rule, parameter=error.parameter),
    )
    if error.reason == "unknown_rule" and not error.expected and error.position >= 0:
        return f"{text} {_('All rules: cabas segment rules.')}"
    if not error.expected or error.reason in ("sign_expected", "comma_or_bracket_expected"):
        return text
    return f"{text} {_possible(error.expected)}"


def _changed(error: errors.ChangedElsewhere) -> str:
    from screens.offer_errors import OFFER_CHANGED
    from screens.order_errors import ORDER_CHANGED
    from screens.recap_errors import RECAP_CHANGED
    from screens.workflow_errors import WORKFLOW_CHANGED

    known = {**CHANGED, **OFFER_CHANGED, **ORDER_CHANGED, **RECAP_CHANGED, **WORKFLOW_CHANGED}
    return _(known.get(error.what, N_("Somebody else changed this meanwhile. Open it again, then change it.")))


MERGE_CHANGED = {
    "member": N_("The member was changed since the two were merged, so that this cannot be undone."),
    "preference": N_("What the member wants to get was changed since the two were merged: this cannot be undone."),
    "order": N_("The order for {day} was changed since the two were merged: this cannot be undone."),
    "basket": N_("What was ordered was changed since the two were merged: this cannot be undone."),
    "merged": N_("The member was merged with another one since. Undo that merge first."),
}


def _merge_changed(error: errors.MergeChanged) -> str:
    from templates.words import dates

    what = "basket" if error.what == "order" and error.day is None else error.what
    day = "" if error.day is None else dates.day(error.day)
    return _(MERGE_CHANGED.get(what, MERGE_CHANGED["member"])).format(day=day)


def _stock_short(error: errors.StockShort) -> str:
    from screens.order_errors import stock_short

    return stock_short(error)


def _missing(error: errors.FileMissing) -> str:
    return _(
        "There is no group's file at {path}. “cabas init FILE --name NAME” makes one; "
        "“cabas demo” opens an example group."
    ).format(path=error.path)


def _exists(error: errors.FileExists) -> str:
    return _("{path} is there already and is left as it is. Choose another name.").format(path=error.path)


def _not_ours(error: errors.NotAGroupFile) -> str:
    return _(
        "{path} is damaged, or not a file of cabas. Nothing was changed; a backup may lie beside it (*.backup)."
    ).format(path=error.path)


def _unreadable(error: errors.FileUnreadable) -> str:
    return _(
        "{path} cannot be opened or written ({why}). Ask whoever looks after the file for the right to write it "
        "and its folder."
    ).format(path=error.path, why=error.why)


def _newer(error: errors.FileNewer) -> str:
    return _("{path} was written by a newer cabas. Start cabas again, or install the newer one.").format(
        path=error.path
    )


def _locked(error: errors.FileLocked) -> str:
    return _("{path} is kept busy by another program. Nothing was changed; try again in a moment.").format(
        path=error.path
    )


def _disk_full(error: errors.DiskFull) -> str:
    return _("The disk is full: this was not saved, everything before it was. Make room, then try again.")


def _network(error: errors.NetworkFileSystem) -> str:
    return _(
        "{path} is on a network file system ({kind}), where two people could damage the file. Put it on a local disk."
    ).format(path=error.path, kind=error.kind)


def _os_error(error: OSError) -> str:
    why = error.strerror or str(error)
    if error.filename is None:
        return _("The system refuses: {why}.").format(why=why)
    return _("{path}: {why}.").format(path=error.filename, why=why)


def _too_large(error: errors.FileTooLarge) -> str:
    from screens.sizes import too_large

    return too_large(error)


SENTENCES: dict[str, Callable[[Any], str]] = {
    "NotAllowed": _not_allowed,
    "UnknownOperator": _unknown_operator,
    "NotFound": _not_found,
    "Ambiguous": _ambiguous,
    "Invalid": _invalid,
    "FileTooLarge": _too_large,
    "SegmentError": _segment,
    "ChangedElsewhere": _changed,
    "MergeChanged": _merge_changed,
    "StockShort": _stock_short,
    "FileMissing": _missing,
    "FileExists": _exists,
    "NotAGroupFile": _not_ours,
    "FileUnreadable": _unreadable,
    "FileNewer": _newer,
    "FileLocked": _locked,
    "DiskFull": _disk_full,
    "NetworkFileSystem": _network,
}
"""By the class's name, so that a part's errors get words here without its modules being imported."""
