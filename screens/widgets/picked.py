"""A field for things that have a name: found by a part of it, and taken with Enter. One thing, or several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.events import DescendantBlur, DescendantFocus, Key
from textual.message import Message
from textual.widgets import Input, Static

from screens.widgets.plain import plain
from store.errors import StoreError
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from screens.base import HouseScreen
    from store import Store

MOST = 20
"""Things that ↓ leads through; with more letters there are fewer."""


@dataclass(frozen=True)
class Source:
    """Where the things come from: `find` those that a text means, as ids and names, and what one of an id is called.

    `none` is said while nothing is taken, `unknown` where the text means none.
    """

    find: Callable[[str], Sequence[tuple[int, str]]]
    name: Callable[[int], str]
    none: str
    unknown: str


def members(store: Store, none: str) -> Source:
    """The members, by whatever the search of members finds them by."""
    return Source(
        find=lambda text: [(row.id, row.name) for row in store.members.search(text, limit=MOST).rows],
        name=lambda member_id: store.members.get(member_id).name,
        none=none,
        unknown=_("nobody is called so"),
    )


class PickLine(Input):
    """The line to search in; Enter takes what is shown, and goes on where nothing is typed."""

    BINDINGS = [
        Binding("enter", "take", N_("Take"), tooltip=N_("Take what is shown, or out again"), id="picked.take"),
    ]

    def __init__(self, picked: Picked, name: str) -> None:
        super().__init__(id=f"{name}-line", compact=True, select_on_focus=False, classes="-half")
        self._picked = picked

    def action_take(self) -> None:
        """Take what is shown, or go on to the next field."""
        if self.value.strip():
            self._picked.take()
        else:
            self.app.action_focus_next()

    def on_key(self, event: Key) -> None:
        """Arrows choose another while a name is typed; backspace on the empty line takes the last one out."""
        if event.key in ("down", "up") and self.value.strip():
            event.stop()
            event.prevent_default()
            self._picked.step(1 if event.key == "down" else -1)
        elif event.key == "backspace" and not self.value:
            event.stop()
            self._picked.drop_last()


class Picked(Vertical):
    """What is taken, and a line to find more. Posts `Changed` when one comes or goes.

    A `single` one has its name beside the line, and gives way to the next that is taken.
    """

    DEFAULT_CSS = """
    Picked { height: 2; }
    Picked.-single { height: 1; }
    Picked .picked-said { width: 1fr; height: 1; }
    """

    class Changed(Message):
        """Another one is taken, or one less."""

    def __init__(self, name: str, label: str, source: Source, *, single: bool = False) -> None:
        """`label` stands before it; the line's id is `name` and "-line"."""
        super().__init__(id=name, classes="-single" if single else "")
        self._label = label
        self._source = source
        self._single = single
        self._ids: list[int] = []
        self._names: dict[int, str] = {}
        self._found: Sequence[tuple[int, str]] = ()
        self._place = 0

    def compose(self) -> ComposeResult:
        label = self._label
        if not self._single:
            with Horizontal(classes="form-row"):
                yield Static(plain(label), classes="form-label")
                yield Static(classes="picked-said picked-names")
            label = ""
        with Horizontal(classes="form-row"):
            yield Static(plain(label), classes="form-label")
            yield PickLine(self, self.id or "")
            yield Static(classes="picked-said picked-found")

    @property
    def value(self) -> str:
        """The ids, with commas between."""
        return ",".join(map(str, self._ids))

    @property
    def half_typed(self) -> str:
        """What is typed in the line and not taken yet."""
        return self._line.value.strip()

    @property
    def _line(self) -> PickLine:
        return self.query_one(PickLine)

    @property
    def _house(self) -> HouseScreen[object]:
        return cast("HouseScreen[object]", self.screen)

    def choose(self, value: str) -> None:
        """Hold other ones."""
        ids = [int(part) for part in value.split(",") if part]
        if ids != self._ids:
            self._ids = ids
        self._show()

    @property
    def names(self) -> str:
        """What the taken ones are called."""
        for one in self._ids:
            if one not in self._names:
                self._names[one] = self._source.name(one)
        return ", ".join(self._names[one] for one in self._ids)

    def _show(self) -> None:
        said = self.names
        if not self._single:
            shown = plain(said or self._source.none, "" if said else "dim")
            self.query_one(".picked-names", Static).update(shown)
        self._show_found()

    # -- the line

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look what is meant."""
        event.stop()
        text = self._line.value.strip()
        self._place = 0
        self._found = self._source.find(text)[:MOST] if text else ()
        self._show_found()

    def on_descendant_focus(self, _event: DescendantFocus) -> None:
        """Say what can be typed."""
        self._show_found()

    def on_descendant_blur(self, _event: DescendantBlur) -> None:
        """Say it no longer."""
        self._show_found()

    def _show_found(self) -> None:
        said, style = "", "dim"
        if self._found:
            found, name = self._found[self._place]
            text = _("Enter takes {name} out") if found in self._ids else _("Enter: {name}")
            more = len(self._found) - 1
            others = ngettext("  ↓ {n} other", "  ↓ {n} others", more).format(n=more) if more else ""
            said = text.format(name=name) + others
        elif self._line.value.strip():
            said = self._source.unknown
        elif self._single and self._ids:
            said, style = self.names, ""
        elif self._line.has_focus or not self._ids:
            said = _("a part of the name")
            if self._single and not self._line.has_focus:
                said = self._source.none
        self.query_one(".picked-found", Static).update(plain(said, style))

    def step(self, step: int) -> None:
        """Show another of those that are found."""
        if self._found:
            self._place = (self._place + step) % len(self._found)
            self._show_found()

    def take(self) -> None:
        """Take what is shown, or take it out again."""
        if not self._found:
            return
        found, name = self._found[self._place]
        self._names[found] = name
        others = [] if self._single else self._ids
        self._change([one for one in others if one != found] if found in self._ids else [*others, found])
        self._line.value = ""

    def drop_last(self) -> None:
        """Take the last one out."""
        if self._ids:
            self._change(self._ids[:-1])

    def _change(self, ids: list[int]) -> None:
        self._ids = ids
        try:
            self._show()
        except StoreError as error:
            self._house.show_error(error)
        self.post_message(self.Changed())
