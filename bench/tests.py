"""How long every test takes, without those that need real servers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.rows import Row, most

BUDGET = 180


def rows(folder: Path) -> Iterator[Row]:
    """One run, as the README starts it, quiet."""
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--ignore=tests/real"],
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-200:]
    yield most("the whole test run", perf_counter() - start, BUDGET, last, " s")
