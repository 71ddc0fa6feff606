"""To whom an occurrence would go now, and each mail as it would be: looked at before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mail.automatic_letters import is_recap, read_due
from mail.preview import Preview
from store.errors import NotFound
from store.occurrences import find_occurrence
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.reach import Recipient


@dataclass(frozen=True)
class Looked:
    """Whom an occurrence means, by name, and its mails; nobody, and no mails, for a recap: that goes to a producer."""

    recipients: tuple[Recipient, ...]
    mails: Preview | None


def look_at_occurrence(store: Store, step_id: int, key: str) -> Looked:
    """Read whom it would reach now, and make the mails as they are looked at.

    Needs the right `messages.see`. Raises `NotFound("occurrence", key)` for one that is gone, `TextRefused` for a text
    that cannot be read, and what the segment raises.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        occurrence = find_occurrence(t, store.clock, step_id, key)
        if occurrence is None:
            raise NotFound("occurrence", key)
        if is_recap(occurrence):
            return Looked((), None)
        letters = read_due(t, store, occurrence).letters
    return Looked(tuple(letters.recipients), Preview(letters, store))
