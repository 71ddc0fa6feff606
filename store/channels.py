"""The channels of a message beside e-mail: whom an SMS, a letter or a row of a file reaches, as SQL conditions.

Each member is written to by the first of the message's channels that reaches the member; who is left is called:

- **email** and who refused it: see `store.reach`. Where e-mail is none of the channels, who refused this kind of
  message at every usable address gets no letter, no row and no call either;
- **sms** reaches a person with a mobile number who has not refused this kind by SMS, whatever was said of e-mail. Where
  SMS is the only channel, who has a mobile and refused it has opted out, and is not called;
- **letter** reaches who has a postal address: a street or the like, and a town;
- **csv** reaches everybody who is left.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.addresses import address_hash
from store.preferences import EVERYTHING, KEPT, STOP

if TYPE_CHECKING:
    from store.rule_conditions import Scope
    from store.transaction import Transaction

CHANNELS = ("email", "sms", "letter", "csv")
"""How a message reaches its members, in the order in which each member's is looked for; who is left is called."""

BY_REACH = {"email": "email", "unreachable": "call", "opted_out": ""}
"""By what a member hears of a message that has no other channel than e-mail, by `store.reach.Reach`."""

EMAIL_ONLY = ("email",)
"""The channels of most messages, and of all that workflows send."""

SMS_NUMBER = """CASE WHEN p.mobile_e164 <> '' THEN p.mobile_e164
    WHEN p.mobile = '' AND p.has_mobile = 1 THEN p.phone_e164 ELSE '' END"""
"""The number (E.164) that an SMS to a person `p` goes to: the mobile one, or a phone that is one; '' without."""

POSTED = """SELECT 1 FROM members x WHERE x.id = member_id AND trim(x.address1 || x.address2) <> ''
    AND trim(x.city) <> ''"""
"""There is an address that a letter to the member `member_id` can go to."""


def texts(scope: Scope, kind: str, *, service: bool = False) -> str:
    """Of a person `p`: an SMS of this kind may go to their number."""
    refused = refuses_texts(scope, kind, service=service)
    return f"(({SMS_NUMBER}) <> '' AND NOT {refused} AND {said_yes(scope, kind)})"


def said_yes(scope: Scope, kind: str) -> str:
    """Of a person `p`: they said yes to SMS of this kind, where the group writes only to them (`only_allowed`)."""
    if not scope.t.value("SELECT only_allowed FROM sms_gateway"):
        return "1"
    return f"""EXISTS (SELECT 1 FROM preferences y WHERE y.person_id = p.id AND y.channel = 'sms'
        AND y.kind = {scope.bind(kind)} AND y.allowed = 1)"""


def refuses_texts(scope: Scope, kind: str, *, service: bool = False) -> str:
    """Of a person `p`: SMS of this kind are refused, by the person or for one of their numbers.

    A `service` message goes to those who switched the kind off, too, but not to who said STOP.
    """
    source = f" AND f.source = {scope.bind(STOP)}" if service else ""
    refused = f"""EXISTS (SELECT 1 FROM preferences f WHERE f.person_id = p.id AND f.channel = 'sms'
        AND f.kind = {scope.bind(kind)} AND f.allowed = 0{source})"""
    stopped = suppressed_numbers(scope.t, kind, service=service)
    if not stopped:
        return refused
    numbers = f"(SELECT value FROM json_each({scope.bind(json.dumps(stopped))}))"
    return f"({refused} OR coalesce(p.mobile_e164 IN {numbers} OR p.phone_e164 IN {numbers}, 0))"


def suppressed_numbers(t: Transaction, kind: str, *, service: bool = False) -> list[str]:
    """The phone numbers that refuse a kind for good; see `store.rule_messages.suppressed`."""
    rows = t.all(
        "SELECT address_hash FROM suppressions WHERE kind IN (?, ?) AND NOT (? AND source = ?)",
        (kind, EVERYTHING, service, KEPT),
    )
    stopped = {row[0] for row in rows}
    if not stopped:
        return []
    numbers = t.all(
        """SELECT mobile_e164 FROM people WHERE mobile_e164 <> ''
        UNION SELECT phone_e164 FROM people WHERE phone_e164 <> ''"""
    )
    return [row[0] for row in numbers if address_hash(row[0]) in stopped]


def first_channel(channels: Sequence[str]) -> str:
    """The channel by which a member hears of a message, "call", or '' for who has opted out.

    An expression over the people of one member, whose columns are `usable`, `mail` (an address takes the message),
    `texts` and `no_texts`, and over `member_id`.
    """
    cases = ["WHEN max(mail) THEN 'email' WHEN max(usable) THEN ''"] if "email" in channels else []
    if "sms" in channels:
        cases.append("WHEN max(texts) THEN 'sms'")
    if "email" not in channels:
        cases.append("WHEN max(usable) AND NOT max(mail) THEN ''")
    if tuple(channels) == ("sms",):
        cases.append("WHEN max(no_texts) THEN ''")
    if "letter" in channels:
        cases.append(f"WHEN EXISTS ({POSTED}) THEN 'letter'")
    return f"CASE {' '.join(cases)} ELSE '{'csv' if 'csv' in channels else 'call'}' END"
