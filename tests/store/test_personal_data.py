"""What the group knows of somebody: everything, for the one who asks."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from store import Store
from store.deliveries import NewDelivery, insert_deliveries, record_attempt
from store.errors import NotAllowed, NotFound
from store.members import Member, Person
from store.personal_data import everything_about
from store.preferences import suppress
from store.rules import make
from store.segments import EVERYONE, NOBODY, Verb
from tests import offering


@pytest.fixture
def sold(store: Store) -> offering.Offering:
    return offering.fill(store)


@pytest.fixture
def helene(store: Store, sold: offering.Offering) -> int:
    """A household of which everything is stored that can be."""
    member_id = store.members.add(
        Member(
            (
                Person("Hélène", "Guérin", "helene.guerin@exemple.fr", phone="02 40 11 22 33"),
                Person("François", "Guérin", "francois.guerin@exemple.fr", mobile="06 39 98 00 77"),
            ),
            address1="3 rue des Tulipiers",
            city="Saint-Herblain",
            notes="Allergique aux noix",
        )
    )
    first, _second = store.members.get(member_id).people
    store.members.set_preference(first.id, "email", "targeted", False, "by phone")
    store.orders.record(member_id, sold.next, [(sold.products["wheat"], 2000)], "phone")
    basket = store.orders.open_basket(member_id, sold.next)
    store.orders.note(basket.id, "sonner chez Tulipier")
    store.segments.save("Voisins", NOBODY.then(Verb.ADD, make("member", ids=(member_id,))))
    message_id = store.messages.new(EVERYONE, subject="Nouveautés")
    with store.writing() as t:
        suppress(t, "francois.guerin@exemple.fr", "all", "stop")
        t.insert("external_ids", source="cagette", external_id="103", member_id=member_id)
        t.execute(
            "INSERT INTO import_answers VALUES ('member', 'cagette', 'guerin helene / francois', ?, ?, NULL)",
            (member_id, t.stamp),
        )
        t.execute("UPDATE operators SET member_id = ? WHERE login = 'marie'", (member_id,))
        t.insert("recipients", message_id=message_id, member_id=member_id, reach="email")
        insert_deliveries(t, [mail(first.id, member_id, message_id)])
        record_attempt(t, 1, "rcpt", 550, "<helene.guerin@exemple.fr>: no such user")
        t.journal("member.refused", member_id)
    return member_id


def mail(person_id: int | None, member_id: int, message_id: int, number: int = 1) -> NewDelivery:
    assert person_id is not None
    return NewDelivery(
        kind="message",
        message_id=message_id,
        address="helene.guerin@exemple.fr",
        address_key="helene.guerin@exemple.fr",
        name="Hélène Guérin",
        about_member=0,
        message_ref=f"<ref-{number}@exemple.fr>",
        token=f"token-{number}",
        envelope_from="amap@exemple.fr",
        mime="To: Hélène Guérin <helene.guerin@exemple.fr>\r\n\r\nBonjour Hélène".encode(),
        people=((person_id, member_id),),
    )


def test_everything_that_is_stored_is_told(store, helene):
    data = everything_about(store, helene)
    assert [person["email"] for person in data.member["people"]] == [
        "helene.guerin@exemple.fr", "francois.guerin@exemple.fr"
    ]  # fmt: skip
    assert data.member["notes"] == "Allergique aux noix"
    assert data.member["external_ids"] == [{"source": "cagette", "id": "103"}]
    assert data.member["people"][0]["preferences"][0]["by"] == "marie"
    assert data.member["people"][1]["refused"][0]["source"] == "stop"
    order, basket = data.orders
    assert (order.state, order.day, order.by) == ("confirmed", "2026-11-26", "Marie")
    assert [(line.product, line.quantity, line.amount, line.currency) for line in order.lines] == [
        ("Farine T80 blé", 2000, 430, "EUR")
    ]
    assert [(change.before, change.after, change.channel) for change in order.changes] == [(0, 2000, "phone")]
    assert (basket.state, basket.note) == ("basket", "sonner chez Tulipier")
    assert [(message.title, message.reach) for message in data.messages] == [("Nouveautés", "email")]
    assert [(kept.address, kept.state) for kept in data.mails] == [("helene.guerin@exemple.fr", "ready")]
    assert data.mails[0].attempts[0].answer == "<helene.guerin@exemple.fr>: no such user"
    assert {(deed.by, deed.action) for deed in data.journal} >= {
        ("Marie", "member.added"), ("Marie", "member.preference"), ("Marie", "order.recorded")
    }  # fmt: skip
    assert [(role.kind, role.name) for role in data.roles] == [("operator", "marie")]
    assert data.imports == (("cagette", "guerin helene / francois"),)
    assert data.listed_in == ("Voisins",)


def test_it_is_json_as_it_stands(store, helene):
    data = asdict(everything_about(store, helene))
    assert json.loads(json.dumps(data, ensure_ascii=False))["member"]["people"][0]["first_name"] == "Hélène"


def test_nothing_of_another_member_is_in_it(store, helene, sold):
    text = json.dumps(asdict(everything_about(store, sold.members["odette"])), ensure_ascii=False)
    assert "Guérin" not in text
    assert "helene" not in text


def test_what_one_may_not_see_is_left_out_and_said(store, helene, act_as):
    store.operators.add("tresor", "Trésorière", "treasurer")
    store.operators.add("paul", "Paul", "phone_desk")
    assert everything_about(act_as("tresor"), helene).orders is None
    desk = everything_about(act_as("paul"), helene)
    assert (desk.messages, desk.mails) == (None, None)
    assert desk.orders


def test_a_producer_is_told_nothing(store, helene, sold, act_as):
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[sold.catalogues["poultry"]])
    with pytest.raises(NotAllowed):
        everything_about(act_as("rigaud"), helene)


def test_nobody_is_nobody(store):
    with pytest.raises(NotFound):
        everything_about(store, 99)
