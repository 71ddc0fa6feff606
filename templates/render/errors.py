"""What can be wrong with a text that a volunteer wrote, as types with parameters; the screens put them into words."""

from __future__ import annotations

from dataclasses import dataclass


class TextError(Exception):
    """A text cannot become a mail as it is."""


@dataclass
class UnknownField(TextError):
    """There is no such field; `closest` is the one that was probably meant, or empty."""

    name: str
    closest: str = ""


@dataclass
class NoValue(TextError):
    """The field exists and has nothing to say for this recipient: no order, no distribution to come."""

    name: str


@dataclass
class UnfinishedField(TextError):
    """A field that needs more: `order` alone, or `closes` without brackets; `choices` are ways to write it."""

    name: str
    choices: tuple[str, ...]


@dataclass
class UnknownCatalogue(TextError):
    """`closes` or `last_order` was asked for a catalogue that nobody knows by this name."""

    field: str
    name: str


@dataclass
class NotInMessages(TextError):
    """A part of the template language that messages do without; `what` as it is written, `line` from 1."""

    what: str
    line: int


@dataclass
class NotUnderstood(TextError):
    """The braces do not add up; `reason` is the template engine's own English."""

    line: int
    reason: str


@dataclass
class TooDeep(TextError):
    """Fields and conditions stand in one another so deep that nobody could say what comes out; `line` from 1."""

    line: int


@dataclass
class TooLong(TextError):
    """The text, or what becomes of it, is longer than a mail should be; `limit` in characters."""

    limit: int


@dataclass
class TooLongForSms(TextError):
    """What becomes of the text has so many `characters`, of which `limit` at most go as one SMS in several parts.

    `unusual` are signs without which it might have more: `usual` of them.
    """

    characters: int
    limit: int
    usual: int
    unusual: tuple[str, ...] = ()


@dataclass
class UnknownImage(TextError):
    """The text shows an image that the message does not have; `known` are the names of those it has.

    `attached`: it has a file of this name, which no text shows because it is an attachment.
    """

    name: str
    known: tuple[str, ...] = ()
    attached: bool = False
