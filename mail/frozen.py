"""A message that was sent, as each recipient got it: read back from the bytes in the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mail.differing import OTHERS, Differing, body, differing
from mail.enclosing import abridged
from mail.preview import Shown
from store.frozen_mails import frozen_mails, frozen_mime, own_part

if TYPE_CHECKING:
    from email.message import EmailMessage

    from store.handle import Store
    from store.message_records import Message


class FrozenPreview:
    """Walks through the frozen mails of a message, as `mail.preview.Preview` does through those of a draft."""

    def __init__(self, store: Store, message: Message) -> None:
        self._store = store
        self.message = message
        self._mails = frozen_mails(store, message.id or 0)

    wrong = 0
    """A mail that looked wrong was not frozen."""

    @property
    def count(self) -> int:
        """How many mails there are."""
        return len(self._mails)

    def sort(self) -> None:
        """They stay in the order in which they were frozen."""

    def at(self, index: int) -> Shown:
        """The mail at a place of the walk; raises `IndexError` beyond the last."""
        mail = self._mails[index]
        message = _read(own_part(self._store, mail.delivery_id))
        parts = {subtype: message.get_body((subtype,)) for subtype in ("plain", "html")}
        text, html = ("" if part is None else part.get_content().replace("\r\n", "\n") for part in parts.values())
        language = str(message["Content-Language"] or "")
        return Shown(mail.name, mail.address, language, str(message["Subject"]), text, html, "", None)

    def differs(self, index: int) -> Differing:
        """What the mail at a place says that others do not, as spans of what `at` gives; see `Preview.differs`."""
        shown = self.at(index)
        places = [place for place in range(self.count) if place != index]
        others = [self.at(place) for place in places[:: -(-len(places) // OTHERS) or 1]]
        same = [other for other in others if other.language == shown.language]
        return Differing(
            differing(shown.subject, (other.subject for other in same)),
            differing(body(shown.text), (body(other.text) for other in same)),
        )

    def html_file(self, index: int) -> str:
        """The mail at a place as one file that a browser shows, with its images in it."""
        from mail.browser import page_of
        from mail.measuring import uncounted

        page = page_of(_read(self.raw(index)))
        # Whoever looks at it here is not who it is for.
        return uncounted(page, self._store.measuring.links(self.message.id or 0))

    def source(self, index: int) -> str:
        """The mail at a place as it is sent, all but its Date; of files only what they are."""
        return abridged(self.raw(index).decode())

    def raw(self, index: int) -> bytes:
        """The mail at a place as it is sent, files and all, but its Date."""
        return frozen_mime(self._store, self._mails[index].delivery_id)

    def whom(self, index: int) -> str:
        """Name and address of whom the mail at a place is for, to be searched."""
        return f"{self._mails[index].name} {self._mails[index].address}"

    def member_at(self, index: int) -> int | None:
        """Nobody: no test is sent of what was sent already."""
        return None


def _read(mime: bytes) -> EmailMessage:
    from email import message_from_bytes
    from email.policy import default

    return message_from_bytes(mime, policy=default)
