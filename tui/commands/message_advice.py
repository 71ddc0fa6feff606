"""`cabas message advice`: what to think of before a message goes. It forbids nothing."""

from __future__ import annotations

from dataclasses import asdict

import click

from templates.words import N_, _
from tui.commands.message_writing import message_argument
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, say


@click.command(help=N_("Advice on a draft: its words, its people, what they got lately. It forbids nothing."))
@message_argument
@json_option
@click.pass_obj
def advice(context: Context, message_id: int, as_json: bool) -> None:
    from screens.advice import advise
    from screens.compose_around import advise_around, read_around
    from screens.compose_lines import subject_shown

    store = context.store()
    message = store.messages.get(message_id)
    around = read_around(store, message, first=False)
    group, limits = store.settings.group().name, store.settings.limits()
    shown = subject_shown(message.subject, around.values)
    found = advise(message.subject, message.text, shown, group, limits, fits=around.fits, files=message.files)
    if found:
        found += advise_around(around.facts, around.overlaps, store.clock)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    wanting = [one for one in found if not one.well]
    for one in wanting:
        say(f"! {one.sentence}")
        if one.reason:
            say(f"  {one.reason}")
    if not wanting:
        say(_("Nothing to say: it can go as it is."))


COMMANDS: tuple[click.Command, ...] = (advice,)
