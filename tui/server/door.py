"""What sshd is told about the account (sshd_config(5)): keys only, no forwarding, whatever holds for everybody else."""

from __future__ import annotations

import fnmatch
import grp
import os
import pwd
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from templates.words import _
from tui.server import units
from tui.server.steps import PATH, StepFailed, holds, run, write
from tui.server.target import Target

SSHD_CONFIG = Path("/etc/ssh/sshd_config")
SNIPPET = SSHD_CONFIG.with_name("sshd_config.d") / "cabas.conf"
_PRIVILEGE_SEPARATION = Path("/run/sshd")

WANTED = {
    "pubkeyauthentication": "yes",
    "authenticationmethods": "publickey",
    "passwordauthentication": "no",
    "kbdinteractiveauthentication": "no",
    "authorizedkeysfile": ".ssh/authorized_keys",
    "disableforwarding": "yes",
    "permituserrc": "no",
    "forcecommand": "none",
    "authorizedkeyscommand": "none",
    "trustedusercakeys": "none",
    "permituserenvironment": "no",
}
"""What `sshd -T` says of the account where all is as it should be."""
_OURS = ("authenticationmethods", "disableforwarding", "permituserrc")
"""What is so only where somebody says it: sshd reads the snippet."""


def snippet(account: str) -> str:
    """What stands in `sshd_config.d`."""
    return f"""\
# Written by "cabas server install", which writes it anew.
# {account} comes in by a key, and each key opens cabas and nothing else.
Match User {account}
    PubkeyAuthentication yes
    AuthenticationMethods publickey
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    AuthorizedKeysFile .ssh/authorized_keys
    DisableForwarding yes
    PermitTunnel no
    PermitUserRC no
    ForceCommand none
    AuthorizedKeysCommand none
    TrustedUserCAKeys none
    AcceptEnv LANG LC_*
    ClientAliveInterval 60
    ClientAliveCountMax 5
"""


def sshd() -> str | None:
    """The server's program, None where it is not installed."""
    return shutil.which("sshd", path=PATH)


def settings(account: str) -> dict[str, list[str]]:
    """What sshd would hold this account to, by its words in small letters; needs root. Raises `StepFailed`."""
    found: dict[str, list[str]] = {}
    for line in run([_sshd(), "-T", "-C", f"user={account},host=localhost,addr=127.0.0.1"]).splitlines():
        name, _space, value = line.partition(" ")
        found.setdefault(name.lower(), []).append(value)
    return found


def differing(found: dict[str, list[str]]) -> list[str]:
    """What sshd's settings lack, as lines of its configuration."""
    return [f"{name} {' '.join(found.get(name, []))}" for name, value in WANTED.items() if found.get(name) != [value]]


def taken_from_clients(found: dict[str, list[str]]) -> list[str]:
    """The variables that sshd takes from whoever comes in, beyond the language: PYTHONINSPECT would open Python."""
    allowed = (named for value in found.get("acceptenv", []) for named in value.split())
    return sorted({name for name in allowed if name != "LANG" and not name.startswith("LC_")})


def otherwise(found: dict[str, list[str]]) -> str:
    """What to do where settings differ although the snippet stands there as it should."""
    if not any(found.get(name) == [WANTED[name]] for name in _OURS):
        return _("sshd does not read {path}. Put this line at the top of {config}: {line}").format(
            path=SNIPPET, config=SSHD_CONFIG, line=f"Include {SNIPPET.parent}/*.conf"
        )
    return _("sshd goes by what it reads first. Take out, before {path} or for everybody: {settings}").format(
        path=SNIPPET, settings=", ".join(differing(found))
    )


def shut_out(person: pwd.struct_passwd, found: dict[str, list[str]]) -> str:
    """The setting that lets only others in, or not this one; "" where none does."""
    groups = {group.gr_name for group in grp.getgrall() if person.pw_name in group.gr_mem}
    with suppress(KeyError):
        groups.add(grp.getgrgid(person.pw_gid).gr_name)
    for kind, names in (("users", {person.pw_name}), ("groups", groups)):
        for word, shut in ((f"Deny{kind.title()}", True), (f"Allow{kind.title()}", False)):
            patterns = " ".join(found.get(word.lower(), [])).split()
            named = any(fnmatch.fnmatchcase(name, one.partition("@")[0]) for one in patterns for name in names)
            if patterns and named is shut:
                return word
    return ""


def put_in_place(target: Target) -> None:
    """Write the snippet, once sshd understands it, and let the running one read it. Raises `StepFailed`.

    sshd with a configuration that it does not understand would let nobody in any more, root neither.
    """
    content = snippet(target.account)
    _try_out(content)
    before = SNIPPET.read_text(encoding="utf-8") if SNIPPET.exists() else None
    write(SNIPPET, content)
    try:
        run([_sshd(), "-t"])
    except StepFailed:
        if before is None:
            SNIPPET.unlink()
        else:
            write(SNIPPET, before)
        raise
    found = settings(target.account)
    if differing(found):
        raise StepFailed(otherwise(found))
    if units.runs():
        run(["systemctl", "try-reload-or-restart", "ssh.service"])


def in_place(target: Target) -> bool:
    """Whether the snippet is there as it would be written now, and sshd goes by it as far as one may look."""
    if not holds(SNIPPET, snippet(target.account)):
        return False
    if os.geteuid() != 0 or target.person is None:
        return True
    try:
        return not differing(settings(target.account))
    except StepFailed:
        return False


def _try_out(content: str) -> None:
    with tempfile.NamedTemporaryFile("w", prefix="cabas-sshd-", encoding="utf-8") as trial:
        trial.write(f"Include {SSHD_CONFIG}\n{content}")
        trial.flush()
        run([_sshd(), "-t", "-f", trial.name])


def _sshd() -> str:
    """The server's program. Raises `StepFailed` where there is none; makes what it wants to find before it looks."""
    found = sshd()
    if found is None:
        raise StepFailed(_("sshd is not installed: apt-get install openssh-server"))
    if os.geteuid() == 0:
        # systemd makes it when it starts sshd; without it sshd does not even read its configuration.
        _PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    return found
