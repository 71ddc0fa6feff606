"""What a message brought: every figure is reckoned anew from plain data, of groups that chance made."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from store import Store
from store.errors import Invalid, NotFound
from store.preferences import suppress
from store.result_records import Results
from store.segments import EVERYONE
from tests.store.result_world import MESSAGE, TODAY, WENT, Bought, Household, Line, Sold, World, random_world

SEEDS = 12


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_figure_is_what_a_plain_reading_says(store, seed):
    world = random_world(seed)
    world.write(store)
    found = store.results.of(MESSAGE)
    days, before = world.span(), world.before()
    for name in ("written", "others", "everybody"):
        _same_group(world, found, name, name, days)
    _same_group(world, found, "before", "written", before)
    _same_reach(world, found)
    _same_money(world, found, days)
    _same_curves(world, found, days)
    _same_recipients(world, store, days)


def _same_group(world: World, found: Results, name: str, who: str, days: list[date]) -> None:
    group, members = getattr(found, name), world.who(who)
    orders = world.orders(members, days)
    assert (group.came_back, group.orders) == (len({number for number, _order in orders}), len(orders)), name
    ordered = {number for number, _order in orders}
    still = {number for number in members if not world.households[number].archived}
    assert group.members == len(ordered | still if name == "everybody" else members)
    assert group.percent is None or group.percent <= 100
    turnover = {currency: world.money(members, days, currency)[0] for currency in ("EUR", "SOL")}
    assert {currency: group.turnover.get(currency, 0) for currency in turnover} == turnover
    for currency, cents in group.turnover.items():
        assert group.per_member[currency] == (cents * 2 + group.members) // (group.members * 2)


def _same_reach(world: World, found: Results) -> None:
    selected = [h for h in world.households.values() if h.selected]
    reach = found.reach
    by = {"email": reach.email, "sms": reach.sms, "letter": reach.letters, "csv": reach.csv, "call": reach.calls}
    assert {**by, "": reach.opted_out} == {w: sum(h.hears_by == w for h in selected) for w in (*by, "")}
    assert reach.selected == len(selected) == sum(by.values()) + reach.opted_out
    members = sum(not h.archived for h in world.households.values())
    now = (members, sum(h.mobile for h in selected))
    assert (reach.members, reach.mobile) == (now if world.then is None else (77, 77))
    assert reach.then is (world.then is not None)
    for counts, channel in ((found.mails, "email"), (found.sms, "sms")):
        mails = [h.mail for h in selected if h.mail and (h.hears_by == "sms") == (channel == "sms")]
        assert {s: getattr(counts, s) for s in set(mails)} == {s: mails.count(s) for s in set(mails)}
        assert counts.total == len(mails)
    assert found.opted_out_since == sum(h.refused.startswith("after") and h.hears_by != "" for h in selected)


def _same_money(world: World, found: Results, days: list[date]) -> None:
    written, everybody = world.who("written"), world.who("everybody")
    seen = {line.currency for line in world.lines(everybody, days)} or {"EUR"}
    assert {one.currency for one in found.money} == seen
    for one in found.money:
        mine = world.money(written, days, one.currency)
        assert (one.turnover, one.margin, one.uncosted, one.estimated) == mine
        all_ = world.money(everybody, days, one.currency)
        assert (one.group_turnover, one.group_margin, one.group_uncosted) == all_[:3]
    units = {one.unit: one.quantity for one in found.quantities}
    assert units == {unit: world.quantity(written, days, unit) for unit in units}
    assert sum(world.quantity(written, days, unit) for unit in {"piece", "kg", "l"} - units.keys()) == 0


def _same_curves(world: World, found: Results, days: list[date]) -> None:
    curves, written, everybody = found.curves, world.who("written"), world.who("everybody")
    assert found.known_since == world.known()
    shown = [day for day in days if found.known_since and found.known_since <= day] or days[-1:]
    assert curves.days == tuple(shown)
    assert found.span.days == len(days)
    for place, last in enumerate(shown):
        so_far = [day for day in days if day <= last]
        orders = world.orders(written, so_far)
        assert curves.came_back[place] == len({number for number, _order in orders})
        assert curves.orders[place] == len(orders)
        for curve in curves.money:
            mine, all_ = (world.money(who, so_far, curve.currency) for who in (written, everybody))
            assert (curve.turnover[place], curve.margin[place]) == mine[:2]
            assert (curve.group_turnover[place], curve.group_margin[place]) == all_[:2]
        for one in curves.quantities:
            assert one.quantity[place] == world.quantity(written, so_far, one.unit)


def _same_recipients(world: World, store: Store, days: list[date]) -> None:
    rows = store.results.recipients(MESSAGE)
    came = {number for number, _order in world.orders(world.who("everybody"), days)}
    assert [(row.member_id, row.channel, row.written, row.came_back, row.refused) for row in rows] == [
        (number, h.hears_by, h.written, number in came if days else None, h.refused.startswith("after"))
        for number, h in world.households.items()
        if h.selected and h.hears_by
    ]
    for row in rows:
        household = world.households[row.member_id]
        assert row.email == ("" if household.refused else f"m{row.member_id}@exemple.fr"), "no tool may write there"
        assert (bool(row.mobile), row.postal_code) == (household.mobile, "44119")


def small(orders: list[Bought], **about: date | None) -> World:
    """One member who was written to, and another one who was not, with these orders of the first."""
    households = {1: Household("email", mail="sent", orders=orders), 2: Household("email", mail="failed")}
    return World(households, {1: Sold(1, "kg", 1000, None)}, about.get("counts_from"), about.get("closes_on"), None)


def bought(on: date, cost: int | None = 150) -> Bought:
    """A kilogram for 2.00."""
    return Bought(on, "confirmed", [Line(1, 1000, 200, cost, False, None, Sold(1, "kg", 1000, None))])


def test_it_counts_from_the_day_it_went_until_today_or_its_last_day(store, hands):
    days = (WENT - timedelta(days=1), WENT, TODAY, TODAY + timedelta(days=1))
    small([bought(day) for day in days]).write(store)
    found = store.results.of(MESSAGE)
    assert (found.span.since, found.span.until, found.span.over) == (WENT, TODAY, False)
    assert (found.written.orders, found.before.orders) == (2, 1)
    assert found.curves.came_back[:2] == (1, 1), "who orders twice comes back once"
    hands.at += timedelta(days=1)
    assert store.results.of(MESSAGE).written.orders == 3, "nothing counts before its day"
    with store.writing() as t:
        t.execute("UPDATE messages SET closes_on = ?", (TODAY.isoformat(),))
    closed = store.results.of(MESSAGE)
    assert (closed.span.until, closed.span.over, closed.written.orders) == (TODAY, True, 2)


def test_what_was_ordered_before_the_first_order_that_is_here_is_not_known(store):
    small([bought(WENT - timedelta(days=3)), bought(TODAY)]).write(store)
    found = store.results.of(MESSAGE)
    assert (found.counted, found.compared, found.known_since) == (True, False, WENT - timedelta(days=3))
    with store.writing() as t:
        t.execute("UPDATE messages SET closes_on = ?", ((WENT + timedelta(days=2)).isoformat(),))
    assert store.results.of(MESSAGE).compared, "three days, and the three before"
    with store.writing() as t:
        t.execute("UPDATE messages SET counts_from = '0001-01-01', closes_on = NULL")
    found = store.results.of(MESSAGE)
    assert (found.counted, found.compared, found.written.orders) == (True, False, 2)
    assert found.curves.days[0] == found.known_since, "not two thousand years of nothing"
    with store.writing() as t:
        t.execute("UPDATE messages SET counts_from = NULL, imported_at = ?, queued_at = '2024-03-05'", (t.stamp,))
    assert not store.results.of(MESSAGE).counted, "an old mailing: what was ordered then is not here"
    with store.writing() as t:
        t.execute("UPDATE messages SET queued_at = ?, imported_at = ?", (f"{WENT}T12:00:00.000000Z", t.stamp))
    assert store.results.of(MESSAGE).counted


def test_a_message_that_counts_from_a_day_to_come_has_brought_nothing_yet(store):
    small([bought(TODAY)], counts_from=TODAY + timedelta(days=3)).write(store)
    found = store.results.of(MESSAGE)
    assert {one.came_back for one in store.results.recipients(MESSAGE)} == {None}, "nobody can know it yet"
    assert (found.span.days, found.curves.days, found.written.came_back, found.before.came_back) == (0, (), 0, 0)
    assert [(one.currency, one.turnover, one.group_turnover) for one in found.money] == [("EUR", 0, 0)]


def test_a_weight_that_is_not_known_yet_stays_the_one_that_the_line_was_reckoned_with(store):
    hen = Sold(1, "kg", 1000, 1800)
    line = Line(1, 2000, 1250, 900, True, None, hen)
    world = small([Bought(TODAY, "confirmed", [line])])
    world.products[1] = hen
    world.write(store)
    before = store.results.of(MESSAGE)
    assert (before.money[0].turnover, before.money[0].margin) == (4500, 1260)
    assert before.quantities[0].quantity == 3600
    for estimate in (3600, None):
        with store.writing() as t:
            t.execute("UPDATE products SET estimated_weight = ?", (estimate,))
        after = store.results.of(MESSAGE)
        assert (after.money, after.quantities) == (before.money, before.quantities)


def test_who_may_not_see_money_is_told_no_cents(store, act_as):
    small([bought(TODAY), bought(WENT, None)]).write(store)
    store.operators.add("zoe", "Zoé", "writer")
    told = act_as("zoe").results.of(MESSAGE)
    assert (told.money, told.curves.money, told.written.turnover, told.written.per_member) == (None, None, None, None)
    assert (told.written.came_back, told.quantities[0].quantity) == (1, 2000)
    seen = store.results.of(MESSAGE)
    assert (seen.money[0].turnover, seen.money[0].margin, seen.money[0].uncosted) == (400, 50, 200)


def test_what_has_not_gone_out_has_no_results(store):
    small([]).write(store)
    draft = store.messages.new(EVERYONE, "Later", "Hello")
    for call in (store.results.of, store.results.recipients):
        with pytest.raises(Invalid) as error:
            call(draft)
        assert (error.value.field, error.value.reason) == ("results", "not_sent")
        with pytest.raises(NotFound):
            call(99)
    assert [row.id for row in store.results.all()] == [MESSAGE]


def test_a_cancelled_message_has_results_once_something_of_it_has_gone(store):
    small([bought(TODAY)]).write(store)
    with store.writing() as t:
        t.execute("UPDATE messages SET state = 'cancelled'")
    assert [(row.id, row.title, row.day) for row in store.results.all()] == [(MESSAGE, "News", WENT)]
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'held', reason = 'cancelled'")
    assert store.results.all() == ()
    with store.writing() as t:
        t.execute("UPDATE recipients SET reach = 'unreachable', channel = 'call', call_state = 'ordered'")
    assert store.results.of(MESSAGE).written.members == 2


def test_an_old_mailing_keeps_the_figures_of_its_file_and_its_people_count_as_written_to(store, act_as):
    small([bought(TODAY)]).write(store)
    with store.writing() as t:
        t.execute("DELETE FROM delivery_people")
        t.execute("DELETE FROM deliveries")
        t.execute("UPDATE messages SET imported_at = ?", (t.stamp,))
        t.insert("message_figures", message_id=MESSAGE, name="sent", value=41)
        t.insert("message_figures", message_id=MESSAGE, name="turnover", currency="EUR", value=128_450)
    found = store.results.of(MESSAGE)
    assert found.row.imported
    assert (found.written.members, found.written.came_back, found.others.members, found.mails.total) == (2, 1, 0, 0)
    assert [(one.name, one.value) for one in found.figures] == [("sent", 41), ("turnover", 128_450)]
    assert store.results.all(imported=False) == ()
    assert [row.id for row in store.results.all(imported=True, automatic=False, limit=1)] == [MESSAGE]
    assert store.results.all(automatic=True) == ()
    store.operators.add("zoe", "Zoé", "writer")
    assert [one.name for one in act_as("zoe").results.of(MESSAGE).figures] == ["sent"]


def test_who_was_erased_stays_in_the_sums_and_in_no_list_of_people(store):
    from store.erasing import erase

    small([bought(TODAY)]).write(store)
    before = store.results.of(MESSAGE)
    erase(store, 1)
    after = store.results.of(MESSAGE)
    assert (after.written, after.money) == (before.written, before.money)
    assert [row.member_id for row in store.results.recipients(MESSAGE)] == [2]


def test_two_members_who_are_one_come_back_once(store):
    from store.merging import merge

    world = small([bought(TODAY)])
    world.households[2] = Household("email", mail="sent", orders=[bought(WENT)])
    world.write(store)
    before = store.results.of(MESSAGE)
    merge(store, 1, 2)
    after = store.results.of(MESSAGE)
    assert (before.written.members, before.written.came_back, before.written.orders) == (2, 2, 2)
    assert (after.written.members, after.written.came_back, after.written.orders) == (1, 1, 2)
    assert after.money == before.money


def test_who_refuses_counts_by_the_way_in_which_the_message_was_written(store):
    world = small([])
    world.households |= {
        number: Household("sms", reach="unreachable", mail="sent", mobile=True) for number in (3, 4, 5)
    }
    world.write(store)
    with store.writing() as t:
        t.execute("UPDATE messages SET channels = '[\"sms\"]'")
        shown = "mobile = 'x', mobile_shown = 'x'"
        t.execute(f"UPDATE people SET {shown}, mobile_e164 = '+3363998000' || id WHERE has_mobile")
        for person, channel in ((3, "email"), (4, "sms")):
            t.insert("preferences", person_id=person, channel=channel, kind="targeted", allowed=0, since=t.stamp)
        suppress(t, "+33639980005", "targeted", "stop")
        suppress(t, "m2@exemple.fr", "targeted", "stop")
        t.execute("UPDATE people SET email_state = 'bounced' WHERE id = 1")
    assert store.results.of(MESSAGE).opted_out_since == 2
    rows = store.results.recipients(MESSAGE)
    assert [row.member_id for row in rows if row.refused] == [4, 5]
    reached = [(row.member_id, bool(row.email), bool(row.mobile)) for row in rows]
    assert reached == [(1, False, False), (2, False, False), (3, False, True), (4, True, False), (5, True, False)]
    with store.writing() as t:
        t.execute('UPDATE messages SET channels = \'["email", "sms"]\'')
    assert [row.member_id for row in store.results.recipients(MESSAGE) if row.refused] == [2, 3, 4, 5]
    store.sms.set(only_allowed=True)
    assert not any(row.mobile for row in store.results.recipients(MESSAGE)), "no tool may write to who said no yes"
    with store.writing() as t:
        t.insert("preferences", person_id=3, channel="sms", kind="targeted", allowed=1, since=t.stamp)
    assert [row.member_id for row in store.results.recipients(MESSAGE) if row.mobile] == [3]


def test_opens_are_those_of_the_people_who_are_measured(store):
    world = small([])
    world.households[2].mail = "sent"
    world.write(store)
    with store.writing() as t:
        for person in (1, 2):
            t.insert("preferences", person_id=person, channel="email", kind="measured", allowed=1, since=t.stamp)
        t.execute("UPDATE deliveries SET measure_token = 'token' WHERE id = 1")
        t.insert("measures", delivery_id=1, person_id=1, member_id=1, what="opened", at=t.stamp)
    found = store.results.of(MESSAGE).measured
    assert (found.mails, found.people, found.opened, found.clicked) == (1, 1, 1, 0)


def test_what_a_workflow_sent_has_results_under_its_title(store):
    small([bought(TODAY)]).write(store)
    at = {"created_at": store.stamp(), "changed_at": store.stamp()}
    with store.writing() as t:
        t.insert("workflows", id=1, title="Reminders", **at)
        t.insert("workflow_steps", id=1, workflow_id=1, position=1, trigger="closes", timing="before", since=t.stamp)
        t.insert("occurrences", id=1, step_id=1, key="k", due_at=t.stamp, state="queued", at=t.stamp)
        t.execute("UPDATE messages SET occurrence_id = 1")
    (row,) = store.results.all(automatic=True)
    assert (row.workflow, row.automatic, store.results.all(automatic=False)) == ("Reminders", True, ())
    assert store.results.of(row.id).written.came_back == 1
    with store.writing() as t:
        t.execute("UPDATE messages SET withdrawn_at = ?", (t.stamp,))
    assert store.results.all() == (row,), "some of it had gone before it was withdrawn"
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'held', reason = 'withdrawn'")
    assert store.results.all() == ()
