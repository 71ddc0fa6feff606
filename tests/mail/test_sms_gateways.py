"""What is known of an SMS after each way in which a line to a gateway can fail: what may have gone is in doubt."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from mail.sms import Accepted, GatewayBad, Refused, Trouble, Unknown
from mail.sms_apprise import AppriseGateway
from tests.mail.certificates import Authority, Certificate
from tests.mail.sms_server import SmsGateway
from tests.mail.texting import number

Talk = Callable[[socket.socket], None]


@pytest.fixture
def listening() -> Iterator[Callable[[Talk], int]]:
    """Start a server that talks so with whoever comes, and give its port."""
    opened: list[socket.socket] = []

    def start(talk: Talk) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        opened.append(server)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    line, _address = server.accept()
                    with closing(line), suppress(OSError, ssl.SSLError):
                        line.settimeout(5)
                        talk(line)

        threading.Thread(target=serve, daemon=True).start()
        return int(server.getsockname()[1])

    yield start
    for server in opened:
        server.close()


def asked(line: socket.socket) -> None:
    """Read a request to its end."""
    read = b""
    while b"\r\n\r\n" not in read or b'"type"' not in read:
        read += line.recv(65536)


def says(answer: bytes) -> Talk:
    def talk(line: socket.socket) -> None:
        asked(line)
        line.sendall(answer)

    return talk


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 2",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["hangs up", "half a line", "nonsense", "cut off", "500", "503"],
)
def test_what_was_handed_over_without_a_clear_answer_is_in_doubt(
    listening: Callable[[Talk], int], answer: bytes
) -> None:
    gateway = AppriseGateway(f"json://127.0.0.1:{listening(says(answer))}/{{to}}")
    assert isinstance(gateway.send(number(1), "Bonjour", "r"), Unknown)


def test_a_line_that_breaks_within_tls_is_in_doubt_and_a_wrong_certificate_is_not(
    listening: Callable[[Talk], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    good: Certificate = authority.issue("localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(good.certificate, good.key)

    def encrypted(line: socket.socket) -> None:
        with context.wrap_socket(line, server_side=True) as inner:
            asked(inner)
            inner.shutdown(socket.SHUT_RDWR)  # without the end that TLS asks for

    port = listening(encrypted)
    gateway = AppriseGateway(f"jsons://localhost:{port}/{{to}}")
    assert gateway.send(number(1), "Bonjour", "r") == Trouble("", "certificate")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.certificate))
    assert isinstance(gateway.send(number(1), "Bonjour", "r"), Unknown)


def test_where_no_connection_comes_about_nothing_went(listening: Callable[[Talk], int]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as closed:
        port = closed.getsockname()[1]
    assert AppriseGateway(f"json://127.0.0.1:{port}/{{to}}").send(number(1), "x", "r") == Trouble("", "network")
    plain = listening(lambda line: line.sendall(b"HTTP/1.1 400 Bad\r\n\r\n"))
    found = AppriseGateway(f"jsons://127.0.0.1:{plain}/{{to}}").send(number(1), "x", "r")
    assert found == Trouble("", "certificate"), "it speaks no TLS"


@pytest.mark.parametrize(
    "line",
    [
        "form://127.0.0.1:{port}/send?:to={{to}}",
        "smseagle://t0kent0ken@127.0.0.1:{port}/{{to}}",
        "signal://127.0.0.1:{port}/+33639980001/{{to}}",
    ],
    ids=["form", "smseagle", "signal"],
)
def test_other_services_are_understood_alike(listening: Callable[[Talk], int], line: str) -> None:
    def answers(status: bytes) -> Talk:
        def talk(one: socket.socket) -> None:
            one.recv(65536)
            one.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

        return talk

    outcomes = []
    for status in (b"401 No", b"500 Oops", b"429 Slow"):
        gateway = AppriseGateway(line.format(port=listening(answers(status))))
        outcomes.append(gateway.send(number(1), "Bonjour", "r"))
    kinds = [getattr(outcome, "kind", type(outcome).__name__) for outcome in outcomes]
    assert kinds == ["login", "Unknown", "busy"]


def test_it_says_nothing_of_its_line_and_nothing_to_the_screen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with SmsGateway(tmp_path, {"": "403 user s3cretkey%20x is blocked\x1b[2J"}) as server:
        gateway = AppriseGateway(server.line)
        assert "s3cretkey" not in repr(gateway) + str(vars(gateway).get("service"))
        outcome = gateway.send(number(1), "Bonjour", "r")
        assert isinstance(outcome, Trouble)
        assert "s3cretkey" not in outcome.reason
        assert "\x1b" not in outcome.reason
        server.start({})
        outcome = gateway.send(number(2), "Bonjour", "r")
        assert isinstance(outcome, Accepted)
        assert (outcome.id, outcome.code) == ("m-4711", 200)
        login = base64.b64encode(b"user:s3cretkey").decode()
        server.start({"": f"400 {login} and {login.rstrip('=')} are not known here"})
        assert gateway.send(number(3), "Bonjour", "r") == Refused("… and … are not known here", 400)
    assert capfd.readouterr() == ("", "")
    with pytest.raises(GatewayBad) as bad:
        AppriseGateway("s3cretkey://{to}")
    assert "s3cretkey" not in repr(bad.value)
