"""What a workflow is attached to: all distributions, one of them, a catalogue, the group; and what it leaves out."""

from __future__ import annotations

from textual.widgets import DataTable

from screens.attached_lines import There, mark, next_there, place_cell, read_of, stands
from screens.attaching import ThereScreen
from templates.words import N_, _


class WorkflowPlacesScreen(ThereScreen):
    """Every place as a workflow stands there. Space or Enter attaches it, leaves it out, or takes that back."""

    NAME = "workflow_places"
    HELP = N_(
        "What one workflow goes out for: all distributions to come, single ones, a catalogue, or the group "
        "(new members, promotions).\n"
        "\n"
        "**Space** attaches the workflow to the marked line, or takes it off. Where it goes for all distributions, "
        "**Space** on one of them leaves out that one: **[-]** stands before it then, and **Space** takes that back.\n"
        "\n"
        "Below stands what each of its steps does there, and when it goes next. A line without brackets is one where "
        "none of its steps has anything to do. What was due before is not sent when it is attached."
    )
    COLUMNS = (("place", N_("Goes out for"), 31), ("how", N_("Attached"), 21), ("next", N_("Next mail"), 19))

    def __init__(self, workflow_id: int) -> None:
        super().__init__()
        self._workflow_id = workflow_id

    def heading(self) -> tuple[str, str]:
        if not self.rows:
            return _("What it goes out for"), ""
        workflow = next(iter(self.rows.values())).workflow
        title = _("What “{title}” goes out for").format(title=workflow.title)
        return title, _("paused") if workflow.paused else ""

    def find(self) -> tuple[There, ...]:
        """Read how it stands everywhere."""
        return read_of(self.store, self._workflow_id)

    def key_of(self, row: There) -> str:
        """By place."""
        place = row.place
        return f"{place.scope} {place.distribution_id or place.catalogue_id or ''}"

    def cells_of(self, row: There) -> list[object]:
        """Whether it goes out for it, and when."""
        return [mark(row), place_cell(row.place), stands(row), next_there(row, self.store.clock)]

    def head_of(self, row: There) -> str:
        """The place."""
        return place_cell(row.place)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter and a click switch, too."""
        event.stop()
        self.action_switch()
