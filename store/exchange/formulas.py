"""Cells that a spreadsheet would carry out as a formula when it opens an export.

Such a cell begins with `= + - @`, a tab or a line's end (https://owasp.org/www-community/attacks/CSV_Injection); it
gets a `'` before it. So does one that begins with a `'`, so that reading can tell the two apart.
"""

from __future__ import annotations

_STARTS = frozenset("=+-@\t\r\n'")


def defused(cell: str) -> str:
    """The cell as it is written."""
    return f"'{cell}" if cell[:1] in _STARTS else cell


def undefused(cell: str) -> str:
    """The cell that `defused` wrote; a `'` that somebody typed before a word stays."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _STARTS else cell
