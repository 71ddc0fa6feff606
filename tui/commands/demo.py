"""`cabas demo`: the example group with its own mailbox, to try everything without harm."""

from __future__ import annotations

from pathlib import Path

import click

from templates import words
from templates.words import LANGUAGES, N_, _
from tui.context import Context
from tui.output import FAILED, Ended, say
from tui.paths import Outside

SEED = 20


@click.command(help=N_("Open an example group with a mailbox of its own: nothing leaves this machine."))
@click.option(
    "--dir",
    "directory",
    type=Outside(file=False),
    help=N_("Keep the group and its mails in this folder, to go on another day."),
)
@click.option("--tour", is_flag=True, help=N_("Play the main job by itself and say what came of each step."))
@click.option("--seed", type=int, default=SEED, show_default=True, help=N_("Another number makes other people."))
@click.option("--language", type=click.Choice(LANGUAGES), help=N_("The language of the screens."))
@click.pass_obj
def demo(context: Context, directory: Path | None, tour: bool, seed: int, language: str | None) -> None:
    from tui.demo.folder import opened, running
    from tui.demo.telling import COORDINATOR, today

    if language:
        words.use(language)
    if tour:
        from tui.demo.tour import play
    else:
        from tui.app import refuse_terminal, run

        refuse_terminal()
    with opened(directory) as folder:
        if not folder.file.exists():
            say(_("Preparing the example group “AMAP des Oiseaux” …"))
        with running(folder, seed, language, today()):
            place = Context(folder.file, COORDINATOR, mouse=context.mouse)
            if tour:
                ended_well = play(folder, say)
            else:
                greeting = _("Every mail is filed in {path}; nothing leaves this machine.").format(path=folder.maildir)
                ended_well = run(place, greeting, restarts=False) == 0
        if directory is not None:
            say(_("The group and its mails stay in {path}.").format(path=folder.path))
    if not ended_well:
        raise Ended("", FAILED)
