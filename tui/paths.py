"""Every path that a command line takes: what may be named, and what inside the door is left of it.

Inside (`Context.inside`) a file is "-", the standard input or output, or the bare name of one in the export folder:
the account's other files are nobody's business there. A parameter that is a path has one of these types, always.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from templates.words import _

if TYPE_CHECKING:
    from store import Store
    from tui.context import Context

DASH = "-"
LONGEST = 200
"""Octets of a bare name: file systems take 255, and a journal or a -2 may come behind it."""


def context_of(ctx: click.Context | None) -> Context | None:
    """What the command starts from; None where a parameter is read outside of any command."""
    from tui.context import Context

    return ctx.find_object(Context) if ctx is not None else None


def _inside(ctx: click.Context | None) -> Context | None:
    context = context_of(ctx)
    return context if context is not None and context.inside else None


def is_bare(name: str) -> bool:
    """Whether a name leads nowhere: no folder, no hidden file, nothing that a terminal or an option would take."""
    plain = name.isprintable() and "/" not in name and "\\" not in name
    return plain and 0 < len(name.encode()) <= LONGEST and not name.startswith((".", "-", "~"))


class Readable(click.Path):
    """A file to read. With `dash`, "-" is the standard input; `there`: it must exist, for all to be told at once."""

    def __init__(self, *, dash: bool = False, there: bool = False) -> None:
        super().__init__(path_type=Path, allow_dash=dash, exists=there, dir_okay=not there)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; inside, of the export folder."""
        return super().convert(_to_read(self, value, param, ctx, dash=self.allow_dash), param, ctx)


class Writable(click.Path):
    """A file to write, which is not there yet. With `dash`, "-" is the standard output."""

    def __init__(self, *, dash: bool = False) -> None:
        super().__init__(path_type=Path, allow_dash=dash)
        self._dash = dash

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; inside, in the export folder, which is made."""
        context = _inside(ctx)
        if context is not None and not (self._dash and os.fspath(value) == DASH):
            from store.exchange.export_folder import make_export_folder

            name = _bare(self, value, param, ctx, dash=self._dash)
            value = make_export_folder(context.store()).absolute() / name
        return super().convert(value, param, ctx)


class TextFile(click.File):
    """A file to read a text from, or a pipe that the shell has made; one with a name may be waited for without end."""

    def __init__(self) -> None:
        super().__init__("rb")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The open file; inside, of the export folder."""
        if isinstance(value, str | os.PathLike):
            value = _to_read(self, os.fspath(value), param, ctx, dash=True)
            path = Path(value)
            if path.exists() and not (path.is_file() or path.is_dir()):
                of_shell = path.is_fifo() and not Path(os.path.realpath(path)).exists()
                if not of_shell:
                    self.fail(_("“{value}” is no file.").format(value=path.name), param, ctx)
        return super().convert(value, param, ctx)


class Outside(click.Path):
    """A path of a command or an option that is closed inside; `streams`: but for "-"."""

    def __init__(self, *, streams: bool = False, file: bool = True, folder: bool = True) -> None:
        super().__init__(path_type=Path, allow_dash=streams, file_okay=file, dir_okay=folder)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; refused inside."""
        if _inside(ctx) and not (self.allow_dash and os.fspath(value) == DASH):
            self.fail(_("Over this line no file of the server can be named here."), param, ctx)
        return super().convert(value, param, ctx)


def _to_read(
    kind: click.ParamType, value: Any, param: click.Parameter | None, ctx: click.Context | None, *, dash: bool
) -> Any:
    """What was named; inside, the file of the export folder that has this name."""
    context = _inside(ctx)
    if context is None or (dash and os.fspath(value) == DASH):
        return value
    path = exported(context.store(), _bare(kind, value, param, ctx, dash=dash))
    if path is None:
        kind.fail(_("There is no “{name}” in the folder for exports.").format(name=value), param, ctx)
    return str(path)


def exported(store: Store, name: str) -> Path | None:
    """The file of this bare name in the folders of exports that the actor may read, the own one first."""
    from screens.import_files import is_file, lies_in
    from store.exchange.export_folder import readable_folders

    there = (folder / name for folder in readable_folders(store))
    return next((path for path in there if is_file(path) and lies_in(path, (path.parent,))), None)


def _bare(
    kind: click.ParamType, value: Any, param: click.Parameter | None, ctx: click.Context | None, *, dash: bool
) -> str:
    name = os.fspath(value)
    if not is_bare(name):
        said = _("“{value}”: over this line a file is the bare name of one in the folder for exports.")
        if dash:
            said = _(
                "“{value}”: over this line a file is “-” (standard input or output), or the bare name of one in the "
                "folder for exports."
            )
        kind.fail(said.format(value=name), param, ctx)
    return str(name)
