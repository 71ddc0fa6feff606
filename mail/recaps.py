"""Recaps and supplements to producers by mail, through the outbox like every other mail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mail.crash_points import reached
from mail.envelopes import sendable
from mail.freezing import TRIES
from mail.mime import Letterhead, build, new_token
from mail.recap_words import RecapWords, fill, read_words
from mail.refused import NoMailbox
from mail.sheets import page, sheet, text
from store.delivery_queue import NewDelivery, insert_deliveries
from store.errors import ChangedElsewhere, Invalid
from store.lists.addresses import Addressee, addressees
from store.lists.line_records import Recap, Supplement
from store.lists.recaps import recap, supplement
from store.lists.records import MAIL, RECAP, SUPPLEMENT, Telling
from store.lists.tellings import last_told, write_telling
from store.mailbox import MailboxSettings, mailbox_settings
from store.message_fields import change_number
from store.message_files import content_of
from store.settings import Group, load_group
from templates.words import _, dates, known, speaking

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.clock import Clock
    from store.handle import Store
    from store.message_records import Message
    from store.transaction import Transaction
    from templates.render.page import Rendered

LINE = 76
"""Cells of a line of the text: mail programs and our own screen show it whole (RFC 5322 says at most 78)."""


@dataclass(frozen=True, slots=True)
class RecapMail:
    """A recap or supplement as it goes to each address of `to`; nobody where no address is known.

    `up_to` is the last change of orders that is in it (see `Lists.tell`).
    """

    subject: str
    to: tuple[str, ...]
    text: str
    html: str
    up_to: int = 0


@dataclass(frozen=True, slots=True)
class RecapFacts:
    """All that the mail says and where it goes; `number` is the file's change number when it was read.

    `told` is the id of the last telling, 0 where there is none. `words` are those of a workflow's step.
    """

    number: int
    group: Group
    mailbox: MailboxSettings | None
    found: Recap | Supplement
    to: tuple[Addressee, ...]
    sender: str
    told: int
    words: RecapWords | None = None


def recap_mail(store: Store, distribution_id: int, catalogue_id: int, kind: str) -> RecapMail:
    """What a producer would get now; `kind` is RECAP or SUPPLEMENT. It is written in the group's language.

    Needs the right `orders` on the catalogue. Raises `NotFound`.
    """
    facts = _read(store, distribution_id, catalogue_id, kind)
    rendered = render_recap(facts, store.clock)
    to = tuple(one.address for one in facts.to)
    return RecapMail(rendered.subject, to, rendered.text, rendered.html, facts.found.up_to)


def queue_recap(
    store: Store,
    distribution_id: int,
    catalogue_id: int,
    kind: str,
    *,
    seen: int | None = None,
    words: Message | None = None,
    also: Callable[[Transaction, int], None] | None = None,
) -> Telling:
    """Put a recap or supplement into the outbox and write down that the producer is told; nothing is sent by this.

    It is rendered outside any transaction; one transaction then checks that all it says still holds, and stores mails
    and telling, or nothing. `seen` is the id of the last telling that the operator knows of (0: there was none): when a
    colleague has told the producer since, nothing is sent twice. Needs the right `orders` on the catalogue.

    For a workflow: `words` of its step stand above the list, and the mails say that no person sent them. `also` is
    called in that one transaction with how many mails there are; what it raises leaves nothing stored.

    Raises `NotFound`, `NoMailbox`, `Invalid("producer", name, "no_email")`, `Invalid("supplement", …, "nothing")`,
    `ChangedElsewhere("recap_told")` for another last telling, and `ChangedElsewhere("recap")` when orders are changed
    all the time.
    """
    for _try in range(TRIES):
        facts = _read(store, distribution_id, catalogue_id, kind, words)
        if seen not in (None, facts.told):
            raise ChangedElsewhere("recap_told", catalogue_id)
        seen = facts.told  # what a colleague sends from here on is not sent once more
        require_sendable(facts)
        mails = _mails(facts, kind, store.clock)
        with store.reading() as t:
            tail = tail_of(t, facts)
        with store.writing() as t:
            unchanged = change_number(t) == facts.number
            if not unchanged and not _same(gather_recap(t, store, distribution_id, catalogue_id, kind, words), facts):
                continue
            insert_deliveries(t, mails, tail=tail)
            ids = [int(t.value("SELECT id FROM deliveries WHERE token = ?", (mail.token,))) for mail in mails]
            told = write_telling(t, distribution_id, catalogue_id, kind, MAIL, ids)
            if also is not None:
                also(t, len(ids))
            reached("recap_written")
        reached("recap_queued")
        return told
    raise ChangedElsewhere("recap", catalogue_id)


def _read(store: Store, distribution_id: int, catalogue_id: int, kind: str, words: Message | None = None) -> RecapFacts:
    if kind not in (RECAP, SUPPLEMENT):
        raise Invalid("kind", kind, "unknown")
    with store.reading() as t:
        return gather_recap(t, store, distribution_id, catalogue_id, kind, words)


def gather_recap(
    t: Transaction, store: Store, distribution_id: int, catalogue_id: int, kind: str, words: Message | None = None
) -> RecapFacts:
    """What a producer would get now, inside a transaction; raises as `queue_recap`, but for what keeps it from going.

    `words` are read anew: another version of them makes other facts.
    """
    read = recap if kind == RECAP else supplement
    group = load_group(t)
    with speaking(known(group.language)):  # who is erased is called so
        found = read(t, store.clock, distribution_id, catalogue_id)
    mailbox = mailbox_settings(t)
    return RecapFacts(
        number=change_number(t),
        group=group,
        mailbox=mailbox,
        found=found,
        to=addressees(t, catalogue_id),
        sender=t.actor.name if t.actor.id is not None else "",
        told=last_told(t, distribution_id, catalogue_id),
        words=None if words is None else read_words(t, store.clock, words, mailbox),
    )


def gather_news(t: Transaction, store: Store, distribution_id: int, catalogue_id: int, words: Message) -> RecapFacts:
    """The recap while the producer was told nothing, else the supplement; as `gather_recap`."""
    facts = gather_recap(t, store, distribution_id, catalogue_id, RECAP, words)
    if facts.found.catalogue.recap_sent_at is None:
        return facts
    return gather_recap(t, store, distribution_id, catalogue_id, SUPPLEMENT, words)


def _same(now: RecapFacts, then: RecapFacts) -> bool:
    return replace(now, number=0) == replace(then, number=0)


def require_sendable(facts: RecapFacts) -> None:
    """Raise what keeps a recap from going out now; see `queue_recap`."""
    catalogue = facts.found.catalogue
    if isinstance(facts.found, Supplement) and not facts.found.lines:
        raise Invalid("supplement", catalogue.name, "nothing")
    if facts.mailbox is None:
        raise NoMailbox()
    if not facts.to:
        raise Invalid("producer", catalogue.producer_name, "no_email")
    if facts.words is not None:
        fill(facts.words, facts.mailbox, catalogue.producer_name)


def render_recap(facts: RecapFacts, clock: Clock) -> Rendered:
    """Subject, text and page in the group's language; raises what the words that stand above it raise."""
    from templates.render.page import Rendered

    with speaking(known(facts.group.language)):
        made = sheet(facts.found, group=facts.group.name, clock=clock)
        made = replace(made, notes=(*made.notes, _signature(facts)))
        if facts.words is None or facts.mailbox is None:
            return Rendered(_subject(facts), text(made, LINE), page([made]))
        said = fill(facts.words, facts.mailbox, facts.found.catalogue.producer_name)
        return Rendered(said.subject, f"{said.text}\n\n{text(made, LINE)}", page([made], said.html))


def _subject(facts: RecapFacts) -> str:
    is_recap = isinstance(facts.found, Recap)
    words = _("{group}: order for {day}, {catalogue}") if is_recap else _("{group}: changes for {day}, {catalogue}")
    return words.format(
        group=facts.group.name,
        day=dates.day(facts.found.distribution.day),
        catalogue=facts.found.catalogue.name,
    )


def _signature(facts: RecapFacts) -> str:
    if not facts.sender:
        return _("{group} sends you this. If something is not right, answer this mail.").format(group=facts.group.name)
    words = _("{name} sends you this for {group}. If something is not right, answer this mail.")
    return words.format(name=facts.sender, group=facts.group.name)


def tail_of(t: Transaction, facts: RecapFacts) -> bytes:
    """The files of the words, which all mails end with."""
    enclosed = None if facts.words is None else facts.words.enclosed
    return b"" if enclosed is None else enclosed.tail(lambda file_id: content_of(t, file_id))


def built(
    facts: RecapFacts, rendered: Rendered, to: tuple[str, str], token: str, *, test: bool = False
) -> tuple[bytes, str]:
    """The mail as it goes to a name and address, without its files, and its Message-ID; raises `NoMailbox`."""
    if facts.mailbox is None:
        raise NoMailbox()
    enclosed = None if facts.words is None else facts.words.enclosed
    head, language = _letterhead(facts, facts.mailbox), known(facts.group.language)
    return build(head, rendered, to, token, language, test=test, enclosed=enclosed)


def _letterhead(facts: RecapFacts, mailbox: MailboxSettings) -> Letterhead:
    """From whom the mails come: as the words say that stand above it, where there are any."""
    written = None if facts.words is None else facts.words.message
    return Letterhead(
        from_name=(written and written.from_name) or facts.group.name,
        from_address=(written and written.from_address) or mailbox.address,
        reply_to=written.reply_to if written else "",
        group=facts.group.name,
        stop_address="",
        message_id=0,
        automatic=written is not None,
    )


def _mails(facts: RecapFacts, kind: str, clock: Clock) -> list[NewDelivery]:
    assert facts.mailbox is not None
    rendered = render_recap(facts, clock)
    mails = []
    for one in facts.to:
        token = new_token()
        address = sendable(one.address)
        mime, reference = built(facts, rendered, (one.name, address), token)
        mails.append(
            NewDelivery(
                kind=kind,
                message_id=None,
                address=address,
                address_key=one.address_key,
                name=one.name or one.address,
                about_member=0,
                message_ref=reference,
                token=token,
                envelope_from=sendable(facts.mailbox.address),
                mime=mime,
                people=((one.person_id, one.member_id),) if one.person_id and one.member_id else (),
            )
        )
    return mails
