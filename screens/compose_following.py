"""A draft whose words a colleague changes while it is open here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from screens.compose_parts import Bodies
from templates.words import _

if TYPE_CHECKING:
    from screens.compose import ComposeScreen
    from screens.compose_draft import Draft
    from store.message_records import Message


class Following:
    """Shows a colleague's words where all that was typed here is saved; else says what will become of them."""

    def __init__(self, screen: ComposeScreen) -> None:
        self._screen = screen
        self._told = 0

    def follow(self, draft: Draft, message: Message) -> bool:
        """Whether the words on the screen are others now; `message` is as the file has it."""
        if not draft.is_behind(message):
            return False
        name = message.changed_by or _("Somebody else")
        if draft.unsaved:
            if self._told != message.version:
                self._told = message.version
                said = _("{name} changed this draft just now. What you type is kept as a draft of its own.")
                self._screen.warn(said.format(name=name))
            return False
        self._show(message)
        draft.take(message)
        self._screen.say(_("{name} changed this draft just now: you see it as it is.").format(name=name))
        return True

    def ends(self, draft: Draft, message: Message) -> bool:
        """Leave a message that a colleague has sent or kept for an hour: what is typed next would be another draft."""
        screen, state = self._screen, message.state
        if state is state.DRAFT or draft.unsaved or not screen.is_active or message.id != draft.message.id:
            return False
        name = message.queued_by or message.scheduled_by
        if not name or name == screen.operator.name:
            return False
        said = _("{name} has sent this message.") if message.queued_by else _("{name} has kept this message for later.")
        screen.dismiss(None)
        screen.house.call_later(screen.house.warn, said.format(name=name))
        return True

    def _show(self, message: Message) -> None:
        """Put the words in; the cursors stay where they were, as far as the text goes."""
        screen = self._screen
        for name, value in (("label", message.label), ("subject", message.subject)):
            field = screen.query_one(f"#{name}", Input)
            with screen.prevent(Input.Changed):
                field.value = value
        screen.query_one(Bodies).load(message)
