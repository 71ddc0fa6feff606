"""The gateway that takes SMS: what one costs, how many may go, to whom, and the state it is in.

The gateway itself, with its secrets, is in the configuration (`mail.sms`), never in the group's file.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from store.clock import stamp, unstamp
from store.errors import Invalid
from store.home import AHEAD, clock_accepted
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

REQUEST, NOTHING_WENT = "request", "gateway"
"""The phases of an SMS that is about to be handed over, and of one that the gateway took nothing of."""
ACCEPTED, REFUSED, UNCLEAR = "accepted", "refused", "unclear"
"""The phases of the answers: taken, refused, and none that tells whether it goes."""
TOOK_NOTHING = f"""(SELECT b.phase = '{NOTHING_WENT}' FROM attempts b
    WHERE b.delivery_id = a.delivery_id AND b.id > a.id ORDER BY b.id LIMIT 1) IS 1"""
"""The condition of a request, the attempt `a`, of which the gateway took nothing."""

DAY = timedelta(hours=24)
_CURRENCY = re.compile(r"[A-Z]{3}")
_SET = ("cost", "currency", "per_day", "only_allowed")


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """What the group says of its SMS. `cost` is that of one part, in ten-thousandths of the currency's unit; 0: free.

    `per_day` is how many parts may go in rolling 24 hours, 0: as many as there are. With `only_allowed` nobody gets
    one who has not said yes. `state` is "ok", "paused" or "refused" (the gateway does not let us in) until the UTC
    stamp `until` (None: until somebody does something); `reason` is a short code ("operator", "login", "busy",
    "network", "refusals", "doubts", …), `answer` the gateway's own words.
    """

    currency: str
    cost: int = 0
    per_day: int = 0
    only_allowed: bool = False
    state: str = "ok"
    until: str | None = None
    reason: str = ""
    answer: str = ""

    def cost_of(self, parts: int) -> int:
        """What so many parts cost, in cents, rounded half up."""
        return (self.cost * parts + 50) // 100


@dataclass(frozen=True, slots=True)
class SmsBudget:
    """How many parts may still go in these 24 hours (None: no limit); `more_at` (UTC stamp) is when one more may.

    `used` is how many were handed over in them; one whose answer was never seen counts.
    """

    used: int
    left: int | None
    more_at: str | None = None


class SmsGateway:
    """Changing the settings needs the right `admin`, pausing and resuming `messages.send`; reading is open to all."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self) -> SmsSettings:
        """The settings; those of a group that never set any are in its own currency. A pause that is over is "ok"."""
        with self._store.reading() as t:
            return sms_settings(t)

    def standing(self) -> SmsSettings:
        """The same, where the day's limit that is used up counts as a pause, too: its reason is "limits"."""
        with self._store.reading() as t:
            settings, left = sms_settings(t), sms_budget(t)
        if settings.state == "ok" and left.left == 0:
            return replace(settings, state="paused", reason="limits", until=left.more_at)
        return settings

    def set(self, **changes: Any) -> SmsSettings:
        """Change some of `cost`, `currency`, `per_day` and `only_allowed`; the state stays. Raises `Invalid`."""
        with self._store.writing() as t:
            t.require(Right.ADMIN)
            before = sms_settings(t)
            unknown = [name for name in changes if name not in _SET]
            if unknown:
                raise Invalid("sms", unknown[0], "unknown")
            settings = replace(before, **changes)
            _check(settings)
            changed = [name for name in _SET if getattr(settings, name) != getattr(before, name)]
            if changed:
                _write(t, settings)
                t.journal("sms.set", fields=changed)
            return settings

    def budget(self) -> SmsBudget:
        """What the day's limit leaves."""
        with self._store.reading() as t:
            return sms_budget(t)

    def pause(self) -> None:
        """Send no SMS until `resume`; the one under way is finished."""
        self._set_state("paused", "operator", "sms.paused")

    def resume(self) -> None:
        """Forget a pause, whoever or whatever made it."""
        self._set_state("ok", "", "sms.resumed")

    def note_test(self, outcome: str) -> None:
        """Write down that somebody tried the gateway out; `outcome` is what it made of it, as "accepted"."""
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            t.journal("sms.tested", outcome=outcome)

    def _set_state(self, state: str, reason: str, action: str) -> None:
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            set_sms_state(t, state, reason)
            t.journal(action)


def sms_settings(t: Transaction) -> SmsSettings:
    """`SmsGateway.get` inside a transaction."""
    row = t.one("SELECT currency, cost, per_day, only_allowed, state, until, reason, answer FROM sms_gateway")
    if row is None:
        currency = t.value("SELECT json_extract(value, '$.currency') FROM settings WHERE key = 'group'")
        return SmsSettings(str(currency))
    found = SmsSettings(**{**dict(row), "only_allowed": bool(row["only_allowed"])})
    if found.until is not None and found.until <= t.stamp:
        return replace(found, state="ok", until=None, reason="", answer="")
    return found


def set_sms_state(t: Transaction, state: str, reason: str = "", answer: str = "", until: str | None = None) -> None:
    """Put the gateway into a state; the journal, where a person did it, is the caller's."""
    _write(t, replace(sms_settings(t), state=state, reason=reason, answer=answer, until=until))


def sms_budget(t: Transaction) -> SmsBudget:
    """`SmsGateway.budget` inside a transaction, counted from the attempts; what took nothing is not counted."""
    per_day = sms_settings(t).per_day
    # As for mails: attempts that lie ahead count, until somebody accepts that the clock was put back.
    until = stamp(t.now + AHEAD) if clock_accepted(t) else "~"
    counted = t.all(
        f"""SELECT a.at, max(1, d.parts) AS parts FROM attempts a JOIN deliveries d ON d.id = a.delivery_id
        WHERE a.counted = 1 AND a.at > ? AND a.at <= ? AND a.phase = '{REQUEST}' AND NOT {TOOK_NOTHING}
        ORDER BY a.at""",
        (stamp(t.now - DAY), until),
    )
    used = sum(row["parts"] for row in counted)
    if not per_day:
        return SmsBudget(used, None)
    if used < per_day:
        return SmsBudget(used, per_day - used)
    over = used
    for row in counted:
        over -= row["parts"]
        if over < per_day:
            return SmsBudget(used, 0, stamp(unstamp(row["at"]) + DAY))
    return SmsBudget(used, 0)


def _write(t: Transaction, settings: SmsSettings) -> None:
    values = {**asdict(settings), "id": 1, "only_allowed": int(settings.only_allowed)}
    t.execute("DELETE FROM sms_gateway")
    t.insert("sms_gateway", **values)


def _check(settings: SmsSettings) -> None:
    if not _CURRENCY.fullmatch(settings.currency):
        raise Invalid("currency", settings.currency, "unknown")
    for field, value in (("cost", settings.cost), ("per_day", settings.per_day)):
        if value < 0:
            raise Invalid(field, str(value), "negative")
