"""Trying the mailbox out from its screen: each step appears as soon as it is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import Input
from textual.worker import get_current_worker

from screens.form import FormScreen
from screens.mailbox_fields import settings_of
from screens.start_sending import forget_password, remember_password, remembered_password
from screens.text import labelled
from screens.widgets.plain import plain
from screens.widgets.prose import Prose, wrapped
from screens.widgets.tick import Tick
from store.handle import unix_login
from store.mailbox import is_loopback
from templates.words import N_, _

if TYPE_CHECKING:
    from pathlib import Path

    from mail.checking import Step
    from store.mailbox import MailboxSettings, MailboxState

TIMEOUT = 10.0
"""Seconds without an answer after which a step has failed; who ends cabas meanwhile waits for it."""

OWN_CERTIFICATE = {"certificate_unknown", "certificate_changed"}
"""The faults that are none where one's own bridge shows its own certificate."""

MARK_CELLS = 4
SEPARATOR = " · "

Said = tuple[str, str, str]
"""A mark, what is said of a step, and its style."""


@dataclass
class Trial:
    """One try: with which settings, the password where it was typed, and the steps that are done so far.

    `seen` is the fingerprint of the certificate that a server on this machine shows, where nobody vouches for it.
    """

    settings: MailboxSettings
    password: str | None
    steps: list[Step] = field(default_factory=list)
    seen: str = ""

    @property
    def works(self) -> bool:
        """Whether nothing went wrong that matters."""
        return bool(self.steps) and not any(step.wrong for step in self.steps)

    @property
    def sends(self) -> bool:
        """Whether mails can go out, though it may not be possible to read the mailbox."""
        return bool(self.steps) and not any(step.wrong for step in self.steps if step.where == "smtp")

    def went(self, name: str, outcome: str) -> bool:
        """Whether a step of sending ended so."""
        return any((step.name, step.outcome, step.where) == (name, outcome, "smtp") for step in self.steps)

    @property
    def refused(self) -> bool:
        """Whether the server refused the password itself."""
        return any((step.name, step.kind) == ("login", "login") for step in self.steps)

    def shows_over(self, state: MailboxState, phase: str) -> bool:
        """Whether what stopped the mailbox, in this phase of the talk, is over, as far as the steps can show it."""
        from mail.checking import is_over

        return is_over(state, phase, self.steps)


class Stepped(Message):
    """A step of a trial is done."""

    def __init__(self, trial: Trial) -> None:
        super().__init__()
        self.trial = trial


def try_out(trial: Trial, file: Path, tell: Callable[[Message], object]) -> Trial:
    """Go through the steps, in a thread, and `tell` of each; stops when the screen is left.

    Raises `ConfigurationBad`.
    """
    from mail.checking import check_steps
    from mail.password import secret
    from mail.trust import pinned

    worker, settings, password = get_current_worker(), trial.settings, trial.password
    given = password if password is not None else lambda: secret(file, settings)
    for step in check_steps(settings, given, pinned(file, settings.host), TIMEOUT):
        if worker.is_cancelled:
            break
        trial.steps.append(step)
        tell(Stepped(trial))
    if any(step.kind in OWN_CERTIFICATE for step in trial.steps) and is_loopback(settings.host):
        trial.seen = _fingerprint(settings)
    return trial


def _fingerprint(settings: MailboxSettings) -> str:
    from mail.checking import shown_fingerprint
    from mail.mailbox import MailboxFault

    try:
        return shown_fingerprint(settings)
    except MailboxFault:
        return ""


class StepLines(Prose):
    """The steps so far; those that went well on one line where they are shown `together`."""

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)
        self._steps: list[Said] = []

    def show(self, trial: Trial, *, together: bool, going_on: bool) -> None:
        """Show the steps of a trial."""
        self._steps = said_of(trial, together=together)
        if going_on:
            self._steps.append(("…", _("trying"), "dim"))
        self.refresh(layout=True)

    def _lines(self, cells: int) -> Content:
        """A mark and what is said of each step, whose further lines begin below it."""
        lines = []
        for mark, text, style in self._steps:
            first, *rest = wrapped(plain(text, style), cells - MARK_CELLS).split("\n")
            lines.append(plain(f"{mark:<{MARK_CELLS}}", style) + first)
            lines += [Content(" " * MARK_CELLS) + line for line in rest]
        return Content("\n").join(lines)


def said_of(trial: Trial, *, together: bool = False) -> list[Said]:
    """A line for each step of sending, with what is wrong and what to do; one for all that were left out.

    Reading the mailbox matters less: what went well of it is in one line.
    """
    from screens.check_words import step_words

    said: list[Said] = []
    for where in ("smtp", "imap"):
        steps = [(step.outcome, step_words(step, trial.settings)) for step in list(trial.steps) if step.where == where]
        went = [text for outcome, text in steps if outcome == "ok"]
        if where == "imap" and went:
            went = [labelled(_("Reading"), _joined(went))]
        said += [("ok", text, "") for text in ([_joined(went)] if together and went else went)]
        said += [("!", text, "bold") for outcome, text in steps if outcome == "failed"]
        left_out = [text for outcome, text in steps if outcome == "skipped"]
        said += [("-", _joined(left_out), "dim")] if left_out else []
    if trial.seen:
        seen = re.sub(r"(\b\w\w:){8}", r"\g<0> ", trial.seen)  # so that no line ends inside a pair
        said.append(("", _("Compare: the bridge shows in its settings {seen}").format(seen=seen), ""))
    return said


def _joined(steps: list[str]) -> str:
    """Several steps side by side, none of them broken between two lines."""
    return SEPARATOR.join(step.replace(" ", "\N{NO-BREAK SPACE}") for step in steps)


class TryingScreen(FormScreen):
    """A form of a mailbox that can be tried out before it is saved."""

    BINDINGS = [
        Binding("f5", "check", N_("Check"), tooltip=N_("Log in, step by step, and send nothing"), id="mailbox.check"),
        Binding("f7", "trust", N_("Trust it"), tooltip=N_("Trust the bridge's certificate"), id="mailbox.trust"),
        Binding(
            "t",
            "trust",
            N_("Trust it"),
            show=False,
            tooltip=N_("Trust the bridge's certificate"),
            id="mailbox.trust.t",
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._trial: Trial | None = None
        self._tries = False

    def wanted(self) -> MailboxSettings | None:
        """The mailbox to try out; None where that is not possible, which is said."""
        raise NotImplementedError

    def tried(self, trial: Trial) -> None:
        """A trial of what is still on the screen is over."""
        raise NotImplementedError

    @property
    def together(self) -> bool:
        """Whether there is little room for the steps."""
        return False

    @property
    def password_line(self) -> Input:
        """Where the password is typed; not displayed where it comes another way."""
        return self.query_one("#mailbox-password", Input)

    @property
    def typed_password(self) -> str:
        """What is typed there; what Google shows has no-break spaces, which no server takes."""
        return self.password_line.value.replace("\N{NO-BREAK SPACE}", " ") if self.password_line.display else ""

    def read_facts(self) -> None:
        """Show anew which way the password comes."""
        raise NotImplementedError

    def keep_password(self) -> None:
        """Send with what was typed from now on; where it is ticked, let the keyring keep it."""
        password = self.typed_password
        if not password:
            return
        settings = settings_of(self.typed)
        remember_password(self.store, password, settings)

        def keep() -> bool:
            from mail.keyrings import keep

            return keep(settings, password)

        if self.query_one("#mailbox-keep", Tick).value:
            self.read(keep, self._in_keyring, "keyring")
        with self.prevent(Input.Changed):
            self.password_line.value = ""
        self.read_facts()

    def _in_keyring(self, kept: bool) -> None:
        if not kept:
            self.warn(_("The keyring did not take the password."))
        self.read_facts()

    def action_check(self) -> None:
        """Try out what is on the screen, and send nothing."""
        settings = None if self._tries else self.wanted()
        if settings is None:
            return
        password = self.typed_password
        if not password and self.password_line.display:
            password = remembered_password(self.store, settings) or ""
        self._trial = trial = Trial(settings, password or None)
        self._tries = True
        self.say("")
        self.show_steps()
        path = self.store.path
        self.read(lambda: try_out(trial, path, self.post_message), self._tried, "check", self._not_tried)

    def on_stepped(self, event: Stepped) -> None:
        """A step is done: show it, unless something else was typed meanwhile."""
        event.stop()
        if event.trial is self._trial:
            self.show_steps()

    def _tried(self, trial: Trial) -> None:
        self._tries = False
        if trial.password and trial.went("login", "ok"):
            remember_password(self.store, trial.password, trial.settings)
        elif trial.refused and trial.password == remembered_password(self.store, trial.settings):
            forget_password(self.store)
            self.read_facts()
        if trial is self._trial:
            self.show_steps()
            self.refresh_bindings()
            self.tried(trial)

    def _not_tried(self, error: BaseException) -> None:
        self._tries = False
        self.forget_trial()
        self.show_error(error)

    @property
    def may_trust(self) -> bool:
        """Whether there is a certificate to trust, and the configuration is the operator's own.

        Under --operator it is the account's, and with it everybody's behind a forced command: it is set by a command.
        """
        own = self.operator.login == unix_login() and not self.house.inside
        return self._trial is not None and bool(self._trial.seen) and own

    def action_trust(self) -> None:
        """Trust the certificate that was shown from now on, and try again."""
        trial, path = self._trial, self.store.path
        if trial is None or not self.may_trust:
            return

        def trust() -> Path:
            from mail.configuration import FINGERPRINT, set_entry

            return set_entry(FINGERPRINT, path, trial.seen)

        self.read(trust, lambda _path: self.action_check(), "trust")

    def show_steps(self) -> None:
        """Show how far the trial is."""
        if self._trial is not None:
            self.query_one("#mailbox").add_class("-tried")
            self.query_one(StepLines).show(self._trial, together=self.together, going_on=self._tries)

    def forget_trial(self) -> None:
        """Something else is typed now: what was tried out says nothing of it."""
        if self._trial is not None:
            self._trial = None
            self.query_one("#mailbox").remove_class("-tried")
            self.refresh_bindings()
