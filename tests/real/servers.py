"""A real Postfix that takes submissions as a provider does, with Dovecot for logins and IMAP: all on loopback ports.

Mail is delivered into one Maildir, but for what comes to the mailbox itself: that is read by IMAP. Nothing of the
machine's own mail service is touched: configuration, queue, data and logs are in one folder.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.mail.certificates import Authority, Certificate
from tests.real.ports import free_port

USER, PASSWORD = "amap@exemple.fr", "brouette-en-bois"
RATE = 3
"""How many mails `Servers.slow_port` takes in two seconds."""
REFUSED, NO_USER = "inconnu@exemple.fr", "550 5.1.1 no such user"
# Accepted, and returned afterwards.
GONE, FULL = "disparue@exemple.fr", "pleine@exemple.fr"


def missing() -> str:
    """Why real servers cannot be started here; empty when they can."""
    if os.geteuid() != 0:
        return "Postfix starts as root only"
    for command in ("postfix", "dovecot"):
        if _command(command) is None:
            return f"{command} is not installed (Debian: postfix, dovecot-core)"
    version = subprocess.run([_command("dovecot") or "", "--version"], capture_output=True, text=True).stdout
    if not Path("/usr/lib/dovecot/imap").exists():
        return "Dovecot has no IMAP (Debian: dovecot-imapd)"
    return "" if version.startswith("2.3.") else f"these tests configure Dovecot 2.3, not {version.strip()}"


def _command(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


@dataclass
class Delivered:
    """A mail that reached the Maildir, and whom it was for."""

    recipient: str
    mail: EmailMessage


class Servers:
    """`with Servers() as servers:` a submission port with STARTTLS, one with TLS from the start, one with a limit."""

    def __init__(self) -> None:
        # Not pytest's own folder, which the daemons' users may not enter.
        self.folder = Path(tempfile.mkdtemp(prefix="cabas-real-"))
        self.folder.chmod(0o755)
        self.authority = Authority(self.folder)
        self.port, self.tls_port, self._auth_port = free_port(), free_port(), free_port()
        self.imap_port, self.imap_tls_port, self.slow_port = free_port(), free_port(), free_port()
        self.maildir, self.box = self.folder / "mails" / "all", self.folder / "mails" / "box"
        self._dovecot: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Servers:
        try:
            self._configure(self.authority.issue())
            conf = self.folder / "dovecot.conf"
            self._dovecot = subprocess.Popen([_command("dovecot") or "", "-F", "-c", conf])
            self._postfix("start")
            for port in (self._auth_port, self.imap_port, self.imap_tls_port, self.port, self.tls_port):
                self._wait_for(port)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._postfix("stop", check=False)
        if self._dovecot is not None:
            self._dovecot.terminate()
            self._dovecot.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def delivered(self) -> list[Delivered]:
        """Every mail in the Maildir."""
        found = []
        for path in sorted((self.maildir / "new").glob("*")):
            mail = message_from_bytes(path.read_bytes(), policy=default)
            found.append(Delivered(str(mail["X-Original-To"] or mail["Delivered-To"]), mail))
        return found

    def file_into(self, folder: str, mail: bytes) -> None:
        """Put a mail into a folder of the mailbox, "" the inbox, as the provider does."""
        path = self.box / f".{folder}" if folder else self.box
        owner = pwd.getpwnam("postfix")
        for part in (path, *(path / name for name in ("cur", "new", "tmp"))):
            part.mkdir(parents=True, exist_ok=True)
            os.chown(part, owner.pw_uid, owner.pw_gid)
        file = path / "new" / f"{time.time_ns()}.M1.localhost"
        file.write_bytes(mail)
        os.chown(file, owner.pw_uid, owner.pw_gid)

    def wait_for_queue(self) -> None:
        """Until Postfix has delivered what it accepted."""
        until = time.monotonic() + 30
        queue = self.folder / "queue"
        while any(path.is_file() for name in ("incoming", "active", "maildrop") for path in (queue / name).rglob("*")):
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)

    def log(self) -> str:
        """What the servers wrote down."""
        return "\n".join(path.read_text() for path in self.folder.glob("*.log"))

    def _postfix(self, action: str, *, check: bool = True) -> None:
        done = subprocess.run(
            [_command("postfix") or "", "-c", self.folder / "etc", action], capture_output=True, text=True
        )
        assert not check or done.returncode == 0, f"{done.stderr}\n{self.log()}"

    def _wait_for(self, port: int) -> None:
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < until, self.log()
                time.sleep(0.05)

    def _configure(self, certificate: Certificate) -> None:
        owner = pwd.getpwnam("postfix")
        mails = self.folder / "mails"
        for name in ("etc", "queue", "data", "mails"):
            (self.folder / name).mkdir()
        for path in (self.folder / "data", mails):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        certificate.certificate.chmod(0o644)
        (self.folder / "etc" / "main.cf").write_text(self._main_cf(certificate, owner))
        (self.folder / "etc" / "master.cf").write_text(self._master_cf())
        (self.folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (self.folder / "users").chmod(0o644)
        (self.folder / "dovecot.conf").write_text(self._dovecot_conf(certificate))

    def _main_cf(self, certificate: Certificate, owner: pwd.struct_passwd) -> str:
        daemons = subprocess.run(
            [_command("postconf") or "", "-d", "-h", "daemon_directory"], capture_output=True, text=True
        ).stdout.strip()
        lines = {
            "compatibility_level": "3.6",
            "queue_directory": self.folder / "queue",
            "data_directory": self.folder / "data",
            "daemon_directory": daemons,
            "maillog_file": self.folder / "postfix.log",
            "maillog_file_prefixes": self.folder,
            "myhostname": "mail.exemple.fr",
            "mydestination": "",
            "alias_maps": "",
            "inet_interfaces": "loopback-only",
            "inet_protocols": "ipv4",
            "smtpd_error_sleep_time": "0",
            "anvil_rate_time_unit": "2s",
            "smtpd_peername_lookup": "no",
            "smtpd_banner": "$myhostname ESMTP",
            "virtual_mailbox_domains": "static:all",
            "virtual_mailbox_maps": f"inline:{{ {{ {USER} = box/ }} }}, static:all/",
            "transport_maps": f"inline:{{ {{ {GONE} = error:5.1.1 no such user here }},"
            f" {{ {FULL} = error:5.2.2 mailbox full }} }}",
            "virtual_mailbox_base": self.folder / "mails",
            "virtual_minimum_uid": 1,
            "virtual_uid_maps": f"static:{owner.pw_uid}",
            "virtual_gid_maps": f"static:{owner.pw_gid}",
            "smtpd_tls_cert_file": certificate.certificate,
            "smtpd_tls_key_file": certificate.key,
            "smtpd_tls_security_level": "may",
            "smtpd_tls_auth_only": "yes",
            "smtpd_sasl_auth_enable": "yes",
            "smtpd_sasl_type": "dovecot",
            "smtpd_sasl_path": f"inet:127.0.0.1:{self._auth_port}",
            "smtpd_sender_login_maps": f"inline:{{ {{ {USER} = {USER} }} }}",
            "smtpd_sender_restrictions": "reject_sender_login_mismatch",
            "smtpd_recipient_restrictions": f"check_recipient_access inline:{{ {{ {REFUSED} = {NO_USER} }} }},"
            " permit_sasl_authenticated, reject",
        }
        return "".join(f"{name} = {value}\n" for name, value in lines.items())

    def _master_cf(self) -> str:
        return f"""\
127.0.0.1:{self.port}     inet n - n - - smtpd -o rewrite_service_name=trusting
127.0.0.1:{self.tls_port} inet n - n - - smtpd -o rewrite_service_name=trusting -o smtpd_tls_wrappermode=yes
127.0.0.1:{self.slow_port} inet n - n - - smtpd -o rewrite_service_name=trusting
  -o smtpd_client_message_rate_limit={RATE} -o smtpd_client_event_limit_exceptions=
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
trusting  unix  - - n - - trivial-rewrite -o transport_maps=
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
proxymap  unix  - - n - - proxymap
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""

    def _dovecot_conf(self, certificate: Certificate) -> str:
        group = grp.getgrgid(pwd.getpwnam("postfix").pw_gid).gr_name
        return f"""\
base_dir = {self.folder}/run
state_dir = {self.folder}/run
log_path = {self.folder}/dovecot.log
protocols = imap
ssl = yes
ssl_cert = <{certificate.certificate}
ssl_key = <{certificate.key}
disable_plaintext_auth = yes
first_valid_uid = 1
mail_location = maildir:{self.box}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Envoyes {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Indesirables {{
    auto = subscribe
    special_use = \\Junk
  }}
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {self.imap_port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {self.imap_tls_port}
    ssl = yes
  }}
}}
auth_mechanisms = plain login
auth_failure_delay = 0 secs
passdb {{
  driver = passwd-file
  args = {self.folder}/users
}}
userdb {{
  driver = static
  args = uid=postfix gid={group} home={self.folder}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {self._auth_port}
  }}
}}
# Without it a wrong password makes the next logins wait for seconds.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""
