"""One member: the form for a household of one or two people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.timer import Timer
from textual.widgets import Button, Checkbox, Input

from screens.begun import BegunScreen
from screens.member_form import (
    LABELS,
    PERSON,
    Fields,
    day_of,
    day_text,
    fields_of,
    is_doubtful,
    member_of,
    prefilled,
)
from screens.member_inputs import UsedBefore
from screens.member_layout import PEOPLE, form
from screens.member_page_lines import alike_names
from screens.member_saving import load, save_member
from screens.member_words import typed_email_state
from screens.saving import MOVES
from screens.text import fitted
from screens.widgets.plain import plain
from store.errors import Invalid
from store.folding import fold
from store.people import EmailState, Member, MemberRow, Person
from store.rights import Right
from templates.words import LANGUAGES, N_, _, dates, ngettext

ALIKE_AFTER = 0.3
ALIKE_FIELDS = ("last_name", "first_name", "phone", "email", "mobile")
NEW = Member(people=(Person(),))
SECOND = {f"{name}2": LABELS[name] for name in (*PERSON, "vouch", "news")}


class MemberScreen(BegunScreen):
    """The form of a member, or of a new one; leaves with the id of the member that was saved or taken instead."""

    NAME = "member"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "A member is a household of one or two people, each with their own e-mail and phones.\n"
        "\n"
        "**Enter**, **Tab** and **↓** lead to the next field, **↑** back. **F8** or **Ctrl+S** saves from any field.\n"
        "\n"
        "E-mail: leave it empty when nobody has asked yet; type **0** for somebody who has none. "
        "An address that another system made up is recognised and gets no mail, until somebody ticks that it may.\n"
        "A phone is shown as one reads it out; what was typed is kept.\n"
        "**→** takes the pick-up place or the tag that is proposed in grey.\n"
        "**News by mail**: whether the person wants mail that is meant for some members only.\n"
        "\n"
        "When somebody else saved the same member meanwhile, nothing that you typed is lost."
    )
    BINDINGS = [
        Binding("f8", "save", N_("Save"), tooltip=N_("Save the member"), id="member.save"),
        Binding("ctrl+s", "save", N_("Save"), show=False, tooltip=N_("Save the member"), id="member.save.s"),
        Binding("f4", "alike", N_("Open them"), tooltip=N_("Open who is here already"), id="member.alike"),
        Binding("f6", "swap", N_("Swap"), tooltip=N_("Make the second person the first"), id="member.swap"),
        *MOVES,
    ]
    LABELS = {**LABELS, **SECOND}
    FIELD = "member"

    def __init__(self, member_id: int | None = None, prefill: str = "") -> None:
        super().__init__()
        self._member_id = member_id
        self._prefill = prefill
        self._member = NEW
        self._alike: tuple[MemberRow, ...] = ()
        self._timer: Timer | None = None
        self._addresses: dict[str, str] = {}
        self._changed = False

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
        yield from form(self.house.group.country, sees_all=self._sees_all)

    @property
    def place(self) -> str:
        """By member."""
        return "new member" if self._member_id is None else f"member {self._member_id}"

    def is_wanted(self, begun: Mapping[str, str]) -> bool:
        """Whoever searched for somebody else writes that one down; a new member that was begun waits."""
        there = fold(" ".join(begun.values()))
        return self._member_id is not None or all(word in there for word in fold(self._prefill).split())

    def about(self) -> tuple[str, int | None] | None:
        return None if self._member_id is None else ("member", self._member_id)

    def load(self) -> Fields:
        """Read the member."""
        if self._member_id is None:
            return fields_of(NEW, ())
        member, fields = load(self.store, self._member_id, preferences=self._sees_all)
        if self._filled and (member.erased or member.id != self._member.id):
            raise Invalid("merge", self._member.name, "gone")  # under somebody's hands: what is typed is not theirs
        self._member = member
        return fields

    def opened(self) -> None:
        """Begin a new member with what was searched for when nobody answered."""
        if self._member_id is None:
            self.field("joined_on").placeholder = day_text(self.store.clock.today())
            if not self._kept:
                self._prefill_from(prefilled(self._prefill))
        if self._sees_all:
            members = self.store.members
            self.read(lambda: (members.pickup_places(), members.tags()), self._propose, group="used")

    def _prefill_from(self, typed: dict[str, str]) -> None:
        self.put({**self.read_fields, **typed})
        if typed.get("phone") or typed.get("email"):
            self.field("last_name").focus()
        elif typed.get("last_name"):
            self.field("phone" if typed.get("first_name") else "first_name").focus()

    def _propose(self, used: tuple[Sequence[str], Sequence[str]]) -> None:
        """Offer what the group has written before, so that it is spelled the same way."""
        self.field("pickup_place").suggester = UsedBefore(used[0])
        self.field("tags").suggester = UsedBefore(used[1], several=True)

    def put(self, fields: Fields) -> None:
        """Show a whole member."""
        self._addresses = {suffix: str(fields[f"email{suffix}"]) for suffix, _title in PEOPLE}
        super().put(fields)

    # -- while typing

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what an e-mail means, and soon after whether the member may be here already."""
        event.stop()
        self._leaves = False
        name = (event.input.id or "").removeprefix("member-").replace("-", "_")
        if name.rstrip("2") == "email":
            suffix = name.removeprefix("email")
            if self._addresses.get(suffix) != event.value:
                self.field(f"vouch{suffix}").value = False  # nobody has vouched for this one
            self._addresses[suffix] = event.value
            self.look_again()
        if name == "last_name2":
            self.refresh_bindings()
        if self._filled and name.rstrip("2") in ALIKE_FIELDS:
            if self._timer is not None:
                self._timer.stop()
            self._timer = self.set_timer(ALIKE_AFTER, self._look_for_alike)

    def on_checkbox_changed(self, event: Checkbox.Changed) -> None:
        """Say what an address means now that somebody vouches for it, or does not."""
        event.stop()
        self.look_again()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Save, swap the two, or open who is here already."""
        event.stop()
        acts = {"member-save": self.action_save, "member-swap": self.action_swap, "member-alike": self.action_alike}
        acts[event.button.id or ""]()

    def look_again(self) -> None:
        """Say what each e-mail means, and what to do about a doubtful one."""
        doubtful = bounced = False
        for place, (suffix, _title) in enumerate(PEOPLE):
            before = self._before(place)
            typed = self.field(f"email{suffix}").value
            needed = bool(typed or suffix == "" or self.field(f"last_name{suffix}").value)
            doubted = is_doubtful(typed, before)
            words = typed_email_state(typed, before) if needed and not doubted else ""
            state, vouch = self.field(f"state{suffix}"), self.field(f"vouch{suffix}")
            if doubted and not vouch.value:
                doubtful = True
                bounced = bounced or (before.email_state is EmailState.BOUNCED and typed == before.email)
            state.update(plain(words, "dim"))
            state.display, vouch.display = not doubted, doubted
        hint = _("A made-up address gets no mail: tick it if it is real, type 0 for no e-mail.")
        if bounced:
            hint = _("Mail came back, none goes there: tick it if it works again, type 0 for no e-mail.")
        self.field("hint").update(plain(f"! {hint}" if doubtful else "", "bold"))
        self.field("hint").display = doubtful

    def _before(self, place: int) -> Person:
        people = self._member.people
        return people[place] if place < len(people) else Person()

    def _look_for_alike(self) -> None:
        typed = member_of(self.typed, self._member)
        self.read(lambda: self.store.members.alike(typed), self._show_alike, group="alike", failed=lambda _error: None)

    def _show_alike(self, alike: tuple[MemberRow, ...]) -> None:
        self._alike = alike
        names = alike_names(alike)
        words = ngettext("{names} already exists: F4 opens", "{names} already exist: F4 opens the first", len(alike))
        if self._member_id is not None:
            words = _("Perhaps here twice: {names}: F4 opens")
        button = self.field("alike")
        # What is to be done stands at the end: of many names the last are cut.
        room = max(10, self.size.width - 3 - len(words.format(names="")))
        button.label = plain("! " + words.format(names=fitted(names, room).rstrip()))
        button.display = bool(alike)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Who is here already can be opened; two people can be swapped."""
        if action == "alike":
            return bool(self._alike)
        if action == "swap":
            second = len(self._member.people) == 2 or (self._filled and bool(self.field("last_name2").value.strip()))
            return self._sees_all and second
        return True

    def action_alike(self) -> None:
        """Open the member that is here already; what is typed here stays."""
        if self._alike:
            self.go("member_page", self._looked, member_id=self._alike[0].id)

    def _looked(self, _changed: int | None) -> None:
        if self._member_id is None:
            self._leaves = True
            self.say(_("F3 leaves the new member without saving; F8 writes them down all the same."))

    # -- swapping

    def action_swap(self) -> None:
        """Make the second person the first: at once for a new member, else saved with what is typed."""
        if self._saving or not self.check_action("swap", ()):
            return
        if self._member_id is None:
            fields = self.typed
            for name in (*PERSON, "vouch", "news"):
                fields[name], fields[f"{name}2"] = fields[f"{name}2"], fields[name]
            self.put(fields)
            return
        if not self._is_ready():
            return
        store, save, member_id = self.store, self._saver() if self.keeps() else None, self._member_id

        def swap() -> int:
            if save is not None:
                save()
            store.members.swap(member_id, store.members.get(member_id).version)
            return member_id

        self._saving = True
        self.write(swap, self._swapped, self._failed, holds=True)

    def _swapped(self, member_id: int) -> None:
        self._changed = True
        self._forget_kept()
        self.start_again(self.load())
        self.show_heading()
        self.say(_("Swapped and saved."))

    # -- saving and leaving

    def leaves_with(self) -> int | None:
        """The member, where the two have changed places."""
        return self._member_id if self._changed else None

    def _is_ready(self) -> bool:
        """Whether all that is typed can be stored; says what cannot."""
        language, joined_on = self.field("language"), self.field("joined_on")
        language.value = language.value.strip().lower()
        if language.value not in ("", *LANGUAGES):
            self.warn(_("cabas writes mails in en, fr and it; leave the language empty for the group's."))
            language.focus()
            return False
        try:
            day_of(joined_on.value)
        except ValueError:
            self.warn(_("“{value}” is no day; write it as 25/05/2023 or 2023-05-25.").format(value=joined_on.value))
            joined_on.focus()
            return False
        return True

    def action_save(self) -> None:
        """Save, and leave with the member's id; on any error what was typed stays."""
        if self._saving or not self._filled or not self._is_ready():
            return
        if not self.keeps() and self._member_id is not None:
            self.dismiss(self._member_id)
            return
        if not self.was_told():
            return
        save = self._saver()
        self._saving = True
        # What is typed next is meant for what comes after the saving.
        self.write(save, self._was_saved, self._failed, holds=True)

    def _saver(self) -> Callable[[], int]:
        """What writes the form down as it is now, and returns the member's id."""
        store, typed, read = self.store, self.typed, self.read_fields
        member = member_of(typed, self._member)
        news = [bool(typed[f"news{suffix}"]) for suffix, _title in PEOPLE]
        before = [bool(read[f"news{suffix}"]) for suffix, _title in PEOPLE]
        only_news = {**typed, "news": read["news"], "news2": read["news2"]} == read
        return lambda: save_member(store, member, news, before, only_news=only_news)

    def wrong_field(self, error: BaseException) -> str:
        """Which person's e-mail it is; a name is missing where the last name stands."""
        name = super().wrong_field(error)
        if name == "email" and self.typed["email"] != getattr(error, "value", ""):
            return "email2"
        return "last_name" if name == "name" else name
