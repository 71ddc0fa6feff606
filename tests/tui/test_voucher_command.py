"""`cabas voucher`, and vouchers with messages and orders, by scripts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from mail import composing
from store import Store
from store.handing import hand_over
from store.mailbox import MailboxSettings
from store.people import EmailState
from store.segments import EVERYONE
from store.voucher_records import Offer, StillTold
from tests.offering import Offering, fill
from tests.store.giving import give


@pytest.fixture
def group(store: Store) -> Offering:
    store.mailbox.set(MailboxSettings("localhost", 25, "none", "amap", "amap@exemple.fr"))
    found = fill(store)
    odette = store.members.get(found.members["odette"])
    person = replace(odette.people[0], email="odette@exemple.fr", email_state=EmailState.HAS)
    store.members.save(replace(odette, people=(person,)))
    return found


def test_from_the_message_to_the_order(cabas, group: Offering, store: Store, tmp_path) -> None:
    text = tmp_path / "text.md"
    text.write_text("Votre bon : {{ voucher.code }}, {{ voucher.amount }}")
    last = (store.clock.today() + timedelta(days=30)).isoformat()
    words = ("--segment", "nobody + member(ids=1) + member(ids=2)", "--subject", "Noël", "--body-file", str(text))
    offer = ("--voucher", "5,00", "--voucher-minimum", "8,00", "--voucher-valid-until", last)
    assert "no catalogue is in this currency" in cabas(
        "message", "new", *words, *offer, "--voucher-currency", "XYZ", code=1
    )
    assert "2 vouchers, €10.00" in cabas("message", "new", *words, *offer)
    (row,) = store.messages.all()
    assert "no vouchers" in cabas("voucher", "list")
    cabas("message", "edit", str(row.id), "--voucher", "4,00")
    found = store.vouchers.offer(row.id)
    assert found is not None
    assert (found.amount, found.minimum, found.valid_until.isoformat()) == (400, 800, last)  # type: ignore[union-attr]
    composing.freeze(store, row.id)
    listed = json.loads(cabas("voucher", "list", "--message", str(row.id), "--json"))
    assert [(one["member_id"], one["amount"], one["state"]) for one in listed["vouchers"]] == [
        (2, 400, "open"), (1, 400, "open"),
    ]  # fmt: skip
    assert [(one["count"], one["amount"]) for one in listed["totals"]] == [(2, 800)]
    said = cabas("voucher", "cancel", "--message", str(row.id), code=1)
    assert "1 mail of this message still waits" in said
    assert "1 member still gets a letter, a row or a call: its code is good for nothing." in said
    assert "2 vouchers of it can be used still" in cabas("message", "cancel", str(row.id))
    pauls, odettes = (one["code"] for one in listed["vouchers"])
    order = ("order", "add", "--member", "Odette", "--distribution", str(group.next), "--voucher", odettes.lower())
    assert "8" in cabas(*order, "1 6OE", code=1)
    done = json.loads(cabas(*order, "4 6OE", "--json"))
    assert (done["totals"], done["to_pay"], done["vouchers"]) == ({"EUR": 960}, {"EUR": 560}, [odettes])
    assert "To pay: €5.60" in cabas("order", "show", str(done["id"]))
    assert "€4.00" in cabas("export", "orders", "--distribution", str(group.next), "--by", "member", "--format", "txt")
    assert "4.00 EUR" in cabas("export", "pickup", "--distribution", str(group.next), "--format", "csv")
    assert "4.00 EUR" in cabas("export", "orders", "--distribution", str(group.next), "--format", "csv")
    refused = cabas("order", "change", str(done["id"]), "=1 6OE", code=1)
    assert "--without-vouchers" in refused
    less = cabas("order", "change", str(done["id"]), "=1 6OE", "--without-vouchers", "--no-voucher", odettes)
    assert "Order" in less
    assert "is not on this order" in cabas("order", "change", str(done["id"]), "--no-voucher", odettes, code=1)
    cabas("order", "change", str(done["id"]), "=4 6OE")
    assert json.loads(cabas("voucher", "show", odettes, "--json"))["state"] == "open"
    cabas("order", "change", str(done["id"]), "--voucher", odettes)
    assert "used" in cabas("voucher", "show", odettes.replace("-", ""))
    assert "Cancel" in cabas("voucher", "cancel", pauls, code=1), "nobody was there to say yes"
    assert store.vouchers.find(pauls).state == "open"
    assert "cancelled" in cabas("voucher", "cancel", pauls, "--yes")
    assert cabas("voucher", "cancel", odettes, code=1)
    assert "0" in cabas("voucher", "cancel", "--message", str(row.id))


@pytest.mark.parametrize("channel", ["letter", "csv"])
def test_who_cancels_codes_hears_of_whom_a_letter_or_a_row_will_tell_them(
    cabas, group: Offering, store: Store, channel: str
) -> None:
    with store.writing() as t:
        t.execute("UPDATE members SET address1 = '3 rue Basse', city = 'Dijon'")
    message = store.messages.new(EVERYONE, "Noël", "{{ voucher.code }}", channels=(channel,))
    store.vouchers.set_offer(message, Offer("EUR", amount=500))
    composing.freeze(store, message)
    first, *others = store.vouchers.all(message)
    store.vouchers.cancel(first.id)  # who was told of this one is not to be told again
    cancel = ("voucher", "cancel", "--message", str(message))
    assert f"{len(others)} members still get a letter, a row or a call: their codes" in cabas(*cancel, code=1)
    assert store.vouchers.still_told(message) == StillTold(0, len(others))
    with store.writing() as t:
        t.execute("UPDATE messages SET state = 'cancelled' WHERE id = ?", (message,))
    assert store.vouchers.still_told(message) == StillTold(0, 0), "nothing of it is written any more"
    with store.writing() as t:
        t.execute("UPDATE messages SET state = 'queued' WHERE id = ?", (message,))
    hand_over(store, message, channel)
    assert "still get" not in cabas(*cancel, code=1)


def test_what_lapses_is_said_and_an_estimate_is_marked(cabas, group: Offering, store: Store) -> None:
    odette = group.members["odette"]
    codes = [give(store, odette, amount).code for amount in (500, 2500)]
    given = [word for code in codes for word in ("--voucher", code)]
    said = cabas("order", "add", "--member", "Odette", "--distribution", str(group.next), "1 POUL", *given)
    assert "With 2 vouchers: ~€0.00 to pay." in said
    assert f"{codes[1]}: more than there is to pay" in said
    assert f"{codes[0]}: more" not in said
    order = store.vouchers.find(codes[0]).order_id
    assert f"{codes[0]} takes nothing off" in cabas("order", "settle", str(order), "POUL=0")


def test_who_brings_a_distribution_back_hears_of_vouchers_that_were_used_elsewhere(
    cabas, group: Offering, store: Store
) -> None:
    odette, eggs = group.members["odette"], group.products["eggs"]
    voucher = give(store, odette)
    offered = list(group.catalogues.values())
    first, other = (
        store.distributions.add(store.clock.today() + timedelta(days=n), "18:00", "19:30", "Halle", offered)
        for n in (20, 27)
    )
    store.orders.record(odette, first, [(eggs, 4000)], vouchers=[voucher.code])
    store.distributions.cancel(first, store.distributions.get(first).version, "snow")
    store.orders.record(odette, other, [(eggs, 4000)], vouchers=[voucher.code])
    said = cabas("distribution", "restore", str(first))
    assert "with 1 order" in said
    assert "The voucher of Maréchal Odette was used elsewhere" in said
