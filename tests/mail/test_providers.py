"""The providers that are known: each can be set up as it stands, and is found from an address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import dns.message
import dns.resolver
import dns.rrset
import pytest

from mail import providers
from mail.providers import Provider
from screens.check_words import HINTS
from store.mailbox import check_settings

PORTS = {"implicit": (465, 993), "starttls": (587, 1025, 143, 1143)}


@pytest.mark.parametrize("provider", providers.known(), ids=lambda provider: provider.id)
def test_each_can_be_set_up(provider: Provider) -> None:
    settings = provider.settings("amap@exemple.fr", ("bureau@exemple.fr",))
    check_settings(settings)
    assert settings.port in PORTS[settings.tls]
    assert settings.imap_port in PORTS[settings.imap_tls]
    assert settings.imap_host, "each of them can be read"
    assert 50 <= settings.per_hour <= settings.per_day
    assert settings.per_minute * 60 <= settings.per_hour * 1.1
    assert set(provider.hints) <= set(HINTS)
    assert provider.domains or provider.mx


def test_a_domain_belongs_to_one() -> None:
    domains = [domain for provider in providers.known() for domain in provider.domains]
    assert len(domains) == len(set(domains))
    assert providers.problems() == ()


@pytest.mark.parametrize(
    ("address", "host", "username"),
    [
        ("Odette@Gmail.com", "smtp.gmail.com", "Odette@Gmail.com"),
        ("odette.marechal@free.fr", "smtp.free.fr", "odette.marechal"),
        ("odette@laposte.net", "smtp.laposte.net", "odette"),
        ("odette@wanadoo.fr", "smtp.orange.fr", "odette@wanadoo.fr"),
        ("gas@virgilio.it", "out.virgilio.it", "gas@virgilio.it"),
        ("amap@pm.me", "127.0.0.1", "amap@pm.me"),
    ],
)
def test_it_is_proposed_from_the_address(address: str, host: str, username: str) -> None:
    found = providers.propose(address)
    assert found is not None
    settings = found.settings(address)
    assert (settings.host, settings.username, settings.address) == (host, username, address)
    assert providers.propose(address.replace("@", "@not")) is None


@pytest.fixture
def dns_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, list[str]]]:
    """A name server on loopback; what it knows can be filled in."""
    records: dict[str, list[str]] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    question, client = server.recvfrom(4096)
                except OSError:
                    return
                if not question:
                    return
                query = dns.message.from_wire(question)
                asked = query.question[0]
                answer = dns.message.make_response(query)
                if found := records.get(asked.name.to_text(omit_final_dot=True)):
                    answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", "MX", *found))
                else:
                    answer.set_rcode(3)  # no such name
                server.sendto(answer.to_wire(), client)

        thread = threading.Thread(target=serve)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        yield records
        server.sendto(b"", server.getsockname())
        thread.join()


def test_a_domain_of_ones_own_is_found_by_who_receives_its_mail(dns_server: dict[str, list[str]]) -> None:
    dns_server["amap-oiseaux.example"] = ["50 mx3.mail.ovh.net.", "1 MX1.mail.ovh.net."]
    dns_server["coop.example"] = ["0 coop-example.mail.protection.outlook.com."]
    dns_server["gas.example"] = ["5 alt1.aspmx.l.google.com.", "1 aspmx.l.google.com."]
    dns_server["own.example"] = ["10 mail.own.example.", "20 notmail.gandi.net."]
    found = {domain: providers.by_mx(domain, seconds=20) for domain in (*dns_server, "nowhere.example")}
    assert {domain: provider and provider.id for domain, provider in found.items()} == {
        "amap-oiseaux.example": "ovh",
        "coop.example": "microsoft365",
        "gas.example": "workspace",
        "own.example": None,
        "nowhere.example": None,
    }


@pytest.mark.parametrize("domain", ["exemple.fr", "", "épicerie.fr", "a..b", "x" * 300])
def test_offline_nothing_is_found_and_nothing_fails(domain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = dns.resolver.Resolver(configure=False)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        resolver.nameservers, resolver.port = ["127.0.0.1"], closed.getsockname()[1]
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    assert providers.by_mx(domain, seconds=0.2) is None


class TestOnesOwnList:
    @pytest.fixture
    def own(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("CABAS_CONFIG", str(tmp_path / "cabas.toml"))
        return tmp_path / "providers.toml"

    def test_it_changes_lines_and_adds_providers(self, own: Path) -> None:
        own.write_text("[ovh]\nper_hour = 100\n[coop]\nhost = 'smtp.coop.example'\ndomains = ['coop.example']\n")
        ovh, coop = providers.by_id("ovh"), providers.propose("gas@coop.example")
        assert ovh is not None
        assert (ovh.per_hour, ovh.per_day, ovh.host) == (100, 2000, "ssl0.ovh.net")
        assert coop is not None
        assert (coop.name, coop.port, coop.per_hour, coop.per_day) == ("coop", 465, 50, 200)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[ovh", ""),
            ("[ovh]\nhots = 'x'\n", "[ovh] hots"),
            ("[ovh]\nport = '465'\n", "[ovh] port"),
            ("[ovh]\napp_password = 1\n", "[ovh] app_password"),
            ("[ovh]\ndomains = 'ovh.fr'\n", "[ovh] domains"),
            ("[new]\nname = 'New'\n", "[new] host"),
            ("ovh = 3\n", "ovh"),
        ],
    )
    def test_one_that_is_wrong_is_told_and_left_out(self, own: Path, text: str, said: str) -> None:
        own.write_text(text)
        [problem] = providers.problems()
        assert (problem.path, problem.reason) == (own, "syntax")
        assert said in problem.detail
        ovh = providers.by_id("ovh")
        assert ovh is not None
        assert ovh.per_hour == 180

    def test_one_that_anybody_may_write_is_left_out(self, own: Path) -> None:
        """It could lead the password to another server."""
        own.write_text("[gmail]\nhost = 'smtp.evil.example'\n")
        own.chmod(0o666)
        assert [problem.reason for problem in providers.problems()] == ["writable"]
        gmail = providers.by_id("gmail")
        assert gmail is not None
        assert gmail.host == "smtp.gmail.com"
