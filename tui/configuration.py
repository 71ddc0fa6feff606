"""What the configuration says to the front door: which file is the group's. The rest of it is `mail.configuration`'s.

A TOML file of the user's and one of the site's, of which the user's goes before; `CABAS_CONFIG` names another. People
may edit it: what they wrote stays as it is when cabas changes a line.

    file = "/srv/amap/amap.cabas"

    [password_command]
    "/srv/amap/amap.cabas" = "pass show amap/mailbox"
"""

from __future__ import annotations

from pathlib import Path

from mail.configuration import read_configuration


def group_file() -> Path:
    """The group's file that is opened when none is named; else the one in the user's data directory.

    Raises `ConfigurationBad`.
    """
    named = read_configuration().get("file")
    if isinstance(named, str) and named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_data_path("cabas") / "group.cabas"
