"""Who of a segment can be reached by mail, who refused, and who has to be called.

The one definition that counts, the picker and the frozen deliveries share:

- an address is *usable* when the person's `email_state` is `has`;
- a usable address is *refused* for a kind of message when the person does not allow that kind by e-mail, or when the
  address said STOP to that kind or to all (`suppressions`, which know an address only by `address_hash`);
- a member is reached by **email** when one of the people has a usable address that is not refused, has **opted_out**
  when every usable address is refused, and is **unreachable** without any usable address;
- a service message goes to those who switched the kind off, too, but never to who said STOP.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from store.segment_steps import Segment

if TYPE_CHECKING:
    from store.transaction import Transaction


class Reach(StrEnum):
    """How a member hears of a message."""

    EMAIL = "email"
    UNREACHABLE = "unreachable"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a message is meant for.

    Reached by mail: one for each person whose address gets it (two with the same `address_key` share one mail).
    Otherwise one for each member, the first person, with the phone to call (as typed, "" where there is none).
    """

    member_id: int
    person_id: int | None
    address: str
    address_key: str
    first_name: str
    last_name: str
    language: str
    reach: Reach
    phone: str


def address_hash(address_key: str) -> str:
    """What `suppressions` keep of a normalised address, so that a STOP outlives the member's erasure."""
    return hashlib.sha256(address_key.encode()).hexdigest()


def recipients(t: Transaction, segment: Segment, kind: str, *, service: bool = False) -> tuple[Recipient, ...]:
    """Everybody a message of this kind to this segment is meant for, by name.

    `kind` is one of the preferences' kinds ("targeted", "last_call", …); `service` lets opted-out people in, except
    who said STOP. Raises what `compile_segment` raises.
    """
    raise NotImplementedError
