"""Recap: what a producer is told of the orders, as it is sent; and the supplement, what changed since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content

from screens.errors import words_for
from screens.recap_files import PrintingScreen
from screens.recap_words import WAITING, known, short, stuck, waits_for
from screens.start_sending import start_sending
from screens.text import fitted
from screens.widgets.ask import Ask
from screens.widgets.plain import joined, plain
from screens.widgets.prose import Prose, wrapped
from store import Store
from store.errors import Invalid, NotFound
from store.rights import Right
from templates.words import N_, _, dates

if TYPE_CHECKING:
    from mail.recaps import RecapMail
    from store.distributions import Distribution
    from store.lists.records import RecapState, Telling

LOOK_SECONDS = 2.0
LABEL = 10
"""Cells of what stands before the address and the subject."""


@dataclass(frozen=True)
class Reading:
    """What the screen shows: the `mail` as it would go out, and why it cannot (`problem`), where it cannot."""

    kind: str
    distribution: Distribution
    state: RecapState
    mail: RecapMail
    problem: Exception | None


def read_recap(store: Store, distribution_id: int, catalogue_id: int, kind: str | None) -> Reading:
    """The recap or supplement as it stands now; without `kind`, the supplement where there is something for it."""
    from mail.recaps import recap_mail
    from mail.refused import NoMailbox

    states = {state.catalogue_id: state for state in store.lists.states(distribution_id)}
    if catalogue_id not in states:
        raise NotFound("catalogue", str(catalogue_id))
    state = states[catalogue_id]
    kind = kind or ("supplement" if state.recap is not None and state.untold else "recap")
    mail = recap_mail(store, distribution_id, catalogue_id, kind)
    problem: Exception | None = None
    if not mail.to:
        problem = Invalid("producer", state.producer_name, "no_email")
    elif store.mailbox.get() is None:
        problem = NoMailbox()
    return Reading(kind, store.distributions.get(distribution_id), state, mail, problem)


class RecapScreen(PrintingScreen):
    """One producer's recap or supplement: sent, printed, or told by phone from here."""

    NAME = "recap"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "What the producer is told, as it stands now.\n"
        "\n"
        "- **s** sends it by mail, after one question that names the address. The sending goes on by itself;\n"
        "- **p** writes it as a file to print; the producer counts as told only once you press **t**;\n"
        "- **t** says that the producer has been told, by phone or on paper;\n"
        "- **v** changes between the whole recap and the **supplement**: only what changed since the producer was "
        "told.\n"
        "\n"
        "What is ordered or changed after this is a late line, and waits for the next supplement."
    )
    BINDINGS = [
        Binding("s", "send", N_("Send"), tooltip=N_("Send it to the producer by mail"), id="recap.send"),
        Binding("f8", "send", N_("Send"), show=False, tooltip=N_("Send it by mail"), id="recap.send.f8"),
        Binding("p", "print", N_("Print"), tooltip=N_("Write it as a file to print"), id="recap.print"),
        Binding("t", "told", N_("Told"), tooltip=N_("The producer has been told, by phone say"), id="recap.told"),
        Binding("v", "view('supplement')", N_("Supplement"), tooltip=N_("Only what changed since"), id="recap.new"),
        Binding("v", "view('recap')", N_("Whole recap"), tooltip=N_("All that is ordered"), id="recap.whole"),
        Binding("g", "sending", N_("Sending"), tooltip=N_("See what goes out"), id="recap.sending"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="recap.leave"),
    ]

    def __init__(self, distribution_id: int, catalogue_id: int, kind: str | None = None) -> None:
        super().__init__()
        self._distribution_id, self._catalogue_id, self._kind = distribution_id, catalogue_id, kind
        self._reading: Reading | None = None
        self._paper: int | None = None

    def heading(self) -> tuple[str, str]:
        reading = self._reading
        if reading is None:
            return _("Recap"), ""
        title = _("Recap for {name}") if reading.kind == "recap" else _("Supplement for {name}")
        d = reading.distribution
        return title.format(name=reading.state.name), f"{dates.day(d.day)} {d.place}"

    def content(self) -> ComposeResult:
        yield Prose(id="recap-head")
        with VerticalScroll(id="recap-text"):
            yield Prose(id="recap-lines")
        yield from self.printing()
        yield Ask()

    def on_mount(self) -> None:
        self._list(holds=True)
        self.set_interval(LOOK_SECONDS, self._look_on)

    def changed(self) -> None:
        self._list(holds=self._reading is None)

    def _look_on(self) -> None:
        """Follow a mail that is on its way: the ledger is not in the journal."""
        reading = self._reading
        found = stuck(reading.state) if reading is not None else None
        if not self.is_current or found is None or found[1] not in WAITING:
            return
        self._list()

    def _list(self, *, holds: bool = False) -> None:
        store, kind = self.store, self._kind
        day, catalogue = self._distribution_id, self._catalogue_id
        self.read(lambda: read_recap(store, day, catalogue, kind), self._take, group="recap", holds=holds)

    def _take(self, reading: Reading) -> None:
        first, same = self._reading is None, reading == self._reading
        self._reading, self._kind = reading, reading.kind
        if same:
            return
        self.query_one("#recap-head", Prose).update(Content("\n").join(self._head(reading)))
        self.query_one("#recap-lines", Prose).update(plain(reading.mail.text, lines=True))
        if first:
            self.to_list()
        self.show_heading()
        self.refresh_bindings()

    def _head(self, reading: Reading) -> list[Content]:
        """To whom, about what, and what there is to know before it goes."""
        rows = ((_("To"), ", ".join(reading.mail.to)), (_("Subject"), reading.mail.subject))
        if reading.problem is None:
            lines = [line for name, value in rows for line in self._field(name, value)]
        else:
            lines = [plain(" ! " + words_for(reading.problem), "bold")]
            if reading.state.phone:
                lines += self._field(_("Phone"), reading.state.phone)
        state, clock = reading.state, self.store.clock
        lines += [plain(f" {mark} {text}") for mark, text in known(state, clock)]
        if state.recap is None and not state.closed and state.closes is not None:
            text = _("Not closed yet: what is ordered after you send it, until {moment}, is late.")
            lines.append(plain(" ! " + text.format(moment=dates.moment(state.closes))))
        return lines

    def _field(self, name: str, value: str) -> list[Content]:
        """A name and what stands under it, on as many lines as it takes, one below the other."""
        parts = wrapped(plain(value, "bold"), max(1, self.size.width - LABEL - 3)).split("\n")
        return [joined(plain(f" {fitted('' if n else name, LABEL)} "), part) for n, part in enumerate(parts)]

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a supplement only after a recap, and nothing to tell where nothing changed since."""
        reading = self._reading
        if action == "view":
            return bool(reading and reading.state.recap is not None and parameters[0] != reading.kind)
        if action == "send":
            return reading is not None and self._tells(reading) and reading.problem is None
        if action == "told":
            return reading is not None and self._tells(reading)
        if action == "print":
            return reading is not None
        if action == "sending":
            return bool(reading and stuck(reading.state)) and self.operator.may(Right.MESSAGES_SEE)
        return True

    def _tells(self, reading: Reading) -> bool:
        may = self.operator.may(Right.ORDERS, self._catalogue_id)
        return may and (reading.kind == "recap" or bool(reading.state.untold))

    def action_view(self, kind: str) -> None:
        """Show the whole recap, or only what changed since."""
        self._kind, self._paper = kind, None
        self.query_one("#recap-text", VerticalScroll).scroll_home(animate=False)
        self._list(holds=True)

    def action_sending(self) -> None:
        """Show what goes out."""
        self.go("sending")

    def to_list(self) -> None:
        """Back to the text, which the arrows scroll."""
        self.query_one("#recap-text").focus()

    def on_ask_left(self) -> None:
        """Back to the text."""
        self.to_list()

    # -- telling

    def action_send(self) -> None:
        """Ask once, naming the address, then send it."""
        reading = self._reading
        if reading is None or reading.problem is not None:
            return
        question = (
            _("Send the recap to {address}?") if reading.kind == "recap" else _("Send the supplement to {address}?")
        )
        first, *others = reading.mail.to
        address = f"{first} (+{len(others)})" if others else first
        # Two colleagues who look at the same recap are not to send it twice.
        seen = reading.state.tellings[0].id if reading.state.tellings else 0
        self.query_one(Ask).ask(question.format(address=address), lambda _yes: self._send(reading.kind, address, seen))

    def _send(self, kind: str, address: str, seen: int) -> None:
        store, day, catalogue = self.store, self._distribution_id, self._catalogue_id

        def queue() -> Telling:
            from mail.recaps import queue_recap

            return queue_recap(store, day, catalogue, kind, seen=seen)

        self.write(queue, lambda _telling: self._queued(address))

    def _queued(self, address: str) -> None:
        self._list()
        store = self.store

        def started(yes: bool) -> None:
            if yes:
                self.say(_("On its way to {address}. You may leave: it goes on by itself.").format(address=address))
            elif self.operator.may(Right.MESSAGES_SEE):
                self.go("sending")
            else:
                self.read(lambda: waits_for(store), self.warn, group="start")

        self.read(lambda: start_sending(store, ask_here=True), started, group="start")

    def action_told(self) -> None:
        """Ask once, then note that the producer has been told."""
        reading = self._reading
        if reading is not None:
            question = _("Does {name} know all of this now?").format(name=short(reading.state.producer_name))
            self.query_one(Ask).ask(question, lambda _yes: self._tell(reading))

    def _tell(self, reading: Reading) -> None:
        store, day, catalogue = self.store, self._distribution_id, self._catalogue_id
        # What was ordered after it was read out or printed, the producer does not know.
        way, up_to = ("said", reading.mail.up_to) if self._paper is None else ("file", self._paper)
        self._paper = None

        def done(_telling: Telling) -> None:
            self.say(_("Noted: the producer has been told."))
            self._list()

        self.write(lambda: store.lists.tell(day, catalogue, reading.kind, way, up_to=up_to), done)

    # -- printing

    def printed(self) -> tuple[str, int, int | None] | None:
        reading = self._reading
        return None if reading is None else (reading.kind, self._distribution_id, self._catalogue_id)

    def was_printed(self) -> str:
        reading = self._reading
        self._paper = None if reading is None else reading.mail.up_to
        may = reading is not None and self._tells(reading)
        return _("Press t once the producer has it.") if may else ""
