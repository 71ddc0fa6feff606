"""The SSH door with a real sshd: two volunteers and a producer by their keys, and what they try to get out or up."""

from __future__ import annotations

import shlex
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.real.attempts import FILES, SECRET, SHELL, TRANSFER, UP, Attempt
from tests.real.sshd import CABAS, Ended, Sshd, missing, sftp_server

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(missing()), reason=missing())]

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
    for line in GROUP.strip().splitlines():
        sshd.cabas(*shlex.split(line))
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
    script = []
    for number, one in enumerate(ATTEMPTS):
        command = town.filled(one.control.replace("{asked}", one.asked))
        given = town.sshd.folder / f"stdin{number}"
        given.write_text(town.filled(one.stdin))
        given.chmod(0o644)
        script.append(f"printf '\\n@@@\\n'; (\n{command}\n) < {given} 2>&1; echo \"ended $?\"")
    path = town.sshd.folder / "controls.sh"
    path.write_text("\n".join(script))
    path.chmod(0o644)
    _before, *said = town.sshd.run(town.admin, f"bash {path}", seconds=110).out.split("\n@@@\n")
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
