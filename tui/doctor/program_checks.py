"""The program itself and the terminal that it is started in."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from importlib import metadata
from pathlib import Path

from templates.words import _
from tui.doctor.check import Check


def program_checks() -> list[Check]:
    """Which cabas runs, and whether it is the one that others start."""
    running = metadata.version("cabas")
    said = _("This is cabas {version} ({path}).").format(version=running, path=Path(sys.prefix))
    found = [Check("program", "ok", said)]
    named = shutil.which("cabas")
    program = None if named is None else Path(named).resolve()
    if program is not None and program.parent not in (Path(sys.executable).parent, Path(sys.prefix) / "bin"):
        said = _("“cabas” starts another one than this: {path}.").format(path=program)
        found.append(Check("program.other", "warn", said, _("Let all start the same, or one of them is older.")))
    return [*found, *_versions()]


def _versions() -> list[Check]:
    """Whether this is the one that a server with versions side by side leads to, and none of them is half there."""
    from tui.server.versions import ROOT, versions

    found: list[Check] = []
    try:
        there = versions(ROOT)
    except OSError:
        return found
    for one in there:
        if one.is_current and one.path.resolve() != Path(sys.prefix).resolve():
            said = _("The server starts cabas {version}, which is another one than this.").format(version=one.name)
            found.append(Check("program.version", "warn", said, _("Run this one: {path}").format(path=one.command)))
        if not one.is_complete:
            said = _("The installation of {version} was broken off.").format(version=one.name)
            found.append(Check("program.left", "warn", said, f"rm -r {shlex.quote(str(one.path))}"))
    return found


def terminal_checks() -> list[Check]:
    """The character set and the kind of terminal; under a timer there is none."""
    found = []
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower().replace("-", "")
    if encoding != "utf8":
        said = _("Texts are written in {encoding}: accents and signs may not show.").format(encoding=encoding or "?")
        found.append(Check("locale", "warn", said, _("Set the language to one in UTF-8: export LANG=C.UTF-8")))
    if not sys.stdout.isatty():
        return found
    term = os.environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        said = _("This terminal says that it can draw nothing (TERM={term}).").format(term=term or "–")
        found.append(Check("terminal", "bad", said, "export TERM=xterm-256color"))
    size = shutil.get_terminal_size()
    if size.columns < 80 or size.lines < 24:
        said = _("This terminal has {columns}×{lines} cells; cabas needs 80×24.")
        found.append(
            Check("terminal", "warn", said.format(columns=size.columns, lines=size.lines), _("Make it larger."))
        )
    return found
