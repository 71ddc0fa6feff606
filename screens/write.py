"""Write: whom first, then the words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from screens.base import HouseScreen
from screens.compose_draft import is_as_begun
from screens.ready_texts import ready_texts
from store.message_records import Message, MessageState
from store.message_rows import one_line
from store.segments import NOBODY, Segment
from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store


class WriteScreen(HouseScreen[None]):
    """Asks for the people, then opens a draft for them; with a `segment` the draft is opened at once.

    `begin` is whom the question begins with, such as those marked in a list.
    """

    NAME = "write"
    HELP = N_("First choose who gets the message, then write it. Esc goes back.")

    def __init__(self, segment: Segment | None = None, begin: Segment = NOBODY) -> None:
        super().__init__()
        self._segment = segment
        self._begin = begin

    def heading(self) -> tuple[str, str]:
        return _("Write a message"), ""

    def on_mount(self) -> None:
        if self._segment is not None:
            self._chosen(self._segment)
        else:
            self.go("picker", self._chosen, segment=self._begin, title=_("a new message"))

    def _chosen(self, segment: Segment | None) -> None:
        if segment is None:
            self.dismiss(None)
            return
        # Who comes with a segment, as from the desk's reminder, finds a text for it; who chose it begins empty.
        starter = ready_texts(self.house.group.language, segment)[0] if self._segment is not None else None
        names = ("subject", "text", "label", "kind") if starter else ()
        words = {name: getattr(starter, name) for name in names}
        # What is typed next is meant for the draft.
        self.write(lambda: begun(self.store, segment, words), self._written, self._not_written, holds=True)

    def _written(self, message_id: int) -> None:
        from screens.routes import screen_for

        is_begun = self._segment is not None
        self.app.switch_screen(screen_for("compose", message_id=message_id, is_begun=is_begun))

    def _not_written(self, error: BaseException) -> None:
        self.dismiss(None)
        self.house.show_error(error)


def begun(store: Store, segment: Segment, words: Mapping[str, Any]) -> int:
    """The id of a draft with these words; a last call goes until the closing that it speaks of.

    One that the same operator began so before, and that is still as it was, is gone on with.
    """
    from mail.deadlines import default_send_before

    before = default_send_before(store, Message(segment=segment, **words))
    stored = {**words, **{name: one_line(words[name]) for name in ("subject", "label") if name in words}}
    draft, me = Message(segment=segment, **stored, send_before=before), store.operators.me().name
    for row in store.messages.all(MessageState.DRAFT):
        if row.title == draft.title and row.changed_by == me and is_as_begun(store.messages.get(row.id), draft):
            return row.id
    return store.messages.new(segment, **words, send_before=before)
