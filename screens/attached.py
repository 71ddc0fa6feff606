"""Which workflows go out for a distribution, a catalogue or the group, and what each does there."""

from __future__ import annotations

from textual.binding import Binding
from textual.widgets import DataTable

from screens.attached_lines import GOES, There, mark, named, next_there, read_at, stands
from screens.attaching import ThereScreen, ThereTable
from screens.workflow_words import place_words
from store.workflow_records import Place
from templates.words import N_, _, ngettext


class WorkflowsThere(ThereTable):
    """The workflows; Enter opens the marked one."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("Open the marked workflow"), id="attached.open"),
    ]


class AttachedScreen(ThereScreen):
    """Every workflow as it stands at one place. Space attaches or leaves out, Enter opens the workflow."""

    NAME = "attached"
    HELP = N_(
        "Every workflow, and whether it goes out for what stands above: a distribution, a catalogue, or the "
        "group (new members, promotions).\n"
        "\n"
        "**Space** attaches the marked one, or takes it off. Where a workflow goes for all distributions, **Space** "
        "on one distribution leaves out that one: **[-]** stands before it then, and **Space** takes that back.\n"
        "\n"
        "Below stands what each of its steps does here, and when it goes next. What was due before is not sent when "
        "a workflow is attached.\n"
        "\n"
        "**Enter** opens the workflow, **f** all workflows."
    )
    BINDINGS = [
        Binding("f", "app.goto('workflows')", N_("Workflows"), tooltip=N_("All workflows"), id="attached.all"),
    ]
    TABLE = WorkflowsThere
    COLUMNS = (("title", N_("Workflow"), 25), ("how", N_("Here"), 23), ("next", N_("Next mail here"), 19))

    def __init__(self, scope: str, distribution_id: int | None = None, catalogue_id: int | None = None) -> None:
        super().__init__()
        self._scope = scope
        self._ids = (distribution_id, catalogue_id)
        self._place: Place | None = None

    def heading(self) -> tuple[str, str]:
        if self._place is None:
            return _("Workflows"), ""
        going = sum(row.how in GOES for row in (self.rows or {}).values())
        right = ngettext("{n} goes here", "{n} go here", going).format(n=going) if self.rows else ""
        return _("Workflows for {place}").format(place=place_words(self._place)), right

    def find(self) -> tuple[There, ...]:
        """Read every workflow there."""
        self._place = named(self.store, self._scope, *self._ids)
        return read_at(self.store, self._place)

    def key_of(self, row: There) -> str:
        """By workflow."""
        return str(row.workflow.id)

    def cells_of(self, row: There) -> list[object]:
        """Whether it goes here, and when."""
        return [mark(row), row.workflow.title, stands(row), next_there(row, self.store.clock)]

    def head_of(self, row: There) -> str:
        """The workflow."""
        return row.workflow.title

    def nothing(self) -> str:
        """Where workflows are made."""
        return _("There is no workflow yet. f leads to where ready ones are.")

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open the marked workflow."""
        event.stop()
        if (row := self.marked) is not None:
            self.go("workflow", workflow_id=row.workflow.id)
