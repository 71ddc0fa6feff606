"""Why a file cannot be imported at all, in words; `screens.errors` takes them in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from templates.words import N_, _

if TYPE_CHECKING:
    from store import errors

UNREADABLE = {
    "missing": N_("There is no file at {path}."),
    "folder": N_("{path} is a folder. Name the file in it."),
    "unreadable": N_("{path} cannot be read ({detail})."),
    "empty": N_("{path} is empty: nothing was imported."),
    "spreadsheet": N_("{path} is a spreadsheet. Open it, save it as CSV, and import that file."),
    "binary": N_("{path} is no text file: nothing was imported. A CSV file is needed."),
    "json": N_("{path} is JSON, but not a whole file of members that cabas has written: nothing was imported."),
    "encoding": N_("The letters of {path} cannot be read. Save the file again as CSV in UTF-8."),
    "header": N_(
        "{path} is no file that cabas knows: nothing was imported. Its first line has: {detail}. "
        "Say what these columns are: on the Import screen, or with --map COLUMN=FIELD."
    ),
    "lines": N_("{path} has more than {detail} lines: nothing was imported. Cut it into parts."),
    "columns": N_("{path} has more than {detail} columns: nothing was imported."),
    "twice": N_("{path} has the column “{detail}” twice: nothing was imported. Take one away."),
}


def _unreadable(error: errors.ImportUnreadable) -> str:
    return _(UNREADABLE.get(error.reason, UNREADABLE["unreadable"])).format(
        path=error.path, detail=error.detail or _("nothing")
    )


IMPORT_SENTENCES: dict[str, Callable[[Any], str]] = {"ImportUnreadable": _unreadable}
"""By the class's name, for `screens.errors`."""
