"""The command line: global options, and a subcommand in a file of its own for every other word."""

from __future__ import annotations

import gettext
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from templates import words
from templates.words import N_, NN_, _
from tui.cli import COMMANDS, speak
from tui.context import Context
from tui.door import is_inside, narrowed, refuse_option
from tui.output import DONE, FAILED, WRONG_USE, warn
from tui.paths import Outside

# Click says these by itself, through gettext's own domain: they are looked up in our catalogue.
CLICK_TEXTS = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("No such option {name!r}."),
    N_("Option {name!r} does not take a value."),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Invalid value: {message}"),
    N_("Could not open file {filename!r}: {message}"),
    N_("{name} {filename!r} does not exist."),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("required"),
    N_("default: {default}"),
    N_("file"),
    N_("directory"),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is not readable."),
    NN_("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    NN_("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    NN_("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    NN_("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    NN_("{value!r} does not match the format {format}.", "{value!r} does not match the formats {formats}."),
)


class LazyGroup(click.Group):
    """Imports a subcommand when it is needed and says its help texts in the operator's language."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every subcommand by name."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, imported and translated; None when there is none of this name."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        command: click.Command = getattr(import_module(module), name)
        translate(command)
        return narrowed(command, (cmd_name,)) if is_inside(ctx) else command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand, once the file and the operator named before it tell the language."""
        let_click_speak(ctx.obj or Context(ctx.params.get("file"), ctx.params.get("operator")))
        return super().resolve_command(ctx, args)


def translate(command: click.Command) -> None:
    """Put a command's help texts, written with `N_`, into the language spoken now."""
    command.help = command.help and _(command.help)
    command.short_help = command.short_help and _(command.short_help)
    command.epilog = command.epilog and _(command.epilog)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = _(parameter.help)
    if isinstance(command, click.Group) and not isinstance(command, LazyGroup):
        for part in command.commands.values():
            translate(part)


@click.group(
    "cabas",
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("The member desk of a food group. Without a command, cabas opens the desk."),
)
@click.option(
    "--file",
    type=Outside(folder=False),
    callback=refuse_option,
    help=N_("The group's file (else CABAS_FILE, else the one in the configuration)."),
)
@click.option(
    "--operator",
    metavar="NAME",
    callback=refuse_option,
    help=N_("Act as this operator: for an admin or the owner of the file."),
)
@click.option("--no-mouse", is_flag=True, help=N_("Leave the mouse to the terminal, to select and paste."))
@click.version_option(package_name="cabas", message="cabas %(version)s")
@click.pass_context
def cabas(ctx: click.Context, file: Path | None, operator: str | None, no_mouse: bool) -> None:
    context = ctx.obj or Context(file, operator, mouse=not no_mouse)
    ctx.obj = context
    ctx.call_on_close(context.close)
    if ctx.invoked_subcommand is None:
        from tui.app import run

        ctx.exit(run(context))


def run_command(arguments: list[str], inside: Context | None = None) -> int:
    """The exit code of one command line. Wrong use is told here, other errors are raised.

    `inside` is what one starts from who came through the SSH door.
    """
    let_click_speak(inside or Context())
    translate(cabas)
    try:
        result: Any = cabas.main(arguments, prog_name="cabas", standalone_mode=False, obj=inside)
    except click.UsageError as error:
        warn(f"{error.format_message()}\n{_help_hint(error)}")
        return WRONG_USE
    except click.ClickException as error:
        warn(error.format_message())
        return error.exit_code
    except click.Abort:
        warn(_("Stopped."))
        return FAILED
    return result if isinstance(result, int) else DONE


def let_click_speak(context: Context) -> None:
    """Speak the operator's language, and let Click find its own texts in our catalogue."""
    speak(context)
    gettext.bindtextdomain("cabas", words.LOCALE)
    gettext.textdomain("cabas")
    # gettext reads the language from here only.
    os.environ["LANGUAGE"] = words.language()


def _help_hint(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx is not None else "cabas"
    return _("“{command} --help” says how it is used.").format(command=command)
