"""What the two screens of results share: the curve with its legend, and the key that turns to the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding

from screens.base import HouseScreen
from screens.result_curves import drawing, first_view, views
from screens.widgets.curve import Curve
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from templates.words import N_

if TYPE_CHECKING:
    from store.result_records import Results


class ResultShown(HouseScreen[None]):
    """A screen on what a message brought. What the curve is of stays, once somebody has turned it."""

    BINDINGS = [
        Binding("t", "turn", N_("Curve"), tooltip=N_("Margin, turnover, quantity, total margin"), id="results.turn"),
        Binding("i", "message", N_("People"), tooltip=N_("Whom it was for, and what each got"), id="results.message"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._results: Results | None = None
        self._view = ""

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
        legend.display = curve.display = self._results is not None
        if self._results is not None:
            curves = self._results.curves
            drawn = drawing(curves, self._view if self._view in views(curves) else first_view(curves))
            legend.update(plain(drawn.legend, "bold"))
            curve.show(curves.days, drawn.lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is turned or opened where nothing is shown."""
        if action == "turn":
            return self._results is not None
        if action == "message":
            return self.marked_id is not None
        return super().check_action(action, parameters)

    def action_turn(self) -> None:
        """Draw the next curve."""
        if self._results is not None:
            found = views(self._results.curves)
            shown = self._view if self._view in found else first_view(self._results.curves)
            self._view = found[(found.index(shown) + 1) % len(found)]
            self.show_curve()

    def action_message(self) -> None:
        """Show whom the message was for and what became of it."""
        if self.marked_id is not None:
            self.go("message", message_id=self.marked_id)

    def no_money(self) -> str:
        """What is said where no amounts are shown, and whom to ask; empty where they are."""
        from screens.rights_words import why_not
        from store.rights import Right

        return "" if self.operator.may(Right.RESULTS_MONEY) else why_not(self.store, (Right.RESULTS_MONEY,))
