"""One mail of the calendar: when and why it goes, and to whom as of now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content

from screens import calendar_lines as words
from screens.calendar_acts import EntryScreen
from screens.calendar_reading import Counted, calls_nobody, find_entry, read_counted, segments_in_words
from screens.errors import words_for
from screens.message_states import REACHES
from screens.preview import PreviewScreen
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell
from store.errors import NotFound, StoreError
from store.occurrence_records import OccurrenceState
from templates.words import N_, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mail.preview import Preview
    from screens.calendar_reading import Entry
    from store import Store
    from store.occurrence_records import Occurrence

EACH = 100
"""Mails about one member each that are looked through for their people; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the list: where and how they are reached, for which occurrence; what went out, where it did."""

    name: str
    where: str
    how: str
    key: str
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was read: `refused` says why nobody can be named."""

    entry: Entry
    counted: Counted
    segments: Mapping[int, str]
    people: tuple[Person, ...]
    refused: str = ""

    @property
    def over(self) -> bool:
        """Whether it went out, or there was nobody to write to."""
        return self.entry.state in (OccurrenceState.QUEUED, OccurrenceState.NOBODY)


def read_entry(store: Store, step_id: int, key: str) -> Found | None:
    """Read it with its people; None where it is gone."""
    try:
        entry = find_entry(store, step_id, key)
    except NotFound:
        return None
    people: list[Person] = []
    refused = ""
    for one in entry.occurrences[:EACH]:
        try:
            people += _people(store, entry, one)
        except StoreError as error:
            refused = words_for(error)
    counted = read_counted(store, [entry], store.occurrences.coming())
    return Found(entry, counted, segments_in_words(store, entry.occurrences), tuple(people), refused)


def _people(store: Store, entry: Entry, one: Occurrence) -> list[Person]:
    """Whom it reaches now; of what is over, the member that it was about."""
    if one.state in (OccurrenceState.QUEUED, OccurrenceState.NOBODY):
        from store.occurrence_subjects import occurrence_subjects

        name = occurrence_subjects(store, [one])[(one.step.id, one.key)].member
        became = words.became(replace(entry, occurrences=(one,)))
        where = _phone(store, one) if one.state is OccurrenceState.NOBODY else ""
        return [Person(name, where, became, one.key, one.message_id)] if name else []
    from mail.automatic_look import look_at_occurrence

    reaches = {**REACHES, "unreachable": N_("no e-mail")} if calls_nobody(entry) else REACHES
    return [
        Person(
            name=f"{one_of.first_name} {one_of.last_name}".strip(),
            where=one_of.address or one_of.phone or _("no phone"),
            how=_(reaches[one_of.reach.value]),
            key=one.key,
        )
        for one_of in look_at_occurrence(store, one.step.id, one.key).recipients
    ]


def _phone(store: Store, one: Occurrence) -> str:
    """By what the member can be called whom no mail reached."""
    try:
        member = store.members.get(one.member_id or 0)
    except StoreError:
        return ""
    shown = (number for person in member.people for number in (person.mobile_shown, person.phone_shown) if number)
    return next(shown, _("no phone"))


class PeopleTable(HouseTable):
    """The people; Enter shows what went out to the marked one, or would."""

    BINDINGS = [
        Binding("enter", "screen.preview", N_("Preview"), show=False, tooltip=N_("The mail"), id="entry.enter"),
    ]


class CalendarEntryScreen(EntryScreen):
    """Above what there is to say of it, below the people by name: who gets a mail, who is called, who refused."""

    NAME = "calendar_entry"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "A mail that goes out by itself: when, why, and to whom as of now. Who joins, orders or refuses such mails "
        "until then changes it.\n"
        "\n"
        "**p** walks through the mails as each will get them. **k** lets it not go this time, **n** sends it now and "
        "asks once more before. What it says is changed in the workflow: **w**."
    )
    BINDINGS = [
        Binding("p", "preview", N_("Preview"), tooltip=N_("The mails as they will be"), id="entry.preview"),
        Binding("f5", "preview", N_("Preview"), show=False, tooltip=N_("The mails as they will be"), id="entry.p.f5"),
        Binding("w", "workflow", N_("Workflow"), tooltip=N_("The workflow that it belongs to"), id="entry.workflow"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="entry.leave"),
    ]

    def __init__(self, step_id: int, key: str) -> None:
        super().__init__()
        self._step_id, self._key = step_id, key
        self._found: Found | None = None

    def heading(self) -> tuple[str, str]:
        if self._found is None:
            return _("Going out by itself"), ""
        entry = self._found.entry
        return _("Message “{name}”").format(name=entry.title), words.soon(entry, self.store.clock)

    def content(self) -> ComposeResult:
        with VerticalScroll(id="entry-about", can_focus=False):
            yield Prose(id="entry-detail")
        yield PeopleTable(id="entry-people")
        yield Prose(id="entry-nobody")
        yield Ask()

    def on_mount(self) -> None:
        table = self.query_one(HouseTable)
        for key, title, width in (
            ("name", _("Name"), 30),
            ("where", _("Address or phone"), 28),
            ("how", _("How"), 16),
        ):
            table.add_column(cell(title), width=width, key=key)
        table.grow(name=40, where=40, how=20)
        self._list(holds=True)

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool) -> None:
        work = partial(read_entry, self.store, self._step_id, self._key)
        self.read(work, self._take, group="entry", holds=holds)

    def _take(self, found: Found | None) -> None:
        if found is None:
            self.dismiss(None)
            self.house.call_later(self.house.warn, _("It goes no more: the distribution or the workflow has changed."))
            return
        self._found, self._counted = found, found.counted
        lines = words.detail(found.entry, found.counted, found.segments, self.store.clock, past=found.over)
        self.query_one("#entry-detail", Prose).update(Content("\n").join(lines))
        table = self.query_one(HouseTable)
        table.fill((str(place), [one.name, one.where, one.how]) for place, one in enumerate(found.people))
        table.display = bool(found.people)
        nobody = self.query_one("#entry-nobody", Prose)
        nobody.display = not found.people
        nobody.update(plain(f" {_nobody(found)}"))
        if found.people and self.focused is None:
            table.focus()
        self.show_heading()
        self.refresh_bindings()

    @property
    def _marked(self) -> Entry | None:
        return self._found.entry if self._found is not None else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There are mails to look at only where somebody gets any."""
        if action in ("preview", "workflow"):
            return self._found is not None and (action == "workflow" or bool(self._found.people))
        return super().check_action(action, parameters)

    def action_preview(self) -> None:
        """Walk through the mails as they would be; of several, that to the marked member. Or what went out."""
        if self._found is None:
            return
        marked = self._found.people[int(self.query_one(PeopleTable).current_key or 0)]
        if marked.message_id is not None:
            self.go("message", message_id=marked.message_id)
        elif not self._found.over:
            self.go("calendar_preview", step_id=self._step_id, key=marked.key)

    def on_ask_left(self) -> None:
        """Back to the people."""
        if (table := self.query_one(HouseTable)).display:
            table.focus()
        else:
            self.set_focus(None)


def _nobody(found: Found) -> str:
    from mail.automatic_letters import is_recap

    if found.refused:
        return f"! {found.refused}"
    if found.entry.first is not None and is_recap(found.entry.first):
        return _("It goes to the producer: what was ordered, or what came since.")
    return "" if found.over else _("As of now there is nobody to write to.")


class CalendarPreviewScreen(PreviewScreen):
    """The mails of the calendar as they would be now."""

    NAME = "calendar_preview"
    ONLY_MAILS = True
    CSS_PATH = Path(__file__).with_name("preview.tcss")
    HELP = N_(
        "Each mail as it would be now. Those that look wrong come first, with the reason.\n"
        "\n"
        "What others get otherwise is in reverse video; **m** takes these marks away. **v** changes between the mail "
        "as mail programs show it, its plain text, and its source. **/** goes to a recipient by name, and says why "
        "somebody gets no mail. **w** writes the mail as a page for a browser into the folder `exports`."
    )

    def __init__(self, step_id: int, key: str) -> None:
        super().__init__(0)
        self._step_id, self._key = step_id, key

    def _read(self) -> Preview:
        from mail.automatic_look import look_at_occurrence

        mails = look_at_occurrence(self.store, self._step_id, self._key).mails
        if mails is None:
            raise NotFound("occurrence", self._key)
        mails.sort()
        return mails

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A test is sent from where the words are written."""
        return action != "test" and super().check_action(action, parameters)
