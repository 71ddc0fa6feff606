"""Channels: how a message reaches its people, one way after the other, and how many each way reaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Button

from screens.channel_counts import counted
from screens.channel_words import CHANNELS, each_words, many_words, others_words
from screens.form import FormScreen, Problem, row
from screens.member_form import Fields
from screens.message_states import mails_and_people
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.tick import Tick
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store.message_records import Message
    from store.reach import Counts
    from store.sms_gateway import SmsSettings

LABELS = {"email": N_("E-mail"), "sms": N_("SMS"), "letter": N_("Letter"), "csv": N_("CSV file")}
TAKEN = {
    "email": N_("who has an address"),
    "sms": N_("who has a mobile"),
    "letter": N_("who has a postal address"),
    "csv": N_("all others"),
}
"""Whom each of them takes, of those who are left by the ones before."""
CALLS = "calls"


class ChannelsScreen(FormScreen):
    """The channels of a draft, to be ticked; leaves with its id once they are saved."""

    NAME = "channels"
    HELP = N_(
        "Each member gets the message **once**: by the first of these ways that reaches them. Who is left is on the "
        "call list.\n"
        "\n"
        "**SMS** go to who has a mobile number and has not refused SMS of this kind. They have a text of their own, "
        "and each is paid for: what one costs is in the settings.\n"
        "\n"
        "**Letters** are written as one file to print: for those with a street and a town. The **CSV file** takes "
        "everybody who is left, for a tool of yours.\n"
        "\n"
        "Without e-mail, who refused such mails gets no letter either. **Space** ticks, **F8** saves."
    )
    LABELS = LABELS
    AUTO_FOCUS = "Tick"

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self._message_id = message_id
        self._message: Message | None = None
        self._sms: SmsSettings | None = None
        self._counts: dict[tuple[str, ...], Counts] = {}

    def heading(self) -> tuple[str, str]:
        title = self._message.title if self._message is not None else ""
        return _("Channels of “{name}”").format(name=title) if title else _("Channels of the message"), ""

    def content(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            for name in CHANNELS:
                yield from row(self.label(name), Tick(_(TAKEN[name]), id=f"form-{name}"), note=name)
            yield from row(_("Call list"), note=CALLS)
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="channels-more")
            yield Prose(id="form-hint")

    @property
    def place(self) -> str:
        return f"channels {self._message_id}"

    def about(self) -> tuple[str, int | None] | None:
        return "message", self._message_id

    def load(self) -> Fields:
        """The message's channels; how many they reach is counted meanwhile."""
        self._message = message = self.store.messages.get(self._message_id)
        self._sms = self.store.sms.get()
        self._counts.clear()
        return {name: name in message.channels for name in CHANNELS}

    def look_again(self) -> None:
        """Count, where that was not done yet, and say it."""
        super().look_again()
        if not self.read_fields or self._message is None:
            return
        channels = chosen(self.typed)
        counts = self._counts.get(channels)
        if counts is None and channels:
            store, message = self.store, replace(self._message, channels=channels)
            self.read(lambda: (channels, counted(store, message)), self._counted, group="counts")
        self.say_below("channels-more", self._more(channels, counts))

    def _counted(self, found: tuple[tuple[str, ...], Counts]) -> None:
        self._counts[found[0]] = found[1]
        self.look_again()

    def notes(self, typed: Fields) -> dict[str, str]:
        """Whom each of them reaches."""
        channels = chosen(typed)
        counts = self._counts.get(channels)
        if counts is None:
            return {CALLS: "…"}
        notes = {name: text for name in channels for text in others_words(replace(counts, calls=0), (name,))}
        notes[CALLS] = many_words("call", counts.calls)
        if "email" in channels:
            notes["email"] = mails_and_people(counts.mails, counts.email, 0)
        if "sms" in channels and self._sms is not None and (each := each_words(self._sms)):
            notes["sms"] = f"{notes['sms']} · {each}"
        return notes

    def _more(self, channels: tuple[str, ...], counts: Counts | None) -> str:
        said = []
        if counts is not None and counts.opted_out:
            text = ngettext("{n} does not want such messages", "{n} do not want such messages", counts.opted_out)
            said.append(text.format(n=counts.opted_out) + ".")
        if "sms" in channels and self._sms is not None and self._sms.only_allowed:
            said.append(_("SMS go only to who said yes to them: so it is set."))
        return " ".join(said)

    def problems(self, typed: Fields) -> list[Problem]:
        """At least one."""
        if chosen(typed):
            return []
        return [Problem("email", _("Tick one at least; who is left by it is called."))]

    def saver(self, typed: Fields) -> Callable[[], int]:
        message, messages, channels = self._message, self.store.messages, chosen(typed)
        assert message is not None  # nothing is saved before it was read
        return lambda: messages.save(replace(message, channels=channels), finished=False).id or 0


def chosen(typed: Fields) -> tuple[str, ...]:
    """The channels that are ticked, in their order."""
    return tuple(name for name in CHANNELS if typed.get(name))
