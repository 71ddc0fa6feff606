"""A group's file with a distribution tomorrow, for whole orders in a real terminal."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from store import Store
from store.settings import Group
from tests.offering import Offering, fill
from tests.terminal import CABAS, PATIENCE, Terminal


def new_group(file: Path) -> tuple[Store, Offering]:
    """The file as its owner opens it, and what is in it; every catalogue is open until the distribution."""
    store = Store.create(file, Group("AMAP des Oiseaux"), getpass.getuser(), "Marie")
    found = fill(store)
    day = store.clock.today() + timedelta(days=1)
    with store.writing() as t:
        t.execute("UPDATE distributions SET day = ? WHERE id = ?", (day.isoformat(), found.next))
        t.execute("UPDATE distribution_catalogues SET closes = NULL")
    return store, found


def terminal(file: Path, *options: str) -> Terminal:
    """The desk on the file."""
    environment = {"CABAS_CONFIG": str(file.with_name("none.toml")), "LANG": "C"}
    return Terminal([*CABAS, "--file", str(file), *options], environment)


def until(found: Callable[[], bool], said: Callable[[], str] = str, seconds: float = PATIENCE) -> None:
    """Wait until something is so; else what is `said` is the reason."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, said()
        time.sleep(0.05)
