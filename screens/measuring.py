"""Measuring: whether the group counts who opens its mails and clicks in them, and through which address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Button

from screens.errors import words_for
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.tick import Tick
from store.errors import Invalid
from store.rights import Right
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store import Store

LABELS = {"on": N_("Measuring"), "address": N_("Address")}


def read_consents(store: Store) -> int | None:
    """How many people said yes; None where the operator may not know."""
    return store.measuring.consents() if store.operators.me().may(Right.MEMBERS) else None


class MeasuringScreen(FormScreen):
    """The form of what is counted; it stays when it is saved."""

    NAME = "measuring"
    HELP = N_(
        "Off, as it comes, no mail says whether it was read. Switched on, it is counted whether a mail was opened, and "
        "whether something in it was clicked, **only** for people who said yes to it: the member's page asks them, "
        "and notes who asked and when. Everybody else's mails stay as they are.\n"
        "\n"
        "A mail to two people is counted only where both said yes. Kept is who, which mail, and when first; not how "
        "often, which link, or from where.\n"
        "\n"
        "The **address** is that of the endpoint on the group's server, which `cabas measure serve` answers; whoever "
        "looks after the server sets it up. Links in counted mails lead through it, so it has to be there for years.\n"
        "\n"
        "Switched off, nothing more is counted, of old mails either; their links still lead on."
    )
    LABELS = LABELS
    AUTO_FOCUS = "Tick"
    NEEDS = {"save": Right.ADMIN}

    def heading(self) -> tuple[str, str]:
        return _("Opens and clicks"), ""

    def content(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield from row(self.label("on"), Tick(_("count opens and clicks of who said yes"), id="form-on"))
            yield from row(self.label("address"), line("address", max_length=200))
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="measuring-more")
            yield Prose(id="form-hint")

    @property
    def place(self) -> str:
        """One for the group."""
        return "measuring"

    def about(self) -> tuple[str, int | None] | None:
        return "measuring", None

    def load(self) -> Fields:
        """How it is set, and how many said yes."""
        self.field("address").placeholder = "https://stat.example.org"
        self.read(lambda: read_consents(self.store), self._take, "consents")
        settings = self.store.measuring.get()
        return {"on": settings.on, "address": settings.address}

    def _take(self, consents: int | None) -> None:
        said = [_("Only mails to people who said yes are counted; all others stay as they are.")]
        if consents is not None:
            said.append(ngettext("{n} person said yes.", "{n} people said yes.", consents).format(n=consents))
        self.say_below("measuring-more", "\n".join(said))

    def problems(self, typed: Fields) -> list[Problem]:
        """An address of the web with https, without which nothing can be counted."""
        from store.measuring import checked_address

        text = str(typed["address"]).strip()
        try:
            checked_address(text)
        except Invalid as error:
            return [Problem("address", words_for(error), at_save=True)]
        if typed["on"] and not text:
            return [Problem("address", words_for(Invalid("measuring_address", "", "empty")), at_save=True)]
        return []

    def wrong_field(self, error: BaseException) -> str:
        return "address"

    def said(self, name: str, fields: Fields) -> str:
        return super().said(name, fields) or _("nothing")

    def saver(self, typed: Fields) -> Callable[[], int]:
        """Change what was typed anew: a colleague may be changing the other."""
        changed = {name: value for name, value in typed.items() if value != self.read_fields[name]}
        on, address, measuring = changed.get("on"), changed.get("address"), self.store.measuring

        def save() -> int:
            measuring.set(on=None if on is None else bool(on), address=None if address is None else str(address))
            return len(changed)

        return save

    def saved(self, saved_id: int) -> None:
        """Stay, with what is set now."""
        self.start_again(self.load())
        self.say(_("Saved."))
