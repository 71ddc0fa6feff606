"""One distribution: when and where, its catalogues with their closings, and what can be done with the day."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable

from screens.base import HouseScreen
from screens.distribution_lines import cancelled_words, closing, hours, opening, ordered, progress, title, when
from screens.order_errors import too_little
from screens.recap_words import since
from screens.text import labelled
from screens.widgets.choices import Choices
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell, number
from store.errors import StockShort
from store.rights import Right
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.distributions import Concerned, Distribution
    from store.lists.records import RecapState
    from store.vouchers import Voucher

OWN = " *"
"""Stands behind a closing that was set for this day."""


@dataclass(frozen=True)
class Page:
    """A distribution, its catalogues as the operator may see them, and (who plans days) whom a change concerns."""

    distribution: Distribution
    states: tuple[RecapState, ...]
    concerned: Concerned | None


def read_page(store: Store, distribution_id: int) -> Page:
    """All that the page shows."""
    may = store.operators.me().may(Right.ORDERS)
    return Page(
        store.distributions.get(distribution_id),
        store.lists.states(distribution_id),
        store.distributions.move_preview(distribution_id) if may else None,
    )


class OfferedTable(HouseTable):
    """The catalogues; Enter opens the marked one's hours and stock."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Closing, stock"), tooltip=N_("Its hours and stock"), id="offered.open")
    ]


class DistributionScreen(HouseScreen[None]):
    """A distribution. Letters act on the day, Enter on the marked catalogue."""

    NAME = "distribution"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "One distribution with its catalogues. **Enter** opens the marked catalogue: there its opening and closing on "
        "this day are changed, and the stock of its products. A star stands behind hours that were set for this day.\n"
        "\n"
        "**e** changes hours, place and note. **v** moves it to another day: orders stay, closings move along. **x** "
        "cancels it with its orders, and **z** brings both back.\n"
        "\n"
        "Whoever has ordered should be told of a change: **w** writes to them; those without e-mail stand in the "
        "message's call list.\n"
        "\n"
        "**u** plans the same once more, next week or as a series. **a** offers another catalogue on this day. "
        "**f** shows which mails go out by themselves for it, and leaves it out."
    )
    EVERYWHERE = frozenset(("edit", "copy", "move", "restore", "cancel", "add"))
    NEEDS = {
        **dict.fromkeys(EVERYWHERE, Right.ORDERS),
        "write": Right.MESSAGES_WRITE,
        "workflows": Right.MESSAGES_SEE,
    }
    BINDINGS = [
        Binding("e", "edit", N_("Edit"), tooltip=N_("Change hours, place and note"), id="distribution.edit"),
        Binding("u", "copy", N_("Copy"), tooltip=N_("Once more next week, or a series"), id="distribution.copy"),
        Binding("v", "move", N_("Move"), tooltip=N_("To another day"), id="distribution.move"),
        Binding("w", "write", N_("Write"), tooltip=N_("Write to those who ordered"), id="distribution.write"),
        Binding("z", "restore", N_("Bring back"), tooltip=N_("It takes place after all"), id="distribution.restore"),
        Binding("x", "cancel", N_("Cancel"), tooltip=N_("Cancel the day with its orders"), id="distribution.cancel"),
        Binding("o", "orders", N_("Orders"), tooltip=N_("Who ordered for this day"), id="distribution.orders"),
        Binding("r", "recaps", N_("Recaps"), tooltip=N_("What the producers are told"), id="distribution.recaps"),
        Binding("a", "add", N_("Catalogue"), tooltip=N_("Offer another catalogue too"), id="distribution.add"),
        Binding("f", "workflows", N_("Workflows"), tooltip=N_("What goes by itself for it"), id="distribution.flows"),
    ]

    def __init__(self, distribution_id: int) -> None:
        super().__init__()
        self._distribution_id = distribution_id
        self._page: Page | None = None
        self._moved = False
        self._meant_short = False
        self._drafts: dict[tuple[str, tuple[int, ...]], int] = {}
        self._rows: dict[str, RecapState] = {}

    def heading(self) -> tuple[str, str]:
        if self._page is None:
            return _("Distribution"), ""
        d = self._page.distribution
        words = _("cancelled") if d.cancelled else _("over") if d.over else when(d.day, self.store.clock.today())
        return _("Distribution of {day}").format(day=title(d)), words

    def content(self) -> ComposeResult:
        yield Prose(id="distribution-head")
        yield OfferedTable(id="distribution-offered")
        yield Prose(id="distribution-none")
        yield Prose(id="distribution-detail")
        yield Choices(id="distribution-choices")

    def on_mount(self) -> None:
        """Lay the columns out, then show the day."""
        table = self.query_one(OfferedTable)
        for key, text, width in (
            ("name", _("Catalogue"), 25),
            ("closes", _("Closes"), 20),
            ("orders", _("Orders"), 9),
            ("state", _("State"), 18),
        ):
            table.add_column(number(text) if key == "orders" else cell(text), key=key, width=width)
        table.grow(name=60, state=40)
        self._show(holds=True)

    def changed(self) -> None:
        self._show()

    def _show(self, *, holds: bool = False) -> None:
        self.read(lambda: read_page(self.store, self._distribution_id), self._take, group="distribution", holds=holds)

    def _take(self, page: Page) -> None:
        self._page = page
        self._rows = {str(state.catalogue_id): state for state in page.states}
        self.query_one("#distribution-head", Prose).update(Content("\n").join(self._head(page)))
        table, none = self.query_one(OfferedTable), self.query_one("#distribution-none", Prose)
        table.fill((key, self._cells(page, state)) for key, state in self._rows.items())
        table.display, none.display = bool(self._rows), not self._rows
        none.update(plain(_("No catalogue is offered on this day yet. a offers one.")))
        if self.focused is None and self._rows:
            table.focus()
        self._show_detail()
        self.show_heading()
        self.refresh_bindings()

    def _head(self, page: Page) -> list[Content]:
        d = page.distribution
        lines = [plain(f"{hours(d.starts_at, d.ends_at)}  {d.place}", "bold")]
        if d.note:
            lines.append(plain(labelled(_("Note"), d.note)))
        if page.concerned is not None:
            many = ordered(page.concerned.orders, page.concerned.baskets)
            lines.append(plain(many or _("Nobody has ordered yet.")))
        if d.cancelled:
            lines.append(plain(f"! {cancelled_words(d, self.store.clock)}", "bold"))
        return lines

    def _cells(self, page: Page, state: RecapState) -> list[object]:
        offered = page.distribution.catalogue(state.catalogue_id)
        if offered is None:
            return [state.name, "", "", ""]
        late = ngettext("{n} late line", "{n} late lines", state.untold).format(n=state.untold)
        told = progress(page.distribution, offered, state.orders, self.store.clock.wall())
        said = f"! {late}" if state.untold else told
        return [
            state.name,
            closing(offered) + (OWN if offered.own_hours else ""),
            number(state.orders or ""),
            cell(said, "bold" if said.startswith("!") else ""),
        ]

    @property
    def _marked(self) -> RecapState | None:
        return self._rows.get(self.query_one(OfferedTable).current_key or "")

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Show the marked catalogue in full."""
        if isinstance(event.data_table, OfferedTable):
            self._show_detail()

    def _show_detail(self) -> None:
        state, page, detail = self._marked, self._page, self.query_one("#distribution-detail", Prose)
        offered = page.distribution.catalogue(state.catalogue_id) if page is not None and state is not None else None
        if state is None or offered is None:
            detail.update(Content(""))
            return
        words = _("opens {opening}, closes {closing}").format(opening=opening(offered), closing=closing(offered))
        if offered.own_hours:
            words = _("{hours} (* set for this day)").format(hours=words)
        lines = [plain(labelled(state.name, words))]
        if known := since(state, self.store.clock):
            lines.append(plain(known))
        detail.update(Content("\n").join(lines))

    # -- what can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Planning is for who takes orders of all catalogues; a day that is cancelled is only brought back."""
        page = self._page
        there = page is not None
        cancelled = page is not None and page.distribution.cancelled
        over = page is not None and page.distribution.over
        if self.query_one(Choices).display:
            return action not in (*self.NEEDS, "orders", "recaps")
        if action in ("edit", "add"):
            return there and not cancelled
        if action in ("move", "cancel"):
            return there and not cancelled and not over
        if action == "restore":
            return there and cancelled
        if action == "write":
            concerned = page is not None and page.concerned is not None and bool(page.concerned.members)
            return concerned and not over
        return there if action in ("copy", "orders", "recaps", "workflows") else True

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click opens the catalogue's hours and stock."""
        if isinstance(event.data_table, OfferedTable):
            event.stop()
            self.go(
                "distribution_catalogue",
                distribution_id=self._distribution_id,
                catalogue_id=int(str(event.row_key.value)),
            )

    def action_orders(self) -> None:
        """Who ordered for this day."""
        self.go("orders", distribution_id=self._distribution_id)

    def action_workflows(self) -> None:
        """What goes out by itself for this day."""
        self.go("attached", scope="distribution", distribution_id=self._distribution_id)

    def action_recaps(self) -> None:
        """What the producers are told."""
        self.go("recaps", distribution_id=self._distribution_id)

    def action_copy(self) -> None:
        """Plan it once more."""
        self.go("distribution_copy", self._copied, distribution_id=self._distribution_id)

    def _copied(self, ids: tuple[int, ...] | None) -> None:
        if ids:
            days = [dates.day(self.store.distributions.get(id_).day, year=True) for id_ in ids]
            words = days[0] if len(days) == 1 else _("{first} to {last}").format(first=days[0], last=days[-1])
            self.say(_("Planned: {days}.").format(days=words))
            self._show(holds=True)

    def action_edit(self) -> None:
        """Change hours, place and note."""
        self.go("distribution_form", self._saved, distribution_id=self._distribution_id, act="edit")

    def action_move(self) -> None:
        """Move it to another day."""
        self.go("distribution_form", self._saved, distribution_id=self._distribution_id, act="move")

    def _saved(self, saved_id: int | None) -> None:
        """Say it, and whom somebody should tell, where more than the note is another one."""
        if saved_id is None or self._page is None:
            return
        before = self._page.distribution
        after = self.store.distributions.get(self._distribution_id)
        self._moved = self._moved or before.day != after.day
        where = [(d.day, d.starts_at, d.ends_at, d.place) for d in (before, after)]
        said = _("Moved to {day}.").format(day=dates.day(after.day)) if before.day != after.day else _("Saved.")
        self._say_whom(said, self._page.concerned if where[0] != where[1] else None)
        self._show(holds=True)

    def _say_whom(self, said: str, concerned: Concerned | None) -> None:
        if concerned is not None and concerned.members:
            n = len(concerned.members)
            text = ngettext("{n} member should know: w writes.", "{n} members should know: w writes.", n)
            if not self.operator.may(Right.MESSAGES_WRITE):
                text = ngettext("{n} member should know: o lists them.", "{n} members should know: o lists them.", n)
            said = f"{said} {text.format(n=n)}"
        self.say(said)

    def action_cancel(self) -> None:
        """Cancel it, with a reason."""
        self.go("distribution_cancel", self._cancelled, distribution_id=self._distribution_id)

    def _cancelled(self, concerned: Concerned | None) -> None:
        if concerned is not None:
            self._say_whom(_("Cancelled. z brings it back."), concerned)
            self._show(holds=True)

    def action_restore(self) -> None:
        """Bring a cancelled one back, with its orders; asked again where others have what was ordered."""
        store, id_, short = self.store, self._distribution_id, self._meant_short
        self._meant_short = False

        def restore() -> tuple[int, tuple[Voucher, ...]]:
            return store.distributions.restore(id_, short=short), store.vouchers.lost(id_)

        def done(restored: tuple[int, tuple[Voucher, ...]]) -> None:
            from screens.voucher_words import lost_words

            orders, lost = restored
            back = ngettext("It takes place, with {n} order.", "It takes place, with {n} orders.", orders)
            said = back.format(n=orders) if orders else _("It takes place.")
            if lost:
                self.warn(f"{said} {lost_words(lost)}")
            else:
                self.say(said)
            self._show(holds=True)

        def failed(error: BaseException) -> None:
            if not isinstance(error, StockShort):
                self.show_error(error)
                return
            self._meant_short = True
            self.warn(_("{short}. z again brings it back all the same.").format(short=too_little(error)))

        # What the next key means depends on whether it takes place.
        self.write(restore, done, failed, holds=True)

    def action_write(self) -> None:
        """Write to those who ordered, with a text that says what changed."""
        from screens.distribution_telling import draft

        if self._page is None or self._page.concerned is None:
            return
        store, d, members = self.store, self._page.distribution, self._page.concerned.members
        about = "cancelled" if d.cancelled else "moved" if self._moved else "change"
        language, known = self.house.group.language, self._drafts.get((about, members))

        def written(message_id: int) -> None:
            self._drafts[about, members] = message_id
            self.go("compose", message_id=message_id)

        self.write(lambda: draft(store, language, d.id, members, about, known), written)

    # -- catalogues

    def action_add(self) -> None:
        """Choose a catalogue to offer on this day too."""
        page = self._page
        offered = {c.catalogue_id for c in page.distribution.catalogues} if page is not None else set()
        others = [(c.name, c.producer_name, c.id) for c in self.store.catalogues.all() if c.id not in offered]
        if not others:
            self.say(_("All catalogues are offered on this day. F2 c makes a new one."))
            return
        self.query_one(Choices).offer(others, cells=34)
        self.refresh_bindings()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Offer it."""
        event.stop()
        store, id_, catalogue_id = self.store, self._distribution_id, event.value
        name = store.catalogues.get(catalogue_id).name

        def done(_result: None) -> None:
            self.say(_("{name} is offered on this day, too.").format(name=name))
            self.changed()

        self.write(lambda: store.distributions.offer(id_, catalogue_id), done)
        self._back()

    def on_choices_left(self, event: Choices.Left) -> None:
        """Nothing is offered."""
        event.stop()
        self._back()

    def _back(self) -> None:
        self.refresh_bindings()
        self.query_one(OfferedTable).focus()
