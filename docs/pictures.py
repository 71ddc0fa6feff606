"""Draw the guide's pictures from the real screens: `python docs/pictures.py [NAME ...]`.

The example group of one fixed evening is opened in the app without a terminal, the keys are pressed, and the screen is
kept as SVG beside the guide. Nothing of the pictures is drawn by hand, so they are what the reader will see.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
EVENING = datetime(2026, 11, 21, 20, 4, tzinfo=UTC)
SIZE = (80, 24)
A_FILE = ROOT / "tests" / "samples" / "cagette_legacy.csv"

REMOTE_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Picture:
    """A screen of the guide: the keys that lead to it from the Desk. A text in quotes is typed letter by letter."""

    name: str
    keys: tuple[str, ...]


CALLER = ("n", "'mar od'", "enter")
WHOM = ("w", "'sub'", "enter", "'fromages'", "enter", "'vip'", "enter", "'- ord'", "enter", "'next'", "enter")

PICTURES = (
    Picture("desk", ()),
    Picture("caller", CALLER[:2]),
    Picture("order", (*CALLER, "'3 tomcb'", "enter", "'oeuf'", "enter", "'pou'", "enter", "'2 far'")),
    Picture("read-back", (*CALLER, "'3 tomcb'", "enter", "'pou'", "enter", "enter")),
    Picture("products", ("f2", "c", "down", "enter")),
    Picture("distribution", ("f2", "p", "enter")),
    Picture("by-product", ("o", "tab")),
    Picture("recaps", ("l",)),
    Picture("supplement", ("l", "enter")),
    Picture("weighing", ("o", "left", "k")),
    Picture("calls", ("k",)),
    Picture("members", ("m", "'du'")),
    Picture("member", ("m", "'mar od'", "enter")),
    Picture("import", ("f2", "i", "'members'", "enter")),
    Picture("picker", WHOM),
    Picture("compose", ("d",)),
    Picture("preview", ("d", "f5")),
    Picture("channels", ("d", "escape", "c")),
    Picture("results", ("f2", "r", "down")),
    Picture("messages", ("e",)),
    Picture("sent", ("e", "down", "enter")),
    Picture("workflow", ("f", "down", "enter")),
    Picture("calendar", ("v",)),
    Picture("promotions", ("f2", "c", "p")),
    Picture("mailbox", ("f2", "x")),
    Picture("came-back", ("a",)),
    Picture("settings", ("f2", "s")),
    Picture("operators", ("f2", "s", "o")),
    Picture("journal", ("f2", "s", "j")),
    Picture("message-calls", ("e", "down", "enter", "k")),
)


async def draw(picture: Picture, file: Path) -> str:
    """The picture as SVG."""
    from screens.house import HouseApp
    from store import Store

    app = HouseApp(Store(file, "marie", now=lambda: EVENING))
    async with app.run_test(size=SIZE) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause(0.3)
        for keys in picture.keys:
            for key in keys[1:-1] if keys.startswith("'") else (keys,):
                await pilot.press({" ": "space", ",": "comma"}.get(key, key))
            await app.workers.wait_for_complete()
            await pilot.pause(0.3)
        drawn = app.export_screenshot(title="cabas")
    app.writer.close()
    app.store.close()
    # The picture must not ask a font server for anything when the guide is read.
    return REMOTE_FONT.sub("", drawn).replace("Fira Code", "monospace")


def main(wanted: Sequence[str]) -> None:
    """Draw the named pictures, or all."""
    sys.path.insert(0, str(ROOT))
    from tui.app import tune
    from tui.demo.group import build

    tune()
    FOLDER.mkdir(exist_ok=True)
    for picture in PICTURES:
        if wanted and picture.name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "oiseaux.cabas"
            build(file, date(2026, 11, 21), 20, "en")
            (file.parent / "exports").mkdir()
            shutil.copyfile(A_FILE, file.parent / "exports" / "members.csv")
            (FOLDER / f"{picture.name}.svg").write_text(asyncio.run(draw(picture, file)))
            print(f"docs/pictures/{picture.name}.svg")


if __name__ == "__main__":
    main(sys.argv[1:])
