"""The mailbox: which address mails go out from, how it is reached, and whether it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import DescendantFocus
from textual.widgets import Button, Input

from screens import mailbox_fields as form
from screens import mailbox_words as words
from screens.form import FormScreen, Problem
from screens.mailbox_checking import Trial
from screens.mailbox_facts import Facts, facts_of, state_line, used_line
from screens.mailbox_following import FollowingScreen
from screens.mailbox_layout import layout, providers_offered
from screens.member_form import Fields
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.errors import Invalid
from store.rights import Right
from templates.words import N_, _

if TYPE_CHECKING:
    from store.mailbox import MailboxSettings


class MailboxScreen(FollowingScreen):
    """The form of the group's mailbox; it stays when it is saved."""

    NAME = "mailbox"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    HELP = N_(
        "The mailbox that the group's messages go out from. Type its **address**, then its **password**, and press "
        "**Enter**: cabas tries it out. When it works, **Enter** saves it.\n"
        "\n"
        "Everything else follows from the address: the servers, how many mails the provider takes. **F6** shows it and "
        "lets it be changed, with what your provider's page on mail programs says (SMTP and IMAP).\n"
        "\n"
        "**F5** tries out what is on the screen, step by step, and sends nothing. What goes wrong is said in words, "
        "with what to do about it.\n"
        "\n"
        "The password is never written into the group's file. It is kept until cabas ends, or comes from a command "
        "that is set at the command line: **cabas mailbox set --password-command**. Without one nothing goes out by "
        "itself."
    )
    LABELS = form.LABELS
    NEEDS = {
        "save": Right.ADMIN,
        "check": (Right.ADMIN, Right.MESSAGES_SEND),
        "trust": Right.ADMIN,
        "resume": Right.MESSAGES_SEND,
    }
    BINDINGS = [
        Binding("f6", "details", N_("Details"), tooltip=N_("Show servers and limits"), id="mailbox.details"),
        Binding(
            "f9", "resume", N_("Go on"), tooltip=N_("End what keeps the mailbox from sending"), id="mailbox.resume"
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._stored: MailboxSettings | None = None
        self._facts: Facts | None = None

    def heading(self) -> tuple[str, str]:
        return _("The group's mailbox"), ""

    def content(self) -> ComposeResult:
        return layout(self.label)

    @property
    def place(self) -> str:
        """One for the group."""
        return "mailbox"

    # -- the fields

    def load(self) -> Fields:
        """The mailbox as it is set."""
        from mail import providers

        self._stored = self.store.mailbox.get()
        shown = form.fields_of(self._stored)
        self._proposing.known = providers.known()
        self.field("provider").offer(providers_offered(self._proposing.known, str(shown["provider"])))
        self._proposing.begin(shown)
        self.read_facts()
        return shown

    def begin(self) -> None:
        """Show what was half typed; what it was before is not proposed once more."""
        super().begin()
        self._proposing.begin(self.typed)

    def changed(self) -> None:
        """Show what a colleague set, where nothing is typed, and what became of the mailbox."""
        if self._filled and not self.keeps() and not self._saving:
            self.start_again(self.load())
            return
        if self._filled and not self._saving:
            # Taken over, a field would bring others with it, as when it is typed; what is saved here are one's own.
            self.tell_of(form.fields_of(self.store.mailbox.get()))
        self.read_facts()

    def about(self) -> tuple[str, int | None] | None:
        return "mailbox", None

    def read_facts(self) -> None:
        """Show the mailbox's state, and which way its password comes."""
        store = self.store
        self.read(lambda: facts_of(store), self._take_facts, "facts", holds=self._facts is None)

    def _take_facts(self, facts: Facts) -> None:
        self._facts = facts
        told = [f"! {line}" for line in facts.foreign]
        self._say_lines("mailbox-state", [state_line(facts, self.store.clock), used_line(facts), *told])
        self.look_again()
        self.refresh_bindings()

    def look_again(self) -> None:
        """Say what follows from what is typed."""
        super().look_again()
        if not self.read_fields:
            return
        typed = self.typed
        self._say_lines("mailbox-summary", words.summary(typed), "dim")
        way = self._way(typed)
        shown = way in ("typed", "remembered", "keyring")
        self.password_line.display = shown
        self.password_line.placeholder = _("type it here") if way == "typed" else ""
        keyring = self._facts is not None and self._facts.keyring and self.operator.may(Right.ADMIN)
        self.query_one(".-keep").display = shown and keyring
        self.query_one("#mailbox-way", Prose).update(plain(_(words.WAYS[way]) if words.WAYS[way] else ""))
        self._explain()

    def _say_lines(self, name: str, lines: list[str], style: str = "") -> None:
        self.query_one(f"#{name}", Prose).update(plain("\n".join(filter(None, lines)), style, lines=True))

    def _way(self, typed: Fields) -> str:
        named = (str(typed[name]).strip() for name in ("username", "host", "login"))
        return "typed" if self._facts is None or not typed["address"] else self._facts.way(*named)

    def _explain(self) -> None:
        """Say what the field is for in which one types; after a trial, its steps stand there."""
        name = self._field_in_use()
        text = _(words.EXPLAINED[name]) if name in words.EXPLAINED else ""
        if name in ("address", "provider", "password"):
            way = self._way(self.typed)
            missing = way in ("no_token", "unreadable")
            more = _(words.WAYS_MORE[way]) if name == "password" or missing else ""
            text = words.hints(self._proposing.provider(str(self.typed["provider"])), name) or text
            # What a provider says of tokens is said by the way, too.
            text = more if missing or (more and way == "token") else f"{text} {more}".strip()
        self.say_below("mailbox-more", text)

    def _field_in_use(self) -> str:
        named = (self.focused.id or "") if self.focused is not None else ""
        if named in ("mailbox-password", "mailbox-keep", "mailbox-check"):
            return "password"
        return named.removeprefix("form-").replace("-", "_")

    def on_descendant_focus(self, _event: DescendantFocus) -> None:
        """Explain the field."""
        if self._filled:
            self._explain()

    # -- details

    def action_details(self) -> None:
        """Show or hide the servers and limits."""
        self.show_details(not self._details_shown)

    @property
    def _details_shown(self) -> bool:
        return self.query_one("#mailbox").has_class("-details")

    def show_details(self, shown: bool) -> None:
        """Show or hide the servers and limits."""
        self.query_one("#mailbox").set_class(shown, "-details")
        self.show_steps()
        if not shown and self._field_in_use() in form.DETAILS:
            self.query_one("#mailbox-more-fields").focus()

    def _show_field(self, name: str) -> None:
        if name in form.DETAILS:
            self.show_details(True)

    # -- what is meant

    def problems(self, typed: Fields) -> list[Problem]:
        """What cannot be stored; inside the door, a password that the machine keeps goes to no other server."""
        kept = self._facts is None or self._way(typed) not in ("none", "typed", "remembered")
        if self.house.inside and kept and (moved := form.elsewhere(self._stored, typed)):
            return [
                Problem(moved, _("The machine has the password: another server is set there, by cabas mailbox set."))
            ]
        return form.problems(typed)

    def wrong_field(self, error: BaseException) -> str:
        """The field that the store refused."""
        name = form.field_of(error, self.typed) if isinstance(error, Invalid) else super().wrong_field(error)
        self._show_field(name)
        return name

    # -- trying it out

    def wanted(self) -> MailboxSettings | None:
        """What is typed; for who may not change the mailbox, what is stored: the password goes to no other server."""
        if not self.operator.may(Right.ADMIN):
            if self._stored is None:
                self.warn(_("The group has no mailbox yet."))
            return self._stored
        found = self.problems(self.typed)
        if found:
            self.warn(found[0].sentence)
            self._show_field(found[0].field)
            self.field(found[0].field).focus()
            return None
        if self._way(self.typed) == "typed" and not self.typed_password:
            self.warn(_("Type the password first."))
            self.password_line.focus()
            return None
        return form.settings_of(self.typed)

    @property
    def together(self) -> bool:
        """The details take the room."""
        return self._details_shown

    def tried(self, trial: Trial) -> None:
        """Say what is next: Enter on the button that is marked does it."""
        unsaved = trial.settings != self._stored
        if trial.went("login", "failed") and self.password_line.display:
            self.password_line.focus()
            self.password_line.select_all()  # another one takes its place
        elif self.may_trust:
            self.query_one("#mailbox-check").focus()
            self.say(_("Is it the same? Then F7 trusts it from now on."))
        elif trial.sends and unsaved:
            self.query_one("#form-save").focus()
            self.say(_("Mails can go out: Enter saves it."))
        elif trial.sends:
            self.keep_password()
            facts = self._facts
            if facts is not None and facts.stopped and trial.shows_over(facts.state, facts.stopped_in):
                self.action_resume()
            else:
                self.say(_("It works.") if trial.works else _("Mails can go out."))
        self.query_one("#mailbox").scroll_end(animate=False)

    # -- saving

    def action_save(self) -> None:
        """Save; a field that is wrong is shown."""
        found = self.problems(self.typed)
        if found:
            self._show_field(found[0].field)
        super().action_save()

    def saver(self, typed: Fields) -> Callable[[], int]:
        """Change what was typed anew: a colleague may be changing something else."""
        wanted, before, mailbox = form.settings_of(typed), self._stored, self.store.mailbox
        names = [field.name for field in fields(wanted)]
        changed = {n: getattr(wanted, n) for n in names if before is None or getattr(wanted, n) != getattr(before, n)}

        def save() -> int:
            present = mailbox.get()
            mailbox.set(replace(present or wanted, **changed))
            return len(changed)

        return save

    def saved(self, saved_id: int) -> None:
        """Stay, with what is set now."""
        works = self._trial is not None and self._trial.sends
        refused = self._refused
        if not refused:
            self.keep_password()
            self.forget_trial()
        self.start_again(self.load())
        if refused:
            self.warn(_("Saved, though the login was refused: put it right, then F5 tries it out."))
        elif works:
            self.say(_("Saved: messages go out as {address}.").format(address=self.read_fields["address"]))
        else:
            self.say(_("Saved. F5 tries it out."))

    @property
    def _refused(self) -> bool:
        return self._trial is not None and self._trial.refused

    def untouched(self) -> None:
        """Nothing is to be saved but perhaps the password."""
        if self.typed_password and self._refused:
            self.warn(_("The login was refused with this password: type the right one."))
        elif self.typed_password:
            self.keep_password()
            self.say(_("The password is kept until cabas ends. F5 tries it out."))
        else:
            super().untouched()

    # -- keys and buttons

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Go on where something stands in the way, trust where something is shown that can be trusted."""
        if action == "trust":
            return self.may_trust
        return action != "resume" or (self._facts is not None and self._facts.stopped)

    def action_resume(self) -> None:
        """Let the mailbox send again; what waits goes out with the next sending."""
        mailbox = self.store.mailbox

        def resumed(_none: None) -> None:
            self.read_facts()
            self.say(_("The mailbox may send again: Sending (F2 g) sends what waits."))

        self.write(mailbox.resume, resumed)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter leads from the address to the password, and from there to the trial."""
        if event.input.id == "mailbox-password":
            event.prevent_default()
            event.stop()
            self.action_check()
        elif event.input.id == "form-address" and self.password_line.display:
            event.prevent_default()
            event.stop()
            self.password_line.focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the button says, as its key does."""
        event.prevent_default()
        event.stop()
        act = {"mailbox-check": "check", "mailbox-more-fields": "details"}.get(event.button.id or "", "save")
        self.call_later(self.house.run_action, act, self)
