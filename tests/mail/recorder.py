"""A mail server in a process of its own that writes down what it accepted before it says so.

What it knows survives the client's death: each accepted mail is one line of JSON, written before the answer goes out.
Its faults are scripted: a rule names the moment ("greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "dot":
the text is complete and not accepted, "taken": it is accepted and not answered) and what happens then.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import random
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Rule:
    """`at` a moment: answer `reply`, or "drop" the line, or be "silent"; for one recipient, some times, after some."""

    at: str
    reply: str
    only: str = ""
    times: int = 1_000_000
    after: int = 0


@dataclass
class Script:
    rules: list[Rule] = field(default_factory=list)
    chaos: float = 0.0  # the share of mails that meet a fault at their dot, one of three kinds
    seed: int = 1
    tls: str = "none"
    certificate: str = ""
    key: str = ""
    user: str = ""
    password: str = ""
    tokens: list[str] = field(default_factory=list)  # those that XOAUTH2 takes, which is then the only way in
    delay: float = 0.0  # seconds before each dot is answered
    whole: bool = False  # what was accepted is written down with its "content", as base64


class Recorder:
    """The server as a test sees it: `with Recorder(folder, Script(...)) as server: server.port, server.accepted()`."""

    def __init__(self, folder: Path, script: Script | None = None) -> None:
        self.log = folder / "accepted.jsonl"
        self.script = script or Script()
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    def __enter__(self) -> Recorder:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, script: Script | None = None) -> None:
        """Start, or start again on the same port with another script."""
        self.script = script or self.script
        self._process = subprocess.Popen(
            # The standard library is all it needs: without site-packages it starts in half the time.
            [sys.executable, "-I", "-S", __file__, str(self.log), str(self.port), json.dumps(asdict(self.script))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())

    def follow(self, script: Script) -> None:
        """Follow other rules from now on, without starting again; TLS, the login and the chaos stay as they are."""
        assert self._process
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(script)) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "follows\n"

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
            self._process.stdout.close()
            self._process = None

    def events(self, kind: str) -> list[dict[str, str]]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [event for event in map(json.loads, lines) if event["event"] == kind]

    def accepted(self) -> list[dict[str, str]]:
        """Every mail that was accepted, in order: "to", "from", "ref" (Message-ID), "hash" of its bytes."""
        return self.events("accepted")


class _Server:
    def __init__(self, log: Path, script: Script) -> None:
        self.script = script
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._lock = threading.Lock()
        self._met: dict[int, int] = {}
        self._random = random.Random(script.seed)
        self.context: ssl.SSLContext | None = None
        if script.tls != "none":
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(script.certificate, script.key)

    def follow(self, script: Script) -> None:
        with self._lock:
            self.script.rules, self.script.delay = script.rules, script.delay
            self._met.clear()

    def write(self, event: str, **details: str) -> None:
        os.write(self._log, json.dumps({"event": event, **details}).encode() + b"\n")

    def rule(self, at: str, recipient: str = "") -> Rule | None:
        with self._lock:
            for number, rule in enumerate(self.script.rules):
                if rule.at != at or (rule.only and rule.only != recipient):
                    continue
                met = self._met[number] = self._met.get(number, 0) + 1
                if rule.after < met <= rule.after + rule.times:
                    return rule
            if at == "dot" and self._random.random() < self.script.chaos:
                kind = self._random.choice(["451 4.3.0 try again", "drop", "taken"])
                return Rule(at, kind)
        return None


class _Dropped(Exception):
    pass


class _Talk:
    def __init__(self, server: _Server, sock: socket.socket) -> None:
        self.server, self.sock = server, sock
        self.file = sock.makefile("rb")
        self.sender = self.recipient = ""

    def say(self, text: str) -> None:
        self.sock.sendall(text.encode() + b"\r\n")

    def step(self, at: str, reply: str) -> bool:
        """Answer; False when a rule refused."""
        rule = self.server.rule(at, self.recipient)
        if rule is None:
            self.say(reply)
            return True
        if rule.reply == "drop":
            raise _Dropped
        if rule.reply == "silent":
            time.sleep(3600)
        self.say(rule.reply)
        if rule.reply.startswith("421"):
            raise _Dropped
        return False

    def talk(self) -> None:
        self.server.write("connection")
        if self.server.script.tls == "implicit":
            self.encrypt()
        self.step("greeting", "220 recorder ready")
        while line := self.file.readline():
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            handler = getattr(self, f"on_{verb.lower()}", None)
            if handler is None:
                self.say("500 5.5.1 what?")
            elif handler(rest):
                return

    def encrypt(self) -> None:
        assert self.server.context
        self.sock = self.server.context.wrap_socket(self.sock, server_side=True)
        self.file = self.sock.makefile("rb")

    def on_ehlo(self, _rest: str) -> None:
        extensions = ["recorder", "8BITMIME", "SIZE 10000000"]
        if self.server.script.tls == "starttls" and not isinstance(self.sock, ssl.SSLSocket):
            extensions.append("STARTTLS")
        if self.server.script.user:
            extensions.append("AUTH XOAUTH2" if self.server.script.tokens else "AUTH PLAIN LOGIN")
        lines = [f"250-{e}" for e in extensions[:-1]] + [f"250 {extensions[-1]}"]
        self.step("ehlo", "\r\n".join(lines))

    def on_helo(self, _rest: str) -> None:
        self.step("ehlo", "250 recorder")

    def on_starttls(self, _rest: str) -> None:
        if self.step("starttls", "220 go on"):
            self.encrypt()

    def on_auth(self, rest: str) -> None:
        kind, _, initial = rest.partition(" ")
        if kind.upper() == "XOAUTH2":
            return self.by_token(base64.b64decode(initial).decode())
        if kind.upper() == "PLAIN":
            _, user, password = base64.b64decode(initial).decode().split("\0")
        else:
            if not initial:
                self.say("334 VXNlcm5hbWU6")
                initial = self.file.readline().decode().strip()
            user = base64.b64decode(initial).decode()
            self.say("334 UGFzc3dvcmQ6")
            password = base64.b64decode(self.file.readline().strip()).decode()
        script = self.server.script
        if (user, password) != (script.user, script.password):
            self.server.write("login refused")
            self.say("535 5.7.8 Error: authentication failed")
        elif self.step("auth", "235 2.7.0 welcome"):
            self.server.write("login")

    def by_token(self, said: str) -> None:
        script = self.server.script
        if said in [f"user={script.user}\x01auth=Bearer {token}\x01\x01" for token in script.tokens]:
            if self.step("auth", "235 2.7.0 welcome"):
                self.server.write("login")
            return
        self.server.write("token refused", said=said)
        self.say("334 " + base64.b64encode(b'{"status":"401","schemes":"bearer"}').decode())
        assert self.file.readline() == b"\r\n"
        self.say("535 5.7.3 Authentication unsuccessful")

    def on_mail(self, rest: str) -> None:
        self.sender = rest.partition("<")[2].partition(">")[0]
        self.step("mail", "250 2.1.0 ok")

    def on_rcpt(self, rest: str) -> None:
        self.recipient = rest.partition("<")[2].partition(">")[0]
        if not self.step("rcpt", "250 2.1.5 ok"):
            self.recipient = ""

    def on_data(self, _rest: str) -> None:
        if not self.step("data", "354 go on"):
            return
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                raise _Dropped
            lines.append(line[1:] if line.startswith(b".") else line)
        content = b"".join(lines)
        rule = self.server.rule("dot", self.recipient)
        if rule is not None and rule.reply != "taken":
            if rule.reply == "drop":
                raise _Dropped
            if rule.reply == "silent":
                time.sleep(3600)
            self.say(rule.reply)
            return
        time.sleep(self.server.script.delay)
        ref = re.search(rb"(?im)^Message-ID:\s*(\S+)", content)
        whole = {"content": base64.b64encode(content).decode()} if self.server.script.whole else {}
        self.server.write(
            "accepted",
            to=self.recipient,
            **{"from": self.sender},
            ref=ref.group(1).decode() if ref else "",
            hash=hashlib.sha256(content).hexdigest(),
            **whole,
        )
        if rule is not None:
            raise _Dropped
        self.step("taken", "250 2.0.0 taken")

    def on_rset(self, _rest: str) -> None:
        self.say("250 2.0.0 ok")

    def on_quit(self, _rest: str) -> bool:
        self.say("221 2.0.0 bye")
        return True


def _serve(server: _Server, sock: socket.socket) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    talk = _Talk(server, sock)
    try:
        talk.talk()
    except (_Dropped, OSError):
        pass
    finally:
        talk.sock.close()
        talk.file.close()
        server.write("closed")


def _script(found: dict[str, Any]) -> Script:
    return Script(**{**found, "rules": [Rule(**rule) for rule in found["rules"]]})


def _obey(server: _Server) -> None:
    """Take new rules from whoever started this; end with them."""
    for line in sys.stdin:
        server.follow(_script(json.loads(line)))
        print("follows", flush=True)
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("script", type=json.loads)
    options = parser.parse_args()
    server = _Server(options.log, _script(options.script))
    threading.Thread(target=_obey, args=(server,), daemon=True).start()
    with socket.create_server(("127.0.0.1", options.port), backlog=50) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            sock, _peer = listener.accept()
            threading.Thread(target=_serve, args=(server, sock), daemon=True).start()


if __name__ == "__main__":
    main()
