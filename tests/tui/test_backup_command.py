"""`cabas backup`: a copy that can be opened, made while another program writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import Store, file
from store.handle import unix_login
from store.settings import Group
from tui.cli import run


@pytest.fixture
def store(tmp_path: Path):
    opened = Store.create(tmp_path / "group.cabas", Group("AMAP des Oiseaux"), unix_login(), mode=0o660)
    yield opened
    opened.close()


def test_the_copy_holds_what_was_committed_and_has_the_files_mode(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "BUSY_SECONDS", 0.1)
    store.settings.set("limit", 3)
    copy = tmp_path / "copy.cabas"
    with store.writing() as t:
        t.insert("settings", key="half", value="1")
        assert run(["--file", str(store.path), "backup", str(copy)]) == 0
    opened = Store(copy, unix_login())
    assert (opened.settings.get("limit"), opened.settings.get("half")) == (3, None)
    opened.close()
    assert copy.stat().st_mode & 0o777 == 0o660


def test_nothing_is_written_over_a_file_that_is_there(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "there.cabas"
    there.write_text("mine")
    assert run(["--file", str(store.path), "backup", str(there)]) == 1
    assert there.read_text() == "mine"
    assert str(there) in capsys.readouterr().err


def test_who_is_no_admin_takes_no_copy_away(store: Store, tmp_path: Path) -> None:
    store.operators.add("paul", "Paul", "phone_desk")
    copy = tmp_path / "copy.cabas"
    assert run(["--file", str(store.path), "--operator", "paul", "backup", str(copy)]) == 1
    assert not copy.exists()
