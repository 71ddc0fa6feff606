"""The tour's second half: who should hear something, what, and whether it arrived."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from mail.composing import freeze, preview, queue_tests
from mail.detached import start
from mail.lock import holder
from store import Store
from store.delivery_records import DeliveryCounts
from store.segments import Segment, parse, words
from templates.words import _, ngettext
from tui.demo.folder import Folder
from tui.demo.maildir import Letter, letters
from tui.demo.past_messages import DRAFT, DRAFT_FOR
from tui.demo.teller import Teller
from tui.demo.telling import COORDINATOR

PATIENCE = 120.0
"""Seconds until a sending that does not come to its end is given up."""


def choose(store: Store, teller: Teller) -> Segment:
    """Pick the members step by step, with the counts that each step leaves."""
    teller.step(_("Choose who should hear something"))
    segment = parse(DRAFT_FOR)
    teller.tell(words(segment))
    totals = store.segments.step_counts(segment)
    labels = (_("Everyone") if segment.start == "everyone" else _("Nobody"), *store.segments.sentences(segment))
    for label, verb, total in zip(labels, (" ", *(step.verb for step in segment.steps)), totals, strict=True):
        sign = {"add": "+", "keep": "&", "remove": "-"}.get(verb, " ")
        teller.tell(f"{sign} {label:56} {total:4}")
    counts = store.segments.count(segment)
    teller.tell(
        _(
            "{selected} of {members} members: {email} by mail, {calls} to call, {out} do not want it; {mails} mails"
        ).format(
            selected=counts.selected,
            members=counts.members,
            email=counts.email,
            calls=counts.unreachable,
            out=counts.opted_out,
            mails=counts.mails,
        )
    )
    return segment


def write(store: Store, teller: Teller, segment: Segment) -> int:
    """Write the message, as a draft."""
    teller.step(_("Write the message"))
    label, subject, text = DRAFT
    message = store.messages.new(segment, subject, text, label)
    teller.tell(subject)
    for line in text.strip().splitlines():
        teller.tell(f"| {line}")
    return message


def look(store: Store, teller: Teller, message: int) -> None:
    """See it as the first recipient will get it."""
    teller.step(_("Look at it as each recipient will get it"))
    shown = preview(store, message)
    first = shown.at(0)
    teller.tell(
        ngettext(
            "{n} mail; the first one goes to {name}:", "{n} mails; the first one goes to {name}:", shown.count
        ).format(n=shown.count, name=first.name)
    )
    teller.tell(first.subject)
    for line in first.text.strip().splitlines():
        teller.tell(f"| {line}")
    teller.expect(not shown.wrong, _("{n} mails look wrong.").format(n=shown.wrong))


def test(store: Store, teller: Teller, folder: Folder, message: int) -> None:
    """Send a test to the operator herself, and find it in the Maildir."""
    address = store.operators.me().email or ""
    teller.step(_("Send a test to {address}").format(address=address))
    before = _paths(folder.maildir)
    queue_tests(store, message, (address,))
    _run_outbox(store, teller)
    arrived = _new(folder.maildir, before)
    for letter in arrived:
        teller.tell(
            _("In the Maildir: “{subject}” to {address}").format(subject=letter.subject, address=letter.recipient)
        )
    teller.expect([letter.recipient for letter in arrived] == [address], _("The test mail is not in the Maildir."))


def send(store: Store, teller: Teller, folder: Folder, message: int, segment: Segment) -> None:
    """Send it with the detached sender, as the app does, and count what lies in the Maildir."""
    teller.step(_("Send it"))
    before = _paths(folder.maildir)
    promised = store.segments.count(segment).mails
    queued = freeze(store, message)
    calls = len(queued.call_list)
    teller.tell(ngettext("{n} mail in the outbox", "{n} mails in the outbox", queued.mails).format(n=queued.mails))
    teller.tell(ngettext("{n} member to call:", "{n} members to call:", calls).format(n=calls))
    for member in queued.call_list[:3]:
        teller.tell(f"  {member.last_name} {member.first_name}  {member.phone}")
    counts = _run_outbox(store, teller, message)
    teller.tell(
        _("sent {sent} · waiting {ready} · refused {failed} · in doubt {unknown}").format(
            sent=counts.sent, ready=counts.ready, failed=counts.failed, unknown=counts.unfinished
        )
    )
    teller.step(_("Read the Maildir: {path}").format(path=folder.maildir))
    arrived = _new(folder.maildir, before)
    teller.tell(ngettext("{n} mail arrived", "{n} mails arrived", len(arrived)).format(n=len(arrived)))
    if arrived:
        teller.tell(_("“{subject}” to {address}").format(subject=arrived[0].subject, address=arrived[0].recipient))
    _compare(store, teller, message, arrived)
    teller.expect(
        promised == queued.mails == len(arrived),
        _("{promised} mails were promised, {queued} queued, {arrived} arrived.").format(
            promised=promised, queued=queued.mails, arrived=len(arrived)
        ),
    )


def _compare(store: Store, teller: Teller, message: int, arrived: list[Letter]) -> None:
    """Every recipient of the ledger has exactly one mail, and nobody else has any."""
    got = Counter(letter.recipient for letter in arrived)
    wanted = Counter(row.address for row in store.deliveries.of_message(message))
    for address in sorted(wanted.keys() | got.keys()):
        teller.expect(
            got[address] == wanted[address],
            _("{address} should have {wanted} mails and has {got}.").format(
                address=address, wanted=wanted[address], got=got[address]
            ),
        )


def _run_outbox(store: Store, teller: Teller, message: int | None = None) -> DeliveryCounts:
    """Start the detached sender and wait for its end; it asks the demo's configuration for the password."""
    start(store.path, COORDINATOR, None)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        counts, state = store.deliveries.counts(), store.mailbox.state()
        if not counts.ready and not counts.sending:
            break
        if state.state != "ok":
            teller.expect(
                False, _("The mailbox stopped: {reason} {answer}").format(reason=state.reason, answer=state.answer)
            )
            break
        time.sleep(0.05)
    while holder(store.path) is not None and time.monotonic() < deadline:
        time.sleep(0.05)  # the next sender would find this one still at it
    return store.deliveries.counts(message)


def _paths(maildir: Path) -> set[Path]:
    return {letter.path for letter in letters(maildir)}


def _new(maildir: Path, before: set[Path]) -> list[Letter]:
    return [letter for letter in letters(maildir) if letter.path not in before]
