"""To whom goes what goes out by itself, how many they are, and where two mails meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from store import Store
from store.members import Member
from store.occurrences import OccurrenceState, already, segment_of
from store.people import Person
from store.reach import count
from store.segments import parse
from store.workflow_records import Audience, NewStep, Place, Scope, Timing, Trigger
from tests.offering import Offering
from tests.store.automatic import (
    GROUP,
    LAST_CALL,
    PICK_UP,
    THANKS,
    WELCOME,
    attached,
    meant,
    of,
    went,
)
from tests.store.conftest import Hands
from tests.store.posted import household


def test_who_is_meant_of_each_audience(store: Store, offering: Offering, hands: Hands) -> None:
    members, veg, flour = offering.members, offering.catalogues["veg"], offering.catalogues["flour"]
    store.orders.record(members["odette"], offering.next, [(offering.products["eggs"], 1000)])
    store.orders.record(members["paul"], offering.next, [(offering.products["wheat"], 1000)])
    ids = sorted(members.values())
    segments = {
        Audience.ALL: ids,
        Audience.ORDERED: sorted([members["odette"], members["paul"]]),
        Audience.NOT_ORDERED: [members["yves"]],
        Audience.SEGMENT: [members["paul"], members["yves"]],
    }
    segment = parse(f"everyone & ordered(distribution=next) - member(ids={members['odette']}) + never_ordered")
    steps = [replace(PICK_UP, audience=audience, segment=segment, subject=audience.value) for audience in segments]
    far = store.distributions.add(date(2026, 12, 17), "18:00", "19:30", "Here", [veg, flour])
    # By then "next" is another distribution than the one that was spoken of.
    for step in attached(store, *steps):
        near, other = of(store, step)
        assert (near.distribution_id, other.distribution_id) == (offering.next, far)
        assert meant(store, near) == segments[step.audience], step.audience
    by_catalogue = attached(store, *steps[:3], place=Place(Scope.CATALOGUE, catalogue_id=veg))
    found = {step.audience: of(store, step)[0] for step in by_catalogue}
    assert {one.key for one in found.values()} == {f"distribution:{offering.next}/catalogue:{veg}"}
    assert meant(store, found[Audience.ORDERED]) == [members["odette"]]
    assert meant(store, found[Audience.NOT_ORDERED]) == sorted([members["paul"], members["yves"]])
    assert meant(store, found[Audience.ALL]) == ids


def test_what_one_member_does_reaches_that_member_if_the_audience_lets_it(
    store: Store, offering: Offering, hands: Hands
) -> None:
    first = replace(THANKS, audience=Audience.SEGMENT, segment=parse("everyone - orders(at_least=2)"), subject="First")
    nudge = replace(WELCOME, timing=Timing.AFTER, days=14, hour="10:00", audience=Audience.NOT_ORDERED, subject="Nudge")
    thanks, only_first = attached(store, THANKS, first)
    welcome, later_on = attached(store, WELCOME, nudge, place=GROUP)
    eggs, odette = offering.products["eggs"], offering.members["odette"]
    for day in (
        offering.next,
        store.distributions.add(date(2026, 12, 3), "18:00", "19:30", "Here", offering.catalogues.values()),
    ):
        store.orders.record(odette, day, [(eggs, 1000)])
    new = store.members.add(Member((Person("Zoé", "Petit"),), joined_on=date(2026, 11, 21)))
    store.members.add(Member((Person("Old", "Petit"),), joined_on=date(2026, 11, 20)))
    assert [meant(store, one) for one in of(store, thanks)] == [[odette], [odette]]
    assert [meant(store, one) for one in of(store, only_first)] == [[], []]
    # Who joined before the day of the attaching is greeted by nobody.
    assert [(one.member_id, meant(store, one)) for one in of(store, welcome)] == [(new, [new])]
    asked = of(store, later_on)[0]
    assert (asked.due, meant(store, asked)) == (datetime(2026, 12, 5, 9, 0, tzinfo=UTC), [new])
    store.orders.record(new, offering.next, [(eggs, 1000)])
    assert meant(store, asked) == []


def test_on_the_day_itself_only_who_is_written_down_after_the_attaching_is_greeted(
    store: Store, offering: Offering, hands: Hands
) -> None:
    def join(name: str) -> int:
        added = store.members.add(Member((Person(name, "Petit"),), joined_on=date(2026, 11, 21)))
        hands.at += timedelta(minutes=5)
        return added

    join("Before")
    later = replace(WELCOME, timing=Timing.AFTER, days=3, hour="10:00", subject="Later")
    welcome, after = attached(store, WELCOME, later, place=GROUP)
    new, imported = join("Zoé"), join("Imported")
    with store.writing() as t:
        t.execute("DELETE FROM journal WHERE action = 'member.added' AND subject_id = ?", (imported,))
    assert [one.member_id for one in of(store, welcome)] == [new]
    assert [one.member_id for one in of(store, after)] == [new]
    changed = store.workflows.save_step(replace(after, timing=Timing.AT_ONCE))
    assert of(store, changed) == [], "what goes at once goes to who comes from now on"
    newest = join("Newest")
    assert [one.member_id for one in of(store, changed)] == [newest]
    hands.at += timedelta(days=1)
    tomorrow = store.members.add(Member((Person("Demain", "Petit"),), joined_on=date(2026, 11, 22)))
    with store.writing() as t:
        t.execute("DELETE FROM journal WHERE action = 'member.added' AND subject_id = ?", (tomorrow,))
    assert tomorrow in [one.member_id for one in of(store, welcome)], "joined later than that, however they came"


def test_withdrawn_it_goes_again_to_who_has_not_got_it(store: Store, offering: Offering, hands: Hands) -> None:
    (step,) = attached(store, replace(PICK_UP, audience=Audience.ALL))
    got, both = household(store, "odette@exemple.fr"), household(store, "a@exemple.fr", "b@exemple.fr")
    hands.at = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
    (one,) = of(store, step)
    row = went(store, one, got, both)
    assert of(store, step) == []
    with store.writing() as t:
        t.execute("UPDATE occurrences SET state = 'withdrawn', reason = 'moved'")
        t.execute("UPDATE deliveries SET state = 'held', reason = 'withdrawn' WHERE address = 'b@exemple.fr'")
    store.distributions.move(offering.next, 1, date(2026, 11, 28), "18:00", "19:30", "Here")
    (again,) = of(store, step)
    assert (again.id, again.state, again.due.day) == (row, OccurrenceState.WITHDRAWN, 27)
    assert got.id not in meant(store, again)
    assert both.id in meant(store, again)
    with store.reading() as t:
        assert already(t, again) == {("odette@exemple.fr", got.id), ("a@exemple.fr", both.id)}
    assert store.occurrences.people(again).mails == 1
    assert store.occurrences.meetings([again]) == {}  # what went of it before is no other mail
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'unknown'")
    assert both.id not in meant(store, again)
    assert store.occurrences.people(again).mails == 0
    store.occurrences.skip(step.id, again.key)
    assert store.occurrences.unskip(step.id, again.key).state is OccurrenceState.WITHDRAWN


def test_people_are_counted_as_a_message_counts_them(store: Store, offering: Offering, hands: Hands) -> None:
    shared = [household(store, "both@exemple.fr") for _ in range(2)]
    refuses = household(store, "no@exemple.fr")
    store.members.set_preferences(refuses.people[0].id, {("email", "pickup"): False}, "phone")
    store.orders.record(shared[0].id, offering.next, [(offering.products["eggs"], 1000)])
    all_of, own_order, last_call = attached(
        store,
        replace(PICK_UP, audience=Audience.ALL),
        replace(PICK_UP, audience=Audience.ALL, text="{{ order.lines }}"),
        replace(LAST_CALL, days=0),
    )
    recap = attached(store, NewStep(Trigger.RECAP, subject="Recap", text="x"))[0]
    kinds = {all_of.id: "pickup", own_order.id: "pickup", last_call.id: "last_call"}
    coming = store.occurrences.coming()
    counts = store.occurrences.counts(coming)
    for one in coming:
        found = counts[(one.step.id, one.key)]
        if one.step.id == recap.id:
            assert found.mails == 0  # no producer here has an address
            continue
        with store.reading() as t:
            per_member = one.step.id == own_order.id
            assert found == count(t, segment_of(t, one), kinds[one.step.id], mail_per_member=per_member)
    assert counts[(own_order.id, f"distribution:{offering.next}")].mails == 2
    assert counts[(all_of.id, f"distribution:{offering.next}")].mails == 1


def test_two_mails_to_the_same_people_meet(store: Store, offering: Offering, hands: Hands) -> None:
    odette, paul = household(store, "odette@exemple.fr"), household(store, "paul@exemple.fr")
    store.orders.record(odette.id, offering.next, [(offering.products["eggs"], 1000)])
    store.distributions.set_hours(offering.next, offering.catalogues["poultry"], None, datetime(2026, 11, 24, 20, 0))
    everyone = replace(PICK_UP, audience=Audience.ALL, label="To all", days=2)
    to_all, to_ordered, far = attached(store, everyone, PICK_UP, replace(PICK_UP, timing=Timing.AFTER, days=9))
    kept = store.messages.new(parse(f"nobody + member(ids={paul.id})"), "News", "Hello")
    store.messages.schedule(kept, datetime(2026, 11, 23, 9, 0))
    went(store, replace(of(store, far)[0], key="distribution:1"), paul, state="sent")
    hands.at = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    coming = store.occurrences.coming(60)
    met = {
        step_id: {(one.title, one.members, one.with_ is None) for one in found}
        for (step_id, _key), found in store.occurrences.meetings(coming).items()
    }
    assert met == {
        to_all.id: {("Pick-up", 1, False), ("News", 1, True)},
        to_ordered.id: {("To all", 1, False)},
    }
    hands.at = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    store.occurrences.skip(to_ordered.id, f"distribution:{offering.next}")
    titles = [one.title for found in store.occurrences.meetings(store.occurrences.coming(60)).values() for one in found]
    assert titles == ["News"]
    store.settings.set_limits(automatic_days=0)
    assert store.occurrences.meetings(coming) == {}
