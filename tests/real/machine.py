"""A Debian machine to set up: the tests' own, in a mount namespace with copies of all that is changed.

`/etc` is a copy, `/var/lib`, `/run`, `/opt` and `/usr/local/bin` are empty, and of `/root` and `/home` only what Python
itself needs is there. Processes outside see nothing of it.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import MEMORY, in_memory
from tests.real.ports import free_port
from tests.real.sshd import Ended, missing, namespaces

SBIN = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CABAS = Path(sys.executable).with_name("cabas")
CHANGED = ("/etc", "/var/lib", "/opt", "/usr/local/bin")
MARK = "/etc/cabas-test-machine"


def cannot() -> str:
    """Why no machine can be had here; empty when one can."""
    if not namespaces():
        return "only root can make a machine of mount namespaces"
    for command in ("useradd", "runuser", "systemd-analyze"):
        if shutil.which(command, path=SBIN) is None:
            return f"{command} is not here: these tests set up Debian"
    return missing()


class Machine:
    """`with Machine() as machine: machine("useradd", …)`, as root of that machine."""

    def __enter__(self) -> Machine:
        self.folder = Path(tempfile.mkdtemp(prefix="cabas-machine-", dir=MEMORY if in_memory() else None))
        self.folder.chmod(0o755)
        self._sshd: subprocess.Popen[bytes] | None = None
        (self.folder / "start.sh").write_text(self._script())
        self._holder = subprocess.Popen(
            ["unshare", "-m", "--propagation", "private", "sh", str(self.folder / "start.sh")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"ready\n"
        return self

    def __exit__(self, *_: object) -> None:
        if self._sshd is not None:
            self._sshd.terminate()
            self._sshd.wait()
        assert self._holder.stdin is not None
        self._holder.stdin.close()
        self._holder.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __call__(self, *command: object, code: int = 0, stdin: bytes = b"") -> str:
        """Run a command as root; returns all that it wrote."""
        done = self.run(*command, stdin=stdin)
        assert done.code == code, f"{command}: {done.code}\n{done.said}"
        return done.said

    def run(self, *command: object, stdin: bytes = b"") -> Ended:
        """Run a command as root."""
        # Closed as root's home is, which here holds the Python that the account runs.
        environment = {"PATH": SBIN, "LANG": "C.UTF-8", "HOME": "/run/root", "USER": "root", "LOGNAME": "root"}
        done = subprocess.run([*self._inside(), *map(str, command)], input=stdin, capture_output=True, env=environment)
        return Ended(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def install(self, *arguments: object, code: int = 0) -> str:
        """`cabas server install` as root of this machine, and of no other."""
        self("test", "-e", MARK)
        return self(CABAS, "server", "install", *arguments, code=code)

    def as_account(self, *arguments: object, code: int = 0, stdin: bytes = b"") -> str:
        """What the guide tells whoever looks after the server to do."""
        return self("runuser", "-u", "cabas", "--", *arguments, code=code, stdin=stdin)

    def cabas(self, *arguments: object, code: int = 0, stdin: bytes = b"") -> str:
        """`cabas` in the account, by the name that installing has given it."""
        return self.as_account("cabas", *arguments, code=code, stdin=stdin)

    def tree(self) -> set[str]:
        """A line for each of what is there where installing changes anything, with modes, owners and contents.

        Not SQLite's log: a mere look at the language opens the file.
        """
        shown = "find /etc /var/lib /usr/local/bin ! -name '*-shm' ! -name '*-wal' -printf '%p %M %u %g %l\n' | sort"
        sums = "find /etc /var/lib /usr/local/bin -type f ! -name '*-shm' ! -name '*-wal' -exec md5sum {} + | sort"
        return set(self("sh", "-c", f"{shown}; {sums}").splitlines())

    def read(self, path: str) -> str:
        """A file as this machine has it."""
        return self("cat", path)

    def start_sshd(self) -> int:
        """Start sshd with the machine's own configuration, on loopback; returns the port."""
        port = free_port()
        self("mkdir", "-p", "/run/sshd")
        command = ["/usr/sbin/sshd", "-D", "-o", f"Port={port}", "-o", "ListenAddress=127.0.0.1", "-o", "PidFile=none"]
        self._sshd = subprocess.Popen(
            [*self._inside(), *command, "-E", str(self.folder / "sshd.log")], stdin=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while True:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
                    assert line.recv(4) == b"SSH-"
                return port
            except OSError:
                assert self._sshd.poll() is None, (self.folder / "sshd.log").read_text()
                assert time.monotonic() < until
                time.sleep(0.02)

    def _inside(self) -> list[str]:
        return ["nsenter", f"--target={self._holder.pid}", "--mount", "--wd=/", "--"]

    def _script(self) -> str:
        lines = ["set -e", f"cp -a /etc {self.folder}/etc", f"rm -f {self.folder}/etc/ssh/sshd_config.d/*"]
        for number, path in enumerate(CHANGED[1:]):
            lines += [f"mkdir -m 755 {self.folder}/changed{number}"]
            lines += [f"mount --bind {self.folder}/changed{number} {path}"]
        lines += [f"mount --bind {self.folder}/etc /etc", f"touch {MARK}", "mount -t tmpfs -o mode=755 none /run"]
        lines += ["mkdir -m 700 /run/root"]
        for hidden in map(Path, ("/root", "/home")):
            needed = {path for path in map(Path, (sys.base_prefix, sys.prefix, Path.cwd())) if hidden in path.parents}
            for number, path in enumerate(sorted(needed)):
                lines += [
                    f"mkdir {self.folder}{hidden}{number} -p",
                    f"mount --bind {path} {self.folder}{hidden}{number}",
                ]
            lines.append(f"mount -t tmpfs -o mode=755 none {hidden}")
            for number, path in enumerate(sorted(needed)):
                lines += [f"mkdir -p {path}", f"mount --bind {self.folder}{hidden}{number} {path}"]
        lines += ["[ -f /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -A", "echo ready", "read _end || true"]
        return "\n".join([*lines, ""])
