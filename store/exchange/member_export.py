"""Members as files for other programs: everything, or what a mail program, a phone, a printer or Cagette takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from store import reach
from store.errors import Invalid
from store.exchange import cagette_members, phone_list, vcards, whole_members
from store.exchange.export_folder import Export
from store.exchange.export_notes import note_export
from store.exchange.own_files import ENCODING, own_table
from store.exchange.own_members import COLUMNS, OwnMember, cells
from store.reach import Reach, Recipient
from store.rights import Right
from store.rules import make
from store.segment_sql import compile_segment
from store.segment_steps import EVERYONE, NOBODY, Segment, Verb
from store.settings import load_group

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

FORMS = {
    "csv": ("members", "csv"),
    "json": ("members", "json"),
    "cagette": ("cagette", "csv"),
    "to": ("addresses", "txt"),
    "vcf": ("members", "vcf"),
    "phones": ("phones", "txt"),
    "html": ("phones", "html"),
}
"""What members can be written as, and the beginning and the end of the file's name."""

EVERYTHING = ("csv", "json")
"""The forms that hold all that is stored of a member; without a choice of members, archived ones too."""


def export_members(
    store: Store, form: str, *, segment: Segment | None = None, ids: Sequence[int] | None = None
) -> Export:
    """The members of a segment, or those with the `ids`, or everybody, in one of `FORMS`; needs the right `members`.

    `rows` counts what the file lists: members, with "vcf", "phones" and "html" people, with "to" addresses; `left_out`
    those who have no place in it: who may not be mailed ("to"), without phone or address, or refused by Cagette.
    Raises `Invalid` for an unknown form and what a segment raises.
    """
    if form not in FORMS:
        raise Invalid("form", form, "unknown")
    with store.reading() as t:
        t.require(Right.MEMBERS)
        if form == "to":
            text, rows, left_out = _addresses(t, segment, ids)
        else:
            whole = whole_members.whole_members(t, *_chosen(t, form, segment, ids))
            text, rows, left_out = _written(form, whole, load_group(t).name, store)
    if ids is None:
        chosen: dict[str, object] = {} if segment is None else {"segment": True}
    else:
        chosen = {"member": ids[0]} if len(ids) == 1 else {"members": list(ids)}
    note_export(store, "members", form, rows, detail=chosen)
    stem, suffix = FORMS[form]
    encoding = ENCODING if form == "csv" else "utf-8"
    return Export(f"{stem}-{store.clock.today().isoformat()}.{suffix}", text.encode(encoding), rows, left_out)


def _chosen(
    t: Transaction, form: str, segment: Segment | None, ids: Sequence[int] | None
) -> tuple[str, dict[str, Any]]:
    if ids is not None:
        return whole_members.within_ids(ids)
    if segment is None and form in EVERYTHING:
        return whole_members.EVER, {}
    return compile_segment(t, segment or EVERYONE)


def _written(form: str, whole: list[OwnMember], group: str, store: Store) -> tuple[str, int, int]:
    if form in EVERYTHING:
        return (own_table(COLUMNS, map(cells, whole)) if form == "csv" else _json(whole)), len(whole), 0
    members = [own.member for own in whole]
    if form == "cagette":
        return cagette_members.cagette_file(members)
    if form == "vcf":
        return vcards.cards(members, group)
    listing: Callable[..., tuple[str, int, int]] = phone_list.phone_list if form == "phones" else phone_list.phone_page
    return listing(members, group, store.clock.today())


def _json(whole: Sequence[OwnMember]) -> str:
    return json.dumps([whole_members.plain_member(own) for own in whole], ensure_ascii=False, indent=2) + "\n"


def _addresses(t: Transaction, segment: Segment | None, ids: Sequence[int] | None) -> tuple[str, int, int]:
    """One line for each address, to be put into a mail program's To field; who refused such mails is not among them."""
    if ids is not None:
        segment = NOBODY.then(Verb.ADD, make("member", ids=tuple(ids))) if ids else NOBODY
    by_address: dict[str, list[Recipient]] = {}
    left_out = 0
    for recipient in reach.recipients(t, segment or EVERYONE, "targeted"):
        if recipient.reach is Reach.EMAIL:
            by_address.setdefault(recipient.address_key, []).append(recipient)
        else:
            left_out += 1
    lines = [_to(recipients) for recipients in by_address.values()]
    return "".join(f"{line}{',' if i < len(lines) else ''}\n" for i, line in enumerate(lines, 1)), len(lines), left_out


def _to(recipients: list[Recipient]) -> str:
    """ "Odette Maréchal" <odette@exemple.fr>, readable as it is: a To field is no header yet, nothing is encoded."""
    names = dict.fromkeys(" ".join(part for part in (r.first_name, r.last_name) if part) for r in recipients)
    name = " & ".join(filter(None, names))
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    address = recipients[0].address
    return f'"{quoted}" <{address}>' if name else address
