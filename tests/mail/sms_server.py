"""An SMS gateway in a process of its own that writes down what it was handed before it answers.

How it answers goes by the last digits of the number, as the script says: a status as "200" or "403 no credit", "late"
(taken, and answered after a second, when nobody listens any more), "drop" (taken, and the line is broken), or "nowhere"
(a redirection). Each request is one line of JSON, whatever is answered.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class SmsGateway:
    """The gateway as a test sees it: `with SmsGateway(folder, {"07": "400 bad number"}) as gateway:`."""

    folder: Path
    script: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    port: int = 0
    _process: subprocess.Popen[str] | None = None

    @property
    def log(self) -> Path:
        return self.folder / "sms.jsonl"

    @property
    def line(self) -> str:
        """What the configuration says of it; its secret is "s3cretkey"."""
        return f"json://user:s3cretkey@127.0.0.1:{self.port}/sms/?:to={{to}}&:ref={{ref}}&rto=0.4"

    def configure(self, path: Path) -> Path:
        path.write_text(f"[sms]\ngateway = '{self.line}'\n")
        return path

    def __enter__(self) -> SmsGateway:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, script: dict[str, str] | None = None) -> None:
        """Start, or start again on the same port with another script."""
        self.stop()
        self.script = self.script if script is None else script
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", __file__, str(self.log), str(self.port)),
                *(json.dumps(self.script), str(self.delay)),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout
            self._process.stdout.close()
            self._process = None

    def requests(self) -> list[dict[str, Any]]:
        """Every request, in order: "to", "text", "ref", and "taken": whether it is an SMS by now."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def taken(self) -> list[str]:
        """The numbers to which an SMS went, in order."""
        return [request["to"] for request in self.requests() if request["taken"]]


def serve(log: int, port: int, script: dict[str, str], delay: float) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = next((said for end, said in script.items() if asked.get("to", "").endswith(end)), "200")
            status, _, words = answer.partition(" ")
            taken = status in ("200", "late", "drop", "500")
            request = {"to": asked.get("to"), "text": asked["message"], "ref": asked.get("ref"), "taken": taken}
            os.write(log, (json.dumps(request) + "\n").encode())
            if status == "late":
                time.sleep(1)
                status = "200"
            if status == "drop":
                self.close_connection = True
                return
            time.sleep(delay if status == "200" else 0)
            self.answer(302 if status == "nowhere" else int(status), words)

        def do_GET(self) -> None:
            self.answer(200, "a page")

        def answer(self, status: int, words: str) -> None:
            content = json.dumps({"id": "m-4711", "message": words}).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/login")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """The client may be gone."""

    server = Server(("127.0.0.1", port), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(
        os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT),
        int(sys.argv[2]),
        json.loads(sys.argv[3]),
        float(sys.argv[4]),
    )
