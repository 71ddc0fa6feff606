"""Where a message and its mails stand, in words that lists and the command line share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from screens.text import labelled
from templates.words import N_, _, dates, ngettext, pgettext

if TYPE_CHECKING:
    from mail.by_itself import ByItself
    from store import Store
    from store.clock import Clock
    from store.delivery_records import DeliveryCounts
    from store.message_records import Message, MessageRow


class Titled(Protocol):
    """What has the name of a message, which may be empty."""

    @property
    def title(self) -> str: ...


def title_of(message: Titled) -> str:
    """What a message is called, also where it is called nothing."""
    return message.title or _("(no subject)")


STATES = {
    "draft": N_("draft"),
    "scheduled": N_("kept for {moment}"),
    "queued": N_("in the outbox"),
    "cancelled": N_("cancelled"),
}

DELIVERIES = {
    "ready": N_("waiting"),
    "sending": N_("being sent"),
    "sent": N_("sent"),
    "failed": N_("failed"),
    "unknown": N_("in doubt"),
    "held": N_("held"),
    "bounced": N_("came back"),
}

MAIL_KINDS = {
    "message": N_("message"),
    "test": N_("test"),
    "recap": N_("recap"),
    "supplement": N_("supplement"),
}
"""What a mail in the outbox is."""

REACHES = {"email": N_("e-mail"), "unreachable": N_("to call"), "opted_out": N_("does not want it")}


def state_words(
    message: Message | MessageRow,
    counts: DeliveryCounts | None = None,
    *,
    short: bool = False,
    wall: datetime | None = None,
) -> str:
    """Where a message stands; one whose mails are all gone is "sent", an old mailing of another system "imported".

    In a `short` one the hour that it is kept for is left out. With the present `wall` time it is said when that hour
    has passed, and when nothing may go any more.
    """
    from store.kept import was_too_late

    if message.imported:
        return _("imported")
    if was_too_late(message):
        return _("too late")
    text = _("scheduled") if short and message.state.value == "scheduled" else _(STATES[message.state.value])
    if message.state.value == "scheduled" and message.send_at is not None:
        text = text.format(moment=dates.moment(message.send_at))
        if wall is None or message.send_at > wall:
            return text
        if message.send_before is not None and message.send_before <= wall:
            return "! " + _("too late")
        return "! " + _("overdue") if short else labelled(text, _("its hour has passed"))
    if message.state.value == "queued" and counts is not None and not counts.ready + counts.sending:
        if counts.total:
            return pgettext("message", "sent")
        if {"email", "sms"} & set(message.channels):
            return _("no mails")
        return _("letters") if "letter" in message.channels else _("CSV file")
    return text


def counts_line(counts: DeliveryCounts, between: str = " · ") -> str:
    """How far the mails got, the states with nothing in them left out: "118 sent · 81 waiting · 1 in doubt"."""
    order = ("sent", "sending", "ready", "unknown", "failed", "bounced", "held")
    return between.join(counted(state, getattr(counts, state)) for state in order if getattr(counts, state))


def counted(state: str, n: int) -> str:
    """So many mails in a state: "118 sent". French and Italian have a plural of "sent"."""
    texts = {
        "sent": ngettext("{n} sent", "{n} sent", n),
        "sending": ngettext("{n} being sent", "{n} being sent", n),
        "ready": ngettext("{n} waiting", "{n} waiting", n),
        "unknown": ngettext("{n} in doubt", "{n} in doubt", n),
        "failed": ngettext("{n} failed", "{n} failed", n),
        "bounced": ngettext("{n} came back", "{n} came back", n),
        "held": ngettext("{n} held", "{n} held", n),
    }
    return texts[state].format(n=n)


def mails_and_people(mails: int, people: int, calls: int) -> str:
    """Whom a message reaches: "43 mails to 41 members, 5 to call"."""
    text = ngettext("{n} mail", "{n} mails", mails).format(n=mails)
    if people != mails:
        members = ngettext("{n} member", "{n} members", people).format(n=people)
        text = _("{mails} to {members}").format(mails=text, members=members)
    return text + (_(", {n} to call").format(n=calls) if calls else "")


def tested_words(message: Message, clock: Clock) -> str:
    """Whether somebody tested the words as they are: "tested by Paul 14:10, text changed since"."""
    if message.tested_at is None:
        return _("not tested yet")
    wall = clock.to_wall(message.tested_at)
    when = dates.hour(wall) if wall.date() == clock.today() else dates.moment(wall)
    if message.tested_same:
        return _("tested by {name} {when}").format(name=message.tested_by, when=when)
    return _("tested by {name} {when}, text changed since").format(name=message.tested_by, when=when)


def sends_by_itself(store: Store, hour: datetime | None = None, until: datetime | None = None) -> tuple[bool, str]:
    """Whether a message kept for its hour goes without anybody's doing, and the truth about it; see `truth_at`."""
    from mail.by_itself import by_itself

    return truth_at(by_itself(store), store.clock, hour, until)


def truth_at(
    facts: ByItself, clock: Clock, hour: datetime | None = None, until: datetime | None = None
) -> tuple[bool, str]:
    """Whether a message goes by itself, and a sentence about it.

    With its wall `hour`, and the one after which nothing goes, what looks too rarely for that does not send it. It is
    said that this hour has passed, where it has.
    """
    if hour is not None and clock.to_utc(hour) <= facts.now:
        return _overdue(facts, clock, until)
    look = facts.look_after(clock.to_utc(hour)) if hour is not None and facts.sends else None
    if look is None or until is None or clock.to_wall(look) < until:
        return facts.sends, by_itself_words(facts, clock)
    text = _("This machine looks at the outbox next {look}, which is too late: somebody has to send it by hand.")
    return False, text.format(look=dates.moment(clock.to_wall(look)))


def _overdue(facts: ByItself, clock: Clock, until: datetime | None) -> tuple[bool, str]:
    look = facts.look_after(facts.now) if facts.sends else None
    if look is None:
        return False, _("Its hour has passed, and nothing has sent it.") + " " + by_itself_words(facts, clock)
    if until is not None and until <= clock.to_wall(look):
        return truth_at(facts, clock, clock.to_wall(look), until)
    text = _("Its hour has passed: it goes by itself when this machine looks next, about {look}.")
    return True, text.format(look=dates.lately(clock.to_wall(look), clock.to_wall(facts.now)))


def by_itself_words(facts: ByItself, clock: Clock) -> str:
    """The truth in a sentence; the first thing that stands in the way is said."""
    if facts.copied:
        return _("This file was copied or restored: it sends nothing before “cabas outbox adopt”.")
    if facts.password == "no_mailbox":
        return _("The group has no mailbox yet: nothing can go out.")
    if facts.last is None:
        return _("Nothing on this machine sends by itself: it goes with the first “cabas outbox run” after that hour.")
    when = dates.lately(clock.to_wall(facts.last), clock.to_wall(facts.now))
    if facts.rhythm is None:
        text = N_("This machine looked at the outbox {when}, at no known rhythm: it goes when it looks again.")
    elif not facts.recent:
        text = N_("This machine has not looked at the outbox since {when}: it goes when it looks again.")
    elif facts.password == "typed":
        text = N_("Somebody types the mailbox's password by hand: nothing can go by itself.")
    elif facts.password == "unreadable":
        text = N_("cabas.toml cannot be read, so there is no password: nothing can go by itself.")
    else:
        text = N_("It goes by itself within {rhythm} of that hour (this machine last looked {when}).")
    return _(text).format(when=when, rhythm=rhythm_words(facts))


def rhythm_words(facts: ByItself) -> str:
    """How often this machine looks, rounded: "10 min", "1 d"; empty where it shows no rhythm."""
    if facts.rhythm is None:
        return ""
    step = timedelta(minutes=1) if facts.rhythm < timedelta(hours=1) else timedelta(minutes=15)
    return dates.duration(max(step, round(facts.rhythm / step) * step))
