"""The products of a catalogue: find, add, change, put in order, count, offer or no longer."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable

from screens.product_form import thousandths_of, thousandths_text
from screens.products_list import ProductsTable, matches
from screens.products_words import counted, described
from screens.searching import SearchingScreen, find_key
from screens.text import fitted
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.catalogues import Catalogue
from store.errors import Invalid
from store.products import Product
from store.rights import Right
from templates.words import N_, _, ngettext

NOT_COUNTED = "-"
"""What is typed for the stock of a product that nobody counts any more."""
NAME_CELLS = 30
"""Cells for a name in a question."""


class ProductsScreen(SearchingScreen[None]):
    """All products of one catalogue in their order of display, those that are not offered too."""

    NAME = "products"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "The products of one catalogue, in the order in which they stand in lists.\n"
        "\n"
        "Type part of a name or a reference: the list follows. **Enter** opens the first product; when there is none "
        "of that name it writes a new one down. **↓** or **Tab** leads into the list, where letters act; **/** leads "
        "back to the search.\n"
        "\n"
        "**J** moves a product down in the list, **K** up. **a** offers it, or no longer: what is ordered of it stays "
        "ordered. **s** says how many there are. **Space** marks several, for **a**. **p** shows the promotions: what "
        "costs less for some days."
    )
    BINDINGS = [
        Binding("n", "new", N_("New"), tooltip=N_("Write new products down, one after the other"), id="products.new"),
        Binding("f7", "new", N_("New"), tooltip=N_("Write new products down"), show=False, id="products.new.f7"),
        Binding("c", "copy", N_("Copy"), tooltip=N_("Begin a new product like this one"), id="products.copy"),
        Binding("a", "offer", N_("Offer or not"), tooltip=N_("Offer it, or no longer"), id="products.offer"),
        Binding("s", "stock", N_("Stock"), tooltip=N_("Say how many there are"), id="products.stock"),
        Binding("p", "promotions", N_("Promotions"), tooltip=N_("Less for some days"), id="products.promotions"),
        Binding("J", "move(1)", N_("Down"), tooltip=N_("Move it down in lists"), id="products.down"),
        Binding("K", "move(-1)", N_("Up"), tooltip=N_("Move it up in lists"), id="products.up"),
        Binding("alt+down", "move(1)", N_("Down"), show=False, tooltip=N_("Move it down"), id="products.down.alt"),
        Binding("alt+up", "move(-1)", N_("Up"), show=False, tooltip=N_("Move it up"), id="products.up.alt"),
        Binding("i", "import", N_("Import"), tooltip=N_("Take products over from a file"), id="products.import"),
        Binding("u", "unmark", N_("Unmark"), tooltip=N_("Take all marks away"), id="products.unmark"),
        find_key("products"),
    ]

    def __init__(self, catalogue_id: int) -> None:
        super().__init__()
        self._catalogue_id = catalogue_id
        self._catalogue: Catalogue | None = None
        self._products: list[Product] = []
        self._shown: dict[str, Product] = {}
        self._marked: set[int] = set()
        self._wanted: int | None = None

    def heading(self) -> tuple[str, str]:
        if self._catalogue is None:
            return _("Products"), ""
        n = sum(product.active for product in self._products)
        counted = ngettext("{n} product in {currency}", "{n} products in {currency}", n)
        return (
            _("Products of {name}").format(name=self._catalogue.name),
            counted.format(n=n, currency=self._catalogue.currency),
        )

    def keys_now(self) -> list[tuple[str, str]]:
        """What keys do in the search line, where letters are typed."""
        if not self._line.has_focus:
            return []
        first = _("Open") if self._shown else _("New product")
        keys = [(_("Enter"), first)] if self._line.value.strip() or not self._products else []
        keys += [("↓", _("List"))] if self._shown else []
        keys += [("F7", _("New"))] if self._may else []
        return [*keys, ("F3", _("Leave")), ("F2", _("Go to")), ("F1", _("Help"))]

    def content(self) -> ComposeResult:
        yield self.find(_("Find"), "products-line")
        yield ProductsTable(id="products-list")
        yield Prose(id="products-none")
        yield Prose(id="products-detail")
        yield Ask()

    def on_mount(self) -> None:
        """Show the products; the cursor is in the search."""
        self._line.placeholder = _("name or reference")
        self._line.focus()
        self._table.fit(self.size.width)
        self._list()

    def on_resize(self) -> None:
        """Give the names the room there is."""
        if self._fit_columns():
            self._show()

    def _fit_columns(self) -> bool:
        return self._table.fit(self.size.width, lowered=any(product.promotion for product in self._products))

    @property
    def _table(self) -> ProductsTable:
        return self.query_one(ProductsTable)

    @property
    def _row(self) -> Product | None:
        return self._shown.get(self._table.current_key or "")

    # -- the list

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool = True) -> None:
        """Read the products; the next keys wait where they are meant for a row that is not there yet."""
        catalogues, wanted = self.store.catalogues, self._catalogue_id
        self.read(
            lambda: (catalogues.get(wanted), list(catalogues.products([wanted], inactive=True))),
            self._take,
            group="products",
            holds=holds,
        )

    def _take(self, found: tuple[Catalogue, list[Product]]) -> None:
        self._catalogue, self._products = found
        self._marked &= {product.id for product in self._products}
        self._fit_columns()
        self._show()
        self.show_heading()

    def _show(self) -> None:
        text = self._line.value
        self._shown = {str(product.id): product for product in self._products if matches(product, text)}
        table = self._table
        table.show(self._shown.values(), self._marked)
        if self._wanted is not None and str(self._wanted) in self._shown:
            table.move_cursor(row=table.get_row_index(str(self._wanted)), animate=False)
        self._wanted = None
        self._show_nothing_found()
        self._show_detail()

    def _show_nothing_found(self) -> None:
        """Say so, with the text as it is now, where nothing is found."""
        self.set_class(not self._shown, "-empty")
        said = "" if self._shown else self._nothing(self._line.value)
        self.query_one("#products-none", Prose).update(plain(said))
        self.refresh_bindings()

    def on_data_table_row_highlighted(self) -> None:
        """Show the rest of what is known of the product."""
        self._show_detail()

    def _show_detail(self) -> None:
        product = self._row
        self.query_one("#products-detail", Prose).update(described(product) if product is not None else plain(""))

    def _nothing(self, text: str) -> str:
        if not self._may:
            return _("There is no such product.") if text.strip() else _("There is no product yet.")
        if text.strip():
            return _("There is no such product. Enter writes “{text}” down as a new one.").format(text=text.strip())
        return _("There is no product yet. Type the name of the first one, then Enter; F2 i takes them from a file.")

    # -- keys of the search line

    def _line_key(self, key: str, _character: str | None) -> bool:
        if key == "escape" and self._line.value:
            self._line.put("")
            return True
        return super()._line_key(key, _character)

    def _typed(self, text: str) -> None:
        """Show what is found now; a letter that changes nothing draws nothing."""
        if [p.id for p in self._products if matches(p, text)] != [p.id for p in self._shown.values()]:
            self._show()
        else:
            self._show_nothing_found()
        if self._shown:
            self._table.move_cursor(row=0, animate=False)

    def _pasted(self, lines: list[str]) -> None:
        self._line.put(" ".join(lines))

    def _entered(self, text: str) -> None:
        """Open what the text finds first; write down what it does not find."""
        first = next(iter(self._shown.values()), None)
        if text.strip() and first is not None:
            self._open(first.id)
        elif text.strip() or not self._products:
            self.action_new()
        else:
            self.action_list()

    def action_list(self) -> None:
        """Go into the list."""
        if self._shown:
            self._table.focus()

    # -- one product

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open the product."""
        event.stop()
        self._open(int(str(event.row_key.value)))

    def _open(self, product_id: int) -> None:
        if self._may:
            self.go("product", self._came_back, product_id=product_id)
        else:
            self.say(_("A coordinator, or the producer, can change it."))

    def _came_back(self, product_id: int | None) -> None:
        if product_id is not None:
            self._wanted = product_id
            self._line.put("")
            self.say(_("Saved."))
            self._list()

    def action_new(self) -> None:
        """Write new products down, beginning with what was searched for."""
        if self._may:
            name = "" if self._shown else self._line.value.strip()
            self.go("product", self._came_back, catalogue_id=self._catalogue_id, name=name)

    def action_copy(self) -> None:
        """Begin a new product like the marked one."""
        if (product := self._row) is not None:
            self.go("product", self._came_back, catalogue_id=self._catalogue_id, copy_of=product.id)

    def action_promotions(self) -> None:
        """What of this catalogue costs less for some days; a new one begins with the marked product."""
        row = self._row if self._table.has_focus else None
        self.go("promotions", catalogue_id=self._catalogue_id, product_id=None if row is None else row.id)

    def action_import(self) -> None:
        """Take products over from a file."""
        self.go("import", catalogue_id=self._catalogue_id)

    # -- keys of the list

    @property
    def _may(self) -> bool:
        return self.operator.may(Right.ORDERS, self._catalogue_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What needs a product is only offered where there is one; the rest needs the right to change them."""
        if action not in ("new", "copy", "offer", "stock", "move", "import", "unmark", "mark"):
            return True
        if self.query_one(Ask).display or not self._may:
            return False
        if action == "unmark":
            return bool(self._marked)
        if action == "move":
            return not self._line.value.strip() and len(self._products) > 1
        return bool(self._shown) if action in ("copy", "offer", "stock", "mark") else True

    def action_mark(self) -> None:
        """Mark the product under the cursor, or take its mark away, and go on to the next."""
        if (product := self._row) is not None:
            self._marked ^= {product.id}
            self._table.mark(product.id, product.id in self._marked)
            self._table.action_cursor_down()
            self.refresh_bindings()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._marked.clear()
        self._show()

    def action_offer(self) -> None:
        """Offer what is marked, or no longer; without marks, what is under the cursor."""
        row = self._row
        wanted = [p for p in self._products if p.id in self._marked] or ([row] if row is not None else [])
        if not wanted:
            return
        on = not all(product.active for product in wanted)
        ids = [product.id for product in wanted]

        def done(n: int) -> None:
            if on:
                said = ngettext("{n} product is offered again.", "{n} products are offered again.", n)
            else:
                said = ngettext(
                    "{n} product is not offered any more; a offers it again.",
                    "{n} products are not offered any more; a offers them again.",
                    n,
                )
            self.say(said.format(n=n))
            self._list()

        self.house.hold_keys()
        self.write(lambda: self.store.catalogues.set_active(ids, on), done, self._failed)

    def _failed(self, error: BaseException) -> None:
        """Show what there is: it is not what was meant."""
        self.show_error(error)
        self._list()

    def action_move(self, step: int) -> None:
        """Move the product under the cursor; it is shown at once and stored behind."""
        product = self._row
        if product is None or not self.check_action("move", ()):
            return
        at = self._products.index(product)
        to = at + step
        if 0 <= to < len(self._products):
            self._products.insert(to, self._products.pop(at))
            self._show()
            self.write(lambda: self.store.catalogues.move_product(product.id, step), failed=self._failed)

    # -- stock

    def action_stock(self) -> None:
        """Ask how many there are."""
        if (product := self._row) is not None:
            self._ask_stock(product, thousandths_text(product.stock) if product.stock_kind != "none" else "")

    def _ask_stock(self, product: Product, typed: str) -> None:
        if product.stock_kind == "all":
            question = _("{name}: how many in all? (- not counted)")
        else:
            question = _("{name}: how many each time? (- not counted)")
        name = fitted(product.name, NAME_CELLS).rstrip()
        self.query_one(Ask).ask(question.format(name=name), lambda text: self._count(product, text), typed)
        self.refresh_bindings()

    def _count(self, product: Product, text: str) -> None:
        if not text:
            self.say(_("The stock of {name} stays as it was.").format(name=product.name))
            return
        values: dict[str, object] = {"stock_kind": "none", "stock": None}
        if text != NOT_COUNTED:
            try:
                stock = thousandths_of(text)
            except Invalid as error:
                self.show_error(error)
                self._ask_stock(product, text)
                return
            kept = product.stock_kind if product.stock_kind != "none" else "distribution"
            values = {"stock_kind": kept, "stock": stock}

        def done(now: Product) -> None:
            self._wanted = now.id
            self.say(counted(now))
            self._list()

        catalogues = self.store.catalogues
        self.write(
            lambda: catalogues.edit_product(product.id, product.version, stock_was=product.stock, **values),
            done,
            self._failed,
        )

    def on_ask_left(self) -> None:
        """Back to the list, unless something is asked again."""
        if not self.query_one(Ask).display:
            self._table.focus()
        self.refresh_bindings()
