"""The app's one writer."""

from __future__ import annotations

import time

import pytest

from store.writer import Writer


def test_writes_are_carried_out_in_the_order_they_were_handed_in() -> None:
    writer = Writer()
    done: list[int] = []

    def slow_first(n: int) -> None:
        time.sleep(0.02 if n == 0 else 0)
        done.append(n)

    for n in range(20):
        writer.submit(lambda n=n: slow_first(n))
    writer.close()
    assert done == list(range(20))


def test_a_write_that_fails_tells_its_owner_and_the_next_one_goes_on() -> None:
    writer = Writer()

    def fails() -> None:
        raise OSError("no space left")

    failed = writer.submit(fails)
    after = writer.submit(lambda: "saved")
    with pytest.raises(OSError, match="no space left"):
        failed.result(timeout=5)
    assert after.result(timeout=5) == "saved"
    writer.close()
