"""`cabas import`: other systems' files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from screens.errors import words_for
from screens.import_words import NEEDS, bad_rows_csv, question_words, row_words, summary
from store.errors import StoreError
from templates.words import N_, _
from tui.commands.import_answers import answers_of
from tui.commands.import_mapping import mapping_of
from tui.commands.options import json_option
from tui.context import Context
from tui.output import WRONG_USE, Ended, print_json, say
from tui.paths import Readable, Writable

if TYPE_CHECKING:
    from store import Store
    from store.exchange.report import ImportReport
    from store.exchange.tables import ImportFile

LISTED = 200
"""How many rows a person is shown; `--json` gives all."""

file_argument = click.argument("file", type=Readable(dash=True))
catalogue_option = click.option(
    "--catalogue", metavar="C", help=N_("The catalogue, where the file does not name it: its id or name.")
)


def common(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every import has."""
    for option in reversed(
        (
            file_argument,
            click.option(
                "--map",
                "maps",
                multiple=True,
                metavar="COLUMN=FIELD",
                help=N_("What a column of an unknown file is, as 'Nom Prénom=name'; it is remembered."),
            ),
            click.option(
                "--take",
                "takes",
                multiple=True,
                metavar="LINE=ID|new",
                help=N_("Answer a question: the line that asks, or kind:name as it is shown, and what it is."),
            ),
            click.option("--new", "all_new", is_flag=True, help=N_("Answer every other question with: it is new.")),
            click.option(
                "--bad",
                type=Writable(),
                metavar="FILE",
                help=N_(
                    "Where rows that cannot be read go; without it, to the folder “exports” beside the group's file."
                ),
            ),
            click.option("--dry-run", is_flag=True, help=N_("Say what would happen; store nothing.")),
            json_option,
            click.pass_obj,
        )
    ):
        command = option(command)
    return command


MOST, MOST_LINES = 8 * 2**20, 50_000
"""Octets and lines that are taken in from the standard input: several may send at once, and without end."""


@click.group("import", help=N_("Take over what other systems have written."))
def imports() -> None:
    pass


@imports.command(
    help=N_(
        "Import members from a CSV file (- for standard input). Members that are known get what the file says of them "
        "and lose nothing; a row that may be a known member is asked about. The same file twice changes nothing."
    ),
    short_help=N_("Import members from a CSV file."),
)
@common
def members(context: Context, **options: Any) -> None:
    from store.exchange.members import import_members

    _import(context, "members", import_members, **options)


@imports.command(
    help=N_(
        "Import the products of a catalogue from a CSV file (- for standard input). Known products are changed field "
        "by field; orders keep the price that they were taken at. The same file twice changes nothing."
    ),
    short_help=N_("Import products from a CSV file."),
)
@catalogue_option
@common
def products(context: Context, catalogue: str | None, **options: Any) -> None:
    from store.exchange.products import import_products

    catalogue_id = None if catalogue is None else context.store().catalogues.resolve(catalogue)
    _import(context, "products", import_products, {"catalogue_id": catalogue_id}, **options)


@imports.command(
    help=N_(
        "Import orders that were taken elsewhere from a CSV file (- for standard input). Quantities are set, not "
        "added: 0 takes a line out, and the same file twice changes nothing. A list without members is only compared."
    ),
    short_help=N_("Import orders from a CSV file."),
)
@click.option("--distribution", metavar="D", help=N_("next, last, a day as 2026-11-26, or an id."))
@catalogue_option
@common
def orders(context: Context, distribution: str | None, catalogue: str | None, **options: Any) -> None:
    from store.exchange.orders import import_orders

    store = context.store()
    which = {
        "distribution_id": None if distribution is None else store.distributions.resolve(distribution),
        "catalogue_id": None if catalogue is None else store.catalogues.resolve(catalogue),
    }
    _import(context, "orders", import_orders, which, **options)


@imports.command(
    help=N_(
        "Import old mailings of another system from a CSV file (- for standard input): a row each, with its figures "
        "and all recipients in one cell, or a row for each recipient. Recipients are looked for among the members. "
        "The mailings stand among the results and are never sent. The same file twice changes nothing."
    ),
    short_help=N_("Import old mailings from a CSV file."),
)
@common
def messages(context: Context, **options: Any) -> None:
    from store.exchange.messages import import_messages

    _import(context, "messages", import_messages, **options)


def _import(
    context: Context,
    kind: str,
    carry_out: Callable[..., ImportReport],
    which: dict[str, int | None] | None = None,
    *,
    file: Path,
    maps: tuple[str, ...],
    takes: tuple[str, ...],
    all_new: bool,
    bad: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import one file as the options say, and tell what came of it."""
    store = context.store()
    content = _open(file)
    if bad is not None and bad.exists():
        raise Ended(_("{path} is there already and is left as it is. Choose another name.").format(path=bad))
    options: dict[str, Any] = dict(which or {})
    options["mapping"] = mapping_of(store, kind, content, maps)
    answers = {}
    if takes or all_new:
        answers = answers_of(store, carry_out(store, content, dry_run=True, **options), takes, all_new)
    with _progress() as progress:
        report = carry_out(store, content, dry_run=dry_run, answers=answers, progress=progress, **options)
    written, refused = None, ""
    try:
        written = _write_bad(store, content, report, bad, dry_run)
    except (StoreError, OSError) as error:  # what was stored is told all the same
        refused = words_for(error)
    if as_json:
        print_json(_plain(report, written))
    if report.needs:
        raise Ended("\n".join(_(NEEDS[need]) for need in report.needs), WRONG_USE)
    if not as_json:
        _tell(report, written, dry_run)
    if refused:
        raise Ended(refused)


def _open(path: Path) -> ImportFile:
    from store.errors import ImportUnreadable
    from store.exchange.tables import ImportFile, open_file
    from tui.standard_input import read_whole

    if str(path) != "-":
        return open_file(path)
    content = read_whole(MOST + 1)
    if len(content) > MOST:
        raise Ended(_("More than {n} MB came in. Nothing is imported: send it in parts.").format(n=MOST // 2**20))
    if content.count(b"\n") > MOST_LINES:
        raise ImportUnreadable(path, "lines", str(MOST_LINES))
    return ImportFile(path, content)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr where a person watches it."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, file=sys.stderr, label=_("Import")) as bar:

        def told(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield told


def _write_bad(store: Store, file: ImportFile, report: ImportReport, path: Path | None, dry_run: bool) -> Path | None:
    """Write the bad rows to a file and say where; a dry run writes only where it is told to."""
    from store.exchange.export_folder import Export, write_export, write_new

    if len(report.bad_rows) < 2 or (dry_run and path is None):
        return None
    if path is not None:
        write_new(path, bad_rows_csv(report))
        return path
    name = _("{name}-bad-rows.csv").format(name="stdin" if str(file.path) == "-" else file.path.stem)
    return write_export(store, Export(name, bad_rows_csv(report), report.bad))


def _plain(report: ImportReport, written: Path | None) -> dict[str, Any]:
    """The report for programs: exactly these counts, then what goes further."""
    found: dict[str, Any] = {
        name: getattr(report, name) for name in ("format", "new", "changed", "same", "candidates", "bad")
    }
    found["details"] = [{**asdict(row), "words": row_words(row)} for row in report.details]
    further = {
        "questions": [asdict(question) for question in report.questions],
        "needs": list(report.needs),
        "ignored": list(report.ignored),
        "short": report.short,
        "bad_file": written,
        "recipients": report.recipients,
        "unmatched": [{"line": line, "name": name} for line, name in report.unmatched],
        "ambiguous": [{"line": line, "name": name} for line, name in report.ambiguous],
        "sums": [
            {"figure": name, "currency": currency, "cents": cents} for (name, currency), cents in report.sums.items()
        ],
    }
    return found | {name: value for name, value in further.items() if value}


def _tell(report: ImportReport, written: Path | None, dry_run: bool) -> None:
    for line in summary(report, dry_run=dry_run):
        say(line)
    if written is not None:
        say(
            _("Rows that could not be read are in {path}: correct them there and import that file.").format(
                path=written
            )
        )
    listed = [row for row in report.details if dry_run or row.what in ("candidate", "bad")]
    for row in listed[:LISTED]:
        say(f"  {row_words(row)}")
    if len(listed) > LISTED:
        say(_("  … and {n} more; --json lists all.").format(n=len(listed) - LISTED))
    for question in report.questions[:LISTED]:
        for line in question_words(question):
            say(line)
