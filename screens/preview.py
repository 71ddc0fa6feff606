"""Preview: each recipient's mail as it will be, those that look wrong first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content

from screens.errors import words_for
from screens.preview_marks import fenced, marked, wrong_words
from screens.rendered import rendered
from screens.walking import WalkingScreen
from screens.widgets.plain import joined, plain
from screens.widgets.prose import Prose
from store.errors import StoreError
from store.message_records import MessageState
from store.rights import Right
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from mail.composing import FrozenPreview, Preview
    from mail.preview import Differing, Shown
    from mail.step_recap import RecapPreview
    from store import Store
    from store.message_records import Message

    Mails = Preview | FrozenPreview | RecapPreview

VIEWS = ("rendered", "plain", "source")
REASONS = 2
"""How many reasons for which a mail looks wrong are said; the rest is counted."""


class PreviewScreen(WalkingScreen["Mails"]):
    """Walks through the mails of a message."""

    NAME = "preview"
    HELP = N_(
        "Each mail as it will be. Those that look wrong come first, with the reason: no first name, a field with "
        "nothing to say, something left to fill in.\n"
        "\n"
        "What others get otherwise is in reverse video; **m** takes these marks away. "
        "**v** changes between the mail as mail programs show it, its plain text, and its source. "
        "**/** goes to a recipient by name, and says why somebody gets no mail.\n"
        "\n"
        "**c** goes on to what the SMS, the letters and the calls say.\n"
        "\n"
        "**w** writes the mail as a page for a browser into the folder `exports` beside the group's file; **t** sends "
        "you this very mail."
    )
    BINDINGS = [
        Binding("right,n,space", "step(1)", N_("Next"), tooltip=N_("The next recipient"), id="preview.next"),
        Binding("left,b", "step(-1)", N_("Back"), tooltip=N_("The recipient before"), id="preview.back"),
        Binding("v", "view", N_("View"), tooltip=N_("As shown, plain text, source"), id="preview.view"),
        Binding(
            "slash", "find", N_("Find"), key_display="/", tooltip=N_("Go to a recipient by name"), id="preview.find"
        ),
        Binding("t", "test", N_("Test"), tooltip=N_("Send yourself this very mail"), id="preview.test"),
        Binding("w", "write_page", N_("Page"), tooltip=N_("Write it as a page for a browser"), id="preview.page"),
        Binding("c", "channel", N_("Channel"), tooltip=N_("SMS, letters, calls"), id="preview.channel"),
        Binding("m", "marks", N_("Marks"), tooltip=N_("Mark what differs, or not"), id="preview.marks"),
        Binding("f6", "test", N_("Test"), show=False, tooltip=N_("Send yourself this mail"), id="preview.test.f6"),
        Binding("f5", "leave", N_("Write on"), show=False, tooltip=N_("Back to the text"), id="preview.leave.f5"),
        Binding("q", "leave", N_("Leave"), tooltip=N_("Back to the text"), id="preview.leave"),
        Binding("home", "go_to(0)", N_("First"), show=False, tooltip=N_("The first recipient"), id="preview.first"),
        Binding("end", "go_to(-1)", N_("Last"), show=False, tooltip=N_("The last recipient"), id="preview.last"),
    ]
    NEEDS = {"test": Right.MESSAGES_WRITE}

    ONLY_MAILS = False
    """Whether nothing but mails can be written, as by a workflow."""
    on = ""
    """The key of the occasion that the mails are shown on; only words of a workflow's step have one."""

    def __init__(self, message_id: int) -> None:
        super().__init__(message_id)
        self._view = "rendered"
        self._marks = True
        self._differs: dict[int, Differing] = {}
        self._former: Differing | None = None

    def heading(self) -> tuple[str, str]:
        mails = self._walked
        if mails is None:
            return _("Preview"), ""
        place = _("{number} of {count}").format(number=self._at + 1 if mails.count else 0, count=mails.count)
        if mails.wrong:
            place += " · ! " + ngettext("{n} looks wrong", "{n} look wrong", mails.wrong).format(n=mails.wrong)
        title = mails.message.title
        return _("Preview of “{name}”").format(name=title) if title else _("Preview"), place

    def _read(self) -> Mails:
        from mail import composing

        preview = composing.preview(self.store, self._message_id)
        preview.sort()
        return preview

    def _take(self, walked: Mails) -> None:
        self._former, self._differs = self._differs.get(self._at), {}
        super()._take(walked)

    def _stays(self) -> None:
        super()._stays()
        if self._former is not None:  # marked as before until it is found what differs now
            self._differs = {self._at: self._former}
        if self._walked is not None:
            self._compare(self._walked, self._at, again=True)

    def _show(self) -> None:
        mails = self._walked
        if mails is None:
            return
        self.show_heading()
        if not mails.count:
            self.query_one("#head", Prose).update(plain(f" {self.nobody_words()}"))
            self.query_one("#text", Prose).update(plain(""))
            return
        shown = mails.at(self._at)
        self._head(shown)
        self.query_one("#text", Prose).update(self._text(shown))
        self.query_one("#mail", VerticalScroll).scroll_home(animate=False)
        self._compare(mails, self._at)

    def nobody_words(self) -> str:
        """That there is no mail to show."""
        return _("Nobody would get this mail: nobody is chosen.")

    def _head(self, shown: Shown) -> None:
        """To whom, the subject, and why it looks wrong."""
        to = f"{shown.name} <{shown.address}>" if shown.name else shown.address
        lines = [
            joined(plain(f" {_('To')}  "), plain(to, "bold"), plain(f"   {shown.language}", "dim")),
            joined(plain(f" {_('Subject')}  "), marked(shown.subject, self._now.subject, "bold")),
        ]
        reasons = wrong_words(shown)
        lines += [plain(f" ! {text}", "bold") for text in reasons[:REASONS]]
        if len(reasons) > REASONS:
            lines.append(plain("   " + _("and {n} more").format(n=len(reasons) - REASONS)))
        self.query_one("#head", Prose).update(Content("\n").join(lines))

    @property
    def _now(self) -> Differing:
        """What differs in the mail that is shown, as far as it is known and wanted."""
        from mail.preview import Differing

        return self._differs.get(self._at, Differing()) if self._marks else Differing()

    def _compare(self, mails: Mails, at: int, *, again: bool = False) -> None:
        """Find what differs, in a thread: some twenty others are made for it."""
        if self._marks and (again or at not in self._differs):
            self.read(lambda: (mails, at, mails.differs(at)), self._compared, group="differs")

    def _compared(self, found: tuple[Mails, int, Differing]) -> None:
        mails, at, differs = found
        if mails is self._walked:
            before, self._differs[at] = self._differs.get(at, type(differs)()), differs
            if at == self._at and differs != before:
                self._head(shown := mails.at(at))
                self.query_one("#text", Prose).update(self._text(shown))

    def _text(self, shown: Shown) -> Content:
        mails = self._walked
        if mails is None or shown.problem is not None:
            return plain("")
        if self._view == "rendered" and shown.markdown:
            footer = shown.text.rpartition("\n-- \n")[2]
            body = rendered(fenced(shown.markdown, self._now.markdown))
            return Content.assemble(body, "\n", plain(footer, "dim", lines=True))
        if self._view != "source":
            return marked(shown.text, self._now.text)
        try:
            return plain(mails.source(self._at), lines=True)
        except (StoreError, ValueError) as error:
            return plain(words_for(error))

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A test is sent of drafts only; a workflow writes mails, and nothing else."""
        mails = self._walked
        if action == "channel":
            return mails is not None and not self.ONLY_MAILS
        if action == "test":
            return mails is not None and mails.message.state in (MessageState.DRAFT, MessageState.SCHEDULED)
        return action not in ("write_page", "marks", "find") or bool(mails and mails.count)

    def action_view(self) -> None:
        """Show the mail in the next way."""
        self._view = VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)]
        views = {"rendered": _("as shown"), "plain": _("plain text"), "source": _("source")}
        self.say(views[self._view])
        self._show()

    def _nobody_called(self, walked: Mails, name: str) -> None:
        self.read(lambda: why_not(self.store, walked.message, name), self.warn, group="why")

    def action_marks(self) -> None:
        """Mark what differs between recipients, or show the mail alone."""
        self._marks = not self._marks
        self.say(_("Marked: what others get otherwise.") if self._marks else _("Without marks."))
        self._show()

    def action_channel(self) -> None:
        """Go on to what the next channel says."""
        from screens.channel_preview import open_next

        if self._walked is not None:
            open_next(self, self._walked.message, "email")

    def action_test(self) -> None:
        """Send a test of this recipient's mail."""
        from screens.test_send import open_test

        mails = self._walked
        if mails is not None:
            member = mails.member_at(self._at) if mails.count else None
            open_test(self, self._message_id, member, mails.at(self._at).name if mails.count else "", on=self.on)


def why_not(store: Store, message: Message, name: str) -> str:
    """Why nobody of this name gets a mail: the first such member is out, to be called, or does not want it."""
    me = store.operators.me()
    if message.queued_at is None and me.may(Right.MEMBERS) and me.may(Right.MESSAGES_SEE):
        from screens.picker_why import verdict

        for row in store.members.search(name, limit=1).rows:
            service = bool(message.service_reason)
            return verdict(store.segments.fate(message.segment, row.id, message.kind, service=service))
    return _("Nobody called “{name}” gets this message.").format(name=name)
