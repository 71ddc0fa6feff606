"""`cabas message results`: what a message brought."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from templates.words import N_
from tui.commands.message_writing import message_argument
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, say

if TYPE_CHECKING:
    from store.result_records import Group, Results


@click.command(
    help=N_(
        "What a message brought: who came back, turnover and margin of their orders, and what there was without it. "
        "“cabas export results” writes it as a table."
    ),
    short_help=N_("What a message brought."),
)
@message_argument
@json_option
@click.pass_obj
def results(context: Context, message_id: int, as_json: bool) -> None:
    found = context.store().results.of(message_id)
    if as_json:
        print_json(_plain(found))
        return
    from screens.message_states import title_of
    from screens.result_words import page

    say(title_of(found.row))
    for line in page(found):
        say(line.plain.strip())


def _plain(found: Results) -> dict[str, Any]:
    """For programs: each group with what follows from it; None is what may not be seen, or cannot be known."""
    plain = asdict(found)
    for name in ("written", "before", "others", "everybody"):
        group: Group = getattr(found, name)
        plain[name] |= {"percent": group.percent, "per_member": group.per_member}
        if not found.counted:
            plain[name] |= dict.fromkeys(("came_back", "orders", "percent", "turnover", "per_member"))
    plain["span"]["days"] = found.span.days
    if not found.counted:
        plain |= {"money": None, "quantities": None, "curves": None}
    if not found.compared:
        plain["before"] = None
    return plain


COMMANDS = (results,)
