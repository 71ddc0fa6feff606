"""What the columns of a file can be, and what an import changes, by the names that a volunteer knows."""

from __future__ import annotations

from templates.words import N_, _, pgettext

LABELS = {
    "name": N_("name"),
    "first_name": N_("first name"),
    "last_name": N_("last name"),
    "email": N_("e-mail"),
    "email_state": N_("state of the e-mail"),
    "phone": N_("phone"),
    "mobile": N_("mobile"),
    "address1": N_("street"),
    "address2": N_("more of the address"),
    "address": N_("whole address"),
    "postal_code": N_("postal code"),
    "city": N_("town"),
    "country": N_("country"),
    "language": N_("language"),
    "pickup_place": N_("pick-up place"),
    "joined_on": N_("joined on"),
    "vip": N_("star"),
    "tags": N_("tags"),
    "notes": N_("notes"),
    "people": N_("second person"),
    "archived": N_("taken out of the lists"),
    "preferences": N_("preferences"),
    "external_ids": N_("numbers elsewhere"),
    "reference": N_("reference"),
    "price": N_("price"),
    "unit": N_("unit"),
    "base_quantity": N_("quantity in a unit"),
    "catalogue": N_("catalogue"),
    "producer": N_("producer"),
    "cost": N_("cost"),
    "stock": N_("stock"),
    "weighed": N_("weighed at pick-up"),
    "decimal": N_("sold loose"),
    "sold": N_("how it is sold"),
    "estimated_weight": N_("weight of a piece"),
    "stock_kind": N_("how its stock is kept"),
    "display_order": N_("place in the list"),
    "active": N_("on offer"),
    "member": N_("member"),
    "member_id": N_("number of the member"),
    "product": N_("product"),
    "quantity": N_("quantity"),
    "weight": N_("weight"),
    "amount": N_("amount"),
    "date": N_("date"),
    "label": N_("label"),
    "subject": N_("subject"),
    "closes_on": N_("orders count until"),
    "recipients": N_("recipients"),
    "unmatched": N_("not found here"),
    "source": N_("system that sent it"),
    "currency": N_("currency"),
    "total": N_("members"),
    "members": N_("members"),
    "selected": N_("selected"),
    "with_email": N_("with e-mail"),
    "with_mobile": N_("with mobile"),
    "sent": N_("sent"),
    "failed": N_("failed"),
    "bounced": N_("bounced"),
    "opened": N_("opened"),
    "clicked": N_("clicked"),
    "opted_out": N_("opted out"),
    "came_back": N_("who came back"),
    "orders": N_("orders"),
    "turnover": N_("turnover"),
    "margin": N_("margin"),
    "vouchers": N_("vouchers"),
    "voucher_sum": N_("sum of the vouchers"),
}

VALUES = {
    ("sold", "whole"): N_("whole"),
    ("sold", "decimal"): N_("in decimals"),
    ("sold", "weighed"): N_("weighed at pick-up"),
    ("stock_kind", "none"): N_("not kept"),
    ("stock_kind", "all"): N_("for all distributions"),
    ("stock_kind", "distribution"): N_("for each distribution"),
}
"""What a field holds, where that is a word of ours."""

TELLING = {
    "name": N_("whole name in one cell, of a couple too"),
    "address": N_("street, postal code and town in one cell"),
    "email": N_("one or several"),
    "phone": N_("one or several"),
    "member": N_("the name, as Maréchal Odette"),
    "member_id": N_("as the other system counts"),
    "price": N_("as 3,90"),
    "quantity": N_("as 2 or 1,5"),
    "base_quantity": N_("as 6 for a box of six"),
    "unit": N_("piece, kg, g, l, cl or ml"),
    "date": N_("read by nobody: the distribution says it"),
}
"""What more there is to say of a field where one chooses it."""
TELLING_OF_MAILINGS = {
    "date": N_("as 2024-03-05 or 5 March 2024"),
    "label": N_("what the mailing is called"),
    "closes_on": N_("a date, not before that of the mailing"),
    "recipients": N_("all in one cell: e-mails, numbers, names"),
    **dict.fromkeys(("name", "email", "phone", "mobile", "member_id"), N_("of the one whom the row is about")),
    **dict.fromkeys(("turnover", "margin", "voucher_sum"), N_("as 1 284,50 €")),
    "source": N_("tells mailings of one date and label apart"),
}
"""The same in files of old mailings; what has no words here is a number."""

PROBLEMS = {
    ("members", "no_name"): N_("There is no column for the name."),
    ("products", "no_name"): N_("There is no column for the product's name."),
    ("products", "no_price"): N_("There is no column for the price."),
    ("orders", "no_member"): N_("There is no column that says who ordered."),
    ("orders", "no_product"): N_("There is no column for the product."),
    ("orders", "no_quantity"): N_("There is no column for the quantity."),
    ("messages", "no_date"): N_("There is no column for the date of the mailings."),
    ("messages", "no_label"): N_("There is no column for the mailings' label or subject."),
}


def label(field: str) -> str:
    """A field's name; one of the second person says so; one that has none is shown as it is."""
    if field in LABELS:
        return _(LABELS[field])
    if field.endswith("2") and field[:-1] in LABELS:
        return _("{field}, 2nd person").format(field=_(LABELS[field[:-1]]))
    return field.replace("_", " ")


def telling(kind: str, field: str) -> str:
    """What more there is to say of a field of this kind of file."""
    if kind == "products" and field == "name":
        return ""
    if kind == "messages":
        return _(TELLING_OF_MAILINGS[field]) if field in TELLING_OF_MAILINGS else ""
    return _(TELLING[field]) if field in TELLING else ""


def problem_words(kind: str, code: str) -> str:
    """Why a file cannot be read by a mapping, from `mappings.problem`'s code; empty for none."""
    if code.startswith("twice:"):
        return _("Two columns are “{field}”: choose another one for one of them.").format(field=label(code[6:]))
    return _(PROBLEMS.get((kind, code), N_("This cannot be read yet."))) if code else ""


YES_OR_NO = ("vip", "archived", "active", "weighed", "decimal")


def value_words(field: str, value: str) -> str:
    """A value before or after a change as one reads it; nothing is a dash."""
    if not value:
        return pgettext("no value", "–")
    if field.removesuffix("2") == "email_state":
        from screens.member_words import EMAIL_STATES

        return _(EMAIL_STATES.get(value, value))
    if field in ("joined_on", "closes_on"):
        from screens.member_form import day_read

        return day_read(value)
    if (field, value) in VALUES:
        return _(VALUES[field, value])
    if field in YES_OR_NO and value == "yes":
        return pgettext("value of a field", "yes")
    return value
