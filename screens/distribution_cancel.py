"""Cancelling a distribution: whom it concerns, and the reason to type before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from screens.base import HouseScreen
from screens.distribution_lines import automatic, concerned, title, told
from screens.widgets.field import Field
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store
    from store.distributions import Concerned, Distribution


@dataclass(frozen=True)
class Loss:
    """What would be cancelled: the day, whom it concerns, and their names with what one can call them by."""

    distribution: Distribution
    concerned: Concerned
    people: tuple[str, ...]


def read_loss(store: Store, distribution_id: int) -> Loss:
    """Whom cancelling a day concerns."""
    found = store.distributions.cancel_preview(distribution_id)
    ordered = {member.member_id: (member.name, member.phones) for member in store.lists.pickup(distribution_id).members}
    people = tuple(_reached(*(ordered.get(one) or _basket_only(store, one))) for one in found.members)
    return Loss(store.distributions.get(distribution_id), found, people)


def _basket_only(store: Store, member_id: int) -> tuple[str, tuple[str, ...]]:
    member = store.members.get(member_id)
    shown = (number for person in member.people for number in (person.phone_shown, person.mobile_shown) if number)
    return member.name, tuple(dict.fromkeys(shown))


def _reached(name: str, phones: tuple[str, ...]) -> str:
    """A name with its phones; a number is never broken at the end of a line."""
    return "  ".join((name, *(phone.replace(" ", "\N{NO-BREAK SPACE}") for phone in phones)))


class DistributionCancelScreen(HouseScreen["Concerned | None"]):
    """Leaves with whom it concerned, once it is cancelled."""

    NAME = "distribution_cancel"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Cancelling a day cancels its orders, too. Whoever has ordered is listed with their phones.\n"
        "\n"
        "Type why, then press **Enter**. **Esc** or **F3** leaves all as it is. **PgDn** shows the rest of the "
        "list.\n"
        "\n"
        "Nothing is sent by itself: on the distribution's page, **w** writes to those who ordered. **z** there brings "
        "the day and its orders back."
    )
    BINDINGS = [
        Binding(
            "enter", "cancel", N_("Cancel the day"), priority=True, tooltip=N_("It does not take place"), id="cancel.do"
        ),
        Binding(
            "f8", "cancel", N_("Cancel the day"), show=False, tooltip=N_("It does not take place"), id="cancel.do.f8"
        ),
        Binding("f3", "leave", N_("Leave it"), tooltip=N_("It takes place"), id="cancel.leave"),
        Binding("pagedown", "page(1)", N_("More"), tooltip=N_("Read on"), id="cancel.down"),
        Binding("pageup", "page(-1)", N_("Back"), show=False, tooltip=N_("Read what was before"), id="cancel.up"),
    ]

    def __init__(self, distribution_id: int) -> None:
        super().__init__()
        self._distribution_id = distribution_id
        self._loss: Loss | None = None
        self._saving = False

    def heading(self) -> tuple[str, str]:
        if self._loss is None:
            return _("Cancel a distribution"), ""
        return _("Cancel {day}?").format(day=title(self._loss.distribution)), ""

    def content(self) -> ComposeResult:
        with VerticalScroll(id="cancel-page", can_focus=False):
            yield Prose(id="cancel-text")
        with Horizontal(id="cancel-line"):
            yield Static(plain(_("Why is it cancelled?"), "bold"))
            yield Field(id="cancel-reason", compact=True)

    def on_mount(self) -> None:
        """Ask, and say meanwhile whom it concerns; a reason that was half typed when the line dropped is back."""
        line = self.query_one(Input)
        line.value = self.store.unfinished.take(self._place).get("reason", "")
        line.focus()
        self._look(holds=True)

    def changed(self) -> None:
        self._look()

    def _look(self, *, holds: bool = False) -> None:
        self.read(lambda: read_loss(self.store, self._distribution_id), self._take, holds=holds)

    def _take(self, loss: Loss) -> None:
        self._loss = loss
        said = (concerned(loss.concerned), told(loss.concerned), automatic(loss.concerned))
        lines = [plain(text, "bold") for text in said if text]
        if loss.concerned.members:
            lines += [plain(_("The orders are cancelled with it; z brings all back.")), plain("")]
            lines += [plain(f"  {text}") for text in loss.people]
        else:
            lines.append(plain(_("Nobody has ordered yet.")))
        self.query_one("#cancel-text", Prose).update(Content("\n").join(lines))
        self.show_heading()

    def keeps(self) -> bool:
        """Whether a reason is typed."""
        return bool(self.query_one(Input).value.strip()) and not self._saving

    def keep(self) -> None:
        """Keep the reason for the next time; nothing is cancelled by half of one."""
        if self.keeps():
            self.store.unfinished.keep(self._place, {"reason": self.query_one(Input).value})

    @property
    def _place(self) -> str:
        return f"{self.NAME}:{self._distribution_id}"

    def action_page(self, step: int) -> None:
        """Read on, or back."""
        page = self.query_one("#cancel-page")
        page.scroll_relative(y=step * page.size.height, animate=False)

    def action_cancel(self) -> None:
        """Cancel it; only with a reason."""
        if self._loss is None or self._saving:
            return
        reason = self.query_one(Input).value.strip()
        if not reason:
            self.warn(_("Nothing is cancelled: say why first."))
            return
        store, d = self.store, self._loss.distribution
        self._saving = True
        self.house.hold_keys()  # the next ones are for a day that is cancelled: its page lets them go
        self.write(lambda: store.distributions.cancel(d.id, d.version, reason), self._cancelled, self._failed)

    def _cancelled(self, found: Concerned) -> None:
        self.dismiss(found)

    def _failed(self, error: BaseException) -> None:
        self._saving = False
        self.house.release_keys()
        self.show_error(error)
        self.changed()
