"""`cabas message results` and `cabas export results`: what a message brought, for people and for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from store import Store
from store.segments import EVERYONE
from tests.store.result_world import MESSAGE, Bought, Household, Line, Sold, World

FIRST, LAST = date(2020, 1, 6), date(2020, 1, 8)
KILO, SOLS = Sold(1, "kg", 1000, None), Sold(3, "piece", 1000, None)


def kilo(day: date, cost: int | None = 150) -> Bought:
    """A kilogram for 2.00."""
    return Bought(day, "confirmed", [Line(1, 1000, 200, cost, False, None, KILO)])


@pytest.fixture
def store(store: Store) -> Store:
    """Anna was written to and ordered twice, once in two currencies; of the others one does not want such mails."""
    both = kilo(FIRST)
    both.lines.append(Line(2, 3000, 100, None, False, None, SOLS))
    households = {
        1: Household("email", mail="sent", mobile=True, orders=[both, kilo(LAST), kilo(date(2020, 1, 4))]),
        2: Household("email", mail="failed", orders=[kilo(LAST)]),
        3: Household("", reach="opted_out", orders=[kilo(date(2019, 5, 1))]),
        4: Household("call", reach="unreachable", called="called"),
    }
    World(households, {1: KILO, 2: SOLS}, FIRST, LAST, 5).write(store)
    with store.writing() as t:
        t.execute("UPDATE people SET last_name = '=1+1' WHERE id = 4")
        t.execute("UPDATE messages SET label = 'Prix [/] <b>'")
    return store


Cabas = Callable[..., str]


def table(said: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(said.removeprefix("\ufeff").splitlines(), delimiter=";"))


def test_a_person_reads_sentences_and_a_program_all_figures(store: Store, cabas: Cabas) -> None:
    said = cabas("message", "results", MESSAGE)
    assert said.startswith("Prix [/] <b>\n")
    for words in ("1 of 2 came back (50%)", "Of 2 not written to: 1", "4 of 5 members selected"):
        assert words in said
    told = json.loads(cabas("message", "results", MESSAGE, "--json"))
    assert told["span"] == {"since": "2020-01-06", "until": "2020-01-08", "over": True, "days": 3}
    assert told["written"] == {
        "members": 2, "came_back": 1, "orders": 2, "percent": 50,
        "turnover": {"EUR": 400, "SOL": 300}, "per_member": {"EUR": 200, "SOL": 150},
    }  # fmt: skip
    assert [(one["currency"], one["margin"], one["uncosted"]) for one in told["money"]] == [
        ("EUR", 100, 0), ("SOL", 0, 300),
    ]  # fmt: skip
    assert told["curves"]["orders"] == [1, 1, 2]
    draft = store.messages.new(EVERYONE, "Later", "Hello")
    assert "Nothing of “Later” has gone out" in cabas("message", "results", draft, code=1)
    assert "There is no message" in cabas("message", "results", 99, code=1)


def test_the_figures_of_all_messages_go_into_one_table(store: Store, cabas: Cabas, tmp_path: Path) -> None:
    written = tmp_path / "results.csv"
    assert cabas("export", "results", "-o", written) == f"2 lines in {written}\n"
    eur, sol = table(written.read_text("utf-8-sig"))
    expected = {
        "message": "1", "label": "Prix [/] <b>", "sent_on": "2026-11-09", "counts_until": "2020-01-08",
        "members": "5", "selected": "4", "mails_sent": "1", "mails_failed": "1", "written_to": "2", "came_back": "1",
        "orders": "2", "came_back_before": "1", "not_written_to": "2", "not_written_to_came_back": "1",
        "kg": "2", "piece": "3", "currency": "EUR", "turnover": "4.00", "margin": "1.00", "group_turnover": "6.00",
        "turnover_before": "2.00", "turnover_per_member": "2.00", "imported": "0",
    }  # fmt: skip
    assert {name: eur[name] for name in expected} == expected
    counts = [name for name, value in sol.items() if value]
    assert (sol["currency"], sol["turnover"], sol["cost_not_known"]) == ("SOL", "3.00", "3.00")
    assert "came_back" not in counts, "what is counted once must not be added up twice"
    assert table(cabas("export", "results", "--automatic")) == []
    days = table(cabas("export", "results", "--message", MESSAGE, "--days"))
    assert [(row["day"], row["currency"], row["orders"], row["turnover"]) for row in days] == [
        ("2020-01-06", "EUR", "1", "2.00"), ("2020-01-06", "SOL", "1", "3.00"), ("2020-01-07", "EUR", "1", "2.00"),
        ("2020-01-07", "SOL", "1", "3.00"), ("2020-01-08", "EUR", "2", "4.00"), ("2020-01-08", "SOL", "2", "3.00"),
    ]  # fmt: skip
    with store.reading() as t:
        noted = t.one("SELECT action, subject_id, detail FROM journal ORDER BY id DESC")
    assert tuple(noted) == ("export.results", MESSAGE, '{"form": "csv", "rows": 6, "what": "days"}')


def test_what_was_ordered_where_no_orders_are_known_stays_empty(store: Store, cabas: Cabas) -> None:
    with store.writing() as t:
        t.execute("UPDATE orders SET ordered_on = '2020-01-06' WHERE ordered_on < '2020-01-06'")
    asked = ("came_back", "came_back_before", "turnover_before", "group_cost_not_known", "orders_known_since")
    said = [[row[name] for name in asked] for row in table(cabas("export", "results"))]
    assert said == [["1", "", "", "0.00", "2020-01-06"], ["", "", "", "3.00", ""]]
    assert json.loads(cabas("message", "results", MESSAGE, "--json"))["before"] is None
    with store.writing() as t:
        t.execute("UPDATE messages SET imported_at = ?, counts_from = '2019-12-01'", (t.stamp,))
    (row,) = table(cabas("export", "results"))
    assert [row[name] for name in ("came_back", "orders", "kg", "turnover", "written_to")] == ["", "", "", "", "3"]
    assert table(cabas("export", "results", "--message", MESSAGE, "--days")) == []
    told = json.loads(cabas("message", "results", MESSAGE, "--json"))
    assert (told["written"]["members"], told["written"]["came_back"], told["curves"]) == (3, None, None)
    people = table(cabas("export", "results", "--message", MESSAGE, "--recipients"))
    assert {row["came_back"] for row in people} == {""}


def test_recipients_for_other_tools_leave_out_who_does_not_want_to_be_written_to(store: Store, cabas: Cabas) -> None:
    rows = table(cabas("export", "results", "--message", MESSAGE, "--recipients"))
    asked = ("name", "first_name", "email", "postal_code", "channel", "written_to", "came_back")
    assert [tuple(row[name] for name in asked) for row in rows] == [
        ("N1", "Anna", "m1@exemple.fr", "44119", "email", "1", "1"),
        ("N2", "Anna", "m2@exemple.fr", "44119", "email", "0", "1"),
        ("'=1+1", "Anna", "m4@exemple.fr", "44119", "call", "1", "0"),
    ]
    assert rows[0]["mobile"]
    assert "of one message" in cabas("export", "results", "--recipients", code=2)


def test_without_the_right_to_see_money_there_is_none_anywhere(store: Store, cabas: Cabas) -> None:
    store.operators.add("zoe", "Zoé", "writer")
    with store.writing() as t:
        t.insert("message_figures", message_id=MESSAGE, name="turnover", currency="EUR", value=128_450)
    as_zoe = ("--operator", "zoe")
    found = json.loads(cabas(*as_zoe, "message", "results", MESSAGE, "--json"))
    assert (found["money"], found["curves"]["money"], found["figures"]) == (None, None, [])
    money = ("turnover", "per_member")
    assert {found[name][what] for name in ("written", "before", "others", "everybody") for what in money} == {None}
    for options in ((), ("--days",), ("--format", "json")):
        said = cabas(*as_zoe, "export", "results", *options)
        assert not [word for word in ("turnover", "margin", "currency", "EUR", "4.00") if word in said]
    assert "€" not in cabas(*as_zoe, "message", "results", MESSAGE)
    store.operators.set_rights("zoe", take=store.operators.get("zoe").grants)
    assert "see messages" in cabas(*as_zoe, "export", "results", code=1)
