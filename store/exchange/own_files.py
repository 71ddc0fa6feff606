"""Tables of our own: CSV files that spreadsheets open and our imports read again without loss."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from store.exchange.formulas import defused

ENCODING = "utf-8-sig"
"""UTF-8 with its mark: Excel takes a file without one for the old Windows alphabet."""


def own_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The text of a table: a header and rows, formulas defused."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue()


def decimal_text(value: int | None, digits: int) -> str:
    """Hundredths (2 `digits`) or thousandths (3) as a number with a dot and no idle zeros of a thousandth."""
    if value is None:
        return ""
    whole, rest = divmod(abs(value), 10**digits)
    text = f"{'-' if value < 0 else ''}{whole}"
    if digits == 2:
        return f"{text}.{rest:02}"
    return f"{text}.{rest:03}".rstrip("0").rstrip(".")
