"""What the journal shows: a page of rows under their days, and what they are chosen by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from screens.journal_sentences import FAMILIES
from screens.journal_words import day_words, hour_words, sentence, who_words
from store.journal import Wanted
from store.rights import AUTOMATIC
from templates.words import _, dates
from templates.words.money import number

if TYPE_CHECKING:
    from store import Store
    from store.clock import Clock
    from store.journal import Entry

PAGE = 200
MOST = 10_000
"""Lines that are counted for the title: it is read anew whenever somebody changes anything."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list: the heading of a day (without `entry`), or what was done, once or several times in a row."""

    key: str
    hour: str
    said: str
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class JournalPage:
    """A page of the rows, with the names of what they were chosen by."""

    entries: tuple[Entry, ...]
    total: int
    filters: tuple[str, ...]


def read_page(store: Store, wanted: Wanted, before: int | None) -> JournalPage:
    """Read the page behind a row, or the first."""
    entries = store.journal.entries(wanted, before=before, limit=PAGE)
    return JournalPage(entries, store.journal.count(wanted, MOST), tuple(filters(store, wanted)))


def filters(store: Store, wanted: Wanted) -> Iterator[str]:
    """What the rows are chosen by, in words; nothing where all are shown."""
    if wanted.operator is not None:
        names = {one.login: one.name for one in store.journal.doers()}
        yield _("by {name}").format(name=who_words(wanted.operator, names.get(wanted.operator, wanted.operator)))
    if wanted.member_id is not None:
        yield _("about {name}").format(name=store.members.get(wanted.member_id).name)
    if wanted.since is not None and wanted.since == wanted.until:
        yield dates.day(wanted.since, year=True)
    elif wanted.since is not None and wanted.until is not None:
        first, last = dates.day(wanted.since), dates.day(wanted.until, year=True)
        yield _("{first} to {last}").format(first=first, last=last)
    if wanted.actions:
        families = {words: _(name) for name, words in FAMILIES.values()}
        yield families.get(wanted.actions, ", ".join(wanted.actions))
    elif wanted.everything:
        yield _("each step too")


def lines(entries: Sequence[Entry], clock: Clock) -> Iterator[Line]:
    """The lines of a page; the same thing done again and again in a row is one, with the last hour."""
    for day, of_day in groupby(entries, lambda entry: day_words(entry, clock)):
        yield Line(f"day {day}", "", day)
        for said, again in groupby(of_day, sentence):
            found = list(again)
            times = len(found)
            if times > 1:
                said = _("{said} ({n} times)").format(said=said, n=number(times))
            yield Line(str(found[0].id), hour_words(found[0], clock), said, found[0])


def doer_choices(store: Store) -> list[tuple[str, str, str | None]]:
    """Whose rows one can ask for: name, login and value, None for everybody's."""
    found: list[tuple[str, str, str | None]] = [(_("Everybody"), _("all operators, and cabas by itself"), None)]
    for one in store.journal.doers():
        what = one.login if one.active else _("{login}, works with cabas no longer").format(login=one.login)
        what = _("what happened by itself") if one.login == AUTOMATIC.login else what
        found.append((who_words(one.login, one.name), what, one.login))
    return found


def what_choices(store: Store) -> list[tuple[str, str, str]]:
    """What one can ask for: the groups of actions that there are rows of."""
    there_are = {action.partition(".")[0] for action in store.journal.actions()}
    found = [
        (_("Everything"), _("but each step of a basket"), ""),
        (_("Each step too"), _("all there is"), "*"),
    ]
    found += [(_(name), "", key) for key, (name, words) in FAMILIES.items() if there_are.intersection(words)]
    return found


def write_journal(store: Store, wanted: Wanted) -> Path:
    """Write the rows, all pages of them, as a table into the exports folder and return where it is."""
    from store.exchange.export_folder import write_export
    from store.exchange.journal_export import export_journal

    return write_export(store, export_journal(store, "csv", wanted, sentence))
