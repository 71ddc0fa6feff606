"""The mailbox takes only what can stand in a mail's head and be connected to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store import Store
from store.errors import Invalid
from store.mailbox import MailboxSettings

SETTINGS = MailboxSettings("smtp.exemple.fr", 465, "implicit", "amap", "amap@exemple.fr")


@pytest.mark.parametrize(
    "address",
    ["", "amap", "amap@", "@exemple.fr", "a,b@exemple.fr", "a@exemple.fr,b", "a b@exemple.fr", "a@x\r\nBcc: b@x.fr",
     "zoé@exemple.fr", '"a"@exemple.fr', "a@b@exemple.fr", "a@exemple.fr\x07"],
)  # fmt: skip
def test_an_address_is_one_that_every_server_reads(store: Store, address: str) -> None:
    for wrong in (replace(SETTINGS, address=address), replace(SETTINGS, identities=("b@exemple.fr", address))):
        with pytest.raises(Invalid):
            store.mailbox.set(wrong)
    assert store.mailbox.get() is None


@pytest.mark.parametrize("address", ["amap@exemple.fr", "l.amap+mail@exemple.fr", "amap@café.fr", "amap@localhost"])
def test_usual_addresses_are_taken(store: Store, address: str) -> None:
    store.mailbox.set(replace(SETTINGS, address=address, identities=(address,)))
    assert store.mailbox.get() == replace(SETTINGS, address=address, identities=(address,))


@pytest.mark.parametrize("host", ["", "smtp exemple.fr", "smtp\x00.fr", "smtp\n.fr"])
def test_a_host_is_a_name(store: Store, host: str) -> None:
    with pytest.raises(Invalid):
        store.mailbox.set(replace(SETTINGS, host=host))
