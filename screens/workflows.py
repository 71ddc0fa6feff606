"""Workflows: the mails that go out by themselves, what they are attached to, and when the next one goes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import DataTable

from screens.asking_title import ask_title
from screens.base import HouseScreen
from screens.text import fitted
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell
from screens.workflow_rights import lacking_to_change
from screens.workflow_templates import TemplateList, Templates, template_words
from screens.workflows_lines import Found, Listed, described, goes_to, going, read_workflows, row_of, set_up
from store.rights import Right
from templates.words import N_, _

if TYPE_CHECKING:
    from store.workflow_records import Place, Workflow

COLUMNS = (
    ("title", N_("Workflow"), 22),
    ("to", N_("Attached to"), 17),
    ("next", N_("Next mail"), 19),
    ("saved", N_("Last saved"), 12),
)
TITLE = 24
"""Cells of a title in a question."""
OF_ONE = ("open", "attach", "duplicate", "rename", "delete", "pause", "resume")


class WorkflowsTable(HouseTable):
    """The list; Enter opens the marked one."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("Its mails, and when they go"), id="workflows.open")
    ]


class WorkflowsScreen(HouseScreen[None]):
    """The workflows by title, and what the marked one sends."""

    NAME = "workflows"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "A workflow is one mail or several that go out by themselves: a last call the day before ordering closes, a "
        "reminder of the pick-up, a welcome to a new member.\n"
        "\n"
        "**t** makes one from a ready workflow, with its texts; **n** begins an empty one. **Enter** opens the marked "
        "one: there its mails are changed.\n"
        "\n"
        "Nothing goes before a workflow is attached to something: **o** attaches it to every distribution, to one of "
        "them, to a catalogue, or to the group (new members, promotions). **p** lets it rest for a while, and go on. "
        "**v** shows the calendar of all that will go.\n"
        "\n"
        "**d** makes a copy under a new title, attached nowhere. **x** deletes one; what has gone out stays."
    )
    NEEDS = {
        **dict.fromkeys(("new", "template", "duplicate", "rename", "delete"), Right.MESSAGES_WRITE),
        **dict.fromkeys(("pause", "resume"), Right.MESSAGES_SEND),
    }
    BINDINGS = [
        Binding("n", "new", N_("New"), tooltip=N_("Begin an empty workflow"), id="workflows.new"),
        Binding("t", "template", N_("Ready ones"), tooltip=N_("Make one from a ready workflow"), id="workflows.ready"),
        Binding("o", "attach", N_("Attach"), tooltip=N_("Say what it goes out for"), id="workflows.attach"),
        Binding("p", "pause", N_("Pause"), tooltip=N_("Let nothing of it go for a while"), id="workflows.pause"),
        Binding("p", "resume", N_("Go on"), tooltip=N_("Let it go on"), id="workflows.resume"),
        Binding("v", "calendar", N_("Calendar"), tooltip=N_("All that will go out"), id="workflows.calendar"),
        Binding("d", "duplicate", N_("Copy"), tooltip=N_("A copy under a new title"), id="workflows.copy"),
        Binding("r", "rename", N_("Rename"), tooltip=N_("Give it another title"), id="workflows.rename"),
        Binding("x", "delete", N_("Delete"), tooltip=N_("Delete it with its texts"), id="workflows.delete"),
        Binding("delete", "delete", N_("Delete"), show=False, tooltip=N_("Delete it"), id="workflows.del"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="workflows.leave"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: Found | None = None
        self._rows: dict[str, Listed] = {}
        self._wanted: int | None = None
        self._ends = ""
        self.templates = Templates(self)

    def heading(self) -> tuple[str, str]:
        return _("Workflows"), going(self._found, self.store.clock) if self._found is not None else ""

    def content(self) -> ComposeResult:
        yield Prose(id="workflows-none")
        yield WorkflowsTable(id="workflows-list")
        yield TemplateList(id="workflows-ready")
        yield Prose(id="workflows-detail")
        yield Ask()

    def on_mount(self) -> None:
        """Lay the columns out, then list."""
        table = self.query_one(WorkflowsTable)
        for key, title, width in COLUMNS:
            table.add_column(cell(_(title)), width=width, key=key)
        table.grow(title=40, to=60)
        self.query_one("#workflows-none").display = False
        self._list(holds=True)

    def on_resize(self) -> None:
        """Break the sentences anew."""
        self._show_detail()

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool) -> None:
        self.read(partial(read_workflows, self.store), self._take, holds=holds)

    def _take(self, found: Found) -> None:
        if self._found is None and (said := set_up(found)):
            self.say(said)
        self._found = found
        self._rows = {str(row.workflow.id): row for row in found.rows}
        table = self.query_one(WorkflowsTable)
        table.fill((key, row_of(row, self.store.clock)) for key, row in self._rows.items())
        if self._wanted is not None and str(self._wanted) in self._rows:
            table.move_cursor(row=table.get_row_index(str(self._wanted)), animate=False)
        self._wanted = None
        self._lay_out()
        self.show_heading()

    def _lay_out(self) -> None:
        """Show the list, or what to do where it is empty; while a ready one is chosen, those."""
        choosing, there = self._choosing, bool(self._rows)
        table, none = self.query_one(WorkflowsTable), self.query_one("#workflows-none", Prose)
        table.display, none.display = there and not choosing, not there and not choosing
        none.update(plain(self._nothing()))
        if table.display and self.focused is None:
            table.focus()
        self._show_detail()
        self.refresh_bindings()

    def _nothing(self) -> str:
        if self.operator.may(Right.MESSAGES_WRITE):
            return _(
                "No mail goes out by itself yet. t offers ready workflows with their texts: a last call, a reminder of "
                "the pick-up, a welcome. n begins an empty one."
            )
        return _("No mail goes out by itself yet. Who may write messages makes a workflow here.")

    @property
    def _choosing(self) -> bool:
        return bool(self.query_one(TemplateList).display)

    @property
    def _marked(self) -> Listed | None:
        found = self.query(WorkflowsTable)
        return self._rows.get(found.first().current_key or "") if found else None

    def on_data_table_row_highlighted(self) -> None:
        """Say more of the marked one."""
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        ready, row = self.query_one(TemplateList).marked, self._marked
        said = Content("")
        if ready is not None:
            said = Content("\n").join(template_words(self.store, ready, self.size.width - 2))
        elif row is not None:
            said = described(row, self.store.clock, self.size.width - 2)
        self.query_one("#workflows-detail", Prose).update(said)

    def lacks(self, node: DOMNode, action: str) -> tuple[Right, ...]:
        """What goes out by itself already is only deleted by who may send."""
        row = self._marked if action.removeprefix("screen.") == "delete" else None
        workflow = row.workflow if row is not None else None
        return lacking_to_change(self.operator, workflow) or super().lacks(node, action)

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done with a workflow needs one; while a ready one is chosen, letters look for it."""
        row = self._marked
        if action in OF_ONE and (row is None or self._choosing):
            return False
        if action in ("pause", "resume") and row is not None:
            return row.workflow.paused is (action == "resume")
        return not self._choosing if action in ("new", "template") else True

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open the marked one."""
        event.stop()
        if (row := self._marked) is not None:
            self.say("")
            self.go("workflow", workflow_id=row.workflow.id)

    def action_attach(self) -> None:
        """Say what it goes out for."""
        if (row := self._marked) is not None:
            self.say("")
            self.go("workflow_places", workflow_id=row.workflow.id)

    def action_calendar(self) -> None:
        """Show all that will go out."""
        self.go("calendar")

    # -- making one

    def action_new(self) -> None:
        """Begin an empty one."""
        ask_title(self, _("What is it called?"), self.store.workflows.new, self.made)

    def made(self, workflow_id: int) -> None:
        """Open the one that was made: its mails come next."""
        self._wanted = workflow_id
        self.say("")
        self._list(holds=True)
        self.go("workflow", workflow_id=workflow_id)

    def action_template(self) -> None:
        """Offer those that come with the program."""
        self.templates.offer()
        self._lay_out()

    def action_templates_in(self, step: int) -> None:
        """Show them in another language."""
        self.templates.turn(step)
        self._show_detail()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Make one from it."""
        event.stop()
        self.say("")
        self._lay_out()
        self.templates.take(event.value)

    def on_choices_left(self, event: Choices.Left) -> None:
        """None is taken."""
        event.stop()
        self.say("")
        self._lay_out()
        self.query_one(WorkflowsTable).focus()

    def action_duplicate(self) -> None:
        """Make a copy under a new title."""
        if (row := self._marked) is None:
            return
        workflow, workflows = row.workflow, self.store.workflows

        def done(copy_id: int) -> None:
            self.say(_("The copy is attached nowhere yet: o says for what it goes out."))
            self._wanted = copy_id
            self._list(holds=False)

        copy = partial(workflows.duplicate, workflow.id)
        ask_title(self, _("Title of the copy"), copy, done, _("{title} (copy)").format(title=workflow.title))

    # -- changing one

    def action_rename(self) -> None:
        """Give the marked one another title."""
        if (row := self._marked) is not None:
            workflow, workflows = row.workflow, self.store.workflows
            ask_title(
                self,
                _("Its title"),
                lambda title: workflows.rename(workflow.id, title, workflow.version),
                lambda _none: self._saved(workflow.id, _("Saved.")),
                workflow.title,
            )

    def _saved(self, workflow_id: int, said: str) -> None:
        self.say(said)
        self._wanted = workflow_id
        self._list(holds=False)

    def action_pause(self) -> None:
        """Let nothing of it go for a while."""
        self._pause(True, _("“{title}” is paused: nothing of it goes until p lets it go on."))

    def action_resume(self) -> None:
        """Let it go on."""
        self._pause(False, _("“{title}” goes on; what was due meanwhile does not go any more."))

    def _pause(self, paused: bool, said: str) -> None:
        if (row := self._marked) is None:
            return
        workflow = row.workflow
        pause = partial(self.store.workflows.pause, workflow.id, paused)
        self.write(pause, lambda _none: self._saved(workflow.id, said.format(title=workflow.title)), holds=True)

    def action_delete(self) -> None:
        """Delete the marked one; asks once, and says what it goes out for."""
        if (row := self._marked) is None:
            return
        workflow = row.workflow
        self.house.drop_keys()  # what was typed ahead, Enter too, is no answer to what nobody has read yet
        self.say("")
        if workflow.places:
            self._ends = _("It goes out for {places}: that ends.").format(places=goes_to(workflow.places))
            self.warn(self._ends)
        question = _("Delete “{title}”? Enter: yes, Esc: no").format(title=_cut(workflow.title))
        self.query_one(Ask).ask(question, lambda _yes: self._delete(workflow))

    def _delete(self, workflow: Workflow) -> None:
        def done(_places: tuple[Place, ...]) -> None:
            self.say(_("“{title}” is deleted.").format(title=workflow.title))
            self._list(holds=False)

        self.write(partial(self.store.workflows.delete, workflow.id), done, holds=True)

    # -- asking

    def on_ask_left(self) -> None:
        """Back to the list; what the question said goes with it."""
        if self._ends and self.shows(self._ends):
            self.say("")
        if not self.query_one(Ask).display:
            self.query_one(WorkflowsTable).focus()


def _cut(title: str) -> str:
    """A title in a question, which has one line."""
    return fitted(title, TITLE).rstrip()
