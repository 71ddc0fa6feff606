"""What every screen is built on: its three lines, its way to the store and to other screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.events import DescendantFocus, Key, Mount, Paste, Resize, ScreenResume
from textual.message import Message
from textual.screen import Screen, ScreenResultType
from textual.worker import Worker

from screens.errors import known, screen_words
from screens.reading import Reads
from screens.routes import PLACES
from screens.text import visible
from screens.widgets.bars import KeyLine, NoticeLine, TitleLine
from templates.words import N_

if TYPE_CHECKING:
    from screens.house import HouseApp
    from screens.too_small import Fitting
    from store import Store
    from store.rights import Operator, Right

T = TypeVar("T")


class HouseScreen(Screen[ScreenResultType], Generic[ScreenResultType]):
    """A screen of the house: a title line, `content`, a line for notices, the key line.

    A screen says what it is (`NAME`, `HELP`), what is in its title (`heading`) and in its middle (`content`), and binds
    keys to actions. It reads with `read`, changes with `write`, and shows errors only through `warn`.

    `NEEDS` names the right that an action needs, or several any of which will do, on some catalogue at least. Whoever
    has none of them sees the action dimmed among the keys, and is told why when it is pressed; so `check_action` need
    not ask for rights. A widget with keys of its own may have `NEEDS` too.
    """

    NAME = ""
    HELP = ""
    NEEDS: ClassVar[Mapping[str, Right | tuple[Right, ...]]] = {}
    EVERYWHERE: ClassVar[frozenset[str]] = frozenset()
    """The actions of `NEEDS` whose right is needed on all catalogues."""
    IS_FORM = False
    """Whether no letter leads to another screen: typed with the cursor on a tick it would open one and act there."""
    BINDINGS = [
        Binding("f3", "leave", N_("Leave"), show=False, tooltip=N_("Close this screen and go back"), id="leave"),
        Binding("tab", "app.focus_next", N_("Next field"), show=False, tooltip=N_("Go to the next field"), id="next"),
        Binding(
            "shift+tab",
            "app.focus_previous",
            N_("Previous field"),
            show=False,
            tooltip=N_("Go to the field before"),
            id="previous",
        ),
        Binding("escape", "leave", N_("Leave"), show=False, tooltip=N_("Close this screen and go back"), id="escape"),
    ]
    AUTO_FOCUS = "*"
    route = ""
    parameters: Mapping[str, Any] = {}
    answers = ""
    """By which name one came here, with what (`screens.routes`), and which method below gets what this leaves with."""

    def __init__(self) -> None:
        super().__init__()
        self._in_threads = Reads(self)
        self._seen = -1
        self._title_line: TitleLine | None = None
        self._notice_line: NoticeLine | None = None
        self._leaves_with: tuple[ScreenResultType | None] | None = None
        self._offer: tuple[str, str, Callable[[], None]] | None = None
        self._fitting: Fitting | None = None

    @property
    def house(self) -> HouseApp:
        """The app."""
        return cast("HouseApp", self.app)

    @property
    def store(self) -> Store:
        """The group's file as this operator."""
        return self.house.store

    @property
    def operator(self) -> Operator:
        """Who is at work, with the rights of the last start or change."""
        return self.house.operator

    def heading(self) -> tuple[str, str]:
        """What the title line says on its left and on its right."""
        return "", ""

    def content(self) -> ComposeResult:
        """What is between the title line and the key line."""
        yield from ()

    def keys_now(self) -> list[tuple[str, str]]:
        """Keys and labels for the last line, where the keys' meaning changes on the screen; else its bindings."""
        return []

    def changed(self) -> None:
        """Somebody else changed the group's file, or the screen is back on top after a change: show what is new.

        Nothing may be redrawn under an input that holds text.
        """

    def keeps(self) -> bool:
        """Whether something typed here would be lost if the screen were closed now."""
        return False

    def keep(self) -> None:
        """Save what is typed, at once and in this thread: the terminal is gone or the program ends."""

    def way_back(self) -> tuple[str, Mapping[str, Any]]:
        """The route and the parameters by which a newer program opens what is shown here now."""
        return self.route, self.parameters

    def hand_over(self) -> dict[str, Any]:
        """Keep what is typed, as `keep` does, and return the rest of it: a newer program goes on here."""
        from screens.resuming import typed_on

        self.keep()
        return typed_on(self)

    def take_over(self, typed: Mapping[str, Any]) -> list[str]:
        """Show what `hand_over` returned in the former program; returns texts that have no place here any more."""
        from screens.resuming import put_back

        return put_back(self, typed)

    def put_away(self, then: Callable[[], None]) -> None:
        """Another screen is wanted: store what is typed here, then call `then`; where that is refused, say why.

        Where nothing is stored without a key, or storing takes long, call it all the same: as long as it `keeps`
        something, the screen stays under what comes, and is found again.
        """
        then()

    def is_at(self, route: str, parameters: Mapping[str, Any]) -> bool:
        """Whether this is what would be opened, so that one comes back to it while it `keeps` something."""
        return False

    # -- frame

    def compose(self) -> ComposeResult:
        """The three lines around `content`."""
        self._title_line, self._notice_line = TitleLine(), NoticeLine()
        yield self._title_line
        with Vertical(id="content"):
            yield from self.content()
        yield self._notice_line
        yield KeyLine()

    def on_mount(self) -> None:
        """Fill the title line."""
        self.show_heading()
        self.show_aside()

    def show_heading(self) -> None:
        """Ask `heading` again and show what it says."""
        if self._title_line is not None:
            self._title_line.show(*self.heading())

    def show_aside(self) -> None:
        """Show in the title line whose sending goes on."""
        if self._title_line is not None:
            self._title_line.show_aside(self.house.aside)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Hold the cursor still: a blinking one sends bytes over the line for ever."""
        if getattr(event.widget, "cursor_blink", False):
            event.widget.cursor_blink = False  # type: ignore[attr-defined]

    @on(Resize)
    def _fit(self) -> None:
        """Say it where the terminal is too small."""
        if self._fitting is None and self.house.is_too_small:
            from screens.too_small import Fitting

            self._fitting = Fitting(self)
        if self._fitting is not None:
            self._fitting.look()

    def covered(self, event: Key | Paste) -> bool:
        """Whether a key goes no further, since the screen cannot be seen: the terminal is too small."""
        return self._fitting is not None and self._fitting.takes(event)

    def on_screen_resume(self, _event: ScreenResume) -> None:
        """Leave, if it was time to while another screen was on top; else look for what changed meanwhile."""
        self._fit()
        self.show_aside()
        if self._leaves_with is not None:
            self.dismiss(*self._leaves_with)
        elif self._seen < 0:
            self._seen = self.house.change_number
        else:
            self.look()

    def look(self) -> None:
        """Call `changed` if the file changed since the screen last looked; one that is only coming reads it anyway."""
        if self.is_mounted and self._seen != self.house.change_number:
            self._seen = self.house.change_number
            self.changed()

    def note_own_change(self, before: int, after: int) -> None:
        """Take this screen's own change as seen, if nobody else changed anything meanwhile."""
        if after == before + 1 and self._seen == before:
            self._seen = after

    # -- notices

    def say(self, text: str) -> None:
        """Show a sentence until the next key that changes something: plain text, never markup."""
        self._notice(text, warns=False)

    def warn(self, text: str) -> None:
        """Show a warning, with a `!`, until the next key that changes something: plain text, never markup."""
        self._notice(text, warns=True)

    def _notice(self, text: str, *, warns: bool) -> None:
        if self._notice_line is not None:
            self._notice_line.show(text, warns=warns)

    def shows(self, text: str) -> bool:
        """Whether this is what is said now."""
        return self._notice_line is not None and self._notice_line.text == visible(text)

    def offer(self, text: str, key: str, act: Callable[[], None], *, warns: bool = False) -> None:
        """Say a sentence that names a key, which does this as long as the sentence stands and nothing takes letters."""
        self._notice(text, warns=warns)
        self._offer = (text, key, act)

    @property
    def offers(self) -> bool:
        """Whether a sentence stands that names a key which does something now."""
        return self._offer is not None and self.shows(self._offer[0])

    def takes_offer(self, event: Key) -> bool:
        """Carry out what the notice offers for this key; False where it offers nothing."""
        offer = self._offer
        if offer is None or event.key != offer[1] or not self.offers:
            return False
        if self.focused is not None and self.focused.check_consume_key(event.key, event.character):
            return False
        self._offer = None
        offer[2]()
        return True

    def note_key(self, event: Key | Paste) -> None:
        """A key comes to this screen: what was said a while before has been read."""
        if self._notice_line is not None:
            self._notice_line.give_way(event.key if isinstance(event, Key) else "paste", event.time)

    def show_error(self, error: BaseException) -> None:
        """Say an error in words, on the screen in front too; a fault of the program is also written down."""
        if self.house.explains(error):
            return
        self.house.note_fault(error)
        self.warn(screen_words(error))
        if not self.is_active:
            self.house.warn(screen_words(error))

    async def _dispatch_message(self, message: Message) -> None:
        """Say an error that has words; a screen that cannot begin, as the right to it is gone by now, is left."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if not known(error):
                raise
            if isinstance(message, Mount) and len(self.app.screen_stack) > 1:
                self.house.call_later(self.dismiss, None)
            self.house.call_later(self.house.show_error, error)

    # -- rights

    def lacks(self, node: DOMNode, action: str) -> tuple[Right, ...]:
        """The rights that a key's action on a node needs any of, where the operator has none; else empty."""
        if action.startswith("screen."):
            node, action = self, action.removeprefix("screen.")
        name, _bracket, rest = action.removeprefix("app.").partition("(")
        place = PLACES.get(rest.strip("')\"")) if name == "goto" else None
        needs = getattr(node, "NEEDS", {}).get(name, ()) if place is None else place.rights
        wanted: tuple[Right, ...] = needs if isinstance(needs, tuple) else (needs,)
        may = self.operator.may if name in getattr(node, "EVERYWHERE", ()) else self.operator.may_somewhere
        return () if any(map(may, wanted)) else wanted

    def refuses(self, node: DOMNode, action: str) -> bool:
        """Whether the operator lacks the right to an action; then says so, and who can give it."""
        if self.lacks(node, action):
            self.house.look_up_rights()
        if lacking := self.lacks(node, action):
            from screens.rights_words import why_not

            self.warn(why_not(self.store, lacking))
        return bool(lacking)

    # -- going

    def go(self, route: str, on_result: Callable[[Any], None] | None = None, **parameters: Any) -> None:
        """Open another screen on top of this one; `on_result` gets what it leaves with, None when simply left."""
        self.house.go(route, on_result, **parameters)

    @property
    def is_open(self) -> bool:
        """Whether the screen is there, on top or under others; one that is left may still get messages."""
        return self.is_attached and self in self.app.screen_stack

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close this screen; under another one, as soon as that is left (Textual would close the other one)."""
        if self.is_active:
            return super().dismiss(result)
        self._leaves_with = (result,)
        return AwaitComplete.nothing()

    def action_leave(self) -> None:
        """Close this screen with no result; the last one ends the program."""
        if len(self.app.screen_stack) > 1:
            self.dismiss(None)
        else:
            self.house.leave()

    # -- the store

    @property
    def reads(self) -> bool:
        """Whether something is being read that will be shown."""
        return self._in_threads.goes_on

    def write(
        self,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
        *,
        holds: bool = False,
    ) -> None:
        """Change something, or write a file: `work` runs in the app's one writer, after every change handed in before.

        Unlike a read it is carried out even if the screen is left at once.

        `done` gets its result and `failed` its error, in the app's own thread. Without `failed` the error is shown in
        words; once the screen is gone `done` is not called, and an error is shown on the screen in front.

        Where it `holds`, the next keys wait for it: what they mean depends on what comes of it.
        """
        self.house.write(self, work, done, failed or self.show_error, holds=holds)

    def read(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        group: str = "read",
        failed: Callable[[BaseException], None] | None = None,
        *,
        holds: bool = False,
    ) -> None:
        """Read something in a thread; a later read of the same `group` replaces it, whose result is then dropped.

        Where it `holds`, the next keys wait for it: what they mean depends on what is read.
        """
        self._in_threads.begin(work, done, failed or self.show_error, group=group, holds=holds)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """The one way back of every read."""
        self._in_threads.take(event)
