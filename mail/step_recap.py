"""A recap with the words of a workflow's step above it, as the producer would get it: to look at, and as a test."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mail.differing import Differing
from mail.enclosing import abridged
from mail.envelopes import sendable
from mail.preview import Shown
from mail.recaps import built, gather_news, gather_recap, render_recap, require_sendable, tail_of
from mail.refused import NoMailbox, TextRefused, Unfinished
from mail.trials import test_mail
from mail.wrong import Reason, Wrong
from store.errors import NotFound
from store.lists.line_records import Supplement
from store.lists.records import RECAP
from templates.words import _, known

if TYPE_CHECKING:
    from mail.recaps import RecapFacts
    from store.delivery_queue import NewDelivery
    from store.handle import Store
    from store.message_records import Message
    from store.transaction import Transaction
    from templates.render.page import Rendered


def read_step_recap(t: Transaction, store: Store, message: Message) -> RecapFacts | None:
    """What the producer of the message's catalogue would be told; None where it is about no distribution of one.

    It is the supplement where the recap is told and something is new, else the recap, so that there is a list to see.
    Needs the right `orders` on the catalogue. Raises `NotFound`, and `TextRefused` for words that cannot be read.
    """
    if message.distribution_id is None or message.catalogue_id is None:
        return None
    place = message.distribution_id, message.catalogue_id
    facts = gather_news(t, store, *place, message)
    if isinstance(facts.found, Supplement) and not facts.found.lines:
        return gather_recap(t, store, *place, RECAP, message)
    return facts


class RecapPreview:
    """Walks through the mails of a recap, one for each address of the producer; as `mail.preview.Preview` does.

    Where none is known, there is one all the same, so that the words can be read.
    """

    def __init__(self, facts: RecapFacts | None, message: Message, store: Store) -> None:
        self._store = store
        self._facts = facts
        self.message = message

    @property
    def count(self) -> int:
        """How many mails there are."""
        return max(1, len(self._facts.to)) if self._facts is not None else 0

    @property
    def wrong(self) -> int:
        """How many of them cannot be made: all or none."""
        return self.count if self.count and self._problem is not None else 0

    def sort(self) -> None:
        """They are alike: none comes first."""

    @property
    def _problem(self) -> TextRefused | Unfinished | None:
        try:
            self._rendered()
        except (TextRefused, Unfinished) as problem:
            return problem
        return None

    def _rendered(self) -> Rendered:
        assert self._facts is not None  # there is no mail to be asked for without
        return render_recap(self._facts, self._store.clock)

    def at(self, index: int) -> Shown:
        """The mail at a place of the walk; raises `IndexError` beyond the last."""
        assert self._facts is not None
        (name, address), language = self._to(index), known(self._facts.group.language)
        try:
            mail = self._rendered()
        except TextRefused as problem:
            return Shown(name, address, language, "", "", "", "", problem, (Wrong(Reason.PROBLEM),))
        except Unfinished as problem:
            missing = Wrong(Reason.NOTHING, problem.part)
            return Shown(name, address, language, "", "", "", "", None, (missing,))
        return Shown(name, address, language, mail.subject, mail.text, mail.html, "", None)

    def _to(self, index: int) -> tuple[str, str]:
        """Name and address of whom a mail is for; of a producer without one, that it is missing."""
        assert self._facts is not None
        if not self._facts.to:
            return "", _("{name}: no e-mail known").format(name=self._facts.found.catalogue.producer_name)
        one = self._facts.to[index]
        return one.name, one.address

    def differs(self, _index: int) -> Differing:
        """All addresses get the same."""
        return Differing()

    def html_file(self, index: int) -> str:
        """The mail at a place as one file that a browser shows; raises `TextRefused`."""
        from email import message_from_bytes, policy

        from mail.browser import page_of

        return page_of(message_from_bytes(self.raw(index), policy=policy.SMTP))

    def source(self, index: int) -> str:
        """The mail at a place as it will be sent, of files only what they are; raises `TextRefused`."""
        return abridged(self.raw(index).decode())

    def raw(self, index: int) -> bytes:
        """The mail at a place as it will be sent, headers, files and all; raises what keeps it from going."""
        assert self._facts is not None
        require_sendable(self._facts)
        one = self._facts.to[index]
        mime, _reference = built(self._facts, self._rendered(), (one.name, one.address), "TOKEN")
        with self._store.reading() as t:
            return mime + tail_of(t, self._facts)

    def tests(self, addresses: Iterable[str]) -> tuple[list[NewDelivery], bytes]:
        """A test for each of these addresses, also while none of the producer is known, and what the mails end with.

        Raises what keeps it from going, and `NotFound` where there is nothing to show the words on.
        """
        facts = self._facts
        if facts is None:
            raise NotFound("distribution", "")
        if facts.mailbox is None:
            raise NoMailbox()
        rendered, bounces_to = self._rendered(), sendable(facts.mailbox.address)

        def post(address: str, token: str) -> tuple[bytes, str]:
            return built(facts, rendered, ("", address), token, test=True)

        found = [test_mail(self.message.id, address, bounces_to, post) for address in addresses]
        with self._store.reading() as t:
            return found, tail_of(t, facts)

    def whom(self, index: int) -> str:
        """Name and address of whom the mail at a place is for, to be searched."""
        return " ".join(self._to(index))

    def member_at(self, _index: int) -> int:
        """Nobody in particular: a test is the same for all."""
        return 0
