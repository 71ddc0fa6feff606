"""Which fields were changed, for a row of the journal; never what was typed into them."""

from __future__ import annotations

from store.message_records import Message
from store.people import Member, Person

_PERSON = ("first_name", "last_name", "email", "phone", "mobile")
_HOUSEHOLD = (
    *("address1", "address2", "postal_code", "city", "country", "language", "pickup_place"),
    *("joined_on", "vip", "tags", "notes"),
)
_MESSAGE = (
    *("label", "subject", "text", "segment", "kind", "language", "distribution_id"),
    *("channels", "sms_text", "letter_text", "call_text"),
    *("from_address", "from_name", "reply_to", "service_reason", "counts_from", "closes_on", "send_before"),
)


def changed_of_member(before: Member, after: Member) -> list[str]:
    """The fields of a household and its people that are others now; "second" for a person who came or went."""
    changed = [name for name in _HOUSEHOLD if getattr(before, name) != getattr(after, name)]
    known = {person.id: person for person in before.people}
    for person in after.people:
        changed += [name for name in _PERSON if getattr(person, name) != getattr(known.get(person.id, Person()), name)]
    if known.keys() != {person.id for person in after.people}:
        changed.append("second")
    return list(dict.fromkeys(changed))


def changed_of_message(before: Message, after: Message) -> list[str]:
    """The fields of a draft that are others now."""
    return [name for name in _MESSAGE if getattr(before, name) != getattr(after, name)]
