"""What a file system means for a group's file: where it may lie, and how a new one gets there whole, and to whom."""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress
from pathlib import Path

from store.errors import DiskFull, FileExists, FileUnreadable, NetworkFileSystem, StoreError

SQLITE_BESIDE = ("-journal", "-wal", "-shm")
"""How what ends that SQLite keeps beside a file: it belongs to that file alone, and would damage another one."""

_NETWORK = frozenset(
    "nfs nfs4 cifs smb3 smbfs ncpfs afs ceph coda glusterfs lustre fuse.sshfs fuse.rclone fuse.glusterfs davfs".split()
)
_MOUNTS = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\(\d{3})")
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
"""How a file system says that it knows no second names, as that of most sticks (link(2))."""


def refuse_network(path: Path, mounts: Path = _MOUNTS) -> None:
    """Raise `NetworkFileSystem` when `path` lies on a file system that is known to be shared over a network.

    Reads the kernel's list of mounts (man 5 proc); where there is none, nothing is refused.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    folder = path.resolve().parent
    best: tuple[int, str] = (-1, "")
    for line in lines:
        before, _, after = line.partition(" - ")
        point = Path(_OCTAL.sub(lambda m: chr(int(m[1], 8)), before.split()[4]))
        if folder.is_relative_to(point):
            best = max(best, (len(point.parts), after.split()[0]), key=lambda found: found[0])
    if best[1] in _NETWORK:
        raise NetworkFileSystem(path, best[1])


def put_in_place(unfinished: Path, path: Path) -> None:
    """Give a finished file its name, whole and for good.

    Raises `FileExists` rather than replace a file, `FileUnreadable` and `DiskFull`.
    """
    try:
        _to_disk(unfinished)
        try:
            os.link(unfinished, path)  # unlike a rename, never over a file made meanwhile
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if os.path.lexists(path):
                raise FileExists(path) from error
            unfinished.rename(path)
        _to_disk(path.parent)
    except FileExistsError as error:
        raise FileExists(path) from error
    except OSError as error:
        raise refused(path, error) from error


def _to_disk(path: Path) -> None:
    """Wait until a file, or a folder's names, are on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Delete a file of SQLite's, if it is there, and what is kept beside it."""
    for suffix in ("", *SQLITE_BESIDE):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def refused(path: Path, error: OSError) -> StoreError:
    """Why the operating system does not let a file be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(path)
    return FileUnreadable(path, error.strerror or str(error))


def give_to(new: Path, like: os.stat_result) -> None:
    """Let a new file or folder belong to whom another one belongs, where root made it: others could not work with it.

    Before its mode is set, as a change of owner takes a part of that away (chown(2)).
    """
    if os.geteuid() == 0:
        with suppress(OSError):  # a file system that knows no owners
            os.chown(new, like.st_uid, like.st_gid)
