"""A distribution once more: next week, or as a series of dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import DataTable, Input, Static

from screens.base import HouseScreen
from screens.catalogue_rule import moment_for
from screens.distribution_lines import closings, hours, later
from screens.member_form import day_text
from screens.moments import day_of
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import TableBelowLine, cell
from templates.words import N_, _, dates, ngettext, pgettext

if TYPE_CHECKING:
    from store import Store
    from store.catalogues import Catalogue
    from store.distributions import Distribution

MOST, MOST_WEEKS = 53, 52
"""So many days at most in one go, and so many weeks from one to the next."""


@dataclass(frozen=True)
class Source:
    """What is copied, its catalogues that are still offered, and the days that are taken at the same place already."""

    distribution: Distribution
    catalogues: tuple[Catalogue, ...]
    taken: frozenset[date]


def read_source(store: Store, distribution_id: int) -> Source:
    """The distribution, and the days on which there is one already."""
    found = store.distributions.get(distribution_id)
    offered = [one for one in store.catalogues.all() if found.catalogue(one.id) is not None]
    rows = store.distributions.rows(MOST * MOST_WEEKS, from_day=store.clock.today())
    taken = frozenset(row.day for row in rows if row.place == found.place and not row.cancelled)
    return Source(found, tuple(offered), taken)


def closing_on(source: Source, catalogue: Catalogue, day: date) -> datetime | None:
    """When a catalogue closes for another day: by its rule; one with hours of its own, as many days before."""
    offered = source.distribution.catalogue(catalogue.id)
    if offered is not None and offered.own_hours:
        return None if offered.closes is None else offered.closes + (day - source.distribution.day)
    if catalogue.closes_days_before is None or catalogue.closes_at is None:
        return None
    return moment_for(day, catalogue.closes_days_before, catalogue.closes_at)


class DaysTable(TableBelowLine):
    """The days; Space takes one out or back in."""

    LINE = "#copy-count"
    BINDINGS = [
        Binding("space", "screen.tick", N_("Leave out"), tooltip=N_("Without this day, or with it"), id="copy.tick"),
    ]


class DistributionCopyScreen(HouseScreen["tuple[int, ...] | None"]):
    """Leaves with the ids of what was planned."""

    NAME = "distribution_copy"
    IS_FORM = True
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "The same distribution once more: hours, place, note and catalogues. Each catalogue opens and closes as many "
        "days before.\n"
        "\n"
        "**Enter** plans the days that are listed. For a series type how many; **Tab** leads to the weeks from one to "
        "the next, and to the first day.\n"
        "\n"
        "**↓** leads to the days: **Space** leaves one out, such as a holiday. Days that have a distribution at this "
        "place already are left out."
    )
    BINDINGS = [
        Binding("enter", "plan", N_("Plan them"), priority=True, tooltip=N_("Plan the ticked days"), id="copy.plan"),
        Binding("f8", "plan", N_("Plan them"), show=False, tooltip=N_("Plan the ticked days"), id="copy.plan.f8"),
        Binding("down", "days", N_("Leave one out"), tooltip=N_("Go to the days"), id="copy.days"),
    ]
    AUTO_FOCUS = "#copy-count"

    def __init__(self, distribution_id: int) -> None:
        super().__init__()
        self._distribution_id = distribution_id
        self._source: Source | None = None
        self._without: set[date] = set()
        self._proposed = ""
        self._saving = False

    def heading(self) -> tuple[str, str]:
        if self._source is None:
            return _("Copy a distribution"), ""
        return _("Copy {day}").format(day=dates.day(self._source.distribution.day, year=True)), ""

    def content(self) -> ComposeResult:
        with Horizontal(id="copy-line"):
            yield Static(plain(pgettext("distributions", "How many")))
            yield Input("1", id="copy-count", compact=True)
            yield Static(plain(_("every so many weeks")))
            yield Input("1", id="copy-weeks", compact=True)
            yield Static(plain(_("from")))
            yield Input(id="copy-first", compact=True)
        yield DaysTable(id="copy-days", header=False)
        yield Prose(id="copy-about")

    def on_mount(self) -> None:
        """Propose the next week."""
        table = self.query_one(DaysTable)
        table.add_column(cell(""), width=24)
        table.add_column(cell(""), width=50)
        self._take(read_source(self.store, self._distribution_id))
        self._propose()

    def _propose(self) -> None:
        """Begin at the first step after what is copied that is free, unless another first day is typed."""
        first, weeks = self.query_one("#copy-first", Input), self._number("weeks", MOST_WEEKS)
        if self._source is not None and weeks is not None and first.value == self._proposed:
            day = later(self._source.distribution.day, self.store.clock.today(), weeks)
            while self._is_taken(day):
                day += timedelta(weeks=weeks)
            self._proposed = first.value = day_text(day)

    def changed(self) -> None:
        self.read(lambda: read_source(self.store, self._distribution_id), self._take)

    def _take(self, source: Source) -> None:
        self._source = source
        self.show_heading()
        self._show()

    def keys_now(self) -> list[tuple[str, str]]:
        """In a field ↓ is the field's own, and would not be named."""
        if not isinstance(self.focused, Input):
            return []
        keys = [("↓", _("Leave one out"))] if self._days else []
        return [(_("Enter"), _("Plan them")), *keys, (_("Tab"), _("Next field")), ("F3", _("Leave")), ("F1", _("Help"))]

    # -- the days

    @property
    def _days(self) -> list[date]:
        """As many free days as are typed, and those between that are taken; none while a field cannot be read."""
        count, weeks = self._number("count", MOST), self._number("weeks", MOST_WEEKS)
        try:
            first = day_of(self.query_one("#copy-first", Input).value, self.store.clock.today())
        except ValueError:
            return []
        if first is None or count is None or weeks is None:
            return []
        days = [first]
        while sum(not self._is_taken(day) for day in days) < count:
            days.append(days[-1] + timedelta(weeks=weeks))
        return days

    def _is_taken(self, day: date) -> bool:
        """Whether there is a distribution at the same place already."""
        return self._source is not None and day in self._source.taken

    def _number(self, name: str, most: int) -> int | None:
        """The number in a field; None where there is none that can be taken."""
        typed = self.query_one(f"#copy-{name}", Input).value.strip()
        return int(typed) if typed.isdecimal() and 1 <= int(typed) <= most else None

    def _ticked(self, day: date) -> bool:
        return day not in self._without and not self._is_taken(day)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the days that this makes."""
        event.stop()
        if event.input.id == "copy-weeks":
            self._propose()
        self._show()

    def _show(self) -> None:
        remark = _("there is one already")
        self.query_one(DaysTable).fill(
            (
                day.isoformat(),
                (
                    f" [{'x' if self._ticked(day) else ' '}] {dates.day(day, year=True)}",
                    remark if self._is_taken(day) else "",
                ),
            )
            for day in self._days
        )
        self._show_about()

    def on_data_table_row_highlighted(self) -> None:
        """Say of the marked day when its catalogues close."""
        self._show_about()

    def _show_about(self) -> None:
        source, key = self._source, self.query_one(DaysTable).current_key
        if source is None or key is None:
            self.query_one("#copy-about", Prose).update(Content(""))
            return
        d, day = source.distribution, date.fromisoformat(key)
        said = closings((one.name, closing_on(source, one, day)) for one in source.catalogues)
        lines = [f"{dates.day_long(day, year=True)}, {hours(d.starts_at, d.ends_at)}, {d.place}"]
        lines.append(_("Closings: {what}").format(what=said))
        self.query_one("#copy-about", Prose).update(Content("\n").join(map(plain, lines)))

    def action_days(self) -> None:
        """Go to the days."""
        if self._days:
            self.query_one(DaysTable).focus()

    def action_tick(self) -> None:
        """Leave the marked day out, or take it back in."""
        key = self.query_one(DaysTable).current_key
        if key is not None:
            self._without ^= {date.fromisoformat(key)}
            self._show()

    # -- planning

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """A click on a day leaves it out."""
        event.stop()
        self.action_tick()

    def action_plan(self) -> None:
        """Plan the ticked days."""
        if self._saving:
            return
        if not self._days:
            self.warn(self._problem())
            return
        days = [day for day in self._days if self._ticked(day)]
        if not days:
            self.warn(_("All days are left out: Space takes one back in."))
            return
        self._saving = True
        self.house.hold_keys()  # the next ones are for what is planned: whoever opened this screen lets them go
        store, id_ = self.store, self._distribution_id
        self.write(lambda: store.distributions.duplicate(id_, days), self._planned, self._failed)

    def _problem(self) -> str:
        """Why no day is listed; the cursor goes where it is to be put right."""
        for name, most in (("count", MOST), ("weeks", MOST_WEEKS)):
            if self._number(name, most) is None:
                self.query_one(f"#copy-{name}", Input).focus()
                return ngettext("A number from 1 to {n} is needed.", "A number from 1 to {n} is needed.", most).format(
                    n=most
                )
        field = self.query_one("#copy-first", Input)
        field.focus()
        return _("“{value}” is no day; write it as 26/11 or 26/11/2026.").format(value=field.value)

    def _planned(self, ids: tuple[int, ...]) -> None:
        self.dismiss(ids)

    def _failed(self, error: BaseException) -> None:
        self._saving = False
        self.house.release_keys()
        self.show_error(error)
