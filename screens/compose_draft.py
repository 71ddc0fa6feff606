"""The draft that is saved while somebody types it, and kept apart where it cannot go where it came from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from screens.base import HouseScreen
from screens.draft_apart import Words, apart_words, copied, keep_apart, rescue, why_apart, words_of
from screens.errors import words_for
from screens.going import still_there
from store.errors import ChangedElsewhere, FileLocked, Invalid, NotAllowed, NotFound, StoreError, UnknownOperator
from store.message_records import MessageState
from store.segments import NOBODY
from templates.words import N_, _

if TYPE_CHECKING:
    from store.message_records import Message

SAVE_SECONDS, LONGEST_SECONDS = 1.0, 3.0
"""A draft is saved when the typing rests, and while it goes on for so long; and anew so long after a fault."""

WAIT_SECONDS = 1.0
"""A save that takes longer is said to be under way."""

REFUSED = {
    ("text", "too_long"): N_("the text is too long"),
    ("subject", "too_long"): N_("the subject is too long"),
    ("label", "too_long"): N_("the label is too long"),
}
"""Why words are not saved as they are, by field and reason."""

NEVER = Words("\0", "\0", "\0")
"""Words that nobody types: what is typed differs from them, and is saved again."""


class Draft:
    """Saves a draft while it is typed, one save after the other, and keeps both where two people wrote the same one.

    `words` gives what is typed now; `shown` is called after each save. Where the draft `is_begun` with a ready text,
    it is worth keeping once something is changed.
    """

    def __init__(
        self,
        screen: HouseScreen[None],
        message: Message,
        words: Callable[[], Words],
        shown: Callable[[], None],
        *,
        is_begun: bool = False,
    ) -> None:
        self._screen = screen
        self._words = words
        self._shown = shown
        self._timer: Timer | None = None
        self._since = 0.0
        self._saving = False
        self._then: Callable[[], None] | None = None
        self._refused: Callable[[], None] | None = None
        self._began = 0.0
        self._failure: BaseException | None = None
        self._changes: list[Callable[[Message], Message]] = []
        self._trying: list[Callable[[Message], Message]] = []
        self._sent: Words = words()
        self._base = words_of(message)
        self._deleted = False
        self._begun = message if is_begun else None
        self.message = message

    @property
    def unsaved(self) -> bool:
        """Whether something is typed that is not in the file yet."""
        return not self._deleted and (self._saving or self._words() != self._sent)

    @property
    def trouble(self) -> str:
        """That what is typed is not saved, and why; empty while it is, or is about to be."""
        if not self.unsaved:
            return ""
        if self._failure is not None:
            return not_saved_words(self._failure)
        return _("not saved yet") if self._saving and monotonic() - self._began >= WAIT_SECONDS else ""

    @property
    def is_barred(self) -> bool:
        """Whether nothing is saved since the operator may not write any more: the words can only be left."""
        return self.unsaved and isinstance(self._failure, NotAllowed | UnknownOperator)

    @property
    def id(self) -> int:
        """The id of the message; another one once the words are kept apart."""
        return self.message.id or 0

    def typed(self) -> Message:
        """The message as it is typed now."""
        return self._words().put(self.message)

    def see(self, message: Message) -> bool:
        """Take over what changed beside the words: tests, files, people, details; `message` is as the file has it.

        Returns whether people or details changed. Where somebody changed the words too, the next save finds out.
        """
        if message.id != self.message.id or self.unsaved or words_of(message) != self._base:
            return False
        before, self.message = self.message, message
        return before.version != message.version

    def is_behind(self, message: Message) -> bool:
        """Whether somebody else changed the words; `message` is as the file has it."""
        newer = message.id == self.message.id and message.version > self.message.version
        return newer and not self._saving and not self._deleted and words_of(message) != self._base

    def take(self, message: Message) -> None:
        """Go on from words that somebody else saved and that the screen shows now."""
        self.message, self._base, self._sent = message, words_of(message), self._words()

    # -- leaving

    def leave(self) -> None:
        """The screen is gone: delete a draft in which nothing was ever written. Whom it was for may be brought back."""
        messages, message, stack = self._screen.store.messages, self.message, self._screen.house.screen_stack
        if self._deleted or self._screen.house.resumes_as or not self._is_untouched(message):
            return
        front = stack[-1] if stack else None

        def delete() -> bool:
            with suppress(StoreError):  # it may be gone or sent already: nothing to tell
                if self._is_untouched(messages.get(self.id)):
                    messages.delete(self.id)
                    return True
            return False

        if isinstance(front, HouseScreen):
            front.write(delete, lambda is_deleted: self._offer_back(front, message) if is_deleted else None)
        else:
            self._screen.write(delete)

    def _offer_back(self, front: HouseScreen[Any], message: Message) -> None:
        """Say on the screen in front that a draft is gone; where people were chosen for it, a key brings it back."""
        front.changed()
        if message.segment == NOBODY:
            return

        def bring_back() -> None:
            front.write(lambda: front.store.messages.new(**copied(message)), go_on, holds=True)

        def go_on(message_id: int) -> None:
            front.go("compose", message_id=message_id, is_begun=self._begun is not None)

        front.offer(_("Nothing was written: the draft is deleted. z brings it back."), "z", bring_back)

    def _is_untouched(self, message: Message) -> bool:
        begun = self._begun is not None and is_as_begun(message, self._begun)
        return begun or (wordless(message) and not message.files)

    def abandon(self) -> None:
        """Leave the draft as it is in the file, and what is typed unsaved."""
        self._stop_timer()
        self._deleted = True

    def delete(self, then: Callable[[], None]) -> None:
        """Delete it, words and all, then call `then`."""
        self._stop_timer()
        self._deleted = True
        messages = self._screen.store.messages
        self._screen.write(lambda: messages.delete(self.id), lambda _none: then(), self._not_deleted)

    def _not_deleted(self, error: BaseException) -> None:
        self._deleted = False
        self._screen.show_error(error)

    # -- saving

    def touch(self) -> None:
        """Something was typed: save it when the typing rests, or has not for long."""
        if self._timer is None:
            self._since = monotonic()
        elif monotonic() - self._since < LONGEST_SECONDS:
            self._timer.stop()
        else:
            return
        self._timer = self._screen.set_timer(SAVE_SECONDS, self.save)

    def save(
        self,
        then: Callable[[], None] | None = None,
        change: Callable[[Message], Message] | None = None,
        refused: Callable[[], None] | None = None,
    ) -> None:
        """Save what is typed with a further `change`, then call `then`; at once when there is nothing to save.

        Where it cannot be saved, or only as a draft of its own, that is said, and `refused` called.
        """
        if self._deleted:
            return
        if then is not None:
            self._then, self._refused = then, refused
        if change is not None:
            self._changes.append(change)
        self._stop_timer()
        if self._saving:
            return
        if not self._changes and self._words() == self._sent:
            self._finish()
            return
        self._trying, self._changes = self._changes, []
        self._saving, self._sent, self._began = True, self._words(), monotonic()
        self._screen.set_timer(WAIT_SECONDS, self._shown)
        messages, message = self._screen.store.messages, self._with(self._trying)
        self._screen.write(lambda: messages.save(message, finished=False), self._saved, self._not_saved)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def drop_then(self) -> None:
        """Wait no longer for the save that is under way: what was to come after it has come about."""
        self._then = self._refused = None

    def _with(self, changes: list[Callable[[Message], Message]]) -> Message:
        message = self.typed()
        for change in changes:
            message = change(message)
        return message

    def save_now(self) -> None:
        """Save in this thread: the terminal is gone."""
        with suppress(StoreError):
            self.put_down()

    def put_down(self) -> int:
        """Save in this thread and return the id of the draft that has the words; raises a `StoreError`."""
        if not self.unsaved:
            return self.id
        messages, message = self._screen.store.messages, self._with(self._changes)
        try:
            messages.save(message, finished=False)
        except (ChangedElsewhere, Invalid, NotFound) as error:
            there = messages.get(self.id) if isinstance(error, ChangedElsewhere) else None
            # Our own save may have been under way; anybody else's words stay theirs.
            mine = there is not None and there.changed_by == self._screen.operator.name
            if there is not None and (mine or words_of(there) == self._base):
                messages.save(words_of(message).put(there), finished=False)
            elif why_apart(error) is not None:
                return keep_apart(messages, message).id or 0
            else:
                raise
        return self.id

    def _saved(self, message: Message) -> None:
        if self._failure is not None:
            self._failure = None
            front = self._screen.house.screen
            if isinstance(front, HouseScreen):
                front.say(_("What you typed is saved now."))
        self._saving = False
        self.message, self._base = message, words_of(message)
        self._shown()
        self.save()

    def _finish(self) -> None:
        then, self._then, self._refused = self._then, None, None
        if then is not None:
            then()

    def _not_saved(self, error: BaseException) -> None:
        why = why_apart(error)
        if why is None or self._deleted:
            self._not_kept(error)
            return
        messages, message, base, changes = self._screen.store.messages, self.typed(), self._base, self._trying
        self._saving, self._sent = True, self._words()

        def put(there: Message) -> Message:
            there = words_of(message).put(there)
            for change in changes:
                there = change(there)
            return there

        self._screen.write(
            lambda: rescue(messages, message, put, base), lambda kept: self._rescued(kept, why), self._not_kept
        )

    def _rescued(self, message: Message, why: str) -> None:
        # The number of a draft that is gone may be given to the next one, such as this.
        if message.id == self.message.id and why != "gone":
            self._saved(message)
            return
        said = apart_words(self._screen.store.messages, self.id, why)
        self._give_up()
        self._saved(message)
        self._screen.warn(said)

    def _not_kept(self, error: BaseException) -> None:
        """Nothing is lost: the next save tries all of it again, soon where it is not the words that are refused."""
        self._saving, self._sent = False, NEVER
        self._changes, self._trying = [*self._trying, *self._changes], []
        said, self._failure = self._failure, error
        wanted = self._then is not None
        self._give_up()
        if not self._screen.is_active:
            self._screen.house.note_fault(error)
            self._screen.house.warn(f"{still_there()} {words_for(error)}")
        elif wanted or type(said) is not type(error):  # a way elsewhere that leads nowhere says why, each time
            self._screen.show_error(error)
        self._shown()
        if self._timer is None and not isinstance(error, Invalid):
            self._timer = self._screen.set_timer(LONGEST_SECONDS, self.save)

    def _give_up(self) -> None:
        refused, self._then, self._refused = self._refused, None, None
        if refused is not None:
            refused()


def not_saved_words(error: BaseException) -> str:
    """Why a draft is not saved, in a few words."""
    if isinstance(error, Invalid) and (error.field, error.reason) in REFUSED:
        return _("not saved: {why}").format(why=_(REFUSED[error.field, error.reason]))
    if isinstance(error, FileLocked):
        return _("not saved: {why}").format(why=_("another program has the file"))
    return _("not saved")


def wordless(message: Message) -> bool:
    """Whether nothing is written in a message: no label, no subject, no text of any channel."""
    return not "".join(words_of(message)).strip()


def is_as_begun(message: Message, begun: Message) -> bool:
    """Whether a draft is still as it was begun, and nobody has tested it."""
    untouched = message.state is MessageState.DRAFT and message.tested_at is None and not message.files
    return untouched and copied(message) == copied(begun)
