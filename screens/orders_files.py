"""The orders of a distribution as a file: to print, for a spreadsheet, or to be read in again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from screens.recap_files import FORMS
from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store

WHOLE = "whole"
_WHOLE = (N_("All orders"), N_("every line, to be read in again here or elsewhere"))


def forms() -> list[tuple[str, str, str]]:
    """What can be written: name, purpose and form."""
    found = {**FORMS, WHOLE: _WHOLE}
    return [(_(name), _(purpose), form) for form, (name, purpose) in found.items()]


def write_orders(store: Store, form: str, distribution_id: int, by: str) -> Path:
    """Write the orders as they are seen (`by` member, product or producer), or whole, into the exports folder."""
    from mail.sheets import export_list
    from store.exchange.export_folder import write_export

    whole = form == WHOLE
    export = export_list(store, "orders", "csv" if whole else form, distribution_id, by=None if whole else by)
    return write_export(store, export)
