"""What there is to say of a step's mails beside their words: the language of the text, and who they come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Button

from screens.draft_details import DraftDetailsScreen
from screens.form import row
from screens.member_form import Fields
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from templates.words import N_, _

SHOWN = ("language", "from_name", "from_address", "reply_to")


class StepDetailsScreen(DraftDetailsScreen):
    """The details of a step's words; leaves with the id of their draft once they are saved."""

    NAME = "step_details"
    HELP = N_(
        "**Language** is what the text is written in: the days, amounts and lists that its fields say are in it too.\n"
        "\n"
        "**Sender** is the name that the mails come from, **From** the address, and **Reply to** where answers go.\n"
        "\n"
        "When it goes and to whom is said by the step itself. ← and → choose where < > is shown."
    )

    @property
    def place(self) -> str:
        return f"step details {self._message_id}"

    def content(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield from self.language_row()
            yield from self.sender_rows()
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="form-hint")

    def load(self) -> Fields:
        """The rest of a draft's details follows from the step."""
        fields = super().load()
        return {name: fields[name] for name in SHOWN}

    def saver(self, typed: Fields) -> Callable[[], int]:
        message, messages = self._message, self.store.messages
        assert message is not None  # nothing is saved before it was read
        changed: dict[str, Any] = {name: str(typed[name]).strip() for name in SHOWN}
        return lambda: messages.save(replace(message, **changed), finished=False).id or 0
