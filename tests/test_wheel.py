"""The wheel that users install: what is in it, and that it works where nobody can write to it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from templates.words.catalogues import TRANSLATED

HOUSE = Path(__file__).parent.parent
ROOMS = ("tui", "screens", "mail", "store", "templates")

pytestmark = pytest.mark.xdist_group("wheel")


def run(*command: object, **options: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=110,
        check=False,
        **options,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, HOUSE)
    [built] = target.glob("cabas-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel in it; the libraries are seen where the tests have theirs."""
    place = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(place, with_pip=False)
    python = place / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "--quiet"]
    # pip's own environment is left out: a test must not depend on how this machine's pip is set up.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    run(*pip, "install", "--no-index", "--no-deps", wheel, env=clean)
    # A folder named in a .pth is searched, its own .pth are not read: the editable cabas stays out.
    libraries = sysconfig.get_path("purelib")
    [site] = place.glob("lib/python3*/site-packages")
    (site / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    return place


def files_under(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_the_wheel_has_every_style_sheet_and_every_text(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(HOUSE))
        for room in ROOMS
        for path in (HOUSE / room).rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".new"} and "__pycache__" not in path.parts
    }
    assert {f"templates/words/locale/{code}/LC_MESSAGES/cabas.mo" for code in TRANSLATED} <= names
    assert wanted - names == set()


def test_the_wheel_has_nothing_else(wheel):
    folders = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {folder for folder in folders if not folder.startswith("cabas-")} == set(ROOMS)


def test_bytecode_is_compiled_at_installation(installed):
    [site] = installed.glob("lib/python3*/site-packages")
    sources = [path for room in ROOMS for path in (site / room).rglob("*.py")]
    assert sources
    bare = [path for path in sources if not list((path.parent / "__pycache__").glob(f"{path.stem}.cpython-*.pyc"))]
    assert bare == []


@pytest.fixture
def bare_environment(tmp_path: Path) -> dict[str, str]:
    """A fresh login: an empty home, no language but C, no CABAS_FILE."""
    home = tmp_path / "home"
    home.mkdir()
    return {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb"}


def test_what_is_installed_speaks_french_from_anywhere(installed, tmp_path, bare_environment):
    program = (
        "import templates.words as w, tui, screens, mail, store; w.use('fr'); print(w._('now')); print(w.__file__)"
    )
    spoken, place = run(
        installed / "bin" / "python", "-c", program, cwd=tmp_path, env=bare_environment
    ).stdout.splitlines()
    assert spoken == "maintenant"
    assert place.startswith(str(installed))


@pytest.mark.parametrize("arguments", [["--version"], ["demo", "--tour"]], ids=" ".join)
def test_the_command_works_as_installed_and_writes_nothing_there(installed, arguments, tmp_path, bare_environment):
    before = files_under(installed)
    locked = [path for path in (installed, *installed.rglob("*")) if path.is_dir() and not path.is_symlink()]
    for folder in locked:
        folder.chmod(0o555)
    try:
        done = run(installed / "bin" / "cabas", *arguments, cwd=tmp_path, env=bare_environment)
    finally:
        for folder in locked:
            folder.chmod(0o755)
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr
    assert files_under(installed) == before
