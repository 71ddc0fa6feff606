"""Where a group's file may lie: SQLite's locks cannot be trusted over a network."""

from __future__ import annotations

import re
from pathlib import Path

from store.errors import NetworkFileSystem

_NETWORK = frozenset(
    "nfs nfs4 cifs smb3 smbfs ncpfs afs ceph coda glusterfs lustre fuse.sshfs fuse.rclone fuse.glusterfs davfs".split()
)
_MOUNTS = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\(\d{3})")


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
