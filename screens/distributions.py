"""Distributions: the days to come, the next one first, and below them those that are over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable

from screens.base import HouseScreen
from screens.distribution_lines import closings, hours, state
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell, number
from store.rights import Right
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from store.distributions import Distribution, DistributionRow

SHOWN = 200
"""The latest distributions, those to come among them."""


class DistributionsTable(HouseTable):
    """The list; Enter opens the marked day."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("Hours, catalogues, stock"), id="distributions.open")
    ]


class DistributionsScreen(HouseScreen[None]):
    """All distributions. The marked one is shown in full below."""

    NAME = "distributions"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "A distribution is one day at one place, on which members collect what they ordered. The next one stands "
        "first; below those to come are those that are over.\n"
        "\n"
        "**u** copies the marked one: **Enter** plans it once more a week later. For a series type how many, say "
        "**u** **6** **Enter** for the six weeks after it.\n"
        "\n"
        "**Enter** opens the marked one: there it is changed, moved or cancelled, and each catalogue gets its closing "
        "and its stock."
    )
    NEEDS = dict.fromkeys(("new", "copy"), Right.ORDERS)
    EVERYWHERE = frozenset(NEEDS)
    BINDINGS = [
        Binding("n", "new", N_("New"), tooltip=N_("Plan a day"), id="distributions.new"),
        Binding("u", "copy", N_("Copy"), tooltip=N_("Once more next week, or a series"), id="distributions.copy"),
        Binding("o", "orders", N_("Orders"), tooltip=N_("Who ordered for the marked day"), id="distributions.orders"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, DistributionRow] = {}
        self._wanted: str | None = None

    def heading(self) -> tuple[str, str]:
        coming = sum(1 for row in self._rows.values() if not (row.over or row.cancelled))
        right = ngettext("{n} to come", "{n} to come", coming).format(n=coming) if self._rows else ""
        return _("Distributions"), right

    def content(self) -> ComposeResult:
        yield Prose(id="distributions-none")
        yield DistributionsTable(id="distributions-list")
        yield Prose(id="distributions-detail")

    def on_mount(self) -> None:
        """Lay the columns out, then list."""
        table = self.query_one(DistributionsTable)
        for key, text, width in (
            ("day", _("Day"), 18),
            ("hours", _("Hours"), 11),
            ("place", _("Place"), 18),
            ("orders", _("Orders"), 9),
            ("state", _("State"), 13),
        ):
            table.add_column(number(text) if key == "orders" else cell(text), key=key, width=width)
        table.grow(place=70, state=20)
        self._list(holds=True)

    def changed(self) -> None:
        self._list()

    def _list(self, *, holds: bool = False) -> None:
        self.read(lambda: self.store.distributions.rows(SHOWN), self._take, group="distributions", holds=holds)

    def _take(self, found: tuple[DistributionRow, ...]) -> None:
        coming = [row for row in found if not row.over]
        past = [row for row in found if row.over]
        self._rows = {str(row.id): row for row in (*reversed(coming), *past)}
        table = self.query_one(DistributionsTable)
        table.fill((key, self._cells(row)) for key, row in self._rows.items())
        if self._wanted in self._rows:
            table.move_cursor(row=table.get_row_index(self._wanted), animate=False)
        self._wanted = None
        table.display = bool(found)
        none = self.query_one("#distributions-none", Prose)
        none.display = not found
        none.update(plain(f"   {self._nothing()}"))
        if found and self.focused is None:
            table.focus()
        self._show_detail()
        self.show_heading()
        self.refresh_bindings()

    def _nothing(self) -> str:
        if self._may:
            return _("No distribution is planned yet. n plans the first one.")
        return _("No distribution is planned yet. A coordinator plans it.")

    def _cells(self, row: DistributionRow) -> list[object]:
        style = "dim" if row.over or row.cancelled else ""
        said = state(row, self.store.clock.today())
        return [
            cell(dates.day(row.day, year=True), style),
            cell(hours(row.starts_at, row.ends_at), style),
            cell(row.place, style),
            number(row.orders or "", style),
            cell(said, "bold" if said.startswith("!") else style),
        ]

    @property
    def _marked(self) -> DistributionRow | None:
        return self._rows.get(self.query_one(DistributionsTable).current_key or "")

    def on_data_table_row_highlighted(self) -> None:
        """Show the marked day in full."""
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        row = self._marked
        if row is None:
            self.query_one("#distributions-detail", Prose).update(Content(""))
            return
        self.read(
            lambda: self.store.distributions.get(row.id),
            lambda found: self.query_one("#distributions-detail", Prose).update(self._detail(row, found)),
            group="detail",
            failed=lambda _error: None,
        )

    def _detail(self, row: DistributionRow, found: Distribution) -> Content:
        lines = [plain(f"{dates.day_long(found.day, year=True)}, {found.place}", "bold")]
        own = self.operator.catalogues(Right.ORDERS)
        if found.cancelled and found.cancelled_reason:
            lines.append(plain(_("Cancelled: {reason}").format(reason=found.cancelled_reason)))
        if found.note:
            lines.append(plain(found.note))
        served = [(c.name, c.closes) for c in found.catalogues if own is None or c.catalogue_id in own]
        lines.append(plain(_("Closings: {what}").format(what=closings(served))))
        return Content("\n").join(lines)

    # -- keys

    @property
    def _may(self) -> bool:
        return self.operator.may(Right.ORDERS)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What needs a day is only offered where one is marked."""
        return self._marked is not None if action in ("copy", "orders") else True

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click opens the day."""
        event.stop()
        if self._marked is not None:
            self.go("distribution", distribution_id=self._marked.id)

    def action_new(self) -> None:
        """Plan a day."""
        self.go("distribution_form", lambda made: self._made(None if made is None else (made,)))

    def action_copy(self) -> None:
        """Plan the marked one again."""
        if self._marked is not None:
            self.go("distribution_copy", self._made, distribution_id=self._marked.id)

    def action_orders(self) -> None:
        """Who ordered for the marked day."""
        if self._marked is not None:
            self.go("orders", distribution_id=self._marked.id)

    def _made(self, ids: tuple[int, ...] | None) -> None:
        """Mark what was planned, and say so."""
        if not ids:
            return
        self._wanted = str(ids[0])
        n = len(ids)
        self.say(ngettext("Planned. Enter opens it.", "{n} distributions are planned.", n).format(n=n))
        self._list(holds=True)
