"""What the screen of what came back reads, and how it is said: the last reading, and each thing in full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from screens import came_back_words as words
from screens.delivery_words import since
from screens.outbox_words import fault_words
from screens.text import fitted, labelled
from screens.widgets.plain import joined, plain
from store.came_back_counts import open_count
from templates.words import _

if TYPE_CHECKING:
    from store import Store
    from store.came_back_records import CameBack
    from store.clock import Clock
    from store.inbox_bookmarks import InboxRead
    from store.mailbox import MailboxSettings

PAGE = 300
"""How many of what is decided are listed at first, and how many more at a time."""

SAID, ANSWER, NAMED = 220, 100, 50
"""Cells of the words that somebody said, of the mailbox's own, and of a title or address: what stands below is seen."""


@dataclass(frozen=True)
class Listed:
    """What waits for a decision and how much that is, what is done, whether there is older, and the last reading."""

    open: tuple[CameBack, ...]
    waits: int
    done: tuple[CameBack, ...]
    more: bool
    last_read: InboxRead | None
    settings: MailboxSettings | None

    @property
    def all(self) -> tuple[CameBack, ...]:
        """What waits first."""
        return (*self.open, *self.done)

    @property
    def is_read(self) -> bool:
        """Whether the group has a mailbox whose inbox may be read."""
        return self.settings is not None and bool(self.settings.imap_host)


def read_listed(store: Store, limit: int = PAGE) -> Listed:
    """What came back: all that is open, and so much of the rest; needs `messages.see`."""
    waits = store.came_back.list("open", limit + 1)
    rest = store.came_back.list(None, limit + 1)
    return Listed(
        open=tuple(sorted(waits, key=lambda came: came.kind == "unclear")),
        waits=open_count(store),
        done=tuple(came for came in rest if came.state != "open")[:limit],
        more=len(rest) > limit,
        last_read=store.inbox.last_read(),
        settings=store.mailbox.get(),
    )


def reading(listed: Listed, clock: Clock) -> Content:
    """When the mailbox was read last, or what keeps it from being read, and what to do."""
    last, settings = listed.last_read, listed.settings
    if settings is None:
        return plain(" ! " + _("The group has no mailbox yet: F2 x sets one."), "bold")
    if not settings.imap_host:
        text = _("This mailbox is not read: nobody learns here which mails come back. F2 x says where to read it.")
        return plain(f" ! {text}", "bold")
    if last is None:
        return plain(" " + _("The mailbox has not been read yet: r reads it now."))
    if last.outcome == "done":
        by = last.by or _("automatic")
        return plain(
            " " + _("The mailbox was read {when} ({by}).").format(when=words.when_words(last.at, clock), by=by)
        )
    when = words.when_words(last.at, clock)
    why = fault_words(last.outcome, fitted(last.answer, ANSWER).rstrip(), settings, "imap")
    if last.done_at is None:
        text = _("The mailbox could not be read, {when}: {why}").format(when=when, why=why)
    else:
        text = _("The mailbox was read {last} last. It could not be read {when}: {why}").format(
            last=words.when_words(last.done_at, clock), when=when, why=why
        )
    return plain(f" ! {text}", "bold")


def nothing(listed: Listed) -> str:
    """What to say where nothing is listed."""
    if not listed.is_read or listed.last_read is None:
        return _("Here stands which mails came back, and who answered STOP.")
    return _("Nothing came back, and nobody answered STOP.")


def cells(came: CameBack, clock: Clock) -> list[object]:
    """A line of the list: whether it waits, when, who, what."""
    waits = "!" if came.state == "open" else ""
    what = words.what_words(came)
    if came.state == "dismissed":
        left = _("works again: {what}") if came.kind in ("hard", "soft") else _("left: {what}")
        what = left.format(what=what)
    return [waits, since(came.received_at, clock), words.name_of(came), what]


def detail(came: CameBack, clock: Clock) -> Content:
    """One thing in full: who, what, and what to do or what was done."""
    who = joined(plain(f" {words.name_of(came)}", "bold"), plain(f"  {came.phone or _('no phone')}"))
    lines = [who, *(plain(f" {line}") for line in _story(came, clock))]
    if came.state == "open":
        lines += [Content(""), plain(f" {_question(came)}", "bold")]
    else:
        lines.append(plain(f" {_outcome(came, clock)}"))
    return Content("\n").join(lines)


def _story(came: CameBack, clock: Clock) -> list[str]:
    """What happened, and the words that were said."""
    when, said = words.when_words(came.received_at, clock), words.said_words(came)
    title = words.quoted(fitted(came.title, NAMED).rstrip()) if came.title else _("a mail")
    address = fitted(came.address, NAMED).rstrip()
    if words.is_complaint(came):
        first = _("told their provider that {title} is spam, {when}.").format(title=title, when=when)
    elif came.kind in ("stop", "stop_word"):
        first = _("answered {title}, {when}:").format(title=title, when=when)
    elif came.kind == "unclear":
        first = _("Perhaps {title} to {address} came back, {when}:").format(
            title=title, address=address or "?", when=when
        )
    else:
        first = _("{title} to {address} came back, {when}").format(title=title, address=address, when=when)
        first = labelled(first, words.reason_of(came)).rstrip()
    return [first, f"  {words.quoted(fitted(said, SAID).rstrip())}"] if said else [first]


def answer_to(came: CameBack) -> str:
    """What Enter answers to what is open: "stop", "hard", or nothing where it is not about people's wishes."""
    if came.kind in words.STOPS:
        return "stop" if came.topic and came.delivery_id is not None else ""
    return "hard" if came.address else ""


def _question(came: CameBack) -> str:
    answer = answer_to(came)
    if answer == "stop":
        what = words.topic_words(came.topic)
        return _("Enter: no more “{topic}” for them.  x: leave it, nothing changes.").format(topic=what)
    if answer == "hard":
        return _("Enter: this address does not work, they are called instead.  x: leave it.")
    if came.kind in words.STOPS:
        return _("It answers a mail that people cannot refuse: write or call back.  x: put it aside.")
    return _("It does not say whom it is about: read it in the mailbox.  x: put it aside.")


def _outcome(came: CameBack, clock: Clock) -> str:
    """What was done, and by whom where somebody decided."""
    text = _done(came)
    if not came.by or came.decided_at is None:
        return text
    when = words.when_words(came.decided_at, clock)
    return _("{what} ({name}, {when})").format(what=text, name=came.by, when=when)


def _done(came: CameBack) -> str:
    if came.state == "dismissed":
        works = came.kind in ("hard", "soft")
        return _("The address works again.") if works else _("Left as it is: nothing was changed.")
    if came.kind in words.STOPS:
        return _("They get no more “{topic}”.").format(topic=words.topic_words(came.topic))
    if came.member_id is None:
        return _("Call them, and correct the address.")
    if came.unreached:
        return _("No more mail goes there. Call them: Enter shows their page, to correct the address.")
    if came.kind == "soft":
        return _("The next mail is tried again; after three in a row no more goes there.")
    return _("They have another address since, or this one works again.")
