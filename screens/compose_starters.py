"""Ready texts on a draft's screen: taken, in any language, kept from one's own words, and thrown away."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.widgets import Input

from screens.channel_texts import EMAIL
from screens.ready_texts import ReadyText, all_texts
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from store.errors import Invalid
from templates.words import LANGUAGES, N_, _, known, languages

if TYPE_CHECKING:
    from screens.compose_asking import AskingScreen
    from store.message_records import Message, OwnStarter

NAME = 32
"""Cells of a label in the list."""


class StarterList(Choices):
    """The ready texts. → and ← show them in another language, Delete throws one of the group's own away."""

    HELP = N_("**Enter** takes the text; ← and → show them in another language; **Delete** deletes one of your own.")
    BINDINGS = [
        Binding("right", "screen.starters_in(1)", N_("Language"), tooltip=N_("The next language"), id="starters.next"),
        Binding("left", "screen.starters_in(-1)", N_("Back"), show=False, tooltip=N_("Before"), id="starters.before"),
        Binding("delete", "screen.forget_starter", N_("Delete"), tooltip=N_("Delete your own"), id="starters.forget"),
    ]


class Starters:
    """Offers, takes, keeps and forgets ready texts."""

    def __init__(self, screen: AskingScreen) -> None:
        self._screen = screen
        self._language = ""
        self._own: tuple[OwnStarter, ...] = ()

    def offer(self) -> None:
        """Read the group's own, then show all of them in the group's language."""
        self._language = known(self._screen.house.group.language)
        self._screen.read(self._screen.store.messages.starters, self._offer, group="starters", holds=True)

    def _offer(self, own: tuple[OwnStarter, ...]) -> None:
        self._own = own
        self._show()

    def _show(self) -> None:
        screen = self._screen
        if screen.draft is None:
            return
        texts = all_texts(self._language, screen.draft.message.segment, self._own)
        named = [(_("{label} (own)").format(label=t.label) if t.own else t.label, t.subject, t) for t in texts]
        screen.query_one(StarterList).offer(named, NAME)
        language = languages.name(self._language)
        screen.say(_("Ready texts in {language}; ← → change it.").format(language=language))

    def turn(self, step: int) -> None:
        """Show them in another language."""
        self._language = LANGUAGES[(LANGUAGES.index(self._language) + step) % len(LANGUAGES)]
        self._show()

    # -- taking one

    def take(self, text: ReadyText) -> None:
        """Put a text in; what is written is asked about first."""
        screen = self._screen
        words = screen.words()
        if (words.subject + words.text).strip():
            question = _("Replace what is written by “{starter}”? Enter replaces, Esc keeps.")
            screen.query_one(Ask).ask(question.format(starter=text.label), partial(self._take, text))
        else:
            self._take(text)

    def _take(self, text: ReadyText, _answer: str = "") -> None:
        screen = self._screen
        screen.show_text(EMAIL)
        body, label = screen.body, screen.query_one("#label", Input)
        screen.query_one("#subject", Input).value = text.subject
        # Replaced, not loaded, so that ctrl+z brings the former text back.
        body.replace(text.text, (0, 0), body.document.end)
        if not label.value.strip() and text.subject:
            label.value = text.label
        body.move_cursor((0, 0))
        body.focus()
        if screen.draft is not None:
            screen.draft.save(screen.changed, partial(_as_taken, screen, text))

    # -- keeping and forgetting

    def keep(self) -> None:
        """Ask for a label, then keep the words of this draft under it."""
        screen = self._screen
        words = screen.words()
        if not words.text.strip():
            screen.warn(_("There is no text to keep yet."))
            return
        screen.ask(_("Keep as a ready text called"), self._keep, typed=words.label or words.subject)

    def _keep(self, label: str, *, replaces: bool = False) -> None:
        screen, messages = self._screen, self._screen.store.messages

        def write() -> None:
            draft = screen.draft
            message_id = draft.id if draft is not None else 0
            screen.write(
                lambda: messages.keep_starter(label, message_id, replace=replaces),
                lambda _id: screen.say(_("Kept. It is among the ready texts now.")),
                partial(self._not_kept, label),
            )

        screen.saved_then(write)

    def _not_kept(self, label: str, error: BaseException) -> None:
        if isinstance(error, Invalid) and error.reason == "taken":
            question = _("There is “{label}” already. Enter replaces it, Esc keeps it.").format(label=label)
            self._screen.ask(question, lambda _answer: self._keep(label, replaces=True))
        else:
            self._screen.show_error(error)

    def forget(self) -> None:
        """Throw the marked one away, if it is one of the group's own; asks once."""
        screen, marked = self._screen, self._screen.query_one(StarterList).marked
        if marked is None:
            return
        if marked.own is None:
            screen.warn(_("This text comes with the program: it cannot be deleted."))
            return
        own = marked.own
        screen.query_one(StarterList).display = False
        question = _("Delete the ready text “{label}”? Enter deletes it.").format(label=marked.label)
        screen.ask(question, lambda _answer: self._forget(own))

    def _forget(self, own: int) -> None:
        self._screen.write(
            lambda: self._screen.store.messages.forget_starter(own),
            lambda _none: self._screen.say(_("Deleted.")),
        )


def _as_taken(screen: AskingScreen, text: ReadyText, message: Message) -> Message:
    """The message in the language and of the kind of a text; a last call goes until the closing that it speaks of."""
    from mail.deadlines import LAST_CALL, default_send_before

    kind, own = text.kind, known(screen.house.group.language)
    changed = replace(message, language="" if text.language == own else text.language)
    if message.workflow_step_id is not None:  # its kind and its last moment follow from the step
        return changed
    changed = replace(changed, kind=kind)
    if kind == LAST_CALL and message.send_before is None:
        return replace(changed, send_before=default_send_before(screen.store, changed))
    if message.kind == LAST_CALL != kind and message.send_before == default_send_before(screen.store, message):
        return replace(changed, send_before=None)
    return changed
