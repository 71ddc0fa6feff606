"""What old mailings brought in, as files write it: no amount is guessed, and no currency."""

from __future__ import annotations

import pytest

from store import Store
from tests.store.exchange.mailings import stored, take


@pytest.mark.parametrize(
    ("cells", "cents"),
    [
        (["1,234"], [None]), (["1.234"], [None]), (["9,999 €", "12"], [None, 1_200]), (["-1.234"], [None]),
        (["1.234", "5,50"], [123_400, 550]), (["1,234", "5.50"], [123_400, 550]), (["1,234", "5,50"], [None, 550]),
        (["1.234", "1.234.567"], [123_400, 123_456_700]), (["1.234", "1,284.50"], [None, 128_450]),
        (["1.234", "5,5", "5.5"], [None, 550, 550]), (["0,500", "1.234"], [50, 123_400]), (["1 234,5"], [123_450]),
        (["1234.567", "1,234"], [123_457, 123_400]), (["1’234.50", "12,345"], [123_450, 1_234_500]),
    ],
)  # fmt: skip
def test_an_amount_that_can_be_read_in_two_ways_is_read_as_the_others_or_not(
    store: Store, cells: list[str], cents: list[int | None]
) -> None:
    rows = (f'2024-03-05;A{place};1;"{cell}"' for place, cell in enumerate(cells))
    report = take(store, "\n".join(["date;label;sent;margin", *rows]))
    figures = {title: said["margin"][1] for title, (_reached, said) in stored(store).items()}
    assert [figures.get(f"A{place}") for place in range(len(cells))] == cents
    refused = [(one.reason, one.column) for one in report.details if one.what == "bad"]
    assert refused == [("two_ways", "margin")] * cents.count(None)
    assert sum(report.sums.values()) == sum(filter(None, cents))


def test_a_quantity_has_three_decimals_where_the_file_writes_them_so(store: Store) -> None:
    take(store, "date;label;sent;quantity\n2024-03-05;A;1;1,234\n")
    assert stored(store) == {}
    take(store, "date;label;sent;quantity\n2024-03-05;A;1;1,234\n2024-03-05;B;1;1,5\n2024-03-05;C;1;1.234\n")
    assert {title: said["quantity"][1] for title, (_reached, said) in stored(store).items()} == {
        "A": 1_234, "B": 1_500, "C": 1_234_000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "cell", "column", "currency"),
    [
        ("turnover", "12.50 $", "", None), ("turnover", "$12.50", "", None), ("turnover ($)", "12.50", "", None),
        ("turnover", "12.50 $", "CAD", "CAD"), ("turnover", "12.50", "TTC", None), ("turnover", "12.50", "usd", "USD"),
        ("turnover", "12.50 €", "CHF", None), ("turnover", "£12.50", "", "GBP"), ("CA TTC (€)", "12.50", "", "EUR"),
        ("turnover", "12.50", "francs", None), ("turnover CHF", "12.50", "", "CHF"), ("turnover", "12.50", "", "EUR"),
        ("turnover", "12.50", "euros", "EUR"), ("turnover", "$12.50 USD", "", "USD"),
        ("turnover", "CAD 12,50", "", "CAD"), ("turnover", "12.50 TTC", "", None),
    ],
)  # fmt: skip
def test_no_currency_becomes_the_groups_unasked(
    store: Store, heading: str, cell: str, column: str, currency: str | None
) -> None:
    report = take(store, f"date;label;sent;{heading};currency\n2024-03-05;A;1;{cell};{column}\n")
    said = [figures["turnover"] for _reached, figures in stored(store).values()]
    assert said == ([] if currency is None else [(currency, 1_250)])
    if currency is None:
        reason = "total" if "TTC" in cell else "which_currency"
        assert [(one.reason, one.column) for one in report.details] == [(reason, heading)]


def test_dollars_are_the_groups_where_it_reckons_in_dollars_and_headings_may_name_others(store: Store) -> None:
    with store.writing() as t:
        t.execute("UPDATE settings SET value = json_set(value, '$.currency', 'CAD') WHERE key = 'group'")
    take(store, "date;label;sent;turnover\n2024-03-05;A;1;12.50 $\n")
    mapping = ("date", "label", "sent", "turnover")
    take(store, "date;label;sent;Ventes (USD, TTC)\n2024-03-05;B;1;12.50\n", mapping=mapping)
    assert {title: said["turnover"][0] for title, (_to, said) in stored(store).items()} == {"A": "CAD", "B": "USD"}
