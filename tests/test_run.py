"""run.py: what a person reads when something is missing, and what is prepared when."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

import pytest

import run

HOUSE = Path(run.__file__).parent


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder in the place of the project's, with a Python in .venv that only writes down how it is called."""
    calls = tmp_path / "calls"
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n', encoding="utf-8")
    python.chmod(0o755)
    for name in ("pyproject.toml", "hatch_build.py", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_bytes((HOUSE / name).read_bytes())
    monkeypatch.setattr(run, "HERE", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "PYTHON", python)
    monkeypatch.setattr(run, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(
        run, "LOCKS", {"run": tmp_path / "requirements.lock", "test": tmp_path / "requirements-dev.lock"}
    )
    return calls


def installs(calls: Path) -> list[str]:
    lines = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
    calls.unlink(missing_ok=True)
    return [line.split()[-1] for line in lines if "pip install" in line]


def test_an_old_python_can_read_the_file_far_enough_to_say_that_it_is_too_old(monkeypatch):
    ast.parse((HOUSE / "run.py").read_text(encoding="utf-8"), feature_version=(3, 6))
    monkeypatch.setattr(run.sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(run.CannotGoOn, match=r"Python 3\.11 or newer, and this is Python 3\.9\.2"):
        run.main(["demo"])


def test_without_arguments_it_says_what_it_can_do(capsys):
    assert run.main([]) == 0
    assert "python3 run.py demo" in capsys.readouterr().out


def test_a_python_without_venv_and_pip_is_told_the_package_to_install(elsewhere, monkeypatch):
    run.PYTHON.unlink()
    monkeypatch.setattr(run.sys, "executable", "/bin/false")
    with pytest.raises(run.CannotGoOn, match="apt install python3-venv"):
        run.make_ready("run")


def test_a_folder_that_cannot_be_written_to_is_named(elsewhere, monkeypatch):
    # Said by hand: to root, who runs the tests on some machines, every folder can be written to.
    monkeypatch.setattr(run.os, "access", lambda path, mode: False)
    with pytest.raises(run.CannotGoOn, match="cannot be written to by you"):
        run.make_ready("run")
    assert installs(elsewhere) == []


def test_the_demo_installs_no_developers_tools_and_only_once(elsewhere):
    run.make_ready("run")
    assert installs(elsewhere) == [str(run.LOCKS["run"]), str(run.HERE)]
    run.make_ready("run")
    assert installs(elsewhere) == []


def test_after_the_tests_were_prepared_the_demo_needs_nothing_more(elsewhere):
    run.make_ready("test")
    assert installs(elsewhere) == [str(run.LOCKS["test"]), str(run.HERE)]
    run.make_ready("run")
    assert installs(elsewhere) == []


def test_a_new_lock_is_installed(elsewhere):
    run.make_ready("run")
    installs(elsewhere)
    run.LOCKS["run"].write_text("# other versions\n", encoding="utf-8")
    run.make_ready("run")
    assert installs(elsewhere) == [str(run.LOCKS["run"]), str(run.HERE)]


def test_an_installation_that_fails_is_said_and_tried_again_the_next_time(elsewhere):
    run.PYTHON.write_text('#!/bin/sh\n[ "$3" != install ]\n', encoding="utf-8")
    for _attempt in range(2):
        with pytest.raises(run.CannotGoOn, match="could not be installed"):
            run.make_ready("run")


def test_scripts_made_for_another_folder_are_noticed(elsewhere):
    script = run.VENV / "bin" / "cabas"
    script.write_text("#!/somewhere/else/.venv/bin/python\n", encoding="utf-8")
    assert run.moved()
    script.write_text(f"#!{run.VENV}/bin/python\n", encoding="utf-8")
    assert not run.moved()


def test_every_check_runs_and_what_failed_is_said_at_the_end(elsewhere, capsys):
    for tool, code in (("ruff", 0), ("mypy", 1), ("lint-imports", 0)):
        script = run.VENV / "bin" / tool
        script.write_text(f"#!/bin/sh\nexit {code}\n", encoding="utf-8")
        script.chmod(0o755)
    assert run.check_everything(["tests/store"]) == 1
    assert capsys.readouterr().out.strip().endswith("FAILED: types")
    assert elsewhere.read_text(encoding="utf-8").splitlines()[-1].endswith("tests/store")


def test_bytecode_is_written_also_where_the_environment_forbids_it(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    assert not {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH"} & run.environment().keys()


def test_a_second_one_waits_until_the_first_has_prepared_everything(elsewhere):
    program = (
        "import sys, pathlib, run; run.HERE = pathlib.Path(sys.argv[1])\n"
        "with run.one_at_a_time(): print('mine', flush=True)"
    )
    with run.one_at_a_time():
        other = subprocess.Popen(
            [sys.executable, "-c", program, run.HERE], cwd=HOUSE, stdout=subprocess.PIPE, text=True
        )
        first = other.stdout.readline()
        (run.HERE / "done").touch()
        time.sleep(0.1)
        assert other.poll() is None
    rest, _errors = other.communicate(timeout=20)
    assert "waiting" in first
    assert rest.strip() == "mine"
