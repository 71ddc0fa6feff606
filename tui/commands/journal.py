"""`cabas journal` and `cabas export journal`: who did what, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from store.rights import AUTOMATIC
from templates.words import N_, _, ngettext
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, print_table, say

if TYPE_CHECKING:
    from store import Store
    from store.exchange.export_folder import Export
    from store.journal import Wanted

MOST = 200


def wanted_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options by which rows are chosen; a command gets them as words for `wanted_of`."""
    options = (
        click.option("--operator", "by", metavar="N", help=N_("Only what this operator did; automatic: nobody.")),
        click.option("--member", metavar="M", help=N_("Only what was done about this member, by number or name.")),
        click.option("--day", metavar="YYYY-MM-DD", help=N_("Only of this day.")),
        click.option("--since", metavar="YYYY-MM-DD", help=N_("Only from this day on.")),
        click.option("--until", metavar="YYYY-MM-DD", help=N_("Only up to this day.")),
        click.option(
            "--action",
            "actions",
            multiple=True,
            metavar="A",
            help=N_("Only this, as member.edited, or all of a kind, as member; several times."),
        ),
        click.option("--everything", is_flag=True, help=N_("Each step of a basket too.")),
    )
    for option in reversed(options):
        command = option(command)
    return command


def wanted_of(
    store: Store,
    by: str | None,
    member: str | None,
    day: str | None,
    since: str | None,
    until: str | None,
    actions: tuple[str, ...],
    everything: bool,
) -> Wanted:
    """The rows that options ask for; raises `NotFound`, `Ambiguous`, `Invalid`, and a usage error for a day twice."""
    from store.journal import Wanted
    from tui.commands.distribution_days import day_said

    if day is not None and (since is not None or until is not None):
        raise click.UsageError(_("--day is one day, --since and --until are several: name either."))
    first, last = (day, day) if day is not None else (since, until)
    return Wanted(
        operator=None if by is None else _login(store, by),
        member_id=None if member is None else store.members.resolve(member, archived=True),
        since=None if first is None else day_said(first),
        until=None if last is None else day_said(last),
        actions=actions,
        everything=everything,
    )


def _login(store: Store, name: str) -> str:
    """The login meant by a login or a name, also of somebody who is gone."""
    from tui.commands.operator_rights import named

    return name if name == AUTOMATIC.login else named(store, name).login


@click.command(
    help=N_(
        "Who did what, and when; the newest first. An admin sees everything, everybody else what they did themselves. "
        "The steps of baskets and of typing are left out unless they are asked for."
    ),
    short_help=N_("Who did what, and when."),
)
@wanted_options
@click.option(
    "--limit", type=click.IntRange(1), default=MOST, show_default=True, metavar="N", help=N_("So many lines at most.")
)
@json_option
@click.pass_obj
def journal(context: Context, /, limit: int, as_json: bool, **options: Any) -> None:
    store = context.store()
    wanted = wanted_of(store, **options)
    entries = store.journal.entries(wanted, limit=limit)
    from screens.journal_words import day_words, hour_words, sentence

    if as_json:
        from dataclasses import asdict

        print_json([{**asdict(entry), "what": sentence(entry)} for entry in entries])
        return
    if not entries:
        say(_("Nothing of this kind was done."))
        return
    print_table(
        ("", _("day"), _("hour"), _("what")),
        [(e.id, day_words(e, store.clock), hour_words(e, store.clock), sentence(e)) for e in entries],
        right=[0],
    )
    total = store.journal.count(wanted)
    if total > len(entries):
        left = total - len(entries)
        say(ngettext("{n} more line: --limit shows more.", "{n} more lines: --limit shows more.", left).format(n=left))


def export_of(context: Context, form: str, **options: Any) -> tuple[Export, str]:
    """The file of `cabas export journal`, and how many lines it has, in words."""
    from screens.journal_words import sentence
    from store.exchange.journal_export import export_journal

    store = context.store()
    made = export_journal(store, form, wanted_of(store, **options), sentence)
    return made, ngettext("{n} line", "{n} lines", made.rows).format(n=made.rows)
