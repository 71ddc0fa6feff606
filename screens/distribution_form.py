"""The form of a distribution: a new one, its hours and place, or its move to another day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from screens.distribution_lines import automatic, cancelled_words, concerned, hours, later, told, when
from screens.errors import screen_words
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields, day_text
from screens.member_inputs import UsedBefore
from screens.moments import day_of, hours_of
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.tick import Tick
from store.errors import Invalid
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from store.catalogues import Catalogue
    from store.distributions import Concerned, Distribution, DistributionRow

NEW, EDIT, MOVE = "new", "edit", "move"
FIELDS = {NEW: ("day", "hours", "place", "note"), EDIT: ("hours", "place", "note"), MOVE: ("day", "hours", "place")}
SERVED = "catalogue_"
"""What the name of a catalogue's tick begins with; its id follows."""

BRIEF = 14
"""Cells of a day and of two hours: what is meant by them is longer, and stands beside."""

CLOSINGS = 6
"""How many closings that move along are listed."""


class DistributionFormScreen(FormScreen):
    """Leaves with the id of the distribution that was written down."""

    NAME = "distribution_form"
    HELP = N_(
        "The day, from when to when, and where. Days and hours are typed as one says them: 26/11, Thursday or "
        "26/11/2026; 18h-19h30 or 18:00-19:30. What cabas understood stands beside.\n"
        "\n"
        "**Enter**, **Tab** and **↓** lead to the next field, **↑** back. **F8**, **Ctrl+S** or Enter on **Save** "
        "saves.\n"
        "\n"
        "A new distribution serves the catalogues that are ticked; each closes by its own rule. **Space** ticks.\n"
        "\n"
        "When a day moves, the closings of catalogues whose recap is not sent move along, and orders stay."
    )
    LABELS = {"day": N_("Day"), "hours": N_("Hours"), "place": N_("Place"), "note": N_("Note")}

    def __init__(self, distribution_id: int | None = None, act: str = EDIT) -> None:
        super().__init__()
        self._distribution_id = distribution_id
        self._act = act if distribution_id is not None else NEW
        self._distribution: Distribution | None = None
        self._concerned: Concerned | None = None
        self._offered: tuple[Catalogue, ...] = ()
        self._planned: tuple[DistributionRow, ...] = ()

    def heading(self) -> tuple[str, str]:
        if self._distribution is None:
            return _("New distribution"), ""
        words = _("Move the distribution of {day}") if self._act == MOVE else _("Distribution of {day}")
        return words.format(day=dates.day(self._distribution.day, year=True)), ""

    @property
    def place(self) -> str:
        return f"distribution:{self._distribution_id or ''}:{self._act}"

    # -- the fields

    def content(self) -> ComposeResult:
        if self._act == NEW:
            self._offered = self.store.catalogues.all()
        with VerticalScroll(can_focus=False):
            for name in FIELDS[self._act]:
                brief = name in ("day", "hours")
                field = line(name)
                if brief:
                    field.select_on_focus = True  # what is typed there takes the place of what was there
                    field.styles.width = BRIEF
                yield from row(_(self.LABELS[name]), field, note=name if brief else "")
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="form-hint")
            yield Prose(id="form-concerned")
            if self._act == NEW:
                none = _("There is no catalogue yet: F2 c makes one. It can be offered on this day later.")
                yield Static(plain(_("Catalogues"), "bold") if self._offered else plain(none), id="form-catalogues")
            for catalogue in self._offered:
                name = f"{SERVED}{catalogue.id}"
                tick = Tick(catalogue.name, True, id=f"form-{name.replace('_', '-')}")
                yield from row("", tick, note=name)

    def about(self) -> tuple[str, int | None] | None:
        return None if self._distribution_id is None else ("distribution", self._distribution_id)

    def load(self) -> Fields:
        if self._distribution_id is None:
            return self._proposed()
        found = self.store.distributions.get(self._distribution_id)
        if self._filled and found.cancelled:
            raise Invalid("distribution", str(found.id), "is_cancelled")  # under somebody's hands: it is too late
        self._distribution = found
        if self._act == MOVE:
            self._concerned = self.store.distributions.move_preview(self._distribution_id)
        values: Fields = {
            "day": day_text(found.day),
            "hours": hours(found.starts_at, found.ends_at),
            "place": found.place,
            "note": found.note,
        }
        return {name: values[name] for name in FIELDS[self._act]}

    def _proposed(self) -> Fields:
        """What a new one will probably be like: as the latest, a week later."""
        served: Fields = {f"{SERVED}{catalogue.id}": True for catalogue in self._offered}
        latest = self.store.distributions.rows(1)
        fields: Fields = {"day": "", "hours": "", "place": "", "note": ""}
        for found in latest:
            day = later(found.day, self.store.clock.today())
            fields |= {"day": day_text(day), "hours": hours(found.starts_at, found.ends_at), "place": found.place}
        return {**fields, **served}

    def opened(self) -> None:
        """Begin with what is proposed, and offer the places that were written before."""
        self.field(FIELDS[self._act][0]).select_all()
        self.read(lambda: self.store.distributions.rows(), self._propose, group="used")

    def _propose(self, rows: tuple[DistributionRow, ...]) -> None:
        """Offer places, so that they are spelled the same way, and know which days are taken."""
        self._planned = rows
        self.field("place").suggester = UsedBefore(list(dict.fromkeys(r.place for r in rows if r.place)))
        self.look_again()

    def show_error(self, error: BaseException) -> None:
        """Say it; of a day that was cancelled, also by whom."""
        if isinstance(error, Invalid) and error.reason == "is_cancelled" and self._distribution_id is not None:
            found = self.store.distributions.get(self._distribution_id)
            said = cancelled_words(found, self.store.clock).rstrip(" :.")
            self.warn(f"{said}. {screen_words(error)}")
        else:
            super().show_error(error)

    def changed(self) -> None:
        """A colleague may have planned something for the same day."""
        super().changed()
        self.read(lambda: self.store.distributions.rows(), self._propose, group="used")

    # -- what is meant

    @property
    def _today(self) -> date:
        return self.store.clock.today()

    def _day(self, typed: Fields) -> date | None:
        try:
            return day_of(str(typed["day"]), self._today) if "day" in typed else None
        except ValueError:
            return None

    def _hours(self, typed: Fields) -> tuple[str, str] | None:
        try:
            return hours_of(str(typed["hours"]))
        except ValueError:
            return None

    def problems(self, typed: Fields) -> list[Problem]:
        found = []
        day, between = str(typed.get("day", "")), self._hours(typed)
        if "day" in typed and self._day(typed) is None:
            sentence = _("“{value}” is no day; write it as 26/11 or 26/11/2026.").format(value=day)
            found.append(
                Problem("day", sentence if day.strip() else _("On which day? Write it as 26/11."), not day.strip())
            )
        if between is None:
            found.append(Problem("hours", _("Two hours are needed, as 18:00-19:30."), at_save=True))
        elif between[0] >= between[1]:
            found.append(Problem("hours", _("It ends before it begins: write it as 18:00-19:30.")))
        if not str(typed["place"]).strip():
            found.append(Problem("place", _("A place is needed."), at_save=True))
        return found

    def notes(self, typed: Fields) -> dict[str, str]:
        day, between = self._day(typed), self._hours(typed)
        said = {"day": "", "hours": ""}
        if day is not None:
            off = when(day, self._today) or _("in the past")
            said["day"] = _("{day}, {span}").format(day=dates.day_long(day, year=True), span=off)
        if between is not None:
            said["hours"] = _("from {start} to {end}").format(start=between[0], end=between[1])
        for catalogue in self._offered:
            said[f"{SERVED}{catalogue.id}"] = self._closes(catalogue, day)
        return said

    def _closes(self, catalogue: Catalogue, day: date | None) -> str:
        from screens.catalogue_rule import moment_for

        if day is None or catalogue.closes_days_before is None or catalogue.closes_at is None:
            return ""
        closes = moment_for(day, catalogue.closes_days_before, catalogue.closes_at)
        return _("closes {moment}").format(moment=dates.moment(closes))

    def look_again(self) -> None:
        super().look_again()
        lines = [*self._taken(), *self._moved_along()]
        self.query_one("#form-concerned", Prose).update(Content("\n").join(lines))

    def _taken(self) -> list[Content]:
        """That there is a distribution on this day at this place already."""
        typed = self.typed
        day, place = self._day(typed), str(typed["place"]).strip()
        there = [r for r in self._planned if r.day == day and r.place == place and not r.cancelled]
        if not any(row.id != self._distribution_id for row in there):
            return []
        return [plain("! " + _("There is a distribution on this day at this place already."), "bold")]

    def _moved_along(self) -> list[Content]:
        """Whom a move concerns, and how closings move along."""
        found, before, day = self._concerned, self._distribution, self._day(self.typed)
        if found is None or before is None:
            return []
        lines = [plain(f"! {text}", "bold") for text in (concerned(found), told(found), automatic(found)) if text]
        if day is None or day == before.day:
            return lines
        by = day - before.day
        moving = [c for c in before.catalogues if c.recap_sent_at is None and c.closes is not None]
        for c in moving[:CLOSINGS]:
            if c.closes is not None:
                after = dates.moment(c.closes + timedelta(days=by.days))
                words = _("{name} closes {before} → {after}")
                lines.append(plain(words.format(name=c.name, before=dates.moment(c.closes), after=after)))
        return lines + ([plain("…")] if len(moving) > CLOSINGS else [])

    # -- saving

    def untouched(self) -> None:
        """A new one may be just as it is proposed."""
        if self._act != NEW:
            self.dismiss(self._distribution_id)
        elif problems := self.problems(self.typed):
            self.warn(problems[0].sentence)
            self.field(problems[0].field).focus()
        else:
            self._saving = True
            self.write(self.saver(self.typed), self.saved, self._failed, holds=True)

    def saver(self, typed: Fields) -> Callable[[], int]:
        distributions, place = self.store.distributions, str(typed["place"]).strip()
        known = self._distribution
        day, between = self._day(typed) or (None if known is None else known.day), self._hours(typed)
        if day is None or between is None:
            raise ValueError(typed)  # `problems` lets nothing through that is none
        starts_at, ends_at, note = *between, str(typed.get("note", "")).strip()
        if known is None:
            served = [catalogue.id for catalogue in self._offered if typed[f"{SERVED}{catalogue.id}"]]
            return lambda: distributions.add(day, starts_at, ends_at, place, served, note=note)

        def save() -> int:
            if self._act == MOVE:
                distributions.move(known.id, known.version, day, starts_at, ends_at, place)
            else:
                distributions.edit(
                    known.id, known.version, starts_at=starts_at, ends_at=ends_at, place=place, note=note
                )
            return known.id

        return save
