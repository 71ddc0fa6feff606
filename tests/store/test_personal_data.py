"""What the group knows of somebody: everything, for the one who asks."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from store import Store
from store.errors import NotAllowed, NotFound
from store.merging import merge
from store.people import Member, Person
from store.personal_data import everything_about
from tests import known_member
from tests.known_member import FRANCOIS, HELENE
from tests.offering import Offering


@pytest.fixture
def helene(store: Store, group: Offering) -> int:
    return known_member.fill(store, group)


def test_everything_that_is_stored_is_told(store, helene):
    data = everything_about(store, helene)
    assert [person["email"] for person in data.member["people"]] == [HELENE, FRANCOIS]
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
    assert data.calls is not None
    assert [(call.day, call.state, call.by) for call in data.calls] == [("2026-11-26", "called", "Marie")]
    assert [(message.title, message.reach) for message in data.messages] == [("Nouveautés", "email")]
    assert [(kept.address, kept.state) for kept in data.mails] == [(HELENE, "failed"), (FRANCOIS, "ready")]
    assert [what for what, _at in data.mails[0].measures] == ["opened"]
    assert [(one.kind, one.address, one.said, one.state) for one in data.came_back] == [
        ("unclear", HELENE, f"Undelivered: {HELENE}", "open"), ("stop_word", FRANCOIS, "stop, François", "open")
    ]  # fmt: skip
    assert [(one.code, one.amount, one.state) for one in data.vouchers] == [("BON-GUE77", 500, "open")]
    assert data.mails[0].attempts[0].answer == f"<{HELENE}>: no such user"
    assert {(deed.by, deed.action) for deed in data.journal} >= {
        ("Marie", "member.added"), ("Marie", "member.preference"), ("Marie", "order.recorded"),
        ("Marie", "came_back.noted"),
    }  # fmt: skip
    assert [(role.kind, role.name) for role in data.roles] == [("operator", "marie")]
    assert data.imports == (("cagette", "guerinois helene / francois"),)
    assert data.listed_in == ("Voisins",)


def test_it_is_json_as_it_stands(store, helene):
    data = asdict(everything_about(store, helene))
    assert json.loads(json.dumps(data, ensure_ascii=False))["member"]["people"][0]["first_name"] == "Hélène"


def test_nothing_of_another_member_is_in_it(store, helene, group):
    text = json.dumps(asdict(everything_about(store, group.members["odette"])), ensure_ascii=False)
    assert "Guérinois" not in text
    assert "helene" not in text


def test_what_one_may_not_see_is_left_out_and_said(store, helene, act_as):
    store.operators.add("tresor", "Trésorière", "treasurer")
    store.operators.add("paul", "Paul", "phone_desk")
    assert everything_about(act_as("tresor"), helene).orders is None
    desk = everything_about(act_as("paul"), helene)
    assert (desk.messages, desk.mails, desk.vouchers, desk.came_back) == (None, None, None, None)
    assert not any(deed.action.startswith("came_back") for deed in desk.journal)
    assert desk.orders


def test_what_one_may_not_see_is_told_by_no_other_way(store, helene, act_as):
    keep = store.members.add(Member(people=(Person("Hélène", "Guérinois"), Person("François", "Guérinois"))))
    merge(store, keep, helene)
    store.operators.add("tresor", "Trésorière", "treasurer")
    store.operators.add("paul", "Paul", "phone_desk")
    whole, treasurer, desk = (everything_about(act_as(login), keep) for login in ("marie", "tresor", "paul"))
    assert {"orders", "recipients"} <= whole.merges[0].before["rows"].keys()
    assert "order.recorded" in {deed.action for deed in whole.journal}
    assert "orders" not in treasurer.merges[0].before["rows"]
    assert not any(deed.action.startswith(("order.", "basket.")) for deed in treasurer.journal)
    assert "recipients" not in desk.merges[0].before["rows"]


def test_a_producer_is_told_nothing(store, helene, group, act_as):
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[group.catalogues["poultry"]])
    with pytest.raises(NotAllowed):
        everything_about(act_as("rigaud"), helene)


def test_nobody_is_nobody(store):
    with pytest.raises(NotFound):
        everything_about(store, 99)
