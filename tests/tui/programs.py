"""Two programs on one file: this one, and one that is a migration newer, as an update leaves them on a machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from store.schema import LATEST
from tests.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("tui", "screens", "mail", "store", "templates")
STARTER = "#!{python}\nimport sys\nsys.path.insert(0, {tree!r})\nfrom tui.cli import main\nmain()\n"
MIGRATION = """
    @known()
    def m{number:03}_the_day_after(db: Database) -> None:
        db.execute("CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY) STRICT")
        for table in ("unfinished", "orders", "messages", "members", "people"):
            db.execute(f"ALTER TABLE {{table}} ADD COLUMN of_tomorrow TEXT NOT NULL DEFAULT 'so far'")

    return known
"""


class Programs:
    """Programs in a folder, and the path that leads to one of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / "current"
        self.use(self.program("former", ROOT))

    def program(self, name: str, tree: Path) -> Path:
        """A command that runs the cabas of a tree."""
        path = self._folder / name
        path.write_text(STARTER.format(python=sys.executable, tree=str(tree)), encoding="utf-8")
        path.chmod(0o755)
        return path

    def tree(self, name: str, *copied: str) -> Path:
        """The present cabas in a folder of its own; only the rooms that are `copied` may be changed there."""
        tree = self._folder / f"{name}-tree"
        tree.mkdir()
        for room in ROOMS:
            if room in copied:
                # With what is compiled, which still fits; not with what somebody compiles at this moment.
                shutil.copytree(ROOT / room, tree / room, ignore=shutil.ignore_patterns("*.pyc.*"))
            else:
                (tree / room).symlink_to(ROOT / room)
        return tree

    def newer(self) -> Path:
        """A command that knows one migration more."""
        tree = self.tree("newer", "store")
        schema = tree / "store" / "schema.py"
        text = schema.read_text(encoding="utf-8").replace(f"LATEST = {LATEST}", f"LATEST = {LATEST + 1}")
        last = "\n    return known\n"
        assert text.count(last) == 1
        schema.write_text(text.replace(last, MIGRATION.format(number=LATEST + 1)), encoding="utf-8")
        return self.program("newer", tree)

    def use(self, program: Path) -> None:
        """Let the path lead to this one, in one step."""
        step = self._folder / "step"
        step.symlink_to(program)
        step.replace(self.path)

    def desk(self, file: Path, *options: str) -> Terminal:
        """The desk on the file, of the program that the path leads to now."""
        environment = {"CABAS_CONFIG": str(file.with_name("none.toml")), "LANG": "C.UTF-8"}
        return Terminal([str(self.path), "--file", str(file), *options], environment)


def command(program: Path, file: Path, *arguments: str) -> str:
    """Carry out a command of a program; returns what it said."""
    run = subprocess.run(
        [str(program), "--file", str(file), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CABAS_CONFIG": str(file.with_name("none.toml"))},
    )
    assert run.returncode == 0, run.stderr
    return run.stdout
