"""What can be written of results as a file, and writing it into the exports folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from templates.words import N_

if TYPE_CHECKING:
    from store import Store


class File(NamedTuple):
    """What it is called and what is in it, both to be translated."""

    name: str
    purpose: str


FILES = {
    "figures": File(N_("Figures"), N_("all that is counted of this message, in one row")),
    "days": File(N_("Day by day"), N_("the curves of this message as a table")),
    "people": File(N_("Recipients"), N_("name, e-mail, mobile, postal code, who came back")),
    "all": File(N_("All messages"), N_("the figures of the whole list, a row each")),
}
"""All of them are tables for a spreadsheet."""


def write_file(store: Store, what: str, message_id: int | None, *, automatic: bool) -> Path:
    """Write one of `FILES` and return where it is; "all" is of what workflows sent where `automatic`."""
    from store.exchange.export_folder import write_export
    from store.exchange.results_export import export_result_recipients, export_results

    if what == "people" and message_id is not None:
        return write_export(store, export_result_recipients(store, "csv", message_id))
    one = None if what == "all" else message_id
    return write_export(store, export_results(store, "csv", one, days=what == "days", automatic=automatic))
