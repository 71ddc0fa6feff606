"""`cabas measure`, and its endpoint as a real client meets it: links lead on whatever happens, little is counted."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mail import composing
from store import Store
from store.errors import FileLocked
from store.mailbox import MailboxSettings
from store.members import Member
from store.people import Person
from store.segments import parse
from tests.mail.certificates import Authority, Certificate
from tui.measuring import recorder as recorders
from tui.measuring.recorder import Recorder

ADDRESS = "https://amap.exemple.fr/lettres"
READER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0"}
PAGES = ("https://exemple.fr/plan?a=1&b=é", "https://épicerie.exemple.fr/")
PATIENCE = 30


class Endpoint:
    """`cabas measure serve` in a process of its own, and a client that follows no link."""

    def __init__(self, file: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui.cli", "--file", str(file), "measure", "serve", "--port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "LANG": "C.UTF-8"},
        )  # fmt: skip
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()
        self.port = int(self.said.rstrip(". \n").rpartition(":")[2])

    def ask(self, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as line:
            line.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            answer = line.getresponse()
            answer.body = answer.read()  # type: ignore[attr-defined]
            return answer

    def end(self) -> str:
        """Tell it politely to end; returns all it said."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0
        return str(self.said + out + err)


@pytest.fixture
def serving() -> Iterator[Callable[[Path], Endpoint]]:
    started: list[Endpoint] = []

    def serve(file: Path) -> Endpoint:
        started.append(Endpoint(file))
        return started[-1]

    yield serve
    for endpoint in started:
        endpoint.process.kill()
        endpoint.process.communicate()


@pytest.fixture
def tokens(store: Store) -> list[str]:
    """Three who said yes got a mail with two links: the token of each."""
    store.mailbox.set(MailboxSettings("localhost", 1025, "none", "amap", "amap@exemple.fr"))
    for name in ("odette", "paul", "yann"):
        member = store.members.get(store.members.add(Member((Person(name.title(), "Morel", f"{name}@exemple.fr"),))))
        store.members.set_preference(member.people[0].id or 0, "email", "measured", True, "phone")
    store.measuring.set(on=True, address=ADDRESS)
    text = " et ".join(f"[la page]({page})" for page in PAGES)
    composing.freeze(store, store.messages.new(parse("everyone"), "La semaine", text))
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sent'")
        return [row["measure_token"] for row in t.all("SELECT measure_token FROM deliveries ORDER BY id")]


def counted(store: Store) -> list[tuple[int, str]]:
    """What is written down: whose mail, and what."""
    with store.reading() as t:
        return [tuple(row) for row in t.all("SELECT delivery_id, what FROM measures ORDER BY delivery_id, what")]


def wait_for(store: Store, *wanted: tuple[int, str]) -> None:
    end = time.monotonic() + PATIENCE
    while counted(store) != sorted(wanted):
        assert time.monotonic() < end, counted(store)
        time.sleep(0.02)


@contextmanager
def newer(file: Path) -> Iterator[None]:
    """The file as a newer program has brought it up to date."""
    with closing(sqlite3.connect(file)) as conn:
        before = conn.execute("PRAGMA user_version").fetchone()[0]
        conn.execute(f"PRAGMA user_version = {before + 1}")
        yield
        conn.execute(f"PRAGMA user_version = {before}")


def test_links_lead_on_whatever_happens_and_only_a_reader_who_allows_it_is_counted(
    store: Store, tokens: list[str], serving: Callable[[Path], Endpoint]
) -> None:
    first, second, third = tokens
    endpoint = serving(store.path)

    def leads(path: str, method: str = "GET", **headers: str) -> str:
        answer = endpoint.ask(path, method, **headers)
        assert answer.status == 302
        assert answer.getheader("Cache-Control") == "no-store"
        assert answer.getheader("Referrer-Policy") == "no-referrer"
        assert answer.getheader("Set-Cookie") is answer.getheader("Server") is None
        return str(answer.getheader("Location"))

    # What is no reader is led on and not counted.
    assert leads(f"/c/{first}/1", "HEAD", **READER) == "https://exemple.fr/plan?a=1&b=%C3%A9"
    for told in ({"Sec-Purpose": "prefetch;prerender"}, {"X-Moz": "prefetch"}, {"Purpose": "preview"}):
        assert leads(f"/c/{first}/1", **(READER | told))
    for program in ({}, {"User-Agent": "Googlebot/2.1"}, {"User-Agent": "LinkScanner"}, {"User-Agent": "curl/8.0"}):
        assert leads(f"/c/{first}/1", **program)
    for unknown in (
        "/", "/c", f"/c/{first}", f"/c/{first}/0", f"/c/{first}/3", f"/c/{first}/1/x", f"/c/{first}/{10**20}",
        f"/c/{'a' * 16}/1", f"/o/{'a' * 16}.gif", f"/o/{first}", f"/c/{first}/1%0d%0aX:y", "/c/%00/1", "/docs",
        f"/c/{first[:-1]}/1?url=https://evil.example", "//evil.example/c/x/1",
    ):  # fmt: skip
        assert endpoint.ask(unknown, **READER).status == 404, unknown
    assert endpoint.ask(f"/c/{first}/1", "POST", **READER).status == 405
    # A reader is, once for each thing, behind any path that a web server leaves.
    assert leads(f"/c/{second}/2", **READER) == "https://xn--picerie-9xa.exemple.fr/"
    assert leads(f"/lettres/c/{second}/1", **READER)
    picture = endpoint.ask(f"{urlsplit(ADDRESS).path}/o/{second}.gif", **READER)
    assert (picture.status, picture.getheader("Content-Type")) == (200, "image/gif")
    assert picture.body.startswith(b"GIF89a")  # type: ignore[attr-defined]
    wait_for(store, (2, "clicked"), (2, "opened"))
    # A yes that was taken back.
    with store.reading() as t:
        person = t.value("SELECT person_id FROM delivery_people WHERE delivery_id = 1")
    store.members.set_preference(person, "email", "measured", False, "phone")
    assert leads(f"/c/{first}/1", **READER)
    with store.writing():  # the file is somebody else's for the moment
        assert leads(f"/c/{third}/2", **READER)
    wait_for(store, (2, "clicked"), (2, "opened"), (3, "clicked"))
    with newer(store.path):
        assert leads(f"/c/{third}/1", **READER)
        assert endpoint.ask(f"/o/{third}.gif", **READER).status == 200
    said = endpoint.end()
    assert counted(store) == [(2, "clicked"), (2, "opened"), (3, "clicked"), (3, "opened")]
    # A token is the one thing in it that is never said; neither are programs, links and who asked.
    assert not re.search(r"[a-z2-7]{16}|Mozilla|exemple|GET", said.replace(str(store.path), "")), said
    assert said.count("\n") == 1


def test_switched_off_while_it_serves_links_lead_on_and_nothing_is_counted(
    store: Store, tokens: list[str], serving: Callable[[Path], Endpoint]
) -> None:
    endpoint = serving(store.path)
    store.measuring.set(on=False)
    assert endpoint.ask(f"/c/{tokens[0]}/1", **READER).status == 302
    assert endpoint.ask(f"/o/{tokens[0]}.gif", **READER).status == 200
    endpoint.end()
    assert counted(store) == []
    assert "switched off" in serving(store.path).end()


def test_it_is_asked_whether_the_endpoint_answers_where_the_links_lead(
    store: Store, tmp_path: Path, serving: Callable[[Path], Endpoint], cabas: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    endpoint = serving(store.path)
    authority = Authority(tmp_path)
    with in_front(authority.issue("amap.exemple.fr"), endpoint) as port:
        address = f"https://amap.exemple.fr:{port}"
        found = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *rest, **more: found("127.0.0.1", *rest, **more))
        assert "https://…" in cabas("measure", "check", code=1)
        store.measuring.set(address=f"{address}/lettres")
        assert "nobody answers: unable to get local issuer certificate" in cabas("measure", "check", code=1)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
        assert f"The endpoint answers at {address}/lettres." in cabas("measure", "check")
        store.measuring.set(address=address)
        assert loads(cabas("measure", "check", "--json", code=1))["answers"] == "other"
        endpoint.end()
        store.measuring.set(address=f"{address}/lettres")
        assert "something else answers (502)" in cabas("measure", "check", code=1)
    assert "nobody answers" in cabas("measure", "check", code=1)


@contextmanager
def in_front(certificate: Certificate, endpoint: Endpoint) -> Iterator[int]:
    """A web server with a certificate, which hands over what is below /lettres to the endpoint."""

    class Front(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            try:
                answer = endpoint.ask(self.path, "HEAD") if self.path.startswith("/lettres/") else None
                status, headers = (404, []) if answer is None else (answer.status, answer.getheaders())
            except OSError:
                status, headers = 502, []
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Front) as server:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate.certificate, certificate.key)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_what_the_file_does_not_take_is_written_down_when_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorders, "AGAIN", 0.01)
    taken: list[tuple[str, str]] = []
    faults: list[Exception] = []
    refusals = iter([FileLocked(Path("x")), FileLocked(Path("x")), KeyError("nobody thought of it"), None])

    def record(seen: object) -> None:
        if (refused := next(refusals, None)) is not None:
            raise refused
        taken.extend(seen)  # type: ignore[arg-type]

    recorder = Recorder(record, faults.append)
    recorder.note("a", "opened")
    recorder.start()
    end = time.monotonic() + PATIENCE
    while not faults:
        assert time.monotonic() < end
        time.sleep(0.005)
    recorder.note("b", "opened")
    recorder.note("b", "opened")
    recorder.note("b", "clicked")
    recorder.end()
    assert set(taken) == {("b", "opened"), ("b", "clicked")}
    assert len(taken) == 2
    assert [type(fault) for fault in faults] == [KeyError]


def test_it_is_switched_on_and_off_from_the_command_line(
    cabas: Callable[..., str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert loads(cabas("measure", "status", "--json")) == {"on": False, "address": "", "consents": 0}
    assert "https://…" in cabas("measure", "on", code=1)
    assert "begins with https://" in cabas("measure", "on", "--address", "http://exemple.fr", code=1)
    assert f"through {ADDRESS}" in cabas("measure", "on", "--address", f"{ADDRESS}/")
    member = store.members.get(store.members.add(Member((Person("Odette", "Morel", "odette@exemple.fr"),))))
    cabas("members", "preferences", member.id, "--allow", "measured", "--source", "form")
    assert "1 person has said yes" in cabas("measure", "status")
    assert loads(cabas("measure", "off", "--json")) == {"on": False, "address": ADDRESS, "consents": 1}
    assert "not counted" in cabas("measure", "status")
    assert "changed whether opens and clicks are counted" in cabas("journal")
    store.measuring.set(on=True)
    assert f"  Opens and clicks are counted, through {ADDRESS}." in cabas("doctor")
    monkeypatch.setattr("tui.doctor.measuring_checks.LIBRARIES", ("starlette", "uvicorn_that_is_missing"))
    assert "the endpoint cannot run here" in cabas("doctor", code=1)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert "pip install 'cabas[measure]'" in cabas("measure", "serve", code=1)


def test_the_endpoint_as_a_service_and_where_it_cannot_listen(cabas: Callable[..., str], store: Store) -> None:
    unit = cabas("measure", "serve", "--unit", "--host", "::1", "--port", "8080")
    assert f"--file {store.path}" not in unit
    assert "measure serve --host ::1 --port 8080\n" in unit
    assert "proxy_pass http://[::1]:8080; access_log off;" in unit
    assert "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n" in unit
    assert "User=cabas\n" in unit
    assert "no address to listen on" in cabas("measure", "serve", "--unit", "--host", "x\nExecStart=y", code=2)
    assert "no name for an account" in cabas("measure", "serve", "--unit", "--account", "Ca bas", code=2)
    assert "cannot listen on 203.0.113.1:8017" in cabas("measure", "serve", "--host", "203.0.113.1", code=1)
