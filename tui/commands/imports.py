"""`cabas import`: other systems' files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from screens.import_words import row_words, summary
from templates.words import N_, _
from tui.context import Context
from tui.output import print_json, say

LISTED = 200
"""How many rows a person is shown; `--json` gives all."""


@click.group("import", help=N_("Take over what other systems have written."))
def imports() -> None:
    pass


@imports.command(
    help=N_(
        "Import members from a CSV file of Cagette or CAMAP, or one with the header "
        "first_name;last_name;email;phone. Members that are known get what the file says of them and lose nothing; "
        "a row that may be a known member is listed and not imported. The same file twice changes nothing."
    ),
    short_help=N_("Import members from a CSV file."),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=N_("Say what would happen; store nothing."))
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
@click.pass_obj
def members(context: Context, file: Path, dry_run: bool, as_json: bool) -> None:
    from store.exchange.members import import_members
    from store.exchange.tables import open_file

    report = import_members(context.store(), open_file(file), dry_run=dry_run)
    if as_json:
        print_json(
            {
                "format": report.format,
                "new": report.new,
                "changed": report.changed,
                "same": report.same,
                "candidates": report.candidates,
                "bad": report.bad,
                "details": [{**asdict(row), "words": row_words(row)} for row in report.details],
            }
        )
        return
    for line in summary(report, dry_run=dry_run):
        say(line)
    listed = [row for row in report.details if dry_run or row.what in ("candidate", "bad")]
    for row in listed[:LISTED]:
        say(f"  {row_words(row)}")
    if len(listed) > LISTED:
        say(_("  … and {n} more; --json lists all.").format(n=len(listed) - LISTED))
