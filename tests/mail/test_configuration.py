"""The configuration: the user's goes before the site's, and what people wrote stays."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mail import configuration
from mail.configuration import PASSWORD_COMMAND, ConfigurationBad, entry, read_configuration, set_entry

GROUP = Path("/srv/amap/amap.cabas")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Where the user's is looked for, and the site's."""
    monkeypatch.delenv("CABAS_CONFIG", raising=False)
    user, site = tmp_path / "user" / "cabas.toml", tmp_path / "site" / "cabas.toml"
    monkeypatch.setattr("platformdirs.user_config_path", lambda _name: user.parent)
    monkeypatch.setattr("platformdirs.site_config_path", lambda _name: site.parent)
    site.parent.mkdir()
    return user, site


SITE = """# the site's
file = "/srv/amap/amap.cabas"

[password_command]
"/srv/amap/amap.cabas" = "site's"   # by Paul
"/srv/other.cabas" = "other's"
"""


def test_a_command_of_the_users_hides_nothing_else_of_the_sites(places: tuple[Path, Path]) -> None:
    user, site = places
    site.write_text(SITE)
    set_entry(PASSWORD_COMMAND, Path("/home/marie/demo.cabas"), "mine")
    assert stat.S_IMODE(user.stat().st_mode) == 0o600
    assert read_configuration()["file"] == "/srv/amap/amap.cabas"
    assert entry(PASSWORD_COMMAND, GROUP) == "site's"
    assert entry(PASSWORD_COMMAND, Path("/home/marie/demo.cabas")) == "mine"
    user.write_text('[password_command]\n"/srv/amap/amap.cabas" = "my own"\n')
    assert entry(PASSWORD_COMMAND, GROUP) == "my own"
    assert entry(PASSWORD_COMMAND, Path("/srv/other.cabas")) == "other's"


def test_it_is_written_where_it_lies(places: tuple[Path, Path]) -> None:
    user, site = places
    site.write_text(SITE)
    site.chmod(0o644)
    assert set_entry(PASSWORD_COMMAND, GROUP, "new") == site
    assert "# the site's" in site.read_text()
    assert "# by Paul" in site.read_text()
    assert stat.S_IMODE(site.stat().st_mode) == 0o644, "others go on reading it"
    assert not user.exists()
    assert entry(PASSWORD_COMMAND, GROUP) == "new"


def test_one_that_may_not_be_written_is_gone_before(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    user, site = places
    site.write_text(SITE)
    # Root, whom tests may run as, may write everything.
    monkeypatch.setattr(configuration.os, "access", lambda path, _mode: Path(path) != site)
    assert set_entry(PASSWORD_COMMAND, GROUP, "mine") == user
    assert entry(PASSWORD_COMMAND, GROUP) == "mine"
    set_entry(PASSWORD_COMMAND, GROUP, "")
    assert entry(PASSWORD_COMMAND, GROUP) is None, "nor does the site's come back that was not wanted"
    assert site.read_text() == SITE


def test_a_file_is_named_by_its_real_path(places: tuple[Path, Path], tmp_path: Path) -> None:
    real, link = tmp_path / "real.cabas", tmp_path / "link.cabas"
    real.touch()
    link.symlink_to(real)
    set_entry(PASSWORD_COMMAND, link, "mine")
    assert entry(PASSWORD_COMMAND, real) == "mine"


def test_one_that_anybody_may_write_runs_nothing(places: tuple[Path, Path]) -> None:
    _user, site = places
    site.write_text(SITE)
    site.chmod(0o666)
    with pytest.raises(ConfigurationBad) as bad:
        entry(PASSWORD_COMMAND, GROUP)
    assert (bad.value.path, bad.value.reason) == (site, "writable")


def test_a_table_that_is_none_is_told_and_left(places: tuple[Path, Path]) -> None:
    user, _site = places
    user.parent.mkdir()
    user.write_text("password_command = 'everywhere'\n")
    assert entry(PASSWORD_COMMAND, GROUP) is None
    with pytest.raises(ConfigurationBad):
        set_entry(PASSWORD_COMMAND, GROUP, "mine")
    assert user.read_text() == "password_command = 'everywhere'\n"
