"""A group with a mailbox, on a Saturday, whose week `tests.mail.flows` tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Store
from store.settings import Group
from tests.mail.flows import SATURDAY, Week
from tests.mail.outgoing import set_mailbox
from tests.store.conftest import Hands


@pytest.fixture
def hands() -> Hands:
    return Hands(SATURDAY)


@pytest.fixture
def store(tmp_path: Path, hands: Hands) -> Iterator[Store]:
    opened = Store.create(tmp_path / "group.cabas", Group("AMAP des Oiseaux"), "marie", "Marie", now=hands)
    set_mailbox(opened, 25)
    yield opened
    opened.close()


@pytest.fixture
def week(store: Store) -> Week:
    return Week(store)
