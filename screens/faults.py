"""A fault of the program itself: written down for whoever mends it, and told in one sentence."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from templates.words import _

ABOUT_CODE = (ArithmeticError, AttributeError, ImportError, NameError, RuntimeError, TypeError)
"""Errors whose text speaks of the program; a KeyError's is the key, which may be a name or an address."""


def write_down(error: BaseException) -> Path | None:
    """Write the error's traceback to a file that only this account can read; None where nothing can be written.

    The report holds code lines, the error and versions: no local variables, no arguments of the command, and no text
    of an error that may quote a member.
    """
    from importlib.metadata import version

    head = (
        f"cabas {version('cabas')}, Textual {version('textual')}, Python {sys.version.split()[0]}, {sys.platform}\n\n"
    )
    moment = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    for folder in _folders():
        path = folder / f"cabas-fault-{moment}.txt"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(head + _told(error))
        except OSError:
            continue
        return path
    return None


def ended_by(error: BaseException) -> str:
    """Write a fault down that ends the program, and say so."""
    path = write_down(error)
    if path is None:
        return _("cabas stopped because of a fault of its own. What was saved is kept.")
    return _(
        "cabas stopped because of a fault of its own. What was saved is kept; a report for who mends it: {path}"
    ).format(path=path)


def _told(error: BaseException) -> str:
    """The error after what led to it, each with its lines of code."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = "" if earlier is None else f"{_told(earlier)}\nThen:\n\n"
    kind = type(error)
    about_code = isinstance(error, ABOUT_CODE) or kind.__module__ == "sqlite3"
    text = str(error) if about_code else "(its text is left out: it may quote somebody)"
    return f"{before}{''.join(traceback.format_tb(error.__traceback__))}{kind.__module__}.{kind.__qualname__}: {text}\n"


def _folders() -> tuple[Path, ...]:
    from platformdirs import user_state_path

    return (user_state_path("cabas", appauthor=False), Path(tempfile.gettempdir()))
