"""What can go wrong in the store, as types with parameters.

They carry no sentence: `screens.errors.words_for` puts them into the operator's language at the edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path


class StoreError(Exception):
    """A known fault that a person can be told about in one sentence."""


@dataclass
class NotAllowed(StoreError):
    """The operator lacks a right."""

    right: str
    catalogue_id: int | None = None


@dataclass
class UnknownOperator(StoreError):
    """Nobody with this login works in this group; `removed`: somebody did, and can be brought back.

    `now`: who had it has this one by now.
    """

    login: str
    removed: bool = False
    now: str = ""


@dataclass
class NotFound(StoreError):
    """There is no such thing: `what` is a word of the house ("member", "distribution"), `key` what was asked for.

    `near`: what there is and looks like it.
    """

    what: str
    key: str
    near: tuple[str, ...] = ()


@dataclass
class OtherSender(StoreError):
    """The mail cannot go: it is written from `address`, which is none of the mailbox's."""

    address: str


@dataclass
class Ambiguous(StoreError):
    """Several things answer to what was asked for."""

    what: str
    key: str
    choices: tuple[str, ...]


@dataclass
class Invalid(StoreError):
    """A value cannot be taken: `field` names it, `value` is what was given, `reason` a short code."""

    field: str
    value: str
    reason: str


@dataclass
class FileTooLarge(Invalid):
    """A file has `size` octets; all files of a message may have `limit`, of which `left` are left."""

    size: int = 0
    limit: int = 0
    left: int = 0


@dataclass
class ChangedElsewhere(StoreError):
    """Somebody else changed the thing since it was read."""

    what: str
    id: int


@dataclass
class StockShort(StoreError):
    """More is ordered than there is: `short` names each product by (id, name, thousandths that can be had).

    Nothing is stored. Whoever means it says so, and the stock goes below zero.
    """

    short: tuple[tuple[int, str, int], ...]


@dataclass
class VoucherRefused(StoreError):
    """A voucher cannot be taken off an order. `code` is as it is shown, or as it was typed where there is none.

    `reason`: "unknown", "used" (`day`: when, `order_day`: the distribution it was used for), "cancelled" (`day`),
    "expired" (`day`: its last), "other_member" (`member`: whose, empty for who may not know), "on_already" (this
    basket), "elsewhere" (on the basket for `order_day`), "nothing" (nothing is ordered), "currency" (nothing in its
    `currency`), "minimum" (the order has to come to `amount` cents of the `currency`), "nothing_left" (others take
    all).
    """

    code: str
    reason: str
    day: date | None = None
    order_day: date | None = None
    amount: int = 0
    currency: str = ""
    member: str = ""


@dataclass
class VouchersOff(StoreError):
    """An order, as it is to be, cannot keep vouchers: `refused` says which and why. Nothing is stored.

    Whoever means it says so (`vouchers_off`): then they are kept off, and can be used another time.
    """

    refused: tuple[VoucherRefused, ...]


@dataclass
class FileMissing(StoreError):
    """There is no file at this path."""

    path: Path


@dataclass
class FileExists(StoreError):
    """A group's file is not created over something that is there."""

    path: Path


@dataclass
class NotAGroupFile(StoreError):
    """The file is damaged, or not one of cabas."""

    path: Path


@dataclass
class FileUnreadable(StoreError):
    """The operating system refuses to open or write the file; `why` is its own short text."""

    path: Path
    why: str


@dataclass
class FileNewer(StoreError):
    """The file was written by a newer cabas."""

    path: Path
    version: int


@dataclass
class FileLocked(StoreError):
    """Another program kept the file locked for longer than we wait."""

    path: Path


@dataclass
class DiskFull(StoreError):
    """Nothing more can be written."""

    path: Path


@dataclass
class NetworkFileSystem(StoreError):
    """SQLite's locks cannot be trusted on this file system."""

    path: Path
    kind: str


@dataclass
class SegmentError(StoreError):
    """The words of a segment cannot be read.

    `position` counts characters from 0 (below 0: the word stands alone), `word` is what stands there, `reason` a short
    code; `rule` and `parameter` say where, `expected` what could stand there instead (rule or parameter names, or what
    comes close to the word).
    """

    position: int
    reason: str
    word: str = ""
    rule: str = ""
    parameter: str = ""
    expected: tuple[str, ...] = ()


@dataclass
class ImportUnreadable(StoreError):
    """A file cannot be imported at all.

    `reason`: "missing", "folder", "unreadable" (`detail`: the system's text), "empty", "spreadsheet", "binary",
    "encoding", "json" (cut off, or not ours), "header" (`detail`: the header cells found), "twice" (`detail`: the
    column that is there twice), "lines" or "columns" (more than `detail`).
    """

    path: Path
    reason: str
    detail: str = ""


@dataclass
class MergeChanged(StoreError):
    """A merge cannot be undone because something it touched was changed since.

    `what` is "member", "preference", "order" (`day`: that of its distribution, None where the basket is gone), or
    "merged": the member was merged again.
    """

    what: str
    day: date | None = None
