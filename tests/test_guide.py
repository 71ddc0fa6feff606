"""The guide tells of what there is: its pictures are drawn, and its commands exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from docs.pictures import PICTURES
from tui.cli import COMMANDS
from tui.command_line import cabas

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "docs" / "guide.md").read_text()
SPOKEN = re.findall(r"`(cabas [a-z][^`]*)`", GUIDE)


def test_every_picture_of_the_guide_is_drawn_from_a_screen() -> None:
    shown = set(re.findall(r"\(pictures/([a-z-]+)\.svg\)", GUIDE))
    assert shown <= {picture.name for picture in PICTURES}
    assert all((ROOT / "docs" / "pictures" / f"{name}.svg").stat().st_size > 5_000 for name in shown)


def test_no_picture_asks_another_server_for_anything() -> None:
    for picture in (ROOT / "docs" / "pictures").glob("*.svg"):
        links = set(re.findall(r"https?://[^\s\"')]+", picture.read_text()))
        assert {link for link in links if not link.startswith("http://www.w3.org/")} <= {"https://www.textualize.io"}, (
            picture.name
        )


@pytest.mark.parametrize("spoken", SPOKEN)
def test_every_command_of_the_guide_exists(spoken: str) -> None:
    words = [word for word in shlex.split(spoken)[1:] if not word.startswith("-")]
    command: click.Command | None = cabas
    context = click.Context(cabas)
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(context, word)
        assert command is not None, word
    assert words[0] in COMMANDS


def test_the_guides_own_group_can_be_made_as_it_is_told(tmp_path: Path) -> None:
    """Its commands, word for word, in an empty folder with a list of members."""
    block = GUIDE.split("## Your own group")[1].split("```\n")[1]
    (tmp_path / "members.csv").write_text("first_name;last_name;email;phone\nOdette;Maréchal;;02 61 91 22 33\n")
    done = subprocess.run(
        ["bash", "-euc", block],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "14,10" in done.stdout
