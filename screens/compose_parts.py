"""The parts of the Compose screen: the line of recipients, the text, and the draft that is saved while one types."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.app import RenderResult
from textual.binding import Binding
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import TextArea

from screens.text import fitted
from screens.widgets.plain import plain
from store.errors import ChangedElsewhere, StoreError
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.base import HouseScreen
    from store.message_records import Message

SAVE_SECONDS, LONGEST_SECONDS = 1.0, 3.0
"""A draft is saved when the typing rests, and while it goes on for so long."""
Words = tuple[str, str, str, str, str, str]
"""Label, subject, text, sender's address and name, Reply-To as they are typed."""


class ToLine(Widget, can_focus=True):
    """Whom the message is for; while it has the focus, letters are keys."""

    HELP = N_("Here letters are keys: **p** looks at the mails, **t** tests, **s** sends. **Tab** goes on to the text.")
    BINDINGS = [
        Binding("enter", "screen.people", N_("Who"), tooltip=N_("Choose who gets it"), id="compose.people"),
        Binding("escape", "screen.leave", N_("Leave"), show=False, tooltip=N_("Close the draft"), id="compose.close"),
    ]
    DEFAULT_CSS = "ToLine { height: 1; }"

    def __init__(self) -> None:
        super().__init__(id="to-line")
        self._text = ""

    def show(self, text: str) -> None:
        """Say whom it is for."""
        self._text = text
        self.refresh()

    def render(self) -> RenderResult:
        label = fitted(_("To"), 9)
        return plain(fitted(f" {label}{self._text}", self.size.width), "reverse" if self.has_focus else "")


class Body(TextArea, inherit_bindings=False):
    """The text. F6 and F7 are the screen's keys here, not the text's."""

    HELP = N_("Markdown: **two stars** around what is strong, a line that begins with - for a list. Tab or Esc leaves.")
    BINDINGS = [binding for binding in TextArea.BINDINGS if binding.key not in ("f6", "f7")]  # type: ignore[union-attr]


class Draft:
    """Saves a draft while it is typed, one save after the other, and keeps both where two people wrote the same one.

    `words` gives what is typed now; `shown` is called after each save.
    """

    def __init__(
        self, screen: HouseScreen[None], message: Message, words: Callable[[], Words], shown: Callable[[], None]
    ) -> None:
        self._screen = screen
        self._words = words
        self._shown = shown
        self._timer: Timer | None = None
        self._since = 0.0
        self._saving = False
        self._then: Callable[[], None] | None = None
        self._changes: list[Callable[[Message], Message]] = []
        self._sent: Words = words()
        self.message = message

    @property
    def unsaved(self) -> bool:
        """Whether something is typed that is not in the file yet."""
        return self._saving or self._words() != self._sent

    def typed(self) -> Message:
        """The message as it is typed now."""
        label, subject, text, from_address, from_name, reply_to = self._words()
        return replace(
            self.message, label=label, subject=subject, text=text,
            from_address=from_address, from_name=from_name, reply_to=reply_to,
        )  # fmt: skip

    def see_test(self, message: Message) -> None:
        """Take over who tested the words; `message` is as it is in the file now."""
        if message.id == self.message.id and message.version == self.message.version:
            self.message = message

    def leave(self) -> None:
        """The screen is gone: delete a draft in which nothing was ever written."""
        messages, message = self._screen.store.messages, self.message
        if not wordless(message):
            return

        def delete() -> None:
            with suppress(StoreError):  # it may be gone or sent already: nothing to tell
                if wordless(messages.get(message.id or 0)):
                    messages.delete(message.id or 0)

        self._screen.write(delete)

    def touch(self) -> None:
        """Something was typed: save it when the typing rests, or has not for long."""
        if self._timer is None:
            self._since = monotonic()
        elif monotonic() - self._since < LONGEST_SECONDS:
            self._timer.stop()
        else:
            return
        self._timer = self._screen.set_timer(SAVE_SECONDS, self.save)

    def save(self, then: Callable[[], None] | None = None, change: Callable[[Message], Message] | None = None) -> None:
        """Save what is typed with a further `change`, then call `then`; at once when there is nothing to save."""
        if then is not None:
            self._then = then
        if change is not None:
            self._changes.append(change)
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._saving:
            return
        if not self._changes and self._words() == self._sent:
            self._finish()
            return
        message = self.typed()
        for further in self._changes:
            message = further(message)
        self._changes.clear()
        self._saving, self._sent = True, self._words()
        store = self._screen.store
        self._screen.write(lambda: store.messages.save(message), self._saved, self._not_saved)

    def save_now(self) -> None:
        """Save in this thread: the terminal is gone."""
        if not self.unsaved:
            return
        messages, message = self._screen.store.messages, self.typed()
        try:
            try:
                messages.save(message)
            except ChangedElsewhere:
                # Our own save may have been under way; anybody else's words stay theirs.
                there = messages.get(message.id or 0)
                if there.changed_by == self._screen.operator.name:
                    messages.save(replace(message, version=there.version))
                else:
                    messages.new(**copied(message))
        except StoreError:
            return

    def _saved(self, message: Message) -> None:
        self._saving = False
        self.message = message
        self._shown()
        self.save()

    def _finish(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()

    def _not_saved(self, error: BaseException) -> None:
        self._saving = False
        self._then = None
        if not isinstance(error, ChangedElsewhere):
            self._sent = ("", "", "", "", "", "\0")
            self._screen.show_error(error)
            return
        message, store = self.typed(), self._screen.store
        self._screen.write(lambda: store.messages.get(store.messages.new(**copied(message))), self._kept_apart)

    def _kept_apart(self, message: Message) -> None:
        self.message = message
        self._shown()
        self._screen.warn(_("Somebody else changed this draft. Yours is kept as a draft of its own."))
        self.save()


def wordless(message: Message) -> bool:
    """Whether label, subject and text of a message are empty."""
    return not (message.label + message.subject + message.text).strip()


def copied(message: Message) -> dict[str, Any]:
    """What `Messages.new` takes to write the same message once more."""
    names = ("segment", "subject", "text", "label", "kind", "from_address", "from_name", "reply_to", "service_reason",
             "distribution_id", "counts_from", "closes_on")  # fmt: skip
    return {name: getattr(message, name) for name in names}
