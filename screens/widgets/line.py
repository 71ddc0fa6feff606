"""The line that an order, a caller or a member is typed into.

Textual inserts letters in the widget and carries out every other key later, in the app, so that keys that arrive
together are taken in the wrong order (textual #6605). This line takes each key itself, in turn, and calls its screen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from textual import events
from textual.actions import SkipAction
from textual.widgets import Input

from screens.text import visible
from screens.widgets.field import Field


def _not_taken(_key: str, _character: str | None) -> bool:
    return False


def _ignored(_value: object) -> None:
    return None


@dataclass(frozen=True)
class LineCalls:
    """What the line calls, at once and in the order of the keys.

    `key` is asked first for every key, with its name ("up", "f8", "a", "enter") and character: True means that the
    screen has dealt with it, so that a screen whose letters act (a read-back panel) takes them before they are typed.
    `changed` gets the text after each change, `enter` the text when Enter is pressed, `pasted` the lines of a paste of
    several lines, which are not inserted.
    """

    key: Callable[[str, str | None], bool] = field(default=_not_taken)
    changed: Callable[[str], None] = field(default=_ignored)
    enter: Callable[[str], None] = field(default=_ignored)
    pasted: Callable[[list[str]], None] = field(default=_ignored)


EDITING: dict[str, Callable[[Input], None]] = {
    "backspace": Input.action_delete_left,
    "ctrl+h": Input.action_delete_left,
    "delete": Input.action_delete_right,
    "ctrl+d": Input.action_delete_right,
    "left": Input.action_cursor_left,
    "right": Input.action_cursor_right,
    "home": Input.action_home,
    "end": Input.action_end,
    "ctrl+e": Input.action_end,
    "ctrl+left": Input.action_cursor_left_word,
    "ctrl+right": Input.action_cursor_right_word,
    "shift+left": partial(Input.action_cursor_left, select=True),
    "shift+right": partial(Input.action_cursor_right, select=True),
    "shift+home": partial(Input.action_home, select=True),
    "shift+end": partial(Input.action_end, select=True),
    "ctrl+w": Input.action_delete_left_word,
    "ctrl+u": Input.action_delete_left_all,
    "ctrl+k": Input.action_delete_right_all,
    "ctrl+c": Input.action_copy,
    "ctrl+x": Input.action_cut,
}
"""Keys that edit the text, by the input's own action."""


class Line(Field):
    """One line of text without a border or a blinking cursor, that hands every key to its screen in order.

    A key that neither the screen nor the line takes goes on to the app's bindings.
    """

    def __init__(self, calls: LineCalls, *, max_length: int = 200, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(max_length=max_length, compact=True, select_on_focus=False, **names)  # type: ignore[arg-type]
        self.cursor_blink = False
        self._calls = calls
        self._holding = False
        self._held: deque[events.Key | events.Paste] = deque()
        self._diverted: Callable[[events.Key | events.Paste], None] | None = None
        self._forgets_before = 0.0

    # -- what the screen asks of it

    def put(self, text: str) -> None:
        """Replace the text, with the cursor at its end, and tell the screen."""
        with self.prevent(Input.Changed):
            self.value = visible(text)[: self.max_length]
            self.cursor_position = len(self.value)
        self._calls.changed(self.value)

    def hold(self) -> None:
        """Keep keys back until `release`: what they mean is not known yet."""
        self._holding = True

    def release(self) -> None:
        """Take the keys that were kept back, in order; one of them may hold the line again."""
        self._holding = False
        while self._held and not self._holding:
            event = self._held.popleft()
            if isinstance(event, events.Paste):
                self._paste(event.text)
            else:
                self._take(event.key, event.character)

    def let_go(self) -> None:
        """Forget the keys that were kept back, and all others typed before now; take the next ones again."""
        self._held.clear()
        self._holding = False
        self._forgets_before = monotonic()

    def divert(self, to: Callable[[events.Key | events.Paste], None]) -> None:
        """Hand every key that was kept back, and every one that still comes, to somebody else: the screen is left."""
        self._diverted = to
        self._holding = False
        while self._held:
            to(self._held.popleft())

    # -- keys

    async def _on_key(self, event: events.Key) -> None:
        # Without this the input's own handler, which only knows letters, would run as well.
        event.prevent_default()
        if self._diverted is not None:
            event.stop()
            self._diverted(events.Key(event.key, event.character))
        elif self._holding:
            event.stop()
            self._held.append(events.Key(event.key, event.character))
        elif event.time < self._forgets_before or self._take(event.key, event.character):
            event.stop()

    def _take(self, key: str, character: str | None) -> bool:
        """Deal with one key; False when neither screen nor line knows it."""
        if self._calls.key(key, character):
            return True
        if key in ("enter", "ctrl+j"):
            self._calls.enter(self.value)
            return True
        if key == "ctrl+v":
            self._paste(self.app.clipboard)
            return True
        before = self.value
        with self.prevent(Input.Changed):
            if key in EDITING:
                try:
                    EDITING[key](self)
                except SkipAction:  # nothing is marked that Ctrl-C could copy: the app says how to leave
                    return False
            elif character is not None and character.isprintable():
                self._insert(character)
            else:
                return False
        if self.value != before:
            self._calls.changed(self.value)
        return True

    def _insert(self, text: str) -> None:
        if self.selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *self.selection)

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        if self._diverted is not None:
            self._diverted(events.Paste(event.text))
        elif self._holding:
            self._held.append(events.Paste(event.text))
        else:
            self._paste(event.text)

    def _paste(self, text: str) -> None:
        lines = [visible(line).strip() for line in text.splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > 1:
            self._calls.pasted(lines)
        elif lines:
            with self.prevent(Input.Changed):
                self._insert(lines[0])
            self._calls.changed(self.value)
