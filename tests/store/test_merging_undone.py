"""Undoing a merge: all is as before, what came since is not lost, and what cannot be undone is said."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import Store, merging
from store.came_back_records import Kind, Note
from store.errors import Invalid, MergeChanged, NotFound
from store.members import EmailState, Member, Person
from store.merging import merge, merge_preview, merges_of, undo_merge
from store.order_records import Entry
from store.preferences import KINDS
from store.segments import parse
from tests.offering import Offering
from tests.store.posted import household, note, post
from tests.store.twins import dump, enter, lines, person, refused_kinds, send, set_state, states, told, twins


def everything(store: Store, group: Offering) -> tuple[int, int]:
    """Two households with all that a merge has to put together."""
    keep, other = twins(store)
    p = group.products
    for member_id, kind in ((keep, "pickup"), (other, "targeted")):
        store.members.set_preference(person(store, member_id), "email", kind, False, "phone")
    store.orders.record(keep, group.next, [(p["tomatoes"], 1000), (p["chicken"], 1000)])
    store.distributions.mark_recap_sent(group.next, group.catalogues["poultry"])
    store.orders.record(other, group.next, [(p["tomatoes"], 500), (p["chicken"], 1000), (p["eggs"], 1000)])
    store.orders.record(other, group.past, [(p["eggs"], 2000)])
    enter(store, keep, group.next, (p["eggs"], 1000))
    enter(store, other, group.next, (p["tomatoes"], 2000), (p["wheat"], 1000))
    enter(store, other, group.past, (p["wheat"], 1000))
    mine, theirs, francois = person(store, keep), person(store, other), person(store, other, 1)
    _message, mails = send(
        store,
        {keep: "unreachable", other: "email"},
        [
            ("odette@exemple.fr", 0, [(theirs, other)]),
            ("francois@exemple.fr", 0, [(francois, other)]),
            ("shared@exemple.fr", keep, [(mine, keep)]),
            ("shared@exemple.fr", other, [(theirs, other)]),
        ],
    )
    set_state(store, mails[0], "sent")
    store.lists.mark_call(group.next, keep, "not_reached")
    store.lists.mark_call(group.next, other, "called")
    store.lists.mark_call(group.past, other, "nothing")
    catalogue = group.catalogues["veg"]
    store.segments.save("Bread", parse(f"nobody + member(ids={keep},{other})"))
    store.messages.new(parse(f"nobody + member(ids={other})"), "Draft", "Hello")
    with store.writing() as t:
        t.insert("external_ids", source="cagette", external_id="57", member_id=other)
        t.insert("catalogue_contacts", catalogue_id=catalogue, member_id=other)
        for delivery, person_id, at in ((mails[0], theirs, "2026-11-20"), (mails[3], theirs, "2026-11-21")):
            t.execute("INSERT INTO measures VALUES (?, ?, ?, 'opened', ?)", (delivery, person_id, other, at))
        for number, member_id in enumerate((keep, other)):
            t.insert(
                "vouchers", member_id=member_id, code=f"V{number}", amount=500, currency="EUR", made_at=t.stamp,
                state_at=t.stamp,
            )  # fmt: skip
        t.insert("import_answers", kind="member", source="camap", key="odette", target_id=other, at=t.stamp)
    return keep, other


def test_all_is_as_before_and_can_be_merged_again(store: Store, group: Offering):
    keep, other = everything(store, group)
    before, producers = dump(store), told(store, group.next)
    merge_id = merge(store, keep, other)
    household = store.members.get(keep)
    assert told(store, group.next) == producers
    with store.reading() as t:
        calls = [tuple(row) for row in t.all("SELECT distribution_id, member_id, state FROM call_backs ORDER BY 1")]
        opened = [tuple(row) for row in t.all("SELECT person_id, member_id FROM measures")]
        assert t.value("SELECT count(*) FROM vouchers WHERE member_id = ?", (keep,)) == 2
    assert opened == [(person(store, keep), keep)] * 2
    assert calls == [(group.past, keep, "nothing"), (group.next, keep, "not_reached")]
    assert [(m.id, m.by, m.undone_at) for m in merges_of(store, other)] == [(merge_id, "Marie", None)]
    undone = undo_merge(store, merge_id)
    assert undone.undone_at is not None
    assert dump(store) == before
    assert [row.id for row in store.members.search("odette").rows] == [group.members["odette"], keep, other]
    with pytest.raises(Invalid) as refused:
        undo_merge(store, merge_id)
    assert refused.value.reason == "undone"
    with pytest.raises(NotFound):
        undo_merge(store, 99)
    merge(store, keep, other)
    assert replace(store.members.get(keep), version=household.version) == household
    assert told(store, group.next) == producers


def test_who_was_chosen_among_more_than_two_goes_back(store: Store, group: Offering):
    keep = store.members.add(
        Member(people=(Person("Anne", "Roux"), Person("Yves", "Roux", "yves@exemple.fr", phone="06 39 98 00 33")))
    )
    other = store.members.add(Member(people=(Person("Luc", "Roux"), Person("Anne", "Roux", "anne@exemple.fr"))))
    store.members.set_preference(person(store, keep, 1), "email", "targeted", False, "phone")
    everybody = {p.first_name: p.id for p in merge_preview(store, keep, other).people}
    before = dump(store)
    for first, second in (("Anne", "Luc"), ("Yves", "Luc"), ("Anne", "Yves")):
        undo_merge(store, merge(store, keep, other, (everybody[first], everybody[second])))
        assert dump(store) == before


def test_what_came_since_is_not_lost(store: Store, group: Offering, hands):
    keep, other = everything(store, group)
    merge_id = merge(store, keep, other)
    hands.at += timedelta(minutes=1)
    p = group.products
    # An order that went over gets a line, and a new mail goes to somebody who goes back.
    store.orders.record(keep, group.past, [(p["spelt"], 1000)])
    francois = person(store, keep, 1)
    _message, (mail,) = send(store, {keep: "email"}, [("francois@exemple.fr", 0, [(francois, keep)])])
    store.members.set_preference(person(store, keep), "email", "opening", False, "phone")
    undo_merge(store, merge_id)
    assert lines(store, other)["confirmed"][p["spelt"]] == 1000
    with store.reading() as t:
        assert t.value("SELECT member_id FROM delivery_people WHERE delivery_id = ?", (mail,)) == other
    assert refused_kinds(store, person(store, keep)) == {"pickup", "opening"}
    assert refused_kinds(store, person(store, other)) == {"targeted", "opening"}


def test_a_stop_said_since_stays(store: Store):
    keep = store.members.add(Member(people=(Person("Odette", "Maréchal", "o@exemple.fr"),)))
    other = store.members.add(Member(people=(Person("Odette", "Maréchal", "odette@exemple.fr"),)))
    store.members.set_preference(person(store, other), "email", "targeted", False, "phone")
    merge_id = merge(store, keep, other)
    with store.writing() as t:
        from store.preferences import STOP, suppress

        suppress(t, "odette@exemple.fr", "targeted", STOP)
    undo_merge(store, merge_id)
    (preference,) = (
        p for p in store.members.all_preferences(person(store, other)) if (p.channel, p.kind) == ("email", "targeted")
    )
    assert preference.stopped


def test_what_came_back_since_goes_back_with_its_person(store: Store):
    keep = household(store, "o@exemple.fr")
    other = store.members.get(store.members.add(Member(people=(Person("Odette", "Maréchal", "odette@exemple.fr"),))))
    mails = post(store, keep, other)
    before = note(store, Kind.STOP_WORD, mails[1], "odette@exemple.fr")
    merge_id = merge(store, keep.id or 0, other.id or 0)
    since = [note(store, Kind.UNCLEAR, mail) for mail in mails]
    assert {one.member_id for one in store.came_back.list()} == {keep.id}
    store.came_back.accept(before.id, "stop")
    undo_merge(store, merge_id)
    found = {one.id: one.member_id for one in store.came_back.list()}
    assert found[before.id] == other.id
    assert found[since[0].id] == keep.id
    assert "targeted" in refused_kinds(store, person(store, other.id or 0))


def test_what_was_sent_or_held_since_stays_so(store: Store, group: Offering):
    keep, other = everything(store, group)
    waiting = [i for i, (state, _reason) in states(store).items() if state == "ready"]
    merge_id = merge(store, keep, other)
    held = next(i for i in waiting if states(store)[i] == ("held", "merged"))
    for mail in waiting:
        if mail != held:
            set_state(store, mail, "sent")
    with store.writing() as t:
        t.execute("UPDATE deliveries SET reason = 'too_late' WHERE id = ?", (held,))
    undo_merge(store, merge_id)
    assert states(store)[held] == ("held", "too_late")
    assert {states(store)[mail][0] for mail in waiting if mail != held} == {"sent"}


def change_the_member(store: Store, group: Offering, keep: int) -> None:
    store.members.save(replace(store.members.get(keep), notes="deaf"))


def change_the_order(store: Store, group: Offering, keep: int) -> None:
    store.orders.record(keep, group.next, [(group.products["tomatoes"], 1000)])


def confirm_the_basket(store: Store, group: Offering, keep: int) -> None:
    store.orders.confirm(store.orders.look(keep, group.next).id)


def allow_again(store: Store, group: Offering, keep: int) -> None:
    store.members.set_preference(person(store, keep), "email", "targeted", True, "phone")


def remove_somebody(store: Store, group: Offering, keep: int) -> None:
    member = store.members.get(keep)
    store.members.save(replace(member, people=member.people[:1]))


def merge_again(store: Store, group: Offering, keep: int) -> None:
    merge(store, group.members["yves"], keep, tuple(
        p.id for p in merge_preview(store, group.members["yves"], keep).people[:2]
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("change", "what", "day"),
    [
        (change_the_member, "member", None),
        (change_the_order, "order", date(2026, 11, 26)),
        (confirm_the_basket, "order", None),
        (allow_again, "preference", None),
        (remove_somebody, "member", None),
        (merge_again, "merged", None),
    ],
)
def test_what_was_changed_since_cannot_be_undone_and_is_named(store: Store, group: Offering, change, what, day):
    keep, other = everything(store, group)
    merge_id = merge(store, keep, other)
    change(store, group, keep)
    before = dump(store)
    with pytest.raises(MergeChanged) as refused:
        undo_merge(store, merge_id)
    assert (refused.value.what, refused.value.day) == (what, day)
    assert dump(store) == before


@pytest.mark.parametrize("act", ["merge", "undo"])
def test_a_fault_leaves_nothing_half_done(store: Store, group: Offering, monkeypatch: pytest.MonkeyPatch, act: str):
    keep, other = everything(store, group)
    merge_id = merge(store, keep, other) if act == "undo" else 0

    def fail(*_arguments: object) -> None:
        raise RuntimeError

    before, number = dump(store), store.change_number()
    monkeypatch.setattr(merging, "index_again", fail)
    with pytest.raises(RuntimeError):
        undo_merge(store, merge_id) if merge_id else merge(store, keep, other)
    assert dump(store) == before
    assert store.change_number() == number


# -- any two households

NAMES = ("Odette", "odette", "Odete", "Paul", "")
ADDRESSES = ("", "odette@exemple.fr", "paul@exemple.fr", "amap+3@exemple.fr")
NUMBERS = ("", "06 39 98 00 11", "02 40 11 22 33")
people = st.builds(
    Person,
    first_name=st.sampled_from(NAMES),
    last_name=st.sampled_from(("Maréchal", "Petit")),
    email=st.sampled_from(ADDRESSES),
    email_state=st.sampled_from(EmailState),
    phone=st.sampled_from(NUMBERS),
    mobile=st.sampled_from(NUMBERS),
)
quantity = st.integers(0, 3).map(lambda n: n * 1000)
order = st.fixed_dictionaries({"tomatoes": quantity, "eggs": quantity, "chicken": quantity})
households = st.fixed_dictionaries(
    {
        "people": st.lists(people, min_size=1, max_size=2),
        "city": st.sampled_from(("", "Nantes", "Rezé")),
        "tags": st.lists(st.sampled_from(("bio", "Bio", "bread")), unique=True),
        "refuses": st.sets(st.tuples(st.integers(0, 1), st.sampled_from(("email", "sms")), st.sampled_from(KINDS))),
        "orders": st.lists(st.tuples(order, st.booleans()), max_size=2),
        "mails": st.lists(
            st.tuples(st.integers(0, 1), st.sampled_from(("ready", "held", "sent", "sending", "unknown", "failed"))),
            max_size=2,
        ),
    }
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=households, two=households, recap=st.booleans())
def test_merging_any_two_and_undoing_it_changes_nothing(
    offering_file: tuple[Path, Offering], hands, one, two, recap: bool
):
    filled, group = offering_file
    with TemporaryDirectory(dir=filled.parent) as folder:
        store = Store(shutil.copy(filled, Path(folder) / "group.cabas"), "marie", hands)
        ids = [
            store.members.add(Member(people=tuple(h["people"]), city=h["city"], tags=tuple(h["tags"])))
            for h in (one, two)
        ]
        for number in range(2):
            for member_id, home in zip(ids, (one, two), strict=True):
                _order(store, group, member_id, home["orders"][number : number + 1])
            if recap and not number:
                store.distributions.mark_recap_sent(group.next, group.catalogues["poultry"])
        for member_id, home in zip(ids, (one, two), strict=True):
            _wishes(store, member_id, home["refuses"])
        _mails(store, ids, (one, two))
        _merge_and_undo(store, group, *ids)
        store.close()


def _order(store: Store, group: Offering, member_id: int, orders: list) -> None:
    for amounts, confirmed in orders:
        found = [(group.products[name], n) for name, n in amounts.items() if n]
        if confirmed and found:
            store.orders.record(member_id, group.next, found)
        elif not confirmed:
            basket = store.orders.open_basket(member_id, group.next)
            for product_id, n in found:
                line = basket.line(product_id)
                before = 0 if line is None else line.quantity
                basket = store.orders.enter(basket.id, Entry("x", product_id, before, n))


def _wishes(store: Store, member_id: int, refuses: set) -> None:
    known = store.members.get(member_id).people
    for place, channel, kind in sorted(refuses):
        if place < len(known):
            store.members.set_preference(known[place].id or 0, channel, kind, False, "phone")


def _mails(store: Store, ids: list[int], households: tuple) -> None:
    mails, wanted = [], []
    for member_id, one in zip(ids, households, strict=True):
        known = store.members.get(member_id).people
        for place, state in dict(one["mails"]).items():
            if place < len(known):
                address = known[place].email or f"{place}@exemple.fr"
                if (address, member_id) not in [(mail[0], mail[1]) for mail in mails]:
                    mails.append((address, member_id, [(known[place].id or 0, member_id)]))
                    wanted.append(state)
    _message, sent = send(store, dict.fromkeys(ids, "email"), mails)
    for mail, state in zip(sent, wanted, strict=True):
        set_state(store, mail, state)
        store.came_back.note(Note(f"{mail}", Kind.UNCLEAR, store.stamp(), "", mail))
    with store.writing() as t:
        # Two who share an address may both have opened the first mail, one of them first.
        for mail, (_address, member_id, mine) in [*zip(sent, mails, strict=True), *((sent[0], m) for m in mails[1:])]:
            values = (mail, mine[0][0], member_id, f"2026-11-{20 - mine[0][0] % 9}")
            t.execute("INSERT OR IGNORE INTO measures VALUES (?, ?, ?, 'opened', ?)", values)


def wanted(store: Store, *members: int) -> dict[int, int]:
    """What these members would get if their baskets were confirmed: quantities by product."""
    found: dict[int, int] = {}
    for member_id in members:
        mine = lines(store, member_id)
        for product_id, n in mine.get("basket", mine.get("confirmed", {})).items():
            found[product_id] = found.get(product_id, 0) + n
    return {product_id: n for product_id, n in found.items() if n}


def _first_opened(measures: list[dict[str, Any]], *members: int) -> dict[int, str]:
    """When each mail was first opened by one of these members."""
    found: dict[int, str] = {}
    for row in measures:
        if row["member_id"] in members:
            found[row["delivery_id"]] = min(row["at"], found.get(row["delivery_id"], row["at"]))
    return found


def _merge_and_undo(store: Store, group: Offering, keep: int, other: int) -> None:
    before, producers = dump(store), told(store, group.next)
    both = wanted(store, keep, other)
    refused = {(p["person_id"], p["channel"], p["kind"]) for p in before["preferences"] if not p["allowed"]}
    preview = merge_preview(store, keep, other)
    chosen = tuple(p.id or 0 for p in preview.people[:2]) if preview.choose else None
    preview = merge_preview(store, keep, other, chosen)
    merge_id = merge(store, keep, other, chosen)
    merged = store.members.get(keep)
    assert replace(preview.becomes, version=merged.version) == merged
    assert told(store, group.next) == producers
    for row in merged.people:
        assert {(row.id, c, k) for i, c, k in refused if i == row.id} <= {
            (row.id, p.channel, p.kind) for p in store.members.preferences(row.id or 0) if not p.allowed
        }
    assert wanted(store, keep) == both
    with store.reading() as t:
        mails = [dict(row) for row in t.all("SELECT id, address_key, state FROM deliveries")]
    for mail in mails:
        others = [m["state"] for m in mails if m["address_key"] == mail["address_key"] and m is not mail]
        assert mail["state"] != "ready" or not {"ready", "sending", "unknown", "sent"} & {*others}
    was = {row["id"]: row["state"] for row in before["deliveries"]}
    assert all(was[m["id"]] == m["state"] for m in mails if was[m["id"]] not in ("ready", "held"))
    assert {row["member_id"] for row in dump(store)["came_back"]} <= {keep}
    assert _first_opened(dump(store)["measures"], keep) == _first_opened(before["measures"], keep, other)
    undo_merge(store, merge_id)
    assert dump(store) == before
