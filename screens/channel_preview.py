"""What each recipient of one channel hears: the SMS, letters, rows and calls of a message, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content

from screens.base import HouseScreen
from screens.channel_texts import count_words
from screens.errors import words_for
from screens.walking import WalkingScreen
from screens.widgets.plain import joined, plain
from screens.widgets.prose import Prose
from templates.words import N_, _

if TYPE_CHECKING:
    from mail.composing import ChannelPreview, ChannelShown
    from store.message_records import Message

NAMES = {"sms": N_("SMS"), "letter": N_("Letters"), "csv": N_("CSV file"), "call": N_("To call")}
NOBODY = {
    "sms": N_("Nobody would get an SMS of this message."),
    "letter": N_("Nobody would get a letter of this message."),
    "csv": N_("Nobody would be in the CSV file of this message."),
    "call": N_("Nobody is to be called for this message."),
}


def walks(message: Message) -> tuple[str, ...]:
    """What there is to walk through: the mails, and what each further channel says; the calls at last."""
    return (*message.channels, "call")


def open_preview(screen: HouseScreen[Any], message: Message, shown: str = "email", *, instead: bool = False) -> None:
    """Walk through what a channel of a message says to each, through its first one where it has no such; `instead`
    of the screen that is in front."""
    ways = walks(message)
    channel = shown if shown in ways else ways[0]
    parameters: dict[str, Any] = {"message_id": message.id or 0}
    route = "preview"
    if channel != "email":
        route, parameters = "channel_preview", {**parameters, "channel": channel}
    if instead:
        from screens.routes import screen_for

        screen.app.switch_screen(screen_for(route, **parameters))
    else:
        screen.go(route, **parameters)


def open_next(screen: HouseScreen[Any], message: Message, shown: str) -> None:
    """Walk through what the next channel says, in the place of this screen."""
    ways = walks(message)
    open_preview(screen, message, ways[(ways.index(shown) + 1) % len(ways)] if shown in ways else "", instead=True)


class ChannelPreviewScreen(WalkingScreen["ChannelPreview"]):
    """Walks through what one channel of a message says."""

    NAME = "channel_preview"
    PAGE = "letter"
    HELP = N_(
        "What each of them hears by this channel, its fields filled. **c** goes on to the next channel: the mails, the "
        "SMS, the letters, and what is said on the phone.\n"
        "\n"
        "**/** goes to a recipient by name. **w** writes a letter as a page for a browser into the folder `exports` "
        "beside the group's file."
    )
    BINDINGS = [
        Binding("right,n,space", "step(1)", N_("Next"), tooltip=N_("The next recipient"), id="walk.next"),
        Binding("left,b", "step(-1)", N_("Back"), tooltip=N_("The recipient before"), id="walk.back"),
        Binding("c", "channel", N_("Channel"), tooltip=N_("Mails, SMS, letters, calls"), id="walk.channel"),
        Binding("slash", "find", N_("Find"), key_display="/", tooltip=N_("Go to a recipient by name"), id="walk.find"),
        Binding("w", "write_page", N_("Page"), tooltip=N_("Write it as a page for a browser"), id="walk.page"),
        Binding("q", "leave", N_("Leave"), tooltip=N_("Back to the text"), id="walk.leave"),
        Binding("f5", "leave", N_("Leave"), show=False, tooltip=N_("Back to the text"), id="walk.leave.f5"),
        Binding("home", "go_to(0)", N_("First"), show=False, tooltip=N_("The first recipient"), id="walk.first"),
        Binding("end", "go_to(-1)", N_("Last"), show=False, tooltip=N_("The last recipient"), id="walk.last"),
    ]

    def __init__(self, message_id: int, channel: str) -> None:
        super().__init__(message_id)
        self._channel = channel

    def heading(self) -> tuple[str, str]:
        found, name = self._walked, _(NAMES[self._channel])
        if found is None:
            return _("Preview"), name
        place = _("{number} of {count}").format(number=self._at + 1 if found.count else 0, count=found.count)
        title = found.message.title
        return _("Preview of “{name}”").format(name=title) if title else _("Preview"), f"{name} · {place}"

    def _read(self) -> ChannelPreview:
        from mail.composing import channel_preview

        return channel_preview(self.store, self._message_id, self._channel)

    def _show(self) -> None:
        self.show_heading()
        found = self._walked
        if found is None:
            return
        if not found.count:
            self.query_one("#head", Prose).update(plain(f" {_(NOBODY[self._channel])}"))
            self.query_one("#text", Prose).update(plain(""))
            return
        shown = found.at(self._at)
        self.query_one("#head", Prose).update(Content("\n").join(_head(shown)))
        body = shown.text
        if shown.sms:
            body = f"{body}\n\n{_('SMS')}: {shown.sms}"
        self.query_one("#text", Prose).update(plain(body, lines=True))
        self.query_one("#mail", VerticalScroll).scroll_home(animate=False)

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A page is written of a letter."""
        there = self._walked is not None and bool(self._walked.count)
        if action == "write_page":
            return there and self._channel == "letter"
        return there if action == "find" else True

    def action_channel(self) -> None:
        """Go on to the next channel."""
        if self._walked is not None:
            open_next(self, self._walked.message, self._channel)


def _head(shown: ChannelShown) -> list[Content]:
    """To whom, where to, the subject, how long it is, and why there is none."""
    first, *rest = shown.address.splitlines() or [""]
    where = first if first and first != shown.name else ""
    lines = [joined(plain(f" {_('To')}  "), plain(shown.name, "bold"), plain(f"   {where}" if where else ""))]
    lines += [plain(f"       {line}") for line in rest]
    if shown.subject:
        lines.append(joined(plain(f" {_('Subject')}  "), plain(shown.subject, "bold")))
    if shown.parts is not None and shown.text:
        lines.append(plain(f" {count_words(shown.parts)}"))
    if shown.problem is not None:
        lines.append(plain(f" ! {words_for(shown.problem)}", "bold"))
    return lines
