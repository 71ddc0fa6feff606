"""The mail of one recipient of a draft, made anew while the text is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mail.letters import letters_of
from mail.preview import Preview
from store.rights import Right
from store.rules import make
from store.segments import NOBODY, Verb

if TYPE_CHECKING:
    from mail.preview import Shown
    from store.handle import Store
    from store.message_records import Message


def first_member(store: Store, message: Message) -> int | None:
    """The first member, by name, whom a message reaches by mail; None for nobody. Needs the right `messages.see`."""
    service = bool(message.service_reason)
    reached = store.segments.people(message.segment, message.kind, service=service, limit=1).reached
    return reached[0].member_id if reached else None


def first_mail(store: Store, message: Message, member_id: int) -> Shown | None:
    """The mail that a member would get of a message as it is at hand, saved or not; None where it is none any more.

    Only this member is read, so that it takes as long in a large group as in a small one. Needs the right
    `messages.see`; raises `TextRefused` for a text that cannot be read.
    """
    alone = replace(message, segment=NOBODY.then(Verb.ADD, make("member", ids=(member_id,))))
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        letters = letters_of(t, store, alone)
    preview = Preview(letters, store)
    return preview.at(0) if preview.count else None
