"""Print the rows of the design's budgets that can be measured by now: `python bench/run.py [NAME ...]`.

Ratios, measured side by side in one run: the milliseconds beside them mean little on another machine. It exits 1 when a
row is over its budget.
"""

from __future__ import annotations

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = (
    "start",
    "keys",
    "phone_order",
    "ssh",
    "search",
    "freezing",
    "sending",
    "crashes",
    "imports",
    "segments",
    "results",
    "tests",
)


def main(wanted: list[str]) -> int:
    """Run the named benchmarks, or all; those whose parts are missing say so."""
    sys.path[0] = str(ROOT)  # instead of this folder, whose `tests` would hide the other one
    os.chdir(ROOT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    from bench.rows import NotThereYet

    print(f"{'':4}  {'what':44}  {'figure':>12}  {'budget':>12}  measured")
    over = 0
    for name in wanted or BENCHMARKS:
        with tempfile.TemporaryDirectory(prefix="cabas-bench-") as folder:
            try:
                for row in import_module(f"bench.{name}").rows(Path(folder)):
                    over += row.within is False
                    print(row.line(), flush=True)
            except (NotThereYet, ImportError) as error:
                print(f"{'none':4}  {name}: {error}", flush=True)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
