"""Why a message cannot be sent as it is; nothing is stored when one of these is raised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.errors import StoreError


@dataclass
class EmptyAudience(StoreError):
    """Nobody would get it by mail; `unreachable` have no e-mail, `opted_out` do not want it."""

    unreachable: int
    opted_out: int


@dataclass
class Unfinished(StoreError):
    """`part` is missing: "subject" or "text"."""

    part: str


@dataclass
class NoMailbox(StoreError):
    """The group has no mailbox to send from yet."""


@dataclass
class NoInbox(StoreError):
    """The group's mailbox says of no server where it could be read (IMAP)."""


@dataclass
class UnknownSender(StoreError):
    """The message is to come from an address that the mailbox may not use; `choices` are those it may."""

    address: str
    choices: tuple[str, ...]


@dataclass
class NoDraft(StoreError):
    """The message is not a draft any more; `state` is where it stands."""

    state: str


@dataclass
class TextRefused(StoreError):
    """The text cannot become a mail: `problem` is a `templates.render.errors.TextError`, met at `recipient`."""

    problem: Exception
    recipient: str = ""


@dataclass
class KeeperMayNot(StoreError):
    """Whoever keeps the message for its hour may not send any more; `name` is theirs."""

    name: str


@dataclass
class LimitPassed(StoreError):
    """The message is still kept for its hour, but nothing of it may go after this naive local moment, which is past."""

    send_before: datetime


@dataclass
class TooLate(StoreError):
    """The message was to be out before this naive local moment, and its hour was found come only after it."""

    send_before: datetime
