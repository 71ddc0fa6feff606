"""One product: the form for what it is, what it costs and how it is sold; new ones are written down in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Button, Input, Static

from screens import product_form as form
from screens.errors import words_for
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.text import fitted
from screens.widgets.one_of import OneOf
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.tick import Tick
from store.catalogues import Catalogue
from store.errors import Invalid
from store.products import Product
from templates.words import N_, _, dates
from templates.words.money import money

KEPT = ("unit", "sold")
"""What the next new product probably has in common with the one before."""


class ProductScreen(FormScreen):
    """The form of a product, or of new ones, one after the other; leaves with the last that was saved."""

    NAME = "product"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    HELP = N_(
        "What a product is, what it costs and how it is sold. **Enter**, **Tab** and **↓** lead to the next field, "
        "**↑** back; **F8** or **Ctrl+S** saves from any field. Behind a new product comes the form for the next one; "
        "**Enter** on its empty name leaves.\n"
        "\n"
        "**One is** says what the price is for: `piece`, `kg`, `500 g`, `6 pieces`, `75 cl`.\n"
        "**Sold whole** takes 1, 2, 3; **in parts too** takes 1,5 or 1/2 as well; **weighed at pick-up** is ordered by "
        "the piece and paid by its weight: the price is for 1 kg, and a piece weighs about as much as you say.\n"
        "**Stock** each time is the same number at every distribution; in all is what is there now, for all of them.\n"
        "\n"
        "The last lines show how the product stands in an order, and how it is read to the caller. What is ordered "
        "already keeps its price."
    )
    BINDINGS = [
        Binding("f6", "copy", N_("Copy"), tooltip=N_("Begin a new product with what is typed here"), id="product.copy"),
    ]
    LABELS = form.LABELS

    def __init__(
        self, product_id: int | None = None, catalogue_id: int | None = None, copy_of: int | None = None, name: str = ""
    ) -> None:
        """A known product; or a new one of a catalogue, which begins as the copy of another one, or with a name."""
        super().__init__()
        self._product_id = product_id
        self._catalogue_id = catalogue_id
        self._copy_of = copy_of
        self._called = name
        self._catalogue: Catalogue | None = None
        self._product: Product | None = None
        self._today: Product | None = None
        self._others: Sequence[Product] = ()
        self._last: int | None = None

    def heading(self) -> tuple[str, str]:
        catalogue = self._catalogue.name if self._catalogue is not None else ""
        return (_("New product") if self._product is None else self._product.name), fitted(catalogue, 30).rstrip()

    # -- the fields

    def content(self) -> ComposeResult:
        label = self.label

        def choices(names: dict[str, str]) -> list[tuple[str, str]]:
            return [(value, _(called)) for value, called in names.items()]

        with VerticalScroll(can_focus=False):
            yield from row(label("name"), line("name"))
            yield from row(label("price"), line("price", "-short"), note="price")
            yield from row(label("unit"), line("unit", "-short"), note="unit")
            yield from row(label("sold"), OneOf(choices(form.SOLD), id="form-sold"))
            yield from row(label("weight"), line("weight", "-short"), note="weight")
            yield from row(label("reference"), line("reference", "-short"), note="reference")
            yield from row(label("cost"), line("cost", "-short"), note="cost")
            yield from row(label("stock_kind"), OneOf(choices(form.STOCK), id="form-stock-kind"))
            yield from row(label("stock"), line("stock", "-short"), note="stock")
            save = Button(plain(_("Save")), id="form-save", compact=True)
            yield from row("", Tick(label("active"), True, id="form-active"), save)
            yield Static(id="product-order")
            yield Prose(id="product-read")
            yield Prose(id="form-hint")

    @property
    def place(self) -> str:
        """By product, or by the catalogue that a new one is for."""
        return f"product {self._product_id}" if self._product_id else f"new product {self._catalogue_id}"

    def about(self) -> tuple[str, int | None] | None:
        return None if self._product is None else ("product", self._product.id)

    def load(self) -> Fields:
        """Read the product and the others of its catalogue."""
        catalogues = self.store.catalogues
        if self._product_id is not None:
            found = catalogues.product(self._product_id)
            self._product, self._today = found.own_price, found
            self._catalogue_id = self._product.catalogue_id
        assert self._catalogue_id is not None  # who opens the form says one of the two
        self._catalogue = catalogues.get(self._catalogue_id)
        everything = catalogues.products([self._catalogue_id], inactive=True)
        self._others = [product for product in everything if product.id != self._product_id]
        return dict(form.EMPTY) if self._product is None else form.fields_of(self._product)

    def opened(self) -> None:
        """Begin with the product to copy, or with what was searched for."""
        new = self._product is None
        self.field("active").disabled = new
        if self._copy_of is not None and new:
            copied = next((one for one in self._others if one.id == self._copy_of), None)
            if copied is not None:
                self.put({**form.fields_of(copied), "reference": "", "active": True})
        elif self._called and new and not self.keeps():
            self.put({"name": self._called[:1].upper() + self._called[1:]})
            self.field("price").focus()
        self.refresh_bindings()

    # -- while typing

    def look_again(self) -> None:
        """Show what can be filled in, and how it reads in an order."""
        typed = self.typed
        weighed, counted = typed["sold"] == "weighed", typed["stock_kind"] != "none"
        if weighed and not str(typed["unit"]).strip():
            self.field("unit").value = "kg"
            typed = self.typed
        for name, needed in (("weight", weighed), ("stock", counted)):
            self.field(name).disabled = not needed
            self.field(name).parent.set_class(not needed, "-unused")
        super().look_again()
        self._show_example(form.product_of(typed, self._catalogue) if self._catalogue is not None else None)

    def _show_example(self, product: Product | None) -> None:
        from screens.order_sheet import Columns, price_text
        from screens.order_sheet import row as order_row
        from screens.order_spoken import read_back
        from store.orders import OrderLine
        from templates.words.money import quantity

        order = self.query_one("#product-order", Static)
        if product is None:
            order.update("", layout=False)
            self.say_below("product-read", "")
            return
        wanted = 2000 if product.whole_only else 1500
        amount, mine = product.amount(wanted), self.house.group.currency
        cost = f"{'~' if product.estimated else ''}{price_text(product, amount, mine)}"
        columns = Columns.for_width(self.size.width - 3, [quantity(wanted)], [product])
        price = price_text(product, product.price, mine)
        order.update(order_row(columns, "", quantity(wanted), product, price, cost), layout=False)
        ordered = OrderLine(product, wanted, product.price, amount, product.estimated, late=False, entered_by=None)
        said = read_back([ordered], {product.currency: amount})
        self.say_below("product-read", _("Read to the caller: {text}").format(text=said))

    def notes(self, typed: Fields) -> dict[str, str]:
        """What the price is for, and what the rest means."""
        product = form.product_of(typed, self._catalogue) if self._catalogue is not None else None
        alike = form.called_alike(str(typed["name"]), self._others)
        found = {
            "price": self._price_note(product, alike),
            "unit": _("piece, kg, 500 g, 6 pieces, 75 cl"),
            "reference": _("a short code to order by; may be empty"),
            "cost": self._cost_note(product, typed),
        }
        if typed["sold"] == "weighed":
            found["weight"] = _("{unit}, about; empty: by weight").format(unit=typed["unit"])
        if typed["stock_kind"] == "distribution":
            found["stock"] = _("at every distribution")
        elif typed["stock_kind"] == "all":
            found["stock"] = _("now, for all distributions together")
        return found

    def _price_note(self, product: Product | None, alike: Product | None) -> str:
        if alike is not None:
            return _("one is called so already: {price}").format(price=form.price_words(alike))
        if product is None:
            return self._catalogue.currency if self._catalogue is not None else ""
        said, today = form.price_words(product), self._today
        if today is not None and today.promotion is not None:
            until = dates.day_number(today.promotion.until)
            said += " · " + _("until {day} {price}").format(day=until, price=money(today.price, today.currency))
        return said

    def _cost_note(self, product: Product | None, typed: Fields) -> str:
        try:
            cost = form.cents_of(str(typed["cost"]))
        except Invalid:
            cost = 0
        if product is None or not cost:
            return _("what the group pays; may be empty")
        return _("{sum} stay with the group").format(sum=money(product.price - cost, product.currency))

    def problems(self, typed: Fields) -> list[Problem]:
        """What cannot be stored."""
        return form.problems(typed, self._others, words_for)

    # -- saving

    def saver(self, typed: Fields) -> Callable[[], int]:
        """Add the product; or change what was changed here, so that two may change different things."""
        catalogues, known, catalogue_id = self.store.catalogues, self._product, self._catalogue_id
        values = form.values_of(typed)
        if known is None:
            assert catalogue_id is not None  # it was read when the form was opened
            del values["active"]
            name, price = values.pop("name"), values.pop("price")
            return lambda: catalogues.add_product(catalogue_id, name, price, **values)
        changed = {name: value for name, value in values.items() if getattr(known, name) != value}
        was = known.stock if "stock" in changed else None

        def save() -> int:
            if changed:
                catalogues.edit_product(known.id, known.version, stock_was=was, **changed)
            return known.id

        return save

    def saved(self, saved_id: int) -> None:
        """Leave; behind a new product the next one can be typed."""
        if self._product is not None:
            self.dismiss(saved_id)
            return
        self._last = saved_id
        name = str(self.typed["name"])
        self.start_again({**form.EMPTY, **{kept: self.typed[kept] for kept in KEPT}})
        self.load()
        self.look_again()
        self.field("name").focus()
        self.say(_("Saved: {name}. Now the next one; Enter without a name ends.").format(name=name))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter on the empty name of a next product ends: there is none."""
        if event.input.id == "form-name" and self._last is not None and not self.keeps():
            event.stop()
            event.prevent_default()  # not to the next field
            self.dismiss(self._last)

    def leaves_with(self) -> int | None:
        """The last new product, so that the list shows it."""
        return self._last

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what is saved can be copied."""
        return self._product is not None if action == "copy" else True

    def action_copy(self) -> None:
        """Begin a new product like this one."""
        if self._product is not None:
            self.go("product", self._copied, catalogue_id=self._product.catalogue_id, copy_of=self._product.id)

    def _copied(self, product_id: int | None) -> None:
        if product_id is not None and not self.keeps():
            self.dismiss(product_id)
