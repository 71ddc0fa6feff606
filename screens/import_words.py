"""What an import did, or would do, in words."""

from __future__ import annotations

import csv
import io
import shlex
from typing import TYPE_CHECKING

from screens.import_fields import label, value_words
from screens.text import labelled
from templates.words import N_, _, ngettext
from templates.words.money import money, number

if TYPE_CHECKING:
    from store.exchange.report import ImportedRow, ImportReport, Question

BAD = {
    "cells": N_("cut into {value} cells: a separator or a quote is wrong"),
    "quotes": N_("a quote is opened and not closed"),
    "too_long": N_("“{value}” goes on for thousands of letters: a separator or a quote is wrong"),
    "email": N_("“{value}” is no e-mail address"),
    "date": N_("“{value}” is no date; write 2026-11-21"),
    "name": N_("neither name nor e-mail nor phone"),
    "a_total": N_("“{value}” is no member but a sum"),
    "cell": N_("“{value}” cannot be understood"),
    "member": N_("it does not say who ordered"),
    "product": N_("it does not say which product"),
    "quantity": N_("“{value}” is no quantity"),
    "weight": N_("“{value}” is no weight"),
    "price": N_("“{value}” is no price"),
    "total": N_("“{value}” is no sum"),
    "fees": N_("“{value}” is no sum"),
    "cost": N_("“{value}” is no price"),
    "stock": N_("“{value}” is no stock"),
    "base_quantity": N_("“{value}” is no quantity"),
    "estimated_weight": N_("“{value}” is no weight"),
    "product_name": N_("the product has no name"),
    "vat": N_("“{value}” is no tax rate"),
    "sold": N_("“{value}” is no way to sell it: whole, decimal or weighed"),
    "weighed_unit": N_("what is weighed is in kg or l, not by the piece"),
    "stock_kind": N_("“{value}” is no way to keep a stock: none, all or distribution"),
    "display_order": N_("“{value}” is no place in a list"),
    "not_offered": N_("“{value}” is not offered at this distribution: add it there, then import again"),
    "not_allowed": N_("“{value}” is a catalogue that you do not take orders for"),
    "other_catalogue": N_("“{value}” is another catalogue than the one you named"),
    "other_day": N_("{value} is the day of another distribution"),
    "whole_only": N_("“{value}” is sold whole here: change how it is sold, or the quantity"),
    "two_prices": N_("line {value} has another price for the same member and product"),
    "twice": N_("line {value} is the same product"),
    "taken": N_("the reference is that of {value}"),
    "ordered": N_("it is ordered by “{value}”: its unit can change after the distribution"),
    "currency": N_("its price is in {value}, those of the catalogue are not"),
    "no_label": N_("it has neither label nor subject"),
    "future": N_("{value} has not come yet"),
    "closes_on": N_("orders cannot end to count on {value}, before it was sent"),
    "count": N_("“{value}” is no number"),
    "two_ways": N_("“{value}” can be read in two ways; write 1234,00 or 1,23"),
    "which_currency": N_("{value}: which currency is that? Write three letters, as EUR"),
    "same_mailing": N_("line {value} is the same mailing"),
    "otherwise": N_("line {value} says otherwise of the same mailing"),
}
BAD_EMPTY = {
    "quantity": N_("it has no quantity"),
    "price": N_("it has no price"),
    "date": N_("it has no date"),
}
"""The same, where the cell is empty."""

CANDIDATE = {
    "archived": N_("taken out of the lists: {names}"),
    "id": N_("its number belongs to {names}"),
    "email": N_("its e-mail is that of {names}"),
    "account": N_("its e-mail is that of {names}, who has another number"),
    "phone": N_("same phone as {names}"),
    "name": N_("same name as {names}"),
    "phone and name": N_("same name and phone as {names}"),
    "line": N_("line {value} of the file says otherwise of {names}"),
    "member": N_("who is meant?"),
    "product": N_("which product is meant?"),
    "catalogue": N_("which catalogue is meant?"),
    "differs": N_("here and in the file: {changes}"),
    "not_offered": N_("“{value}” is not offered at this distribution"),
    "not_allowed": N_("“{value}” is a catalogue that you do not take orders for"),
    "other_catalogue": N_("“{value}” is another catalogue than the one you named"),
}

TAKEN = {
    "phone_damaged": N_("without its phone: a spreadsheet has destroyed “{value}”"),
    "unit_unknown": N_("by the piece, for “{value}” is no unit"),
    "unweighed": N_("not weighed, since it has no weight: sold by the piece"),
}
"""What is to be said of a row that is taken."""

QUESTION = {
    "member": N_("Who is “{text}”? ({lines})"),
    "product": N_("Which product is “{text}”? ({lines})"),
    "catalogue": N_("Which catalogue is “{text}”? ({lines})"),
}
WHY = {
    "several": N_("several answer to that"),
    "unsure": N_("part of it says otherwise"),
    "archived": N_("taken out of the lists"),
    "size": N_("known here in another size"),
    "reference": N_("known here under another reference"),
    "renamed": N_("known here under another name"),
    "no_catalogue": N_("say with --catalogue in which catalogue it is new"),
}

NEEDS = {
    "distribution": N_("The file does not say for which distribution these orders are: add --distribution."),
    "catalogue": N_("The file does not say of which catalogue this is: add --catalogue."),
}


def row_words(row: ImportedRow) -> str:
    """One line about one row: its number, whom or what it is about, and what came of it."""
    if row.what == "bad":
        return _("line {line}: left out, {reason}").format(line=row.line, reason=reason_words(row))
    if row.what == "candidate":
        text = _("line {line}: {name}: not imported, {reason}") if row.line else _("{name}: {reason}")
        return text.format(line=row.line, name=row.name, reason=reason_words(row))
    if row.what == "changed":
        words = _("line {line}: {name}: {changes}").format(line=row.line, name=row.name, changes=change_words(row))
        return f"{words}, {reason_words(row)}" if row.reason else words
    words = _("line {line}: {name}: new").format(line=row.line, name=row.name)
    return f"{words}, {reason_words(row)}" if row.reason else words


def change_words(row: ImportedRow) -> str:
    """What a row changes, field by field: "town: Nantes → Nantes Nord, phone: – → 02 40 11 22 33"."""
    return ", ".join(
        _("{field}: {before} → {after}").format(
            field=label(change.field),
            before=value_words(change.field, change.before),
            after=value_words(change.field, change.after),
        )
        for change in row.changes
    )


def reason_words(row: ImportedRow) -> str:
    """Why a row is bad, or not taken without an answer; the code itself where no words are written for it.

    Of an old mailing, which bears its name, when it was sent and to how many.
    """
    if row.reason == "mailing":
        return _mailing_words(row)
    words = (BAD if row.what == "bad" else CANDIDATE if row.what == "candidate" else TAKEN).get(row.reason, row.reason)
    if row.what == "bad" and not row.value:
        words = BAD_EMPTY.get(row.reason, words)
    names = ", ".join(name for _id, name in row.candidates)
    said = _(words).format(value=row.value, names=names, changes=change_words(row))
    return labelled(row.column, said) if row.column else said


def _mailing_words(row: ImportedRow) -> str:
    """Its day, and of a new one to how many it went and its amounts: one that was read wrong is seen."""
    from store.exchange.messages.formats import SUMS

    day = value_words("closes_on", row.value)
    said = [f"{label(one.field)} {one.after}" for one in row.changes if one.field in ("recipients", *SUMS)]
    return ", ".join((day, *said)) if row.what == "new" else day


def question_words(question: Question) -> list[str]:
    """A question, why it is asked, what it may be, and how it is answered on the command line."""
    shown = ", ".join(map(str, question.lines[:5])) + (", …" if len(question.lines) > 5 else "")
    where = ngettext("line {lines}", "lines {lines}", len(question.lines)).format(lines=shown)
    first = _(QUESTION[question.kind]).format(text=question.text, lines=where)
    why = _(WHY[question.reason]) if question.reason in WHY else ""
    lines = [f"{first} {why}".rstrip()]
    lines += [f"    --take {_typed(question, id_)}   {name}" for id_, name in question.candidates]
    if question.kind != "catalogue":
        lines.append(f"    --take {_typed(question, 'new')}   " + _("none of them: it is new"))
    return lines


def _typed(question: Question, answer: object) -> str:
    """An answer as it is typed in a shell."""
    asked = question.key if question.key == str(question.lines[0]) else f"{question.kind}:{question.key}"
    return shlex.quote(f"{asked}={answer}")


def bad_rows_csv(report: ImportReport) -> bytes:
    """The bad rows for a file of their own, with the reason in words; to be corrected there and imported again."""
    words = {str(row.line): reason_words(row) for row in report.details if row.what == "bad"}
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows(report.bad_rows[:1])
    writer.writerows((*row[:-1], words.get(row[-2], row[-1])) for row in report.bad_rows[1:])
    return text.getvalue().encode("utf-8-sig")


def summary(report: ImportReport, *, dry_run: bool) -> list[str]:
    """What the import did, or (`dry_run`) would do, in a few lines; rows and questions come apart."""
    lines = [
        _headline(report, dry_run),
        _("{new} new, {changed} changed, {same} as before.").format(
            new=report.new, changed=report.changed, same=report.same
        ),
    ]
    if report.candidates:
        lines.append(_candidates(report))
    if report.bad:
        lines.append(
            ngettext(
                "{n} row could not be read: it is left out.",
                "{n} rows could not be read: they are left out.",
                report.bad,
            ).format(n=report.bad)
        )
    lines += _about_members(report)
    lines += about_mailings(report)
    if report.short:
        lines.append(short_words(report))
    if report.ignored:
        lines.append(_("Columns that are not read: {columns}.").format(columns=", ".join(report.ignored)))
    return lines


def short_words(report: ImportReport) -> str:
    """Of what more is ordered then than there is."""
    names = ", ".join(report.short[:SHORT_NAMED]) + (", …" if len(report.short) > SHORT_NAMED else "")
    text = ngettext(
        "More is ordered than there is of {n} product: {names}.",
        "More is ordered than there is of {n} products: {names}.",
        len(report.short),
    )
    return text.format(n=len(report.short), names=names)


SHORT_NAMED = 3
"""How many products one sentence names."""


def about_mailings(report: ImportReport) -> list[str]:
    """What there is to know of old mailings: their sums as they were read, who was not found, and what is not known."""
    lines = []
    if report.sums:
        said = [f"{label(name)} {money(cents, currency)}" for (name, currency), cents in sorted(report.sums.items())]
        lines.append(_("Sums in the file: {sums}.").format(sums=" · ".join(said)))
    if people := report.unmatched:
        text = ngettext(
            "{n} recipient is no member here: {names}.", "{n} recipients are no members here: {names}.", len(people)
        )
        lines.append("! " + text.format(n=number(len(people)), names=_first_names(people)))
    if people := report.ambiguous:
        text = ngettext(
            "{n} recipient can be several members: {names}.",
            "{n} recipients can be several members: {names}.",
            len(people),
        )
        lines.append("! " + text.format(n=number(len(people)), names=_first_names(people)))
    if report.kind == "messages" and (report.new or report.changed):
        lines.append(_("Whom they were meant for cannot be known: they count for the members found."))
    return lines


def _first_names(people: list[tuple[int, str]]) -> str:
    names = ", ".join(text for _line, text in people[:PEOPLE_NAMED])
    return names + (", …" if len(people) > PEOPLE_NAMED else "")


PEOPLE_NAMED = 5
"""How many people one sentence names."""


def _about_members(report: ImportReport) -> list[str]:
    """E-mails that were made up, and phone numbers that a spreadsheet destroyed."""
    lines = []
    if report.placeholders:
        lines.append(
            ngettext(
                "{n} made-up address: counted as no e-mail.",
                "{n} made-up addresses: counted as no e-mail.",
                report.placeholders,
            ).format(n=report.placeholders)
        )
    if report.damaged:
        numbers = ", ".join(
            _("line {line}: {value}").format(line=line, value=value) for line, value in report.damaged[:5]
        )
        lines.append(
            _("Phone numbers that a spreadsheet has destroyed, left empty: {numbers}.").format(numbers=numbers)
        )
    return lines


def _headline(report: ImportReport, dry_run: bool) -> str:
    if report.format == "cagette-by-product":
        return _("A list without members is compared with the orders here; it is never stored.")
    if dry_run:
        return _("Nothing is stored yet: this is what the import would do.")
    return _("The import is stored.") if report.new or report.changed else _("Nothing had to be changed.")


def _candidates(report: ImportReport) -> str:
    if report.format == "cagette-by-product":
        words = ngettext("{n} product differs.", "{n} products differ.", report.candidates)
    elif report.kind == "members":
        words = ngettext(
            "{n} row may be a member that the group has already: it is not imported before you say who it is.",
            "{n} rows may be members that the group has already: they are not imported before you say who they are.",
            report.candidates,
        )
    else:
        words = ngettext(
            "{n} row waits for an answer: it is not imported before.",
            "{n} rows wait for an answer: they are not imported before.",
            report.candidates,
        )
    return words.format(n=report.candidates)
