"""Why one member is in or out, since when somebody refuses, and which other messages the same people get."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mail.composing import freeze
from store import Store, merging
from store.erasing import erase
from store.errors import Invalid, NotAllowed, NotFound
from store.mailbox import MailboxSettings
from store.people import EmailState, Member, Person
from store.preferences import suppress
from store.segments import EVERYONE, NOBODY, Reach, leave_out, parse

MAILBOX = MailboxSettings("localhost", 1025, "none", "amap", "amap@exemple.fr")


def add(store: Store, *people: Person, **more) -> int:
    return store.members.add(Member(tuple(people), **more))


def person(store: Store, member: int, place: int = 0) -> int:
    return store.members.get(member).people[place].id or 0


@pytest.fixture
def helene(store: Store) -> int:
    """Two people at two addresses."""
    return add(
        store, Person("Hélène", "Guérin", "helene@exemple.fr", mobile="06 39 98 00 01"),
        Person("François", "Guérin", "francois@exemple.fr"), vip=True,
    )  # fmt: skip


def test_the_way_says_where_a_member_comes_in_and_which_rules_find_it(store: Store, helene: int):
    fate = store.segments.fate(parse("vip + vip & no_email + has_mobile"), helene)
    assert fate.inside == (False, True, True, False, True)
    assert fate.found == (True, True, False, True)
    assert (fate.selected, fate.reach, fate.phone) == (True, Reach.EMAIL, "06 39 98 00 01")
    out = store.segments.fate(NOBODY, helene)
    assert (out.selected, out.inside, out.found, out.reach) == (False, (False,), (), Reach.EMAIL)
    with pytest.raises(NotFound):
        store.segments.fate(EVERYONE, 4711)


def test_each_person_is_told_with_address_and_what_keeps_mail_from_it(store: Store, hands, helene: int):
    hands.at = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    store.members.set_preference(person(store, helene), "email", "targeted", False, "phone")
    fate = store.segments.fate(EVERYONE, helene)
    assert fate.reach is Reach.EMAIL
    first, second = fate.people
    assert (first.name, first.address, first.state) == ("Hélène Guérin", "helene@exemple.fr", EmailState.HAS)
    assert first.refused is not None
    assert (first.refused.kind, first.refused.by, first.refused.source) == ("targeted", "Marie", "phone")
    assert first.refused.since == "2026-03-02T23:30:00.000000Z"
    assert (first.gets_mail, second.gets_mail, second.refused) == (False, True, None)
    assert store.segments.fate(EVERYONE, helene, "opening").people[0].refused is None
    assert store.segments.fate(EVERYONE, helene, service=True).people[0].gets_mail


def test_of_two_who_refuse_the_list_names_the_last_and_stop_counts_before_what_was_typed(
    store: Store, hands, helene: int
):
    for day, place in ((1, 1), (5, 0)):
        hands.at = datetime(2026, 11, day, 12, tzinfo=UTC)
        store.members.set_preference(person(store, helene, place), "email", "targeted", False, "phone")
    (listed,) = store.segments.people(EVERYONE).opted_out
    assert listed.refused is not None
    assert (listed.addresses, listed.refused.since[:10], listed.refused.stopped) == ((), "2026-11-05", False)
    with store.writing() as t:
        suppress(t, "helene@exemple.fr", "all", "stop")
        t.execute("UPDATE suppressions SET since = '2026-11-09T12:00:00.000000Z'")
    (listed,) = store.segments.people(EVERYONE).opted_out
    assert listed.refused is not None
    assert (listed.refused.since[:10], listed.refused.stopped, listed.refused.by) == ("2026-11-09", True, "")
    service = store.segments.people(EVERYONE, service=True)
    assert [one.addresses for one in service.reached] == [("francois@exemple.fr",)]
    assert service.reached[0].refused is None
    assert store.segments.fate(EVERYONE, helene, service=True).people[0].refused == listed.refused


def test_what_was_refused_for_an_address_before_holds_but_for_service_messages(store: Store, helene: int):
    with store.writing() as t:
        suppress(t, "francois@exemple.fr", "targeted", "kept")
    refused = store.segments.fate(EVERYONE, helene).people[1].refused
    assert refused is not None
    assert (refused.source, refused.stopped) == ("kept", False)
    assert store.segments.fate(EVERYONE, helene, service=True).people[1].refused is None


def test_without_a_usable_address_the_state_of_it_and_the_phone_are_told(store: Store):
    bounced = Person("Yves", "Le Bihan", "yves@exemple.fr", EmailState.BOUNCED, phone="06 39 98 03 04")
    fate = store.segments.fate(EVERYONE, add(store, bounced))
    assert (fate.reach, fate.phone) == (Reach.UNREACHABLE, "06 39 98 03 04")
    assert (fate.people[0].state, fate.people[0].gets_mail) == (EmailState.BOUNCED, False)


def test_who_is_archived_erased_or_merged_has_a_fate_too(store: Store, helene: int):
    other = add(store, Person("Hélène", "Guérin", "helene@exemple.fr"))
    merging.merge(store, helene, other)
    assert store.segments.fate(EVERYONE, other).member_id == helene
    store.members.archive(helene)
    fate = store.segments.fate(EVERYONE, helene)
    assert (fate.archived, fate.erased, fate.selected, fate.inside, fate.found) == (True, False, False, (), ())
    assert "Guérin" in fate.name
    erase(store, helene)
    fate = store.segments.fate(EVERYONE, helene)
    assert (fate.erased, fate.archived, fate.selected, fate.name) == (True, True, False, "erased member")
    assert not any(one.address or one.name for one in fate.people)


# -- overlap


def send(store: Store, words: str, label: str = "News") -> int:
    message = store.messages.new(parse(words), "Subject", "Text", label)
    freeze(store, message)
    return message


@pytest.fixture
def sent(store: Store, helene: int) -> int:
    """A message that everybody got: Hélène, François, Yves and, at Yves's address, Anne."""
    store.mailbox.set(MAILBOX)
    add(store, Person("Yves", "Le Bihan", "yves@exemple.fr"))
    add(store, Person("Anne", "Petit", "yves@exemple.fr"))
    add(store, Person("Odette", "Maréchal"))
    return send(store, "everyone")


def test_whoever_has_another_message_is_counted_by_member_not_by_mail(store: Store, sent: int, hands):
    (one,) = store.segments.overlap(EVERYONE)
    assert (one.message_id, one.title, one.kind, one.at, one.kept) == (sent, "News", "targeted", hands.at, False)
    assert (one.members, one.selected) == (3, 3)
    assert store.segments.overlap(parse("vip"))[0].members == 1
    assert store.segments.overlap(parse("no_email")) == ()
    assert store.segments.overlap(EVERYONE, message_id=sent) == ()
    assert store.segments.count(leave_out(EVERYONE, sent)).email == 0


def test_only_the_messages_of_the_last_days_count_as_the_limit_says(store: Store, sent: int, hands):
    at = hands.at
    hands.at = at + timedelta(days=14)
    assert [one.message_id for one in store.segments.overlap(EVERYONE)] == [sent]
    hands.at = at + timedelta(days=14, microseconds=1)
    assert store.segments.overlap(EVERYONE) == ()
    store.settings.set_limits(overlap_days=15)
    assert [one.message_id for one in store.segments.overlap(EVERYONE)] == [sent]
    store.settings.set_limits(overlap_days=0)
    assert store.segments.overlap(EVERYONE) == ()


def test_a_message_kept_for_an_hour_counts_until_it_is_taken_back(store: Store, helene: int, hands):
    kept = store.messages.new(parse("vip"), "Soon", "Text")
    store.messages.schedule(kept, datetime(2026, 11, 25, 18, 0))
    far = store.messages.new(parse("vip"), "Far", "Text")
    store.messages.schedule(far, datetime(2026, 12, 24, 18, 0))
    (one,) = store.segments.overlap(EVERYONE)
    assert (one.message_id, one.at, one.kept) == (kept, datetime(2026, 11, 25, 17, 0, tzinfo=UTC), True)
    hands.at = datetime(2026, 11, 26, 12, tzinfo=UTC)  # its hour has come, and nothing has sent it yet
    assert [one.message_id for one in store.segments.overlap(EVERYONE)] == [kept]
    store.messages.unschedule(kept)
    assert store.segments.overlap(EVERYONE) == ()


def test_a_kept_message_about_a_distribution_that_is_none_keeps_nothing_from_being_counted(store: Store, helene: int):
    kept = store.messages.new(parse("everyone - ordered(distribution=next)"), "Soon", "Text")
    store.messages.schedule(kept, datetime(2026, 11, 25, 18, 0))
    assert store.segments.overlap(EVERYONE) == ()
    assert store.segments.count(leave_out(EVERYONE, kept)).selected == 1


def test_those_of_most_members_come_first_and_only_so_many(store: Store, sent: int):
    fewer = [send(store, "vip", f"M{number}") for number in range(6)]
    found = store.segments.overlap(EVERYONE)
    assert [one.members for one in found] == [3, 1, 1, 1, 1]
    assert found[0].message_id == sent
    assert found[1].message_id == fewer[-1]
    assert len(store.segments.overlap(EVERYONE, limit=2)) == 2


def test_leaving_out_is_one_step_and_does_not_exceed_sixty(store: Store):
    assert leave_out(leave_out(EVERYONE, 7), 7) == parse("everyone - written_to(7)")
    full = parse("everyone" + " - vip" * 60)
    with pytest.raises(Invalid):
        leave_out(full, 7)


def test_overlap_is_for_who_may_see_messages(store: Store, act_as, helene: int):
    store.operators.add("tel", "Tel", "phone_desk")
    desk = act_as("tel")
    with pytest.raises(NotAllowed):
        desk.segments.overlap(EVERYONE)
    assert desk.segments.fate(EVERYONE, helene).selected
    catalogue = store.catalogues.add_catalogue("Oeufs", store.catalogues.add_producer("Le Pré"), "EUR")
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[catalogue])
    producer = act_as("rigaud")
    for forbidden in (
        lambda: producer.segments.fate(EVERYONE, helene),
        lambda: producer.segments.offered(),
        lambda: producer.segments.named("x"),
        lambda: producer.segments.rename(1, "x"),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
