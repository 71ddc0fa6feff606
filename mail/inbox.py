"""Reading the mailbox: what came back of the mails, and who answered STOP.

Each mail that tells something is noted in a transaction of its own, under a digest that tells it from every other; the
bookmark follows after a batch. So a reading that is killed anywhere, or two at the same time, count nothing twice.
Nothing is kept of any other mail. No more than its headers is fetched either, unless somebody wrote it who got a mail
of ours lately: then its first line may say STOP.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mail.bounces import Bounce, may_be_report, read_bounce, read_complaint
from mail.crash_points import reached
from mail.inbox_settings import readable
from mail.incoming import parse
from mail.replies import Answer, Stop, StopWord, by_hand, read_reply
from mail.trust import pinned
from store.came_back_records import COMPLAINT, Kind, Note
from store.clock import stamp
from store.inbox_bookmarks import DONE
from store.matching import delivery_for
from store.rights import QUEUES_MAIL

if TYPE_CHECKING:
    from email.message import Message

    from mail.imap import Arrived, Folder, Inbox
    from store.handle import Store
    from store.mailbox import MailboxSettings

_BATCH = 50
_MOST_REPORT, _MOST_REPLY = 1 << 19, 1 << 16
"""How many octets of a mail are fetched: in a report, what counts may stand behind a long text."""

_ITS_OWN = ("message-id", "date", "from", "to", "subject", "in-reply-to", "references")
"""Headers that stay, whoever hands a mail on: servers use a Message-ID twice."""

_SLACK = timedelta(minutes=10)
"""By how much the server's clock may be behind ours."""


@dataclass(frozen=True, slots=True)
class InboxResult:
    """What a reading found: how many mails were new, and how many of them told something of our mails.

    `hard`: the address does not work; `soft`: this mail was not delivered; `unclear`: a report that a person has to
    read; `stops`: opted out at once; `stop_words`: a person decides; `answers`: ordinary answers, of which nothing is
    kept. What was noted by an earlier reading counts only in `read`.
    """

    read: int = 0
    hard: int = 0
    soft: int = 0
    unclear: int = 0
    stops: int = 0
    stop_words: int = 0
    answers: int = 0


_COUNTED = {
    Kind.HARD: "hard",
    Kind.SOFT: "soft",
    Kind.UNCLEAR: "unclear",
    Kind.STOP: "stops",
    Kind.STOP_WORD: "stop_words",
}


def read_inbox(store: Store, secret: Callable[[], str], *, timeout: float = 30.0) -> InboxResult:
    """Read what is new in the mailbox and note what concerns our mails; changes and deletes nothing there.

    `secret` gives the password (or the token). Needs a right that queues mails. Raises `NoMailbox`, `NoInbox` where
    the mailbox is not to be read, `MailboxFault`, and what `secret` and `mail.trust.pinned` raise.
    """
    from mail.imap import Inbox
    from mail.mailbox import MailboxFault

    store.operators.me().require_any(QUEUES_MAIL)
    settings = readable(store)
    since = store.inbox.since()
    reading = _Reading(store, settings, since)
    try:
        if since is not None:
            with Inbox(settings, secret, pinned(store.path, settings.imap_host), timeout) as box:
                reading.go(box)
    except MailboxFault as fault:
        store.inbox.note_read(fault.kind, fault.trace.answer)
        raise
    store.inbox.note_read(DONE)
    return InboxResult(**reading.found)


class _Reading:
    """One reading of the mailbox's folders; `since` is the day before which nothing can have come back."""

    def __init__(self, store: Store, settings: MailboxSettings, since: date | None) -> None:
        self._store, self._since = store, since
        self._account = settings.account
        self._own = {address.lower() for address in (settings.address, *settings.identities)}
        self.found: Counter[str] = Counter()

    def go(self, box: Inbox) -> None:
        """Read the INBOX, and what the provider takes for spam: bounces land there too."""
        junk = ""
        with _what_can_be_read():
            junk = box.junk_folder()
        for name in dict.fromkeys(("INBOX", junk or "INBOX")):
            self._read(box, box.open(name))

    def _read(self, box: Inbox, folder: Folder) -> None:
        bookmarks = self._store.inbox
        known = bookmarks.get(self._account, folder.name)
        if known is not None and known[0] == folder.uidvalidity:
            uids, last = box.after(known[1]), known[1]
        else:
            assert self._since is not None
            # What arrives from now on is behind `next_uid`.
            uids, last = box.since(self._since), max(folder.next_uid - 1, 0)
        for start in range(0, len(uids), _BATCH):
            batch = uids[start : start + _BATCH]
            for arrived in _headers(box, batch):
                self.found["read"] += 1
                with _what_can_be_read():
                    self._look_at(box, arrived)
            bookmarks.set(self._account, folder.name, folder.uidvalidity, batch[-1])
            reached("inbox_batch")
        if not uids and known != (folder.uidvalidity, last):
            bookmarks.set(self._account, folder.name, folder.uidvalidity, last)

    def _look_at(self, box: Inbox, arrived: Arrived) -> None:
        message = parse(arrived.headers)
        report = may_be_report(message)
        if not report and not self._concerns_us(message, arrived):
            return
        if arrived.size > len(arrived.headers):
            message = parse(box.beginning(arrived.uid, _MOST_REPORT if report else _MOST_REPLY))
        note = self._note_for(message, arrived)
        noted = self._store.came_back.note(note) if note is not None else None
        if noted is not None:
            # What is about somebody who was erased is put aside at once.
            self.found[_COUNTED[noted.kind]] += noted.state != "dismissed"
            reached("inbox_noted")

    def _concerns_us(self, message: Message, arrived: Arrived) -> bool:
        """Whether a mail, by its headers, is a STOP, answers one of our mails, or may say STOP in its first line."""
        reply = read_reply(message)
        if isinstance(reply, Stop | StopWord):
            return True
        sender = by_hand(message)
        if not sender:
            return False
        return self._answered(StopWord("", reply.refs if reply else (), sender), _until(arrived)) is not None

    def _note_for(self, message: Message, arrived: Arrived) -> Note | None:
        """What is to be noted of a mail; an answer that tells nothing but that a mail arrived is taken as that."""
        digest = _digest(message, arrived)
        received_at = stamp(min(arrived.received_at, self._store.clock.now()))
        complaint = read_complaint(message)
        if complaint is not None:
            which = self._named(complaint, _until(arrived))
            return None if which is None else Note(digest, Kind.STOP_WORD, received_at, "", which, status=COMPLAINT)
        bounce = read_bounce(message)
        if bounce is not None:
            which, proven = self._about(bounce, _until(arrived))
            if which is None:
                return None
            if bounce.kind == "delayed":
                self._store.deliveries.note_answered(which)
                return None
            kind = Kind(bounce.kind) if proven else Kind.UNCLEAR
            return Note(digest, kind, received_at, bounce.address, which, status=bounce.status, said=bounce.said)
        reply = read_reply(message)
        if isinstance(reply, Stop):
            # It holds for whom the token was given to, whoever sends it; a token that is none of ours opts out nobody.
            which = delivery_for(self._store, token=reply.token)
            if which is not None:
                return Note(digest, Kind.STOP, received_at, "", which)
            reply = reply.word
        if reply is None:
            return None
        which = self._answered(reply, _until(arrived))
        if which is not None and isinstance(reply, StopWord):
            return Note(digest, Kind.STOP_WORD, received_at, reply.sender, which, said=reply.line)
        if which is not None:
            self.found["answers"] += 1
            self._store.deliveries.note_answered(which)
        return None

    def _about(self, bounce: Bounce, until: str) -> tuple[int | None, bool]:
        """Which mail a report is about, if any, and whether it bears what only that mail has.

        An address alone proves nothing: anybody can write a report that names it. Nor does it tell which of its mails
        is still being tried. A report that brings the headers of another mail than ours is about none.
        """
        which = self._named(bounce, until)
        if which is not None or bounce.foreign or bounce.kind == "delayed":
            return which, True
        named = (bounce.address, *bounce.others)
        return self._last_to([address for address in named if address.lower() not in self._own], until), False

    def _named(self, bounce: Bounce, until: str) -> int | None:
        return delivery_for(
            self._store, token=bounce.token, message_ref=bounce.message_ref, ref=bounce.ref, received_at=until
        )

    def _answered(self, reply: StopWord | Answer, until: str) -> int | None:
        """Which mail is answered. A STOP that answers none may be about the last one that its writer got."""
        for ref in reply.refs:
            which = delivery_for(self._store, message_ref=ref)
            if which is not None:
                return which
        if isinstance(reply, Answer) or reply.sender.lower() in self._own:
            return None
        return self._last_to([reply.sender], until)

    def _last_to(self, addresses: list[str], until: str) -> int | None:
        for address in dict.fromkeys(addresses):
            which = delivery_for(self._store, address=address, received_at=until)
            if which is not None:
                return which
        return None


def _digest(message: Message, arrived: Arrived) -> str:
    """What tells a mail from every other one: moved to another folder, it may have more headers than before."""
    if "Message-ID" not in message:
        return hashlib.sha256(arrived.headers).hexdigest()
    own = [f"{name}: {value}" for name, value in message.raw_items() if name.lower() in _ITS_OWN]
    return hashlib.sha256("\n".join(own).encode("utf-8", "replace")).hexdigest()


def _until(arrived: Arrived) -> str:
    """Up to when a mail was sent that this one can be about (UTC stamp)."""
    return stamp(arrived.received_at + _SLACK)


def _headers(box: Inbox, uids: list[int]) -> list[Arrived]:
    """The mails' headers. Where the server refuses them, one by one: some cannot hand out a mail that they have.

    Raises `MailboxFault` where it hands out none.
    """
    from mail.mailbox import MailboxFault

    try:
        return box.headers(uids)
    except MailboxFault as fault:
        if fault.kind != "session":
            raise
        found = []
        for uid in uids:
            with _what_can_be_read():
                found += box.headers([uid])
        if not found:
            raise
        return found


@contextmanager
def _what_can_be_read() -> Iterator[None]:
    """Leave out what the server refuses to hand out: one mail would keep all later ones from being read for ever."""
    from mail.mailbox import MailboxFault

    try:
        yield
    except MailboxFault as fault:
        if fault.kind != "session":
            raise
