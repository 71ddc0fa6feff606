"""The list of phones to print and pin up: as text for 80 columns, and as a page for a browser."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from store.folding import fold
from store.people import Member, Person
from templates.words import _, dates, language, ngettext
from templates.words.cells import width

_NAME, _NUMBER, _TOWN = 29, 17, 17
"""Cells of the columns: 80 with two columns of numbers."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One person: `indented` under the one it shares a household with, or a pointer to where that one stands."""

    name: str
    phone: str = ""
    mobile: str = ""
    town: str = ""
    indented: bool = False


def phone_list(members: Iterable[Member], group: str, day: date) -> tuple[str, int, int]:
    """The text, how many people are in it, and how many members are not because no phone of theirs is known."""
    blocks, people, left_out = _blocks(members)
    text = [*_title(group, day, people), ""]
    for letter, block in blocks:
        text += [letter, *(line for row in block for line in _text_lines(row)), ""]
    return "".join(f"{line}\n" for line in text), people, left_out


def phone_page(members: Iterable[Member], group: str, day: date) -> tuple[str, int, int]:
    """`phone_list` as an HTML page that needs nothing else."""
    blocks, people, left_out = _blocks(members)
    heading, below = _title(group, day, people)
    parts = [_PAGE.format(language=language(), title=html.escape(heading), below=html.escape(below), style=_STYLE)]
    for letter, block in blocks:
        rows = "".join(_row(line) for line in block)
        parts.append(f"<tbody><tr><th colspan=4>{html.escape(letter)}</th></tr>\n{rows}</tbody>\n")
    return "".join([*parts, "</table>\n</body>\n</html>\n"]), people, left_out


def _title(group: str, day: date, people: int) -> tuple[str, str]:
    count = ngettext("{n} person", "{n} people", people).format(n=people)
    return _("{group}: phones").format(group=_plain(group)), f"{dates.day_long(day, year=True)} · {count}"


def _blocks(members: Iterable[Member]) -> tuple[list[tuple[str, list[_Line]]], int, int]:
    """The lines under each letter; who has another last name than the one they live with stands under that, too."""
    entries: list[tuple[str, list[_Line]]] = []
    people = left_out = 0
    for member in members:
        if not any(person.phone or person.mobile for person in member.people):
            left_out += 1
            continue
        first, *others = member.people
        people += len(member.people)
        town = _plain(" ".join(part for part in (member.postal_code, member.city) if part))
        entries.append((_key(first), [_line(first, town), *(_line(other, "", indented=True) for other in others)]))
        for other in others:
            if other.last_name and fold(other.last_name) != fold(first.last_name):
                see = _("{name}: see {other}").format(name=_plain(other.listed), other=_plain(first.listed))
                entries.append((_key(other), [_Line(see)]))
    entries.sort(key=lambda entry: entry[0])
    grouped = groupby(entries, key=lambda entry: _letter(entry[0]))
    return [(letter, [line for _key, lines in block for line in lines]) for letter, block in grouped], people, left_out


def _key(person: Person) -> str:
    return fold(_plain(person.listed))


def _letter(key: str) -> str:
    return key[0].upper() if key[:1].isalpha() else "#"


def _line(person: Person, town: str, *, indented: bool = False) -> _Line:
    phone = person.phone_shown or person.phone
    mobile = person.mobile_shown or person.mobile
    if person.has_mobile and not mobile:
        phone, mobile = "", phone
    return _Line(_plain(person.listed), _plain(phone), _plain(mobile), town, indented)


def _text_lines(line: _Line) -> Iterator[str]:
    """One line of 80 cells; a name that is too long for its column has a line of its own, so that nothing is cut."""
    name = f"{'    & ' if line.indented else '  '}{line.name}"
    numbers = (line.phone, line.mobile)
    if width(name) >= _NAME and any(numbers):
        yield name
        name = ""
    if any(width(number) >= _NUMBER for number in numbers) or width(line.town) > _TOWN:
        yield f"{_padded(name, _NAME)}{' / '.join(filter(None, numbers))}".rstrip()
        if line.town:
            yield f"{' ' * _NAME}{line.town}"
        return
    cells = (_padded(name, _NAME), *(_padded(number, _NUMBER) for number in numbers), line.town)
    yield "".join(cells).rstrip()


def _padded(text: str, cells: int) -> str:
    return text + " " * (cells - width(text))


def _row(line: _Line) -> str:
    cells = "".join(f"<td>{html.escape(text)}</td>" for text in (line.phone, line.mobile, line.town))
    mark = ' class="with"' if line.indented else ""
    return f"<tr><td{mark}>{html.escape(line.name)}</td>{cells}</tr>\n"


def _plain(text: str) -> str:
    """Without what would move a printer's or a terminal's cursor, or turn the direction of writing."""
    if text.isprintable():
        return text
    return "".join(c for c in text if not unicodedata.category(c).startswith("C") and c not in "\u2028\u2029")


_STYLE = (
    "body{font-family:sans-serif;margin:2em}table{border-collapse:collapse;width:100%}"
    "th{text-align:left;padding-top:1em;border-bottom:1px solid}td{padding:.15em 1em .15em 0;white-space:nowrap}"
    "td.with{padding-left:1.5em}tr{break-inside:avoid}@media print{body{margin:0;font-size:10pt}}"
)
_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{title}</title><style>{style}</style></head>
<body>
<h1>{title}</h1>
<p>{below}</p>
<table>
"""
