"""What is stored about a member, as it is handed to who asks. Stamps are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.delivery_records import Attempt


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line of an order: `quantity` in thousandths, `price` and `amount` in cents of the `currency`."""

    catalogue: str
    product: str
    quantity: int
    price: int
    amount: int
    currency: str
    late: bool
    entered_at: str
    by: str


@dataclass(frozen=True, slots=True)
class OrderChange:
    """A quantity (thousandths) that was changed, when (UTC stamp), by whom and how."""

    at: str
    by: str
    channel: str
    product: str
    before: int
    after: int
    late: bool


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order or basket as it is stored; `day` and `ordered_on` are local dates, the rest UTC stamps."""

    id: int
    day: str
    place: str
    state: str
    channel: str
    note: str
    cancelled_reason: str
    typed: str
    ordered_on: str | None
    created_at: str
    confirmed_at: str | None
    by: str
    lines: tuple[OrderedLine, ...]
    changes: tuple[OrderChange, ...]


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail to one of the member's addresses, as it was frozen; its text is in `frozen_mails.frozen_mime`.

    `measures`: what those who allowed it did with it, "opened" or "clicked", and when first (UTC stamp).
    """

    id: int
    kind: str
    message: str
    address: str
    name: str
    state: str
    reason: str
    queued_at: str
    state_at: str
    answer: str
    attempts: tuple[Attempt, ...]
    measures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StoredReturn:
    """A bounce, or an answer that says STOP: `address` is the one that it is about, or that wrote.

    `said` are the server's or the person's own words, `state` what became of it, `decided_at` by the operator `by`.
    """

    received_at: str
    kind: str
    message: str
    address: str
    status: str
    said: str
    topic: str
    state: str
    decided_at: str | None
    by: str


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message that was meant for the member: how it reached them, and what came of a call.

    `channel` is "email", "sms", "letter", "csv", "call", or "" for who did not want it and for what is of before there
    were others; `handed_at` is when the letter or row was written into a file.
    """

    id: int
    title: str
    at: str
    reach: str
    call_state: str
    call_at: str
    call_by: str
    channel: str = ""
    handed_at: str = ""


@dataclass(frozen=True, slots=True)
class StoredVoucher:
    """A voucher: `amount` in cents of the `currency`, `valid_until` a local date or None, `state` since `state_at`.

    `minimum` is what an order has to come to, `used` what it took off that for the distribution of `used_for` (an ISO
    day, None while it was not used); both in cents.
    """

    code: str
    message: str
    amount: int
    currency: str
    valid_until: str | None
    state: str
    made_at: str
    state_at: str
    minimum: int = 0
    used: int = 0
    used_for: str | None = None


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A call for a distribution: its local `day`, what came of the call, when (UTC stamp), by whom."""

    day: str
    state: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Deed:
    """A row of the journal about the member: when (UTC stamp), who ("" where no person did it), what."""

    at: str
    by: str
    action: str
    detail: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """Another member that was merged into this one; `before` are the rows that the merge changed, as they were."""

    at: str
    by: str
    other_id: int
    undone_at: str | None
    before: Any


@dataclass(frozen=True, slots=True)
class Role:
    """What the member is besides: "operator" (`name`: the login), "producer", "contact" (of a catalogue)."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class PersonalData:
    """All that the group's file holds about a member. Only simple values, so that it is JSON as it stands.

    `member` has the people with their preferences, what their addresses refuse and the ids of other systems (see
    `whole_members.plain_member`). `orders` and `calls` are None for who may not see orders, `messages`, `mails`,
    `came_back` and `vouchers` for who may not see messages; then neither do `journal`, `merges` and `listed_in` tell of
    any.
    `listed_in` names saved segments and messages that pick the member by hand; `imports` are answers to questions of
    imports, (source, what that file calls the member).
    """

    member: dict[str, Any]
    roles: tuple[Role, ...]
    orders: tuple[StoredOrder, ...] | None
    calls: tuple[StoredCall, ...] | None
    messages: tuple[StoredMessage, ...] | None
    mails: tuple[StoredMail, ...] | None
    came_back: tuple[StoredReturn, ...] | None
    vouchers: tuple[StoredVoucher, ...] | None
    journal: tuple[Deed, ...]
    merges: tuple[Merged, ...]
    imports: tuple[tuple[str, str], ...]
    listed_in: tuple[str, ...]
