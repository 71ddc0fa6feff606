"""What came back of the mails, in words: for the screen, the desk and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.delivery_words import SPAM
from screens.member_words import KINDS
from screens.text import visible
from store.clock import unstamp
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from mail.inbox import InboxResult
    from store.came_back_records import CameBack
    from store.clock import Clock

STOPS = ("stop", "stop_word")

STATUSES = {
    "1.1": N_("no such address"),
    "1.2": N_("{domain} does not exist"),
    "1.3": N_("the address is not written right"),
    "1.6": N_("the mailbox has moved"),
    "1.10": N_("{domain} takes no mail"),
    "1": N_("the address does not work"),
    "2.1": N_("the mailbox is closed"),
    "2.2": N_("the mailbox is full"),
    "2.3": N_("the mail is too large for them"),
    "2": N_("the mailbox takes no mail"),
    "3.1": N_("{domain} has no room left"),
    "3.4": N_("the mail is too large for {domain}"),
    "3": N_("{domain} takes no mail at the moment"),
    "4.4": N_("{domain} is not to be found"),
    "4.6": N_("{domain} sends mails round in a circle"),
    "4.7": N_("{domain} did not take it in time"),
    "4": N_("{domain} does not answer"),
    "5": N_("{domain} did not understand us"),
    "6": N_("{domain} cannot read such a mail"),
    "7": N_("refused by {domain}"),
}
"""Why a mail came back, by subject and detail of its status (RFC 3463); else by its subject alone."""

REFUSED_AS_SPAM = N_("refused as spam by {domain}")
NOT_OURS = N_("{domain} does not believe that it is ours")

_UNPROVEN = range(20, 30)
"""Details of 5.7.x that speak of SPF, DKIM and the like (RFC 7372, RFC 8617)."""


def reason_words(status: str, said: str, address: str) -> str:
    """Why a mail to an address came back, from its status ("5.1.1") and the words said; empty where neither tells."""
    domain = visible(address.rpartition("@")[2]) or _("their provider")
    subject, detail = (*status.split(".")[1:], "", "")[:2]
    if subject == "7" or not subject:
        if SPAM.search(said):
            return _(REFUSED_AS_SPAM).format(domain=domain)
        if detail.isdecimal() and int(detail) in _UNPROVEN:
            return _(NOT_OURS).format(domain=domain)
    words = STATUSES.get(f"{subject}.{detail}") or STATUSES.get(subject)
    return "" if words is None else _(words).format(domain=domain)


def what_words(came: CameBack) -> str:
    """What came back, in few words: "no such address", "the mailbox is full (3 times)", "“stop svp”"."""
    if came.kind in STOPS and came.state == "done":
        return _("STOP: no more “{topic}”").format(topic=topic_words(came.topic))
    if is_complaint(came):
        return _("called it spam")
    if came.kind in STOPS:
        return quoted(said_words(came) or "STOP")
    if came.kind == "unclear" and came.state == "done":
        return _("the address does not work")
    if came.kind == "unclear":
        said = said_words(came)
        return _("perhaps came back: “{said}”").format(said=said) if said else _("perhaps came back")
    return reason_of(came) or _("came back: “{said}”").format(said=said_words(came))


def is_complaint(came: CameBack) -> bool:
    """Whether nobody wrote: the provider tells that the mail was called spam."""
    from store.came_back_records import COMPLAINT

    return came.kind == "stop_word" and came.status == COMPLAINT


def reason_of(came: CameBack) -> str:
    """Why a bounce came back, and how many did in a row; empty where only the server's words tell."""
    reason = reason_words(came.status, came.said, came.address)
    if not reason:
        return "" if came.said else _("came back, without a reason")
    if came.in_a_row < 2:
        return reason
    return ngettext("{what} ({n} time)", "{what} ({n} times)", came.in_a_row).format(what=reason, n=came.in_a_row)


def said_words(came: CameBack) -> str:
    """What the answer or the server said, on one line."""
    return " ".join(visible(came.said).split())


def quoted(text: str) -> str:
    """A title or somebody's words as a quotation."""
    return _("“{title}”").format(title=text)


def topic_words(topic: str) -> str:
    """The messages that a STOP ends: "news"."""
    return _(KINDS[topic]) if topic in KINDS else _("all messages")


def name_of(came: CameBack) -> str:
    """Who it is about: the name, else the address."""
    return came.name or came.address or _("nobody we know")


def found_words(result: InboxResult) -> str:
    """What a reading of the mailbox found, in a sentence."""
    parts = []
    if came := result.hard + result.soft:
        parts.append(ngettext("{n} mail came back", "{n} mails came back", came).format(n=came))
    if result.stops:
        parts.append(ngettext("{n} STOP", "{n} STOPs", result.stops).format(n=result.stops))
    if to_look := result.stop_words + result.unclear:
        parts.append(ngettext("{n} answer to look at", "{n} answers to look at", to_look).format(n=to_look))
    read = ngettext("{n} mail read", "{n} mails read", result.read).format(n=result.read)
    return _("{read}: {found}.").format(read=read, found=", ".join(parts) or _("nothing that concerns our mails"))


def when_words(stamp: str, clock: Clock) -> str:
    """When something was, from its UTC stamp, as one says it today."""
    return dates.lately(clock.to_wall(unstamp(stamp)), clock.wall())
