"""A household of which everything is stored that can be, for tests of what is known and of erasing. Invented people."""

from __future__ import annotations

from store import Store
from store.came_back_records import Kind, Note
from store.deliveries import record_attempt
from store.delivery_queue import NewDelivery, insert_deliveries
from store.members import Member, Person
from store.preferences import suppress
from store.rules import make
from store.segments import EVERYONE, NOBODY, Verb
from tests.offering import Offering

HELENE, FRANCOIS = "helene.guerinois@exemple.fr", "francois.guerinois@exemple.fr"


def fill(store: Store, sold: Offering) -> int:
    """The household's id: two people, orders, mails, merges, notes, an operator who is the member, and so on."""
    member_id = store.members.add(
        Member(
            (
                Person("Hélène", "Guérinois", HELENE, phone="02 40 11 22 33"),
                Person("François", "Guérinois", FRANCOIS, mobile="06 39 98 00 77"),
            ),
            address1="3 rue des Tulipiers",
            city="Saint-Herblain",
            notes="Allergique aux noix",
            tags=("potagère",),
        )
    )
    first, second = store.members.get(member_id).people
    assert first.id is not None
    assert second.id is not None
    store.members.set_preference(first.id, "email", "targeted", False, "by phone")
    store.orders.record(member_id, sold.next, [(sold.products["wheat"], 2000)], "phone")
    store.orders.note(store.orders.open_basket(member_id, sold.next).id, "sonner chez Tulipier")
    store.lists.mark_call(sold.next, member_id, "called")
    store.segments.save("Voisins", NOBODY.then(Verb.ADD, make("member", ids=(member_id,))))
    message_id = store.messages.new(EVERYONE, subject="Nouveautés")
    with store.writing() as t:
        suppress(t, FRANCOIS, "all", "stop")
        t.insert("external_ids", source="cagette", external_id="103", member_id=member_id)
        t.execute(
            "INSERT INTO import_answers VALUES ('member', 'cagette', 'guerinois helene / francois', ?, ?, NULL)",
            (member_id, t.stamp),
        )
        t.execute("UPDATE operators SET member_id = ?, email = ? WHERE login = 'marie'", (member_id, HELENE))
        t.execute("UPDATE orders SET note = 'laisser chez Guérinois' WHERE state = 'confirmed'")
        t.insert("recipients", message_id=message_id, member_id=member_id, reach="email")
        insert_deliveries(t, [mail(first.id, member_id, message_id, HELENE, 1)])
        insert_deliveries(t, [mail(second.id, member_id, message_id, FRANCOIS, 2)])
        t.execute("UPDATE deliveries SET state = 'failed', answer = ? WHERE id = 1", (f"<{HELENE}>: no such user",))
        record_attempt(t, 1, "rcpt", 550, f"<{HELENE}>: no such user")
        t.execute("INSERT INTO measures VALUES (1, ?, ?, 'opened', ?)", (first.id, member_id, t.stamp))
        t.insert(
            "vouchers", message_id=message_id, member_id=member_id, code="BON-GUE77", amount=500, currency="EUR",
            valid_until="2026-12-31", made_at=t.stamp, state_at=t.stamp,
        )  # fmt: skip
        t.journal("member.preference", member_id, channel="email", kind="targeted", allowed=False)
    for kind, delivery_id, said in ((Kind.UNCLEAR, 1, f"Undelivered: {HELENE}"), (Kind.STOP_WORD, 2, "stop, François")):
        store.came_back.note(Note(f"mail {delivery_id}", kind, store.stamp(), FRANCOIS, delivery_id, said=said))
    return member_id


def mail(person_id: int, member_id: int, message_id: int | None, address: str, number: int) -> NewDelivery:
    """A frozen mail to one person."""
    return NewDelivery(
        kind="message",
        message_id=message_id,
        address=address,
        address_key=address,
        name="Guérinois",
        about_member=0,
        message_ref=f"<ref-{number}@exemple.fr>",
        token=f"token-{number}",
        envelope_from="amap@exemple.fr",
        mime=f"To: <{address}>\r\n\r\nBonjour Guérinois".encode(),
        people=((person_id, member_id),),
    )
