"""What to say to somebody who has no e-mail: the message as it would have been written to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mail.envelopes import Envelope
from mail.fields import FieldValues, text_language
from mail.refused import TextRefused
from mail.vouchers import with_vouchers
from store.message_calls import require_caller
from store.message_fields import gather
from store.message_rows import load_message
from store.reach import Reach, Recipient
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.message_records import Message
    from store.transaction import Transaction


def words_for_call(store: Store, message_id: int, member_id: int) -> str:
    """What to say on the phone, its fields filled for a member, without a link to get no more.

    That is the message's text for calls, else the mail's, else that of another channel.

    It speaks to the member's first person, and like a mail in the language of the text. Of a message that went out,
    "next" is the distribution that it was written for. For whoever may see its call list; of a draft needs the right
    `messages.see`.
    Raises `NotFound`, and `TextRefused` (with the member's name) for a text that says nothing to this member.
    """
    from templates.render.errors import TextError
    from templates.render.markup import parse, to_text
    from templates.render.template import Template

    with store.reading() as t:
        require_caller(t)
        message = load_message(t, message_id)
        if message.queued_at is None:
            t.require(Right.MESSAGES_SEE)
        one = _recipient(t, member_id)
        try:
            template = Template(message.subject, said_on_the_phone(message))
        except TextError as problem:
            raise TextRefused(problem) from problem
        facts = gather(
            t,
            store.clock,
            spoken_of(t, store, message),
            {member_id},
            template.fields,
            catalogue_id=message.catalogue_id,
            promotion_id=message.promotion_id,
        )
        facts = with_vouchers(t, store.clock, message, facts, (one,))
    sender = message.from_name or facts.group.name
    values = FieldValues(facts, sender, "", text_language(message, facts.group))
    envelope = Envelope("", "", (one,))
    try:
        filled = template.fill({**values.of(envelope, ""), "unsubscribe": ""})
    except TextError as problem:
        raise TextRefused(problem, envelope.name) from problem
    return to_text(parse(filled[1]))


def said_on_the_phone(message: Message) -> str:
    """The text of a message for who is called, its fields not filled yet; without one of its own it is another's."""
    written = (message.call_text, message.text, message.sms_text, message.letter_text)
    return next((text for text in written if text.strip()), "")


def spoken_of(t: Transaction, store: Store, message: Message) -> int | None:
    """The distribution that a message speaks of; None: the next one."""
    from store.distributions import next_distribution

    if message.distribution_id is not None or message.queued_at is None:
        return message.distribution_id
    return next_distribution(t, store.clock.to_wall(message.queued_at))


def _recipient(t: Transaction, member_id: int) -> Recipient:
    """The member's first person, who is called."""
    from store.errors import NotFound

    row = t.one(
        """SELECT p.id, coalesce(p.first_name, '') AS first_name, coalesce(p.last_name, '') AS last_name, m.language
        FROM members m LEFT JOIN people p ON p.member_id = m.id WHERE m.id = ? ORDER BY p.position LIMIT 1""",
        (member_id,),
    )
    if row is None:
        raise NotFound("member", str(member_id))
    return Recipient(
        member_id=member_id,
        person_id=row["id"],
        address="",
        address_key="",
        first_name=row["first_name"],
        last_name=row["last_name"],
        language=row["language"],
        reach=Reach.UNREACHABLE,
        phone="",
    )
