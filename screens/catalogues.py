"""The catalogues: what each producer offers to the group, and when orders for it close."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable

from screens.base import HouseScreen
from screens.catalogue_rule import rule_words
from screens.text import fitted
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell, number
from store.people import Member
from store.rights import Right
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.catalogue_records import Producer
    from store.catalogue_rows import CatalogueRow

SCROLLBAR = 1
PRODUCER, CLOSES, CURRENCY, PRODUCTS = 17, 23, 5, 9
FIXED = CLOSES + CURRENCY + PRODUCTS + SCROLLBAR + 1


@dataclass(frozen=True)
class Detail:
    """Whom to ask about a catalogue."""

    producer: Producer
    contacts: tuple[Member, ...]


class CataloguesTable(HouseTable):
    """The list; Enter shows the products."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Products"), tooltip=N_("See the products"), id="catalogues.open"),
    ]

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(header=True, **names)
        self.cell_padding = 0
        self._widths: dict[str, int] = {}

    def fit(self, cells: int) -> bool:
        """Make the columns for a terminal of so many cells; says whether the rows have to be filled in again."""
        room = max(80, cells) - FIXED
        producer = max(PRODUCER, room * 2 // 5)
        widths = {"name": room - producer, "producer": producer, "closes": CLOSES, "currency": CURRENCY}
        if widths == self._widths:
            return False
        self._widths = widths
        titles = {"name": _("Catalogue"), "producer": _("Producer"), "closes": _("Closes"), "currency": ""}
        self.clear(columns=True)
        self.add_column(cell(""), key="margin", width=1)
        for key, wide in widths.items():
            self.add_column(cell(titles[key]), key=key, width=wide)
        self.add_column(number(_("Products")), key="products", width=PRODUCTS)
        return True

    def show(self, rows: tuple[CatalogueRow, ...]) -> None:
        """Show these catalogues; the cursor stays on its own, else on its place."""
        self.fill((str(row.id), self._row(row)) for row in rows)

    def _row(self, row: CatalogueRow) -> list[object]:
        style = "" if row.active else "dim"
        closes = rule_words(row.closes_days_before, row.closes_at) or _("stays open")
        said = {
            "name": row.name,
            "producer": row.producer_name,
            "closes": closes if row.active else _("not in use"),
            "currency": row.currency,
        }
        shown = [cell(fitted(said[key], wide - 1), style) for key, wide in self._widths.items()]
        return ["", *shown, number(row.products, style)]


class CataloguesScreen(HouseScreen[None]):
    """The catalogues by name, those in use first, and whom to ask about the marked one."""

    NAME = "catalogues"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "A catalogue is what one producer offers to the group: its products, its currency, when orders open and close, "
        "and who speaks for it.\n"
        "\n"
        "**Enter** shows the products. **n** makes a new catalogue, **e** changes the marked one, **i** takes products "
        "over from a file. **x** takes a catalogue out of use: no new distribution offers it, what was ordered stays; "
        "**x** once more brings it back. **p** shows the promotions: what costs less for some days.\n"
        "\n"
        "A new catalogue is offered at distributions from their page: **F2**, then **p**. **f** "
        "shows which mails go out by themselves for the marked one."
    )
    EVERYWHERE = frozenset(("new", "edit", "use"))
    NEEDS = {**dict.fromkeys(EVERYWHERE, Right.ORDERS), "workflows": Right.MESSAGES_SEE}
    BINDINGS = [
        Binding("n", "new", N_("New"), tooltip=N_("Make a new catalogue"), id="catalogues.new"),
        Binding("f7", "new", N_("New"), show=False, tooltip=N_("Make a new catalogue"), id="catalogues.new.f7"),
        Binding("e", "edit", N_("Change"), tooltip=N_("Change name, producer, hours, contacts"), id="catalogues.edit"),
        Binding("f4", "edit", N_("Change"), show=False, tooltip=N_("Change the catalogue"), id="catalogues.edit.f4"),
        Binding("p", "promotions", N_("Promotions"), tooltip=N_("Less for some days"), id="catalogues.promotions"),
        Binding("f", "workflows", N_("Workflows"), tooltip=N_("What goes by itself for it"), id="catalogues.flows"),
        Binding(
            "x", "use", N_("In use or not"), tooltip=N_("Take it out of use, or bring it back"), id="catalogues.use"
        ),
        Binding("i", "import", N_("Import"), tooltip=N_("Take its products over from a file"), id="catalogues.import"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, CatalogueRow] | None = None
        self._wanted: int | None = None

    def heading(self) -> tuple[str, str]:
        if self._rows is None:
            return _("Catalogues"), ""
        n = sum(row.active for row in self._rows.values())
        return _("Catalogues"), ngettext("{n} in use", "{n} in use", n).format(n=n)

    def content(self) -> ComposeResult:
        yield CataloguesTable(id="catalogues-list")
        yield Prose(id="catalogues-none")
        yield Prose(id="catalogues-detail")

    def on_mount(self) -> None:
        """Show the catalogues."""
        self._table.fit(self.size.width)
        self._list()

    def on_resize(self) -> None:
        """Give the names the room there is."""
        if self._table.fit(self.size.width) and self._rows is not None:
            self._table.show(tuple(self._rows.values()))

    @property
    def _table(self) -> CataloguesTable:
        return self.query_one(CataloguesTable)

    @property
    def _row(self) -> CatalogueRow | None:
        found = self.query(CataloguesTable)
        return self._rows.get(found.first().current_key or "") if found and self._rows else None

    @property
    def _may(self) -> bool:
        return self.operator.may(Right.ORDERS)

    # -- the list

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool = True) -> None:
        """Read the catalogues; the next keys wait where they are meant for a row that is not there yet."""
        self.read(self.store.catalogues.rows, self._take, group="catalogues", holds=holds)

    def _take(self, rows: tuple[CatalogueRow, ...]) -> None:
        self._rows = {str(row.id): row for row in rows}
        table = self._table
        table.show(rows)
        if self._wanted is not None and str(self._wanted) in self._rows:
            table.move_cursor(row=table.get_row_index(str(self._wanted)), animate=False)
        self._wanted = None
        self.set_class(not rows, "-empty")
        self.query_one("#catalogues-none", Prose).update(plain("" if rows else self._nothing()))
        self.show_heading()
        self._show_detail()
        self.refresh_bindings()

    def _nothing(self) -> str:
        if self._may:
            return _("There is no catalogue yet. n makes the first one: what a producer offers, and when orders close.")
        return _("No catalogue is yours yet. A coordinator can give you one.")

    def on_data_table_row_highlighted(self) -> None:
        """Show whom to ask."""
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        row = self._row
        prose = self.query_one("#catalogues-detail", Prose)
        if row is None:
            prose.update(Content(""))
            return
        store = self.store
        self.read(
            lambda: read_detail(store, row),
            lambda detail: prose.update(described(row, detail)),
            group="detail",
        )

    # -- keys

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Show the products."""
        event.stop()
        self.go("products", catalogue_id=int(str(event.row_key.value)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What needs a catalogue is only offered where there is one."""
        return self._row is not None if action in ("edit", "use", "workflows") else True

    def action_new(self) -> None:
        """Make a new catalogue; its products come next."""

        def made(catalogue_id: int | None) -> None:
            if catalogue_id is not None:
                self._wanted = catalogue_id
                self._list()
                self.go("products", catalogue_id=catalogue_id)

        self.go("catalogue", made)

    def action_edit(self) -> None:
        """Change the marked catalogue."""

        def changed(catalogue_id: int | None) -> None:
            if catalogue_id is not None:
                self._wanted = catalogue_id
                self.say(_("Saved."))
                self._list()

        if (row := self._row) is not None:
            self.go("catalogue", changed, catalogue_id=row.id)

    def action_use(self) -> None:
        """Take the marked catalogue out of use, or bring it back."""
        if (row := self._row) is None:
            return

        def done(_catalogue: object) -> None:
            self._wanted = row.id
            if row.active:
                said = _("{name} is out of use: no new distribution offers it. x brings it back.")
            else:
                said = _("{name} is in use again.")
            self.say(said.format(name=row.name))
            self._list()

        self.house.hold_keys()
        catalogues = self.store.catalogues
        self.write(lambda: catalogues.edit_catalogue(row.id, row.version, active=not row.active), done, self._failed)

    def _failed(self, error: BaseException) -> None:
        self.show_error(error)
        self._list()

    def action_workflows(self) -> None:
        """What goes out by itself for the marked catalogue."""
        if (row := self._row) is not None:
            self.go("attached", scope="catalogue", catalogue_id=row.id)

    def action_promotions(self) -> None:
        """What costs less for some days."""
        self.go("promotions")

    def action_import(self) -> None:
        """Take products over from a file."""
        row = self._row
        self.go("import", catalogue_id=row.id if row is not None else None)


def read_detail(store: Store, row: CatalogueRow) -> Detail:
    """Whom to ask about a catalogue."""
    contacts = store.catalogues.contacts(row.id)
    return Detail(
        producer=store.catalogues.producer(row.producer_id),
        contacts=tuple(store.members.get(member_id) for member_id in contacts),
    )


def described(row: CatalogueRow, detail: Detail) -> Content:
    """The marked catalogue in a few lines: who offers it and how they are reached, who speaks for it, when it opens."""
    producer = detail.producer
    reached = " · ".join(part for part in (producer.email, producer.phone) if part) or _("no e-mail and no phone")
    spoken = ", ".join(_called(member) for member in detail.contacts) or _("nobody yet")
    opens = rule_words(row.opens_days_before, row.opens_at) or _("from the start")
    closes = rule_words(row.closes_days_before, row.closes_at) or _("until the distribution")
    lines = [
        plain(row.name, "bold"),
        plain(_("{name}: {what}").format(name=producer.name, what=reached)),
        plain(_("Contacts: {names}").format(names=spoken)),
        plain(_("Opens: {opens} · closes: {closes}").format(opens=opens, closes=closes)),
    ]
    return Content("\n").join(lines)


def _called(member: Member) -> str:
    phones = [p.phone_shown or p.phone or p.mobile_shown or p.mobile for p in member.people]
    number_ = next((phone for phone in phones if phone), "")
    return f"{member.name} {number_}".strip()
