"""What a file cannot say: the distribution or catalogue is chosen, or made here where there is none yet."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from screens.moments import day_of, hours_of
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.rights import Right
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from screens.base import HouseScreen
    from store import Store
    from store.distributions import Distribution

DISTRIBUTION, CATALOGUE = "distribution", "catalogue"
NAME_CELLS = 30
WHY = {
    DISTRIBUTION: N_("The file does not say for which distribution these orders are: choose it."),
    CATALOGUE: N_("The file does not say of which catalogue this is: choose it."),
}
NONE_YET = {
    DISTRIBUTION: N_("The file does not say for which day these orders are, and none is planned yet: plan it now."),
    CATALOGUE: N_("The file does not say of which catalogue this is, and there is none yet: make it now."),
}
NO_RIGHT = {
    DISTRIBUTION: N_("No distribution is planned yet. A coordinator has to plan it first."),
    CATALOGUE: N_("There is no catalogue yet. A coordinator has to make it first."),
}
A_NEW_ONE = {DISTRIBUTION: N_("Another day"), CATALOGUE: N_("A new catalogue")}
TYPED = {
    "day": N_("On which day? For example 25/11/2026:"),
    "hours": N_("From when to when? For example 18:00-19:30:"),
    "place": N_("Where?"),
    "name": N_("What is the new catalogue called?"),
    "producer": N_("Of which producer?"),
}
"""What is asked about a new distribution or catalogue, one after the other."""
STEPS = {DISTRIBUTION: ("day", "hours", "place"), CATALOGUE: ("name", "producer")}


class Needs(Vertical):
    """Asks for a distribution or a catalogue; nothing is seen of it until then. Says `Said` or `Left` and is gone."""

    DEFAULT_CSS = "Needs { height: auto; display: none; }"

    class Said(Message):
        """It is this one: what was needed, its id, and how it is called."""

        def __init__(self, need: str, id_: int, name: str) -> None:
            super().__init__()
            self.need, self.id, self.name = need, id_, name

    class Left(Message):
        """Nothing was said; `why`, where nothing could be."""

        def __init__(self, why: str = "") -> None:
            super().__init__()
            self.why = why

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)  # type: ignore[arg-type]
        self._need = ""
        self._said: dict[str, str] = {}
        self._proposed: dict[str, str] = {}
        self._offered_at: int | None = None

    def compose(self) -> ComposeResult:
        yield Prose(id="needs-why")
        yield Choices(id="needs-choices")
        yield Ask()

    @property
    def _house(self) -> HouseScreen[Any]:
        return cast("HouseScreen[Any]", self.screen)

    @property
    def _may_make(self) -> bool:
        return self._house.operator.may(Right.ORDERS)

    # -- choosing

    def ask(self, need: str, distribution_id: int | None = None) -> None:
        """Let one be chosen, or made; a new catalogue is offered at the distribution, where there is one already."""
        self._need, self._offered_at = need, distribution_id
        store = self._house.store
        self._house.read(lambda: choices(store, need), self._offer, group="needs")

    def _offer(self, found: list[tuple[str, str, tuple[int, str]]]) -> None:
        if not found and not self._may_make:
            self.post_message(self.Left(_(NO_RIGHT[self._need])))
        elif not found:
            self.make(self._need, self._offered_at, why=_(NONE_YET[self._need]))
        else:
            self._explain(_(WHY[self._need]))
            new = [(_(A_NEW_ONE[self._need]), _("is not here yet: make it now"), None)] if self._may_make else []
            self.query_one(Choices).offer([*found, *new], cells=NAME_CELLS)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Say which one, or ask what the new one is."""
        event.stop()
        if event.value is None:
            self.make(self._need, self._offered_at)
        else:
            self._end(self.Said(self._need, *event.value))

    def on_choices_left(self, event: Choices.Left) -> None:
        """Nothing was chosen."""
        event.stop()
        self._end(self.Left())

    # -- making

    def make(self, need: str, distribution_id: int | None = None, *, name: str = "", why: str = "") -> None:
        """Ask for all that a new one needs, and make it; `name` is proposed."""
        self._need, self._offered_at, self._said = need, distribution_id, {}
        self._proposed = {"name": name} if need == CATALOGUE else proposed(self._house.store)
        self._explain(why)
        self._ask_next()

    def _explain(self, why: str) -> None:
        self.display = True
        prose = self.query_one("#needs-why", Prose)
        prose.update(plain(f" {why}"))
        prose.display = bool(why)

    def _ask_next(self) -> None:
        step = next((step for step in STEPS[self._need] if step not in self._said), None)
        if step is None:
            self._make()
            return
        typed = self._proposed.get(step, "") or (self._said["name"] if step == "producer" else "")
        self.query_one(Ask).ask(_(TYPED[step]), lambda text: self._answered(step, text), typed)

    def _answered(self, step: str, text: str) -> None:
        """Take an answer; one that cannot be read is asked again."""
        self._proposed[step] = text
        if problem := _problem(step, text, self._house.store.clock.today()):
            self._house.warn(problem)
        else:
            self._house.say("")
            self._said[step] = text
        self._ask_next()

    def on_ask_left(self, event: Ask.Left) -> None:
        """Nothing was made, unless the next question stands already, or it is being made."""
        event.stop()
        if not self.query_one(Ask).display and len(self._said) < len(STEPS[self._need]):
            self._end(self.Left())

    def _make(self) -> None:
        store, need, said, at = self._house.store, self._need, dict(self._said), self._offered_at

        def make() -> tuple[int, str]:
            return new_distribution(store, said) if need == DISTRIBUTION else new_catalogue(store, said, at)

        self._house.write(make, lambda made: self._end(self.Said(need, *made)), self._not_made)

    def _not_made(self, error: BaseException) -> None:
        """Ask again, with what was typed."""
        self._said = {}
        self._house.show_error(error)
        self._ask_next()

    def _end(self, message: Message) -> None:
        self.display = False
        self.post_message(message)


def choices(store: Store, need: str) -> list[tuple[str, str, tuple[int, str]]]:
    """The distributions or catalogues to choose from: how each is shown, and its id and name."""
    if need == DISTRIBUTION:
        return [
            (dates.day(d.day, year=True), f"{d.starts_at} {d.place}", (d.id, _distribution_name(d)))
            for d in store.distributions.all()
            if not d.cancelled
        ]
    return [(c.name, c.producer_name, (c.id, c.name)) for c in store.catalogues.all()]


def _distribution_name(distribution: Distribution) -> str:
    return f"{dates.day(distribution.day, year=True)}, {distribution.place}"


def proposed(store: Store) -> dict[str, str]:
    """What a new distribution will probably be like: as the latest one."""
    for latest in store.distributions.all(limit=1):
        return {"hours": f"{latest.starts_at}-{latest.ends_at}", "place": latest.place}
    return {}


def _problem(step: str, text: str, today: date) -> str:
    """Why an answer cannot be taken; empty when it can."""
    if step == "day":
        with suppress(ValueError):
            if day_of(text, today) is not None:
                return ""
        return _("“{value}” is no day; write it as 26/11 or 26/11/2026.").format(value=text)
    if step == "hours":
        hours = None
        with suppress(ValueError):
            hours = hours_of(text)
        if hours is None:
            return _("Two hours are needed, as 18:00-19:30.")
        return "" if hours[0] < hours[1] else _("It ends before it begins: write it as 18:00-19:30.")
    if text:
        return ""
    return _("A place is needed.") if step == "place" else _("A name is needed.")


def new_distribution(store: Store, said: dict[str, str]) -> tuple[int, str]:
    """Plan a distribution with all catalogues, from what was typed; returns its id and name."""
    day, hours = cast(date, day_of(said["day"], store.clock.today())), cast("tuple[str, str]", hours_of(said["hours"]))
    served = [catalogue.id for catalogue in store.catalogues.all()]
    made = store.distributions.add(day, *hours, said["place"], served)
    return made, _distribution_name(store.distributions.get(made))


def new_catalogue(store: Store, said: dict[str, str], distribution_id: int | None) -> tuple[int, str]:
    """Make a catalogue in the group's currency, from what was typed; returns its id and name."""
    producer_id = store.catalogues.producer_called(said["producer"])
    made = store.catalogues.add_catalogue(said["name"], producer_id, store.settings.group().currency)
    if distribution_id is not None:
        store.distributions.offer(distribution_id, made)
    return made, store.catalogues.get(made).name
