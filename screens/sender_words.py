"""What to do about mails that are written from an address which the mailbox does not have, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.words import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sized

    from store import Store
    from store.errors import OtherSender


def foreign_words(mails: Mapping[str, Sized]) -> list[str]:
    """For each sender that is not the mailbox's, how many mails stay here for it, and what to do."""
    return [
        ngettext(
            "{n} mail is written from {address}, which is none of the mailbox's addresses, so it is held. Add that "
            "address to the mailbox (F2 x) and let it go, or cancel it and send a copy.",
            "{n} mails are written from {address}, which is none of the mailbox's addresses, so they are held. Add "
            "that address to the mailbox (F2 x) and let them go, or cancel them and send a copy.",
            len(ids),
        ).format(n=len(ids), address=address)
        for address, ids in mails.items()
    ]


def told_of_foreign(store: Store, message_id: int | None = None) -> list[str]:
    """`foreign_words` of one message, or of the whole outbox; none for who may see neither mails nor the mailbox."""
    from store.rights import Right
    from store.senders import foreign_mails

    if not store.operators.me().may_any((Right.MESSAGES_SEE, Right.ADMIN)):
        return []
    return foreign_words(foreign_mails(store, message_id))


def cannot_go(error: OtherSender) -> str:
    """Why one mail is not let go."""
    return _(
        "It is written from {address}, which is none of the mailbox's addresses, so it stays held. Add that address to "
        "the mailbox (F2 x) and let it go, or cancel it and send a copy."
    ).format(address=error.address)
