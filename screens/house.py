"""The app: one store, one writer, one place for errors, and keys that work on every screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual.actions import parse
from textual.app import App
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.events import Event, Key, Paste, Resize
from textual.filter import ANSIToTruecolor, LineFilter, Monochrome, NoColor
from textual.screen import Screen

from screens import errors
from screens.base import HouseScreen
from screens.faults import write_down
from screens.going import back_to, go_away, go_to, letters, may_open
from screens.routes import DESTINATIONS, PLACES, destinations, screen_for
from screens.theme import THEME
from screens.type_ahead import Passed, TypeAhead
from screens.updating import NEWER, Program, Updating
from screens.widgets.bars import KeyLine
from store import Store
from store.errors import StoreError
from store.file import keeping_typed
from store.writer import Writer
from templates.words import N_, _

T = TypeVar("T")
POLL_SECONDS = 2
ASK_SECONDS = 10
LEAST = (80, 24)
"""Columns and lines that every screen fits in; a terminal that has less is said to be too small."""
LARGEST = (1000, 400)
"""Columns and lines that are drawn at most: a client may say any size, and a screen of it would fill the memory."""


def speaks_unicode() -> bool:
    """Whether the terminal's character set, as the locale names it, has more than 256 characters."""
    return "utf" in (getattr(sys.__stderr__, "encoding", None) or "utf-8").lower()


class HouseApp(App[None]):
    """cabas in a terminal, on one group's file as one operator."""

    TITLE = "cabas"
    CSS_PATH = Path(__file__).with_name("house.tcss")
    ENABLE_COMMAND_PALETTE = False
    inside = False
    """Whether one came through the SSH door (`tui.door`): then only files of the export folder are read."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "goto_menu", N_("Go to"), priority=True, tooltip=N_("Then a letter: another screen"), id="goto"),
        Binding(
            "question_mark",
            "help",
            N_("Help"),
            key_display="?",
            tooltip=N_("What this screen is and all its keys"),
            id="help",
        ),
        Binding("f1", "help", N_("Help"), show=False, tooltip=N_("What this screen is and all its keys"), id="help.f1"),
        Binding("ctrl+p", "actions", N_("Actions"), show=False, tooltip=N_("Find an action by its name"), id="actions"),
        Binding("ctrl+q", "quit", N_("Quit"), show=False, priority=True, tooltip=N_("End the program"), id="quit"),
        Binding(NEWER, "restart", N_("New cabas"), show=False, tooltip=N_("Start the newer cabas here"), id="restart"),
        *(
            Binding(d.letter, f"goto('{d.route}')", d.label, show=False, tooltip=d.label, id=f"goto.{d.route}")
            for d in DESTINATIONS
        ),
    ]

    def __init__(self, store: Store, greeting: str = "", *, program: Program | None = None, resumes: str = "") -> None:
        """`program` is what runs, as `updating.identity` gives it; `resumes` what a former one handed over."""
        super().__init__()
        self.store = store
        self._greeting = greeting
        self.updating = Updating(self, program, resumes)
        self.resumes_as = ""
        self.operator = store.operators.me()
        self.group = store.settings.group()
        self.change_number = store.change_number()
        self.writer = Writer()
        self.fault: BaseException | None = None
        self.aside = ""
        self.said_of_look = ""
        self.least_size = LEAST
        self.animation_level = "none"
        self.register_theme(THEME)
        # Set as a change, the theme would have every style read once more before the first screen.
        self.set_reactive(App.theme, THEME.name)
        self.add_class(f"-theme-{THEME.name}")
        self.stylesheet.set_variables(self.get_css_variables())
        few = os.environ.get("TERM", "") in ("linux", "vt100", "vt220", "cons25")
        self.console_glyphs = few or not speaks_unicode()
        self._keys = TypeAhead(self, self._hand_on)
        self._goes_to = False
        self._quits = False

    def get_default_screen(self) -> Screen[Any]:
        """Start on the desk."""
        return screen_for("desk")

    def on_mount(self) -> None:
        """Begin to look for other people's changes, and say what there is to say first."""
        self.set_interval(POLL_SECONDS, self._poll)
        self.screen_change_signal.subscribe(self, self._keys.screen_changed, immediate=True)
        if self._greeting:
            self.call_after_refresh(self.warn, self._greeting)
        self.updating.go_on()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Without colours, none; on the Linux console, none of the characters that its fonts lack."""
        # Textual chooses before the theme is known: it would draw black on black under NO_COLOR, and other colours than
        # the terminal's own.
        wrong = Monochrome | ANSIToTruecolor
        filters = [filter_ for filter_ in super().get_line_filters() if not isinstance(filter_, wrong)]
        if self.no_color:
            filters.append(NoColor())
        if self.console_glyphs:
            from screens.widgets.console import ConsoleGlyphs

            filters.append(ConsoleGlyphs(lines=speaks_unicode()))
        return filters

    # -- keys

    def giving_back(self) -> Callable[[Key | Paste], None]:
        """How a screen that is being left lets the one in front have the keys that came to it."""
        return self._keys.giving_back()

    def drop_keys(self) -> None:
        """Forget the keys that were typed before now: a question has come up that nobody has seen yet."""
        self._keys.drop()

    def hold_keys(self) -> None:
        """Keep the next keys back until `release_keys`: what the last one does waits for a read, say."""
        self._keys.hold()

    def release_keys(self) -> None:
        """Hand the keys on that were kept back."""
        self._keys.release()

    async def on_event(self, event: Event) -> None:
        """Take keys one after the other, each when the one before has had its effect."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            await self._keys.take(event)
        elif isinstance(event, Resize):
            width, height = map(min, event.size, LARGEST)
            await super().on_event(Resize.from_dimensions((width, height), event.pixel_size))
        else:
            await super().on_event(event)

    async def _hand_on(self, event: Event) -> None:
        if isinstance(self.screen, HouseScreen) and isinstance(event, Key | Paste) and self.screen.covered(event):
            return
        if isinstance(event, Key | Paste) and self.updating.takes(event):
            if self._goes_to:
                self._end_goto_menu()
            return
        if isinstance(self.screen, HouseScreen) and isinstance(event, Key | Paste) and not self.updating.is_due:
            if isinstance(event, Key) and not self._goes_to and self.screen.takes_offer(event):
                return
            self.screen.note_key(event)
        if self._goes_to and isinstance(event, Key):
            self._end_goto_menu()
            if self.updating.offers and event.key.lower() == NEWER:
                self.action_restart()
                return
            for place in destinations(self.operator):
                if place.letter == event.key.lower() and not self._refuses(self, f"goto('{place.route}')"):
                    self.action_goto(place.route)
            return
        await super().on_event(event)

    async def on_passed(self, message: Passed) -> None:
        """A key is through."""
        message.stop()
        await self._keys.passed(message)

    async def run_action(self, action: Any, *args: Any, **kwargs: Any) -> bool:
        """Carry out an action; an error that has words is shown on the screen, not the end of it."""
        node = args[0] if args and args[0] is not None else self
        try:
            if isinstance(action, str) and self._refuses(node, action, unless_hidden=True):
                return True
            return await super().run_action(action, *args, **kwargs)
        except Exception as error:
            if not errors.known(error) and not self.explains(error):
                raise
            self.show_error(error)
            return True

    def _refuses(self, node: DOMNode, action: str, *, unless_hidden: bool = False) -> bool:
        """Whether the operator lacks the right to what a key does, and is told so."""
        if not isinstance(self.screen, HouseScreen) or not self.screen.lacks(node, action):
            return False
        namespace, name, parameters = parse(action)
        target = {"app": self, "screen": self.screen}.get(namespace, node)
        if unless_hidden and target.check_action(name, parameters) is False:
            return False
        return self.screen.refuses(node, action)

    @property
    def is_too_small(self) -> bool:
        """Whether the terminal has fewer columns or lines than the screens need, or than was found to do."""
        return self.size.width < self.least_size[0] or self.size.height < self.least_size[1]

    # -- going

    def go(self, route: str, on_result: Callable[[Any], None] | None = None, **parameters: Any) -> None:
        """Open a screen on top of the present one; back to it where it is underneath with something unsaved."""
        if may_open(self, route) and not back_to(self, route, parameters):
            try:
                screen = screen_for(route, **parameters)
            except ImportError as error:
                self.show_error(error)
                return
            if getattr(on_result, "__self__", None) is self.screen:
                screen.answers = getattr(on_result, "__name__", "")
            self.push_screen(screen, on_result)

    def look_up_rights(self) -> None:
        """Have the operator's rights as they are now: who was given one this moment is not refused for want of it."""
        with suppress(StoreError):
            self.operator = self.store.operators.me()

    def action_goto(self, route: str) -> None:
        """Go to a main screen: what lies over the desk is left, unless something typed would be lost with it."""
        if getattr(self.screen, "NAME", "") != route and may_open(self, route):
            go_away(self, lambda: go_to(self, route))

    def action_goto_menu(self) -> None:
        """Show where the next letter leads; any other key changes nothing."""
        self._goes_to = True
        for line in self.screen.query(KeyLine):
            line.show_instead(letters(self))

    def _end_goto_menu(self) -> None:
        self._goes_to = False
        for line in self.screen.query(KeyLine):
            line.show_instead(None)

    def action_help(self) -> None:
        """Show what the screen is for and every key that works on it now."""
        from screens.help import HelpScreen, help_for

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(*help_for(self.screen)))

    def action_actions(self) -> None:
        """Let an action be found by its name and carry it out."""
        from screens.actions import ActionsScreen, actions_of

        def carry_out(chosen: tuple[DOMNode, str] | None) -> None:
            if chosen is not None:
                self.call_later(self.run_action, chosen[1], chosen[0])

        if not isinstance(self.screen, ActionsScreen):
            self.push_screen(ActionsScreen(actions_of(self.screen)), carry_out)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No letter leads anywhere that the screen has a use of its own for."""
        if action == "restart":
            return self.updating.offers and not self._is_taken(NEWER, "app.restart")
        place = PLACES.get(str(parameters[0])) if action == "goto" and parameters else None
        if place is None:
            return True
        return place.is_shown_to(self.operator) and not self._is_taken(place.letter, f"app.goto('{place.route}')")

    def _is_taken(self, letter: str, action: str) -> bool:
        """Whether the screen binds the letter to something else, even to what cannot be done now, or is typed into.

        On a form (`IS_FORM`) a letter was meant for a field, wherever the cursor stands.
        """
        if isinstance(self.screen, HouseScreen) and self.screen.IS_FORM:
            return True
        nodes = (self.screen.focused or self.screen).ancestors_with_self
        bound = [b for node in nodes if node is not self for b in node._bindings.key_to_bindings.get(letter, ())]
        return any(binding.action != action for binding in bound)

    # -- leaving

    def action_restart(self) -> None:
        """Go on with the newer cabas, on these screens and with what is typed."""
        self.updating.restart()

    def leave(self) -> None:
        """The desk is not left by the key that leaves other screens: one press too many would end the program."""
        if isinstance(self.screen, HouseScreen):
            self.screen.say(_("This is the desk. q or Ctrl+Q ends cabas."))

    def action_help_quit(self) -> None:
        """Ctrl+C copies, here; whoever wants to end the program by it is told how."""
        if isinstance(self.screen, HouseScreen):
            self.screen.say(_("Ctrl+Q ends cabas."))

    async def action_quit(self) -> None:
        """End the program; asks once where something typed would be lost."""
        losing = [screen for screen in self.screen_stack if isinstance(screen, HouseScreen) and screen.keeps()]
        if losing and not self._quits:
            self._quits = True
            self.set_timer(ASK_SECONDS, self._forget_quit)
            self.warn(_("What is typed here is not saved. Ctrl+Q once more ends cabas without it."))
            return
        self.exit()

    def _forget_quit(self) -> None:
        self._quits = False

    def terminate(self) -> None:
        """The machine goes down, say: save what is typed, then end."""
        self._keep()
        self.exit()

    def hang_up(self) -> None:
        """The terminal is gone: save what is typed and wait for what is being written. Draws nothing."""
        self._keep()
        self.writer.close()

    def _keep(self) -> None:
        """Save what is typed on every screen; what one cannot save keeps no other from it."""
        for screen in self.screen_stack:
            if isinstance(screen, HouseScreen):
                try:
                    with keeping_typed():
                        screen.keep()
                except Exception as error:
                    self.note_fault(error)

    # -- errors

    def warn(self, text: str) -> None:
        """Show a warning on the screen in front, in words."""
        if isinstance(self.screen, HouseScreen):
            self.screen.warn(text)
        else:
            self.notify(text, markup=False, severity="warning")

    def show_error(self, error: BaseException) -> None:
        """Say an error on the screen in front; a fault of the program is also written down."""
        if self.explains(error):
            return
        self.note_fault(error)
        self.warn(errors.screen_words(error))

    def explains(self, error: BaseException) -> bool:
        """Whether an error comes of a newer cabas that is there by now; then that is said instead."""
        return self.updating.explains(error)

    def note_fault(self, error: BaseException) -> None:
        """Write an error down that has no words of its own."""
        if not errors.known(error):
            write_down(error)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with local variables, people's names and addresses among them.
        self.fault = self._exception
        if not self.updating.saves_from(self.fault):
            self._keep()
        self._close_messages_no_wait()

    # -- the store

    def write(
        self,
        screen: HouseScreen[Any],
        work: Callable[[], T],
        done: Callable[[T], None] | None,
        failed: Callable[[BaseException], None],
        *,
        holds: bool = False,
    ) -> None:
        """Queue a change for the one writer; see `HouseScreen.write`."""
        from screens.storing import submit

        submit(self, screen, work, done, failed, holds=holds)

    def _poll(self) -> None:
        """Every two seconds: has anybody changed something?"""
        from screens.polling import look_around

        if self.screen_stack:  # else the app is ending
            look_around(self)

    def say_aside(self, text: str) -> None:
        """Show whose sending goes on; a screen below shows it when it is in front again."""
        if text != self.aside:
            self.aside = text
            if isinstance(self.screen, HouseScreen):
                self.screen.show_aside()
