"""The house's own rules: sizes, names, floors at run time, documentation, the lock, the tracked files."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

HOUSE = Path(__file__).parent.parent
ROOMS = ("tui", "screens", "mail", "store", "templates")
SOURCES = sorted(path for room in ROOMS for path in (HOUSE / room).rglob("*.py"))
LOCKS = ("requirements.lock", "requirements-dev.lock")
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
HEAVY = (
    "aiosmtpd babel css_inline email_validator jinja2 keyring markdown_it phonenumbers sqlite_utils yagmail"
).split()


def name(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_file_is_longer_than_400_lines():
    long = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in long.items() if lines > 400} == {}


def test_no_function_is_longer_than_50_lines():
    long = []
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = node.end_lineno - node.lineno + 1
                if lines > 50:
                    long.append(f"{name(path)}:{node.lineno} {node.name}: {lines} lines")
    assert long == []


def test_every_file_has_a_room_that_its_name_says():
    nameless = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc|stuff)$")
    assert [
        name(path) for path in SOURCES if any(map(nameless.search, path.relative_to(HOUSE).with_suffix("").parts))
    ] == []


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [name(path) for path in SOURCES if later.search(path.read_text(encoding="utf-8"))] == []


def undocumented(path: Path) -> list[str]:
    missing = [] if ast.get_docstring(tree(path)) else ["the module"]

    def look(body: list[ast.stmt], owner: str) -> None:
        for node in body:
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            if node.name.startswith("_") or any("overload" in ast.unparse(mark) for mark in node.decorator_list):
                continue
            if not ast.get_docstring(node):
                missing.append(f"{owner}{node.name}")
            if isinstance(node, ast.ClassDef):
                look(node.body, f"{node.name}.")

    look(tree(path).body, "")
    return missing


@pytest.mark.parametrize("room", ["store", "mail", "templates"])
def test_every_public_thing_says_what_it_does(room):
    gaps = {name(path): undocumented(path) for path in sorted((HOUSE / room).rglob("*.py"))}
    assert {path: missing for path, missing in gaps.items() if missing} == {}


def modules(*folders: str) -> list[str]:
    found = []
    for folder in folders:
        for path in sorted((HOUSE / folder).rglob("*.py")):
            parts = path.relative_to(HOUSE).with_suffix("").parts
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def loaded_by(imports: list[str], watched: list[str]) -> list[str]:
    """Which of the watched modules are there after a fresh Python imported `imports`."""
    program = (
        "import importlib, sys\n"
        f"for name in {imports!r}: importlib.import_module(name)\n"
        f"print(*sorted(set({watched!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=HOUSE, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    ("imports", "watched"),
    [
        pytest.param(modules("store"), [*HEAVY, "textual", "smtplib", "templates.render"], id="store"),
        pytest.param(modules("templates/words"), [*HEAVY, "textual", "sqlite3"], id="words"),
        # Inside templates.render Jinja2 may be at the top of a file: who renders imports such a file when it renders.
        pytest.param(["templates.render"], [*HEAVY, "textual", "sqlite3"], id="render"),
        pytest.param(modules("mail"), [*HEAVY, "textual"], id="mail"),
        pytest.param(modules("screens"), [*HEAVY, "smtplib"], id="screens"),
        pytest.param(["tui.cli"], [*HEAVY, "textual", "smtplib"], id="command line"),
    ],
)
def test_importing_a_room_brings_nothing_that_slows_the_start(imports, watched):
    assert loaded_by(imports, watched) == []


def requirements(lock: str) -> dict[str, Version]:
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", (HOUSE / lock).read_text(encoding="utf-8"), re.M)
    return {canonicalize_name(package): Version(version) for package, version in pins}


def unmet(wanted: list[str], lock: str) -> list[str]:
    pins = requirements(lock)
    parsed = [Requirement(text) for text in wanted]
    return [str(need) for need in parsed if pins.get(canonicalize_name(need.name)) not in need.specifier]


def test_the_locks_hold_what_the_project_asks_for():
    groups = PROJECT["dependency-groups"]
    run = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
    assert unmet(run, "requirements.lock") == []
    assert unmet(run + [need for need in groups["dev"] if isinstance(need, str)], "requirements-dev.lock") == []
    assert sorted(groups["build"]) == sorted(PROJECT["build-system"]["requires"])


def test_tests_run_with_the_versions_that_users_get():
    run, dev = (requirements(lock) for lock in LOCKS)
    assert {package: dev.get(package) for package in run} == run


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_no_address(lock):
    text = (HOUSE / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-|.* @ )", re.sub(r"^    --hash=\S+( \\)?$", "", text, flags=re.M), re.M)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def tracked() -> list[Path]:
    """The files of the repository; where there is none, the files of the house."""
    command = ["git", "-c", f"safe.directory={HOUSE}", "ls-files", "-z"]
    try:
        listed = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return [*SOURCES, *(HOUSE / "tests").rglob("*.py"), *(HOUSE / path for path in LOCKS)]
    return [path for path in map(HOUSE.joinpath, filter(None, listed.split("\0"))) if path.is_file()]


def test_no_tracked_file_names_a_machine_or_a_registry():
    # Put together here, so that this file does not name them either.
    machine = ["/" + "root/", "/" + "work/", "/home/" + "runner", "py" + "pi.", "file" + ":///", "index" + "-url ="]
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{name(path)}: {word}" for word in machine if word in text]
    assert found == []


def test_what_tools_make_is_not_tracked():
    made = (".mo", ".pyc", "uv.lock", "snapshot_report.html")
    assert [name(path) for path in tracked() if path.name.endswith(made)] == []


def test_the_ci_calls_the_command_that_the_readme_names():
    ci = HOUSE / ".ci" / "run"
    assert os.access(ci, os.X_OK)
    assert "python3 run.py test" in ci.read_text(encoding="utf-8")
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    assert "python3 run.py test" in readme
    assert "python3 run.py demo" in readme


def test_the_changelog_speaks_of_this_version():
    changelog = (HOUSE / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(PROJECT['project']['version'])}\b", changelog, re.M)
