"""What the details of a message and of a step's words have in common: the language of the text, and the sender."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from screens import message_details_fields as details
from screens.errors import words_for
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.widgets.one_shown import OneShown
from screens.workflow_sentences import readable
from store.errors import Invalid, StoreError
from templates.words import _

if TYPE_CHECKING:
    from store.message_records import Message


class DraftDetailsScreen(FormScreen):
    """The details of a draft; leaves with its id once they are saved."""

    AUTO_FOCUS = "OneShown"
    LABELS = details.LABELS

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self._message_id = message_id
        self._message: Message | None = None

    def heading(self) -> tuple[str, str]:
        title = self._message.title if self._message is not None else ""
        if not title:
            return _("Details of the message"), ""
        return _("Details of “{name}”").format(name=readable(title, {"group": self.house.group.name})), ""

    def language_row(self) -> ComposeResult:
        """The language of the text."""
        yield from row(self.label("language"), OneShown([("", "")], id="form-language"))

    def sender_rows(self) -> ComposeResult:
        """Who the mails come from, and where answers go."""
        yield from row(self.label("from_name"), line("from_name", max_length=120))
        yield from row(self.label("from_address"), OneShown([("", "")], id="form-from-address"))
        yield from row(self.label("reply_to"), line("reply_to"))

    def about(self) -> tuple[str, int | None] | None:
        return "message", self._message_id

    def load(self) -> Fields:
        """Read the draft, and what can be chosen for it."""
        message = self._message = self.store.messages.get(self._message_id)
        self.field("language").offer(details.texts_in(self.house.group.language, message))
        self.field("from_address").offer(details.addresses(self.store, message))
        self.field("from_name").placeholder = self.house.group.name
        self.field("reply_to").placeholder = _("the same address")
        return details.fields_of(message)

    def problems(self, typed: Fields) -> list[Problem]:
        reply_to = str(typed["reply_to"]).strip()
        try:
            if reply_to:
                details.require_reply_to(reply_to)
        except Invalid as error:
            return [Problem("reply_to", words_for(error), at_save=True)]
        return []

    def said(self, name: str, fields: Fields) -> str:
        """A choice by what it is called."""
        try:
            return details.called(self.store, name, fields)
        except StoreError:
            return super().said(name, fields)
