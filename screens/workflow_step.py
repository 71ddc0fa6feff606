"""One step of a workflow: what it follows, when it goes and to whom, as the sentence that it makes; and its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import Button

from screens import workflow_step_form as form
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.widgets.one_of import OneOf
from screens.widgets.one_shown import OneShown
from screens.widgets.plain import joined, plain
from screens.widgets.prose import Prose
from screens.widgets.segment_line import SegmentLine
from screens.workflow_rights import lacking_to_change
from screens.workflow_sentences import readable
from screens.workflow_words import step_sentence, timing_label, trigger_label, typed_words
from screens.workflow_wrong import wrong_with
from store.errors import Invalid, NotFound
from store.rights import Right
from store.segment_steps import NOBODY, Segment
from store.workflow_records import Audience, NewStep, Timing, Trigger
from templates.words import N_, _

if TYPE_CHECKING:
    from store.message_records import Message
    from store.workflow_records import Step, Workflow

ABOVE_TEXT = 17
"""Lines of the screen that the text does not get: sentence, fields, subject, frame."""


class WorkflowStepScreen(FormScreen):
    """The form of a step, or of a new one, which goes on to its words; leaves with the step's id."""

    NAME = "workflow_step"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    AUTO_FOCUS = "OneShown"
    HELP = N_(
        "One mail of the workflow: its event, when it goes, and to whom. Above the fields stands what that "
        "means, in one sentence.\n"
        "\n"
        "← and → choose where < > or ( ) is shown; a letter goes to the next that begins with it. **Enter** leads to "
        "the next field, **F8** or **Ctrl+S** saves.\n"
        "\n"
        "**Days** and **Hour**: so many days before or after, at this hour. 0 days is the very day. What would be too "
        "late is not sent, and the calendar says so.\n"
        "\n"
        "**To whom**: who has ordered, or not, is meant for the distribution that the mail is about. Whoever does not "
        "want such mails gets none. A change holds for all that is not made ready yet.\n"
        "\n"
        "**F4** writes the words: subject, text, files, sender. **F5** shows the mails for a distribution, a member or "
        "an order that is there; **F6** sends you one."
    )
    LABELS = form.LABELS
    BINDINGS = [
        Binding("f4", "words", N_("Words"), tooltip=N_("Write subject and text"), id="step.words"),
        Binding("f5", "preview", N_("Preview"), tooltip=N_("See the mails as they would be"), id="step.preview"),
        Binding("f6", "test", N_("Test"), tooltip=N_("Send one mail to yourself"), id="step.test"),
    ]
    NEEDS = dict.fromkeys(("save", "words", "test"), Right.MESSAGES_WRITE)

    def __init__(self, workflow_id: int, step_id: int | None = None) -> None:
        super().__init__()
        self._workflow_id = workflow_id
        self._step_id = step_id
        self._workflow: Workflow | None = None
        self._step: Step = form.USUAL
        self._message: Message | None = None
        self._used: Message | None = None
        self._is_new = step_id is None

    def heading(self) -> tuple[str, str]:
        workflow = self._workflow
        if workflow is None:
            return _("Step"), ""
        if self._step_id is None:
            return _("New step of “{title}”").format(title=workflow.title), ""
        place = [step.id for step in workflow.steps].index(self._step_id) + 1
        number = _("Step {number} of {count}").format(number=place, count=len(workflow.steps))
        return _("Step of “{title}”").format(title=workflow.title), number

    def content(self) -> ComposeResult:
        label = self.label
        triggers = [(str(trigger), trigger_label(trigger)) for trigger in Trigger]
        with VerticalScroll(can_focus=False):
            yield Prose(id="step-sentence")
            yield from row(label("trigger"), OneShown(triggers, id="form-trigger"))
            yield from row(label("timing"), OneOf([(str(t), timing_label(t)) for t in Timing], id="form-timing"))
            yield from row(label("days"), line("days", "-short", max_length=5), classes="-timed")
            yield from row(label("hour"), line("hour", "-short", max_length=20), classes="-timed")
            offered = form.audiences(form.USUAL.trigger)
            yield from row(label("audience"), OneShown(offered, id="form-audience"), classes="-whom")
            yield from row(label("segment"), SegmentLine(id="form-segment"), classes="-segment")
            words = Button(plain(_("Words…")), id="step-words-button", compact=True)
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True), words)
            yield Prose(id="form-hint")
            yield Prose(id="step-text")

    @property
    def place(self) -> str:
        """By step, or the new one of a workflow."""
        return f"step {self._step_id}" if self._step_id else f"new step of workflow {self._workflow_id}"

    def about(self) -> tuple[str, int | None] | None:
        return "workflow", self._workflow_id

    def way_back(self) -> tuple[str, Mapping[str, Any]]:
        """A new step that is saved by now is the one that is shown."""
        return self.route, {**self.parameters, "step_id": self._step_id}

    def load(self) -> Fields:
        """Read the step, its workflow and its words."""
        workflow = self._workflow = self.store.workflows.get(self._workflow_id)
        if self._step_id is None:
            self._step = replace(form.USUAL, workflow_id=workflow.id)
            return form.fields_of(self._step)
        found = next((step for step in workflow.steps if step.id == self._step_id), None)
        if found is None:
            raise NotFound("workflow_step", str(self._step_id))
        self._step = found
        self._message = self.store.messages.get(found.message_id)
        self._used = self.store.workflows.words_in_use(found.id)
        return form.fields_of(found)

    def changed(self) -> None:
        """Take over what a colleague saved; the words are shown as they are now."""
        super().changed()
        self._show_words()

    def lacks(self, node: DOMNode, action: str) -> tuple[Right, ...]:
        """What is attached goes out by itself: to change it takes the right to send."""
        workflow = self._workflow if action == "save" else None
        return lacking_to_change(self.operator, workflow) or super().lacks(node, action)

    # -- what is meant

    def on_segment_line_changed(self, event: SegmentLine.Changed) -> None:
        """Look who is meant now."""
        event.stop()
        self._touched()

    def look_again(self) -> None:
        """Say what the fields mean, as one sentence; show only what counts."""
        typed = self.typed
        if not typed:
            return
        trigger = Trigger(str(typed["trigger"]))
        self.field("audience").offer(form.audiences(trigger))
        for row_ in self.query(".-timed"):
            row_.display = typed["timing"] != Timing.AT_ONCE
        self.query_one(".-whom").display = trigger is not Trigger.RECAP
        self.query_one(".-segment").display = self._has_segment(typed)
        words = form.meant(self.store, str(typed["segment"])) if self._has_segment(typed) else ""
        self.field("segment").show(words or _("Enter chooses who gets it"))
        self.query_one("#step-sentence", Prose).update(plain(self._sentence(typed, words), "bold"))
        super().look_again()
        if (wrong := self._wrong(typed)) and not self.problems(typed):
            self.say_below("form-hint", f"! {wrong}", "bold")
        self._show_words()

    def _has_segment(self, typed: Fields) -> bool:
        return typed["audience"] == Audience.SEGMENT and typed["trigger"] != Trigger.RECAP

    def _sentence(self, typed: Fields, words: str) -> str:
        try:
            step = form.step_of(typed, self._step)
        except Invalid:
            return "…"
        subject = readable(step.subject, {"group": self.house.group.name})
        return step_sentence(replace(step, subject=subject), words)

    def _wrong(self, typed: Fields) -> str:
        """Why its words could not go on the event that is typed."""
        used, places = self._used, self._workflow.places if self._workflow is not None else ()
        try:
            return "" if used is None else wrong_with(form.step_of(typed, self._step), places, used.subject, used.text)
        except Invalid:
            return ""

    def _show_words(self) -> None:
        message = self._message
        if message is None:
            said = [plain(_("Its subject and its text are written next."), "dim")]
        elif not (message.subject + message.text).strip():
            said = [plain("! " + _("It has no words yet, so nothing can go: F4 writes them."), "bold")]
        else:
            lines = message.text.strip().split("\n")[: max(3, self.size.height - ABOVE_TEXT)]
            said = [joined(plain(_("Subject") + "  ", "dim"), plain(message.subject)), plain("")]
            said += [plain(text, "dim") for text in lines]
        if typed := typed_words(self._step, self.store.clock):
            said.insert(0, plain("! " + _("{typed}: F4, then F8").format(typed=typed), "bold"))
        self.query_one("#step-text", Prose).update(Content("\n").join(said))

    def problems(self, typed: Fields) -> list[Problem]:
        return form.problems(typed, self._step)

    def notes(self, typed: Fields) -> dict[str, str]:
        return {}

    def said(self, name: str, fields: Fields) -> str:
        """A choice by what it is called."""
        return form.said(self.store, name, fields)

    # -- whom

    def action_choose_segment(self) -> None:
        """Open the picker on the segment."""
        held = self.field("segment").value
        segment = Segment.from_json(held) if held else NOBODY
        title = _("step “{name}”").format(name=self._step.subject) if self._step.subject else _("a new step")
        self.go("picker", self.segment_chosen, segment=segment, title=title, kind="automatic", writes=False)

    def segment_chosen(self, segment: Segment | None) -> None:
        """Take what was chosen."""
        if segment is not None:
            self.field("segment").choose(segment.to_json())

    # -- saving, and the words

    def saver(self, typed: Fields) -> Callable[[], int]:
        workflows, workflow_id = self.store.workflows, self._workflow_id
        step = form.step_of(typed, self._step)
        if self._step_id is not None:
            return lambda: workflows.save_step(step).id
        new = NewStep(step.trigger, step.timing, step.days, step.hour, step.audience, step.segment)
        return lambda: workflows.add_step(workflow_id, new).id

    def saved(self, saved_id: int) -> None:
        """A new step needs words: they come next."""
        if self._step_id is not None:
            self.dismiss(saved_id)
            return
        self._step_id = saved_id
        self.start_again(self.load())
        self.show_heading()
        self.action_words()

    def untouched(self) -> None:
        """A new step may be saved just as it is proposed."""
        if self._step_id is not None:
            self.leave()
            return
        self._saving = True
        self.write(self.saver(self.typed), self._was_saved, self._failed, holds=True)

    def leaves_with(self) -> int | None:
        return self._step_id

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Save, or write the words."""
        if event.button.id == "step-words-button":
            event.stop()
            self.action_words()
        else:
            super().on_button_pressed(event)

    def action_words(self) -> None:
        """Write subject and text; a new step is saved first."""
        if self._step_id is None:
            self.action_save()
        else:
            self.go("step_words", self.words_left, workflow_id=self._workflow_id, step_id=self._step_id)

    def words_left(self, _result: object = None) -> None:
        """Back from the words: a step that was new is done with."""
        if self._is_new and not self.keeps():
            self.leave()

    def action_preview(self) -> None:
        """Walk through the mails as they would be."""
        if self._is_ready():
            self.go("step_preview", step_id=self._step_id)

    def action_test(self) -> None:
        """Ask to whom a test goes."""
        from screens.test_send import open_test

        if self._is_ready():
            open_test(self, self._step.message_id)

    def _is_ready(self) -> bool:
        if self._step_id is None or self.keeps():
            self.warn(_("Save it first: F8. What is shown and sent is what is saved."))
            return False
        return True
