"""A mailbox to be read, in a process of its own: what IMAP (RFC 3501) needs to be read only, with scripted faults.

What it holds is a file of JSON, read again whenever a folder is opened. Each command it gets is written down. A rule
names the moment ("greeting", "capability", "starttls", "login", "list", "examine", "search", "fetch", "logout";
"fetch 3": only the mail of this number; "tls": before the handshake) and what happens then: a reply ("NO …", "BAD …",
"BYE …"), "drop", "silent", or "half": the line breaks in the middle of what was asked for.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
import socket
import ssl
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

USER, PASSWORD = "amap@exemple.fr", "brouette en bois é"


@dataclass
class ImapScript:
    rules: dict[str, str] = field(default_factory=dict)
    tls: str = "none"
    certificate: str = ""
    key: str = ""
    login: str = "PLAIN"  # the mechanisms that it offers; LOGIN: the command of that name only
    special_use: bool = True
    tokens: list[str] = field(default_factory=list)  # those that XOAUTH2 takes


class ImapServer:
    """`with ImapServer(folder) as server: server.put("INBOX", mail)`; the client reads at `server.port`."""

    def __init__(self, folder: Path, script: ImapScript | None = None) -> None:
        self._content, self._log, self._rules = folder / "imap.json", folder / "imap.log", folder / "imap.rules"
        self.follow(script or ImapScript())
        self._process: subprocess.Popen[str] | None = None
        self._folders: dict[str, dict[str, object]] = {}
        self.port = 0
        self.folder("INBOX")

    def folder(self, name: str, mark: str = "", uidvalidity: int = 7) -> None:
        """Add a folder, with a mark as `\\Sent`, or give all mails of one that is there new numbers."""
        old = self._folders.get(name, {"mails": []})["mails"]
        first = 1 + 100 * (uidvalidity - 7)
        mails = [{**mail, "uid": first + at} for at, mail in enumerate(old)]
        self._folders[name] = {"mark": mark, "uidvalidity": uidvalidity, "next": first + len(mails), "mails": mails}
        self._write()

    def put(self, name: str, raw: bytes, arrived: datetime | None = None) -> int:
        """Put a mail into a folder, and return its number."""
        folder = self._folders[name]
        uid = folder["next"]
        moment = (arrived or datetime(2026, 11, 21, 20, 4, tzinfo=UTC)).strftime("%d-%b-%Y %H:%M:%S +0000")
        folder["mails"].append({"uid": uid, "date": moment, "raw": base64.b64encode(raw).decode()})
        folder["next"] = uid + 1
        self._write()
        return uid

    def follow(self, script: ImapScript) -> None:
        """Go by another script from the next connection on."""
        self._rules.write_text(json.dumps(asdict(script)))

    def start(self) -> None:
        self._process = subprocess.Popen(
            # The standard library is all it needs: without site-packages it starts in half the time.
            [sys.executable, "-I", "-S", __file__, str(self._content), str(self._log), str(self._rules)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())

    def commands(self) -> list[str]:
        """Every command it got, without its tag and without passwords."""
        return self._log.read_text().splitlines() if self._log.exists() else []

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
            self._process = None

    def __enter__(self) -> ImapServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _write(self) -> None:
        new = self._content.with_suffix(".new")
        new.write_text(json.dumps(self._folders))
        new.rename(self._content)


class _Over(Exception):
    pass


class _Talk:
    def __init__(self, sock: socket.socket, content: Path, log: Path, script: ImapScript) -> None:
        self.sock, self.content, self.log, self.script = sock, content, log, script
        self.file = sock.makefile("rb")
        self.open: dict[str, object] = {}

    def say(self, text: bytes | str) -> None:
        self.sock.sendall((text.encode() if isinstance(text, str) else text) + b"\r\n")

    def rule(self, at: str, tag: str = "*") -> bool:
        """Whether something else happens at this moment than what was asked for."""
        reply = self.script.rules.get(at, "")
        if reply == "drop":
            raise _Over
        if reply == "silent":
            time.sleep(3600)
        if reply.startswith("BYE"):
            self.say(f"* {reply}")
            raise _Over
        if reply and reply != "half":
            self.say(f"{tag} {reply}")
        return bool(reply) and reply != "half"

    def wrap(self) -> None:
        self.rule("tls")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.script.certificate, self.script.key)
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.file = self.sock.makefile("rb")

    def run(self) -> None:
        if self.script.tls == "implicit":
            self.wrap()
        preauth = self.script.rules.get("greeting", "").startswith("PREAUTH")
        if self.rule("greeting"):
            if not preauth:
                return
        else:
            self.say("* OK ready")
        while line := self.file.readline().decode("utf-8", "replace").rstrip("\r\n"):
            tag, _, command = line.partition(" ")
            name, _, rest = command.partition(" ")
            name = name.upper()
            with self.log.open("a") as log:
                log.write(f"{name}\n" if name in ("LOGIN", "AUTHENTICATE") else f"{command}\n")
            if name == "UID":
                name, _, rest = rest.partition(" ")
            act = getattr(self, f"do_{name.lower()}", None)
            if act is None:
                self.say(f"{tag} BAD no such command")
                continue
            moment = {"authenticate": "login"}.get(name.lower(), name.lower())
            if not self.rule(moment, tag):
                act(tag, rest)

    def do_capability(self, tag: str, _rest: str) -> None:
        starttls = " STARTTLS" if self.script.tls == "starttls" and not isinstance(self.sock, ssl.SSLSocket) else ""
        mechanisms = "" if self.script.login == "LOGIN" else f" AUTH={self.script.login}"
        self.say(f"* CAPABILITY IMAP4rev1{starttls}{mechanisms}")
        self.say(f"{tag} OK done")

    def do_starttls(self, tag: str, _rest: str) -> None:
        self.say(f"{tag} OK go on")
        self.wrap()

    def do_login(self, tag: str, rest: str) -> None:
        self.let_in(tag, shlex.split(rest) == [USER, PASSWORD])

    def do_authenticate(self, tag: str, rest: str) -> None:
        self.say("+ ")
        said = base64.b64decode(self.file.readline()).decode()
        if rest == "PLAIN":
            self.let_in(tag, said == f"\0{USER}\0{PASSWORD}")
            return
        good = any(said == f"user={USER}\x01auth=Bearer {token}\x01\x01" for token in self.script.tokens)
        if not good:
            self.say("+ " + base64.b64encode(b'{"status":"400"}').decode())
            assert self.file.readline() == b"\r\n", "a refusal is answered by an empty line"
        self.let_in(tag, good)

    def let_in(self, tag: str, good: bool) -> None:
        self.say(f"{tag} OK welcome" if good else f"{tag} NO [AUTHENTICATIONFAILED] Authentication failed.")

    def do_list(self, tag: str, _rest: str) -> None:
        for name, folder in json.loads(self.content.read_text()).items():
            mark = folder["mark"] if self.script.special_use else ""
            self.say(f'* LIST (\\HasNoChildren {mark}) "/" "{_on_the_wire(name)}"')
        self.say(f"{tag} OK done")

    def do_examine(self, tag: str, rest: str) -> None:
        folders = {_on_the_wire(name): folder for name, folder in json.loads(self.content.read_text()).items()}
        name = rest.strip('"')
        if name not in folders:
            self.say(f"{tag} NO no such folder")
            return
        self.open = folders[name]
        self.say(f"* {len(self.open['mails'])} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.open['uidvalidity']}] numbers")
        self.say(f"* OK [UIDNEXT {self.open['next']}] next")
        self.say(f"{tag} OK [READ-ONLY] done")

    def do_search(self, tag: str, rest: str) -> None:
        words = shlex.split(rest)
        mails = self.open["mails"]
        if words[0] == "UID":
            first = int(words[1].partition(":")[0])
            found = [mail["uid"] for mail in mails if mail["uid"] >= first] or [mail["uid"] for mail in mails[-1:]]
        elif words[0] == "SINCE":
            found = [mail["uid"] for mail in mails if _day(mail["date"]) >= _day(words[1])]
        else:
            wanted = re.compile(rf"^{words[1]}:.*{re.escape(words[2])}", re.IGNORECASE | re.MULTILINE)
            found = [m["uid"] for m in mails if wanted.search(base64.b64decode(m["raw"]).decode("latin-1"))]
        self.say("* SEARCH " + " ".join(map(str, found)))
        self.say(f"{tag} OK done")

    def do_fetch(self, tag: str, rest: str) -> None:
        uids, _, items = rest.partition(" ")
        wanted = set(map(int, uids.split(",")))
        if any(self.rule(f"fetch {uid}", tag) for uid in wanted):
            return
        for number, mail in enumerate(self.open["mails"], 1):
            if mail["uid"] not in wanted:
                continue
            raw = base64.b64decode(mail["raw"])
            part, most = re.search(r"BODY\.PEEK\[(.*)\]<0\.(\d+)>", items).groups()
            text = (raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if part == "HEADER" else raw)[: int(most)]
            head = f'UID {mail["uid"]} INTERNALDATE "{mail["date"]}" RFC822.SIZE {len(raw)}'
            if self.script.rules.get("fetch") == "half":
                self.sock.sendall(f"* {number} FETCH ({head} BODY[{part}]<0> {{{len(text)}}}\r\n".encode() + text[:20])
                raise _Over
            self.say(f"* {number} FETCH (FLAGS ())")  # another program looks at it at the same time
            self.say(f"* {number} FETCH ({head} BODY[{part}]<0> {{{len(text)}}}\r\n".encode() + text + b")")
        self.say(f"{tag} OK done")

    def do_logout(self, tag: str, _rest: str) -> None:
        self.say("* BYE see you")
        self.say(f"{tag} OK done")
        raise _Over


def _on_the_wire(name: str) -> str:
    """A folder's name in the protocol's own UTF-7 (RFC 3501, 5.1.3)."""
    return re.sub(r"[^ -~]+", lambda found: "&" + found[0].encode("utf-7")[1:-1].decode().replace("/", ",") + "-", name)


def _day(text: str) -> datetime:
    return datetime.strptime(f"{text[:11]} +0000", "%d-%b-%Y %z")


def _serve(sock: socket.socket, content: Path, log: Path, script: ImapScript) -> None:
    talk = _Talk(sock, content, log, script)
    try:
        talk.run()
    except (_Over, OSError):
        pass
    finally:
        talk.file.close()
        talk.sock.close()


def main(content: str, log: str, rules: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            sock, _ = server.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            what = (sock, Path(content), Path(log), ImapScript(**json.loads(Path(rules).read_text())))
            threading.Thread(target=_serve, args=what, daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
