"""What the two screens of results share: the curve with its legend, the key that turns it, and the files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding

from screens.base import HouseScreen
from screens.export_words import where_words
from screens.result_curves import drawing, first_view, views
from screens.result_files import FILES, write_file
from screens.widgets.choices import Choices
from screens.widgets.curve import Curve
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store
    from store.result_records import Results
    from store.voucher_records import VoucherTotal


@dataclass(frozen=True)
class Brought:
    """What a message brought, and what became of the vouchers that went out with it."""

    results: Results
    vouchers: tuple[VoucherTotal, ...]


def read_brought(store: Store, message_id: int) -> Brought:
    """Read both; raises as `store.results.of`."""
    return Brought(store.results.of(message_id), store.vouchers.totals(message_id))


class ResultShown(HouseScreen[None]):
    """A screen on what a message brought. What the curve is of stays, once somebody has turned it."""

    EXPORTS: ClassVar[tuple[str, ...]] = ("figures", "days", "people")
    """What of `screens.result_files` is offered here."""
    BINDINGS = [
        Binding("t", "turn", N_("Curve"), tooltip=N_("Margin, turnover, quantity, total margin"), id="results.turn"),
        Binding("E", "export", N_("Export"), tooltip=N_("Figures, days or people as a file"), id="results.export"),
        Binding("f6", "export", N_("Export"), show=False, tooltip=N_("Write a file"), id="results.export.f6"),
        Binding("v", "vouchers", N_("Vouchers"), tooltip=N_("Those that went out with it"), id="results.vouchers"),
        Binding("i", "message", N_("People"), tooltip=N_("Whom it was for, and what each got"), id="results.message"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._brought: Brought | None = None
        self._view = ""

    @property
    def _results(self) -> Results | None:
        return None if self._brought is None else self._brought.results

    @property
    def _counted(self) -> bool:
        """Whether there is something to draw."""
        return self._results is not None and self._results.counted

    @property
    def marked_id(self) -> int | None:
        """The message that the keys are about."""
        return None if self._results is None else self._results.row.id

    def curve(self) -> ComposeResult:
        """The legend, and under it the curve."""
        yield Prose(id="legend")
        yield Curve(id="curve")

    def show_curve(self) -> None:
        """Draw the curve of what is shown now."""
        legend, curve = self.query_one("#legend", Prose), self.query_one(Curve)
        legend.display = curve.display = self._counted
        if self._results is not None and self._counted:
            curves = self._results.curves
            drawn = drawing(curves, self._view if self._view in views(curves) else first_view(curves))
            legend.update(plain(drawn.legend, "bold"))
            curve.show(curves.days, drawn.lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is turned or opened where nothing is shown."""
        if action == "turn":
            return self._counted
        if action == "vouchers":
            return self._brought is not None and bool(self._brought.vouchers)
        if action in ("message", "export"):
            return self.marked_id is not None and not self.query_one(Choices).display
        return super().check_action(action, parameters)

    def action_turn(self) -> None:
        """Draw the next curve."""
        if self._results is not None and self._counted:
            found = views(self._results.curves)
            shown = self._view if self._view in found else first_view(self._results.curves)
            self._view = found[(found.index(shown) + 1) % len(found)]
            self.show_curve()

    def action_message(self) -> None:
        """Show whom the message was for and what became of it."""
        if self.marked_id is not None:
            self.go("message", message_id=self.marked_id)

    def action_vouchers(self) -> None:
        """List the vouchers that went out with it."""
        if self._results is not None:
            self.go("vouchers", message_id=self._results.row.id)

    # -- files

    def files(self) -> ComposeResult:
        """The list of what can be written, to be put below what the screen shows."""
        yield Choices(id="results-files")

    def action_export(self) -> None:
        """Offer what can be written."""
        things = [(_(FILES[what].name), _(FILES[what].purpose), what) for what in self.EXPORTS]
        self.query_one(Choices).offer(things, cells=22)
        self.refresh_bindings()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Write it as it stands now."""
        self.to_list()
        self.say(_("Writing…"))
        work = partial(write_file, self.store, event.value, self.marked_id, automatic=self.of_workflows)
        self.write(work, lambda path: self.say(where_words(path)))

    def on_choices_left(self) -> None:
        """Back to what the screen shows."""
        self.to_list()

    def to_list(self) -> None:
        """Give the keys back to what the screen shows."""
        self.query_one(self.AUTO_FOCUS or "*").focus()
        self.refresh_bindings()

    @property
    def of_workflows(self) -> bool:
        """Whether the list is the one of what workflows sent."""
        return False
