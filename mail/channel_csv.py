"""The rows of a message that another tool is to send: whom, where to, and what."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from mail.by_channel import row_words
from mail.handed import letters_for
from store.exchange.export_folder import Export
from store.exchange.export_notes import note_export
from store.exchange.formulas import defused
from store.exchange.own_files import ENCODING
from store.folding import folded_words
from store.handing import contacts

if TYPE_CHECKING:
    from store.handle import Store

COLUMNS = ("member", "name", "first_name", "email", "mobile", "postal_code", "city", "subject", "text", "sms")
"""`email` and `mobile` (E.164) are empty where there is none, or where such messages are refused there."""

_NUMBER = re.compile(r"\+[0-9]+")


def export_rows(store: Store, message_id: int) -> Export:
    """Whom a message reaches by "csv", by name, one row a member; of a draft those that it would be now.

    Rights and errors are those of `mail.paper.paper`; here too the caller says that the rows are handed over.
    """
    with store.reading() as t:
        letters = letters_for(t, store, message_id, "csv")
        found = contacts(t, letters.message, (one.about_member for one in letters.others.rows))
    rows = []
    for envelope in letters.others.rows:
        who = found[envelope.about_member]
        where = (who.name, who.first_name, who.email, who.mobile, who.postal_code, who.city)
        rows.append((str(who.member_id), *where, *row_words(letters, envelope)))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    # A number in E.164 is no formula, and the tool needs it as it is.
    writer.writerows([cell if _NUMBER.fullmatch(cell) else defused(cell) for cell in row] for row in rows)
    if letters.message.queued_at is None:
        note_export(store, "message_rows", "csv", len(rows), message_id)
    name = "-".join(["rows", *folded_words(letters.message.title)][:6])
    return Export(f"{name}.csv", text.getvalue().encode(ENCODING), len(rows))
