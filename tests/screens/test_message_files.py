"""The files of a message: added from the folder or by a path, shown in the text or attached, taken away."""

from __future__ import annotations

import os
import shutil
import struct
import zlib
from pathlib import Path

import pytest

from screens.house import HouseApp
from store import Store
from store.errors import Invalid
from tests.screens.conftest import SIZE
from tests.screens.packets import at
from tests.screens.sample import NOW, Sample, make_app, opened, settled


def png(width: int = 2, height: int = 1) -> bytes:
    """A small black image."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(width * 3) for _row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def folder(store: Store) -> Path:
    """The folder of files beside the group's, with an image, a menu and one that is too large."""
    found = store.path.parent / "exports"
    found.mkdir()
    (found / "Marché d'été.png").write_bytes(png())
    (found / "menu.pdf").write_bytes(b"%PDF-1.7 menu")
    (found / "film.mp4").write_bytes(bytes(11_000_000))
    return found


async def test_an_image_goes_into_the_text_and_a_menu_is_attached(store: Store, sample: Sample, folder: Path):
    left: list[str | None] = []
    async with at(store) as desk:
        desk.app.go("message_files", left.append, message_id=sample.draft)
        shown = await desk.shown()
        assert "0 files, 0 of 10 MB" in shown
        assert "No files yet." in shown
        shown = await desk.type("film", "<enter>")
        assert "“film.mp4” is too large: 11 MB." in shown
        assert "may have 10 MB: 10 MB are left." in " ".join(shown.split())
        # Typed ahead, the second file waits for the first.
        shown = await desk.type("<ctrl+u>", "menu", "<enter>", f"{folder}/March", "<enter>")
        assert "2 files, 2 KB of 10 MB" in shown or "2 files, 1 KB of 10 MB" in shown
        assert "marche-d-ete.png is added." in shown
        assert "! image, not in the text" in shown
        shown = await desk.type("<up>")
        assert "To show it, write ![marche d ete](marche-d-ete.png); i does." in shown
        assert "image, attached" in await desk.type("<enter>")
        await desk.type("i")
        assert left == ["![marche d ete](marche-d-ete.png)"]
    files = store.messages.get(sample.draft).files
    assert [(file.name, file.inline) for file in files] == [("menu.pdf", False), ("marche-d-ete.png", True)]


async def test_a_file_is_taken_away_and_brought_back(store: Store, sample: Sample, folder: Path):
    store.messages.attach(sample.draft, "menu.pdf", b"%PDF-1.7 menu")
    (folder / "fake.png").write_bytes(b"BM")
    async with at(store) as desk:
        await desk.open("message_files", message_id=sample.draft)
        shown = await desk.type("menu", "<enter>")
        assert "The message has a file called “menu.pdf” already." in shown
        shown = await desk.type("<up>", "<enter>")
        assert "menu.pdf can only be attached" in shown
        await desk.type("<down>", "<ctrl+u>")
        assert "fake.png is attached: it is no image" in await desk.type("fake", "<enter>")
        assert "fake.png can only be attached" in await desk.type("<up>", "i")
        assert "fake.png is taken away" in await desk.type("x")
        shown = await desk.type("x")
        assert "menu.pdf is taken away. z brings it back." in shown
        assert store.messages.get(sample.draft).files == ()
        assert "menu.pdf is back." in await desk.type("z")
        assert "menu.pdf is back." in await desk.type("xz")
        (file,) = store.messages.get(sample.draft).files
        assert store.messages.file_content(file.id) == b"%PDF-1.7 menu"


async def test_over_a_line_only_files_of_the_folder_are_sent(
    store: Store, sample: Sample, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "password.txt").write_text("secret")
    shutil.copyfile(store.path, elsewhere / "old.backup")
    command = f"[password_command]\n'{store.path}' = 'cat {elsewhere}/password.txt'"
    (elsewhere / "cabas.toml").write_text(command)
    (elsewhere / "cabas.toml").chmod(0o600)
    monkeypatch.setenv("CABAS_CONFIG", str(elsewhere / "cabas.toml"))
    monkeypatch.chdir(elsewhere)
    async with at(store) as desk:
        assert "password.txt" in await desk.open("message_files", message_id=sample.draft)
        shown = await desk.paste(str(store.path), "<enter>")
        assert "holds everybody's data, or a password. It is not sent." in shown
        for name in ("password.txt", "old.backup", "cabas.toml"):
            await desk.type("<ctrl+u>")
            shown = await desk.paste(str(elsewhere / name), "<enter>")
            assert f"“{name}” holds everybody's data, or a password." in shown
        await desk.type("<ctrl+u>")
        assert "There is no file" in await desk.paste("/" + "a" * 300, "<enter>")
    monkeypatch.setattr(HouseApp, "inside", True)
    async with at(store) as desk:
        shown = await desk.open("message_files", message_id=sample.draft)
        assert "password.txt" not in shown
        assert "menu.pdf" in shown
        shown = await desk.paste(str(elsewhere / "password.txt"), "<enter>")
        assert "Only files of the list can be read from here." in shown
        (folder / "pretty.txt").symlink_to(elsewhere / "password.txt")
        shown = await desk.type("<ctrl+u>", "pretty", "<enter>")
        assert "Only files of the list can be read from here." in shown
    assert store.messages.get(sample.draft).files == ()


async def test_a_message_that_is_on_its_way_keeps_its_files(store: Store, sample: Sample, folder: Path):
    async with at(store) as desk:
        await desk.open("message_files", message_id=sample.message)
        shown = await desk.type("menu", "<enter>")
        assert "Only a draft can be changed" in shown
    with pytest.raises(Invalid):
        store.messages.attach(sample.message, "menu.pdf", b"%PDF")


def test_picture(store: Store, sample: Sample, folder: Path, snap_compare, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)
    for file in folder.iterdir():
        os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    store.messages.attach(sample.draft, "[@click=app.bell]menu.pdf", b"%PDF-1.7" + bytes(1_200_000))
    store.messages.attach(sample.draft, "Marché d'été.png", png(), inline=True)

    async def looked(pilot) -> None:
        await opened(pilot, "message_files", message_id=sample.draft)
        await pilot.press("up")
        await settled(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=looked)
