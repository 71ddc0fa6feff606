"""`cabas server update` and `versions`: a newer cabas beside the present one, without anybody having to stop."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from templates.words import N_, _
from tui.context import Context
from tui.output import BUSY, FAILED, WRONG_USE, Ended, print_json, say
from tui.paths import Outside

if TYPE_CHECKING:
    from tui.server.versions import Source, Version

INTO = click.option(
    "--into",
    type=Outside(file=False),
    default=Path("/opt/cabas"),
    show_default=True,
    help=N_("The folder of the installed versions."),
)


@click.command(
    help=N_(
        "Install a newer cabas from a wheel, or from a folder with wheels or with the source, beside the present one; "
        "try it; then start it from now on. Whoever works goes on and is told. The two versions before stay."
    ),
    short_help=N_("Install a newer cabas while people work."),
)
@click.argument("source", type=Outside())
@INTO
@click.option(
    "--extras/--no-extras",
    default=None,
    help=N_("With the libraries for SMS, measuring and a keyring; without it as the present version."),
)
@click.option("--dry-run", is_flag=True, help=N_("Show every step; change nothing."))
@click.pass_obj
def update(context: Context, source: Path, into: Path, extras: bool | None, dry_run: bool) -> None:
    from tui.server import versions as installed
    from tui.server.steps import StepFailed

    try:
        wanted = installed.source(source, extras=installed.has_extras(into) if extras is None else extras)
        if dry_run:
            _show(wanted, into)
            return
        with _alone(into):
            path = installed.following(into, wanted.version)
            say(_("Installing {name} …").format(name=path.name))
            installed.install(wanted, path)
            try:
                _take(context, into, next(one for one in installed.versions(into) if one.path == path))
            except StepFailed:
                installed.remove(path)
                raise
            for gone in installed.prune(into):
                say(_("{name} is removed: the two before the present one stay.").format(name=gone.name))
    except StepFailed as failed:
        raise Ended(f"{failed}\n{_('Nothing was changed: the present version stays.')}", FAILED) from failed


@click.command(
    help=N_("List the installed versions, the oldest first; --use goes back to one, if it can open the group's file."),
    short_help=N_("List the installed versions, or go back to one."),
)
@INTO
@click.option("--use", "name", metavar="NAME", help=N_("Start this one from now on."))
@click.option("--json", "as_json", is_flag=True, help=N_("As JSON, for programs."))
@click.pass_obj
def versions(context: Context, into: Path, name: str | None, as_json: bool) -> None:
    from tui.server import versions as installed
    from tui.server.steps import StepFailed

    there = installed.versions(into)
    if name is not None:
        wanted = next((one for one in there if one.name == name and one.is_complete), None)
        if wanted is None:
            names = ", ".join(one.name for one in there if one.is_complete) or "–"
            raise Ended(_("“{name}” is not installed. Possible: {names}.").format(name=name, names=names), WRONG_USE)
        try:
            with _alone(into):
                _take(context, into, wanted)
        except StepFailed as failed:
            raise Ended(str(failed), FAILED) from failed
        return
    if as_json:
        print_json([{"name": one.name, "path": one.path, "current": one.is_current} for one in there])
        return
    for one in there:
        say(f"{'*' if one.is_current else ' '} {one.name}{'' if one.is_complete else '  ' + _('not complete')}")
    if not there:
        say(_("No version is installed in {path}: cabas server update WHEEL").format(path=into))


@contextmanager
def _alone(into: Path) -> Iterator[None]:
    from tui.server import versions as installed

    try:
        with installed.alone(into):
            yield
    except installed.Busy:
        raise Ended(_("Another update is under way."), BUSY) from None


def _take(context: Context, into: Path, version: Version) -> None:
    """Start this version from now on, if it starts and can open the group's file."""
    from tui.server import versions as installed
    from tui.server.steps import StepFailed

    known, there = installed.knows(version), _migrations_of(context)
    if known < there:
        raise StepFailed(
            _("{name} cannot open {path}, which a newer cabas has brought up to date.").format(
                name=version.name, path=context.file
            )
        )
    installed.take(into, version)
    say(_("{name} is started from now on. Whoever works is told, and goes on with one key.").format(name=version.name))


def _migrations_of(context: Context) -> int:
    """Up to which migration the group's file is brought; 0 where there is none to be seen."""
    from contextlib import closing

    from store import file
    from store.errors import StoreError

    try:
        with closing(file.connect(context.file)) as conn:
            return file.version(conn)
    except (StoreError, OSError):
        return 0


def _show(wanted: Source, into: Path) -> None:
    from tui.server import versions as installed

    path = installed.following(into, wanted.version)
    say(_("1. Install {name} beside the present version:").format(name=path.name))
    for command in installed.commands(wanted, path):
        say(f"      {shlex.join(command)}")
    if wanted.lock is None:
        say(_("   There is no lock file beside it: the libraries are the newest that fit, unchecked."))
    say(_("2. Try whether it starts, and can open the group's file."))
    say(_("3. Let {path} lead to it, in one step.").format(path=into / "current"))
    say(_("4. Remove all but the two versions before."))
    say(_("Nothing was changed."))
