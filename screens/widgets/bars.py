"""The lines around every screen: where one is, what was just said, what the keys do."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import Any, NamedTuple

from textual.app import App, RenderResult
from textual.binding import Binding
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from screens.text import fitted, visible, width
from screens.widgets.lines import changed_cells
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from templates.words import N_, _, pgettext

RULE = "─"
LEAST_LEFT = 12
"""Cells of the title line that say where one is, however narrow the terminal."""

READ_SECONDS, LOOK_SECONDS = 1.5, 8.0
LOOKS = {"up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "shift+tab", "f1", "f2"}
"""Keys that change nothing: what is said stands longer while one only looks around."""

MOST_ROWS = 2
"""Lines that the places after F2 have."""

KEY_NAMES = {
    "enter": N_("Enter"),
    "escape": N_("Esc"),
    "space": N_("Space"),
    "tab": N_("Tab"),
    "shift+tab": N_("Shift+Tab"),
    "backspace": N_("Backspace"),
    "delete": N_("Del"),
    "pageup": N_("PgUp"),
    "pagedown": N_("PgDn"),
    "home": N_("Home"),
    "end": N_("End"),
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
"""How keys are written; others by their own character, function keys as F1."""


class Dimmed(NamedTuple):
    """Key and label of what the operator has no right to: there to be seen, and pressed to be told why."""

    key: str
    label: str


def key_name(binding: Binding) -> str:
    """A binding's key as the key line and the help write it."""
    if binding.key_display:
        return _(binding.key_display)
    if binding.key in KEY_NAMES:
        return _(KEY_NAMES[binding.key])
    *modifiers, key = binding.key.split("+")
    from textual.keys import key_to_character

    character = key_to_character(key)
    plainly = character if character and character.isprintable() else key.upper()
    shown = _(KEY_NAMES[key]) if key in KEY_NAMES else plainly
    return "+".join([*(modifier.capitalize() for modifier in modifiers), shown])


def drawn_key(app: App[Any], key: str) -> str:
    """A key's name as this terminal can draw it: the Linux console has no arrows, and "v" would read as the letter."""
    if not getattr(app, "console_glyphs", False):
        return key
    arrows = {
        "↑": pgettext("key", "Up"),
        "↓": pgettext("key", "Down"),
        "←": pgettext("key", "Left"),
        "→": pgettext("key", "Right"),
    }
    words = [arrows.get(character, character) for character in key]
    return ("/" if arrows.keys() >= set(key) else "").join(words)


class TitleLine(Widget):
    """The first line: where and for whom one works on the left, the rest on the right; a rule below.

    In the rule stands what goes on elsewhere: a sending.
    """

    def __init__(self) -> None:
        super().__init__(id="title-line")
        self._left = self._right = self._aside = ""

    def show(self, left: str, right: str) -> None:
        """Say something else, if it is something else."""
        before = self._line(self.size.width)
        self._left, self._right = visible(left), visible(right)
        if (changed := changed_cells(before, self._line(self.size.width), 0)) is not None:
            self.refresh(changed)

    def show_aside(self, text: str) -> None:
        """Say in the rule what goes on elsewhere; empty: nothing does. Only the cells that change are drawn again."""
        cells, before = self.size.width, self._rule(self.size.width)
        self._aside = visible(text)
        if (changed := changed_cells(before, self._rule(cells), 1)) is not None:
            self.refresh(changed)

    def _rule(self, cells: int) -> Content:
        # On the left: Textual sends a line from its beginning to the last cell that changes.
        if not self._aside:
            return plain(RULE * cells, "dim")
        aside = f" {fitted(self._aside, min(width(self._aside), max(0, cells - 6)))} "
        return Content.assemble((RULE * 2, "dim"), aside, (RULE * (cells - width(aside) - 2), "dim"))

    def _line(self, cells: int) -> Content:
        right = f" {self._right} " if self._right else ""
        if width(right) > cells - LEAST_LEFT:
            right = fitted(right, max(0, cells - LEAST_LEFT))
        left = Content(f" {self._left}").truncate(max(0, cells - width(right)), ellipsis=True, pad=True)
        return Content.assemble(left.stylize("bold"), right)

    def render(self) -> RenderResult:
        cells = self.size.width
        return Content.assemble(self._line(cells), "\n", self._rule(cells))


class NoticeLine(Prose):
    """A rule above the key line, on which a sentence appears when there is something to say.

    It stays until a key that changes something, once there was time to read it.
    """

    DEFAULT_CLASSES = "-quiet"

    def __init__(self) -> None:
        super().__init__(id="notice-line")
        self._text = ""
        self._since = 0.0

    @property
    def text(self) -> str:
        """What is said now; empty when nothing is."""
        return self._text

    def show(self, text: str, *, warns: bool = False) -> None:
        """Say a sentence, with a "!" when it warns; an empty one says nothing."""
        self._text = text = visible(text)
        self._since = monotonic()
        self.set_class(not text, "-quiet")
        self.update(plain(f"! {text}", "bold") if warns else plain(text))

    def give_way(self, key: str, at: float) -> None:
        """Go for a key pressed `at` a monotonic moment, unless the notice came up under a typist's hands."""
        if self._text and at - self._since > (LOOK_SECONDS if key in LOOKS else READ_SECONDS):
            self.show("")

    def render(self) -> RenderResult:
        return super().render() if self._text else plain(RULE * self.size.width, "dim")


class KeyLine(Widget):
    """The last line: what the keys do here, as many as fit, and how to get help on the rest."""

    def __init__(self) -> None:
        super().__init__(id="key-line")
        self._instead: list[tuple[str, str]] | None = None
        self._shown: list[tuple[str, str]] = []

    def on_mount(self) -> None:
        """Follow the keys as the focus moves."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        # A screen that is being left or is not drawn yet may lack what its keys depend on.
        there = bool(self._shown) and screen.is_active and screen.is_attached
        if self._instead is not None or not there or self._own() != self._shown:
            self.refresh()

    def _own(self) -> list[tuple[str, str]]:
        return fitting(self._drawn(shown_keys(self.screen)), self.size.width)

    def show_instead(self, entries: list[tuple[str, str]] | None) -> None:
        """Show these keys and labels for a while; None goes back to the screen's own.

        A second line takes the place of the rule above, so that nothing moves: the last entry is left out where it
        would need a third.
        """
        entries = None if entries is None else self._drawn(entries)
        if entries is not None and len(rows(entries, self.size.width)) > MOST_ROWS:
            entries = entries[:-1]
        self._instead = entries
        lines = len(rows(entries or (), self.size.width)) or 1
        self.styles.height = lines
        for notice in self.screen.query(NoticeLine):
            notice.display = lines == 1
        self.refresh()

    def render(self) -> RenderResult:
        if self._instead is None:
            self._shown = self._own()
            return Content.assemble(*_line(self._shown))
        return Content("\n").join(Content.assemble(*_line(row)) for row in rows(self._instead, self.size.width))

    def _drawn(self, entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
        drawn = [(drawn_key(self.app, entry[0]), entry[1]) for entry in entries]
        return [Dimmed(*new) if isinstance(old, Dimmed) else new for old, new in zip(entries, drawn, strict=True)]


def shown_keys(screen: Screen[object]) -> list[tuple[str, str]]:
    """Key and label of what can be pressed now, in the operator's language, and `Dimmed` what takes a right.

    Help is the last, by a key that works.
    """
    own: list[tuple[str, str]] = getattr(screen, "keys_now", list)()
    if own:
        return own
    entries: list[tuple[str, str]] = []
    tail: dict[str, tuple[str, str]] = {}
    seen = set()
    for active in screen.active_bindings.values():
        binding = active.binding
        action = binding.action.removeprefix("app.")
        lacking = lacks(screen, active.node, binding.action)
        if not (active.enabled or lacking) or not binding.description or typed_into(screen.focused, binding):
            continue
        entry = (key_name(binding), visible(_(binding.description)))
        if lacking:
            entry = Dimmed(*entry)
        if action in ("goto_menu", "help"):
            tail.setdefault(action, entry)
        elif binding.show and (binding.action, binding.description) not in seen:
            seen.add((binding.action, binding.description))
            entries.append(entry)
    return [*entries, *(tail[action] for action in ("goto_menu", "help") if action in tail)]


def lacks(screen: Screen[Any], node: DOMNode, action: str) -> bool:
    """Whether the operator has no right to what a key on a screen does."""
    asked = getattr(screen, "lacks", None)
    return asked is not None and bool(asked(node, action))


def typed_into(focused: Widget | None, binding: Binding) -> bool:
    """Whether the key would be typed into what has the focus instead of doing what it is bound to."""
    if focused is None or binding.priority:
        return False
    from textual.keys import key_to_character

    key = binding.key
    character = " " if key == "space" else key_to_character(key) if "+" not in key else None
    return focused.check_consume_key(key, character)


def fitting(entries: Iterable[tuple[str, str]], cells: int) -> list[tuple[str, str]]:
    """The entries that fit side by side; the last one always does, whatever is left out before it."""
    *others, last = list(entries) or [("", "")]
    left = cells - 1 - _cells(last)
    fit = []
    for entry in others:
        left -= _cells(entry) + 2
        if left < 0:
            break
        fit.append(entry)
    return [*fit, last] if last[0] else fit


def rows(entries: Iterable[tuple[str, str]], cells: int) -> list[list[tuple[str, str]]]:
    """The entries on as many lines as they need."""
    lines: list[list[tuple[str, str]]] = []
    left = 0
    for entry in entries:
        if not lines or _cells(entry) + 2 > left:
            lines.append([])
            left = cells + 1
        lines[-1].append(entry)
        left -= _cells(entry) + 2
    return lines


def _cells(entry: tuple[str, str]) -> int:
    return width(entry[0]) + 1 + width(entry[1])


def _line(entries: Iterable[tuple[str, str]]) -> list[Content]:
    parts: list[Content] = []
    for entry in entries:
        # Without colours it is the key, not bold, that tells it from the others.
        styles = ("dim", "dim") if isinstance(entry, Dimmed) else ("bold", "")
        shown = (plain(text, style) for text, style in zip(entry, styles, strict=True))
        parts += [Content("  " if parts else " "), next(shown), Content(" "), next(shown)]
    return parts
