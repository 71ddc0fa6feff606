"""What there is to say of a message beside its words: what it is, from whom, about which day, until when it may go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Button

from screens import message_details_fields as details
from screens.draft_details import DraftDetailsScreen
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.member_words import KINDS
from screens.moments import moment_of
from screens.widgets.one_of import OneOf
from screens.widgets.one_shown import OneShown
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.tick import Tick
from templates.words import N_, _, dates


class MessageDetailsScreen(DraftDetailsScreen):
    """The details of a draft; leaves with its id once they are saved."""

    NAME = "message_details"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    HELP = N_(
        "**Kind** decides whose refusal counts: who wants no last calls gets no message of that kind.\n"
        "\n"
        "A **service message** goes to those too who switched its kind off, because they have to know: a distribution "
        "is cancelled, say. The reason is written down. Who answered STOP gets none all the same.\n"
        "\n"
        "**Language** is what the text is written in: the days, amounts and lists that its fields say are in it too.\n"
        "\n"
        "**Speaks of** is the distribution whose day, place and orders the fields of the text say.\n"
        "\n"
        "**Send before**: what has not gone by then is held back, as a last call is of no use after the closing.\n"
        "\n"
        "**Counts from** and **until**: the orders of these days are the message's result.\n"
        "\n"
        "Days and hours are typed as one says them: 23/11 20h, Monday, tomorrow. ← and → choose where < > is shown."
    )

    def __init__(self, message_id: int) -> None:
        super().__init__(message_id)
        self._proposed = ""

    @property
    def place(self) -> str:
        return f"message details {self._message_id}"

    # -- the fields

    def content(self) -> ComposeResult:
        label = self.label
        with VerticalScroll(can_focus=False):
            kinds = [(kind, _(KINDS[kind])) for kind in details.KINDS]
            yield from row(label("kind"), OneShown(kinds, id="form-kind"), note="kind")
            service = Tick(_("also to who switched such messages off"), id="form-service")
            yield from row(label("service"), service)
            yield from row(label("reason"), line("reason"), classes="-reason")
            yield from self.language_row()
            yield from row(label("distribution"), OneShown([("", "")], id="form-distribution"))
            yield from self.sender_rows()
            yield from row(label("send_before"), line("send_before", "-when"), note="send_before")
            yield from row(label("counts_from"), line("counts_from", "-when"), note="counts_from")
            yield from row(label("closes_on"), line("closes_on", "-when"), note="closes_on")
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="form-hint")

    def load(self) -> Fields:
        """The distributions that it can speak of are offered, too."""
        fields = super().load()
        assert self._message is not None  # just read
        self.field("distribution").offer(details.distributions(self.store, self._message))
        return fields

    def opened(self) -> None:
        """Propose until when a last call is of use; where nothing was said, nothing is changed by looking."""
        self._propose()

    def _propose(self) -> None:
        """Put the closing where nobody typed anything, for a last call; take it away when it is none any more."""
        typed = self.typed
        moment = str(typed["send_before"]).strip()
        taken_out = bool(self._proposed) and not moment
        if moment not in ("", self._proposed) or self._message is None:
            return
        last: datetime | None = None
        if typed["kind"] == "last_call" and not taken_out:
            chosen = str(typed["distribution"])
            last = details.last_moment(self.store, self._message, int(chosen) if chosen else None)
        self._proposed = details.moment_text(last)
        self.field("send_before").value = self._proposed

    def on_one_of_changed(self, event: OneOf.Changed) -> None:
        """Another kind, another distribution has another last moment; then the form looks what is meant now."""
        if self._filled and event.one_of.id in ("form-kind", "form-distribution"):
            self._propose()

    def look_again(self) -> None:
        super().look_again()
        if "service" in self.read_fields:
            self.query_one(".-reason").display = bool(self.typed["service"])

    # -- what is meant

    @property
    def _today(self) -> date:
        return self.store.clock.today()

    def _day(self, typed: Fields, name: str) -> date | None:
        return details.counted_day(name, str(typed[name]), self._today)

    def problems(self, typed: Fields) -> list[Problem]:
        found = []
        if typed["service"] and not str(typed["reason"]).strip():
            words = _("Say why everybody has to know: it is written down with the message.")
            found.append(Problem("reason", words, at_save=True))
        found += super().problems(typed)
        for name in ("send_before", "counts_from", "closes_on"):
            try:
                moment_of(str(typed[name]), self._today) if name == "send_before" else self._day(typed, name)
            except ValueError:
                found.append(Problem(name, details.not_understood(name, str(typed[name]))))
        return found or self._in_order(typed)

    def _in_order(self, typed: Fields) -> list[Problem]:
        first, last = self._day(typed, "counts_from"), self._day(typed, "closes_on")
        if first is not None and last is not None and last < first:
            return [Problem("closes_on", _("That is before the day from which orders count."))]
        before = moment_of(str(typed["send_before"]), self._today)
        known = self._message.send_before if self._message is not None else None
        if before is not None and before != known and before <= self.store.clock.to_wall(self.store.clock.now()):
            return [Problem("send_before", _("That moment has passed: nothing would go out."))]
        return []

    def notes(self, typed: Fields) -> dict[str, str]:
        said = {"kind": "" if typed["service"] else _("not to who switched it off")}
        try:
            before = moment_of(str(typed["send_before"]), self._today)
            days = {name: self._day(typed, name) for name in ("counts_from", "closes_on")}
        except ValueError:
            return said
        if before is not None:
            said["send_before"] = _("held back after {moment}").format(moment=dates.moment(before))
        for name, day in days.items():
            if day is not None:
                said[name] = dates.day(day, year=True)
        return said

    # -- saving

    def saver(self, typed: Fields) -> Callable[[], int]:
        message, messages = self._message, self.store.messages
        assert message is not None  # nothing is saved before it was read
        changed: dict[str, Any] = details.values(typed, self._today)
        return lambda: messages.save(replace(message, **changed)).id or 0
