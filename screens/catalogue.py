"""One catalogue: the form for its name, its producer, who speaks for it, its currency and when it opens and closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Button, Input

from screens import catalogue_form as form
from screens.catalogue_rule import moment_for, rule_of
from screens.errors import words_for
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.member_inputs import PhoneInput, UsedBefore
from screens.widgets.picked import Picked, members
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.tick import Tick
from store.catalogues import Catalogue, Producer
from store.errors import Invalid
from store.rights import Right
from templates.words import N_, _, dates, ngettext


class CatalogueScreen(FormScreen):
    """The form of a catalogue, or of a new one; leaves with the id of the one that was saved."""

    NAME = "catalogue"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    HELP = N_(
        "A catalogue is what one producer offers to the group. **Enter**, **Tab** and **↓** lead to the next field, "
        "**↑** back; **F8** or **Ctrl+S** saves from any field.\n"
        "\n"
        "**Producer**: a name that is known brings its e-mail and phone; a new name is written down too. The recap of "
        "each distribution goes to that e-mail; where there is none, to the contacts.\n"
        "**Contacts** are members who speak for the catalogue: type a part of a name, Enter takes the one that is "
        "shown, ↓ shows another; Enter on somebody who is there takes them out.\n"
        "\n"
        "**Opens** and **Closes** count back from each distribution: `2 days before 20:00`, `2 20:00`, `the day before "
        "noon`. Empty: open from the start, or until the distribution. A new rule holds for coming distributions too, "
        "where nobody has set other hours.\n"
        "\n"
        "**F4** shows which mails go out by themselves for it."
    )
    LABELS = form.LABELS
    NEEDS = {"workflows": Right.MESSAGES_SEE}
    BINDINGS = [
        Binding("f4", "workflows", N_("Workflows"), tooltip=N_("What goes by itself for it"), id="catalogue.flows"),
    ]

    def __init__(self, catalogue_id: int | None = None) -> None:
        super().__init__()
        self._catalogue_id = catalogue_id
        self._catalogue: Catalogue | None = None
        self._known: form.Around | None = None
        self._meant: Producer | None = None
        self._day: date | None = None

    def heading(self) -> tuple[str, str]:
        return (_("New catalogue") if self._catalogue is None else self._catalogue.name), ""

    def content(self) -> ComposeResult:
        label = self.label
        with VerticalScroll(can_focus=False):
            yield from row(label("name"), line("name"))
            yield from row(label("producer"), line("producer", "-half"), note="producer")
            yield from row(label("email"), line("email", "-half"), note="email")
            phone = PhoneInput(self.house.group.country, id="form-phone", classes="-half")
            yield from row(label("phone"), phone)
            yield Picked("form-contacts", label("contacts"), members(self.store, _("nobody yet")))
            yield from row(label("currency"), line("currency", "-half", max_length=20))
            yield from row(label("opens"), line("opens", "-half"), note="opens")
            yield from row(label("closes"), line("closes", "-half"), note="closes")
            save = Button(plain(_("Save")), id="form-save", compact=True)
            yield from row("", Tick(label("active"), True, id="form-active"), save)
            yield Prose(id="catalogue-more")
            yield Prose(id="form-hint")

    @property
    def place(self) -> str:
        """By catalogue."""
        return f"catalogue {self._catalogue_id}" if self._catalogue_id else "new catalogue"

    def about(self) -> tuple[str, int | None] | None:
        return None if self._catalogue_id is None else ("catalogue", self._catalogue_id)

    def load(self) -> Fields:
        """Read the catalogue, its producer and what else is there."""
        if self._catalogue_id is not None:
            self._catalogue = self.store.catalogues.get(self._catalogue_id)
        self._known = form.around(self.store, self._catalogue)
        # While somebody types, another producer may be meant than is stored.
        self._meant = self._known.called(str(self.typed["producer"])) if self._filled else self._known.producer
        coming = self.store.distributions.next()
        self._day = coming.day if coming is not None else None
        return form.fields_of(self._catalogue, self._known, self.house.group.currency)

    def opened(self) -> None:
        """Known producers are proposed while one types."""
        self.field("active").disabled = self._catalogue is None
        if self._known is not None:
            self.field("producer").suggester = UsedBefore([one.name for one in self._known.producers])

    # -- while typing

    def on_input_changed(self, event: Input.Changed) -> None:
        """A known producer brings e-mail and phone, where nothing else was typed there."""
        if event.input.id == "form-producer" and self._known is not None:
            self._bring(self._known.called(event.value))

    def _bring(self, meant: Producer | None) -> None:
        known = self._known
        if meant is None and known is not None and known.renames(str(self.typed["producer"])):
            meant = known.producer
        before, self._meant = self._meant, meant
        if meant == before:
            return
        for name in ("email", "phone"):
            if self.typed[name] == (getattr(before, name) if before is not None else ""):
                self.put({name: getattr(meant, name) if meant is not None else ""})

    def on_picked_changed(self, event: Picked.Changed) -> None:
        """Somebody else speaks for it."""
        event.stop()
        self.look_again()

    def look_again(self) -> None:
        """Say too what a new rule changes elsewhere."""
        super().look_again()
        n = self._known.following if self._known is not None else 0
        changed = bool(self.read_fields) and any(self.typed[rule] != self.read_fields[rule] for rule in form.RULES)
        said = ngettext(
            "The new hours hold for the coming distribution, too.",
            "The new hours hold for the {n} coming distributions, too.",
            n,
        ).format(n=n)
        self.say_below("catalogue-more", said if changed and n else "")

    def notes(self, typed: Fields) -> dict[str, str]:
        """What is meant by the producer's name and by the rules."""
        found = {"producer": self._producer_note(str(typed["producer"]))}
        found["email"] = _("the recap goes there")
        if not str(typed["email"]).strip():
            found["email"] = _("recap to the contacts") if typed["contacts"] else _("no recap by mail")
        found["opens"] = self._rule_note(str(typed["opens"])) or _("from the start")
        found["closes"] = self._rule_note(str(typed["closes"])) or _("until the distribution")
        return found

    def _producer_note(self, name: str) -> str:
        known = self._known
        if known is None or not name.strip():
            return _("called as the catalogue")
        meant = known.called(name)
        if known.renames(name) or (meant is not None and meant == known.producer and meant.name != name.strip()):
            return _("the producer's new name")
        if meant is None:
            return _("new, is written down too")
        also = known.also(meant)
        return _("also: {names}").format(names=", ".join(also)) if also else ""

    def _rule_note(self, text: str) -> str:
        try:
            days, hour = rule_of(text)
        except Invalid:
            return ""
        if days is None or hour is None:
            return ""
        if self._day is None:
            return " "
        at = dates.moment(moment_for(self._day, days, hour))
        return _("{day}: {at}").format(day=dates.day_number(self._day), at=at)

    def problems(self, typed: Fields) -> list[Problem]:
        """What cannot be stored; a contact that is half typed is not taken yet."""
        if self._known is None:
            return []
        found = form.problems(typed, self._known, words_for)
        half = self.query_one(Picked).half_typed
        if half:
            sentence = _("“{text}” is no contact yet: Enter takes the member that is shown.").format(text=half)
            found.append(Problem("contacts_line", sentence, at_save=True))
        return found

    def keeps(self) -> bool:
        """Whether something is typed that is not saved."""
        return super().keeps() or bool(self._filled and self.query_one(Picked).half_typed)

    # -- what goes out by itself

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is attached to a catalogue that is not saved yet."""
        return self._catalogue is not None if action == "workflows" else True

    def action_workflows(self) -> None:
        """What goes out by itself for it."""
        self.go("attached", scope="catalogue", catalogue_id=self._catalogue_id)

    # -- saving

    def saver(self, typed: Fields) -> Callable[[], int]:
        """Write producer, catalogue and contacts down."""
        store, catalogue, known = self.store, self._catalogue, self._known
        assert known is not None  # nothing is saved before it was read
        return lambda: form.save_catalogue(store, catalogue, known, typed)

    def said(self, name: str, fields: Fields) -> str:
        """Contacts by their names."""
        if name == "contacts":
            return ", ".join(form.names(self.store, form.contact_ids(fields))) or _("nobody")
        return super().said(name, fields)
