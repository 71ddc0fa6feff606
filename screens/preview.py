"""Preview: each recipient's mail as it will be, those that look wrong first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content

from screens.base import HouseScreen
from screens.errors import words_for
from screens.rendered import rendered
from screens.widgets.ask import Ask
from screens.widgets.plain import joined, plain
from screens.widgets.prose import Prose
from store.errors import StoreError
from store.folding import fold
from store.message_records import MessageState
from store.rights import Right
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from mail.composing import FrozenPreview, Preview

VIEWS = ("rendered", "plain", "source")


class PreviewScreen(HouseScreen[None]):
    """Walks through the mails of a message."""

    NAME = "preview"
    CSS_PATH = Path(__file__).with_name("preview.tcss")
    HELP = N_(
        "Each mail as it will be. Those that look wrong come first: no first name, a field with nothing to say.\n"
        "\n"
        "**v** changes between the mail as mail programs show it, its plain text, and its source."
    )
    BINDINGS = [
        Binding("right,n,space", "step(1)", N_("Next"), tooltip=N_("The next recipient"), id="preview.next"),
        Binding("left,b", "step(-1)", N_("Back"), tooltip=N_("The recipient before"), id="preview.back"),
        Binding("v", "view", N_("View"), tooltip=N_("As shown, plain text, source"), id="preview.view"),
        Binding(
            "slash", "find", N_("Find"), key_display="/", tooltip=N_("Go to a recipient by name"), id="preview.find"
        ),
        Binding("t", "test", N_("Test"), tooltip=N_("Send yourself this very mail"), id="preview.test"),
        Binding("f6", "test", N_("Test"), show=False, tooltip=N_("Send yourself this mail"), id="preview.test.f6"),
        Binding("f5", "leave", N_("Write on"), show=False, tooltip=N_("Back to the text"), id="preview.leave.f5"),
        Binding("q", "leave", N_("Leave"), tooltip=N_("Back to the text"), id="preview.leave"),
        Binding("home", "go_to(0)", N_("First"), show=False, tooltip=N_("The first recipient"), id="preview.first"),
        Binding("end", "go_to(-1)", N_("Last"), show=False, tooltip=N_("The last recipient"), id="preview.last"),
    ]

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self._message_id = message_id
        self._preview: Preview | FrozenPreview | None = None
        self._at = 0
        self._view = "rendered"

    def heading(self) -> tuple[str, str]:
        mails = self._preview
        if mails is None:
            return _("Preview"), ""
        place = _("{number} of {count}").format(number=self._at + 1 if mails.count else 0, count=mails.count)
        if mails.wrong:
            place += " · ! " + ngettext("{n} looks wrong", "{n} look wrong", mails.wrong).format(n=mails.wrong)
        title = mails.message.title
        return _("Preview of “{name}”").format(name=title) if title else _("Preview"), place

    def content(self) -> ComposeResult:
        yield Prose(id="head")
        with VerticalScroll(id="mail"):
            yield Prose(id="text")
        yield Ask()

    def on_mount(self) -> None:
        self.changed()

    def changed(self) -> None:
        self.read(self._read, self._take, failed=self._refused)

    def _read(self) -> Preview | FrozenPreview:
        from mail import composing

        preview = composing.preview(self.store, self._message_id)
        preview.sort()
        return preview

    def _take(self, preview: Preview | FrozenPreview) -> None:
        self._preview = preview
        self._at = min(self._at, max(0, preview.count - 1))
        self._show()
        self.refresh_bindings()
        if not self.query_one(Ask).display:
            self.query_one("#mail").focus()

    def _refused(self, error: BaseException) -> None:
        self.show_error(error)
        self.query_one("#text", Prose).update(plain(" " + words_for(error)))

    def _show(self) -> None:
        mails = self._preview
        if mails is None:
            return
        self.show_heading()
        if not mails.count:
            self.query_one("#head", Prose).update(plain(" " + _("Nobody would get this mail: nobody is chosen.")))
            return
        shown = mails.at(self._at)
        to = f"{shown.name} <{shown.address}>" if shown.name else shown.address
        lines = [
            joined(plain(f" {_('To')}  "), plain(to, "bold"), plain(f"   {shown.language}", "dim")),
            joined(plain(f" {_('Subject')}  "), plain(shown.subject, "bold")),
        ]
        if shown.problem is not None:
            lines.append(plain(" ! " + words_for(shown.problem), "bold"))
        elif shown.no_first_name:
            lines.append(plain(" ! " + _("No first name is known for this person."), "bold"))
        self.query_one("#head", Prose).update(Content("\n").join(lines))
        self.query_one("#text", Prose).update(self._text())
        self.query_one("#mail", VerticalScroll).scroll_home(animate=False)

    def _text(self) -> Content:
        mails = self._preview
        if mails is None:
            return plain("")
        shown = mails.at(self._at)
        if shown.problem is not None:
            return plain("")
        if self._view == "rendered" and shown.markdown:
            footer = shown.text.rpartition("\n-- \n")[2]
            return Content.assemble(rendered(shown.markdown), "\n", plain(footer, "dim", lines=True))
        if self._view != "source":
            return plain(shown.text, lines=True)
        try:
            return plain(mails.source(self._at), lines=True)
        except (StoreError, ValueError) as error:
            return plain(words_for(error))

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A test is sent of drafts only."""
        if action == "test":
            mails = self._preview
            draft = mails is not None and mails.message.state in (MessageState.DRAFT, MessageState.SCHEDULED)
            return draft and self.operator.may(Right.MESSAGES_WRITE)
        return True

    def action_step(self, by: int) -> None:
        """Go to another recipient."""
        if self._preview is not None and 0 <= self._at + by < self._preview.count:
            self._at += by
            self._show()

    def action_go_to(self, place: int) -> None:
        """Go to the first or last recipient."""
        if self._preview is not None and self._preview.count:
            self._at = place % self._preview.count
            self._show()

    def action_view(self) -> None:
        """Show the mail in the next way."""
        self._view = VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)]
        views = {"rendered": _("as shown"), "plain": _("plain text"), "source": _("source")}
        self.say(views[self._view])
        self._show()

    def action_find(self) -> None:
        """Ask for a name."""
        self.query_one(Ask).ask(_("Find"), self._find, typed="")

    def _find(self, name: str) -> None:
        mails = self._preview
        if mails is None or not name:
            return
        wanted = fold(name)
        places = [*range(self._at + 1, mails.count), *range(self._at + 1)]
        for place in places:
            if wanted in fold(mails.whom(place)):
                self._at = place
                self._show()
                return
        self.warn(_("Nobody called “{name}” gets this message.").format(name=name))

    def action_test(self) -> None:
        """Send one mail as this recipient's to yourself, or to an address that is typed."""
        from screens.test_send import own_address

        if self._preview is not None:
            self.query_one(Ask).ask(_("Test to"), self._send_test, typed=own_address(self.store))

    def _send_test(self, address: str) -> None:
        from screens.test_send import send_test

        mails = self._preview
        member = mails.member_at(self._at) if mails is not None and mails.count else None
        send_test(self, self._message_id, address, lambda _message: None, member)

    def on_ask_left(self) -> None:
        """Back to the mail."""
        self.query_one("#mail").focus()
