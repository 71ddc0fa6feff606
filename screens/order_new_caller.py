"""The few questions about a caller who is no member yet; what is answered is kept at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from textual.content import Content

from screens.member_form import capitalised, prefilled
from screens.order_caller import NEW_CALLER, CallerMode
from screens.order_mode import Mode
from screens.widgets.plain import plain
from store.members import EmailState, Member, Person
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen

FIELDS = ("last_name", "first_name", "phone", "email")
QUESTIONS = (
    N_("Last name"),
    N_("First name"),
    N_("Phone"),
    N_("E-mail (Enter: not asked, 0: has none)"),
)


class NewCallerMode(Mode):
    """Four questions, Enter after each; then the order. `kept` is what was answered before the terminal was lost."""

    def __init__(self, screen: OrderEntryScreen, text: str, kept: Mapping[str, str] | None = None) -> None:
        super().__init__(screen)
        kept = kept or {}
        self._searched = kept.get("searched", text)
        # Digits that were typed first are the number that the telephone shows.
        known = prefilled(self._searched)
        self._proposed = [known.get(field, "") for field in FIELDS]
        self._answers = [kept.get(field, "") for field in FIELDS[: int(kept.get("answered", "0"))]]
        self._leaving = self._adding = False
        screen.line.put(kept.get("typed", self._proposed[len(self._answers)]))

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
        lines = [_("{name}: {what}").format(name=_(question), what=answer or "–") for question, answer in answered]
        return [plain(f"   {self._what_enter_does()}", "dim"), *(plain(f"   {line}") for line in lines)]

    def _what_enter_does(self) -> str:
        following = len(self._answers) + 1
        if following < len(QUESTIONS):
            return _("⏎ next: {question}").format(question=_(QUESTIONS[following]))
        name = " ".join(reversed([part for part in self._answers[:2] if part]))
        return _("⏎ adds {name} and opens the order").format(name=name)

    def key(self, key: str, character: str | None) -> bool:
        if key in ("escape", "up"):
            self.back()
            return True
        return False

    # -- keeping

    def keeps(self) -> bool:
        if self._adding:
            return False
        return any(self._answers) or self.screen.line.value.strip() != self._proposed[len(self._answers)]

    def keep(self) -> None:
        if self.keeps():
            self.screen.house.writer.submit(self._keeping(self.screen.line.value))

    def hand_over(self) -> dict[str, Any]:
        return {"new_caller": self.keeps(), "lines": [] if self.keeps() else [self._searched]}

    def _keeping(self, typed: str) -> Callable[[], None]:
        """The write that keeps the answers and what is typed of the next."""
        fields = dict(zip(FIELDS, self._answers, strict=False))
        fields |= {"searched": self._searched, "answered": str(len(self._answers)), "typed": typed}
        store = self.screen.store
        return lambda: store.unfinished.keep(NEW_CALLER, fields)

    def _keep_nothing(self) -> None:
        store = self.screen.store
        self.screen.write(lambda: store.unfinished.take(NEW_CALLER))

    # -- the answers

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
        self._keep_nothing()
        super().leave()

    def back(self) -> None:
        """The question before; from the first, the search."""
        if self._answers:
            self.screen.line.put(self._answers.pop())
            self.screen.show()
        else:
            self._keep_nothing()
            self.screen.enter_mode(CallerMode(self.screen, self._searched))

    def enter(self, text: str) -> None:
        text = " ".join(text.split())
        if len(self._answers) == 1 and not text and not self._answers[0]:
            self.screen.warn(_("A name is needed: a first or a last one."))
            return
        if len(self._answers) == len(QUESTIONS) - 1:
            self._add(text)
            return
        self._answers.append(text if FIELDS[len(self._answers)] == "phone" else capitalised(text))
        self.screen.line.put(self._proposed[len(self._answers)])
        self.screen.write(self._keeping(""))
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

        def add() -> int:
            member_id = store.members.add(Member(people=(person,)))
            store.unfinished.take(NEW_CALLER)
            return member_id

        self._adding = True
        self.screen.line.hold()
        self.screen.write(add, self._added, self._refused)

    def _added(self, member_id: int) -> None:
        self.screen.say("")
        self.screen.opening.order_of(member_id)

    def _refused(self, error: BaseException) -> None:
        self._adding = False
        self.screen.line.let_go()
        self.screen.show_error(error)
