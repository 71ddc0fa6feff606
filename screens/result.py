"""What one message brought: all figures, what they are compared with, and the curve over the whole width."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content

from screens.message_states import title_of
from screens.resting import Resting
from screens.result_shown import Brought, ResultShown, read_brought
from screens.result_words import page
from screens.rights_words import why_not
from screens.text import labelled
from screens.voucher_words import totals_words
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.rights import Right
from templates.words import N_, _


class ResultScreen(ResultShown):
    """Everything that is known of what a message brought."""

    NAME = "result"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "What a message brought. Orders count from its day, or the one that was set, until the day on which it closes; "
        "**came back** is who was written to, or called, and has a confirmed order in these days.\n"
        "\n"
        "Many would have ordered anyway. What the same members did in as many days before, and what those did who were "
        "selected and not written to, says how much of it may be habit.\n"
        "\n"
        "**t** turns the curve: margin, turnover, quantity, the margin of all members beside theirs, who came back; "
        "**Enter** shows the curve alone. The margin is that of lines with a known cost; the turnover of the others is "
        "named. Weighed products count as "
        "estimated until they are weighed.\n"
        "\n"
        "**i** shows whom it was for and what each got, **v** lists the vouchers that went out with it. **E** writes "
        "figures, days or people into a file."
    )
    BINDINGS = [
        Binding(
            "enter", "enlarge", N_("Curve alone"), tooltip=N_("The curve alone, or with the figures"), id="result.big"
        )
    ]
    AUTO_FOCUS = "#result-text"

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self._message_id = message_id
        self._resting = Resting(self, partial(self._list, holds=False))

    @property
    def marked_id(self) -> int | None:
        return self._message_id

    def heading(self) -> tuple[str, str]:
        if self._results is None:
            return _("Results"), ""
        return _("Results of “{name}”").format(name=title_of(self._results.row)), ""

    def content(self) -> ComposeResult:
        with VerticalScroll(id="result-text"):
            yield Prose(id="result-figures")
        yield from self.curve()
        yield from self.files()

    def on_mount(self) -> None:
        self.show_curve()
        self._list(holds=True)

    def changed(self) -> None:
        self._resting.wanted()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is no curve before the figures are there, nor where no orders count."""
        return self._counted if action == "enlarge" else super().check_action(action, parameters)

    def _list(self, *, holds: bool) -> None:
        work = partial(read_brought, self.store, self._message_id)
        self.read(work, self._take, failed=self._not_found, holds=holds)

    def action_enlarge(self) -> None:
        """Give the curve the room of the figures, or show them again."""
        self.toggle_class("-curve")

    def _not_found(self, error: BaseException) -> None:
        """Nothing of it went out, say: where nothing is shown yet, one is told so on the screen one came from."""
        if self._results is None:
            self.dismiss(None)
            self.house.call_after_refresh(self.house.show_error, error)
        else:
            self.show_error(error)

    def _take(self, brought: Brought) -> None:
        self._brought = brought
        lines = page(brought.results)
        if brought.results.money is None:
            lines.append(plain(f" {why_not(self.store, (Right.RESULTS_MONEY,))}"))
        elif brought.vouchers:
            lines.append(plain(f" {labelled(_('Vouchers'), totals_words(brought.vouchers))}"))
        self.query_one("#result-figures", Prose).update(Content("\n").join(lines))
        self.show_heading()
        self.show_curve()
        self.refresh_bindings()
