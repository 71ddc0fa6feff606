"""Pick-up days: what they offer and until when, how they are repeated, moved and called off, and who is concerned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from store import Store
from store.errors import Ambiguous, ChangedElsewhere, Invalid, NotAllowed, NotFound
from store.orders import Entry
from tests.offering import Offering
from tests.store.conftest import Hands


def closings(store: Store, distribution_id: int) -> dict[str, str]:
    """When each catalogue closes, by its name."""
    return {
        c.name: "" if c.closes is None else c.closes.isoformat(timespec="minutes")
        for c in store.distributions.get(distribution_id).catalogues
    }


def test_a_catalogue_is_offered_later_by_its_own_rule_and_once(store: Store, group: Offering) -> None:
    wine = store.catalogues.add_catalogue("Vins", store.catalogues.producer_called("Cave"), "EUR", 2, "20:00")
    store.distributions.offer(group.next, wine)
    store.distributions.offer(group.next, wine)
    assert closings(store, group.next)["Vins"] == "2026-11-24T20:00"
    with pytest.raises(NotFound):
        store.distributions.offer(group.next, wine + 1)
    store.catalogues.edit_catalogue(wine, 1, active=False)
    store.distributions.withdraw(group.next, wine)
    assert "Vins" not in closings(store, group.next)
    with pytest.raises(Invalid) as refused:
        store.distributions.offer(group.next, wine)
    assert refused.value.reason == "inactive"


def test_a_producer_is_known_by_the_name_however_it_is_written(store: Store) -> None:
    first = store.catalogues.producer_called("Ferme du Gué")
    assert store.catalogues.producer_called("  FERME  du gue") == first
    assert [one.name for one in store.catalogues.producers()].count("Ferme du Gué") == 1


def test_what_is_ordered_or_told_is_not_withdrawn(store: Store, group: Offering) -> None:
    veg, flour, poultry = (group.catalogues[name] for name in ("veg", "flour", "poultry"))
    basket = store.orders.open_basket(group.members["odette"], group.next)
    store.orders.enter(basket.id, Entry("1 tomcb", group.products["tomatoes"], 0, 1000))
    store.distributions.mark_recap_sent(group.next, poultry)
    for catalogue, reason in ((veg, "ordered"), (poultry, "told")):
        with pytest.raises(Invalid) as refused:
            store.distributions.withdraw(group.next, catalogue)
        assert refused.value.reason == reason
    store.orders.drop(basket.id)
    store.distributions.withdraw(group.next, veg)
    assert list(closings(store, group.next)) == ["Volailles Rigaud", "Moulin d'Ancenis"]
    with pytest.raises(NotFound):
        store.distributions.withdraw(group.next, veg)
    assert flour in {c.catalogue_id for c in store.distributions.get(group.next).catalogues}


def test_hours_of_its_own_hold_for_one_day(store: Store, group: Offering) -> None:
    flour, plan = group.catalogues["flour"], store.distributions
    with pytest.raises(Invalid) as refused:
        plan.set_hours(group.next, flour, datetime(2026, 11, 25, 9), datetime(2026, 11, 25, 9))
    assert refused.value.reason == "after_close"
    with pytest.raises(Invalid) as refused:
        plan.set_hours(group.next, flour, None, datetime(2026, 11, 26, 19, 31))
    assert refused.value.reason == "after_end"
    plan.set_hours(group.next, flour, datetime(2026, 11, 22, 9), datetime(2026, 11, 26, 8, 30))
    offered = plan.get(group.next).catalogue(flour)
    assert offered is not None
    assert (offered.own_hours, offered.closed, offered.closes) == (True, False, datetime(2026, 11, 26, 8, 30))
    plan.set_hours(group.next, flour, None, datetime(2026, 11, 24, 12))
    offered = plan.get(group.next).catalogue(flour)
    assert offered is not None
    assert not offered.own_hours
    with pytest.raises(NotFound):
        plan.set_hours(group.next, 999, None, None)


def test_a_series_goes_over_the_change_of_clocks_and_years_at_the_same_hours(store: Store, group: Offering) -> None:
    flour, veg = group.catalogues["flour"], group.catalogues["veg"]
    store.distributions.set_hours(group.next, flour, datetime(2026, 11, 20, 2, 30), datetime(2026, 11, 22, 2, 30))
    bees = store.catalogues.add_catalogue("Miel", store.catalogues.add_producer("Miel"), "EUR")
    store.distributions.offer(group.next, bees)
    store.distributions.set_hours(group.next, bees, None, datetime(2026, 11, 26, 9))
    store.catalogues.edit_catalogue(group.catalogues["poultry"], 1, active=False)
    store.catalogues.edit_catalogue(veg, 1, closes_days_before=4)
    days = store.distributions.days(date(2026, 12, 24), 7, 3)
    assert days == (date(2026, 12, 24), date(2027, 2, 11), date(2027, 4, 1))
    store.distributions.set_stock(group.next, group.products["chicken"], 3000)
    made = store.distributions.duplicate(group.next, [*days, days[0]])
    assert len(made) == 3
    last = store.distributions.get(made[-1])
    assert (last.day, last.starts_at, last.ends_at, last.place) == (date(2027, 4, 1), "18:00", "19:30", "Treillières")
    # 02:30 of Sunday 28 March 2027 does not exist in Paris: the hour stays as it is said, and is resolved when used.
    assert closings(store, made[-1]) == {
        "Légumes du Gué": "2027-03-28T20:00",
        "Moulin d'Ancenis": "2027-03-28T02:30",
        "Miel": "2027-04-01T09:00",
    }
    mill = last.catalogue(flour)
    assert mill is not None
    assert (mill.opens, mill.own_hours) == (datetime(2027, 3, 26, 2, 30), True)
    assert mill.opens != mill.closes
    assert store.distributions.next() == store.distributions.get(group.next)


def test_a_repeated_distribution_is_made_whole_or_not_at_all(store: Store, group: Offering) -> None:
    plan = store.distributions
    days = plan.days(date(2026, 12, 3), 1, 3)
    plan.add(days[1], "10:00", "11:00", "Treillières", [])
    elsewhere = plan.add(days[2], "10:00", "11:00", "Nantes", [])
    with pytest.raises(Invalid) as refused:
        plan.duplicate(group.next, days)
    assert (refused.value.reason, refused.value.value) == ("taken", "2026-12-10")
    assert [row.day for row in plan.rows(from_day=date(2026, 11, 27))] == [days[2], days[1]]
    assert len(plan.duplicate(group.next, days, beside=True)) == 3
    assert len(plan.duplicate(elsewhere, [date(2026, 12, 3)])) == 1
    with pytest.raises(Invalid):
        plan.duplicate(group.next, [])
    for every, count, field in ((0, 1, "every"), (53, 1, "every"), (1, 0, "count"), (1, 61, "count")):
        with pytest.raises(Invalid) as refused:
            plan.days(days[0], every, count)
        assert refused.value.field == field
    with pytest.raises(Invalid) as refused:
        plan.duplicate(group.next, [date(2026, 12, 31), date(2026, 11, 20)])
    assert refused.value.reason == "past"
    for far in (date(9999, 12, 30), date(1, 1, 1)):
        for act in (
            lambda far=far: plan.days(far, 1, 2),
            lambda far=far: plan.add(far, "10:00", "11:00", "Halle", []),
            lambda far=far: plan.move_preview(group.next, far),
            lambda far=far: plan.move(group.next, 1, far, "10:00", "11:00", "Halle"),
        ):
            with pytest.raises(Invalid) as refused:
                act()
            assert refused.value.reason == "out_of_range"


def test_a_move_takes_closings_along_but_where_the_recap_went_out(store: Store, group: Offering) -> None:
    plan, odette, paul = store.distributions, group.members["odette"], group.members["paul"]
    store.orders.record(odette, group.next, [(group.products["eggs"], 1000)])
    basket = store.orders.open_basket(paul, group.next)
    store.orders.enter(basket.id, Entry("1 tomcb", group.products["tomatoes"], 0, 1000))
    store.orders.open_basket(group.members["yves"], group.next)
    plan.mark_recap_sent(group.next, group.catalogues["poultry"])
    preview = plan.move_preview(group.next, date(2026, 11, 27))
    assert (preview.members, preview.orders, preview.baskets) == ((paul, odette), 1, 1)
    assert preview.told == ("Volailles Rigaud",)
    assert preview.closings == (
        ("Légumes du Gué", datetime(2026, 11, 23, 20), datetime(2026, 11, 24, 20)),
        ("Moulin d'Ancenis", datetime(2026, 11, 24, 12), datetime(2026, 11, 25, 12)),
    )
    assert plan.move_preview(group.next).closings == ()
    done = plan.move(group.next, 1, date(2026, 11, 27), "17:00", "18:00", "Halle")
    assert done == preview
    moved = plan.get(group.next)
    assert (moved.day, moved.starts_at, moved.place, moved.version) == (date(2026, 11, 27), "17:00", "Halle", 2)
    assert closings(store, group.next) == {
        "Volailles Rigaud": "2026-11-20T20:00",
        "Légumes du Gué": "2026-11-24T20:00",
        "Moulin d'Ancenis": "2026-11-25T12:00",
    }
    assert not any(c.own_hours for c in moved.catalogues)
    for day, hour, reason in ((date(2026, 11, 20), "19:00", "past"), (date(2026, 11, 28), "16:00", "before_start")):
        with pytest.raises(Invalid) as refused:
            plan.move(group.next, 2, day, "17:00", hour, "Halle")
        assert refused.value.reason == reason
    with pytest.raises(ChangedElsewhere):
        plan.move(group.next, 1, date(2026, 11, 28), "17:00", "18:00", "Halle")
    assert plan.get(group.next) == moved
    plan.move(group.past, 1, date(2026, 11, 13), "18:00", "19:30", "Treillières")


def test_the_day_is_the_groups_own_near_midnight(store: Store, group: Offering, hands: Hands) -> None:
    hands.at = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)  # 00:30 on Friday 27 in Paris
    late = store.distributions.add(date(2026, 11, 27), "00:10", "00:31", "Gare", [])
    assert not store.distributions.get(late).over
    with pytest.raises(Invalid):
        store.distributions.move(late, 1, date(2026, 11, 26), "18:00", "19:00", "Gare")
    assert [row.over for row in store.distributions.rows()] == [False, True, True]
    hands.at = datetime(2026, 11, 26, 23, 31, tzinfo=UTC)
    assert store.distributions.get(late).over


def test_what_is_called_off_comes_back_as_it_was(store: Store, group: Offering) -> None:
    plan, eggs, chicken = store.distributions, group.products["eggs"], group.products["chicken"]
    store.catalogues.edit_product(eggs, 1, stock_kind="all", stock=10_000)
    order = store.orders.record(group.members["odette"], group.next, [(eggs, 4000), (chicken, 2000)]).order_id
    basket = store.orders.open_basket(group.members["paul"], group.next)
    store.orders.enter(basket.id, Entry("1 6oe", eggs, 0, 1000))
    plan.mark_recap_sent(group.next, group.catalogues["poultry"])
    before = store.orders.get(order)
    assert plan.cancel_preview(group.next).orders == 1
    done = plan.cancel(group.next, 1, " snow\non the road ")
    assert (done.orders, done.baskets, done.told) == (1, 1, ("Volailles Rigaud",))
    cancelled = plan.get(group.next)
    assert (cancelled.cancelled, cancelled.cancelled_reason) == (True, "snow on the road")
    assert (cancelled.cancelled_by, cancelled.cancelled_at) == ("Marie", datetime(2026, 11, 21, 20, 4, tzinfo=UTC))
    assert store.orders.get(order).state == "cancelled"
    assert store.catalogues.product(eggs).stock == 10_000
    (row,) = (row for row in plan.rows() if row.id == group.next)
    assert (row.orders, row.cancelled, row.untold) == (0, True, 1)
    assert plan.next() is None
    assert plan.resolve("2026-11-26") == group.next
    for act in (
        lambda: plan.cancel(group.next, cancelled.version, ""),
        lambda: plan.move(group.next, cancelled.version, date(2026, 12, 1), "18:00", "19:00", "Halle"),
        lambda: store.orders.confirm(basket.id),
    ):
        with pytest.raises(Invalid):
            act()
    with pytest.raises(ChangedElsewhere):
        plan.edit(group.next, 1, starts_at="18:00", ends_at="19:00", place="", note="")
    assert plan.restore(group.next) == 1
    back = store.orders.get(order)
    assert (back.state, back.lines, back.totals) == ("confirmed", before.lines, before.totals)
    assert store.catalogues.product(eggs).stock == 6000
    assert not plan.get(group.next).cancelled_reason
    assert {row.untold for row in plan.rows()} == {0}
    with pytest.raises(Invalid):
        plan.restore(group.next)
    assert store.orders.confirm(basket.id).totals == {"EUR": 240}


def test_hours_place_and_note_of_one_are_corrected(store: Store, group: Offering) -> None:
    changed = store.distributions.edit(
        group.next, 1, starts_at="17:30", ends_at="19:00", place=" Salle \n des fêtes", note="Bring crates.\nThanks."
    )
    assert (changed.starts_at, changed.place, changed.note) == ("17:30", "Salle des fêtes", "Bring crates.\nThanks.")
    with pytest.raises(Invalid):
        store.distributions.edit(group.next, 2, starts_at="19:30", ends_at="19:00", place="", note="")
    with pytest.raises(ChangedElsewhere):
        store.distributions.edit(group.next, 1, starts_at="17:30", ends_at="19:00", place="", note="")
    assert store.distributions.get(group.next) == changed


def test_the_list_counts_what_each_operator_may_see(
    store: Store, group: Offering, act_as: Callable[[str], Store]
) -> None:
    eggs, chicken, odette = group.products["eggs"], group.products["chicken"], group.members["odette"]
    store.orders.record(group.members["yves"], group.next, [(eggs, 1000)])
    order = store.orders.record(odette, group.next, [(eggs, 1000), (chicken, 1000)]).order_id
    basket = store.orders.open_basket(group.members["paul"], group.next)
    store.orders.enter(basket.id, Entry("1 6oe", eggs, 0, 1000))
    for catalogue in ("poultry", "veg"):
        store.distributions.mark_recap_sent(group.next, group.catalogues[catalogue])
    store.orders.record(odette, group.next, [(eggs, 1000), (chicken, 1000)])
    store.orders.change(order, {chicken: 1000})
    for login, catalogue in (("rigaud", "poultry"), ("gue", "veg"), ("mill", "flour")):
        store.operators.add(login, login, "producer", catalogues=[group.catalogues[catalogue]])
    store.operators.add("anne", "Anne", "writer")

    def seen(login: str) -> tuple[int, int, int]:
        latest, earlier = act_as(login).distributions.rows()
        assert (latest.recaps_sent, earlier.orders, earlier.over) == (2, 0, True)
        assert latest.catalogues == ("Légumes du Gué", "Moulin d'Ancenis", "Volailles Rigaud")
        return latest.orders, latest.baskets, latest.untold

    assert seen("marie") == (2, 1, 1)
    assert seen("rigaud") == (1, 0, 0)
    assert seen("gue") == (2, 1, 1)
    assert seen("mill") == (0, 0, 0)
    assert seen("anne")[:2] == (2, 1)
    rigaud = act_as("rigaud").distributions
    assert [one.product.id for one in rigaud.stock(group.next)] == [chicken]
    for act in (
        lambda: rigaud.cancel(group.next, 1, ""),
        lambda: rigaud.restore(group.next),
        lambda: rigaud.move_preview(group.next),
        lambda: rigaud.duplicate(group.next, [date(2026, 12, 3)]),
        lambda: rigaud.withdraw(group.next, group.catalogues["poultry"]),
        lambda: rigaud.edit(group.next, 1, starts_at="18:00", ends_at="19:00", place="", note=""),
        lambda: act_as("anne").distributions.stock(group.next),
    ):
        with pytest.raises(NotAllowed):
            act()
    rigaud.set_stock(group.next, chicken, 4000)
    rigaud.set_hours(group.next, group.catalogues["poultry"], None, datetime(2026, 11, 25, 8))


def test_one_walks_from_a_distribution_to_the_next(store: Store, group: Offering) -> None:
    morning = store.distributions.add(date(2026, 11, 26), "08:00", "09:00", "Gare", [])
    assert store.distributions.neighbours(group.past) == (None, morning)
    assert store.distributions.neighbours(morning) == (group.past, group.next)
    assert store.distributions.neighbours(group.next) == (morning, None)
    with pytest.raises(NotFound):
        store.distributions.neighbours(999)
    assert [row.id for row in store.distributions.rows(2)] == [group.next, morning]
    with pytest.raises(Ambiguous):
        store.distributions.resolve("2026-11-26")
    store.distributions.cancel(morning, 1, "")
    assert store.distributions.resolve("2026-11-26") == group.next
    assert store.distributions.resolve(str(morning)) == morning


def test_the_stock_of_one_day_is_that_days(store: Store, group: Offering) -> None:
    plan, chicken, eggs = store.distributions, group.products["chicken"], group.products["eggs"]
    store.orders.record(group.members["odette"], group.next, [(chicken, 2000)])
    plan.set_stock(group.next, chicken, 3000)

    def numbers(distribution: int) -> tuple[int | None, int | None, int, int | None]:
        (one,) = plan.stock(distribution)
        return one.stock, one.usual, one.ordered, one.left

    assert numbers(group.next) == (3000, 10_000, 2000, 1000)
    assert numbers(group.past) == (None, 10_000, 0, 10_000)
    plan.set_stock(group.next, chicken, 0)
    assert numbers(group.next) == (0, 10_000, 2000, -2000)
    plan.set_stock(group.next, chicken, None)
    assert numbers(group.next) == (None, 10_000, 2000, 8000)
    for product, stock, reason in (
        (eggs, 1000, "not_per_distribution"),
        (chicken, -1, "negative"),
        (chicken, 1500, "whole_only"),
        (chicken, 10**12, "too_large"),
    ):
        with pytest.raises(Invalid) as refused:
            plan.set_stock(group.next, product, stock)
        assert refused.value.reason == reason
    store.catalogues.set_active([chicken], False)
    assert numbers(group.next)[2] == 2000
    assert plan.stock(group.past) == ()
