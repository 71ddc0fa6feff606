"""The command line. `cabas` alone opens the app; every other word is a subcommand in a file of its own."""

from __future__ import annotations

import gettext
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from screens import errors
from templates import words
from templates.words import N_, _
from tui.context import Context
from tui.output import BUSY, DONE, FAILED, NOT_NOW, WRONG_USE, Ended, warn

COMMANDS = {
    "init": "tui.commands.init:init",
    "segment": "tui.commands.segment:segment",
    "message": "tui.commands.message:message",
}
"""Where each subcommand is: imported when it is asked for, so that the app starts without them."""

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
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand, once the file and the operator named before it tell the language."""
        speak(Context(ctx.params.get("file"), ctx.params.get("operator")))
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


def speak(context: Context) -> None:
    """Speak the operator's language, Click too; whatever is wrong with the file is told when it is opened."""
    try:
        context.speak()
    except Exception:
        words.use(words.of_environment(os.environ))
    gettext.bindtextdomain("cabas", words.LOCALE)
    gettext.textdomain("cabas")
    # gettext reads the language from here only.
    os.environ["LANGUAGE"] = words.language()


@click.group(
    "cabas",
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("The member desk of a food group. Without a command, cabas opens the desk."),
)
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("The group's file (else CABAS_FILE, else the one in the configuration)."),
)
@click.option("--operator", metavar="NAME", help=N_("Act as this operator: for an admin or the owner of the file."))
@click.option("--no-mouse", is_flag=True, help=N_("Leave the mouse to the terminal, to select and paste."))
@click.version_option(package_name="cabas", message="cabas %(version)s")
@click.pass_context
def cabas(ctx: click.Context, file: Path | None, operator: str | None, no_mouse: bool) -> None:
    context = Context(file, operator, mouse=not no_mouse)
    ctx.obj = context
    ctx.call_on_close(context.close)
    if ctx.invoked_subcommand is None:
        from tui.app import run

        ctx.exit(run(context))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 wrong use, 3 not now, 4 another one is at it."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show ★ shows ?, which is better than an end in the middle of a list.
        getattr(stream, "reconfigure", lambda **_options: None)(errors="replace")
    code = run(arguments)
    try:
        sys.stdout.flush()
    except OSError:
        # Whoever read our output has left; Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """The exit code of one command line; every error ends here, in words on stderr."""
    try:
        speak(Context())
        translate(cabas)
        result: Any = cabas.main(arguments, prog_name="cabas", standalone_mode=False)
    except Ended as ended:
        if ended.words:
            warn(ended.words)
        return ended.code
    except click.UsageError as error:
        warn(f"{error.format_message()}\n{_help_hint(error)}")
        return WRONG_USE
    except click.ClickException as error:
        warn(error.format_message())
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        warn(_("Stopped."))
        return FAILED
    except BrokenPipeError:
        return FAILED
    except Exception as error:
        return _failed(error)
    return result if isinstance(result, int) else DONE


def _help_hint(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx is not None else "cabas"
    return _("“{command} --help” says how it is used.").format(command=command)


def _failed(error: Exception) -> int:
    """Say what went wrong and return the exit code; a fault of the program is written down."""
    if errors.known(error):
        warn(errors.words_for(error))
        return CODES.get(type(error).__name__, FAILED)
    from screens.faults import ended_by

    warn(ended_by(error))
    return FAILED


CODES = {"FileLocked": NOT_NOW, "AnotherSends": BUSY, "MailboxPaused": NOT_NOW, "NoNetwork": NOT_NOW}
"""Exit codes, by the class's name, of the errors that are neither 1 nor 2."""

if __name__ == "__main__":
    main()
