"""Preview of a step's words: the mails that it would send for a distribution, a member or an order that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding

from screens.preview import PreviewScreen
from screens.step_occasion_words import nothing_words, occasion_words, offered
from screens.widgets.choices import Choices
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.preview import Mails
    from store.step_occasions import Occasion

ACTS = frozenset(("step", "go_to", "view", "find", "test", "write_page", "marks", "occasions"))


class StepPreviewScreen(PreviewScreen):
    """Walks through the mails that a step would send; they can be shown on another occasion."""

    NAME = "step_preview"
    ONLY_MAILS = True
    HELP = N_(
        "Each mail as it would be, if the step were due for what the first line names. **o** or F9 chooses another "
        "distribution, member or order. Those that look wrong come first, with the reason.\n"
        "\n"
        "What others get otherwise is in reverse video; **m** takes these marks away. "
        "**v** changes between the mail as mail programs show it, its plain text, and its source. "
        "**/** goes to a recipient by name.\n"
        "\n"
        "**w** writes the mail as a page for a browser into the folder `exports` beside the group's file; **t** sends "
        "you this very mail."
    )
    BINDINGS = [
        Binding("m", "marks", N_("Marks"), show=False, tooltip=N_("Mark what differs"), id="step_preview.marks"),
        Binding("o", "occasions", N_("Shown on"), tooltip=N_("Choose what it is shown on"), id="step_preview.on"),
        Binding("f9", "occasions", N_("Shown on"), show=False, tooltip=N_("Choose it"), id="step_preview.on.f9"),
    ]

    def __init__(self, step_id: int, on: str = "") -> None:
        """`on` is the key of the occasion; without one it is the most fitting."""
        super().__init__(0)
        self._step_id = step_id
        self.on = on
        self._occasions: tuple[Occasion, ...] = ()
        self._occasion: Occasion | None = None

    def heading(self) -> tuple[str, str]:
        left, right = super().heading()
        if self._occasion is not None:
            left = _("Preview for {occasion}").format(occasion=occasion_words(self._occasion))
        return left, right

    def content(self) -> ComposeResult:
        yield from super().content()
        yield Choices(id="choices")

    def _read(self) -> Mails:
        from mail.step_preview import step_preview
        from store.step_occasions import chosen, step_occasions

        self._occasions = step_occasions(self.store, self._step_id)
        self._occasion = chosen(self._occasions, self.on)
        self._message_id = self.store.workflows.step(self._step_id).message_id
        preview = step_preview(self.store, self._step_id, self.on)
        preview.sort()
        return preview

    def nobody_words(self) -> str:
        """That there is nobody, or nothing to show it on."""
        if self._occasion is None:
            return nothing_words()
        if self._occasion.member_id is not None:
            words = _("{name} gets no mail: has no e-mail, or does not want such mails. o shows it on something else.")
            return words.format(name=self._occasion.name)
        return _("Nobody would get this mail here: o shows it on something else.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is to be chosen, keys are for that."""
        choices = self.query(Choices)
        if choices and choices.first().display and action in ACTS:
            return False
        return super().check_action(action, parameters)

    def action_occasions(self) -> None:
        """Offer what the words can be shown on."""
        if self._occasions:
            self.query_one(Choices).offer(*offered(self._occasions))
        else:
            self.say(nothing_words())

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Show them on that."""
        event.stop()
        self.on = event.value.key
        self.on_ask_left()
        self.changed()

    def on_choices_left(self) -> None:
        """Back to the mail."""
        self.on_ask_left()
