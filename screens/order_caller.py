"""Who is on the phone: the search for a caller, and the few questions about a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from screens.member_form import capitalised, prefilled
from screens.order_mode import Mode
from screens.text import fitted
from screens.widgets.plain import plain
from store.errors import StoreError
from store.members import EmailState, Found, Member, Person
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen

LIMIT = 12
STATES = {"confirmed": N_("has ordered"), "basket": N_("basket open")}


class CallerMode(Mode):
    """Search as you type; Enter takes the first row, or the one the arrows marked. The last row is a new member."""

    ACTIONS = ("other",)

    def __init__(self, screen: OrderEntryScreen, text: str = "") -> None:
        super().__init__(screen)
        self._found = Found((), 0)
        self._text = "\0"
        self._marked = 0
        self._states: dict[int, str] = {}
        if text:
            screen.line.put(text)
        self._read_states()

    def _read_states(self) -> None:
        distribution = self.screen.distribution
        if distribution is not None:
            distribution_id = distribution.id
            self.screen.read(lambda: self.screen.store.orders.states(distribution_id), self._know, group="states")

    def _know(self, states: dict[int, str]) -> None:
        self._states = states
        self.screen.show()

    def heading(self) -> tuple[str, str]:
        return _("New order for {place}").format(place=self.screen.place()), self.screen.who()

    def caption(self) -> str:
        return _("Who is calling? A part of the name, the phone number or the e-mail.")

    def keys(self) -> list[tuple[str, str]]:
        return [
            (_("Enter"), _("Take the order")),
            ("↓↑", _("Another")),
            ("F4", _("Other day")),
            ("F3", _("Leave")),
            ("F1", _("Help")),
        ]

    # -- keys

    def key(self, key: str, character: str | None) -> bool:
        if key in ("down", "up") and self.screen.line.value.strip():
            self._search()
            step = 1 if key == "down" else -1
            self._marked = (self._marked + step) % (len(self._found.rows) + 1)
            self.screen.show()
            return True
        if key == "f4":
            self._other_distribution()
            return True
        if key == "escape" and self.screen.line.value:
            self.screen.line.put("")
            return True
        return super().key(key, character)

    def changed(self, text: str) -> None:
        self._marked = 0
        if text.strip():
            self.screen.read(lambda: self._find(text), self._show, group="caller")
        else:
            self._text, self._found = text, Found((), 0)
        self.screen.show()

    def _find(self, text: str) -> tuple[str, Found]:
        return text, self.screen.store.members.search(text, limit=LIMIT)

    def _show(self, found: tuple[str, Found]) -> None:
        if found[0] == self.screen.line.value:
            self._text, self._found = found
            self.screen.show()

    def _search(self) -> None:
        """Know what is found for the text that is typed, whatever was last drawn."""
        if self._text != self.screen.line.value:
            self._text, self._found = self._find(self.screen.line.value)

    def enter(self, text: str) -> None:
        if not text.strip():
            self.screen.say(_("Type a part of the caller's name, phone number or e-mail first."))
            return
        try:
            self._search()
        except StoreError as error:
            self.screen.show_error(error)
            return
        rows = self._found.rows
        if self._marked < len(rows):
            self.screen.open_order(rows[self._marked].id)
        else:
            self.screen.enter_mode(NewCallerMode(self.screen, text.strip()))

    def pasted(self, lines: list[str]) -> None:
        self.screen.line.put(" ".join(lines))

    def _other_distribution(self) -> None:
        """The next of the distributions that are not over; after the last of them the first."""
        store = self.screen.store
        today = store.clock.today()
        coming = [d for d in reversed(store.distributions.all()) if d.day >= today and not d.cancelled]
        current = self.screen.distribution
        ids = [d.id for d in coming]
        if len(coming) < 2 or current is None:
            self.screen.say(_("No other distribution is coming."))
            return
        place = ids.index(current.id) + 1 if current.id in ids else 0
        self.screen.distribution = coming[place % len(coming)]
        self._read_states()
        self.screen.show_heading()
        self.screen.show()

    # -- what is shown

    def choices(self, cells: int, height: int) -> list[Content]:
        text = self.screen.line.value.strip()
        if not text:
            return [plain(""), *self._closings()]
        searched = self._text == self.screen.line.value
        # Until the worker is back the list of the text before stays: nothing jumps, and Enter searches itself.
        rows = [self._row(i, cells) for i in range(len(self._found.rows))][: max(0, height - 2)]
        new = plain(f"   + {_('New member “{text}”').format(text=text)}", self._style(len(self._found.rows)))
        more = self._found.total - len(rows)
        hidden = [plain("     " + _("and {n} more: type more letters").format(n=more), "dim")] if more > 0 else []
        return [*rows, *hidden, new] if searched or rows else [plain("")]

    def _closings(self) -> list[Content]:
        from screens.order_words import closing

        distribution = self.screen.distribution
        if distribution is None:
            return []
        when = _("{day}, {start} to {end}, {place}").format(
            day=dates.day_long(distribution.day),
            start=distribution.starts_at,
            end=distribution.ends_at,
            place=distribution.place,
        )
        lines = [closing(c, self.screen.store.clock) for c in self.screen.own_catalogues()]
        return [plain(f"   {when}"), *(plain(f"     {line}", "dim") for line in lines)]

    def _row(self, index: int, cells: int) -> Content:
        row = self._found.rows[index]
        star = "★" if row.vip else " "
        state = _(STATES[self._states[row.id]]) if row.id in self._states else ""
        name = max(20, cells - 50)
        phone = row.phone or row.mobile
        text = (
            f"   {fitted(row.name, name)} {star} {fitted(phone, 16)} {fitted(row.postal_code, 6)} {fitted(state, 16)}"
        )
        return plain(text, self._style(index))

    def _style(self, index: int) -> str:
        return "reverse" if index == self._marked else ""

    def leave(self) -> None:
        self.screen.close(None)


QUESTIONS = (
    N_("Last name"),
    N_("First name"),
    N_("Phone"),
    N_("E-mail (Enter: not asked, 0: has none)"),
)


class NewCallerMode(Mode):
    """Four questions, Enter after each; then the order."""

    def __init__(self, screen: OrderEntryScreen, text: str) -> None:
        super().__init__(screen)
        self._searched = text
        # Digits that were typed first are the number that the telephone shows.
        known = prefilled(text)
        self._proposed = [known.get(field, "") for field in ("last_name", "first_name", "phone", "email")]
        self._answers: list[str] = []
        self._leaving = False
        screen.line.put(self._proposed[0])

    def heading(self) -> tuple[str, str]:
        return _("New member, and an order for {place}").format(place=self.screen.place()), self.screen.who()

    def caption(self) -> str:
        return _("Enter takes each answer; Escape goes back.")

    def prompt(self) -> str:
        return f" {_(QUESTIONS[len(self._answers)])} > "

    def keys(self) -> list[tuple[str, str]]:
        return [(_("Enter"), _("Next")), (_("Esc"), _("Back")), ("F3", _("Leave")), ("F1", _("Help"))]

    def choices(self, cells: int, height: int) -> list[Content]:
        answered = zip(QUESTIONS, self._answers, strict=False)
        return [
            plain("   " + _("{name}: {what}").format(name=_(question), what=answer or "–"))
            for question, answer in answered
        ]

    def key(self, key: str, character: str | None) -> bool:
        if key in ("escape", "up"):
            self.back()
            return True
        return False

    def keeps(self) -> bool:
        return any(self._answers) or self.screen.line.value.strip() != self._proposed[len(self._answers)]

    def changed(self, text: str) -> None:
        self._leaving = False
        super().changed(text)

    def leave(self) -> None:
        """Leave; asks once where answers would be lost."""
        if self.keeps() and not self._leaving:
            self._leaving = True
            text = " ".join(part for part in (*self._answers, self.screen.line.value.strip()) if part)
            self.screen.warn(
                _("“{text}” is not entered yet: Enter takes it, F3 again leaves without it.").format(text=text)
            )
            return
        super().leave()

    def back(self) -> None:
        """The question before; from the first, the search."""
        if self._answers:
            self.screen.line.put(self._answers.pop())
            self.screen.show()
        else:
            self.screen.enter_mode(CallerMode(self.screen, self._searched))

    def enter(self, text: str) -> None:
        text = " ".join(text.split())
        if len(self._answers) == 1 and not text and not self._answers[0]:
            self.screen.warn(_("A name is needed: a first or a last one."))
            return
        if len(self._answers) == 3:
            self._add(text)
            return
        self._answers.append(text if len(self._answers) == 2 else capitalised(text))
        self.screen.line.put(self._proposed[len(self._answers)])
        self.screen.show()

    def _add(self, email: str) -> None:
        last, first, phone = self._answers
        state = EmailState.HAS if email not in ("", "0") else EmailState.NONE if email else EmailState.UNKNOWN
        person = Person(
            first_name=first,
            last_name=last,
            email=email if state is EmailState.HAS else "",
            email_state=state,
            phone=phone,
        )
        store = self.screen.store
        self.screen.line.hold()
        self.screen.write(lambda: store.members.add(Member(people=(person,))), self._added, self._refused)

    def _added(self, member_id: int) -> None:
        self.screen.say("")
        self.screen.open_order(member_id)

    def _refused(self, error: BaseException) -> None:
        self.screen.line.let_go()
        self.screen.show_error(error)
