"""Recaps and supplements to producers by mail, through the outbox like every other mail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mail.crash_points import reached
from mail.envelopes import sendable
from mail.freezing import TRIES
from mail.mime import Letterhead, build, new_token
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
from store.settings import Group, load_group
from templates.words import _, dates, known, speaking

if TYPE_CHECKING:
    from store.clock import Clock
    from store.handle import Store
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
class _Facts:
    """All that the mail says and where it goes; `number` is the file's change number when it was read.

    `told` is the id of the last telling, 0 where there is none.
    """

    number: int
    group: Group
    mailbox: MailboxSettings | None
    found: Recap | Supplement
    to: tuple[Addressee, ...]
    sender: str
    told: int


def recap_mail(store: Store, distribution_id: int, catalogue_id: int, kind: str) -> RecapMail:
    """What a producer would get now; `kind` is RECAP or SUPPLEMENT. It is written in the group's language.

    Needs the right `orders` on the catalogue. Raises `NotFound`.
    """
    facts = _read(store, distribution_id, catalogue_id, kind)
    rendered = _render(facts, store.clock)
    to = tuple(one.address for one in facts.to)
    return RecapMail(rendered.subject, to, rendered.text, rendered.html, facts.found.up_to)


def queue_recap(
    store: Store, distribution_id: int, catalogue_id: int, kind: str, *, seen: int | None = None
) -> Telling:
    """Put a recap or supplement into the outbox and write down that the producer is told; nothing is sent by this.

    It is rendered outside any transaction; one transaction then checks that all it says still holds, and stores mails
    and telling, or nothing. `seen` is the id of the last telling that the operator knows of (0: there was none): when a
    colleague has told the producer since, nothing is sent twice. Needs the right `orders` on the catalogue.

    Raises `NotFound`, `NoMailbox`, `Invalid("producer", name, "no_email")`, `Invalid("supplement", …, "nothing")`,
    `ChangedElsewhere("recap_told")` for another last telling, and `ChangedElsewhere("recap")` when orders are changed
    all the time.
    """
    for _try in range(TRIES):
        facts = _read(store, distribution_id, catalogue_id, kind)
        if seen not in (None, facts.told):
            raise ChangedElsewhere("recap_told", catalogue_id)
        seen = facts.told  # what a colleague sends from here on is not sent once more
        _require_sendable(facts)
        mails = _mails(facts, kind, store.clock)
        with store.writing() as t:
            unchanged = change_number(t) == facts.number
            if not unchanged and not _same(_gather(t, store, distribution_id, catalogue_id, kind), facts):
                continue
            insert_deliveries(t, mails)
            ids = [int(t.value("SELECT id FROM deliveries WHERE token = ?", (mail.token,))) for mail in mails]
            told = write_telling(t, distribution_id, catalogue_id, kind, MAIL, ids)
            reached("recap_written")
        reached("recap_queued")
        return told
    raise ChangedElsewhere("recap", catalogue_id)


def _read(store: Store, distribution_id: int, catalogue_id: int, kind: str) -> _Facts:
    if kind not in (RECAP, SUPPLEMENT):
        raise Invalid("kind", kind, "unknown")
    with store.reading() as t:
        return _gather(t, store, distribution_id, catalogue_id, kind)


def _gather(t: Transaction, store: Store, distribution_id: int, catalogue_id: int, kind: str) -> _Facts:
    read = recap if kind == RECAP else supplement
    group = load_group(t)
    with speaking(known(group.language)):  # who is erased is called so
        found = read(t, store.clock, distribution_id, catalogue_id)
    return _Facts(
        number=change_number(t),
        group=group,
        mailbox=mailbox_settings(t),
        found=found,
        to=addressees(t, catalogue_id),
        sender=t.actor.name if t.actor.id is not None else "",
        told=last_told(t, distribution_id, catalogue_id),
    )


def _same(now: _Facts, then: _Facts) -> bool:
    return replace(now, number=0) == replace(then, number=0)


def _require_sendable(facts: _Facts) -> None:
    catalogue = facts.found.catalogue
    if isinstance(facts.found, Supplement) and not facts.found.lines:
        raise Invalid("supplement", catalogue.name, "nothing")
    if facts.mailbox is None:
        raise NoMailbox()
    if not facts.to:
        raise Invalid("producer", catalogue.producer_name, "no_email")


def _render(facts: _Facts, clock: Clock) -> Rendered:
    """Subject, text and page in the group's language."""
    from templates.render.page import Rendered

    with speaking(known(facts.group.language)):
        made = sheet(facts.found, group=facts.group.name, clock=clock)
        made = replace(made, notes=(*made.notes, _signature(facts)))
        return Rendered(_subject(facts), text(made, LINE), page([made]))


def _subject(facts: _Facts) -> str:
    is_recap = isinstance(facts.found, Recap)
    words = _("{group}: order for {day}, {catalogue}") if is_recap else _("{group}: changes for {day}, {catalogue}")
    return words.format(
        group=facts.group.name,
        day=dates.day(facts.found.distribution.day),
        catalogue=facts.found.catalogue.name,
    )


def _signature(facts: _Facts) -> str:
    if not facts.sender:
        return _("{group} sends you this. If something is not right, answer this mail.").format(group=facts.group.name)
    words = _("{name} sends you this for {group}. If something is not right, answer this mail.")
    return words.format(name=facts.sender, group=facts.group.name)


def _mails(facts: _Facts, kind: str, clock: Clock) -> list[NewDelivery]:
    assert facts.mailbox is not None
    head = Letterhead(
        from_name=facts.group.name,
        from_address=facts.mailbox.address,
        reply_to="",
        group=facts.group.name,
        stop_address="",
        message_id=0,
    )
    rendered = _render(facts, clock)
    mails = []
    for one in facts.to:
        token = new_token()
        address = sendable(one.address)
        mime, reference = build(head, rendered, (one.name, address), token, known(facts.group.language))
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
