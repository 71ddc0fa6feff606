"""The call list of a message as a file: whom to call, at which number, and what to say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mail.calls import words_for_call
from mail.refused import TextRefused
from store.clock import stamp
from store.errors import Invalid
from store.exchange.export_folder import Export
from store.exchange.export_notes import note_export
from store.folding import folded_words
from store.message_calls import STATES
from templates.render.sheets import Block, Column, Sheet, Table, page, text
from templates.words import _, dates

if TYPE_CHECKING:
    from store.handle import Store
    from store.message_records import Call

FORMS = ("csv", "json", "txt", "html")
COLUMNS = ("member_id", "member", "phone", "mobile", "state", "by", "at", "ordered", "words")
"""What csv and json say of each call; `words` is what to say, `ordered` whether there is an order since."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A call, and what to say; no words where the message says nothing to this member."""

    call: Call
    words: str


def export_message_calls(store: Store, form: str, message_id: int) -> Export:
    """The call list of a message in one of FORMS.

    Needs what `Messages.call_list` needs. Raises `NotFound`, and `Invalid` for another form.
    """
    if form not in FORMS:
        raise Invalid("format", form, "unknown")
    found = store.messages.call_list(message_id)
    spoken = [_Spoken(call, _words(store, message_id, call.member_id)) for call in found.calls]
    if form == "csv":
        content = _as_csv(spoken)
    elif form == "json":
        content = f"{json.dumps([_row(one) for one in spoken], ensure_ascii=False, indent=2)}\n".encode()
    else:
        about = [store.settings.group().name]
        if found.queued_at is not None:
            sent = dates.moment(store.clock.to_wall(found.queued_at))
            about.append(_("Sent to the others on {moment}").format(moment=sent))
        sheet = call_sheet(found.title, about, [(one.call, one.words) for one in spoken])
        content = (page([sheet]) if form == "html" else text(sheet)).encode()
    note_export(store, "message_calls", form, len(spoken), message_id)
    name = "-".join(["calls", *folded_words(found.title)][:6])
    return Export(f"{name}.{form}", content, len(spoken))


def call_sheet(title: str, about: Sequence[str], spoken: Sequence[tuple[Call, str]]) -> Sheet:
    """The list as it is printed, in the language spoken now: a box for each member, and below it what to say.

    Lines that are the same for everybody stand once, above the list; "…" stands there for those that are not.
    """
    heading = _("To call: {name}").format(name=title or _("(no subject)"))
    if not spoken:
        return Sheet(heading, tuple(about), (), (_("Nobody is to be called for this message."),))
    common, own = _parted([words.splitlines() for _call, words in spoken])
    blocks = tuple(_block(call, lines) for (call, _words), lines in zip(spoken, own, strict=True))
    table = Table((Column(wide=True),), blocks, boxes=True)
    words = (Table((Column(wide=True),), (Block((), notes=common),)),) if common else ()
    return Sheet(heading, tuple(about), (*words, table))


def _parted(texts: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """What all texts have in common, with "…" for the other lines, and what each has of its own.

    Nothing is in common where they have not the same number of lines, or not one line that is the same.
    """
    same = [len(set(lines)) == 1 for lines in zip(*texts, strict=False)]
    if len({len(text) for text in texts}) > 1 or not any(same):
        return (), [tuple(text) for text in texts]
    common = tuple(line if alike else "…" for line, alike in zip(texts[0], same, strict=True))
    return common, [tuple(line for line, alike in zip(text, same, strict=True) if not alike) for text in texts]


def _block(call: Call, lines: tuple[str, ...]) -> Block:
    state = _("ordered") if call.ordered_since else _(STATES[call.state]) if call.state else ""
    phones = " / ".join(dict.fromkeys(number for number in (call.phone, call.mobile) if number))
    return Block((), call.name, phones or _("no phone"), state, lines)


def _words(store: Store, message_id: int, member_id: int) -> str:
    try:
        return words_for_call(store, message_id, member_id).strip()
    except TextRefused:
        return _("! The text of the message says nothing to this member.")


def _row(one: _Spoken) -> dict[str, Any]:
    call = one.call
    return {
        "member_id": call.member_id,
        "member": call.name,
        "phone": call.phone,
        "mobile": call.mobile,
        "state": call.state or "",
        "by": call.by,
        "at": "" if call.at is None else stamp(call.at),
        "ordered": call.ordered_since,
        "words": one.words,
    }


def _as_csv(spoken: Sequence[_Spoken]) -> bytes:
    from store.exchange.own_files import ENCODING, own_table

    cells = ([_cell(row[name]) for name in COLUMNS] for row in map(_row, spoken))
    return own_table(COLUMNS, cells).encode(ENCODING)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value)
