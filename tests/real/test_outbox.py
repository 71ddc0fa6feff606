"""The outbox on a disk that is really full: nothing is sent that cannot be written down, and all goes on afterwards."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mail.recorder import Recorder

# A disk of sixteen megabytes that only the process itself sees, and that is gone with it.
SMALL_DISK = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size=16m none "$1" && shift && exec "$@"', "sh"]

ON_IT = """
import json, sys
from pathlib import Path
from mail.outbox import run
from store.errors import DiskFull
from store.handle import Store
from store.settings import Group
from tests.mail.outgoing import queue, set_mailbox

folder, port = Path(sys.argv[1]), int(sys.argv[2])
store = Store.create(folder / "group.cabas", Group("AMAP"), "marie", "Marie")
set_mailbox(store, port)
queue(store, 300)
ballast = folder / "ballast"
told = []
for room in (400_000, 300_000, 0):
    with ballast.open("wb", buffering=0) as file:
        free = __import__("os").statvfs(folder).f_bavail * 4096 - room
        try:
            file.write(b"x" * max(0, free))
        except OSError:
            pass
    try:
        told.append(run(store, lambda: "").outcome)
    except DiskFull:
        told.append("full")
    with store.reading() as t:
        told.append({row[0]: row[1] for row in t.all("SELECT state, count(*) FROM deliveries GROUP BY state")})
    ballast.unlink()
told.append(run(store, lambda: "").outcome)
with store.reading() as t:
    states = {row["address"]: row["state"] for row in t.all("SELECT address, state FROM deliveries")}
print(json.dumps([told, states]))
"""


def missing() -> str:
    """Why no small disk can be made here; empty when one can."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return "a disk of one's own is root's"
    done = subprocess.run([*SMALL_DISK, "/mnt", "true"], capture_output=True, text=True)
    return done.stderr.strip() or ("" if done.returncode == 0 else "unshare fails")


pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(missing()), reason=missing())]


def test_a_disk_that_is_full_stops_before_the_dot_and_nobody_gets_two(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with Recorder(tmp_path) as server:
        command = [*SMALL_DISK, disk, sys.executable, "-c", ON_IT, str(disk), str(server.port)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
        assert done.returncode == 0, done.stderr
        told, states = json.loads(done.stdout)
        accepted = [mail["to"] for mail in server.accepted()]
    assert told[0::2] == ["full", "full", "full", "done"]
    assert 0 < told[1]["sent"] < 300, "some before it was full"
    assert all(set(counts) <= {"sent", "ready"} for counts in told[1::2]), "none in doubt: it stops before the dot"
    assert sorted(accepted) == sorted(states), "everybody once"
    assert set(states.values()) == {"sent"}
