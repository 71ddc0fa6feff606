"""Which language a person is spoken to, before anything else of the file is needed."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from urllib.parse import quote


def language_of(path: Path, login: str) -> str | None:
    """The operator's language, else the group's; None where there is no file, or nothing can be read in it.

    Never raises and never changes the file: whoever opens it properly afterwards is told what is wrong.
    """
    try:
        conn = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=0)
    except sqlite3.Error:
        return None
    try:
        own = conn.execute("SELECT language FROM operators WHERE login = ? AND active = 1", (login,)).fetchone()
        if own is not None and own[0]:
            return str(own[0])
        group = conn.execute("SELECT value FROM settings WHERE key = 'group'").fetchone()
        return None if group is None else str(json.loads(group[0]).get("language") or "") or None
    except (sqlite3.Error, ValueError, AttributeError):
        return None
    finally:
        conn.close()
