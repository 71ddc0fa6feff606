"""What a server is set up for: one account, its home, the group's file, and the program that all of them start."""

from __future__ import annotations

import os
import pwd
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mail.configuration import ConfigurationBad, read_toml

HOMES = Path("/var/lib")
SITE = Path("/etc/xdg/cabas/cabas.toml")
"""The site's configuration: root's, so that the account itself cannot change which commands it runs."""
PASSWORD = SITE.with_name("password")
"""The mailbox's password. In root's folder: from one of the account's, a link could make systemd hand over any file."""

_MACHINES = tuple(
    map(Path, ("/bin", "/boot", "/dev", "/etc", "/lib", "/proc", "/root", "/run", "/sbin", "/sys", "/usr"))
)
"""Folders of the machine's, which no account may be given; nor one that lies directly under /."""

_ACCOUNT = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
"""useradd(8)."""
_PATH = re.compile(r"/[\w./+@-]+")
"""What systemd, sshd and a shell all read as it stands."""


@dataclass
class TargetRefused(Exception):
    """Nothing can be set up so.

    `reason`: "account" (no name for one), "root", "path" (`said` has other characters), "folder" (the machine's own).
    """

    reason: str
    said: str


@dataclass(frozen=True, slots=True)
class Target:
    """What is wanted; all paths are absolute. `group` is what `cabas init` is told, empty where it is not known."""

    account: str
    home: Path
    file: Path
    program: Path
    group: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not stand in the files of others. Raises `TargetRefused`."""
        if not _ACCOUNT.fullmatch(self.account):
            raise TargetRefused("account", self.account)
        person = self.person
        if self.account == "root" or (person is not None and person.pw_uid == 0):
            raise TargetRefused("root", self.account)
        for path in (self.home, self.file, self.program):
            if not _PATH.fullmatch(str(path)) or ".." in path.parts:
                raise TargetRefused("path", str(path))
        for folder in (self.home, self.folder):
            if len(folder.parts) < 3 or any(folder.is_relative_to(one) for one in _MACHINES):
                raise TargetRefused("folder", str(folder))

    @property
    def person(self) -> pwd.struct_passwd | None:
        """The account as this machine knows it, None where it does not."""
        return person_of(self.account)

    @property
    def folder(self) -> Path:
        """Where the group's file is, with its exports and backups."""
        return self.file.parent

    @property
    def ssh(self) -> Path:
        """Where the keys are."""
        return self.home / ".ssh"


def person_of(account: str | int) -> pwd.struct_passwd | None:
    """An account by name or number, None where this machine has none such."""
    try:
        return pwd.getpwuid(account) if isinstance(account, int) else pwd.getpwnam(account)
    except KeyError:
        return None


def site() -> dict[str, Any]:
    """What the site's configuration says; nothing where only a dry run may not look. Raises `ConfigurationBad`."""
    try:
        return read_toml(SITE)
    except ConfigurationBad as error:
        if error.reason == "unreadable" and os.geteuid() != 0:
            return {}
        raise


def target(account: str, home: Path | None, file: Path | None, program: Path, group: tuple[str, ...] = ()) -> Target:
    """What is wanted, with what this machine has already for what was not said.

    Raises `TargetRefused` and `ConfigurationBad`.
    """
    if home is None:
        person = person_of(account)
        home = Path(person.pw_dir) if person is not None else HOMES / account
    if file is None:
        named = site().get("file")
        file = Path(named) if isinstance(named, str) else home / "group" / "group.cabas"
    return Target(account, Path(os.path.abspath(home)), Path(os.path.abspath(file)), program, group)  # noqa: PTH100 - links stay
