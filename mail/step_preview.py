"""The words of a workflow's step as each recipient would get them: for a distribution, a member or an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mail.letters import Letters, letters_of
from mail.preview import Preview, Shown
from mail.step_recap import RecapPreview, read_step_recap
from store.message_rows import load_message
from store.rights import Right
from store.step_occasions import as_shown
from store.workflow_records import Trigger
from store.workflow_rows import load_step

if TYPE_CHECKING:
    from store.handle import Store
    from store.message_records import Message
    from store.transaction import Transaction


def step_preview(store: Store, step_id: int, on: str = "") -> Preview | RecapPreview:
    """The mails that the step would send on the occasion of this key, else on the most fitting one.

    Needs the right `messages.see`, for a recap `orders` on the catalogue, too. Raises `NotFound`, `TextRefused` for a
    text that cannot be read, and what the audience's segment raises.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        found = shown_mails(t, store, load_message(t, load_step(t, step_id).message_id), on)
    return Preview(found, store) if isinstance(found, Letters) else found


def recap_shown(store: Store, message: Message) -> Shown | None:
    """The recap that the producer of the message's catalogue would get, with these words above it, saved or not.

    None where it is about no catalogue of a distribution. Raises as `step_preview`.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        facts = read_step_recap(t, store, message)
    return None if facts is None else RecapPreview(facts, message, store).at(0)


def shown_mails(t: Transaction, store: Store, message: Message, on: str) -> Letters | RecapPreview:
    """What is made of the draft that holds a step's words on an occasion, inside a transaction; as `step_preview`."""
    step, shown = as_shown(t, store.clock, message, on)
    if step.trigger is Trigger.RECAP:
        return RecapPreview(read_step_recap(t, store, shown), message, store)
    return letters_of(t, store, shown)
