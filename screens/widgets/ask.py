"""One line that asks for a word, or for Enter, and goes away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from screens.widgets.field import Field
from screens.widgets.plain import plain
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.base import HouseScreen


class Ask(Horizontal):
    """A question with room to type the answer; hidden until `ask`. Enter answers, Esc or F3 closes (`Left`)."""

    BINDINGS = [
        Binding("enter", "answer(True)", N_("Yes"), priority=True, tooltip=N_("Say yes"), id="ask.yes"),
        Binding(
            "enter", "answer", N_("Go on"), priority=True, tooltip=N_("Answer with what is typed"), id="ask.answer"
        ),
        Binding("escape,f3", "leave", N_("Close"), tooltip=N_("Close the question, change nothing"), id="ask.leave"),
    ]
    DEFAULT_CSS = """
    Ask { display: none; height: 1; width: 100%; }
    Ask > #question { width: auto; max-width: 90%; padding: 0 1; text-style: bold; }
    Ask > #answer { width: 1fr; }
    """

    class Left(Message):
        """The question was closed or answered."""

    def __init__(self) -> None:
        super().__init__(id="ask")
        self._answered: Callable[[str], None] | None = None
        self._only_enter = False

    def compose(self) -> ComposeResult:
        yield Static(id="question")
        yield Field(id="answer", compact=True)

    def ask(
        self, question: str, answered: Callable[[str], None], typed: str | None = None, *, secret: bool = False
    ) -> None:
        """Ask; `answered` gets what is typed. `typed` is there to begin with; None: only Enter is asked for.

        Where only Enter is asked for, Enter behind anything typed is no yes: it may have been an "n".
        A `secret` answer is not shown and keeps its spaces.
        """
        self._answered = answered
        self._only_enter = typed is None
        self.query_one("#question", Static).update(plain(question))
        line = self.query_one("#answer", Input)
        with self.prevent(Input.Changed):
            line.value = typed or ""
        line.password = secret
        self.display = True
        self.refresh_bindings()
        line.focus()
        line.select_all()  # what is proposed gives way to what is typed, also where one question follows another

    @property
    def typed(self) -> str:
        """What is typed so far; empty while nothing is asked."""
        return self.query_one("#answer", Input).value.strip() if self.display else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter says yes, or takes what is typed."""
        return bool(parameters) is self._only_enter if action == "answer" else True

    def action_answer(self, _yes: bool = False) -> None:
        """Take the answer."""
        line, answered = self.query_one("#answer", Input), self._answered
        value = line.value if line.password else line.value.strip()
        line.value = ""
        self._close()
        if self._only_enter and value:
            cast("HouseScreen[object]", self.screen).say(
                _("Nothing was done: Enter alone, without a letter, says yes.")
            )
            return
        if answered is not None:
            answered(value)

    def action_leave(self) -> None:
        """Close the question."""
        self._close()

    def on_ask_left(self, event: Left) -> None:
        """Where the answer led to another question, that one has the keys by now: nobody is told to take them."""
        if self.display:
            event.stop()

    def _close(self) -> None:
        self.display = False
        self._answered = None
        self.post_message(self.Left())
