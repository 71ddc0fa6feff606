"""Which messages each person of a household wants, by mail and by SMS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.coordinate import Coordinate
from textual.widgets import Static

from screens.begun import begun_words
from screens.member_words import CHANNELS, KINDS
from screens.saving import SavingScreen
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from screens.widgets.plain import plain
from screens.widgets.still import Still
from screens.widgets.table import HouseTable, cell
from screens.wish_words import can_be_said, in_full, wish_cell, word_of
from screens.wishes import BegunWishes, Wish, is_guarded, read_wishes, write_stop
from store.people import Member, Person, Preference
from templates.words import N_, _, ngettext

KIND_CELLS = 20


class WishTable(HouseTable):
    """Kinds of message by channel, for one person after the other; the cursor marks one wish."""

    BINDINGS = [
        Binding("space", "screen.change", N_("Change"), tooltip=N_("Wanted, or refused"), id="wishes.change"),
        Binding(
            "enter", "screen.change", N_("Change"), show=False, tooltip=N_("Wanted, or refused"), id="wishes.enter"
        ),
    ]

    def __init__(self) -> None:
        super().__init__(id="wishes")
        self.cursor_type = "cell"


class MemberPreferencesScreen(SavingScreen):
    """A box for each person, channel and kind of message; leaves with the member's id when something was changed."""

    NAME = "member_preferences"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Which messages each person wants: **[x]** wanted, **[ ]** refused, with the day and who wrote it down.\n"
        "\n"
        "**Space** changes what is marked, **a** all kinds of that person and channel. **F8** or **Ctrl+S** saves, and "
        "asks how the person said so.\n"
        "\n"
        "**s** writes a STOP down, at once: for one who said so on the phone, or in a mail that cabas did not see. It "
        "counts more than a refusal, and stays with the address.\n"
        "\n"
        "Who answered STOP to a mail refused it themselves: that is only changed when they ask for it, and Space has "
        "to be pressed twice.\n"
        "\n"
        "**Counting clicks** is about mails that are opened and links that are clicked. It needs a yes of everybody at "
        "an address; the question to ask stands below. Without it nothing is counted, and it can be taken back here."
    )
    BINDINGS = [
        Binding("a", "change_all", N_("All of them"), tooltip=N_("All kinds, wanted or refused"), id="wishes.all"),
        Binding("s", "stop", N_("STOP"), tooltip=N_("They said STOP: to one kind, or to everything"), id="wishes.stop"),
        Binding("f8", "save", N_("Save"), tooltip=N_("Save, and say how the person said so"), id="wishes.save"),
        Binding("ctrl+s", "save", N_("Save"), show=False, tooltip=N_("Save the wishes"), id="wishes.save.s"),
    ]

    def __init__(self, member_id: int) -> None:
        super().__init__()
        self._member_id = member_id
        self._member: Member | None = None
        self._said: dict[Wish, Preference] = {}
        self._wanted: dict[Wish, bool] = {}
        self._lifted: set[Wish] = set()
        self._asked: Wish | None = None
        self._touched = self._kept = False
        self._source = ""

    def heading(self) -> tuple[str, str]:
        if self._member is None:
            return _("Messages wanted"), ""
        return _("Messages wanted by {name}").format(name=self._member.name), ""

    def content(self) -> ComposeResult:
        yield WishTable()
        yield Still(id="wish-detail")
        yield Choices(id="stops")
        yield Ask()

    def on_mount(self) -> None:
        table = self.query_one(WishTable)
        table.add_column(cell(""), key="kind", width=KIND_CELLS)
        for channel, name in CHANNELS.items():
            table.add_column(cell(_(name)), key=channel, width=10)
        self._fit()
        self._begun = BegunWishes(self.store, self._member_id)
        self.changed()
        self._take_begun()
        table.move_cursor(row=1, column=1, animate=False)

    def _take_begun(self) -> None:
        """Mark again what was marked when the terminal was lost."""
        wanted, self._source = self._begun.look(self._said)
        self._kept = bool(wanted)
        for wish, on in wanted.items():
            self._mark(wish, on)
        if wanted:
            self._show_changed()
            self.say(begun_words())

    def on_resize(self) -> None:
        """Give both channels the room there is."""
        self._fit()

    def _fit(self) -> None:
        columns = list(self.query_one(WishTable).columns.values())[1:]
        for column in columns:
            column.width = (max(79, self.size.width - 1) - KIND_CELLS - 2 * 3) // 2
        self.query_one(WishTable).refresh(layout=True)

    def changed(self) -> None:
        before = self._said
        try:
            self._member, self._said = read_wishes(self.store, self._member_id)
        except Exception as error:
            self.show_error(error)
            return
        wanted, self._wanted = self._wanted, {}
        news = [wish for wish in wanted if wish in self._said and self._said[wish] != before[wish]]
        for wish, on in wanted.items():
            # What the person refused meanwhile stays refused: Space asks before it is wanted again.
            if wish in self._said and not (wish in news and is_guarded(self._said[wish])):
                self._set(wish, on)
        self._tell(news)
        self.show_heading()
        self._show()

    def _tell(self, news: list[Wish]) -> None:
        """Say what was written down by somebody else while it is marked here."""
        if news:
            said = [_("{name}: {what}").format(name=_(KINDS[wish[2]]), what=word_of(self._said[wish])) for wish in news]
            who = self._said[news[0]].by or _("Somebody else")
            told = _("{who} wrote down meanwhile: {names}.").format(who=who, names=", ".join(said))
            self.warn(f"{told} {_('F8 saves what is marked *.')}" if self._wanted else told)

    # -- what is shown

    def _show(self) -> None:
        if self._member is None:
            return
        rows: list[tuple[str, list[object]]] = []
        for person in self._member.people:
            rows.append((f"{person.id}", self._person(person)))
            rows += [(f"{person.id} {kind}", self._wishes(person, kind)) for kind in KINDS]
        self.query_one(WishTable).fill(rows)
        self._show_detail()

    def _person(self, person: Person) -> list[object]:
        mobile = person.mobile_shown or (person.phone_shown if person.has_mobile else "")
        texts = (person.name or person.listed, person.email or "–", mobile or "–")
        return [cell(text, "bold") for text in texts]

    def _wishes(self, person: Person, kind: str) -> list[object]:
        wishes: list[Wish] = [(person.id or 0, channel, kind) for channel in CHANNELS]
        clock = self.store.clock
        return [
            f"  {_(KINDS[kind])}",
            *(wish_cell(self._said[w], self._wanted.get(w), clock) if can_be_said(w) else cell("–") for w in wishes),
        ]

    def on_data_table_cell_highlighted(self) -> None:
        """Say in full what is marked."""
        self._asked = None
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        wish, detail = self._marked, self.query_one("#wish-detail", Static)
        said = None if wish is None else self._said.get(wish)
        text = "" if wish is None or said is None else in_full(wish, said, self.store.clock)
        detail.update(plain(f" {text}" if text else ""))

    @property
    def _marked(self) -> Wish | None:
        table = self.query_one(WishTable)
        if not table.is_valid_coordinate(table.cursor_coordinate):
            return None
        row, column = table.coordinate_to_cell_key(table.cursor_coordinate)
        person, _space, kind = str(row.value).partition(" ")
        channel = str(column.value)
        return (int(person), channel, kind) if kind and channel in CHANNELS else None

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to change under the cursor, and something to save once it was."""
        if action in ("change", "change_all"):
            marked = self._marked
            return marked is not None and (action == "change_all" or can_be_said(marked))
        return bool(self._wanted) if action == "save" else True

    def action_change(self) -> None:
        """Change what is marked; a refusal that the person gave themselves is asked about first."""
        wish = self._marked
        if wish is None:
            self.query_one(WishTable).cursor_coordinate = Coordinate(1, 1)
            return
        said = self._said[wish]
        guarded = is_guarded(said)
        if guarded and wish not in self._wanted and self._asked != wish:
            self._asked = wish
            stopped = _("They refused this themselves, with STOP. Space once more, if they ask for it again.")
            kept = _("This address refused it before. Space once more, if they ask for it.")
            self.warn(stopped if said.stopped else kept)
            return
        if guarded:
            self._lifted.add(wish)
        self._set(wish, not self._wanted.get(wish, said.allowed))
        self._show_changed()

    def _show_changed(self) -> None:
        self._leaves, self._asked = False, None
        self.say("")
        self._show()
        self.refresh_bindings()

    def action_change_all(self) -> None:
        """All kinds of the marked person and channel, except what was refused with STOP, and counting."""
        marked = self._marked
        if marked is None:
            return
        wishes = [(marked[0], marked[1], kind) for kind in KINDS if kind != "measured"]
        free = [wish for wish in wishes if not is_guarded(self._said[wish])]
        on = not any(self._wanted.get(wish, self._said[wish].allowed) for wish in free)
        for wish in free:
            self._set(wish, on)
        self._show_changed()

    def _set(self, wish: Wish, on: bool) -> None:
        if on == self._said[wish].allowed:
            self._wanted.pop(wish, None)
            self._lifted.discard(wish)
        else:
            self._wanted[wish] = on

    def _mark(self, wish: Wish, on: bool) -> None:
        """Set it as it was marked before; who marked what was refused with STOP was asked then."""
        if is_guarded(self._said[wish]) and on:
            self._lifted.add(wish)
        self._set(wish, on)

    # -- STOP

    def action_stop(self) -> None:
        """Ask what the marked person wants no more of, on the marked channel; the marked kind is proposed first."""
        marked = self._marked_person
        if marked is None or self._saving:
            return
        person, channel = marked
        wish = self._marked
        kinds = [kind for kind in KINDS if kind != "measured"]
        kinds.sort(key=lambda kind: wish is None or kind != wish[2])
        once = _("no more of this kind, by {channel}").format(channel=_(CHANNELS[channel]))
        things = [(_(KINDS[kind]), once, (person, channel, (kind,))) for kind in kinds]
        never = _("nothing any more, by {channel}").format(channel=_(CHANNELS[channel]))
        everything = (_("everything"), never, (person, channel, tuple(kinds)))
        self.say(_("What did {name} say STOP to?").format(name=person.first_name or person.listed))
        self.query_one("#stops", Choices).offer([*things[:1], everything, *things[1:]])

    @property
    def _marked_person(self) -> tuple[Person, str] | None:
        """Whose lines the cursor is in, and in which channel's column."""
        table = self.query_one(WishTable)
        if self._member is None or not table.is_valid_coordinate(table.cursor_coordinate):
            return None
        row, column = table.coordinate_to_cell_key(table.cursor_coordinate)
        person_id = str(row.value).partition(" ")[0]
        channel = str(column.value) if column.value in CHANNELS else "email"
        return next(((p, channel) for p in self._member.people if str(p.id) == person_id), None)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Write the STOP down; what waits for them is not sent any more."""
        person, channel, kinds = event.value
        self.query_one(WishTable).focus()

        def done(held: int) -> None:
            self._touched = True
            for kind in kinds:
                self._wanted.pop((person.id, channel, kind), None)
            self.changed()
            said = _("STOP is written down for {name}.").format(name=person.first_name or person.listed)
            text = ngettext("{n} mail that waited is held.", "{n} mails that waited are held.", held)
            self.say(f"{said} {text.format(n=held)}" if held else said)

        self.write(partial(write_stop, self.store, person.id, channel, kinds), done)

    def on_choices_left(self) -> None:
        """Back to the boxes."""
        self.say("")
        self.query_one(WishTable).focus()

    def leaves_with(self) -> int | None:
        """The member's id, where a STOP was written down."""
        return self._member_id if self._touched else None

    # -- saving

    def action_save(self) -> None:
        """Ask how it was said, then save."""
        ask = self.query_one(Ask)
        if ask.display:
            ask.action_answer()
        elif self._wanted and not self._saving:
            ask.ask(_("How did they say so?"), self._save, self._source or _("by phone"))

    def _save(self, source: str) -> None:
        self._saving = True
        self.write(self._saver(source), self._was_saved, self._failed, holds=True)

    def _was_saved(self, member_id: int) -> None:
        self._forget_kept()
        self.saved(member_id)

    def leave(self) -> None:
        self._forget_kept()
        super().leave()

    def _forget_kept(self) -> None:
        if self._kept:
            self.write(self._begun.forget)

    def _saver(self, source: str) -> Callable[[], int]:
        """What writes the changes down, and returns the member's id."""
        wanted, lifted, store, member_id = dict(self._wanted), set(self._lifted), self.store, self._member_id
        words = source or _("by phone")

        def work() -> int:
            for person_id in dict.fromkeys(wish[0] for wish in wanted):
                own = {wish[1:]: on for wish, on in wanted.items() if wish[0] == person_id}
                said_so = any(wish[0] == person_id for wish in lifted)
                store.members.set_preferences(person_id, own, words, said_so=said_so)
            return member_id

        return work

    def on_ask_left(self) -> None:
        """Back to the boxes."""
        self.query_one(WishTable).focus()

    def keeps(self) -> bool:
        """Whether a change is not saved."""
        return bool(self._wanted)

    def keep(self) -> None:
        """Keep what is marked for the next time: nobody has said with F8 that it is what they want."""
        if not self._saving and (self._wanted or self._kept):
            self._begun.keep(self._wanted, self._said, self._typed_source)

    @property
    def _typed_source(self) -> str:
        return self.query_one(Ask).typed or self._source

    def hand_over(self) -> dict[str, Any]:
        """What is marked and not saved, and what is typed of where it comes from."""
        self.keep()
        marked = [[*wish, on] for wish, on in self._wanted.items()]
        return {"marked": [] if self._saving else marked, "source": self._typed_source}

    def take_over(self, typed: Mapping[str, Any]) -> list[str]:
        self._kept = True
        self._source = typed.get("source", "")
        for person_id, channel, kind, on in typed.get("marked", ()):
            if (wish := (person_id, channel, kind)) in self._said:
                self._mark(wish, on)
        self._show_changed()
        return []
