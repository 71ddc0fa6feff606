"""On a wide terminal: the first recipient's mail beside the text, following what is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from screens.errors import words_for
from screens.preview_marks import wrong_words
from screens.rendered import rendered
from screens.text import labelled
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from templates.words import _

if TYPE_CHECKING:
    from mail.preview import Shown
    from store import Store
    from store.message_records import Message

REST_SECONDS = 0.3
"""So long the typing rests before the mail is made anew."""

MOST_REASONS = 2
"""So many reasons for which the mail looks wrong are said; F5 says all."""


@dataclass(frozen=True)
class Beside:
    """A mail as it is shown beside the text."""

    head: Content
    text: Content


def read_beside(store: Store, message: Message, member_id: int) -> Beside | None:
    """Make the mail of one member, with its styles; None where there is none. Call it from a thread.

    Raises `TextRefused` for a mail that cannot be made.
    """
    from mail.first_mail import first_mail

    shown = first_mail(store, message, member_id)
    return None if shown is None else beside_of(shown)


def beside_of(shown: Shown) -> Beside:
    """A mail as it is shown beside the text; raises why there is none."""
    if shown.problem is not None:
        raise shown.problem
    return Beside(_head(shown), _text(shown))


def _head(shown: Shown) -> Content:
    to = labelled(_("To"), f"{shown.name} <{shown.address}>" if shown.name else shown.address)
    wrong = [plain(f"! {reason}", "bold") for reason in wrong_words(shown)[:MOST_REASONS]]
    return Content("\n").join([plain(to, "dim"), plain(shown.subject, "bold"), *wrong])


def _text(shown: Shown) -> Content:
    if not shown.markdown:
        return plain(shown.text, lines=True)
    footer = shown.text.rpartition("\n-- \n")[2]
    return Content.assemble(rendered(shown.markdown), "\n", plain(footer, "dim", lines=True))


class BesidePane(Vertical):
    """Shows it; what is longer than the pane is cut off, F5 shows it whole."""

    def __init__(self) -> None:
        super().__init__(id="beside")

    def compose(self) -> ComposeResult:
        yield Prose(id="beside-head")
        yield Prose(id="beside-text")

    def show(self, beside: Beside | None) -> None:
        """Show a mail, or that nobody gets one."""
        head = plain(_("Nobody gets it yet."), "dim") if beside is None else beside.head
        self.query_one("#beside-head", Prose).update(head)
        self.query_one("#beside-text", Prose).update(plain("") if beside is None else beside.text)

    def complain(self, error: BaseException) -> None:
        """Say what is wrong above the last mail that could be made."""
        self.query_one("#beside-head", Prose).update(plain(f"! {words_for(error)}", "bold"))
