"""What is left of the command line behind the SSH door; with a real sshd: tests/real/test_door.py."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from store import Store
from store.exchange import export_folder
from tui import cli
from tui.command_line import cabas as command_line
from tui.door import CLOSED_OPTIONS, FILE_TRANSFER, OPEN, clear
from tui.paths import Outside, Readable, TextFile, Writable

CLOSED = {
    "demo", "doctor", "init", "mailbox password", "mailbox set", "mailbox trust", "measure serve", "operator key",
    "operator keys", "restore", "schedule install", "schedule remove", "server install", "server update",
    "server versions", "tick",
}  # fmt: skip
"""Commands for the machine itself: each that there is has to be here or in the door's list."""

Inside = Callable[..., str]
MOREAU = "members add --first-name Lina --last-name Moreau --email lina@exemple.fr"


def walk(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that can be carried out, by its words."""
    here = " ".join(words)
    if not isinstance(command, click.Group) or (command.invoke_without_command and words):
        yield here, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            part = command.get_command(context, name)
            assert part is not None
            yield from walk(part, (*words, name))


COMMANDS = dict(walk(command_line))


def own_folder(store: Store, login: str) -> Path:
    """Where the exports go of who came by a key."""
    return store.path.parent / "exports" / f"operator-{store.operators.get(login).id}"


def test_every_command_is_open_or_closed_by_somebody_who_has_thought_about_it():
    assert OPEN - set(COMMANDS) == set(), "no such commands"
    assert set(COMMANDS) - OPEN - CLOSED == set(), "open in tui/door.py, or closed in this test?"
    assert not OPEN & CLOSED
    for name, options in CLOSED_OPTIONS.items():
        assert options <= {parameter.name for parameter in COMMANDS[name].params}


def test_every_path_is_of_a_type_that_knows_the_door():
    ours = (Readable, Writable, TextFile, Outside)
    words = ("path", "file", "folder", "dir")
    for name, command in {**COMMANDS, "": command_line}.items():
        for parameter in command.params:
            if isinstance(parameter.type, click.Path | click.File):
                assert isinstance(parameter.type, ours), (name, parameter.name)
            elif parameter.metavar and any(word in parameter.metavar.lower() for word in words):
                # A text called so must be a name inside the group's file, never opened.
                assert (name, parameter.name) in {("message detach", "name")}


@pytest.fixture
def inside(
    store: Store, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Inside]:
    """One command line of who came by a key; its exit code must be `code`, and what it said comes back."""
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    environment = dict(os.environ)

    def run(line: str | bytes, code: int = 0, login: str = "marie") -> str:
        asked = line if isinstance(line, bytes) else line.encode()
        monkeypatch.setitem(os.environb, b"SSH_ORIGINAL_COMMAND", asked)
        capsysbinary.readouterr()
        ended = cli.run(["--file", str(store.path), "--operator", login])
        said = capsysbinary.readouterr()
        whole = (said.out + said.err).decode()
        assert ended == code, whole
        assert "Traceback" not in whole
        assert "\x1b" not in whole
        return whole

    store.operators.add("marie", "Marie", "coordinator", language="en")
    store.operators.add("paul", "Paul", "phone_desk", language="en")
    yield run
    os.environ.update(environment)  # without what the door takes out


def test_a_command_is_read_as_a_shell_would_cut_it_with_or_without_cabas_before_it(inside: Inside):
    inside("members add --first-name Lina --last-name 'Le Gall; rm -rf ~' --email lina@exemple.fr")
    for line in ("members list --json", "cabas members list --json", "  --no-mouse members 'list' --json"):
        (found,) = json.loads(inside(line))
        assert found["last_name"] == "Le Gall; rm -rf ~"


def test_what_is_for_the_machine_is_closed_whatever_its_options(inside: Inside):
    for name in sorted(CLOSED):
        for rest in ("", " --help", " --dry-run x --file /tmp/y"):
            assert "is not open over this line" in inside(name + rest, code=2)


ELSEWHERE: list[tuple[str | bytes, str]] = [
    ("--operator paul members list", "your key says who you are"),
    ("--operator=paul members list", "your key says who you are"),
    ("--file /tmp/other.cabas members list", "no file of the server"),
    ("--no-mouse --operator paul", "your key says who you are"),
    ("cabas cabas members list", "No such command"),
    ("members list --operator paul", "No such option"),
    ("mailbox check --as-tick", "No such option"),
    ("members 'list", "quotation mark"),
    (b"members list \xff", "characters that no command"),
    (b"members list \x1b]0;x\x07", "characters that no command"),
    ("members list \x9b31m", "characters that no command"),
    *((f"/usr/lib/openssh/{program} -f x", "No files are copied") for program in FILE_TRANSFER),
    ("export members -o /tmp/x", "bare name"),
    ("export members -o ../x", "bare name"),
    ("export members -o .profile", "bare name"),
    ("export members -o ~/x", "bare name"),
    ("export members -o ''", "bare name"),
    (f"export members -o {'é' * 120}", "bare name"),
    (f"import members {'é' * 120}", "bare name"),
    (r"export members -o 'a\b'", "bare name"),
    ("import members /etc/passwd", "bare name"),
    ("import members amap.csv", "There is no “amap.csv”"),
    ("import members - --bad /tmp/x", "bare name"),
    ("message new --segment everyone --subject x --body-file /etc/passwd", "bare name"),
    ("message attach 1 /etc/passwd", "bare name"),
    ("message attach 1 group.cabas", "There is no"),
    ("message attach 1 -", "needs a name"),
    ("backup /tmp/x", "no file of the server"),
]
"""What leads elsewhere, and what is said to it."""


def test_what_leads_elsewhere_is_refused_in_a_sentence(inside: Inside):
    for line, said in ELSEWHERE:
        assert said in inside(line, code=2), line
    assert len(inside(f"members list {'1 ' * 9999}", code=2)) < 2000


def test_help_shows_what_is_open_and_nothing_else(inside: Inside):
    shown = inside("--help")
    listed = {line.split()[0] for line in shown.partition("Commands:")[2].splitlines() if line.strip()}
    assert listed == {name.split()[0] for name in OPEN}
    assert "password" not in inside("mailbox --help").partition("Commands:")[2]


def test_exports_go_to_ones_own_machine_or_by_a_bare_name_into_the_folder(inside: Inside, store: Store):
    inside(MOREAU)
    assert "Moreau" in inside("export members")
    assert "Moreau" in inside("export members -o -")
    inside("export members -o membres.csv")
    folder = own_folder(store, "marie")
    assert "Moreau" in (folder / "membres.csv").read_text()
    assert "is there already" in inside("export members -o membres.csv", code=1)
    assert "1 as before" in inside("import members membres.csv")
    assert "membres.csv" in inside("export file")
    assert "Moreau" in inside("export file membres.csv")
    (folder / "copy.cabas").write_bytes(store.path.read_bytes())
    assert "everybody's data" in inside("export file copy.cabas", code=1)
    (folder / "link.csv").symlink_to("/etc/passwd")
    for name in ("link.csv", "../group.cabas", str(store.path), "''"):
        assert "There is no" in inside(f"export file {name}", code=1)
    assert "There is no “link.csv”" in inside("import members link.csv", code=2)


def test_nobody_inside_reads_what_a_colleague_has_exported_but_an_admin(inside: Inside, store: Store):
    """A file carries no right: a journal, or orders, would be read by who may see neither."""
    inside("catalogue add Volailles")
    inside("operator add rigaud --name Rigaud --role producer --catalogue Volailles --language en")
    inside(MOREAU)
    inside("export members -o membres.csv")
    inside("export journal --format csv -o journal.csv")
    top = store.path.parent / "exports"
    (top / "former.csv").write_bytes((own_folder(store, "marie") / "membres.csv").read_bytes())
    for login in ("rigaud", "paul"):
        for name in ("membres.csv", "journal.csv", "former.csv"):
            assert "There is no" in inside(f"export file {name}", code=1, login=login)
            assert "There is no" in inside(f"import orders {name} --dry-run --json", code=2, login=login)
        assert "There is no file" in inside("export file", login=login)
        inside("export products -o membres.csv", login=login)
        assert "Moreau" not in inside("export file membres.csv", login=login)
    inside("export members -o pauls.csv", login="paul")
    inside("operator edit paul --login paulette")
    assert "“paul” is “paulette” by now" in inside("", code=1, login="paul")
    assert "Moreau" in inside("export file pauls.csv", login="paulette")
    assert f"{own_folder(store, 'paulette').name}/pauls.csv" in inside("export file")
    assert "Moreau" in inside("export file pauls.csv")
    assert "Moreau" in inside("export file former.csv")


def test_who_comes_over_the_line_does_not_fill_the_disk(inside: Inside, monkeypatch: pytest.MonkeyPatch):
    inside(MOREAU)
    inside("export members -o membres.csv")
    monkeypatch.setattr(export_folder, "MOST_MB", 0)
    assert "cabas export file NAME --remove" in inside("export members -o again.csv", code=1)
    assert "There is no" in inside("export file membres.csv --remove", code=1, login="paul")
    assert "Deleted" in inside("export file membres.csv --remove")
    inside("export members -o again.csv")


def test_data_is_printed_without_what_a_terminal_obeys(inside: Inside, store: Store):
    assert cli.run(["--file", str(store.path), "catalogue", "add", "Fro\x1b]0;pwned\x07mages\x9b2J"]) == 0
    for line in ("catalogue list", "catalogue list --json", "export products", "export members --format vcf"):
        said = inside(line)
        assert not {"\x07", "\x9b", "\x1b"}.intersection(said)
    assert "Fro" in inside("catalogue list")


def test_a_client_hands_over_no_environment_but_language_and_terminal():
    given = {
        "LANG": "fr_FR.UTF-8", "LC_ALL": "../../tmp/x", "LC_TIME": "fr_FR@euro", "LC_PWN": "1", "LC_TERMINAL": "iTerm2",
        "TERM": "xterm\x1b]0;x\x07", "TEXTUAL_DRIVER": "os:system", "TEXTUAL": "devtools", "PYTHONINSPECT": "1",
        "CABAS_CRASH": "sent", "HOME": "/home/cabas", "PATH": "/usr/bin", "SSH_CONNECTION": "x",
    }  # fmt: skip
    clear(given)
    assert given == {
        "LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8", "LC_TIME": "fr_FR@euro", "TERM": "dumb",
        "LC_TERMINAL": "iTerm2", "HOME": "/home/cabas", "PATH": "/usr/bin", "SSH_CONNECTION": "x",
    }  # fmt: skip


def test_an_admin_at_the_machine_is_not_inside(
    store: Store, cabas: Callable[..., str], monkeypatch: pytest.MonkeyPatch
):
    store.operators.add("marie", "Marie", "coordinator", language="en")
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    path = store.path.parent / "list.csv"
    cabas("--operator", "marie", "export", "members", "-o", path)
    assert path.exists()

    def is_inside(*line: str) -> bool:
        context = cli.only_start(list(line))
        assert context is not None
        return context.inside

    assert is_inside("--operator", "marie")
    assert is_inside("--operator=marie", "--file", "x", "--no-mouse")
    assert not is_inside("--file", "x")
    monkeypatch.delenv("SSH_CONNECTION")
    assert not is_inside("--operator", "marie")
