"""One cell of a file of members: several e-mails or phones, an address, a phone that a spreadsheet hurt."""

from __future__ import annotations

import re

from store import phones
from store.folding import folded_words

_ADDRESS = re.compile(r"[^\s;,/|<>()\"]+@[^\s;,/|<>()\"]+")
_NO_ADDRESS = frozenset(("aucun", "aucune", "neant", "sans", "pas", "non", "no", "none", "nessuna", "keine", "kein"))
_FLOATING = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_WHOLE = re.compile(r"(\d{6,15})[.,]0+")
_BETWEEN_PHONES = re.compile(r"\s+(?:/|-|–|&|ou|or|o|et|e|und|puis)\s+|\s*[;,|\n]\s*")
_POSTAL = re.compile(r"(?:[A-Z]{1,2}-)?(\d{4,5})\s+(\D.*)")
_NUMBER = re.compile(r"\d+\s*(?:bis|ter|quater|[a-zA-Z])?")
_YES = frozenset("1 x o y j oui yes true vrai si ja vip".split())
_LANGUAGES = {"fr": "fr", "en": "en", "an": "en", "in": "en", "it": "it", "de": "de", "al": "de", "te": "de"}

ENOUGH_DIGITS = 8
"""Digits that each part of a cell has to have before it is taken for a phone number of its own."""


def emails(cell: str) -> tuple[tuple[str, ...], bool]:
    """The addresses in a cell, and whether it says in words that there is none ("pas de mail").

    A cell that holds neither comes back as it is, for the caller to refuse.
    """
    if cell.count("@") == 1 and "<" not in cell and not cell.startswith("mailto:"):
        return (cell.strip(" ;,"),), False
    if "@" in cell:
        found = tuple(dict.fromkeys(_ADDRESS.findall(cell.replace("mailto:", " "))))
        return (found, False) if found else ((cell,), False)
    words = folded_words(cell)
    if not words or words == ["x"] or words == ["0"]:
        return (), False
    return ((), True) if words[0] in _NO_ADDRESS else ((cell,), False)


def phone_numbers(cell: str, country: str) -> tuple[tuple[str, ...], str]:
    """The numbers in a cell, as typed, and what is left of one that a spreadsheet destroyed ("4,67012E+10").

    A number that lost its + or its 0, or became a fraction, is made whole where no digit is missing.
    """
    typed = cell.strip().removeprefix("=").strip("\"'")
    if typed.isdigit() and len(typed) <= 10:
        return ((typed,), "") if typed.strip("0") else ((), "")
    if floating := _FLOATING.fullmatch(typed.replace(" ", "")):
        digits, exponent = floating[1] + (floating[2] or ""), int(floating[3])
        if len(digits) != exponent + 1:
            return (), cell
        typed = digits
    elif whole := _WHOLE.fullmatch(typed):
        typed = whole[1]
    parts = _phone_parts(typed)
    return tuple(_with_plus(part, country) for part in parts if any(c.isalnum() for c in part)), ""


def _phone_parts(typed: str) -> list[str]:
    for parts in (_BETWEEN_PHONES.split(typed), typed.split("/")):
        if len(parts) > 1 and all(sum(c.isdigit() for c in part) >= ENOUGH_DIGITS for part in parts):
            return parts
    return [typed]


def _with_plus(part: str, country: str) -> str:
    """The number with the + of its country back, where it is none without it and one with it."""
    if part.isdigit() and len(part) > 10 and not phones.parse(part, country).e164:
        return f"+{part}" if phones.parse(f"+{part}", country).e164 else part
    return part


def address(cell: str) -> dict[str, str]:
    """Street, second line, postal code and town of an address in one cell: "12 rue de l'Église, 44000 Nantes"."""
    parts = [part for part in (" ".join(part.split()) for part in re.split(r"[,\n]", cell)) if part]
    given: dict[str, str] = {}
    for place, part in enumerate(parts):
        if place and (found := _POSTAL.fullmatch(part)):
            given = {"postal_code": found[1], "city": found[2]}
            del parts[place]
            break
    else:
        parts, given = _last_town(parts)
    if len(parts) > 1 and _NUMBER.fullmatch(parts[0]):
        parts[:2] = [f"{parts[0]} {parts[1]}"]
    lines = {"address1": parts[0] if parts else "", "address2": ", ".join(parts[1:])}
    return {name: text for name, text in (*lines.items(), *given.items()) if text}


def _last_town(parts: list[str]) -> tuple[list[str], dict[str, str]]:
    """Without a postal code in front of the town the town is the last part, or the one before a code of its own."""
    rest, code = list(parts), ""
    if len(rest) > 2 and re.fullmatch(r"\d{4,5}", rest[-1]):
        code = rest.pop()
    if len(rest) > 1 and not any(c.isdigit() for c in rest[-1]):
        return rest[:-1], {"postal_code": code, "city": rest[-1]}
    return parts, {}


def yes(cell: str) -> bool:
    """Whether a cell says yes; whatever it says else is no."""
    return any(word in _YES for word in folded_words(cell)[:1]) or cell.strip() in ("*", "★")


def tags(cell: str) -> tuple[str, ...]:
    """The tags in a cell, one after a comma, semicolon or bar each."""
    return tuple(tag for tag in (tag.strip() for tag in re.split(r"[,;|]", cell)) if tag)


def language(cell: str) -> str:
    """The code of a language by its code or name ("fr_FR", "Français"), "" for one that mails are not written in."""
    return _LANGUAGES.get("".join(folded_words(cell))[:2], "")
