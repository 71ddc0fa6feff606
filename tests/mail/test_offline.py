"""Everything up to the outbox works without a network; a run then says so and leaves all as it was."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from store.handle import Store
from tests.mail.outgoing import queue, set_mailbox

# A network of its own, with nothing in it: not even this machine's own address.
ALONE = ["unshare", "--map-root-user", "--net"]

SENDING = """
import json, sys
from dataclasses import replace
from pathlib import Path
from mail.outbox import run
from screens.outbox_words import result_words
from store.handle import Store

store = Store(Path(sys.argv[1]), "marie")
settings = store.mailbox.get()
found = []
for host in sys.argv[2:]:
    store.mailbox.set(replace(settings, host=host))
    result = run(store, lambda: "secret")
    words = result_words(result, store.mailbox.get(), store.clock)
    found.append([result.outcome, result.exit_code, result.reason, result.due, store.mailbox.state().state, words])
print(json.dumps(found))
"""


def alone() -> bool:
    """Whether this machine lets a process have a network of its own."""
    return bool(shutil.which("unshare")) and subprocess.run([*ALONE, "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not alone(), reason="no process may have a network of its own here")
def test_a_run_without_network_says_so_and_leaves_all_ready(store: Store, tmp_path: Path) -> None:
    set_mailbox(store, 465, host="smtp.exemple.fr", tls="implicit", username="amap")
    queue(store, 3)
    command = [*ALONE, sys.executable, "-c", SENDING, str(store.path), "smtp.exemple.fr", "192.0.2.25", "2001:db8::25"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert [line[:5] for line in found] == [
        ["no_network", 3, reason, 3, "ok"] for reason in ("name", "network", "network")
    ]
    for *_facts, words in found:
        assert "on the internet" in words
        assert "3 mails wait" in words
    with store.reading() as t:
        rows = t.all("SELECT state, tries, date_header FROM deliveries")
        assert [tuple(row) for row in rows] == [("ready", 0, None)] * 3
