"""What people refuse is never lost: not with the person, not with the address, and not by what an operator lifts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from store import Store
from store.errors import ChangedElsewhere, Invalid, NotAllowed, NotFound
from store.members import EmailState, Member, Person
from store.preferences import CHANNELS, EVERYTHING, KINDS, STOP, suppress
from store.reach import count
from store.segments import EVERYONE
from tests.offering import fill
from tests.store.twins import enter, send


@pytest.fixture
def guerin(store: Store) -> Member:
    """A couple with an address each."""
    return store.members.get(
        store.members.add(
            Member(
                people=(
                    Person("Hélène", "Guérin", "helene@exemple.fr", mobile="06 39 98 01 02"),
                    Person("François", "Guérin", "francois@exemple.fr"),
                )
            )
        )
    )


def add(store: Store, address: str, mobile: str = "") -> Person:
    """Somebody new with this address."""
    return store.members.get(
        store.members.add(Member(people=(Person("Luc", "Aubert", address, mobile=mobile),)))
    ).people[0]


def refused(store: Store, person: Person, channel: str = "email") -> list[str]:
    found = store.members.all_preferences(person.id or 0)
    return [p.kind for p in found if p.channel == channel and not p.allowed and p.kind != "measured"]


def refuse(store: Store, person: Person, *kinds: str, channel: str = "email") -> None:
    store.members.set_preferences(person.id or 0, {(channel, kind): False for kind in kinds}, "by phone")


def test_every_channel_and_kind_is_told_with_when_and_by_whom(store: Store, guerin: Member):
    helene = guerin.people[0]
    number = store.change_number()
    wanted = {("email", "targeted"): False, ("sms", "pickup"): False, ("email", "measured"): True}
    assert store.members.set_preferences(helene.id, wanted, "by phone") == 3
    assert store.change_number() == number + 1
    assert store.members.set_preferences(helene.id, wanted, "by phone") == 0
    assert store.change_number() == number + 1
    told = store.members.all_preferences(helene.id)
    assert [(p.channel, p.kind) for p in told] == [(c, k) for c in CHANNELS for k in KINDS]
    assert {(p.channel, p.kind): p.allowed for p in told if p.since} == wanted
    assert {(p.by, p.source) for p in told if p.since} == {("Marie", "by phone")}
    assert {(p.channel, p.kind) for p in told if not p.since and not p.allowed} == {("sms", "measured")}
    with pytest.raises(NotFound):
        store.members.all_preferences(999)
    with pytest.raises(Invalid):
        store.members.set_preferences(helene.id, {("email", "targeted"): True, ("post", "targeted"): True}, "")
    assert refused(store, helene) == ["targeted"]


def test_a_person_who_is_removed_takes_no_refusal_along(store: Store, guerin: Member):
    helene, francois = guerin.people
    refuse(store, helene, "targeted", "pickup")
    refuse(store, helene, "opening", channel="sms")
    store.members.save(replace(guerin, people=(francois,)))
    back = add(store, "Helene@Exemple.fr", "+33 6 39 98 01 02")
    assert refused(store, back) == ["pickup", "targeted"]
    assert refused(store, back, "sms") == ["opening"]
    assert refused(store, francois) == []
    with store.reading() as t:
        assert count(t, EVERYONE, "targeted").opted_out == 1
        # What an operator wrote down does not stop a service message.
        assert count(t, EVERYONE, "targeted", service=True).opted_out == 0


def test_an_address_that_changes_owner_stays_refused_and_its_person_too(store: Store, guerin: Member):
    helene, francois = guerin.people
    refuse(store, helene, "targeted")
    saved = store.members.save(
        replace(guerin, people=(replace(helene, email="h@exemple.fr"), replace(francois, email="helene@exemple.fr")))
    )
    assert [p.email for p in saved.people] == ["h@exemple.fr", "helene@exemple.fr"]
    assert [refused(store, p) for p in saved.people] == [["targeted"], ["targeted"]]
    assert refused(store, add(store, "francois@exemple.fr")) == []


def test_an_archived_member_who_comes_back_under_a_new_id_still_refuses(store: Store, guerin: Member):
    refuse(store, guerin.people[0], "targeted")
    assert store.members.archive_many([guerin.id or 0]) == 1
    assert refused(store, add(store, "helene@exemple.fr")) == ["targeted"]


def test_the_two_of_a_household_change_places_with_all_that_is_theirs(store: Store, guerin: Member):
    helene, francois = guerin.people
    refuse(store, helene, "targeted")
    _message, (mail,) = send(
        store, {guerin.id or 0: "email"}, [("helene@exemple.fr", 0, [(helene.id or 0, guerin.id or 0)])]
    )
    swapped = store.members.swap(guerin.id or 0, guerin.version)
    assert [(p.id, p.first_name) for p in swapped.people] == [(francois.id, "François"), (helene.id, "Hélène")]
    assert [refused(store, p) for p in swapped.people] == [[], ["targeted"]]
    assert swapped.name == "Guérin François & Hélène"
    assert [row.name for row in store.members.search("guerin f").rows] == [swapped.name]
    with store.reading() as t:
        assert t.value("SELECT person_id FROM delivery_people WHERE delivery_id = ?", (mail,)) == helene.id
        assert t.value("SELECT count(*) FROM members") == 1
    with pytest.raises(ChangedElsewhere):
        store.members.swap(guerin.id or 0, guerin.version)
    alone = store.members.save(replace(swapped, people=swapped.people[:1]))
    with pytest.raises(Invalid):
        store.members.swap(alone.id or 0, alone.version)


def test_two_typed_into_each_others_place_stay_who_they_are(store: Store, guerin: Member):
    helene, francois = guerin.people
    refuse(store, helene, "targeted")
    typed = tuple(
        replace(place, first_name=other.first_name, email=other.email, phone=other.phone, mobile=other.mobile)
        for place, other in ((helene, francois), (francois, helene))
    )
    saved = store.members.save(replace(guerin, people=typed))
    assert [(p.first_name, refused(store, p)) for p in saved.people] == [("François", []), ("Hélène", ["targeted"])]
    # Names alone that were exchanged are a correction: the refusal is the address's.
    corrected = store.members.save(
        replace(
            saved,
            people=(replace(saved.people[0], first_name="Hélène"), replace(saved.people[1], first_name="François")),
        )
    )
    assert [(p.email, refused(store, p)) for p in corrected.people] == [
        ("francois@exemple.fr", []),
        ("helene@exemple.fr", ["targeted"]),
    ]


def test_who_replaces_a_person_is_told_nothing_of_them_but_mails_stay_known(store: Store, guerin: Member):
    helene, francois = guerin.people
    _message, (mail,) = send(
        store, {guerin.id or 0: "email"}, [("francois@exemple.fr", 0, [(francois.id or 0, guerin.id or 0)])]
    )
    store.members.save(replace(guerin, people=(helene,)))
    with store.reading() as t:
        assert tuple(
            t.one("SELECT person_id, member_id FROM delivery_people WHERE delivery_id = ?", (mail,)) or ()
        ) == (
            helene.id,
            guerin.id,
        )


def test_what_an_operator_wrote_is_lifted_when_the_person_wants_mail_again(store: Store, guerin: Member):
    helene = guerin.people[0]
    refuse(store, helene, "targeted", "pickup")
    store.members.save(replace(guerin, people=guerin.people[1:]))
    back = add(store, "helene@exemple.fr")
    assert store.members.set_preferences(back.id, {("email", "targeted"): True}, "by phone") == 1
    assert refused(store, back) == ["pickup"]
    lifted = next(p for p in store.members.preferences(back.id) if p.kind == "targeted")
    assert (lifted.allowed, lifted.by, lifted.source) == (True, "Marie", "by phone")


@pytest.mark.parametrize("kind", ["targeted", EVERYTHING])
def test_a_stop_stays_until_the_person_says_otherwise(store: Store, guerin: Member, kind: str):
    helene = guerin.people[0]
    with store.writing() as t:
        suppress(t, "helene@exemple.fr", kind, STOP)
    (told,) = (p for p in store.members.all_preferences(helene.id) if (p.channel, p.kind) == ("email", "targeted"))
    assert told.stopped
    with pytest.raises(Invalid) as held:
        store.members.set_preferences(helene.id, {("email", "targeted"): True}, "operator")
    assert (held.value.field, held.value.reason) == ("preference", "stopped")
    store.members.set_preferences(helene.id, {("email", "targeted"): True}, "by phone", said_so=True)
    others = [other for other in KINDS if other not in ("targeted", "measured")]
    assert refused(store, helene) == ([] if kind == "targeted" else others)
    with store.reading() as t:
        row = t.one("SELECT operator_id, detail FROM journal ORDER BY id DESC LIMIT 1")
    assert row is not None
    assert row["operator_id"] == store.operators.me().id
    assert '"lifted": ["email targeted"]' in row["detail"]


def test_a_stop_written_for_the_person_outlives_them_as_a_stop(store: Store, guerin: Member):
    helene = guerin.people[0]
    refuse(store, helene, "targeted")
    with store.writing() as t:
        t.execute("UPDATE preferences SET source = ?", (STOP,))
    with pytest.raises(Invalid):
        store.members.set_preference(helene.id, "email", "targeted", True, "operator")
    store.members.save(replace(guerin, people=guerin.people[1:]))
    back = add(store, "helene@exemple.fr")
    with pytest.raises(Invalid):
        store.members.set_preference(back.id, "email", "targeted", True, "operator")
    with store.reading() as t:
        assert count(t, EVERYONE, "targeted", service=True).opted_out == 1


# -- what is known of an address


def test_an_address_that_came_back_stays_so_until_it_is_changed_or_vouched_for(store: Store, guerin: Member):
    bounced = store.members.save(
        replace(guerin, people=(replace(guerin.people[0], email_state=EmailState.BOUNCED), guerin.people[1]))
    )

    def save(**values: object) -> EmailState:
        person = replace(bounced.people[0], **values)
        known = store.members.get(bounced.id or 0)
        return (
            store.members.save(replace(bounced, people=(person, bounced.people[1]), version=known.version))
            .people[0]
            .email_state
        )

    assert save(first_name="Helene") is EmailState.BOUNCED
    assert save(email="Helene@exemple.fr", email_state=EmailState.UNKNOWN) is EmailState.BOUNCED
    assert save(email_state=EmailState.HAS) is EmailState.HAS
    assert save(email_state=EmailState.BOUNCED) is EmailState.BOUNCED
    assert save(email="h@exemple.fr") is EmailState.HAS
    assert save(email="h@exemple.fr", email_state=EmailState.BOUNCED) is EmailState.BOUNCED


def test_a_made_up_address_is_vouched_for_or_is_none(store: Store):
    made_up = add(store, "amap+103@exemple.fr")
    assert made_up.email_state is EmailState.PLACEHOLDER
    member = store.members.get(store.members.resolve("aubert"))
    vouched = store.members.save(replace(member, people=(replace(made_up, email_state=EmailState.HAS),)))
    assert vouched.people[0].email_state is EmailState.HAS
    again = replace(vouched.people[0], phone="06 39 98 00 00", email_state=EmailState.UNKNOWN)
    vouched = store.members.save(replace(vouched, people=(again,)))
    assert vouched.people[0].email_state is EmailState.HAS
    none = store.members.save(replace(vouched, people=(replace(again, email_state=EmailState.NONE),)))
    assert (none.people[0].email, none.people[0].email_state) == ("", EmailState.NONE)


# -- several members at once


def test_several_are_marked_as_one_change(store: Store, guerin: Member, act_as: Callable[[str], Store]):
    luc = store.members.add(Member(people=(Person("Luc", "Aubert"),)))
    ids = [guerin.id or 0, luc]
    number = store.change_number()
    assert store.members.star_many(ids, True) == 2
    assert store.change_number() == number + 1
    assert store.members.star_many(ids, True) == 0
    assert store.change_number() == number + 1
    assert store.members.star_many(ids[:1], False) == 1
    assert store.members.tag_many(ids, " Bio ", True) == 2
    assert store.members.tag_many(ids[:1], "bread", True) == 1
    assert store.members.tag_many(ids, "bio", True) == 0
    assert store.members.tags() == ("Bio", "bread")
    assert store.members.tag_many(ids, "BIO", False) == 2
    assert store.members.get(guerin.id or 0).tags == ("bread",)
    for wrong in ("", " ", "a,b"):
        with pytest.raises(Invalid):
            store.members.tag_many(ids, wrong, True)
    with pytest.raises(NotFound):
        store.members.star_many([*ids, 999], True)
    assert store.members.archive_many(ids) == 2
    assert store.members.tags() == ()
    assert store.members.archive_many(ids, False) == 2
    with pytest.raises(ChangedElsewhere):
        store.members.save(replace(guerin, notes="deaf"))
    store.operators.add("ann", "Ann", "writer")
    with store.writing() as t:
        t.execute("DELETE FROM rights WHERE operator_id = (SELECT id FROM operators WHERE login = 'ann')")
    with pytest.raises(NotAllowed):
        act_as("ann").members.star_many(ids, True)


def test_places_known_so_far_are_offered(store: Store):
    for place in ("Treillières", "Nantes", "Treillières", ""):
        store.members.add(Member(people=(Person("Luc"),), pickup_place=place))
    assert store.members.pickup_places() == ("Treillières", "Nantes")


def test_who_is_expected_at_a_distribution_is_named_before_archiving(store: Store, guerin: Member):
    group = fill(store)
    odette = group.members["odette"]
    store.orders.record(guerin.id or 0, group.next, [(group.products["eggs"], 1000)])
    store.orders.record(guerin.id or 0, group.past, [(group.products["eggs"], 1000)])
    store.orders.open_basket(odette, group.next)
    assert [(e.member_id, e.state, e.day.isoformat()) for e in store.members.expected([guerin.id or 0, odette])] == [
        (guerin.id, "confirmed", "2026-11-26")
    ]
    enter(store, odette, group.next, (group.products["eggs"], 1000))
    assert {(e.name, e.state) for e in store.members.expected([guerin.id or 0, odette])} == {
        ("Guérin Hélène & François", "confirmed"),
        ("Maréchal Odette", "basket"),
    }


@pytest.mark.parametrize("source", ["stop", "STOP", " Stop ", "“STOP”", "stop."])
def test_a_stop_is_one_however_an_operator_writes_it_also_over_a_refusal_by_phone(
    store: Store, guerin: Member, source: str
):
    first = guerin.people[0]
    refuse(store, first, "targeted")
    assert store.members.set_preferences(first.id or 0, {("email", "targeted"): False}, "phone") == 0
    assert store.members.set_preferences(first.id or 0, {("email", "targeted"): False}, source) == 1
    (told,) = (p for p in store.members.all_preferences(first.id or 0) if (p.channel, p.kind) == ("email", "targeted"))
    assert (told.source, told.stopped) == (STOP, True)
    assert store.members.set_preferences(first.id or 0, {("email", "targeted"): False}, "phone") == 0, "it stays one"
    with store.reading() as t:
        assert count(t, EVERYONE, "targeted", service=True).mails == 1
