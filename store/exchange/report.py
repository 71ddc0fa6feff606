"""What an import did, or would do: the same for members, products, orders and old mailings."""

from __future__ import annotations

from dataclasses import dataclass, field

NEW = 0
"""The answer to a `Question` that says: none of them, it is new."""

Answers = dict[tuple[str, str], int]
"""What a person said to questions: by `Question.kind` and `Question.key`, the id of what it is here, or `NEW`."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a known thing that a row changes; `before` and `after` as one writes them, empty for nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """What came of one row. `what`: "new", "changed", "candidate" or "bad" (neither is stored).

    `reason` says why for the last two, a short code that gets its words in `screens.import_words`; `value` goes with
    it. A row that is taken may have one too: "phone_damaged", where a spreadsheet destroyed the number. `candidates`
    are (id, name) of what the row may be; an id is negative for one that the file itself adds.
    `question` is the key of the `Question` that has to be answered before the row can be taken. `column` is the heading
    over what cannot be read, where the file has many alike.
    """

    line: int
    what: str
    name: str = ""
    changes: tuple[FieldChange, ...] = ()
    reason: str = ""
    value: str = ""
    candidates: tuple[tuple[int, str], ...] = ()
    question: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can say: which member, product or catalogue (`kind`) a file means by `text`.

    `key` stands for it in `Answers`; `candidates` are (id, name), perhaps none; `lines` are the rows that wait for it.
    """

    kind: str
    key: str
    text: str
    reason: str
    candidates: tuple[tuple[int, str], ...]
    lines: tuple[int, ...]


@dataclass(slots=True)
class ImportReport:
    """What an import does, or would do: counts of rows, and every row that is not as it was.

    `kind` is "members", "products", "orders" or "messages", `format` the system's name. `ignored` are columns that are
    not read. `needs` is what the file cannot say and the caller has to: "distribution", "catalogue"; then nothing was
    compared.
    `bad_rows` are the bad rows as they stand in the file, under its header, with line and reason at the end.
    Of members: `placeholders` is how many e-mails were made up, and count as none; `damaged` are phone numbers that a
    spreadsheet destroyed, each with its line: the member is taken without.
    Of messages: rows are mailings, `recipients` counts the members that they went to, and `unmatched` is whom the file
    names without their being found, `ambiguous` whom several members may be, each with its line; `sums` are cents by
    name of the figure and currency, of all rows that are taken.
    Of orders: `short` names the products of which more is then ordered than there is; an import is stored all the same.
    """

    kind: str
    format: str
    ignored: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    new: int = 0
    changed: int = 0
    same: int = 0
    candidates: int = 0
    bad: int = 0
    details: list[ImportedRow] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    bad_rows: list[tuple[str, ...]] = field(default_factory=list)
    placeholders: int = 0
    damaged: list[tuple[int, str]] = field(default_factory=list)
    short: list[str] = field(default_factory=list)
    recipients: int = 0
    unmatched: list[tuple[int, str]] = field(default_factory=list)
    ambiguous: list[tuple[int, str]] = field(default_factory=list)
    sums: dict[tuple[str, str], int] = field(default_factory=dict)

    def tell(self, row: ImportedRow) -> None:
        """List a row, and count it as what came of it."""
        self.details.append(row)
        match row.what:
            case "new":
                self.new += 1
            case "changed":
                self.changed += 1
            case "candidate":
                self.candidates += 1
            case "bad":
                self.bad += 1

    def counts(self) -> dict[str, str | int]:
        """What the journal keeps of an import that was stored: never a name."""
        return {"format": self.format, "new": self.new, "changed": self.changed, "bad": self.bad}
