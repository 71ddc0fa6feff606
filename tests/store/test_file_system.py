"""A group's file on a shared network folder is refused; the kernel's list of mounts is the fault that is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import NetworkFileSystem
from store.file_system import refuse_network


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    listing = tmp_path / "mountinfo"
    listing.write_text(
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        "30 22 0:40 / /srv/our\\040groups rw shared:2 - nfs4 server:/groups rw\n"
        "31 30 8:2 / /srv/our\\040groups/local rw - ext4 /dev/sdb1 rw\n"
    )
    return listing


def test_a_network_folder_is_refused_with_its_kind(mounts: Path) -> None:
    with pytest.raises(NetworkFileSystem) as refused:
        refuse_network(Path("/srv/our groups/amap.cabas"), mounts)
    assert refused.value.kind == "nfs4"


@pytest.mark.parametrize("path", ["/home/marie/amap.cabas", "/srv/our groups/local/amap.cabas", "/srv/amap.cabas"])
def test_a_disk_of_the_machine_is_fine(mounts: Path, path: str) -> None:
    refuse_network(Path(path), mounts)


def test_a_system_without_a_list_of_mounts_refuses_nothing(tmp_path: Path) -> None:
    refuse_network(Path("/srv/our groups/amap.cabas"), tmp_path / "none")
