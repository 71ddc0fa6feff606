"""One promotion: the form for what costs less, how much, and from when to when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Button

from screens import promotion_form as form
from screens.distribution_lines import when
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.moments import day_of
from screens.widgets.picked import Picked, Source
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.errors import Invalid
from store.promotions import Promotion, PromotionState
from templates.words import N_, _, dates

BRIEF = 14
"""Cells of a day and of a price: what is meant by them stands beside."""


class PromotionScreen(FormScreen):
    """The form of a promotion, or of a new one; leaves with the id of the one that was saved."""

    NAME = "promotion"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    HELP = N_(
        "What costs less, and when. **Enter**, **Tab** and **↓** lead to the next field, **↑** back; **F8** or "
        "**Ctrl+S** saves from any field.\n"
        "\n"
        "**Product**: type a part of its name, or of a catalogue's for all that is in it; Enter takes what is shown, ↓ "
        "shows another.\n"
        "**Price or %**: what it costs on these days, `2,00`, or how much less, `20%`.\n"
        "**First day** and **Last day** count both: `26/11`, `Sunday`, `tomorrow`.\n"
        "**Name**: what you call it among yourselves; may be empty.\n"
        "\n"
        "What is ordered on these days keeps its price afterwards. What was ordered before costs less as soon as its "
        "quantity is changed on these days. Imported orders keep the prices of their file."
    )
    LABELS = form.LABELS

    def __init__(
        self,
        promotion_id: int | None = None,
        catalogue_id: int | None = None,
        product_id: int | None = None,
        like: int | None = None,
    ) -> None:
        """A known one; or a new one, of a product or catalogue, or like one that is over."""
        super().__init__()
        self._promotion_id = promotion_id
        self._of = str(product_id or (-catalogue_id if catalogue_id else ""))
        self._like = like
        self._promotion: Promotion | None = None
        self._known = form.Around((), (), ())
        self._free: Fields = {}

    def heading(self) -> tuple[str, str]:
        known = self._promotion
        if known is None:
            return _("New promotion"), ""
        return _("Promotion: {name}").format(name=known.name or known.what), ""

    def content(self) -> ComposeResult:
        label = self.label
        with VerticalScroll(can_focus=False):
            yield Picked("form-what", label("what"), self._source(), single=True)
            for name in ("less", "since", "until"):
                field = line(name)
                field.select_on_focus = True  # what is typed there takes the place of what was there
                field.styles.width = BRIEF
                yield from row(label(name), field, note=name)
            yield from row(label("name"), line("name", "-half"), note="name")
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="promotion-more")
            yield Prose(id="form-hint")

    def _source(self) -> Source:
        return Source(
            find=lambda text: self._known.found(text),
            name=lambda number: self._known.name(number),
            none=_("a part of the name, or of a catalogue's"),
            unknown=_("nothing is called so"),
        )

    @property
    def place(self) -> str:
        """By promotion."""
        return f"promotion {self._promotion_id}" if self._promotion_id else "new promotion"

    def about(self) -> tuple[str, int | None] | None:
        return None if self._promotion_id is None else ("promotion", self._promotion_id)

    def load(self) -> Fields:
        """Read the promotion, and what there is to make one of."""
        self._known = form.around(self.store)
        if self._promotion_id is not None:
            found = self.store.promotions.get(self._promotion_id)
            if self._filled and found.state(self._today) is PromotionState.CANCELLED:
                raise Invalid("promotion", found.what, "cancelled")  # under somebody's hands: it is too late
            self._promotion = found
        return form.fields_of(self._promotion, self._today)

    def opened(self) -> None:
        """Begin with the product one comes from, or like one that was."""
        if self._promotion is not None:
            self.field("less").focus()
            return
        begun: Fields = {"what": self._of} if self._of else {}
        if self._like is not None:
            old = self.store.promotions.get(self._like)
            known = form.fields_of(old, self._today)
            begun = {name: known[name] for name in ("what", "less", "name")}
        if begun:
            self.put(begun)
            self.field("until" if self._like is not None else "less").focus()

    # -- while typing

    @property
    def _today(self) -> date:
        return self.store.clock.today()

    def on_picked_changed(self, event: Picked.Changed) -> None:
        """Another product: what it costs now; the price comes next."""
        event.stop()
        self._touched()
        if self.typed["what"]:
            self.field("less").focus()

    def look_again(self) -> None:
        """Say what else holds on these days."""
        super().look_again()
        typed, own = self.typed, self._promotion_id or 0
        said = form.meeting_words(typed, self._known, self._today, own) or form.given_away(typed, self._known)
        self.say_below("promotion-more", f"! {said}" if said else "")

    def notes(self, typed: Fields) -> dict[str, str]:
        """What is meant: the price that it makes, and the days in full."""
        product = self._known.product(str(typed["what"]))
        less = form.less_words(typed, self._known)
        if not str(typed["less"]).strip() and product is not None:
            less = form.usual_words(product)
        since, until = self._day(typed["since"]), self._day(typed["until"])
        return {
            "less": less,
            "since": self._day_words(since),
            "until": self._day_words(until),
            "name": _("for yourselves; may be empty"),
        }

    def _day(self, text: str | bool) -> date | None:
        try:
            return day_of(str(text), self._today)
        except ValueError:
            return None

    def _day_words(self, day: date | None) -> str:
        if day is None:
            return ""
        off = when(day, self._today) or _("in the past")
        return _("{day}, {span}").format(day=dates.day_long(day, year=True), span=off)

    def problems(self, typed: Fields) -> list[Problem]:
        """What cannot be stored; what is half typed in the search is not taken yet."""
        found = form.problems(typed, self._known, self._today, self._promotion)
        if half := self.query_one(Picked).half_typed:
            said = _("“{text}” is not taken yet: Enter takes what is shown.").format(text=half)
            return [Problem("what_line", said, at_save=True), *found]
        return found

    def keeps(self) -> bool:
        """Whether something is typed that is not saved."""
        return super().keeps() or (self._filled and bool(self.query_one(Picked).half_typed))

    def said(self, name: str, fields: Fields) -> str:
        """What a field holds, as one reads it."""
        if name == "what" and fields[name]:
            return self._known.name(int(str(fields[name])))
        return super().said(name, fields)

    # -- saving

    def action_save(self) -> None:
        """Save; what would cost nothing asks for the key once more: it may be a slip."""
        typed = self.typed
        free = form.given_away(typed, self._known) if typed != self.read_fields else ""
        if free and self._free != typed and not self.problems(typed):
            self._free = typed
            self.warn(_("{said} F8 once more saves it.").format(said=free))
            return
        super().action_save()

    def wrong_field(self, error: BaseException) -> str:
        """The field that the store refused."""
        field = super().wrong_field(error)
        return {"price": "less", "percent": "less", "promotion": "until"}.get(field, field)

    def saver(self, typed: Fields) -> Callable[[], int]:
        """Write it down."""
        promotions, known = self.store.promotions, self._promotion
        told = form.promotion_of(typed, self._today)
        if known is None:
            return lambda: promotions.add(told)
        changed = replace(told, id=known.id, version=known.version)
        return lambda: promotions.edit(changed).id
