"""The letters of a message and its rows for another tool: how many there are, written where, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from screens.channel_words import CHANNELS, many_words
from screens.export_words import where_words
from screens.text import labelled
from store.handing import HANDED
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from store import Store
    from store.clock import Clock
    from store.message_records import RecipientRow

KEYS = {"letter": "l", "csv": "t"}
"""The keys that write it, on the page of the message."""


def write_handed(store: Store, message_id: int, channel: str) -> tuple[Path, int]:
    """Write the letters or rows into the exports folder and note it; returns where they are, and how many."""
    from mail.channel_csv import export_rows
    from mail.paper import paper
    from store.exchange.export_folder import write_export
    from store.handing import hand_over

    if channel == "letter":
        export = paper(store, message_id).export
    else:
        export = export_rows(store, message_id)
    path = write_export(store, export)
    hand_over(store, message_id, channel)
    return path, export.rows


def written_words(path: Path, number: int, channel: str) -> str:
    """That they are written, and where."""
    count = ngettext("{n} row", "{n} rows", number).format(n=number)
    return labelled(many_words(channel, number) if channel == "letter" else count, where_words(path))


def members_by(rows: Sequence[RecipientRow], channel: str) -> list[RecipientRow]:
    """A row of each member who hears of it by a channel and has not left since."""
    return list({row.member_id: row for row in rows if row.channel == channel and not row.gone}.values())


def last_written(rows: Sequence[RecipientRow], channel: str) -> datetime | None:
    """The aware UTC moment when letters or rows were last written into a file; None: not yet."""
    return max((row.handed_at for row in rows if row.channel == channel and row.handed_at is not None), default=None)


def handed_lines(rows: Sequence[RecipientRow], clock: Clock, how: Mapping[str, str] = KEYS) -> list[str]:
    """How many letters and rows there are, and whether they were written into a file; else `how` to, by channel.

    Who has left before they were written gets none.
    """
    lines = []
    for channel in HANDED:
        missing = sum(row.handed_at is None for row in members_by(rows, channel))
        if missing:
            said = many_words(channel, missing)
            lines.append(_("! {what}, not written yet: {key}").format(what=said, key=how[channel]))
        elif (last := last_written(rows, channel)) is not None:
            written = {row.member_id for row in rows if row.channel == channel and row.handed_at is not None}
            said, when = many_words(channel, len(written)), dates.lately(clock.to_wall(last), clock.wall())
            lines.append(_("{what}, written {when}").format(what=said, when=when))
    return lines


def handed_state(row: RecipientRow, clock: Clock) -> str:
    """How a letter or row of one member stands."""
    name = _(CHANNELS[row.channel])
    if row.handed_at is None:
        return labelled(name, _("archived") if row.gone else _("not written yet"))
    return labelled(name, _("written {when}").format(when=dates.lately(clock.to_wall(row.handed_at), clock.wall())))
