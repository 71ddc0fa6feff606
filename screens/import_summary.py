"""What an import's report says above its rows, in a few lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from screens.errors import words_for
from screens.import_job import KINDS, Stored
from screens.import_words import about_mailings, short_words
from screens.widgets.plain import plain
from templates.words import N_, _, ngettext
from templates.words.money import number

if TYPE_CHECKING:
    from store.exchange.report import ImportReport

LINES_NAMED = 5
SYSTEMS = {
    "cabas": N_("written by cabas"),
    "mapped": N_("columns named by you"),
    "simple": "",
    "cagette": "Cagette",
    "camap": "CAMAP",
    "foodsoft": "Foodsoft",
    "ofn": "Open Food Network",
    "juntagrico": "Juntagrico",
}
"""Who wrote a file, by the first part of its format's name."""

COMPARED = ("orders", "cagette-by-product")
"""The kind and format of a list that is only compared with what is here."""


def kind_words(kind: str, report: ImportReport | None) -> str:
    """What the file holds, and which system wrote it."""
    words = _(KINDS.get(kind, kind))
    system = report.format.split("-")[0] if report is not None else ""
    system = _(SYSTEMS.get(system, system))
    return _("{kind}, {format}").format(kind=words, format=system) if system else words


def count_lines(report: ImportReport, kind: str, stored: Stored | None, *, storing: bool = False) -> Content:
    """The counts, and what F8 does with them, is doing, or has done."""
    parts = [
        ngettext("{n} new", "{n} new", report.new).format(n=number(report.new)),
        ngettext("{n} changed", "{n} changed", report.changed).format(n=number(report.changed)),
        ngettext("{n} as before", "{n} as before", report.same).format(n=number(report.same)),
    ]
    if report.candidates:
        text = ngettext("! {n} row to ask about", "! {n} rows to ask about", report.candidates)
        if (kind, report.format) == COMPARED:
            text = ngettext("! {n} product differs", "! {n} products differ", report.candidates)
        elif stored is not None:
            text = ngettext("! {n} row left out", "! {n} rows left out", report.candidates)
        parts.append(text.format(n=number(report.candidates)))
    if report.bad:
        parts.append(ngettext("! {n} bad row", "! {n} bad rows", report.bad).format(n=number(report.bad)))
    second = stored_words(kind, stored) if stored is not None else _what_f8_does(report, kind)
    if storing:
        second = _("Storing {what}: all of it, or nothing.").format(what=how_many(report, kind))
    style = "bold" if stored is not None else ""
    return Content("\n").join([plain(" " + " · ".join(parts), "bold"), plain(f" {second}", style)])


def _what_f8_does(report: ImportReport, kind: str) -> str:
    if (kind, report.format) == COMPARED:
        return _("A list without members is compared with the orders here; it is never stored.")
    if report.new or report.changed:
        return _("Nothing is stored yet. F8 stores {what}.").format(what=how_many(report, kind))
    if report.candidates:
        return _("Nothing to store before the questions are answered.")
    return _("Nothing has to be stored.") if report.same else _("There is nothing in it that can be stored.")


def how_many(report: ImportReport, kind: str) -> str:
    """What is stored: "212 new and 14 changed members"."""
    new, changed = number(report.new), number(report.changed)
    if kind == "members":
        one_new = ngettext("{n} new member", "{n} new members", report.new)
        one_changed = ngettext("{n} changed member", "{n} changed members", report.changed)
        both = ngettext("{new} new and {n} changed member", "{new} new and {n} changed members", report.changed)
    elif kind == "products":
        one_new = ngettext("{n} new product", "{n} new products", report.new)
        one_changed = ngettext("{n} changed product", "{n} changed products", report.changed)
        both = ngettext("{new} new and {n} changed product", "{new} new and {n} changed products", report.changed)
    elif kind == "messages":
        one_new = ngettext("{n} new mailing", "{n} new mailings", report.new)
        one_changed = ngettext("{n} changed mailing", "{n} changed mailings", report.changed)
        both = ngettext("{new} new and {n} changed mailing", "{new} new and {n} changed mailings", report.changed)
    else:
        one_new = ngettext("{n} new order line", "{n} new order lines", report.new)
        one_changed = ngettext("{n} changed order line", "{n} changed order lines", report.changed)
        both = ngettext("{new} new and {n} changed line", "{new} new and {n} changed lines", report.changed)
    if not report.changed:
        return one_new.format(n=new)
    return one_changed.format(n=changed) if not report.new else both.format(new=new, n=changed)


def remarks(report: ImportReport, names: Mapping[str, str], stored: Stored | None) -> list[Content]:
    """What else there is to know: for which day, made-up addresses, columns that are not read, the bad rows' file."""
    said = []
    if names:
        said.append(plain(" " + " · ".join(names.values())))
    if made_up := report.placeholders:
        text = ngettext(
            "{n} made-up address: counted as no e-mail.", "{n} made-up addresses: counted as no e-mail.", made_up
        )
        said.append(plain(" " + text.format(n=number(made_up))))
    if damaged := len(report.damaged):
        text = ngettext(
            "! A spreadsheet destroyed {n} phone number, in line {lines}: taken without it.",
            "! A spreadsheet destroyed {n} phone numbers, in lines {lines}: taken without them.",
            damaged,
        )
        said.append(plain(" " + text.format(n=number(damaged), lines=_some_lines(report))))
    said += [plain(f" {line}") for line in about_mailings(report)]
    if report.short:
        said.append(plain(" ! " + short_words(report)))
    if report.ignored and stored is None:
        said.append(plain(" " + _("Not read: {columns}.").format(columns=", ".join(report.ignored))))
    if stored is not None and stored.bad_rows is not None:
        said.append(plain(" " + bad_words(report.bad, stored.bad_rows)))
    elif stored is not None and stored.lost is not None:
        said.append(plain(" ! " + _("The bad rows could not be written: {why}").format(why=words_for(stored.lost))))
    return said


def _some_lines(report: ImportReport) -> str:
    lines = [number(line) for line, _value in report.damaged]
    return ", ".join(lines[:LINES_NAMED]) + (", …" if len(lines) > LINES_NAMED else "")


def stored_words(kind: str, stored: Stored) -> str:
    """What was stored."""
    report = stored.report
    if not (report.new or report.changed):
        return _("Nothing had to be stored.")
    return _("Stored: {what}.").format(what=how_many(report, kind))


def bad_words(rows: int, path: Path) -> str:
    """Where the bad rows are."""
    text = ngettext("{n} bad row is in {name}, folder {folder}", "{n} bad rows are in {name}, folder {folder}", rows)
    return text.format(n=number(rows), name=path.name, folder=path.parent)


NONE_OF = {
    "new": N_("Nothing is new."),
    "changed": N_("Nothing is changed."),
    "questions": N_("Nothing is asked."),
    "bad": N_("No row is bad."),
}


def none_of(view: str) -> str:
    """That there is nothing of a kind."""
    return _(NONE_OF[view])


def nothing_listed(stored: Stored | None) -> str:
    """Why the list is empty."""
    return _("Every row is known already and says nothing new.") if stored is None else ""
