"""The words of a workflow's step as each recipient would get them: for a distribution, a member or an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mail.letters import letters_of
from mail.preview import Preview
from store.message_rows import load_message
from store.rights import Right
from store.step_occasions import as_shown
from store.workflow_rows import load_step

if TYPE_CHECKING:
    from store.handle import Store


def step_preview(store: Store, step_id: int, on: str = "") -> Preview:
    """The mails that the step would send on the occasion of this key, else on the most fitting one.

    Needs the right `messages.see`. Raises `NotFound`, `TextRefused` for a text that cannot be read, and what the
    audience's segment raises.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        message = load_message(t, load_step(t, step_id).message_id)
        return Preview(letters_of(t, store, as_shown(t, store.clock, message, on)), store)
