"""The voucher that everybody gets with a message: how much, from which order on, until when, and what that comes to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Button

from screens import voucher_offer_fields as form
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.message_states import title_of
from screens.voucher_words import forecast_words
from screens.widgets.one_of import OneOf
from screens.widgets.one_shown import OneShown
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.rights import Right
from templates.words import N_, _

if TYPE_CHECKING:
    from store.message_records import Message
    from store.voucher_records import Forecast

REST_SECONDS = 0.3
"""After so long without a key it is counted what the offer comes to."""
SHOWN = {"none": (), "amount": ("amount",), "percent": ("percent", "since", "until")}
"""The fields that only one kind of offer has."""


class VoucherOfferScreen(FormScreen):
    """The form of a draft's offer; leaves with the draft's id once it is saved."""

    NAME = "voucher_offer"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    AUTO_FOCUS = "OneOf"
    HELP = N_(
        "Everybody who hears of the message can get a voucher with it: the same sum for all, or a part of what each "
        "one bought between two days, over all catalogues. Who bought nothing then gets none.\n"
        "\n"
        "Each voucher has a code of its own. A field puts it into the text: `{{ voucher.code }}`, also "
        "`{{ voucher.amount }}` and `{{ voucher.until }}`. It is used once, for one order of this member: **v** in "
        "the order that is read back. What it is worth beyond that order lapses.\n"
        "\n"
        "Days are typed as one says them: 31/12, Monday. Below stands what it comes to as things are now; the "
        "vouchers are made when the message goes."
    )
    LABELS = form.LABELS
    NEEDS = {"save": Right.MESSAGES_WRITE}

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self._message_id = message_id
        self._message: Message | None = None
        self._timer: Timer | None = None
        self._counted: Fields | None = None
        self._several = False
        """Whether orders are paid in more than one currency."""

    def heading(self) -> tuple[str, str]:
        return _("Voucher with the message"), "" if self._message is None else title_of(self._message)

    def content(self) -> ComposeResult:
        label = self.label
        with VerticalScroll(can_focus=False):
            kinds = [(kind, _(words)) for kind, words in form.KINDS.items()]
            yield from row(label("kind"), OneOf(kinds, id="form-kind"))
            for name in ("amount", "percent", "since", "until"):
                yield from row(label(name), line(name, "-brief", max_length=40), note=name, classes=f"-{name}")
            yield from row(label("currency"), OneShown([("", "")], id="form-currency"), classes="-currency")
            for name in ("minimum", "valid_until"):
                yield from row(label(name), line(name, "-brief", max_length=40), note=name, classes="-any")
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="voucher-comes-to")
            yield Prose(id="form-hint")

    @property
    def place(self) -> str:
        return f"voucher offer {self._message_id}"

    def about(self) -> tuple[str, int | None] | None:
        return "message", self._message_id

    def load(self) -> Fields:
        """What the draft offers now."""
        self._message = self.store.messages.get(self._message_id)
        own = self.house.group.currency
        currencies = form.currencies(self.store, own)
        self._several = len(currencies) > 1
        self.field("currency").offer(currencies)
        return form.fields_of(self.store.vouchers.offer(self._message_id), own)

    @property
    def _today(self) -> date:
        return self.store.clock.today()

    # -- while typing

    def look_again(self) -> None:
        """Show the fields of the kind that is chosen, and count what it comes to once nobody types."""
        if "kind" not in self.read_fields:
            return
        super().look_again()
        kind = str(self.typed["kind"])
        for name in ("amount", "percent", "since", "until"):
            self.query_one(f".-{name}").display = name in SHOWN[kind]
        self.query_one(".-currency").display = self._several and kind != "none"
        self.query(".-any").set(display=kind != "none")
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(REST_SECONDS, self._count)

    def changed(self) -> None:
        """Take over what a colleague saved, and count anew."""
        super().changed()
        self._counted = None
        self._count()

    def _count(self) -> None:
        typed = self.typed
        if typed == self._counted or not self._filled:
            return
        self._counted = typed
        offer = None if self.problems(typed) else form.offer_of(typed, self._today)
        if offer is None:
            self.say_below("voucher-comes-to", "")
            return
        count = partial(self.store.vouchers.forecast, self._message_id, offer)
        self.read(count, self._show_forecast, group="forecast")

    def _show_forecast(self, found: Forecast | None) -> None:
        if found is None or self._message is None:
            return
        lines = [plain(forecast_words(found, percent=self.typed["kind"] == "percent"))]
        if not form.says_code(self._message):
            lines.append(plain("! " + _("No text says the code yet: F4 in the text puts in {{ voucher.code }}.")))
        self.query_one("#voucher-comes-to", Prose).update(Content("\n").join(lines))

    def problems(self, typed: Fields) -> list[Problem]:
        return form.problems(typed, self._today)

    def notes(self, typed: Fields) -> dict[str, str]:
        return form.notes(typed, self._today)

    def said(self, name: str, fields: Fields) -> str:
        """A choice by what it is called."""
        return form.called(name, fields)

    # -- saving

    def wrong_field(self, error: BaseException) -> str:
        """The field that the store refused."""
        field = super().wrong_field(error)
        return {"price": "amount", "offer": "kind"}.get(field, field)

    def saver(self, typed: Fields) -> Callable[[], int]:
        vouchers, message_id, offer = self.store.vouchers, self._message_id, form.offer_of(typed, self._today)

        def save() -> int:
            vouchers.set_offer(message_id, offer)
            return message_id

        return save
