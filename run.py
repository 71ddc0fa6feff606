"""One file to start with, on any machine with Python 3.11: it needs nothing but Python itself.

    python3 run.py demo [--tour]     the example group, ready to be used
    python3 run.py test [...]        every check; what follows is handed to pytest
    python3 run.py words [--prune]   find the texts to translate, update the .po, compile them
    python3 run.py lock [--upgrade]  write requirements*.lock anew (needs uv)
    python3 run.py ...               anything else is handed to `cabas`

The first run makes `.venv` beside this file from the lock, versions and hashes; the next ones find it ready.
"""

# Plain annotations and no __future__: a Python 3.6 has to read this far, to say that it is too old.
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator  # noqa: UP035 - as old as the oldest Python that gets this far

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": HERE / "requirements.lock", "test": HERE / "requirements-dev.lock"}
EXTRAS = HERE / "requirements-extras.lock"
ROOMS = ("tui", "screens", "mail", "store", "templates")
LOCALE = HERE / "templates" / "words" / "locale"
OLDEST = (3, 11)


class CannotGoOn(Exception):
    """Something is missing on this machine; the text says what, and what to do."""


def main(arguments: list) -> int:
    """Do what the command line asks and return the exit code."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if verb in ("help", "-h", "--help"):
        print(__doc__)
        return 0
    refuse_what_cannot_work()
    if verb == "lock":
        return write_locks(rest)
    with one_at_a_time():
        make_ready("test" if verb == "test" else "run")
    if verb == "test":
        return check_everything(rest)
    if verb == "words":
        return call([PYTHON, "-m", "templates.words.catalogues", *rest])
    command = [str(VENV / "bin" / "cabas"), verb, *rest]
    sys.stdout.flush()
    os.execve(command[0], command, environment())


def refuse_what_cannot_work() -> None:
    """Raise CannotGoOn, in words, for a Python that is too old or a system without what cabas needs."""
    if sys.version_info < OLDEST:
        have = ".".join(str(part) for part in sys.version_info[:3])
        raise CannotGoOn(
            f"cabas needs Python 3.11 or newer, and this is Python {have}.\n"
            "Start it with a newer one, for example: python3.11 run.py demo"
        )
    if os.name != "posix":
        raise CannotGoOn("cabas runs on Linux and macOS; on Windows, use it inside WSL.")


@contextmanager
def one_at_a_time() -> Iterator:
    """Hold the folder while it is made ready, so that two started at once do not build the same .venv."""
    import fcntl

    folder = os.open(HERE, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another one is preparing .venv: waiting for it.")
            fcntl.flock(folder, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks: going on alone is better than not at all
        yield
    finally:
        os.close(folder)


def make_ready(level: str) -> None:
    """Make or update `.venv` for "run" or "test", unless its stamp says that it is what the lock wants."""
    stamps = {name: VENV / f".cabas-{name}" for name in LOCKS}
    wanted = {name: fingerprint(lock) for name, lock in LOCKS.items()}
    if any(written(stamps[name]) == wanted[name] for name in {level, "test"}):
        compile_texts()
        return
    if not os.access(HERE, os.W_OK) or (VENV.exists() and not os.access(VENV, os.W_OK)):
        raise CannotGoOn(
            f"{HERE} cannot be written to by you, and .venv has to be made or updated there.\n"
            "Copy the folder to a place of your own, say your home, and start again."
        )
    say(f"Preparing .venv from {LOCKS[level].name} (the first time takes a minute or two) …")
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)
    pip = installer()
    install(pip, ["--require-hashes", "--requirement", str(LOCKS[level])])
    install(pip, ["--no-deps", "--no-build-isolation", "--editable", str(HERE)])
    # Without bytecode each start takes four times as long; pip compiles what it installs, not this folder.
    rooms = [str(HERE / room) for room in ROOMS]
    call([PYTHON, "-m", "compileall", "-q", *rooms])
    stamps[level].write_text(wanted[level], encoding="utf-8")


def fingerprint(lock: Path) -> str:
    """What `.venv` depends on, in one line: the lock, the project's description and this place."""
    digest = hashlib.sha256()
    for path in (lock, HERE / "pyproject.toml", HERE / "hatch_build.py"):
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()} {HERE}"


def written(stamp: Path) -> str:
    """The stamp's text, or nothing where the Python that `.venv` was made with is gone."""
    if not PYTHON.exists() or not stamp.exists():
        return ""
    return stamp.read_text(encoding="utf-8")


def installer() -> list:
    """The pip that installs into `.venv`, which is made first where it is missing or broken.

    The system's own packages are never touched: Debian refuses that, and rightly (PEP 668).
    """
    own = [str(PYTHON), "-m", "pip"]
    recent = "import sys; sys.exit(sys.version_info < (3, 11))"
    usable = works([str(PYTHON), "-c", recent]) and not moved()
    # Without pip at first: where Debian's python3-venv is missing, the rest of venv still works.
    if not usable and not works([sys.executable, "-m", "venv", "--without-pip", "--clear", str(VENV)]):
        raise CannotGoOn(NO_VENV)
    if works([*own, "--version"]) or works([str(PYTHON), "-m", "ensurepip"]):
        return own
    system = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if works([*system, "--version"]):
        return system
    raise CannotGoOn(NO_VENV)


NO_VENV = (
    "This Python cannot make a virtual environment: the package for it is missing.\n"
    "On Debian or Ubuntu: sudo apt install python3-venv   Then start again."
)


def moved() -> bool:
    """Whether `.venv` was made for another folder: its scripts would start the Python over there."""
    script = VENV / "bin" / "cabas"
    return script.exists() and str(VENV).encode() not in script.read_bytes()


def install(pip: list, what: list) -> None:
    """Install with the indexes and certificates of the user's own pip configuration."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    if call([*pip, "install", *quiet, *what]) != 0:
        raise CannotGoOn(
            "The packages that cabas needs could not be installed; pip says why above.\n"
            "Without a network: try again later, nothing is lost."
        )


def compile_texts() -> None:
    """Compile the translations again after a .po was changed."""
    for po in LOCALE.glob("*/LC_MESSAGES/*.po"):
        compiled = po.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < po.stat().st_mtime:
            call([PYTHON, "-m", "templates.words.catalogues", "--compile"])
            return


def check_everything(pytest_arguments: list) -> int:
    """Run every check, go on after a failure, and end with what failed; 1 when anything did."""
    tool = VENV / "bin"
    checks = [
        ("style", [tool / "ruff", "check", "."]),
        ("format", [tool / "ruff", "format", "--check", "."]),
        ("types", [tool / "mypy"]),
        ("floors", [tool / "lint-imports", "--no-logo"]),
        ("translations", [PYTHON, "-m", "templates.words.catalogues", "--check"]),
        ("tests", [PYTHON, "-m", "pytest", "-n", workers(), "--dist", "loadgroup", *pytest_arguments]),
    ]
    failed = []
    for name, command in checks:
        say(f"\n== {name}")
        if call(command) != 0:
            failed.append(name)
    say(f"\nFAILED: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


def workers() -> str:
    """How many tests run at once: twice the processors, since most tests also wait for a server or a terminal."""
    return str(min(8, 2 * (os.cpu_count() or 1)))


def write_locks(uv_arguments: list) -> int:
    """Write the locks anew for every Python and system that cabas supports; they name no address."""
    uv = shutil.which("uv") or str(VENV / "bin" / "uv")
    if not Path(uv).exists():
        raise CannotGoOn("`run.py lock` needs uv: https://docs.astral.sh/uv/")
    common = ["--universal", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url"]
    common += ["--python-version", ".".join(str(part) for part in OLDEST), "--quiet"]
    for lock, wanted in (
        (LOCKS["run"], ["--group", "build"]),
        (LOCKS["test"], ["--group", "dev", "-c", str(LOCKS["run"])]),
        (EXTRAS, ["--group", "build", "--all-extras", "-c", str(LOCKS["test"])]),
    ):
        command = [uv, "pip", "compile", "pyproject.toml", *wanted, *common, *uv_arguments, "-o", lock]
        if call(command) != 0:
            return 1
    return 0


def call(command: list) -> int:
    """Run a command in this folder, its output for all to see, and return its exit code."""
    sys.stdout.flush()
    return subprocess.run([str(part) for part in command], cwd=HERE, env=environment(), check=False).returncode


def works(command: list) -> bool:
    """Whether a command runs and succeeds; what it prints is dropped."""
    try:
        done = subprocess.run(command, cwd=HERE, env=environment(), capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def environment() -> dict:
    """The environment without what would lead Python or pip elsewhere than to `.venv`."""
    idle = {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    return {name: value for name, value in os.environ.items() if name not in idle} | {"PIP_USER": "0"}


def say(text: str) -> None:
    """One line to the person who waits, at once."""
    print(text, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotGoOn as reason:
        sys.exit(str(reason))
    except KeyboardInterrupt:
        sys.exit("\nStopped. Start again to go on.")
