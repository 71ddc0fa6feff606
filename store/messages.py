"""Messages from draft to archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from store import home, message_calls, message_files, message_lists, own_starters
from store.enclosures import forget_tests
from store.errors import ChangedElsewhere, Invalid, NotFound
from store.message_records import (
    Call,
    CallList,
    Kept,
    Message,
    MessageFile,
    MessageRow,
    MessageState,
    OwnStarter,
    ReceivedRow,
    RecipientRow,
)
from store.message_rows import (
    KINDS,
    insert_message,
    load_message,
    local_text,
    refuse_step,
    require_state,
    set_state,
    touch,
    update_message,
)
from store.rights import QUEUES_MAIL, Right
from store.rules import make
from store.segments import NOBODY, Segment, Verb
from store.step_words import finish_words, require_words, words_of_step

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

__all__ = ["KINDS", "Kept", "Message", "MessageRow", "MessageState", "Messages", "ReceivedRow", "RecipientRow"]


class Messages:
    """Reading needs the right `messages.see`, changing `messages.write`; sending is in `mail.composing`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def new(self, segment: Segment, subject: str = "", text: str = "", label: str = "", **rest: Any) -> int:
        """Write a draft and return its id; `rest` are further fields of `Message`. Raises `Invalid`."""
        message = Message(segment=segment, subject=subject, text=text, label=label, **rest)
        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            message_id = insert_message(t, self._store.clock, message)
            t.journal("message.written", message_id)
        return message_id

    def get(self, message_id: int) -> Message:
        """A message; raises `NotFound`."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return load_message(t, message_id)

    def save(self, message: Message, *, finished: bool = True) -> Message:
        """Store a changed draft and return it with its new version; its files are not touched.

        Raises `ChangedElsewhere` when somebody saved it meanwhile, `NotFound`, and `Invalid` when it is no draft any
        more or says what cannot be: a sender that is none of the mailbox ("identity"), a `send_before` that has
        passed, a `closes_on` before `counts_from`, an unknown kind or distribution. Of a workflow's step the words are
        saved, and not to whom and until when it goes; where that is attached it needs `messages.send`. They go out
        once they are `finished`, else after `Workflows.use_words`.
        """
        from store.journal_details import changed_of_message

        if message.id is None:
            raise NotFound("message", "")
        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            before = load_message(t, message.id)
            update_message(t, self._store.clock, words_of_step(t, before, message))
            if finished and before.workflow_step_id is not None:
                finish_words(t, before.workflow_step_id)
            after = load_message(t, message.id)
            t.journal("message.edited", message.id, fields=changed_of_message(before, after))
            return after

    def delete(self, message_id: int) -> None:
        """Delete a draft; its test mails stay in the outbox, those that were sent without their files.

        What was sent is archived, never deleted: `Invalid`; so for the words of a workflow's step ("workflow_step").
        An imported one is deleted with its recipients and figures: its file may be imported again. Raises `Invalid`
        ("message_used") where a draft or a saved segment asks who got it.
        """
        from store.message_uses import require_unused

        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            imported = load_message(t, message_id).imported
            if not imported:
                refuse_step(require_state(t, message_id, MessageState.DRAFT))
            require_unused(t, self._store.clock.wall(), message_id)
            if imported:
                t.execute("DELETE FROM recipients WHERE message_id = ?", (message_id,))
            else:
                forget_tests(t, message_id)
                t.execute(
                    "UPDATE deliveries SET message_id = NULL WHERE message_id = ? AND kind = 'test'", (message_id,)
                )
            t.execute("DELETE FROM messages WHERE id = ?", (message_id,))
            t.journal("message.deleted", message_id, **({"imported": True} if imported else {}))

    def duplicate(self, message_id: int) -> int:
        """Write a new draft with the same words, files, vouchers and segment, and return its id.

        Dates and hours start empty, but for the purchases that vouchers are a percentage of.

        A service message becomes one like all others: its reason was of that time. That of an imported one is for all
        who got that: whom it was meant for is not known.
        """
        from store.voucher_offers import copy_offer

        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            message = load_message(t, message_id)
            if message.imported_at is not None:
                message = replace(message, segment=NOBODY.then(Verb.ADD, make("received", message=message_id)))
            blank = replace(message, counts_from=None, closes_on=None, send_before=None, service_reason="")
            copy_id = insert_message(t, self._store.clock, replace(blank, distribution_id=None), message)
            message_files.copy_files(t, message_id, copy_id)
            copy_offer(t, self._store.clock, message_id, copy_id)
            t.journal("message.written", copy_id, copy_of=message_id)
        return copy_id

    def attach(self, message_id: int, name: str, content: bytes, *, inline: bool = False) -> MessageFile:
        """Add a file to a draft; `inline`: an image that the text shows by its name, `![alt](name.png)`.

        Such a name becomes one that Markdown leaves as it is ("Été 2026.png" is "ete-2026.png"). The words keep their
        version: who types them is not disturbed. Raises `Invalid("file", name, …)`: "empty", "name", "twice",
        "not_an_image" (png, jpeg and gif are shown), "too_large" (all files together, see `Limits.files_mb`);
        `NotFound`; `Invalid("message_state", …)` when it is no draft any more.
        """
        with self._store.writing() as t:
            self._begin_change(t, message_id)
            file = message_files.add_file(t, message_id, name, content, inline=inline)
            t.journal("message.attached", message_id, file=file.id, size=file.size)
        return file

    def detach(self, message_id: int, file_id: int) -> None:
        """Take a file of a draft away; raises `NotFound`, and `Invalid` when it is no draft any more."""
        with self._store.writing() as t:
            self._begin_change(t, message_id)
            message_files.remove_file(t, message_id, file_id)
            t.journal("message.detached", message_id, file=file_id)

    def show_inline(self, message_id: int, file_id: int, inline: bool) -> MessageFile:
        """Show an image in the text, or attach it instead; raises as `attach` and `detach` do."""
        with self._store.writing() as t:
            self._begin_change(t, message_id)
            file = message_files.use_file(t, message_id, file_id, inline=inline)
            t.journal("message.attached", message_id, file=file_id)
        return file

    def file_content(self, file_id: int) -> bytes:
        """The octets of a file; raises `NotFound`."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return message_files.content_of(t, file_id)

    def schedule(
        self, message_id: int, wall: datetime, *, expected_mails: int | None = None, looked_at: Message | None = None
    ) -> Message:
        """Keep a draft for a local hour; nothing is frozen before it. `expected_mails`: how many it would be now.

        One that is kept already is kept for another hour. `looked_at` is the message as somebody saw it, with the
        `send_before` that they chose: `ChangedElsewhere` when it was saved since. Raises `Invalid("send_at", …)`:
        "past", or "after_send_before" where it could not go any more by then.
        """
        hour = wall.isoformat(timespec="minutes")
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            message = require_state(t, message_id, MessageState.DRAFT, MessageState.SCHEDULED)
            refuse_step(message)
            if looked_at is not None and not message.is_as(looked_at):
                raise ChangedElsewhere("message", message_id)
            message = looked_at or message
            self.require_hour(wall, message.send_before)
            set_state(
                t,
                message_id,
                MessageState.SCHEDULED,
                send_at=hour,
                scheduled_by=t.actor.id,
                expected_mails=expected_mails,
                send_before=local_text(message.send_before),
            )
            home.settle_in(t)  # it goes out by itself: from a copy that is made from now on, it must not
            t.journal("message.scheduled", message_id, at=hour, mails=expected_mails)
            return load_message(t, message_id)

    def require_hour(self, wall: datetime, send_before: datetime | None) -> None:
        """Raise what `schedule` raises for a local hour."""
        hour = wall.isoformat(timespec="minutes")
        if self._store.clock.to_utc(wall) <= self._store.clock.now():
            raise Invalid("send_at", hour, "past")
        if send_before is not None and send_before <= wall:
            raise Invalid("send_at", hour, "after_send_before")

    def unschedule(self, message_id: int) -> Message:
        """Make a message that is kept for an hour a draft again; `Invalid("message_state", …)` for any other."""
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            if (state := load_message(t, message_id).state) is not MessageState.SCHEDULED:
                raise Invalid("message_state", state.value, "not_scheduled")
            set_state(t, message_id, MessageState.DRAFT, send_at=None, scheduled_by=None, expected_mails=None)
            t.journal("message.unscheduled", message_id)
            return load_message(t, message_id)

    def kept(self) -> tuple[Kept, ...]:
        """The messages kept for an hour, the first to go first."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return message_lists.kept_messages(t)

    def due(self) -> tuple[Kept, ...]:
        """The messages kept for an hour that has come, the longest waiting first, for any run of the outbox.

        Who starts one and may not see messages reads no title.
        """
        with self._store.reading() as t:
            t.actor.require_any(QUEUES_MAIL)
            kept = message_lists.kept_messages(t)
            if not t.actor.may(Right.MESSAGES_SEE):
                kept = tuple(replace(message, title="") for message in kept)
        clock = self._store.clock
        return tuple(message for message in kept if clock.to_utc(message.send_at) <= clock.now())

    def cancel(self, message_id: int) -> int:
        """Hold what of a message has not gone yet and return how many mails that is.

        Raises `Invalid("message_state", …)` for one that is not in the outbox ("imported": it never was); see
        `unschedule` for one that is kept.
        """
        from store.delivery_queue import hold_waiting

        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            message = load_message(t, message_id)
            if message.state is not MessageState.QUEUED or message.imported_at is not None:
                reason = "not_queued" if message.imported_at is None else "imported"
                raise Invalid("message_state", message.state.value, reason)
            set_state(t, message_id, MessageState.CANCELLED, send_at=None)
            held = hold_waiting(t, message_id)
            t.journal("message.cancelled", message_id, held=held)
        return held

    def archive(self, message_id: int) -> None:
        """Put away what is over: sent or cancelled, with no mail waiting, being sent or in doubt; else `Invalid`."""
        from store.deliveries import delivery_counts

        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            message = load_message(t, message_id)
            counts = delivery_counts(t, message_id)
            over = message.state in (MessageState.QUEUED, MessageState.CANCELLED)
            if not over or counts.ready or counts.unfinished:
                raise Invalid("message_state", message.state.value, "not_over")
            if message.archived_at is None:
                t.execute("UPDATE messages SET archived_at = ? WHERE id = ?", (t.stamp, message_id))
                t.journal("message.archived", message_id)

    def unarchive(self, message_id: int) -> None:
        """Bring back what was put away."""
        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            if load_message(t, message_id).archived_at is not None:
                t.execute("UPDATE messages SET archived_at = NULL WHERE id = ?", (message_id,))
                t.journal("message.unarchived", message_id)

    def all(
        self,
        state: MessageState | None = None,
        *,
        archived: bool | None = False,
        automatic: bool | None = False,
        unfinished: bool = False,
        latest: int | None = None,
    ) -> list[MessageRow]:
        """The messages, the last touched first, each with how far its mails got.

        What was put away, and what a workflow sent, is left out; with `archived` or `automatic` True there is nothing
        else, with None there are both. `unfinished`: only those with mails that wait, are under way or in doubt;
        `latest`: so many at most.
        """
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return message_lists.message_rows(t, state, archived, automatic, unfinished=unfinished, latest=latest)

    def recipients(self, message_id: int) -> list[RecipientRow]:
        """Whom a frozen message was meant for, by name, each with what became of the mail."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return message_lists.recipient_rows(t, message_id)

    def of_member(self, member_id: int) -> tuple[ReceivedRow, ...]:
        """The frozen messages that a member was meant to get, the latest first."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return message_lists.received_rows(t, member_id)

    def calls(self, message_id: int) -> tuple[Call, ...]:
        """Whom to call for a frozen message, by name; see `call_list`."""
        return self.call_list(message_id).calls

    def call_list(self, message_id: int) -> CallList:
        """Whom to call, what the message is called and what it speaks of, also for who may call but not see messages.

        See `store.message_calls`. Raises `NotFound`.
        """
        with self._store.reading() as t:
            message_calls.require_caller(t)
            return message_calls.call_list(t, self._store.clock, message_id)

    def to_call(self) -> tuple[CallList, ...]:
        """The call lists of the last two weeks with somebody left to be called, the latest first."""
        with self._store.reading() as t:
            message_calls.require_caller(t)
            return message_calls.to_call(t, self._store.clock)

    def mark_call(self, message_id: int, member_id: int, state: str | None) -> None:
        """Write down what came of a call: "called", "not_reached", "ordered", or None to take it back.

        Needs the right `members`, `orders` (of all catalogues) or `messages.send`. Raises `NotFound` for who is not on
        the call list, `Invalid("call_state", …, "unknown")` for another word.
        """
        with self._store.writing() as t:
            message_calls.mark(t, message_id, member_id, state)
            t.journal("message.called", message_id, member=member_id, state=state)

    def starters(self) -> tuple[OwnStarter, ...]:
        """The group's own starters by label; right `messages.see`."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return own_starters.all_starters(t)

    def keep_starter(self, label: str, message_id: int, *, replace: bool = False) -> int:
        """Keep a message's words as a starter and return its id.

        Raises `Invalid("label", …)`: "empty", "too_long", or "taken" for a label that there is already, unless it is
        to `replace` that starter; `NotFound`.
        """
        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            starter_id = own_starters.keep(t, label, load_message(t, message_id), replace=replace)
            t.journal("starter.kept", starter_id)
        return starter_id

    def forget_starter(self, starter_id: int) -> None:
        """Delete one of the group's own starters; raises `NotFound`."""
        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            own_starters.forget(t, starter_id)
            t.journal("starter.forgotten", starter_id)

    def _begin_change(self, t: Transaction, message_id: int) -> None:
        t.require(Right.MESSAGES_WRITE)
        require_state(t, message_id, MessageState.DRAFT)
        require_words(t, message_id)
        touch(t, message_id)
