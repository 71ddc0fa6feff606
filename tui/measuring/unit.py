"""The endpoint as a service of a shared server: what systemd is told, and what a web server in front of it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.server.units import confined

if TYPE_CHECKING:
    from tui.server.target import Target

SERVICE = "cabas-measure.service"


def unit(target: Target, host: str, port: int) -> str:
    """The unit's file."""
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return f"""\
# {SERVICE}: put this into /etc/systemd/system, then: systemctl enable --now {SERVICE}
#
# A web server with a certificate hands over to http://{where} what is asked for below the address that cabas knows
# (cabas measure on --address https://…). It must keep no log of it, which would tell who reads what. For nginx:
#     location ~ "/(c/[a-z2-7]+/[0-9]+|o/[a-z2-7]+\\.gif)$" {{ proxy_pass http://{where}; access_log off; }}
[Unit]
Description=cabas: opens and clicks of who allowed to be counted
After=network.target

[Service]
User={target.account}
Group={target.account}
UMask=0007
Environment=LANG=C.UTF-8
ExecStart={target.program} --file {target.file} measure serve --host {host} --port {port}
Restart=on-failure
RestartSec=10
StandardOutput=null

{confined(target, "AF_UNIX AF_INET AF_INET6")}
[Install]
WantedBy=multi-user.target
"""
