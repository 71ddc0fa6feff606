"""The journal: every change by who made it, when and about whom; what each may see of it, and never what was typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from store import Store
from store.errors import DiskFull, NotAllowed, NotFound
from store.exchange.journal_export import export_journal
from store.exchange.member_export import export_members
from store.exchange.order_export import export_orders
from store.exchange.tables import ImportFile
from store.journal import Wanted
from store.merging import merge, undo_merge
from store.orders import Entry
from store.people import Member, Person
from store.rights import Right
from store.transaction import Transaction
from tests.offering import Offering
from tests.store.conftest import Hands


def told(store: Store, **wanted: object) -> list[tuple[str, str, str]]:
    """By whom, what, about what."""
    found = store.journal.entries(Wanted(**wanted))  # type: ignore[arg-type]
    assert store.journal.count(Wanted(**wanted)) == len(found)  # type: ignore[arg-type]
    return [(entry.operator, entry.action, entry.subject) for entry in found]


@pytest.fixture
def paul(store: Store, offering: Offering, act_as: Callable[[str], Store]) -> Store:
    store.operators.add("paul", "Paul", "phone_desk")
    return act_as("paul")


def test_the_newest_first_by_operator_day_and_action(store: Store, group: Offering, paul: Store, hands: Hands):
    hands.at = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)  # 23:59 in Paris
    paul.members.star(group.members["odette"], True)
    hands.at = datetime(2026, 11, 22, 23, 1, tzinfo=UTC)  # the day after
    store.members.star(group.members["odette"], False)
    with Store(store.path, "automatic", hands).writing() as t:
        t.journal("outbox.run_started", 1)
    assert told(store, since=date(2026, 11, 23)) == [
        ("automatic", "outbox.run_started", ""),
        ("Marie", "member.unstarred", "Odette Maréchal"),
    ]
    assert told(store, since=date(2026, 11, 22), until=date(2026, 11, 22)) == [
        ("Paul", "member.starred", "Odette Maréchal")
    ]
    assert told(store, operator="paul") == [("Paul", "member.starred", "Odette Maréchal")]
    assert [action for _who, action, _what in told(store, operator="automatic")] == [
        "outbox.run_started",
        "group.created",
    ]
    assert told(store, actions=("member.starred",)) == told(store, operator="paul")
    assert {action for _who, action, _what in told(store, actions=("member",), operator="marie")} == {
        "member.added",
        "member.unstarred",
    }
    assert told(store, until=date(2026, 11, 1)) == told(store, actions=("nothing",)) == []
    assert told(store, until=date.max, since=date.min) == told(store)
    with pytest.raises(NotFound):
        store.journal.entries(Wanted(operator="nobody"))


def test_what_was_told_of_the_past_stands_where_it_belongs_and_pages_join(store: Store, hands: Hands):
    for number, day in enumerate((21, 19, 20, 19, 18)):
        with store.writing() as t:
            t.told_by(t.actor, datetime(2026, 11, day, 12, tzinfo=UTC)).journal(
                "setting.changed", None, key=str(number)
            )
    found = [entry.detail["key"] for entry in store.journal.entries(Wanted(actions=("setting",)))]
    assert found == ["0", "2", "3", "1", "4"]
    pages, before = [], None
    while page := store.journal.entries(Wanted(actions=("setting",)), before=before, limit=2):
        before = page[-1].id
        pages += [entry.detail["key"] for entry in page]
    assert pages == found
    assert store.journal.count(Wanted(actions=("setting",)), 3) == 3


def test_the_steps_of_a_basket_are_listed_only_where_asked_for(store: Store, group: Offering):
    odette, tomatoes = group.members["odette"], group.products["tomatoes"]
    basket = store.orders.open_basket(odette, group.next)
    store.orders.enter(basket.id, Entry("2 tomcb", tomatoes, 0, 2000))
    store.orders.keep_typed(basket.id, ["3 oe"])
    order = store.orders.confirm(basket.id).order_id
    actions = [action for _who, action, _what in told(store, member_id=odette)]
    assert actions == ["order.confirmed", "member.added"]
    actions = [action for _who, action, _what in told(store, member_id=odette, everything=True)]
    assert actions == ["order.confirmed", "basket.typed", "basket.entered", "basket.opened", "member.added"]
    assert len(told(store, actions=("basket",))) == 3
    (entry,) = store.journal.entries(Wanted(actions=("order.confirmed",)))
    assert (entry.subject_id, entry.member_id, entry.subject, entry.also) == (
        order,
        odette,
        "Odette Maréchal",
        "2026-11-26",
    )


def test_all_about_a_member_and_nothing_about_others(store: Store, group: Offering):
    odette, paul = group.members["odette"], group.members["paul"]
    basket = store.orders.open_basket(odette, group.next)
    store.orders.drop(basket.id)
    again = store.orders.open_basket(paul, group.next)
    assert again.id == basket.id  # SQLite gives the number of what is gone again
    store.orders.confirm(store.orders.enter(again.id, Entry("oe", group.products["eggs"], 0, 1000)).id)
    store.lists.mark_call(group.next, odette, "called")
    store.members.archive_many([odette, group.members["yves"]])
    export_members(store, "csv", ids=[odette])
    assert [action for _who, action, _what in told(store, member_id=odette)] == [
        "export.members",
        "member.archived",
        "call.marked",
        "basket.dropped",
        "member.added",
    ]
    assert [action for _who, action, _what in told(store, member_id=paul)] == ["order.confirmed", "member.added"]
    assert [what for _who, action, what in told(store) if action.startswith(("order", "basket"))] == [
        "Paul Durand",
        "Odette Maréchal",
    ]
    with pytest.raises(NotFound):
        store.journal.entries(Wanted(member_id=999))


def test_an_order_of_before_its_member_stood_in_the_row_is_found(store: Store, group: Offering):
    order = store.orders.record(group.members["paul"], group.next, [(group.products["eggs"], 1000)]).order_id
    with store.writing() as t:
        t.execute("UPDATE journal SET detail = NULL")
    (entry, _added) = store.journal.entries(Wanted(member_id=group.members["paul"]))
    assert (entry.action, entry.subject_id, entry.member_id) == ("order.recorded", order, group.members["paul"])


def test_who_was_merged_is_found_with_who_stayed_until_that_is_undone(store: Store, group: Offering):
    keep, gone = group.members["odette"], group.members["yves"]
    store.orders.record(gone, group.next, [(group.products["eggs"], 1000)])
    merged = merge(store, keep, gone)
    both = ["member.merged", "order.recorded", "member.added", "member.added"]
    assert [action for _who, action, _what in told(store, member_id=keep)] == both
    assert told(store, member_id=gone) == told(store, member_id=keep)
    assert {what for _who, _action, what in told(store, member_id=gone)} == {"Odette Maréchal & Yves Le Bihan"}
    undo_merge(store, merged)
    actions = [action for _who, action, _what in told(store, member_id=gone)]
    assert actions == ["member.unmerged", "member.merged", "order.recorded", "member.added"]


def test_what_an_import_did_to_a_member_is_found(store: Store, group: Offering):
    from store.exchange.members import import_members
    from store.exchange.orders import import_orders

    odette, paul = group.members["odette"], group.members["paul"]
    exported = export_members(store, "csv", ids=[odette])
    header, row = exported.content.decode("utf-8-sig").splitlines()
    cells = dict(zip(header.split(";"), row.split(";"), strict=True))
    rows = [{**cells, "city": "Nort"}]
    for first, last in (("Anne", "Le Gall"), ("Zoé", "Petit")):
        rows.append({**cells, "id": "", "first_name": first, "last_name": last, "phone": ""})
    table = "\n".join((header, *(";".join(one.values()) for one in rows)))
    report = import_members(store, ImportFile(Path(exported.name), table.encode()))
    assert (report.new, report.changed) == (2, 1)
    store.orders.record(paul, group.next, [(group.products["eggs"], 1000)])
    orders = export_orders(store, group.next)
    more = orders.content.replace(b";1;", b";2;")
    assert import_orders(store, ImportFile(Path(orders.name), more), distribution_id=group.next).changed == 1

    def actions(member_id: int) -> list[str]:
        return [action for _who, action, _what in told(store, member_id=member_id)]

    assert actions(odette) == ["members.imported", "export.members", "member.added"]
    for name in ("Le Gall", "Petit"):
        assert actions(store.members.resolve(name)) == ["members.imported"]
    assert actions(paul) == ["orders.imported", "order.recorded", "member.added"]


def test_who_is_erased_has_no_name_and_no_details_in_the_journal(store: Store, group: Offering):
    from store.erasing import erase

    odette = store.members.get(group.members["odette"])
    store.members.save(replace(odette, city="Nort"))
    erase(store, odette.id or 0)
    assert told(store, member_id=odette.id) == [
        ("Marie", "member.erased", "erased member"),
        ("Marie", "member.edited", "erased member"),
        ("Marie", "member.added", "erased member"),
    ]
    assert [entry.detail for entry in store.journal.entries(Wanted(member_id=odette.id))][1:] == [{}, {}]


def test_a_search_goes_by_indexes_however_long_the_journal_is(store: Store, group: Offering):
    plans: list[str] = []

    class Explaining(Transaction):
        def all(self, sql: str, parameters: object = ()) -> list[object]:  # type: ignore[override]
            if "journal" in sql:
                plans.extend(row[3] for row in super().all(f"EXPLAIN QUERY PLAN {sql}", parameters))  # type: ignore[arg-type]
            return super().all(sql, parameters)  # type: ignore[arg-type,return-value]

    with store.reading() as t:
        from store import journal

        searching = Explaining(t._conn, t.actor, t.now)
        odette = group.members["odette"]
        for wanted in (Wanted(), Wanted(operator="marie"), Wanted(member_id=odette), Wanted(actions=("operator",))):
            source, where, values = journal._search(searching, store.clock, wanted)
            searching.all(f"SELECT j.id FROM {source} WHERE {where} ORDER BY j.at DESC, j.id DESC LIMIT 200", values)
    scans = [plan for plan in plans if plan.startswith(("SCAN j ", "SCAN journal", "SCAN orders")) or plan == "SCAN j"]
    assert scans == ["SCAN j USING INDEX journal_at"]  # all of it, in order, until the page is full
    assert "SEARCH j USING INDEX journal_operator (operator_id=?)" in plans
    assert "SEARCH journal USING INDEX journal_member (<expr>=?)" in plans


def test_who_is_no_admin_sees_the_own_rows_only(store: Store, group: Offering, paul: Store):
    store.members.star(group.members["odette"], True)
    paul.orders.record(group.members["odette"], group.next, [(group.products["eggs"], 1000)])
    assert told(paul) == [("Paul", "order.recorded", "Odette Maréchal")]
    assert told(paul, member_id=group.members["odette"]) == told(paul) == told(paul, operator="paul")
    for login in ("marie", "automatic", "nobody"):
        with pytest.raises(NotAllowed):
            paul.journal.entries(Wanted(operator=login))
    assert [one.login for one in paul.journal.doers()] == ["paul"]
    assert [one.login for one in store.journal.doers()] == ["marie", "paul", "automatic"]
    assert export_journal(paul, "csv", Wanted(), lambda entry: entry.action).rows == 1


def test_names_are_told_to_who_may_know_them_now(store: Store, group: Offering, paul: Store):
    nameless = store.members.add(Member((Person(email="anne@exemple.fr"),)))
    paul.orders.record(nameless, group.next, [(group.products["eggs"], 1000)])
    assert told(paul) == [("Paul", "order.recorded", "anne@exemple.fr")]
    store.operators.set_rights("paul", role="producer", give=[(Right.ORDERS, group.catalogues["veg"])])
    assert told(paul) == [("Paul", "order.recorded", "")]
    store.operators.set_rights("paul", role="writer", take=[(Right.MEMBERS, None)])
    assert told(paul) == [("Paul", "order.recorded", "")]
    assert told(store, operator="paul") == [("Paul", "order.recorded", "anne@exemple.fr")]


def test_which_fields_were_changed_is_kept_and_nothing_that_was_typed(store: Store, group: Offering):
    odette = store.members.get(group.members["odette"])
    first = replace(odette.people[0], phone="06 39 98 77 77", email="odette.secret@exemple.fr")
    store.members.save(replace(odette, people=(first,), notes="aime les poireaux", city="Nantes"))
    store.members.tag_many([odette.id or 0], "poireau", True)
    (_tagged, entry) = store.journal.entries(Wanted(member_id=odette.id, actions=("member",)))[:2]
    assert entry.detail == {"fields": ["city", "notes", "email", "phone"]}
    with store.reading() as t:
        details = " ".join(row["detail"] or "" for row in t.all("SELECT detail FROM journal"))
    for typed in ("77 77", "3399877", "secret", "poireau", "Nantes", "Odette", "Maréchal"):
        assert typed not in details


def test_what_is_taken_out_leaves_a_row_and_a_full_disk_forbids_nothing(
    store: Store, group: Offering, monkeypatch: pytest.MonkeyPatch
):
    from mail.sheets import export_list
    from store.exchange.product_export import export_products

    export_members(store, "phones")
    export_products(store)
    for what, form in (("orders", "csv"), ("pickup", "html"), ("recap", "txt"), ("calls", "json")):
        export_list(store, what, form, group.next, group.catalogues["veg"] if what == "recap" else None)
    export_journal(store, "json", Wanted(), lambda entry: entry.action)
    rows = {entry.action: (entry.subject, entry.detail) for entry in store.journal.entries(Wanted(actions=("export",)))}
    day = "2026-11-26"
    assert rows == {
        "export.members": ("", {"form": "phones", "rows": 3}),
        "export.products": ("", {"form": "csv", "rows": 10}),
        "export.orders": (day, {"form": "csv", "rows": 0}),
        "export.pickup": (day, {"form": "html", "rows": 0}),
        "export.recap": (day, {"form": "txt", "rows": 0, "catalogue": group.catalogues["veg"]}),
        "export.calls": (day, {"form": "json", "rows": 0}),
        "export.journal": ("", {"form": "json", "rows": len(told(store)) - 1}),
    }

    def full(*_a: object, **_k: object) -> None:
        raise DiskFull(store.path)

    monkeypatch.setattr(Transaction, "journal", full)
    assert export_members(store, "csv").rows == 3


def test_the_file_says_who_when_and_what_and_defuses_formulas(store: Store, group: Offering):
    store.members.star(store.members.add(Member((Person("=1+1", "Prix [/]"),))), True)
    wanted = Wanted(actions=("member.starred",))
    text = export_journal(store, "csv", wanted, lambda entry: f"{entry.operator} starred").content.decode("utf-8-sig")
    header, row = text.splitlines()
    assert header == "id;at;operator;login;action;subject_id;subject;member_id;what;detail"
    assert "2026-11-21T20:04:00+00:00;Marie;marie;member.starred;" in row
    assert ";'=1+1 Prix [/];" in row
    (plain,) = json.loads(export_journal(store, "json", wanted, lambda entry: "x").content)
    assert (plain["subject"], plain["detail"]) == ("=1+1 Prix [/]", {"count": 1})
