"""What an import did, or why it could not, in words; `screens.errors` asks here too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store import errors
    from store.exchange.report import ImportedRow, ImportReport

UNREADABLE = {
    "missing": N_("There is no file at {path}."),
    "folder": N_("{path} is a folder. Name the file in it."),
    "unreadable": N_("{path} cannot be read ({detail})."),
    "empty": N_("{path} is empty: nothing was imported."),
    "spreadsheet": N_("{path} is a spreadsheet. Open it, save it as CSV, and import that file."),
    "binary": N_("{path} is no text file: nothing was imported. A CSV file is needed."),
    "encoding": N_("The letters of {path} cannot be read. Save the file again as CSV in UTF-8."),
    "header": N_(
        "{path} is no known list of members: nothing was imported. Its first line has: {detail}. "
        "A line first_name;last_name;email;phone above the rows is understood."
    ),
    "twice": N_("{path} has the column “{detail}” twice: nothing was imported. Take one away."),
}

BAD = {
    "cells": N_("cut into {value} cells: a separator or a quote is wrong"),
    "quotes": N_("a quote is opened and not closed"),
    "email": N_("“{value}” is no e-mail address"),
    "date": N_("“{value}” is no date; write 2026-11-21"),
    "name": N_("neither name nor e-mail nor phone"),
}

CANDIDATE = {
    "archived": N_("taken out of the lists: {names}"),
    "id": N_("its number belongs to {names}"),
    "email": N_("its e-mail is that of {names}"),
    "account": N_("its e-mail is that of {names}, who has another number"),
    "phone": N_("same phone as {names}"),
    "name": N_("same name as {names}"),
    "phone and name": N_("same name and phone as {names}"),
    "line": N_("line {value} of the file says otherwise of {names}"),
}


def _unreadable(error: errors.ImportUnreadable) -> str:
    return _(UNREADABLE.get(error.reason, UNREADABLE["unreadable"])).format(
        path=error.path, detail=error.detail or _("nothing")
    )


IMPORT_SENTENCES: dict[str, Callable[[Any], str]] = {"ImportUnreadable": _unreadable}
"""By the class's name, for `screens.errors`."""


def row_words(row: ImportedRow) -> str:
    """One line about one row: its number, whom it is about, and what came of it."""
    if row.what == "bad":
        return _("line {line}: left out, {reason}").format(line=row.line, reason=reason_words(row))
    if row.what == "candidate":
        reason = reason_words(row)
        return _("line {line}: {name}: not imported, {reason}").format(line=row.line, name=row.name, reason=reason)
    if row.what == "changed":
        return _("line {line}: {name}: changed {fields}").format(
            line=row.line, name=row.name, fields=", ".join(change.field for change in row.changes)
        )
    return _("line {line}: {name}: new").format(line=row.line, name=row.name)


def reason_words(row: ImportedRow) -> str:
    """Why a row is bad, or not taken without an answer; the code itself where no words are written for it."""
    words = (BAD if row.what == "bad" else CANDIDATE).get(row.reason, row.reason)
    return _(words).format(value=row.value, names=", ".join(name for _id, name in row.candidates))


def summary(report: ImportReport, *, dry_run: bool) -> list[str]:
    """What the import did, or (`dry_run`) would do, in a few lines; the listed rows come apart."""
    first = _("Nothing is stored yet: this is what the import would do.") if dry_run else _("The import is stored.")
    lines = [
        first if dry_run or report.new or report.changed else _("Nothing had to be changed."),
        _("{new} new, {changed} changed, {same} as before.").format(
            new=report.new, changed=report.changed, same=report.same
        ),
    ]
    if report.candidates:
        lines.append(
            ngettext(
                "{n} row may be a member that the group has already: it is not imported. "
                "Look it up and add or change it by hand.",
                "{n} rows may be members that the group has already: they are not imported. "
                "Look them up and add or change them by hand.",
                report.candidates,
            ).format(n=report.candidates)
        )
    if report.bad:
        lines.append(
            ngettext(
                "{n} row could not be read: correct it in the file, then import the file again.",
                "{n} rows could not be read: correct them in the file, then import the file again.",
                report.bad,
            ).format(n=report.bad)
        )
    if report.ignored:
        lines.append(_("Columns that are not read: {columns}.").format(columns=", ".join(report.ignored)))
    return lines
