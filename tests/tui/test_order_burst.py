"""A whole order in one packet, a program killed in the middle of one: nothing typed is lost or taken out of turn."""

from __future__ import annotations

import signal
from datetime import timedelta
from pathlib import Path

import pytest

from store import Store
from store.orders import OrderRow
from tests.offering import Offering
from tests.screens.vouchers import CODE, give
from tests.tui.order_desk_file import new_group, terminal, until

UP, F8 = "\x1b[A", "\x1b[19~"
KNOWN = "nyv\r3 tom\r1 oe\r1,5 pdt\r2 fsa\r1 can\r\rc"
"""From the desk: five products for a caller who is found by a name."""
UNKNOWN = "nroux\r\rAnna\r0639981234\r0\r2 far\rpou\r\rc"
"""A caller who is no member yet and has no e-mail, with two products, one of them late."""
CHANGE = "nod\r=2 tom\r0 oe\r1 can\r\rc"
"""Yesterday's order: less of one product, another one taken out, a third one added."""
BARS = {KNOWN: 40, UNKNOWN: 42, CHANGE: 24}
"""Key strokes that each may cost."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "group.cabas"


@pytest.fixture
def made(file: Path) -> tuple[Store, Offering]:
    return new_group(file)


@pytest.fixture
def store(made: tuple[Store, Offering]) -> Store:
    return made[0]


@pytest.fixture
def group(made: tuple[Store, Offering]) -> Offering:
    return made[1]


def lines(store: Store, row: OrderRow) -> dict[str, int]:
    return {line.product.reference: line.quantity for line in store.orders.get(row.id).lines}


def ordered_yesterday(file: Path, store: Store, group: Offering) -> None:
    """Odette has ordered, by another operator, and the poultry's producer has been told."""
    store.operators.add("paul", "Paul", "phone_desk")
    yesterday = store.clock.now() - timedelta(days=1)
    paul = Store(file, "paul", lambda: yesterday)
    wanted = [(group.products["tomatoes"], 3000), (group.products["eggs"], 1000)]
    paul.orders.record(group.members["odette"], group.next, wanted)
    paul.close()
    store.distributions.mark_recap_sent(group.next, group.catalogues["poultry"])


@pytest.mark.parametrize("packets", [1, None], ids=["one packet", "key by key"])
def test_a_known_caller_a_new_one_and_a_change_within_their_key_strokes(
    file: Path, store: Store, group: Offering, packets: int | None
) -> None:
    ordered_yesterday(file, store, group)
    keys = KNOWN + UNKNOWN + CHANGE
    before = store.orders.look(group.members["odette"], group.next).changes_version
    assert [len(order) <= BARS[order] for order in (KNOWN, UNKNOWN, CHANGE)] == [True] * 3
    with terminal(file) as t:
        t.wait("New order")
        for packet in [keys] if packets else keys:
            t.write(packet)
            t.read(0.01)
        t.wait("3 orders")
        until(lambda: store.orders.look(group.members["odette"], group.next).changes_version > before, lambda: t.text)
        t.wait("Saved.")
    found = {row.member: lines(store, row) for row in store.orders.of_distribution(group.next)}
    assert found == {
        "Le Bihan Yves": {"TOMCB": 3000, "6OE": 1000, "PDTN": 1500, "FSA": 2000, "CAN": 1000},
        "Roux Anna": {"FSA": 2000, "POUL": 1000},
        "Maréchal Odette": {"TOMCB": 2000, "CAN": 1000},
    }
    person = store.members.get(store.members.resolve("0639981234")).people[0]
    assert (person.first_name, person.last_name, person.email_state) == ("Anna", "Roux", "none")
    late = [line.product_name for line in store.orders.late_lines(group.next)]
    assert sorted(late) == ["Canette", "Canette", "Poulet fermier"]


def test_two_orders_a_correction_a_voucher_and_a_new_member_in_one_packet(
    file: Path, store: Store, group: Offering
) -> None:
    give(store, group.members["odette"])
    odette = f"nod\r3 tom\r5cer\r0 cer\r2 tom\r{UP}\b\b\bpdt\r\rnring twice\rvc"
    jean = f"nzzz\r\rJean\r0639981234\r0\r=2 pou\r- can\r6\r{F8}"
    with terminal(file) as t:
        t.wait("New order")
        t.write(odette + jean)
        t.wait("2 orders")
    rows = store.orders.of_distribution(group.next)
    found = {row.member: lines(store, row) for row in rows}
    assert found == {"Maréchal Odette": {"TOMCB": 3000, "PDTN": 2000}, "Zzz Jean": {"POUL": 2000, "CAN": 6000}}
    first = next(row for row in rows if row.member == "Maréchal Odette")
    assert store.orders.get(first.id).note == "ring twice"
    assert [one.code for one in store.orders.get(first.id).vouchers] == [CODE]
    member = store.members.get(next(row.member_id for row in rows if row.member == "Zzz Jean"))
    assert (member.people[0].phone, member.people[0].email_state) == ("0639981234", "none")


def test_killed_in_the_middle_of_an_order_the_basket_is_there(file: Path, store: Store, group: Offering) -> None:
    odette = group.members["odette"]
    with terminal(file) as t:
        t.wait("New order")
        t.write("nod\r3 tom\r1 oe\r2 fs")
        until(lambda: len(store.orders.look(odette, group.next).lines) == 2)
        t.signal(signal.SIGKILL)
        t.end()
    assert store.orders.summary(group.next).baskets == 1
    with terminal(file) as t:
        t.wait("basket")
        t.write("nod\r")
        t.wait("This basket is open since")
        assert "2 lines" in t.text
        t.write("\r")
        t.wait("3 kilos of tomates")
        t.write("c")
        t.wait("Saved.")
    (row,) = store.orders.of_distribution(group.next)
    assert lines(store, row) == {"TOMCB": 3000, "6OE": 1000}


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_line_that_drops_or_a_server_that_goes_down_loses_nothing_that_was_typed(
    file: Path, store: Store, group: Offering, number: signal.Signals
) -> None:
    with terminal(file) as t:
        t.wait("New order")
        t.write("nod\r3 tom\r1 oe\r2 fs")
        t.wait("2 fs")
        if number is signal.SIGHUP:
            t.hang_up()
        else:
            t.signal(number)
        t.end()
    assert len(store.orders.look(group.members["odette"], group.next).lines) == 2
    with terminal(file) as t:
        t.wait("New order")
        t.write("nod\r")
        t.wait(" > 2 fs ")
        t.write("a\r\rc")
        t.wait("Saved.")
    (row,) = store.orders.of_distribution(group.next)
    assert lines(store, row) == {"TOMCB": 3000, "6OE": 1000, "FSA": 2000}
