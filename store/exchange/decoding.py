"""The letters of a file that does not say how they are written: the encodings of other systems and spreadsheets."""

from __future__ import annotations

import codecs
from pathlib import Path

from store.errors import ImportUnreadable

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and ods; xls
_PROGRAMS = (b"\x7fELF", b"SQLite format 3\0", b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff")
_ONLY_CP1252 = frozenset(range(0x80, 0xA0))
_ONLY_LATIN_9 = frozenset((0xA4, 0xA6, 0xA8, 0xB4, 0xB8, 0xBC, 0xBD, 0xBE))  # € Š š Ž ž Œ œ Ÿ
_LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\x0b": " ", "\x0c": " "}
_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"}
_CONTROLS[0xFEFF] = None


def decoded(content: bytes, path: Path) -> str:
    r"""The text of a file with `\n` at the end of its lines and no other control character but tabs.

    UTF-8 and UTF-16 with their marks, UTF-8 without, else ISO-8859-15 where bytes speak for it and none against, else
    Windows-1252. Raises `ImportUnreadable`: "empty", "spreadsheet", "binary", "encoding".
    """
    if not content.strip():
        raise ImportUnreadable(path, "empty")
    if content.startswith(_SPREADSHEETS):
        raise ImportUnreadable(path, "spreadsheet")
    if content.startswith(_PROGRAMS) or (content.count(0) * 10 > len(content) and not content.startswith(_UTF_16)):
        raise ImportUnreadable(path, "binary")
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError as error:
        raise ImportUnreadable(path, "encoding") from error
    for end, one in _LINE_ENDS.items():
        text = text.replace(end, one)
    if not text.isascii() or not text.replace("\n", "").replace("\t", "").isprintable():
        text = text.translate(_CONTROLS)
    return text


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        used = set(content)
        return "iso-8859-15" if used & _ONLY_LATIN_9 and not used & _ONLY_CP1252 else "cp1252"
    return "utf-8"
