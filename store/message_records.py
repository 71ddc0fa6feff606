"""A message and what is said about it: what a volunteer wrote, to whom, and where it stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from store.segments import Segment

if TYPE_CHECKING:
    from store.delivery_records import DeliveryCounts
    from store.people import Preference


class MessageState(StrEnum):
    """Where a message stands; how far its mails got is in the deliveries."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file that a message carries: an image that the text shows by its `name` (`inline`), or an attachment.

    `size` is in octets, `digest` the SHA-256 of the content; the content itself is read by `Messages.file_content`.
    """

    id: int
    name: str
    media_type: str
    inline: bool
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Message:
    """What a volunteer writes to a segment.

    `text` is Markdown with fields, written in `language`: one of `templates.words.LANGUAGES`, or "" for the group's.
    `channels` are some of "email", "sms", "letter", "csv": each member is written to by the first that reaches them,
    who is left is called. A letter or call without a text of its own says what the mail says.
    `kind` decides whose opt-out counts; a `service_reason` makes it a service message.
    `counts_from` and `closes_on` are local dates, `send_at` and `send_before` naive local moments, `tested_at`,
    `changed_at`, `queued_at` and `archived_at` are aware UTC. `tested_same` is False when the text changed after the
    test. `expected_mails` is how many mails it was when `scheduled_by` (a name) kept it for `send_at`. `files` are
    changed by `Messages.attach` and `detach` only: saving leaves them as they are. So are the ids of what a workflow
    has to do with it: `workflow_step_id` of a draft that holds the words of a step, `occurrence_id` of what a workflow
    sent, with the catalogue and the promotion that its fields speak of. What was `imported_at` (aware UTC) is an old
    mailing of another system: it has recipients and figures, and no mails.
    """

    segment: Segment
    label: str = ""
    subject: str = ""
    text: str = ""
    channels: tuple[str, ...] = ("email",)
    sms_text: str = ""
    letter_text: str = ""
    call_text: str = ""
    language: str = ""
    kind: str = "targeted"
    from_address: str = ""
    from_name: str = ""
    reply_to: str = ""
    service_reason: str = ""
    distribution_id: int | None = None
    counts_from: date | None = None
    closes_on: date | None = None
    send_at: datetime | None = None
    send_before: datetime | None = None
    state: MessageState = MessageState.DRAFT
    paused: bool = False
    tested_at: datetime | None = None
    tested_by: str = ""
    tested_same: bool = False
    created_at: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str = ""
    queued_at: datetime | None = None
    queued_by: str = ""
    expected_mails: int | None = None
    scheduled_by: str = ""
    archived_at: datetime | None = None
    files: tuple[MessageFile, ...] = ()
    workflow_step_id: int | None = None
    occurrence_id: int | None = None
    catalogue_id: int | None = None
    promotion_id: int | None = None
    imported_at: datetime | None = None
    version: int = 1
    id: int | None = None

    @property
    def title(self) -> str:
        """What the message is called in a list: its label, else its subject; may be empty."""
        return self.label.strip() or self.subject.strip()

    @property
    def imported(self) -> bool:
        """Whether it is an old mailing of another system."""
        return self.imported_at is not None

    def is_as(self, seen: Message) -> bool:
        """Whether it is as it was `seen`: nobody has changed its words since, nor its files or its offer."""
        return (self.version, self.changed_at) == (seen.version, seen.changed_at)

    @property
    def files_size(self) -> int:
        """What its files have together, in octets."""
        return sum(file.size for file in self.files)

    @property
    def fingerprint(self) -> str:
        """A hash of all that a recipient sees, to know whether a test still holds."""
        seen = "\0".join((self.subject, self.text, self.from_address, self.from_name, self.reply_to))
        if self.distribution_id is not None:
            seen += f"\0{self.distribution_id}"
        if self.language:
            seen += f"\0{self.language}"
        for text in (self.sms_text, self.letter_text, self.call_text):
            seen += f"\0{text}" if text else ""
        for file in self.files:
            seen += f"\0{file.name}\0{file.inline:d}\0{file.digest}"
        return hashlib.sha256(seen.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A line of the list of messages; the moments as in `Message`. `unreachable` counts members without e-mail.

    `workflow` is the title of the workflow that sent it by itself; empty for what somebody wrote. `imported`: an old
    mailing of another system, of which nothing is known but figures and recipients. `channels` are as in `Message`;
    where SMS are among them, `expected_mails` counts these, too.
    """

    id: int
    title: str
    state: MessageState
    changed_at: datetime
    changed_by: str
    send_at: datetime | None
    send_before: datetime | None
    queued_at: datetime | None
    unreachable: int
    counts: DeliveryCounts
    kind: str
    service: bool
    expected_mails: int | None
    archived_at: datetime | None
    paused: bool = False
    workflow: str = ""
    imported: bool = False
    channels: tuple[str, ...] = ("email",)


@dataclass(frozen=True, slots=True)
class Kept:
    """A message kept for the naive local moment `send_at`; `login` is the operator in whose name it goes."""

    id: int
    title: str
    send_at: datetime
    login: str


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """A member a frozen message was meant for; `address`, `delivery_state` and `reason` are empty without e-mail.

    A member with two addresses has two rows. `at` is the aware UTC moment since which the mail is in its state,
    `refused` what keeps such mails from an opted out member now: None when they have allowed them again since.
    `channel` is how the member hears of it, see `store.reach.Recipient`, "" also for what was before there were others;
    `handed_at` (aware UTC) when the letter or row was written into a file; nobody writes one to a member who is `gone`.
    """

    member_id: int
    name: str
    reach: str
    phone: str
    address: str
    delivery_state: str
    reason: str
    at: datetime | None = None
    refused: Preference | None = None
    channel: str = ""
    handed_at: datetime | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """A frozen message that a member was meant to get.

    `at` is the aware UTC moment at which it was frozen, `reach` how the member hears of it, `states` those of the
    mails or SMS to the member: empty for who is called, gets a letter or does not want it, and for what was `imported`.
    `channel` is as in `RecipientRow`.
    """

    message_id: int
    title: str
    at: datetime
    reach: str
    states: tuple[str, ...]
    channel: str = ""
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A member to call for a message, and what came of it.

    `state` is None, "called", "not_reached" or "ordered"; `at` (aware UTC) and `by` say when and by whom it was marked.
    `phone` is the number to call, `mobile` another one; both may be empty. `ordered_since`: an order for the
    distribution that the message speaks of (else the one that was next when it went out) was confirmed after that.
    """

    member_id: int
    name: str
    phone: str
    mobile: str
    state: str | None
    at: datetime | None
    by: str
    ordered_since: bool

    @property
    def left(self) -> bool:
        """Whether the member is still to be called: nobody did yet, or nobody answered, and there is no order."""
        return self.state in (None, "not_reached") and not self.ordered_since


@dataclass(frozen=True, slots=True)
class CallList:
    """Whom to call for a message; `queued_at` (aware UTC) is when it went out, None: not yet, so that it is empty.

    `distribution_id` is the distribution that the message speaks of, None: the next one.
    """

    message_id: int
    title: str
    queued_at: datetime | None
    distribution_id: int | None
    calls: tuple[Call, ...]

    @property
    def left(self) -> int:
        """How many are still to be called."""
        return sum(call.left for call in self.calls)


@dataclass(frozen=True, slots=True)
class OwnStarter:
    """A ready text of the group's own; `fits` are the rules of the segment that it was written for.

    `language` is as in `Message`.
    """

    id: int
    label: str
    kind: str
    fits: frozenset[str]
    subject: str
    text: str
    language: str
    version: int
