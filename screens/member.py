"""One member: the form for a household of one or two people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widgets import Button, Input, Static, TextArea

from screens.base import HouseScreen
from screens.member_form import LABELS, PERSON, Fields, fields_of, member_of, prefilled, reconcile
from screens.member_words import typed_email_state
from screens.widgets.plain import plain
from screens.widgets.tick import Tick
from store.errors import ChangedElsewhere, StoreError
from store.people import Member, MemberRow, Person
from store.rights import Right
from templates.words import LANGUAGES, N_, _, dates

if TYPE_CHECKING:
    from store import Store

ALIKE_AFTER = 0.3
ALIKE_FIELDS = ("last_name", "first_name", "phone", "email", "mobile")
NEW = Member(people=(Person(),))
PEOPLE = (("", N_("Member")), ("2", N_("Second person")))


class MemberScreen(HouseScreen[int | None]):
    """The form of a member, or of a new one; leaves with the id of the member that was saved or taken instead."""

    NAME = "member"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "A member is a household of one or two people, each with their own e-mail and phones.\n"
        "\n"
        "**Enter**, **Tab** and **↓** lead to the next field, **↑** back. **F8** or **Ctrl+S** saves from any field.\n"
        "\n"
        "E-mail: leave it empty when nobody has asked yet; type **0** for somebody who has none. "
        "An address that another system made up is recognised and gets no mail.\n"
        "**News by mail**: whether the person wants mail that is meant for some members only.\n"
        "\n"
        "When somebody else saved the same member meanwhile, nothing that you typed is lost."
    )
    BINDINGS = [
        Binding("f8", "save", N_("Save"), tooltip=N_("Save the member"), id="member.save"),
        Binding("ctrl+s", "save", N_("Save"), show=False, tooltip=N_("Save the member"), id="member.save.s"),
        Binding("f4", "alike", N_("It is them"), tooltip=N_("Take the member that is here already"), id="member.alike"),
        Binding("down", "app.focus_next", N_("Next"), show=False, tooltip=N_("The next field"), id="member.down"),
        Binding("up", "app.focus_previous", N_("Back"), show=False, tooltip=N_("The field before"), id="member.up"),
    ]
    AUTO_FOCUS = "Input"

    def __init__(self, member_id: int | None = None, prefill: str = "") -> None:
        super().__init__()
        self._member_id = member_id
        self._prefill = prefill
        self._member = NEW
        self._read = self._opened = fields_of(NEW, ())
        self._alike: tuple[MemberRow, ...] = ()
        self._timer: Timer | None = None
        self._filled = self._saving = self._leaves = False

    @property
    def _sees_all(self) -> bool:
        return self.operator.may(Right.MEMBERS)

    def heading(self) -> tuple[str, str]:
        if self._member_id is None:
            return _("New member"), ""
        star = " ★" if self._member.vip else ""
        joined = self._member.joined_on
        since = _("member since {day}").format(day=dates.day(joined, year=True)) if joined else ""
        return f"{self._member.name}{star}", since

    # -- the form

    def content(self) -> ComposeResult:
        with VerticalScroll(id="member-form", can_focus=False):
            with Horizontal(id="member-people"):
                with Vertical(classes="member-labels"):
                    yield Static()
                    for name in (*PERSON[:4], None, PERSON[4], "news"):
                        yield Static(plain(_(LABELS[name])) if name else "")
                for suffix, title in PEOPLE:
                    with Vertical(classes="member-person"):
                        yield from self._person(suffix, title)
            yield from self._household()
            yield Static(id="member-alike")

    def _person(self, suffix: str, title: str) -> ComposeResult:
        yield Static(plain(_(title), "bold"))
        for name in PERSON[:4]:
            yield _input(f"{name}{suffix}")
        yield Static(id=f"member-state{suffix}")
        yield _input(f"{PERSON[4]}{suffix}")
        yield Tick(_("yes"), True, id=f"member-news{suffix}", disabled=not self._sees_all)

    def _household(self) -> ComposeResult:
        for name in ("address1", "address2"):
            with Horizontal(classes="member-form-row"):
                yield Static(plain(_(LABELS[name])), classes="member-label")
                yield _input(name, "member-wide")
        for first, second in (("postal_code", "city"), ("language", "pickup_place")):
            with Horizontal(classes="member-form-row"):
                yield Static(plain(_(LABELS[first])), classes="member-label")
                yield _input(first, "member-narrow")
                yield Static(plain(_(LABELS[second])), classes="member-next")
                yield _input(second, "member-wide")
        with Horizontal(classes="member-form-row"):
            yield Static(plain(_(LABELS["tags"])), classes="member-label")
            yield _input("tags", "member-wide")
            yield Tick(_("★ Star"), id="member-vip", disabled=not self._sees_all)
            yield Button(plain(_("Save")), id="member-save", compact=True)
        with Horizontal(id="member-notes-row"):
            yield Static(plain(_(LABELS["notes"])), classes="member-label")
            yield TextArea(id="member-notes", compact=True)

    def on_mount(self) -> None:
        """Show the member, or what was searched for when nobody answered."""
        if self._member_id is not None:
            member_id = self._member_id
            try:
                self._take(*self._load(member_id))
            except StoreError as error:
                self.show_error(error)
                return
        self._fill(self._read)
        if self._member_id is None:
            typed = prefilled(self._prefill)
            self._fill({**self._read, **typed})
            if typed.get("phone") or typed.get("email"):
                self._field("last_name").focus()
            elif typed.get("last_name"):
                self._field("phone" if typed.get("first_name") else "first_name").focus()
        self._opened = self._typed
        self._filled = True

    def _load(self, member_id: int) -> tuple[Member, Fields]:
        return load(self.store, member_id, preferences=self._sees_all)

    def _take(self, member: Member, fields: Fields) -> None:
        self._member, self._read = member, fields
        self.show_heading()

    def _field(self, name: str) -> Any:
        return self.query_one(f"#member-{name.replace('_', '-')}")

    def _fill(self, fields: Fields) -> None:
        for name, value in fields.items():
            widget = self._field(name)
            if isinstance(widget, TextArea):
                if widget.text != value:
                    widget.load_text(str(value))
            elif widget.value != value:
                widget.value = value
        self._show_states()

    @property
    def _typed(self) -> Fields:
        fields: Fields = {}
        for name in self._read:
            widget = self._field(name)
            fields[name] = widget.text if isinstance(widget, TextArea) else widget.value
        return fields

    # -- while typing

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what an e-mail means, and soon after whether the member may be here already."""
        event.stop()
        self._leaves = False
        name = (event.input.id or "").removeprefix("member-").replace("-", "_")
        if name.rstrip("2") == "email":
            self._show_states()
        if self._filled and name.rstrip("2") in ALIKE_FIELDS:
            if self._timer is not None:
                self._timer.stop()
            self._timer = self.set_timer(ALIKE_AFTER, self._look_for_alike)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next field."""
        event.stop()
        self.focus_next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Save."""
        event.stop()
        self.action_save()

    def _show_states(self) -> None:
        for place, (suffix, _title) in enumerate(PEOPLE):
            before = self._member.people[place] if place < len(self._member.people) else Person()
            typed = self._field(f"email{suffix}").value
            needed = bool(typed or suffix == "" or self._field(f"last_name{suffix}").value)
            words = typed_email_state(typed, before) if needed else ""
            self._field(f"state{suffix}").update(plain(words, "dim"))

    def _look_for_alike(self) -> None:
        typed = member_of(self._typed, self._member)
        self.read(lambda: self.store.members.alike(typed), self._show_alike, group="alike", failed=lambda _error: None)

    def _show_alike(self, alike: tuple[MemberRow, ...]) -> None:
        self._alike = alike
        words = ""
        if alike:
            names = ", ".join(" ".join(part for part in (r.name, r.phone or r.email) if part) for r in alike[:3])
            words = "! " + (
                _("Already a member? {names}  (F4: it is them)").format(names=names)
                if self._member_id is None
                else _("Perhaps here twice: {names}").format(names=names)
            )
        self.query_one("#member-alike", Static).update(plain(words))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Who is here already can be taken instead of a new member only."""
        return self._member_id is None and bool(self._alike) if action == "alike" else True

    def action_alike(self) -> None:
        """Leave with the member that is here already."""
        self.dismiss(self._alike[0].id)

    # -- saving and leaving

    def keeps(self) -> bool:
        """Whether something is typed that is not saved."""
        return self._filled and self._typed not in (self._read, self._opened)

    def keep(self) -> None:
        """Save what is typed if it can be saved; the terminal is gone."""
        if self.keeps() and not self._saving:
            try:
                self._saver()()
            except StoreError:
                return

    def action_leave(self) -> None:
        """Leave; asks once where something typed would be lost. What is being saved closes the form itself."""
        if self._saving:
            return
        if self.keeps() and not self._leaves:
            self._leaves = True
            self.warn(_("Not saved yet: F8 saves, F3 once more leaves without saving."))
            return
        super().action_leave()

    def action_save(self) -> None:
        """Save, and leave with the member's id; on any error what was typed stays."""
        if self._saving or not self._filled:
            return
        language = self._field("language")
        language.value = language.value.strip().lower()
        if language.value not in ("", *LANGUAGES):
            self.warn(_("cabas writes mails in en, fr and it; leave the language empty for the group's."))
            language.focus()
            return
        if not self.keeps() and self._member_id is not None:
            self.dismiss(self._member_id)
            return
        save = self._saver()
        self._saving = True
        self.write(save, self._saved, self._failed)

    def _saved(self, member_id: int) -> None:
        self.dismiss(member_id)

    def _saver(self) -> Callable[[], int]:
        """What writes the form down as it is now, and returns the member's id."""
        store, typed, read = self.store, self._typed, self._read
        member = member_of(typed, self._member)
        news = [bool(typed[f"news{suffix}"]) for suffix, _title in PEOPLE]
        before = [bool(read[f"news{suffix}"]) for suffix, _title in PEOPLE]
        only_news = {**typed, "news": read["news"], "news2": read["news2"]} == read
        return lambda: save_member(store, member, news, before, only_news=only_news)

    def _failed(self, error: BaseException) -> None:
        self._saving = False
        if isinstance(error, ChangedElsewhere) and self._member_id is not None:
            try:
                self._reconcile(*self._load(self._member_id))
                return
            except StoreError as worse:
                error = worse
        self.show_error(error)
        if getattr(error, "field", "") == "email":
            value = getattr(error, "value", "")
            name = "email" if self._typed["email"] == value else "email2"
            self._field(name).focus()
        elif getattr(error, "field", "") == "name":
            self._field("last_name").focus()

    def _reconcile(self, member: Member, stored: Fields) -> None:
        """Somebody else saved first: take over what only they changed, and say where both wrote."""
        fields, taken, both = reconcile(self._read, self._typed, stored)
        self._take(member, stored)
        self._fill(fields)
        if both:
            names = ", ".join(_("{name}: {what}").format(name=_label(name), what=stored[name]) for name in both)
            self.warn(_("Somebody else saved meanwhile ({names}). Yours is kept: F8 saves it.").format(names=names))
        else:
            names = ", ".join(_label(name) for name in taken) or _("nothing shown here")
            self.warn(_("Somebody else saved meanwhile; taken over: {names}. F8 saves yours.").format(names=names))


def _label(name: str) -> str:
    return _(LABELS[name.removesuffix("2") if name[:-1] in (*PERSON, "news") else name])


def _input(name: str, classes: str = "") -> Input:
    return Input(id=f"member-{name.replace('_', '-')}", classes=classes, compact=True, select_on_focus=False)


def load(store: Store, member_id: int, *, preferences: bool) -> tuple[Member, Fields]:
    """The member and what the form shows of it; without `preferences` they are not looked up."""
    member = store.members.get(member_id)
    news = []
    for person in member.people if preferences else ():
        assert person.id is not None
        refused = [p for p in store.members.preferences(person.id) if (p.channel, p.kind) == ("email", "targeted")]
        news.append(all(p.allowed for p in refused))
    return member, fields_of(member, tuple(news))


def save_member(store: Store, member: Member, news: list[bool], before: list[bool], *, only_news: bool = False) -> int:
    """Write a member and what its people said of news; returns the id."""
    if member.id is None:
        member_id = store.members.add(member)
    else:
        member_id = member.id
        if not only_news:
            store.members.save(member)
    if news != before:
        for person, wanted, known in zip(store.members.get(member_id).people, news, before, strict=False):
            if wanted != known and person.id is not None:
                store.members.set_preference(person.id, "email", "targeted", wanted, "operator")
    return member_id
