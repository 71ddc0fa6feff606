"""A real sshd on loopback, with an account `cabas` of its own: `with Sshd() as sshd: sshd.run(key, "members list")`.

As root it runs in a mount namespace, in which the account is there and the files of root are not to be seen: nothing of
the machine is touched. Elsewhere the account is whoever runs the tests. The client is the machine's own `ssh`.
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import MEMORY, in_memory
from tests.real.ports import free_port
from tests.terminal import Terminal

CABAS = Path(sys.executable).with_name("cabas")
ACCOUNT, UID = "cabas", 64_321
GROUP = "AMAP des Oiseaux"
_SBIN = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
_HIDDEN = ("/root", "/home")
"""Folders that only their owners may enter: an account cannot run what lies there, Python itself perhaps."""


_COMMANDS = """
import shlex, sys
from tui.cli import run
sys.exit(any(run([*sys.argv[1:], *shlex.split(line)]) for line in sys.stdin.read().splitlines()))
"""


def missing() -> str:
    """Why no sshd can be started here; empty when one can."""
    for command in ("sshd", "ssh", "ssh-keygen"):
        if shutil.which(command, path=_SBIN) is None:
            return f"{command} is not installed (Debian: openssh-server, openssh-client)"
    return ""


def namespaces() -> bool:
    """Whether this is root and may have mounts of its own."""
    needed = all(shutil.which(command, path=_SBIN) for command in ("unshare", "nsenter", "setpriv", "mount"))
    if os.geteuid() != 0 or not needed:
        return False
    return (
        subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode == 0
    )


@dataclass(frozen=True)
class Ended:
    """How an ssh ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Both, for a look at the whole."""
        return self.out + self.err


class Sshd:
    """The server, its account's home (`home`) and a group's file there (`file`), which `init` has made."""

    def __init__(self, config: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cabas-sshd-", dir=MEMORY if in_memory() else None))
        self.folder.chmod(0o755)
        self.apart = namespaces()
        self.account = ACCOUNT if self.apart else pwd.getpwuid(os.geteuid()).pw_name
        self.home = self.folder / "home"
        self.file = self.home / "group" / "amap.cabas"
        self.keys_file = self.home / ".ssh" / "authorized_keys"
        self.port = free_port()
        self._more = config
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Sshd:
        try:
            self._lay_out()
            self._start()
            self.cabas("init", self.file, "--name", GROUP, "--language", "en")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for path in self.folder.glob("line-*"):
            subprocess.run(["ssh", "-F", "none", "-S", path, "-O", "exit", "none"], capture_output=True)
        if self._server is not None:
            self._server.terminate()
            self._server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- keys

    def new_key(self, name: str, kind: str = "ed25519") -> Path:
        """A new key pair of somebody's; the path is of the private one, the public one ends in .pub."""
        path = self.folder / name
        size = ["-b", "2048"] if kind == "rsa" else []
        subprocess.run(
            ["ssh-keygen", "-q", "-t", kind, *size, "-N", "", "-C", f"{name}@example.org", "-f", path], check=True
        )
        return path

    def authorize(self, key: Path, options: str) -> None:
        """Add a line for this key with these options; "" opens a shell."""
        public = key.with_suffix(".pub").read_text()
        with self.keys_file.open("a") as lines:
            lines.write(f"{options} {public}".lstrip())

    def let_in(self, operator: str) -> Path:
        """A new key that opens cabas as this operator, in the way of the server's guide."""
        key = self.new_key(operator)
        self.authorize(key, f'restrict,pty,command="{CABAS} --file {self.file} --operator {operator}"')
        return key

    # -- what clients do

    def ssh(self, key: Path, *options: str) -> list[str]:
        """The client's command line up to the command that is asked for."""
        return [
            "ssh", *self.options(key), "-p", str(self.port), *options, "--", f"{self.account}@127.0.0.1",
        ]  # fmt: skip

    def options(self, key: Path) -> list[str]:
        """What every client of OpenSSH is told: this key, this server, nothing of the tester's own."""
        said = {
            "BatchMode": "yes", "IdentitiesOnly": "yes", "IdentityAgent": "none", "LogLevel": "ERROR",
            "UserKnownHostsFile": str(self.folder / "known_hosts"), "StrictHostKeyChecking": "yes",
        }  # fmt: skip
        return ["-F", "none", "-i", str(key), *(f"-o{name}={value}" for name, value in said.items())]

    def run(
        self,
        key: Path,
        command: str = "",
        *options: str,
        stdin: bytes = b"",
        environment: Mapping[str, str] | None = None,
        seconds: float = 60,
    ) -> Ended:
        """Ask the server for a command, as `ssh cabas@server COMMAND` does; `options` are ssh's."""
        done = subprocess.run(
            [*self.ssh(key, *options), *([command] if command else [])],
            input=stdin,
            capture_output=True,
            env={**os.environ, **(environment or {})},
            timeout=seconds,
        )
        return Ended(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def shared(self, key: Path) -> tuple[str, ...]:
        """Options by which all commands of a key go over one line, so that only the first takes long."""
        path = self.folder / f"line-{key.name}"
        return ("-oControlMaster=auto", f"-oControlPath={path}", "-oControlPersist=60")

    def pty(
        self,
        key: Path,
        command: str = "",
        *options: str,
        environment: Mapping[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
    ) -> Terminal:
        """A terminal in which ssh opens the desk, or runs a command with a terminal: `with sshd.pty(key) as t:`."""
        return Terminal([*self.ssh(key, "-tt", *options), *([command] if command else [])], environment, size)

    # -- the account itself

    def cabas(self, *arguments: object, code: int = 0) -> str:
        """Run cabas in the account, as its admin does at the machine; returns what it wrote."""
        named = [] if "--file" in arguments or "init" in arguments else ["--file", str(self.file)]
        done = self.local([str(CABAS), *named, *map(str, arguments)])
        assert done.code == code, f"{arguments}: {done.code}\n{done.said}"
        return done.said if code else done.out

    def commands(self, lines: str) -> None:
        """Run several commands in the account, one a line, in one process: starting takes longer than most of them."""
        named = ["--file", str(self.file)]
        done = self.local([sys.executable, "-c", _COMMANDS, *named], lines.strip().encode())
        assert done.code == 0, done.said

    def local(self, command: list[str], stdin: bytes = b"") -> Ended:
        """Run a command in the account without ssh."""
        environment = {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "USER": self.account}
        done = subprocess.run(
            [*self._as_account(), *command], input=stdin, capture_output=True, env=environment, cwd=self.home
        )
        return Ended(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def log(self) -> str:
        """What the server wrote down."""
        return (self.folder / "sshd.log").read_text()

    # -- setting up

    def _as_account(self) -> list[str]:
        if not self.apart:
            return []
        assert self._server is not None
        rights = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "--"]
        return ["nsenter", f"--target={self._server.pid}", "--mount", f"--wd={self.home}", "--", *rights]

    def _lay_out(self) -> None:
        for folder, mode in ((self.home, 0o755), (self.keys_file.parent, 0o700), (self.file.parent, 0o2770)):
            folder.mkdir()
            folder.chmod(mode)
        self.keys_file.touch(0o600)
        if self.apart:
            for path in (self.home, self.keys_file.parent, self.keys_file, self.file.parent):
                os.chown(path, UID, UID)
        host = self.folder / "host"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", host], check=True)
        public = host.with_suffix(".pub").read_text()
        (self.folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {public}")
        (self.folder / "sshd_config").write_text(self._config())

    def _config(self) -> str:
        """As Debian's, so that only the key's line holds anybody back: everything else is allowed."""
        return f"""\
Port {self.port}
ListenAddress 127.0.0.1
HostKey {self.folder}/host
PidFile none
AuthorizedKeysFile {self.keys_file}
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes {"yes" if self.apart else "no"}
PermitRootLogin prohibit-password
PrintMotd no
PrintLastLog no
AcceptEnv LANG LC_*
AllowTcpForwarding yes
AllowStreamLocalForwarding yes
AllowAgentForwarding yes
X11Forwarding yes
PermitTunnel yes
MaxStartups 100
MaxSessions 100
LogLevel VERBOSE
Subsystem sftp {sftp_server()}
{"" if self.apart else f"SetEnv HOME={self.home}"}
{self._more}"""

    def _start(self) -> None:
        command = [
            shutil.which("sshd", path=_SBIN) or "",
            "-D",
            "-E",
            f"{self.folder}/sshd.log",
            "-f",
            f"{self.folder}/sshd_config",
        ]
        if not self.apart and os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # without it, root's does not start
        if self.apart:
            script = self.folder / "start.sh"
            script.write_text(self._script(shlex.join(command)))
            command = ["unshare", "-m", "--propagation", "private", "sh", str(script)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("CABAS_", "SSH_"))}
        self._server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                    assert line.recv(4) == b"SSH-"
                return
            except OSError:
                log = self.folder / "sshd.log"
                said = log.read_text() if log.exists() else ""
                assert self._server.poll() is None, said
                assert time.monotonic() < until, said
                time.sleep(0.02)

    def _script(self, sshd: str) -> str:
        """Mounts that only the server and its children see: the account, and folders of others without their files."""
        lines = ["set -e"]
        for name, line in (
            ("passwd", f"{ACCOUNT}:x:{UID}:{UID}::{self.home}:/bin/sh\n"),
            ("group", f"{ACCOUNT}:x:{UID}:\n"),
            ("shadow", f"{ACCOUNT}:*:20000:0:99999:7:::\n"),
        ):
            kept = "".join(
                one for one in Path("/etc", name).read_text().splitlines(True) if one.split(":")[0] != ACCOUNT
            )
            (self.folder / name).write_text(kept + line)
            (self.folder / name).chmod(0o600 if name == "shadow" else 0o644)
            lines.append(f"mount --bind {self.folder / name} /etc/{name}")
        for hidden in map(Path, _HIDDEN):
            needed = {path for path in map(Path, (sys.base_prefix, sys.prefix, Path.cwd())) if hidden in path.parents}
            if hidden.stat().st_mode & 0o005 == 0o005 or not needed:
                continue
            for number, path in enumerate(sorted(needed)):
                kept_at = self.folder / f"kept{number}"
                kept_at.mkdir()
                lines.append(f"mount --bind {path} {kept_at}")
            lines.append(f"mount -t tmpfs -o mode=755 none {hidden}")
            for number, path in enumerate(sorted(needed)):
                lines += [f"mkdir -p {path}", f"mount --bind {self.folder / f'kept{number}'} {path}"]
        lines.append("[ -d /run/sshd ] || { mount -t tmpfs -o mode=755 none /run; mkdir -m 755 /run/sshd; }")
        return "\n".join([*lines, f"exec {sshd}", ""])


def sftp_server() -> str:
    """The program that serves SFTP."""
    for path in ("/usr/lib/openssh/sftp-server", "/usr/libexec/sftp-server", "/usr/libexec/openssh/sftp-server"):
        if Path(path).exists():
            return path
    return "internal-sftp"
