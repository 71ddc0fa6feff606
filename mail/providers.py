"""What is known of the providers of mailboxes: their servers, their limits, and what to mind.

The list is `providers.toml` beside this file. People correct it, or add to it, in a `providers.toml` beside their
`cabas.toml`: a table of the same name changes the lines it has, another one is a further provider.
"""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mail.configuration import ConfigurationBad, configuration_paths, merged, read_toml
from store.mailbox import PER_DAY, PER_HOUR, MailboxSettings

_PACKAGED = Path(__file__).with_name("providers.toml")


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `domains` of its addresses; `mx`: endings of the names that receive mail for other domains.

    `login_name` is "address" or "local" (what is before the @). `app_password`: it wants a password made for programs.
    `per_minute` 0: no limit of that kind. `files_sent`: it puts a copy of each mail into Sent. `hints` are codes that
    `screens.check_words` has words for; others are shown as they are.
    """

    id: str
    name: str
    host: str
    domains: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    port: int = 465
    tls: str = "implicit"
    login_name: str = "address"
    login: str = "password"
    app_password: bool = False
    per_minute: int = 0
    per_hour: int = PER_HOUR
    per_day: int = PER_DAY
    imap_host: str = ""
    imap_port: int = 993
    imap_tls: str = "implicit"
    files_sent: bool = False
    hints: tuple[str, ...] = ()

    def settings(self, address: str, identities: tuple[str, ...] = ()) -> MailboxSettings:
        """How the mailbox `address` is reached at this provider."""
        return MailboxSettings(
            host=self.host,
            port=self.port,
            tls=self.tls,
            username=address.rpartition("@")[0] if self.login_name == "local" else address,
            address=address,
            identities=identities,
            per_hour=self.per_hour,
            per_day=self.per_day,
            per_minute=self.per_minute,
            login=self.login,
            imap_host=self.imap_host,
            imap_port=self.imap_port,
            imap_tls=self.imap_tls,
            files_sent=self.files_sent,
            provider=self.id,
        )


def known() -> tuple[Provider, ...]:
    """Every provider, by name; a file of people's own that cannot be used is left out (`problems` tells)."""
    return _read()[0]


def problems() -> tuple[ConfigurationBad, ...]:
    """What is wrong with people's own `providers.toml`, to be said in words."""
    return _read()[1]


def by_id(id_: str) -> Provider | None:
    """The provider of this id, or None."""
    return next((provider for provider in known() if provider.id == id_), None)


def propose(address: str) -> Provider | None:
    """The provider of this address by its domain, without the network; None for a domain that is not in the list."""
    domain = address.rpartition("@")[2].strip().lower()
    return next((provider for provider in known() if domain in provider.domains), None)


def by_mx(domain: str, seconds: float = 3.0) -> Provider | None:
    """The provider that receives the mail of this domain, asked of the DNS; None when offline or not in the list."""
    names = _mail_exchangers(domain, seconds)
    for name in names:
        for provider in known():
            if any(name == ending or name.endswith(f".{ending}") for ending in provider.mx):
                return provider
    return None


def _mail_exchangers(domain: str, seconds: float) -> list[str]:
    """The names that receive the domain's mail, the preferred first."""
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.resolve(domain, "MX", lifetime=seconds)
    except (dns.exception.DNSException, OSError, UnicodeError):
        return []
    records = sorted((record.preference, record.exchange.to_text(omit_final_dot=True)) for record in found)
    return [name.lower() for _preference, name in records]


def _read() -> tuple[tuple[Provider, ...], tuple[ConfigurationBad, ...]]:
    tables: dict[str, Any] = tomllib.loads(_PACKAGED.read_text(encoding="utf-8"))
    wrong = []
    for path in reversed(configuration_paths()):
        own = path.with_name("providers.toml")
        try:
            both = merged(tables, read_toml(own))
            for id_, table in both.items():
                _provider(own, id_, table)
            tables = both
        except ConfigurationBad as bad:
            wrong.append(bad)
    found = (_provider(_PACKAGED, id_, table) for id_, table in tables.items())
    return tuple(sorted(found, key=lambda provider: provider.name.casefold())), tuple(wrong)


def _provider(path: Path, id_: str, table: Any) -> Provider:
    """The provider that a table describes; raises `ConfigurationBad` naming the line that is wrong."""
    if not isinstance(table, dict):
        raise ConfigurationBad(path, "syntax", id_)
    usual = {"id": id_, "name": id_, **table}
    fields = {field.name: str(field.type) for field in dataclasses.fields(Provider)}
    for name, value in usual.items():
        if name not in fields or not _fits(fields[name], value):
            raise ConfigurationBad(path, "syntax", f"[{id_}] {name}")
    if not usual.get("host"):
        raise ConfigurationBad(path, "syntax", f"[{id_}] host")
    values: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in usual.items()}
    return Provider(**values)


def _fits(kind: str, value: Any) -> bool:
    if kind.startswith("tuple"):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return type(value).__name__ == kind
