"""Recaps and supplements by mail: what the producer reads, who told them and when, and that no crash tells half."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from mail.crash_points import QUEUEING
from mail.outbox import run
from mail.recaps import queue_recap, recap_mail
from mail.refused import NoMailbox
from store.erasing import erase
from store.errors import ChangedElsewhere, Invalid, NotAllowed
from store.handle import Store
from store.rights import Right
from tests.mail.outgoing import set_mailbox
from tests.mail.recorder import Recorder, Rule, Script
from tests.mail.sender import Forks, Sender
from tests.offering import Offering, fill

RIGAUD = "rigaud@example.org"


@pytest.fixture
def group(store: Store) -> Offering:
    """Odette has ordered poultry, whose producer has an address."""
    found = fill(store)
    with store.writing() as t:
        rigaud = (RIGAUD, "06 39 98 55 55")
        t.execute("UPDATE producers SET email = ?, phone = ? WHERE name = 'Volailles Rigaud'", rigaud)
        t.execute("UPDATE distributions SET day = '2099-11-26' WHERE id = ?", (found.next,))
    order(store, found, "odette", chicken=2000)
    return found


def order(store: Store, group: Offering, member: str, **lines: int) -> int:
    quantities = [(group.products[name], quantity) for name, quantity in lines.items()]
    return store.orders.record(group.members[member], group.next, quantities).order_id


def queue(store: Store, group: Offering, kind: str = "recap") -> None:
    queue_recap(store, group.next, group.catalogues["poultry"], kind)


def mails(store: Store) -> list[EmailMessage]:
    with store.reading() as t:
        found = t.all("SELECT mime FROM deliveries ORDER BY id")
    parsed = [message_from_bytes(row["mime"], policy=policy.default) for row in found]
    assert all(isinstance(mail, EmailMessage) for mail in parsed)
    return parsed  # type: ignore[return-value]


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_producer_reads_what_is_ordered_and_by_whom(store: Store, group: Offering) -> None:
    set_mailbox(store, 2525)
    order(store, group, "paul", duck=1000, tomatoes=1000)
    poultry = group.catalogues["poultry"]
    preview = recap_mail(store, group.next, poultry, "recap")
    told = queue_recap(store, group.next, poultry, "recap")
    assert (told.kind, told.way, told.by) == ("recap", "mail", "Marie")
    assert [(mail.address, mail.state) for mail in told.mails] == [(RIGAUD, "ready")]
    (mail,) = mails(store)
    assert (mail["Subject"], mail["To"]) == (preview.subject, f"Volailles Rigaud <{RIGAUD}>")
    assert mail["List-Unsubscribe"] is None, "a producer cannot leave a recap off"
    assert preview.to == (RIGAUD,)
    for kind in ("plain", "html"):
        said = part(mail, kind)
        for word in ("Poulet fermier", "Canette", "Maréchal Odette", "Durand Paul", "~€74.60", "Marie"):
            assert word in said, (kind, word)
        assert "Tomates" not in said, "another producer's lines"
    found = next(one for one in store.lists.states(group.next) if one.catalogue_id == poultry)
    assert found.recap == told
    assert not found.due


def test_a_supplement_says_what_changed_only(store: Store, group: Offering) -> None:
    set_mailbox(store, 2525)
    queue(store, group)
    with pytest.raises(Invalid) as nothing:
        queue(store, group, "supplement")
    assert nothing.value.reason == "nothing"
    order(store, group, "yves", duck=1000)
    queue(store, group, "supplement")
    _recap, supplement = mails(store)
    said = part(supplement, "plain")
    assert "Le Bihan Yves" in said
    assert "Odette" not in said
    order(store, group, "odette", chicken=1000)
    queue(store, group)
    assert "This replaces the changes of" in part(mails(store)[2], "plain")
    counts = store.deliveries.counts()
    assert (counts.ready, counts.held) == (1, 2), "the two before it, which were waiting, say nothing more"
    assert store.deliveries.release("all") == 0
    assert store.lists.due() == ()


def test_a_recap_for_another_day_is_not_the_same(store: Store, group: Offering) -> None:
    poultry = group.catalogues["poultry"]
    store.lists.tell(group.next, poultry, "recap", "said")
    assert "The same as on" in recap_mail(store, group.next, poultry, "recap").text
    store.distributions.move(group.next, 1, date(2099, 12, 3), "18:00", "19:30", "Treillières")
    assert "This replaces what you were told on" in recap_mail(store, group.next, poultry, "recap").text


def test_the_mail_is_in_the_groups_language(store: Store, group: Offering) -> None:
    with store.writing() as t:
        t.execute("UPDATE settings SET value = json_set(value, '$.language', 'fr') WHERE key = 'group'")
    said = recap_mail(store, group.next, group.catalogues["poultry"], "recap")
    assert "jeudi 26 novembre 2099" in said.text
    assert '<html lang="fr">' in said.html


def test_without_an_address_a_mailbox_or_the_right_nothing_is_told(store: Store, group: Offering) -> None:
    poultry = group.catalogues["poultry"]
    with pytest.raises(NoMailbox):
        queue(store, group)
    set_mailbox(store, 2525)
    with store.writing() as t:
        t.execute("UPDATE producers SET email = ''")
        operator_id = t.insert("operators", login="gue", name="Légumes du Gué")
        t.insert("rights", operator_id=operator_id, name=Right.ORDERS.value, catalogue_id=group.catalogues["veg"])
    with pytest.raises(Invalid) as nobody:
        queue(store, group)
    assert (nobody.value.value, nobody.value.reason) == ("Volailles Rigaud", "no_email")
    assert recap_mail(store, group.next, poultry, "recap").to == ()
    other = Store(store.path, "gue")
    for act in (queue_recap, recap_mail):
        with pytest.raises(NotAllowed):
            act(other, group.next, poultry, "recap")
    other.close()
    assert store.deliveries.counts().total == 0
    assert all(state.recap is None for state in store.lists.states(group.next))


def test_several_contacts_get_one_mail_each(store: Store, group: Offering) -> None:
    set_mailbox(store, 2525)
    addresses = {"odette": "odette@exemple.fr", "paul": "PAUL@exemple.fr", "yves": "paul@exemple.fr"}
    with store.writing() as t:
        t.execute("UPDATE producers SET email = ''")
        for member, email in addresses.items():
            t.execute(
                "UPDATE people SET email = ?, email_key = ?, email_state = 'has' WHERE member_id = ?",
                (email, email.lower(), group.members[member]),
            )
            t.insert("catalogue_contacts", catalogue_id=group.catalogues["poultry"], member_id=group.members[member])
    queue(store, group)
    to = [mail["To"].addresses[0] for mail in mails(store)]
    assert [(one.display_name, one.addr_spec) for one in to] == [
        ("Odette Maréchal", "odette@exemple.fr"),
        ("Paul Durand", "PAUL@exemple.fr"),
    ]
    with store.reading() as t:
        assert t.value("SELECT count(*) FROM delivery_people") == 2, "so that one of them can be phoned, or erased"


def test_orders_that_change_while_the_mail_is_made_are_in_it(
    store: Store, group: Offering, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mail import recaps

    set_mailbox(store, 2525)
    made = recaps._mails
    late = iter((1, 0, 1, 1, 1))

    def slow(*arguments: object) -> object:
        found = made(*arguments)  # type: ignore[arg-type]
        if next(late):
            order(store, group, "paul", duck=1000)
        return found

    monkeypatch.setattr(recaps, "_mails", slow)
    queue(store, group)
    (mail,) = mails(store)
    assert "Durand Paul" in part(mail, "plain")
    with pytest.raises(ChangedElsewhere):
        queue(store, group)
    assert len(mails(store)) == 1


def test_two_who_look_at_the_same_recap_send_it_once(
    store: Store, group: Offering, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mail import recaps

    set_mailbox(store, 2525)
    poultry = group.catalogues["poultry"]
    first = queue_recap(store, group.next, poultry, "recap", seen=0)
    with pytest.raises(ChangedElsewhere) as told:
        queue_recap(store, group.next, poultry, "recap", seen=0)
    assert told.value.what == "recap_told"
    made, colleague = recaps._mails, iter((True, False, False))

    def slow(*arguments: object) -> object:
        found = made(*arguments)  # type: ignore[arg-type]
        if next(colleague):
            queue(store, group)
        return found

    monkeypatch.setattr(recaps, "_mails", slow)
    with pytest.raises(ChangedElsewhere):
        queue_recap(store, group.next, poultry, "recap", seen=first.id)
    assert len(mails(store)) == 2


def test_a_mail_that_nobody_got_leaves_the_producer_untold(
    store: Store, group: Offering, recorder: Callable[..., Recorder]
) -> None:
    server = recorder(Script(rules=[Rule("rcpt", "550 5.1.1 no such user")]))
    set_mailbox(store, server.port)
    queue(store, group)
    run(store, lambda: "")
    (due,) = store.lists.due()
    assert due.lost is not None
    assert [(mail.address, mail.state) for mail in due.lost.mails] == [(RIGAUD, "failed")]
    store.lists.tell(group.next, group.catalogues["poultry"], "recap", "said")
    assert store.lists.due() == ()
    pauls = order(store, group, "paul", duck=1000)
    queue(store, group, "supplement")
    assert store.lists.due() == (), "it waits in the outbox"
    run(store, lambda: "")
    (due,) = store.lists.due()
    assert (due.untold, due.lost is not None) == (1, True)
    assert due.last == due.recap, "the supplement told nothing"
    assert len(store.lists.supplement(group.next, group.catalogues["poultry"]).lines) == 1
    store.orders.change(pauls, {group.products["duck"]: 0})
    assert store.lists.due() == (), "what they never heard of is not there any more"
    store.orders.record(group.members["paul"], group.next, [(group.products["duck"], 2000)])
    store.lists.tell(group.next, group.catalogues["poultry"], "supplement", "said")
    assert store.lists.due() == ()
    assert store.deliveries.retry("all") == 0, "what was told anew is not told once more"


def test_who_is_erased_is_in_no_recap_any_more(store: Store, group: Offering) -> None:
    set_mailbox(store, 2525)
    queue(store, group)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sent'")
    order(store, group, "paul", chicken=1000)
    queue(store, group, "supplement")
    erase(store, group.members["odette"])
    assert [bool(mail.keys()) for mail in mails(store)] == [False, False]
    (due,) = store.lists.due()
    assert due.lost is not None
    assert [(mail.address, mail.state, mail.reason) for mail in due.lost.mails] == [(RIGAUD, "held", "erased")]
    assert due.recap is not None
    assert [mail.state for mail in due.recap.mails] == ["sent"]
    queue(store, group, "supplement")
    said = part(mails(store)[2], "plain")
    assert "Durand Paul" in said
    assert "Maréchal" not in said
    queue(store, group)
    assert "erased member" in part(mails(store)[3], "plain"), "what is ordered stays, without a name"
    assert store.lists.due() == ()


@pytest.mark.parametrize("point", QUEUEING)
def test_a_recap_is_queued_and_told_or_neither(
    store: Store, group: Offering, recorder: Callable[..., Recorder], forks: Forks, point: str
) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    poultry = group.catalogues["poultry"]
    code = f"""
from pathlib import Path
from mail.recaps import queue_recap
from store import Store
queue_recap(Store(Path({str(store.path)!r}), "marie"), {group.next}, {poultry}, "recap")
"""
    died = subprocess.run([sys.executable, "-c", code], env={**os.environ, "CABAS_CRASH": point}, check=False)
    assert died.returncode == 137
    (state,) = (one for one in store.lists.states(group.next) if one.catalogue_id == poultry)
    told = point == "recap_queued"
    assert (state.recap is not None, store.deliveries.counts().ready) == (told, int(told))
    if not told:
        queue(store, group)
    with Sender(store.path, forks=forks) as sender:
        assert sender.run("after_250") == 137
        assert sender.run() == 0
    assert [mail["to"] for mail in server.accepted()] == [RIGAUD], "accepted once, whatever died"
    (doubt,) = store.deliveries.unknown()
    assert (doubt.kind, doubt.message_id, doubt.name) == ("recap", None, "Volailles Rigaud")
    assert store.deliveries.phone(doubt.id) == "06 39 98 55 55", "so that they can be asked"
    assert [attempt.phase for attempt in store.deliveries.story(doubt.id).attempts] == ["dot", "orphan"]
    (state,) = (one for one in store.lists.states(group.next) if one.catalogue_id == poultry)
    assert state.recap is not None
    assert [mail.state for mail in state.recap.mails] == ["unknown"]
    store.deliveries.resolve("all", "sent")
    assert store.lists.due() == ()
