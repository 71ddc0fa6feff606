"""A disk that is really full: what is said, and that nothing is lost or sent twice for it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from store import Store
from store.handle import unix_login
from store.settings import Group
from tests.mail.outgoing import queue, set_mailbox
from tests.mail.recorder import Recorder
from tests.real.sshd import namespaces

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not namespaces(), reason="a disk of its own needs root and mounts of its own"),
]

ON_A_SMALL_DISK = """
mount -t tmpfs -o size=10m none "$1"
cp "$2" "$1/group.cabas"
cabas() { "$PYTHON" -m tui.cli --file group.cabas "$@" 2>&1; echo "= $?"; }
cd "$1"
cabas outbox adopt
cabas backup
dd if=/dev/zero of=fill bs=1k 2>/dev/null
cabas backup
cabas tick
cabas doctor
cabas restore backups/*.backup new.cabas
ls -A . backups
rm fill
cabas tick --json
"""


def test_on_a_full_disk_everything_says_so_and_nothing_is_lost(
    tmp_path: Path, recorder: Callable[..., Recorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = recorder()
    made, disk = tmp_path / "group.cabas", tmp_path / "disk"
    disk.mkdir()
    store = Store.create(made, Group("AMAP des Oiseaux"), unix_login())
    set_mailbox(store, server.port)
    addresses = queue(store, 3)
    store.close()
    monkeypatch.setenv("PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent.parent))
    command = ["unshare", "-m", "bash", "-c", ON_A_SMALL_DISK, "bash", str(disk), str(made)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert "fault of its own" not in done.stdout + done.stderr
    codes = re.findall("^= (.)$", done.stdout, re.M)
    _adopted, _backed_up, backup, tick, doctor, restored, freed, _end = re.split("^= .$", done.stdout, flags=re.M)
    assert codes == ["0", "0", "1", "1", "1", "1", "0"], done.stdout
    assert "There is no room for a backup" in backup
    assert "The disk is full: this was not saved" in tick
    assert "There is no room for a backup" in tick
    assert "!! 0 are free on the disk" in doctor
    assert (
        restored.strip() == "The disk is full: this was not saved, everything before it was. Make room, then try again."
    )
    left, _brace, after = freed.partition("{")
    assert "new.cabas" not in left
    assert ".part" not in left
    ticked = json.loads("{" + after)
    assert ticked["outbox"]["sent"] == 3
    assert ticked["backup"]["whole"]
    assert sorted(mail["to"] for mail in server.accepted()) == addresses
