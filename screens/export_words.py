"""What the forms of an export are for, what is left out of each, and where a file is, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from templates.words import N_, _, ngettext
from templates.words.money import number

Counted = Callable[[int], str]
"""A number of something, in words; `{n}` is left to fill."""


def where_words(path: Path) -> str:
    """Where a file was written to."""
    return _("{name} is in the folder {folder}").format(name=path.name, folder=path.parent)


def _members(n: int) -> str:
    return ngettext("{n} member", "{n} members", n)


def _people(n: int) -> str:
    return ngettext("{n} person", "{n} people", n)


def _addresses(n: int) -> str:
    return ngettext("{n} address", "{n} addresses", n)


def _nobody(_n: int) -> str:
    return ""


def _not_mailed(n: int) -> str:
    return ngettext(
        "{n} member is left out: no e-mail, or does not want such mails.",
        "{n} members are left out: no e-mail, or do not want such mails.",
        n,
    )


def _no_phone(n: int) -> str:
    return ngettext("{n} member is left out: no phone.", "{n} members are left out: no phone.", n)


def _no_card(n: int) -> str:
    return ngettext(
        "{n} person is left out: neither phone nor e-mail.", "{n} people are left out: neither phone nor e-mail.", n
    )


def _not_for_cagette(n: int) -> str:
    return ngettext(
        "{n} member is left out: Cagette takes nobody without a name and an e-mail of their own.",
        "{n} members are left out: Cagette takes nobody without a name and an e-mail of their own.",
        n,
    )


@dataclass(frozen=True, slots=True)
class Form:
    """One form of `store.exchange.member_export.FORMS`: its name, what it is for, what it counts, who is missing."""

    name: str
    purpose: str
    counts: Counted = _members
    left_out: Counted = _nobody


FORMS = {
    "csv": Form(N_("Everything, as a table"), N_("for a spreadsheet, or to import it again")),
    "to": Form(N_("Addresses for a mail"), N_("to put into the Bcc field of a mail program"), _addresses, _not_mailed),
    "phones": Form(N_("Phone list"), N_("plain text, to read or to print"), _people, _no_phone),
    "html": Form(N_("Phone list to print"), N_("a page for the browser"), _people, _no_phone),
    "vcf": Form(N_("Contacts (vCard)"), N_("for the address book of a phone"), _people, _no_card),
    "cagette": Form(N_("Cagette's import"), N_("the columns that Cagette and CAMAP take"), _members, _not_for_cagette),
    "json": Form(N_("Everything, as JSON"), N_("for programs")),
}
"""In the order of the screen: what volunteers want most comes first."""


def name(form: str) -> str:
    """What the form is called."""
    return _(FORMS[form].name)


def purpose(form: str) -> str:
    """What the form is for."""
    return _(FORMS[form].purpose)


def counted(form: str, rows: int) -> str:
    """How many the file lists: "238 members"."""
    return FORMS[form].counts(rows).format(n=number(rows))


def left_out_words(form: str, left_out: int) -> str:
    """How many have no place in it and why; empty where nobody is left out."""
    return FORMS[form].left_out(left_out).format(n=number(left_out)) if left_out else ""
