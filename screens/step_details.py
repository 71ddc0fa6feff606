"""What there is to say of a step's mails beside their words: the language of the text, and who they come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Button

from screens import message_details_fields as details
from screens.errors import words_for
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.widgets.one_shown import OneShown
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.errors import Invalid, StoreError
from templates.words import N_, _

if TYPE_CHECKING:
    from store.message_records import Message

SHOWN = ("language", "from_name", "from_address", "reply_to")


class StepDetailsScreen(FormScreen):
    """The details of a step's words; leaves with the id of their draft once they are saved."""

    NAME = "step_details"
    AUTO_FOCUS = "OneShown"
    HELP = N_(
        "**Language** is what the text is written in: the days, amounts and lists that its fields say are in it too.\n"
        "\n"
        "**Sender** is the name that the mails come from, **From** the address, and **Reply to** where answers go.\n"
        "\n"
        "When it goes and to whom is said by the step itself. ← and → choose where < > is shown."
    )
    LABELS = details.LABELS

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self._message_id = message_id
        self._message: Message | None = None

    def heading(self) -> tuple[str, str]:
        title = self._message.title if self._message is not None else ""
        return _("Details of “{name}”").format(name=title) if title else _("Details of the message"), ""

    @property
    def place(self) -> str:
        return f"step details {self._message_id}"

    def content(self) -> ComposeResult:
        label = self.label
        with VerticalScroll(can_focus=False):
            yield from row(label("language"), OneShown([("", "")], id="form-language"))
            yield from row(label("from_name"), line("from_name", max_length=120))
            yield from row(label("from_address"), OneShown([("", "")], id="form-from-address"))
            yield from row(label("reply_to"), line("reply_to"))
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="form-hint")

    def about(self) -> tuple[str, int | None] | None:
        return "message", self._message_id

    def load(self) -> Fields:
        message = self._message = self.store.messages.get(self._message_id)
        self.field("language").offer(details.texts_in(self.house.group.language, message))
        self.field("from_address").offer(details.addresses(self.store, message))
        self.field("from_name").placeholder = self.house.group.name
        self.field("reply_to").placeholder = _("the same address")
        fields = details.fields_of(message)
        return {name: fields[name] for name in SHOWN}

    def problems(self, typed: Fields) -> list[Problem]:
        reply_to = str(typed["reply_to"]).strip()
        try:
            if reply_to:
                details.require_reply_to(reply_to)
        except Invalid as error:
            return [Problem("reply_to", words_for(error), at_save=True)]
        return []

    def saver(self, typed: Fields) -> Callable[[], int]:
        message, messages = self._message, self.store.messages
        assert message is not None  # nothing is saved before it was read
        changed = {name: str(typed[name]).strip() for name in SHOWN}
        return lambda: messages.save(replace(message, **changed)).id or 0  # type: ignore[arg-type]

    def said(self, name: str, fields: Fields) -> str:
        """A choice by what it is called."""
        try:
            return details.called(self.store, name, fields)
        except StoreError:
            return super().said(name, fields)
