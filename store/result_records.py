"""What a message brought, as everyone above the store sees it. Amounts are cents, quantities thousandths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.delivery_records import DeliveryCounts
    from store.measuring import Measured


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A line of the list of what went out: `day` is the local day on which it did, `title` may be empty.

    `workflow` is the title of the workflow that sent it by itself, empty for what somebody wrote. `imported`: an old
    mailing of another system.
    """

    id: int
    title: str
    kind: str
    day: date
    closes_on: date | None
    imported: bool
    workflow: str = ""

    @property
    def automatic(self) -> bool:
        """Whether a workflow sent it."""
        return bool(self.workflow)


@dataclass(frozen=True, slots=True)
class Span:
    """The days whose orders count, both included; `over`: nothing more will count. It may have no days (yet)."""

    since: date
    until: date
    over: bool

    @property
    def days(self) -> int:
        """How many days these are."""
        return max(0, (self.until - self.since).days + 1)

    @property
    def before(self) -> date:
        """The first of as many days before; calendars have a first day."""
        return self.since - timedelta(days=min(self.days, self.since.toordinal() - 1))

    def counted(self, known_since: date | None, *, imported: bool) -> bool:
        """Whether there are days, and their orders are all here, of which the first is of `known_since`.

        Of an old mailing they may be from a time whose orders stand elsewhere; what cabas sent itself it was there for.
        """
        return self.days > 0 and (not imported or knows(known_since, self.since))


def knows(known_since: date | None, day: date) -> bool:
    """Whether orders are known from this day on, if the first one that is here is of `known_since`."""
    return known_since is not None and known_since <= day


@dataclass(frozen=True, slots=True)
class Reach:
    """How many members hear of a message, and how; counted as members, not as mails.

    `selected` = `email` + `sms` + `letters` + `csv` + `calls` + `opted_out`, out of `members`; `mobile` counts the
    selected who have a mobile number. `then`: members and mobile are as they were when the message went out; False:
    nobody counted then, so that they are as of now.
    """

    members: int
    selected: int
    email: int
    sms: int
    letters: int
    csv: int
    calls: int
    opted_out: int
    mobile: int
    then: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Some members, and what they ordered in some days.

    `came_back` of the `members` ordered, `orders` times. `turnover` is by currency; None: the actor may not see money.
    """

    members: int
    came_back: int
    orders: int
    turnover: Mapping[str, int] | None

    @property
    def share(self) -> float | None:
        """Which part of the members came back, from 0 to 1; None where there are no members."""
        return self.came_back / self.members if self.members else None

    @property
    def percent(self) -> int | None:
        """The same in whole percent, half of one rounded up."""
        return (200 * self.came_back + self.members) // (2 * self.members) if self.members else None

    @property
    def per_member(self) -> Mapping[str, int] | None:
        """The turnover by currency for each of the members, also those who ordered nothing, half a cent rounded up."""
        if self.turnover is None or not self.members:
            return self.turnover
        n = self.members
        return {currency: (2 * cents + n) // (2 * n) for currency, cents in self.turnover.items()}


@dataclass(frozen=True, slots=True)
class Money:
    """What the members who were written to ordered in the span, in one currency.

    `margin` is that of the lines with a known cost; `uncosted` the turnover of the others, which is in no margin.
    `estimated` is the turnover of weighed lines that are not settled yet. `group_turnover`, `group_margin` and
    `group_uncosted` are what everybody ordered in these days, these members too.
    """

    currency: str
    turnover: int
    margin: int
    uncosted: int
    estimated: int
    group_turnover: int
    group_margin: int
    group_uncosted: int


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much was ordered, in thousandths of a unit: "piece", "kg" or "l"."""

    unit: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Money in one currency as it grew: for each of the days of `Curves` all until its end."""

    currency: str
    turnover: tuple[int, ...]
    margin: tuple[int, ...]
    group_turnover: tuple[int, ...]
    group_margin: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QuantityCurve:
    """Quantities of one unit as they grew, in thousandths."""

    unit: str
    quantity: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """How a result grew over the days of its span: every value counts all days until that one.

    `came_back` are members, `orders` their orders. `money` is None where the actor may not see any; the currency with
    the largest turnover comes first, so does the unit with the most lines.
    """

    days: tuple[date, ...]
    came_back: tuple[int, ...]
    orders: tuple[int, ...]
    money: tuple[Curve, ...] | None
    quantities: tuple[QuantityCurve, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of an old mailing, as its file said: a count, or cents where it has a `currency`."""

    name: str
    currency: str
    value: int


@dataclass(frozen=True, slots=True)
class Results:
    """What a message brought.

    `mails` and `sms` count what was sent, one for each address or number. `opted_out_since`: how many of the members
    it was meant for have refused such messages since it went out. `written` are the members who were written to, or
    called, and what they ordered in the `span`; `before` the same members in as many days before it; `others` the
    selected who were not written to. `everybody` is the whole group: who are members now, or ordered in the span.
    `money` is None where the actor may not see any. `figures` are those of an old mailing.
    `known_since` is the day of the first order that cabas knows; None: it knows none.
    """

    row: ResultRow
    span: Span
    reach: Reach
    mails: DeliveryCounts
    sms: DeliveryCounts
    opted_out_since: int
    written: Group
    before: Group
    others: Group
    everybody: Group
    money: tuple[Money, ...] | None
    quantities: tuple[Quantity, ...]
    curves: Curves
    measured: Measured
    figures: tuple[Figure, ...] = ()
    known_since: date | None = None

    @property
    def counted(self) -> bool:
        """Whether the orders of the span say anything: it has days, and they are all here.

        Of an old mailing nobody may know to whom it went.
        """
        known = self.span.counted(self.known_since, imported=self.row.imported)
        return known and bool(self.reach.selected or not self.row.imported)

    @property
    def compared(self) -> bool:
        """Whether the orders of the days before are all here, so that they can stand beside those of the span."""
        return self.counted and knows(self.known_since, self.span.before)


@dataclass(frozen=True, slots=True)
class ResultRecipient:
    """A person of a member that a message was meant for, as other tools want them.

    `email` and `mobile` are empty where such messages do not arrive, or may not go now.
    `channel` is how the member hears of it: "email", "sms", "letter", "csv" or "call". `written`: they were written to
    or called; `came_back`: the member ordered in the span, None where its orders are not known; `refused`: somebody of
    the member has refused such messages since it went out.
    """

    member_id: int
    last_name: str
    first_name: str
    email: str
    mobile: str
    postal_code: str
    channel: str
    written: bool
    came_back: bool | None
    refused: bool
