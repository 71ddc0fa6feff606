"""The forms that members can be exported in, and who has no place in each, in words."""

from __future__ import annotations

from templates.words import N_, NN_, _, ngettext

FORM_NAMES = {
    "csv": N_("Everything, for a spreadsheet or another cabas (CSV)"),
    "json": N_("Everything, for programs (JSON)"),
    "cagette": N_("For Cagette or CAMAP to load (CSV)"),
    "to": N_("Addresses for a mail program's To field"),
    "vcf": N_("Cards for an address book or a phone (vCard)"),
    "phones": N_("Phone list, as text"),
    "html": N_("Phone list to print"),
}
"""What each of `member_export.FORMS` is."""

_NO_PHONE = NN_("{n} member has no phone and is not in it.", "{n} members have no phone and are not in it.")
_LEFT_OUT = {
    "cagette": NN_(
        "{n} member is not in it: without a usable e-mail or a name Cagette refuses the whole file.",
        "{n} members are not in it: without a usable e-mail or a name Cagette refuses the whole file.",
    ),
    "to": NN_(
        "{n} member is not in it: no usable e-mail, or does not want such mails.",
        "{n} members are not in it: no usable e-mail, or they do not want such mails.",
    ),
    "vcf": NN_(
        "{n} person has neither phone nor e-mail and is not in it.",
        "{n} people have neither phone nor e-mail and are not in it.",
    ),
    "phones": _NO_PHONE,
    "html": _NO_PHONE,
}
_ROWS = {
    "to": NN_("{n} address", "{n} addresses"),
    "vcf": NN_("{n} card", "{n} cards"),
    "phones": NN_("{n} person", "{n} people"),
    "html": NN_("{n} person", "{n} people"),
}
_MEMBERS = NN_("{n} member", "{n} members")


def rows_words(form: str, rows: int) -> str:
    """How much an export of members holds: "46 members", "52 addresses"."""
    return ngettext(*_ROWS.get(form, _MEMBERS), rows).format(n=rows)


def left_out_words(form: str, left_out: int) -> str:
    """Who is not in an export of members and why; empty when everybody is."""
    if not left_out or form not in _LEFT_OUT:
        return ""
    return ngettext(*_LEFT_OUT[form], left_out).format(n=left_out)


def form_name(form: str) -> str:
    """What a form is, in the language spoken now."""
    return _(FORM_NAMES[form])
