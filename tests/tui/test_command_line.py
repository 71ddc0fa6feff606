"""The command line's edge: words, exit codes, language, and who may act under whose name."""

from __future__ import annotations

import inspect
import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

import store.errors
from mail.lock import Busy
from screens.errors import known, words_for
from screens.import_errors import UNREADABLE
from store import Store
from store.settings import Group
from templates import words
from tests.terminal import CABAS
from tui.cli import COMMANDS, failed, run
from tui.command_line import cabas, translate
from tui.context import Context
from tui.output import Ended

EXAMPLES = {
    "str": "Prix [/]",
    "int": 3,
    "int | None": 3,
    "Path": Path("/srv/group.cabas"),
    "tuple[str, ...]": ("a", "b"),
    "tuple[tuple[int, str, int], ...]": ((3, "Canette", 2000),),
    "date | None": date(2026, 11, 26),
    "tuple[VoucherRefused, ...]": (store.errors.VoucherRefused("K7PA-3MXD", "minimum", amount=2000, currency="EUR"),),
}


@pytest.fixture
def group(tmp_path: Path) -> Path:
    path = tmp_path / "group.cabas"
    Store.create(path, Group("AMAP des Oiseaux"), "marie", "Marie").close()
    return path


def errors_of_the_store() -> list[type[Exception]]:
    """Every error that a person can be told about."""
    return [
        kind
        for _name, kind in inspect.getmembers(store.errors, inspect.isclass)
        if issubclass(kind, store.errors.StoreError) and kind is not store.errors.StoreError
    ]


@pytest.mark.parametrize("kind", errors_of_the_store())
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_error_of_the_store_has_words_in_every_language(kind: type[Exception], language: str):
    words.use(language)
    reasons = {"ImportUnreadable": next(iter(UNREADABLE))}
    examples = {**EXAMPLES, "str": reasons.get(kind.__name__, EXAMPLES["str"])}
    parameters = [
        examples.get(str(p.annotation), "x") for p in inspect.signature(kind).parameters.values() if p.annotation
    ]
    error = kind(*parameters)
    assert known(error)
    sentence = words_for(error)
    assert len(sentence) > 10
    assert "{" not in sentence


@pytest.mark.parametrize(("error", "code"), [(store.errors.FileLocked(Path("a")), 3), (Busy(None), 4)])
def test_what_a_script_may_try_again_later_has_a_code_of_its_own(error: Exception, code: int):
    assert failed(error) == code


def test_init_makes_a_file_that_a_group_can_share(tmp_path: Path):
    path = tmp_path / "shared" / "group.cabas"
    done = subprocess.run([*CABAS, "init", str(path), "--name", "AMAP des Oiseaux"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert path.stat().st_mode & 0o777 == 0o660
    assert path.parent.stat().st_mode & 0o7777 == 0o2770
    again = subprocess.run([*CABAS, "init", str(path), "--name", "Autre"], capture_output=True, text=True)
    assert again.returncode == 1
    assert str(path) in again.stderr


@pytest.mark.parametrize(
    "options",
    [["--language", "xx"], ["--timezone", "Paris"], ["--currency", "euros"], ["--country", "France"], ["--name", " "]],
)
def test_init_refuses_what_nothing_can_be_read_in(
    tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "group.cabas"
    assert run(["init", str(path), "--name", "AMAP", *options]) == 1
    assert not path.exists()
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["nonsense"], ["init"], ["--nonsense"], ["--file"]])
def test_wrong_use_is_told_with_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert run(arguments) == 2
    assert "--help" in capsys.readouterr().err


def test_every_command_can_be_found_and_says_what_it_does(capsys: pytest.CaptureFixture[str]):
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    for name in COMMANDS:
        assert name in shown
        assert run([name, "--help"]) == 0


def test_help_is_in_the_operators_language(group: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert run(["init", "--help"]) == 0
    assert "groupe" in capsys.readouterr().out
    translate(cabas)


def test_a_reader_that_leaves_is_no_fault(group: Path):
    command = f"{CABAS[0]} --help | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=dict(os.environ))
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr


class TestUnderAnothersName:
    """`--operator` is for an admin and for the owner of the file."""

    @pytest.fixture
    def as_login(self, monkeypatch: pytest.MonkeyPatch):
        def use(login: str, *, owner: bool) -> None:
            monkeypatch.setattr("store.handle.unix_login", lambda: login)
            own = os.geteuid()
            monkeypatch.setattr(os, "geteuid", lambda: own if owner else own + 1)

        return use

    def test_the_owner_may(self, group: Path, as_login):
        as_login("cabas", owner=True)
        context = Context(group, "marie")
        assert context.store().actor == "marie"
        context.close()

    def test_an_admin_may(self, group: Path, as_login):
        Store(group, "marie").operators.add("paul", "Paul", "phone_desk")
        as_login("marie", owner=False)
        context = Context(group, "paul")
        assert context.store().actor == "paul"
        context.close()

    @pytest.mark.parametrize("login", ["paul", "stranger"])
    def test_others_may_not(self, group: Path, as_login, login: str):
        Store(group, "marie").operators.add("paul", "Paul", "phone_desk")
        as_login(login, owner=False)
        with pytest.raises(Ended, match="--operator"):
            Context(group, "marie").store()

    def test_ones_own_name_is_no_other(self, group: Path, as_login):
        Store(group, "marie").operators.add("paul", "Paul", "phone_desk")
        as_login("paul", owner=False)
        context = Context(group, "paul")
        assert context.store().actor == "paul"
        context.close()
