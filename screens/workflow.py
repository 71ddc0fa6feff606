"""One workflow: a sentence for each of its steps, what it is attached to, and what goes next."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import OptionList

from screens.asking_title import ask_title
from screens.base import HouseScreen
from screens.deleted import leave_deleted
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.steps import Steps
from screens.workflow_lines import Page, heading_words, page_lines, read_page, step_lines
from screens.workflow_rights import lacking_to_change
from store.rights import Right
from templates.words import N_, _

if TYPE_CHECKING:
    from store.workflow_records import Step

EDITS = ("select", "add", "remove", "move")
"""What changes steps: of a workflow that is attached, it takes the right to send."""


class StepList(Steps):
    """The steps by number; Enter changes the marked one, J and K move it."""

    NEEDS = {"select": Right.MESSAGES_WRITE}
    BINDINGS = [
        Binding("enter", "select", N_("Change"), tooltip=N_("Change when it goes and to whom"), id="workflow.change"),
    ]


class WorkflowScreen(HouseScreen[None]):
    """A workflow. Enter and letters act on the marked step, o and p on all of it."""

    NAME = "workflow"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "One workflow with its steps: each line says when a mail goes, to whom, and its subject.\n"
        "\n"
        "**Enter** changes when the marked step goes and to whom, **w** its words. **a** adds a step, **x** removes "
        "the marked one, **J** moves it down in the list and **K** up; they go at their own hours, whatever their "
        "order here.\n"
        "\n"
        "**o** says what the workflow is attached to: every distribution to come, one of them, a catalogue, or the "
        "group. There single distributions are left out, too. What was due before it was attached does not go.\n"
        "\n"
        "**p** lets it rest, and go on. **v** shows everything that will go out, day by day."
    )
    NEEDS = {
        **dict.fromkeys(("add", "remove", "move", "rename"), Right.MESSAGES_WRITE),
        **dict.fromkeys(("pause", "resume"), Right.MESSAGES_SEND),
    }
    BINDINGS = [
        Binding("a", "add", N_("Add a step"), tooltip=N_("Add a mail that goes by itself"), id="workflow.add"),
        Binding("w", "words", N_("Words"), tooltip=N_("What the mail says"), id="workflow.words"),
        Binding("o", "attach", N_("Attach"), tooltip=N_("Say what it goes out for"), id="workflow.attach"),
        Binding("p", "pause", N_("Pause"), tooltip=N_("Let nothing of it go for a while"), id="workflow.pause"),
        Binding("p", "resume", N_("Go on"), tooltip=N_("Let it go on"), id="workflow.resume"),
        Binding("x", "remove", N_("Remove"), tooltip=N_("Remove the marked step"), id="workflow.remove"),
        Binding("delete", "remove", N_("Remove"), show=False, tooltip=N_("Remove the step"), id="workflow.del"),
        Binding("v", "calendar", N_("Calendar"), tooltip=N_("All that will go out"), id="workflow.calendar"),
        Binding("J", "move(1)", N_("Down"), tooltip=N_("Move the step down in the list"), id="workflow.down"),
        Binding("K", "move(-1)", N_("Up"), tooltip=N_("Move the step up in the list"), id="workflow.up"),
        Binding("alt+down", "move(1)", N_("Down"), show=False, tooltip=N_("Move it down"), id="workflow.down.alt"),
        Binding("alt+up", "move(-1)", N_("Up"), show=False, tooltip=N_("Move it up"), id="workflow.up.alt"),
        Binding("r", "rename", N_("Rename"), tooltip=N_("Give it another title"), id="workflow.rename"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="workflow.leave"),
    ]

    def __init__(self, workflow_id: int) -> None:
        super().__init__()
        self._workflow_id = workflow_id
        self._page: Page | None = None
        self._wanted: int | None = None

    def heading(self) -> tuple[str, str]:
        if self._page is None:
            return _("Workflow"), ""
        title = _("Workflow “{title}”").format(title=self._page.workflow.title)
        return title, heading_words(self._page, self.store.clock)

    def content(self) -> ComposeResult:
        yield StepList(id="workflow-steps")
        yield Prose(id="workflow-none")
        yield Prose(id="workflow-detail")
        yield Ask()

    def on_mount(self) -> None:
        """Show it."""
        self._show(holds=True)

    def changed(self) -> None:
        self._show(holds=False)

    def on_resize(self) -> None:
        """Break the sentences anew."""
        if self._page is not None:
            self._show_steps(self._page)

    def _show(self, *, holds: bool) -> None:
        read = partial(read_page, self.store, self._workflow_id)
        self.read(read, self._take, failed=partial(leave_deleted, self), holds=holds)

    def _take(self, page: Page) -> None:
        self._page = page
        self._show_steps(page)
        ids = [step.id for step in page.workflow.steps]
        if self._wanted in ids:
            self.query_one(StepList).highlighted = ids.index(self._wanted)
        self._wanted = None
        self.show_heading()
        self.refresh_bindings()

    def _show_steps(self, page: Page) -> None:
        listed, none = self.query_one(StepList), self.query_one("#workflow-none", Prose)
        there = bool(page.sentences)
        listed.display, none.display = there, not there
        none.update(plain(_("There is no step in it yet. a adds the first one: when it goes, to whom, and its words.")))
        if there:
            first = listed.highlighted is None
            listed.show(step_lines(page, self.store.clock, self.size.width - 2))
            if first:
                listed.highlighted = 0
            if self.focused is None:
                listed.focus()
        lines = page_lines(page, self.store.clock, self.size.width - 2)
        self.query_one("#workflow-detail", Prose).update(Content("\n").join(lines))

    @property
    def _place(self) -> int:
        found = self.query(StepList)
        return (found.first().highlighted or 0) if found else 0

    @property
    def _marked(self) -> Step | None:
        found = self._page.workflow.steps if self._page is not None else ()
        return found[self._place] if self._place < len(found) else None

    # -- rights

    def lacks(self, node: DOMNode, action: str) -> tuple[Right, ...]:
        """What goes out by itself already is only changed by who may send."""
        name = action.removeprefix("screen.").partition("(")[0]
        workflow = self._page.workflow if self._page is not None and name in EDITS else None
        return lacking_to_change(self.operator, workflow) or super().lacks(node, action)

    # -- the steps

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done with a step needs one."""
        page = self._page
        if page is None:
            return action not in ("add", "words", "remove", "move", "pause", "resume", "rename", "attach")
        if action in ("words", "remove"):
            return self._marked is not None
        if action == "move":
            return len(page.workflow.steps) > 1
        if action in ("pause", "resume"):
            return page.workflow.paused is (action == "resume")
        return True

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Change when the marked step goes and to whom."""
        event.stop()
        if (step := self._marked) is not None:
            self._wanted = step.id
            self.go("workflow_step", workflow_id=self._workflow_id, step_id=step.id)

    def action_add(self) -> None:
        """Add a step."""
        self.go("workflow_step", self._added, workflow_id=self._workflow_id, step_id=None)

    def _added(self, step_id: int | None) -> None:
        """Mark the one that was added."""
        if step_id is not None:
            self._wanted = step_id
            self._show(holds=True)

    def action_words(self) -> None:
        """Open what the marked step says; who may not change it sees it as it would arrive."""
        if (step := self._marked) is None:
            return
        if self.lacks(self, "add"):
            self.go("step_preview", step_id=step.id)
        else:
            self.go("step_words", workflow_id=self._workflow_id, step_id=step.id)

    def action_move(self, by: int) -> None:
        """Move the marked step in the list."""
        if (step := self._marked) is not None:
            self._wanted = step.id
            move = partial(self.store.workflows.move_step, step.id, by)
            self.write(move, lambda _none: self._show(holds=True), holds=True)

    def action_remove(self) -> None:
        """Remove the marked step with its words; asks once."""
        if (step := self._marked) is None:
            return
        self.house.drop_keys()  # what was typed ahead, Enter too, is no answer to what nobody has read yet
        question = _("Remove step {n} with its words? Enter: yes, Esc: no").format(n=self._place + 1)
        self.query_one(Ask).ask(question, lambda _yes: self._remove(step))

    def _remove(self, step: Step) -> None:
        def done(_none: None) -> None:
            self.say(_("The step is removed; what has gone out stays."))
            self._show(holds=True)

        self.write(partial(self.store.workflows.remove_step, step.id), done, holds=True)

    # -- the whole of it

    def action_attach(self) -> None:
        """Say what it goes out for."""
        self.go("workflow_places", workflow_id=self._workflow_id)

    def action_calendar(self) -> None:
        """Show all that will go out."""
        self.go("calendar")

    def action_pause(self) -> None:
        """Let nothing of it go for a while."""
        self._pause(True, _("It is paused: nothing of it goes until p lets it go on."))

    def action_resume(self) -> None:
        """Let it go on."""
        self._pause(False, _("It goes on; what was due meanwhile does not go any more."))

    def _pause(self, paused: bool, said: str) -> None:
        def done(_none: None) -> None:
            self.say(said)
            self._show(holds=False)

        self.write(partial(self.store.workflows.pause, self._workflow_id, paused), done, holds=True)

    def action_rename(self) -> None:
        """Give it another title."""
        if self._page is None:
            return
        workflow, workflows = self._page.workflow, self.store.workflows

        def done(_none: None) -> None:
            self.say(_("Saved."))
            self._show(holds=False)

        rename = lambda title: workflows.rename(workflow.id, title, workflow.version)  # noqa: E731
        ask_title(self, _("Its title"), rename, done, workflow.title)

    def on_ask_left(self) -> None:
        """Back to the steps."""
        if not self.query_one(Ask).display:
            self.query_one(StepList).focus()
