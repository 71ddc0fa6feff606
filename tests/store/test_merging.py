"""Merging two members that are one household: what becomes of them, of their orders, mails and refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from store import Store, order_lines
from store.addresses import address_hash
from store.errors import Invalid, NotAllowed, NotFound
from store.exchange.report import FieldChange
from store.members import EmailState, Member, Person
from store.merging import merge, merge_preview, merges_of, undo_merge
from store.order_records import Entry
from store.preferences import STOP
from store.refusals import reason_to_hold
from store.segments import parse
from tests.offering import Offering
from tests.store.twins import enter, lines, person, refused_kinds, send, set_state, states, told, twins

# -- the household


def test_what_the_kept_one_says_stays_and_what_is_empty_is_filled(store: Store):
    keep, other = twins(store)
    preview = merge_preview(store, keep, other)
    merge(store, keep, other)
    kept = store.members.get(keep)
    odette, francois = kept.people
    assert (odette.name, odette.email, odette.phone_shown) == ("Odette Maréchal", "odette@exemple.fr", "02 40 11 22 33")
    assert (odette.mobile_shown, odette.email_state) == ("06 39 98 00 11", EmailState.HAS)
    assert francois.name == "François Petit"
    assert (kept.address1, kept.postal_code, kept.city, kept.language) == ("3 rue du Port", "44000", "Nantes", "fr")
    assert (kept.joined_on, kept.vip, kept.tags) == (date(2021, 2, 3), True, ("bio", "bread"))
    assert kept.notes == "Rings at six.\nHas a car."
    assert replace(preview.becomes, version=kept.version) == kept
    assert FieldChange("people", "", "Petit François") in preview.changes
    assert FieldChange("email", "", "odette@exemple.fr") in preview.changes
    assert not preview.left_out
    assert not preview.choose


def test_what_the_other_one_says_differently_is_named_before(store: Store):
    keep = store.members.add(Member(people=(Person("Odette", "Maréchal", "o@exemple.fr"),), city="Nantes"))
    other = store.members.add(
        Member(people=(Person("Odette", "Petit", "odette@exemple.fr"),), address1="3 rue du Port", city="Rezé")
    )
    preview = merge_preview(store, keep, other)
    assert preview.changes == ()
    assert {(c.field, c.before, c.after) for c in preview.left_out} == {
        ("last_name", "Maréchal", "Petit"),
        ("email", "o@exemple.fr", "odette@exemple.fr"),
        ("address1", "", "3 rue du Port"),
        ("city", "Nantes", "Rezé"),
    }
    merge(store, keep, other)
    # The street of another town would lead to the wrong house.
    assert store.members.get(keep).address1 == ""


@pytest.mark.parametrize(
    ("mine", "theirs", "address", "state"),
    [
        (("", EmailState.UNKNOWN), ("", EmailState.NONE), "", EmailState.NONE),
        (("", EmailState.NONE), ("o@exemple.fr", EmailState.HAS), "o@exemple.fr", EmailState.HAS),
        (("", EmailState.NONE), ("amap+3@exemple.fr", EmailState.UNKNOWN), "", EmailState.NONE),
        (("amap+3@exemple.fr", EmailState.UNKNOWN), ("o@exemple.fr", EmailState.HAS), "o@exemple.fr", EmailState.HAS),
        (("o@exemple.fr", EmailState.HAS), ("O@exemple.fr", EmailState.BOUNCED), "o@exemple.fr", EmailState.BOUNCED),
        (("a@exemple.fr", EmailState.BOUNCED), ("o@exemple.fr", EmailState.HAS), "o@exemple.fr", EmailState.HAS),
        (("a@exemple.fr", EmailState.HAS), ("o@exemple.fr", EmailState.HAS), "a@exemple.fr", EmailState.HAS),
    ],
)
def test_the_address_that_works_is_kept(store: Store, mine, theirs, address: str, state: EmailState):
    keep = store.members.add(Member(people=(Person("Odette", "Maréchal", *mine),)))
    other = store.members.add(Member(people=(Person("Odette", "Maréchal", *theirs),)))
    merge(store, keep, other)
    (person,) = store.members.get(keep).people
    assert (person.email, person.email_state) == (address, state)


def test_a_couple_that_shares_an_address_stays_two(store: Store):
    keep = store.members.add(Member(people=(Person("Hélène", "Guérin", "guerin@exemple.fr"),)))
    other = store.members.add(Member(people=(Person("François", "Guérin", "guerin@exemple.fr"),)))
    typo = store.members.add(Member(people=(Person("Helenne", "Guérin", "guerin@exemple.fr"),)))
    merge(store, keep, other)
    assert [p.first_name for p in store.members.get(keep).people] == ["Hélène", "François"]
    merge(store, keep, typo)
    assert [p.first_name for p in store.members.get(keep).people] == ["Hélène", "François"]


def test_of_more_than_two_people_somebody_says_which_two_stay(store: Store):
    keep = store.members.add(Member(people=(Person("Anne", "Roux"), Person("Yves", "Roux", "yves@exemple.fr"))))
    other = store.members.add(Member(people=(Person("Luc", "Roux"), Person("Anne", "Roux", "anne@exemple.fr"))))
    yves = store.members.get(keep).people[1].id
    store.members.set_preference(yves, "email", "targeted", False, "phone")
    preview = merge_preview(store, keep, other)
    assert preview.choose
    assert [p.first_name for p in preview.people] == ["Anne", "Yves", "Luc"]
    with pytest.raises(Invalid) as refused:
        merge(store, keep, other)
    assert (refused.value.field, refused.value.reason) == ("people", "choice")
    anne, yves, luc = (p.id for p in preview.people)
    for wrong in ((anne,), (anne, yves, luc), (anne, 999), ()):
        with pytest.raises(Invalid):
            merge(store, keep, other, wrong)
    merge(store, keep, other, (anne, luc))
    assert [(p.first_name, p.email) for p in store.members.get(keep).people] == [
        ("Anne", "anne@exemple.fr"),
        ("Luc", ""),
    ]
    again = store.members.add(Member(people=(Person("Yves", "Roux", "yves@exemple.fr"),)))
    assert refused_kinds(store, store.members.get(again).people[0].id) == {"targeted"}


def test_the_id_of_the_other_one_leads_to_the_kept_one(store: Store):
    keep, other = twins(store)
    third = store.members.add(Member(people=(Person("Odette", "Maréchal"),)))
    merge(store, keep, other)
    assert store.members.resolve(str(other)) == store.members.get(other).id == keep
    assert store.members.resolve("odette@exemple.fr") == keep
    assert [row.id for row in store.members.search("marechal").rows] == [keep, third]
    merge(store, third, keep)
    assert store.members.resolve(str(other)) == store.members.get(other).id == third
    assert [m.gone_name for m in merges_of(store, keep)] == [
        "Maréchal Odette / Petit François",
        "MARECHAL odette / Petit François",
    ]
    with pytest.raises(Invalid) as refused:
        store.members.archive(other, False)
    assert refused.value.reason == "gone"
    assert store.members.archive_many([other, keep], False) == 0


def test_what_cannot_be_merged_is_refused(store: Store, act_as: Callable[[str], Store]):
    keep, other = twins(store)
    third = store.members.add(Member(people=(Person("Yves", "Le Bihan"),)))
    with pytest.raises(Invalid) as refused:
        merge(store, keep, keep)
    assert refused.value.reason == "same"
    with pytest.raises(NotFound):
        merge(store, keep, 999)
    store.members.archive(third)
    with pytest.raises(Invalid) as refused:
        merge_preview(store, third, keep)
    assert refused.value.reason == "archived"
    merge(store, keep, other)
    for pair in ((keep, other), (other, keep)):
        with pytest.raises(Invalid) as refused:
            merge(store, *pair)
        assert refused.value.reason == "gone"
    catalogue = store.catalogues.add_catalogue("Miel", store.catalogues.add_producer("Miel"), "EUR")
    store.operators.add("gue", "Gué", "producer", catalogues=[catalogue])
    for forbidden in (merge, merge_preview):
        with pytest.raises(NotAllowed):
            forbidden(act_as("gue"), keep, third)


# -- orders


def test_two_orders_for_a_distribution_become_one_and_the_producers_are_told_the_same(store: Store, group: Offering):
    keep, other = twins(store)
    p = group.products
    store.orders.record(keep, group.next, [(p["tomatoes"], 1500), (p["chicken"], 1000)])
    store.orders.record(other, group.next, [(p["tomatoes"], 500), (p["eggs"], 2000)])
    store.orders.record(other, group.past, [(p["eggs"], 1000)])
    store.distributions.mark_recap_sent(group.next, group.catalogues["poultry"])
    store.orders.record(other, group.next, [(p["chicken"], 1000)])
    store.orders.record(group.members["paul"], group.next, [(p["duck"], 1000)])
    before = told(store, group.next)
    assert before["supplement"] == {p["chicken"]: 1000, p["duck"]: 1000}
    preview = merge_preview(store, keep, other)
    assert [(o.distribution_id, o.joined) for o in preview.orders] == [(group.past, False), (group.next, True)]
    merge(store, keep, other)
    assert told(store, group.next) == before
    with store.reading() as t:
        joined = order_lines.confirmed_order(t, keep, group.next)
        assert joined is not None
        assert order_lines.quantities(t, joined["id"]) == {p["tomatoes"]: 2000, p["chicken"]: 2000, p["eggs"]: 2000}
    assert [(line.product_name, line.before, line.after) for line in store.orders.late_lines()] == [
        ("Poulet fermier", 1000, 2000),
        ("Canette", 0, 1000),
    ]
    assert {row.distribution_id for row in store.orders.of_member(keep)} == {group.next, group.past}
    assert store.orders.of_member(other) == ()
    assert store.orders.summary(group.next).orders == 2
    # The household changes its order by phone: the change starts from all that it has.
    basket = store.orders.open_basket(keep, group.next)
    assert {line.product.id: line.quantity for line in basket.lines} == {
        p["tomatoes"]: 2000, p["chicken"]: 2000, p["eggs"]: 2000
    }  # fmt: skip


def test_a_price_that_rose_between_the_two_orders_is_still_owed(store: Store, group: Offering):
    keep, other = twins(store)
    store.orders.record(keep, group.next, [(group.products["wheat"], 1000)])
    with store.writing() as t:
        t.execute("UPDATE products SET price = 300 WHERE id = ?", (group.products["wheat"],))
    store.orders.record(other, group.next, [(group.products["wheat"], 2000)])
    merge(store, keep, other)
    (order,) = store.orders.of_member(keep, cancelled=True)
    assert order.totals == {"EUR": 215 + 600}


def test_two_baskets_become_one_that_can_be_confirmed(store: Store, group: Offering):
    keep, other = twins(store)
    tomatoes, eggs, spelt = (group.products[name] for name in ("tomatoes", "eggs", "spelt"))
    enter(store, keep, group.next, (tomatoes, 1000), (tomatoes, 2000))
    enter(store, other, group.next, (tomatoes, 500), (eggs, 1000), (spelt, 1000), (spelt, 0))
    merge(store, keep, other)
    assert lines(store, keep) == {"basket": {tomatoes: 2500, eggs: 1000}}
    basket = store.orders.open_basket(keep, group.next)
    assert basket.entries == 6
    taken_back = store.orders.undo(store.orders.undo(basket.id).id)
    assert {line.product.id: line.quantity for line in taken_back.lines} == {tomatoes: 2500, eggs: 1000}
    assert store.orders.confirm(basket.id).totals == {"EUR": 975 + 240}
    assert store.orders.open_baskets() == ()


@pytest.mark.parametrize("keep_first", [True, False])
def test_an_order_and_a_change_of_another_order_become_one_change(store: Store, group: Offering, keep_first: bool):
    one, two = twins(store)
    tomatoes, eggs = group.products["tomatoes"], group.products["eggs"]
    store.orders.record(one, group.next, [(tomatoes, 1000)])
    store.orders.record(two, group.next, [(tomatoes, 3000), (eggs, 2000)])
    enter(store, two, group.next, (eggs, 1000))
    keep, other = (one, two) if keep_first else (two, one)
    merge(store, keep, other)
    assert lines(store, keep) == {"confirmed": {tomatoes: 4000, eggs: 2000}, "basket": {tomatoes: 4000, eggs: 1000}}
    basket = store.orders.look(keep, group.next)
    assert [(line.product.id, line.before, line.quantity) for line in basket.lines if line.before != line.quantity] == [
        (eggs, 2000, 1000)
    ]
    store.orders.confirm(basket.id)
    assert lines(store, keep) == {"confirmed": {tomatoes: 4000, eggs: 1000}}


@pytest.mark.parametrize("keep_first", [True, False])
def test_a_basket_and_an_order_become_a_change_of_it(store: Store, group: Offering, keep_first: bool):
    one, two = twins(store)
    tomatoes, eggs = group.products["tomatoes"], group.products["eggs"]
    store.orders.record(one, group.next, [(tomatoes, 1000)])
    enter(store, two, group.next, (tomatoes, 2000), (eggs, 1000))
    keep, other = (one, two) if keep_first else (two, one)
    merge(store, keep, other)
    assert lines(store, keep) == {"confirmed": {tomatoes: 1000}, "basket": {tomatoes: 3000, eggs: 1000}}
    confirmed = store.orders.confirm(store.orders.look(keep, group.next).id)
    assert confirmed.totals == {"EUR": 1170 + 240}


def test_a_phone_order_that_was_begun_before_the_merge_is_the_households(store: Store, group: Offering):
    keep, other = twins(store)
    tomatoes, eggs = group.products["tomatoes"], group.products["eggs"]
    basket = enter(store, other, group.next, (tomatoes, 1000))
    merge(store, keep, other)
    store.orders.enter(basket, Entry("eggs", eggs, 0, 1000))
    assert store.orders.look(other, group.next).member_id == keep
    assert store.orders.open_basket(other, group.past).member_id == keep
    store.orders.confirm(basket)
    store.orders.record(other, group.next, [(eggs, 1000)])
    assert lines(store, keep)["confirmed"] == {tomatoes: 1000, eggs: 2000}
    assert lines(store, other) == {}


def test_a_basket_whose_order_was_changed_meanwhile_keeps_what_it_changes(store: Store, group: Offering):
    keep, other = twins(store)
    tomatoes, eggs = group.products["tomatoes"], group.products["eggs"]
    store.orders.record(keep, group.next, [(tomatoes, 1000)])
    enter(store, keep, group.next, (eggs, 2000))
    store.orders.record(keep, group.next, [(tomatoes, 1000)])
    store.orders.record(other, group.next, [(tomatoes, 500), (eggs, 1000)])
    merge(store, keep, other)
    basket = store.orders.open_basket(keep, group.next)
    assert {line.product.id: line.quantity for line in basket.lines} == {tomatoes: 2500, eggs: 3000}


# -- messages


def test_what_both_received_is_the_households(store: Store):
    keep, other = twins(store)
    odette, francois = person(store, other), person(store, other, 1)
    first, mails = send(
        store,
        {keep: "unreachable", other: "email"},
        [("odette@exemple.fr", 0, [(odette, other)]), ("francois@exemple.fr", 0, [(francois, other)])],
    )
    for mail in mails:
        set_state(store, mail, "sent")
    assert merge_preview(store, keep, other).messages == 1
    merge(store, keep, other)
    rows = store.messages.recipients(first)
    assert {(row.member_id, row.reach, row.address) for row in rows} == {
        (keep, "email", "odette@exemple.fr"),
        (keep, "email", "francois@exemple.fr"),
    }
    assert [row.id for row in store.members.search("", segment=parse(f"nobody + received(message={first})")).rows] == [
        keep
    ]


def test_nobody_gets_a_mail_twice_because_of_a_merge(store: Store):
    keep = store.members.add(Member(people=(Person("Odette", "Maréchal", "odette@exemple.fr"),)))
    other = store.members.add(Member(people=(Person("Odette", "Marechal", "odette@exemple.fr"),)))
    mine, theirs = person(store, keep), person(store, other)
    both = {keep: "email", other: "email"}

    def frozen(one: str, two: str) -> tuple[int, int]:
        _message, mails = send(
            store,
            both,
            [("odette@exemple.fr", keep, [(mine, keep)]), ("odette@exemple.fr", other, [(theirs, other)])],
        )
        for mail, state in zip(mails, (one, two), strict=True):
            set_state(store, mail, state)
        return mails[0], mails[1]

    pairs = {states: frozen(*states) for states in (
        ("ready", "ready"), ("ready", "sent"), ("sent", "held"), ("sending", "unknown"), ("unknown", "ready"),
        ("failed", "ready"), ("sent", "sent"),
    )}  # fmt: skip
    shared, _mails = send(store, both, [("odette@exemple.fr", 0, [(mine, keep), (theirs, other)])])
    assert merge_preview(store, keep, other).held == 4
    merge(store, keep, other)
    found = states(store)
    became = {before: tuple(found[mail][0] for mail in mails) for before, mails in pairs.items()}
    assert became == {
        ("ready", "ready"): ("ready", "held"),
        ("ready", "sent"): ("held", "sent"),
        ("sent", "held"): ("sent", "held"),
        ("sending", "unknown"): ("sending", "unknown"),
        ("unknown", "ready"): ("unknown", "held"),
        ("failed", "ready"): ("failed", "ready"),
        ("sent", "sent"): ("sent", "sent"),
    }
    store.deliveries.release("all")
    assert found == states(store)
    assert [row.member_id for row in store.messages.recipients(shared)] == [keep]


def test_a_mail_to_the_address_that_is_not_kept_goes_only_where_no_other_does(store: Store):
    keep = store.members.add(Member(people=(Person("Odette", "Maréchal", "o@exemple.fr"),)))
    other = store.members.add(Member(people=(Person("Odette", "Maréchal", "odette@exemple.fr"),)))
    mine, theirs = person(store, keep), person(store, other)
    to_both = [("o@exemple.fr", 0, [(mine, keep)]), ("odette@exemple.fr", 0, [(theirs, other)])]
    _message, (first, second) = send(store, {keep: "email", other: "email"}, to_both)
    _message, (only,) = send(store, {other: "email"}, to_both[1:])
    assert merge_preview(store, keep, other).held == 1
    merge_id = merge(store, keep, other)
    with store.reading() as t:
        assert [reason_to_hold(t, mail) for mail in (first, only)] == [None, None]
    assert {mail: states(store)[mail][0] for mail in (first, second, only)} == {
        first: "ready",
        second: "held",
        only: "ready",
    }
    undo_merge(store, merge_id)
    assert set(states(store).values()) == {("ready", "")}
    with store.reading() as t:
        assert [reason_to_hold(t, mail) for mail in (first, second, only)] == [None] * 3


def test_a_call_that_was_made_counts_for_both(store: Store):
    keep, other = twins(store)
    message, _mails = send(store, {keep: "unreachable", other: "opted_out"}, [])
    with store.writing() as t:
        t.execute(
            "UPDATE recipients SET call_state = 'called', call_at = ?, call_by = 1 WHERE member_id = ?",
            (t.stamp, other),
        )
    merge(store, keep, other)
    with store.reading() as t:
        rows = [tuple(row) for row in t.all("SELECT member_id, reach, call_state, call_by FROM recipients")]
    assert rows == [(keep, "opted_out", "called", 1)]
    assert [row.member_id for row in store.messages.recipients(message)] == [keep]


# -- refusals


def test_a_refusal_of_either_holds(store: Store):
    keep, other = twins(store)
    mine, theirs = person(store, keep), person(store, other)
    store.members.set_preferences(mine, {("email", "pickup"): False, ("email", "measured"): True}, "phone")
    store.members.set_preferences(
        theirs, {("email", "targeted"): False, ("sms", "opening"): False, ("email", "measured"): False}, "form"
    )
    with store.writing() as t:
        t.execute("UPDATE preferences SET source = ? WHERE kind = 'targeted'", (STOP,))
    assert set(merge_preview(store, keep, other).refusals) == {
        ("Odette Maréchal", "email targeted"),
        ("Odette Maréchal", "sms opening"),
        ("Odette Maréchal", "email measured"),
    }
    merge(store, keep, other)
    assert refused_kinds(store, mine) == {"pickup", "targeted"}
    assert refused_kinds(store, mine, "sms") == {"opening"}
    held = {(p.channel, p.kind): p for p in store.members.all_preferences(mine)}
    assert held["email", "targeted"].stopped
    assert not held["email", "measured"].allowed


def test_the_refusal_of_an_address_that_is_not_kept_stays_with_it(store: Store):
    keep = store.members.add(Member(people=(Person("Odette", "Maréchal", "o@exemple.fr"),)))
    other = store.members.add(Member(people=(Person("Odette", "Maréchal", "odette@exemple.fr"),)))
    store.members.set_preference(person(store, other), "email", "targeted", False, "phone")
    merge(store, keep, other)
    with store.reading() as t:
        assert t.value(
            "SELECT kind FROM suppressions WHERE address_hash = ?", (address_hash("odette@exemple.fr"),)
        ) == ("targeted")


# -- what else speaks of a member


def test_ids_answers_roles_and_picks_follow(store: Store):
    keep, other = twins(store)
    producer = store.catalogues.add_producer("Ferme du Gué", member_id=other)
    catalogue = store.catalogues.add_catalogue("Légumes", producer, "EUR")
    store.operators.add("odette", "Odette", "phone_desk")
    segment = store.segments.save("Bread", parse(f"nobody + member(ids={keep},{other})"))
    draft = store.messages.new(parse(f"everyone - member(ids={other})"), "News", "Hello")
    with store.writing() as t:
        for member_id, external in ((keep, "12"), (other, "57")):
            t.insert("external_ids", source="cagette", external_id=external, member_id=member_id)
            t.insert("catalogue_contacts", catalogue_id=catalogue, member_id=member_id)
        t.insert("import_answers", kind="member", source="camap", key="odette", target_id=other, at=t.stamp)
        t.insert("import_answers", kind="product", source="camap", key="bread", target_id=other, at=t.stamp)
        t.execute("UPDATE operators SET member_id = ? WHERE login = 'odette'", (other,))
    preview = merge_preview(store, keep, other)
    assert preview.external_ids == (("cagette", "57"),)
    assert set(preview.roles) == {"Ferme du Gué", "Légumes", "Odette"}
    assert set(preview.picked) == {"Bread", "News"}
    merge(store, keep, other)
    assert store.catalogues.contacts(catalogue) == (keep,)
    with store.reading() as t:
        assert [row[0] for row in t.all("SELECT member_id FROM external_ids")] == [keep, keep]
        assert t.value("SELECT member_id FROM producers") == t.value(
            "SELECT member_id FROM operators WHERE login = 'odette'"
        ) == keep  # fmt: skip
        answers = {row["kind"]: row["target_id"] for row in t.all("SELECT kind, target_id FROM import_answers")}
    assert answers == {"member": keep, "product": other}
    saved = next(s for s in store.segments.saved() if s.id == segment)
    assert saved.segment == parse(f"nobody + member(ids={keep})")
    assert store.messages.get(draft).segment == parse(f"everyone - member(ids={keep})")
