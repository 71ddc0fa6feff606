"""What is asked and offered over the text of a draft: questions, fields, ready texts, advice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.widget import Widget
from textual.widgets import Input

from screens.channel_texts import EMAIL
from screens.compose_advice import AdviceList, Mending
from screens.compose_onward import OnwardScreen
from screens.compose_parts import Bodies, Body
from screens.compose_starters import StarterList, Starters
from screens.draft_apart import Words
from screens.field_choices import FieldChoice, field_choices
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from templates.words import _

if TYPE_CHECKING:
    from screens.advice import Advice
    from screens.compose_around import Around

ACTS = frozenset(("field", "preview", "test", "starter", "send", "later", "sender", "people", "out", "details", "files",
                  "advice", "keep_starter", "delete", "leave", "channels", "text", "voucher"))  # fmt: skip


class AskingScreen(OnwardScreen):
    """A draft over whose text something may be asked; while it is, the answer comes first."""

    def __init__(self) -> None:
        super().__init__()
        self._around: Around | None = None
        self._before: Widget | None = None
        self._typing_in: Input | Body | None = None
        self._starters = Starters(self)
        self._mending = Mending(self)
        self._over_text = (Ask(), Choices(id="choices"), StarterList(id="starters"), AdviceList())

    def words(self) -> Words:
        """What is typed now."""
        raise NotImplementedError

    def show_text(self, name: str) -> None:
        """Show the text of this name."""
        raise NotImplementedError

    @property
    def body(self) -> Body:
        """The text in view."""
        return self.query_one(Bodies).shown

    def _advice(self) -> list[Advice]:
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is asked, the answer comes first."""
        return not self._asked or action not in ACTS

    @property
    def _asked(self) -> bool:
        return any(widget.display for widget in self._over_text)

    def ask(self, question: str, answered: Callable[[str], None], typed: str | None = None) -> None:
        """Ask something; the cursor comes back to where it was."""
        self._remember()
        self.query_one(Ask).ask(question, answered, typed=typed)

    def _remember(self) -> None:
        if self.focused is not None and self.focused not in self._over_text and self.focused.id != "answer":
            self._before = self.focused

    def _back(self) -> None:
        # One question may follow another before word comes that the first is closed.
        if not self._asked:
            before = self._before
            (before if before is not None and before.display else self.body).focus()

    def on_ask_left(self) -> None:
        """The question is closed: back to where the cursor was."""
        self._back()

    def on_choices_left(self) -> None:
        """Back to where the cursor was."""
        self._back()

    def on_advice_list_left(self) -> None:
        """Back to where the cursor was."""
        self._back()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Put it in."""
        event.stop()
        self._back()
        if isinstance(event.value, FieldChoice):
            self._put_field(event.value)
        else:
            self._starters.take(event.value)

    def on_advice_list_chosen(self, event: AdviceList.Chosen) -> None:
        """Mend it."""
        event.stop()
        self._back()
        self._mending.mend(event.advice)

    # -- acts

    def action_advice(self) -> None:
        """Show the advice with its reasons."""
        advice = self._advice()
        if advice:
            self._remember()
            self.query_one(AdviceList).offer(advice)
        else:
            self.say(_("There is no advice on a message that has not been begun."))

    def action_field(self) -> None:
        """Offer the fields."""
        self._remember()
        focused = self.focused
        into_subject = isinstance(focused, Input) and focused.id == "subject"
        self._typing_in = focused if isinstance(focused, Input) and into_subject else self.body
        found = field_choices(self.store, self._around.fits if self._around is not None else ())
        offered: list[tuple[str, str, Any]] = [(f.name, f"! {f.why}" if f.why else f.says, f) for f in found]
        self.query_one("#choices", Choices).offer(offered, 26, dim={n for n, f in enumerate(found) if f.why})

    def put(self, text: str) -> None:
        self.show_text(EMAIL)
        self.body.insert(text)
        self.body.focus()

    def _put_field(self, field: FieldChoice) -> None:
        target = self._typing_in or self.body
        if isinstance(target, Body):
            target.insert(field.insert)
        else:
            target.insert_text_at_cursor(field.insert)
        target.focus()
        if field.why:
            self.warn(field.why)

    def action_starter(self) -> None:
        """Offer the ready texts, those for such a segment first."""
        self._remember()
        self._starters.offer()

    def action_starters_in(self, step: int) -> None:
        """Show the ready texts in another language."""
        self._starters.turn(step)

    def action_keep_starter(self) -> None:
        """Keep these words as a ready text."""
        self._starters.keep()

    def action_forget_starter(self) -> None:
        """Delete the marked ready text, if it is one of the group's own."""
        self._starters.forget()
