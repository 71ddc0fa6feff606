"""From a draft on: to its details and files, to preview, test and sending, or into the bin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from screens.base import HouseScreen
from screens.channel_texts import BODIES, EMAIL
from screens.compose_draft import WAIT_SECONDS, Draft
from screens.errors import screen_words
from screens.resuming import typed_on
from store.message_records import MessageState
from templates.words import _

if TYPE_CHECKING:
    from store.segments import Segment

WORDS = ("label", "subject", *BODIES.values())
"""The fields that are saved with the draft."""


class OnwardScreen(HouseScreen[None]):
    """A screen on a draft; each way on saves what is typed first."""

    def __init__(self) -> None:
        super().__init__()
        self.draft: Draft | None = None
        self._put_down_as = 0
        self._may_leave = False

    @property
    def _draft_id(self) -> int:
        return self.draft.id if self.draft is not None else 0

    def hand_over(self) -> dict[str, Any]:
        """Save the words; raises where they cannot be saved. What is asked over them is handed over."""
        if self.draft is not None:
            self._put_down_as = self.draft.put_down()
        return {name: text for name, text in typed_on(self).items() if name not in WORDS}

    def way_back(self) -> tuple[str, Mapping[str, Any]]:
        draft_id = {"message_id": self._put_down_as} if self._put_down_as else {}
        return self.route, {**self.parameters, **draft_id}

    def show_error(self, error: BaseException) -> None:
        """Say it; who may not write any more is told how to get out, too."""
        super().show_error(error)
        if self.draft is not None and self.draft.is_barred:
            self._may_leave = True
            self.warn(f"{screen_words(error)} {_('F3 leaves without saving.')}")

    def saved_then(self, act: Callable[[], None]) -> None:
        """Do something once what is typed is in the file."""
        if self.draft is not None:
            self.draft.save(act)

    def put_away(self, then: Callable[[], None]) -> None:
        """Save the words, and leave them underneath when that takes long: another program has the file."""
        draft = self.draft
        if draft is None:
            then()
            return
        waits = self.set_timer(WAIT_SECONDS, lambda: go_on(draft.drop_then))
        self.house.hold_keys()  # the next ones are for the screen that is to come

        def go_on(also: Callable[[], None] = lambda: None) -> None:
            waits.stop()
            also()
            self.house.release_keys()
            then()

        def stay() -> None:
            waits.stop()
            self.house.drop_keys()
            self.house.release_keys()

        draft.save(go_on, refused=stay)

    def is_at(self, route: str, parameters: Mapping[str, Any]) -> bool:
        """The draft is found again wherever it is opened."""
        return route == self.NAME and parameters.get("message_id") == self._draft_id

    def ask(self, question: str, answered: Callable[[str], None], typed: str | None = None) -> None:
        """Ask something; the cursor comes back to where it was."""
        raise NotImplementedError

    def action_people(self) -> None:
        """Choose who gets it."""
        if self.draft is None:
            return
        message = self.draft.typed()
        title = _("message “{name}”").format(name=message.title) if message.title else _("a new message")
        parameters = {"kind": message.kind, "service": bool(message.service_reason), "message_id": message.id}
        parameters["channels"] = message.channels
        self.go("picker", self._chosen, segment=message.segment, title=title, **parameters)

    def _chosen(self, segment: Segment | None) -> None:
        if segment is not None and self.draft is not None:
            self.draft.save(self.changed, lambda message: replace(message, segment=segment))

    def action_sender(self) -> None:
        """Take the next of the mailbox's addresses as the sender."""
        mailbox = self.store.mailbox.get()
        if mailbox is None or not mailbox.identities or self.draft is None:
            self.say(_("The mailbox has one address only."))
            return
        addresses = ["", *mailbox.identities]
        now = self.draft.message.from_address
        following = addresses[(addresses.index(now) + 1) % len(addresses)] if now in addresses else ""
        self.draft.save(self.changed, lambda message: replace(message, from_address=following))

    def action_details(self) -> None:
        """What there is to say of it beside its words."""
        self.saved_then(lambda: self.go("message_details", self._returned, message_id=self._draft_id))

    def action_channels(self) -> None:
        """By e-mail, by SMS, as a letter."""
        self.saved_then(lambda: self.go("channels", self._returned, message_id=self._draft_id))

    def action_voucher(self) -> None:
        """The voucher that everybody gets with it."""
        self.saved_then(lambda: self.go("voucher_offer", self._returned, message_id=self._draft_id))

    def action_files(self) -> None:
        """Attach files."""
        self.saved_then(lambda: self.go("message_files", self._enclosed, message_id=self._draft_id))

    def _enclosed(self, shows: str | None) -> None:
        if shows:
            self.put(shows)
        self.changed()

    def put(self, text: str) -> None:
        """Put something into the text, where the cursor is."""
        raise NotImplementedError

    def _returned(self, _result: object = None) -> None:
        self.changed()

    def action_preview(self) -> None:
        """Walk through the mails as they will be, or through what the channel of the text in view says."""
        self.saved_then(self._look)

    def _look(self) -> None:
        from screens.channel_preview import open_preview

        if self.draft is not None:
            open_preview(self, self.draft.message, self.channel)

    @property
    def channel(self) -> str:
        """The channel whose text is in view."""
        return EMAIL

    def action_test(self) -> None:
        """Ask to whom a test goes."""
        from screens.test_send import open_test

        self.saved_then(lambda: open_test(self, self._draft_id))

    def action_delete(self) -> None:
        """Delete the draft; asks once, naming it."""
        if self.draft is None:
            return
        title = self.draft.typed().title
        named = _("Delete the draft “{name}”? Enter deletes it.").format(name=title)
        self.ask(named if title else _("Delete this draft? Enter deletes it."), self._delete)

    def _delete(self, _answer: str) -> None:
        if self.draft is not None:
            self.draft.delete(self._close)

    def action_leave(self) -> None:
        """Save and close; what cannot be saved, as it was said, is left."""
        if self.draft is not None and self.draft.is_barred and self._may_leave:
            self.draft.abandon()
            self._close()
            return
        self.saved_then(self._close)

    def _close(self) -> None:
        self.dismiss(None)

    def action_send(self) -> None:
        """Show what will go out, and ask; what keeps it from being sent is said here, where it can be mended."""
        self.saved_then(self._plan)

    def action_later(self) -> None:
        """The same, and ask for the hour at once."""
        self.saved_then(lambda: self._plan(later=True))

    def _plan(self, *, later: bool = False) -> None:
        from screens.send_plan import read_plan

        store, message_id = self.store, self._draft_id
        self.read(
            lambda: read_plan(store, message_id),
            lambda plan: self.go("send", self._sent, message_id=message_id, plan=plan, later=later),
            group="plan",
            holds=True,
        )

    def _sent(self, state: MessageState | None) -> None:
        if state is MessageState.QUEUED:
            from screens.message_acts import follows
            from screens.routes import screen_for

            route = follows(self.store, self._draft_id)
            self.app.switch_screen(screen_for(route, message_id=self._draft_id))
        elif state is MessageState.SCHEDULED:
            from screens.schedule import tell_kept

            self.dismiss(None)
            tell_kept(self.house, self._draft_id)
