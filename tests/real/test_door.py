"""The SSH door with a real sshd: two volunteers and a producer by their keys, and what they try to get out or up."""

from __future__ import annotations

import json
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from jinja2 import Template

from tests.real.attempts import AS_ASKED, FILES, SECRET, SHELL, TEMPLATES, TRANSFER, UP, Attempt
from tests.real.sshd import CABAS, Ended, Sshd, missing, sftp_server

pytestmark = [pytest.mark.real, pytest.mark.timeout(300), pytest.mark.skipif(bool(missing()), reason=missing())]

ATTEMPTS = (*SHELL, *FILES, *UP, *TRANSFER)
LOGINS = ("marie", "paul", "rigaud")
GROUP = """
catalogue add Fromages
catalogue add Volailles
product add Fromages Tomme 4,50 --reference TOM
product add Volailles Poulet 12 --reference POU
distribution add 2099-11-26 --from 18:00 --to 19:00 --place Gare
operator add marie --name Marie --role coordinator --language en
operator add paul --name Paul --role phone_desk --language en
operator add rigaud --name Rigaud --role producer --catalogue Volailles --language en
members add --first-name Lina --last-name Moreau --email lina@exemple.fr
order add --member Moreau '1 TOM' '1 POU'
message new --segment everyone --subject Bonjour --body-file -
export members -o members.csv
"""


@dataclass
class Town:
    """A server with a group in which two volunteers and a producer have keys, and its admin a shell."""

    sshd: Sshd
    keys: dict[str, Path]
    admin: Path

    def asks(self, who: str, command: str, *options: str, stdin: str = "", **environment: str) -> Ended:
        """What comes of it when somebody asks the server for a command."""
        shared = options or self.sshd.shared(self.keys[who])
        return self.sshd.run(self.keys[who], command, *shared, stdin=stdin.encode(), environment=environment)

    def filled(self, text: str) -> str:
        """The text with the places of this server."""
        home, file = self.sshd.home, self.sshd.file
        places = {
            "home": home,
            "file": file,
            "exports": file.parent / "exports",
            "sftp": sftp_server(),
            "key": (self.sshd.folder / "new.pub").read_text().strip(),
            "plain": CABAS,
            "cabas": f"{CABAS} --file {file} --operator marie",
        }
        for name, place in places.items():
            text = text.replace(f"{{{name}}}", str(place))
        return text


@pytest.fixture(scope="module")
def town(sshd: Sshd) -> Town:
    sshd.commands(GROUP)
    sshd.local(["sh", "-c", _LAID_OUT.replace("SECRET", SECRET)])
    crafted = sshd.home / "crafted.cabas"
    sshd.cabas("init", crafted, "--name", "Amap")
    sshd.cabas("--file", crafted, "members", "add", "--last-name", "Crafted")
    keys = {login: sshd.let_in(login) for login in LOGINS}
    admin = sshd.new_key("admin")
    sshd.authorize(admin, "")
    sshd.new_key("new")
    return Town(sshd, keys, admin)


_LAID_OUT = """
cd ~ && mkdir -p group/exports && mv members.csv group/exports/
printf 'first_name;last_name;email\\nSECRET;SECRET;secret@exemple.fr\\n' > secret.csv
printf '\\211PNG\\r\\n\\032\\n' > picture.png
ln -s ../../secret.csv group/exports/link.csv && ln -s ../.. group/exports/linked
"""


# Each in a process of its own; those that are cabas alone in a fork of one that has it loaded, which is quicker.
_CONTROLS = """
import json, os, sys
from tui import cli, command_line
for command, words, given in json.load(open(sys.argv[1])):
    print("\\n@@@", flush=True)
    if not (child := os.fork()):
        os.dup2(os.open(given, os.O_RDONLY), 0)
        os.dup2(1, 2)
        if words is None:
            os.execvp("sh", ["sh", "-c", command])
        code = cli.run(words)
        sys.stdout.flush()
        os._exit(code)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="module")
def ended(town: Town) -> dict[Attempt, tuple[Ended, bool]]:
    """How the door ended each attempt, and whether it left its file."""

    def attempt(one: Attempt) -> tuple[Ended, bool]:
        said = town.asks(one.who, town.filled(one.asked), stdin=town.filled(one.stdin))
        return said, bool(one.leaves) and Path(town.filled(one.leaves)).exists()

    for login in LOGINS:
        town.asks(login, "members --help")  # the line that the others share
    with ThreadPoolExecutor(3) as pool:
        return dict(zip(ATTEMPTS, pool.map(attempt, ATTEMPTS), strict=True))


@pytest.fixture(scope="module")
def without_door(town: Town, ended: dict[Attempt, tuple[Ended, bool]]) -> dict[Attempt, tuple[str, bool]]:
    """What each attempt gives in a shell, and whether its file is there then; after the door was tried."""
    controls = []
    for one in ATTEMPTS:
        given = town.sshd.folder / f"stdin{len(controls)}"
        given.write_text(town.filled(one.stdin))
        given.chmod(0o644)
        command = town.filled(one.control.replace("{asked}", one.asked))
        alone = one.control == AS_ASKED and not re.search(r"[;&|<>$`~\n]", one.asked)
        controls.append((command, shlex.split(command)[1:] if alone else None, str(given)))
    path = town.sshd.folder / "controls.json"
    path.write_text(json.dumps(controls))
    path.chmod(0o644)
    python = shlex.join([sys.executable, "-c", _CONTROLS, str(path)])
    _before, *said = town.sshd.run(town.admin, python, seconds=280).out.split("\n@@@\n")
    return {
        one: (text, bool(one.leaves) and Path(town.filled(one.leaves)).exists())
        for one, text in zip(ATTEMPTS, said, strict=True)
    }


@pytest.mark.parametrize("one", ATTEMPTS, ids=lambda one: f"{one.who}: {one.asked[:50]}")
def test_an_attempt_is_refused_that_would_succeed_without_the_door(
    town: Town, ended: dict[Attempt, tuple[Ended, bool]], without_door: dict[Attempt, tuple[str, bool]], one: Attempt
):
    said, left = ended[one]
    assert said.code == one.code, said.said
    assert not left
    assert not one.shows or town.filled(one.shows) not in said.out
    assert SECRET not in said.said
    assert len(said.err.strip().splitlines()) in ((1, 2) if one.code else (0,)), said.err
    assert "Traceback" not in said.said
    control, made = without_door[one]
    assert control.endswith("ended 0\n"), control
    assert town.filled(one.shows) in control
    assert made is bool(one.leaves)


@contextmanager
def greeter() -> Iterator[int]:
    """A service on this machine that is nobody's business from outside: its port; it greets who comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            with suppress(OSError):
                while True:
                    line, _from = server.accept()
                    with line:
                        line.sendall(b"greetings\n")

        Thread(target=greet, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def test_a_key_forwards_nothing(town: Town, tmp_path: Path):
    def forwards(key: Path, *options: str) -> Ended:
        return town.sshd.run(key, "", "-oExitOnForwardFailure=yes", *options)

    marie, admin, home = town.keys["marie"], town.admin, town.sshd.home
    with greeter() as port:
        assert forwards(admin, "-W", f"127.0.0.1:{port}").out == "greetings\n"
        ended = forwards(marie, "-W", f"127.0.0.1:{port}")
        assert (ended.code != 0, ended.out) == (True, "")
        for number, back in enumerate(("0", f"{home}/socket")):
            options = ("-R", f"{back}{number or ''}:127.0.0.1:{port}", "-T")
            assert "forwarding failed" not in town.sshd.run(admin, "true", *options).err
            assert "forwarding failed" in forwards(marie, *options).err
    assert town.sshd.run(marie, "", "-s", "-oRequestTTY=no").code != 0


def test_no_file_is_copied_with_a_key(town: Town, tmp_path: Path):
    def copies(key: Path, program: str, *arguments: str) -> bool:
        common = [*town.sshd.options(key), "-P", str(town.sshd.port)]
        done = subprocess.run([program, *common, *arguments], capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
        return done.returncode == 0

    server, home = f"{town.sshd.account}@127.0.0.1", town.sshd.home
    local = tmp_path / "local"
    local.write_text("put\n")
    batch = tmp_path / "batch"
    batch.write_text(f"get {home}/secret.csv {tmp_path}/got\nput {local} {home}/put\n")
    for key, may in ((town.keys["marie"], False), (town.admin, True)):
        assert copies(key, "sftp", "-b", str(batch), server) is may
        assert (tmp_path / "got").exists() is may
        assert (home / "put").exists() is may
        for number, protocol in enumerate(("-O", "-s")):
            assert copies(key, "scp", protocol, f"{server}:{home}/secret.csv", f"{tmp_path}/got{number}") is may
            assert copies(key, "scp", protocol, str(local), f"{server}:{home}/put{number}") is may
            assert (tmp_path / f"got{number}").exists() is may
            assert (home / f"put{number}").exists() is may


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_reaches_nothing_but_the_fields(town: Town, template: str):
    assert TEMPLATES[template] in Template(template).render()
    assert town.asks("marie", "message edit 1 --body-file -", stdin=template).code == 0
    ended = town.asks("marie", "message preview 1")
    assert ended.code == 1
    assert "cannot be used in a message" in ended.err
    assert ended.out == ""


GIVEN = {
    "LC_ALL": "../../../../tmp/evil",
    "LANG": "fr_FR.ISO-8859-1",
    "LC_MESSAGES": "$(id)",
    "LC_CTYPE": "\x1b]0;pwned\x07",
    "LC_BROWSER": "/bin/sh",
    "CABAS_FILE": "/tmp/other.cabas",
    "PYTHONINSPECT": "1",
    "TEXTUAL_DRIVER": "os:system",
}


def test_no_environment_of_the_client_changes_what_it_gets(town: Town):
    sends = [f"-oSendEnv={name}" for name in GIVEN]
    shown = town.sshd.run(town.admin, "env", *sends, environment=GIVEN).out
    assert "LC_BROWSER=/bin/sh" in shown
    for given in (GIVEN, {"LC_ALL": "C"}):
        ended = town.asks("marie", "members list --json", *sends, **given)
        assert "Moreau" in [one["last_name"] for one in json.loads(ended.out)]
        # The account's shell complains of a locale that there is not; cabas says nothing.
        assert [line for line in ended.err.splitlines() if "setlocale" not in line] == []


def test_two_volunteers_and_a_producer_work_each_under_their_own_name(town: Town):
    """Exports reach one's own machine, imports come from there, and the journal says who it was."""
    wanted = "first_name;last_name;email\nÉlodie;Ménard;elodie@exemple.fr\n"
    assert town.asks("paul", "import members -", stdin=wanted).code == 0
    exported = town.asks("marie", "cabas export members --search x", stdin="").said
    assert "No such option" in exported
    exported = town.asks("marie", "export members").out
    assert "Ménard" in exported
    again = town.asks("paul", "import members - --json", stdin=exported)
    assert json.loads(again.out)["changed"] == json.loads(again.out)["new"] == 0
    own = town.asks("rigaud", "export orders --format csv").out
    assert "Poulet" in own
    assert "Tomme" not in own
    assert town.asks("rigaud", "order add --member Moreau '1 POU'").code == 0
    who = {row["login"] for row in json.loads(town.sshd.cabas("journal", "--json"))}
    assert {"paul", "rigaud"} <= who


CLICKED = "[@click=app.quit]Odette[/]"


def test_no_key_on_the_desk_leads_out_of_it(town: Town):
    sshd = town.sshd
    sshd.cabas("members", "add", "--first-name", "\x1b]0;pwned\x07", "--last-name", CLICKED)
    with sshd.pty(town.keys["marie"]) as t:
        t.wait("Members")
        t.write("\x1bOQi")
        t.wait("which file?")
        for path in (f"{sshd.home}/secret.csv", "~/secret.csv", "../../secret.csv", "linked/secret.csv", "/dev/stdin"):
            t.write(path)
            t.wait(path[-12:])
            t.write("\r")
            t.wait("Only files of the list can be read from here.")
            t.write("\x15")
            t.wait(path[-12:], gone=True)
        t.write(f"{sshd.home}/")
        t.wait(f"{sshd.home.name}/")
        assert "secret" not in t.wait("There is no such file")
        t.write("\x15")
        t.write("link\r")
        t.wait("Only files of the list")
        t.write("\x15\x1a\x1c\x03\x1bOR")  # Ctrl-Z, Ctrl-\, Ctrl-C; F3
        t.wait("New order")
        t.write("m")
        t.wait("Odette")
        assert "[@click=app.quit]Odette" in t.text
        row = next(number for number, line in enumerate(t.text.splitlines(), 1) if "Odette" in line)
        t.write("\x1b[48;24;80;0;0t")  # a terminal that knows no pixels
        for column in (3, 30, 60):
            t.write(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
        t.write("\x1b[200~!sh\x1b]52;c;aWQ=\x07\x1b[201~\x10")  # pasted; Ctrl-P
        t.wait("What do you want to do?")
        t.write("screenshot")
        t.wait("screenshot")
        assert b"\x1b]0" not in t.sent
        t.write("\x11")
        assert t.end() == 0


def test_a_command_in_a_terminal_is_no_way_to_a_shell(town: Town):
    marie = town.keys["marie"]
    with town.sshd.pty(marie, "members erase 1") as t:
        t.wait("[y/N]")
        t.write("\x1a!sh\r")  # Ctrl-Z: nobody is there to stop it for
        t.wait("Error")
        t.write("\x03")
        assert t.end() in (1, 255)  # 255: the shell that started it is interrupted, too
    with town.sshd.pty(marie, "members erase 1") as t:
        t.wait("[y/N]")
        t.write("\x1c")  # Ctrl-\
        assert t.end() != 0
    for term in ("dumb", "xterm\x1b]0;pwned\x07", "../../../etc/passwd", ""):
        with town.sshd.pty(marie, environment={"TERM": term}) as t:
            assert t.end() == 1
            assert "cannot show the desk" in t.text
            assert b"\x1b]0" not in t.sent
